"""What the site holds: the address of every page and file that does not depend on a query, each with a token.

    archive ─► tokens of changes, documents, checks ─► parts (a service, the rest) ─► addresses with tokens

A token changes when the bytes at its address may have changed. So an export writes what is new and leaves the rest; the
page of an old version, or of a change, has the same token for ever unless it is corrected, withheld or succeeded. A
part has a token over all that its addresses are made from: while it stands, nobody needs to list them.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from functools import cache, partial
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import pairwise
from operator import attrgetter

from tosmonitor import archive as archives
from tosmonitor import feeds, urls
from tosmonitor.archive import Headline
from tosmonitor.feeds import Feed
from tosmonitor.model import Cause, Document, Service, Version, slug
from tosmonitor.site.earlier import HALVES
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
#: Pages of a language that change with the program, its settings or the services only.
_FIXED = ("search", "phrase", "compare", "method", "about", "references", "tags", "types", "topics", "feeds")


@dataclass(frozen=True, slots=True)
class Held:
    """Something the site holds: its address within the site, and its token. Pages for readers end in "/"."""

    path: str
    token: str


@dataclass(frozen=True, slots=True)
class Part:
    """Some of what the site holds: its name, a token of all that it is made from, and how to list it."""

    name: str
    token: str
    held: Callable[[], Iterable[Held]]


def parts(holdings: Holdings, settings: SiteSettings, base_url: str) -> Iterator[Part]:
    """Yield everything the site holds, in a fixed order: what belongs to all services first, then each service."""
    known = _Known(holdings, settings, base_url)
    yield Part("site", _token(known.whole, known.told), partial(_general, known))
    for service in known.catalogue.services:
        yield Part(f"services/{service.id}", known.of_service(service), partial(_of_service, known, service))


def pages(holdings: Holdings, settings: SiteSettings, base_url: str) -> Iterator[str]:
    """Yield the addresses of all pages for readers, for a sitemap."""
    for part in parts(holdings, settings, base_url):
        yield from (held.path for held in part.held() if held.path.endswith("/"))


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


class _Known:
    """What is asked of the archive once, for all addresses, and the tokens that are made of it."""

    def __init__(self, holdings: Holdings, settings: SiteSettings, base_url: str) -> None:
        archive = holdings.archive()
        self.holdings, self.settings, self.base_url = holdings, settings, base_url
        self.catalogue: Catalogue = holdings.catalogue()
        self.fixed = edition(settings, base_url)
        self.states: Mapping[str, State] = states(holdings)
        self.vain: Mapping[str, int] = archives.vain(archive)
        self.versions: Mapping[str, tuple[Version, ...]] = {
            key: holdings.versions(key) for key in self.catalogue.documents
        }
        self.services = _token(self.fixed, self.catalogue.services)
        self.named = {
            document.id: _token(self.fixed, service.name, service.tags, document)
            for service in self.catalogue.services
            for document in service.documents
        }
        self.withdrawn = {
            (key, version.fetched_at): (version.retracted, version.withheld)
            for key, held in self.versions.items()
            for version in held
            if version.retracted or version.withheld
        }
        self.lines: dict[str, list[Headline]] = defaultdict(list)
        self.said: dict[tuple[str, datetime], str] = {}
        self.announced: list[Headline] = []
        self.selected: dict[tuple[str, str], Sequence[Headline]] = {}  # by what pages and feeds select by
        for line in archives.headlines(archive, limit=None, announced=None):
            self.lines[line.document_id].append(line)
            self.said[line.document_id, line.at] = self._said(line)
            if line.announced:
                self.announced.append(line)
        self.last = self.announced[0].recorded_at if self.announced else None
        self.stood = {key: self._stood(key) for key in self.catalogue.documents}
        self.told = _token(self.services, sorted(self.stood.items()))
        self.whole = _token(self.told, [(key, self._checked(key)) for key in self.catalogue.documents])

    def _said(self, line: Headline) -> str:
        """Return a token of all that a list or a feed may show of a change, what was withdrawn of it included."""
        gone = [self.withdrawn.get((line.document_id, at)) for at in (line.before_at, line.at)]
        return _token(self.named.get(line.document_id), _fields(line), gone)

    def _stood(self, key: str) -> str:
        """Return a token of what was seen of a document: its versions and changes, and the spells without sight."""
        said = [self.said[key, line.at] for line in self.lines[key]]
        return _token(self.named[key], self.versions[key], said, self.vain.get(key, 0), self.label(key))

    def label(self, key: str) -> tuple[object, ...]:
        """Return how a document stands, but not when it was checked last."""
        state = self.states[key]
        return (state.check is None, state.unseen, state.since, state.reason)

    def _checked(self, key: str) -> tuple[object, ...]:
        check = self.states[key].check
        return () if check is None else (check.checked_at, check.outcome, check.kind)

    def of_service(self, service: Service) -> str:
        """Return a token of all that the pages and feeds of a service and of its documents are made from."""
        seen = [(self.stood[document.id], self.day(document.id)) for document in service.documents]
        return _token(self.fixed, service, seen, self.last and feeds.month_of(self.last))

    def day(self, key: str) -> str:
        """Return the day of the newest check of a document, which its page names."""
        at = self.states[key].checked_at
        return f"{at:%Y-%m-%d}" if at is not None else ""

    def language(self, line: Headline) -> str | None:
        """Return the language of a change: that of its document, or else that in which its text was found to be."""
        held = self.catalogue.documents.get(line.document_id)
        if held is None or held[1].language is not None:
            return None if held is None else held[1].language
        return next((one.language for one in self.versions[line.document_id] if one.fetched_at == line.at), None)

    def tokens(self, lines: Iterable[Headline]) -> str:
        """Return a token of changes, in their order."""
        return _token([self.said[line.document_id, line.at] for line in lines])

    def visit(self) -> Visit:
        """Return a visit to the site, for what is asked of its pages."""
        return Visit(self.holdings, self.settings, self.base_url, "/", urls.LANGUAGES[0])


def _general(known: _Known) -> Iterator[Held]:
    """Yield what belongs to no service alone."""
    yield Held("/", known.fixed)
    for name in _STATIC:
        yield Held(urls.static(name), known.fixed)
    yield Held(urls.api("openapi.json"), known.fixed)
    yield Held(urls.api("services.json"), known.services)
    yield Held(urls.api("changes.json"), known.told)
    yield Held("/robots.txt", known.fixed)
    yield Held("/sitemap.xml", known.told)
    for path, token in _listed(known):
        for language in urls.LANGUAGES:
            yield Held(f"/{language}/{path}", token)
    for feed in feeding.every(known.visit()):
        if feed.group not in ("service", "document"):
            yield from _feed(known, feed)


def _listed(known: _Known) -> Iterator[tuple[str, str]]:
    """Yield the pages that list, and lists of feeds, as addresses within a language."""
    catalogue, fixed = known.catalogue, known.fixed
    yield "", known.told
    labels = [(key, known.label(key), len(known.lines[key])) for key in catalogue.documents]
    yield "services/", _token(known.services, known.told, labels)
    yield "status/", known.whole
    yield "coverage/", known.whole
    for shelf in parted(catalogue.services):
        seen = [
            (known.stood[document.id], known.states[document.id].checked_at)
            for service in shelf.services
            for document in service.documents
        ]
        yield _path("services", shelf.name), _token(known.services, [stood for stood, _ in seen])
        yield _path("coverage", shelf.name), _token(known.services, seen)
        yield _path("feeds", "service", shelf.name), _token(known.services, shelf.name)
    for name in telling.feed_groups(known.visit()):
        yield _path("feeds", name), known.services
    for name in _FIXED:
        yield _path(name), known.services
    yield "references/plan.json", fixed
    dated: dict[str, list[Headline]] = defaultdict(list)
    for line in known.announced:
        dated[f"{line.at:%Y-%m}"].append(line)
    names = sorted(dated)
    yield "changes/", _token(known.told, names)
    for name in names:
        token = _token(known.services, names, known.tokens(dated[name]))
        for part in months.names(name, len(dated[name])):
            yield _path("changes", part), token
    years = sorted({name[:4] for name in names})
    days = {year: sorted(line.at for name in names if name[:4] == year for line in dated[name]) for year in years}
    shown = {year: _token(fixed, years, days[year], months.watched(known.holdings, int(year))) for year in years}
    for year in years:
        yield _path("calendar", year), shown[year]
    yield "calendar/", shown[years[-1]] if years else fixed
    for tag in catalogue.tags():
        yield _path("tags", tag), _token(known.services, known.tokens(_lines(known, ("tag", tag))))
    for name in catalogue.types():
        yield _path("types", slug(name)), _token(known.services, known.tokens(_lines(known, ("terms_type", name))))
    for topic in TOPICS:
        yield _path("topics", topic), _token(known.services, known.tokens(_lines(known, ("topic", topic))))
    for phrase in known.settings.phrases:
        if slug(phrase):
            yield _path("phrase", slug(phrase)), known.whole
    for group in ("all", *(key for key, _ in feeds.GROUPS)):
        yield f"feeds/{group}.opml", known.services


def _path(*names: str) -> str:
    """Return the address of a page of the site's own, within a language."""
    return urls.page("", *names).lstrip("/")


def _of_service(known: _Known, service: Service) -> Iterator[Held]:
    """Yield the pages and feeds of a service and of its documents."""
    seen = [(known.stood[document.id], known.label(document.id)) for document in service.documents]
    for language in urls.LANGUAGES:
        yield Held(urls.service(language, service.id), _token(known.fixed, service, seen))
    yield from _feed(known, feeds.for_service(service)[0])
    for document in service.documents:
        yield from _feed(known, feeds.for_document(service, document)[0])
        yield from _document(known, document)


def _document(known: _Known, document: Document) -> Iterator[Held]:
    """Yield the pages and files of a document, each language after the other, for they show the same texts."""
    named, versions = known.named[document.id], known.versions[document.id]
    stood = _token(known.stood[document.id], known.day(document.id))
    yield from (Held(urls.document(language, document.id), stood) for language in urls.LANGUAGES)
    standing = [version.fetched_at for version in versions if version.retracted is None]
    before = {two.fetched_at: one.fetched_at for one, two in pairwise(versions)}
    for version in versions:
        at = version.fetched_at
        later = next((other for other in standing if other > at), None)
        token = f"{_token(named, version, before.get(at))}{HALVES}{urls.stamp(later) if later else ''}"
        for language in urls.LANGUAGES:
            yield Held(urls.version(language, document.id, at), token)
            if version.withheld is None:
                yield Held(urls.version_text(language, document.id, at), version.digest)
    lines = {line.at: line for line in known.lines[document.id]}
    by_time = {version.fetched_at: version for version in versions}
    for after in versions:
        line = lines.get(after.fetched_at)
        earlier = by_time.get(line.before_at) if line is not None else None
        if line is None or earlier is None or after.cause is not Cause.CHANGE:
            continue
        token = _token(named, known.said[document.id, line.at], earlier, after)
        whole = earlier.withheld is None and after.withheld is None
        for language in urls.LANGUAGES:
            yield Held(urls.change(language, document.id, line.at), token)
        for view in urls.CHANGE_VIEWS:
            for language in urls.LANGUAGES:
                yield Held(urls.change_view(language, document.id, line.at, view), token)
        for name in urls.CHANGE_FILES if whole else ():
            for language in urls.LANGUAGES:
                yield Held(urls.change_file(language, document.id, line.at, name), token)


def _feed(known: _Known, feed: Feed) -> Iterator[Held]:
    """Yield the documents of a feed, in every language and form: the current one, and one for each month."""
    over: tuple[str, ...] = ()
    corrected = ""
    recorded: dict[str, list[Headline]] = {}
    if feed.name == feeds.HEALTH:
        token = _token(known.services, [(known.vain.get(key), known.label(key)) for key in known.states])
    elif feed.name == feeds.FIRSTS:
        firsts = [v for versions in known.versions.values() for v in versions if v.cause is Cause.FIRST]
        token = _token(known.services, firsts)
    elif feed.group == "phrase":
        token, over = known.told, feeding.months(known.visit(), feed)
    else:
        lines = _lines(known, *feed.selects)
        if feed.name == feeds.CORRECTIONS:
            lines = [line for line in lines if line.retracted]
        token, over = _token(known.fixed, known.tokens(lines)), feeding.archived(lines, known.last)
        recorded = _by_month(lines) if over else {}
        corrected = known.tokens(line for line in lines if line.retracted)
    for month, earlier in zip(over, (None, *over), strict=False):
        said = token if feed.group == "phrase" else known.tokens(recorded.get(month, ()))
        yield from _documents(feed, month, _token(known.fixed, feed.title, earlier, said, corrected))
    yield from _documents(feed, None, _token(feed, over[-1:], token))


def _documents(feed: Feed, month: str | None, token: str) -> Iterator[Held]:
    for language in urls.LANGUAGES:
        for form in _FORMS:
            yield Held(urls.feed(language, feed.name, form, archive=month), token)


def _by_month(lines: Iterable[Headline]) -> dict[str, list[Headline]]:
    found: dict[str, list[Headline]] = defaultdict(list)
    for line in lines:
        found[feeds.month_of(line.recorded_at)].append(line)
    return found


def _lines(known: _Known, *selected: tuple[str, str]) -> Sequence[Headline]:
    """Return the announced changes that a feed or a page of this selection may show, newest first."""
    if not selected:
        return known.announced
    (chosen,) = selected
    name, value = chosen
    if name == "document":
        return [line for line in known.lines[value] if line.announced]
    if chosen not in known.selected:
        if name == "topic":  # only the archive knows of which topic a change is
            known.selected[chosen] = archives.headlines(known.holdings.archive(), limit=None, topic=value)
        elif name == "language":
            known.selected[chosen] = [line for line in known.announced if known.language(line) == value]
        else:
            documents = {
                document.id
                for service, document in known.catalogue.documents.values()
                if value in _values(name, service, document)
            }
            known.selected[chosen] = [line for line in known.announced if line.document_id in documents]
    return known.selected[chosen]


def _values(name: str, service: Service, document: Document) -> Sequence[str | None]:
    """Return what a document has of what feeds select by."""
    match name:
        case "service":
            return (service.id,)
        case "tag":
            return service.tags
        case "terms_type":
            return (document.terms_type,)
        case _:
            return (document.jurisdiction,)


#: All that a headline says, as a tuple, which tells what it holds three times as fast.
_fields = attrgetter(*(field.name for field in fields(Headline)))


def _token(*parts: object) -> str:
    return sha256(repr(parts).encode("utf-8", "backslashreplace")).hexdigest()[:16]
