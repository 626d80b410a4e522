"""Owns the matching of signatures: which vendor's mark a response bears, and what a page says of itself."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import cache, lru_cache

from tosmonitor.assess.fold import count_words, fold
from tosmonitor.assess.missing import says_missing
from tosmonitor.assess.page import Page
from tosmonitor.assess.phrases import ALONE, SAID
from tosmonitor.assess.vendors import VENDORS, WIDGETS, Vendor
from tosmonitor.model import ObstacleKind, Response

#: A message is a line of at most so many words; longer ones are prose.
MESSAGE = 30
#: So many headings are read as what a page says of itself; those of its sections follow.
FIRST_HEADINGS = 3
#: What stands in the first lines of a page is said as loudly as a heading.
FIRST_LINES = 6
#: How much of the source is searched for a vendor's marks (bytes).
SOURCE = 300_000

#: A heading that asks what a message means heads an explanation, not an error page (folded).
_EXPLAINS = re.compile(
    r"(?:what|why|how|when|who|was|warum|wie|wann|wer|que|quoi|pourquoi|comment|quand|por que|como|cuando|quien|cosa"
    r"|perche|come|quando|waarom|hoe|wanneer|dlaczego|jak|kiedy|что|почему|как|когда)\b.{8,}\?$"
)
_TITLE_PIECES = re.compile(r"\s+[|–—·:•\\»/-]\s+|\s*[|»•]\s*")
_ENDS = " .!?:;,-–—|…*\"'()[]"


class Loudness(IntEnum):
    """Where a page says something of itself, the loudest first."""

    TITLE = 0  # title or first headings
    FIRST = 1  # first lines
    ANYWHERE = 2


@dataclass(frozen=True, slots=True)
class Sign:
    """What a page says of itself: how loudly, and in which words."""

    kind: ObstacleKind
    words: str
    loudness: Loudness
    alone: bool = False  # the words were all that the line said


def certain_vendor(response: Response) -> str | None:
    """Return the vendor whose headers say that this is a challenge, whatever the status and the body are."""
    for vendor in VENDORS:
        if any(_sent(response, name, piece) for name, piece in vendor.certain):
            return vendor.name
    return None


def vendor_of(response: Response, page: Page, *, refusing: bool) -> str | None:
    """Return the vendor whose marks the page bears; `refusing`: the status says that we were turned away."""
    source = response.body[:SOURCE].decode("utf-8", "replace").lower()
    seen = " ".join((page.title, *page.lines[:40], *page.silent[:10]))
    checking = any(sign.kind is ObstacleKind.CHALLENGE for sign in signs(page))
    for vendor in VENDORS:
        if any(words in seen for words in _words(vendor)):
            return vendor.name
    if refusing or checking or sum(count_words(line) for line in page.lines) < MESSAGE * 3:
        for vendor in VENDORS:
            if (vendor.name not in WIDGETS or checking) and any(piece in source for piece in vendor.source):
                return vendor.name
    if refusing and response.status in (403, 429, 503):
        for vendor in VENDORS:
            if any(_sent(response, name, piece) for name, piece in vendor.headers):
                return vendor.name
    return None


def signs(page: Page) -> tuple[Sign, ...]:
    """Return what the page says of itself, the loudest first and, of those as loud, the most precise kind first."""
    titles = [piece for piece in _TITLE_PIECES.split(page.title) if piece] + [page.title]
    titles += [line for line in (*page.first, *page.headings[:FIRST_HEADINGS]) if not _EXPLAINS.match(line)]
    found = [
        *_match(titles, Loudness.TITLE),
        *(sign for sign in _match(page.lines[:FIRST_LINES], Loudness.FIRST) if not sign.alone),
        *_match([*page.lines, *page.silent], Loudness.ANYWHERE),
    ]
    kinds = {kind: place for place, (kind, _) in reversed(list(enumerate(SAID)))}
    return tuple(sorted(found, key=lambda sign: (sign.loudness, kinds[sign.kind])))


@lru_cache(maxsize=4_000)
def is_message(line: str) -> bool:
    """Say whether `line` (folded) is something that a page says when it is not the document."""
    return not _EXPLAINS.match(line) and bool(_match([line], Loudness.ANYWHERE))


def _match(lines: Iterable[str], loudness: Loudness) -> list[Sign]:
    messages = [line for line in lines if count_words(line) <= MESSAGE]
    all_of_them = "\n".join(messages)
    found: dict[ObstacleKind, Sign] = {}
    for kind, phrases in _said():
        for phrase, pattern in phrases:
            # A plain search first: it is far cheaper than a pattern, and nearly all phrases are on no page.
            if kind not in found and phrase in all_of_them and pattern.search(all_of_them):
                found[kind] = Sign(kind, phrase, loudness)
                break
    for line in messages:
        bare = line.strip(_ENDS)
        for kind, words in _alone():
            if bare in words:
                found.setdefault(kind, Sign(kind, bare, loudness, alone=True))
        if ObstacleKind.NOT_FOUND not in found and (missing := says_missing(line)):
            found[ObstacleKind.NOT_FOUND] = Sign(ObstacleKind.NOT_FOUND, missing, loudness)
    return list(found.values())


@cache
def _said() -> tuple[tuple[ObstacleKind, tuple[tuple[str, re.Pattern[str]], ...]], ...]:
    return tuple(
        (kind, tuple((fold(p), re.compile(_bounded(fold(p)))) for of in phrases.values() for p in of))
        for kind, phrases in SAID
    )


def _bounded(phrase: str) -> str:
    """Return a pattern for `phrase` that starts and, where it ends in a whole word, ends at a word's edge."""
    start = r"(?<!\w)" if phrase[0].isascii() and phrase[0].isalnum() else ""
    end = r"(?!\w)" if phrase.isascii() and phrase[-1].isalnum() and " " in phrase else ""
    return f"{start}{re.escape(phrase)}{end}"


@cache
def _alone() -> tuple[tuple[ObstacleKind, frozenset[str]], ...]:
    return tuple((kind, frozenset(fold(word).strip(_ENDS) or word for word in words)) for kind, words in ALONE)


@cache
def _words(vendor: Vendor) -> tuple[str, ...]:
    return tuple(fold(words) for words in vendor.words)


def _sent(response: Response, name: str, piece: str) -> bool:
    """Say whether a header was sent; a name that ends in "-" stands for all that begin so."""
    return any(
        (header.lower() == name or (name.endswith("-") and header.lower().startswith(name))) and piece in value.lower()
        for header, value in response.headers
    )
