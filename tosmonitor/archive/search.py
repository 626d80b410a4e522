"""Owns the questions about wording, over all versions ever: search, phrase timelines, blame, the same clause elsewhere.

Every distinct block is indexed once (FTS5, accents removed); `occurrences` and `spells` say where and when it was in
force. A query is words, "exact phrases", beginnings (arbitrat*), -exclusions, and OR between alternatives.
"""

import re
import sqlite3
import unicodedata
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from tosmonitor.archive.answers import document_row, refuse_withheld
from tosmonitor.archive.handle import Archive, spoken
from tosmonitor.archive.rows import moment, moment_or_none
from tosmonitor.archive.texts import blocks_of
from tosmonitor.errors import NotFoundError

_SNIPPET_WORDS = 40
_BEGIN, _END = "\x02", "\x03"  # cannot occur in canonical Markdown
_TERM = re.compile(r'(-?)(?:"([^"]*)"|(\S+))(\*?)')
_WORD = re.compile(r"\w+")
#: Words of a clause that candidates for a near match are looked up by, the rarest first.
_RAREST = 6
_CANDIDATES = 200
#: Blocks that may have to be ranked for that: beyond, words are too common to tell clauses apart.
_WEIGHED = 5_000
_FOREVER = 2**62


@dataclass(frozen=True, slots=True)
class Hit:
    """A block that answers a search, in one document."""

    document_id: str
    service: str  # its name
    terms_type: str
    snippet: str
    marks: tuple[tuple[int, int], ...]  # spans of the snippet that answer the query, in code points
    text: str  # the whole block
    first: datetime  # first version that had it
    until: datetime | None  # first version without it; None: in force


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a search."""

    hits: tuple[Hit, ...]
    more: bool  # whether another page follows


@dataclass(frozen=True, slots=True)
class Presence:
    """Where a phrase was ever in force."""

    document_id: str
    first: datetime  # first version that had it
    until: datetime | None  # first version from which on it was gone for good; None: in force
    blocks: int  # distinct blocks that held it


@dataclass(frozen=True, slots=True)
class Spell:
    """An uninterrupted stay of a phrase in a document: it came with one version and went with another."""

    document_id: str
    since: datetime
    until: datetime | None  # None: in force


@dataclass(frozen=True, slots=True)
class BlamedBlock:
    """A block of the text in force, and the version that brought it."""

    text: str
    since: datetime  # the version from which on it has stood without interruption
    first: datetime  # the first version that ever had it


@dataclass(frozen=True, slots=True)
class Clause:
    """A block like another one, in some document."""

    document_id: str
    text: str
    likeness: float  # 1.0: the same to the letter; shared runs of three words over all
    first: datetime
    until: datetime | None  # None: in force


def search(
    archive: Archive, query: str, *, limit: int = 20, offset: int = 0, service: str | None = None,
    document: str | None = None, tag: str | None = None, terms_type: str | None = None, in_force: bool | None = None,
    best: bool = False,
) -> Found:  # fmt: skip
    """Return the blocks of all versions that answer `query`, those that came last first, or the best first.

    `in_force` True asks for what stands today, False for what is gone. A query without a word has no hit.
    """
    asked = expression(query)
    if asked is None:
        return Found((), False)
    conditions, values = ["block_index MATCH ?"], [asked]
    for value, condition in (
        (service, "s.key = ?"),
        (document, "d.key = ?"),
        (tag, "d.service_id IN (SELECT service_id FROM service_tags WHERE tag = ?)"),
        (terms_type, "d.terms_type = ?"),
    ):
        if value is not None:
            conditions.append(condition)
            values.append(value)
    if in_force is not None:
        conditions.append("o.until IS NULL" if in_force else "o.until IS NOT NULL")
    with spoken(archive.path):
        rows = archive.connection.execute(
            f"""SELECT d.key, s.name, d.terms_type, snippet(block_index, 0, ?, ?, '…', {_SNIPPET_WORDS}),
                block_index.text, o.first_at, o.until
                FROM block_index CROSS JOIN occurrences o ON o.block_id = block_index.rowid
                CROSS JOIN documents d ON d.id = o.document_id CROSS JOIN services s ON s.id = d.service_id
                WHERE {" AND ".join(conditions)}
                ORDER BY block_index.{"rank" if best else "rowid DESC"} LIMIT ? OFFSET ?""",
            (_BEGIN, _END, *values, limit + 1, offset),
        ).fetchall()
    hits = tuple(
        Hit(key, name, terms_type, *_unmarked(marked), text, moment(first), moment_or_none(until))
        for key, name, terms_type, marked, text, first, until in rows[:limit]
    )
    return Found(hits, len(rows) > limit)


def timeline(archive: Archive, phrase: str) -> tuple[Presence, ...]:
    """Return, for every document that ever held the phrase, from when to when, the earliest first."""
    asked = _phrase(phrase)
    if asked is None:
        return ()
    with spoken(archive.path):
        rows = archive.connection.execute(
            f"""SELECT o.document_id, min(o.first_at), max(ifnull(o.until, {_FOREVER})), count(*) FROM block_index
                CROSS JOIN occurrences o ON o.block_id = block_index.rowid WHERE block_index MATCH ?
                GROUP BY o.document_id ORDER BY min(o.first_at), o.document_id""",
            (asked,),
        ).fetchall()
        keys = _keys(archive, [row[0] for row in rows])
    return tuple(
        Presence(keys[row], moment(first), None if until == _FOREVER else moment(until), blocks)
        for row, first, until, blocks in rows
    )


def spells(archive: Archive, phrase: str, *, document: str | None = None) -> tuple[Spell, ...]:
    """Return when the phrase came to and went from each document, gaps and returns included, the earliest first."""
    asked = _phrase(phrase)
    if asked is None:
        return ()
    stays: dict[int, list[tuple[int, int]]] = {}
    with spoken(archive.path):
        only = None if document is None else document_row(archive.connection, document)
        for row, since, until in _stays(archive.connection, asked):
            if only is None or row == only:
                stays.setdefault(row, []).append((since, _FOREVER if until is None else until))
        keys = _keys(archive, stays)
    found = [
        Spell(keys[row], moment(since), None if until == _FOREVER else moment(until))
        for row, parts in stays.items()
        for since, until in _united(parts)
    ]
    return tuple(sorted(found, key=lambda spell: (spell.since, spell.document_id)))


def moments_of(archive: Archive, phrase: str) -> frozenset[tuple[int, int]]:
    """Return (document row, seconds) of each version with which a block that holds the phrase came or went."""
    asked = _phrase(phrase)
    if asked is None:
        return frozenset()
    with spoken(archive.path):
        return frozenset((row, at) for row, *ends in _stays(archive.connection, asked) for at in ends if at is not None)


def blame(archive: Archive, document_id: str) -> tuple[BlamedBlock, ...]:
    """Return the blocks of the text in force, in order, each with the version that brought it; empty lines left out."""
    connection = archive.connection
    with spoken(archive.path):
        row = document_row(connection, document_id)
        newest = connection.execute(
            """SELECT v.text_id, t.digest FROM versions v JOIN texts t ON t.id = v.text_id
               WHERE v.document_id = ? AND v.retracted_at IS NULL ORDER BY v.at DESC LIMIT 1""",
            (row,),
        ).fetchone()
        if newest is None:
            raise NotFoundError(f"{document_id} has no version yet")
        refuse_withheld(connection, newest[1].hex())
        ids = blocks_of(archive, newest[0])
        made = {
            number: BlamedBlock(line, moment(since or first), moment(first))
            for number, line, first, since in connection.execute(
                """SELECT o.block_id, b.text, o.first_at, o.since FROM occurrences o
                   JOIN blocks b ON b.id = o.block_id WHERE o.document_id = ? AND o.until IS NULL""",
                (row,),
            )
            if line
        }
    return tuple([made[number] for number in ids if number in made])


def same_clause(
    archive: Archive, text: str, *, but: str | None = None, likeness: float = 0.6, limit: int = 50
) -> tuple[Clause, ...]:
    """Return the blocks of all documents (`but` one) that say the same as `text`, exactly or nearly, the likest first.

    Likeness is the share of common runs of three words (Jaccard), names of services and figures included.
    """
    wanted = _runs(text)
    if not wanted:
        return ()
    with spoken(archive.path):
        candidates = _candidates(archive.connection, text)
        alike = []
        for number, other in candidates.items():
            runs = _runs(other)
            share = 1.0 if other == text else len(wanted & runs) / len(wanted | runs)
            if share >= likeness:
                alike.append((share, number, other))
        alike.sort(key=lambda item: (-item[0], item[1]))
        found: list[Clause] = []
        for share, number, other in alike:
            for key, first, until in archive.connection.execute(
                """SELECT d.key, o.first_at, o.until FROM occurrences o JOIN documents d ON d.id = o.document_id
                   WHERE o.block_id = ? ORDER BY o.until IS NOT NULL, o.first_at, d.key""",
                (number,),
            ):
                if key != but:
                    found.append(Clause(key, other, share, moment(first), moment_or_none(until)))
    return tuple(found[:limit])


def expression(query: str) -> str | None:
    """Return the FTS5 expression of a query as people write it, or None when it holds no word to look for."""
    wanted, refused = "", []
    either = False
    for minus, quoted, plain, star in _TERM.findall(query):
        if plain == "OR" and wanted:
            either = True
            continue
        term = quoted or plain
        prefix = bool(star) or term.endswith("*")
        if not _WORD.search(term):
            continue
        escaped = '"' + term.strip('*"').replace('"', '""') + '"' + (" *" if prefix else "")
        if minus:
            refused.append(escaped)
        else:
            wanted += (" OR " if either else " AND ") * bool(wanted) + escaped
            either = False
    if not wanted:
        return None
    return f"({wanted})" + "".join(f" NOT {term}" for term in refused)


def _phrase(phrase: str) -> str | None:
    if not _WORD.search(phrase):
        return None
    return '"' + phrase.strip().removesuffix("*").replace('"', '""') + '"' + (" *" if phrase.endswith("*") else "")


def _stays(connection: sqlite3.Connection, asked: str) -> Iterator[tuple[int, int, int | None]]:
    """Give each spell of each block that answers: document row, since, until."""
    returned = []
    for block, row, first, since, until in connection.execute(
        """SELECT o.block_id, o.document_id, o.first_at, o.since, o.until FROM block_index
           CROSS JOIN occurrences o ON o.block_id = block_index.rowid WHERE block_index MATCH ?""",
        (asked,),
    ):
        if since is not None:
            returned.append((row, block))
        yield row, first if since is None else since, until
    for row, block in returned:
        for since, until in connection.execute(
            "SELECT since, until FROM spells WHERE document_id = ? AND block_id = ?", (row, block)
        ):
            yield row, since, until


def _united(parts: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Merge spells that touch or overlap: a phrase that moves from one block to another never left."""
    begin = end = None
    for since, until in sorted(parts):
        if begin is None or end is None:
            begin, end = since, until
        elif since <= end:
            end = max(end, until)
        else:
            yield begin, end
            begin, end = since, until
    if begin is not None and end is not None:
        yield begin, end


def _keys(archive: Archive, rows: Iterable[int]) -> Mapping[int, str]:
    if not archive.keys.keys() >= set(rows):
        archive.keys.update(archive.connection.execute("SELECT id, key FROM documents").fetchall())
    return archive.keys


def _candidates(connection: sqlite3.Connection, text: str) -> dict[int, str]:
    """Return the block itself and blocks that share its rarest words, by row."""
    found: dict[int, str] = dict(
        connection.execute("SELECT id, text FROM blocks WHERE hash = ? AND text = ?", (zlib.crc32(text.encode()), text))
    )
    counted = []
    for word in {_folded(word) for word in _WORD.findall(text) if len(word) > 2}:
        row = connection.execute("SELECT doc FROM block_terms WHERE term = ?", (word,)).fetchone()
        if row is not None and row[0] > 1:
            counted.append((row[0], word))
    asked: list[str] = []
    weighed = 0
    for count, word in sorted(counted)[:_RAREST]:
        if len(asked) > 1 and weighed + count > _WEIGHED:
            break
        asked.append(f'"{word}"')
        weighed += count
    if asked:
        found |= connection.execute(
            "SELECT rowid, text FROM block_index WHERE block_index MATCH ? ORDER BY rank LIMIT ?",
            (" OR ".join(asked), _CANDIDATES),
        ).fetchall()
    return found


def _folded(word: str) -> str:
    plain = unicodedata.normalize("NFD", word.lower())
    return "".join(c for c in plain if not unicodedata.combining(c))


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    words = [word.casefold() for word in _WORD.findall(text)]
    if len(words) < 3:
        return frozenset([tuple(words)] if words else [])
    return frozenset(zip(words, words[1:], words[2:], strict=False))


def _unmarked(marked: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    text, marks, begin = "", [], 0
    for part in re.split(f"([{_BEGIN}{_END}])", marked):
        if part == _BEGIN:
            begin = len(text)
        elif part == _END:
            marks.append((begin, len(text)))
        else:
            text += part
    return text, tuple(marks)
