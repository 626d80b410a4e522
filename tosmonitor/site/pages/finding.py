"""Pages for finding: search over all versions ever, and the timeline of a phrase across services."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from markupsafe import Markup, escape
from starlette.responses import Response

from tosmonitor import archive as archives
from tosmonitor import feeds, urls
from tosmonitor.archive import Hit, Spell
from tosmonitor.model import TERMS_TYPES, slug
from tosmonitor.site import i18n, sifting
from tosmonitor.site.frame import NotHereError, Visit, page
from tosmonitor.site.holdings import CHOICES
from tosmonitor.site.markdown import Outline, blocks, plain
from tosmonitor.site.sifting import Sifted
from tosmonitor.site.visible import Marks, marks

_ASKED = ("service", "type", "tag", "language", "since", "until", "what", "standing")
_PAGE = 25
_LONGEST = 200
#: Quotation marks as keyboards and word processors write them.
_QUOTES = {ord(mark): '"' for mark in "“”„«»"}


def search(visit: Visit) -> Response:
    """Return the search form and what was found; hits are passages, newest first."""
    _ = visit.words
    catalogue = visit.catalogue
    query = visit.query.get("q", "").strip()[:_LONGEST].translate(_QUOTES)
    asked = {key: visit.query.get(key, "") for key in _ASKED}
    number = int(visit.query["page"]) if visit.query.get("page", "").isdecimal() else 1
    number = max(1, min(number, 400))
    found = Sifted((), False)
    if query:
        found = sifting.search(
            visit.archive,
            catalogue,
            query,
            sifting.sieve(asked["since"], asked["until"], asked["language"], asked["what"]),
            limit=_PAGE,
            offset=(number - 1) * _PAGE,
            service=_service(visit, asked["service"]),
            tag=asked["tag"] or None,
            terms_type=next((name for name in TERMS_TYPES if slug(name) == asked["type"]), None),
            in_force={"now": True, "gone": False}.get(asked["standing"]),
        )
    return page(
        visit,
        "search.html",
        title=_("Search"),
        section="search",
        index=not query,
        query=query,
        asked=asked,
        hits=[_hit(hit, catalogue.name(hit.document_id, visit.language)) for hit in found.hits],
        number=number,
        more=found.more,
        bounded=found.bounded,
        turn=lambda n: (
            "?"
            + "&".join(
                f"{key}={quote(value, safe='')}"
                for key, value in {"q": query, **asked, "page": str(n)}.items()
                if value
            )
        ),
        services=[(service.id, service.name) for service in catalogue.services]
        if len(catalogue.services) <= CHOICES
        else None,
        types=[(slug(name), feeds.terms_type(name).said(visit.language)) for name in catalogue.types()],
        tags=catalogue.tags(),
        spoken=[(code, i18n.tongue(code, visit.language)) for code in catalogue.languages()],
    )


def _service(visit: Visit, asked: str) -> str | None:
    """Return the id of the service that a reader chose or named; what was written when there is no such service."""
    return visit.catalogue.called(asked) or asked or None


def phrases(visit: Visit) -> Response:
    """Return the form for a phrase, its timeline when one is asked for, and the phrases that are kept."""
    _ = visit.words
    asked = " ".join(visit.query.get("q", "").split())[:_LONGEST]
    kept = [
        (phrase, urls.page(visit.language, "phrase", slug(phrase))) for phrase in visit.settings.phrases if slug(phrase)
    ]
    return _timeline(visit, asked, kept, _("Phrases"))


def phrase(visit: Visit, name: str) -> Response:
    """Return the timeline of a phrase that the operator keeps."""
    held = next((one for one in visit.settings.phrases if slug(one) == name), None)
    if held is None:
        raise NotHereError(visit.words("This phrase is not among those that are kept."))
    return _timeline(visit, held, [], visit.words("“%(phrase)s”", phrase=held))


def _timeline(visit: Visit, asked: str, kept: Sequence[tuple[str, str]], title: str) -> Response:
    spells = archives.spells(visit.archive, asked) if asked else ()
    grouped: dict[str, list[Spell]] = defaultdict(list)
    for spell in spells:
        grouped[spell.document_id].append(spell)
    rows = [
        {
            "document_id": document_id,
            "name": visit.catalogue.name(document_id, visit.language),
            "spells": [_spell(visit, document_id, spell) for spell in held],
            "standing": held[-1].until is None,
        }
        for document_id, held in grouped.items()
    ]
    held_feed = feeds.of_phrase(asked) if asked in visit.settings.phrases else None
    return page(
        visit,
        "phrase.html",
        title=title,
        index=not visit.query,
        asked=asked,
        kept=kept,
        rows=rows,
        standing=sum(1 for row in rows if row["standing"]),
        chart=_chart(visit, rows, spells),
        feeds=(held_feed,) if held_feed else (),
    )


def _spell(visit: Visit, document_id: str, spell: Spell) -> dict[str, Any]:
    """Return a spell with what led into it and out of it; a spell since the first reading began at no change."""
    versions = archives.versions(visit.archive, document_id)
    first = bool(versions) and versions[0].fetched_at == spell.since
    target = urls.version if first else urls.change
    return {
        "since": spell.since,
        "first": first,
        "until": spell.until,
        "came": target(visit.language, document_id, spell.since),
        "went": urls.change(visit.language, document_id, spell.until) if spell.until else None,
    }


def _chart(visit: Visit, rows: Sequence[dict[str, Any]], spells: Sequence[Spell]) -> dict[str, Any] | None:
    if not spells:
        return None
    checks = visit.holdings.last_checks()
    end = max([check.checked_at for check in checks.values()] + [spell.until or spell.since for spell in spells])
    start = min(spell.since for spell in spells)
    span = max((end - start).total_seconds(), 1.0)

    def across(at: datetime) -> float:
        return round(99 * (at - start).total_seconds() / span, 2)

    bars = []
    for place, row in enumerate(rows[:60]):
        bars.append(
            {
                "y": 36 * place,
                "name": str(row["name"]),
                "parts": [
                    {
                        "x": across(held["since"]),
                        "width": max(0.8, round(across(held["until"] or end) - across(held["since"]), 2)),
                        "ended": held["until"] is not None,
                    }
                    for held in row["spells"]
                ],
            }
        )
    high = 36 * len(bars)
    years = range(start.year + 1, end.year + 1)
    step = -(-len(years) // 6)  # six years find room on a telephone
    ticks = [{"x": across(datetime(year, 1, 1, tzinfo=UTC)), "year": year} for year in years if year % step == 0]
    return {"high": high + 24, "base": high, "bars": bars, "ticks": ticks, "start": start, "end": end}


def _hit(hit: Hit, name: str) -> dict[str, Any]:
    seen = marks(hit.snippet)
    out, at = [], 0
    for begin, end in hit.marks:
        out += [_shown(seen, at, begin), Markup("<mark>"), _shown(seen, begin, end), Markup("</mark>")]
        at = end
    out.append(_shown(seen, at, len(hit.snippet)))
    named = blocks(hit.text, Outline())
    return {
        "document_id": hit.document_id,
        "name": name,
        "place": f"#{named[0].name}" if named else "",
        "snippet": Markup("").join(out),
        "first": hit.first,
        "until": hit.until,
    }


def _shown(seen: Marks, start: int, end: int) -> Markup:
    return escape(plain(seen.seen(start, end)))
