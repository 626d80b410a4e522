"""Lengths of time as people write them: "12 hours", "30 min", "1 day"."""

import re
from datetime import timedelta

_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]+)", re.IGNORECASE)
_UNITS = {
    "s": 1, "sec": 1, "second": 1, "min": 60, "m": 60, "minute": 60, "h": 3600, "hour": 3600, "hr": 3600,
    "d": 86_400, "day": 86_400, "w": 604_800, "week": 604_800,
}  # fmt: skip


def span(text: str) -> timedelta | None:
    """Return the length of time that `text` says, or None if it says none; whole numbers or decimals, one unit."""
    match = _SPAN.fullmatch(text.strip())
    if match is None:
        return None
    unit = match[2].lower()
    seconds = _UNITS.get(unit) or _UNITS.get(unit.removesuffix("s"))
    return timedelta(seconds=float(match[1]) * seconds) if seconds else None


def said(length: timedelta) -> str:
    """Return `length` in the largest unit that it is a whole number of; the inverse of `span`."""
    seconds = round(length.total_seconds())
    sizes = (("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1))
    unit, size = next((unit, size) for unit, size in sizes if seconds % size == 0)
    count = seconds // size
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
