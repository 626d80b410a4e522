"""The search of an export: an index of the texts in force, in small files that a script in the browser asks for.

    texts in force ─► documents.js     services, documents, and which words each of the next files holds
                   ├► words/a1.js      words of a stretch of the alphabet, each with the documents that hold it
                   └► texts/ID.js      the passages of one document, with their addresses on its page

A query loads the first, one of the second for each word, and the third for the documents that it shows. Each file is
a script that calls one function, for a browser opens scripts, but no data, from a disk. The live site needs none of it.
"""

import json
import re
import unicodedata
from array import array
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from tosmonitor import archive as archives
from tosmonitor import urls
from tosmonitor.archive import Archive
from tosmonitor.model import Document, Service, Version, slug
from tosmonitor.site import markdown, standing
from tosmonitor.site.holdings import Holdings

#: Bytes of one file of words. Fewer files cost more to load, more files more to write.
_STRETCH = 12_000
#: A longer run of letters is no word; its beginning is kept, which is how scripts without spaces are found.
LONGEST = 40
_FOLDER = "/index/"
_MARKS = re.compile("[\u0300-\u036f]")
_WORD = re.compile(r"[^\W_]+")
#: The address of a link, which is not read.
_TARGET = re.compile(r"\]\([^)\s]*\)")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Piece:
    """One file of the index: its address, its token, and its bytes unless they are those of an earlier export."""

    path: str
    token: str
    body: bytes | None


@dataclass(frozen=True, slots=True)
class _Text:
    """A document with the text that is in force."""

    service: Service
    document: Document
    first: Version
    current: Version
    token: str


def pieces(holdings: Holdings, edition: str, known: Mapping[str, str]) -> Iterator[Piece]:
    """Yield every file of the index, in a fixed order, the documents' passages first.

    `edition` is a token of the program; `known` says what an earlier export wrote of the index and still has: address
    to token. As long as no text changed nothing is read but the list of versions. Otherwise every text in force is read
    once for its words (some milliseconds each), and parsed again only where it changed.
    """
    texts = _texts(holdings, edition)
    whole = _token(edition, [(one.token, one.service, one.document) for one in texts])
    entry = urls.index("documents")
    if known.get(entry) == whole:
        for path, token in known.items():
            yield Piece(path, token, None)
        return
    for text in texts:
        path = urls.index(f"texts/{text.document.id}")
        body = None if known.get(path) == text.token else _passages(holdings, text)
        yield Piece(path, text.token, body)
    stretches = []
    for name, first, words in _stretches(_postings(holdings.archive(), texts)):
        body = _script(f"words/{name}", words)
        path, token = urls.index(f"words/{name}"), sha256(body).hexdigest()[:16]
        stretches.append([name, first])
        yield Piece(path, token, None if known.get(path) == token else body)
    yield Piece(entry, whole, _script("documents", _entry(texts, stretches)))


def holds(path: str) -> bool:
    """Say whether an address is one of the index."""
    return path.startswith(_FOLDER)


def folded(text: str) -> str:
    """Return text as the search compares it: lower case, without accents."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", text)))
    return text.lower()


def _texts(holdings: Holdings, edition: str) -> list[_Text]:
    """Return the documents that have a text to show, the longest known first, so that a new one renumbers no other."""
    found = []
    for service, document in holdings.catalogue().documents.values():
        versions = holdings.versions(document.id)
        accepted = [version for version in versions if version.retracted is None]
        if accepted and accepted[-1].withheld is None:
            story = [(one.fetched_at, one.digest, one.retracted is None) for one in versions]
            token = _token(edition, document.id, story)
            found.append(_Text(service, document, versions[0], accepted[-1], token))
    return sorted(found, key=lambda text: (text.first.fetched_at, text.document.id))


def _passages(holdings: Holdings, text: _Text) -> bytes:
    """Return [stamp, whether a change brought it, [[address, words], ...]] for each run of passages, in order."""
    held = []
    for run in standing.shown(holdings, text.current).passages:
        blocks = [[block.name, unicodedata.normalize("NFC", block.words)] for block in run.blocks]
        held.append([urls.stamp(run.since), int(run.since != text.first.fetched_at), blocks])
    return _script(f"texts/{text.document.id}", held)


def _postings(archive: Archive, texts: Sequence[_Text]) -> dict[str, "array[int]"]:
    """Return for every word the numbers of the documents whose text may hold it, in order."""
    found: dict[str, array[int]] = defaultdict(lambda: array("I"))
    for number, text in enumerate(texts):
        shown, _ = markdown.bounded(archives.text(archive, text.current.digest))
        distinct = " ".join(set(folded(_TARGET.sub("]", shown)).split()))  # a quarter of the text, and of the time
        for word in {word[:LONGEST] for word in _WORD.findall(distinct)}:
            found[word].append(number)
    return found


def _stretches(postings: Mapping[str, "array[int]"]) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yield (name, first word, words with their documents), in the alphabet's order.

    A stretch ends with its letter, so that a new word moves the borders of one letter's stretches at most.
    """
    held: dict[str, str] = {}
    letter, count, size = "", 0, 0
    for word in sorted(postings, key=lambda one: one.encode("utf-16-be")):  # as a browser compares them
        initial = word[0] if word[0] in _DIGITS else "_"
        if held and (initial != letter or size > _STRETCH):
            yield f"{letter}{count}", next(iter(held)), held
            held, size = {}, 0
        if initial != letter:
            letter, count = initial, 0
        if not held:
            count += 1
        held[word] = _steps(postings[word])
        size += len(word.encode()) + len(held[word]) + 6
    if held:
        yield f"{letter}{count}", next(iter(held)), held


def _steps(numbers: "array[int]") -> str:
    """Return rising numbers as the steps between them, to base 36: 3, 4, 40 becomes "3 1 10"."""
    steps = []
    last = 0
    for number in numbers:
        step, last = number - last, number
        digits = ""
        while step >= 36:
            step, digit = divmod(step, 36)
            digits = _DIGITS[digit] + digits
        steps.append(_DIGITS[step] + digits)
    return " ".join(steps)


def _entry(texts: Sequence[_Text], stretches: Sequence[Sequence[str]]) -> dict[str, Any]:
    services = {text.service.id: text.service for text in texts}
    types = sorted({text.document.terms_type for text in texts})
    places = {key: place for place, key in enumerate(services)}
    return {
        "services": [[service.id, service.name, list(service.tags)] for service in services.values()],
        "types": [slug(name) for name in types],
        "documents": [
            [
                text.document.id,
                places[text.service.id],
                types.index(text.document.terms_type),
                text.document.language or text.current.language or "",
            ]
            for text in texts
        ],
        "words": list(stretches),
    }


def _script(name: str, held: Any) -> bytes:
    """Return the file that hands `held` to the search under its name."""
    said = json.dumps(held, ensure_ascii=False, separators=(",", ":"))
    return f"tosmonitorIndex({json.dumps(name)},{said});\n".encode("utf-8", "replace")


def _token(*parts: object) -> str:
    return sha256(repr(parts).encode("utf-8", "backslashreplace")).hexdigest()[:16]
