"""Owns what a page is made of, each thing with where it stands: tokens, lines of them, tables.

Distances are in points from the top left of the page.
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Token:
    """A word, or the part of one that has a style and a link of its own."""

    text: str
    left: float
    right: float
    base: float
    size: float
    bold: bool
    italic: bool
    link: str
    mark: int  # number of the marked content that the structure tree speaks of, -1 for none
    glued: bool  # to the token before, in the order of the file
    order: int
    artifact: bool
    angle: float
    mirrored: bool = False  # on a page that is read from right to left and was turned about


@dataclass(slots=True)
class Line:
    """Tokens on one base line; `low` and `high` bound the column that it stands in."""

    tokens: list[Token]
    page: int
    left: float
    right: float
    base: float
    size: float
    bold: bool
    low: float = 0.0
    high: float = 0.0
    column: int = 0
    table: "Table | None" = None  # the line only keeps a place for the table

    @property
    def text(self) -> str:
        """Return the words of the line."""
        return spelled(self.tokens)

    @property
    def width(self) -> float:
        """Return how long the line is."""
        return self.right - self.left


@dataclass(slots=True)
class Page:
    """One page as read."""

    number: int
    width: float
    height: float
    lines: list[Line] = field(default_factory=list)
    rules: list[tuple[float, float, float, float]] = field(default_factory=list)
    tags: list[Any] = field(default_factory=list)
    picture: float = 0.0


@dataclass(slots=True)
class Table:
    """Rows of cells, each cell lines of text; `edges` are the left edges of the columns."""

    rows: list[list[list[Line]]]
    edges: list[float]
    page: int
    spans: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)  # (row, cell) -> columns, rows
    cut: bool = False  # its last row has no rule below: it goes on over the page


def spaced(before: Token, token: Token) -> bool:
    """Say whether a space parts two neighbours on a line."""
    if token.order == before.order + 1:
        return not token.glued
    if before.order == token.order + 1:
        return not before.glued
    if token.size < 0.8 * before.size:  # a raised figure
        return token.left - before.right > 0.25 * before.size
    return max(token.left - before.right, before.left - token.right) > 0.12 * token.size


def spelled(tokens: list[Token]) -> str:
    """Return the text of tokens."""
    out = ""
    before: Token | None = None
    for token in tokens:
        if before is not None and spaced(before, token):
            out += " "
        out += token.text
        before = token
    return out
