"""The rules that validators hold feeds to: RFC 4287, RFC 4151, RFC 3986, RFC 5005, RSS 2.0 as the W3C checks it."""

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from html import unescape

import pytest
from lxml import etree

from tests.feeds.conftest import MakeChange
from tests.feeds.test_hostile import hostile
from tosmonitor import feeds
from tosmonitor.feeds import Entry, Publisher
from tosmonitor.model import Service

ATOM, CONTENT = "{http://www.w3.org/2005/Atom}", "{http://purl.org/rss/1.0/modules/content/}"
TAG = re.compile(r"tag:[a-z0-9.-]+,\d{4}:[0-9a-zA-Z;/?:@&=+$.\-_!~*'()%,]+")
URI = re.compile(r"[a-zA-Z][0-9a-zA-Z+.-]*:(//)?[0-9a-zA-Z;/?:@&=+$.\-_!~*'()%,#\[\]]+")
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
#: A character that XML allows and the W3C validator takes for a wrong encoding.
BAD = re.compile("[\x80-\x9f\ufffd]")


@pytest.fixture(params=["plain", "hostile"])
def entries(
    request: pytest.FixtureRequest, make_change: MakeChange, service: Service, publisher: Publisher
) -> tuple[Entry, ...]:
    """Give a feed's entries: of ordinary changes, two of them in the same second, or of hostile ones."""
    if request.param == "plain":
        twin = make_change(0)
        other = replace(
            twin,
            document_id="acme/privacy-policy",
            before=replace(twin.before, document_id="acme/privacy-policy"),
            after=replace(twin.after, document_id="acme/privacy-policy"),
        )
        return feeds.of_changes([other, *(make_change(n) for n in range(60))], [service], publisher, "en")
    dice, plain = random.Random(3), make_change()
    return feeds.newest(hostile(dice, plain, number)[1] for number in range(200))


def render(entries: tuple[Entry, ...], form: str, service: Service) -> etree._Element:
    """Return a feed with all that it can have, parsed."""
    publisher = Publisher(
        "https://monitor.example.org/", hub="https://hub.example/", licence="https://licence.example/by/4.0/"
    )
    feed = feeds.names([service])[0]
    return etree.fromstring(feeds.render(feed, entries, form, publisher, "fr", months=["2025-12"]))


def marked(text: str) -> bool:
    """Say whether a plain text could be taken for HTML."""
    return "<" in text or unescape(text) != text


def texts(root: etree._Element) -> Iterator[str]:
    """Yield every text and every attribute of a feed."""
    for element in root.iter():
        yield element.text or ""
        yield from (str(value) for value in element.attrib.values())


def test_atom_keeps_its_rules(entries: tuple[Entry, ...], service: Service) -> None:
    """Ids are tag: URIs and unique, update times valid and unique, links absolute and ASCII, languages named."""
    root = render(entries, "atom", service)
    found = root.findall(f"{ATOM}entry")
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "fr"
    for once in ("id", "title", "updated"):
        assert len(root.findall(f"{ATOM}{once}")) == 1
        assert all(len(entry.findall(f"{ATOM}{once}")) == 1 for entry in found)
    ids = [entry.findtext(f"{ATOM}id") or "" for entry in found]
    assert all(TAG.fullmatch(each) for each in [root.findtext(f"{ATOM}id") or "", *ids])
    assert len(set(ids)) == len(ids)
    updates = [entry.findtext(f"{ATOM}updated") or "" for entry in found]
    assert all(RFC3339.fullmatch(each) for each in updates)
    assert len(set(updates)) == len(updates)
    assert root.findtext(f"{ATOM}updated") == max(updates)
    for entry in found:
        published = datetime.fromisoformat(entry.findtext(f"{ATOM}published") or "")
        assert published <= datetime.fromisoformat(entry.findtext(f"{ATOM}updated") or "") + timedelta(seconds=1)
        rels = [link.get("rel", "alternate") for link in entry.findall(f"{ATOM}link")]
        assert rels == ["alternate", "related", "related", "via"]
        assert [part.get("type") for part in entry.iter(f"{ATOM}content", f"{ATOM}summary")] == ["html", "html"]
        assert not marked(entry.findtext(f"{ATOM}title") or "")
    assert all(URI.fullmatch(link.get("href", "")) for link in root.iter(f"{ATOM}link"))
    assert all(category.get("term") and category.get("label") for category in root.iter(f"{ATOM}category"))
    assert not any(BAD.search(text) for text in texts(root))


def test_rss_keeps_its_rules(entries: tuple[Entry, ...], service: Service) -> None:
    """The channel speaks before its items, each of which has a guid that is no link, and a summary before content."""
    channel = render(entries, "rss", service)[0]
    names = [child.tag for child in channel]
    assert names.index("item") == len(names) - len(entries)
    assert all(names.count(once) == 1 for once in ("title", "link", "description", "language", "lastBuildDate"))
    assert [link.get("rel") for link in channel.findall(f"{ATOM}link")] == ["self", "hub", "prev-archive", "license"]
    assert parsedate_to_datetime(channel.findtext("lastBuildDate") or "")
    for item in channel.findall("item"):
        children = [child.tag for child in item]
        assert children.index("description") < children.index(f"{CONTENT}encoded")
        assert [guid.get("isPermaLink") for guid in item.iter("guid")] == ["false"]
        assert TAG.fullmatch(item.findtext("guid") or "")
        assert item.findtext("pubDate", "").endswith(" +0000")
        assert URI.fullmatch(item.findtext("link") or "")
        assert all((category.text or "").strip() for category in item.findall("category"))
        assert not marked(item.findtext("title") or "")
    assert not any(BAD.search(text) for text in texts(channel))


@pytest.mark.parametrize(
    ("base", "authority", "owner"),
    [
        ("https://Monitor.Example.org:8443/x", "", "monitor.example.org"),
        ("http://127.0.0.1:8000", "", "127.0.0.1"),
        ("http://[::1]:8000", "", "localhost"),
        ("https://exämple.fr", "", "xn--exmple-cua.fr"),
        ("https://a.example", "Old.Example", "old.example"),
        ("https://a.example", "not a name", "localhost"),
    ],
)
def test_identities_are_valid_wherever_the_site_is(base: str, authority: str, owner: str) -> None:
    """The authority of a tag: URI is a domain name in lower case, without a port."""
    identity = Publisher(base, authority=authority).tag("change", "a/b", "20260101000000")
    assert identity == f"tag:{owner},2026:change:a/b:20260101000000"
