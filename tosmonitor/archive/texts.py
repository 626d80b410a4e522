"""Owns the texts: each distinct line once (a block), each text as the list of its blocks, each block's spells in force.

A text is split at line feeds and at nothing else, so that joining its blocks gives it back to the byte. Canonical
Markdown holds one heading, paragraph, list item or table row a line. Lists of blocks are stored as patches of earlier
lists of the same document, as bodies are. The digest is compared on every read.
"""

import hashlib
import sqlite3
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import compress
from operator import not_

from tosmonitor.archive.delta import Anchor, Anchors, packed, unpacked
from tosmonitor.archive.handle import Archive, index_blocks
from tosmonitor.errors import CorruptError

_TRIED = 2  # bases for a list: more win little of what is small anyway
_FETCHED = 512  # blocks asked for at once


def text_id(connection: sqlite3.Connection, digest: bytes) -> int | None:
    """Return the row of the text with this digest, or None."""
    row = connection.execute(
        "SELECT id FROM texts WHERE substr(digest, 1, 4) = substr(?1, 1, 4) AND digest = ?1", (digest,)
    ).fetchone()
    return None if row is None else int(row[0])


def keep_text(archive: Archive, document_id: int, text: str) -> int:
    """Keep `text`, first read of the document, if it is not kept already; return its row."""
    connection = archive.writing
    archive.unseen_from = None
    encoded = text.encode()
    digest = hashlib.sha256(encoded).digest()
    found = text_id(connection, digest)
    if found is not None:
        return found
    ids, words = _block_ids(archive, document_id, text.split("\n"))
    count, dumped = connection.execute(
        "SELECT text_count, text_anchors FROM documents WHERE id = ?", (document_id,)
    ).fetchone()
    anchors = Anchors.loaded(count, dumped)
    content = ids.tobytes()
    bases = anchors.bases(len(content))[:_TRIED]
    index, frame = packed(content, [_list(archive, base.id) for base in bases], quick=True)
    base = None if index is None else bases[index]
    new = connection.execute(
        "INSERT INTO texts (digest, words, base_id, content) VALUES (?, ?, ?, ?)",
        (digest, words, None if base is None else base.id, frame),
    ).lastrowid
    assert new is not None
    reach = len(content) + (0 if base is None else base.reach)
    connection.execute(
        "UPDATE documents SET text_count = ?, text_anchors = ? WHERE id = ?",
        (count + 1, anchors.followed_by(Anchor(new, reach)).dumped(), document_id),
    )
    archive.lists.put(new, content, len(content))
    return new


def read_text(archive: Archive, row: int) -> str:
    """Return the text of a row, its digest compared; raise CorruptError naming the row when it is not what was kept."""
    ids = blocks_of(archive, row)
    found = lines(archive.connection, ids)
    try:
        text = "\n".join(map(found.__getitem__, ids))
    except KeyError as error:
        raise CorruptError(f"{archive.path}: block {error} of text {row} is missing; restore a backup") from error
    (digest,) = archive.connection.execute("SELECT digest FROM texts WHERE id = ?", (row,)).fetchone()
    if hashlib.sha256(text.encode()).digest() != digest:
        raise CorruptError(
            f"{archive.path}: text {row} is not what was kept (its sha256 differs), its list or one of its blocks is "
            "damaged; restore a backup"
        )
    return text


def blocks_of(archive: Archive, row: int) -> Sequence[int]:
    """Return the ids of the blocks of a text, in order, empty lines included."""
    ids = array("I")
    ids.frombytes(_list(archive, row))
    return ids


def lines(connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, str]:
    """Return the text of each block."""
    found: dict[int, str] = {}
    for marks, part in _parts(ids):
        found.update(connection.execute(f"SELECT id, text FROM blocks WHERE id IN ({marks})", part).fetchall())
    return found


def enter_into_force(archive: Archive, document_id: int, at: int, ids: set[int]) -> None:
    """Record that the blocks `ids`, and no others, are in force in the document from the version of `at` on."""
    connection = archive.writing
    standing = archive.in_force.get(document_id)
    if standing is None:
        standing = {
            row[0]
            for row in connection.execute(
                "SELECT block_id FROM occurrences WHERE document_id = ? AND until IS NULL", (document_id,)
            )
        }
    archive.in_force.put(document_id, ids, 60 * len(ids))
    connection.executemany(
        "UPDATE occurrences SET until = ? WHERE block_id = ? AND document_id = ?",
        [(at, number, document_id) for number in sorted(standing - ids)],
    )
    arriving = sorted(ids - standing)
    if archive.unseen_from is not None:
        # What this very text brought into the archive cannot have been in force anywhere.
        unseen = bisect_left(arriving, archive.unseen_from)
        connection.executemany(
            "INSERT INTO occurrences (block_id, document_id, first_at) VALUES (?, ?, ?)",
            [(number, document_id, at) for number in arriving[unseen:]],
        )
        del arriving[unseen:]
    # A block that was here before: its newest spell moves to `spells`, and a new one begins. Row by row: a statement
    # that reads what it writes from would make SQLite write the search index out each time.
    gone: list[tuple[int, int, int]] = []
    for marks, part in _parts(arriving):
        gone += connection.execute(
            f"""SELECT block_id, coalesce(since, first_at), until FROM occurrences
                WHERE block_id IN ({marks}) AND document_id = ?""",
            (*part, document_id),
        ).fetchall()
    connection.executemany(
        "INSERT INTO spells (document_id, block_id, since, until) VALUES (?, ?, ?, ?)",
        [(document_id, *row) for row in gone],
    )
    connection.executemany(
        """INSERT INTO occurrences (block_id, document_id, first_at) VALUES (?1, ?2, ?3)
           ON CONFLICT (block_id, document_id) DO UPDATE SET since = ?3, until = NULL""",
        [(number, document_id, at) for number in arriving],
    )


def _list(archive: Archive, row: int) -> bytes:
    chain: list[tuple[int, bytes]] = []
    at: int | None = row
    content: bytes | None = None
    while at is not None:
        content = archive.lists.get(at)
        if content is not None:
            break
        found = archive.connection.execute("SELECT base_id, content FROM texts WHERE id = ?", (at,)).fetchone()
        if found is None or len(chain) > 1_000:
            raise CorruptError(f"{archive.path}: text {at} is missing, text {row} cannot be read; restore a backup")
        chain.append((at, found[1]))
        at = found[0]
    try:
        for number, frame in reversed(chain):
            content = unpacked(frame, content)
            archive.lists.put(number, content, len(content))
        assert content is not None
        if len(content) % 4:
            raise ValueError("it is cut off")
    except ValueError as error:
        raise CorruptError(
            f"{archive.path}: the list of blocks of text {row} does not decode ({error}); restore a backup"
        ) from error
    return content


def _block_ids(archive: Archive, document_id: int, texts: Sequence[str]) -> tuple["array[int]", int]:
    """Return the id of each line, keeping those that are new, and the words of all.

    The lines of the document's last texts need neither be looked up nor counted.
    """
    known = archive.lines.get(document_id) or {}
    unknown = dict.fromkeys(compress(texts, map(not_, map(known.get, texts))))
    if unknown:
        known |= {line: (number, len(line.split())) for line, number in _found_or_new(archive, unknown).items()}
    if len(known) > 3 * len(texts):
        known = {line: known[line] for line in texts}
    archive.lines.put(document_id, known, 250 * len(known))
    blocks = [known[line] for line in texts]
    return array("I", [number for number, _ in blocks]), sum([words for _, words in blocks])


def _found_or_new(archive: Archive, texts: Iterable[str]) -> dict[str, int]:
    """Return the block of each distinct line, keeping those that are new in the order given."""
    connection = archive.writing
    hashes = {line: zlib.crc32(line.encode()) for line in texts}
    kept: dict[str, int] = {}  # of other lines whose hash is the same by chance, too
    for marks, part in _parts(hashes.values()):
        kept.update(connection.execute(f"SELECT text, id FROM blocks WHERE hash IN ({marks})", part).fetchall())
    (newest,) = connection.execute("SELECT ifnull(max(id), 0) FROM blocks").fetchone()
    new = [
        (number, hashes[line], line)
        for number, line in enumerate((line for line in hashes if line not in kept), newest + 1)
    ]
    if new:
        archive.unseen_from = newest + 1
        connection.executemany("INSERT INTO blocks (id, hash, text) VALUES (?, ?, ?)", new)
        if not archive.importing:
            index_blocks(connection, newest + 1)
        elif archive.unindexed_from is None:
            archive.unindexed_from = newest + 1
        kept.update((line, number) for number, _, line in new)
    return {line: kept[line] for line in hashes}


def _parts(values: Iterable[int]) -> Iterator[tuple[str, list[int]]]:
    """Give the distinct values in ascending parts, of few lengths so that statements are reused, with as many marks."""
    wanted = sorted(set(values))
    for start in range(0, len(wanted), _FETCHED):
        part = wanted[start : start + _FETCHED]
        part += part[-1:] * ((1 << (len(part) - 1).bit_length()) - len(part))
        yield ",".join("?" * len(part)), part
