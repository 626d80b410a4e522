"""The rules that validators hold feeds to: RFC 4287, RFC 4151, RFC 3986, RFC 5005, RSS 2.0 as the W3C checks it."""

import json
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from html import unescape
from urllib.parse import unquote

import pytest
from lxml import etree

from tests.feeds.conftest import MakeChange
from tests.feeds.test_hostile import hostile
from tosmonitor import feeds
from tosmonitor.feeds import Entry, Publisher
from tosmonitor.model import Document, Service

ATOM, CONTENT = "{http://www.w3.org/2005/Atom}", "{http://purl.org/rss/1.0/modules/content/}"
TAG = re.compile(r"tag:[a-z0-9.-]+,\d{4}:[0-9a-zA-Z;/?:@&=+$.\-_!~*'()%,]+")
URI = re.compile(r"[a-zA-Z][0-9a-zA-Z+.-]*:(//)?[0-9a-zA-Z;/?:@&=+$.\-_!~*'()%,#]+")
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
#: Characters that XML allows and the W3C validator takes for a wrong encoding: those between ASCII and Latin, the mark
#: of what could not be decoded, Latin letters that were encoded twice, and those that are none in any plane.
BAD = re.compile("[\x80-\x9f\ufffd\ufdd0-\ufdef\ufffe\uffff]|[\xc2\xc3][\x80-\xbf]|" + "|".join(
    chr((plane << 16) + last) for plane in range(1, 17) for last in (0xFFFE, 0xFFFF)
))  # fmt: skip
#: An ampersand of HTML that does not begin one of the entities that we write.
STRAY = re.compile("&(?!(?:amp|lt|gt|quot|#x27|#[0-9]+);)")


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


def strict(markup: str) -> None:
    """Fail unless `markup` is HTML at which no parser has to guess: elements closed, ampersands written out."""
    assert not STRAY.search(markup)
    for element in etree.fromstring(f"<div>{markup.replace('<br>', '<br/>')}</div>").iter("p", "h3"):
        assert not element.findall(".//p") + element.findall(".//h3")


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
        strict(entry.findtext(f"{ATOM}content") or "")
        strict(entry.findtext(f"{ATOM}summary") or "")
    links = [(link.get("rel"), link.get("type"), link.get("hreflang")) for link in root.findall(f"{ATOM}link")]
    assert len(set(links)) == len(links)
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
        strict(item.findtext(f"{CONTENT}encoded") or "")
        strict(item.findtext("description") or "")
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


def test_what_a_page_encoded_wrongly_is_no_mistake_of_the_feed(
    make_change: MakeChange, service: Service, publisher: Publisher
) -> None:
    """Characters that the validator takes for a broken feed are said in a way that it does not, or left out."""
    change = make_change(old="# T\n\nOld.\n", new="# T\n\nNew: Â© 2026, cafÃ©, \U0001fffe\U0010ffff.\n")
    (entry,) = feeds.of_changes([change], [service], publisher, "en")
    assert not BAD.search(entry.content)
    assert "Â© 2026, cafÃ©, ." in unescape(entry.content)


@pytest.mark.parametrize("form", ["atom", "rss"])
def test_a_feed_that_holds_nothing_yet_is_plausible(form: str, service: Service, publisher: Publisher) -> None:
    """Before 1990 the validator believes no date."""
    root = etree.fromstring(feeds.render(feeds.names([service])[0], (), form, publisher, "en"))
    said = root.findtext(f"{ATOM}updated") or root.findtext("channel/lastBuildDate") or ""
    at = datetime.fromisoformat(said) if form == "atom" else parsedate_to_datetime(said)
    assert at.year >= 1990


def test_the_id_of_a_feed_is_in_canonical_form(publisher: Publisher) -> None:
    """What an address quotes once is quoted once in the id too."""
    feed = feeds.of_phrase("données à caractère", name="phrase/donn%C3%A9es")
    root = etree.fromstring(feeds.render(feed, (), "atom", publisher, "en"))
    assert root.findtext(f"{ATOM}id") == "tag:monitor.example.org,2026:feed:en:phrase/donn%C3%A9es"
    assert unquote(root.findtext(f"{ATOM}id") or "").endswith("phrase/données")


def test_json_keeps_its_rules(entries: tuple[Entry, ...], service: Service) -> None:
    """JSON Feed 1.1: what must be there is, of its type; ids are unique, addresses absolute, times with their zone."""
    publisher = Publisher("https://monitor.example.org/", "A <b>name</b>\x00", hub="https://hub.example/")
    feed = feeds.names([service])[0]
    held = json.loads(feeds.render(feed, entries, "json", publisher, "fr", months=["2025-12"]))
    assert held["version"] == "https://jsonfeed.org/version/1.1"
    assert held.keys() <= {
        "version", "title", "home_page_url", "feed_url", "description", "next_url", "authors", "language", "hubs",
        "items",
    }  # fmt: skip
    assert held["title"]
    assert all(URI.fullmatch(held[name]) for name in ("home_page_url", "feed_url", "next_url"))
    assert held["next_url"] != held["feed_url"]
    assert held["authors"] == [{"name": "A ‹b›name‹/b›", "url": "https://monitor.example.org/"}]
    assert held["hubs"] == [{"type": "WebSub", "url": "https://hub.example/"}]
    assert len({item["id"] for item in held["items"]}) == len(held["items"]) == len(entries)
    for item in held["items"]:
        assert item.keys() <= {
            "id", "url", "external_url", "title", "summary", "content_html", "date_published", "date_modified", "tags",
            "language",
        }  # fmt: skip
        assert all(isinstance(value, str) and value for name, value in item.items() if name != "tags")
        assert all(isinstance(tag, str) and tag for tag in item["tags"])
        assert TAG.fullmatch(item["id"])
        assert all(URI.fullmatch(item[name]) for name in ("url", "external_url") if name in item)
        assert all(RFC3339.fullmatch(item[name]) for name in ("date_published", "date_modified"))
        strict(item["content_html"])


def test_opml_keeps_its_rules(publisher: Publisher) -> None:
    """OPML 2.0: known attributes only, feeds with address and title, names that are the same as text and as HTML."""
    telecom = Service("att", "AT&T <b>Inc.</b> &copy; R&amp;D", (Document("att", "Imprint", ()),), ("m&a",))
    root = etree.fromstring(feeds.opml(feeds.names([telecom]), replace(publisher, name="Q&A"), "en"))
    assert root.get("version") == "2.0"
    assert [child.tag for child in root] == ["head", "body"]
    assert root.findtext("head/title") == "Q & A"
    found = list(root.iter("outline"))
    assert {str(name) for outline in found for name in outline.attrib} == {"text", "title", "type", "xmlUrl", "htmlUrl"}
    for outline in found:
        names = {str(name) for name in outline.attrib}
        assert names in ({"text"}, {"text", "title", "type", "xmlUrl", "htmlUrl"})
        assert not re.search(r"&(?! )|[<>]", outline.get("text", ""))
        assert outline.get("title", outline.get("text")) == outline.get("text")
        assert all(URI.fullmatch(outline.get(name, "https://x.example/")) for name in ("xmlUrl", "htmlUrl"))
    assert any(outline.get("text", "").startswith("AT & T ‹b›Inc.‹/b›") for outline in found)


@pytest.mark.parametrize("form", ["atom", "rss", "json"])
def test_a_feed_can_be_taken_apart_again(form: str, entries: tuple[Entry, ...], service: Service) -> None:
    """The entries of a written feed are found by id, byte for byte, so that the next one need not make them again."""
    publisher = Publisher("https://monitor.example.org/")
    feed = feeds.names([service])[0]
    made = [feeds.written(entry, form, "fr") for entry in entries]
    document = feeds.render(feed, made, form, publisher, "fr")
    assert document == feeds.render(feed, entries, form, publisher, "fr")
    assert feeds.parted(document, form) == {one.id: (one.updated, one.body) for one in made}
    assert feeds.parted(feeds.render(feed, (), form, publisher, "fr"), form) == {}
