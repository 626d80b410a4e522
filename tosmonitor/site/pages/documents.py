"""Pages of a service, of a document with its text and history, and of one version."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from tosmonitor import archive as archives
from tosmonitor import feeds, urls
from tosmonitor.archive import Gap, Headline
from tosmonitor.errors import NotFoundError, WithheldError
from tosmonitor.model import Cause, Document, Snapshot, Version
from tosmonitor.site import listing, markdown, sifting, standing
from tosmonitor.site.frame import HEADERS, Visit, page
from tosmonitor.site.markdown import Heading
from tosmonitor.site.states import state
from tosmonitor.topics import stated_dates

_HIGH = 120
#: Characters of a text in which the day is looked for from which it holds; such a day stands near the top.
_STATED = 20_000
#: The same on the page of a version; there are many of these, and the day costs a few milliseconds.
_HEAD = 6_000


@dataclass(frozen=True, slots=True)
class Event:
    """One thing in the history of a document: a version, with the change that led to it, or a spell without sight."""

    at: datetime
    what: str  # first, change, quiet, rules or gap
    line: Headline | None = None
    version: Version | None = None
    gap: Gap | None = None


def service(visit: Visit, service_id: str) -> Response:
    """Return the page of a service."""
    held = visit.catalogue.service(service_id)
    rows = []
    for document in held.documents:
        versions = visit.holdings.versions(document.id)
        counted = sum(version.cause is Cause.CHANGE for version in versions)
        rows.append(
            {
                "document": document,
                "language": document.language or (versions[-1].language if versions else None),
                "since": versions[0].fetched_at if versions else None,
                "changes": counted,
                "words": versions[-1].words if versions else 0,
                "state": state(visit.holdings, document.id).label(visit.words),
            }
        )
    _ = visit.words
    return page(
        visit,
        "service.html",
        title=held.name,
        description=_("The terms of %(service)s and how they changed.", service=held.name),
        section="services",
        feeds=feeds.for_service(held)[:1],
        service=held,
        rows=rows,
        days=listing.by_day(listing.latest(visit, service=service_id)),
    )


def document(visit: Visit, document_id: str) -> Response:
    """Return the page of a document: how it stands, its history, its text in force.

    With a day asked for (`?on=2025-06-30`) it leads to the version in force at the end of that day, in UTC.
    """
    held, found = visit.catalogue.document(document_id)
    versions = visit.holdings.versions(document_id)
    asked = sifting.day(visit.query.get("on", ""))
    if asked is not None:
        on = [one for one in versions if one.retracted is None and one.fetched_at.date() <= asked.date()]
        if on:
            target = visit.link(urls.version(visit.language, document_id, on[-1].fetched_at))
            return RedirectResponse(target, 302, HEADERS)
    lines = archives.headlines(visit.archive, document=document_id, announced=None, limit=None)
    now = state(visit.holdings, document_id)
    gaps = visit.holdings.gaps(document_id, now.checked_at)
    accepted = [version for version in versions if version.retracted is None]
    current = accepted[-1] if accepted else None
    shown = standing.Shown()
    withheld = None
    if current is not None:
        try:
            shown = standing.shown(visit.holdings, current)
        except WithheldError:
            withheld = current.withheld
    events = _events(versions, lines, gaps)
    name = visit.catalogue.name(document_id, visit.language)
    _ = visit.words
    return page(
        visit,
        "document.html",
        title=name,
        description=_("The text in force of %(name)s, and every change seen in it.", name=name),
        section="services",
        feeds=feeds.for_document(held, found)[:1],
        metadata=_metadata(visit, name, found, current),
        service=held,
        document=found,
        current=current,
        first=versions[0] if versions else None,
        state=now,
        events=events,
        most=max((line.words_added + line.words_removed for line in lines), default=0),
        chart=_chart(versions, lines, gaps, now.checked_at),
        passages=shown.passages,
        outline=_nested(shown.headings),
        whole=shown.whole,
        withheld=withheld,
        counted=sum(line.announced for line in lines),
        too_early=asked,
        ahead=_ahead(visit, accepted, now.checked_at),
    )


def _ahead(visit: Visit, accepted: Sequence[Version], checked: datetime | None) -> dict[str, Any] | None:
    """Return the day from which the newest text says that it holds, when that lay ahead at the newest check.

    No clock is asked, so that an exported page says the same as a live one.
    """
    if not accepted or accepted[-1].withheld is not None:
        return None
    current = accepted[-1]
    text = archives.text(visit.archive, current.digest)[:_STATED]
    day = _effective(text, current.language, (checked or current.fetched_at).date())
    if day is None:
        return None
    earlier = accepted[-2] if len(accepted) > 1 and accepted[-2].digest != current.digest else None
    return {"day": day, "earlier": earlier}


@lru_cache(maxsize=4)  # pages in several languages show the same text
def _effective(text: str, language: str | None, after: date) -> date | None:
    """Return the last day from which a text says that it holds, when it lies after a day."""
    stated = [date.fromisoformat(one.day) for one in stated_dates(text, language) if one.role == "effective"]
    return max((day for day in stated if day > after), default=None)


def version(visit: Visit, document_id: str, at: datetime) -> Response:
    """Return the page of one version."""
    held, found = visit.catalogue.document(document_id)
    versions = visit.holdings.versions(document_id)
    place = next((i for i, one in enumerate(versions) if one.fetched_at == at), None)
    if place is None:
        raise NotFoundError(f"{document_id} has no version of {at:%Y-%m-%d %H:%M:%S} UTC")
    shown = versions[place]
    later = [one for one in versions[place + 1 :] if one.retracted is None]
    earlier = visit.holdings.earlier
    written = None if earlier is None or shown.retracted is not None else earlier.facts(visit.path)
    text = _Text()
    if shown.withheld is None and written is None:
        text = _rendered(archives.text(visit.archive, shown.digest), shown.language, shown.fetched_at.date())
    name = visit.catalogue.name(document_id, visit.language)
    _ = visit.words
    return page(
        visit,
        "version.html",
        title=_("%(name)s, as read on %(day)s", name=name, day=f"{at:%Y-%m-%d}"),
        section="services",
        metadata=_metadata(visit, name, found, shown),
        service=held,
        document=found,
        version=shown,
        previous=versions[place - 1] if place else None,
        later=later[0] if later else None,
        effective=text.effective,
        body=text.body,
        written=written,
        whole=text.whole,
        outline=_nested(text.headings),
        sources=() if written else _sources(visit, document_id, shown),
    )


@dataclass(frozen=True, slots=True)
class _Text:
    """The text of a version as its page shows it; `effective` is the day that it gives, if that lay ahead then."""

    body: Markup | None = None
    whole: bool = True
    headings: tuple[Heading, ...] = ()
    effective: date | None = None


@lru_cache(maxsize=2)  # an export asks for a page in one language after the other
def _rendered(text: str, language: str | None, read_on: date) -> _Text:
    shown, whole = markdown.bounded(text)
    outline = markdown.Outline(top=1)
    body = markdown.render(shown, outline)
    return _Text(body, whole, tuple(outline.headings), _effective(shown[:_HEAD], language, read_on))


def version_text(visit: Visit, document_id: str, at: datetime) -> Response:
    """Return the text of a version as Markdown."""
    versions = visit.holdings.versions(document_id)
    shown = next((one for one in versions if one.fetched_at == at), None)
    if shown is None:
        raise NotFoundError(f"{document_id} has no version of {at:%Y-%m-%d %H:%M:%S} UTC")
    text = archives.text(visit.archive, shown.digest)
    return Response(text, 200, HEADERS, media_type="text/markdown; charset=utf-8")


def _events(versions: Sequence[Version], lines: Sequence[Headline], gaps: Sequence[Gap]) -> list[Event]:
    """Return the history, newest first."""
    by_time = {line.at: line for line in lines}
    events = []
    for held in versions:
        line = by_time.get(held.fetched_at)
        what = {Cause.FIRST: "first", Cause.RULES: "rules"}.get(held.cause, "change")
        if what == "change" and line is not None and not line.announced:
            what = "quiet"
        events.append(Event(held.fetched_at, what, line, held))
    events += [Event(gap.first_missed, "gap", gap=gap) for gap in gaps]
    return sorted(events, key=lambda event: (event.at, event.what), reverse=True)


def _chart(
    versions: Sequence[Version], lines: Sequence[Headline], gaps: Sequence[Gap], checked: datetime | None
) -> dict[str, Any] | None:
    """Return the bars of a picture of the history: time across in hundredths, words changed up in pixels.

    None when there is too little to show.
    """
    if len(versions) < 3:
        return None
    start = versions[0].fetched_at
    ends = [
        checked or versions[-1].fetched_at,
        versions[-1].fetched_at,
        *(gap.until or gap.first_missed for gap in gaps),
    ]
    # To the end of its day, so that the picture is the same after each check of a day.
    span = (max(ends).replace(hour=0, minute=0, second=0) + timedelta(days=1) - start).total_seconds()
    most = max((line.words_added + line.words_removed for line in lines), default=1) or 1

    def across(at: datetime) -> float:
        return round(1 + 98 * max(0.0, (at - start).total_seconds()) / span, 2)

    bars = []
    for line in sorted(lines, key=lambda one: one.at):
        # The root keeps a change of ten words visible beside one of a thousand.
        high = (_HIGH - 40) * ((line.words_added + line.words_removed) / most) ** 0.5
        down = high * line.words_removed / max(line.words_added + line.words_removed, 1)
        bars.append(
            {"x": across(line.at), "added": round(max(high - down, 1.5), 1), "removed": round(down, 1), "line": line}
        )
    shades = [
        {
            "x": across(gap.first_missed),
            "width": max(0.3, round(across(gap.until or max(ends)) - across(gap.first_missed), 2)),
        }
        for gap in gaps
        if gap.first_missed >= start
    ]
    years = range(start.year + 1, max(ends).year + 1)
    step = -(-len(years) // 6)  # six years find room on a telephone
    ticks = [{"x": across(datetime(year, 1, 1, tzinfo=UTC)), "year": year} for year in years if year % step == 0]
    if not ticks or ticks[0]["x"] > 15:
        ticks.insert(0, {"x": across(start), "year": start.year})
    return {"high": _HIGH, "base": _HIGH - 22, "bars": bars, "shades": shades, "ticks": ticks}


def _nested(headings: Sequence[Heading]) -> list[Heading]:
    """Return the upper two levels of the headings, as (0 or 1, address, words)."""
    levels = sorted({level for level, _, _ in headings})[:2]
    return [(levels.index(level), name, said) for level, name, said in headings if level in levels and said][:200]


def _sources(visit: Visit, document_id: str, shown: Version) -> list[dict[str, Any]]:
    """Return the snapshots that a version was read from: the newest when it was first seen, else the first after.

    Bytes that are served again later are not what it was read from, nor would its page stay as it is.
    """
    wanted = set(shown.snapshots)
    found: dict[str, Snapshot] = {}
    for snapshot in archives.snapshots(visit.archive, document_id):
        if snapshot.digest in wanted and (snapshot.fetched_at <= shown.fetched_at or snapshot.digest not in found):
            found[snapshot.digest] = snapshot
    return [
        {
            "url": held.url,
            "final_url": held.final_url,
            "at": held.fetched_at,
            "status": held.status,
            "media_type": held.media_type,
            "size": held.size,
            "digest": held.digest,
            "rendered": held.rendered,
        }
        for digest in shown.snapshots
        if (held := found.get(digest)) is not None
    ]


def _metadata(visit: Visit, name: str, found: Document, shown: Version | None) -> dict[str, Any]:
    held: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "DigitalDocument",
        "name": name,
        "url": visit.base_url + visit.path,
        "isBasedOn": [source.url for source in found.sources],
    }
    if shown is not None:
        held["version"] = urls.stamp(shown.fetched_at)
        held["dateModified"] = f"{shown.fetched_at:%Y-%m-%dT%H:%M:%SZ}"
        if shown.language:
            held["inLanguage"] = shown.language
    return held
