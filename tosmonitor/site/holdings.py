"""The archive as the site reads it: one read-only handle, the list of services, and a token of its state."""

import threading
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tosmonitor import archive as archives
from tosmonitor.archive import Archive, Gap, Headline, open_archive
from tosmonitor.errors import NotFoundError
from tosmonitor.feeds import Entry, terms_type
from tosmonitor.model import Change, Check, Document, Service

#: Services that a list to choose from may hold; beyond, a reader writes the name.
CHOICES = 150
#: Changes to keep in memory, with what lies between the texts but without the texts.
_KEPT = 1_000


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


@dataclass(frozen=True, slots=True)
class Carried:
    """What a feed carries: its entries, and the months that have an archive."""

    entries: tuple[Entry, ...]
    months: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Activity:
    """How often the documents of a service changed, and when last."""

    changes: int
    latest: datetime


class Holdings:
    """Gives the archive at `path`, opened read-only when first asked for; safe between threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.newest_feed: tuple[Hashable, Carried] | None = None
        self._lock = threading.Lock()
        self._archive: Archive | None = None
        self._catalogue: tuple[Hashable, Catalogue] | None = None
        self._lines: tuple[Hashable, tuple[Headline, ...]] | None = None
        self._months: tuple[Hashable, Mapping[str, tuple[Headline, ...]]] | None = None
        self._activity: tuple[Hashable, Mapping[str, Activity]] | None = None
        self._changes: tuple[Hashable, dict[tuple[str, datetime], Change]] = (None, {})
        self._checks: tuple[Hashable, Mapping[str, Check]] | None = None
        self._gaps: dict[str, tuple[datetime | None, tuple[Gap, ...]]] = {}

    def archive(self) -> Archive:
        """Return the handle; raises the ArchiveError family, or NotFoundError, when there is nothing to read."""
        with self._lock:
            if self._archive is None:
                self._archive = open_archive(self.path, write=False)
            return self._archive

    def catalogue(self) -> Catalogue:
        """Return the services, read anew when the archive was written to."""
        edition = self.edition()
        held = self._catalogue
        if held is None or held[0] != edition:
            held = (edition, Catalogue.of(archives.services(self.archive())))
            self._catalogue = held
        return held[1]

    def lines(self) -> tuple[Headline, ...]:
        """Return every announced change in one line, newest first; read anew when the archive was written to."""
        edition = self.edition()
        held = self._lines
        if held is None or held[0] != edition:
            held = (edition, archives.headlines(self.archive(), limit=None))
            self._lines = held
        return held[1]

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

    def months(self) -> Mapping[str, tuple[Headline, ...]]:
        """Return the announced changes by the UTC month in which they were seen ("2026-10"), the newest month first."""
        edition = self.edition()
        held = self._months
        if held is None or held[0] != edition:
            found: dict[str, list[Headline]] = {}
            for line in self.lines():
                found.setdefault(f"{line.at.year}-{line.at.month:02}", []).append(line)
            held = (edition, {name: tuple(found[name]) for name in sorted(found, reverse=True)})
            self._months = held
        return held[1]

    def activity(self) -> Mapping[str, Activity]:
        """Return what changed at each service that ever changed, by its id."""
        edition = self.edition()
        held = self._activity
        if held is None or held[0] != edition:
            times: dict[str, list[datetime]] = {}
            for line in self.lines():
                times.setdefault(line.document_id.partition("/")[0], []).append(line.at)
            held = (edition, {key: Activity(len(found), max(found)) for key, found in times.items()})
            self._activity = held
        return held[1]

    def last_checks(self) -> Mapping[str, Check]:
        """Return the newest check of every document; read anew when the archive was written to."""
        edition = self.edition()
        held = self._checks
        if held is None or held[0] != edition:
            held = (edition, archives.last_checks(self.archive()))
            self._checks = held
        return held[1]

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
        for path in (self.path, self.path.with_name(self.path.name + "-wal")):
            try:
                found = path.stat()
            except FileNotFoundError:
                token.append((0, 0))
            else:
                token.append((found.st_mtime_ns, found.st_size))
        return tuple(token)

    def close(self) -> None:
        """Close the handle."""
        with self._lock:
            if self._archive is not None:
                self._archive.close()
                self._archive = None
