"""Owns how a body or a list of blocks is written as a patch of an earlier one; pure, knows no database.

The n-th item of a chain may be stored against one of up to four earlier ones, spaced by the largest power of 16 that
divides n: a radix tree, so that however long the history, an item is at most 15 patches per level away from one that
stands alone. On 160,449 real pages this took a quarter of the room of key frames and reads 16 patches deep on average.
A patch is a Zstandard frame whose dictionary is the earlier item (`zstd --patch-from`, an open format). A damaged or
wrong base decodes to wrong bytes *silently*: callers compare digests after every read.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from backports import zstd
from backports.zstd import CompressionParameter, DecompressionParameter, ZstdDict

RADIX = 16
#: Bases tried at each level: four took 10 to 17 % less room than one for three times the time.
TRIED = 4

_MAGIC = b"\x28\xb5\x2f\xfd"  # RFC 8878 section 3.1.1; not stored
_MINIMUM_BASE = 8  # Zstandard refuses a shorter prefix
_WINDOW_LOG_MAX = 31
_LEVEL = 9
_HARD_LEVEL = 19
#: A result beyond this is rare (a first page, a new design) and worth the slow level.
_HARD = 4096


@dataclass(frozen=True, slots=True)
class Anchors:
    """The items that coming ones may be stored against: at each level, the newest four whose number it divides."""

    count: int  # items in the chain so far
    levels: tuple[tuple[int, ...], ...] = ()  # ids, oldest first

    def bases(self) -> tuple[int, ...]:
        """Return the ids that the next item may be stored against, nearest first; empty for the first of a chain."""
        if self.count == 0:
            return ()
        level, step = 0, self.count
        while step % RADIX == 0:
            level, step = level + 1, step // RADIX
        return tuple(reversed(self.levels[level]))[: step % RADIX]

    def followed_by(self, item_id: int) -> "Anchors":
        """Return the anchors after one more item."""
        if self.count == 0:
            return Anchors(1, ((item_id,),))
        levels = list(self.levels)
        level, step = 0, self.count
        while True:
            if level == len(levels) - 1:
                levels.append(levels[-1])  # the last level always holds the first item alone
            levels[level] = (*levels[level], item_id)[-TRIED:]
            if step % RADIX:
                return Anchors(self.count + 1, tuple(levels))
            level, step = level + 1, step // RADIX

    def dumped(self) -> str:
        """Return the levels as JSON."""
        return json.dumps(self.levels, separators=(",", ":"))

    @classmethod
    def loaded(cls, count: int, dumped: str) -> "Anchors":
        """Return the anchors that `dumped` gave."""
        return cls(count, tuple(tuple(level) for level in json.loads(dumped)))


def packed(content: bytes, bases: Sequence[bytes] = ()) -> tuple[int | None, bytes]:
    """Return the index of the base that gives the smallest frame (None: none) and the frame, without its magic."""
    best: tuple[int | None, bytes] | None = None
    for index, base in enumerate(bases):
        if len(base) >= _MINIMUM_BASE:
            frame = _compressed(content, base, _LEVEL)
            if best is None or len(frame) < len(best[1]):
                best = (index, frame)
    if best is None:
        best = (None, _compressed(content, None, _LEVEL))
    if len(best[1]) > _HARD:
        frame = _compressed(content, None if best[0] is None else bases[best[0]], _HARD_LEVEL)
        if len(frame) < len(best[1]):
            best = (best[0], frame)
    return best


def unpacked(frame: bytes, base: bytes | None = None) -> bytes:
    """Return what `packed` was given; raise ValueError for a frame that does not decode."""
    dictionary = None if base is None else ZstdDict(base, is_raw=True).as_prefix
    try:
        return zstd.decompress(_MAGIC + frame, dictionary, {DecompressionParameter.window_log_max: _WINDOW_LOG_MAX})
    except zstd.ZstdError as error:
        raise ValueError(str(error)) from error


def _compressed(content: bytes, base: bytes | None, level: int) -> bytes:
    reach = len(content) + (0 if base is None else len(base))
    options: dict[int, int] = {
        CompressionParameter.compression_level: level,
        CompressionParameter.window_log: min(max(reach.bit_length(), 10), 30),  # must cover the base and the item
    }
    dictionary = None if base is None else ZstdDict(base, is_raw=True).as_prefix
    return zstd.compress(content, options=options, zstd_dict=dictionary).removeprefix(_MAGIC)
