"""Owns the order of reading: which lines of a page stand in columns, and which short texts side by side are a table."""

from collections import Counter
from itertools import pairwise
from statistics import median

from tosmonitor.normalise.pdf.layout import Line, Page, Table
from tosmonitor.normalise.pdf.markers import numbered
from tosmonitor.normalise.pdf.pages import joined

Row = list[Line]
#: Sizes of letters that part two columns at least.
_CORRIDOR = 0.8
#: Lines that make a column of running text, and rows that make a table.
_PROSE, _ROWS = 4, 3
#: Rows that one corridor is followed through.
_FARTHEST = 400


def read(lines: list[Line], page: Page) -> list[Line | Table]:
    """Return the lines of a page, or of a part of one, in the order of reading, side by side texts as tables."""
    return _region(_rows(lines), page, 0)


def _rows(lines: list[Line]) -> list[Row]:
    rows: list[Row] = []
    for line in sorted(lines, key=lambda line: (line.base, line.left)):
        if rows and abs(line.base - rows[-1][0].base) < 0.35 * min(line.size, rows[-1][0].size):
            rows[-1].append(line)
        else:
            rows.append([line])
    for row in rows:
        row.sort(key=lambda line: line.left)
    return rows


def _region(rows: list[Row], page: Page, depth: int) -> list[Line | Table]:
    out: list[Line | Table] = []
    at = 0
    while at < len(rows):
        end, corridor = _longest(rows, at)
        higher = corridor is None  # the right column may begin above the left one
        for ahead in range(at + 1, min(at + 3, len(rows)) if higher else at):
            end, corridor = _longest(rows, ahead)
            if corridor is not None:
                break
        beside = corridor is not None and (not higher or all(line.left >= corridor[1] - 0.5 for line in rows[at]))
        if corridor is None or not beside or depth > 6:
            out.append(joined(rows[at]))
            at += 1
            continue
        part = rows[at:end]
        left = [line for row in part for line in row if line.right <= corridor[1]]
        right = [line for row in part for line in row if line.right > corridor[1]]
        kind = _kind(part, left, right, corridor)
        if higher and kind != "columns":
            kind = ""
        if kind == "columns":
            for side in (left, right):
                for found in _region(_rows(side), page, depth + 1):
                    if isinstance(found, Line):
                        found.column = 2 * found.column + (2 if side is right else 1)
                    out.append(found)
        elif kind == "table":
            out.append(_table(part, page))
        else:
            out.append(joined(rows[at]))
            at += 1
            continue
        at = end
    return out


def _longest(rows: list[Row], at: int) -> tuple[int, tuple[float, float] | None]:
    """Return the end and the white corridor of the longest run of rows from `at` that a corridor parts in two."""
    first = list(rows[at])
    if at + 1 < len(rows):  # columns need not share their base lines
        below = rows[at + 1]
        if below[0].base - first[0].base < 0.9 * first[0].size:
            first = sorted(first + below, key=lambda line: line.left)
    best: tuple[int, tuple[float, float] | None] = (at, None)
    for one, two in pairwise(first):
        if two.left - one.right >= _CORRIDOR * min(one.size, two.size):
            end, corridor = _followed(rows, at, (one.right, two.left))
            if end > best[0]:
                best = end, corridor
    return best


def _followed(rows: list[Row], at: int, corridor: tuple[float, float]) -> tuple[int, tuple[float, float]]:
    low, high = corridor
    end, good = at, corridor
    for number in range(at, min(len(rows), at + _FARTHEST)):
        a, b = low, high
        sides = set()
        for line in rows[number]:
            if line.right <= a + 0.5:
                sides.add("left")
            elif line.left >= b - 0.5:
                sides.add("right")
            elif line.left < a and line.right < b:
                a = line.right
                sides.add("left")
            elif line.right > b and line.left > a:
                b = line.left
                sides.add("right")
            elif line.left >= a and line.right <= b:  # within: it narrows the corridor from the side that is nearer
                if line.left - a < b - line.right:
                    a = line.right
                else:
                    b = line.left
            else:
                return end, good
        if b - a < _CORRIDOR * min(line.size for line in rows[number]):
            return end, good
        if number > at and rows[number][0].base - rows[number - 1][0].base > 4 * rows[number][0].size:
            return end, good
        low, high = a, b
        both = len(sides) == 2 or (
            number > at and rows[number][0].base - rows[number - 1][0].base < 0.9 * rows[number][0].size
        )
        near = number > at and rows[number][0].base - rows[number - 1][0].base < 1.6 * rows[number][0].size
        if both or "right" in sides or (near and number == end):
            end, good = number + 1, (a, b)
    return end, good


def _kind(rows: list[Row], left: list[Line], right: list[Line], corridor: tuple[float, float]) -> str:
    """Return "columns", "table", or "" for words that only happen to stand apart."""
    if not left or not right:
        return ""
    both = [row for row in rows if row[0].right <= corridor[1] and row[-1].right > corridor[1]]
    marked = sum(len(line.tokens) <= 2 and numbered(line.tokens) for line in left)
    if marked >= 0.7 * len(left):
        return ""
    if _prose(left) and _prose(right) and not _breaks_together(left, right):
        return "columns"
    if len(both) < _ROWS and not (len(both) == 2 and min(len(row) for row in both) >= 3):
        return ""
    if corridor[1] - corridor[0] < 0.9 * median(line.size for line in right):
        return ""
    beside = [line for row in both for line in row if line.right > corridor[1]]
    return "table" if _aligned(beside) and _aligned(left) else ""


def _prose(lines: list[Line]) -> bool:
    if len(lines) < _PROSE:
        return False
    wide = max(line.right for line in lines) - min(line.left for line in lines)
    rows = _rows(lines)
    full = [row[-1].right - row[0].left for row in rows]
    size = median(line.size for line in lines)
    return wide > 11 * size and median(full) > 0.6 * wide and median(len(line.text) for line in lines) > 18


def _breaks_together(left: list[Line], right: list[Line]) -> bool:
    """Say whether the paragraphs of both sides begin at the same heights, as the rows of a table do."""
    sides = []
    for lines in (left, right):
        bases = [row[0].base for row in _rows(lines)]
        gaps = [b - a for a, b in pairwise(bases)]
        pitch = min(gaps, default=0)
        sides.append([b for (_, b), gap in zip(pairwise(bases), gaps, strict=True) if gap > 1.25 * pitch])
    few, many = sorted(sides, key=len)
    if len(few) < 2:
        return False
    together = sum(any(abs(base - other) < 2 for other in many) for base in few)
    return together >= 0.7 * len(few)


def _aligned(lines: list[Line]) -> bool:
    """Say whether most lines share their left edge, their right edge or their middle with others."""
    rows = _rows(lines)
    for edges in (
        [row[0].left for row in rows],
        [row[-1].right for row in rows],
        [(row[0].left + row[-1].right) / 2 for row in rows],
    ):
        common = Counter(round(edge / 3) for edge in edges)
        best = max(common, key=lambda key: common[key])
        if common[best] + max(common[best - 1], common[best + 1]) >= 0.6 * len(edges):
            return True
    return False


def _table(rows: list[Row], page: Page) -> Table:
    """Return the table that rows of side by side texts make."""
    spans = sorted((line.left, line.right) for row in rows for line in row)
    size = median(line.size for row in rows for line in row)
    edges: list[tuple[float, float]] = []
    for low, high in spans:
        if edges and low < edges[-1][1] + 0.3 * size:
            edges[-1] = edges[-1][0], max(edges[-1][1], high)
        else:
            edges.append((low, high))
    cells: list[list[list[Line]]] = []
    for row, begins in zip(rows, _row_starts(rows, page, edges), strict=True):
        if begins or not cells:
            cells.append([[] for _ in edges])
        for line in row:
            column = max((i for i, (low, _) in enumerate(edges) if line.left >= low - 1), default=0)
            line.low, line.high = edges[column]
            cells[-1][column].append(line)
    return Table(cells, [low for low, _ in edges], page.number)


def _row_starts(rows: list[Row], page: Page, edges: list[tuple[float, float]]) -> list[bool]:
    """Say of each row of lines whether a row of the table begins with it: below a rule, after a gap, or at all."""
    top, bottom = rows[0][0].base - 2 * rows[0][0].size, rows[-1][0].base
    low, high = edges[0][0], edges[-1][1]
    levels = Counter[int]()
    for left, above, right, below in page.rules:
        if below - above < 3 and top < above < bottom:
            levels[round(above / 2)] += int(max(0, min(right, high) - max(left, low)))
    ruled = [2 * level for level, length in levels.items() if length > 0.6 * (high - low)]
    bases = [row[0].base for row in rows]
    if len(ruled) >= 2:
        return [True] + [any(a < rule < b for rule in ruled) for a, b in pairwise(bases)]
    gaps = [b - a for a, b in pairwise(bases)]
    pitch = min(gaps, default=0.0)
    if any(gap > 1.25 * pitch for gap in gaps):
        return [True] + [gap > 1.25 * pitch for gap in gaps]
    return [True] + [row[0].left < edges[0][1] for row in rows[1:]]
