"""The whole record: a current feed and one archive a month, which never change once the month is over."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.feeds.conftest import START, MakeChange
from tosmonitor import feeds
from tosmonitor.feeds import Publisher
from tosmonitor.model import Sentence, Service, Withdrawal


def test_a_month_is_archived_when_it_is_over(make_change: MakeChange) -> None:
    """The month of the newest entry is still running; those before it are over."""
    times = [at for n in (0, 10, 40, 70) for at in feeds.events(make_change(n))]
    assert feeds.archive_months(times) == ("2026-01", "2026-02")
    assert feeds.archive_months(times, last=datetime(2026, 6, 1, tzinfo=UTC)) == ("2026-01", "2026-02", "2026-03")
    assert feeds.archive_months([]) == ()


def test_a_running_month_that_overflows_has_an_archive_too() -> None:
    """What the current feed cannot show is reached through an archive at any time."""
    times = [START + timedelta(minutes=n) for n in range(201)]
    assert feeds.archive_months(times[:200]) == ()
    assert feeds.archive_months(times) == ("2026-01",)


def test_the_current_feed_holds_the_running_month_and_fifty_entries_at_least(
    make_change: MakeChange, service: Service, publisher: Publisher
) -> None:
    """A quiet month is filled up with older entries, a busy one is whole up to two hundred."""
    quiet = feeds.of_changes([make_change(n) for n in range(80)], [service], publisher, "en")
    assert len(feeds.current(quiet)) == 50
    busy = [make_change(announced_at=START + timedelta(hours=n)) for n in range(80)]
    assert len(feeds.current(feeds.of_changes(busy, [service], publisher, "en"))) == 80
    more = [make_change(announced_at=START + timedelta(minutes=n)) for n in range(300)]
    assert len(feeds.current(feeds.of_changes(more, [service], publisher, "en"))) == 200
    assert feeds.current(()) == ()


def test_an_archive_never_changes_and_together_they_hold_the_newest_state(
    make_change: MakeChange, service: Service, publisher: Publisher
) -> None:
    """A retraction stands in the month in which it was made; the archive of the change's own month stays as it was."""
    wrong = Withdrawal(START + timedelta(days=40), Sentence("Ours.", "À nous."))
    before = [make_change(n) for n in (0, 10, 70)]
    after = [make_change(0, retracted=wrong), *before[1:]]
    feed = feeds.names([service])[0]
    written = {}
    for name, changes in (("before", before), ("after", after)):
        months = feeds.archive_months([at for change in changes for at in feeds.events(change)])
        for month in months:
            entries = feeds.of_changes(changes, [service], publisher, "en", until=feeds.span(month)[1])
            held = feeds.of_month(entries, month)
            written[name, month] = feeds.render(feed, held, "atom", publisher, "en", month=month, months=months)
    assert written["before", "2026-01"] == written["after", "2026-01"]
    assert ("before", "2026-02") not in written
    assert b"Retracted: " in written["after", "2026-02"]


def test_every_entry_is_in_the_current_feed_or_in_an_archive(
    make_change: MakeChange, service: Service, publisher: Publisher
) -> None:
    """Following the links from the current feed gives every entry ever announced."""
    changes = [make_change(n) for n in range(0, 400, 3)]
    entries = feeds.of_changes(changes, [service], publisher, "en")
    reached = {entry.id for entry in feeds.current(entries)}
    for month in feeds.archive_months([at for change in changes for at in feeds.events(change)]):
        until = feeds.span(month)[1]
        reached |= {
            e.id for e in feeds.of_month(feeds.of_changes(changes, [service], publisher, "en", until=until), month)
        }
    assert reached == {entry.id for entry in entries}


def test_months_are_spans_in_utc() -> None:
    """A month begins and ends in UTC, also at the turn of the year; anything else is no month."""
    assert feeds.span("2026-12") == (datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    assert feeds.month_of(datetime.fromisoformat("2026-11-01T00:30:00+02:00")) == "2026-10"
    for wrong in ("2026-13", "2026-1", "x"):
        with pytest.raises(ValueError, match=wrong):
            feeds.span(wrong)
