"""Failures in words that a lawyer reads."""

from datetime import timedelta

import pytest

from tosmonitor.fetch.trouble import TroubleError, duration, size, times
from tosmonitor.model import FailureKind, Sentence


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(seconds=0.2), Sentence("1 second", "1 seconde")),
        (timedelta(seconds=90), Sentence("90 seconds", "90 secondes")),
        (timedelta(minutes=1), Sentence("1 minute", "1 minute")),
        (timedelta(seconds=120), Sentence("2 minutes", "2 minutes")),
        (timedelta(minutes=90), Sentence("90 minutes", "90 minutes")),
        (timedelta(hours=1), Sentence("1 hour", "1 heure")),
        (timedelta(hours=5, minutes=40), Sentence("6 hours", "6 heures")),
        (timedelta(days=7), Sentence("7 days", "7 jours")),
    ],
)
def test_durations_read_naturally(span: timedelta, said: Sentence) -> None:
    """The largest unit that fits, rounded, with its plural."""
    assert duration(span) == said


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (25_000_000, Sentence("25 MB", "25 Mo")),
        (1_200_000_000, Sentence("1.2 GB", "1,2 Go")),
        (1_500, Sentence("1.5 KB", "1,5 ko")),
        (12, Sentence("12 bytes", "12 octets")),
    ],
)
def test_sizes_read_naturally(count: int, said: Sentence) -> None:
    """Decimal units, with a comma in French."""
    assert size(count) == said


def test_a_failure_is_one_sentence() -> None:
    """What happened, how often it was tried, what the host asked for."""
    trouble = TroubleError(
        FailureKind.HTTP_5XX, "a.example answered 503", "a.example a répondu 503", retry_after=timedelta(minutes=2)
    )
    trouble.tries = 3
    assert trouble.failure().reason == Sentence(
        "a.example answered 503 (three times); it asks to be left alone for 2 minutes.",
        "a.example a répondu 503 (trois fois)\u00a0; il demande à ne pas être sollicité pendant 2 minutes.",
    )
    assert times(12) == Sentence("12 times", "12 fois")
