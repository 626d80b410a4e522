"""Owns the dates that a text states about itself."""

from tosmonitor.model import StatedDate


def stated_dates(text: str, language: str | None = None) -> tuple[StatedDate, ...]:
    """Return the dates that `text` states about itself."""
    return ()
