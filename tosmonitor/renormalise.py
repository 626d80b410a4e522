"""Owns the re-reading of whole histories: every kept page under the rules and declarations in force now.

A change that was announced and whose two texts, read anew, say the same was an artefact of ours: it is retracted in
public, never deleted. The reading is spread over any `concurrent.futures.Executor`; one process writes the archive.
"""

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from datetime import datetime

from tosmonitor import archive as kept
from tosmonitor.archive import Archive
from tosmonitor.diff import compare
from tosmonitor.errors import NotFoundError, ReadError, WithheldError
from tosmonitor.judge.sayings import reordered, sayings, sites
from tosmonitor.model import Change, Document, Kind, Sentence, Snapshot, Source, Version
from tosmonitor.normalise import RULES, join, normalise

#: Versions handed to the executor ahead of those that it works on: their pages are in memory.
_AHEAD = 16


@dataclass(frozen=True, slots=True)
class Artefact:
    """An announced change of which nothing is left under the rules now in force."""

    change: Change
    reason: Sentence


@dataclass(frozen=True, slots=True)
class Reread:
    """What re-reading the history of one document showed."""

    document_id: str
    versions: int  # how many are kept and shown
    differ: tuple[datetime, ...]  # the versions whose text would now be another
    unreadable: tuple[datetime, ...]  # those whose pages can no longer be read, or were withheld
    artefacts: tuple[Artefact, ...]
    retracted: bool  # whether the artefacts were marked as retracted


@dataclass(frozen=True, slots=True)
class _Page:
    """One kept page with what is needed to read it; crosses the seam."""

    body: bytes
    url: str
    media_type: str
    charset: str | None
    source: Source


def renormalise(
    archive: Archive,
    *,
    executor: Executor,
    now: datetime,
    documents: Iterable[str] | None = None,
    retract: bool = False,
    progress: Callable[[str, int, int], None] | None = None,
) -> Iterator[Reread]:
    """Re-read the histories of `documents` (ids; None: all) and say what would change, one document at a time.

    With `retract`, which needs an archive opened for writing, announced changes that prove to be artefacts are marked
    as retracted at `now`. `progress` is told the document, the versions read and how many there are. Raises
    NotFoundError for an unknown id and ArchiveError when the archive cannot be read or written.
    """
    known = {d.id: d for service in kept.services(archive) for d in service.documents}
    for id_ in known if documents is None else documents:
        document = known.get(id_) or kept.document(archive, id_)
        yield _document(archive, document, executor, now, retract, progress)


def _document(
    archive: Archive,
    document: Document,
    executor: Executor,
    now: datetime,
    retract: bool,
    progress: Callable[[str, int, int], None] | None,
) -> Reread:
    versions = [v for v in kept.versions(archive, document.id) if v.retracted is None]
    texts = _read_again(archive, document, versions, executor, progress)
    differ = tuple(v.fetched_at for v in versions if v.fetched_at in texts and not _as_kept(v, texts[v.fetched_at]))
    unreadable = tuple(v.fetched_at for v in versions if v.fetched_at not in texts)
    announced = kept.changes(archive, document=document.id, announced=True, retracted=False, limit=None)
    artefacts = tuple(
        Artefact(change, _REASON)
        for change in reversed(announced)
        if change.before.fetched_at in texts
        and change.after.fetched_at in texts
        and _says_the_same(document, texts[change.before.fetched_at], texts[change.after.fetched_at])
    )
    if retract:
        for artefact in artefacts:
            kept.retract(archive, document.id, artefact.change.after.fetched_at, artefact.reason, now=now)
    return Reread(document.id, len(versions), differ, unreadable, artefacts, retract)


_REASON = Sentence(
    f"Read again under rules {RULES}, both pages say the same: the change was an artefact of ours, not of the service.",
    f"Relues selon les règles {RULES}, les deux pages disent la même chose : le changement venait de nous, non du"
    " service.",
)


def _read_again(
    archive: Archive,
    document: Document,
    versions: Sequence[Version],
    executor: Executor,
    progress: Callable[[str, int, int], None] | None,
) -> Mapping[datetime, str]:
    """Return the text of each version that can be read, by its time."""
    snapshots: dict[str, Snapshot] = {}
    for snapshot in kept.snapshots(archive, document.id):
        snapshots.setdefault(snapshot.digest, snapshot)
    texts: dict[datetime, str] = {}
    running: deque[tuple[datetime, Future[str | None]]] = deque()

    def collect() -> None:
        at, future = running.popleft()
        text = future.result()
        if text is not None:
            texts[at] = text

    for number, version in enumerate(versions, 1):
        pages = _pages(archive, document, version, snapshots)
        if pages:
            running.append((version.fetched_at, executor.submit(_read, pages)))
        if len(running) > _AHEAD:
            collect()
        if progress is not None:
            progress(document.id, number, len(versions))
    while running:
        collect()
    return texts


def _pages(
    archive: Archive, document: Document, version: Version, snapshots: Mapping[str, Snapshot]
) -> tuple[_Page, ...]:
    """Return the pages of a version, or none where one of them is not shown any more or was imported without pages."""
    if not version.snapshots or any(digest not in snapshots for digest in version.snapshots):
        return ()
    sources = {source.url: source for source in document.sources}
    pages = []
    for digest in version.snapshots:
        snapshot = snapshots[digest]
        try:
            body = kept.body(archive, digest)
        except (NotFoundError, WithheldError):
            return ()
        source = sources.get(snapshot.url, Source(snapshot.url))
        pages.append(_Page(body, snapshot.final_url, snapshot.media_type, snapshot.charset, source))
    return tuple(pages)


def _read(pages: Sequence[_Page]) -> str | None:
    """Read the pages of one version as they would be read today; None where one of them cannot be."""
    try:
        return join(
            [
                normalise(
                    page.body,
                    url=page.url,
                    media_type=page.media_type,
                    charset=page.charset,
                    source=page.source,
                ).text
                for page in pages
            ]
        )
    except ReadError:
        return None


def _as_kept(version: Version, text: str) -> bool:
    return hashlib.sha256(text.encode()).hexdigest() == version.digest


def _says_the_same(document: Document, before: str, after: str) -> bool:
    own = sites(document)
    if reordered(before, after):
        return False
    if sayings(before, own) == sayings(after, own):
        return True
    return compare(before, after, language=document.language).kind is not Kind.WORDING
