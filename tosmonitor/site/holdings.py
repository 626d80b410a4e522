"""The archive as the site reads it: one read-only handle, the list of services, and a token of its state."""

import os
import threading
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

from markupsafe import Markup

from tosmonitor import archive as archives
from tosmonitor.archive import Archive, Gap, Headline, open_archive
from tosmonitor.errors import NotFoundError
from tosmonitor.feeds import terms_type
from tosmonitor.model import Change, Check, Document, Service, Version

#: Services that a list to choose from may hold; beyond, a reader writes the name.
CHOICES = 150
#: Changes to keep in memory, with what lies between the texts but without the texts.
_KEPT = 1_000
#: Documents of which to keep the versions in memory: more than are on a page.
_DOCUMENTS = 200

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The services and documents of the archive, to be looked up."""

    services: tuple[Service, ...]
    by_id: dict[str, Service] = field(default_factory=dict)
    documents: dict[str, tuple[Service, Document]] = field(default_factory=dict)

    @classmethod
    def of(cls, services: Iterable[Service]) -> "Catalogue":
        """Return the catalogue of `services`."""
        held = tuple(services)
        return cls(
            held,
            {service.id: service for service in held},
            {document.id: (service, document) for service in held for document in service.documents},
        )

    def service(self, service_id: str) -> Service:
        """Return a service; raise NotFoundError for one that is not there."""
        found = self.by_id.get(service_id)
        if found is None:
            raise NotFoundError(f"there is no service {service_id} here")
        return found

    def document(self, document_id: str) -> tuple[Service, Document]:
        """Return a document with its service; raise NotFoundError for one that is not there."""
        found = self.documents.get(document_id)
        if found is None:
            raise NotFoundError(f"there is no document {document_id} here")
        return found

    def name(self, document_id: str, language: str) -> str:
        """Return "GitHub · Privacy Policy"; the id of a document that is not there."""
        found = self.documents.get(document_id)
        return f"{found[0].name} · {terms_type(found[1].terms_type).said(language)}" if found else document_id

    def tags(self) -> tuple[str, ...]:
        """Return all tags, by name."""
        return tuple(sorted({tag for service in self.services for tag in service.tags}))

    def types(self) -> tuple[str, ...]:
        """Return all terms types in use, by name."""
        return tuple(sorted({document.terms_type for _, document in self.documents.values()}))

    def languages(self) -> tuple[str, ...]:
        """Return the languages that documents are declared to be in, without regions, by code."""
        declared = {document.language for _, document in self.documents.values() if document.language}
        return tuple(sorted({code.split("-")[0].lower() for code in declared}))

    def called(self, name: str) -> str | None:
        """Return the id of the service with this id or, whatever its case, this name; None when there is none."""
        if name in self.by_id:
            return name
        wanted = " ".join(name.casefold().split())
        return next((service.id for service in self.services if service.name.casefold() == wanted), None)


class Earlier(Protocol):
    """What an earlier export wrote, where it still holds."""

    def feed(self, path: str) -> Mapping[str, tuple[datetime, bytes]]:
        """Return the entries of the feed document at `path`, by id, as `feeds.parted` gives them."""

    def entries(self, path: str) -> Mapping[str, Markup]:
        """Return the entries of the page at `path` that lists changes, by the link that each begins with."""

    def items(self, path: str) -> Mapping[tuple[str, str], dict[str, Any]]:
        """Return the items of the list of changes in JSON at `path`, by document and time as they stand in it."""

    def facts(self, path: str) -> Markup | None:
        """Return the facts and the text on the page of a version at `path`; None when they may be others now."""

    def stands(self, document_id: str, at: datetime) -> bool:
        """Say whether nothing about a change is new, so that its entries read the same."""


@dataclass(frozen=True, slots=True)
class Activity:
    """How often the documents of a service changed, and when last."""

    changes: int
    latest: datetime


class Holdings:
    """Gives the archive at `path`, opened read-only when first asked for; safe between threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        #: Set by an export into a folder that holds one already.
        self.earlier: Earlier | None = None
        self._files = (os.fspath(path), f"{os.fspath(path)}-wal")
        self._lock = threading.Lock()
        self._archive: Archive | None = None
        self._held: dict[str, tuple[Hashable, Any]] = {}
        self._changes: tuple[Hashable, dict[tuple[str, datetime], Change]] = (None, {})
        self._versions: tuple[Hashable, dict[str, tuple[Version, ...]]] = (None, {})
        self._gaps: dict[str, tuple[datetime | None, tuple[Gap, ...]]] = {}

    def archive(self) -> Archive:
        """Return the handle; raises the ArchiveError family, or NotFoundError, when there is nothing to read."""
        with self._lock:
            if self._archive is None:
                self._archive = open_archive(self.path, write=False)
            return self._archive

    def catalogue(self) -> Catalogue:
        """Return the services, read anew when the archive was written to."""
        return self._once("catalogue", lambda: Catalogue.of(archives.services(self.archive())))

    def lines(self) -> tuple[Headline, ...]:
        """Return every announced change in one line, newest first; read anew when the archive was written to."""
        return self._once("lines", lambda: archives.headlines(self.archive(), limit=None))

    def changes(self, keys: Iterable[tuple[str, datetime]]) -> tuple[Change, ...]:
        """Return changes by document and time, in the order given; many feeds carry the same ones, so some are kept."""
        edition = self.edition()
        with self._lock:
            if self._changes[0] != edition:
                self._changes = (edition, {})
            kept = self._changes[1]
        found = []
        for key in keys:
            change = kept.get(key)
            if change is None:
                change = archives.change(self.archive(), *key)
                with self._lock:
                    if len(kept) >= _KEPT:
                        kept.pop(next(iter(kept)))
                    kept[key] = change
            found.append(change)
        return tuple(found)

    def versions(self, document_id: str) -> tuple[Version, ...]:
        """Return the versions of a document, oldest first, as the archive gives them; many pages show the same ones."""
        edition = self.edition()
        with self._lock:
            if self._versions[0] != edition:
                self._versions = (edition, {})
            kept = self._versions[1]
            found = kept.get(document_id)
        if found is None:
            found = archives.versions(self.archive(), document_id)
            with self._lock:
                if len(kept) >= _DOCUMENTS:
                    kept.pop(next(iter(kept)))
                kept[document_id] = found
        return found

    def months(self) -> Mapping[str, tuple[Headline, ...]]:
        """Return the announced changes by the UTC month in which they were seen ("2026-10"), the newest month first."""
        return self._once("months", lambda: _by_month(self.lines()))

    def activity(self) -> Mapping[str, Activity]:
        """Return what changed at each service that ever changed, by its id."""
        return self._once("activity", lambda: _activity(self.lines()))

    def last_checks(self) -> Mapping[str, Check]:
        """Return the newest check of every document; read anew when the archive was written to."""
        return self._once("checks", lambda: archives.last_checks(self.archive()))

    def span(self) -> tuple[date, date] | None:
        """Return the UTC days of the oldest version and of the newest check; None when nothing was ever read."""
        return self._once("span", self._span)

    def _span(self) -> tuple[date, date] | None:
        began = archives.began(self.archive())
        if began is None:
            return None
        ended = max((check.checked_at for check in self.last_checks().values()), default=began)
        return began.astimezone(UTC).date(), max(began, ended).astimezone(UTC).date()

    def gaps(self, document_id: str, checked: datetime | None) -> tuple[Gap, ...]:
        """Return the spells in which a document was not seen; counted anew when it was checked after `checked`.

        To find them means to read every check of the document, so they are kept until there is another.
        """
        held = self._gaps.get(document_id)
        if held is None or held[0] != checked:
            held = (checked, archives.gaps(self.archive(), document_id))
            self._gaps[document_id] = held
        return held[1]

    def edition(self) -> Hashable:
        """Return a token that any write to the archive changes: sizes and times of its file and write-ahead log."""
        token = []
        for path in self._files:
            try:
                found = os.stat(path)
            except FileNotFoundError:
                token.append((0, 0))
            else:
                token.append((found.st_mtime_ns, found.st_size))
        return tuple(token)

    def _once(self, name: str, make: Callable[[], _T]) -> _T:
        """Return what `make` gives, the same until the archive is written to."""
        edition = self.edition()
        held = self._held.get(name)
        if held is None or held[0] != edition:
            held = (edition, make())
            self._held[name] = held
        found: _T = held[1]
        return found

    def close(self) -> None:
        """Close the handle."""
        with self._lock:
            if self._archive is not None:
                self._archive.close()
                self._archive = None


def _by_month(lines: Iterable[Headline]) -> dict[str, tuple[Headline, ...]]:
    found: dict[str, list[Headline]] = {}
    for line in lines:
        found.setdefault(f"{line.at.year}-{line.at.month:02}", []).append(line)
    return {name: tuple(found[name]) for name in sorted(found, reverse=True)}


def _activity(lines: Iterable[Headline]) -> dict[str, Activity]:
    times: dict[str, list[datetime]] = {}
    for line in lines:
        times.setdefault(line.document_id.partition("/")[0], []).append(line.at)
    return {key: Activity(len(found), max(found)) for key, found in times.items()}
