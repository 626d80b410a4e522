"""Changes as lists show them: one entry a change, grouped by the day on which it was seen."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from threading import Lock
from typing import Any

from markupsafe import Markup

from tosmonitor import archive as archives
from tosmonitor import urls
from tosmonitor.archive import Headline
from tosmonitor.model import Change, Kind, Sentence, Withdrawal
from tosmonitor.site import i18n, redline
from tosmonitor.site.frame import Visit
from tosmonitor.site.holdings import Catalogue
from tosmonitor.topics import TOPICS

#: Topics that a list names of one change: a rewritten text touches twenty, which alone would fill a page.
_TOPICS = 8


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic that changes can touch."""

    id: str
    name: Sentence


@dataclass(frozen=True, slots=True)
class Entry:
    """One change in a list; what is `written` already needs no more than its place."""

    document_id: str
    service: str
    type: str
    at: datetime
    url: str
    sentence: str = ""
    kind: str = ""
    added: int = 0
    removed: int = 0
    topics: tuple[Topic, ...] = ()  # the first of them
    jurisdiction: str | None = None
    returns_to: datetime | None = None
    retracted: Withdrawal | None = None
    excerpt: Markup | None = None
    topics_more: int = 0  # how many others there are, all of which the page of the change names
    written: Markup | None = None  # all of it, as an earlier export wrote it on the same page


def topic(topic_id: str) -> Topic:
    """Return a topic with its name; one that is not on the list is called by its id."""
    return Topic(topic_id, TOPICS.get(topic_id, Sentence(topic_id, topic_id)))


def latest(visit: Visit, **filters: Any) -> tuple[Entry, ...]:
    """Return the newest changes that pass the filters of `archive.headlines`, as many as a list shows."""
    lines = archives.headlines(visit.archive, limit=visit.settings.list_length, **filters)
    catalogue = visit.catalogue

    def make(line: Headline) -> Entry:
        (change,) = visit.holdings.changes([(line.document_id, line.at)])
        return _of_change(change, catalogue, visit.language)

    return tuple(_entries(visit, lines, make))


def headings(visit: Visit, lines: Iterable[Headline]) -> tuple[Entry, ...]:
    """Return changes as entries without topics and excerpts, for long lists, in the order given."""
    catalogue = visit.catalogue
    return tuple(_entries(visit, lines, lambda line: _of_line(line, catalogue, visit.language)))


def _entries(visit: Visit, lines: Iterable[Headline], make: Callable[[Headline], Entry]) -> Iterator[Entry]:
    """Yield the entry of each change: as an earlier export wrote it on this very page where that holds, else made."""
    earlier = visit.holdings.earlier
    kept = {} if earlier is None else earlier.entries(visit.path)
    for line in lines:
        url = urls.change(visit.language, line.document_id, line.at)
        written = None
        if kept and earlier is not None and not line.retracted and earlier.stands(line.document_id, line.at):
            written = kept.get(visit.link(url))
        if written is None:
            yield make(line)
        else:
            yield Entry(line.document_id, line.service, line.terms_type, line.at, url, written=written)


def _of_line(line: Headline, catalogue: Catalogue, language: str) -> Entry:
    held = catalogue.documents.get(line.document_id)
    return Entry(
        line.document_id,
        line.service,
        line.terms_type,
        line.at,
        urls.change(language, line.document_id, line.at),
        i18n.typeset(line.sentence.said(language), language),
        line.kind.value,
        line.words_added,
        line.words_removed,
        (),
        held[1].jurisdiction if held else None,
        None,
        Withdrawal(line.at, Sentence("", "")) if line.retracted else None,
    )


def by_day(listed: Sequence[Entry]) -> tuple[tuple[str, tuple[Entry, ...]], ...]:
    """Group entries by the UTC day on which they were seen, the newest day first."""
    ordered = sorted(listed, key=lambda entry: (entry.at, entry.document_id), reverse=True)
    return tuple(
        (day, tuple(group)) for day, group in groupby(ordered, key=lambda e: f"{e.at.astimezone(UTC):%Y-%m-%d}")
    )


def _of_change(change: Change, catalogue: Catalogue, language: str) -> Entry:
    held = catalogue.documents.get(change.document_id)
    difference = change.difference
    return Entry(
        document_id=change.document_id,
        service=held[0].name if held else change.document_id.partition("/")[0],
        type=held[1].terms_type if held else change.document_id.partition("/")[2],
        at=change.after.fetched_at,
        url=urls.change(language, change.document_id, change.after.fetched_at),
        sentence=i18n.typeset(difference.sentence.said(language), language),
        kind=difference.kind.value,
        added=difference.words_added if difference.kind is Kind.WORDING else 0,
        removed=difference.words_removed if difference.kind is Kind.WORDING else 0,
        topics=tuple(topic(hit.topic) for hit in difference.topics[:_TOPICS]),
        topics_more=max(0, len(difference.topics) - _TOPICS),
        jurisdiction=held[1].jurisdiction if held else None,
        returns_to=change.returns_to,
        retracted=change.retracted,
        excerpt=_excerpt(change, language),
    )


_KEPT: OrderedDict[tuple[str, str, str], Markup] = OrderedDict()
_LOCK = Lock()


def _excerpt(change: Change, language: str) -> Markup:
    """Return the line that shows the change itself; kept, since lists show the same changes again and again."""
    key = (change.before.digest, change.after.digest, language)
    with _LOCK:
        found = _KEPT.get(key)
    if found is None:
        found = redline.excerpt(change.difference, language)
        with _LOCK:
            _KEPT[key] = found
            while len(_KEPT) > 4_000:
                _KEPT.popitem(last=False)
    return found
