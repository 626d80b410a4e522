"""Owns the way from bytes to a parsed page: decoding as browsers do, the guards against hostile depth, the HTML engine.

The engine is lexbor through selectolax: of the permissively licensed HTML5 parsers the fastest that accepts every
selector a browser accepts; figures in docs/decisions/0004-html-engine.md.
"""

import ctypes
import re
import sys
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder, lookup
from collections import Counter
from itertools import accumulate
from operator import sub

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser

from tosmonitor.errors import DamagedError
from tosmonitor.normalise.tree import VOID

#: A page of more than this is not read; the largest of the terms pages that we know has 3 MB.
MAX_BYTES = 60_000_000

#: Labels that the Encoding Standard (https://encoding.spec.whatwg.org/#names-and-labels) reads differently from Python.
_LABELS = {
    "ascii": "cp1252", "us-ascii": "cp1252", "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "latin1": "cp1252",
    "l1": "cp1252",
    "iso_8859-1": "cp1252", "ansi_x3.4-1968": "cp1252", "x-cp1252": "cp1252", "iso-8859-9": "cp1254",
    "latin5": "cp1254",
    "iso-8859-11": "cp874", "tis-620": "cp874", "gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030",
    "x-gbk": "gb18030",
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "windows-31j": "cp932",
    "ks_c_5601-1987": "cp949", "euc-kr": "cp949", "ksc5601": "cp949", "big5": "big5hkscs", "x-x-big5": "big5hkscs",
    "x-mac-roman": "mac-roman", "macintosh": "mac-roman", "x-mac-cyrillic": "mac-cyrillic",
    "unicode-1-1-utf-8": "utf-8",
    "utf8": "utf-8", "utf-16": "utf-16-le", "iso-8859-8-i": "iso-8859-8", "visual": "iso-8859-8", "dos-874": "cp874",
    "x-euc-jp": "euc-jp", "windows-874": "cp874",
}  # fmt: skip
_META = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?\s*([a-zA-Z0-9_:.-]+)""", re.IGNORECASE)
_XML = re.compile(rb"""^\s*<\?xml[^>]+encoding\s*=\s*["']([a-zA-Z0-9_:.-]+)""")
_TAG = re.compile(rb"<(/?)([a-zA-Z][a-zA-Z0-9:-]*)")
_NAME = re.compile(rb"<(/?[a-zA-Z][a-zA-Z0-9:-]*)")
#: Tags whose elements end by themselves; they do not nest however often they stand in the source.
_SELF_ENDING = frozenset(
    t.encode()
    for t in (
        *VOID,
        *[
            "p",
            "li",
            "dt",
            "dd",
            "option",
            "optgroup",
            "tr",
            "td",
            "th",
            "thead",
            "tbody",
            "tfoot",
            "colgroup",
            "rp",
            "rt",
            "html",
            "head",
            "body",
            "path",
        ],
    )
)
#: Below so many tags the quadratic cost of hostile nesting stays under 200 ms.
_FEW_TAGS = 12_000
_MAX_NESTING = 600
_PIECE = 32_000  # bytes that are decoded at once
_STRETCH = 200_000  # bytes whose tags are counted at once
_LONG_TAG = 30_000  # bytes without a ">", or without a "<" and with more "=" than a tag may have
_MANY_ATTRIBUTES = 2_000
#: A tag up to its end, which no quotation mark after an equals sign hides.
_WHOLE_TAG = re.compile(rb"(?P<name><[a-zA-Z][^\s/>=]*+)(?:[^>=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+')?+)*+")
_QUOTED = re.compile(rb"\"[^\"]*\"|'[^']*'")


def utf8(body: bytes, charset: str | None = None) -> tuple[bytes, str]:
    """Return the text of `body` in UTF-8 without a byte order mark, and the name of the encoding it came in.

    Order: byte order mark, then UTF-8 if the bytes are valid in it and hold more than ASCII (a wrong label is far
    more frequent than Latin text that happens to be UTF-8), the header's `charset`, the label in the page, UTF-8 if
    valid, windows-1252. Raise DamagedError for what is no text.
    """
    if len(body) > MAX_BYTES:
        raise DamagedError(f"the page has {len(body):,} bytes, more than the {MAX_BYTES:,} that are read")
    for mark, name in ((BOM_UTF8, "utf-8"), (BOM_UTF16_LE, "utf-16-le"), (BOM_UTF16_BE, "utf-16-be")):
        if body.startswith(mark):
            return _from(body[len(mark) :], name), name
    if (nulls := body[:2000].count(0)) * 3 > len(body[:2000]):
        return _from(body, "utf-16-be" if body[:1] == b"\0" else "utf-16-le"), "utf-16"
    if nulls > 20:
        raise DamagedError("the bytes are no text: they hold zeros as programs and pictures do")
    labels = [charset] if charset else []
    inside = (pattern.search(body[:4096]) for pattern in (_META, _XML))
    labels.extend(match[1].decode("ascii") for match in inside if match)
    if not (body.isascii() and labels) and _is_utf8(body):
        return body, "utf-8"
    for label in labels:
        if known := codec(label):
            return _from(body, known), known
    text = body.decode("utf-8", "replace")
    if text.count("\ufffd") * 200 < len(text):  # a few broken bytes in a page that is UTF-8
        return text.encode(), "utf-8"
    return _from(body, "cp1252"), "cp1252"


def decode(body: bytes, charset: str | None = None) -> str:
    """Return the text of `body`; raises what `utf8` raises."""
    return utf8(body, charset)[0].decode()


def _from(body: bytes, encoding: str) -> bytes:
    return body.decode(encoding, "replace").encode("utf-8", "replace")


def _is_utf8(body: bytes) -> bool:
    """Say whether bytes are valid UTF-8; in pieces, for memory enough for a whole page would be asked of the system."""
    decoder = getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(body), _PIECE):
            decoder.decode(body[start : start + _PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


#: What Python names as it does encodings, and no page is in: conversions, escapes, and one that makes tags of letters.
_NO_TEXT = frozenset(
    {
        "utf-7", "hex", "base64", "bz2", "zlib", "rot-13", "quopri", "uu", "idna", "punycode", "undefined",
        "unicode-escape", "raw-unicode-escape",
    }
)  # fmt: skip


def codec(label: str) -> str | None:
    """Return Python's name of the encoding that browsers mean by `label`; None if it is none of text."""
    label = label.strip().lower()
    try:
        name = lookup(_LABELS.get(label, label)).name
    except (LookupError, ValueError):
        return None
    return None if name in _NO_TEXT else name


#: A frame that a <noscript> opens and does not close. To a browser with scripts it is text and ends with the noscript;
#: read without scripts it would swallow the rest of the page.
_FRAME_FOR_NOBODY = re.compile(rb"<iframe\b[^<>]*>(?=\s*</noscript)", re.IGNORECASE)
#: Tags that few pages have and that cost a walk through the tree each. All are looked for in one pass over the bytes.
_RARE = re.compile(rb"<(/?iframe|xmp|plaintext|base|noembed|noframes|symbol|path)\b", re.IGNORECASE)


def rare(body: bytes) -> Counter[str]:
    """Return how often each of the rare tags stands in the source of a page, "iframe" and "/iframe" apart."""
    found: Counter[str] = Counter()
    for name, times in Counter(_RARE.findall(body)).items():
        found[name.decode("ascii").lower()] += times
    return found


def parse(markup: str | bytes, tags: Counter[str] | None = None) -> LexborHTMLParser:
    """Return the parsed page; bytes are UTF-8, `tags` what `rare` says of them.

    Linear also for a million nested tags: the surplus tags are dropped, not their text.
    """
    body = markup.encode("utf-8", "replace") if isinstance(markup, str) else markup
    tags = rare(body) if tags is None else tags
    if len(body) > _LONG_TAG:
        body = _without_long_tags(body)
    if tags["iframe"] > tags["/iframe"]:
        body = _FRAME_FOR_NOBODY.sub(b"", body)
    if body.count(b"<") > _FEW_TAGS and _nesting(body) > _MAX_NESTING:
        body = _flatten(body)
    page = LexborHTMLParser(body, options=LexborDocumentOptions.WO_EVENTS.value)
    if tags["xmp"] or tags["plaintext"]:
        for node in page.css("xmp, plaintext"):
            node.replace_with(node.text())
    return page


def give_back() -> None:
    """Return freed memory to the system where that is to be asked for.

    glibc keeps what the parser's tree took (100 MB for a dense page of 5 MB), and Python's own allocator cannot use it.
    """
    if sys.platform == "linux" and hasattr(library := ctypes.CDLL(None), "malloc_trim"):
        library.malloc_trim(0)


class _Steps(dict[bytes, int]):
    """How much deeper each tag leads: 1, or -1 for its end; 0 for tags that do not nest."""

    def __missing__(self, name: bytes) -> int:
        nests = name.lstrip(b"/").lower() not in _SELF_ENDING
        step = self[name] = (-1 if name[:1] == b"/" else 1) if nests else 0
        return step


def _nesting(body: bytes) -> int:
    """Return the most elements that are open at once; an end without a beginning counts for nothing."""
    step = _Steps().__getitem__
    start = depth = deepest = lowest = 0
    while start >= 0:  # in stretches: the names of a dense page are many times its size
        end = body.find(b"<", start + _STRETCH)
        names = _NAME.findall(body, start, end if end >= 0 else len(body))
        depths = list(accumulate(filter(None, map(step, names)), initial=depth))
        lows = list(accumulate(depths, min, initial=lowest))
        deepest = max(deepest, *map(sub, depths, lows[1:]))
        depth, lowest, start = depths[-1], lows[-1], end
    return deepest


def _flatten(body: bytes) -> bytes:
    """Drop the tags below the limit, all that open or close there, as browsers do from level 512 on; the text stays."""
    out: list[bytes] = []
    depth = start = 0
    for match in _TAG.finditer(body):
        if match[2].lower() not in _SELF_ENDING:
            surplus = depth > _MAX_NESTING
            depth += -(depth > 0) if match[1] else 1
            surplus = surplus if match[1] else depth > _MAX_NESTING
        else:
            surplus = depth > _MAX_NESTING
        if surplus:
            end = body.find(b">", match.end())
            out.append(body[start : match.start()])
            if end < 0:
                start = len(body)
                break
            start = max(start, end + 1)
    out.append(body[start:])
    return b" ".join(out)


def _without_long_tags(body: bytes) -> bytes:
    """Drop the attributes of tags that have thousands of them: the parser compares each with each."""
    out: list[bytes] = []
    start = at = 0
    begun = -1  # where the last tag began
    while at < len(body):
        end = at + _LONG_TAG
        found = body.rfind(b"<", at, end)
        begun = found if found >= 0 else begun
        closed = body.find(b">", at, end) >= 0
        at = end
        if closed and (found >= 0 or body.count(b"=", end - _LONG_TAG, end) < _MANY_ATTRIBUTES):
            continue
        if begun >= start and (tag := _WHOLE_TAG.match(body, begun)):
            bare = _QUOTED.sub(b"", tag[0])
            if len(bare.split()) + bare.count(b"/") + bare.count(b"=") > _MANY_ATTRIBUTES:
                out.append(body[start : tag.end("name")])
                start = tag.end()
            at = max(at, tag.end())
    return b"".join([*out, body[start:]]) if out else body
