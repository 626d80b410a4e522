"""What readers get: the same entries in three forms, well-formed, complete and in order."""

import json
from typing import Any

import feedparser
import pytest
from lxml import etree

from tests.feeds.conftest import MakeChange
from tosmonitor import feeds
from tosmonitor.feeds import Publisher
from tosmonitor.model import Service

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("form", ["atom", "rss"])
def test_a_feed_parses_without_complaint(
    form: str, language: str, make_change: MakeChange, service: Service, publisher: Publisher
) -> None:
    """A real parser finds the entries, newest first, with title, summary, content, link, id and both times."""
    entries = feeds.of_changes([make_change(n) for n in range(3)], [service], publisher, language)
    parsed = feedparser.parse(feeds.render(feeds.names([service])[0], entries, form, publisher, language))
    assert not parsed.bozo
    assert [entry.id for entry in entries] == [item.id for item in parsed.entries]
    first = parsed.entries[0]
    assert first.title.startswith("Acme & Sons, ")
    assert (
        first.link
        == entries[0].url
        == f"https://monitor.example.org/{language}/acme/terms-of-service/20260107080000/change/"
    )
    assert [link.rel for link in first.links] == ["alternate", "related", "related", "via"]
    assert first.published_parsed[:6] == (2026, 1, 7, 8, 0, 0)
    assert first.updated_parsed[:6] == (2026, 1, 7, 8, 15, 0)
    assert "312 partners" in first.content[0].value
    assert parsed.feed.link == f"https://monitor.example.org/{language}/changes/"
    assert parsed.feed.language == language


def test_the_same_entries_give_the_same_bytes(make_change: MakeChange, service: Service, publisher: Publisher) -> None:
    """Nothing in a feed depends on when it was written."""
    changes = [make_change(n) for n in range(5)]
    feed = feeds.names([service])[0]
    for form in feeds.MEDIA_TYPES:
        twice = {
            feeds.render(feed, feeds.of_changes(order, [service], publisher, "en"), form, publisher, "en")
            for order in (changes, changes[::-1])
        }
        assert len(twice) == 1, form


@pytest.mark.parametrize("form", ["atom", "rss"])
def test_an_archive_names_its_neighbours(form: str, make_change: MakeChange, service: Service) -> None:
    """A monthly archive says that it is one and links to the current feed and to the month before, not to the next."""
    publisher = feeds.Publisher(
        "https://m.example/sub/", hub="https://hub.example/", licence="https://licence.example/"
    )
    feed = feeds.names([service])[0]
    entries = feeds.of_changes([make_change()], [service], publisher, "en")
    months = ("2025-12", "2026-01", "2026-02")
    root = etree.fromstring(feeds.render(feed, entries, form, publisher, "en", month="2026-01", months=months))
    channel = root if form == "atom" else root[0]
    links = {link.get("rel"): link.get("href") for link in channel.findall(f"{ATOM}link")}
    base = "https://m.example/sub/en/feeds/all"
    assert f"{base}/2026-01.{form}" == links["self"]
    assert f"{base}.{form}" == links["current"]
    assert f"{base}/2025-12.{form}" == links["prev-archive"]
    assert links["license"] == "https://licence.example/"
    assert not {"hub", "next-archive"} & links.keys()
    assert channel.find("{http://purl.org/syndication/history/1.0}archive") is not None
    now = etree.fromstring(feeds.render(feed, entries, form, publisher, "en", months=months))
    links = {link.get("rel"): link.get("href") for link in (now if form == "atom" else now[0]).findall(f"{ATOM}link")}
    assert ("https://hub.example/", f"{base}/2026-02.{form}") == (links["hub"], links["prev-archive"])


def test_rss_keeps_what_the_library_drops(make_change: MakeChange, service: Service, publisher: Publisher) -> None:
    """RSS items carry the update time, both versions and the source, as Atom elements; the summary stands apart."""
    entries = feeds.of_changes([make_change()], [service], publisher, "en")
    item: Any = etree.fromstring(feeds.render(feeds.names([service])[0], entries, "rss", publisher, "en")).find(
        "channel/item"
    )
    rels = [link.get("rel") for link in item.findall(f"{ATOM}link")]
    assert rels == ["related", "related", "via"]
    assert item.findtext(f"{ATOM}updated").startswith("2026-01-05T08:15:00.")
    assert item.findtext("description") == entries[0].summary


def test_json_feed_says_the_same(make_change: MakeChange, service: Service, publisher: Publisher) -> None:
    """The JSON Feed has the identities, times, HTML and tags of the others."""
    entries = feeds.of_changes([make_change(1), make_change(2)], [service], publisher, "en")
    months = ("2025-12",)
    document = json.loads(feeds.render(feeds.names([service])[0], entries, "json", publisher, "en", months=months))
    assert document["version"] == "https://jsonfeed.org/version/1.1"
    assert document["next_url"] == "https://monitor.example.org/en/feeds/all/2025-12.json"
    assert [entry.id for entry in entries] == [item["id"] for item in document["items"]]
    item = document["items"][0]
    assert entries[0].content == item["content_html"]
    assert item["external_url"] == "https://acme.example/terms"
    assert "dsa-vlop" in item["tags"]


def test_an_empty_feed_is_still_a_feed(service: Service, publisher: Publisher) -> None:
    """A feed without entries is valid and says that nothing was ever updated."""
    for form in ("atom", "rss"):
        parsed = feedparser.parse(feeds.render(feeds.names([service])[0], (), form, publisher, "en"))
        assert not parsed.bozo
        assert parsed.entries == []
        assert parsed.feed.updated_parsed[0] == 2000


def test_an_unknown_form_is_refused(service: Service, publisher: Publisher) -> None:
    """There are three forms."""
    with pytest.raises(ValueError, match="no such form"):
        feeds.render(feeds.names([service])[0], (), "gopher", publisher, "en")
