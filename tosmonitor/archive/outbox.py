"""Owns what listeners have still to be told: entries made with what they tell of, ticked off one by one.

A listener is told what is recorded after it was enrolled. An entry stays pending until it is delivered, over restarts.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from tosmonitor.archive.handle import Archive, spoken, transaction
from tosmonitor.archive.rows import moment, seconds


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to tell: `event` is first, change, retraction or withdrawal."""

    id: int
    document_id: str
    at: datetime  # of the version; with "change" and "retraction" the key of the change
    event: str
    created_at: datetime


def enrol(archive: Archive, listener: str) -> None:
    """Make `listener` known, to be told what is recorded from now on; a known one is left as it is."""
    with transaction(archive) as connection:
        connection.execute(
            "INSERT OR IGNORE INTO listeners (name, after_id) SELECT ?, coalesce(max(id), 0) FROM outbox", (listener,)
        )


def pending(archive: Archive, listener: str, *, limit: int = 100) -> tuple[Entry, ...]:
    """Return what the listener has still to be told, oldest first; nothing for one that is not enrolled."""
    with spoken(archive.path):
        rows = archive.connection.execute(
            """SELECT o.id, d.key, o.at, o.event, o.created_at FROM listeners l JOIN outbox o ON o.id > l.after_id
               JOIN documents d ON d.id = o.document_id
               WHERE l.name = ?1 AND o.id NOT IN (SELECT outbox_id FROM deliveries WHERE listener = ?1)
               ORDER BY o.id LIMIT ?2""",
            (listener, limit),
        ).fetchall()
    return tuple(Entry(number, key, moment(at), event, moment(created)) for number, key, at, event, created in rows)


def delivered(archive: Archive, listener: str, ids: Iterable[int], *, at: datetime | None = None) -> None:
    """Tick entries off for the listener; what lies before all pending ones is forgotten."""
    when = seconds(at or datetime.now(UTC))
    with transaction(archive) as connection:
        connection.executemany(
            "INSERT OR IGNORE INTO deliveries (listener, outbox_id, delivered_at) VALUES (?, ?, ?)",
            [(listener, number, when) for number in ids],
        )


def post(connection: sqlite3.Connection, document: int, version_at: int, event: str, at: int) -> None:
    """Enter something to tell into the outbox."""
    connection.execute(
        "INSERT INTO outbox (document_id, at, event, created_at) VALUES (?, ?, ?, ?)", (document, version_at, event, at)
    )
