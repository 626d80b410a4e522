"""Owns the questions that the program and the site ask about one document or about the list of services.

All read-only; all times are aware UTC, all sequences tuples in the order that the docstring names. A name that is not
in the archive raises NotFoundError, which tells the nearest that is.
"""

import difflib
import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tosmonitor.archive.bodies import body_id, read_body
from tosmonitor.archive.delta import unpacked
from tosmonitor.archive.handle import Archive, edition, spoken
from tosmonitor.archive.rows import (
    CHECK_COLUMNS,
    CHECK_TABLES,
    VERSION_COLUMNS,
    VERSION_TABLES,
    check,
    loaded_document,
    moment,
    seconds,
    version,
    withdrawal,
)
from tosmonitor.archive.texts import read_text, text_id
from tosmonitor.errors import CorruptError, NotFoundError, WithheldError
from tosmonitor.model import (
    Check,
    Document,
    Fingerprint,
    LastSeen,
    Outcome,
    Past,
    Sentence,
    Service,
    Snapshot,
    Version,
    Withdrawal,
)

#: How far back `recall` lists checks: flapping pages come back within a month (measured on public histories).
WINDOW = timedelta(days=90)

_UNSEEN = (str(Outcome.BLOCKED), str(Outcome.FAILED))


@dataclass(frozen=True, slots=True)
class Gap:
    """A spell in which every check of a document failed or met something else than the document."""

    document_id: str
    since: datetime | None  # the last check that saw it; None: it was never seen before
    first_missed: datetime
    until: datetime | None  # the first check that saw it again; None: still unseen
    checks: int  # in vain
    outcome: Outcome  # of the newest of them: blocked or failed
    kind: str | None
    reason: Sentence


class _Texts(Mapping[str, str]):
    """The texts of a document by digest, read when asked for; a withheld text too, since it is only compared."""

    def __init__(self, archive: Archive, digests: frozenset[str]) -> None:
        self._archive = archive
        self._digests = digests

    def __getitem__(self, digest: str) -> str:
        if digest not in self._digests:
            raise KeyError(digest)
        row = text_id(self._archive.connection, bytes.fromhex(digest))
        if row is None:
            raise CorruptError(f"{self._archive.path}: text {digest} is missing; restore a backup")
        return read_text(self._archive, row)

    def __contains__(self, digest: object) -> bool:
        return digest in self._digests  # without reading the text, as Mapping's own would

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._digests))

    def __len__(self) -> int:
        return len(self._digests)


def services(archive: Archive, *, declared: bool | None = None) -> tuple[Service, ...]:
    """Return the services with their documents, as declared last, in declared order, those no longer declared after.

    `declared` True leaves out what is not declared any more, False what is.
    """
    connection = archive.connection
    with spoken(archive.path):
        current = edition(connection, "lists")
    known = archive.listed.get(declared)
    if known is None or known[0] != current:
        known = (current, _services(archive, declared))
        archive.listed[declared] = known
    return known[1]


def _services(archive: Archive, declared: bool | None) -> tuple[Service, ...]:
    connection = archive.connection
    wanted = {None: "1", True: "position IS NOT NULL", False: "position IS NULL"}[declared]
    with spoken(archive.path):
        tags: dict[int, list[str]] = {}
        for row, tag in connection.execute("SELECT service_id, tag FROM service_tags ORDER BY service_id, position"):
            tags.setdefault(row, []).append(tag)
        documents: dict[int, list[Document]] = {}
        for row, declaration in connection.execute(
            f"SELECT service_id, declaration FROM documents WHERE {wanted} ORDER BY position IS NULL, position, id"
        ):
            documents.setdefault(row, []).append(loaded_document(declaration))
        return tuple(
            Service(key, name, tuple(documents.get(row, ())), tuple(tags.get(row, ())), homepage)
            for row, key, name, homepage, position in connection.execute(
                "SELECT id, key, name, homepage, position FROM services ORDER BY position IS NULL, position, id"
            )
            if declared is None or row in documents or (position is not None) == declared
        )


def document(archive: Archive, document_id: str) -> Document:
    """Return the document as declared last."""
    with spoken(archive.path):
        row = archive.connection.execute("SELECT declaration FROM documents WHERE key = ?", (document_id,)).fetchone()
        if row is None:
            raise unknown(archive.connection, document_id)
        return loaded_document(row[0])


def document_row(connection: sqlite3.Connection, document_id: str) -> int:
    """Return the row of a document."""
    row = connection.execute("SELECT id FROM documents WHERE key = ?", (document_id,)).fetchone()
    if row is None:
        raise unknown(connection, document_id)
    return int(row[0])


def unknown(connection: sqlite3.Connection, document_id: str) -> NotFoundError:
    """Return the error that says that there is no such document, and which is nearest."""
    keys = [row[0] for row in connection.execute("SELECT key FROM documents")]
    near = difflib.get_close_matches(document_id, keys, 1, 0.4)
    hint = f"; did you mean {near[0]}?" if near else "; `tosmonitor status` lists those there are"
    return NotFoundError(f"there is no document {document_id} in the archive{hint}")


def last_checks(archive: Archive) -> Mapping[str, Check]:
    """Return the newest check of every document that has one, by document id."""
    with spoken(archive.path):
        rows = archive.connection.execute(
            f"""SELECT d.key, {CHECK_COLUMNS} FROM documents d JOIN {CHECK_TABLES}
                WHERE c.document_id = d.id AND c.at = (SELECT max(at) FROM checks WHERE document_id = d.id)"""
        )
        return {row[0]: check(row[0], row[1:]) for row in rows}


def checks(
    archive: Archive, document_id: str, *, since: datetime | None = None, limit: int | None = None
) -> tuple[Check, ...]:
    """Return the checks of a document since `since`, oldest first; at most the newest `limit`."""
    with spoken(archive.path):
        rows = archive.connection.execute(
            f"""SELECT {CHECK_COLUMNS} FROM {CHECK_TABLES}
                WHERE c.document_id = ? AND c.at >= ? ORDER BY c.at DESC LIMIT ?""",
            (
                document_row(archive.connection, document_id),
                0 if since is None else seconds(since),
                -1 if limit is None else limit,
            ),
        ).fetchall()
    return tuple(check(document_id, row) for row in reversed(rows))


def recall(archive: Archive, document_id: str) -> Past:
    """Return what the judge may know of a document: all versions, the checks of WINDOW before the newest, their texts.

    A document that was never checked has an empty past.
    """
    connection = archive.connection
    with spoken(archive.path):
        row = connection.execute(
            "SELECT d.id, max(c.at) FROM documents d JOIN checks c ON c.document_id = d.id WHERE d.key = ?",
            (document_id,),
        ).fetchone()
        if row[0] is None:
            return Past()
        found = versions(archive, document_id)
        since = moment(max(0, row[1] - int(WINDOW.total_seconds())))
        tried = checks(archive, document_id, since=since)
    digests = {v.digest for v in found} | {c.digest for c in tried if c.digest is not None}
    return Past(found, tried, _Texts(archive, frozenset(digests)))


def last_seen(archive: Archive, document: Document) -> tuple[LastSeen | None, ...]:
    """Return what is remembered of each source of a document, in declared order; None where it was never read."""
    with spoken(archive.path):
        rows = archive.connection.execute(
            """SELECT s.url, b.digest, s.etag, s.last_modified, s.fingerprint, s.rules, s.declaration, s.language,
               s.words, s.rendered, s.final_url FROM sources s JOIN documents d ON d.id = s.document_id
               JOIN bodies b ON b.id = s.body_id WHERE d.key = ?""",
            (document.id,),
        ).fetchall()
    remembered = {
        url: LastSeen(
            digest.hex(), etag, last_modified, None if fingerprint is None else Fingerprint(fingerprint), rules,
            declaration, language, words, bool(rendered), final_url,
        )
        for url, digest, etag, last_modified, fingerprint, rules, declaration, language, words, rendered, final_url
        in rows
    }  # fmt: skip
    return tuple(remembered.get(source.url) for source in document.sources)


def versions(archive: Archive, document_id: str) -> tuple[Version, ...]:
    """Return the versions of a document, oldest first, retracted and withheld ones included."""
    with spoken(archive.path):
        rows = archive.connection.execute(
            f"SELECT {VERSION_COLUMNS} FROM {VERSION_TABLES} WHERE v.document_id = ? ORDER BY v.at",
            (document_row(archive.connection, document_id),),
        ).fetchall()
    return tuple(version(row) for row in rows)


def version_at(archive: Archive, document_id: str, when: datetime) -> Version:
    """Return the version that was in force at `when`: the newest not retracted that had been seen by then."""
    with spoken(archive.path):
        row = archive.connection.execute(
            f"""SELECT {VERSION_COLUMNS} FROM {VERSION_TABLES}
                WHERE v.document_id = ? AND v.at <= ? AND v.retracted_at IS NULL ORDER BY v.at DESC LIMIT 1""",
            (document_row(archive.connection, document_id), seconds(when)),
        ).fetchone()
    if row is None:
        raise NotFoundError(f"no version of {document_id} had been seen by {when:%Y-%m-%d %H:%M:%S} UTC")
    return version(row)


def last_read(archive: Archive, version: Version, before: datetime) -> datetime:
    """Return when the text of `version` was last read before a time; when it was first read, if not again."""
    with spoken(archive.path):
        row = archive.connection.execute(
            """SELECT at FROM checks
               WHERE document_id = ? AND at BETWEEN ? AND ? AND text_id = ? ORDER BY at DESC LIMIT 1""",
            (
                document_row(archive.connection, version.document_id),
                seconds(version.fetched_at),
                seconds(before) - 1,
                text_id(archive.connection, bytes.fromhex(version.digest)),
            ),
        ).fetchone()
    return version.fetched_at if row is None else moment(row[0])


def firsts(archive: Archive, limit: int = 100) -> tuple[Version, ...]:
    """Return the first versions of the documents that came last under watch, newest first."""
    with spoken(archive.path):
        rows = archive.connection.execute(
            f"SELECT {VERSION_COLUMNS} FROM {VERSION_TABLES} WHERE v.cause = 'first' ORDER BY v.at DESC LIMIT ?",
            (limit,),
        ).fetchall()
    return tuple(version(row) for row in rows)


def began(archive: Archive) -> datetime | None:
    """Return when the oldest version of any document was read; None when there is none."""
    with spoken(archive.path):
        row = archive.connection.execute("SELECT min(at) FROM versions").fetchone()
    return None if row[0] is None else moment(row[0])


def text(archive: Archive, digest: str) -> str:
    """Return the text with this sha256 (hex), compared with it; raise WithheldError when it is not shown any more."""
    with spoken(archive.path):
        row = text_id(archive.connection, bytes.fromhex(digest))
        if row is None:
            raise NotFoundError(f"there is no text {digest} in the archive")
        refuse_withheld(archive.connection, digest)
        return read_text(archive, row)


def body(archive: Archive, digest: str) -> bytes:
    """Return the bytes with this sha256 (hex), as served; raise WithheldError when they are not shown any more."""
    with spoken(archive.path):
        row = body_id(archive.connection, bytes.fromhex(digest))
        if row is None:
            raise NotFoundError(f"there is no body {digest} in the archive")
        refuse_withheld(archive.connection, digest)
        return read_body(archive, row)


def withheld(archive: Archive, digest: str) -> Withdrawal | None:
    """Return why a text or a body is not shown any more, or None."""
    with spoken(archive.path):
        return _withheld(archive.connection, digest)


def withdrawals(archive: Archive) -> int:
    """Return how many texts and bodies are not shown any more: what was made of a text holds while this stands."""
    with spoken(archive.path):
        return int(archive.connection.execute("SELECT count(*) FROM withheld").fetchone()[0])


def refuse_withheld(connection: sqlite3.Connection, digest: str) -> None:
    """Raise WithheldError, with date and reason, when the text or body is not shown any more."""
    found = _withheld(connection, digest)
    if found is not None:
        raise WithheldError(f"{digest} has been withheld since {found.at:%Y-%m-%d}: {found.reason.en}")


def snapshots(archive: Archive, document_id: str) -> tuple[Snapshot, ...]:
    """Return the snapshots of a document, oldest first, sources in declared order within a second."""
    return _snapshots(archive, document_id, "1 ORDER BY n.at, s.position IS NULL, s.position, s.id", ())


def snapshot(archive: Archive, document_id: str, url: str, fetched_at: datetime) -> Snapshot:
    """Return what the source at `url` served at `fetched_at`: the newest snapshot made by then."""
    found = _snapshots(
        archive, document_id, "s.url = ? AND n.at <= ? ORDER BY n.at DESC LIMIT 1", (url, seconds(fetched_at))
    )
    if not found:
        raise NotFoundError(f"{document_id}: {url} had not been read by {fetched_at:%Y-%m-%d %H:%M:%S} UTC")
    return found[0]


def body_of(archive: Archive, document_id: str, url: str, fetched_at: datetime) -> bytes:
    """Return the bytes that the source at `url` served at `fetched_at`."""
    with spoken(archive.path):
        row = archive.connection.execute(
            """SELECT n.body_id, b.digest FROM documents d JOIN sources s ON s.document_id = d.id AND s.url = ?
               JOIN snapshots n ON n.source_id = s.id AND n.at <= ? JOIN bodies b ON b.id = n.body_id
               WHERE d.key = ? ORDER BY n.at DESC LIMIT 1""",
            (url, seconds(fetched_at), document_id),
        ).fetchone()
        if row is None:
            document_row(archive.connection, document_id)
            raise NotFoundError(f"{document_id}: {url} had not been read by {fetched_at:%Y-%m-%d %H:%M:%S} UTC")
        refuse_withheld(archive.connection, row[1].hex())
        return read_body(archive, row[0])


def gaps(archive: Archive, document_id: str) -> tuple[Gap, ...]:
    """Return the spells in which a document was not seen, oldest first."""
    connection = archive.connection
    with spoken(archive.path):
        findings = {
            row[0]: row[1:]
            for row in connection.execute("SELECT id, outcome, kind, reason_en, reason_fr FROM findings")
        }
        rows = connection.execute(
            "SELECT at, finding_id FROM checks WHERE document_id = ? ORDER BY at",
            (document_row(connection, document_id),),
        ).fetchall()
    found: list[Gap] = []
    seen: int | None = None
    missed: list[tuple[int, int]] = []
    for at, finding in [*rows, (None, None)]:
        if finding is not None and findings[finding][0] in _UNSEEN:
            missed.append((at, finding))
            continue
        if missed:
            outcome, kind, en, fr = findings[missed[-1][1]]
            found.append(
                Gap(
                    document_id, None if seen is None else moment(seen), moment(missed[0][0]),
                    None if at is None else moment(at), len(missed), Outcome(outcome), kind or None, Sentence(en, fr),
                )
            )  # fmt: skip
            missed = []
        seen = at
    return tuple(found)


def vain(archive: Archive) -> Mapping[str, int]:
    """Return how many checks of each document failed or met something else, by document id."""
    with spoken(archive.path):
        return dict(
            archive.connection.execute(
                """SELECT d.key, count(*) FROM checks c JOIN documents d ON d.id = c.document_id
                   WHERE c.finding_id IN (SELECT id FROM findings WHERE outcome IN (?, ?)) GROUP BY d.key""",
                _UNSEEN,
            )
        )


def _withheld(connection: sqlite3.Connection, digest: str) -> Withdrawal | None:
    row = connection.execute(
        "SELECT at, reason_en, reason_fr FROM withheld WHERE digest = ?", (bytes.fromhex(digest),)
    ).fetchone()
    return None if row is None else withdrawal(*row)


def _snapshots(archive: Archive, document_id: str, condition: str, values: tuple[Any, ...]) -> tuple[Snapshot, ...]:
    connection = archive.connection
    bases: dict[int, bytes] = {}
    with spoken(archive.path):
        rows = connection.execute(
            f"""SELECT s.url, n.at, v.status, v.media_type, v.charset, v.base_id, v.headers, b.digest, b.size,
                v.final_url, v.rendered FROM sources s
                JOIN snapshots n ON n.source_id = s.id JOIN served v ON v.id = n.served_id
                JOIN bodies b ON b.id = n.body_id WHERE s.document_id = ? AND {condition}""",
            (document_row(connection, document_id), *values),
        ).fetchall()
        for row in rows:
            if row[5] is not None and row[5] not in bases:
                (dumped,) = connection.execute("SELECT headers FROM served WHERE id = ?", (row[5],)).fetchone()
                bases[row[5]] = unpacked(dumped)
    return tuple(
        Snapshot(
            document_id, url, moment(at), status, media_type, charset, _headers(dumped, bases.get(base)), digest.hex(),
            size, final_url or url, bool(rendered),
        )
        for url, at, status, media_type, charset, base, dumped, digest, size, final_url, rendered in rows
    )  # fmt: skip


def _headers(dumped: bytes | None, base: bytes | None) -> tuple[tuple[str, str], ...]:
    if dumped is None:
        return ()
    return tuple((name, value) for name, value in json.loads(unpacked(dumped, base)))
