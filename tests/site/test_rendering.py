"""Markdown as HTML and a difference as hunks: safe, true, bounded."""

import time

import pytest

from tosmonitor import diff
from tosmonitor.model import Difference
from tosmonitor.site import markdown, redline, stretches, visible


def lines(old: str, new: str) -> redline.Redline:
    """Return what a page shows of the difference between two texts."""
    return redline.redline(diff.compare(old, new), new, "en")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "![x](https://evil.example/pixel.gif)",
        "<style>*{display:none}</style>",
        "<svg><script>alert(1)</script></svg>",
        "<math><mtext></mtext></math>",
        "[x](//evil.example 'onmouseover=alert(1)')",
        "`<b>`",
        "&lt;script&gt;",
    ],
)
def test_markup_in_terms_is_shown_as_text(text: str) -> None:
    """No element but our own, no address but http, https and mail."""
    html = str(markdown.render(text))
    for part in ("<script", "<img", "<style", "<svg", "<math", "<b>", "<a "):
        assert part not in html


def test_a_line_break_in_a_cell_is_one() -> None:
    """Texts of Open Terms Archive hold "<br>" in tables; one that a page shows as text is escaped, and stays text."""
    text = "| a | b |\n| --- | --- |\n| one<br>two<br />three | \\<br> |"
    html, blocks = markdown.rendered(text, markdown.Outline())
    assert "<td>one<br />\ntwo<br />\nthree</td>\n<td>&lt;br&gt;</td>" in html
    assert blocks[-1].words == "one two three · <br>"
    assert visible.words("| one<br>two | \\<br> |") == "one two | <br>"
    hunk = lines("| one<br>two three |\n", "| one<br>two four |\n").groups[0].hunks[0]
    assert "one two" in hunk.body
    assert "br" not in hunk.body.replace("</", "")


def test_links_are_followed_only_outwards() -> None:
    """A link carries nofollow and noopener; one that cannot be followed is its text."""
    assert 'rel="nofollow noopener"' in markdown.render("[a](https://a.example/)")
    assert "<a" not in markdown.render("[a](ftp://a.example/)")


def test_direction_controls_are_made_visible() -> None:
    """An override cannot make a name read backwards."""
    assert "⟨RLO⟩" in markdown.render("user\u202egnp.exe")


@pytest.mark.parametrize(
    "text",
    [
        "| a | b |\n| --- | --- |\n" + "| x | y |\n" * 250_000,
        "- item\n" * 100_000,
        "# h\n\n" * 50_000,
        "*" * 300_000,
        "[" * 100_000,
        "> " * 5_000 + "deep",
        "a" * 3_000_000,
        "`" * 100_000,
        "![" * 50_000 + "](x)" * 50_000,
    ],
    ids=["table", "list", "headings", "stars", "brackets", "quotes", "word", "ticks", "images"],
)
def test_no_text_can_hang_a_page(text: str) -> None:
    """Rendering is bounded, whatever the text."""
    begun = time.process_time()
    shown, whole = markdown.bounded(text)
    markdown.render(shown)
    visible.words(shown[:100_000])
    assert time.process_time() - begun < 20
    assert whole == (shown == text)


@pytest.mark.parametrize(
    "text", ["1 " * 100_000, "A." * 100_000, "$1" * 100_000, "A " * 100_000, ("1" + " " * 400) * 500, "one (1" * 30_000]
)
def test_no_text_can_hang_what_is_stressed(text: str) -> None:
    """Numbers, money and names that never end cost no more than others of their length."""
    begun = time.process_time()
    visible.weighed(text)
    assert time.process_time() - begun < 20


def test_headings_leave_out_no_level() -> None:
    """The first heading of a text stands right below that of the page."""
    outline = markdown.Outline(top=2)
    assert "<h3 " in markdown.render("#### Deep\n", outline)
    assert "<h4 " in markdown.render("###### Deeper\n", outline)
    assert [name for _, name, _ in outline.headings] == ["s-deep", "s-deeper"]


def test_marks_are_hidden_and_words_are_not() -> None:
    """A slice of Markdown reads as its words, wherever it is cut."""
    text = "## A **bold** [link](https://a.example/x_y_z) and snake_case"
    assert visible.words(text) == "A bold link and snake_case"
    held = visible.marks(text)
    whole = held.seen(0, len(text))
    for cut in range(len(text)):
        assert held.seen(0, cut) + held.seen(cut, len(text)) == whole


def test_weighty_words_are_bold() -> None:
    """Numbers, periods, negations and modal verbs stand out within a change."""
    found = lines("We may keep data for 30 days.\n", "We must not keep data for 45 days.\n").hunks[0].body
    assert '<b class="weight">30</b>' in found
    assert '<b class="weight">must</b>' in found


def test_jurisdictions_and_money_stand_out() -> None:
    """A swap of the governing law or of a price is seen at a glance."""
    found = lines(
        "The laws of France apply. It costs €5 a month.\n", "The laws of Ireland apply. It costs €9 a month.\n"
    )
    assert '<b class="weight">Ireland</b>' in found.hunks[0].body
    assert '<b class="weight">€9</b>' in found.hunks[0].body or '<b class="weight">9</b>' in found.hunks[0].body


def test_an_edit_inside_a_moved_passage_is_shown() -> None:
    """A passage that moved and changed stands once, with its own words marked."""
    moved = "Lumen keeps your messages on its servers for as long as your account exists, and deletes them on demand."
    others = [
        f"Paragraph {name} speaks of {name} things that are not related to any other part." for name in "abcdefgh"
    ]
    old = "\n\n".join(["# Terms", moved, *others]) + "\n"
    new = "\n\n".join(["# Terms", *others, moved.replace("as long as", "ten years after")]) + "\n"
    hunks = lines(old, new).hunks
    assert [(hunk.op, hunk.edited) for hunk in hunks] == [("move", True)]
    assert "<ins>" in hunks[0].body


def test_a_rewritten_passage_is_two_clean_blocks() -> None:
    """No confetti: the old text whole, the new text whole."""
    old = "We pay you every week, on Friday, to the account that you name in your settings page.\n"
    new = "Amounts are credited to a wallet after delivery; transfers are made on request, once a month at most.\n"
    html = "".join(str(hunk.body) for hunk in lines(old, new).hunks)
    assert html.count('<del class="block">') == 1
    assert html.count('<ins class="block">') == 1


def test_neighbouring_insertions_are_one_hunk() -> None:
    """Three new paragraphs in a row are one change to a reader."""
    found = lines("# A\n\nOne.\n", "# A\n\nOne.\n\nTwo two.\n\nThree three.\n\nFour four.\n")
    assert [hunk.op for hunk in found.hunks] == ["insert"]


def test_what_is_read_aloud_tells_added_from_removed() -> None:
    """A screen reader hears what colours show."""
    found = lines("We keep data for 30 days.\n", "We keep data for 45 days.\n").hunks[0].body
    assert '<span class="unseen">[removed: </span>' in found
    assert '<span class="unseen">[added: </span>' in found


def test_the_address_of_a_hunk_is_made_from_its_words() -> None:
    """The same edit has the same address wherever it stands among others."""
    one = lines("Keep 30 days of it.\n\nOther text here.\n", "Keep 45 days of it.\n\nOther text here.\n")
    two = lines("Keep 30 days of it.\n\nOther text here.\n", "Keep 45 days of it.\n\nOther text there now.\n")
    assert one.hunks[0].id == two.hunks[0].id


def test_the_whole_text_holds_every_word_of_both() -> None:
    """Equal stretches and edits together give all that either text says."""
    old, new = "# A\n\nOne two.\n\nGone now.\n\nLast.\n", "# A\n\nOne three.\n\nLast.\n\nNew end.\n"
    held, complete = stretches.whole(diff.compare(old, new), old, new, "en")
    html = "".join(str(stretch.body) for stretch in held)
    assert complete
    for word in ("two", "three", "Gone now", "Last", "New end"):
        assert word in html


def test_a_change_without_edits_shows_none() -> None:
    """An empty difference is an empty redline."""
    nothing: Difference = diff.compare("Same.\n", "Same.\n")
    assert redline.redline(nothing, "Same.\n", "en").hunks == ()
    assert redline.excerpt(nothing, "en") == ""
