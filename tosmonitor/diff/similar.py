"""Owns which blocks that are not equal are nevertheless the same block, reworded, split or merged.

Likeness is half the Dice coefficient of words, half that of neighbouring word pairs, blind to case. Candidates come
from an index of rare word pairs, so that a rewritten document costs no square of its blocks.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise, zip_longest
from operator import ne

from tosmonitor.diff.align import Frame, Side
from tosmonitor.diff.chain import rising

#: Likeness from which two blocks between the same neighbours are one block reworded.
NEAR = 0.27
#: Likeness from which a loose block in the place of another is that one unseen any other, and how many abreast.
PLAIN = 0.6
ABREAST = 12
#: Likeness and words from which a block elsewhere is the same block, moved and reworded.
FAR = 0.5
FAR_WORDS = 8
#: Share of a block's word pairs found in a longer one from which it is a part of that one.
PART = 0.6
#: Share of common word pairs under which two blocks of so many words are strangers.
STRANGE, LONG = 0.12, 60
#: Words in a row (or a twentieth of the block) from which two blocks are paired however little else they share.
RUN = 8
#: Words up to which a line that holds a year is there for its date.
DATED = 10
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
#: A word pair in more blocks than this is no evidence.
COMMON = 6
#: Blocks that are measured for each new block, those with the most rare word pairs in common.
CANDIDATES = 4


class _Bag(Counter[str]):
    """A multiset that knows which of its members occur more than once: most do not, and sets are quick."""

    def __init__(self, members: Iterable[str]) -> None:
        super().__init__(members)
        self.several = [member for member, n in self.items() if n > 1] if len(self) < self.total() else []


@dataclass(slots=True)
class _Profile:
    size: int
    words: _Bag
    pairs: _Bag


@dataclass(slots=True)
class Group:
    """Old units [i, i_end) that became new units [j, j_end)."""

    i: int
    i_end: int
    j: int
    j_end: int
    moved: bool = False


@dataclass(slots=True)
class Likeness:
    """Measures blocks of two sides against each other; remembers what it measured."""

    frame: Frame
    _old: dict[int, _Profile] = field(default_factory=dict)
    _new: dict[int, _Profile] = field(default_factory=dict)
    _seen: dict[tuple[int, int], float] = field(default_factory=dict)

    def old(self, index: int) -> _Profile:
        """Return the profile of an old unit."""
        return self._old.get(index) or self._old.setdefault(index, _profile(self.frame.old, index))

    def new(self, index: int) -> _Profile:
        """Return the profile of a new unit."""
        return self._new.get(index) or self._new.setdefault(index, _profile(self.frame.new, index))

    def of(self, i: int, j: int) -> float:
        """Return the likeness of old unit i and new unit j, from 0 to 1."""
        found = self._seen.get((i, j))
        if found is None:
            a, b = self.old(i), self.new(j)
            pairs = _dice(a.pairs, b.pairs, max(1, a.size - 1), max(1, b.size - 1))
            if pairs < STRANGE and min(a.size, b.size) >= LONG:
                found = pairs  # long texts of one language share their common words whatever they say
            else:
                found = 0.5 * pairs + 0.5 * _dice(a.words, b.words, a.size, b.size)
            self._seen[i, j] = found
        return found

    def plainly(self, i: int, j: int) -> bool:
        """Say whether old unit i and new unit j are `PLAIN` alike; most are by their words in place, uncounted."""
        a, b = self.frame.old.tokens(i).codes, self.frame.new.tokens(j).codes
        apart = sum(map(ne, a, b)) if len(a) == len(b) else len(a) + len(b)
        if 2 * apart < (1 - PLAIN) * (len(a) - 1):  # a word that differs costs two pairs at most
            return True
        return self.of(i, j) >= PLAIN

    def share_a_run(self, i: int, j: int) -> bool:
        """Say whether two units have so many words in a row in common that it is no chance."""
        a, b = self.frame.old.tokens(i).codes, self.frame.new.tokens(j).codes
        size = max(RUN, min(len(a), len(b)) // 20)
        if min(len(a), len(b)) < size or len(self.old(i).pairs.keys() & self.new(j).pairs.keys()) < RUN - 2:
            return False
        runs = {a[k : k + size] for k in range(len(a) - size + 1)}
        return any(b[k : k + size] in runs for k in range(len(b) - size + 1))

    def are_dated(self, i: int, j: int) -> bool:
        """Say whether two units are short lines that hold a year: in one place they are one line, dated anew."""
        sides = (self.frame.old, i), (self.frame.new, j)
        return all(side.size(k) <= DATED and YEAR.search(side.text, *side.span(k)) for side, k in sides)

    def part(self, i: int, j: int) -> float:
        """Return which share of the shorter unit's word pairs the longer one holds."""
        a, b = self.old(i).pairs, self.new(j).pairs
        return _shared(a, b) / max(1, min(a.total(), b.total()))


def _profile(side: Side, index: int) -> _Profile:
    codes = side.tokens(index).codes
    folded = "".join(map(side.lexicon.folded.__getitem__, codes))
    return _Profile(len(folded), _Bag(folded), _Bag(map("".join, pairwise(folded))))


def _shared(a: _Bag, b: _Bag) -> int:
    common = len(a.keys() & b.keys())
    if a.several and b.several:
        common += sum(min(a[key], b[key]) - 1 for key in a.several if key in b)
    return common


def _dice(a: _Bag, b: _Bag, size_a: int, size_b: int) -> float:
    return 2 * _shared(a, b) / (size_a + size_b) if size_a + size_b else 0.0


def pair(frame: Frame, moved: dict[int, int]) -> list[Group]:
    """Pair what no exact key paired: between the same neighbours first, then far away. `moved` is added to."""
    taken = set(moved.values())
    loose_old = [i for i, j in enumerate(frame.mate) if j < 0 and i not in moved]
    loose_new = [j for j, i in enumerate(frame.back) if i < 0 and j not in taken]
    if not loose_old or not loose_new:
        return []
    search = _Search(
        frame,
        Likeness(frame),
        moved,
        {i for i in loose_old if frame.old.tokens(i).codes},
        {j for j in loose_new if frame.new.tokens(j).codes},
    )
    search.alone()
    if search.old and search.new:
        search.near_and_far()
    return search.groups


@dataclass(slots=True)
class _Search:
    """The blocks that are still loose, and the groups found so far."""

    frame: Frame
    like: Likeness
    moved: dict[int, int]
    old: set[int]
    new: set[int]
    groups: list[Group] = field(default_factory=list)

    def alone(self) -> None:
        """Pair loose blocks one by one in a place that holds as many on both sides, when all plainly are the same."""
        for old, new in self.gaps():
            if len(old) == len(new) <= ABREAST:
                pairs = list(zip(old, new, strict=True))
                if all(self.like.plainly(i, j) for i, j in pairs):
                    self.settle([Group(i, i + 1, j, j + 1) for i, j in pairs])

    def near_and_far(self) -> None:
        """Pair in place what has no better match elsewhere, then what moved, then in place what is left."""
        like = self.like
        found = _candidates(like, sorted(self.old), sorted(self.new))
        rivals = _rivals(like, found)
        for old, new in self.gaps():
            self.settle(_gap(like, found, old, new, rivals))
        far = [(like.of(i, j), i, j) for i, j in found if i in self.old and j in self.new]
        far = [x for x in far if x[0] >= FAR and like.old(x[1]).size >= FAR_WORDS <= like.new(x[2]).size]
        for _, i, j in sorted(far, key=lambda x: (-x[0] * min(like.old(x[1]).size, like.new(x[2]).size), x)):
            if i not in self.old or j not in self.new:
                continue
            if self.frame.fits(i, j):
                self.settle([Group(i, i + 1, j, j + 1)])
            else:
                self.moved[i] = j
                self.old.discard(i)
                self.new.discard(j)
        _grow(like, self.moved, self.old, self.new)
        for old, new in self.gaps():
            self.settle(_gap(like, found, old, new, None))

    def gaps(self) -> list[tuple[list[int], list[int]]]:
        """Return the loose blocks of both sides between the same neighbours."""
        out = []
        for i, a, j, b in self.frame.gaps():
            old = [x for x in range(i, a) if x in self.old]
            new = [y for y in range(j, b) if y in self.new]
            if old and new:
                out.append((old, new))
        return out

    def settle(self, found: list[Group]) -> None:
        """Take groups as found."""
        for g in found:
            self.groups.append(g)
            self.old.difference_update(range(g.i, g.i_end))
            self.new.difference_update(range(g.j, g.j_end))
            for x, y in zip_longest(range(g.i, g.i_end), range(g.j, g.j_end)):
                self.frame.marry(g.i_end - 1 if x is None else x, g.j_end - 1 if y is None else y)


def _rivals(like: Likeness, found: list[tuple[int, int]]) -> tuple[dict[int, float], dict[int, float]]:
    """Return the likeness of old and of new units to the one that is their best and whose best they are."""
    scale = len(like.frame.back) / max(1, len(like.frame.mate))
    best_old: dict[int, tuple[float, float, int]] = {}
    best_new: dict[int, tuple[float, float, int]] = {}
    for i, j in found:
        if like.old(i).size >= FAR_WORDS <= like.new(j).size:
            nearness = (like.of(i, j), -abs(i * scale - j))
            best_old[i] = max(best_old.get(i, (0.0, 0.0, -1)), (*nearness, j))
            best_new[j] = max(best_new.get(j, (0.0, 0.0, -1)), (*nearness, i))
    mutual = [(i, j, likeness) for i, (likeness, _, j) in best_old.items() if best_new[j][2] == i]
    return {i: likeness for i, _, likeness in mutual}, {j: likeness for _, j, likeness in mutual}


def _candidates(like: Likeness, old: list[int], new: list[int]) -> list[tuple[int, int]]:
    """Return pairs worth measuring, by the rare word pairs that they share."""
    where: dict[str, list[int]] = defaultdict(list)
    for i in old:
        for gram in like.old(i).pairs:
            where[gram].append(i)
    found: list[tuple[int, int]] = []
    for j in new:
        votes: dict[int, int] = {}
        for gram in like.new(j).pairs:
            holders = where.get(gram)
            if holders and len(holders) <= COMMON:
                for i in holders:
                    votes[i] = votes.get(i, 0) + 1
        ranked = sorted(votes.items(), key=lambda x: (-x[1], x[0]))[:CANDIDATES]
        found += [(i, j) for i, n in ranked if 2 * n >= ranked[0][1]]
    return found


def _gap(
    like: Likeness,
    found: list[tuple[int, int]],
    old: list[int],
    new: list[int],
    rivals: tuple[dict[int, float], dict[int, float]] | None,
) -> list[Group]:
    """Pair the loose blocks of one gap in order, then add the blocks that are parts of a pair."""
    if len(old) * len(new) <= 36:
        pairs = [(i, j) for i in old for j in new]
    else:
        here_old, here_new = set(old), set(new)
        pairs = [(i, j) for i, j in found if i in here_old and j in here_new]
    if len(old) == len(new) == 1 and like.are_dated(old[0], new[0]):
        return [Group(old[0], old[0] + 1, new[0], new[0] + 1)]
    good = []
    tiny = 0.2 if len(old) == len(new) == 1 else NEAR if len(old) == len(new) else 0.5
    for i, j in pairs:
        likeness, size = like.of(i, j), min(like.old(i).size, like.new(j).size)
        part = like.part(i, j) if size >= 5 else 0.0
        if likeness < (NEAR if size > 3 else tiny) and part < 0.7 and not like.share_a_run(i, j):
            continue
        rival = max(rivals[0].get(i, 0.0), rivals[1].get(j, 0.0)) if rivals else 0.0
        if part < 0.7 and rival >= FAR and rival > likeness + 0.25:
            continue
        good.append((i, j, int(1000 * max(likeness, 0.8 * part) * (size + 1))))
    good.sort(key=lambda x: (x[0], -x[1]))
    chain = rising([(i, j) for i, j, _ in good], [w for _, _, w in good]) if good else []
    groups = [Group(i, i + 1, j, j + 1) for i, j in chain]
    free_old = set(old) - {i for i, _ in chain}
    free_new = set(new) - {j for _, j in chain}
    for g in groups:
        _extend(like, g, free_old, free_new)
    return groups


def _extend(like: Likeness, g: Group, free_old: set[int], free_new: set[int]) -> None:
    """Add to a pair the neighbours that were split from, or merged into, the other side's block."""
    if not free_new & {g.j - 1, g.j_end} and not free_old & {g.i - 1, g.i_end}:
        return
    rest = _Bag((like.old(g.i).pairs - like.new(g.j).pairs).elements())
    for step in (1, -1):
        j = g.j_end if step > 0 else g.j - 1
        while j in free_new and (_is_part(like.new(j), rest) or _is_edge(like.frame, g.i, j, step)):
            rest = _Bag((rest - like.new(j).pairs).elements())
            free_new.discard(j)
            g.j, g.j_end = min(g.j, j), max(g.j_end, j + 1)
            j += step
    if g.j_end - g.j > 1:
        return
    rest = _Bag((like.new(g.j).pairs - like.old(g.i).pairs).elements())
    for step in (1, -1):
        i = g.i_end if step > 0 else g.i - 1
        while i in free_old and (_is_part(like.old(i), rest) or _is_edge(like.frame, i, g.j, step, merged=True)):
            rest = _Bag((rest - like.old(i).pairs).elements())
            free_old.discard(i)
            g.i, g.i_end = min(g.i, i), max(g.i_end, i + 1)
            i += step


def _is_part(block: _Profile, rest: _Bag) -> bool:
    return block.size >= 4 and _shared(block.pairs, rest) >= PART * block.pairs.total()


def _is_edge(frame: Frame, i: int, j: int, step: int, *, merged: bool = False) -> bool:
    """Say whether a block too short to be measured is word for word the start or the end of the other side's block."""
    part, whole = frame.new.tokens(j).codes, frame.old.tokens(i).codes
    if merged:
        part, whole = whole, part
    return bool(part) and (whole.startswith(part) if step < 0 else whole.endswith(part))


def _grow(like: Likeness, moved: dict[int, int], old: set[int], new: set[int]) -> None:
    """Let the loose neighbours of what moved move with it, when they are alike."""
    queue = sorted(moved.items())
    while queue:
        i, j = queue.pop()
        for step in (1, -1):
            x, y = i + step, j + step
            if x in old and y in new and like.of(x, y) >= 0.4:
                moved[x] = y
                old.discard(x)
                new.discard(y)
                queue.append((x, y))
