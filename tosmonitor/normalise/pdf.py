"""Owns the way from a PDF to a tree of headings, paragraphs and lists; the file itself is read by `pdf_worker`.

The layout is judged by proportions alone (sizes, gaps and margins of the document itself), so that the same text
exported again gives the same tree.
"""

import json
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from tosmonitor.errors import DamagedError, EmptyTextError
from tosmonitor.normalise.characters import clean
from tosmonitor.normalise.tree import Element

#: Wall-clock limit of one reading, in seconds; memory and CPU limits are the worker's own.
PATIENCE = 40
_WORKER = Path(__file__).with_name("pdf_worker.py")
_BULLET = re.compile(r"[●•▪■◦○‣⁃∙·➢➤✓❖\uf0b7\uf0a7\uf0d8]\s*|[-–—*o]\s+(?=\S)")
_ENUMERATION = re.compile(
    r"(?:\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)]|\d{1,2}(?:\.\d{1,2})+\.?|article\s+\d+|section\s+\d+)\s",
    re.IGNORECASE,
)
_PAGE_NUMBER = re.compile(
    r"\W*(?:page|seite|página|pagina|strona|p\.?)?\s*\d{1,4}\s*(?:(?:/|of|sur|von|de|di|van|z)\s*\d{1,4})?\W*",
    re.IGNORECASE,
)
_END = re.compile(r"[.!?:;。！？：；][\"'”»)\]]*$")
_HYPHEN = re.compile(r"(?<=[^\W\d_])(?:\ufffe|\xad|\x02|-)$")
_BROKEN = re.compile(r"([^\W\d_]+)[\ufffe\x02\xad] ?([^\W\d_]+)")


@dataclass(slots=True)
class Line:
    """One line as set: its place in points from the bottom left of page `page`."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    size: float
    bold: bool
    links: list[tuple[str, str]]
    page: int


def read(body: bytes) -> list[Element | str]:
    """Return the blocks of a PDF.

    Raise DamagedError where it cannot be read within the limits, EmptyTextError where its pages are pictures.
    """
    answer = _ask(body)
    lines: list[Line] = []
    heights: list[float] = []
    for number, page in enumerate(answer["pages"]):
        heights.append(page["height"])
        for text, left, bottom, right, top, size, bold, links in page["lines"]:
            lines.append(Line(text, left, bottom, right, top, size or 1.0, bold, [(t, u) for t, u in links], number))
    if not lines:
        raise EmptyTextError(f"the PDF has {len(heights)} pages and no text: they are pictures, as scanners make them")
    return _blocks(_without_running_lines(lines, heights))


def _ask(body: bytes) -> Any:
    """Return what the worker read; every way in which it can end without an answer is a DamagedError."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(_WORKER)], input=body, capture_output=True, timeout=PATIENCE, check=False, env={}
        )
    except subprocess.TimeoutExpired as error:
        raise DamagedError(f"the PDF could not be read within {PATIENCE} seconds") from error
    if done.returncode:
        raise DamagedError(
            f"the PDF made its reader stop (exit {done.returncode}): it is damaged or needs more than is allowed"
        )
    answer = json.loads(done.stdout)
    if "error" in answer:
        raise DamagedError(f"the PDF cannot be read: {answer['error']}")
    return answer


def _without_running_lines(lines: list[Line], heights: list[float]) -> list[Line]:
    """Drop what stands in the margins of most pages: heads, feet, page numbers."""
    pages = len(heights)
    seen: Counter[str] = Counter()
    edge: set[int] = set()
    for i, line in enumerate(lines):
        height = heights[line.page]
        if line.bottom > 0.9 * height or line.top < 0.1 * height:
            edge.add(i)
    for _, text in {(lines[i].page, _shape(lines[i].text)) for i in edge}:
        seen[text] += 1
    return [
        line
        for i, line in enumerate(lines)
        if i not in edge
        or not (_PAGE_NUMBER.fullmatch(line.text) or (pages > 1 and seen[_shape(line.text)] >= max(2, pages / 2)))
    ]


def _shape(text: str) -> str:
    return re.sub(r"\d+", "#", " ".join(text.split())).casefold()


def _blocks(lines: list[Line]) -> list[Element | str]:
    weights: Counter[float] = Counter()
    for line in lines:
        weights[line.size] += len(line.text)
    body = weights.most_common(1)[0][0]
    pitches = [
        round((before.bottom - line.bottom) / body, 2)
        for before, line in pairwise(lines)
        if before.page == line.page and before.size == line.size == body and 0 < before.bottom - line.bottom < 3 * body
    ]
    pitch = (Counter(pitches).most_common(1)[0][0] if pitches else 1.2) * body
    wide = [line.right for line in lines if line.size == body]
    margin = sorted(wide)[int(len(wide) * 0.95)] if wide else 0.0
    start = min((line.left for line in lines), default=0.0)
    words = Counter(re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", " ".join(line.text for line in lines).casefold()))
    sizes = sorted({line.size for line in lines if line.size >= 1.15 * body and len(line.text) > 1}, reverse=True)
    groups: list[list[Line]] = []
    for line in lines:
        if groups and _continues(groups[-1], line, body, pitch, margin, margin - start):
            groups[-1].append(line)
        else:
            groups.append([line])
    out: list[Element | str] = []
    items: Element | None = None
    for group in groups:
        text = _joined(group, words)
        if not text.strip():
            continue
        links = [link for line in group for link in line.links]
        bullet = _BULLET.match(text)
        level = _level(group, text, body, sizes)
        if bullet and not level:
            if items is None:
                items = Element("ul")
                out.append(items)
            items.kids.append(_element("li", text[bullet.end() :], links, items))
            continue
        items = None
        out.append(_element(f"h{level}" if level else "p", text, links, None))
    return out


def _continues(group: list[Line], line: Line, body: float, pitch: float, margin: float, width: float) -> bool:
    """Say whether `line` goes on with the paragraph of `group`."""
    last = group[-1]
    if abs(last.size - line.size) > 0.08 * body or _BULLET.match(line.text):
        return False
    if last.bold != line.bold and (last.bold or _ENUMERATION.match(line.text)):
        return False
    full = last.right > margin - 0.2 * width
    ended = _END.search(last.text) is not None
    if last.page != line.page or line.bottom > last.bottom + body:  # over a page, or up into the next column
        return full and not ended and line.text[:1].islower()
    gap = last.bottom - line.bottom
    if abs(gap) < 0.4 * body:  # the same line, written in pieces
        return True
    usual = max(pitch, 1.02 * line.size) * (line.size / body if line.size > body else 1)
    if gap > 1.3 * usual:
        return False
    if _ENUMERATION.match(line.text) and (ended or not full):
        return False
    return full or not ended or line.text[:1].islower()


def _joined(group: list[Line], words: Counter[str]) -> str:
    """Return the text of a paragraph, its lines joined and its hyphenation undone."""
    text = ""
    for line in group:
        piece = " ".join(line.text.split())
        if text and _HYPHEN.search(text) and piece[:1].islower():
            text = text[:-1] + "\ufffe" + piece
        elif text and (text[-1] in "-/" or (_unspaced(text[-1]) and _unspaced(piece[:1]))):
            text += piece
        else:
            text = f"{text} {piece}" if text else piece

    def whole(match: re.Match[str]) -> str:
        first, second = match[1], match[2]
        compound = words[f"{first}-{second}".casefold()]
        simple = words[f"{first}{second}".casefold()]
        known = words[first.casefold()] > 1 and words[second.casefold()] > 1
        return f"{first}-{second}" if compound > simple or (not simple and known) else first + second

    return clean(_BROKEN.sub(whole, text).replace("\ufffe", "-"))


def _unspaced(character: str) -> bool:
    return "\u2e80" <= character <= "\u9fff" or "\uf900" <= character <= "\uffef"


def _level(group: list[Line], text: str, body: float, sizes: list[float]) -> int:
    """Return the level of a heading, 0 for a paragraph: by size first, then by weight."""
    size = max(line.size for line in group)
    if len(text) > 200 or not any(c.isalpha() for c in text):
        return 0
    if size >= 1.15 * body:
        return min(1 + sum(other > 1.04 * size for other in sizes), 5)
    bold = all(line.bold for line in group)
    if bold and len(group) <= 2 and len(text) < 120 and not text.endswith((".", ";", ",")):
        return min(2 + bool(sizes), 6)
    return 0


def _element(tag: str, text: str, links: list[tuple[str, str]], parent: Element | None) -> Element:
    element = Element(tag, "", parent)
    at = 0
    for linked, url in links:
        place = text.find(linked, at)
        if place < 0:
            continue
        if text[at:place]:
            element.kids.append(text[at:place])
        anchor = Element("a", "", element)
        anchor.parsed = {"href": url}
        anchor.kids.append(linked)
        element.kids.append(anchor)
        at = place + len(linked)
    if text[at:]:
        element.kids.append(text[at:])
    return element
