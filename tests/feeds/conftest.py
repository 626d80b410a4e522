"""Fixtures of the feeds: one service with its documents, and changes of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tosmonitor import feeds
from tosmonitor.diff import compare
from tosmonitor.model import Cause, Change, Document, Service, Source, Version

START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
TERMS = Document(
    "acme", "Terms of Service", (Source("https://acme.example/terms"),), language="en", jurisdiction="EU"
)  # fmt: skip
PRIVACY = Document("acme", "Privacy Policy", (Source("https://acme.example/privacy"),), language="en")

BEFORE = """# Terms

Last updated: 1 January 2025

## 3. Sharing

We may not share your data. We keep it safe.

## 4. Ending

Either of us may end this contract at any time.
"""
AFTER = BEFORE.replace("We may not share your data.", "We may share your data with our 312 partners.").replace(
    "1 January 2025", "5 January 2026"
)

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
    """Give a function that makes the change of the n-th day: the difference between two texts, announced at once."""

    def make(number: int = 0, *, old: str = BEFORE, new: str = AFTER, **changed: Any) -> Change:
        at = START + timedelta(days=number)
        before = Version(TERMS.id, at - timedelta(days=1), "a" * 64, 1000, Cause.FIRST, 1)
        after = Version(TERMS.id, at, "b" * 64, 1006, Cause.CHANGE, 1)
        difference = compare(old, new, language="en")
        return replace(Change(TERMS.id, before, after, difference, announced_at=at + timedelta(minutes=15)), **changed)

    return make
