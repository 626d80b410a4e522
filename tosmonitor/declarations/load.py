"""services.yaml as services, or every mistake in it at once.

The file is read once and goes nowhere else: no network, no archive. `load` gives services or raises; `check` gives
the mistakes. What reads pages is imported only for a list that declares selectors or filters: a check before a commit
shall not wait half a second for parsers.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urlsplit

from pydantic import ValidationError

from tosmonitor.declarations import mistakes
from tosmonitor.declarations.positions import Written, key_of, parse, read
from tosmonitor.declarations.schema import (
    FILTER,
    SERVICES,
    DocumentEntry,
    FilterEntry,
    RangeEntry,
    ServiceEntry,
    SourceEntry,
    nearest,
)
from tosmonitor.declarations.spans import span
from tosmonitor.errors import DeclarationError, Problem
from tosmonitor.model import Document, Filter, Range, Service, Source, slug
from tosmonitor.urls import RESERVED

_READ_KEYS = ("select", "remove", "filters", "render")
_STARTS = ("startBefore", "startAfter")
_ENDS = ("endBefore", "endAfter")


def load(path: Path) -> tuple[Service, ...]:
    """Return the services declared in the file at `path`, in its order; raise DeclarationError with every mistake."""
    return _services(read(path))


def loads(text: str, name: str = "services.yaml") -> tuple[Service, ...]:
    """Return the services declared in `text`, as `load`; mistakes call it `name`."""
    return _services(parse(text, name))


def check(path: Path) -> tuple[Problem, ...]:
    """Return every mistake in the file at `path`, in file order; none if it can be used."""
    try:
        load(path)
    except DeclarationError as error:
        return error.problems
    return ()


def service_id(name: str) -> str:
    """Return the id that a service of this `name` has by default: "Škoda Connect" gives "skoda-connect"."""
    return slug(unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode())


def _services(written: Written) -> tuple[Service, ...]:
    problems = list(written.problems)
    entries: tuple[ServiceEntry, ...] = ()
    if isinstance(written.value, list) and written.value:
        try:
            entries = SERVICES.validate_python(written.value)
        except ValidationError as error:
            problems += mistakes.problems(error.errors(include_url=False), written)
        problems += _Crossing(written).problems()
    elif not problems:
        problems.append(_not_a_list(written))
    if problems:
        raise DeclarationError(tuple(sorted(problems, key=lambda problem: (problem.line, problem.column))))
    return tuple(_service(entry) for entry in entries)


def _not_a_list(written: Written) -> Problem:
    place = written.place(())
    if written.value is None or written.value == []:
        return Problem(
            written.file, 0, 0, "", "it declares no service", "add one with: tosmonitor services add https://..."
        )
    return Problem(
        written.file, place.line, place.column, "", "the file must be a list of services",
        'begin each service with "- name:"',
    )  # fmt: skip


# ------------------------------------------------------------------------------------ what holds between entries


@dataclass(slots=True)
class _Crossing:
    """What no entry can know by itself: nothing twice, nothing reserved, keys that exclude each other."""

    written: Written
    ids: dict[str, int] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)
    pages: dict[str, tuple[str, int]] = field(default_factory=dict)

    def problems(self) -> Iterator[Problem]:
        for index, service in enumerate(self.written.value):
            if isinstance(service, dict):
                yield from self._service((index,), service)

    def _service(self, path: tuple[str | int, ...], service: dict[str, Any]) -> Iterator[Problem]:
        name, own = service.get("name"), service.get("id")
        if isinstance(name, str):
            key = "id" if isinstance(own, str) else "name"
            id_ = own if isinstance(own, str) else service_id(name)
            line = self.written.place((*path, key)).line
            if not id_ and name.strip():
                yield self._problem(
                    (*path, "name"), f'no id can be made of "{name}"', 'add "id: ..." in letters of a-z'
                )
            elif id_.lower() in RESERVED:
                remedy = f'give it another id, such as "id: {id_.lower()}-service"'
                yield self._problem((*path, key), f'the id "{id_}" belongs to the site itself', remedy)
            elif name.casefold() in self.names:
                first = self.names[name.casefold()]
                remedy = "move its documents there"
                yield self._problem(
                    (*path, "name"), f'the service "{name}" is already declared on line {first}', remedy
                )
            elif id_ and id_.lower() in self.ids:
                first = self.ids[id_.lower()]
                remedy = "give one of the two another id"
                yield self._problem((*path, key), f'the id "{id_}" is already used on line {first}', remedy)
            if id_:
                self.ids.setdefault(id_.lower(), line)
            self.names.setdefault(name.casefold(), line)
        yield from self._documents(path, service.get("documents"), str(name))

    def _documents(self, path: tuple[str | int, ...], documents: Any, service: str) -> Iterator[Problem]:
        types: dict[str, int] = {}
        for index, document in enumerate(documents if isinstance(documents, list) else ()):
            here = (*path, "documents", index)
            if not isinstance(document, dict):
                continue
            kind = document.get("type")
            if isinstance(kind, str):
                line = self.written.place((*here, "type")).line
                if kind in types:
                    message = f'{service} already has a "{kind}" on line {types[kind]}'
                    yield self._problem(
                        (*here, "type"), message, 'give one of the two another type, or join them under "sources"'
                    )
                types.setdefault(kind, line)
            yield from self._pages(here, document, f"{service} / {kind}")

    def _pages(self, path: tuple[str | int, ...], document: dict[str, Any], title: str) -> Iterator[Problem]:
        sources = document.get("sources")
        if "url" in document and "sources" in document:
            yield self._problem(
                (*path, "sources"),
                '"url" and "sources" exclude each other',
                'put every page under "sources"',
                at_key=True,
            )
        elif "url" not in document and "sources" not in document:
            yield self._problem(path, 'the document has neither "url" nor "sources"', 'add "url: https://..."')
        if isinstance(sources, list):
            if not sources:
                yield self._problem((*path, "sources"), '"sources" is empty', 'add "- url: https://..."')
            for key in _READ_KEYS:
                if key in document:
                    remedy = "move it to the sources it is meant for"
                    yield self._problem((*path, key), f'"{key}" stands beside "sources"', remedy, at_key=True)
            for index, source in enumerate(sources):
                if isinstance(source, dict):
                    yield from self._page((*path, "sources", index), source, title)
        if "url" in document:
            yield from self._page(path, document, title)

    def _page(self, path: tuple[str | int, ...], page: dict[str, Any], title: str) -> Iterator[Problem]:
        url = page.get("url")
        if isinstance(url, str):
            key = repr((_same(url), page.get("select"), page.get("remove"), page.get("filters")))
            if key in self.pages:
                first, line = self.pages[key]
                remedy = "declare it once; what two services share goes to the one that publishes it"
                message = f"this page is already watched as {first} on line {line}"
                yield self._problem((*path, "url"), message, remedy)
            else:
                self.pages[key] = (title, self.written.place((*path, "url")).line)
        for key in ("select", "remove"):
            given = page.get(key)
            for index, one in enumerate(given if isinstance(given, list) else [given]):
                bounds = [bound for bound in one.values() if isinstance(bound, str)] if isinstance(one, dict) else [one]
                for css in bounds:
                    if isinstance(css, str) and css.strip() and (wrong := _selector_problem(css)):
                        yield self._problem((*path, key, index), wrong, 'write it as in a style sheet: "main .terms"')
                if isinstance(one, dict):
                    yield from self._range((*path, key, index), one)

        filters = page.get("filters")
        for index, one in enumerate(filters if isinstance(filters, list) else ()):
            yield from self._filter((*path, "filters", index), one)

    def _filter(self, path: tuple[str | int, ...], entry: Any) -> Iterator[Problem]:
        from tosmonitor.normalise.filters import FILTERS, problem

        try:
            (declared,) = FILTER.validate_python([entry])
        except ValidationError:
            return  # told with the shape of the entry
        made = _filter(declared)
        if made.name not in FILTERS:
            close = nearest(made.name, list(FILTERS))
            remedy = f'did you mean "{close}"?' if close else f"there are {', '.join(FILTERS)}"
            yield self._problem(path, f'unknown filter "{made.name}"', remedy)
        elif wrong := problem(made):
            spec = FILTERS[made.name]
            yield self._problem(path, wrong, f"it {spec.says}")

    def _range(self, path: tuple[str | int, ...], entry: dict[str, Any]) -> Iterator[Problem]:
        for ends, what in ((_STARTS, "start"), (_ENDS, "end")):
            if sum(end in entry for end in ends) != 1:
                remedy = f'give one of "{ends[0]}" and "{ends[1]}"'
                yield self._problem(path, f"a range has one {what}", remedy)

    def _problem(self, path: tuple[str | int, ...], message: str, remedy: str, *, at_key: bool = False) -> Problem:
        place = self.written.key_place(path) if at_key else self.written.place(path)
        key = key_of(path, self.written.value)
        return Problem(self.written.file, place.line, place.column, key, message, remedy)


def _selector_problem(css: str) -> str | None:
    from tosmonitor.normalise.select import problem

    return problem(css)


def _same(url: str) -> str:
    """Return what all addresses of one page share: fragments go (unless they route), and a slash at the end."""
    if "#/" not in url and "#!" not in url:
        url = urldefrag(url).url
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return parts._replace(scheme="https", netloc=parts.netloc.lower(), path=parts.path.rstrip("/")).geturl()


# ------------------------------------------------------------------------------------------- entries as services


def _service(entry: ServiceEntry) -> Service:
    id_ = entry.id or service_id(entry.name)
    documents = tuple(_document(document, id_, entry) for document in entry.documents)
    return Service(id_, entry.name, documents, entry.tags, entry.homepage)


def _document(entry: DocumentEntry, service: str, parent: ServiceEntry) -> Document:
    made = Document(
        service_id=service,
        terms_type=entry.type,
        sources=tuple(_source(source) for source in entry.sources or (entry,)),
        language=entry.language or parent.language,
        jurisdiction=entry.jurisdiction or parent.jurisdiction,
        robots_ignored=entry.robots_ignored,
    )
    every = span(entry.every or parent.every or "")
    confirm = span(entry.confirm or "")
    return replace(made, every=every or made.every, confirm=confirm or made.confirm)


def _source(entry: DocumentEntry | SourceEntry) -> Source:
    return Source(
        url=entry.url or "",
        select=_selections(entry.select),
        remove=_selections(entry.remove),
        filters=tuple(_filter(one) for one in entry.filters),
        render=entry.render,
    )


def _selections(entries: tuple[str | RangeEntry, ...]) -> tuple[str | Range, ...]:
    return tuple(entry if isinstance(entry, str) else entry.selection() for entry in entries)


def _filter(entry: FilterEntry) -> Filter:
    if isinstance(entry, str):
        return Filter(entry)
    ((name, given),) = entry.items()
    if isinstance(given, str):
        from tosmonitor.normalise.filters import FILTERS

        spec = FILTERS.get(name)
        return Filter(name, ((spec.arguments[0] if spec else "value", given),))
    return Filter(name, tuple(given.items()))
