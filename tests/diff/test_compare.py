"""Two texts become a difference, to the character."""

from tosmonitor import diff
from tosmonitor.diff.render import unified, worded_blocks
from tosmonitor.model import Kind

BEFORE = """# Terms

## Fees

You may cancel within 30 days. We keep logs. See [the list](https://a.example/c).

*   a first thing that we do for you
*   a second thing that you do for us
*   a third thing that nobody ever does
"""
AFTER = """# Terms

## Fees

You must cancel within 10 days. We keep logs. Disputes go to binding arbitration. See [the list](https://a.example/d).

*   a third thing that nobody ever does
*   a first thing that we do for you
*   a second thing that you do for us
"""


def test_an_edit_is_marked_to_the_word() -> None:
    """Only the words that changed are marked, and an inserted sentence is marked as one."""
    changed = [(s.old, s.new) for e in diff.compare(BEFORE, AFTER).edits for s in e.segments if s.op != "equal"]

    assert changed == [
        ("may", "must"),
        ("30", "10"),
        ("", "Disputes go to binding arbitration. "),
        ("](https://a.example/c).\n\n", "](https://a.example/d).\n\n"),
    ]


def test_a_line_dated_anew_is_one_line() -> None:
    """A line that only gives a date stays that line when the date changes, even where no word of it is kept."""
    before = "# Terms\n\nJune 1, 2025\n\nYou may cancel within 30 days.\n"

    edits = diff.compare(before, before.replace("June 1, 2025", "January 15, 2026")).edits

    assert [(e.op, e.old, e.new) for e in edits] == [("replace", "June 1, 2025\n\n", "January 15, 2026\n\n")]


def test_the_new_text_can_be_rebuilt() -> None:
    """Applying the difference to the old text gives the new one."""
    assert diff.apply(diff.compare(BEFORE, AFTER), BEFORE) == AFTER


def test_the_archives_form_is_loss_free() -> None:
    """What is read back from the archive's form is what was put in."""
    difference = diff.compare(BEFORE, AFTER)

    assert difference == diff.from_dict(diff.to_dict(difference))


def test_a_moved_item_is_given_once() -> None:
    """An item that changed places is one move, not a deletion and an insertion."""
    moves = [e.new for e in diff.compare(BEFORE, AFTER).edits if e.op == "move"]

    assert moves == ["*   a third thing that nobody ever does\n"]


def test_equal_texts_give_nothing() -> None:
    """Two equal texts have an empty difference."""
    assert diff.compare(BEFORE, BEFORE).edits == ()


def test_worded_blocks_are_whole_sentences() -> None:
    """Feeds get the sentences as they read before and after."""
    worded = [(b.label, b.text) for b in worded_blocks(diff.compare(BEFORE, AFTER))]

    assert worded == [
        ("Removed:", "You may cancel within 30 days."),
        ("Added:", "You must cancel within 10 days."),
        ("Added:", "Disputes go to binding arbitration."),
        ("Moved:", "a third thing that nobody ever does"),
    ]


def test_links_alone_are_links() -> None:
    """A new target under the same words is a difference of links."""
    assert Kind.LINKS is diff.compare("See [a](https://b.example/).\n", "See [a](https://c.example/).\n").kind


def test_a_patch_is_unified() -> None:
    """The unified patch names both sides."""
    assert unified("a\n", "b\n").startswith("--- before\n+++ after\n@@ -1 +1 @@\n")
