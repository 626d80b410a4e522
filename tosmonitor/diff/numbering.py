"""Owns which changes of a clause number are mere renumbering, and which numbers are words like others.

A clause number is renumbered only if it fits its neighbours on both sides: 5 after 4 or before 6, 3.1 under 3, and
only where another one changed too, or a numbered clause came or went. A number edited alone ("5." made "15.") is real.
References to a renumbered clause follow it.
"""

import re

from tosmonitor.diff.edits import Strip
from tosmonitor.diff.pieces import Piece, Tag

_START = re.compile(
    r"^[^\S\n]*(?:>[^\S\n]*)*(?:#{1,6}[^\S\n]+)?(?:[*+\-•][^\S\n]+)?[*_\[(]*(?:[^\W\d_]{3,10}\.?[^\S\n]+|§+\s*)?"
    r"(\d{1,3}(?:\.\d{1,3})*|[a-zA-Z](?=[).])|[ivxlcIVXLC]{2,6}(?=[).]))(?!\w)",
    re.MULTILINE,
)
_REFERENCE = re.compile(
    r"(?:sections?|articles?|clauses?|paragraphs?|paragraphes?|points?|annex(?:e)?|appendix|§+|artikel|abschnitt|"
    r"ziffer|sezione|articolo|artículo|sección|artigo|pkt|ust|art)\.?[\s*_\[(]*(?:\d[\d.]*,?\s*(?:and|et|or|ou|to|à|und)?\s*)?$",
    re.IGNORECASE,
)
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}

Ordinal = tuple[str, tuple[int, ...]]


class _Sequence:
    """The clause numbers of one text, with their places."""

    def __init__(self, text: str) -> None:
        self.places: list[int] = []
        self.names: list[str] = []
        for match in _START.finditer(text):
            self.places.append(match.start(1))
            self.names.append(match[1])
        self._index = {place: k for k, place in enumerate(self.places)}

    def fits(self, place: int) -> bool:
        """Say whether the number at `place` continues the one before it or leads to the one after it."""
        k = self._index.get(place)
        if k is None:
            return False
        return any(self._neighbour(k, step, form) for form in readings(self.names[k]) for step in (-1, 1))

    def _neighbour(self, k: int, step: int, form: Ordinal) -> bool:
        scheme, parts = form
        for other in range(k + step, k + 60 * step, step):
            if not 0 <= other < len(self.names):
                return False
            for their_scheme, theirs in readings(self.names[other]):
                if their_scheme != scheme:
                    continue
                if len(theirs) == len(parts) and theirs[:-1] == parts[:-1] and theirs[-1] == parts[-1] + step:
                    return True
                if step < 0 and theirs == parts[:-1] and parts[-1] == 1:
                    return True
                if step > 0 and theirs == (*parts, 1):
                    return True
                if len(theirs) == len(parts):
                    return False
        return False


def readings(name: str) -> list[Ordinal]:
    """Return what a clause number may stand for: digits, a letter, a Roman number."""
    if name[0].isdigit():
        return [("1", tuple(map(int, name.split("."))))]
    out: list[Ordinal] = []
    scheme = "a" if name.islower() else "A"
    if len(name) == 1:
        out.append((scheme, (ord(name) - ord(scheme),)))
    low = name.lower()
    if all(c in _ROMAN for c in low):
        values = [_ROMAN[c] for c in low]
        total = sum(-v if any(w > v for w in values[k + 1 : k + 2]) else v for k, v in enumerate(values))
        out.append((scheme + "i", (total,)))
    return out


def judge(before: str, after: str, strips: list[Strip]) -> None:
    """Turn the number pieces that are no renumbering into words, and followed references into numbers."""
    for strip in strips:
        if any(p.tag == Tag.NUMBER for p in strip.pieces) and _is_another(strip):
            for p in strip.pieces:
                p.tag = Tag.WORDS if p.tag == Tag.NUMBER else p.tag
    numbers = [p for s in strips for p in s.pieces if p.tag == Tag.NUMBER]
    if not numbers:
        return
    if len(numbers) == 1 and not any(_brings_a_clause(before, after, s) for s in strips):
        numbers[0].tag = Tag.WORDS  # one number alone never is a renumbering
        return
    old, new = _Sequence(before), _Sequence(after)
    renamed: dict[str, str] = {}
    for p in numbers:
        same_depth = before.count(".", p.a, p.b) == after.count(".", p.c, p.d)  # "65" is not "65.1" renumbered
        if same_depth and old.fits(p.a) and new.fits(p.c):
            renamed[before[p.a : p.b]] = after[p.c : p.d]
        else:
            p.tag = Tag.WORDS
    if renamed:
        for strip in strips:
            for p in strip.pieces:
                if p.tag == Tag.WORDS and _follows(before, after, p, renamed):
                    p.tag = Tag.NUMBER


def _is_another(strip: Strip) -> bool:
    """Say whether more of a block changed than stayed: its number is then that of another clause."""
    changed = sum(max(p.b - p.a, p.d - p.c) for p in strip.pieces if p.tag == Tag.WORDS)
    return changed > sum(p.b - p.a for p in strip.pieces if p.tag == Tag.EQUAL)


def _brings_a_clause(before: str, after: str, strip: Strip) -> bool:
    """Say whether a numbered clause came, went or moved."""
    if strip.a >= 0 <= strip.c and not strip.moved:
        return False
    text = before[strip.a : strip.b] if strip.a >= 0 else after[strip.c : strip.d]
    return _START.search(text) is not None


def _follows(before: str, after: str, p: Piece, renamed: dict[str, str]) -> bool:
    """Say whether a changed number refers to a clause that was renumbered just so."""
    if not (0 < p.b - p.a <= 12 and p.a >= 0 <= p.c):
        return False
    old, new = before[p.a : p.b], after[p.c : p.d]
    if not old[0].isdigit():
        return False
    target = renamed.get(old)
    if target is None:
        head, dot, rest = old.partition(".")
        target = f"{renamed[head]}.{rest}" if dot and head in renamed else None
    return target == new and bool(_REFERENCE.search(before, max(0, p.a - 60), p.a))
