"""Owns the difference inside one pair of blocks, to the character: pieces with their spans on both sides.

    tokens ─► words.runs ─► tidied ─► slid to the start of sentences ─► pieces

Every piece has a tag: EQUAL, WORDS, CASE, NUMBER (a clause number), SIGNS (punctuation), LINK (a target), DRESS
(white space, quotes, emphasis, markers). Pieces of a pair cover both of its sides.
"""

from dataclasses import dataclass
from enum import IntEnum

from tosmonitor.diff import tokens, words
from tosmonitor.diff.align import Frame, Side
from tosmonitor.diff.tokens import NUMBER


class Tag(IntEnum):
    """What a piece is, the weightier the higher."""

    EQUAL = 0
    DRESS = 1
    NUMBER = 2
    LINK = 3
    CASE = 4
    SIGNS = 5
    WORDS = 6
    GONE = 7  # old[a:b] is a sentence that moved elsewhere
    CAME = 8  # old[a:b] is a sentence that moved here, to new[c:d]


@dataclass(slots=True)
class Piece:
    """old[a:b] became new[c:d]."""

    tag: Tag
    a: int
    b: int
    c: int
    d: int


@dataclass(slots=True)
class _Part:
    """The tokens of neighbouring units as one sequence; `bounds` as in `tokens.Tokens`."""

    text: str
    start: int
    end: int
    codes: str
    bounds: list[int]


def _part(side: Side, first: int, last: int) -> _Part:
    start, end = side.units[first].start, side.units[last - 1].end
    units = [t for t in (side.tokens(k) for k in range(first, last)) if t.codes]
    if not units:
        return _Part(side.text, start, end, "", [end])
    codes, bounds = units[0].codes, units[0].bounds[:]
    for unit in units[1:]:
        bounds[-1:] = unit.bounds
        if unit.clause >= 0:  # inside a merged stretch a number is a word like others
            at = 2 * unit.clause
            code = side.lexicon.code(side.text[unit.bounds[at] : unit.bounds[at + 1]])
            codes += unit.codes[: unit.clause] + code + unit.codes[unit.clause + 1 :]
        else:
            codes += unit.codes
    bounds[-1] = end
    return _Part(side.text, start, end, codes, bounds)


class _Writer:
    """Puts pieces down from left to right, joining neighbours of one tag."""

    def __init__(self, old: _Part, new: _Part) -> None:
        self.old, self.new = old, new
        self.a, self.c = old.start, new.start
        self.out: list[Piece] = []

    def put(self, tag: Tag, b: int, d: int) -> None:
        """Put down everything up to b and d as `tag`."""
        if b == self.a and d == self.c:
            return
        if self.out and self.out[-1].tag == tag:
            self.out[-1].b, self.out[-1].d = b, d
        else:
            self.out.append(Piece(tag, self.a, b, self.c, d))
        self.a, self.c = b, d

    def dress(self, b: int, d: int) -> None:
        """Compare what stands between words."""
        here, there = self.old.text[self.a : b], self.new.text[self.c : d]
        if here == there:
            self.put(Tag.EQUAL, b, d)
        elif tokens.targets(here) != tokens.targets(there):
            self.put(Tag.LINK, b, d)
        elif "_" in (here, there) and self._in_a_name():
            self.put(Tag.SIGNS, b, d)
        elif tokens.same_signs(here, there, start=self.a == self.old.start):
            self.put(Tag.DRESS, b, d)
        else:
            head = _head(here, there)
            tail = min(_head(here[::-1], there[::-1]), len(here) - head, len(there) - head)
            self.put(Tag.EQUAL, self.a + head, self.c + head)
            self.put(Tag.SIGNS, b - tail, d - tail)
            self.put(Tag.EQUAL, b, d)

    def _in_a_name(self) -> bool:
        """Say whether an underscore would stand inside a name, such as cookie_1, and is no emphasis."""
        letter = self.old.text[self.a - 1 : self.a]
        return self.a > self.old.start and letter.isascii() and letter.isalnum()

    def word(self, b: int, d: int, code: str) -> None:
        """Compare two spellings of one word."""
        same = self.old.text[self.a : b] == self.new.text[self.c : d]
        self.put(Tag.EQUAL if same else Tag.NUMBER if code == chr(NUMBER) else Tag.DRESS, b, d)


def _head(a: str, b: str) -> int:
    n = 0
    for x, y in zip(a, b, strict=False):
        if x != y:
            break
        n += 1
    return n


def compare(frame: Frame, old_units: tuple[int, int], new_units: tuple[int, int]) -> tuple[list[Piece], bool]:
    """Return the pieces of a pair, and whether they are complete to the word."""
    a, b = frame.old.units[old_units[0]].start, frame.old.units[old_units[1] - 1].end
    c, d = frame.new.units[new_units[0]].start, frame.new.units[new_units[1] - 1].end
    if frame.old.text[a:b] == frame.new.text[c:d]:
        return [Piece(Tag.EQUAL, a, b, c, d)], True
    old, new = _part(frame.old, *old_units), _part(frame.new, *new_units)
    lexicon = frame.old.lexicon
    found, whole = words.runs(old.codes, new.codes)
    found = words.tidied(found, old.codes, new.codes, lexicon.weight)
    found = _slid(found, old, new)
    return _written(found, old, new, lexicon.folded), whole


def _written(found: list[words.Run], old: _Part, new: _Part, folded: dict[str, str]) -> list[Piece]:
    out = _Writer(old, new)
    i = j = 0
    # Ends of the dress that is not yet compared: it stands before the next token, or ends the pair.
    b, d = old.bounds[0], new.bounds[0]
    for equal, n, m in found:
        if equal:
            out.dress(b, d)
            stop, end = old.bounds[2 * (i + n) - 1], new.bounds[2 * (j + n) - 1]
            if old.text[out.a : stop] == new.text[out.c : end]:
                out.put(Tag.EQUAL, stop, end)
                i, j = i + n, j + n
                b, d = old.bounds[2 * i], new.bounds[2 * j]
                continue
            for _ in range(n):
                out.dress(b, d)
                out.word(old.bounds[2 * i + 1], new.bounds[2 * j + 1], old.codes[i])
                b, d = old.bounds[2 * i + 2], new.bounds[2 * j + 2]
                i, j = i + 1, j + 1
        elif n and m:
            out.dress(b, d)
            stop, b = old.bounds[2 * (i + n) - 1 : 2 * (i + n) + 1]
            end, d = new.bounds[2 * (j + m) - 1 : 2 * (j + m) + 1]
            here, there = old.codes[i : i + n], new.codes[j : j + m]
            case = n == m and all(folded[x] == folded[y] for x, y in zip(here, there, strict=True))
            out.put(Tag.CASE if case else Tag.WORDS, stop, end)
            i, j = i + n, j + m
        elif m:
            # old dress x; new dress x' + words + y: when x' and y together hold x, only the words are new
            tail = new.bounds[2 * (j + m)]
            x, first, last = old.text[out.a : b], new.text[out.c : d], new.text[new.bounds[2 * (j + m) - 1] : tail]
            head = _head(x, first)
            rest = len(x) - head
            if x == first or not last.endswith(x[head:]):
                out.dress(b, d)
                out.put(Tag.WORDS, b, tail)
            else:
                out.put(Tag.EQUAL, out.a + head, out.c + head)
                out.put(Tag.WORDS, out.a, tail - rest)
                out.put(Tag.EQUAL, b, tail)
            d = tail
            j += m
        else:
            tail = old.bounds[2 * (i + n)]
            x, first, last = new.text[out.c : d], old.text[out.a : b], old.text[old.bounds[2 * (i + n) - 1] : tail]
            head = _head(x, first)
            rest = len(x) - head
            if x == first or not last.endswith(x[head:]):
                out.dress(b, d)
                out.put(Tag.WORDS, tail, d)
            else:
                out.put(Tag.EQUAL, out.a + head, out.c + head)
                out.put(Tag.WORDS, tail - rest, out.c)
                out.put(Tag.EQUAL, tail, d)
            b = tail
            i += n
    out.dress(old.end, new.end)
    return out.out


def _slid(found: list[words.Run], old: _Part, new: _Part) -> list[words.Run]:
    """Slide insertions and deletions to where a sentence or a clause begins, where the words allow it."""
    out = list(found)
    i = j = 0
    for k, (equal, n, m) in enumerate(found):
        if not equal and (n == 0) != (m == 0) and k > 0:
            part, at, size = (new, j, m) if m else (old, i, n)
            before = out[k - 1][1]
            after = found[k + 1][1] if k + 1 < len(found) else 0
            shift = _best_shift(part, at, size, before - (k > 1), after - (k + 2 < len(found)))
            if shift:
                out[k - 1] = (True, before + shift, before + shift)
                if k + 1 < len(found):
                    rest = after - shift
                    out[k + 1] = (True, rest, rest)
                else:
                    out.append((True, -shift, -shift))
        i, j = i + n, j + m
    return [run for run in out if run[1] or run[2]]


def _best_shift(part: _Part, at: int, size: int, left: int, right: int) -> int:
    codes = part.codes
    best, chosen = _start(part, at), 0
    for step, limit in ((-1, left), (1, right)):
        place = at
        for moved in range(1, min(limit, 80) + 1):
            gone, come = (place - 1, place + size - 1) if step < 0 else (place, place + size)
            if codes[gone] != codes[come] or codes[gone] == chr(NUMBER):
                break
            place += step
            score = _start(part, place)
            if score > best:
                best, chosen = score, step * moved
    return chosen


def _start(part: _Part, at: int) -> int:
    """Say how well a place begins something: 3 a block, 2 a sentence, 1 a clause."""
    if at == 0:
        return 3
    dress = part.text[part.bounds[2 * at - 1] : part.bounds[2 * at]]
    if "\n" in dress:
        return 3
    if any(c in dress for c in ".!?。！？；;"):
        return 2
    return 1 if any(c in dress for c in ",:、，)") else 0
