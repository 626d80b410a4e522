"""Owns what paragraphs are: headings and their levels, items of lists and how they nest, rows of tables.

A heading is told by its letters (larger, bold, capitals) and its number; its level by the rank of how it is set within
the document, so that all headings set alike have one level whatever the paper.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tosmonitor.normalise.pdf.inline import Speller, nodes, without_leaders
from tosmonitor.normalise.pdf.layout import Line, Table
from tosmonitor.normalise.pdf.markers import Marker, marker
from tosmonitor.normalise.pdf.paragraphs import Joiner, Paragraph
from tosmonitor.normalise.tree import Element

#: Letters this much larger than the running text are a heading's.
_LARGER = 1.12
_LONGEST = 200  # letters of a heading
_NAMED = re.compile(
    r"(?:article|section|chapter|part|annex|appendix|schedule|chapitre|titre|annexe|partie|clause|artikel|abschnitt|"
    r"kapitel|anhang|anlage|artículo|capítulo|sección|anexo|articolo|capitolo|allegato|artigo|§)\s*(?:\d+|[ivxlIVXL]+|[A-Z]|"
    r"premier|1er|unique)\b",
    re.IGNORECASE,
)
_DATED = re.compile(
    r"\b(?:19|20)\d\d\b\W*$|^\W*version\b|\bversion\W*\d|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}\W*$", re.IGNORECASE
)

_Style = tuple[int, bool, bool]  # rank of size, bold, capitals


@dataclass(slots=True)
class _Heading:
    paragraph: Paragraph
    text: str
    style: tuple[float, bool, bool]
    kind: str


def tree(parts: Sequence[Paragraph | Table], joiner: Joiner, speller: Speller) -> list[Element | str]:
    """Return the elements that paragraphs and tables are."""
    levels = _levels([part for part in parts if isinstance(part, Paragraph)], joiner, speller)
    out: list[Element | str] = []
    lists = _Lists(out, joiner.body)
    for part in parts:
        if isinstance(part, Table):
            lists.close()
            out.append(_table(part, joiner, speller))
            continue
        level = levels.get(id(part), 0)
        if level:
            pieces = without_leaders(speller.pieces(part.lines))
            heading = Element(f"h{level}")
            heading.kids = nodes(pieces, strong=False)
            lists.close()
            out.append(heading)
        else:
            lists.add(part, speller)
    return out


def _table(table: Table, joiner: Joiner, speller: Speller) -> Element:
    element = Element("table")
    for r, cells in enumerate(table.rows):
        row = Element("tr", "", element)
        head = r == 0 and all(line.bold for lines in cells for line in lines)
        element.kids.append(row)
        for c, lines in enumerate(cells):
            columns, rows = table.spans.get((r, c), (1, 1))
            raw = f'colspan="{columns}" rowspan="{rows}"' if max(columns, rows) > 1 else ""
            cell = Element("td", raw, row)
            row.kids.append(cell)
            inside = _Lists(cell.kids, joiner.body)
            for part in joiner.join(list(lines)):
                if isinstance(part, Paragraph):
                    inside.add(part, speller, strong=not head)
    return element


# ------------------------------------------------------------------------------------------------- headings


def _levels(paragraphs: list[Paragraph], joiner: Joiner, speller: Speller) -> dict[int, int]:
    """Return the level of each paragraph that is a heading, by its identity."""
    if any(paragraph.level for paragraph in paragraphs):
        return {id(p): min(p.level, 6) for p in paragraphs if p.level}
    letters = sum(len(line.text) for line in joiner.lines) or 1
    strong = sum(len(line.text) for line in joiner.lines if line.bold) / letters
    larger = sum(len(line.text) for line in joiner.lines if line.size >= _LARGER * joiner.body) / letters
    found: list[_Heading] = []
    opening = True  # nothing but headings so far
    titles: list[_Heading] = []
    for number, paragraph in enumerate(paragraphs):
        after = paragraphs[number + 1] if number + 1 < len(paragraphs) else None
        heading = _heading(paragraph, after, joiner, speller, bold=strong < 0.5, large=larger < 0.5)
        if heading is None:
            opening = opening and len(paragraph.lines) == 1 and number < 4
            continue
        found.append(heading)
        if opening and not heading.kind and (not titles or titles[0].style == heading.style):
            titles.append(heading)
    below = found[len(titles) :]
    if titles and any(
        other.style[0] > 1.04 * titles[0].style[0] or (other.style == titles[0].style and not other.kind)
        for other in below
    ):
        titles, below = [], found
    ranks = _ranks(below)
    levels = {id(heading.paragraph): min(ranks[_key(heading)] + bool(titles), 6) for heading in below}
    return levels | {id(heading.paragraph): 1 for heading in titles}


def _key(heading: _Heading) -> tuple[float, bool, bool, str]:
    return (*heading.style, heading.kind)


def _ranks(headings: list[_Heading]) -> dict[tuple[float, bool, bool, str], int]:
    """Return the rank of each way of setting a heading: larger letters first, else in the order of appearance."""
    sizes: list[float] = []
    for size in sorted({heading.style[0] for heading in headings}, reverse=True):
        if not sizes or size < 0.96 * sizes[-1]:
            sizes.append(size)
    out: dict[tuple[float, bool, bool, str], int] = {}
    rank = 0
    for size in sizes:
        styles: list[tuple[bool, bool]] = []
        alike = [heading for heading in headings if 0.96 * size <= heading.style[0] <= size]
        for heading in alike:
            if heading.style[1:] not in styles:
                styles.append(heading.style[1:])
        for style in styles:
            kinds: list[str] = []
            for heading in alike:
                if heading.style[1:] == style and heading.kind and heading.kind not in kinds:
                    kinds.append(heading.kind)
            for place, kind in enumerate(kinds or [""]):
                rank += 1
                for heading in alike:
                    if heading.style[1:] == style and (heading.kind == kind or (not heading.kind and not place)):
                        out[_key(heading)] = rank
    return out


def _heading(
    paragraph: Paragraph, after: Paragraph | None, joiner: Joiner, speller: Speller, *, bold: bool, large: bool
) -> _Heading | None:
    """Return what kind of heading a paragraph is, None if it is none."""
    if paragraph.plain or len(paragraph.lines) > 4:
        return None
    number = paragraph.marker or marker(paragraph.lines[0].tokens)
    if number is not None and (number.value == 0 or number.kind[0] in "(["):
        return None
    text = speller.text(paragraph.lines).strip()
    words = text[len(number.text) :].strip() if number else text
    if not any(c.isalpha() for c in words) or len(text) > _LONGEST or len(words) < 2:
        return None
    size = paragraph.size
    caps = words.upper() == words != words.lower() and sum(c.isalpha() for c in words) > 3
    ended = text.endswith((".", ";", ",")) and not (number and paragraph.bold and len(paragraph.lines) == 1)
    named = _NAMED.match(text)
    kind = "named" if named else _shape(number) if number else ""
    short = len(text) < 120 and len(paragraph.lines) <= 3
    if large and size >= _LARGER * joiner.body and (not ended or size > 1.3 * joiner.body):
        if _DATED.search(text) and size < 1.35 * joiner.body and not number:
            return None
        return _Heading(paragraph, text, (size, paragraph.bold, False), kind)
    if not short or ended or (_DATED.search(text) and not number):
        return None
    if text.endswith(":") and not number and not named:
        return None
    if paragraph.bold and bold and size > 0.9 * joiner.body:
        return _Heading(paragraph, text, (joiner.body, True, caps), kind)
    alone = after is not None and (after.marker is None or number is None or after.marker.kind != number.kind)
    if (
        alone
        and len(paragraph.lines) == 1
        and (named or (caps and (number or len(words) < 80)))
        and size > 0.9 * joiner.body
    ):
        return _Heading(paragraph, text, (joiner.body, False, caps), kind)
    return None


def _shape(number: Marker) -> str:
    """Return how a heading is numbered: 1., A., I. and 1.1 are ranks of their own."""
    if number.path:
        return ".".join("1" for _ in number.path)
    letters = number.text.strip(".)")
    if letters.upper() == letters and set(letters) <= set("IVX"):
        return "I"
    return number.kind[0]


# ------------------------------------------------------------------------------------------------- lists


@dataclass(slots=True)
class _List:
    element: Element
    kind: str
    left: float
    item: Element
    text_left: float
    size: float
    value: int
    depth: int


class _Lists:
    """Puts paragraphs after one another, items into the lists that are open."""

    def __init__(self, out: list[Element | str], body: float) -> None:
        self.out = out
        self.body = body
        self.open: list[_List] = []

    def close(self) -> None:
        """End all lists."""
        self.open.clear()

    def add(self, paragraph: Paragraph, speller: Speller, *, strong: bool = True) -> None:
        """Add a paragraph that is no heading."""
        found = paragraph.marker
        element = Element("p")
        if found is None or len(found.path) > 1:
            element.kids = nodes(without_leaders(speller.pieces(paragraph.lines)), strong=strong)
            if not any(text.strip() for text in element.strings()):
                return
            self._holder(paragraph).append(element)
            return
        if found.value == 0 and found.tokens == 0:
            pieces = speller.pieces(paragraph.lines, cut=found.text)
        else:
            counted = found.value == 0 or _counts(found)
            pieces = speller.pieces(paragraph.lines, found.tokens if counted else 0)
        element.kids = nodes(without_leaders(pieces), strong=strong)
        if not any(text.strip() for text in element.strings()):
            return
        self._item(paragraph, found).kids.append(element)

    def _holder(self, paragraph: Paragraph) -> list[Element | str]:
        """Return where a paragraph without a marker goes: into the item whose text it is in line with, or after all."""
        if paragraph.depth >= 0:
            while self.open and self.open[-1].depth > paragraph.depth:
                self.open.pop()
            if self.open and paragraph.continues:
                return self.open[-1].item.kids
        left = min(line.left for line in paragraph.lines[:2])  # the first may be indented
        while self.open and paragraph.depth < 0:
            last = self.open[-1]
            if left > last.left + 0.5 * last.size and abs(left - last.text_left) < 0.9 * last.size:
                return last.item.kids
            self.open.pop()
        self.open.clear()
        return self.out

    def _item(self, paragraph: Paragraph, found: Marker) -> Element:
        left, size = paragraph.lines[0].left, paragraph.size
        kind = found.kind if found.value else "•"
        if paragraph.depth >= 0:
            while self.open and self.open[-1].depth > paragraph.depth:
                self.open.pop()
            same = bool(self.open) and self.open[-1].depth == paragraph.depth and self.open[-1].kind == kind
            if self.open and self.open[-1].depth == paragraph.depth and not same:
                self.open.pop()
        else:
            same = self._unwind(kind, left, size, found)
        if not same:
            self._begin(kind, left, size, paragraph, found)
        last = self.open[-1]
        item = Element("li", "", last.element)
        if last.element.tag == "ol":
            item.parsed = {"value": str(found.value)}
        last.element.kids.append(item)
        last.item, last.left, last.text_left, last.value = item, left, paragraph.text_left, found.value
        return item

    def _unwind(self, kind: str, left: float, size: float, found: Marker) -> bool:
        """Close the lists that the item is not in; say whether it goes on with the innermost that stays."""
        while self.open and left < self.open[-1].left - 0.8 * size:
            self.open.pop()
        if not self.open or left > self.open[-1].left + 0.8 * size:
            return False
        if self.open[-1].kind == kind:
            return True
        if any(one.kind == kind and (one.value + 1 == found.value or kind == "•") for one in self.open[:-1]):
            while self.open[-1].kind != kind:
                self.open.pop()
            return True
        if self.open[-1].kind == "•" or (found.value > 1 and kind != "•"):
            self.open.pop()
            return False
        return False  # (a) under 1., not indented

    def _begin(self, kind: str, left: float, size: float, paragraph: Paragraph, found: Marker) -> None:
        holder = self.open[-1].item if self.open else None
        element = Element("ol" if _counts(found) else "ul", "", holder)
        (holder.kids if holder is not None else self.out).append(element)
        depth = paragraph.depth
        self.open.append(_List(element, kind, left, element, paragraph.text_left, size, 0, depth))


def _counts(found: Marker) -> bool:
    """Say whether Markdown has such numbers: 1. and 1) alone; others stay as they are written."""
    return len(found.path) == 1 and found.kind in ("1.", "1)")


def lines_of(parts: Sequence[Line | Table]) -> list[Line]:
    """Return all lines, those in cells as well, in the order of reading."""
    out: list[Line] = []
    for part in parts:
        if isinstance(part, Table):
            out.extend(line for row in part.rows for cell in row for line in cell)
        else:
            out.append(part)
    return out
