"""Owns the memory of earlier looks: which sayings were there when, as far as the stored checks tell."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tosmonitor.judge.sayings import sayings, sites
from tosmonitor.model import Cause, Document, Outcome, Past

#: How far back a text counts as a variant of the page rather than as its history.
WINDOW = timedelta(days=30)

_NOT_SEEN = frozenset({Outcome.BLOCKED, Outcome.FAILED})


@dataclass(frozen=True, slots=True)
class Look:
    """One earlier check that read the document."""

    at: datetime
    digest: str


@dataclass(frozen=True, slots=True)
class Spell:
    """How long something has now been so, without a look that says otherwise; the look at hand counts."""

    looks: int
    since: datetime


@dataclass(slots=True)
class Memory:
    """The looks before the one at hand, oldest first, and what each of them said (worked out once a text)."""

    looks: Sequence[Look]
    texts: Callable[[str], str]
    own: frozenset[str] = frozenset()  # the document's own sites
    _said: dict[str, frozenset[str]] = field(default_factory=dict)

    def said(self, digest: str) -> frozenset[str]:
        """Return what the text of `digest` says."""
        if digest not in self._said:
            self._said[digest] = sayings(self.texts(digest), self.own)
        return self._said[digest]

    def of(self, concerns: Callable[[Look], bool]) -> "Memory":
        """Return the memory of those looks alone that `concerns` is true of."""
        return Memory([look for look in self.looks if concerns(look)], self.texts, self.own, self._said)

    def spell(self, at: datetime, holds: Callable[[Look], bool]) -> Spell:
        """Return for how long `holds` has been true of the looks up to the one at `at`, of which it is true."""
        looks, since = 1, at
        for look in reversed(self.looks):
            if not holds(look):
                break
            looks, since = looks + 1, look.at
        return Spell(looks, since)


def remember(past: Past, document: Document, at: datetime) -> Memory:
    """Return what the checks before `at` saw, as far back as it bears on the look at `at`.

    Looks from before the rules last changed are left out: they were read otherwise.
    """
    start = at - 2 * WINDOW
    for version in past.versions:
        if version.cause is Cause.RULES and version.retracted is None:
            start = max(start, version.fetched_at)
    seen = [
        Look(check.checked_at, check.digest)
        for check in past.checks
        if check.digest is not None
        and check.outcome not in _NOT_SEEN
        and start <= check.checked_at < at
        and check.digest in past.texts  # a text that was withheld cannot be compared with
    ]
    times = {look.at for look in seen}
    seen += [  # versions that came from elsewhere have no check of ours
        Look(version.fetched_at, version.digest)
        for version in past.versions
        if version.fetched_at not in times and start <= version.fetched_at < at and version.digest in past.texts
    ]
    return Memory(sorted(seen, key=lambda look: look.at), past.texts.__getitem__, sites(document))
