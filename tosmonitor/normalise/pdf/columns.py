"""Owns the order of reading: which lines of a page stand in columns, and which texts side by side are a table.

A white corridor that many rows of lines leave free parts them in two. Two flows of text beside each other are columns:
the left one is read first. Where white also crosses from side to side, again and again, the corridor parts the cells of
a table. Anything else are words that happen to stand apart.
"""

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from statistics import median

from tosmonitor.normalise.pdf.layout import Line, Page, Table
from tosmonitor.normalise.pdf.markers import numbered
from tosmonitor.normalise.pdf.pages import joined
from tosmonitor.normalise.pdf.rows import (
    PROSE,
    ROWS,
    Corridor,
    Row,
    are_aligned,
    are_alike,
    are_halves,
    both_sided,
    breaks,
    grouped,
    has_both,
    in_step,
    is_prose,
    long_lines,
    pitch_of,
    rows_of,
    sides,
    spans_of,
    whole_columns,
)  # fmt: skip

#: Sizes of letters that part two columns at least.
_CORRIDOR = 0.75
#: Rows that one corridor is followed through, and that one is looked for ahead.
_FARTHEST, _AHEAD = 400, 6
#: Corridors that are looked at from one row; times that one is found to part nothing before it is left.
_MOST, _PATIENCE = 6, 4
#: Lines that are looked at in search of corridors on one page; a full page of small print in columns needs a tenth.
_WORK = 300_000
#: Distances of base lines, in those within a cell, above which a row of a table ends.
_CUT = 1.08
_DEEPEST = 6


def read(lines: list[Line], page: Page, gutters: Iterable[float] = ()) -> list[Line | Table]:
    """Return the lines of a page in the order of reading, texts side by side as tables.

    `gutters` are the places of white between columns that other pages of the document have.
    """
    return _Reader(page, list(gutters)).region(rows_of(lines), 0)


def gutters(lines: list[Line], page: Page) -> list[float]:
    """Return where white parts columns on a page, each the left edge of the column behind it."""
    reader = _Reader(page, [])
    reader.region(rows_of(lines), 0)
    return reader.found


class _Reader:
    """Reads one page, knowing the gutters of others; `found` are its own."""

    def __init__(self, page: Page, known: list[float]) -> None:
        self.page = page
        self.known = known
        self.found: list[float] = []
        self.left = _WORK
        self.told: set[int] = set()  # tables that are in the text already

    def region(self, rows: list[Row], depth: int) -> list[Line | Table]:
        """Return a part of the page in the order of reading."""
        out: list[Line | Table] = []
        strips: dict[int, list[tuple[int, Corridor]]] = {}
        refused = Counter[tuple[int, int]]()
        at = 0
        while at < len(rows):
            end = self._parted(rows, at, strips, refused, out, depth) if depth < _DEEPEST else at
            if end == at:
                self._add_row(rows[at], out)
                end += 1
            at = end
        return out

    def _add_row(self, row: Row, out: list[Line | Table]) -> None:
        """Add lines that stand beside each other as one, tables as what they are."""
        words = [line for line in row if line.table is None]
        for line in row:
            if line.table is not None and id(line.table) not in self.told:
                self.told.add(id(line.table))
                out.append(line.table)
        if words:
            out.append(joined(words))

    def _parted(
        self,
        rows: list[Row],
        at: int,
        strips: dict[int, list[tuple[int, Corridor]]],
        refused: Counter[tuple[int, int]],
        out: list[Line | Table],
        depth: int,
    ) -> int:
        """Add the columns or the table that begin at a row; return the row behind them, `at` for none."""
        tables: list[tuple[list[Row], int, int]] = []
        for ahead in range(at, min(at + _AHEAD, len(rows))):
            if ahead > at and rows[ahead][0].base - rows[ahead - 1][0].base > 2.5 * rows[ahead][0].size:
                break
            if ahead > at and ahead in strips:
                continue  # looked at from farther above
            if ahead not in strips:
                strips[ahead] = _corridors(rows, ahead) if self.left > 0 else []
                self.left -= len(rows[ahead]) * sum(end - ahead for end, _ in strips[ahead])
            for end, corridor in strips[ahead]:
                if not all(_clear(line, corridor) for row in rows[at:ahead] for line in row):
                    continue
                if refused[end, round(corridor[1])] >= _PATIENCE:
                    continue
                part = rows[at:end]
                self.left -= 10 * sum(len(row) for row in part)
                kind = self._kind(part, corridor)
                refused[end, round(corridor[1])] += not kind
                if kind == "columns":  # first of all: a table may stand within one
                    self._add_columns(part, corridor, out, depth)
                    return end
                if kind == "table" and not tables:
                    begin, stop = both_sided(grouped(part, self._begins(part)), corridor)
                    if not begin or ahead > at:
                        tables.append((part, begin, stop))
        for part, begin, stop in tables:
            for row in part[:begin]:
                self._add_row(row, out)
            out.append(self._table(part[begin:stop]))
            return at + stop
        return at

    def _add_columns(self, part: list[Row], corridor: Corridor, out: list[Line | Table], depth: int) -> None:
        if depth == 0:
            self.found.append(corridor[1])
        left, right = sides(part, corridor)
        for side, place in ((left, 1), (right, 2)):
            for found in self.region(rows_of(side), depth + 1):
                if isinstance(found, Line):
                    found.column = 2 * found.column + place
                out.append(found)

    def _kind(self, part: list[Row], corridor: Corridor) -> str:
        """Return "columns", "table", or "" for words that only happen to stand apart."""
        left, right = ([line for line in side if line.table is None] for side in sides(part, corridor))
        if not left or not right:
            return ""
        if sum(len(line.tokens) <= 2 and numbered(line.tokens) for line in left) >= 0.7 * len(left):
            return ""
        if any(corridor[0] - 1 < place < corridor[1] + 6 for place in self.known):
            return "columns"
        groups = [group for group in grouped(part, self._begins(part)) if has_both(group, corridor)]
        flows, fewest = is_prose(left) + is_prose(right), min(len(left), len(right))
        alike = are_alike(left, right) or are_halves(left, right, corridor)
        half = alike and flows == 1 and min(long_lines(left), long_lines(right)) >= PROSE
        whole = alike and fewest >= 5 * PROSE and long_lines(left) + long_lines(right) >= PROSE
        if flows == 2 or half or whole:
            cut = [group for group in grouped(part, self._cuts(part)) if has_both(group, corridor)]
            level = sum(in_step(group, corridor) for group in cut)
            many, share = (ROWS + 1, 0.85) if alike else (ROWS, 0.7)
            if len(cut) < max(many, share * (1 + min(breaks(left), breaks(right)))) or level < share * len(cut):
                return "columns"
        if len(groups) < ROWS and not (len(groups) == 2 and max(len(row) for row in part) >= 3):
            return ""
        if corridor[1] - corridor[0] < 0.9 * median(line.size for line in right):
            return ""
        return "table" if are_aligned(right) and are_aligned(left) else ""

    def _begins(self, rows: list[Row]) -> list[bool]:
        """Say of each row of lines whether a row of the table begins with it: after a cut, else with its first cell."""
        spans = spans_of(rows)
        first = spans[1][0] if len(spans) > 1 else spans[0][1]
        heads = [True] + [row[0].left < first for row in rows[1:]]
        cuts = self._cuts(rows)
        if not any(cuts[1:]):
            return heads
        out: list[bool] = []
        groups = grouped(rows, cuts)
        for number, group in enumerate(groups):
            first_cells = [row for row, begins in zip(group, heads[len(out) :], strict=False) if begins]
            full = sum(len(row) == len(spans) for row in first_cells) > 0.6 * len(first_cells)
            # Where only head and body are parted, the rows of the body follow each other as lines do.
            body = len(groups) == 2 and number == 1 and len(first_cells) > 1
            dense = full and (body or (len(spans) > 2 and len(first_cells) > ROWS))
            out.extend(heads[len(out) : len(out) + len(group)] if dense else [True] + [False] * (len(group) - 1))
        return out

    def _cuts(self, rows: list[Row]) -> list[bool]:
        """Say of each row of lines whether it stands below a rule over the whole table, or else below a wider gap."""
        spans = spans_of(rows)
        low, high = spans[0][0], spans[-1][1]
        top, bottom = rows[0][0].base - 2 * rows[0][0].size, rows[-1][0].base
        levels = Counter[int]()
        for left, above, right, below in self.page.rules:
            if below - above < 3 and top < above < bottom:
                levels[round(above / 2)] += int(max(0, min(right, high) - max(left, low)))
        ruled = [2 * level for level, length in levels.items() if length > 0.6 * (high - low)]
        bases = [row[0].base for row in rows]
        if len(ruled) >= 2:
            return [True] + [any(a < rule < b for rule in ruled) for a, b in pairwise(bases)]
        pitch = pitch_of(rows, [left for left, _ in spans])
        gaps = [b - a for a, b in pairwise(bases)]
        return [True] + [gap > _CUT * pitch for gap in gaps]

    def _table(self, rows: list[Row]) -> Table:
        """Return the table that rows of side by side texts make."""
        begins = self._begins(rows)
        spans = whole_columns(spans_of(rows), grouped(rows, begins))
        cells: list[list[list[Line]]] = []
        for row, first in zip(rows, begins, strict=True):
            if first or not cells:
                cells.append([[] for _ in spans])
            for line in row:
                column = max((i for i, (low, _) in enumerate(spans) if line.left >= low - 1), default=0)
                line.low, line.high = spans[column]
                cells[-1][column].append(line)
        return Table(cells, [low for low, _ in spans], self.page.number)


# ------------------------------------------------------------------------------------------------- corridors


def _corridors(rows: list[Row], at: int) -> list[tuple[int, Corridor]]:
    """Return the white corridors that part the row `at`, each with the end of the rows that it parts, longest first."""
    first = list(rows[at])
    if at + 1 < len(rows):  # columns need not share their base lines
        below = rows[at + 1]
        if below[0].base - first[0].base < 0.9 * first[0].size:
            first = sorted(first + below, key=lambda line: line.left)
    out = []
    for one, two in pairwise(first):
        if two.left - one.right >= _CORRIDOR * min(one.size, two.size):
            end, corridor = _followed(rows, at, (one.right, two.left))
            if end > at:
                out.append((end, corridor))
    return sorted(out, key=lambda found: (-found[0], found[1][0] - found[1][1]))[:_MOST]


def _followed(rows: list[Row], at: int, corridor: Corridor) -> tuple[int, Corridor]:
    low, high = corridor
    end, good = at, corridor
    size = rows[at][0].size
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
        size = min(size, *(line.size for line in rows[number]))  # headings of a column are larger than its gutter
        gap = rows[number][0].base - rows[number - 1][0].base if number > at else 0.0
        if b - a < _CORRIDOR * size or gap > 4 * rows[number][0].size:
            return end, good
        low, high = a, b
        both = len(sides) == 2 or 0 < gap < 0.9 * rows[number][0].size
        near = 0 < gap < 1.6 * rows[number][0].size
        if both or "right" in sides or (near and number == end):
            end, good = number + 1, (a, b)
    return end, good


def _clear(line: Line, corridor: Corridor) -> bool:
    return line.right <= corridor[0] + 0.5 or line.left >= corridor[1] - 0.5
