"""Three days in the life of one page.

Read from top to bottom, this is what tosmonitor does. The web server, the fetching, the reading, the judging and the
SQLite file are real; only the clock is told what time it is.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.pages import Pages, serving
from tosmonitor import archive as kept
from tosmonitor.archive import Archive, open_archive
from tosmonitor.model import Cause, Document, Kind, Manners, Outcome, Service, Source, Verdict
from tosmonitor.track import Report, track

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)

SECTIONS = (
    (
        "1. What you may do",
        "You may use the service for any lawful purpose. You may not resell it without our consent.",
    ),
    ("2. Your content", "You keep all rights to what you upload. You grant us a licence to store and to show it."),
    ("3. Retention", "We keep your messages for 30 days after you delete your account, and then we erase them."),
    ("4. Liability", "We are liable for damage that we cause wilfully or by gross negligence, as the law provides."),
    ("5. Changes", "We may change these terms. We will tell you at least 15 days before a change takes effect."),
)


def page(*, retention: str = "30 days", visitors: int = 1204) -> str:
    """Write the page as the service serves it: menus, a cookie banner, a counter, a nonce, and the terms."""
    sections = "".join(
        f"<h2>{title}</h2><p>{text.replace('30 days', retention)}</p>"
        f"<p>This section applies to every account, whether it is paid for or not, in every country.</p>"
        for title, text in SECTIONS
    )
    return f"""<!doctype html><html lang="en"><head><title>Terms of Service - Lumen</title>
      <script nonce="r{visitors}">window.visitors = {visitors}</script></head>
      <body><header><nav><a href="/">Home</a> <a href="/pricing">Pricing</a> <a href="/login">Sign in</a></nav></header>
      <div id="cookie-banner" role="dialog">We use cookies. <button>Accept</button> <button>Reject</button></div>
      <main><h1>Terms of Service</h1><p>Last updated: 1 January 2026</p>{sections}</main>
      <footer><a href="/imprint">Imprint</a> © Lumen, seen by {visitors} visitors today</footer></body></html>"""


WALL = """<!doctype html><html lang="en"><head><title>Just a moment...</title></head>
  <body><h1>Checking your browser before you continue</h1><p>Please enable JavaScript and cookies to continue.</p>
  <div id="cf-challenge-running"></div><script src="/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1"></script>
  </body></html>"""


@dataclass
class Life:
    """One monitor, one page, and a clock that stands where it is put."""

    archive: Archive
    pages: Pages
    services: tuple[Service, ...]
    now: datetime = MONDAY
    verdicts: list[Verdict] = field(default_factory=list)

    def look(self, at: datetime) -> Report:
        """Let the monitor look at whatever is due at `at`."""
        self.now = at
        with ThreadPoolExecutor(1) as pool:
            return track(
                self.archive,
                self.services,
                manners=Manners(pause=timedelta(0), allowed_hosts=(self.pages.host,), browser_allowed=False),
                clock=lambda: self.now,
                sleep=lambda seconds: None,
                executor=pool,
                progress=lambda observation, verdict, change: self.verdicts.append(verdict),
            )

    def last(self) -> Verdict:
        """Return what the last look came to."""
        return self.verdicts[-1]


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    """Begin with an empty archive and a service whose terms are at one address, declared by that address alone."""
    with serving() as pages, open_archive(tmp_path / "tosmonitor.db", write=True) as archive:
        terms = Document("lumen", "Terms of Service", (Source(pages.serve("/terms", page())),), language="en")
        yield Life(archive, pages, (Service("lumen", "Lumen", (terms,)),))


def test_three_days_in_the_life_of_a_page(life: Life) -> None:
    """A first look, quiet days, a bot wall, a real change looked at twice, and nothing else announced."""
    # Monday, 9:00. The first look keeps the page and its text; there is nothing to compare with yet.
    life.look(MONDAY)
    assert [v.outcome for v in life.verdicts] == [Outcome.FIRST]
    (first,) = kept.versions(life.archive, "lumen/terms-of-service")
    text = kept.text(life.archive, first.digest)
    assert first.cause is Cause.FIRST
    assert "We keep your messages for 30 days" in text
    assert "cookies" not in text
    assert "Pricing" not in text

    # Monday, 9:10. Nothing is due: no request is sent.
    asked = len(life.pages.requests)
    assert life.look(MONDAY + timedelta(minutes=10)).checks == 0
    assert len(life.pages.requests) == asked

    # Monday, 21:00. Another nonce, another visitor count: the bytes differ, the text does not.
    life.pages.serve("/terms", page(visitors=1377))
    life.look(MONDAY + timedelta(hours=12))
    assert life.last().outcome is Outcome.UNCHANGED

    # Tuesday, 9:00. A bot wall stands in front of the page. It is kept as evidence, named, and is no version.
    life.pages.serve("/terms", WALL, status=403)
    life.look(MONDAY + timedelta(days=1))
    assert life.last().outcome is Outcome.BLOCKED
    assert life.last().kind == "challenge"
    assert len(kept.versions(life.archive, "lumen/terms-of-service")) == 1

    # Tuesday, evening. The wall is gone and the terms have changed: seen once, so not yet announced.
    life.pages.serve("/terms", page(retention="90 days", visitors=1402))
    evening = MONDAY + timedelta(days=1, hours=12)
    assert life.look(evening).changes == []
    assert life.last().outcome is Outcome.UNCONFIRMED

    # A quarter of an hour later the change is still there: now it is announced, dated to when it was first seen.
    (change,) = life.look(evening + timedelta(minutes=15)).changes
    assert change.after.fetched_at == evening
    assert change.difference.kind is Kind.WORDING
    assert (change.difference.words_added, change.difference.words_removed) == (1, 1)
    assert "3. Retention" in "".join(change.difference.sections_edited)
    assert "1 section edited" in change.difference.sentence.en

    # Wednesday. The new wording stands; there is nothing more to say.
    life.pages.serve("/terms", page(retention="90 days", visitors=1555))
    assert life.look(MONDAY + timedelta(days=2, hours=12)).changes == []
    assert life.last().outcome is Outcome.UNCHANGED

    # The record: two versions, every check with its reason, and the gap that the wall left.
    assert len(kept.versions(life.archive, "lumen/terms-of-service")) == 2
    checks = kept.checks(life.archive, "lumen/terms-of-service")
    assert len(checks) == len(life.verdicts)
    assert all(check.reason.en and check.reason.fr for check in checks)
    (gap,) = kept.gaps(life.archive, "lumen/terms-of-service")
    assert gap.first_missed == MONDAY + timedelta(days=1)
    assert gap.until == evening
