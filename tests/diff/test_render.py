"""One difference reads well everywhere, and never lets the source's HTML through."""

import subprocess
from pathlib import Path

from lxml import html

from tosmonitor import diff
from tosmonitor.diff import render

BEFORE = (
    "# Terms\n\n## Fees\n\nA first sentence stays. You may pay within 30 days. A last sentence stays.\n\n"
    "See [the list](https://a.example/old).\n\n## Law\n\nIrish law applies to all of these terms and to nothing else.\n"
)
AFTER = (
    "# Terms\n\n## Law\n\nIrish law applies to all of these terms and to nothing else.\n\n## Fees\n\n"
    "A first sentence stays. You must pay within 10 days. A last sentence stays.\n\n"
    "See [the list](javascript:alert(1)).\n\n<script>alert(2)</script>\n\nNew & odd: 1 < 2 "
    "<img src=x onerror=alert(3)>.\n"
)
CHANGE = diff.compare(BEFORE, AFTER)


def _parsed(fragment: str) -> html.HtmlElement:
    return html.fragment_fromstring(fragment, create_parent="div")


def test_a_redline_marks_with_real_elements_and_words() -> None:
    """Insertions and deletions are elements of their own, with words for those who cannot see them."""
    page = _parsed(render.redline_html(CHANGE, BEFORE, AFTER))

    assert "[deleted: may end]" in [e.text_content() for e in page.iter("del")]
    assert "[inserted: must end]" in [e.text_content() for e in page.iter("ins")]
    assert {"modal", "number"} <= {e.get("class") for e in page.iter("strong")}


def test_nothing_of_the_source_runs() -> None:
    """No rendering lets an element, a link or a handler of the source through."""
    for fragment in (
        render.redline_html(CHANGE, BEFORE, AFTER),
        render.changes_only(CHANGE),
        render.side_by_side(CHANGE),
    ):
        page = _parsed(fragment)
        assert next(page.iter("script", "img", "a", "iframe", "style"), None) is None
        assert {name for e in page.iter() for name in e.attrib} <= {"class", "id", "colspan", "scope"}


def test_changes_only_stand_under_their_sections() -> None:
    """Changes are grouped by the heading above them, in the reader's language; every one has an anchor."""
    page = _parsed(render.changes_only(CHANGE, language="fr"))

    assert "Terms › Fees" in [e.text_content() for e in page.iter("h3")]
    anchors = [e.get("id") for e in page.iter("div") if e.get("id")]
    assert anchors == [f"c{n}" for n in range(1, len(anchors) + 1)]
    assert any("supprimé" in e.text_content() for e in page.iter("del"))


def test_layout_edits_are_folded_into_one_line() -> None:
    """What changes no word is there, but does not shout."""
    change = diff.compare("It’s ours, and [so](https://a.example/1).\n", "It's ours, and [so](https://a.example/2).\n")
    page = _parsed(render.changes_only(change))

    assert [e.text_content() for e in page.iter("summary")] == ["1 edit of links or layout"]
    assert "https://a.example/2" in page.text_content()


def test_a_long_paragraph_is_cut_to_its_sentences() -> None:
    """Changes only shows the sentences around a change, not the whole paragraph."""
    filler = "A sentence that nobody touched stands here. " * 20
    change = diff.compare(f"{filler}You may go. {filler}\n", f"{filler}You must go. {filler}\n")

    assert len(_parsed(render.changes_only(change)).text_content()) < 500


def test_side_by_side_has_both_texts() -> None:
    """The text before stands on the left, the text after on the right."""
    rows = [[c.text_content() for c in row.iter("td")] for row in _parsed(render.side_by_side(CHANGE)).iter("tr")]
    cells = next(row for row in rows if row and "within" in row[0])

    assert "may" in cells[0]
    assert "must" not in cells[0]
    assert "must" in cells[1]


def test_plain_lines_hide_marks_and_no_words() -> None:
    """A line break of another's table parts words; what a text itself puts between angle brackets is seen."""
    assert diff.blocks.plain_lines("| one<br>two | \\<dpo@a.example> |") == "one two — <dpo@a.example>"
    assert diff.blocks.plain("As \\<Company> and <Owner> say") == "As <Company> and <Owner> say"


def test_worded_blocks_are_plain_sentences() -> None:
    """Feeds say removed, added and moved, and never mix both readings in one sentence."""
    worded = [(b.label, b.text) for b in render.worded_blocks(CHANGE, language="fr")]

    assert ("Supprimé :", "You may pay within 30 days.") in worded
    assert ("Ajouté :", "You must pay within 10 days.") in worded
    assert any(label == "Déplacé :" for label, _ in worded)


def test_the_terminal_has_colours_or_marks() -> None:
    """Colours are for terminals; without them brackets say the same."""
    assert "\x1b[" in render.terminal(CHANGE)
    plain = render.terminal(CHANGE, colour=False)
    assert "\x1b[" not in plain
    assert "You [-may-]{+must+} pay within [-30-]{+10+} days." in plain


def test_a_rewritten_paragraph_is_two_clean_blocks() -> None:
    """Where little is kept, the old and the new text stand whole."""
    old = "The supplier shall deliver the goods within thirty days of the order and bear the cost of carriage.\n"
    new = (
        "The supplier shall, when it suits both, hand over whatever was bought, and either side may ask for its cost.\n"
    )
    change = diff.compare(f"# T\n\n{old}\nEnd of it.\n", f"# T\n\n{new}\nEnd of it.\n")

    assert [b.kind for b in render.worded_blocks(change)] == ["removed", "added"]
    assert len(list(_parsed(render.changes_only(change)).iter("del", "ins"))) == 2


def test_a_patch_can_be_applied(tmp_path: Path) -> None:
    """The unified patch turns the old file into the new one, also without a last line feed."""
    for before, after in ((BEFORE, AFTER), ("a\nb", "a\nc"), ("a\n", "a")):
        (tmp_path / "terms").write_text(before, encoding="utf-8")
        patch = render.unified(before, after, before_name="a/terms", after_name="b/terms")
        subprocess.run(["git", "apply", "-"], input=patch.encode(), cwd=tmp_path, check=True, capture_output=True)
        assert (tmp_path / "terms").read_text(encoding="utf-8") == after
