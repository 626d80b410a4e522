"""Owns writing: what is declared, what was observed, one transaction an observation, and bare captures in bulk.

Observation ─► bodies, snapshots ─► text ─► check ─► version ─► occurrences ─► difference, topics ─► outbox
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tosmonitor.archive.bodies import keep_body
from tosmonitor.archive.changes import change
from tosmonitor.archive.delta import packed, unpacked
from tosmonitor.archive.derived import keep_topics, rederive
from tosmonitor.archive.handle import Archive, bulk, new_edition, transaction
from tosmonitor.archive.outbox import post
from tosmonitor.archive.rows import dumped_difference, dumped_document, moment, seconds
from tosmonitor.archive.texts import blocks_of, enter_into_force, keep_text
from tosmonitor.errors import ArchiveError
from tosmonitor.model import (
    Cause,
    Change,
    Difference,
    Document,
    Observation,
    Outcome,
    Reading,
    Response,
    Service,
    Verdict,
    source_digest,
)

_CAUSES = {Outcome.FIRST: Cause.FIRST, Outcome.RULES: Cause.RULES}


def declare(archive: Archive, services: Sequence[Service]) -> None:
    """Make the archive's list of services that of `services`; those gone from it stay, marked as not declared."""
    told = hashlib.sha256(repr(tuple(services)).encode()).hexdigest()
    known = archive.connection.execute("SELECT value FROM settings WHERE name = 'declared'").fetchone()
    if known == (told,):
        return
    with transaction(archive) as connection:
        connection.execute("UPDATE services SET position = NULL WHERE position IS NOT NULL")
        connection.execute("UPDATE documents SET position = NULL WHERE position IS NOT NULL")
        for position, service in enumerate(services):
            row = _service_row(connection, service.id)
            connection.execute(
                "UPDATE services SET name = ?, homepage = ?, position = ? WHERE id = ?",
                (service.name, service.homepage, position, row),
            )
            connection.execute("DELETE FROM service_tags WHERE service_id = ?", (row,))
            connection.executemany(
                "INSERT INTO service_tags (service_id, position, tag) VALUES (?, ?, ?)",
                [(row, place, tag) for place, tag in enumerate(service.tags)],
            )
            for place, document in enumerate(service.documents):
                number = _document_row(connection, document)
                connection.execute("UPDATE documents SET position = ? WHERE id = ?", (place, number))
        connection.execute("INSERT OR REPLACE INTO settings (name, value) VALUES ('declared', ?)", (told,))
        new_edition(connection, "lists")


def record(
    archive: Archive, observation: Observation, verdict: Verdict, difference: Difference | None
) -> Change | None:
    """Keep what one look at a document gave: in one transaction, or not at all.

    Every distinct body is kept, that of a bot wall too; the text that was read is kept also when it makes no version.
    `difference` lies between the version in force and the one that `verdict.version_at` asks for. Returns the change,
    if there is one. Raises ArchiveError when the document already has a check of that second.
    """
    document = observation.document
    at = seconds(observation.at)
    _refuse(archive.writing, observation, verdict)
    with transaction(archive) as connection:
        row = _document_row(connection, document)
        text = None if verdict.text is None else keep_text(archive, row, verdict.text)
        for reading in observation.readings:
            _keep_reading(archive, row, reading, at, observation.rules, (verdict.text, text))
        version_at = None if verdict.version_at is None else seconds(verdict.version_at)
        _keep_check(connection, row, at, observation, verdict, text, version_at)
        if version_at is None:
            return None
        assert text is not None  # `_refuse` saw to it
        before = _newest_version(connection, row)
        _keep_version(archive, row, version_at, at, text, observation, verdict)
        if before is None or difference is None:
            if verdict.outcome is Outcome.FIRST:
                post(connection, row, version_at, "first", at)
            return None
        _keep_difference(connection, row, version_at, before, at, verdict, difference)
        if verdict.announced:
            post(connection, row, version_at, "change", at)
    return change(archive, document.id, moment(version_at))


def keep(archive: Archive, captures: Iterable[Mapping[str, Any]]) -> int:
    """Keep bare captures, in time order, in one transaction; return how many.

    Each has `document` (its id), `url`, `fetched_at` (aware), `media_type` and `body` (bytes).
    """
    rows: dict[tuple[str, str], tuple[int, int]] = {}
    count = 0
    with bulk(archive), transaction(archive) as connection:
        for capture in captures:
            key = (capture["document"], capture["url"])
            if key not in rows:
                document = _bare_document_row(connection, key[0])
                rows[key] = (document, _source_row(connection, document, key[1]))
            response = Response(
                key[1], key[1], 200, capture["media_type"], None, tuple(capture.get("headers", ())), capture["body"]
            )
            _keep_response(archive, rows[key][1], response, seconds(capture["fetched_at"]))
            count += 1
    return count


def _refuse(connection: sqlite3.Connection, observation: Observation, verdict: Verdict) -> None:
    """Raise ArchiveError, before anything is written, for what cannot be recorded."""
    name, at = observation.document.id, seconds(observation.at)
    if verdict.version_at is not None and verdict.text is None:
        raise ArchiveError(f"{name}: a version of {verdict.version_at} was asked for without a text")
    if connection.execute(
        "SELECT 1 FROM documents d JOIN checks c ON c.document_id = d.id WHERE d.key = ? AND c.at = ?", (name, at)
    ).fetchone():
        raise ArchiveError(f"{name} already has a check of {moment(at)}; nothing was recorded twice")
    if verdict.version_at is not None:
        (newest,) = connection.execute(
            "SELECT max(v.at) FROM documents d JOIN versions v ON v.document_id = d.id WHERE d.key = ?", (name,)
        ).fetchone()
        if newest is not None and seconds(verdict.version_at) <= newest:
            raise ArchiveError(
                f"{name}: a version of {moment(seconds(verdict.version_at))} cannot follow that of {moment(newest)}; "
                "import older history into an archive that does not hold the document yet"
            )


def _keep_reading(
    archive: Archive, document: int, reading: Reading, at: int, rules: int, kept: tuple[str | None, int | None]
) -> None:
    response = reading.response
    if response is None:
        return
    connection = archive.writing
    source = _source_row(connection, document, reading.source.url)
    body = None if response.not_modified else _keep_response(archive, source, response, at)
    if reading.failure is not None or reading.obstacle is not None:
        return
    etag, last_modified = _validators(response)
    if reading.normalised is None:
        connection.execute(
            "UPDATE sources SET etag = coalesce(?, etag), last_modified = coalesce(?, last_modified) WHERE id = ?",
            (etag, last_modified, source),
        )
        return
    if reading.normalised.text == kept[0]:
        (words,) = connection.execute("SELECT words FROM texts WHERE id = ?", (kept[1],)).fetchone()
    else:
        words = len(reading.normalised.text.split())
    fingerprint = reading.normalised.fingerprint
    connection.execute(
        """UPDATE sources SET body_id = coalesce(?, body_id), final_url = ?, etag = ?, last_modified = ?,
           fingerprint = ?, rules = ?, declaration = ?, language = ?, words = ?, rendered = ? WHERE id = ?""",
        (
            body, response.final_url, etag, last_modified, None if fingerprint is None else fingerprint.data, rules,
            source_digest(reading.source), reading.normalised.language, words,
            response.rendered, source,
        ),
    )  # fmt: skip


def _keep_response(archive: Archive, source: int, response: Response, at: int) -> int:
    connection = archive.writing
    body = keep_body(archive, source, response.body)
    last = connection.execute(
        """SELECT s.body_id, v.status, v.media_type, v.charset, v.final_url, v.rendered FROM sources o
           JOIN snapshots s ON s.source_id = o.id AND s.at = o.snapshot_at JOIN served v ON v.id = s.served_id
           WHERE o.id = ?""",
        (source,),
    ).fetchone()
    final = None if response.final_url == response.url else response.final_url
    like = (body, response.status, response.media_type, response.charset, final, int(response.rendered))
    if last == like:
        return body
    connection.execute(
        "INSERT OR REPLACE INTO snapshots (source_id, at, body_id, served_id) VALUES (?, ?, ?, ?)",
        (source, at, body, _served_row(connection, source, like[1:], response.headers)),
    )
    connection.execute("UPDATE sources SET snapshot_at = max(coalesce(snapshot_at, 0), ?) WHERE id = ?", (at, source))
    return body


def _served_row(
    connection: sqlite3.Connection, source: int, like: tuple[Any, ...], headers: tuple[tuple[str, str], ...]
) -> int:
    base, content = None, None
    if headers:
        plain = json.dumps(headers, ensure_ascii=False, separators=(",", ":")).encode()
        found = connection.execute(
            "SELECT v.id, v.headers FROM sources s JOIN served v ON v.id = s.served_base_id WHERE s.id = ?", (source,)
        ).fetchone()
        against = [] if found is None else [unpacked(found[1])]
        index, content = packed(plain, against)
        base = None if index is None else found[0]
        # A star, not a chain: all headers of a source against one entry, until they have little in common with it.
        if base is not None and len(content) > len(plain) // 3:
            base, content = None, packed(plain)[1]
    else:
        row = connection.execute(
            """SELECT id FROM served WHERE headers IS NULL AND status = ? AND media_type = ? AND charset IS ?
               AND final_url IS ? AND rendered = ?""",
            like,
        ).fetchone()
        if row is not None:
            return int(row[0])
    new = connection.execute(
        """INSERT INTO served (status, media_type, charset, final_url, rendered, base_id, headers)
           VALUES (?, ?, ?, ?, ?, ?, ?)""",
        (*like, base, content),
    ).lastrowid
    assert new is not None
    if headers and base is None:
        connection.execute("UPDATE sources SET served_base_id = ? WHERE id = ?", (new, source))
    return new


def _validators(response: Response) -> tuple[str | None, str | None]:
    named = {name.lower(): value for name, value in response.headers}
    return named.get("etag"), named.get("last-modified")


def _keep_check(
    connection: sqlite3.Connection, document: int, at: int, observation: Observation, verdict: Verdict,
    text: int | None, version_at: int | None,
) -> None:  # fmt: skip
    asked = [r.failure.retry_after for r in observation.readings if r.failure is not None and r.failure.retry_after]
    waits = [*asked, *([verdict.look_again] if verdict.look_again is not None else [])]
    retry_at = at + int(max(waits).total_seconds()) if waits else None
    finding = _finding_row(connection, verdict)
    connection.execute(
        "INSERT INTO checks (document_id, at, finding_id, text_id, retry_at, version_at) VALUES (?, ?, ?, ?, ?, ?)",
        (document, at, finding, text, retry_at, version_at),
    )


def _finding_row(connection: sqlite3.Connection, verdict: Verdict) -> int:
    # "" stands for no kind, so that the row is unique.
    values = (str(verdict.outcome), verdict.kind or "", verdict.reason.en, verdict.reason.fr)
    row = connection.execute(
        "SELECT id FROM findings WHERE outcome = ? AND kind = ? AND reason_en = ? AND reason_fr = ?", values
    ).fetchone()
    if row is not None:
        return int(row[0])
    new = connection.execute(
        "INSERT INTO findings (outcome, kind, reason_en, reason_fr) VALUES (?, ?, ?, ?)", values
    ).lastrowid
    assert new is not None
    return new


def _keep_version(
    archive: Archive, document: int, version_at: int, at: int, text: int, observation: Observation, verdict: Verdict
) -> None:
    connection = archive.writing
    languages = [r.normalised.language for r in observation.readings if r.normalised is not None]
    language = next((found for found in languages if found), None) or observation.document.language
    connection.execute(
        "INSERT INTO versions (document_id, at, text_id, cause, rules, language) VALUES (?, ?, ?, ?, ?, ?)",
        (document, version_at, text, str(_CAUSES.get(verdict.outcome, Cause.CHANGE)), observation.rules, language),
    )
    earlier = connection.execute(
        "SELECT text_id FROM checks WHERE document_id = ? AND at = ?", (document, version_at)
    ).fetchone()
    seen_at = version_at if earlier is not None and earlier[0] == text else at
    for position, source in enumerate(observation.document.sources):
        found = connection.execute(
            """SELECT n.body_id FROM snapshots n JOIN sources s ON s.id = n.source_id
               WHERE s.document_id = ? AND s.url = ? AND n.at <= ? ORDER BY n.at DESC LIMIT 1""",
            (document, source.url, seen_at),
        ).fetchone()
        if found is not None:
            connection.execute(
                "INSERT INTO version_bodies (document_id, at, position, body_id) VALUES (?, ?, ?, ?)",
                (document, version_at, position, found[0]),
            )
    hidden = connection.execute(
        """SELECT 1 FROM versions v CROSS JOIN texts t ON t.id = v.text_id JOIN withheld w ON w.digest = t.digest
           WHERE v.document_id = ? AND EXISTS (SELECT 1 FROM withheld) LIMIT 1""",
        (document,),
    ).fetchone()
    if hidden is None:
        enter_into_force(archive, document, version_at, set(blocks_of(archive, text)))
    else:
        rederive(archive, document)


def _keep_difference(
    connection: sqlite3.Connection, document: int, version_at: int, before: int, at: int, verdict: Verdict,
    difference: Difference,
) -> None:  # fmt: skip
    sections = {
        "edited": difference.sections_edited, "added": difference.sections_added, "removed": difference.sections_removed
    }  # fmt: skip
    dates = {
        name: [{"role": date.role, "day": date.day, "words": date.words} for date in found]
        for name, found in (("before", difference.dates_before), ("after", difference.dates_after))
    }
    connection.execute(
        """INSERT INTO differences (document_id, at, before_at, recorded_at, announced, kind, words_added,
           words_removed, sentence_en, sentence_fr, sections, stated_dates, returns_to, difference)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            document, version_at, before, at, verdict.announced, str(difference.kind), difference.words_added,
            difference.words_removed, difference.sentence.en, difference.sentence.fr,
            json.dumps(sections, ensure_ascii=False), json.dumps(dates, ensure_ascii=False),
            None if verdict.returns_to is None else seconds(verdict.returns_to), dumped_difference(difference),
        ),
    )  # fmt: skip
    keep_topics(connection, document, version_at, difference)


def _newest_version(connection: sqlite3.Connection, document: int) -> int | None:
    (found,) = connection.execute(
        "SELECT max(at) FROM versions WHERE document_id = ? AND retracted_at IS NULL", (document,)
    ).fetchone()
    return None if found is None else int(found)


def _service_row(connection: sqlite3.Connection, key: str) -> int:
    row = connection.execute("SELECT id FROM services WHERE key = ?", (key,)).fetchone()
    if row is not None:
        return int(row[0])
    new = connection.execute("INSERT INTO services (key, name) VALUES (?, ?)", (key, key)).lastrowid
    assert new is not None
    return new


def _document_row(connection: sqlite3.Connection, document: Document) -> int:
    row = connection.execute("SELECT id, declaration FROM documents WHERE key = ?", (document.id,)).fetchone()
    declaration = dumped_document(document)
    if row is not None and row[1] == declaration:
        return int(row[0])
    values = (document.terms_type, document.language, document.jurisdiction, declaration)
    connection.execute("DELETE FROM settings WHERE name = 'declared'")
    new_edition(connection, "lists")
    if row is None:
        new = connection.execute(
            """INSERT INTO documents (key, service_id, terms_type, language, jurisdiction, declaration)
               VALUES (?, ?, ?, ?, ?, ?)""",
            (document.id, _service_row(connection, document.service_id), *values),
        ).lastrowid
        assert new is not None
        number = new
    else:
        number = int(row[0])
        connection.execute(
            "UPDATE documents SET terms_type = ?, language = ?, jurisdiction = ?, declaration = ? WHERE id = ?",
            (*values, number),
        )
    connection.execute("UPDATE sources SET position = NULL WHERE document_id = ?", (number,))
    for position, source in enumerate(document.sources):
        found = _source_row(connection, number, source.url)
        connection.execute("UPDATE sources SET position = ? WHERE id = ?", (position, found))
    return number


def _bare_document_row(connection: sqlite3.Connection, key: str) -> int:
    row = connection.execute("SELECT id FROM documents WHERE key = ?", (key,)).fetchone()
    if row is not None:
        return int(row[0])
    service, _, terms_type = key.partition("/")
    plain = dumped_document(Document(service, terms_type, ()))
    new_edition(connection, "lists")
    new = connection.execute(
        "INSERT INTO documents (key, service_id, terms_type, declaration) VALUES (?, ?, ?, ?)",
        (key, _service_row(connection, service), terms_type, plain),
    ).lastrowid
    assert new is not None
    return new


def _source_row(connection: sqlite3.Connection, document: int, url: str) -> int:
    row = connection.execute("SELECT id FROM sources WHERE document_id = ? AND url = ?", (document, url)).fetchone()
    if row is not None:
        return int(row[0])
    new = connection.execute("INSERT INTO sources (document_id, url) VALUES (?, ?)", (document, url)).lastrowid
    assert new is not None
    return new
