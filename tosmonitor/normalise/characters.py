"""Owns which characters are text: invisible debris goes, the rest is brought to one spelling (NFC)."""

import re
import unicodedata

#: Invisible or private: byte order marks, soft hyphens, zero-width spaces, direction marks, icon fonts, controls.
_DEBRIS = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ud800-\uf8ff\ufdd0-\ufdef"
    "\ufe0e\ufe0f\ufeff\ufffc\ufffe\uffff\U000e0000-\U0010ffff]+"
)
# Joiners spell Persian, Indic and emoji; between anything else they are debris.
_LONE_JOINER = re.compile(
    "(?<![\u0600-\u109f\u1780-\u18af\ufb50-\ufdff\ufe70-\ufefe\U0001f000-\U0001faff])[\u200c\u200d]+"
    "|[\u200c\u200d]+(?=[\\s\x00-\u05ff]|$)"
)
#: So many accents on one letter are kept. No script has more than a few (Unicode allows for 30, UAX #15); putting a
#: pile of n in order takes n² steps.
_MOST_ACCENTS = 200
_PILE = re.compile(rf"[^\w\s\x00-\x7f]{{{_MOST_ACCENTS},}}")


def clean(text: str) -> str:
    """Return `text` in NFC without invisible debris; white space is left as it is. May be a whole page at once."""
    if text.isascii():
        return text if text.isprintable() else _DEBRIS.sub("", text)
    if not text.isprintable() or _seldom(text):
        text = _DEBRIS.sub("", text)
    if "\u200c" in text or "\u200d" in text:
        text = _LONE_JOINER.sub("", text)
    if len(text) > _MOST_ACCENTS and any(map(unicodedata.combining, text[:: _MOST_ACCENTS // 2])):
        text = _PILE.sub(_lower, text)
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def _lower(pile: re.Match[str]) -> str:
    """Leave out the accents of a letter beyond those that are kept."""
    out: list[str] = []
    height = 0
    for c in pile[0]:
        height = height + 1 if unicodedata.combining(c) else 0
        if height <= _MOST_ACCENTS:
            out.append(c)
    return "".join(out)


def _seldom(text: str) -> bool:
    """Say whether a text that can be printed may hold debris all the same: a variant, an object."""
    return (
        "\ufe0f" in text
        or "\ufe0e" in text
        or "\ufffc" in text
        or len(text.encode("utf-16-le")) > 2 * len(text)  # cheaper to ask than whether U+E0100 to U+E01EF are in it
    )
