"""Owns what rows of lines look like that stand side by side: running text, cells of a table, or neither."""

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from statistics import median

from tosmonitor.normalise.pdf.layout import Line

Row = list[Line]
Corridor = tuple[float, float]
#: Lines that make a column of running text, and rows that make a table.
PROSE, ROWS = 4, 3
_BREAK = 1.2  # distances of base lines, in usual ones, above which a paragraph ends


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


def sides(rows: list[Row], corridor: Corridor) -> tuple[list[Line], list[Line]]:
    """Return the lines before and behind a corridor."""
    lines = [line for row in rows for line in row]
    return (
        [line for line in lines if line.right <= corridor[1]],
        [line for line in lines if line.right > corridor[1]],
    )


def grouped(rows: list[Row], begins: list[bool]) -> list[list[Row]]:
    """Return the rows of lines that each row of a table has."""
    out: list[list[Row]] = []
    for row, first in zip(rows, begins, strict=True):
        if first or not out:
            out.append([])
        out[-1].append(row)
    return out


def is_prose(lines: list[Line]) -> bool:
    """Say whether lines are running text: most of them reach the right edge of their column."""
    if len(lines) < PROSE:
        return False
    high = max(line.right for line in lines)
    wide = high - min(line.left for line in lines)
    size = median(line.size for line in lines)
    filled = median(line.width / max(high - line.left, 1.0) for line in lines)
    return wide > 11 * size and filled > 0.6 and median(len(line.text) for line in lines) > 18


def long_lines(lines: list[Line]) -> int:
    """Return how many lines go from side to side of what may be a column of text, tables and short lines among them."""
    low, high = min(line.left for line in lines), max(line.right for line in lines)
    return sum(line.width > max(0.8 * (high - low), 11 * line.size) and len(line.text) > 18 for line in lines)


def are_alike(left: list[Line], right: list[Line]) -> bool:
    """Say whether lines on both sides are equally long, as those of columns are."""
    one, two = (sorted(line.width for line in side)[int(0.9 * len(side))] for side in (left, right))
    return abs(one - two) < 0.12 * max(one, two)


def has_both(group: list[Row], corridor: Corridor) -> bool:
    """Say whether there is text on both sides of a corridor."""
    left, right = sides(group, corridor)
    return bool(left) and bool(right)


def are_halves(left: list[Line], right: list[Line], corridor: Corridor) -> bool:
    """Say whether a corridor is in the middle of all that it parts, as between two columns of a page."""
    low, high = min(line.left for line in left), max(line.right for line in right)
    return abs((corridor[0] + corridor[1]) / 2 - (low + high) / 2) < 0.04 * (high - low)


def breaks(lines: list[Line]) -> int:
    """Return how often a paragraph seems to end among lines, by the gaps between them."""
    bases = [row[0].base for row in rows_of(lines)]
    gaps = [b - a for a, b in pairwise(bases)]
    pitch = min((gap for gap, line in zip(gaps, lines, strict=False) if gap > 0.8 * line.size), default=0.0)
    return sum(gap > _BREAK * pitch for gap in gaps)


def in_step(group: list[Row], corridor: Corridor) -> bool:
    """Say whether the texts on both sides begin at one height, or have their middles there, as cells of a row do."""
    left, right = ([line.base for line in side] for side in sides(group, corridor))
    size = group[0][0].size
    middles = (min(left) + max(left)) / 2 - (min(right) + max(right)) / 2
    return abs(min(left) - min(right)) < 0.3 * size or abs(middles) < 0.3 * size


def both_sided(groups: list[list[Row]], corridor: Corridor) -> tuple[int, int]:
    """Return the first row of lines and the one behind the last that are in a row with text on both sides.

    A heading of its own style in the first column ends the table.
    """
    at, begin, stop = 0, -1, 0
    for group in groups:
        if has_both(group, corridor):
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


def are_aligned(lines: list[Line]) -> bool:
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


def spans_of(rows: list[Row]) -> list[tuple[float, float]]:
    """Return the left and right edges of the columns that lines of rows keep to."""
    size = median(line.size for row in rows for line in row)
    out: list[tuple[float, float]] = []
    for low, high in sorted((line.left, line.right) for row in rows for line in row):
        if out and low < out[-1][1] + 0.3 * size:
            out[-1] = out[-1][0], max(out[-1][1], high)
        else:
            out.append((low, high))
    return out


def whole_columns(spans: list[tuple[float, float]], groups: list[list[Row]]) -> list[tuple[float, float]]:
    """Join neighbouring columns where no row of the table has both: a head is set in the middle, its cells are not."""
    out = spans[:1]
    filled = [{sum(line.left >= low - 1 for low, _ in spans) for row in group for line in row} for group in groups]
    before = {n for n, columns in enumerate(filled) if 1 in columns}
    for place, span in enumerate(spans[1:], start=2):
        here = {n for n, columns in enumerate(filled) if place in columns}
        if before & here or len(before | here) < ROWS:
            out.append(span)
            before = here
        else:
            out[-1] = out[-1][0], span[1]
            before |= here
    return out


def pitch_of(rows: list[Row], edges: list[float]) -> float:
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
