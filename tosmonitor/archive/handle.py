"""Owns the open archive: its connections, its lock, its transactions, and SQLite's errors in our words.

One handle may write; it holds the lock of the file, journals ahead (WAL) and waits for the disk at every commit
(`synchronous=FULL`), so that what was acknowledged survives a kill and a power cut. Readers open the file read-only,
one connection a thread, and are never waited for.
"""

import os
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Generic, TypeVar

from tosmonitor.archive import schema
from tosmonitor.archive.lock import WriterLock
from tosmonitor.errors import ArchiveError, CorruptError, DiskError, ForeignError, LockedError, NotFoundError
from tosmonitor.model import Change, Service

#: Readers of a busy archive wait for a checkpoint or a migration for so long.
_BUSY_SECONDS = 10.0

#: What the writer holds decoded of each kind: bases of what comes next. A run over 5,000 documents (125 MB of bodies)
#: comes back to none of them in time, and is no slower with none at all; imports get more.
_CACHED_BYTES = 32_000_000
_CACHED_LISTS = 16_000_000
_BULK_BYTES = 384_000_000
#: Pages of the file that the writer holds, in KiB; a long transaction spills what is beyond into the journal.
_PAGES_KB = 32_768
_BULK_PAGES_KB = 262_144

_K = TypeVar("_K")
_V = TypeVar("_V")


class Kept(Generic[_K, _V]):
    """The most recently used values, bounded by their weight; safe between threads."""

    def __init__(self, weight: int) -> None:
        self.limit = weight
        self._weight = 0
        self._values: OrderedDict[_K, tuple[_V, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: _K) -> _V | None:
        """Return the value, or None."""
        with self._lock:
            found = self._values.get(key)
            if found is None:
                return None
            self._values.move_to_end(key)
            return found[0]

    def put(self, key: _K, value: _V, weight: int) -> None:
        """Keep the value, forgetting the least recently used beyond the bound."""
        with self._lock:
            old = self._values.pop(key, None)
            self._weight += weight - (0 if old is None else old[1])
            self._values[key] = (value, weight)
            while self._weight > self.limit and len(self._values) > 1:
                _, (_, dropped) = self._values.popitem(last=False)
                self._weight -= dropped

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._values.clear()
            self._weight = 0


class Archive:
    """An open archive; a context manager. Everything else is functions that take it.

    A writing handle writes from the thread that opened or adopted it and may be read from any; a reading handle may be
    used from any thread.
    """

    def __init__(
        self, path: Path, lock: WriterLock | None, connection: sqlite3.Connection, *, damaged: bool = False
    ) -> None:
        self.path = path
        self._damaged = damaged
        #: Whether a part of the open transaction failed after it had begun to write.
        self.broken = False
        self.writable = lock is not None
        #: Whether much is being recorded at once: time counts for more than room.
        self.importing = False
        #: The first of the blocks that the import has still to enter into the search index.
        self.unindexed_from: int | None = None
        #: Decoded values by row: bodies and lists of blocks; of each document, the block and the words of known lines
        #: and what is in force.
        self.bodies: Kept[int, bytes] = Kept(_CACHED_BYTES)
        self.lists: Kept[int, bytes] = Kept(_CACHED_LISTS)
        self.lines: Kept[int, dict[str, tuple[int, int]]] = Kept(_CACHED_BYTES)
        self.in_force: Kept[int, set[int]] = Kept(_CACHED_BYTES)
        #: The first of the blocks that the text kept last brought into the archive; None: it brought none.
        self.unseen_from: int | None = None
        #: The list of services as `services` gives it, by what was asked, with the count of the changes made to it.
        self.listed: dict[bool | None, tuple[str, tuple[Service, ...]]] = {}
        #: Document rows to document ids: neither is ever changed.
        self.keys: dict[int, str] = {}
        #: Changes told whole, by document row, seconds and edition of the corrections.
        self.told: Kept[tuple[int, int, str], Change] = Kept(4_000)
        self._lock = lock
        self._owner = threading.get_ident()
        self._connection = connection
        self._local = threading.local()
        self._opened: dict[threading.Thread, sqlite3.Connection] = {}
        self._opening = threading.Lock()

    @property
    def connection(self) -> sqlite3.Connection:
        """Return this thread's connection; those of threads that have ended are closed when another is opened."""
        if threading.get_ident() == self._owner:
            return self._connection
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            found = _reading(self.path, damaged=self._damaged)
            self._local.connection = found
            with self._opening:
                for thread in [thread for thread in self._opened if not thread.is_alive()]:
                    self._opened.pop(thread).close()
                self._opened[threading.current_thread()] = found
        return found

    @property
    def writing(self) -> sqlite3.Connection:
        """Return the connection that writes; raise ArchiveError on a handle that was opened to read."""
        if not self.writable:
            raise ArchiveError(f"{self.path} was opened to be read; open it with write=True to change it")
        if threading.get_ident() != self._owner:
            raise ArchiveError(f"{self.path} is written to by the thread that opened or adopted it alone")
        return self._connection

    def adopt(self) -> None:
        """Make the calling thread the one that writes; the thread that wrote until now must have ended its work."""
        self._owner = threading.get_ident()

    def forget(self) -> None:
        """Drop what the writer remembers of rows that may have been rolled back."""
        for remembered in (self.bodies, self.lists, self.lines, self.in_force):
            remembered.clear()
        self.keys.clear()
        self.listed.clear()

    def close(self) -> None:
        """Close all connections and give the lock back; what was recorded is in the one file afterwards."""
        with self._opening:
            for connection in self._opened.values():
                connection.close()
            self._opened.clear()
        self._connection.close()
        if self._lock is not None:
            self._lock.release()

    def __enter__(self) -> "Archive":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_archive(path: Path, *, write: bool = False, damaged: bool = False) -> Archive:
    """Open the archive at `path`; to write, make it where there is none and bring it to this release's layout.

    `damaged` reads what can still be read of a file that is cut off.

    Raises NotFoundError where there is nothing to read, LockedError when another process writes, ForeignError for a
    file that is not ours or of a newer release, CorruptError for a damaged one, DiskError when the disk refuses.
    """
    path = Path(path)
    if not write:
        if not path.is_file():
            raise NotFoundError(f"there is no archive at {path}; record one with `tosmonitor check`, or name another")
        if not damaged:
            _refuse_cut(path)
        connection = _reading(path, damaged=damaged)
        try:
            with spoken(path):
                steps = _inspected(connection, path)
        except ArchiveError:
            connection.close()
            raise
        if steps:
            connection.close()
            raise ForeignError(f"{path} has the layout of an older release; open it once to write: `tosmonitor check`")
        return Archive(path, None, connection, damaged=damaged)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DiskError(f"{path.parent}: {error.strerror}; name a folder that can be written") from error
    lock = WriterLock(path)
    lock.acquire()
    try:
        return Archive(path, lock, _writing(path))
    except BaseException:
        lock.release()
        raise


@contextmanager
def transaction(archive: Archive) -> Iterator[sqlite3.Connection]:
    """Run the block in one transaction, or as part of the one that is open; all of it is kept or none."""
    connection = archive.writing
    with spoken(archive.path):
        if connection.in_transaction:
            # No savepoint: the search index would be written out at each, which doubles the time of an import.
            try:
                yield connection
            except BaseException:
                archive.broken = True
                raise
            return
        archive.broken = False
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            if archive.broken:
                raise ArchiveError(f"{archive.path}: a part of this import failed half-way; nothing of it was kept")
        except BaseException:
            archive.forget()
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")


@contextmanager
def bulk(archive: Archive) -> Iterator[None]:
    """Record many observations in one transaction, with more memory: for imports, which can be run again.

    Until the end the journal beside the file grows as large as what is imported.
    """
    with transaction(archive):
        archive.importing = True
        archive.bodies.limit = _BULK_BYTES
        archive.lines.limit = _BULK_BYTES // 2
        archive.lists.limit = 4 * _CACHED_LISTS
        archive.writing.execute(f"PRAGMA cache_size = -{_BULK_PAGES_KB}")
        try:
            yield
            if archive.unindexed_from is not None:
                index_blocks(archive.writing, archive.unindexed_from)
        finally:
            archive.unindexed_from = None
            archive.importing = False
            archive.bodies.limit = archive.lines.limit = _CACHED_BYTES
            archive.lists.limit = _CACHED_LISTS
            archive.writing.execute(f"PRAGMA cache_size = -{_PAGES_KB}")


def index_blocks(connection: sqlite3.Connection, first: int) -> None:
    """Enter the blocks from `first` on into the search index, in one statement."""
    connection.execute("INSERT INTO block_index (rowid, text) SELECT id, text FROM blocks WHERE id >= ?", (first,))


def edition(connection: sqlite3.Connection, name: str) -> str:
    """Return which edition of something the archive holds: what was read of it stands while this stays the same."""
    row = connection.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
    return "" if row is None else str(row[0])


def new_edition(connection: sqlite3.Connection, name: str) -> None:
    """Tell readers, within the open transaction, that what they have read of something stands no more."""
    connection.execute(
        "INSERT INTO settings (name, value) VALUES (?, '1') ON CONFLICT (name) DO UPDATE SET value = value + 1", (name,)
    )


@contextmanager
def spoken(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours, with what to do next."""
    try:
        yield
    except sqlite3.Error as error:
        raise _named(path, error) from error


def _named(path: Path, error: sqlite3.Error) -> ArchiveError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        return DiskError(f"{path}: {error}; make room on the disk, then try again: nothing half-written was kept")
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return DiskError(f"{path}: {error}; is the folder there, and may this user write to it?")
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return LockedError(f"{path}: {error}; another program has it open to write, end that one first")
    if code == sqlite3.SQLITE_NOTADB:
        return ForeignError(
            f"{path} is not an SQLite database, so not an archive of tosmonitor; name another file, or go back to the "
            "last backup if its beginning was overwritten"
        )
    if code == sqlite3.SQLITE_CORRUPT:
        return CorruptError(f"{path} is damaged ({error}); run `tosmonitor verify`, then go back to the last backup")
    return ArchiveError(f"{path}: {error}")


def _reading(path: Path, *, damaged: bool = False) -> sqlite3.Connection:
    with spoken(path):
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, check_same_thread=False,
            timeout=_BUSY_SECONDS, cached_statements=256,
        )  # fmt: skip
        if damaged:
            # Without this SQLite reads nothing at all of a file shorter than its header says.
            connection.execute("PRAGMA writable_schema = ON")
        connection.execute("PRAGMA query_only = ON")
        return connection


def _writing(path: Path) -> sqlite3.Connection:
    with spoken(path):
        new = not path.exists() or os.path.getsize(path) == 0
        if not new:
            _refuse_cut(path)
        connection = sqlite3.connect(
            path, isolation_level=None, check_same_thread=False, timeout=_BUSY_SECONDS, cached_statements=256
        )
        try:
            if not new:
                _inspected(connection, path)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute(f"PRAGMA cache_size = -{_PAGES_KB}")
            schema.migrate(connection)
        except BaseException:
            connection.close()
            raise
        return connection


def _refuse_cut(path: Path) -> None:
    """Raise CorruptError for a file shorter than its header says, unless a journal holds the rest.

    https://sqlite.org/fileformat.html#in_header_database_size
    """
    journal = path.with_name(path.name + "-wal")
    if journal.exists() and journal.stat().st_size:
        return
    with path.open("rb") as file:
        header = file.read(100)
    page = int.from_bytes(header[16:18], "big")
    told = (65_536 if page == 1 else page) * int.from_bytes(header[28:32], "big")
    found = path.stat().st_size
    if header.startswith(b"SQLite format 3\0") and found < told:
        raise CorruptError(
            f"{path} is cut off: {found} of {told} bytes are there; `tosmonitor verify` lists what can still be read, "
            "then go back to the last backup"
        )


def _inspected(connection: sqlite3.Connection, path: Path) -> tuple[str, ...]:
    try:
        return schema.pending(connection)
    except ForeignError as error:
        raise ForeignError(f"{path}: {error}") from error
