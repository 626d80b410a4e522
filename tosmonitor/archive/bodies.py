"""Owns the bytes as served: each distinct body once, as a patch of an earlier one, its digest compared when read."""

import hashlib
import sqlite3
from collections.abc import Iterable

from tosmonitor.archive.delta import Anchor, Anchors, packed, unpacked
from tosmonitor.archive.handle import Archive
from tosmonitor.errors import CorruptError

#: First bodies of other pages of the service, tried as the base of a page's first body: they share its design.
_SIBLINGS = 4


def body_id(connection: sqlite3.Connection, digest: bytes) -> int | None:
    """Return the row of the body with this digest, or None."""
    row = connection.execute(
        "SELECT id FROM bodies WHERE substr(digest, 1, 4) = substr(?1, 1, 4) AND digest = ?1", (digest,)
    ).fetchone()
    return None if row is None else int(row[0])


def keep_body(archive: Archive, source_id: int, body: bytes) -> int:
    """Keep `body`, first seen at the source, if it is not kept already; return its row."""
    connection = archive.writing
    digest = hashlib.sha256(body).digest()
    found = body_id(connection, digest)
    if found is not None:
        return found
    count, dumped = connection.execute(
        "SELECT body_count, body_anchors FROM sources WHERE id = ?", (source_id,)
    ).fetchone()
    anchors = Anchors.loaded(count, dumped)
    bases = anchors.bases(len(body)) or _siblings(connection, source_id)
    index, frame = packed(body, [read_body(archive, base.id) for base in bases], hurried=archive.importing)
    base = None if index is None else bases[index]
    new = connection.execute(
        "INSERT INTO bodies (digest, size, base_id, content) VALUES (?, ?, ?, ?)",
        (digest, len(body), None if base is None else base.id, frame),
    ).lastrowid
    assert new is not None
    reach = len(body) + (0 if base is None else base.reach)
    connection.execute(
        "UPDATE sources SET body_count = ?, body_anchors = ? WHERE id = ?",
        (count + 1, anchors.followed_by(Anchor(new, reach)).dumped(), source_id),
    )
    archive.bodies.put(new, body, len(body))
    return new


def read_body(archive: Archive, row: int) -> bytes:
    """Return the body of a row, its digest compared; raise CorruptError naming the row when it is not what was kept."""
    base = archive.bodies.get(row)
    if base is not None and archive.writable:
        return base  # written or compared by this handle; a reader holds decoded bases that nobody has compared
    chain: list[tuple[int, bytes, bytes]] = []
    at: int | None = row
    while at is not None:
        found = archive.connection.execute("SELECT digest, base_id, content FROM bodies WHERE id = ?", (at,)).fetchone()
        if found is None:
            raise CorruptError(f"{archive.path}: body {at} is missing, body {row} cannot be read; restore a backup")
        chain.append((at, found[0], found[2]))
        if len(chain) > 1_000:
            raise CorruptError(f"{archive.path}: body {row} is stored against itself; restore a backup")
        at = found[1]
        base = None if at is None else archive.bodies.get(at)
        if base is not None:
            break
    body = base
    for number, _, frame in reversed(chain):
        try:
            body = unpacked(frame, body)
            if not archive.writable:
                archive.bodies.put(number, body, len(body))
        except ValueError as error:
            raise CorruptError(
                f"{archive.path}: body {number} does not decode ({error}), body {row} cannot be read; restore a backup"
            ) from error
    assert body is not None
    if hashlib.sha256(body).digest() != chain[0][1]:
        if base is not None:  # once more from the beginning, so that all that may be damaged is named
            archive.bodies.clear()
            return read_body(archive, row)
        raise CorruptError(
            f"{archive.path}: body {row} is not what was kept (its sha256 differs), it or one of bodies "
            f"{_listed(number for number, _, _ in chain[1:])} is damaged; restore a backup"
        )
    if archive.writable:
        archive.bodies.put(row, body, len(body))
    return body


def _siblings(connection: sqlite3.Connection, source_id: int) -> tuple[Anchor, ...]:
    rows = connection.execute(
        """SELECT b.id, b.size FROM sources mine
           JOIN documents d ON d.id = mine.document_id JOIN documents near ON near.service_id = d.service_id
           JOIN sources other ON other.document_id = near.id AND other.id <> mine.id AND other.body_count > 0
           JOIN bodies b ON b.id = json_extract(other.body_anchors, '$[#-1][0][0]') AND b.base_id IS NULL
           WHERE mine.id = ?1 ORDER BY other.id DESC LIMIT ?2""",
        (source_id, _SIBLINGS),
    )
    return tuple(Anchor(number, size) for number, size in rows)


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, numbers)) or "none"
