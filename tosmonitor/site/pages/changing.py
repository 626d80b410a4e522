"""Pages of a change: in words, changes only, whole text, side by side, as files; and any two versions compared."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from markupsafe import Markup
from starlette.responses import Response

from tosmonitor import archive as archives
from tosmonitor import diff, feeds, urls
from tosmonitor.diff.render import unified
from tosmonitor.diff.sentence import edited_sections
from tosmonitor.model import Change, Difference, Document, Service, StatedDate, Version
from tosmonitor.site import i18n, listing, redline, sifting, stretches
from tosmonitor.site.frame import HEADERS, NotHereError, Visit, page
from tosmonitor.site.holdings import CHOICES
from tosmonitor.site.visible import words as seen_words


@dataclass(frozen=True, slots=True)
class Told:
    """A change with what every page about it needs."""

    service: Service
    document: Document
    change: Change
    before: str
    after: str

    @property
    def withheld(self) -> bool:
        """Say whether one of its texts is not shown any more."""
        return bool(self.change.before.withheld or self.change.after.withheld)


def change(visit: Visit, document_id: str, at: datetime) -> Response:
    """Return the page of a change: the sentence, the facts, the changes only."""
    told = _told(visit, document_id, at)
    line = redline.redline(told.change.difference, told.after, visit.language)
    return _page(visit, told, "changes", "change.html", redline=line)


def view(visit: Visit, document_id: str, at: datetime, name: str) -> Response:
    """Return the whole text with its changes, or both texts side by side; `name` is one of urls.CHANGE_VIEWS."""
    told = _told(visit, document_id, at)
    difference = told.change.difference
    if told.withheld:
        held: Sequence[stretches.Stretch] = ()
        complete = True
    else:
        sides = name == "side-by-side"
        held, complete = stretches.whole(difference, told.before, told.after, visit.language, sides=sides)
    template = "sides.html" if name == "side-by-side" else "whole.html"
    return _page(visit, told, name, template, stretches=held, complete=complete)


def file(visit: Visit, document_id: str, at: datetime, name: str) -> Response:
    """Return a file made from a change; `name` is one of urls.CHANGE_FILES."""
    told = _told(visit, document_id, at)
    if told.withheld:
        raise NotHereError(visit.words("The texts of this change are not shown any more."))
    if name == "unified.patch":
        return _patch(told.change, told.before, told.after)
    if name == "difference.json":
        held = diff.as_json(told.change.difference, told.before, told.after)
        return _json_file({"change": _identity(visit, told), **held})
    line = redline.redline(told.change.difference, told.after, visit.language)
    return _alone(visit, told, line)


def compare(visit: Visit) -> Response:
    """Return the difference between any two versions of any documents; live only."""
    catalogue = visit.catalogue
    _ = visit.words
    options = tuple((key, catalogue.name(key, visit.language)) for key in sorted(catalogue.documents))
    asked = {key: visit.query.get(key, "").strip() for key in ("a", "a_at", "b", "b_at")}
    # A reader may write the name of a document as this site says it, or copy its id from an address.
    called = {name.casefold(): key for key, name in options}
    for side in ("a", "b"):
        asked[side] = called.get(asked[side].casefold(), asked[side])
    if not asked["b"]:
        asked["b"] = asked["a"]
    result: dict[str, Any] = {"line": None, "versions": None, "stated": None, "problem": "", "difference": None}
    if asked["a"]:
        try:
            one = _standing(visit, asked["a"], asked["a_at"], oldest=not asked["a_at"] and asked["a"] == asked["b"])
            two = _standing(visit, asked["b"], asked["b_at"], oldest=False)
            before, after = (archives.text(visit.archive, held.digest) for held in (one, two))
        except NotHereError as error:
            result["problem"] = str(error)
        else:
            found = diff.compare(before, after, language=two.language)
            result = {
                "line": redline.redline(found, after, visit.language),
                "difference": found,
                "versions": (one, two),
                "problem": "",
            }
    return page(
        visit,
        "compare.html",
        title=_("Compare two texts"),
        index=not asked["a"],
        options=options if len(options) <= CHOICES else None,
        asked=asked,
        names={key: catalogue.name(key, visit.language) for key in (asked["a"], asked["b"]) if key},
        line=result["line"],
        versions=result["versions"],
        problem=result["problem"],
        difference=result["difference"],
    )


def _standing(visit: Visit, document_id: str, when: str, *, oldest: bool) -> Version:
    """Return the version in force on a day, in the whole of that day; the newest or the oldest when none is named.

    Raises NotHereError for what no document is called, what is no day, and what had not been read by then.
    """
    _ = visit.words
    if document_id not in visit.catalogue.documents:
        raise NotHereError(_("No document is called “%(name)s” here.", name=document_id))
    name = visit.catalogue.name(document_id, visit.language)
    held = [one for one in archives.versions(visit.archive, document_id) if one.retracted is None]
    if when:
        last = sifting.day(when[:10])
        if last is None:
            raise NotHereError(_("“%(day)s” is no day such as 2026-04-28.", day=when))
        held = [one for one in held if one.fetched_at.date() <= last.date()]
    if not held:
        raise NotHereError(_("Nothing of %(name)s had been read by then.", name=name))
    return held[0] if oldest else held[-1]


def _told(visit: Visit, document_id: str, at: datetime) -> Told:
    service, document = visit.catalogue.document(document_id)
    change = archives.change(visit.archive, document_id, at)
    if change.before.withheld or change.after.withheld:
        return Told(service, document, change, "", "")
    before, after = (archives.text(visit.archive, one.digest) for one in (change.before, change.after))
    return Told(service, document, change, before, after)


def _page(visit: Visit, told: Told, view: str, template: str, **values: Any) -> Response:
    _ = visit.words
    change, difference = told.change, told.change.difference
    at = change.after.fetched_at
    name = visit.catalogue.name(change.document_id, visit.language)
    sentence = i18n.typeset(difference.sentence.said(visit.language), visit.language)
    sections = _sections(difference)
    own = urls.change(visit.language, change.document_id, at)
    return page(
        visit,
        template,
        title=_("%(name)s, change of %(day)s", name=name, day=i18n.short_day(at, visit.language)),
        description=sentence,
        section="changes",
        feeds=feeds.for_document(told.service, told.document)[:1],
        metadata=_metadata(visit, told, name, sentence),
        service=told.service,
        document=told.document,
        change=change,
        difference=difference,
        last_read=archives.last_read(visit.archive, change.before, at),
        stated=_stated(visit, difference, at),
        topics=[(listing.topic(hit.topic), hit.words) for hit in difference.topics],
        sections=sections,
        cited=[name for _what, names in sections for name in names][:3],
        withheld=change.after.withheld or change.before.withheld,
        view=view,
        views=(
            ("changes", _("Changes only"), own),
            ("whole", _("Whole text"), urls.change_view(visit.language, change.document_id, at, "whole")),
            (
                "side-by-side",
                _("Side by side"),
                urls.change_view(visit.language, change.document_id, at, "side-by-side"),
            ),
        ),
        files=(
            (
                _("Comparison in one file (HTML)"),
                _("to keep, send or print"),
                urls.change_file(visit.language, change.document_id, at, "redline.html"),
            ),
            (
                _("Unified patch"),
                _("line by line, for programs"),
                urls.change_file(visit.language, change.document_id, at, "unified.patch"),
            ),
            (
                _("JSON"),
                _("all that this page says, as data"),
                urls.change_file(visit.language, change.document_id, at, "difference.json"),
            ),
        ),
        own=visit.base_url + own,
        **values,
    )


def _sections(difference: Difference) -> list[tuple[str, list[str]]]:
    held = (
        ("edited", edited_sections(difference)),
        ("added", difference.sections_added),
        ("removed", difference.sections_removed),
    )
    shown = [(what, [said for name in names if (said := seen_words(name))]) for what, names in held]
    return [(what, names) for what, names in shown if names]


def _stated(visit: Visit, difference: Difference, at: datetime) -> dict[str, Any]:
    found = diff.stated(difference, at)
    language = visit.language

    def dates(held: Sequence[StatedDate]) -> list[dict[str, Any]]:
        return [
            {"role": one.role, "day": i18n.day(date.fromisoformat(one.day), language), "words": one.words}
            for one in held
        ]

    return {
        "before": dates(difference.dates_before),
        "after": dates(difference.dates_after),
        "same": difference.dates_before == difference.dates_after,
        "silent": found.silent,
        "backdated": found.backdated,
        "effective": i18n.day(date.fromisoformat(found.announced_for), language) if found.announced_for else None,
        "notice": found.notice_days,
    }


def _metadata(visit: Visit, told: Told, name: str, sentence: str) -> dict[str, Any]:
    change = told.change
    return {
        "@context": "https://schema.org",
        "@type": "Report",
        "headline": name,
        "abstract": sentence,
        "url": visit.base_url + urls.change(visit.language, change.document_id, change.after.fetched_at),
        "datePublished": f"{change.after.fetched_at:%Y-%m-%dT%H:%M:%SZ}",
        "inLanguage": visit.language,
        "about": {
            "@type": "DigitalDocument",
            "name": name,
            "url": [source.url for source in told.document.sources],
            "publisher": {"@type": "Organization", "name": told.service.name},
        },
    }


def _identity(visit: Visit, told: Told) -> dict[str, Any]:
    change = told.change

    def version(held: Version) -> dict[str, Any]:
        return {
            "fetched_at": f"{held.fetched_at:%Y-%m-%dT%H:%M:%SZ}",
            "text_sha256": held.digest,
            "snapshots_sha256": list(held.snapshots),
            "words": held.words,
        }

    return {
        "url": visit.base_url + urls.change(visit.language, change.document_id, change.after.fetched_at),
        "service": told.service.name,
        "document": change.document_id,
        "terms_type": told.document.terms_type,
        "before": version(change.before),
        "after": version(change.after),
    }


def _patch(change: Change, before: str, after: str) -> Response:
    one, two = (f"{change.document_id}/{urls.stamp(v.fetched_at)}.md" for v in (change.before, change.after))
    text = unified(before, after, before_name=f"a/{one}", after_name=f"b/{two}")
    return Response(text, 200, HEADERS, media_type="text/x-patch; charset=utf-8")


def _json_file(held: Mapping[str, Any]) -> Response:
    body = json.dumps(held, ensure_ascii=False, indent=1, sort_keys=True)
    return Response(body, 200, HEADERS, media_type="application/json; charset=utf-8")


def _alone(visit: Visit, told: Told, line: redline.Redline) -> Response:
    """Return a change as one file that needs no other: its style stands inside it, named by hash in the policy."""
    style = _style()
    answer = _page(visit, told, "changes", "alone.html", redline=line, style=Markup(style))
    digest = base64.b64encode(sha256(style.encode()).digest()).decode()
    answer.headers["Content-Security-Policy"] = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'"
    return answer


@cache
def _style() -> str:
    return files("tosmonitor.site").joinpath("static", "site.css").read_text("utf-8").replace("</", "<\\/")
