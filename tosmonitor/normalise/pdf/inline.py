"""Owns the text of a paragraph: its lines joined, its hyphenation undone, its bold and italic words and its links."""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise

from tosmonitor.normalise.pdf.hyphens import Hyphens
from tosmonitor.normalise.pdf.layout import Line, Token, spaced
from tosmonitor.normalise.pdf.pages import LEADERS
from tosmonitor.normalise.tree import Element

_HYPHENS = ("-", "\xad", "‐")
_LAST_WORD = re.compile(r"([^\W\d_]+)[-\xad‐]$")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_SPREAD = re.compile(r"(?:\w ){3,}\w\b")

Piece = tuple[str, bool, bool, str]  # text, bold, italic, link


class Speller:
    """Spells the paragraphs of one document."""

    def __init__(self, lines: Sequence[Line]) -> None:
        texts: list[str] = []
        broken: list[tuple[str, str]] = []
        held = ""
        for line in lines:
            text = line.text
            if held:
                found = _FIRST_WORD.match(text)
                if found:
                    broken.append((held, found[0]))
                    text = text[found.end() :]
                held = ""
            last = _LAST_WORD.search(text)
            if last:
                held = last[1]
                text = text[: last.start()]
            texts.append(text)
        self.hyphens = Hyphens(texts, broken)

    def pieces(self, lines: Sequence[Line], skipped: int = 0, *, cut: str = "") -> list[Piece]:
        """Return the text of lines; the first `skipped` tokens of the first, or the letters `cut`, are left out."""
        out: list[Piece] = []
        before: Token | None = None
        for number, line in enumerate(lines):
            tokens = line.tokens[skipped:] if number == 0 else line.tokens
            if number == 0 and _spread(tokens):
                tokens = _gathered(tokens)
            for at, token in enumerate(tokens):
                text = token.text
                if number == 0 and at == 0 and cut:
                    text = text.removeprefix(cut).lstrip()
                space = ""
                if before is not None:
                    space = " "
                    if at == 0:
                        space = self._joined(out, text)
                    elif not spaced(before, token):
                        space = ""
                if space and out:
                    last = out[-1]
                    same = last[1:] == (token.bold, token.italic, token.link)
                    out.append((space, *last[1:]) if same or last[3] == token.link else (space, False, False, ""))
                out.append((text, token.bold, token.italic, token.link))
                before = token
        return [("" if piece is None else piece[0].replace("\xad", "-"), *piece[1:]) for piece in out]

    def _joined(self, out: list[Piece], text: str) -> str:
        """Return what stands between the end of one line and the next; takes the hyphen off where it is the line's."""
        last = out[-1][0]
        if not last:
            return " "
        if last.endswith(_HYPHENS):
            if not last[:-1] and len(out) > 1 and not out[-2][0].strip():
                return " "  # a dash between words
            first = _LAST_WORD.search("".join(piece[0] for piece in out[-3:]))
            second = _FIRST_WORD.match(text)
            if first and second and self._breaks(first[1], second[0], typed=last[-1] != "‐"):
                out[-1] = (last[:-1], *out[-1][1:])
            return ""
        if last[-1] == "/" and len(last) > 1:
            return ""
        if _unspaced(last[-1]) and _unspaced(text[:1]):
            return ""
        return " "

    def _breaks(self, first: str, second: str, *, typed: bool) -> bool:
        """Say whether the hyphen between two halves of a word is the line's; people type U+002D, seldom U+2010."""
        if self.hyphens.compound(first, second):
            return False
        cased = second.islower() or (first + second).isupper()
        return not typed or (cased and not self.hyphens.keep(first, second))

    def text(self, lines: Sequence[Line], skipped: int = 0) -> str:
        """Return the plain text of lines."""
        return "".join(piece[0] for piece in self.pieces(lines, skipped))


def nodes(pieces: Iterable[Piece], *, strong: bool = True) -> list[Element | str]:
    """Return pieces as text and elements; without `strong` bold and italic words are as the others."""
    return _nested([piece if strong else (piece[0], False, False, piece[3]) for piece in _even(pieces)], 1)


def _even(pieces: Iterable[Piece]) -> Iterable[Piece]:
    """Give pieces so that a link is bold or italic as a whole: emphasis may reach over a link, not into it."""
    for link, run in groupby(pieces, key=lambda piece: piece[3]):
        linked = list(run)
        if link:
            words = [piece for piece in linked if piece[0].strip()]
            bold, italic = all(piece[1] for piece in words), all(piece[2] for piece in words)
            linked = [(piece[0], bold, italic, link) for piece in linked]
        yield from linked


def _nested(pieces: Iterable[Piece], level: int) -> list[Element | str]:
    """Return pieces within elements, by bold (1), then italic (2), then link (3)."""
    if level > 3:
        return ["".join(piece[0] for piece in pieces)]
    out: list[Element | str] = []
    for value, found in groupby(pieces, key=lambda piece: piece[level]):
        run = list(found)
        inside = _nested(run, level + 1)
        if value and any(c.isalnum() for piece in run for c in piece[0]):
            element = Element(("strong", "em", "a")[level - 1])
            if level == 3:
                element.parsed = {"href": str(value)}
            element.kids = inside
            out.append(element)
        else:
            out.extend(inside)
    return out


def without_leaders(pieces: list[Piece]) -> list[Piece]:
    """Drop the dots of a table of contents and the page number after them: other paper gives another number."""
    text = "".join(piece[0] for piece in pieces)
    found = LEADERS.search(text)
    if found is None or not found.start():
        return pieces
    out, left = [], found.start()
    for piece in pieces:
        if left <= 0:
            break
        out.append((piece[0][:left], *piece[1:]))
        left -= len(piece[0])
    return out


def _spread(tokens: list[Token]) -> bool:
    """Say whether letters stand apart to look wide."""
    return len(tokens) > 4 and sum(len(token.text) == 1 and token.text.isalpha() for token in tokens) > 0.8 * len(
        tokens
    )


def _gathered(tokens: list[Token]) -> list[Token]:
    """Return the words of letters that stand apart: their gaps are wider than those between letters."""
    gaps = sorted(b.left - a.right for a, b in pairwise(tokens))
    usual = gaps[len(gaps) // 2]
    out: list[Token] = []
    edge = 0.0
    for token in tokens:
        if out and token.left - edge < 1.7 * max(usual, 0.1 * token.size):
            last = out[-1]
            out[-1] = Token(
                last.text + token.text, last.left, token.right, last.base, last.size, last.bold, last.italic, last.link,
                last.mark, last.glued, token.order, last.artifact, last.angle,
            )  # fmt: skip
        else:
            out.append(token)
        edge = token.right
    for token in out[1:]:
        token.glued = False
    return out


def _unspaced(character: str) -> bool:
    return "\u2e80" <= character <= "\u9fff" or "\uf900" <= character <= "\uffef"
