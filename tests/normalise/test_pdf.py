"""PDFs give headings, joined paragraphs and lists; damaged and hostile ones end in a named error within limits."""

import pytest

from tests.normalise.pdfs import lines, pdf, picture, read
from tosmonitor.errors import EmptyTextError
from tosmonitor.normalise import explain

WORDS = ("none", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
FULL = "The service may be used only in line with these terms and the law of the land"


def test_a_layout_becomes_headings_paragraphs_and_lists() -> None:
    """Sizes make headings, gaps make paragraphs, bullets make lists; heads and page numbers of all pages go."""
    first = lines((700, "Terms of Service"), font="F2", size=20) + b"\n" + lines(
        (780, "Example Ltd - confidential"), (660, FULL), (646, "and of the place where the user lives at the time."),
        (610, "You must not:"),
        (596, "\u2022 sell the licence to somebody else;"), (582, "\u2022 copy the service."),
        (550, FULL + " that applies to"),
        (30, "Page 1 of 2"),
    )  # fmt: skip
    second = lines(
        (780, "Example Ltd - confidential"),
        (740, "everybody in a non-discrimi-"),
        (726, "natory way."),
        (30, "Page 2 of 2"),
    )
    assert read(pdf(first, second)) == (
        "# Terms of Service\n\n"
        f"{FULL} and of the place where the user lives at the time.\n\n"
        "You must not:\n\n- sell the licence to somebody else;\n- copy the service.\n\n"
        f"{FULL} that applies to everybody in a non-discriminatory way.\n"
    )


def test_the_same_text_exported_again_gives_the_same_markdown() -> None:
    """Another compression and another scale of the page change nothing."""
    small = lines((700, FULL), (686, "and so on until the end."), (650, "A second paragraph stands here."))
    large = lines((770, FULL), (756, "and so on until the end."), (720, "A second paragraph stands here."), left=60)
    assert read(pdf(small)) == read(pdf(large, compress=False))


def test_scans_are_named() -> None:
    """A PDF of pictures says so, and a PDF of empty pages too."""
    with pytest.raises(EmptyTextError, match="pictures"):
        read(pdf(picture()))
    with pytest.raises(EmptyTextError, match="empty"):
        read(pdf(b"0 0 100 100 re f"))


def test_a_scan_among_pages_of_text_is_told() -> None:
    """The text of the other pages is read, and the explanation names the page that is a picture."""
    body = pdf(lines((700, FULL)), picture(), lines((700, "The end of the agreement.")))
    parts = explain(body, url="https://example.org/terms.pdf", media_type="application/pdf")
    assert [part.reason for part in parts if not part.kept] == ["page 2 is a picture without text"]


def test_columns_are_read_one_after_the_other() -> None:
    """Two columns of prose are two texts, whatever stands beside what."""
    left = [
        "The first column speaks of the account",
        "that a person opens with us, and of the",
        "duties that come with it for as long as",
        "the account is open and in good order.",
    ]
    right = [
        "The second column speaks of the sums",
        "that are due each month for the use of",
        "the service, and of the ways in which",
        "these sums are to be paid by a person.",
    ]
    rows = [(700 - 14 * n, line) for n, line in enumerate(left)]
    page = lines(*rows, left=60) + b"\n" + lines(*[(700 - 14 * n, line) for n, line in enumerate(right)], left=320)
    assert f"{' '.join(left)}\n\n{' '.join(right)}\n" == read(pdf(page))


def test_words_in_line_over_rows_are_a_table() -> None:
    """Short texts that share their left edges over three rows are cells."""
    rows = [("Cookie", "Purpose", "Time"), ("sid", "Keeps you signed in", "Session"), ("lang", "Language", "1 year")]
    page = b"\n".join(
        lines((700 - 20 * n, text), left=left)
        for n, row in enumerate(rows)
        for left, text in zip((72, 200, 400), row, strict=True)
    )
    assert read(pdf(page)) == (
        "| Cookie | Purpose | Time |\n| --- | --- | --- |\n| sid | Keeps you signed in | Session |\n"
        "| lang | Language | 1 year |\n"
    )


def test_ruled_cells_are_a_table_with_their_lines_joined() -> None:
    """What is drawn around words makes the cells, however close the words stand."""
    grid = b" ".join(b"%d 600 m %d 700 l S" % (x, x) for x in (70, 160, 400))
    grid += b" " + b" ".join(b"70 %d m 400 %d l S" % (y, y) for y in (600, 660, 700))
    page = grid + b"\n" + lines((680, "Plan"), (640, "Team")) + b"\n" + lines(
        (680, "Price"), (640, "Ten euros a month for each"), (626, "user, paid in advance"), left=165
    )  # fmt: skip
    assert (
        read(pdf(page))
        == "| Plan | Price |\n| --- | --- |\n| Team | Ten euros a month for each user, paid in advance |\n"
    )


def test_numbers_letters_and_bullets_nest() -> None:
    """Numbered items keep their numbers, lettered ones their letters, inner lists their depth."""
    page = b"\n".join([
        lines((700, "1. Open an account:"), (620, "2. Pay the fee."), left=72),
        lines((686, "(a) with an address;"), (672, "(b) with a password:"), left=90),
        lines((658, "\u2022 long enough;"), (644, "\u2022 never told."), left=110),
    ])  # fmt: skip
    assert read(pdf(page)) == (
        "1. Open an account:\n   - (a) with an address;\n   - (b) with a password:\n"
        "     - long enough;\n     - never told.\n2. Pay the fee.\n"
    )


def test_a_letter_in_a_sentence_is_no_item() -> None:
    """ "(a)" at the head of a line that only wraps there belongs to its sentence."""
    told = [
        (700, f"{FULL}, and:"),
        (686, "(a) only by the person who opened the account and by nobody else at all, ever, and"),
        (672, "(b) only for as long as that person keeps the password from everybody else."),
    ]
    assert f"{' '.join(line for _, line in told)}\n" == read(pdf(lines(*told)))


def test_watermarks_across_the_page_are_no_text() -> None:
    """Words that are written at a slant over the page are dropped."""
    mark = b"BT /F2 60 Tf 0.7 0.7 -0.7 0.7 150 300 Tm (DRAFT) Tj ET"
    assert f"{FULL}.\n" == read(pdf(lines((700, FULL + ".")) + b"\n" + mark))


def test_a_raised_figure_stays_with_its_word() -> None:
    """The number of a note is set small and high, behind the word it belongs to."""
    page = b"BT /F1 12 Tf 72 700 Td (The fee) Tj ET BT /F1 7 Tf 113 705 Td (1) Tj ET " + lines(
        (700, "is due."), left=124
    )
    assert read(pdf(page)) == "The fee1 is due.\n"


def test_letters_set_apart_are_words() -> None:
    """A heading whose letters are spread reads as the words it shows."""
    page = b"BT /F2 18 Tf 6 Tc 72 740 Td (TERMS OF USE) Tj ET\n" + lines((700, FULL + "."))
    assert read(pdf(page)).startswith("# TERMS OF USE\n")


def test_the_line_of_a_link_is_a_link() -> None:
    """An annotation with an address makes a link of the words it covers, and of no others."""
    link = b"<</Type/Annot/Subtype/Link/Rect[123.5 696 178.5 712]/A<</S/URI/URI(https://example.org/a?b=1)>>>>"
    body = pdf(lines((700, "Read the conditions of sale.")), notes=link)
    assert "[conditions](https://example.org/a?b=1)" in read(body)


def test_running_feet_that_alternate_are_dropped() -> None:
    """Left and right pages have feet of their own; neither is text."""
    pages = [
        lines((700, f"{FULL} {WORDS[n]}."), (686, f"Here ends the {WORDS[n]}."))
        + b"\n"
        + (lines((30, f"{n} | Example Ltd")) if n % 2 else lines((30, f"Terms of Use | {n}"), left=400))
        for n in range(1, 9)
    ]
    assert "Example Ltd" not in read(pdf(*pages))
    assert "Terms of Use" not in read(pdf(*pages))


def test_the_pages_of_a_table_of_contents_are_no_text() -> None:
    """Dots that lead to a page number, and the number, depend on the paper."""
    page = lines(
        (740, "1. Account ........................ 3"), (720, "2. Prices .......................... 12"), (690, FULL)
    )
    assert not any(c in read(pdf(page)) for c in ("...", "12"))


def test_symbols_for_bullets_are_bullets() -> None:
    """The private codes of symbol fonts do not reach the text."""
    page = (b"BT /F3 12 Tf 72 700 Td (A) Tj /F1 12 Tf 18 0 Td (first) Tj ET "
                  b"BT /F3 12 Tf 72 684 Td (A) Tj /F1 12 Tf 18 0 Td (second) Tj ET")  # fmt: skip
    assert read(pdf(page)) == "- first\n- second\n"
