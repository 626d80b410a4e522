"""Owns which blocks of two texts are the same block, by exact text and by words: anchors, chain, repeats.

    chunks ─► units ─► unique keys ─► heaviest rising chain ─► repeats between the anchors (diff-match-patch on blocks)

A unit is a chunk that both sides hold equally often, or a block of any other chunk; what is equal on both sides is
never looked into. No clock: work is bounded by size.
"""

from collections import Counter
from dataclasses import dataclass, field

from tosmonitor.diff import blocks, words
from tosmonitor.diff.chain import rising
from tosmonitor.diff.tokens import Lexicon, Tokens


@dataclass(slots=True)
class Unit:
    """A block, or a chunk of blocks that is equal on both sides; `body` ends before the blank lines."""

    kind: str
    start: int
    body: int
    end: int
    key: int = -1
    tokens: Tokens | None = None
    count: int = -1


@dataclass(slots=True)
class Side:
    """One of the two texts."""

    text: str
    lexicon: Lexicon
    units: list[Unit] = field(default_factory=list)

    def tokens(self, index: int) -> Tokens:
        """Return the tokens of a unit, read once."""
        unit = self.units[index]
        if unit.tokens is None:
            unit.tokens = self.lexicon.read(self.text, unit.start, unit.end, unit.kind == "heading")
        return unit.tokens

    def span(self, index: int) -> tuple[int, int]:
        """Return where the body of a unit starts and ends."""
        return self.units[index].start, self.units[index].body

    def size(self, index: int) -> int:
        """Return how many words a unit holds, without reading them closely."""
        unit = self.units[index]
        if unit.tokens is not None:
            return len(unit.tokens.codes)
        if unit.count < 0:
            unit.count = len(self.text[unit.start : unit.body].split())
        return unit.count


@dataclass(slots=True)
class Frame:
    """What is known of two texts so far: `mate[i]` is the new unit of old unit i within the chain, or -1."""

    old: Side
    new: Side
    mate: list[int]
    back: list[int]
    complete: bool = True

    def marry(self, i: int, j: int) -> None:
        """Put old unit i and new unit j together."""
        self.mate[i] = j
        self.back[j] = i

    def fits(self, i: int, j: int) -> bool:
        """Say whether old unit i and new unit j could be put together without crossing any other pair."""
        before = next((b for b in reversed(self.mate[:i]) if b >= 0), -1)
        after = next((b for b in self.mate[i:] if b >= 0), len(self.back))
        return before < j < after

    def gaps(self) -> list[tuple[int, int, int, int]]:
        """Return the stretches (i, i_end, j, j_end) between the anchors that are empty on neither side."""
        out = []
        i = j = 0
        for a, b in [*((a, b) for a, b in enumerate(self.mate) if b >= 0), (len(self.mate), len(self.back))]:
            if a > i and b > j:
                out.append((i, a, j, b))
            i, j = a + 1, b + 1
        return out


def frame(before: str, after: str) -> Frame:
    """Cut both texts into units and anchor those that are equal, in order."""
    lexicon = Lexicon()
    old, new = Side(before, lexicon), Side(after, lexicon)
    _cut(old, new)
    keys = _raw_keys(old, new)
    _word_keys(old, new, keys)
    result = Frame(old, new, [-1] * len(old.units), [-1] * len(new.units))
    _anchor(result)
    return result


def _cut(old: Side, new: Side) -> None:
    parts = blocks.chunks(old.text), blocks.chunks(new.text)
    bodies = [[side.text[a:b] for a, b, _ in part] for side, part in zip((old, new), parts, strict=True)]
    counts = Counter(bodies[0]), Counter(bodies[1])
    for side, part, body in zip((old, new), parts, bodies, strict=True):
        for (a, b, end), text in zip(part, body, strict=True):
            if counts[0][text] == counts[1][text]:
                side.units.append(Unit("chunk", a, b, end))
                continue
            found = blocks.inside(side.text, a, b, end)
            side.units += [Unit(x.kind, x.start, x.end, x.end) for x in found[:-1]]
            side.units.append(Unit(found[-1].kind, found[-1].start, b, end))


def _raw_keys(old: Side, new: Side) -> dict[str, int]:
    """Give equal bodies that both sides hold equally often the same key."""
    keys: dict[str, int] = {}
    bodies = [[side.text[u.start : u.body].rstrip() for u in side.units] for side in (old, new)]
    counts = Counter(bodies[0]), Counter(bodies[1])
    for side, texts in zip((old, new), bodies, strict=True):
        for unit, text in zip(side.units, texts, strict=True):
            if counts[0][text] == counts[1][text]:
                unit.key = keys.setdefault(text, len(keys))
    return keys


def _word_keys(old: Side, new: Side, keys: dict[str, int]) -> None:
    """Give blocks with the same words the same key; a clause number is any clause number."""
    alone = any(all(unit.key >= 0 for unit in side.units) for side in (old, new))
    for side in (old, new):
        for index, unit in enumerate(side.units):
            if unit.key < 0 and alone:
                unit.key = keys.setdefault(f"\0{unit.start}", len(keys))
            elif unit.key < 0:
                codes = side.tokens(index).codes
                unit.key = keys.setdefault("\0" + (codes or unit.kind), len(keys))


def _anchor(f: Frame) -> None:
    old = [u.key for u in f.old.units]
    new = [u.key for u in f.new.units]
    _between(f, old, new, 0, len(old), 0, len(new), 0)


def _between(f: Frame, old: list[int], new: list[int], i: int, a: int, j: int, b: int, depth: int) -> None:
    """Anchor old[i:a] on new[j:b]: equal ends, then unique keys, then repeats."""
    while i < a and j < b and old[i] == new[j]:
        f.marry(i, j)
        i, j = i + 1, j + 1
    while i < a and j < b and old[a - 1] == new[b - 1]:
        a, b = a - 1, b - 1
        f.marry(a, b)
    if i >= a or j >= b:
        return
    count_old, count_new = Counter(old[i:a]), Counter(new[j:b])
    place = {new[y]: y for y in range(j, b) if count_new[new[y]] == 1}
    pairs = [(x, place[old[x]]) for x in range(i, a) if count_old[old[x]] == 1 and old[x] in place]
    chain = rising(pairs, [len(f.old.text[f.old.units[x].start : f.old.units[x].body]) + 1 for x, _ in pairs])
    if chain and depth < 30:
        for x, y in chain:
            f.marry(x, y)
        edge_i, edge_j = i, j
        for x, y in [*chain, (a, b)]:
            _between(f, old, new, edge_i, x, edge_j, y, depth + 1)
            edge_i, edge_j = x + 1, y + 1
        return
    if not (count_old.keys() & count_new.keys()):
        return
    codes: dict[int, str] = {}
    coded = [
        "".join(codes.setdefault(k, chr(0x100 + len(codes) + (0x800 if len(codes) > 0xD000 else 0))) for k in part)
        for part in (old[i:a], new[j:b])
    ]
    runs, whole = words.runs(coded[0], coded[1])
    f.complete &= whole
    for equal, n, m in runs:
        if equal:
            for step in range(n):
                f.marry(i + step, j + step)
        i, j = i + n, j + m
