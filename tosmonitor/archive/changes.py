"""Owns the questions about changes: the latest of them, filtered, with the whole difference or as headlines."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tosmonitor.archive.answers import document_row
from tosmonitor.archive.handle import Archive, edition, spoken
from tosmonitor.archive.rows import (
    VERSION_COLUMNS,
    VERSION_TABLES,
    loaded_difference,
    moment,
    moment_or_none,
    seconds,
    version,
    withdrawal,
)
from tosmonitor.archive.search import moments_of
from tosmonitor.errors import CorruptError, NotFoundError
from tosmonitor.model import Change, Difference, Kind, Sentence


@dataclass(frozen=True, slots=True)
class Headline:
    """A change in one line, for lists: what `changes` gives without the versions and the edits."""

    document_id: str
    service: str  # its name
    terms_type: str
    at: datetime  # of the version that it led to; the key of the change
    before_at: datetime
    recorded_at: datetime
    announced: bool
    kind: Kind
    words_added: int
    words_removed: int
    sentence: Sentence
    retracted: bool
    corrected_at: datetime | None = None  # when it was retracted


_FOREVER = 2**62

_HEADLINE = """SELECT d.key, s.name, d.terms_type, c.at, c.before_at, c.recorded_at, c.announced, c.kind, c.words_added,
    c.words_removed, c.sentence_en, c.sentence_fr, c.retracted_at"""

_TABLES = "FROM differences c JOIN documents d ON d.id = c.document_id JOIN services s ON s.id = d.service_id"

_CHANGE = """SELECT d.id, d.key, c.at, c.before_at, c.recorded_at, c.announced, c.returns_to, c.retracted_at,
    c.retracted_en, c.retracted_fr"""


def changes(
    archive: Archive, *, limit: int | None = 100, before: datetime | None = None, service: str | None = None,
    document: str | None = None, tag: str | None = None, terms_type: str | None = None, topic: str | None = None,
    kind: Kind | str | None = None, jurisdiction: str | None = None, language: str | None = None,
    announced: bool | None = True, since: datetime | None = None, until: datetime | None = None,
    phrase: str | None = None, retracted: bool | None = None,
) -> tuple[Change, ...]:  # fmt: skip
    """Return the changes that every filter given lets pass, newest first, by the time at which they were recorded.

    `before` (exclusive) pages on; `since` is inclusive, `until` exclusive; `service` and `document` are ids;
    `announced` and `retracted` None take both. `phrase` takes changes that bring the phrase in or take it out.
    """
    filters = _Filters(
        before, service, document, tag, terms_type, topic, kind, jurisdiction, language, announced, since, until,
        retracted,
    )  # fmt: skip
    corrected = _corrected(archive)
    if phrase is None:
        return _complete(archive, _asked(archive, _CHANGE, filters, limit), corrected)
    touched = moments_of(archive, phrase)
    rows = [row for row in _asked(archive, _CHANGE, filters, None) if (row[0], row[2]) in touched]
    found: list[Change] = []
    for row in rows:
        if limit is not None and len(found) >= limit:
            break
        found += [change for change in _complete(archive, [row], corrected) if _touches(change.difference, phrase)]
    return tuple(found)


def headlines(
    archive: Archive, *, limit: int | None = 100, before: datetime | None = None, service: str | None = None,
    document: str | None = None, tag: str | None = None, terms_type: str | None = None, topic: str | None = None,
    kind: Kind | str | None = None, jurisdiction: str | None = None, language: str | None = None,
    announced: bool | None = True, since: datetime | None = None, until: datetime | None = None,
    retracted: bool | None = None,
) -> tuple[Headline, ...]:  # fmt: skip
    """Return the same as `changes`, each in one line: some ten times faster."""
    filters = _Filters(
        before, service, document, tag, terms_type, topic, kind, jurisdiction, language, announced, since, until,
        retracted,
    )  # fmt: skip
    return tuple(
        Headline(
            key, name, terms_type, moment(at), moment(before_at), moment(recorded_at), bool(is_announced), Kind(kind),
            added, removed, Sentence(en, fr), retracted_at is not None, moment_or_none(retracted_at),
        )
        for key, name, terms_type, at, before_at, recorded_at, is_announced, kind, added, removed, en, fr, retracted_at
        in _asked(archive, _HEADLINE, filters, limit)
    )  # fmt: skip


def months(
    archive: Archive, *, service: str | None = None, document: str | None = None, tag: str | None = None,
    terms_type: str | None = None, topic: str | None = None, kind: Kind | str | None = None,
    jurisdiction: str | None = None, language: str | None = None, announced: bool | None = True,
    retracted: bool | None = None,
) -> tuple[tuple[int, int], ...]:  # fmt: skip
    """Return the months (year, month; UTC) in which changes that pass were recorded, oldest first.

    Each month is one step through an index, not a walk over its changes, but where a filter lets few of them pass.
    """
    filters = _Filters(
        None, service, document, tag, terms_type, topic, kind, jurisdiction, language, announced, None, None, retracted
    )
    conditions, values = filters.conditions()
    found: list[tuple[int, int]] = []
    before = _FOREVER
    with spoken(archive.path):
        if service or document or tag or topic:
            rows = archive.connection.execute(
                f"""SELECT DISTINCT strftime('%Y %m', c.recorded_at, 'unixepoch') {_TABLES}
                    WHERE {" AND ".join(conditions)}""",
                values,
            )
            return tuple(sorted((int(month[:4]), int(month[5:])) for (month,) in rows))
        conditions.append("c.recorded_at < ?")
        asked = f"SELECT c.recorded_at {_TABLES} WHERE {' AND '.join(conditions)} ORDER BY c.recorded_at DESC LIMIT 1"
        while True:
            row = archive.connection.execute(asked, (*values, before)).fetchone()
            if row is None:
                return tuple(reversed(found))
            newest = moment(row[0])
            found.append((newest.year, newest.month))
            before = seconds(newest.replace(day=1, hour=0, minute=0, second=0))


def change(archive: Archive, document_id: str, at: datetime) -> Change:
    """Return the change that led to the version of `at`."""
    corrected = _corrected(archive)
    with spoken(archive.path):
        row = archive.connection.execute(
            f"{_CHANGE} FROM differences c JOIN documents d ON d.id = c.document_id WHERE d.key = ? AND c.at = ?",
            (document_id, seconds(at)),
        ).fetchone()
        if row is None:
            document_row(archive.connection, document_id)
            raise NotFoundError(f"{document_id} has no change of {at:%Y-%m-%d %H:%M:%S} UTC")
    return _complete(archive, [row], corrected)[0]


@dataclass(frozen=True, slots=True)
class _Filters:
    before: datetime | None
    service: str | None
    document: str | None
    tag: str | None
    terms_type: str | None
    topic: str | None
    kind: Kind | str | None
    jurisdiction: str | None
    language: str | None
    announced: bool | None
    since: datetime | None
    until: datetime | None
    retracted: bool | None

    def conditions(self) -> tuple[list[str], list[Any]]:
        """Return the SQL conditions and their values."""
        conditions: list[str] = []
        values: list[Any] = []
        for value, condition in (
            (self.service, "s.key = ?"),
            (self.document, "d.key = ?"),
            (self.tag, "d.service_id IN (SELECT service_id FROM service_tags WHERE tag = ?)"),
            (self.terms_type, "d.terms_type = ?"),
            (self.topic, "(c.document_id, c.at) IN (SELECT document_id, at FROM change_topics WHERE topic = ?)"),
            (None if self.kind is None else str(self.kind), "c.kind = ?"),
            (self.jurisdiction, "d.jurisdiction = ?"),
            (
                self.language,
                """coalesce(d.language, (SELECT language FROM versions v
                   WHERE v.document_id = c.document_id AND v.at = c.at)) = ?""",
            ),
            (None if self.before is None else seconds(self.before), "c.recorded_at < ?"),
            (None if self.until is None else seconds(self.until), "c.recorded_at < ?"),
            (None if self.since is None else seconds(self.since), "c.recorded_at >= ?"),
        ):
            if value is not None:
                conditions.append(condition)
                values.append(value)
        if self.announced is not None:  # written out: an index of some rows serves only who names its condition
            conditions.append(f"c.announced = {int(self.announced)}")
        if self.retracted is not None:
            conditions.append("c.retracted_at IS NOT NULL" if self.retracted else "c.retracted_at IS NULL")
        return conditions, values


def _asked(archive: Archive, columns: str, filters: _Filters, limit: int | None) -> Sequence[Any]:
    conditions, values = filters.conditions()
    with spoken(archive.path):
        return archive.connection.execute(
            f"""{columns} {_TABLES} WHERE {" AND ".join(conditions) or "1"}
                ORDER BY c.recorded_at DESC, c.document_id, c.at DESC LIMIT ?""",
            (*values, -1 if limit is None else limit),
        ).fetchall()


def _complete(archive: Archive, rows: Sequence[Any], corrected: str) -> tuple[Change, ...]:
    """Return the changes of rows that were read while `corrected` was the edition of the corrections, or later."""
    found = []
    with spoken(archive.path):
        for row in rows:
            key = (row[0], row[2], corrected)
            told = archive.told.get(key)
            if told is None:
                told = _change(archive, archive.connection, row)
                if not archive.writable:  # what a writer reads may be rolled back
                    archive.told.put(key, told, 1)
            found.append(told)
    return tuple(found)


def _corrected(archive: Archive) -> str:
    with spoken(archive.path):
        return edition(archive.connection, "corrections")


def _change(archive: Archive, connection: sqlite3.Connection, told: Sequence[Any]) -> Change:
    row, key, at, before_at, recorded_at, announced, returns_to, *gone = told
    two = connection.execute(
        f"SELECT {VERSION_COLUMNS} FROM {VERSION_TABLES} WHERE v.document_id = ? AND v.at IN (?, ?) ORDER BY v.at",
        (row, before_at, at),
    ).fetchall()
    if len(two) != 2:
        raise CorruptError(f"{archive.path}: a version of the change {key} {moment(at)} is missing")
    before, after = map(version, two)
    difference = _difference(archive, connection, row, at)
    if before.withheld or after.withheld:
        difference = replace(
            difference, edits=(), topics=(), sections_edited=(), sections_added=(), sections_removed=()
        )
    return Change(
        key, before, after, difference, moment(recorded_at) if announced else None, moment_or_none(returns_to),
        withdrawal(*gone),
    )  # fmt: skip


def _difference(archive: Archive, connection: sqlite3.Connection, row: int, at: int) -> Difference:
    (dumped,) = connection.execute(
        "SELECT difference FROM differences WHERE document_id = ? AND at = ?", (row, at)
    ).fetchone()
    try:
        return loaded_difference(dumped)
    except (ValueError, KeyError, TypeError) as error:
        raise CorruptError(
            f"{archive.path}: the difference of document {row} at {at} does not decode ({error}); "
            "restore the last backup"
        ) from error


def _touches(difference: Difference, phrase: str) -> bool:
    """Say whether an edit brings the phrase in or takes it out, rather than leaving it where it was."""
    words = phrase.casefold().split()
    return any(_count(edit.old, words) != _count(edit.new, words) for edit in difference.edits if edit.op != "move")


def _count(text: str | None, words: list[str]) -> int:
    return 0 if text is None else " ".join(text.casefold().split()).count(" ".join(words))
