"""Pages of time: the changes of a month, in parts when they are many, and the calendar of activity."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from starlette.responses import Response

from tosmonitor import feeds, urls
from tosmonitor.archive import Headline
from tosmonitor.errors import NotFoundError
from tosmonitor.site import i18n, listing
from tosmonitor.site.frame import NotHereError, Visit, page
from tosmonitor.site.holdings import Holdings

#: Changes on one page of a month: some 80 KB.
PART = 120
_NAME = re.compile(r"(\d{4}-\d{2})(?:-(\d{1,4}))?")


def names(month: str, count: int) -> tuple[str, ...]:
    """Return the last part of the address of each page of a month with `count` changes: 2026-10, 2026-10-2, …"""
    return (month, *(f"{month}-{part}" for part in range(2, -(-count // PART) + 1)))


def month(visit: Visit, name: str) -> Response:
    """Return the changes of one month, the newest first, or one part of them; `name` as `names` gives it."""
    _ = visit.words
    found = _NAME.fullmatch(name)
    begin = _begin(found[1] if found else name)
    held = visit.holdings.months().get(found[1] if found else "", ())
    parts = names(f"{begin:%Y-%m}", len(held))
    if name not in parts:
        raise NotHereError(_("There is nothing at this address."))
    place = parts.index(name)
    inside = held[place * PART : (place + 1) * PART]
    said = i18n.month(begin.year, begin.month, visit.language)
    title = _("Changes of %(month)s", month=said)
    if len(parts) > 1:
        title = _("%(title)s, page %(number)s of %(count)s", title=title, number=place + 1, count=len(parts))
    return page(
        visit,
        "changes.html",
        title=title,
        section="changes",
        feeds=feeds.names(())[:1],
        about="",
        trail=((_("Changes"), urls.page(visit.language, "changes")), (said, None)),
        filters=None,
        months=links(visit),
        pages=[(number, urls.page(visit.language, "changes", part)) for number, part in enumerate(parts, 1)],
        days=listing.by_day(listing.headings(visit, inside)),
        more=False,
    )


def links(visit: Visit) -> list[tuple[str, str]]:
    """Return the months as links, the newest twenty-four."""
    found = []
    for name in list(visit.holdings.months())[:24]:
        begin = _begin(name)
        label = i18n.month(begin.year, begin.month, visit.language)
        found.append((label, urls.page(visit.language, "changes", name)))
    return found


def calendar(visit: Visit, year: str = "") -> Response:
    """Return a year of activity, day by day; without a year, the newest one with changes."""
    _ = visit.words
    lines = visit.holdings.lines()
    counts = Counter(line.at.astimezone(UTC).date() for line in lines)
    years = sorted({day.year for day in counts}, reverse=True)
    chosen = int(year) if year else (years[0] if years else None)
    if year and chosen not in years:
        raise NotHereError(_("No change was seen in %(year)s.", year=year))
    first, last = (None, None) if chosen is None else watched(visit.holdings, chosen)
    inside = (first or date.min, last or date.max)
    months = [] if chosen is None else [_calendar(visit, chosen, number, counts, inside) for number in range(1, 13)]
    total = sum(count for day, count in counts.items() if day.year == chosen)
    return page(
        visit,
        "calendar.html",
        title=_("Calendar") if chosen is None else _("Calendar of %(year)s", year=chosen),
        section="calendar",
        chosen=chosen,
        total=total,
        months=months,
        first=first,
        last=last,
        years=[(one, urls.page(visit.language, "calendar", str(one))) for one in years],
    )


def watched(holdings: Holdings, year: int) -> tuple[date | None, date | None]:
    """Return the UTC day on which watching began and the last one that was watched, each if it lies in `year`."""
    first, last = holdings.span() or (None, None)
    return first if first and first.year == year else None, last if last and last.year == year else None


def _calendar(
    visit: Visit, year: int, number: int, counts: Mapping[date, int], inside: tuple[date, date]
) -> dict[str, Any]:
    first = date(year, number, 1)
    last = date(year + number // 12, number % 12 + 1, 1) - timedelta(days=1)
    cells: list[tuple[int, int, str, str] | None] = [None] * first.weekday()
    name = f"{year}-{number:02}"
    target = urls.page(visit.language, "changes", name)
    places = _places(visit.holdings.months().get(name, ()))
    parts = names(name, len(visit.holdings.months().get(name, ())))
    for day in range(1, last.day + 1):
        count = counts.get(date(year, number, day), 0)
        level = 0 if not count else 1 if count < 3 else 2
        kind = f"level-{level}" if count or inside[0] <= date(year, number, day) <= inside[1] else "unwatched"
        part = urls.page(visit.language, "changes", parts[places.get(day, 0)]) if count else ""
        cells.append((day, count, kind, f"{part}#d{name}-{day:02}"))
    cells += [None] * (-len(cells) % 7)
    weeks = [cells[at : at + 7] for at in range(0, len(cells), 7)]
    total = sum(counts.get(date(year, number, day), 0) for day in range(1, last.day + 1))
    return {
        "name": i18n.month_name(number, visit.language),
        "weeks": weeks,
        "url": target,
        "total": total,
        "number": number,
    }


def _places(lines: Sequence[Headline]) -> dict[int, int]:
    """Return, for each day of a month with changes, the part of the month on which it begins."""
    places: dict[int, int] = {}
    for place, line in enumerate(lines):
        places.setdefault(line.at.astimezone(UTC).day, place // PART)
    return places


def _begin(name: str) -> datetime:
    try:
        return feeds.span(name)[0]
    except ValueError as error:
        raise NotFoundError(f"{name}: not a month such as 2026-10") from error
