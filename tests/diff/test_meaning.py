"""What a difference means is told by rule, and shown."""

from datetime import UTC, datetime

from tosmonitor import diff
from tosmonitor.diff.emphasis import emphasis
from tosmonitor.diff.meaning import Course

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
BODY = "\n\nYou must pay within {} days.\n"


def test_a_silent_change_is_told() -> None:
    """The wording changed, the stated date did not."""
    head = "Last updated: 3 May 2024"
    difference = diff.compare(head + BODY.format(30), head + BODY.format(10))
    stated = diff.stated(difference, NOW)

    assert (stated.course, stated.silent, stated.backdated) == (Course.SAME, True, False)
    assert difference.sentence.en.endswith("the stated date did not change.")
    assert difference.sentence.fr.endswith("la date indiquée n’a pas changé.")


def test_a_change_announced_for_later_counts_its_notice() -> None:
    """The days from the observation to the day of effect are the notice."""
    difference = diff.compare("Effective 1 May 2024" + BODY.format(30), "Effective 16 June 2024" + BODY.format(10))
    stated = diff.stated(difference, NOW)

    assert (stated.announced_for, stated.notice_days, stated.silent) == ("2024-06-16", 15, False)


def test_a_backdated_change_is_told() -> None:
    """The new date lies before the old one, or before the change was there to be seen."""
    for head in ("Last updated: 1 April 2024", "Effective 20 May 2024"):
        old = head.replace("1 April", "3 May").replace("20 May", "1 May")
        assert diff.stated(diff.compare(old + BODY.format(30), head + BODY.format(10)), NOW).backdated


def test_a_change_of_the_date_alone_is_told_as_such() -> None:
    """Nothing is counted where no word changed but the date; one word more, and the sentence counts again."""
    old, new = (f"# Terms\n\nLast updated: {day} 2024" + BODY.format(30) for day in ("3 May", "1 June"))
    assert diff.compare(old, new).sentence.en == "Only the stated date changed, from 3 May 2024 to 1 June 2024."
    assert diff.compare(old, new).sentence.fr == (
        "Seule la date indiquée a changé : elle passe du 3 mai 2024 au 1er juin 2024."
    )
    assert diff.compare(old, new.replace("30", "31")).sentence.en.startswith("1 section edited")


def test_a_date_may_come_or_go() -> None:
    """A text may begin to state a date, or cease to."""
    dated, bare = "Last updated: 3 May 2024" + BODY.format(30), BODY.format(10)

    assert diff.stated(diff.compare(bare, dated), NOW).course is Course.ADDED
    assert diff.stated(diff.compare(dated, bare), NOW).course is Course.REMOVED
    assert diff.stated(diff.compare(bare, BODY.format(9)), NOW).course is Course.NONE


def test_one_sentence_says_what_happened() -> None:
    """What, where and how much, in both languages."""
    before = "# T\n\n## Fees\n\nPay within 30 days of the invoice.\n\n## Old\n\nGone words of no weight.\n"
    after = "# T\n\n## Fees\n\nPay within 10 days of the invoice.\n\n## Disputes\n\nWe settle by binding arbitration.\n"
    sentence = diff.compare(before, after, language="en").sentence

    assert sentence.en.startswith("1 section edited, 1 added, 1 removed (")
    assert "arbitration" in sentence.en
    assert sentence.en.endswith("): +7 / −7 words.")
    assert sentence.fr.startswith("1 section modifiée, 1 ajoutée, 1 supprimée (")


def test_a_change_of_signs_alone_says_so() -> None:
    """Where no word changed, the sentence does not count words."""
    sentence = diff.compare("A, B and C may sue.\n", "A B and C may sue.\n").sentence

    assert sentence.en == "1 section edited: only signs changed."
    assert sentence.fr == "1 section modifiée : seuls des signes changent."


def test_the_sections_are_named() -> None:
    """A difference knows under which headings it lies."""
    difference = diff.compare(
        "# T\n\n## Fees\n\nPay 5.\n\n## Law\n\nIrish.\n", "# T\n\n## Fees\n\nPay 6.\n\n## Law\n\nIrish.\n"
    )

    assert [e.path for e in difference.edits] == [("T", "Fees")]
    assert difference.sections_edited == ("Fees",)


def test_words_that_weigh_are_emphasised() -> None:
    """Numbers, dates, money, periods, negations, modal verbs, parties and jurisdictions stand out."""
    text = "Acme Ltd. may not keep $5.50 for 30 days after 3 May 2024 in Delaware, or 20%."

    assert [(text[e.start : e.end], e.weight.value) for e in emphasis(text)] == [
        ("Acme Ltd.", "party"),
        ("may", "modal"),
        ("not", "negation"),
        ("$5.50", "money"),
        ("30 days", "period"),
        ("3 May 2024", "date"),
        ("Delaware", "jurisdiction"),
        ("20%", "number"),
    ]


def test_french_words_weigh_too() -> None:
    """The same in French."""
    text = "Vous ne devez pas payer 12,50 € avant 14 jours"

    assert [text[e.start : e.end] for e in emphasis(text)] == ["ne", "devez", "pas", "12,50 €", "14 jours"]


def test_the_sentence_names_the_sections_and_counts_no_title() -> None:
    """A date line under the title is no section; a section of its own is one, whatever its depth."""
    before = "# Terms\n\nUpdated: 1 May 2025\n\n## 5. Fees\n\nIt costs 5 euros.\n\n## 6. End\n\nYou may leave.\n"
    dated = before.replace("1 May 2025", "2 June 2026").replace("5 euros", "9 euros")
    assert diff.compare(before, dated).sentence.en == (
        "1 section edited in “5. Fees”: +4 / −4 words; the stated date went from 1 May 2025 to 2 June 2026."
    )
    flat = "## 2. Use\n\nUse it well.\n\n## 3. Data\n\n### 3.1 Logs\n\nWe keep logs for 30 days.\n"
    assert diff.compare(flat, flat.replace("well", "badly").replace("30", "90")).sentence.fr == (
        "2 sections modifiées dans « 2. Use » et « 3.1 Logs » : +2 / −2 mots."
    )
