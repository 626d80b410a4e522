"""Owns how words are compared here: folded, so that case, accents, quotes and spacing do not matter."""

import re
import unicodedata
from functools import cache

_PLAIN = str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "…": "..."}
    | {
        "ł": "l",
        "đ": "d",
        "ı": "i",
        "\xad": None,
        "\u200b": None,
    }  # letters that have no accent to lose, and invisible ones
)
_SPACED = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def fold(text: str) -> str:
    """Return `text` without accents, in lower case, with plain quotes and single spaces."""
    if text.isascii():
        return " ".join(text.lower().split())
    bare = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN))
    bare = _accents().sub("", bare)
    return " ".join(unicodedata.normalize("NFKC", bare).split())


@cache
def _accents() -> re.Pattern[str]:
    """Return the pattern of the combining characters of living scripts; those beyond would slow it down ten times."""
    return re.compile(
        f"[{''.join(chr(point) for point in range(0x300, 0xFFFF) if unicodedata.combining(chr(point)))}]+"
    )


def count_words(text: str) -> int:
    """Count words; in scripts written without spaces two characters are taken for one word."""
    unspaced = 0 if text.isascii() else len(_UNSPACED.findall(text))
    if not unspaced:
        return len(_SPACED.findall(text))
    return unspaced // 2 + len(_SPACED.findall(_UNSPACED.sub(" ", text)))
