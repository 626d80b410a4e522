"""The feeds as answers: which changes each carries, its months, its lists for readers."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote
from weakref import WeakKeyDictionary

from starlette.responses import Response

from tosmonitor import archive as archives
from tosmonitor import feeds
from tosmonitor.archive import Archive, Headline
from tosmonitor.errors import NotFoundError
from tosmonitor.feeds import Entry, Feed, Publisher
from tosmonitor.feeds.record import LEAST, MOST
from tosmonitor.model import Change, Service
from tosmonitor.site.frame import HEADERS, Visit
from tosmonitor.site.holdings import Carried
from tosmonitor.site.states import states
from tosmonitor.topics import TOPICS

#: A feed that was said fewer things than this carries its whole record; archives by month begin beyond.
MANY = LEAST + 1

_ADDRESS = re.compile(r"(?P<name>.+?)(?:/(?P<month>\d{4}-\d\d))?\.(?P<form>atom|rss|json|opml)")


def feed(visit: Visit, rest: str) -> Response:
    """Return a feed; `rest` is its address after /feeds/, such as service/github.atom or all/2026-10.rss."""
    found = _ADDRESS.fullmatch(rest)
    if found is None:
        raise NotFoundError(visit.words("There is no such feed."))
    name, month, form = found["name"], found["month"], found["form"]
    known = _names(_services(visit), tuple(visit.settings.phrases))
    by = publisher(visit)
    if form == "opml":
        return _opml(visit, name, known, by)
    held = feeds.find(quote(name, safe="/-._~%"), known) or feeds.find(name, known, any_phrase=True)
    if held is None:
        raise NotFoundError(visit.words("There is no such feed."))
    key = (visit.holdings.edition(), held, month, by, visit.language)
    kept = visit.holdings.newest_feed
    # The three forms of a feed are asked for one after the other, by an export above all; what they carry is the same.
    carried = kept[1] if kept is not None and kept[0] == key else _carried(visit, held, by, month)
    visit.holdings.newest_feed = (key, carried)
    body = feeds.render(held, carried.entries, form, by, visit.language, month=month, months=carried.months)
    headers = {
        **HEADERS,
        "Last-Modified": format_datetime(feeds.last_modified(carried.entries).replace(microsecond=0), usegmt=True),
    }
    headers["Cache-Control"] = "public, max-age=300"
    return Response(body, 200, headers, media_type=feeds.MEDIA_TYPES[form])


def publisher(visit: Visit) -> Publisher:
    """Return who publishes the feeds."""
    settings = visit.settings
    return Publisher(visit.base_url, settings.name, settings.authority, settings.hub, settings.licence)


def months(visit: Visit, held: Feed) -> tuple[str, ...]:
    """Return the months of a feed that have an archive, oldest first."""
    return _months(visit, held, _lines(visit, held))


def _opml(visit: Visit, name: str, known: Sequence[Feed], by: Publisher) -> Response:
    groups = {key for key, _ in feeds.GROUPS}
    if name != "all" and name not in groups:
        raise NotFoundError(visit.words("There is no such feed."))
    body = feeds.opml(known, by, visit.language, group=None if name == "all" else name)
    return Response(body, 200, HEADERS, media_type="text/x-opml; charset=utf-8")


def _carried(visit: Visit, held: Feed, by: Publisher, month: str | None) -> Carried:
    lines = _lines(visit, held)
    months = _months(visit, held, lines)
    if month is not None and month not in months:
        raise NotFoundError(visit.words("This feed has no archive of that month."))
    if held.name == feeds.HEALTH:
        entries = _health(visit, by)
    elif held.name == feeds.FIRSTS:
        found = archives.firsts(visit.archive, 1_000)
        entries = feeds.of_firsts(found, visit.catalogue.services, by, visit.language)
    elif month is not None:
        begin, end = feeds.span(month)
        changes = _changes(visit, held, since=begin, until=end)
        entries = feeds.of_changes(changes, _services(visit).held, by, visit.language, topics=TOPICS, until=end)
    elif "phrase" in held.filters:
        changes = _changes(visit, held, limit=MOST + 1)
        entries = feeds.of_changes(changes, _services(visit).held, by, visit.language, topics=TOPICS)
    else:
        entries = _newest(visit, lines, by)
    if month is not None:
        return Carried(feeds.of_month(entries, month), months)
    return Carried(feeds.current(entries), months)


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


@dataclass(frozen=True, slots=True)
class _Lines:
    """The changes of a feed in one line each: those that were corrected, and the newest, more than it holds."""

    corrected: tuple[Headline, ...] = ()
    newest: tuple[Headline, ...] = ()


def _lines(visit: Visit, held: Feed) -> _Lines:
    asked: dict[str, Any] = held.filters
    if held.name in (feeds.HEALTH, feeds.FIRSTS) or "phrase" in asked:
        return _Lines()
    corrected = archives.headlines(visit.archive, limit=None, retracted=True, **asked)
    if held.name == feeds.CORRECTIONS:
        return _Lines(corrected)
    return _Lines(corrected, archives.headlines(visit.archive, limit=MOST + 1, **asked))


def _newest(visit: Visit, lines: _Lines, by: Publisher) -> tuple[Entry, ...]:
    """Return the entries of which `feeds.current` takes its own: no more of them are made than it may take.

    Entries are remembered: a change reads the same until it is corrected or withheld, or a service is renamed.
    """
    withdrawn = archives.withdrawals(visit.archive)
    known = {(line.document_id, line.at): line for line in (*lines.corrected, *lines.newest)}
    ordered = sorted(known.values(), key=_said_at, reverse=True)
    wanted = ordered
    if ordered and not withdrawn:
        begin, _ = feeds.span(feeds.month_of(_said_at(ordered[0])))
        count = min(MOST, max(LEAST, sum(_said_at(line) >= begin for line in ordered)))
        last = _said_at(ordered[:count][-1])
        wanted = [line for line in ordered if _said_at(line) >= last]  # all of a second: their order is yet to be made
    services = _services(visit)
    found = [_entry(visit.archive, line, services, by, visit.language, withdrawn) for line in wanted]
    return feeds.newest(entry for entries in found for entry in entries)


@lru_cache(maxsize=1_000)
def _entry(
    archive: Archive, line: Headline, services: _Services, by: Publisher, language: str, withdrawn: int
) -> tuple[Entry, ...]:
    """Return the entry of a change, if it may have one; made anew when a text has been withheld since."""
    service = services.by_document.get(line.document_id)
    change = archives.change(archive, line.document_id, line.at)
    return feeds.of_changes((change,), () if service is None else (service,), by, language, topics=TOPICS)


def _said_at(line: Headline) -> datetime:
    return line.corrected_at or line.recorded_at


def _changes(
    visit: Visit, held: Feed, *, limit: int | None = None, since: datetime | None = None, until: datetime | None = None
) -> tuple[Change, ...]:
    """Return the changes that a feed may carry, and every one of them that was corrected, whenever it was made."""
    asked: dict[str, Any] = held.filters
    corrected = archives.changes(visit.archive, limit=None, retracted=True, **asked)
    if held.name == feeds.CORRECTIONS:
        return corrected
    if "phrase" in asked:
        newest = archives.changes(visit.archive, limit=limit, since=since, until=until, **asked)
    else:
        lines = archives.headlines(visit.archive, limit=limit, since=since, until=until, **asked)
        newest = visit.holdings.changes((line.document_id, line.at) for line in lines)
    merged = {(change.document_id, change.after.fetched_at): change for change in (*newest, *corrected)}
    return tuple(merged.values())


def _months(visit: Visit, held: Feed, lines: _Lines) -> tuple[str, ...]:
    """Return the months that have an archive; none while the current feed holds the whole record anyway."""
    if held.name in (feeds.HEALTH, feeds.FIRSTS):
        return ()
    asked: dict[str, Any] = held.filters
    if "phrase" in asked:
        found = archives.changes(visit.archive, limit=None, **asked)
        times = [moment for change in found for moment in feeds.events(change)]
    else:
        times = [moment for line in lines.corrected for moment in {line.recorded_at, _said_at(line)}]
        times += [line.recorded_at for line in lines.newest]
        if len(lines.newest) > MOST:  # of what is older, the month is enough
            oldest = times[-1]
            known = archives.months(visit.archive, **asked)
            times += [datetime(*month, 1, tzinfo=UTC) for month in known if month < (oldest.year, oldest.month)]
    if len(times) < MANY:
        return ()
    last = max([*times, *(line.recorded_at for line in archives.headlines(visit.archive, limit=1))], default=None)
    return feeds.archive_months(times, last=last)


def _health(visit: Visit, by: Publisher) -> tuple[Entry, ...]:
    entries: list[Entry] = []
    for document_id, state in states(visit.holdings).items():
        for gap in visit.holdings.gaps(document_id, state.checked_at):
            entries += feeds.of_spell(
                document_id, gap.first_missed, gap.until, gap.reason, visit.catalogue.services, by, visit.language
            )
    return feeds.newest(entries)
