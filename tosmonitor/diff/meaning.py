"""Owns what a difference means, by rule: what the stated dates say about it, and which words weigh."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from tosmonitor.model import Difference, Kind, StatedDate


class Course(StrEnum):
    """What became of the date that a text states about itself."""

    NONE = "none"
    SAME = "same"
    MOVED = "moved"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Stated:
    """What the stated dates say about a change that was observed on a day."""

    course: Course
    silent: bool  # the wording changed, the stated date did not
    backdated: (
        bool  # the new stated date is not after the old one, or the effective date lies before the change was seen
    )
    announced_for: str | None  # ISO day, when the change is said to take effect after it was observed
    notice_days: int | None  # days from the observation to that day


def principal(dates: Sequence[StatedDate]) -> StatedDate | None:
    """Return the date that stands for a version: updated before effective before published, the latest of a role."""
    for role in ("updated", "effective", "published"):
        found = [d for d in dates if d.role == role]
        if found:
            return max(found, key=lambda d: d.day)
    return None


def date_course(difference: Difference) -> Course:
    """Return what became of the stated date."""
    old, new = principal(difference.dates_before), principal(difference.dates_after)
    if old is None and new is None:
        return Course.NONE
    if old is None or new is None:
        return Course.ADDED if old is None else Course.REMOVED
    days_old, days_new = (
        {(d.role, d.day) for d in dates} for dates in (difference.dates_before, difference.dates_after)
    )
    return Course.SAME if days_old == days_new or old.day == new.day else Course.MOVED


def stated(difference: Difference, observed_at: datetime) -> Stated:
    """Return silent, backdated and announced-for-later, as seen on the day of `observed_at` (aware)."""
    course = date_course(difference)
    today = observed_at.date()
    known = {d.day for d in difference.dates_before}
    fresh = [d for d in difference.dates_after if d.day not in known]
    ahead = sorted(d.day for d in fresh if d.role == "effective" and date.fromisoformat(d.day) > today)
    old, new = principal(difference.dates_before), principal(difference.dates_after)
    backwards = old is not None and new is not None and new.day < old.day
    behind = any(d.role == "effective" and (today - date.fromisoformat(d.day)).days > 1 for d in fresh)
    later = ahead[0] if ahead else None
    return Stated(
        course,
        difference.kind is Kind.WORDING and course is Course.SAME,
        difference.kind is Kind.WORDING and (backwards or (behind and later is None)),
        later,
        (date.fromisoformat(later) - today).days if later else None,
    )
