"""What a person sees of a block of Markdown: its words without its marks, with the weighty ones known.

A redline shows slices of Markdown that no parser can read on their own (half a link, one asterisk). So marks are not
parsed but hidden: `marks` gives the spans of a block that are not to be seen, `seen` the rest of any slice of it.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from html import escape

from tosmonitor.diff.emphasis import emphasis
from tosmonitor.site.markdown import plain

_MARKS = re.compile(
    r"""
      ^[ \t]*\#{1,6}[ \t]+                          # heading
    | ^[ \t]*[-*+][ \t]+(?=\S)                      # bullet
    | ^[ \t]*>[ \t]?                                # quotation
    | ^[ \t]*\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-{2,}:?[ \t]*)*\|?[ \t]*$   # rule under a table's head, or alone
    | ^[ \t]*\|[ \t]* | [ \t]*\|[ \t]*$             # outer bars of a row
    | !?\[(?=[^\]\n]{0,2000}\]\()                   # a link's or an image's first half
    | \]\((?:[^()\s]|\([^()\s]*\)){0,4000}(?:[ ]+"[^"\n]{0,500}")?\)   # and its second
    | \*\*+ | (?<!\w)__?(?=\S) | (?<=\S)__?(?!\w) | (?<![\w*])\*(?=\S) | (?<=\S)\*(?![\w*])   # emphasis
    | `+
    | (?<!\\)<br[ ]?/?>                             # a line break in a cell, as others write it: seen as a space
    | \\(?=[!-/:-@\[-`{-~])                          # escape
    """,
    re.MULTILINE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Marks:
    """The spans of one text that are not to be seen, in order."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def seen(self, start: int, end: int) -> str:
        """Return what is seen of the slice from `start` to `end`."""
        out = []
        at = start
        index = max(0, bisect_right(self.starts, start) - 1)
        while index < len(self.starts) and self.starts[index] < end:
            if self.ends[index] > at:
                if self.starts[index] > at:
                    out.append(self.text[at : self.starts[index]])
                if self.text[self.starts[index]] == "<":
                    out.append(" ")
                at = max(at, self.ends[index])
            index += 1
        if at < end:
            out.append(self.text[at:end])
        return "".join(out)


def marks(text: str) -> Marks:
    """Return the spans of `text` that are Markdown rather than words."""
    found = [match.span() for match in _MARKS.finditer(text) if match.end() > match.start()]
    return Marks(text, tuple(start for start, _ in found), tuple(end for _, end in found))


def words(text: str) -> str:
    """Return Markdown as the words that are seen, on one line."""
    return " ".join(plain(marks(text).seen(0, len(text))).split())


def shape(block: str) -> str:
    """Say what a block is, from how it begins: heading, item, row or paragraph."""
    start = block.lstrip(" \t\n")
    if re.match(r"#{1,6}\s", start):
        return "heading"
    if re.match(r"[-*+]\s", start):
        return "item"
    return "row" if start.startswith("|") else "paragraph"


def weighty(text: str) -> bool:
    """Say whether there is a number, a period, a negation, a modal verb, a party or a jurisdiction in text."""
    return bool(emphasis(text))


def weighed(text: str) -> str:
    """Return text as HTML, with the words in bold on which the meaning of a clause turns."""
    out = []
    at = 0
    for found in emphasis(text):
        out.append(escape(text[at : found.start], quote=False))
        out.append(f'<b class="weight">{escape(text[found.start : found.end], quote=False)}</b>')
        at = found.end
    out.append(escape(text[at:], quote=False))
    return "".join(out)
