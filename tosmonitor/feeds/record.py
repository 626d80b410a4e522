"""The whole record in documents that a reader can hold: the current feed, and one archive a month (RFC 5005).

An archive is a log of what was said in its month: an entry stands in the month in which it was announced, as it read
at the end of that month; a correction stands in the month in which it was made. So the archive of a month that is over
never changes, and whoever follows the links keeps, of each id, the newest state. The one exception is text that was
withheld: it leaves the archives as well.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache

from tosmonitor.feeds.entries import DatedT, newest
from tosmonitor.model import Change

#: How many entries the current feed holds at least, if there are as many, and at most.
LEAST, MOST = 50, 200

_MONTH = re.compile(r"[1-9]\d{3}-(?:0[1-9]|1[0-2])")


def month_of(at: datetime) -> str:
    """Return the month of a time, in UTC: "2026-10"."""
    at = at if at.tzinfo is UTC else at.astimezone(UTC)
    return f"{at.year}-{at.month:02}"


@lru_cache(maxsize=128)
def span(month: str) -> tuple[datetime, datetime]:
    """Return the first moment of `month` and that of the next; raise ValueError for anything but "2026-10"."""
    if not _MONTH.fullmatch(month):
        raise ValueError(f"not a month: {month!r}")
    begin = datetime.strptime(month, "%Y-%m").replace(tzinfo=UTC)
    return begin, begin.replace(year=begin.year + begin.month // 12, month=begin.month % 12 + 1)


def events(change: Change) -> tuple[datetime, ...]:
    """Return when a change was said or corrected, oldest first; nothing for one that was never announced."""
    if change.announced_at is None:
        return ()
    return (change.announced_at, *((change.retracted.at,) if change.retracted else ()))


def archive_months(times: Iterable[datetime], *, last: datetime | None = None) -> tuple[str, ...]:
    """Return the months that have an archive, oldest first: those that are over.

    `times` are the `events` of all changes of a feed (or the times of its other entries). A month is over when
    something newer was said in the archive, anywhere: `last` is the newest event of all, by default that of `times`.
    The running month has an archive only where it holds more than the current feed shows; that one still grows.
    """
    months = Counter(month_of(at) for at in times)
    running = max(months, default="") if last is None else month_of(last)
    return tuple(sorted(month for month, count in months.items() if month < running or count > MOST))


def of_month(entries: Iterable[DatedT], month: str) -> tuple[DatedT, ...]:
    """Return the entries of the archive of `month`, from entries made with `until=span(month)[1]`."""
    begin, end = span(month)
    return newest(entry for entry in entries if begin <= entry.updated < end or begin <= entry.announced < end)


def current(entries: Sequence[DatedT]) -> tuple[DatedT, ...]:
    """Return what the current feed holds: the running month whole, and `LEAST` entries in all cases.

    Beyond `MOST` the oldest are left out, and the running month has an archive as well: see `archive_months`.
    """
    ordered = newest(entries)
    if not ordered:
        return ()
    begin, _ = span(month_of(ordered[0].updated))
    running = sum(1 for entry in ordered if entry.updated >= begin)
    return ordered[: min(MOST, max(LEAST, running))]
