"""Text that may enter a feed: what XML, readers and screens can bear, whatever a page held."""

import re
from html import escape, unescape
from urllib.parse import quote, urlsplit, urlunsplit

# XML 1.0 allows tab, line feed, carriage return and these ranges only; feedgen raises on anything else, and one bad
# page would break a whole feed. Carriage returns go too: XML parsers turn them into line feeds.
# And with them the invisible marks that turn the direction of what follows (U+200E, U+200F, U+202A to U+202E, U+2066
# to U+2069): a title that holds one would reverse its neighbours.
# The last two of each plane are no characters at all; a strict HTML parser stops at them.
_PLANES = "".join(f"{chr(plane << 16)}-{chr((plane << 16) + 0xFFFD)}" for plane in range(1, 17))
_FORBIDDEN = re.compile(
    "[^\t\n\x20-\x7e\xa0-\u200d\u2010-\u2029\u202f-\u2065\u206a-\ud7ff\ue000-\ufdcf\ufdf0-\ufffc" + _PLANES + "]"
)
# What a page holds whose UTF-8 was decoded once too little. It is what the page says, but the W3C validator takes it
# for a mistake of the feed where the characters stand as they are.
_TWICE = re.compile("(?<=[\xc2\xc3])[\xa0-\xbf]")
_SPACE = re.compile(r"\s+")
_ENTITY = re.compile(r"&(?=#?\w)")
_ANGLES = str.maketrans("<>", "‹›")


def clean(text: str) -> str:
    """Return `text` without what a feed may not hold: control characters, lone surrogates, marks of direction."""
    return _FORBIDDEN.sub("", text)


def line(text: str, limit: int = 200) -> str:
    """Return `text` as one clean line of at most `limit` characters, cut at a word where there is one.

    It holds nothing that could be taken for markup: whether the title of an RSS item is text or HTML is left to each
    reader, and some read it as HTML.
    """
    out = _SPACE.sub(" ", clean(text[: limit * 20])).strip()
    if "&" in out:
        out = clean(_ENTITY.sub(_spaced, unescape(unescape(out))))
    out = _SPACE.sub(" ", out.translate(_ANGLES)).strip()
    if len(out) <= limit:
        return out
    cut = out[: limit - 1]
    head = cut.rsplit(" ", 1)[0]
    return (head if len(head) > limit // 2 else cut).rstrip(" ,;:") + "…"


def uri(url: str) -> str:
    """Return `url` with every character written as a URI allows (RFC 3986): feeds carry no IRIs."""
    parts = urlsplit(clean(url).strip())
    try:
        host = parts.netloc.encode("idna").decode("ascii")
    except UnicodeError:
        host = quote(parts.netloc, safe=":@[]")
    safe = "/%:@!$&'()*+,;=~-._?"
    return urlunsplit(
        (
            parts.scheme,
            host,
            quote(parts.path, safe=safe),
            quote(parts.query, safe=safe),
            quote(parts.fragment, safe=safe),
        )
    )


def html(text: str, limit: int | None = None) -> str:
    """Return `text` clean and escaped for HTML, at most `limit` characters of it."""
    written = escape(clean(text if limit is None else text[:limit]), quote=True)
    return _TWICE.sub(lambda found: f"&#{ord(found[0])};", written)


def _spaced(found: re.Match[str]) -> str:
    """Part an ampersand from what would make it an entity; `AT&T` stays."""
    word = re.match(r"#?\w+", found.string[found.end() : found.end() + 12])
    name = word[0] if word else ""
    return "&" if name.isalpha() and unescape(f"&{name};") == f"&{name};" else "& "
