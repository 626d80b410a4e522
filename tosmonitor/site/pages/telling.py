"""Pages that tell about the monitor itself: status, coverage, feeds, method, about, the action plan."""

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from starlette.responses import Response

from tosmonitor import archive as archives
from tosmonitor import feeds
from tosmonitor.archive import Gap
from tosmonitor.model import Sentence
from tosmonitor.references import Plan, plan
from tosmonitor.site.frame import HEADERS, Visit, page
from tosmonitor.site.states import states
from tosmonitor.topics import TOPICS


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
    """Return what is watched, since when, how often, and for how much of the time it could be seen."""
    _ = visit.words
    held = states(visit.holdings)
    rows = []
    for document_id, (service, document) in visit.catalogue.documents.items():
        versions = archives.versions(visit.archive, document_id)
        check = held[document_id].check
        rows.append(
            {
                "service": service,
                "document": document,
                "since": versions[0].fetched_at if versions else None,
                "versions": len(versions),
                "last": check.checked_at if check else None,
                "hours": int(document.every.total_seconds() // 3600),
                "share": _share(
                    versions[0].fetched_at, check.checked_at, visit.holdings.gaps(document_id, check.checked_at)
                )
                if versions and check
                else None,
                "state": held[document_id].label(_),
            }
        )
    return page(visit, "coverage.html", title=_("Coverage"), section="status", rows=rows)


def feed_list(visit: Visit) -> Response:
    """Return the page that lists every feed."""
    _ = visit.words
    grouped: dict[str, list[feeds.Feed]] = defaultdict(list)
    for feed in feeds.names(visit.catalogue.services, TOPICS.items(), visit.settings.phrases):
        grouped[feed.group].append(feed)
    groups = [(name, grouped[key]) for key, name in feeds.GROUPS if grouped[key]]
    return page(visit, "feeds.html", title=_("Feeds"), section="feeds", groups=groups)


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
