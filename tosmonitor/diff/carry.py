"""Owns the identity of blocks through a change: which block of the new text was which block of the old one."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping

from tosmonitor.diff import blocks, forms
from tosmonitor.model import Difference, Kind


def carry(before: str, after: str, difference: Difference) -> Mapping[int, int]:
    """Return new block index -> old block index (as `blocks.split` numbers them), through edits, moves, splits, merges.

    A block maps to the old block that most of its kept text comes from; one that is new maps to nothing.
    """
    old = blocks.split(before)
    starts = [b.start for b in old]
    new = blocks.split(after)
    new_starts = [b.start for b in new]
    votes: dict[int, Counter[int]] = {}
    for a, b, c in _kept(before, after, difference):
        while a < b:
            i = bisect_right(starts, a) - 1
            j = bisect_right(new_starts, c) - 1
            n = min(b, old[i].end) - a
            n = min(n, new[j].end - c)
            weight = len(before[a : a + n].strip())
            if weight:
                votes.setdefault(j, Counter())[i] += weight
            a, c = a + n, c + n
    return {j: max(found, key=lambda i: (found[i], -i)) for j, found in sorted(votes.items())}


def untouched(before: str, after: str, difference: Difference) -> frozenset[int]:
    """Return the new blocks that read as before: no word of them changed, though they may have moved."""
    new = blocks.split(after)
    touched: set[int] = set()
    starts = [b.start for b in new]
    for edit in difference.edits:
        if edit.new_span is None:
            continue
        at = edit.new_span[0]
        if not edit.segments and edit.track is Kind.WORDING:
            _touch(touched, starts, at, edit.new_span[1])
        for segment in edit.segments:
            if segment.op in ("insert", "delete", "replace"):
                _touch(touched, starts, at, at + max(1, len(segment.new)))
            at += len(segment.new)
    return frozenset(range(len(new))) - touched


def _touch(touched: set[int], starts: list[int], a: int, b: int) -> None:
    touched.update(range(max(0, bisect_right(starts, a) - 1), bisect_right(starts, max(a, b - 1))))


def _kept(before: str, after: str, difference: Difference) -> Iterator[tuple[int, int, int]]:
    """Yield (a, b, c): old[a:b] stands at new[c:] unchanged."""
    for edit in forms.equal_stretches(difference, before, after):
        if edit.old_span is None or edit.new_span is None:
            continue
        a, c = edit.old_span[0], edit.new_span[0]
        if edit.op == "equal":
            yield a, edit.old_span[1], c
        for segment in edit.segments:
            if segment.op == "equal":
                yield a, a + len(segment.old), c
            a, c = a + len(segment.old), c + len(segment.new)
