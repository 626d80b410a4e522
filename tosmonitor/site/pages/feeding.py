"""The feeds as answers: which changes each carries, its months, its lists for readers."""

import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote
from weakref import WeakKeyDictionary

from starlette.responses import Response

from tosmonitor import archive as archives
from tosmonitor import feeds, urls
from tosmonitor.archive import Archive, Headline
from tosmonitor.feeds import Entry, Feed, Publisher, Written
from tosmonitor.feeds.record import LEAST, MOST
from tosmonitor.model import Change, Service
from tosmonitor.site.frame import HEADERS, NotHereError, Visit
from tosmonitor.site.holdings import Holdings
from tosmonitor.site.states import states
from tosmonitor.topics import TOPICS

#: A feed that was said fewer things than this carries its whole record; archives by month begin beyond.
MANY = LEAST + 1

_ADDRESS = re.compile(r"(?P<name>.+?)(?:/(?P<month>\d{4}-\d\d))?\.(?P<form>atom|rss|json|opml)")


def feed(visit: Visit, rest: str) -> Response:
    """Return a feed; `rest` is its address after /feeds/, such as service/github.atom or all/2026-10.rss."""
    found = _ADDRESS.fullmatch(rest)
    if found is None:
        raise NotHereError(visit.words("There is no such feed."))
    name, month, form = found["name"], found["month"], found["form"]
    known = every(visit)
    by = publisher(visit)
    if form == "opml":
        return _opml(visit, name, known, by)
    held = feeds.find(quote(name, safe="/-._~%"), known) or feeds.find(name, known, any_phrase=True)
    if held is None:
        raise NotHereError(visit.words("There is no such feed."))
    lines, months = _listed(visit.holdings, visit.holdings.edition(), held)
    if month is not None and month not in months:
        raise NotHereError(visit.words("This feed has no archive of that month."))
    entries = _entries(visit, held, lines, month, form)
    body = feeds.render(held, entries, form, by, visit.language, month=month, months=months)
    headers = {
        **HEADERS,
        "Last-Modified": format_datetime(feeds.last_modified(entries).replace(microsecond=0), usegmt=True),
    }
    headers["Cache-Control"] = "public, max-age=300"
    return Response(body, 200, headers, media_type=feeds.MEDIA_TYPES[form])


def every(visit: Visit) -> tuple[Feed, ...]:
    """Return every feed of the site; the same as long as the list of services is."""
    return _names(_services(visit), tuple(visit.settings.phrases))


def publisher(visit: Visit) -> Publisher:
    """Return who publishes the feeds."""
    settings = visit.settings
    return Publisher(visit.base_url, settings.name, settings.authority, settings.hub, settings.licence)


def months(visit: Visit, held: Feed) -> tuple[str, ...]:
    """Return the months of a feed that have an archive, oldest first."""
    return _listed(visit.holdings, visit.holdings.edition(), held)[1]


def _opml(visit: Visit, name: str, known: Sequence[Feed], by: Publisher) -> Response:
    groups = {key for key, _ in feeds.GROUPS}
    if name != "all" and name not in groups:
        raise NotHereError(visit.words("There is no such feed."))
    body = feeds.opml(known, by, visit.language, group=None if name == "all" else name)
    return Response(body, 200, HEADERS, media_type="text/x-opml; charset=utf-8")


def _entries(visit: Visit, held: Feed, lines: "_Lines", month: str | None, form: str) -> tuple[Written, ...]:
    """Return the entries of a document of a feed, in their order."""
    by, language = publisher(visit), visit.language
    if held.name == feeds.HEALTH:
        entries = _health(visit, by)
    elif held.name == feeds.FIRSTS:
        found = archives.firsts(visit.archive, 1_000)
        entries = feeds.of_firsts(found, visit.catalogue.services, by, language)
    elif "phrase" in held.filters:
        begin, end = (None, None) if month is None else feeds.span(month)
        changes = _touched(visit, held, begin, end)
        entries = feeds.of_changes(changes, _services(visit).held, by, language, topics=TOPICS, until=end)
    elif month is None:
        return feeds.current(_written(visit, held, _wanted(lines, archives.withdrawals(visit.archive) > 0), form, None))
    else:
        return feeds.of_month(_written(visit, held, _of_month(visit, held, lines, month), form, month), month)
    chosen = feeds.current(entries) if month is None else feeds.of_month(entries, month)
    return tuple(feeds.written(entry, form, language) for entry in chosen)


def _written(visit: Visit, held: Feed, lines: Iterable[Headline], form: str, month: str | None) -> tuple[Written, ...]:
    """Return the entries of changes, unordered: as an earlier export wrote them where that holds, else made."""
    by, language, services = publisher(visit), visit.language, _services(visit)
    withdrawn = archives.withdrawals(visit.archive)
    earlier = visit.holdings.earlier
    kept = {} if earlier is None else earlier.feed(urls.feed(language, held.name, form))
    found: list[Written] = []
    for line in lines:
        identity = _identity(by, line.document_id, line.at) if kept else ""
        if (
            earlier is not None
            and identity in kept
            and not line.retracted
            and earlier.stands(line.document_id, line.at)
        ):
            updated, body = kept[identity]
            found.append(Written(identity, updated, line.recorded_at, body))
        else:
            until = month if line.retracted else None  # what was not corrected reads the same in every document
            found += _made(visit.holdings, line, services, by, language, form, withdrawn, until)
    return tuple(found)


@lru_cache(maxsize=2_000)
def _identity(by: Publisher, document_id: str, at: datetime) -> str:
    return by.tag("change", document_id, urls.stamp(at))


@dataclass(frozen=True, slots=True, eq=False)
class _Services:
    """The services as the archive gave them; like itself alone, so that it costs nothing to look up by."""

    held: tuple[Service, ...]
    by_document: Mapping[str, Service]


def _services(visit: Visit) -> _Services:
    """Return the services: the very same for as long as the archive gives the same."""
    found = archives.services(visit.archive)
    known = _known.get(visit.archive)
    if known is None or known.held is not found:
        known = _Services(found, {document.id: service for service in found for document in service.documents})
        _known[visit.archive] = known
    return known


_known: WeakKeyDictionary[Archive, _Services] = WeakKeyDictionary()


@lru_cache(maxsize=2)
def _names(services: _Services, phrases: tuple[str, ...]) -> tuple[Feed, ...]:
    return feeds.names(services.held, TOPICS.items(), phrases)


@dataclass(frozen=True, slots=True, eq=False)
class _Lines:
    """The changes of a feed in one line each: those that were corrected, and the newest, more than it holds.

    Like itself alone, as `_Services` is.
    """

    corrected: tuple[Headline, ...] = ()
    newest: tuple[Headline, ...] = ()


@lru_cache(maxsize=4)  # the forms and languages of a feed are asked for one after the other, by an export above all
def _listed(holdings: Holdings, edition: Hashable, held: Feed) -> tuple[_Lines, tuple[str, ...]]:
    """Return the changes of a feed and the months that have an archive, as of this edition of the archive."""
    lines = _lines(holdings.archive(), held)
    return lines, _months(holdings.archive(), held, lines)


def _lines(archive: Archive, held: Feed) -> _Lines:
    asked: dict[str, Any] = held.filters
    if held.name in (feeds.HEALTH, feeds.FIRSTS) or "phrase" in asked:
        return _Lines()
    corrected = archives.headlines(archive, limit=None, retracted=True, **asked)
    if held.name == feeds.CORRECTIONS:
        return _Lines(corrected)
    return _Lines(corrected, archives.headlines(archive, limit=MOST + 1, **asked))


@lru_cache(maxsize=4)
def _wanted(lines: _Lines, withdrawn: bool) -> Sequence[Headline]:
    """Return the changes of which `feeds.current` takes its own: hardly more than it may take.

    Where texts were `withdrawn`, that is not known from the lines, and all are returned.
    """
    known = {(line.document_id, line.at): line for line in (*lines.corrected, *lines.newest)}
    ordered = sorted(known.values(), key=_said_at, reverse=True)
    if not ordered or withdrawn:
        return ordered
    begin, _ = feeds.span(feeds.month_of(_said_at(ordered[0])))
    count = min(MOST, max(LEAST, sum(_said_at(line) >= begin for line in ordered)))
    last = _said_at(ordered[:count][-1])
    return [line for line in ordered if _said_at(line) >= last]  # all of a second: their order is yet to be made


def _of_month(visit: Visit, held: Feed, lines: _Lines, month: str) -> list[Headline]:
    """Return the changes that may stand in the archive of a month: those of it, and all that were corrected."""
    begin, end = feeds.span(month)
    if len(lines.newest) <= MOST:
        found = tuple(line for line in lines.newest if begin <= line.recorded_at < end)
    else:
        found = _recorded(visit.holdings, visit.holdings.edition(), held, begin, end)
    return list({(line.document_id, line.at): line for line in (*found, *lines.corrected)}.values())


@lru_cache(maxsize=4)
def _recorded(
    holdings: Holdings, edition: Hashable, held: Feed, since: datetime, until: datetime
) -> tuple[Headline, ...]:
    asked: dict[str, Any] = held.filters
    return archives.headlines(holdings.archive(), limit=None, since=since, until=until, **asked)


@lru_cache(maxsize=6_000)
def _made(
    holdings: Holdings, line: Headline, services: _Services, by: Publisher, language: str, form: str, withdrawn: int,
    month: str | None,
) -> tuple[Written, ...]:  # fmt: skip
    """Return the entry of a change in one form, if it may have one.

    It is remembered: a change reads the same until it is corrected, a text is withheld, or a service is renamed.
    """
    entries = _entry(holdings, line, services, by, language, withdrawn, month)
    return tuple(feeds.written(entry, form, language) for entry in entries)


@lru_cache(maxsize=2_000)
def _entry(
    holdings: Holdings, line: Headline, services: _Services, by: Publisher, language: str, withdrawn: int,
    month: str | None,
) -> tuple[Entry, ...]:  # fmt: skip
    """Return the entry of a change; with `month`, as it read at its end."""
    service = services.by_document.get(line.document_id)
    changes = holdings.changes([(line.document_id, line.at)])
    until = None if month is None else feeds.span(month)[1]
    return feeds.of_changes(changes, () if service is None else (service,), by, language, topics=TOPICS, until=until)


def _said_at(line: Headline) -> datetime:
    return line.corrected_at or line.recorded_at


def _touched(visit: Visit, held: Feed, since: datetime | None, until: datetime | None) -> tuple[Change, ...]:
    """Return the changes that a feed of a phrase may carry, and every one of them that was corrected, whenever made."""
    asked: dict[str, Any] = held.filters
    corrected = archives.changes(visit.archive, limit=None, retracted=True, **asked)
    limit = MOST + 1 if since is None else None
    newest = archives.changes(visit.archive, limit=limit, since=since, until=until, **asked)
    merged = {(change.document_id, change.after.fetched_at): change for change in (*newest, *corrected)}
    return tuple(merged.values())


def _months(archive: Archive, held: Feed, lines: _Lines) -> tuple[str, ...]:
    """Return the months that have an archive; none while the current feed holds the whole record anyway."""
    if held.name in (feeds.HEALTH, feeds.FIRSTS):
        return ()
    asked: dict[str, Any] = held.filters
    newest = archives.headlines(archive, limit=1)
    last = newest[0].recorded_at if newest else None
    if "phrase" in asked:
        found = archives.changes(archive, limit=None, **asked)
        return _over([moment for change in found for moment in feeds.events(change)], last)
    said = {(line.document_id, line.at): line for line in (*lines.corrected, *lines.newest)}
    older: list[datetime] = []
    if len(lines.newest) > MOST:  # of what is older, the month is enough
        oldest = lines.newest[-1].recorded_at
        known = archives.months(archive, **asked)
        older = [datetime(*month, 1, tzinfo=UTC) for month in known if month < (oldest.year, oldest.month)]
    return archived(said.values(), last, older)


def archived(lines: Iterable[Headline], last: datetime | None, older: Iterable[datetime] = ()) -> tuple[str, ...]:
    """Return the months that have an archive in a feed of these changes, oldest first.

    `last` is when the newest change of all feeds was recorded; `older` are times of changes that are not in `lines`.
    """
    times = [moment for line in lines for moment in (line.recorded_at, line.corrected_at) if moment is not None]
    return _over([*times, *older], last)


def _over(times: Sequence[datetime], last: datetime | None) -> tuple[str, ...]:
    if len(times) < MANY:
        return ()
    return feeds.archive_months(times, last=max([*times, *([] if last is None else [last])]))


def _health(visit: Visit, by: Publisher) -> tuple[Entry, ...]:
    entries: list[Entry] = []
    for document_id, state in states(visit.holdings).items():
        for gap in visit.holdings.gaps(document_id, state.checked_at):
            entries += feeds.of_spell(
                document_id,
                gap.first_missed,
                gap.until,
                gap.reason,
                visit.catalogue.services,
                by,
                visit.language,
                checks=gap.checks,
            )
    return feeds.newest(entries)
