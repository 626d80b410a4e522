"""Owns what a tagged PDF says of its own structure (ISO 32000-1, 14.8): which paragraphs are headings, at which level.

Only headings are taken from the tags. Many programs tag every line as a paragraph, and lists and tables as paragraphs
too: there the page itself says more.
"""

from collections.abc import Sequence
from typing import Any

from tosmonitor.normalise.pdf.layout import Page, Table
from tosmonitor.normalise.pdf.paragraphs import Paragraph

_LEVELS = {f"H{n}": n for n in range(1, 7)}
#: Headings that a file must have for its tags to be believed, and the part of its letters they may have at most.
_FEWEST, _MOST = 3, 0.3


def apply(parts: Sequence[Paragraph | Table], pages: Sequence[Page]) -> None:
    """Set the level of the paragraphs that the file tags as headings, if it seems to tag them all."""
    levels = {(page.number, mark): level for page in pages for mark, level in _marks(page.tags)}
    if not levels:
        return
    found: list[tuple[Paragraph, int]] = []
    letters = told = 0
    for part in parts:
        if isinstance(part, Table):
            continue
        size = sum(len(line.text) for line in part.lines)
        letters += size
        values = {levels.get((line.page, token.mark)) for line in part.lines for token in line.tokens}
        level = values.pop() if len(values) == 1 else None
        if level is not None and size < 300:
            found.append((part, level))
            told += size
    if len(found) >= _FEWEST and told < _MOST * letters:
        for paragraph, level in found:
            paragraph.level = level


def _marks(elements: Sequence[Any]) -> list[tuple[int, int]]:
    """Return the marked contents inside headings, with the level."""
    out: list[tuple[int, int]] = []
    todo = [(element, 0) for element in elements]
    while todo:
        (name, _, _, kids), level = todo.pop()
        level = _LEVELS.get(name, level)
        for kid in kids:
            if not isinstance(kid, int):
                todo.append((kid, level))
            elif level:
                out.append((kid, level))
    return out
