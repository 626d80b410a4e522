"""The history of the six services: every edit fits, and the dates move with the timeline."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from tosmonitor.demo.timeline import BEGIN, END, PAGES, Page, history, spoken, text_of, trouble, unwrapped


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.service}-{page.file}")
def test_every_page_has_a_life(page: Page) -> None:
    """A page is long enough to be real, and has two edits at least within the two years, each of which fits."""
    past = history(page)
    assert len(past.edits) >= 2
    assert len(past.text.split()) > 180
    assert all(BEGIN < edit.day < END for edit in past.edits)
    assert all(edit.swaps for edit in past.edits)
    texts = [text_of(page, day, turn=1) for day in (BEGIN, *(edit.day for edit in past.edits))]
    assert all(before != after for before, after in pairwise(texts))


def test_a_flip_is_seen_by_some_visitors_only() -> None:
    """Two variants of one page are shown at the same time."""
    page = next(page for page in PAGES if page.file == "developers")
    seen = {"Parley Pro Support" in text_of(page, END, turn=turn) for turn in range(5)}
    assert seen == {True, False}
    assert "Parley Pro Support" not in text_of(page, date(2026, 8, 9), turn=1)


def test_dates_are_written_in_the_language_and_move_with_the_timeline() -> None:
    """A date in a text is that of the timeline, moved by as many days as the whole."""
    assert spoken(date(2025, 3, 3), "en") == "3 March 2025"
    assert spoken(date(2025, 8, 1), "fr") == "1er août 2025"
    terms = PAGES[0]
    assert "Last updated: 1 September 2024" in text_of(terms, BEGIN)
    assert "Last updated: 11 September 2024" in text_of(terms, BEGIN, shift=timedelta(days=10))


def test_troubles_have_a_first_and_a_last_day() -> None:
    """A bot wall stands from its first day to the day before it is gone."""
    page = next(page for page in PAGES if page.service == "parley" and page.file == "privacy")
    days = [date(2025, 6, 8), date(2025, 6, 9), date(2025, 8, 3), date(2025, 8, 4)]
    assert [trouble(page, day) for day in days] == [None, "wall", "wall", None]


def test_wrapped_lines_are_one_paragraph() -> None:
    """Files are wrapped for their readers; pages are not."""
    written = "# A\nb\nc\n\n- d\n  e\n- f\n\n| g |\n| h |\n"
    assert unwrapped(written) == "# A\nb c\n\n- d e\n- f\n\n| g |\n| h |"
