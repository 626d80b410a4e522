"""Whatever is written, the answer is a list of services or a list of mistakes, never a stack trace."""

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tosmonitor.declarations import loads
from tosmonitor.errors import DeclarationError, Problem

TEXT = """\
# yaml-language-server: $schema=x
- name: Alpha
  tags: [social, france]
  homepage: https://alpha.example/
  documents:
    # a comment
    - type: Imprint
      url: https://alpha.example/imprint
      language: fr
      select: [main, {startBefore: h1, endAfter: footer}]
      filters: [{remove: .ad}, {replace-text: {match: a, replace: b}}]
- name: "Beta"
  every: 1 day
  documents:
    - type: Terms of Service
      render: never
      sources:
        - url: https://beta.example/1
        - {url: 'https://beta.example/2', remove: .x}
"""
PIECES = [
    "\t",
    "  ",
    "- ",
    ": ",
    "\n",
    "'",
    '"',
    "[",
    "{",
    "&a ",
    "*a",
    "!!set ",
    "#",
    "---\n",
    "null",
    "é",
    "\x00",
    "|\n",
    "<<: ",
]


def damaged(seed: int, wounds: int) -> str:
    """Return TEXT with some characters gone, doubled, or replaced by what means something to YAML."""
    rng = random.Random(seed)
    text = TEXT
    for _ in range(wounds):
        at = rng.randrange(len(text))
        piece = rng.choice(["", text[at] * 2, rng.choice(PIECES), text[at : at + rng.randrange(40)]])
        text = text[:at] + piece + text[at + rng.randrange(3) :]
    return text


def told(text: str) -> tuple[Problem, ...]:
    """Return the mistakes in `text`; there is a service in what has none."""
    try:
        assert loads(text)
    except DeclarationError as error:
        return error.problems
    return ()


@settings(max_examples=400, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 8))
def test_a_damaged_file_is_told_in_words(seed: int, wounds: int) -> None:
    """Each mistake has a message, and a line that is in the file."""
    text = damaged(seed, wounds)
    for problem in told(text):
        assert problem.message
        assert 0 <= problem.line <= text.count("\n") + 2


@settings(max_examples=200, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["name", "documents", "type", "url", "sources", "select", "tags", "x"]), inner
            )
        ),
        max_leaves=20,
    )
)
def test_any_shape_at_all_is_told_in_words(value: object) -> None:
    """YAML of any shape, in the form that JSON shares with it, is refused as such."""
    assert all(problem.message for problem in told(json.dumps([value])))


@pytest.mark.parametrize("piece", ["[", "{a: ", "- ", "? ", "[{a: "])
def test_nesting_without_end_is_told(piece: str) -> None:
    """libyaml would recurse until the process dies; nothing is read of such a file."""
    for times in (101, 1000, 200_000):
        (problem,) = told(f"- name: A\n{piece * times}")
        assert (problem.line, problem.message) == (2, "nesting without end")
