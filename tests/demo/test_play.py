"""Two years in some seconds: what a newcomer finds in the archive afterwards."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from tosmonitor import archive as kept
from tosmonitor.archive import Archive, open_archive
from tosmonitor.demo import Report, play
from tosmonitor.demo.play import shift_to
from tosmonitor.demo.timeline import PAGES
from tosmonitor.model import Outcome

UNTIL = datetime(2026, 11, 9, 12, tzinfo=UTC)  # the timeline unmoved


@dataclass
class Played:
    """The archive after the demo, what it came to, and the progress that was shown."""

    archive: Archive
    report: Report
    shown: list[tuple[int, int]] = field(default_factory=list)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """Play the two years once, without a browser."""
    shown: list[tuple[int, int]] = []
    with open_archive(tmp_path_factory.mktemp("demo") / "tosmonitor.db", write=True) as archive:
        report = play(archive, progress=lambda done, total: shown.append((done, total)), until=UNTIL, browser=False)
        yield Played(archive, report, shown)


def test_every_document_but_the_one_that_needs_a_browser_has_versions(played: Played) -> None:
    """Fourteen documents of six services are watched, and have a history."""
    found = {d.id: len(kept.versions(played.archive, d.id)) for s in kept.services(played.archive) for d in s.documents}
    assert len(found) == len(PAGES)
    assert found.pop("quillbox/terms-of-service") == 0
    assert min(found.values()) >= 2
    assert sum(found.values()) >= 50
    assert found["lumen/terms-of-service"] == 7


def test_changes_are_announced_and_layout_is_not(played: Played) -> None:
    """Changes of wording are announced; a date alone, sections that moved and new numbers are not."""
    lines = kept.headlines(played.archive, limit=None, announced=None)
    loud = {(line.document_id, line.at.date().isoformat()) for line in lines if line.announced}
    assert played.report.changes == len(loud) >= 35
    assert ("lumen/terms-of-service", "2025-09-15") in loud
    assert ("lumen/terms-of-service", "2026-02-16") not in loud
    assert ("lumen/trackers-policy", "2025-07-14") not in loud
    assert ("lumen/trackers-policy", "2026-01-12") in loud


def test_the_silent_change_is_seen(played: Played) -> None:
    """Log files are kept three times as long, and the date that the page states did not move."""
    change = kept.change(played.archive, "lumen/privacy-policy", datetime(2025, 3, 3, 9, tzinfo=UTC))
    assert change.difference.dates_before == change.difference.dates_after
    assert "30" in (change.difference.edits[0].old or "")
    assert "90" in (change.difference.edits[0].new or "")


def test_walls_and_outages_show_as_gaps(played: Played) -> None:
    """A document behind a bot wall was not seen from one day to another; at the end it is not seen again."""
    first, last = kept.gaps(played.archive, "parley/privacy-policy")
    assert (first.kind, first.first_missed.date().isoformat()) == ("challenge", "2025-06-09")
    assert first.until is not None
    assert last.until is None
    assert len(kept.gaps(played.archive, "fernway/ranking-parameters-description")) == 1


def test_a_page_that_flips_is_no_change(played: Played) -> None:
    """The two variants of the developer terms are seen, named and not announced."""
    checks = kept.checks(played.archive, "parley/developer-terms", since=datetime(2026, 8, 10, tzinfo=UTC))
    outcomes = Counter(check.outcome for check in checks)
    assert outcomes[Outcome.ALTERNATING] > 0
    assert outcomes[Outcome.CHANGE] == 0


def test_without_a_browser_the_page_says_so(played: Played) -> None:
    """The page that only a browser renders shows as failed, with the reason, and the demo says it at the end."""
    check = kept.last_checks(played.archive)["quillbox/terms-of-service"]
    assert (check.outcome, check.kind) == (Outcome.FAILED, "browser")
    (note,) = played.report.notes
    assert "browser" in note


def test_progress_is_shown(played: Played) -> None:
    """Each week is told, to the last."""
    assert played.shown == [(week, 106) for week in range(1, 107)]


def test_the_two_years_end_in_the_past() -> None:
    """The last look is never later than the moment at which the demo is played, whatever the time zone."""
    assert shift_to(UNTIL) == timedelta(0)
    assert shift_to(datetime(2026, 11, 9, 9, 10, tzinfo=UTC)) == timedelta(days=-1)
    assert shift_to(datetime.fromisoformat("2027-11-10T01:00:00+14:00")) == timedelta(days=365)
