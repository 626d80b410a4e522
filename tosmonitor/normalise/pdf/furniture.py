"""Owns what the pages of a document repeat and is no text of it: running heads and feet, page numbers."""

import re
from collections import Counter, defaultdict
from itertools import pairwise

from tosmonitor.normalise.pdf.layout import Line, Page
from tosmonitor.normalise.pdf.pages import joined

#: How many rows from the edge of a page may belong to its head or foot.
_ROWS = 6
#: The part of a page's height in which a single page may have a head or foot.
_EDGE = 0.12
#: The part of a page's height in which repeated rows are looked for.
_MARGIN = 0.3
_WORDS = (
    "page|pages|seite|página|pagina|pág|pag|pg|p|str|strona|sida|side|sivu|oldal|strana|стр|страница|σελίδα|sayfa|blz|"
    "bladzijde"
)
_OF = "/|of|sur|von|de|di|van|z|ze|av|af|/|de la|из|из|από|din|out of|\\|"
_NUMBER = re.compile(
    rf"[\W_]*(?:(?:{_WORDS})\b\.?)?[\s:]*(?:\d{{1,4}}|[ivxl]{{1,6}})\s*(?:(?:{_OF})\s*(?:{_WORDS})?\s*\d{{1,4}})?[\W_]*"
    r"|第?\s*\d{1,4}\s*[页頁ページ]\W*|\W*\d{1,4}\s*/\s*\d{1,4}\W*",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")
_ROMAN = re.compile(r"\b[ivxl]{1,6}\b")


def without(pages: list[Page]) -> None:
    """Take running heads, running feet and page numbers from the pages; if nothing else is there, they are the text."""
    whole = [page.lines for page in pages]
    edges = [(_edge(page, top=True), _edge(page, top=False)) for page in pages]
    for top in (True, False):
        rows = [edge[0] if top else edge[1] for edge in edges]
        repeated = _repeated(rows, [page.height for page in pages]) - _said_inside(pages, rows)
        counted = _counted(pages, rows)
        for page, near in zip(pages, rows, strict=True):
            dropped: set[int] = set()
            for row in near:
                text = _text(row)
                outer = row[0].base < _EDGE * page.height if top else row[0].base > (1 - _EDGE) * page.height
                if _shape(text) in repeated or (outer and (id(row) in counted or _is_number(text, page, pages, row))):
                    dropped.update(id(line) for line in row)
                elif len(near) > 1:
                    break
            page.lines = [line for line in page.lines if id(line) not in dropped]
    if not any(page.lines for page in pages):
        for page, lines in zip(pages, whole, strict=True):
            page.lines = lines


def _edge(page: Page, *, top: bool) -> list[list[Line]]:
    """Return the rows nearest to an edge of the page, the outermost first."""
    rows: list[list[Line]] = []
    for line in sorted(page.lines, key=lambda line: line.base, reverse=not top):
        inside = line.base < _MARGIN * page.height if top else line.base > (1 - _MARGIN) * page.height
        if not inside:
            break
        if rows and abs(rows[-1][0].base - line.base) < 0.4 * line.size:
            rows[-1].append(line)
        elif len(rows) == _ROWS:
            break
        else:
            rows.append([line])
    return rows


def _repeated(rows: list[list[list[Line]]], heights: list[float]) -> set[str]:
    """Return the shapes of rows that stand at one height on half of the pages, or of the left or the right ones."""
    places: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for number, near in enumerate(rows):
        for row in near:
            places[_shape(_text(row))].append((number, row[0].base / heights[number]))
    out: set[str] = set()
    for shape, found in places.items():
        level = Counter(round(place * 50) for _, place in found)
        most = max(level, key=lambda key: level[key])
        pages = {number for number, place in found if abs(place * 50 - most) <= 1.5}
        many = len(heights)
        enough = len(pages) >= max(2, 0.5 * many) or any(
            len([n for n in pages if n % 2 == side]) >= max(3, 0.7 * len(range(side, many, 2))) for side in (0, 1)
        )
        long = len(shape) > 160  # a paragraph that two short pages share is text
        varies = "#" in shape or many > 2 or all(abs(a[1] - b[1]) < 0.01 for a, b in pairwise(found))
        if enough and varies and not long and len(pages) > 1:
            out.add(shape)
    return out


def _said_inside(pages: list[Page], rows: list[list[list[Line]]]) -> set[str]:
    """Return the shapes of lines that stand away from the edges on many pages too: they are text, or rows of a form."""
    near = {id(line) for page_rows in rows for row in page_rows for line in row}
    inside = Counter(
        shape for page in pages for shape in {_shape(line.text) for line in page.lines if id(line) not in near}
    )
    return {shape for shape, count in inside.items() if count >= max(2, 0.5 * len(pages))}


def _counted(pages: list[Page], rows: list[list[list[Line]]]) -> set[int]:
    """Return the outermost rows that begin or end with a number which counts the pages: heads of chapters."""
    found: dict[tuple[int, int], set[int]] = defaultdict(set)
    for page, near in zip(pages, rows, strict=True):
        text = _text(near[0]) if near else ""
        digits = _DIGITS.findall(text)
        if not digits or len(text) > 120:
            continue
        for side, number in ((0, digits[0]), (1, digits[-1])):
            if (text.startswith(number) if side == 0 else text.endswith(number)) and len(number) < 5:
                found[side, int(number) - page.number].add(id(near[0]))
    out: set[int] = set()
    for same in found.values():
        if len(same) >= max(3, 0.3 * len(pages)):
            out |= same
    return out


def _is_number(text: str, page: Page, pages: list[Page], row: list[Line]) -> bool:
    """Say whether a lone row at the edge is the number of its page."""
    if not _NUMBER.fullmatch(text) or len(text) > 30:
        return False
    digits = _DIGITS.findall(text)
    if not digits:
        return len(pages) > 1 and len(text) < 8
    bare = re.fullmatch(r"\W*\d+\W*", text) is not None
    # A lone number may be the text's own (a year, a sum); the number of a page is near its place.
    return not bare or abs(int(digits[0]) - page.number - 1) <= max(20, len(pages))


def _text(row: list[Line]) -> str:
    return joined(row).text


def _shape(text: str) -> str:
    return (
        _ROMAN.sub("#", _DIGITS.sub("#", " ".join(text.split()).casefold()))
        if len(text) < 12
        else _DIGITS.sub("#", " ".join(text.split()).casefold())
    )
