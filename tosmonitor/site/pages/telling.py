"""Pages that tell about the monitor itself: status, coverage, feeds, method, about, the action plan."""

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from starlette.responses import Response

from tosmonitor import feeds, urls
from tosmonitor.archive import Gap
from tosmonitor.model import Sentence, Service
from tosmonitor.references import Plan, plan
from tosmonitor.site.frame import HEADERS, NotHereError, Visit, page
from tosmonitor.site.pages import feeding
from tosmonitor.site.shelves import parted, shelf
from tosmonitor.site.states import State, states

#: Groups of feeds that stand together, service by service, once the services are many.
_OF_SERVICES = ("service", "document")
#: Feeds of another group that the page of feeds lists itself, then.
_INLINE = 40


def status(visit: Visit) -> Response:
    """Return what cannot be seen at present and what could not be seen lately, with the reasons."""
    _ = visit.words
    catalogue = visit.catalogue
    held = states(visit.holdings)
    checks = [state.check for state in held.values() if state.check is not None]
    unseen = sorted((s for s in held.values() if s.unseen), key=lambda s: s.document_id)
    unread = [key for key, state in held.items() if state.check is None]
    spells: list[Gap] = []
    for document_id, state in held.items():
        spells += [gap for gap in visit.holdings.gaps(document_id, state.checked_at) if gap.until is not None]
    spells.sort(key=lambda gap: (gap.first_missed, gap.document_id), reverse=True)
    return page(
        visit,
        "status.html",
        title=_("Status"),
        section="status",
        newest=max((check.checked_at for check in checks), default=None),
        seen=len(held) - len(unseen) - len(unread),
        total=len(held),
        unseen=[{"state": state, "name": catalogue.name(state.document_id, visit.language)} for state in unseen],
        unread=[{"document_id": key, "name": catalogue.name(key, visit.language)} for key in unread],
        spells=[{"gap": gap, "name": catalogue.name(gap.document_id, visit.language)} for gap in spells[:100]],
        feeds=tuple(feed for feed in feeds.names(()) if feed.name == feeds.HEALTH),
    )


def coverage(visit: Visit) -> Response:
    """Return what is watched, since when, how often, and for how much of the time it could be seen; or its parts."""
    _ = visit.words
    shelves = parted(visit.catalogue.services)
    if not shelves:
        return _coverage(visit, visit.catalogue.services, _("Coverage"), None)
    checks = visit.holdings.last_checks()
    rows = []
    for one in shelves:
        held = [State(d.id, checks.get(d.id)) for service in one.services for d in service.documents]
        unseen = sum(state.unseen or state.check is None for state in held)
        said = visit.many("%(num)s not seen at present", "%(num)s not seen at present", unseen) if unseen else ""
        rows.append((one, urls.page(visit.language, "coverage", one.name), said))
    about = _(
        "An absence of changes means something only where we looked. Each part says what is watched, since when, "
        "how often, and for how much of that time it could be seen."
    )
    return page(visit, "shelves.html", title=_("Coverage"), section="status", about=about, tags=(), rows=rows)


def coverage_part(visit: Visit, name: str) -> Response:
    """Return one part of the page of coverage."""
    _ = visit.words
    held = shelf(visit.catalogue.services, name)
    trail = ((_("Coverage"), urls.page(visit.language, "coverage")), (held.label, None))
    return _coverage(visit, held.services, _("Coverage: %(part)s", part=held.label), trail)


def _coverage(
    visit: Visit, services: Sequence[Service], title: str, trail: Sequence[tuple[str, str | None]] | None
) -> Response:
    checks = visit.holdings.last_checks()
    rows = []
    for service, document in [(held, document) for held in services for document in held.documents]:
        versions = visit.holdings.versions(document.id)
        check = checks.get(document.id)
        rows.append(
            {
                "service": service,
                "document": document,
                "since": versions[0].fetched_at if versions else None,
                "versions": len(versions),
                "last": check.checked_at if check else None,
                "every": _every(visit, document.every),
                "share": _share(
                    versions[0].fetched_at, check.checked_at, visit.holdings.gaps(document.id, check.checked_at)
                )
                if versions and check
                else None,
                "state": State(document.id, check).label(visit.words),
            }
        )
    return page(visit, "coverage.html", title=title, section="status", rows=rows, trail=trail)


def _every(visit: Visit, pause: timedelta) -> str:
    """Return how often a document is looked at, in whole days when they are two or more."""
    hours = int(pause.total_seconds() // 3600)
    if hours >= 48 and hours % 24 == 0:
        return visit.many("%(num)s day", "%(num)s days", hours // 24)
    return visit.many("%(num)s hour", "%(num)s hours", hours)


def feed_list(visit: Visit) -> Response:
    """Return the page that lists every feed; those of many services and tags on pages of their own."""
    grouped = _grouped(visit)
    shelves = parted(visit.catalogue.services)
    inline, apart = [], []
    for key, name in feeds.GROUPS:
        if not grouped[key] or (shelves and key in _OF_SERVICES):
            continue
        if shelves and len(grouped[key]) > _INLINE:
            apart.append((name, urls.page(visit.language, "feeds", key), len(grouped[key])))
        else:
            inline.append((name, grouped[key]))
    rows = [(one, urls.page(visit.language, "feeds", "service", one.name), "") for one in shelves]
    title = visit.words("Feeds")
    return page(visit, "feeds.html", title=title, section="feeds", groups=inline, apart=apart, rows=rows, trail=None)


def feed_groups(visit: Visit) -> tuple[str, ...]:
    """Return the groups of feeds that have a page of their own."""
    if not parted(visit.catalogue.services):
        return ()
    return tuple(key for key, held in _grouped(visit).items() if key not in _OF_SERVICES and len(held) > _INLINE)


def feed_group(visit: Visit, name: str) -> Response:
    """Return the feeds of one group: by tag, by jurisdiction, and so on."""
    if name not in feed_groups(visit):
        raise NotHereError(visit.words("There is no such feed."))
    title = dict(feeds.GROUPS)[name].said(visit.language)
    return _feeds_of(visit, title, _grouped(visit)[name])


def feed_part(visit: Visit, name: str) -> Response:
    """Return the feeds of one part of the services and of their documents."""
    held = shelf(visit.catalogue.services, name)
    found: list[feeds.Feed] = []
    for service in held.services:
        found.append(feeds.for_service(service)[0])
        found += [feeds.for_document(service, document)[0] for document in service.documents]
    return _feeds_of(visit, visit.words("Feeds: %(part)s", part=held.label), found)


def _feeds_of(visit: Visit, title: str, found: Sequence[feeds.Feed]) -> Response:
    trail = ((visit.words("Feeds"), urls.page(visit.language, "feeds")), (title, None))
    return page(
        visit, "feeds.html", title=title, section="feeds", groups=((None, found),), apart=(), rows=(), trail=trail
    )


def _grouped(visit: Visit) -> dict[str, list[feeds.Feed]]:
    grouped: dict[str, list[feeds.Feed]] = defaultdict(list)
    for feed in feeding.every(visit):
        grouped[feed.group].append(feed)
    return grouped


def method(visit: Visit) -> Response:
    """Return the page that explains how the monitor works and where its limits are."""
    return page(visit, "method.html", title=visit.words("Method"), section="method")


def about(visit: Visit) -> Response:
    """Return the page about the monitor, its data and its programming interface."""
    return page(visit, "about.html", title=visit.words("About"), section="about")


def references(visit: Visit) -> Response:
    """Return the action plan, item by item, with the commitment that this tool fulfils."""
    held = plan()
    _ = visit.words
    return page(
        visit,
        "references.html",
        title=_("The action plan and this tool"),
        plan=held,
        fulfilled=next(c for c in held.commitments if c.fulfilled),
        outward=_outward,
    )


def plan_file(visit: Visit) -> Response:
    """Return the action plan as JSON, in both languages."""
    body = json.dumps(plan_as_json(plan()), ensure_ascii=False, indent=1)
    return Response(body, 200, HEADERS, media_type="application/json; charset=utf-8")


def plan_as_json(held: Plan) -> dict[str, Any]:
    """Return the plan as plain values."""

    def both(sentence: Sentence) -> dict[str, str]:
        return {"en": sentence.en, "fr": sentence.fr}

    def readings(found: Sequence[Any]) -> list[dict[str, Any]]:
        return [{"title": both(r.title), "link": r.link, "printed": r.printed} for r in found]

    return {
        "name": both(held.name),
        "published": held.published,
        "publisher": held.publisher,
        "institutions": {key: both(found.name) for key, found in held.institutions.items()},
        "objectives": [
            {
                "number": o.number,
                "group": o.group,
                "name": both(o.name),
                "why": both(o.why),
                "aims": [both(aim) for aim in o.aims],
                "lead": list(o.lead),
                "systems": list(o.systems),
                "links": list(o.links),
            }
            for o in held.objectives
        ],
        "commitments": [
            {
                "id": c.id,
                "objective": c.objective,
                "aim": c.aim,
                "summary": both(c.summary),
                "by": list(c.by),
                "systems": list(c.systems),
                "links": list(c.links),
                "fulfilled_by_this_tool": c.fulfilled,
            }
            for c in held.commitments
        ],
        "phrases": [{"words": p.words, "page": p.page, "answer": both(p.answer)} for p in held.phrases],
        "drafting": [{"text": both(s.text), "links": list(s.links), "contact": s.contact} for s in held.steps],
        "acknowledgements": list(held.acknowledged),
        "forums": [
            {
                "number": f.number,
                "day": f.day,
                "name": both(f.name),
                "place": both(f.place),
                "readings": readings(f.readings),
            }
            for f in held.forums
        ],
        "workshops": [
            {
                "forum": w.forum,
                "number": w.number,
                "name": both(w.name),
                "about": both(w.about),
                "by": list(w.by),
                "readings": readings(w.readings),
            }
            for w in held.workshops
        ],
    }


def _outward(link: str) -> str:
    """Return an address that a browser can follow."""
    if "@" in link:
        return f"mailto:{link}"
    return link if link.startswith("https://") else f"https://{link}"


def _share(since: datetime, last: datetime, gaps: Sequence[Gap]) -> float:
    """Return the share of the time under watch in which the document could be seen."""
    total = (last - since).total_seconds()
    if total <= 0:
        return 1.0
    lost = sum(((gap.until or last) - gap.first_missed).total_seconds() for gap in gaps if gap.first_missed >= since)
    return max(0.0, min(1.0, 1 - lost / total))
