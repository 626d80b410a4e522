"""Owns how two sequences of words differ: diff-match-patch on one character a word, bounded by size, never by a clock.

diff-match-patch over long sequences either times out (and then says "all deleted, all inserted") or takes seconds;
here unique runs of four, three, two words and one word are anchored first, so that it only ever sees short stretches.
"""

import math
from collections.abc import Mapping

from diff_match_patch import diff_match_patch

from tosmonitor.diff.chain import rising

#: Cells of the comparison table up to which diff-match-patch is asked directly.
SMALL = 3_000
#: Cells above which, without any anchor, a stretch is given as replaced and the result as incomplete.
LARGE = 100_000

#: Share of the changes around it, in letters, up to which a kept stretch is chance.
CHANCE = 0.18

#: (equal, length old, length new): equal runs have the same length twice.
Run = tuple[bool, int, int]

_engine = diff_match_patch()
_engine.Diff_Timeout = 0


def runs(old: str, new: str) -> tuple[list[Run], bool]:
    """Return how `old` becomes `new` as alternating runs, and whether the answer is complete."""
    pieces: list[Run] = []
    whole = _compare(old, new, pieces)
    return _joined(pieces), whole


def _joined(pieces: list[Run]) -> list[Run]:
    out: list[Run] = []
    for equal, n, m in pieces:
        if not (n or m):
            continue
        if out and out[-1][0] == equal:
            out[-1] = (equal, out[-1][1] + n, out[-1][2] + m)
        else:
            out.append((equal, n, m))
    return out


def _compare(old: str, new: str, out: list[Run]) -> bool:
    head = _shared(old, new)
    if head:
        out.append((True, head, head))
        old, new = old[head:], new[head:]
    tail = _shared(old[::-1], new[::-1])
    if tail:
        old, new = old[:-tail], new[:-tail]
    whole = True
    if not old or not new:
        out.append((False, len(old), len(new)))
    elif len(old) * len(new) <= SMALL:
        _direct(old, new, out)
    else:
        anchors = _anchors(old, new)
        if anchors:
            i = j = 0
            for a, b, n in anchors:
                whole &= _compare(old[i:a], new[j:b], out)
                out.append((True, n, n))
                i, j = a + n, b + n
            whole &= _compare(old[i:], new[j:], out)
        elif set(old).isdisjoint(new):
            out.append((False, len(old), len(new)))
        elif len(old) * len(new) <= LARGE:
            _direct(old, new, out)
        else:
            out.append((False, len(old), len(new)))
            whole = False
    if tail:
        out.append((True, tail, tail))
    return whole


def _direct(old: str, new: str, out: list[Run]) -> None:
    for kind, text in _engine.diff_main(old, new, False):
        n = len(text)
        out.append((kind == 0, n if kind <= 0 else 0, n if kind >= 0 else 0))


def _shared(old: str, new: str) -> int:
    """Return the length of the common start."""
    low, high = 0, min(len(old), len(new))
    if old[:high] == new[:high]:
        return high
    while high - low > 1:
        middle = (low + high) // 2
        if old[low:middle] == new[low:middle]:
            low = middle
        else:
            high = middle
    return low


def _anchors(old: str, new: str) -> list[tuple[int, int, int]]:
    """Return stretches (at old, at new, length) that occur once on both sides, in order, the longest words first."""
    for size in (4, 3, 2, 1):
        here, there = _once(old, size), _once(new, size)
        pairs = [(i, there[gram]) for gram, i in here.items() if gram in there]
        if not pairs:
            continue
        pairs.sort()
        chain = rising(pairs, [1] * len(pairs))
        out: list[tuple[int, int, int]] = []
        for i, j in chain:
            if out:
                a, b, n = out[-1]
                if i - a == j - b and i <= a + n:
                    out[-1] = (a, b, i + size - a)
                    continue
                if i < a + n or j < b + n:
                    continue
            out.append((i, j, size))
        return out
    return []


def _once(text: str, size: int) -> dict[str, int]:
    """Return the runs of `size` characters that occur once in `text`, with their place."""
    found: dict[str, int] = {}
    for i in range(len(text) - size + 1):
        gram = text[i : i + size]
        found[gram] = -1 if gram in found else i
    return {gram: i for gram, i in found.items() if i >= 0}


def tidied(pieces: list[Run], old: str, new: str, weight: Mapping[str, int]) -> list[Run]:
    """Give up islands of chance words between changes that outweigh them, so that a rewritten sentence reads as one."""
    if len(pieces) < 3:
        return pieces
    out = list(pieces)
    changed = True
    while changed:
        changed = False
        weights = _weights(out, old, new, weight)
        kept: list[Run] = []
        k = 0
        while k < len(out):
            if (
                out[k][0]
                and 0 < k < len(out) - 1
                and kept
                and not kept[-1][0]
                and _chance(weights[k][0], weights[k - 1], weights[k + 1])
            ):
                a, b = kept[-1], out[k + 1]
                kept[-1] = (False, a[1] + out[k][1] + b[1], a[2] + out[k][1] + b[2])
                k += 2
                changed = True
                continue
            kept.append(out[k])
            k += 1
        out = kept
    return out


def _weights(pieces: list[Run], old: str, new: str, weight: Mapping[str, int]) -> list[tuple[int, int]]:
    out = []
    i = j = 0
    for _, n, m in pieces:
        out.append((sum(map(weight.__getitem__, old[i : i + n])), sum(map(weight.__getitem__, new[j : j + m]))))
        i, j = i + n, j + m
    return out


def _chance(island: int, left: tuple[int, int], right: tuple[int, int]) -> bool:
    """Say whether an island of kept words between two changes is there by chance.

    Both changes count, by their geometric mean, so that a word kept beside a small change stays: measured on 48 seeded
    cases, strict F1 0.996 against 0.991 for the smaller of the two, and no site in fragments.
    """
    return island <= CHANCE * math.sqrt(sum(left) * sum(right))
