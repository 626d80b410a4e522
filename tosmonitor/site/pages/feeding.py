"""The feeds as answers: which changes each carries, its months, its lists for readers."""

import re
from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote

from starlette.responses import Response

from tosmonitor import archive as archives
from tosmonitor import feeds
from tosmonitor.errors import NotFoundError
from tosmonitor.feeds import Entry, Feed, Publisher
from tosmonitor.feeds.record import LEAST
from tosmonitor.model import Change
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
    known = feeds.names(visit.catalogue.services, TOPICS.items(), visit.settings.phrases)
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
    return _months(visit, held)


def _opml(visit: Visit, name: str, known: Sequence[Feed], by: Publisher) -> Response:
    groups = {key for key, _ in feeds.GROUPS}
    if name != "all" and name not in groups:
        raise NotFoundError(visit.words("There is no such feed."))
    body = feeds.opml(known, by, visit.language, group=None if name == "all" else name)
    return Response(body, 200, HEADERS, media_type="text/x-opml; charset=utf-8")


def _carried(visit: Visit, held: Feed, by: Publisher, month: str | None) -> Carried:
    if month is not None and month not in _months(visit, held):
        raise NotFoundError(visit.words("This feed has no archive of that month."))
    months = _months(visit, held)
    if held.name == feeds.HEALTH:
        entries = _health(visit, by)
    elif held.name == feeds.FIRSTS:
        found = archives.firsts(visit.archive, 1_000)
        entries = feeds.of_firsts(found, visit.catalogue.services, by, visit.language)
    elif month is not None:
        begin, end = feeds.span(month)
        changes = _changes(visit, held, since=begin, until=end)
        entries = feeds.of_changes(changes, visit.catalogue.services, by, visit.language, topics=TOPICS, until=end)
    else:
        changes = _changes(visit, held, limit=201)
        entries = feeds.of_changes(changes, visit.catalogue.services, by, visit.language, topics=TOPICS)
    if month is not None:
        return Carried(feeds.of_month(entries, month), months)
    return Carried(feeds.current(entries), months)


def _changes(
    visit: Visit, held: Feed, *, limit: int | None = None, since: datetime | None = None, until: datetime | None = None
) -> tuple[Change, ...]:
    """Return the changes that a feed may carry, and every one of them that was corrected, whenever it was made."""
    asked: dict[str, Any] = held.filters
    corrected = archives.changes(visit.archive, limit=None, retracted=True, **asked)
    if held.name == feeds.CORRECTIONS:
        return corrected
    newest = archives.changes(visit.archive, limit=limit, since=since, until=until, **asked)
    merged = {(change.document_id, change.after.fetched_at): change for change in (*newest, *corrected)}
    return tuple(merged.values())


def _months(visit: Visit, held: Feed) -> tuple[str, ...]:
    """Return the months that have an archive; none while the current feed holds the whole record anyway."""
    if held.name in (feeds.HEALTH, feeds.FIRSTS):
        return ()
    asked: dict[str, Any] = held.filters
    corrected = archives.changes(visit.archive, limit=None, retracted=True, **asked)
    times = [moment for change in corrected for moment in feeds.events(change)]
    if held.name != feeds.CORRECTIONS:
        if "phrase" in asked:
            found = archives.changes(visit.archive, limit=None, **asked)
            times += [change.announced_at for change in found if change.announced_at]
        else:
            lines = archives.headlines(visit.archive, limit=None, **asked) if asked else visit.holdings.lines()
            times += [line.recorded_at for line in lines]
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
