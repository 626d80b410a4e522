"""Fixtures of the feeds: one service with its documents, and changes of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tosmonitor import feeds
from tosmonitor.model import (
    Cause,
    Change,
    Difference,
    Document,
    Edit,
    Kind,
    Sentence,
    Service,
    Source,
    StatedDate,
    TopicHit,
    Version,
)

START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
TERMS = Document(
    "acme",
    "Terms of Service",
    (Source("https://acme.example/terms"),),
    language="en",
    jurisdiction="EU",
)
PRIVACY = Document("acme", "Privacy Policy", (Source("https://acme.example/privacy"),), language="en")

MakeChange = Callable[..., Change]


@pytest.fixture
def service() -> Service:
    """Give a service with two documents and a tag."""
    return Service("acme", "Acme & Sons", (TERMS, PRIVACY), ("dsa-vlop",))


@pytest.fixture
def publisher() -> feeds.Publisher:
    """Give the site that publishes the feeds."""
    return feeds.Publisher("https://monitor.example.org")


@pytest.fixture
def make_change() -> MakeChange:
    """Give a function that makes the n-th change of the terms, one a day, with one edit."""

    def make(
        number: int = 0,
        *,
        old: str | None = "We may share your data.",
        new: str | None = "We may not share your data with our 312 partners.",
        **changed: object,
    ) -> Change:
        at = START + timedelta(days=number)
        op = "insert" if old is None else "delete" if new is None else "replace"
        edit = Edit(
            op, old, new, (0, len(old or "")), (0, len(new or "")), ("Terms", "3. Sharing"), ("Terms", "3. Sharing")
        )
        difference = Difference(
            Kind.WORDING,
            Sentence("Words changed.", "Des mots ont changé."),
            (edit,),
            words_added=6,
            words_removed=0,
            sections_edited=("3. Sharing",),
            topics=(TopicHit("data-sharing", ("share", "partners")),),
            dates_before=(StatedDate("updated", "2025-01-01", "1 January 2025"),),
            dates_after=(StatedDate("updated", "2026-01-05", "5 January 2026"),),
            sentence=Sentence("1 section was edited.", "1 section a été modifiée."),
        )
        before = Version(TERMS.id, at - timedelta(days=1), "a" * 64, 1000, Cause.FIRST, 1)
        after = Version(TERMS.id, at, "b" * 64, 1006, Cause.CHANGE, 1)
        change = Change(TERMS.id, before, after, difference, announced_at=at + timedelta(minutes=15))
        return replace(change, **changed)  # type: ignore[arg-type]  # any field of Change

    return make
