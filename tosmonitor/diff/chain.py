"""Owns the heaviest rising chain: what stays in place when some things moved."""

from bisect import bisect_left, bisect_right
from itertools import pairwise


def rising(pairs: list[tuple[int, int]], weights: list[int]) -> list[tuple[int, int]]:
    """Return the heaviest part of `pairs` (sorted by their first) whose seconds rise."""
    seconds = [y for _, y in pairs]
    if all(x < y for x, y in pairwise(seconds)):
        return pairs
    # Fronts: last seconds in rising order with the best weight of a chain that ends there, rising as well.
    ends: list[int] = []
    best: list[int] = []
    who: list[int] = []
    before = [-1] * len(pairs)
    for k, y in enumerate(seconds):
        at = bisect_left(ends, y)
        weight = weights[k] + (best[at - 1] if at else 0)
        before[k] = who[at - 1] if at else -1
        stop = bisect_right(best, weight, lo=at)
        ends[at:stop] = [y]
        best[at:stop] = [weight]
        who[at:stop] = [k]
    out = []
    k = who[-1]
    while k >= 0:
        out.append(pairs[k])
        k = before[k]
    return out[::-1]
