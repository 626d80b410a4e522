"""What stands beside what in a PDF: columns are read one after the other, rows of tables together."""

import random

from tests.normalise.pdfs import lines, pdf, read

LEFT = [
    "The first column speaks of the account",
    "that a person opens with us, and of the",
    "duties that come with it for as long as",
    "the account is open and in good order.",
    "It says when the account may be closed",
    "and what is left of it after that day.",
]
RIGHT = [
    "The second column speaks of the sums",
    "that are due each month for the use of",
    "the service, and of the ways in which",
    "these sums are to be paid by a person.",
    "It says how a sum that was paid twice",
    "is given back, and within which time.",
]


def column(texts: list[str], left: int, top: int = 700, size: int = 12) -> bytes:
    """Return a content stream of lines below each other."""
    return lines(*[(top - 14 * n, text) for n, text in enumerate(texts)], left=left, size=size)


def row(height: int, *cells: tuple[int, str], font: str = "F1") -> bytes:
    """Return a content stream of texts beside each other, each with its left edge."""
    return b"\n".join(lines((height, text), left=left, font=font) for left, text in cells)


def test_a_gutter_may_be_as_narrow_as_a_letter() -> None:
    """Columns closer than words of a justified line are told by the edge that all lines of the right one share."""
    page = b"\n".join(
        b"BT /F1 12 Tf 60 %d Td (%s) Tj 0 0 Td %d 0 Td (%s) Tj ET" % (700 - 14 * n, one.encode(), 222, two.encode())
        for n, (one, two) in enumerate(zip(LEFT, RIGHT, strict=True))
    )
    assert f"{' '.join(LEFT)}\n\n{' '.join(RIGHT)}\n" == read(pdf(page))


def test_the_right_column_may_begin_with_a_table() -> None:
    """A table within a column comes where the column has it, not before the column to its left."""
    table = b"\n".join(
        [
            row(700, (330, "Plan"), (420, "Price"), (480, "Users")),
            row(686, (330, "Free"), (420, "0"), (480, "one")),
            row(672, (330, "Team"), (420, "10"), (480, "ten")),
        ]
    )
    found = read(pdf(column(LEFT * 3, 60) + b"\n" + table + b"\n" + column(RIGHT * 2, 330, top=644)))
    assert found.rindex("after that day") < found.index("| Free | 0 | one |")
    assert found.index("| Team | 10 | ten |") < found.index("The second column")


def test_cells_in_the_middle_of_their_row_stay_in_it() -> None:
    """Texts beside a cell of two lines stand at half its height; the gap between rows parts them all."""
    rows = [("sid", "Keeps you signed in", "while you read"), ("lang", "Remembers the", "language you chose")]
    page = [row(700, (60, "Name"), (160, "Purpose"), (320, "Kept for"), font="F2")]
    for n, (name, one, two) in enumerate(rows * 2):
        top = 670 - 44 * n
        page.append(row(top, (160, one)) + b"\n" + row(top - 7, (60, name), (320, "1 year")))
        page.append(row(top - 14, (160, two)))
    found = read(pdf(b"\n".join(page)))
    assert "| sid | Keeps you signed in while you read | 1 year |\n" in found
    assert found.count("| lang | Remembers the language you chose | 1 year |") == 2


def test_a_rule_below_the_head_alone_does_not_join_the_rows_of_the_body() -> None:
    """Books rule tables above, below the head and at the end: each line of the body is a row all the same."""
    rules = b"\n".join(b"60 %d m 460 %d l S" % (y, y) for y in (715, 695, 625))
    cells = [("Free", "0", "One user"), ("Team", "10", "Up to ten users"), ("Firm", "90", "Any number")]
    page = [rules, row(700, (60, "Plan"), (180, "Price"), (300, "Notes"))]
    page += [row(680 - 14 * n, (60, a), (180, b), (300, c)) for n, (a, b, c) in enumerate(cells)]
    assert "| Free | 0 | One user |\n| Team | 10 | Up to ten users |\n| Firm | 90 | Any number |\n" in read(
        pdf(b"\n".join(page))
    )


def test_a_heading_between_two_tables_parts_them() -> None:
    """A bold line in the first column is no row of the table above."""
    page = [row(700 - 14 * n, (60, f"plan {n}"), (200, f"{n} euros"), (320, f"{n} users")) for n in range(4)]
    page.append(row(626, (60, "Cookies"), font="F2"))
    page += [row(606 - 14 * n, (60, f"cookie {n}"), (200, f"{n} days"), (320, f"{n} sites")) for n in range(4)]
    found = read(pdf(b"\n".join(page)))
    assert "| plan 3 | 3 euros | 3 users |\n\n# Cookies\n\n| cookie 0 | 0 days | 0 sites |" in found


def test_words_that_lines_break_are_whole_though_seen_once() -> None:
    """Where many lines end in a hyphen it is the lines' own; a document that seldom does so keeps its compounds."""
    broken = ["The agree-", "ment binds the per-", "son who gives infor-", "mation to the com-", "pany, UNLESS OTHER-",
              "WISE AGREED in wri-", "ting by both sides."]  # fmt: skip
    found = read(pdf(column(broken, 60)))
    assert found.startswith("The agreement binds the person who gives information to the company, UNLESS OTHERWISE ")
    assert found.endswith(" AGREED in writing by both sides.\n")


def test_the_blanks_of_a_form_are_text() -> None:
    """Underscores without a page number behind them are to be filled in; a sign of copyright is no bullet."""
    found = read(pdf(lines((700, "Ordered on ________"), (660, "© 2026 Example Ltd"))))
    assert found.startswith("Ordered on \\_\\_")
    assert "\n© 2026 Example Ltd\n" in found


def test_a_page_of_thousands_of_words_in_a_grid_is_read() -> None:
    """The search for columns ends after a bounded number of looks; no word is lost by that."""
    pick = random.Random(1)
    words = [[f"w{pick.randrange(100)}" for _ in range(30)] for _ in range(150)]
    page = b"\n".join(
        lines((790 - 5 * y, word), left=10 + 19 * x, size=4)
        for y, texts in enumerate(words)
        for x, word in enumerate(texts)
    )
    found = read(pdf(page))
    assert sum(found.count(f"w{n}") for n in range(10, 100)) == sum(len(w) == 3 for texts in words for w in texts)
