"""Text that may enter a feed: what XML, readers and screens can bear, whatever a page held."""

import re
from html import escape

# XML 1.0 allows tab, line feed, carriage return and these ranges only; feedgen raises on anything else, and one bad
# page would break a whole feed. Carriage returns go too: XML parsers turn them into line feeds.
_FORBIDDEN = re.compile("[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]")
# Invisible marks that turn the direction of what follows: a title that holds one would reverse its neighbours.
_DIRECTION = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SPACE = re.compile(r"\s+")


def clean(text: str) -> str:
    """Return `text` without what XML forbids (control characters, lone surrogates, non-characters)."""
    return _DIRECTION.sub("", _FORBIDDEN.sub("", text))


def line(text: str, limit: int = 200) -> str:
    """Return `text` as one clean line of at most `limit` characters, cut at a word where there is one."""
    out = _SPACE.sub(" ", clean(text)).strip()
    if len(out) <= limit:
        return out
    cut = out[: limit - 1]
    head = cut.rsplit(" ", 1)[0]
    return (head if len(head) > limit // 2 else cut).rstrip(" ,;:") + "…"


def html(text: str) -> str:
    """Return `text` clean and escaped for HTML."""
    return escape(clean(text), quote=True)
