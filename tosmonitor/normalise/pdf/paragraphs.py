"""Owns which lines make one paragraph: over lines, columns and pages.

A line goes on with the paragraph before it unless something says otherwise: a wider gap, other letters, the marker of
an item, an indentation, or room left on the line before although the next word would have fitted.
"""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

from tosmonitor.normalise.pdf.layout import Line, Table
from tosmonitor.normalise.pdf.markers import Marker, marker, roman
from tosmonitor.normalise.pdf.pages import LEADERS

_END = re.compile(r"[.!?:;。！？：；…][\"'”»’)\]]*$")
#: Gaps between base lines, in usual ones: none within a paragraph is above the second, few above the first.
_GAP, _BREAK = 1.17, 1.65
#: The usual distance of base lines in sizes of letters, where a document has too few lines to tell.
_PITCH = 1.2


@dataclass(slots=True)
class Paragraph:
    """Lines that belong together; `marker` if it is an item; `level` 1 to 6 if the file itself says it is a heading."""

    lines: list[Line]
    marker: Marker | None = None
    level: int = 0
    plain: bool = False  # the file says it is no heading
    text_left: float = 0.0  # where its text begins, after the marker
    depth: int = -1  # of the list that the file says it is in
    continues: bool = False  # it belongs to the item before it
    sizes: list[float] = field(default_factory=list)

    @property
    def size(self) -> float:
        """Return the size of most of its letters."""
        return max(self.lines, key=lambda line: len(line.text)).size

    @property
    def bold(self) -> bool:
        """Say whether all its lines are bold."""
        return all(line.bold for line in self.lines)


class Joiner:
    """Joins the lines of one document, in the order of reading."""

    def __init__(self, lines: list[Line]) -> None:
        weights: Counter[float] = Counter()
        for line in lines:
            weights[line.size] += len(line.text)
        #: The size of the running text.
        self.body = max(weights, key=lambda size: (weights[size], size)) if weights else 1.0
        self.pitch = self._pitch(lines)
        self.markers = [marker(line.tokens) for line in lines]
        self._at = {id(line): i for i, line in enumerate(lines)}
        self.lines = lines
        self.edges = Counter(round(line.left / 2) for line in lines)
        self._set_margins(lines)
        self._follows = self._sequences()

    def _pitch(self, lines: list[Line]) -> dict[float, float]:
        """Return the usual distance of base lines for each size of letters."""
        found: dict[float, Counter[float]] = defaultdict(Counter)
        for one, two in pairwise(lines):
            gap = (two.base - one.base) / one.size
            if one.page == two.page and one.column == two.column and one.size == two.size and 0.9 < gap < 2.6:
                found[one.size][round(gap * 20) / 20] += min(len(one.text), len(two.text))
        main = found.get(self.body)
        usual = max(main, key=lambda gap: (main[gap], -gap)) if main else _PITCH
        out = dict.fromkeys(found, usual)
        for size, gaps in found.items():
            if sum(gaps.values()) > 400:  # notes and annexes may be set tighter or looser
                out[size] = max(gaps, key=lambda gap: (gaps[gap], -gap))
        out[0.0] = usual
        return out

    def _set_margins(self, lines: list[Line]) -> None:
        """Set the bounds of the column that each line stands in: those that long lines of the document reach."""
        groups: dict[tuple[int, int, bool], list[Line]] = defaultdict(list)
        for line in lines:
            if not line.high:
                groups[line.column, 0 if line.column == 0 else line.page, False].append(line)
        for group in groups.values():
            rights = sorted(line.right for line in group)
            high = rights[min(len(rights) - 1, int(len(rights) * 0.97))]
            low = min(line.left for line in group)
            for line in group:
                line.low, line.high = low, max(high, line.right)
        stretch: list[Line] = []
        for line in lines:
            if stretch and not self._adjacent(stretch[-1], line):
                self._narrow(stretch)
                stretch = []
            stretch.append(line)
        self._narrow(stretch)

    def _adjacent(self, one: Line, two: Line) -> bool:
        return (
            one.page == two.page and one.column == two.column and one.size == two.size
            and 0 < two.base - one.base < 1.3 * self._usual(one)
        )  # fmt: skip

    def _narrow(self, stretch: list[Line]) -> None:
        """Bring the margin in where a whole stretch of lines ends before the column does."""
        if len(stretch) < 3:
            return
        high = max(line.right for line in stretch)
        near = sum(line.right > high - 5 * line.size for line in stretch)
        first = stretch[0]
        if near >= 0.6 * len(stretch) and high > first.low + 0.5 * (first.high - first.low):
            for line in stretch:
                line.high = high

    def _usual(self, line: Line) -> float:
        return self.pitch.get(line.size, self.pitch[0.0]) * line.size

    # ------------------------------------------------------------------------------------------- markers

    def _sequences(self) -> set[int]:
        """Return the lines whose enumerator has its neighbour at the head of another line: those are lists."""
        out: set[int] = set()
        recent: dict[str, list[tuple[int, Marker]]] = defaultdict(list)
        chains: dict[int, list[int]] = {}
        for i, found in enumerate(self.markers):
            if found is None:
                continue
            if found.value == 0:
                out.add(i)
                continue
            for j, other in recent[found.kind][-12:]:
                if _next(other, found) and abs(self.lines[j].left - self.lines[i].left) < 3 * self.lines[i].size:
                    chains[i] = chains.get(j) or [j]
                    chains[i].append(i)
                    chains[j] = chains[i]
            recent[found.kind].append((i, found))
        for chain in chains.values():
            begun = [self._begins(i) for i in chain]
            if sum(begun) >= 0.5 * len(begun):
                out.update(chain)
        return out

    def _begins(self, i: int) -> bool:
        """Say whether something besides its marker makes a line begin a paragraph; "(a)" may stand in a sentence."""
        if i == 0:
            return True
        last, line = self.lines[i - 1], self.lines[i]
        if last.page != line.page or last.column != line.column or line.base <= last.base:
            return True
        if (line.base - last.base) / self._usual(last) > _GAP or abs(last.size - line.size) > 0.08 * line.size:
            return True
        return not self._full(last, line) or abs(line.left - last.left) > 0.8 * line.size or last.bold != line.bold

    def marker_of(self, line: Line) -> Marker | None:
        """Return the marker of a line that is an item."""
        i = self._at.get(id(line))
        return self.markers[i] if i is not None and i in self._follows else None

    # ------------------------------------------------------------------------------------------- paragraphs

    def join(self, parts: list[Line | Table]) -> list[Paragraph | Table]:
        """Return the paragraphs that lines make; tables stand between them."""
        out: list[Paragraph | Table] = []
        current: Paragraph | None = None
        for part in parts:
            if isinstance(part, Table):
                out.append(part)
                current = None
                continue
            if current is not None and self._continues(current, part):
                current.lines.append(part)
                continue
            current = self._begun(part)
            out.append(current)
        return out

    def _begun(self, line: Line) -> Paragraph:
        found = self.marker_of(line)
        left = line.left
        if found is not None and len(line.tokens) > found.tokens:
            left = line.tokens[found.tokens].left if found.tokens else line.tokens[0].left
        return Paragraph([line], found, text_left=left)

    def _continues(self, paragraph: Paragraph, line: Line) -> bool:
        last, first = paragraph.lines[-1], paragraph.lines[0]
        size = max(last.size, line.size)
        if abs(last.size - line.size) > 0.08 * size:
            return False
        found = self.marker_of(line)
        if found is not None and found.value == 0:
            return False
        text, before = line.text, last.text
        if LEADERS.search(before):
            return False
        ended = _END.search(before) is not None
        lower = text[:1].islower() or (text[:1].isalpha() and text[0].lower() == text[0].upper())
        bold = all(one.bold for one in paragraph.lines)
        if bold != line.bold and not (self._full(last, line) and not ended):
            return False
        if found is not None and not (lower and not ended and self._full(last, line) and not found.kind.endswith(".")):
            return False
        if last.page != line.page or last.column != line.column or line.base < last.base:
            return self._turned(paragraph, line, ended=ended, lower=lower)
        gap = (line.base - last.base) / self._usual(last)
        if gap > _BREAK:
            return False
        if gap > _GAP and not (lower and not ended and self._full(last, line)):
            return False
        if not self._full(last, line):
            return lower and not ended and self._room(last, line) < 0.25 * (last.high - last.low) and not last.bold
        if self._centred(last) and self._centred(line):
            return True
        indent = (line.left - (paragraph.text_left if len(paragraph.lines) == 1 else paragraph.lines[-1].left)) / size
        if paragraph.marker is not None and len(paragraph.lines) == 1:
            return indent < 1.5 and line.left > first.low - 1
        if indent > 0.8:
            return not ended and len(paragraph.lines) == 1 and paragraph.marker is None and lower
        if indent < -0.8 and len(paragraph.lines) > 1:
            return not ended and lower
        return True

    def _turned(self, paragraph: Paragraph, line: Line, *, ended: bool, lower: bool) -> bool:
        """Say whether a paragraph goes on over a page or in the next column."""
        last = paragraph.lines[-1]
        if ended or not (lower or self._full(last, line)):
            return False
        if not self._full(last, line) and self._room(last, line) > 0.3 * (last.high - last.low):
            return False
        if last.bold and not lower:
            return False
        if paragraph.marker is not None and line.column == last.column:
            edge = paragraph.lines[1].left if len(paragraph.lines) > 1 else paragraph.text_left
            return abs(line.left - edge) < 2 * line.size
        return lower or line.left - line.low < 2 * line.size

    def _room(self, last: Line, line: Line) -> float:
        """Return the room that the last line left for the first word of the next, in points; negative for none."""
        word = line.tokens[0].right - line.tokens[0].left
        for one, two in pairwise(line.tokens):
            if not two.glued:
                break
            word += two.right - one.right
        free = last.high - last.right
        if self._centred(last):
            free = (last.high - last.low) - last.width
        return free - word - 0.25 * last.size

    def _centred(self, line: Line) -> bool:
        left, right = line.left - line.low, line.high - line.right
        even = min(left, right) > 1.5 * line.size and abs(left - right) < 1.5 * line.size
        return even and self.edges[round(line.left / 2)] < 3  # no indentation that other lines have as well

    def _full(self, last: Line, line: Line) -> bool:
        if "-" in last.text[-1:] or last.text[-1:] == "\xad":
            return True
        return self._room(last, line) < 0.35 * last.size


def _next(one: Marker, two: Marker) -> bool:
    """Say whether `two` counts on from `one`."""
    if one.path and two.path:
        return one.path[:-1] == two.path[:-1] and two.value == one.value + 1
    if two.value == one.value + 1:
        return True
    first, second = roman(one.text.strip("()[].")), roman(two.text.strip("()[]."))
    return 0 < first == second - 1
