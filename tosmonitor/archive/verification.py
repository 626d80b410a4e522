"""Owns the proof that the archive is whole: every page of the file, digest, chain and derived row, compared.

Each damage names its table and row and says what to do. Nothing is changed.
"""

import hashlib
import sqlite3
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tosmonitor.archive.delta import unpacked
from tosmonitor.archive.derived import spells_of
from tosmonitor.archive.handle import Archive, open_archive
from tosmonitor.archive.rows import loaded_difference
from tosmonitor.archive.texts import read_text
from tosmonitor.diff import apply
from tosmonitor.errors import CorruptError

_RESTORE = "restore the last backup, or import the page again from it"
_REBUILD = "run `tosmonitor rebuild`"


@dataclass(frozen=True, slots=True)
class Damage:
    """Something that is not what was written: where, what, and what to do."""

    table: str
    row: str  # its key; empty: the table as a whole
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.table}{' ' if self.row else ''}{self.row}: {self.what}; {self.remedy}"


def examine(path: Path, *, progress: Callable[[int, int], None] | None = None) -> tuple[Damage, ...]:
    """Return all the damage of the file at `path`, also of one that is cut off and cannot be opened otherwise."""
    try:
        with open_archive(path, damaged=True) as archive:
            return verify(archive, progress=progress)
    except CorruptError as error:
        return (Damage("file", "", f"cannot be read at all ({error.__cause__})", _RESTORE),)


def verify(archive: Archive, *, progress: Callable[[int, int], None] | None = None) -> tuple[Damage, ...]:
    """Return all the damage there is, () for a whole archive; `progress` is told rows done and rows in all.

    Decodes every body and text: some 700 bodies a CPU second. Reads one state of the archive, however long it takes.
    """
    connection = archive.connection
    found: list[Damage] = []
    archive.bodies.clear()
    archive.lists.clear()
    connection.execute("BEGIN")
    try:
        for part in (
            _file, _tables, _foreign_keys, _bodies, _snapshots, _headers, _blocks, _texts, _versions, _differences,
            _occurrences, _index,
        ):  # fmt: skip
            try:
                found.extend(part(archive, progress))
            except (sqlite3.DatabaseError, CorruptError) as error:
                # What the part had found before it broke off is in `found` already.
                found.append(Damage(part.__name__.strip("_"), "", f"cannot be read to its end ({error})", _RESTORE))
    finally:
        connection.rollback()
    return tuple(found)


_Progress = Callable[[int, int], None] | None


def _file(archive: Archive, progress: _Progress) -> Iterator[Damage]:
    for (what,) in archive.connection.execute("PRAGMA integrity_check"):
        if what != "ok":
            yield Damage("file", "", str(what).replace("\n", "; "), _RESTORE)


def _tables(archive: Archive, progress: _Progress) -> Iterator[Damage]:
    """Read every row; where a table breaks off, name the last row before and the first one after."""
    connection = archive.connection
    for (table,) in connection.execute(
        """SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'
           AND name NOT LIKE 'block_index%' AND name NOT LIKE '%sqlite_%' ORDER BY name"""
    ).fetchall():
        keys = _keys(connection, table)
        last, error = _read_through(connection, table, keys, "ASC")
        if error is not None:
            first, _ = _read_through(connection, table, keys, "DESC")
            between = f"after {last or 'the beginning'} and before {first or 'the end'}"
            yield Damage(table, between, f"cannot be read ({error})", _RESTORE)


def _read_through(
    connection: sqlite3.Connection, table: str, keys: Sequence[str], direction: str
) -> tuple[str, sqlite3.DatabaseError | None]:
    """Read all columns of a table in order of its keys; return the key of the last row read, and what broke it off."""
    columns = [name for _, name, *_ in connection.execute(f"PRAGMA table_info({table})")]
    order = ", ".join(f"{key} {direction}" for key in keys)
    row: Sequence[object] = ()
    broke: sqlite3.DatabaseError | None = None
    try:
        for found in connection.execute(f"SELECT {', '.join([*keys, *columns])} FROM {table} ORDER BY {order}"):
            row = found
    except sqlite3.DatabaseError as error:
        broke = error
    return " ".join(map(_shown, row[: len(keys)])), broke


def _keys(connection: sqlite3.Connection, table: str) -> list[str]:
    """Return the columns that name a row, in the order in which the table is stored."""
    columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
    (sql,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    if "WITHOUT ROWID" not in sql:
        return ["rowid"]
    return [name for _, name in sorted((place, name) for _, name, _, _, _, place in columns if place)]


def _shown(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def _foreign_keys(archive: Archive, progress: _Progress) -> Iterator[Damage]:
    connection = archive.connection
    # A table without row numbers gives NULL for each of its rows: once for all of them.
    for table, row, parent, number in dict.fromkeys(connection.execute("PRAGMA foreign_key_check")):
        what = f"points to a row of {parent} that is not there"
        if row is not None:
            yield Damage(table, str(row), what, _RESTORE)
            continue
        keys = _keys(connection, table)
        pairs = [pair[3:5] for pair in connection.execute(f"PRAGMA foreign_key_list({table})") if pair[0] == number]
        alike = " AND ".join(f"p.{there} = c.{here}" for here, there in pairs)
        known = " AND ".join(f"c.{here} IS NOT NULL" for here, _ in pairs)
        for found in connection.execute(
            f"""SELECT {", ".join(f"c.{key}" for key in keys)} FROM {table} c
                WHERE {known} AND NOT EXISTS (SELECT 1 FROM {parent} p WHERE {alike}) LIMIT 100"""
        ):
            yield Damage(table, " ".join(map(_shown, found)), what, _RESTORE)


def _bodies(archive: Archive, progress: _Progress) -> Iterator[Damage]:
    """Decode every body from its base, depth first, so that each is decoded once and few are held."""
    connection = archive.connection
    children: dict[int | None, list[int]] = {}
    numbers = _numbers(connection, "bodies", "SELECT total(body_count) FROM sources")
    unread = []
    for number in reversed(numbers):
        try:
            row = connection.execute("SELECT base_id FROM bodies WHERE id = ?", (number,)).fetchone()
        except sqlite3.DatabaseError as error:
            unread.append((number, f"cannot be read ({error})"))
            continue
        if row is None:
            unread.append((number, "is missing"))
        else:
            children.setdefault(row[0], []).append(number)
    total = len(numbers)
    done = 0
    seen: set[int] = set()
    for number, what in reversed(unread):
        yield from _lost(number, children, seen, what)
    stack: list[tuple[int, bytes | None]] = [(number, None) for number in children.get(None, ())]
    while stack:
        number, base_body = stack.pop()
        seen.add(number)
        done += 1
        if progress is not None and done % 100 == 0:
            progress(done, total)
        try:
            digest, size, frame = connection.execute(
                "SELECT digest, size, content FROM bodies WHERE id = ?", (number,)
            ).fetchone()
            body = unpacked(frame, base_body)
        except (ValueError, sqlite3.DatabaseError) as error:
            yield from _lost(number, children, seen, f"does not decode ({error})")
            continue
        if len(body) != size or hashlib.sha256(body).digest() != digest:
            yield from _lost(number, children, seen, "is not what was kept: its sha256 differs")
            continue
        stack += [(child, body) for child in children.get(number, ())]


def _snapshots(archive: Archive, progress: _Progress) -> Iterator[Damage]:
    for (number,) in archive.connection.execute(
        "SELECT id FROM bodies EXCEPT SELECT body_id FROM snapshots ORDER BY id"
    ):
        yield Damage("bodies", str(number), "has no snapshot that says when it was served", _RESTORE)


def _numbers(connection: sqlite3.Connection, table: str, counted: str) -> list[int]:
    """Return the ids of a table; where its tree is broken, all that there must be: ids are never taken out."""
    try:
        return [row[0] for row in connection.execute(f"SELECT id FROM {table} ORDER BY id")]
    except sqlite3.DatabaseError:
        return list(range(1, int(connection.execute(counted).fetchone()[0]) + 1))


def _lost(number: int, children: dict[int | None, list[int]], seen: set[int], what: str) -> Iterator[Damage]:
    yield Damage("bodies", str(number), what, _RESTORE)
    below = list(children.get(number, ()))
    while below:
        child = below.pop()
        seen.add(child)
        yield Damage("bodies", str(child), f"cannot be read without body {number}", _RESTORE)
        below += children.get(child, ())


def _headers(archive: Archive, progress: _Progress) -> Iterator[Damage]:
    connection = archive.connection
    for number, base, dumped in connection.execute(
        "SELECT v.id, b.headers, v.headers FROM served v LEFT JOIN served b ON b.id = v.base_id"
        " WHERE v.headers IS NOT NULL"
    ):
        try:
            unpacked(dumped, None if base is None else unpacked(base))
        except ValueError as error:
            yield Damage("served", str(number), f"its headers do not decode ({error})", _RESTORE)


def _blocks(archive: Archive, progress: _Progress) -> Iterator[Damage]:
    for number, hashed, text in archive.connection.execute("SELECT id, hash, text FROM blocks"):
        if zlib.crc32(text.encode()) != hashed:
            yield Damage("blocks", str(number), "is not what was kept: its CRC-32 differs", _RESTORE)


def _versions(archive: Archive, progress: _Progress) -> Iterator[Damage]:
    connection = archive.connection
    led = set(connection.execute("SELECT document_id, version_at FROM checks WHERE version_at IS NOT NULL"))
    for document, at, key in connection.execute(
        "SELECT v.document_id, v.at, d.key FROM versions v JOIN documents d ON d.id = v.document_id"
    ):
        if (document, at) not in led:
            yield Damage("versions", f"{key} {at}", "has no check that led to it", _RESTORE)


def _texts(archive: Archive, progress: _Progress) -> Iterator[Damage]:
    for number in _numbers(archive.connection, "texts", "SELECT total(text_count) FROM documents"):
        try:
            read_text(archive, number)
        except CorruptError as error:
            yield Damage("texts", str(number), _short(error), _RESTORE)
        except sqlite3.DatabaseError as error:
            yield Damage("texts", str(number), f"cannot be read ({error})", _RESTORE)


def _differences(archive: Archive, progress: _Progress) -> Iterator[Damage]:
    """Apply each difference to the text before: it must give the text after."""
    connection = archive.connection
    topics: dict[tuple[int, int], set[str]] = {}
    for topic, document, at in connection.execute("SELECT topic, document_id, at FROM change_topics"):
        topics.setdefault((document, at), set()).add(topic)
    for document, at, key, dumped, before, after in connection.execute(
        """SELECT c.document_id, c.at, d.key, c.difference, b.text_id, a.text_id FROM differences c
           JOIN documents d ON d.id = c.document_id
           JOIN versions b ON b.document_id = c.document_id AND b.at = c.before_at
           JOIN versions a ON a.document_id = c.document_id AND a.at = c.at"""
    ).fetchall():
        row = f"{key} {at}"
        try:
            difference = loaded_difference(dumped)
            if apply(difference, read_text(archive, before)) != read_text(archive, after):
                yield Damage("differences", row, "does not lead from the text before to the text after", _RESTORE)
        except (ValueError, KeyError, TypeError) as error:
            yield Damage("differences", row, f"does not decode ({error})", _RESTORE)
            continue
        except CorruptError:
            continue  # told with the text
        if {hit.topic for hit in difference.topics} != topics.get((document, at), set()):
            yield Damage("change_topics", row, "is not what the difference says", _REBUILD)


def _occurrences(archive: Archive, progress: _Progress) -> Iterator[Damage]:
    """Compare sums of hashes by document, in one pass over each table; only a document that differs is looked into."""
    connection = archive.connection
    sums: dict[str, Counter[int]] = {}
    for table, columns in _SPELLS.items():
        sums[table] = Counter()
        for document, *row in connection.execute(f"SELECT document_id, {columns} FROM {table}"):
            sums[table][document] += hash(tuple(row))
    for document, key in connection.execute("SELECT id, key FROM documents ORDER BY id").fetchall():
        try:
            occurrences, earlier = spells_of(archive, document)
        except (CorruptError, sqlite3.DatabaseError):
            continue  # told with the text
        expected: dict[str, set[tuple[int | None, ...]]] = {"occurrences": {*occurrences}, "spells": {*earlier}}
        for table, rows in expected.items():
            if sum(map(hash, rows)) != sums[table][document]:
                stands = connection.execute(f"SELECT {_SPELLS[table]} FROM {table} WHERE document_id = ?", (document,))
                block = min(row[0] or 0 for row in rows ^ set(stands))
                yield Damage(table, f"{key} block {block}", "is not what the versions say", _REBUILD)


_SPELLS = {"occurrences": "block_id, first_at, since, until", "spells": "block_id, since, until"}


def _index(archive: Archive, progress: _Progress) -> Iterator[Damage]:
    """Compare the search index with the blocks, word by word where this handle may write: SQLite asks for that."""
    if archive.writable:
        try:
            archive.writing.execute("INSERT INTO block_index (block_index, rank) VALUES ('integrity-check', 1)")
        except sqlite3.DatabaseError as error:
            yield Damage("block_index", "", f"is not what the blocks say ({error})", _REBUILD)
    for block in archive.connection.execute(
        "SELECT id FROM blocks EXCEPT SELECT id FROM block_index_docsize ORDER BY id LIMIT 100"
    ):
        yield Damage("block_index", str(block[0]), "does not know the block", _REBUILD)


def _short(error: CorruptError) -> str:
    return str(error).partition(": ")[2].partition(";")[0]
