"""What is due, as data: documents and their last checks in, batches by host out. Pure.

The clock only ticks; whether a document is looked at depends on nothing but its newest stored check, so a scheduler,
cron and a restart all behave alike. A batch is the unit of work: all that is due on one host, in order. Hosts that
share a document share a batch, hence no host is ever in two batches and politeness needs no lock, on one machine or
on many.
"""

import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from tosmonitor.fetch import host_of
from tosmonitor.model import Check, Document, LastSeen, Outcome

#: The first pause after a failure, and the longest; between them each failure doubles it.
FIRST_PAUSE = timedelta(hours=1)
LONGEST_PAUSE = timedelta(days=4)

#: At least this often a page is asked for whole, not "only if it changed": a host whose validators are broken answers
#: "not modified" for ever.
WHOLE_EVERY = timedelta(days=30)

_TROUBLE = frozenset({Outcome.FAILED, Outcome.BLOCKED})
_SETTLED = frozenset({Outcome.FIRST, Outcome.UNCHANGED, Outcome.CHANGE, Outcome.RULES})


@dataclass(frozen=True, slots=True)
class Visit:
    """One document that is due, with what is remembered of its sources (declared order); of one page, its text, too."""

    document: Document
    last: tuple[LastSeen | None, ...] = ()
    known_text: str | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Everything due on one host, or on hosts that share a document, in the order in which it is visited."""

    hosts: tuple[str, ...]
    visits: tuple[Visit, ...]


def next_check(document: Document, last: Check | None) -> datetime | None:
    """Return when `document` is due, or None for at once: it was never looked at."""
    if last is None:
        return None
    if last.retry_at is not None:
        return last.retry_at
    return last.checked_at + document.every


def due(documents: Iterable[Document], last_checks: Mapping[str, Check], now: datetime) -> list[Document]:
    """Return the documents to look at now, the longest overdue first."""
    waiting = [(next_check(document, last_checks.get(document.id)), document) for document in documents]
    never = [document for at, document in waiting if at is None]
    overdue = sorted(
        ((at, document.id, document) for at, document in waiting if at is not None and at <= now), key=lambda w: w[:2]
    )
    return never + [document for _, _, document in overdue]


def batches(documents: Iterable[Document]) -> tuple[Batch, ...]:
    """Group `documents` by host, keeping their order; hosts that share a document are one batch."""
    leader: dict[str, str] = {}

    def find(host: str) -> str:
        leader.setdefault(host, host)
        while leader[host] != host:
            leader[host] = leader[leader[host]]
            host = leader[host]
        return host

    hosts_of: dict[str, list[str]] = {}
    ordered = list(documents)
    for document in ordered:
        hosts = list(dict.fromkeys(host_of(source.url) for source in document.sources))
        hosts_of[document.id] = hosts
        for host in hosts:
            leader[find(host)] = find(hosts[0])
    visits: dict[str, list[Visit]] = defaultdict(list)
    members: dict[str, dict[str, None]] = defaultdict(dict)
    for document in ordered:
        root = find(hosts_of[document.id][0])
        visits[root].append(Visit(document))
        members[root].update(dict.fromkeys(hosts_of[document.id]))
    return tuple(Batch(tuple(members[root]), tuple(visits[root])) for root in visits)


def plan(documents: Iterable[Document], last_checks: Mapping[str, Check], now: datetime) -> tuple[Batch, ...]:
    """Return the batches of everything that is due at `now`."""
    return batches(due(documents, last_checks, now))


def asks_whole(document: Document, last: Check | None, now: datetime) -> bool:
    """Say whether the pages of `document` are to be asked for whole at `now`, whatever is remembered of them.

    So it is at the first look of each span of `WHOLE_EVERY`, which begins on another day for each document, and at
    every look until one settles what the page says. It follows from the newest check alone.
    """
    if last is None or last.outcome not in _SETTLED:
        return True
    own = zlib.crc32(document.id.encode()) % WHOLE_EVERY.days
    spans = [(at.toordinal() + own) // WHOLE_EVERY.days for at in (last.checked_at, now)]
    return spans[0] != spans[1]


def streak(checks: Iterable[Check]) -> int:
    """Count the failed or blocked checks at the end of `checks` (oldest first)."""
    count = 0
    for check in reversed(tuple(checks)):
        if check.outcome not in _TROUBLE:
            break
        count += 1
    return count


def back_off(document: Document, failures: int) -> timedelta:
    """Return the pause after the `failures`-th failure in a row: soon at first, then ever less often.

    The first pauses are shorter than `document.every` because most failures pass; a host that stays down or keeps us
    out is tried at most every LONGEST_PAUSE (or `every`, where that is longer).
    """
    doubled = FIRST_PAUSE * (1 << min(max(failures, 1) - 1, 10))
    return min(doubled, max(LONGEST_PAUSE, document.every))
