"""What the site holds: the address of every page and file that does not depend on a query, each with a token.

A token changes when the bytes at its address may have changed. So an export writes what is new and leaves the rest; the
page of an old version, or of a change, has the same token for ever unless it is corrected, withheld or succeeded.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import pairwise
from typing import Any

from tosmonitor import archive as archives
from tosmonitor import feeds, urls
from tosmonitor.archive import Headline
from tosmonitor.model import Cause, Service, Version, slug
from tosmonitor.site.frame import Visit
from tosmonitor.site.holdings import Catalogue, Holdings
from tosmonitor.site.pages import feeding, months, telling
from tosmonitor.site.settings import SiteSettings
from tosmonitor.site.shelves import parted
from tosmonitor.site.states import State, states
from tosmonitor.topics import TOPICS

#: Parts of the program whose code shows in the bytes of pages.
_SHOWN = ("tosmonitor.site", "tosmonitor.feeds", "tosmonitor.diff", "tosmonitor.topics", "tosmonitor.references")
_FORMS = ("atom", "rss", "json")
_STATIC = ("site.css", "site.js", "search.js", "mark.svg")
#: Pages of a language that are written anew whenever a document was checked, and those that wait for a change.
_CHECKED = ("services", "status", "coverage")
_GENERAL = ("changes", "tags", "types", "topics", "calendar", "feeds")
#: Pages that change with the program or its settings only.
_FIXED = ("search", "phrase", "compare", "method", "about", "references")


@dataclass(frozen=True, slots=True)
class Held:
    """Something the site holds: its address within the site, its token, and whether it is a page for readers."""

    path: str
    token: str
    page: bool = True


@dataclass(slots=True)
class _Known:
    """What is asked of the archive once, for all addresses."""

    catalogue: Catalogue
    states: Mapping[str, State]
    versions: dict[str, tuple[Version, ...]]
    lines: tuple[Headline, ...]
    announced: tuple[Headline, ...]
    by_document: dict[str, list[Headline]] = field(default_factory=lambda: defaultdict(list))
    withdrawn: dict[tuple[str, datetime], str] = field(default_factory=dict)
    by_month: dict[str, str] = field(default_factory=dict)  # a token of the changes recorded in a month
    corrected: str = ""  # a token of all changes that were corrected
    whole: str = ""  # a token of everything, checks included
    told: str = ""  # a token of all changes, firsts and services


def contents(holdings: Holdings, settings: SiteSettings, base_url: str) -> Iterator[Held]:
    """Yield everything the site holds, in a fixed order."""
    known = _known(holdings, edition(settings, base_url))
    fixed = edition(settings, base_url)
    yield Held("/", fixed)
    for name in _STATIC:
        yield Held(urls.static(name), fixed, page=False)
    for name in ("openapi.json", "services.json", "changes.json"):
        yield Held(urls.api(name), known.told, page=False)
    yield Held("/robots.txt", fixed, page=False)
    yield Held("/sitemap.xml", known.told, page=False)
    for language in urls.LANGUAGES:
        visit = Visit(holdings, settings, base_url, "/", language)
        yield from _of_language(known, visit, fixed)


def pages(holdings: Holdings, settings: SiteSettings, base_url: str) -> tuple[str, ...]:
    """Return the addresses of all pages for readers, for a sitemap."""
    return tuple(held.path for held in contents(holdings, settings, base_url) if held.page)


@cache
def edition(settings: SiteSettings, base_url: str) -> str:
    """Return a token of the program and of its settings."""
    digest = sha256(json.dumps([asdict(settings), base_url], sort_keys=True).encode())
    for package in _SHOWN:
        for path, content in _sources(files(package), package):
            digest.update(path.encode() + b"\0" + content + b"\0")
    return digest.hexdigest()[:16]


def _sources(folder: Traversable, name: str) -> Iterator[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        path = f"{name}/{entry.name}"
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _sources(entry, path)
        elif entry.name.endswith((".py", ".html", ".css", ".js", ".svg", ".po", ".toml")):
            yield path, entry.read_bytes()


def _known(holdings: Holdings, fixed: str) -> _Known:
    archive, catalogue = holdings.archive(), holdings.catalogue()
    lines = archives.headlines(archive, limit=None, announced=None)
    known = _Known(
        catalogue=catalogue,
        states=states(holdings),
        versions={key: archives.versions(archive, key) for key in catalogue.documents},
        lines=lines,
        announced=tuple(line for line in lines if line.announced),
    )
    for key, versions in known.versions.items():
        for version in versions:
            if version.retracted or version.withheld:
                known.withdrawn[key, version.fetched_at] = repr((version.retracted, version.withheld))
    for line in lines:
        known.by_document[line.document_id].append(line)
    recorded: dict[str, list[str]] = defaultdict(list)
    for line in known.announced:
        recorded[f"{line.recorded_at.year}-{line.recorded_at.month:02}"].append(_of_line(known, line))
    known.by_month.update({month: _token(said) for month, said in recorded.items()})
    known.corrected = _token([_of_line(known, line) for line in known.announced if line.retracted])
    checks = [state.check and (state.check.checked_at, state.check.outcome) for state in known.states.values()]
    firsts = [versions[0].fetched_at for versions in known.versions.values() if versions]
    known.told = _token(fixed, firsts, [_of_line(known, line) for line in lines], catalogue.services)
    known.whole = _token(known.told, checks)
    return known


def _of_language(known: _Known, visit: Visit, fixed: str) -> Iterator[Held]:
    language = visit.language
    yield Held(urls.home(language), known.whole)
    for name in _CHECKED:
        yield Held(urls.page(language, name), known.whole)
    for shelf in parted(known.catalogue.services):
        token = _token(fixed, _seen(known, shelf.services))
        yield Held(urls.page(language, "services", shelf.name), token)
        yield Held(urls.page(language, "coverage", shelf.name), token)
        yield Held(urls.page(language, "feeds", "service", shelf.name), _token(fixed, shelf))
    for name in telling.feed_groups(visit):
        yield Held(urls.page(language, "feeds", name), _token(fixed, known.catalogue.services))
    for name in _GENERAL:
        yield Held(urls.page(language, name), known.told)
    for name in _FIXED:
        yield Held(urls.page(language, name), _token(fixed, sorted(known.catalogue.documents), known.catalogue.tags()))
    yield Held(urls.page(language, "references") + "plan.json", fixed, page=False)
    by_month: dict[str, list[Headline]] = defaultdict(list)
    for line in known.announced:
        by_month[f"{line.at:%Y-%m}"].append(line)
    dated = sorted(by_month)
    for month in dated:
        token = _token(fixed, dated, [_of_line(known, line) for line in by_month[month]], known.catalogue.services)
        for part in months.names(month, len(by_month[month])):
            yield Held(urls.page(language, "changes", part), token)
    for year in sorted({month[:4] for month in dated}):
        yield Held(urls.page(language, "calendar", year), known.told)
    for tag in known.catalogue.tags():
        yield Held(urls.page(language, "tags", tag), _token(fixed, *_scope(known, {"tag": tag})))
    for name in known.catalogue.types():
        yield Held(urls.page(language, "types", slug(name)), _token(fixed, *_scope(known, {"terms_type": name})))
    for topic in TOPICS:
        touched = archives.headlines(visit.archive, topic=topic, limit=None)
        yield Held(urls.page(language, "topics", topic), _token(fixed, [_of_line(known, line) for line in touched]))
    for phrase in visit.settings.phrases:
        if slug(phrase):
            yield Held(urls.page(language, "phrase", slug(phrase)), known.whole)
    yield from _feeds(known, visit, fixed)
    for service in known.catalogue.services:
        token = _token(fixed, service, *(_of_document(known, document.id) for document in service.documents))
        yield Held(urls.service(language, service.id), token)
    for document_id in known.catalogue.documents:
        yield from _document(known, language, document_id, fixed)


def _document(known: _Known, language: str, document_id: str, fixed: str) -> Iterator[Held]:
    service, document = known.catalogue.documents[document_id]
    named = (service.name, document.sources, document.language, document.jurisdiction)
    yield Held(urls.document(language, document_id), _token(fixed, named, _of_document(known, document_id)))
    versions = known.versions[document_id]
    standing = [version for version in versions if version.retracted is None]
    following = {one.fetched_at: two.fetched_at for one, two in pairwise(standing)}
    for version in versions:
        token = _token(fixed, named, version, following.get(version.fetched_at))
        yield Held(urls.version(language, document_id, version.fetched_at), token)
        if version.withheld is None:
            yield Held(urls.version_text(language, document_id, version.fetched_at), version.digest, page=False)
    lines = {line.at: line for line in known.by_document[document_id]}
    by_time = {version.fetched_at: version for version in versions}
    for after in versions:
        line = lines.get(after.fetched_at)
        before = by_time.get(line.before_at) if line is not None else None
        if line is None or before is None or after.cause is not Cause.CHANGE:
            continue
        token = _token(fixed, named, _of_line(known, line), before, after)
        yield Held(urls.change(language, document_id, after.fetched_at), token)
        for view in urls.CHANGE_VIEWS:
            yield Held(urls.change_view(language, document_id, after.fetched_at, view), token)
        if before.withheld is None and after.withheld is None:
            for name in urls.CHANGE_FILES:
                yield Held(urls.change_file(language, document_id, after.fetched_at, name), token, page=False)


def _feeds(known: _Known, visit: Visit, fixed: str) -> Iterator[Held]:
    language = visit.language
    for group in ("all", *(key for key, _ in feeds.GROUPS)):
        yield Held(urls.feed(language, group, "opml"), _token(fixed, known.catalogue.services), page=False)
    for feed in feeds.names(known.catalogue.services, TOPICS.items(), visit.settings.phrases):
        told: tuple[object, ...] = (known.whole if feed.name == feeds.HEALTH else known.told,)
        count = feeding.MANY
        if feed.group in ("topic", "language"):
            asked: dict[str, Any] = feed.filters
            found = archives.headlines(visit.archive, limit=None, **asked)
            told, count = ([_of_line(known, line) for line in found],), _said(found)
        elif feed.group not in ("phrase", "general"):
            names, lines = _scope(known, dict(feed.selects))
            told, count = (names, [_of_line(known, line) for line in lines]), _said(lines)
        months = feeding.months(visit, feed) if count >= feeding.MANY else ()
        for form in _FORMS:
            yield Held(urls.feed(language, feed.name, form), _token(fixed, months, *told), page=False)
        for month in months:
            token = _token(fixed, months, known.by_month.get(month, ""), known.corrected)
            for form in _FORMS:
                yield Held(urls.feed(language, feed.name, form, archive=month), token, page=False)


def _seen(known: _Known, services: Sequence[Service]) -> list[object]:
    """Return what lists of services and their coverage show of them: names, checks, versions and changes."""
    held: list[object] = [services]
    for service in services:
        for document in service.documents:
            check = known.states[document.id].check
            lines = known.by_document[document.id]
            held.append(check and (check.checked_at, check.outcome))
            held.append((len(known.versions[document.id]), [_of_line(known, line) for line in lines]))
    return held


def _said(lines: Sequence[Headline]) -> int:
    """Return how often something was said: announced, or corrected."""
    return sum(line.announced + (line.announced and line.retracted) for line in lines)


def _scope(known: _Known, selected: Mapping[str, str]) -> tuple[list[object], list[Headline]]:
    """Return the changes of a service, document, tag, terms type or jurisdiction, and the names they bear."""
    lines: list[Headline] = []
    names: list[object] = []
    for service in known.catalogue.services:
        if selected.get("service", service.id) != service.id:
            continue
        if "tag" in selected and selected["tag"] not in service.tags:
            continue
        for document in service.documents:
            if selected.get("document", document.id) != document.id:
                continue
            if selected.get("terms_type", document.terms_type) != document.terms_type:
                continue
            if "jurisdiction" in selected and selected["jurisdiction"] != document.jurisdiction:
                continue
            names.append((service.name, service.tags, document.id, document.sources))
            lines += known.by_document[document.id]
    return names, lines


def _of_document(known: _Known, document_id: str) -> tuple[object, ...]:
    state = known.states[document_id]
    check = state.check
    seen = check and (f"{check.checked_at:%Y-%m-%d}", check.outcome, check.reason)
    return (
        known.versions[document_id],
        [_of_line(known, line) for line in known.by_document[document_id]],
        seen,
        state.since,
    )


def _of_line(known: _Known, line: Headline) -> str:
    """Return all that a list may show of a change, what was withdrawn of it included."""
    gone = [known.withdrawn.get((line.document_id, at)) for at in (line.before_at, line.at)]
    return f"{line.document_id} {line.at.timestamp():.0f} {line.announced} {line.retracted} {line.sentence.en} {gone}"


def _token(*parts: object) -> str:
    return sha256(repr(parts).encode("utf-8", "backslashreplace")).hexdigest()[:16]
