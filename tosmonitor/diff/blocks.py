"""Owns how a Markdown text falls into blocks and under which headings a place lies.

Blocks cover the text: the first begins at 0, each ends where the next begins, blank lines belong to the block
above them. Positions are code points. What is understood is what saved web pages hold: ATX and setext headings,
list items, table rows, fenced code, HTML lines, rules, paragraphs.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from tosmonitor.diff.tokens import TAG


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a text: `kind` is heading, paragraph, item, row, separator, code, html or rule."""

    kind: str
    start: int
    end: int
    level: int = 0  # of a heading, from 1


BLANK = re.compile(r"\n(?:[^\S\n]*\n)+")
_FENCED = re.compile(r"^ {0,3}(```+|~~~+)[^\n]*\n.*?^ {0,3}\1[^\S\n]*$", re.MULTILINE | re.DOTALL)
_UNDERLINE = re.compile(r"[^\S\n]*(?:=+|-+)\s*")
_HEAD = re.compile(
    r"[^\S\n]*(?:(?P<atx>#{1,6})[^\S\n]+\S|(?P<rule>(?:\*[^\S\n]*){3,}$|(?:-[^\S\n]*){3,}$|(?:_[^\S\n]*){3,}$)"
    r"|(?P<row>\|)|(?P<html><)|(?P<item>(?:[*+\-•]|\d{1,3}\\?[.)])[^\S\n]+\S))"
)
_SEPARATOR = re.compile(r"[|\s:\-]+")


def chunks(text: str) -> list[tuple[int, int, int]]:
    """Return the stretches between blank lines as (start, end of body, end); fenced code stays whole."""
    cuts = [match.span() for match in BLANK.finditer(text)]
    if "```" in text or "~~~" in text:
        fences = [match.span() for match in _FENCED.finditer(text)]
        cuts = [cut for cut in cuts if not any(a < cut[0] < b for a, b in fences)]
    out = []
    start = 0
    for body, end in cuts:
        if body > start or start == 0:
            out.append((start, body, end))
            start = end
    if start < len(text):
        body = len(text) - (1 if text.endswith("\n") else 0)
        out.append((start, max(start, body), len(text)))
    return out


def inside(text: str, start: int, body: int, end: int) -> list[Block]:
    """Return the blocks of one chunk."""
    stretch = text[start:body]
    if "\n" not in stretch:
        kind, level = _kind(stretch)
        return [Block(kind, start, end, level)]
    if stretch.lstrip().startswith(("```", "~~~")):
        return [Block("code", start, end)]
    return list(_lines(stretch, start, end))


def _kind(line: str) -> tuple[str, int]:
    match = _HEAD.match(line)
    if not match:
        return "paragraph", 0
    if match["atx"]:
        return "heading", len(match["atx"])
    if match["row"]:
        return ("separator" if _SEPARATOR.fullmatch(line) else "row"), 0
    return ("rule" if match["rule"] else "html" if match["html"] else "item"), 0


def _lines(stretch: str, start: int, end: int) -> Iterator[Block]:
    lines = stretch.split("\n")
    open_kind, open_at, open_level = "", start, 0
    position = start
    skip = False
    for index, line in enumerate(lines):
        at, position = position, position + len(line) + 1
        if skip:
            skip = False
            continue
        kind, level = _kind(line)
        if kind == "paragraph" and index + 1 < len(lines) and line and _UNDERLINE.fullmatch(lines[index + 1]):
            if not open_kind or open_kind in ("heading", "row", "separator", "rule"):
                kind, level, skip = "heading", 1 if "=" in lines[index + 1] else 2, True
        elif open_kind and (
            (kind == "paragraph" and open_kind in ("paragraph", "item", "html")) or (kind == "html" == open_kind)
        ):
            continue
        if open_kind:
            if kind == "paragraph" and open_kind in ("paragraph", "item", "html"):
                continue
            yield Block(open_kind, open_at, at, open_level)
        open_kind, open_at, open_level = kind, at, level
    yield Block(open_kind, open_at, end, open_level)


def split(text: str) -> tuple[Block, ...]:
    """Return the blocks of `text`; they cover it."""
    return tuple(block for chunk in chunks(text) for block in inside(text, *chunk))


_HEADING = re.compile(
    r"^[^\S\n]*(?:(#{1,6})[^\S\n]+(\S[^\n]*)|([^\s#|<>][^\n]*)\n[^\S\n]*(=+|-+)[^\S\n]*$)", re.MULTILINE
)
_UNDERLINED = re.compile(r"\n[^\S\n]*(?:=+|-+)[^\S\n]*(?:\n|\Z)")
_HASHED = re.compile(r"\n[^\S\n]*(#{1,6})[^\S\n]+(\S[^\n]*)()()")  # what most texts hold, in half the time
_BREAK = re.compile(r"(?<!\\)<br\s*/?>", re.IGNORECASE)
_MARKS = re.compile(rf"\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s+\"[^\"\n]*\")?\)|{TAG}|[*_`\[\]]|\\(?=\W)")


def plain(markdown: str) -> str:
    """Return a line of Markdown without its marks and link targets, on one line."""
    return " ".join(_MARKS.sub("", _BREAK.sub(" ", markdown)).split())


_LEAD = re.compile(r"^[^\S\n]*(?:>[^\S\n]*)*(?:#{1,6}[^\S\n]+|[*+\-•][^\S\n]+)?", re.MULTILINE)
_RULES = re.compile(r"^[^\S\n]*(?:=+|-+|(?:[*_-][^\S\n]*){3,}|[|\s:\-]+)$", re.MULTILINE)


def plain_lines(markdown: str) -> str:
    """Return Markdown as plain lines, one a block: no marks, no link targets, no rules, no blank lines."""
    lines = []
    for block in split(markdown):
        text = plain(_LEAD.sub("", _RULES.sub("", markdown[block.start : block.end])))
        text = text.strip("| ").replace(" | ", " — ") if block.kind == "row" else text
        if text:
            lines.append(text)
    return "\n".join(lines)


def is_heading(body: str) -> bool:
    """Say whether a block's text, without the blank lines around it, is a heading and nothing else."""
    match = _HEADING.match(body)
    return match is not None and match.end() == len(body.rstrip())


def _headings(text: str) -> Iterable[re.Match[str]]:
    first = _HEADING.match(text)
    rest = _HEADING if _UNDERLINED.search(text) else _HASHED
    return chain([first] if first else [], rest.finditer(text, first.end() if first else 0))


class Headings:
    """The headings of a text and the path of headings above any place in it."""

    def __init__(self, text: str) -> None:
        self._at: list[int] = []
        self._paths: list[tuple[str, ...]] = []
        stack: list[tuple[int, str]] = []
        for match in _headings(text):
            hashes, atx, setext, rule = match.groups()
            level = len(hashes) if hashes else 1 if "=" in rule else 2
            title = plain(atx.rstrip("# \t") if atx else setext)
            if not title:
                continue
            while stack and stack[-1][0] >= level:
                stack.pop()
            stack.append((level, title))
            self._at.append(match.start() + text.startswith("\n", match.start()))
            self._paths.append(tuple(name for _, name in stack))

    def path(self, position: int) -> tuple[str, ...]:
        """Return the headings over `position`, outermost first; a heading is under itself."""
        index = bisect_right(self._at, position)
        return self._paths[index - 1] if index else ()

    def starting(self, start: int, end: int) -> list[tuple[str, ...]]:
        """Return the paths of the headings that begin in [start, end)."""
        return [self._paths[k] for k, at in enumerate(self._at) if start <= at < end]
