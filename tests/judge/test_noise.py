"""What pages do without their terms changing: none of it is announced, and a real edit in its midst still is."""

import re

import pytest

from tests.judge.conftest import Watch
from tests.judge.test_verdicts import CLAUSES, EDITED, TERMS
from tosmonitor.model import Outcome

COOKIES = (
    "| _ga | analytics | 2 years |",
    "| sid | keeps you signed in | session |",
    "| lang | your language | 1 year |",
)
VENDORS = ("Alpha Inc., hosting, Ireland", "Beta GmbH, mail, Germany", "Gamma SA, support, France")
BULLETS = TERMS.replace("\n\n", "\n\n- ", 2)


def cookies(*rows: str) -> str:
    """Add a table of cookies."""
    return TERMS + "\n## Cookies\n\n| Name | Purpose | Expiry |\n| --- | --- | --- |\n" + "\n".join(rows) + "\n"


def vendors(*names: str, mark: str = "- ") -> str:
    """Add a list of vendors."""
    return TERMS + "\n## Vendors\n\n" + "\n".join(mark + name for name in names) + "\n"


def with_line(line: str) -> str:
    """Add a line below the terms."""
    return f"{TERMS}\n{line}\n"


PAIRS = {
    "a cookie table in another order": (cookies(*COOKIES), cookies(*reversed(COOKIES))),
    "a list of vendors sorted anew": (vendors(*VENDORS), vendors(*reversed(VENDORS))),
    "a list with other marks": (vendors(*VENDORS), vendors(*VENDORS, mark="* ")),
    "a numbered list that loses its numbers": (
        vendors(*(f"{n}. {v}" for n, v in enumerate(VENDORS, 1)), mark=""),
        vendors(*VENDORS),
    ),
    "numbers of clauses in another form": (TERMS, re.sub(r"(?m)^(\d)\. ", r"A.\1. ", TERMS)),
    "clauses named articles": (TERMS, re.sub(r"(?m)^(\d)\. ", r"Article \1: ", TERMS)),
    "sections numbered anew": (TERMS + "\n## 4.2 Liability\n", TERMS + "\n## 5.1 Liability\n"),
    "the year of the copyright": (with_line("© 2025 Acme"), with_line("© 2026 Acme")),
    "the year of a long copyright line": (
        with_line("Copyright © 2012-2025 Acme Holding and its affiliates in all countries. All rights reserved."),
        with_line("Copyright © 2012-2026 Acme Holding and its affiliates in all countries. All rights reserved."),
    ),
    "a stamp with the month alone": (with_line("Last updated: March 2026"), with_line("Last updated: April 2026")),
    "a stamp in figures": (with_line("Last modified: 2026-03-01"), with_line("Last modified: 2026-04-11")),
    "a stamp in German": (with_line("Stand: 1. März 2026"), with_line("Stand: 14. April 2026")),
    "a stamp in French": (
        with_line("Date de dernière mise à jour : 1er mars 2026"),
        with_line("Date de dernière mise à jour : 14 avril 2026"),
    ),
    "a stamp in Japanese": (with_line("最終更新日：2026年3月1日"), with_line("最終更新日：2026年4月14日")),
    "a stamp in Russian": (
        with_line("Дата последнего обновления: 1 марта 2026 г."),
        with_line("Дата последнего обновления: 14 апреля 2026 г."),
    ),
    "a day written in figures": (with_line("Effective 1 March 2026"), with_line("Effective 2026-03-01")),
    "a mail address spelt for people": (
        with_line("Write to legal@acme.example."),
        with_line("Write to legal [at] acme [dot] example."),
    ),
    "a mail address that is hidden": (
        with_line("Write to legal@acme.example now."),
        with_line("Write to [email protected] now."),
    ),
    "votes of readers": (with_line("12 out of 30 found this helpful"), with_line("14 out of 33 found this helpful")),
    "a reading time": (TERMS, with_line("5 min read")),
    "a question to the reader": (TERMS, with_line("Was this article helpful?")),
    "a table of contents without links": (
        TERMS + "\n## Liability\n\nWe are liable.\n\n## Law\n\nFrench law applies.\n",
        "Liability\n\nLaw\n\n" + TERMS + "\n## Liability\n\nWe are liable.\n\n## Law\n\nFrench law applies.\n",
    ),
    "markup of a link that is shown": (
        TERMS + "\nYou [license us to share it](https://acme.example/x) always.\n",
        TERMS + "\nYou [license us to share it\\][your-content] always.\n\n[your-content\\]: /x#your-content\n",
    ),
    "the same words in another design": (
        cookies(*COOKIES),
        TERMS.replace("# Terms", "### Terms") + "\n**Cookies**\n\nName Purpose Expiry\n\n"
        + "\n\n".join(" ".join(row.strip("| ").split(" | ")) for row in COOKIES) + "\n",
    ),
    "a footer with networks and shops": (
        TERMS,
        TERMS + "\nFollow us\n\n- [Facebook](https://www.facebook.com/acme)\n- [X](https://x.com/acme)\n"
        "- [![App Store](/a.svg)](https://apps.apple.com/app/acme)\n- [Careers](https://jobs.acme.example/)\n\n"
        "© 2026 Acme\n",
    ),
    "small and capital letters": (TERMS, TERMS.replace("These terms are", "THESE TERMS ARE")),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(PAIRS))
def test_what_lasts_and_says_the_same_is_not_announced(watch: Watch, name: str) -> None:
    """Kept as a version where the text differs, never announced, and never announced when it goes back."""
    before, after = PAIRS[name]
    for text in (before, before, after, after, after, after, before, before, before):
        watch.see(text)

    assert watch.announced == []


@pytest.mark.parametrize("name", sorted(PAIRS))
def test_an_edit_in_its_midst_is_announced(watch: Watch, name: str) -> None:
    """The same pairs, with a clause that changes at the same moment."""
    before, after = PAIRS[name]
    after = after.replace("thirty days", "fifteen days")
    watch.see(before)
    for _ in range(3):
        watch.see(after)

    assert watch.announced == [after]


def test_two_variants_for_weeks_are_announced_once_at_most(watch: Watch) -> None:
    """A test that shows each visitor one of two texts, at random over a month, is told once."""
    other = TERMS + "\nYou may also pay with vouchers of our partners, where these are on offer.\n"
    for number in range(60):
        watch.see(other if (number * 7919) % 5 < 2 else TERMS)

    assert len(watch.announced) <= 1


def test_a_number_to_call_that_differs_at_every_look(watch: Watch) -> None:
    """Numbers that tell visitors apart are no change of the terms."""
    for number in range(12):
        watch.see(with_line(f"Call us on 0800 555 {number * 37 % 100:02}{number:02} from nine to five."))

    assert len(watch.announced) == 0


def test_half_a_page_once_is_not_announced(watch: Watch) -> None:
    """A page that did not render to its end, and the whole one after it, make no version."""
    watch.see(TERMS)
    watch.see("# Terms of Service\n\n" + "\n\n".join(CLAUSES[:3]) + "\n")
    watch.see(TERMS)
    watch.see("# Terms of Service\n\n" + "\n\n".join(CLAUSES[:5]) + "\n")
    watch.see(TERMS)

    assert watch.announced == []
    assert len(watch.versions) == 1


def test_a_third_party_that_joins_a_list_is_announced(watch: Watch) -> None:
    """A list of links to the policies of others says with whom data is shared."""
    parties = TERMS + "\n## With whom we share\n\n- [Google](https://policies.google.com/privacy)\n"
    watch.see(parties)
    for _ in range(2):
        watch.see(parties + "- [Facebook](https://www.facebook.com/privacy/policy)\n")

    assert len(watch.announced) == 1


def test_a_clause_with_the_letter_c_is_no_copyright(watch: Watch) -> None:
    """Lists of clauses have a third entry, which may be short."""
    clauses = TERMS + "\nYou must not\n\n(a) copy the service,\n\n(b) take it apart,\n\n(c) sell it.\n"
    watch.see(clauses)
    for _ in range(2):
        watch.see(clauses.replace("(c) sell it.", "(c) lend it."))

    assert len(watch.announced) == 1


def test_a_notice_of_coming_terms_is_announced(watch: Watch) -> None:
    """That the terms will change is what readers wait for."""
    notice = "We are updating our terms on 1 June 2026; until then the terms below apply.\n\n"
    watch.see(TERMS)
    watch.see(notice + TERMS)
    watch.see(notice + TERMS)

    assert watch.announced == [notice + TERMS]


def test_a_numbered_list_in_another_order_is_announced(watch: Watch) -> None:
    """Where entries are numbered, their order says what comes first."""
    ranked = TERMS + "\n## What decides the rank of an offer\n\n1. Price\n2. Distance\n3. Age\n"
    watch.see(ranked)
    watch.see(ranked.replace("1. Price\n2. Distance", "1. Distance\n2. Price"))
    verdict = watch.see(ranked.replace("1. Price\n2. Distance", "1. Distance\n2. Price"))

    assert verdict.outcome is Outcome.CHANGE
    assert verdict.announced
    assert "another order" in verdict.reason.en


def test_an_amount_at_the_start_of_a_line_is_no_number_of_a_section(watch: Watch) -> None:
    """Only numbers that count sections are left out of what is compared."""
    watch.see(with_line("2.5 percent of the price is our fee."))
    for _ in range(2):
        watch.see(with_line("3.5 percent of the price is our fee."))

    assert len(watch.announced) == 1


def test_edits_are_found_while_the_page_shows_something_else_every_other_time(watch: Watch) -> None:
    """Looks at another page altogether neither confirm an edit nor hide it."""
    other = "# Welcome\n\n" + "\n\n".join(f"{n} reasons to like our new shop, which is open." for n in range(9)) + "\n"
    watch.see(TERMS)
    for _ in range(3):
        watch.see(other)
        watch.see(TERMS)
    for _ in range(2):
        watch.see(other)
        watch.see(EDITED)

    assert watch.announced == [EDITED]
