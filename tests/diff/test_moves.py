"""What moved is shown once, in its new place, with what changed in it."""

from tosmonitor import diff
from tosmonitor.model import Edit

A = "We collect the data that you give us when you open an account with the service.\n\n"
B = "You may cancel your subscription at any time from the page of your account settings.\n\n"
C = "Disputes are heard by the courts of the place where the company has its seat.\n\n"
D = "We store backups in two places and delete them after a period of ninety days.\n\n"


def _moves(before: str, after: str) -> list[Edit]:
    return [e for e in diff.compare(before, after).edits if e.op == "move"]


def test_a_paragraph_that_moved_is_one_move() -> None:
    """The smaller side of an exchange is what moved."""
    assert [e.new for e in _moves(A + B + C + D, B + C + D + A)] == [A]


def test_a_paragraph_that_moved_and_changed_is_a_move_with_its_edit() -> None:
    """Inside a move only the changed words are marked."""
    (move,) = _moves(A + B + C + D, B + C + D + A.replace("give", "lend"))

    assert [(s.old, s.new) for s in move.segments if s.op != "equal"] == [("give", "lend")]


def test_a_section_moves_as_one() -> None:
    """A heading and what stands under it move together, and both places are told."""
    before = "# T\n\n## One\n\n" + A + B + "## Two\n\n" + C + "## Three\n\n" + D
    after = "# T\n\n## One\n\n" + A + B + "## Three\n\n" + D + "## Two\n\n" + C
    (move,) = _moves(before, after)

    assert move.path[-1] in ("Two", "Three")
    assert move.new == before[slice(*(move.old_span or (0, 0)))]


def test_a_sentence_that_went_elsewhere_is_a_move() -> None:
    """A whole sentence taken out of one paragraph and put into another has moved."""
    moving = "Nobody under the age of sixteen may ever use the paid part."
    (move,) = _moves(A[:-2] + f" {moving}\n\n" + B + C, A + B + C[:-2] + f" {moving}\n\n")

    assert move.new == moving


def test_a_split_is_no_change_of_words() -> None:
    """A paragraph cut in two, or made a list, keeps its words."""
    before = A[:-2] + " " + B
    for after in (A + B, f"*   {A.strip()}\n*   {B}"):
        assert diff.compare(before, after).words_added == 0


def test_short_repeats_are_not_taken_for_moves() -> None:
    """Back to top, here and there, is chance."""
    assert _moves(f"{A}Back to top\n\n{B}{C}", f"{A}{B}Back to top\n\n{C}") == []


def test_an_unrelated_paragraph_is_not_paired() -> None:
    """What was replaced altogether reads as one text gone and one come."""
    assert [e.op for e in diff.compare(A + B + C, A + D + C).edits] == ["delete", "insert"]


def test_identity_is_carried() -> None:
    """Blocks keep their identity through moves and edits; a new one has none."""
    before, after = A + B + C, C + "Wholly new words stand here.\n\n" + A.replace("give", "lend") + B
    difference = diff.compare(before, after)

    assert diff.carry(before, after, difference) == {0: 2, 2: 0, 3: 1}
    assert diff.untouched(before, after, difference) == {0, 3}
