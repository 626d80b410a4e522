"""Owns ruled tables: cells from the lines that are drawn around them."""

from collections import defaultdict

from tosmonitor.normalise.pdf.columns import Table
from tosmonitor.normalise.pdf.pages import Line, Page, Token, line

_NEAR = 4.0  # points within which two rules are one
_MOST = 3_000  # rules that are looked at on one page


def take(page: Page) -> list[tuple[float, Table]]:
    """Take the ruled tables from the lines of a page; give each with the height at which it begins."""
    out = []
    for xs, ys, rows, columns in _grids(page):
        inside = [one for one in page.lines if xs[0] - 2 < one.left < xs[-1] and ys[0] - 2 < one.base < ys[-1] + 3]
        table = _filled(page, inside, xs, ys, rows, columns)
        if table is None:
            continue
        taken = {id(one) for one in inside}
        page.lines = [one for one in page.lines if id(one) not in taken]
        out.append((ys[0], table))
    return out


_Segments = dict[int, list[tuple[float, float]]]


def _grids(page: Page) -> list[tuple[list[float], list[float], _Segments, _Segments]]:
    """Return of each group of rules that touch: the places of its columns and rows, and the rules along them."""
    across, down = [], []
    for left, top, right, bottom in page.rules[:_MOST]:
        if bottom - top < 3 <= right - left:
            across.append((left, (top + bottom) / 2, right))
        elif right - left < 3 <= bottom - top:
            down.append(((left + right) / 2, top, bottom))
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
    groups: dict[int, tuple[list[tuple[float, float, float]], list[tuple[float, float, float]]]] = {}
    for i, rule in enumerate(across + down):
        group = groups.setdefault(root(i), ([], []))
        group[0 if i < len(across) else 1].append(rule)
    out = []
    for horizontal, vertical in groups.values():
        xs = _places(rule[0] for rule in vertical)
        ys = _places(rule[1] for rule in horizontal)
        if len(xs) < 3 or len(ys) < 2:
            continue
        rows: _Segments = defaultdict(list)
        columns: _Segments = defaultdict(list)
        for left, y, right in horizontal:
            rows[_nearest(ys, y)].append((left, right))
        for x, top, bottom in vertical:
            columns[_nearest(xs, x)].append((top, bottom))
        out.append((xs, ys, rows, columns))
    return sorted(out, key=lambda found: found[1][0])


def _places(values: object) -> list[float]:
    out: list[float] = []
    for value in sorted(values):  # type: ignore[call-overload]
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
    if len(filled) < 3 or len({min(c for _, c in cells[cell]) for cell in filled}) < 2:
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
