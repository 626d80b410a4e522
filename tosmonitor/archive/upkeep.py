"""Owns the care of the file: how large it is and grows, a copy while it is in use, giving back room."""

import os
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tosmonitor.archive.handle import Archive, open_archive, spoken
from tosmonitor.archive.rows import moment_or_none
from tosmonitor.archive.verification import Damage, verify
from tosmonitor.errors import ArchiveError, DiskError

#: Pages that a backup copies before it waits for the disk: a megabyte.
_STEP_PAGES = 256


@dataclass(frozen=True, slots=True)
class Status:
    """How much the archive holds and how it grows."""

    path: Path
    size: int  # bytes, the journal included
    services: int
    documents: int
    checks: int
    snapshots: int
    bodies: int
    body_bytes: int  # as served, distinct
    versions: int
    changes: int
    first_check: datetime | None
    last_check: datetime | None
    document_years: float  # from each document's first check to its last
    growth: float | None  # bytes a document-year; None before there is a month of it


def status(archive: Archive) -> Status:
    """Return counts, size and growth; reads every check once (some 0.1 s a million)."""
    with spoken(archive.path):
        services, documents, checks, snapshots, bodies, body_bytes, versions, changes = archive.connection.execute(
            """SELECT (SELECT count(*) FROM services), (SELECT count(*) FROM documents), (SELECT count(*) FROM checks),
               (SELECT count(*) FROM snapshots), (SELECT count(*) FROM bodies), (SELECT total(size) FROM bodies),
               (SELECT count(*) FROM versions), (SELECT count(*) FROM differences)"""
        ).fetchone()
        spans = archive.connection.execute(
            """SELECT (SELECT min(at) FROM checks WHERE document_id = d.id),
               (SELECT max(at) FROM checks WHERE document_id = d.id) FROM documents d"""
        ).fetchall()
    spans = [span for span in spans if span[0] is not None]
    years = sum(last - first for first, last in spans) / (365.25 * 86_400)
    size = sum(
        part.stat().st_size
        for part in (archive.path, archive.path.with_name(archive.path.name + "-wal"))
        if part.exists()
    )
    return Status(
        archive.path, size, services, documents, checks, snapshots, bodies, int(body_bytes), versions, changes,
        moment_or_none(min((span[0] for span in spans), default=None)),
        moment_or_none(max((span[1] for span in spans), default=None)),
        years, size / years if years >= 1 / 12 else None,
    )  # fmt: skip


def backup(archive: Archive, target: Path) -> tuple[Damage, ...]:
    """Copy the archive to `target` while it is in use, then verify the copy; return the damage found (none: ()).

    The copy is of one moment, made in small steps, each on the disk before the next: a disk that has much to write at
    once would let the writer's commits wait for it. It replaces `target` only when it is whole and on the disk. Raises
    DiskError when there is no room.
    """
    target = Path(target)
    if target.resolve() == archive.path.resolve():
        raise ArchiveError(f"{target} is the archive itself; name another file for the copy")
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        _copy(archive.path, part)
        with open_archive(part) as copy:
            damage = verify(copy)
        for suffix in ("-wal", "-shm"):
            part.with_name(part.name + suffix).unlink(missing_ok=True)
        if not damage:
            with part.open("rb") as file:
                os.fsync(file.fileno())
            part.replace(target)
            _settled(target.parent)
    except OSError as error:
        raise DiskError(f"{target}: {error.strerror}; name a folder with room for {archive.path}") from error
    finally:
        part.unlink(missing_ok=True)
    return damage


def compact(archive: Archive) -> int:
    """Give room back: merge the search index, rewrite the file without holes; return the bytes won.

    Needs as much free room again as the file has; SQLite keeps the old file until the new one is whole.
    """
    connection = archive.writing
    before = archive.path.stat().st_size
    with spoken(archive.path):
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        before = archive.path.stat().st_size
        connection.execute("INSERT INTO block_index (block_index) VALUES ('optimize')")
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA optimize")
    return before - archive.path.stat().st_size


def _copy(source: Path, target: Path) -> None:
    with spoken(source):
        origin = sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True, timeout=10.0)
        try:
            copy = sqlite3.connect(target, isolation_level=None)
            descriptor = os.open(target, os.O_RDWR | os.O_CREAT)
            try:
                # Within a transaction that reads, steps go on; else each commit of the writer would begin them again.
                origin.execute("BEGIN")
                origin.execute("SELECT count(*) FROM settings").fetchone()
                origin.backup(copy, pages=_STEP_PAGES, progress=lambda *_: os.fdatasync(descriptor))
                # One file without a journal beside it: it can be carried away as it is.
                copy.execute("PRAGMA journal_mode = DELETE")
            finally:
                os.close(descriptor)
                copy.close()
        finally:
            origin.close()


def _settled(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
