"""Owns the rows and cells of a table: which tables tabulate, and where their cells stand."""

import re
from collections.abc import Iterator

from tosmonitor.normalise.tree import BLOCKS, HEADINGS, Element

_ROWS = frozenset(["thead", "tbody", "tfoot"])
#: A table whose cells hold that much text and blocks of their own arranges a page; it does not tabulate.
_LAYOUT_CELL = 1500
#: Spans add empty cells up to here; a cell with text is never left out.
_MOST_COLUMNS = 40
#: A table of rows so unlike that more empty cells would fill it up is none; parsers of Markdown cut it off there.
_MOST_EMPTY = 65_536
_PICTURE = re.compile(r"!\[[^\]]*\]\(\)\s*")


def rows(table: Element) -> list[list[Element]]:
    """Return the cells of each row that stands in `table` itself, not in a table inside."""
    out: list[list[Element]] = []
    todo = [kid for kid in reversed(table.kids) if not isinstance(kid, str)]
    while todo:
        element = todo.pop()
        if element.tag == "tr":
            out.append([c for c in element.kids if not isinstance(c, str) and c.tag in ("td", "th")])
        elif element.tag in _ROWS or element.tag not in BLOCKS:
            todo.extend(kid for kid in reversed(element.kids) if not isinstance(kid, str))
    return out


def arranges(table: Element, rows: list[list[Element]]) -> bool:
    """Say whether a table arranges a page instead of tabulating: one cell, a table inside, or whole texts in cells."""
    filled = (cell for row in rows for cell in row if any(not text.isspace() for text in cell.strings()))
    if (
        next(filled, None) is None
        or next(filled, None) is None
        or any(e.tag == "table" for part in _complex(table, rows) for e in part.walk())
    ):
        return True
    for row in rows:
        for cell in row:
            titled = len(cell.kids) > 2 and any(kid.tag in HEADINGS for kid in cell.walk())
            if titled and sum(len(text) for text in cell.strings()) > _LAYOUT_CELL:
                return True
    return False


def _complex(table: Element, rows: list[list[Element]]) -> Iterator[Element]:
    """Give the parts of a table that hold more than one text: the only ones that can hold a table."""
    for kid in table.kids:
        if not isinstance(kid, str) and kid.tag not in _ROWS and kid.tag != "tr":
            yield kid
    for row in rows:
        for cell in row:
            if cell.only_text() is None:
                yield cell


def grid(rows: list[list[tuple[str, Element]]]) -> list[list[str]]:
    """Return the cells in their columns: spans leave empty cells; empty rows and columns at the end are dropped."""
    out: list[list[str]] = []
    below: dict[int, int] = {}  # column -> rows that a cell above still covers
    for row in rows:
        line: list[str] = []
        for text, cell in row:
            while below and below.get(len(line), 0) > 0 and len(line) < _MOST_COLUMNS:
                below[len(line)] -= 1
                line.append("")
            if "span" not in cell.raw:
                line.append(text)
                continue
            across = min(max(cell.number("colspan", 1), 1), 50)
            down = min(cell.number("rowspan", 1), 500)
            for i in range(across):
                if i and len(line) >= _MOST_COLUMNS:
                    break
                if down > 1:
                    below[len(line)] = down - 1
                line.append("" if i else text)
        while below and below.get(len(line), 0) > 0 and len(line) < _MOST_COLUMNS:
            below[len(line)] -= 1
            line.append("")
        if any(line):
            out.append(line)
    width = max((max((i + 1 for i, text in enumerate(line) if text), default=0) for line in out), default=0)
    return [line[:width] for line in out]


def tabulates(table: list[list[str]]) -> bool:
    """Say whether what was laid out is a table: two cells hold text, pictures aside, and most rows have its width."""
    texts = 0
    for text in (text for row in table for text in row if text):
        texts += bool(_PICTURE.sub("", text)) if text[0] == "!" else 1
        if texts > 1:
            break
    width = max(map(len, table), default=0)
    return texts > 1 and width * len(table) - sum(map(len, table)) <= _MOST_EMPTY
