"""What holds of the difference of any two texts."""

from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tosmonitor import diff
from tosmonitor.model import Difference

WORDS = st.sampled_from(
    [
        *(
            "we",
            "you",
            "may",
            "must",
            "not",
            "share",
            "the",
            "data",
            "with",
            "partners",
            "within",
            "30",
            "days",
            "of",
            "a",
        ),
        *(
            "consent.",
            "Fees",
            "apply,",
            "and",
            "refunds",
            "do",
            "not.",
            "Section",
            "4",
            "«",
            "cookies",
            "»",
            "$5",
            "10%",
        ),
        *("été", "e\u0301te\u0301", "网站", "服务", "👩‍👩‍👧", "[link](https://a.example/b)", "**bold**", "_x_", "\\*"),
        *("-", "–", "—", "\u00a0", "\u200b", "1.", "(b)"),
    ]
)
LINE = st.lists(WORDS, min_size=1, max_size=14).map(" ".join)
BLOCK = st.one_of(
    LINE,
    LINE.map(lambda t: f"## {t}"),
    LINE.map(lambda t: f"{t}\n====="),
    st.lists(LINE, min_size=1, max_size=4).map(lambda items: "\n".join(f"*   {t}" for t in items)),
    st.lists(LINE, min_size=1, max_size=4).map(lambda items: "\n".join(f"{n}. {t}" for n, t in enumerate(items, 1))),
    st.lists(LINE, min_size=1, max_size=3).map(
        lambda rows: "| a | b |\n| --- | --- |\n" + "\n".join(f"| {t} |" for t in rows)
    ),
    LINE.map(lambda t: f"```\n{t}\n\n{t}\n```"),
    LINE.map(lambda t: f"> {t}\n> {t}"),
    LINE.map(lambda t: f"<p>{t}</p>"),
    st.just("* * *"),
)
BLOCKS = st.lists(BLOCK, max_size=9)


@st.composite
def versions(draw: st.DrawFn) -> tuple[str, str]:
    """Draw a text and the same text with blocks shuffled, dropped, repeated, reworded and put in."""
    old = draw(BLOCKS)
    kept = draw(st.permutations(old)) if draw(st.booleans()) else old
    new = [block for block in kept for _ in range(draw(st.sampled_from([0, 1, 1, 1, 1, 2])))]
    new = [
        _reworded(block, draw(WORDS), draw(st.integers(0, 40))) if draw(st.integers(0, 3)) == 0 else block
        for block in new
    ]
    place = draw(st.integers(0, len(new)))
    new[place:place] = draw(BLOCKS) if draw(st.booleans()) else []
    ends = st.sampled_from(["\n", "\n\n", "", "\r\n", "\n \n"])
    return draw(ends).join(["\n\n".join(old), ""]), draw(ends).join(["\n\n".join(new), ""])


def _reworded(block: str, word: str, place: int) -> str:
    words = block.split(" ")
    words[place % len(words)] = word
    return " ".join(words)


ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
THOROUGH = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _holds(before: str, after: str) -> Difference:
    difference = diff.compare(before, after)
    assert diff.apply(difference, before) == after
    assert diff.from_dict(diff.to_dict(difference)) == difference
    ops = diff.as_json(difference, before, after)["ops"]
    assert "".join(op["new"] or "" for op in ops) == after
    assert "".join(op["old"] for op in sorted((o for o in ops if o["old_span"]), key=lambda o: o["old_span"])) == before
    for op in ops:
        assert op["op"] != "equal" or op["old"] == op["new"]
        segments = op.get("segments", [])
        assert not segments or ("".join(s["old"] for s in segments), "".join(s["new"] for s in segments)) == (
            op["old"] or "",
            op["new"] or "",
        )
        assert all(s["old"] == s["new"] for s in segments if s["op"] == "equal")
    return difference


@THOROUGH
@given(versions())
def test_applying_the_difference_gives_the_new_text(pair: tuple[str, str]) -> None:
    """Old text and difference give the new text to the byte; every form of it is loss-free."""
    _holds(*pair)


@THOROUGH
@given(ANY, ANY)
def test_it_holds_for_any_text(before: str, after: str) -> None:
    """Also of texts that are no documents at all."""
    _holds(before, after)


@THOROUGH
@given(versions())
def test_swapping_the_sides_swaps_insertions_and_deletions(pair: tuple[str, str]) -> None:
    """What was inserted one way is deleted the other way, and moves are the same moves."""
    there, back = _marked(diff.compare(*pair)), _marked(diff.compare(*reversed(pair)))

    assert there == Counter({(new, old): n for (old, new), n in back.items()})


def _marked(difference: Difference) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for edit in difference.edits:
        for old, new in [(s.old, s.new) for s in edit.segments if s.op != "equal"] or [
            (edit.old or "", edit.new or "")
        ]:
            found["".join(old.split()), "".join(new.split())] += 1
    return found


@THOROUGH
@given(versions())
def test_equal_texts_give_an_empty_difference(pair: tuple[str, str]) -> None:
    """A text does not differ from itself."""
    assert diff.compare(pair[0], pair[0]).edits == ()
    assert (diff.compare(*pair).edits == ()) == (pair[0] == pair[1])


@THOROUGH
@given(versions())
def test_blocks_keep_their_identity(pair: tuple[str, str]) -> None:
    """Blame maps blocks that exist to blocks that exist, and an untouched block reads as the one it came from."""
    before, after = pair
    difference = diff.compare(before, after)
    carried = diff.carry(before, after, difference)

    old, new = diff.blocks.split(before), diff.blocks.split(after)
    assert all(0 <= j < len(new) and 0 <= i < len(old) for j, i in carried.items())
