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
    vain,
    version_at,
    versions,
    withdrawals,
    withheld,
)
from tosmonitor.archive.changes import Headline, change, changes, headlines, months
from tosmonitor.archive.corrections import retract, withhold
from tosmonitor.archive.derived import rebuild
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
from tosmonitor.archive.upkeep import Status, backup, compact, status
from tosmonitor.archive.verification import Damage, examine, verify

__all__ = [
    "WINDOW",
    "Archive",
    "BlamedBlock",
    "Clause",
    "Damage",
    "Entry",
    "Found",
    "Gap",
    "Headline",
    "Hit",
    "Presence",
    "Spell",
    "Status",
    "backup",
    "blame",
    "body",
    "body_of",
    "bulk",
    "change",
    "changes",
    "checks",
    "compact",
    "declare",
    "delivered",
    "document",
    "enrol",
    "examine",
    "firsts",
    "gaps",
    "headlines",
    "keep",
    "last_checks",
    "last_seen",
    "months",
    "open_archive",
    "pending",
    "rebuild",
    "recall",
    "record",
    "retract",
    "same_clause",
    "search",
    "services",
    "snapshot",
    "snapshots",
    "spells",
    "status",
    "text",
    "timeline",
    "vain",
    "verify",
    "version_at",
    "versions",
    "withdrawals",
    "withheld",
    "withhold",
]
