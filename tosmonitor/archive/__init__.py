"""The archive: every body as served, every version, every check, in one SQLite file that any tool can open.

The only code that knows SQLite. `open_archive` gives a handle; everything else is a function that takes it. There is
one writer at a time and any number of readers. `docs/archive.md` describes the file column by column.
"""

from tosmonitor.archive.answers import (
    WINDOW,
    Gap,
    body,
    body_of,
    checks,
    document,
    firsts,
    gaps,
    last_checks,
    last_seen,
    recall,
    services,
    snapshot,
    snapshots,
    text,
    version_at,
    versions,
    withheld,
)
from tosmonitor.archive.changes import Headline, change, changes, headlines
from tosmonitor.archive.handle import Archive, bulk, open_archive
from tosmonitor.archive.outbox import Entry, delivered, enrol, pending
from tosmonitor.archive.record import declare, keep, record
from tosmonitor.archive.search import (
    BlamedBlock,
    Clause,
    Found,
    Hit,
    Presence,
    Spell,
    blame,
    same_clause,
    search,
    spells,
    timeline,
)

__all__ = [
    "WINDOW",
    "Archive",
    "BlamedBlock",
    "Clause",
    "Entry",
    "Found",
    "Gap",
    "Headline",
    "Hit",
    "Presence",
    "Spell",
    "blame",
    "body",
    "body_of",
    "bulk",
    "change",
    "changes",
    "checks",
    "declare",
    "delivered",
    "document",
    "enrol",
    "firsts",
    "gaps",
    "headlines",
    "keep",
    "last_checks",
    "last_seen",
    "open_archive",
    "pending",
    "recall",
    "record",
    "same_clause",
    "search",
    "services",
    "snapshot",
    "snapshots",
    "spells",
    "text",
    "timeline",
    "version_at",
    "versions",
    "withheld",
]
