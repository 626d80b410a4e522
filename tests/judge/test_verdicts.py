"""What is announced, what is held, what is dropped: one story a test."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.judge.conftest import DOCUMENT, SAID, START, Watch
from tosmonitor.model import (
    Failure,
    FailureKind,
    Normalised,
    Observation,
    Outcome,
    Reading,
    Response,
    Source,
    Withdrawal,
)

CLAUSES = tuple(
    f"{number}. {clause}"
    for number, clause in enumerate(
        (
            "These terms are an agreement between you and Acme about the use of the service.",
            "You must be at least sixteen years old to open an account with us.",
            "We may end your account when you break these terms in a serious way.",
            "Your content stays yours, and you grant us a licence to store and show it.",
            "We are liable for damage that we cause on purpose or by gross negligence.",
            "Disputes are decided by the courts of Lyon under the law of France.",
            "We tell you of changes to these terms by mail at least thirty days ahead.",
        ),
        1,
    )
)
TERMS = "# Terms of Service\n\n" + "\n\n".join(CLAUSES) + "\n"
EDITED = TERMS.replace("thirty days", "fifteen days")
EDITED_TWICE = EDITED.replace("Lyon", "Paris")
WITH_VARIANT = TERMS + "\nTry our new assistant, which answers every question about your account at once.\n"


def counted(text: str, visitors: int) -> str:
    """Add a counter that differs at every look."""
    return f"{text}\n{visitors} people are reading this page at this very moment.\n"


def test_first_look_makes_a_version_that_is_not_announced(watch: Watch) -> None:
    """The first text is kept as a first observation: nothing was there to differ from."""
    verdict = watch.see(TERMS)

    assert verdict.outcome == Outcome.FIRST
    assert verdict.version_at == watch.now
    assert not verdict.announced


def test_a_change_is_announced_at_the_second_look(watch: Watch) -> None:
    """A new wording is held once, looked at again soon, and then announced as of when it was first seen."""
    watch.see(TERMS)
    once = watch.see(EDITED)
    first_seen = watch.now
    twice = watch.see(EDITED, timedelta(minutes=15))

    assert (Outcome.UNCONFIRMED, DOCUMENT.confirm, None) == (once.outcome, once.look_again, once.version_at)
    assert (Outcome.CHANGE, True, first_seen) == (twice.outcome, twice.announced, twice.version_at)
    assert "1 March" in twice.reason.en or "2 March" in twice.reason.en
    assert "mars 2026" in twice.reason.fr


def test_what_did_not_last_is_not_announced(watch: Watch) -> None:
    """A text seen once, between two looks at the old one, leaves no version."""
    watch.see(TERMS)
    watch.see(EDITED)
    verdict = watch.see(TERMS)

    assert verdict.outcome == Outcome.UNCHANGED
    assert "did not last" in verdict.reason.en
    assert len(watch.versions) == 1


def test_a_counter_alone_is_never_announced(watch: Watch) -> None:
    """What differs at every look changes by itself."""
    for visitors in range(40, 60):
        watch.see(counted(TERMS, visitors))

    assert watch.announced == []
    assert len(watch.versions) == 1


def test_an_edit_beside_a_counter_is_announced(watch: Watch) -> None:
    """No two texts are ever equal, yet the edit is confirmed by what changed."""
    for visitors in range(40, 46):
        watch.see(counted(TERMS, visitors))
    watch.see(counted(EDITED, 46))
    verdict = watch.see(counted(EDITED, 47))

    assert verdict.outcome == Outcome.CHANGE
    assert verdict.announced


def test_time_since_is_not_a_change(watch: Watch) -> None:
    """A relative date that moves on once a week is stable for many looks and still no change."""
    for days in ("today", "yesterday", "2 days ago", "over a week ago"):
        for _ in range(3):
            watch.see(f"Updated {days}\n\n{TERMS}")

    assert watch.announced == []


def test_a_date_written_another_way_is_not_a_change(watch: Watch) -> None:
    """Sites write dates by the visitor's language; the day is the same."""
    watch.see("Effective September 15, 2025\n\n" + TERMS)
    for _ in range(4):
        watch.see("Effective 15 September 2025\n\n" + TERMS)

    assert watch.announced == []


def test_a_new_date_of_entry_into_force_is_a_change(watch: Watch) -> None:
    """A date that a document states of itself is part of its words."""
    watch.see("Effective September 15, 2025\n\n" + TERMS)
    for _ in range(2):
        watch.see("Effective March 1, 2026\n\n" + TERMS)

    assert len(watch.announced) == 1


def test_numbers_of_a_clause_are_a_change(watch: Watch) -> None:
    """A period cut from 30 to 14 days must not be taken for a counter."""
    watch.see(TERMS + "\nYou may withdraw within 30 days.\n")
    for _ in range(2):
        watch.see(TERMS + "\nYou may withdraw within 14 days.\n")

    assert len(watch.announced) == 1


def test_one_of_many_like_lines_is_a_change(watch: Watch) -> None:
    """In a list of vendors a line may come to equal its neighbour's."""
    rows = "| Alpha | hosting | all products |\n| Beta | mail | all products |\n| Gamma | hosting | some products |\n"
    watch.see(TERMS + "\n" + rows)
    for _ in range(2):
        watch.see(TERMS + "\n" + rows.replace("mail | all", "mail | some"))

    assert len(watch.announced) == 1


def test_alternating_texts_are_variants_of_one_page(watch: Watch) -> None:
    """After at most one announcement a page that goes back and forth is silent."""
    watch.see(TERMS)
    for _ in range(10):
        watch.see(WITH_VARIANT)
        watch.see(WITH_VARIANT)
        watch.see(TERMS)
        watch.see(TERMS)

    assert watch.announced == [WITH_VARIANT]
    assert Outcome.ALTERNATING in {check.outcome for check in watch.checks}


def test_a_return_for_good_is_announced_as_what_it_is(watch: Watch) -> None:
    """A service that takes its change back is announced, with the date of the wording that is in force again."""
    watch.see(TERMS)
    first = watch.now
    for _ in range(4):
        watch.see(EDITED)
    verdicts = [watch.see(TERMS) for _ in range(20)]
    back = next(verdict for verdict in verdicts if verdict.outcome is Outcome.CHANGE)

    assert watch.announced == [EDITED, TERMS]
    assert first == back.returns_to
    assert "back to the wording of" in back.reason.en
    assert "revenu à la rédaction du" in back.reason.fr


def test_a_return_after_the_window_needs_one_confirmation(watch: Watch) -> None:
    """What was in force two months ago is history, not a variant."""
    watch.see(TERMS)
    for _ in range(130):
        watch.see(EDITED)
    watch.see(TERMS)
    verdict = watch.see(TERMS)

    assert verdict.outcome == Outcome.CHANGE
    assert verdict.returns_to is not None


def test_a_large_loss_is_held_until_it_persists(watch: Watch) -> None:
    """Half of the text gone may be a page that did not load; the third look believes it."""
    short = "# Terms of Service\n\n" + CLAUSES[0] + "\n"
    watch.see(TERMS)
    verdicts = [watch.see(short) for _ in range(3)]

    assert [verdict.outcome for verdict in verdicts] == [Outcome.SUSPICIOUS, Outcome.SUSPICIOUS, Outcome.CHANGE]
    assert "%" in verdicts[0].reason.en


def test_links_and_layout_make_versions_without_an_announcement(watch: Watch) -> None:
    """Where a link leads is kept, not announced."""
    watch.see(TERMS + "\nSee the [rules](https://acme.example/a).\n")
    watch.see(TERMS + "\nSee the [rules](https://acme.example/b).\n")
    verdict = watch.see(TERMS + "\nSee the [rules](https://acme.example/b).\n")

    assert verdict.outcome == Outcome.CHANGE
    assert not verdict.announced
    assert len(watch.versions) == 2


def test_menus_are_no_part_of_the_terms(watch: Watch) -> None:
    """A list of links within the site comes and goes without being announced."""
    watch.see(TERMS)
    for _ in range(3):
        watch.see(TERMS + "\n- [Blog](https://acme.example/blog)\n- [Jobs](https://acme.example/jobs)\n")

    assert watch.announced == []


def test_passing_noise_that_slipped_into_a_version_is_taken_out_quietly(watch: Watch) -> None:
    """A passage seen only at the look that confirmed a change is not announced again when it goes."""
    watch.see(TERMS)
    watch.see(EDITED)
    watch.see(EDITED + "\nWe are looking for editors who like long sentences, apply now.\n")
    for _ in range(3):
        watch.see(EDITED)

    assert len(watch.announced) == 1
    assert watch.in_force == EDITED


def test_blocked_and_failed_looks_leave_the_version_standing(watch: Watch) -> None:
    """What was served in place of the document never becomes a version, and confirms nothing."""
    watch.see(TERMS)
    watch.see(EDITED)
    blocked, failed = watch.block(), watch.fail()
    verdict = watch.see(EDITED)

    assert (blocked.outcome, blocked.kind) == (Outcome.BLOCKED, "challenge")
    assert (failed.outcome, failed.kind) == (Outcome.FAILED, "timeout")
    assert verdict.outcome == Outcome.CHANGE


def test_a_document_of_two_pages_never_has_a_hole(watch: Watch) -> None:
    """One page that is down makes the look a failure and says which page it was."""
    watch.document = replace(DOCUMENT, sources=(*DOCUMENT.sources, Source("https://acme.example/more")))
    watch.see(TERMS)
    good = Reading(watch.document.sources[0], START, normalised=Normalised(EDITED, "en", None))
    bad = Reading(watch.document.sources[1], START, failure=Failure(FailureKind.DNS, SAID))
    verdict = watch.look((good, bad), None, timedelta(hours=12))

    assert verdict.outcome == Outcome.FAILED
    assert verdict.reason.en.startswith("Page 2 of 2")
    assert verdict.reason.fr.startswith("Page 2 sur 2")


def test_a_page_not_modified_since_confirms_what_was_last_read(watch: Watch) -> None:
    """The second look may be answered with 304: the text of the first stands for it."""
    watch.see(TERMS)
    watch.see(EDITED)
    url = DOCUMENT.sources[0].url
    response = Response(url, url, 304, "text/html", None, (), b"", not_modified=True)
    verdict = watch.look((Reading(DOCUMENT.sources[0], START, response=response),), None, timedelta(minutes=15))

    assert verdict.outcome == Outcome.CHANGE
    assert verdict.text == EDITED


def test_the_same_look_twice_confirms_nothing(watch: Watch) -> None:
    """A look that is handed in again is no second look."""
    watch.see(TERMS)
    reading = Reading(DOCUMENT.sources[0], START, normalised=Normalised(EDITED, "en", None))
    observation = Observation(DOCUMENT, START + timedelta(days=2), (reading,), 1)
    watch.settle(observation, EDITED)
    verdict = watch.settle(observation, EDITED)

    assert verdict.outcome == Outcome.UNCONFIRMED


def test_a_retracted_version_is_not_in_force(watch: Watch) -> None:
    """After a retraction looks are compared with the version before."""
    watch.see(TERMS)
    watch.see(EDITED)
    watch.see(EDITED)
    watch.versions[-1] = replace(watch.versions[-1], retracted=Withdrawal(watch.now, SAID))

    assert watch.see(TERMS).outcome == Outcome.UNCHANGED


@pytest.mark.parametrize("looks", [1, 2, 3])
def test_two_edits_in_a_row_are_both_found(watch: Watch, looks: int) -> None:
    """A passage edited twice within two looks is no rotating passage."""
    watch.see(TERMS)
    for _ in range(looks):
        watch.see(EDITED)
    for _ in range(2):
        watch.see(EDITED_TWICE)

    assert watch.in_force == EDITED_TWICE


def test_every_reason_is_a_sentence_in_both_languages(watch: Watch) -> None:
    """Whatever the verdict, it says why, in English and French."""
    watch.see(TERMS)
    for text in (EDITED, EDITED, TERMS, WITH_VARIANT, TERMS, WITH_VARIANT, WITH_VARIANT, "# Terms\n\nGone.\n"):
        watch.see(text)
    watch.fail()
    watch.block()

    for check in watch.checks:
        for said in (check.reason.en, check.reason.fr):
            assert said[0].isupper()
            assert said.endswith(".")
        assert check.reason.en != check.reason.fr


def test_only_the_date_of_the_last_update_is_no_change(watch: Watch) -> None:
    """A stamp that moves while the text stays is kept, not announced, nor is one that stands on several pages."""
    both = "Last updated: {day} March 2026\n\n" + TERMS + "\nLast updated: {day} March 2026\n"
    watch.see(both.format(day=1))
    for _ in range(3):
        watch.see(both.format(day=9))

    assert watch.announced == []
    assert watch.in_force == both.format(day=9)
    assert "date of the last update" in watch.checks[-2].reason.en


def test_a_stamp_that_moves_every_day_makes_few_versions(watch: Watch) -> None:
    """Some sites write the day of the visit as that of the last update."""
    for day in range(1, 25):
        for _ in range(2):
            watch.see(f"Last updated: {day} March 2026\n\n" + TERMS)

    assert watch.announced == []
    assert len(watch.versions) <= 3


def test_words_written_together_are_not_a_change(watch: Watch) -> None:
    """A space more or less, or a sentence on a line of its own, changes nothing that is said."""
    watch.see(TERMS + "\nYou can not sell your account. Uptime Robot runs it.\n")
    for _ in range(3):
        watch.see(TERMS + "\nYou cannot sell your account.\n\nUptimeRobot runs it.\n")

    assert watch.announced == []


def test_a_page_that_was_declared_later_is_no_change_of_theirs(watch: Watch) -> None:
    """When we begin to watch one more page of a document, its text joins without being announced."""
    watch.see(TERMS)
    watch.versions[-1] = replace(watch.versions[-1], snapshots=("0" * 64,))
    watch.document = replace(DOCUMENT, sources=(*DOCUMENT.sources, Source("https://acme.example/more")))
    verdict = watch.see(TERMS + "\n---\n\n" + EDITED)

    assert verdict.outcome is Outcome.RULES
    assert verdict.version_at is not None
    assert not verdict.announced
