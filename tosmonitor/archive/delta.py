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
#: Bytes that reading an item may decode, some 5 ms: bounds the chains of pages of megabytes, leaves others alone.
REACH = 16_000_000

_MAGIC = b"\x28\xb5\x2f\xfd"  # RFC 8878 section 3.1.1; not stored
_MINIMUM_BASE = 8  # Zstandard refuses a shorter prefix
_WINDOW_LOG_MAX = 31
#: Level 3 chooses the base as well as level 9 does (0.2 % more room on 240 real pages), in a sixth of the time.
_TRIAL_LEVEL = 3
#: So little that another base would hardly leave less.
_SMALL = 256
_LEVEL = 10
_QUICK_LEVEL = 5
#: What is written at a slower level when it came out large: (bytes, level), each that applies.
_SLOWER = (2_048, 12)
_SLOWEST = (16_384, 19)
#: In a hurry, for patches: of 2,084 pages of 440 kB 0.8 % less room for a fifth more time than without any.
_SLOWEST_HURRIED = (65_536, 19)
#: Size of the match finder's table against the window: as good as Zstandard's own choice for half to two thirds of the
#: time, most of which went into clearing and missing a table far larger than a page (measured on pages of 400 kB).
_TABLE_LOG = {10: -1, 12: 0}
_LARGEST_TABLE_LOG = 22


@dataclass(frozen=True, slots=True)
class Anchor:
    """An item that later ones may be stored against."""

    id: int
    reach: int  # bytes that reading it decodes, its whole chain included


@dataclass(frozen=True, slots=True)
class Anchors:
    """The items of a chain that coming ones may be stored against: at each level, the newest four it is the step of."""

    count: int  # items in the chain so far
    levels: tuple[tuple[Anchor, ...], ...] = ()  # oldest first; the last level holds the first item alone

    def bases(self, size: int) -> tuple[Anchor, ...]:
        """Return what the next item, of `size` bytes, may be stored against, nearest first; nothing for the first.

        Bases that would make it slow to read are left out, but for the quickest.
        """
        if self.count == 0:
            return ()
        level, step = 0, self.count
        while step % RADIX == 0:
            level, step = level + 1, step // RADIX
        near = tuple(reversed(self.levels[level]))[: step % RADIX]
        quick = tuple(anchor for anchor in near if anchor.reach + size <= REACH)
        return quick or (min(near, key=lambda anchor: anchor.reach),)

    def followed_by(self, item: Anchor) -> "Anchors":
        """Return the anchors after one more item."""
        if self.count == 0:
            return Anchors(1, ((item,),))
        levels = list(self.levels)
        level, step = 0, self.count
        while True:
            if level == len(levels) - 1:
                levels.append(levels[-1])
            levels[level] = (*levels[level], item)[-TRIED:]
            if step % RADIX:
                return Anchors(self.count + 1, tuple(levels))
            level, step = level + 1, step // RADIX

    def dumped(self) -> str:
        """Return the levels as JSON, [id, reach] each."""
        return json.dumps([[[a.id, a.reach] for a in level] for level in self.levels], separators=(",", ":"))

    @classmethod
    def loaded(cls, count: int, dumped: str) -> "Anchors":
        """Return the anchors that `dumped` gave."""
        return cls(count, tuple(tuple(Anchor(i, reach) for i, reach in level) for level in json.loads(dumped)))


def packed(
    content: bytes, bases: Sequence[bytes] = (), *, quick: bool = False, hurried: bool = False
) -> tuple[int | None, bytes]:
    """Return the index of the base that gives the smallest frame (None: none) and the frame, without its magic.

    `quick` is for what is small: 7 % more room in a fifth of the time. `hurried` spares all but the largest
    patches the slowest level: a tenth more room for those in a fifteenth of the time.
    """
    fit = [index for index, base in enumerate(bases) if len(base) >= _MINIMUM_BASE]
    if quick:
        frames = [(index, _compressed(content, bases[index], _QUICK_LEVEL)) for index in fit]
        return min(frames, key=lambda frame: len(frame[1])) if fit else (None, _compressed(content, None, _QUICK_LEVEL))
    index = _nearest(content, bases, fit)
    base = None if index is None else bases[index]
    frame = _compressed(content, base, _LEVEL)
    for size, level in (_SLOWER, _SLOWEST_HURRIED if hurried and base is not None else _SLOWEST):
        if len(frame) > size:
            frame = min(frame, _compressed(content, base, level), key=len)
    return index, frame


def _nearest(content: bytes, bases: Sequence[bytes], fit: Sequence[int]) -> int | None:
    nearest, least = None, 0
    for index in fit:
        if len(fit) == 1:
            return index
        size = len(_compressed(content, bases[index], _TRIAL_LEVEL))
        if nearest is None or size < least:
            nearest, least = index, size
        if least <= _SMALL:
            break
    return nearest


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
    if base is not None and level in _TABLE_LOG:
        log = options[CompressionParameter.window_log] + _TABLE_LOG[level]
        options[CompressionParameter.hash_log] = min(log, _LARGEST_TABLE_LOG)
    dictionary = None if base is None else ZstdDict(base, is_raw=True).as_prefix
    return zstd.compress(content, options=options, zstd_dict=dictionary).removeprefix(_MAGIC)
