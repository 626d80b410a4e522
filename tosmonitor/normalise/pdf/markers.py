"""Owns what marks an item of a list: bullets, and numbers and letters such as 1., (a) or 2.1."""

import re
import unicodedata
from dataclasses import dataclass

from tosmonitor.normalise.pdf.layout import Token

#: What stands before an item of a list: glyphs of bullets, and hyphens or stars with space after them.
BULLETS = frozenset("●•▪■◦○‣⁃∙·➢➤✓✔❖►▶◆◇□▫–—-*→⇒➔\uf0b7\uf0a7\uf0d8\uf0fc\uf06f\u25aa\uf076\uf02d")
_NAMES = "©®™℗℠№℮"  # symbols that words begin with
_ENUMERATOR = re.compile(
    r"(?P<open>[(\[]?)(?:(?P<number>\d{1,3}(?:\.\d{1,3})*)|(?P<letter>[a-z]|[A-Z])|(?P<roman>[ivxl]{1,6}|[IVXL]{1,6}))"
    r"(?P<close>[.)\]]?|\.\))"
)
_CLAUSE = re.compile(r"\d{1,3}(?:\.\d{1,3})+|[A-Z]\.\d{1,3}")


@dataclass(frozen=True, slots=True)
class Marker:
    """What stands before an item: `kind` is a bullet's glyph or the shape of a number, `value` its place in order."""

    kind: str
    value: int
    text: str
    tokens: int  # how many tokens it takes of its line
    path: tuple[int, ...] = ()  # of a number of several parts


def marker(tokens: list[Token]) -> Marker | None:
    """Return what marks the line as an item, None if nothing does."""
    first = tokens[0].text
    if first in BULLETS or (len(first) == 1 and unicodedata.category(first) in ("So", "Co") and first not in _NAMES):
        return Marker("•" if first in "-–—*" else first, 0, first, 1)
    if first == "o" and len(tokens) > 1 and tokens[1].left - tokens[0].right > 0.6 * tokens[0].size:
        return Marker("o", 0, first, 1)
    if first[0] in "●•▪■◦○➢➤❖\uf0b7\uf0a7" and len(first) > 1:
        return Marker(first[0], 0, first[0], 0)
    taken = 1
    while taken < min(len(tokens), 3) and tokens[taken].glued and len(first) < 8:
        first += tokens[taken].text
        taken += 1
    found = _ENUMERATOR.fullmatch(first)
    if found is None or (len(tokens) <= taken and not found["close"]):
        return None
    if found["number"]:
        path = tuple(int(part) for part in found["number"].split("."))
        if len(path) == 1 and not found["close"]:
            return None
        if len(path) > 1 and found["open"]:
            return None
        kind = f"{found['open']}{'.'.join('1' for _ in path)}{found['close'] if len(path) == 1 else ''}"
        return Marker(kind, path[-1], first, taken, path)
    if not found["close"]:
        return None
    letter = found["letter"] or found["roman"]
    case = "a" if letter.islower() else "A"
    return Marker(f"{found['open']}{case}{found['close']}", ord(letter[0]) - ord(case) + 1, first, taken)


def numbered(tokens: list[Token]) -> bool:
    """Say whether tokens are nothing but a marker: a bullet, or a number such as 1., (a) or 2.1."""
    found = marker(tokens)
    if found is not None:
        return found.tokens == len(tokens)
    return len(tokens) == 1 and _CLAUSE.fullmatch(tokens[0].text) is not None


def roman(text: str) -> int:
    """Return the value of a roman number, 0 if it is none."""
    values = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
    total = last = 0
    for c in reversed(text.casefold()):
        value = values.get(c, 0)
        if not value:
            return 0
        total += value if value >= last else -value
        last = max(last, value)
    return total
