"""Search results sifted by what the archive's search cannot be asked for: days, language, and what came or went.

The archive gives passages that answer a query; this reads them in growing portions and keeps those that fit, so that
a common word with a narrow filter costs a bounded effort.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tosmonitor import archive as archives
from tosmonitor.archive import Archive, Hit
from tosmonitor.site.holdings import Catalogue

#: Passages looked at, at most, for one page of a sifted search.
DEEPEST = 4_000
_PORTIONS = (100, 400, 1_500, 2_000)


@dataclass(frozen=True, slots=True)
class Sieve:
    """What a passage must be like; `since` is inclusive, `until` exclusive.

    `what` is "added" (came with a change), "removed" (went with a change), or "" (stood at any time between the days).
    """

    since: datetime | None = None
    until: datetime | None = None
    language: str = ""
    what: str = ""

    @property
    def open(self) -> bool:
        """Say whether everything passes."""
        return not (self.since or self.until or self.language or self.what)


@dataclass(frozen=True, slots=True)
class Sifted:
    """One page of a sifted search."""

    hits: tuple[Hit, ...]
    more: bool
    bounded: bool = False  # passages beyond DEEPEST were not looked at


def day(text: str) -> datetime | None:
    """Return the beginning of an ISO day in UTC; None for anything else."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None


def sieve(since: str, until: str, language: str, what: str) -> Sieve:
    """Return the sieve of a query's words; both days are included, and what cannot be understood is left out."""
    last = day(until)
    return Sieve(
        day(since),
        None if last is None or last.year > 9_000 else last + timedelta(days=1),
        language,
        what if what in ("added", "removed") else "",
    )


def search(
    archive: Archive, catalogue: Catalogue, query: str, through: Sieve, *, limit: int, offset: int, **asked: Any
) -> Sifted:
    """Return the hits that pass, `asked` being further arguments of `archive.search`."""
    if through.open:
        found = archives.search(archive, query, limit=limit, offset=offset, **asked)
        return Sifted(found.hits, found.more)
    if through.what == "removed":
        asked["in_force"] = False
    kept: list[Hit] = []
    known = _Begun(archive)
    looked = 0
    for portion in _PORTIONS:
        found = archives.search(archive, query, limit=portion, offset=looked, **asked)
        looked += portion
        kept += [hit for hit in found.hits if _passes(hit, through, catalogue, known)]
        if len(kept) > offset + limit or not found.more:
            return Sifted(tuple(kept[offset : offset + limit]), len(kept) > offset + limit)
    return Sifted(tuple(kept[offset : offset + limit]), False, bounded=True)


class _Begun:
    """Remembers since when, and in which language, documents are read."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self._known: dict[str, tuple[datetime | None, str | None]] = {}

    def of(self, document_id: str) -> tuple[datetime | None, str | None]:
        """Return when the document was first read, and the language that it was read in."""
        found = self._known.get(document_id)
        if found is None:
            versions = archives.versions(self.archive, document_id)
            found = (versions[0].fetched_at, versions[-1].language) if versions else (None, None)
            self._known[document_id] = found
        return found


def _passes(hit: Hit, through: Sieve, catalogue: Catalogue, known: _Begun) -> bool:
    if through.language:
        held = catalogue.documents.get(hit.document_id)
        written = (held[1].language if held else None) or known.of(hit.document_id)[1] or ""
        if written.split("-")[0].lower() != through.language:
            return False
    if through.what == "added":
        return _within(hit.first, through) and hit.first != known.of(hit.document_id)[0]
    if through.what == "removed":
        return hit.until is not None and _within(hit.until, through)
    begun_in_time = through.until is None or hit.first < through.until
    return begun_in_time and (through.since is None or hit.until is None or hit.until > through.since)


def _within(at: datetime, through: Sieve) -> bool:
    return (through.since is None or at >= through.since) and (through.until is None or at < through.until)
