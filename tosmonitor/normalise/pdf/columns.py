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

Row = list[Line]
Corridor = tuple[float, float]
#: Sizes of letters that part two columns at least.
_CORRIDOR = 0.75
#: Lines that make a column of running text, and rows that make a table.
_PROSE, _ROWS = 4, 3
#: Rows that one corridor is followed through, and that one is looked for ahead.
_FARTHEST, _AHEAD = 400, 6
#: Distances of base lines, in those within a cell, above which a row of a table ends; in those of a paragraph, it.
_CUT, _BREAK = 1.08, 1.2
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


def rows_of(lines: Iterable[Line]) -> list[Row]:
    """Return lines by their base lines, from the top, each row from the left."""
    rows: list[Row] = []
    for line in sorted(lines, key=lambda line: (line.base, line.left)):
        if rows and abs(line.base - rows[-1][0].base) < 0.35 * min(line.size, rows[-1][0].size):
            rows[-1].append(line)
        else:
            rows.append([line])
    for row in rows:
        row.sort(key=lambda line: line.left)
    return rows


class _Reader:
    """Reads one page, knowing the gutters of others; `found` are its own."""

    def __init__(self, page: Page, known: list[float]) -> None:
        self.page = page
        self.known = known
        self.found: list[float] = []
        self.told: set[int] = set()  # tables that are in the text already

    def region(self, rows: list[Row], depth: int) -> list[Line | Table]:
        """Return a part of the page in the order of reading."""
        out: list[Line | Table] = []
        strips: dict[int, list[tuple[int, Corridor]]] = {}
        at = 0
        while at < len(rows):
            end = self._parted(rows, at, strips, out, depth) if depth < _DEEPEST else at
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
        out: list[Line | Table],
        depth: int,
    ) -> int:
        """Add the columns or the table that begin at a row; return the row behind them, `at` for none."""
        tables: list[tuple[list[Row], int, int]] = []
        for ahead in range(at, min(at + _AHEAD, len(rows))):
            if ahead > at and rows[ahead][0].base - rows[ahead - 1][0].base > 2.5 * rows[ahead][0].size:
                break
            if ahead not in strips:
                strips[ahead] = _corridors(rows, ahead)
            for end, corridor in strips[ahead]:
                if not all(_clear(line, corridor) for row in rows[at:ahead] for line in row):
                    continue
                part = rows[at:end]
                kind = self._kind(part, corridor)
                if kind == "columns":  # first of all: a table may stand within one
                    self._add_columns(part, corridor, out, depth)
                    return end
                if kind == "table" and not tables:
                    begin, stop = _both_sided(_grouped(part, self._begins(part)), corridor)
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
        left, right = _sides(part, corridor)
        for side, place in ((left, 1), (right, 2)):
            for found in self.region(rows_of(side), depth + 1):
                if isinstance(found, Line):
                    found.column = 2 * found.column + place
                out.append(found)

    def _kind(self, part: list[Row], corridor: Corridor) -> str:
        """Return "columns", "table", or "" for words that only happen to stand apart."""
        left, right = ([line for line in side if line.table is None] for side in _sides(part, corridor))
        if not left or not right:
            return ""
        if sum(len(line.tokens) <= 2 and numbered(line.tokens) for line in left) >= 0.7 * len(left):
            return ""
        if any(corridor[0] - 1 < place < corridor[1] + 6 for place in self.known):
            return "columns"
        groups = [group for group in _grouped(part, self._begins(part)) if _is_both(group, corridor)]
        flows, fewest = _prose(left) + _prose(right), min(len(left), len(right))
        alike = _alike(left, right) or _halves(left, right, corridor)
        half = alike and flows == 1 and min(_long(left), _long(right)) >= _PROSE
        whole = alike and fewest >= 5 * _PROSE and _long(left) + _long(right) >= _PROSE
        if flows == 2 or half or whole:
            cut = [group for group in _grouped(part, self._cuts(part)) if _is_both(group, corridor)]
            level = sum(_in_step(group, corridor) for group in cut)
            many, share = (_ROWS + 1, 0.85) if alike else (_ROWS, 0.7)
            if len(cut) < max(many, share * (1 + min(_breaks(left), _breaks(right)))) or level < share * len(cut):
                return "columns"
        if len(groups) < _ROWS and not (len(groups) == 2 and max(len(row) for row in part) >= 3):
            return ""
        if corridor[1] - corridor[0] < 0.9 * median(line.size for line in right):
            return ""
        return "table" if _aligned(right) and _aligned(left) else ""

    def _begins(self, rows: list[Row]) -> list[bool]:
        """Say of each row of lines whether a row of the table begins with it: after a cut, else with its first cell."""
        spans = _spans(rows)
        first = spans[1][0] if len(spans) > 1 else spans[0][1]
        heads = [True] + [row[0].left < first for row in rows[1:]]
        cuts = self._cuts(rows)
        if not any(cuts[1:]):
            return heads
        out: list[bool] = []
        groups = _grouped(rows, cuts)
        for number, group in enumerate(groups):
            first_cells = [row for row, begins in zip(group, heads[len(out) :], strict=False) if begins]
            full = sum(len(row) == len(spans) for row in first_cells) > 0.6 * len(first_cells)
            # Where only head and body are parted, the rows of the body follow each other as lines do.
            body = len(groups) == 2 and number == 1 and len(first_cells) > 1
            dense = full and (body or (len(spans) > 2 and len(first_cells) > _ROWS))
            out.extend(heads[len(out) : len(out) + len(group)] if dense else [True] + [False] * (len(group) - 1))
        return out

    def _cuts(self, rows: list[Row]) -> list[bool]:
        """Say of each row of lines whether it stands below a rule over the whole table, or else below a wider gap."""
        spans = _spans(rows)
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
        pitch = _pitch(rows, [left for left, _ in spans])
        gaps = [b - a for a, b in pairwise(bases)]
        return [True] + [gap > _CUT * pitch for gap in gaps]

    def _table(self, rows: list[Row]) -> Table:
        """Return the table that rows of side by side texts make."""
        begins = self._begins(rows)
        spans = _whole(_spans(rows), _grouped(rows, begins))
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
    return sorted(out, key=lambda found: -found[0])


def _followed(rows: list[Row], at: int, corridor: Corridor) -> tuple[int, Corridor]:
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
        size = min(line.size for line in rows[number])
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


def _sides(rows: list[Row], corridor: Corridor) -> tuple[list[Line], list[Line]]:
    lines = [line for row in rows for line in row]
    return (
        [line for line in lines if line.right <= corridor[1]],
        [line for line in lines if line.right > corridor[1]],
    )


# ------------------------------------------------------------------------------------------------- what they part


def _grouped(rows: list[Row], begins: list[bool]) -> list[list[Row]]:
    """Return the rows of lines that each row of a table has."""
    out: list[list[Row]] = []
    for row, first in zip(rows, begins, strict=True):
        if first or not out:
            out.append([])
        out[-1].append(row)
    return out


def _prose(lines: list[Line]) -> bool:
    """Say whether lines are running text: most of them reach the right edge of their column."""
    if len(lines) < _PROSE:
        return False
    high = max(line.right for line in lines)
    wide = high - min(line.left for line in lines)
    size = median(line.size for line in lines)
    filled = median(line.width / max(high - line.left, 1.0) for line in lines)
    return wide > 11 * size and filled > 0.6 and median(len(line.text) for line in lines) > 18


def _long(lines: list[Line]) -> int:
    """Return how many lines go from side to side of what may be a column of text, tables and short lines among them."""
    low, high = min(line.left for line in lines), max(line.right for line in lines)
    return sum(line.width > max(0.8 * (high - low), 11 * line.size) and len(line.text) > 18 for line in lines)


def _alike(left: list[Line], right: list[Line]) -> bool:
    """Say whether lines on both sides are equally long, as those of columns are."""
    one, two = (sorted(line.width for line in side)[int(0.9 * len(side))] for side in (left, right))
    return abs(one - two) < 0.12 * max(one, two)


def _is_both(group: list[Row], corridor: Corridor) -> bool:
    left, right = _sides(group, corridor)
    return bool(left) and bool(right)


def _halves(left: list[Line], right: list[Line], corridor: Corridor) -> bool:
    """Say whether a corridor is in the middle of all that it parts, as between two columns of a page."""
    low, high = min(line.left for line in left), max(line.right for line in right)
    return abs((corridor[0] + corridor[1]) / 2 - (low + high) / 2) < 0.04 * (high - low)


def _breaks(lines: list[Line]) -> int:
    """Return how often a paragraph seems to end among lines, by the gaps between them."""
    bases = [row[0].base for row in rows_of(lines)]
    gaps = [b - a for a, b in pairwise(bases)]
    pitch = min((gap for gap, line in zip(gaps, lines, strict=False) if gap > 0.8 * line.size), default=0.0)
    return sum(gap > _BREAK * pitch for gap in gaps)


def _in_step(group: list[Row], corridor: Corridor) -> bool:
    """Say whether the texts on both sides begin at one height, or have their middles there, as cells of a row do."""
    left, right = ([line.base for line in side] for side in _sides(group, corridor))
    size = group[0][0].size
    middles = (min(left) + max(left)) / 2 - (min(right) + max(right)) / 2
    return abs(min(left) - min(right)) < 0.3 * size or abs(middles) < 0.3 * size


def _both_sided(groups: list[list[Row]], corridor: Corridor) -> tuple[int, int]:
    """Return the first row of lines and the one behind the last that are in a row with text on both sides.

    A heading of its own style in the first column ends the table.
    """
    at, begin, stop = 0, -1, 0
    for group in groups:
        if _is_both(group, corridor):
            begin = at if begin < 0 else begin
            stop = at + len(group)
            kept = group
        elif begin >= 0 and len(group) == 1 and _heads(group[0], kept):
            break
        at += len(group)
    return max(begin, 0), stop


def _heads(row: Row, above: list[Row]) -> bool:
    """Say whether a lone text is set larger or bolder than the row of a table before it."""
    sizes = [line.size for other in above for line in other]
    return row[0].size > 1.04 * median(sizes) or (row[0].bold and not any(line.bold for r in above for line in r))


def _aligned(lines: list[Line]) -> bool:
    """Say whether most lines share their left edge, their right edge or their middle with others."""
    for edges in (
        [line.left for line in lines],
        [line.right for line in lines],
        [(line.left + line.right) / 2 for line in lines],
    ):
        near = Counter(round(edge / 3) for edge in edges)
        fewest = max(2, 0.15 * len(lines))
        shared = sum(near[k] + max(near[k - 1], near[k + 1]) >= fewest for k in (round(edge / 3) for edge in edges))
        if shared >= 0.7 * len(edges):
            return True
    return False


def _spans(rows: list[Row]) -> list[tuple[float, float]]:
    """Return the left and right edges of the columns that lines of rows keep to."""
    size = median(line.size for row in rows for line in row)
    out: list[tuple[float, float]] = []
    for low, high in sorted((line.left, line.right) for row in rows for line in row):
        if out and low < out[-1][1] + 0.3 * size:
            out[-1] = out[-1][0], max(out[-1][1], high)
        else:
            out.append((low, high))
    return out


def _whole(spans: list[tuple[float, float]], groups: list[list[Row]]) -> list[tuple[float, float]]:
    """Join neighbouring columns where no row of the table has both: a head is set in the middle, its cells are not."""
    out = spans[:1]
    filled = [{sum(line.left >= low - 1 for low, _ in spans) for row in group for line in row} for group in groups]
    before = {n for n, columns in enumerate(filled) if 1 in columns}
    for place, span in enumerate(spans[1:], start=2):
        here = {n for n, columns in enumerate(filled) if place in columns}
        if before & here or len(before | here) < _ROWS:
            out.append(span)
            before = here
        else:
            out[-1] = out[-1][0], span[1]
            before |= here
    return out


def _pitch(rows: list[Row], edges: list[float]) -> float:
    """Return the distance of base lines within cells: the smallest within one column."""
    last: dict[int, float] = {}
    out = float("inf")
    for row in rows:
        for line in row:
            column = sum(line.left >= edge - 1 for edge in edges)
            if column in last and line.base - last[column] > 0.8 * line.size:
                out = min(out, line.base - last[column])
            last[column] = line.base
    return out
