"""Entries as bytes: Atom 1.0 (RFC 4287), RSS 2.0 and JSON Feed 1.1, the same entries at parallel addresses.

feedgen's only home. The same entries always give the same bytes: every date comes from the entries.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from html import escape
from typing import Any
from urllib.parse import unquote

from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator

from tosmonitor import urls
from tosmonitor.feeds.entries import Entry
from tosmonitor.feeds.names import Feed
from tosmonitor.feeds.publisher import Publisher
from tosmonitor.feeds.text import line
from tosmonitor.model import Sentence

#: The forms of a feed and their media types, the first to be preferred.
MEDIA_TYPES = {
    "atom": "application/atom+xml; charset=utf-8",
    "rss": "application/rss+xml; charset=utf-8",
    "json": "application/feed+json; charset=utf-8",
}

#: How an entry begins, and what follows the last one. None of it can stand inside a text, where "<" and quotes are
#: escaped.
_ENDS = {"atom": (b"<entry>", b"</feed>"), "rss": (b"<item>", b"</channel>"), "json": (b'{"id":"', b"]}")}
#: What stands before the id of an entry and before its time of update, and what ends either.
_MARKS = {
    "atom": (b"<id>", b"<updated>", b"<"),
    "rss": (b'<guid isPermaLink="false">', b"<atom:updated>", b"<"),
    "json": (b'{"id":"', b'"date_modified":"', b'"'),
}
_ATOM = "http://www.w3.org/2005/Atom"
_HISTORY = "http://purl.org/syndication/history/1.0"  # RFC 5005
#: What an empty feed says of itself: nothing has been updated yet. Before 1990 the W3C validator finds it implausible.
_NEVER = datetime(2000, 1, 1, tzinfo=UTC)
_MONTH = Sentence("archive of", "archives de")


@dataclass(frozen=True, slots=True)
class Written:
    """An entry in one form and language: its bytes, and what decides in which documents of a feed it stands."""

    id: str
    updated: datetime
    announced: datetime
    body: bytes


def written(entry: Entry, form: str, language: str) -> Written:
    """Return an entry in `form` ("atom", "rss" or "json")."""
    body = _item(entry, language) if form == "json" else _element(entry, form)
    return Written(entry.id, entry.updated, entry.announced, body)


def parted(document: bytes, form: str) -> dict[str, tuple[datetime, bytes]]:
    """Return the entries of a document that `render` wrote, by id, each with its time of update and its bytes.

    Raises ValueError for a document in which something else was written since.
    """
    begin, end = _ENDS[form]
    ident, time, close = _MARKS[form]
    found = {}
    for part in document.rpartition(end)[0].split(begin)[1:]:
        body = begin + part.removesuffix(b",")
        at = body.index(ident) + len(ident)
        when = body.index(time) + len(time)
        updated = datetime.fromisoformat(body[when : body.index(close, when)].decode())
        found[body[at : body.index(close, at)].decode()] = (updated, body)
    return found


def render(
    feed: Feed,
    entries: Sequence[Entry | Written],
    form: str,
    publisher: Publisher,
    language: str,
    *,
    month: str | None = None,
    months: Sequence[str] = (),
) -> bytes:
    """Return `feed` in `form` ("atom", "rss" or "json") with these entries, in the order given (newest first).

    Entries that are `Written` are so in this form and language.

    `month` ("2026-10") makes it the archive of that month (RFC 5005, section 4). `months` are the months that have an
    archive, oldest first; they become the links from one to the one before, so that following them gives the whole
    record. No archive names the one after it: what is over does not change any more.
    """
    if form not in MEDIA_TYPES:
        raise ValueError(f"no such form of a feed: {form!r}; there are {', '.join(MEDIA_TYPES)}")
    here = _Place(feed, form, publisher, language, month, tuple(months))
    bodies = [(one if isinstance(one, Written) else written(one, form, language)).body for one in entries]
    end = _ENDS[form][1]
    shell = _json(here) if form == "json" else _bytes(_generator(here, last_modified(entries)), form)
    head, _, rest = shell.rpartition(end)
    return b"".join((head, (b"," if form == "json" else b"").join(bodies), end, rest))


def last_modified(entries: Sequence[Entry | Written]) -> datetime:
    """Return when the newest of `entries` was updated; the first moment of 2000 when there is none."""
    return max((entry.updated for entry in entries), default=_NEVER)


class _Place:
    """Where a feed document stands: its address, and those of its neighbours."""

    def __init__(
        self, feed: Feed, form: str, publisher: Publisher, language: str, month: str | None, months: tuple[str, ...]
    ) -> None:
        self.publisher, self.language, self.form, self.feed, self.month = publisher, language, form, feed, month
        self.id = publisher.tag("feed", language, unquote(feed.name))  # which `tag` quotes again
        title = f"{publisher.name} – {feed.title.said(language)}"
        self.title = line(title if month is None else f"{title} ({_MONTH.said(language)} {month})")
        self.description = line(feed.description.said(language), 500)
        self.home = publisher.url(feed.page(language))
        self.current = self._address(None)
        self.self = self._address(month)
        older = [m for m in months if month is None or m < month]
        self.previous = self._address(older[-1]) if older else None

    def _address(self, month: str | None) -> str:
        return self.publisher.url(urls.feed(self.language, self.feed.name, self.form, archive=month))

    def links(self) -> list[dict[str, str]]:
        """Return the links of the feed, the one to its page last: feedgen makes the last one RSS's `link`."""
        media = MEDIA_TYPES[self.form].partition(";")[0]
        found = [{"rel": "self", "href": self.self, "type": media}]
        if self.publisher.hub and self.month is None:
            found.append({"rel": "hub", "href": self.publisher.hub})
        if self.month is not None:
            found.append({"rel": "current", "href": self.current, "type": media})
        if self.previous:
            found.append({"rel": "prev-archive", "href": self.previous, "type": media})
        if self.publisher.licence:
            found.append({"rel": "license", "href": self.publisher.licence})
        found.append({"rel": "alternate", "href": self.home, "type": "text/html", "hreflang": self.language})
        return found


class _Unwritten(datetime):
    """A date that feedgen does not write into RSS, because it is false; the extension writes it.

    feedgen sets the locale of the whole process while it writes such a date, and puts back what it found. Two threads
    that do so at once can leave the process in the C locale, where open() reads ASCII.
    """

    def __bool__(self) -> bool:
        return False


class _FeedLinks:
    """Write what feedgen drops: every link of the feed into RSS, its date, and `fh:archive` into both."""

    def __init__(self) -> None:
        self.updated = _NEVER
        self.links: list[dict[str, str]] = []
        self.archive = False

    def extend_ns(self) -> dict[str, str]:
        return {"fh": _HISTORY}

    def extend_atom(self, feed: Any) -> Any:
        self._archive(feed)
        return feed

    def extend_rss(self, feed: Any) -> Any:
        channel = feed[0]
        _append(channel, "lastBuildDate", text=format_datetime(self.updated.astimezone(UTC)))
        for link in self.links:
            if link["rel"] not in ("self", "alternate"):  # feedgen writes the first itself, the other is <link>
                _append(channel, f"{{{_ATOM}}}link", link)
        self._archive(channel)
        return feed

    def _archive(self, parent: Any) -> None:
        if self.archive:
            _append(parent, f"{{{_HISTORY}}}archive")


class _EntryLinks:
    """Write the links of an entry, of which feedgen loses every `rel` in Atom, and give RSS items both their times."""

    def __init__(self) -> None:
        self.entry: Entry | None = None

    def extend_atom(self, feed: Any) -> Any:
        self._links(feed, "link")
        return feed

    def extend_rss(self, feed: Any) -> Any:
        if self.entry is not None:
            _append(feed, "pubDate", text=format_datetime(self.entry.published.astimezone(UTC)))
            _append(feed, f"{{{_ATOM}}}updated", text=self.entry.updated.isoformat())
            self._links(feed, f"{{{_ATOM}}}link")
        return feed

    def _links(self, parent: Any, name: str) -> None:
        for link in self.entry.links if self.entry is not None else ():
            if link.rel != "alternate":
                _append(parent, name, {"rel": link.rel, "href": link.href, "title": link.title})


def _append(parent: Any, name: str, attributes: dict[str, str] | None = None, *, text: str | None = None) -> None:
    """Append an element to one of feedgen's (an lxml element, which makes its own kind)."""
    child = parent.makeelement(name, attributes or {})
    child.text = text
    parent.append(child)


@lru_cache(maxsize=1_000)  # an entry stands in several feeds, which are written again whenever another joins it
def _element(entry: Entry, form: str) -> bytes:
    """Return one entry as it stands between the others."""
    generator = FeedGenerator()
    generator.register_extension("tosmonitor", _FeedLinks, _EntryLinks)
    for fill in (generator.id, generator.title, generator.description):
        fill("-")
    generator.link(href="-")
    generator.updated(_NEVER if form == "atom" else _Unwritten.fromtimestamp(0, UTC))
    _add(generator.add_entry(order="append"), entry, form)
    begin, end = _ENDS[form]
    written = _bytes(generator, form)
    return written[written.index(begin) : written.rindex(end)]


def _bytes(generator: FeedGenerator, form: str) -> bytes:
    found: bytes = generator.atom_str() if form == "atom" else generator.rss_str()
    return found


def _generator(here: _Place, newest: datetime) -> FeedGenerator:
    generator = FeedGenerator()
    generator.register_extension("tosmonitor", _FeedLinks, _EntryLinks)
    generator.tosmonitor.links = here.links()
    generator.tosmonitor.archive = here.month is not None
    generator.id(here.id)
    generator.title(here.title)
    generator.description(here.description)
    generator.subtitle(here.description)
    generator.language(here.language)
    generator.author({"name": line(here.publisher.name), "uri": here.publisher.url("/")})
    generator.generator("tosmonitor")
    generator.updated(newest if here.form == "atom" else _Unwritten.fromtimestamp(0, UTC))
    generator.tosmonitor.updated = newest.replace(microsecond=0)
    for link in here.links():
        generator.link(**link)
    return generator


def _add(target: FeedEntry, entry: Entry, form: str) -> None:
    target.id(entry.id)
    target.title(entry.title)
    # Not as text: rss2email prefers a plain summary to the content, and would mail a change without its words.
    target.summary(escape(entry.summary, quote=False), type="html")
    target.content(entry.content, type="html")
    target.updated(entry.updated)
    if form == "atom":
        target.published(entry.published)  # RSS gets its date from the extension: no change of locale for each item
    target.tosmonitor.entry = entry
    for category in entry.categories:
        target.category(term=category.term, scheme=category.scheme, label=category.label)
    target.link(href=entry.url)  # an Atom link without a rel is the alternate; the others are the extension's


def _json(here: _Place) -> bytes:
    document: dict[str, object] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": here.title,
        "description": here.description,
        "home_page_url": here.home,
        "feed_url": here.self,
        "language": here.language,
        "authors": [{"name": line(here.publisher.name), "url": here.publisher.url("/")}],
    }
    if here.previous:
        document["next_url"] = here.previous
    if here.publisher.hub and here.month is None:
        document["hubs"] = [{"type": "WebSub", "url": here.publisher.hub}]
    return _dumped(document | {"items": []}) + b"\n"


def _dumped(document: dict[str, object]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


@lru_cache(maxsize=1_000)
def _item(entry: Entry, language: str) -> bytes:
    item: dict[str, object] = {"id": entry.id, "url": entry.url}
    if entry.source:
        item["external_url"] = entry.source
    item |= {
        "title": entry.title,
        "summary": entry.summary,
        "content_html": entry.content,
        "date_published": entry.published.isoformat(),
        "date_modified": entry.updated.isoformat(),
        "tags": [category.label for category in entry.categories],
        "language": language,
    }
    return _dumped(item)
