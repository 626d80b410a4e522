"""Owns what can be made again from the rest: where each block was in force, the search index, the topics of changes.

`rebuild` makes it anew and `verify` compares it with what stands there; both go through `spells_of`, which replays a
document's versions without touching the tables.
"""

import json
import sqlite3

from tosmonitor.archive.handle import Archive, transaction
from tosmonitor.archive.rows import loaded_difference
from tosmonitor.archive.texts import blocks_of
from tosmonitor.model import Difference

#: (block, first_at, since, until) as in the table `occurrences`, and (block, since, until) as in `spells`.
Occurrence = tuple[int, int, int | None, int | None]
Earlier = tuple[int, int, int]


def spells_of(archive: Archive, document: int) -> tuple[set[Occurrence], set[Earlier]]:
    """Return what `occurrences` and `spells` must hold of a document: its versions replayed, oldest first.

    Retracted versions count as never seen. Of a withheld text, only what also stands in a text that is shown is told.
    """
    rows = [
        (at, set(blocks_of(archive, text)), hidden)
        for at, text, hidden in archive.connection.execute(
            """SELECT v.at, v.text_id, EXISTS (SELECT 1 FROM withheld w WHERE w.digest = t.digest)
               FROM versions v JOIN texts t ON t.id = v.text_id
               WHERE v.document_id = ? AND v.retracted_at IS NULL ORDER BY v.at""",
            (document,),
        ).fetchall()
    ]
    if any(hidden for _, _, hidden in rows):
        shown = set().union(*(ids for _, ids, hidden in rows if not hidden))
        rows = [(at, ids & shown, hidden) for at, ids, hidden in rows]
    first: dict[int, int] = {}
    open_since: dict[int, int] = {}
    newest: dict[int, tuple[int, int]] = {}
    earlier: set[Earlier] = set()
    for at, ids, _ in rows:
        for block in open_since.keys() - ids:
            newest[block] = (open_since.pop(block), at)
        for block in ids - open_since.keys():
            if block in newest:
                earlier.add((block, *newest.pop(block)))
            first.setdefault(block, at)
            open_since[block] = at
    occurrences: set[Occurrence] = set()
    for block, at in first.items():
        since, until = newest[block] if block in newest else (open_since[block], None)
        occurrences.add((block, at, None if since == at else since, until))
    return occurrences, earlier


def rederive(archive: Archive, document: int, *, emptied: bool = False) -> None:
    """Make the occurrences and spells of one document again, within the transaction that is open."""
    connection = archive.writing
    occurrences, earlier = spells_of(archive, document)
    archive.in_force.clear()
    if not emptied:
        connection.execute("DELETE FROM occurrences WHERE document_id = ?", (document,))
        connection.execute("DELETE FROM spells WHERE document_id = ?", (document,))
    connection.executemany(
        "INSERT INTO occurrences (block_id, document_id, first_at, since, until) VALUES (?, ?, ?, ?, ?)",
        [(block, document, first, since, until) for block, first, since, until in sorted(occurrences, key=_block)],
    )
    connection.executemany(
        "INSERT INTO spells (document_id, block_id, since, until) VALUES (?, ?, ?, ?)",
        [(document, block, since, until) for block, since, until in sorted(earlier)],
    )


def rebuild(archive: Archive) -> None:
    """Make everything that is derived again, in one transaction: occurrences, spells, search index, topics."""
    with transaction(archive) as connection:
        connection.execute("DELETE FROM occurrences")
        connection.execute("DELETE FROM spells")
        connection.execute("DELETE FROM change_topics")
        for (document,) in connection.execute("SELECT id FROM documents ORDER BY id").fetchall():
            rederive(archive, document, emptied=True)
        connection.execute("INSERT INTO block_index (block_index) VALUES ('rebuild')")
        for document, at, dumped in connection.execute(
            "SELECT document_id, at, difference FROM differences ORDER BY document_id, at"
        ).fetchall():
            keep_topics(connection, document, at, loaded_difference(dumped))


def keep_topics(connection: sqlite3.Connection, document: int, version_at: int, difference: Difference) -> None:
    """Enter the topics of a change into the table that filters by them."""
    connection.executemany(
        "INSERT INTO change_topics (topic, document_id, at, words) VALUES (?, ?, ?, ?)",
        [(hit.topic, document, version_at, json.dumps(hit.words, ensure_ascii=False)) for hit in difference.topics],
    )


def _block(occurrence: Occurrence) -> int:
    return occurrence[0]
