"""Whatever the order of looks, nothing that lasts is lost and nothing is announced twice."""

import pickle
from datetime import timedelta
from itertools import pairwise
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.judge.conftest import Watch
from tests.judge.test_verdicts import CLAUSES, EDITED, EDITED_TWICE, TERMS, WITH_VARIANT
from tosmonitor.judge import LASTS_ON_RETURN
from tosmonitor.model import Normalised, Observation, Outcome, Past, Reading

TRUNCATED = "# Terms of Service\n\n" + CLAUSES[0] + "\n\n" + CLAUSES[1][:30] + "\n"
looks = st.lists(
    st.tuples(
        st.sampled_from(["good", "edited", "flipped", "truncated", "blocked", "failed"]),
        st.sampled_from([timedelta(minutes=15), timedelta(hours=12), timedelta(days=3)]),
    ),
    max_size=14,
)
PAGES = {"good": TERMS, "edited": EDITED, "flipped": WITH_VARIANT, "truncated": TRUNCATED}


def play(watch: Watch, seen: list[tuple[str, timedelta]]) -> None:
    """Let the looks happen."""
    for what, after in seen:
        if what == "blocked":
            watch.block(after)
        elif what == "failed":
            watch.fail(after)
        else:
            watch.see(PAGES[what], after)


@given(looks)
@settings(max_examples=150, deadline=None)
def test_a_change_that_lasts_is_never_lost(seen: list[tuple[str, timedelta]]) -> None:
    """After any past, a new wording that stays is in force after one confirmation, and announced once."""
    watch = Watch()
    watch.see(TERMS)
    play(watch, seen)
    first = watch.see(EDITED_TWICE)
    second = watch.see(EDITED_TWICE)
    watch.see(EDITED_TWICE)

    assert watch.in_force == EDITED_TWICE
    assert watch.announced[-1:] == [EDITED_TWICE]
    assert watch.announced.count(EDITED_TWICE) == 1
    assert Outcome.CHANGE in {first.outcome, second.outcome, watch.checks[-1].outcome}


@given(looks, st.sampled_from(sorted(PAGES)))
@settings(max_examples=100, deadline=None)
def test_whatever_stays_is_in_force_in_the_end(seen: list[tuple[str, timedelta]], last: str) -> None:
    """Also a text that was there before, or a large loss, is believed once it has lasted long enough."""
    watch = Watch()
    watch.see(TERMS)
    play(watch, seen)
    for _ in range(20):
        watch.see(PAGES[last])

    assert PAGES[last] == watch.in_force


@given(looks)
@settings(max_examples=100, deadline=None)
def test_nothing_is_announced_twice_in_a_row(seen: list[tuple[str, timedelta]]) -> None:
    """Two neighbouring versions always differ, and blocked or failed looks make none."""
    watch = Watch()
    play(watch, seen)

    digests = [version.digest for version in watch.versions]
    assert all(one != other for one, other in pairwise(digests))
    assert all(check.digest is None for check in watch.checks if check.outcome in (Outcome.BLOCKED, Outcome.FAILED))


@given(looks)
@settings(max_examples=60, deadline=None)
def test_a_restart_between_any_two_looks_changes_nothing(seen: list[tuple[str, timedelta]]) -> None:
    """What was remembered in a run and what is read back from storage give the same verdicts."""
    steady, restarted = Watch(), Watch()
    for step in seen:
        play(steady, [step])
        stored = Past(tuple(restarted.versions), tuple(restarted.checks), restarted.texts)
        back: Past = pickle.loads(pickle.dumps(stored))
        restarted.versions, restarted.checks, restarted.texts = list(back.versions), list(back.checks), dict(back.texts)
        play(restarted, [step])

    assert steady.checks == restarted.checks
    assert steady.versions == restarted.versions


@given(looks, st.lists(st.integers(0, 13), max_size=6), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_order_and_duplication_lose_nothing(
    seen: list[tuple[str, timedelta]], again: list[int], chance: Random
) -> None:
    """Looks that are handed in twice, or after later ones, neither lose what lasts nor announce it twice in a row."""
    watch = Watch()
    watch.see(TERMS)
    at, handed = watch.now, []
    for what, after in seen:
        at += after
        if what in PAGES:
            handed.append((at, PAGES[what]))
    handed += [handed[number % len(handed)] for number in again if handed]
    for number in range(1, len(handed)):
        if chance.random() < 0.3:
            handed[number - 1], handed[number] = handed[number], handed[number - 1]
    for moment, text in handed:
        reading = Reading(watch.document.sources[0], moment, normalised=Normalised(text, "en", None))
        watch.settle(Observation(watch.document, moment, (reading,), 1), text)
    watch.now = max(at, watch.now)
    for _ in range(3):
        watch.see(EDITED_TWICE)

    assert watch.announced[-1:] == [EDITED_TWICE]
    assert all(one != other for one, other in pairwise(watch.announced))


@given(looks)
@settings(max_examples=150, deadline=None)
def test_the_same_text_is_not_announced_again_before_it_lasted(seen: list[tuple[str, timedelta]]) -> None:
    """A text comes back into the feeds only after another one was in force for long enough to be believed."""
    watch = Watch()
    watch.see(TERMS)
    play(watch, seen)

    last: dict[str, int] = {}
    for number, text in enumerate(watch.announced):
        if text in last:
            assert last[text] < number - 1
            assert watch.announced_at[number] - watch.announced_at[last[text]] >= LASTS_ON_RETURN
        last[text] = number
