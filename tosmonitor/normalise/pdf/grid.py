"""Owns ruled tables: cells from the lines that are drawn around them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise

from tosmonitor.normalise.pdf.layout import Line, Page, Table, Token
from tosmonitor.normalise.pdf.pages import line

_NEAR = 4.0  # points within which two rules are one
_MOST = 3_000  # rules that are looked at on one page


def take(page: Page) -> None:
    """Put the lines of ruled tables into the tables, and lines that keep their places among those of the page."""
    across, down = _rules(page)
    for xs, ys, rows, columns, cut in [*_grids(across, down), *_shelves(page, across)]:
        inside = [one for one in page.lines if xs[0] - 2 < one.left < xs[-1] and ys[0] - 2 < one.base < ys[-1] + 3]
        table = _filled(page, inside, xs, ys, rows, columns)
        if table is None:
            continue
        table.cut = cut
        if cut and len(table.rows) > 1 and not any(table.rows[-1]):
            _drop_last(table)
        taken = {id(one) for one in inside}
        page.lines = [one for one in page.lines if id(one) not in taken]
        page.lines.extend(_places_of(table, inside, xs[0], xs[-1]))


def _places_of(table: Table, inside: list[Line], left: float, right: float) -> Iterator[Line]:
    """Give a line over the whole width of a table for each that it holds: what stands beside it stays beside it."""
    for base in sorted({round(one.base) for one in inside}):
        size = inside[0].size
        yield Line(inside[0].tokens, table.page, left, right, float(base), size, bold=False, table=table)


def _drop_last(table: Table) -> None:
    """Drop the last row, of which a page break left no text."""
    table.rows.pop()
    table.cut = False
    many = len(table.rows)
    table.spans = {
        (row, cell): (wide, min(high, many - row)) for (row, cell), (wide, high) in table.spans.items() if row < many
    }


_Segments = dict[int, list[tuple[float, float]]]


_Rule = tuple[float, float, float]  # across: left, height, right; down: place, top, bottom
_Grid = tuple[list[float], list[float], _Segments, _Segments, bool]


def _rules(page: Page) -> tuple[list[_Rule], list[_Rule]]:
    across, down = [], []
    for left, top, right, bottom in page.rules[:_MOST]:
        if bottom - top < 3 <= right - left:
            across.append((left, (top + bottom) / 2, right))
        elif right - left < 3 <= bottom - top:
            down.append(((left + right) / 2, top, bottom))
    return across, down


def _grids(across: list[_Rule], down: list[_Rule]) -> list[_Grid]:
    """Return of each group of rules that touch: the places of its columns and rows, and the rules along them."""
    owner = list(range(len(across) + len(down)))

    def root(i: int) -> int:
        while owner[i] != i:
            owner[i] = owner[owner[i]]
            i = owner[i]
        return i

    bands: dict[int, list[int]] = defaultdict(list)
    for i, (_, y, _) in enumerate(across):
        bands[int(y // 20)].append(i)
    for j, (x, top, bottom) in enumerate(down):
        for band in range(int((top - 4) // 20), int((bottom + 4) // 20) + 1):
            for i in bands.get(band, ()):
                left, y, right = across[i]
                if left - 4 < x < right + 4 and top - 4 < y < bottom + 4:
                    owner[root(i)] = root(len(across) + j)
    groups: dict[int, tuple[list[_Rule], list[_Rule]]] = {}
    for i, rule in enumerate(across + down):
        group = groups.setdefault(root(i), ([], []))
        group[0 if i < len(across) else 1].append(rule)
    out = []
    for horizontal, vertical in groups.values():
        xs = _places(rule[0] for rule in vertical)
        if len(xs) < 3:
            continue
        ys = _places(rule[1] for rule in horizontal)
        ends = min(rule[1] for rule in vertical), max(rule[2] for rule in vertical)
        cut = bool(ys) and ends[1] > ys[-1] + 2 * _NEAR  # a row that a page breaks has no rule at the break
        ys = _places([*ys, *(end for end in ends if not ys or end < ys[0] - 2 * _NEAR or end > ys[-1] + 2 * _NEAR)])
        if len(ys) < 2:
            continue
        rows: _Segments = defaultdict(list)
        columns: _Segments = defaultdict(list)
        for left, y, right in horizontal:
            rows[_nearest(ys, y)].append((left, right))
        for x, top, bottom in vertical:
            columns[_nearest(xs, x)].append((top, bottom))
        out.append((xs, ys, rows, columns, cut))
    return out


def _shelves(page: Page, across: list[_Rule]) -> list[_Grid]:
    """Return the tables that have rules below their rows only, each rule drawn cell by cell."""
    levels: dict[int, list[_Rule]] = defaultdict(list)
    for rule in sorted(across, key=lambda rule: (rule[1], rule[0])):
        near = next((key for key in (round(rule[1]) - 1, round(rule[1]), round(rule[1]) + 1) if key in levels), None)
        levels[round(rule[1]) if near is None else near].append(rule)
    shelves: dict[tuple[int, ...], list[float]] = defaultdict(list)
    for rules in levels.values():
        rules.sort()
        abut = all(abs(two[0] - one[2]) < 1.5 for one, two in pairwise(rules))
        wide = rules[-1][2] - rules[0][0] > 0.35 * page.width and all(rule[2] - rule[0] > 15 for rule in rules)
        if len(rules) > 1 and abut and wide and not any(_underlines(rules[0][1], one) for one in page.lines):
            shelves[tuple(round(rule[0] / 3) for rule in rules)].append(rules[0][1])
    out: list[_Grid] = []
    for key, heights in shelves.items():
        ys = _places(heights)
        if len(ys) < 2:
            continue
        rules = next(r for r in levels.values() if tuple(round(one[0] / 3) for one in sorted(r)) == key)
        xs = [rule[0] for rule in sorted(rules)] + [max(rule[2] for rule in rules)]
        rows: _Segments = {i: [(xs[0], xs[-1])] for i in range(len(ys) + 1)}
        top = _above(page, xs, ys[0])
        ys = [top, *ys] if top < ys[0] else ys
        out.append((xs, ys, rows, {i: [(ys[0], ys[-1])] for i in range(len(xs))}, False))
    return out


def _underlines(height: float, line: Line) -> bool:
    return 0 <= height - line.base < 0.22 * line.size


def _above(page: Page, xs: list[float], rule: float) -> float:
    """Return where the row above the first rule begins: at lines that keep to the columns and stand close."""
    top = rule
    for one in sorted((one for one in page.lines if one.base < rule), key=lambda one: -one.base):
        reach = 2.2 if top == rule else 1.3
        if top - one.base > reach * one.size or not xs[0] - 3 < one.left < xs[-1]:
            break
        if any(one.left < x - 1 and one.right > x + 1 for x in xs[1:-1]):
            break
        top = min(top, one.base)
    return top - 6 if top < rule else rule


def _places(values: Iterable[float]) -> list[float]:
    out: list[float] = []
    for value in sorted(values):
        if out and value - out[-1] < _NEAR:
            continue
        out.append(value)
    return out


def _nearest(places: list[float], value: float) -> int:
    return min(range(len(places)), key=lambda i: abs(places[i] - value))


def _covered(segments: list[tuple[float, float]], low: float, high: float) -> bool:
    """Say whether rules along a line cover most of the stretch between two places."""
    covered = 0.0
    at = low
    for begin, end in sorted(segments):
        begin, end = max(begin, at), min(end, high)
        if end > begin:
            covered += end - begin
            at = end
    return covered > 0.6 * (high - low)


def _filled(
    page: Page, inside: list[Line], xs: list[float], ys: list[float], rows: _Segments, columns: _Segments
) -> Table | None:
    high, wide = len(ys) - 1, len(xs) - 1
    owner = {(r, c): (r, c) for r in range(high) for c in range(wide)}

    def root(cell: tuple[int, int]) -> tuple[int, int]:
        while owner[cell] != cell:
            cell = owner[cell]
        return cell

    for r in range(high):
        for c in range(wide):
            if c + 1 < wide and not _covered(columns[c + 1], ys[r], ys[r + 1]):
                owner[root((r, c + 1))] = root((r, c))
            if r + 1 < high and not _covered(rows[r + 1], xs[c], xs[c + 1]):
                owner[root((r + 1, c))] = root((r, c))
    cells: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for place in owner:
        cells[root(place)].append(place)
    words: dict[tuple[int, int], list[Token]] = defaultdict(list)
    for one in inside:
        for token in one.tokens:
            x, y = (token.left + token.right) / 2, token.base - 0.3 * token.size
            c = max((i for i in range(wide) if xs[i] <= x), default=0)
            r = max((i for i in range(high) if ys[i] <= y), default=0)
            words[root((r, c))].append(token)
    filled = [cell for cell in cells if words.get(cell)]
    if len(filled) < 2 or len({min(c for _, c in cells[cell]) for cell in filled}) < 2:
        return None
    table = Table([], xs[:-1], page.number)
    for r in range(high):
        starts = sorted(min(places) for places in cells.values() if min(places)[0] == r)
        row: list[list[Line]] = []
        for start in starts:
            places = cells[root(start)]
            right = max(c for _, c in places)
            columns_wide = right - start[1] + 1
            rows_high = max(q for q, _ in places) - start[0] + 1
            if columns_wide > 1 or rows_high > 1:
                table.spans[len(table.rows), len(row)] = columns_wide, rows_high
            row.append(_cell_lines(words.get(root(start), []), page.number, xs[start[1]], xs[right + 1]))
        table.rows.append(row)
    return table


def _cell_lines(tokens: list[Token], page: int, low: float, high: float) -> list[Line]:
    rows: list[list[Token]] = []
    for token in sorted(tokens, key=lambda token: (token.base, token.left)):
        if rows and token.base - rows[-1][0].base < 0.35 * token.size:
            rows[-1].append(token)
        else:
            rows.append([token])
    out = []
    for row in rows:
        one = line(sorted(row, key=lambda token: (token.left, token.order)), page)
        one.low, one.high = low, high
        out.append(one)
    if out:
        edge = min(one.left for one in out)
        for one in out:
            one.low, one.high = edge, high - (edge - low)
    return out
