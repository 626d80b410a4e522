"""Owns what moved: equal blocks out of order, with their neighbours, and whole sentences inside other blocks."""

import re
from collections import defaultdict
from collections.abc import Iterator

from tosmonitor.diff import blocks, tokens
from tosmonitor.diff.align import Frame
from tosmonitor.diff.edits import Strip, cut
from tosmonitor.diff.pieces import Tag

#: Below this many words equality is chance ("Back to top").
WORDS = 4
#: Words from which a whole sentence that went here and came there has moved.
SENTENCE_WORDS = 8
#: What is shorter holds no such sentence (Chinese ones are the shortest).
LETTERS = 16

_SENTENCE = re.compile(r"(?<=[.!?;:])[\s*_]+(?=[^\W\d_a-zß-öø-ÿ]|[«“\"(\[])|(?<=[。！？；])|\n\s*")


def exact(frame: Frame) -> dict[int, int]:
    """Return old unit -> new unit for equal units out of the chain, grown over equal neighbours."""
    old_at: dict[int, list[int]] = defaultdict(list)
    new_at: dict[int, list[int]] = defaultdict(list)
    for i, j in enumerate(frame.mate):
        if j < 0:
            old_at[frame.old.units[i].key].append(i)
    for j, i in enumerate(frame.back):
        if i < 0:
            new_at[frame.new.units[j].key].append(j)
    moved: dict[int, int] = {}
    taken: set[int] = set()
    for key, places in old_at.items():
        others = new_at.get(key, ())
        if len(places) == len(others) == 1 and _tells(frame, places[0]):
            moved.update(zip(places, others, strict=True))
            taken.update(others)
    queue = sorted(moved.items())
    while queue:
        i, j = queue.pop()
        for step in (1, -1):
            x, y = i + step, j + step
            if (
                0 <= x < len(frame.mate)
                and 0 <= y < len(frame.back)
                and frame.mate[x] < 0
                and frame.back[y] < 0
                and x not in moved
                and y not in taken
                and frame.old.units[x].key == frame.new.units[y].key
            ):
                moved[x] = y
                taken.add(y)
                queue.append((x, y))
    return moved


def _tells(frame: Frame, index: int) -> bool:
    """Say whether a block is long enough for its equality to be no chance, or a heading that stands once."""
    rough = frame.old.size(index)
    if rough > 2 * WORDS or len(frame.old.tokens(index).codes) >= WORDS:
        return True
    unit = frame.old.units[index]
    once = sum(other.key == unit.key for other in frame.old.units) == 1
    return once and len(frame.old.tokens(index).codes) > 1 and blocks.is_heading(frame.old.text[unit.start : unit.body])


def sentences(before: str, after: str, strips: list[Strip]) -> None:
    """Find whole sentences that went here and came there, once each, and mark them as moved."""
    gone: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    come: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    changed = [(n, p) for n, s in enumerate(strips) for p in s.pieces if p.tag == Tag.WORDS]
    if not (any(p.b - p.a >= LETTERS for _, p in changed) and any(p.d - p.c >= LETTERS for _, p in changed)):
        return
    for number, p in changed:
        for text, x, y, found in ((before, p.a, p.b, gone), (after, p.c, p.d, come)):
            if y - x >= LETTERS:
                for a, b in _sentences(text, x, y):
                    found[text[a:b]].append((number, a, b))
    for words, places in gone.items():
        others = come.get(words, ())
        if len(places) != 1 or len(others) != 1 or places[0][0] == others[0][0]:
            continue
        if len(tokens.keys(words)) < SENTENCE_WORDS:
            continue
        (s, a, b), (t, c, d) = places[0], others[0]
        cut(strips[s], _piece_with(strips[s], a, old=True), (a, b), None, (a, b))
        cut(strips[t], _piece_with(strips[t], c, old=False), None, (c, d), (a, b))


def _piece_with(strip: Strip, at: int, *, old: bool) -> int:
    for k, p in enumerate(strip.pieces):
        if p.tag == Tag.WORDS and (p.a <= at < p.b if old else p.c <= at < p.d):
            return k
    raise ValueError(at)


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the sentences of text[start:end], without the white space and the marks around them."""
    at = start
    for match in _SENTENCE.finditer(text, start, end):
        yield from _trimmed(text, at, match.start())
        at = match.end()
    yield from _trimmed(text, at, end)


def _trimmed(text: str, a: int, b: int) -> Iterator[tuple[int, int]]:
    while a < b and not text[a].isalnum() and text[a] not in '“«"([':
        a += 1
    while a < b and text[b - 1].isspace():
        b -= 1
    if b - a >= LETTERS:
        yield a, b
