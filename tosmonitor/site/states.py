"""How each document stands: seen, not seen and since when, or not yet read."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tosmonitor import archive as archives
from tosmonitor.model import Check, Outcome, Sentence
from tosmonitor.site.holdings import Holdings

_UNSEEN = (Outcome.BLOCKED, Outcome.FAILED)


@dataclass(frozen=True, slots=True)
class State:
    """How a document stands after its newest check; `since` is when the spell without sight of it began."""

    document_id: str
    check: Check | None
    since: datetime | None = None

    @property
    def checked_at(self) -> datetime | None:
        """Return when it was last checked."""
        return self.check.checked_at if self.check is not None else None

    @property
    def unseen(self) -> bool:
        """Say whether the newest check met something else than the document, or nothing."""
        return self.check is not None and self.check.outcome in _UNSEEN

    @property
    def reason(self) -> Sentence | None:
        """Return why it was not seen."""
        return self.check.reason if self.check is not None and self.unseen else None

    def label(self, words: Callable[..., str]) -> str:
        """Return the state in a word or two; nothing for a document that is seen."""
        if self.check is None:
            return words("not yet read")
        return words("not seen at present") if self.unseen else ""


def states(holdings: Holdings) -> dict[str, State]:
    """Return the state of every document, by id."""
    checks = holdings.last_checks()
    return {key: _state(holdings, key, checks.get(key)) for key in holdings.catalogue().documents}


def state(holdings: Holdings, document_id: str) -> State:
    """Return the state of one document."""
    newest = archives.checks(holdings.archive(), document_id, limit=1)
    return _state(holdings, document_id, newest[-1] if newest else None)


def _state(holdings: Holdings, document_id: str, check: Check | None) -> State:
    found = State(document_id, check)
    if not found.unseen:
        return found
    spells = holdings.gaps(document_id, found.checked_at)
    return State(document_id, check, spells[-1].first_missed if spells and spells[-1].until is None else None)
