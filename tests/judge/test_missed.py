"""Real changes in awkward company: each is told, one confirmation late, at the third look at most."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.judge.conftest import DOCUMENT, START, Watch
from tests.judge.test_verdicts import CLAUSES, EDITED, EDITED_TWICE, TERMS, WITH_VARIANT, counted
from tosmonitor.model import Normalised, Outcome, Reading, Response, Source

FIRST_HALF = "# Terms of Service\n\n" + "\n\n".join(CLAUSES[:3]) + "\n"
REWRITTEN = "# Conditions of Use\n\n" + "\n\n".join(
    f"{letter}. Whoever {verb} the platform accepts what the operator demands of every {who}."
    for letter, verb, who in zip("ABCDEFG", ("uses", "opens", "visits", "sells on", "buys on", "leaves", "joins"),
                                 ("user", "guest", "member", "seller", "buyer", "leaver", "joiner"), strict=True)
) + "\n"  # fmt: skip
GERMAN = "# Nutzungsbedingungen\n\n" + "\n\n".join(
    f"{n}. {clause}"
    for n, clause in enumerate(
        (
            "Diese Bedingungen sind ein Vertrag zwischen Ihnen und Acme über die Nutzung des Dienstes.",
            "Sie müssen mindestens sechzehn Jahre alt sein, um ein Konto zu eröffnen.",
            "Wir dürfen Ihr Konto schließen, wenn Sie schwer gegen diese Bedingungen verstoßen.",
        ),
        1,
    )
) + "\n"  # fmt: skip


def first_told(watch: Watch, text: str, looks: int = 6) -> int:
    """Look at `text` again and again; return after how many looks it was announced, 0 if it never was."""
    for look in range(1, looks + 1):
        if watch.see(text).announced:
            return look
    return 0


@pytest.mark.parametrize(
    ("after", "looks"), [(EDITED, 2), (WITH_VARIANT, 2), (REWRITTEN, 3), (FIRST_HALF, 3), (GERMAN, 3)]
)
def test_what_lasts_is_told_in_time(watch: Watch, after: str, looks: int) -> None:
    """An edit and an addition at the second look; a rewrite, a large cut, another language for good at the third."""
    watch.see(TERMS)

    assert first_told(watch, after) == looks


def test_a_change_replaced_after_one_look_by_another(watch: Watch) -> None:
    """What was there for one look only is history; what replaced it is told at its second look."""
    watch.see(TERMS)
    watch.see(EDITED)

    assert first_told(watch, TERMS.replace("thirty days", "ten days")) == 2


def test_an_edit_that_is_touched_up_at_the_second_look(watch: Watch) -> None:
    """A comma's worth of change to a new sentence does not hold the sentence back."""
    clause = "3. We may end your account when you break these terms in a serious way."
    edit = clause[:-1] + ", {}when you sell it, and when our systems tell us of a likely breach of these terms."
    watch.see(TERMS)
    watch.see(TERMS.replace(clause, edit.format("and ")))

    assert watch.see(TERMS.replace(clause, edit.format(""))).announced


def test_a_second_change_within_the_confirmation_of_the_first(watch: Watch) -> None:
    """Both are told with the first announcement: the text that is announced is the newest."""
    watch.see(TERMS)
    watch.see(EDITED)
    verdict = watch.see(EDITED_TWICE)

    assert verdict.announced
    assert watch.in_force == EDITED_TWICE


def test_a_change_while_the_page_flips_between_two_forms(watch: Watch) -> None:
    """An edit that both forms show is told once; the forms are not."""
    edit = ("thirty days", "fifteen days")
    for _ in range(4):
        watch.see(TERMS)
        watch.see(WITH_VARIANT)
    told = len(watch.announced)
    watch.see(TERMS.replace(*edit))
    watch.see(WITH_VARIANT.replace(*edit))
    watch.see(TERMS.replace(*edit))

    assert len(watch.announced) == told + 1
    assert "fifteen days" in watch.announced[-1]


def test_a_change_beside_a_counter_while_the_page_is_down_now_and_then(watch: Watch) -> None:
    """Failed and blocked looks between two that agree change nothing."""
    watch.see(counted(TERMS, 1))
    watch.see(counted(EDITED, 2))
    watch.fail()
    watch.block()
    verdict = watch.see(counted(EDITED, 3))

    assert verdict.announced


def test_a_change_that_comes_with_a_large_loss(watch: Watch) -> None:
    """An edit in a text that lost its better half is told with the loss, at the third look."""
    cut = FIRST_HALF.replace("sixteen", "eighteen")
    watch.see(TERMS)

    assert first_told(watch, cut) == 3


def test_a_change_right_after_a_return(watch: Watch) -> None:
    """A text taken back is held for a week; a new edit within that week is told in time all the same."""
    watch.see(TERMS)
    watch.see(EDITED)
    watch.see(EDITED)
    watch.see(TERMS)

    assert first_told(watch, TERMS.replace("Lyon", "Paris")) == 2


def test_an_address_that_leads_to_another_page_is_named(watch: Watch) -> None:
    """Where one of several pages gives way to another one, the reason says so and where it leads."""
    more = "https://acme.example/more"
    watch.document = replace(DOCUMENT, sources=(*DOCUMENT.sources, Source(more)))
    target = "https://help.acme.example/articles/7"

    def look(second: str, final: str) -> str:
        texts = (TERMS, second)
        readings = tuple(
            Reading(source, START, Response(source.url, at, 200, "text/html", None, (), b""), Normalised(t, "en", None))
            for source, at, t in zip(watch.document.sources, (DOCUMENT.sources[0].url, final), texts, strict=True)
        )
        return watch.look(readings, "\n---\n\n".join(texts), timedelta(hours=12)).reason.en

    look("# More\n\nWhat we allow with pictures of other people, and what we take down at once.\n", more)
    look("# Closed\n\nThe service for pictures has ended; here is how to fetch what you made.\n", target)
    reason = look("# Closed\n\nThe service for pictures has ended; here is how to fetch what you made.\n", target)

    assert watch.announced != []
    assert reason.startswith("Page 2 of 2")
    assert target in reason


def test_a_change_between_two_looks_at_an_old_copy(watch: Watch) -> None:
    """A cache that still serves the old text every other time delays the news, and does not repeat it."""
    watch.see(TERMS)
    for text in (EDITED, TERMS, EDITED, EDITED, EDITED):
        watch.see(text)

    assert watch.announced == [EDITED]


def test_what_is_announced_is_never_still_unconfirmed(watch: Watch) -> None:
    """After a change is told, the outcome of the next look at the same text is calm."""
    watch.see(TERMS)
    first_told(watch, REWRITTEN, looks=3)

    assert watch.see(REWRITTEN).outcome is Outcome.UNCHANGED
