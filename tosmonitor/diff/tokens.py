"""Owns what counts as a word, and what is mere dress: white space, quotes, emphasis, link targets, markers.

A token is a word or a symbol with the dress that follows it. Two tokens with the same key say the same; whatever
the table of dress below does not know is a symbol, hence real: an unknown sign is never called cosmetic.
"""

import re
import unicodedata
from dataclasses import dataclass
from itertools import accumulate, chain

# Scripts written without spaces: one character, or one character with its marks, is a token.
_HAN = "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_SOUTH_EAST = "\u0e01-\u0e30\u0e32-\u0e33\u0e40-\u0e46\u0e81-\u0eb0\u0eb2-\u0eb3\u0ebd-\u0ec6\u1000-\u102a\u1780-\u17b3"
# Combining marks of the living scripts; Python's \w does not hold them.
_MARK = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0903\u093a-\u094f"
    "\u0951-\u0957\u0962-\u0963\u0981-\u0983\u09bc-\u09d7\u0a01-\u0a03\u0a3c-\u0a51\u0abc-\u0acd\u0b3c-\u0bd7\u0c3e-\u0c56\u0cbc-\u0cd6"
    "\u0d3e-\u0d4d\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd\u102b-\u103e\u17b4-\u17d3\u20d0-\u20f0\ufe0e\ufe0f"
)
_UNSEEN = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff"
_LETTER = rf"[^\W_{_HAN}{_SOUTH_EAST}]"
_RUN = rf"(?:[a-zA-Z0-9]|{_LETTER})(?:[a-zA-Z0-9]++|{_LETTER}|[{_MARK}])*+"  # ASCII first: a third faster
_WORD = rf"{_RUN}(?:(?:[’'.,:/@&\-‑‐·]|(?<=\d)–(?=\d)|[{_UNSEEN}]+){_RUN})*+"
_TARGET = r"(?<!\\)\]\((?><?(?:[^()\s]++|\([^()\s]*\))*+(?:\s+\"[^\"\n]*\")?\))"
#: HTML in texts of others ("one<br>two"). What is escaped, or no element, is text: "\\<dpo@acme.example>", "<Company>".
TAG = (
    r"(?<!\\)</?(?i:a|abbr|b|bdi|bdo|big|blockquote|br|center|cite|code|del|details|div|dd|dl|dt|em|font|h[1-6r]|i|img|ins|"
    r"kbd|li|mark|nobr|ol|p|pre|q|s|samp|section|small|span|strike|strong|sub|summary|sup|table|tbody|td|tfoot|th|thead|"
    r"tr|tt|u|ul|var|wbr)(?=[\s/>])[^<>\n]*+>"
)
_AUTOLINK = r"(?<!\\)<(?:https?://|mailto:)[^<>\s]++>"
_SIGNS = r"*_`|\\[\](){}\"“”„‟«»‹›‘’‚‛',.;:?!…‒–—―‐‑·•¡¿/、。，；：？！（）「」『』《》〈〉【】‧"
_DRESS = (
    rf"(?: (?=[a-zA-Z0-9])|(?:\n[^\S\n]*(?:>[^\S\n]*)+|\n {{0,3}}=+[^\S\n]*(?=\n|\Z)|{_TARGET}|{TAG}|{_AUTOLINK}"
    rf"|[{_SIGNS}\s{_UNSEEN}]|(?<!\s)[\-−]|[\-−](?!\d))*+)"  # "-5" after a space is a number below zero
)
_SYMBOL = rf"[^\w{_SIGNS}\s{_UNSEEN}](?:[{_MARK}\u200d]|(?<=\u200d)[^\w\s])*+"
_TOKEN = re.compile(rf"({_WORD}|[{_HAN}][{_MARK}]*+|[{_SOUTH_EAST}][{_MARK}]*+|{_SYMBOL}|.)({_DRESS})")
_SAID = re.compile(rf"[^\W_]|[^\w{_SIGNS}\s{_UNSEEN}\-−=#>]|[\-−=#>](?=[^\W_])|^[\-−]$")
_COUNTED = re.compile(rf"[{_HAN}{_SOUTH_EAST}]|{_RUN}(?:[’'.,:/@&\-‑‐·]{_RUN})*+")
_PREFIX = re.compile(rf"[^\S\n]*(?:>[^\S\n]*)*(?:#{{1,6}}(?=\s))?\s*(?:[*+\-•–·](?=[^\S\n]))?{_DRESS}")
_LABEL = re.compile(
    r"(?:article|section|clause|annexe?|appendix|chapter|chapitre|titre|part|partie|point|paragraphe?|artikel|abschnitt|"
    r"abs|kapitel|anhang|articolo|sezione|allegato|artículo|sección|anexo|artigo|secção|artykuł|punkt)s?|§",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"(?:[1-9]\d{0,2}(?:\.(?:0|[1-9]\d{0,2})){0,4}|[ivxlcIVXLC]{1,6}|[a-zA-Z])")
_CLOSING = re.compile(r"[*_]*\\?[.):]|[*_]*\s*[-–—:]\s")
_FOLD = str.maketrans({"’": "'", "‘": "'", "‑": "-", "‐": "-", "–": "-", "−": "-"})
_UNSEEN_RUN = re.compile(f"[{_UNSEEN}\ufe0e\ufe0f]")

#: The white space after a sentence, where the next one begins with a capital, a digit or an opening sign.
SENTENCE_END = re.compile(
    r"(?<=[.!?;:])[*_\"”’»)\]]*\s+(?=[^\W_a-zß-öø-ÿ]|[«“\"(\[*_]|\Z)|(?<=[。！？；])|\n\s*\n|\n(?=\s*[*+\-•|#])"
)

NUMBER = 1  #: the code of a clause number: any two may stand in for each other


@dataclass(slots=True)
class Tokens:
    """The tokens of one stretch: `codes` has one character a token.

    Token k is the word text[bounds[2k]:bounds[2k + 1]] and the dress that ends at bounds[2k + 2].
    """

    start: int
    end: int
    codes: str
    bounds: list[int]
    clause: int = -1  # index of the clause number among the tokens


class _Codes(dict[str, str]):
    """Words and the character that stands for each, made at first sight."""

    def __init__(self) -> None:
        super().__init__()
        self._next = 16
        self.weight: dict[str, int] = {chr(NUMBER): 2}
        self.folded: dict[str, str] = {chr(NUMBER): chr(NUMBER)}

    def __missing__(self, word: str) -> str:
        key = canonical(word)
        found = self.get(key)
        if found is None:
            self._next += 1
            if self._next == 0xD800:  # lone surrogates cannot be encoded; diff-match-patch issues 11, 54, 80
                self._next = 0xE000
            found = self[key] = chr(self._next)
            self.weight[found] = min(10, len(key)) if key.isascii() else min(10, 2 * len(key))
            low = key.casefold()
            self.folded[found] = found if low == key else self[low]
        self[word] = found
        return found


class Lexicon:
    """Gives equal words the same code, within one comparison."""

    def __init__(self) -> None:
        self._codes = _Codes()
        self.weight = self._codes.weight
        self.folded = self._codes.folded

    def code(self, word: str) -> str:
        """Return the character that stands for `word`, or for any spelling of the same word."""
        return self._codes[word]

    def read(self, text: str, start: int, end: int, heading: bool = False) -> Tokens:
        """Return the tokens of text[start:end]."""
        at = _PREFIX.match(text, start, end).end()  # type: ignore[union-attr]
        found = _TOKEN.findall(text, at, end)
        if not found:
            return Tokens(start, end, "", [end])
        bounds = list(accumulate(map(len, chain.from_iterable(found)), initial=at))
        codes = "".join([self._codes[word] for word, _ in found])
        clause = _clause(text, [word for word, _ in found[:2]], bounds, heading)
        if clause >= 0:
            codes = codes[:clause] + chr(NUMBER) + codes[clause + 1 :]
        return Tokens(start, end, codes, bounds, clause)


def _clause(text: str, words: list[str], bounds: list[int], heading: bool) -> int:
    """Return the index of the clause number that the block begins with, or -1.

    "30 days" in the text is never one: a clause number is closed by a sign, or stands in a heading, or has several
    parts before a capital. Whether two clause numbers may stand in for each other is decided by their neighbours.
    """
    index = 1 if len(words) > 1 and _LABEL.fullmatch(words[0]) else 0
    word = words[index]
    if len(word) > 15 or not _CLAUSE.fullmatch(word):
        return -1
    dress = text[bounds[2 * index + 1] : bounds[2 * index + 2]]
    if _CLOSING.match(dress):
        return index
    if word[0].isdigit():
        if heading or (index == 1 and len(bounds) == 2 * index + 3):
            return index
        if index == 0 and "." in word and len(words) > 1 and words[1][0].isupper() and dress[:1].isspace():
            return index
    return -1


def canonical(word: str) -> str:
    """Return the spelling that all spellings of the same word share: quotes, dashes, composed letters, no soft hyphens.

    Compatibility forms are folded (full width, ligatures) but not numbers in disguise: "10²" is not "102".
    """
    if word.isascii():
        return word
    word = _UNSEEN_RUN.sub("", word.translate(_FOLD)) or word
    if any(unicodedata.category(c) in ("No", "So", "Sm") for c in word):
        return unicodedata.normalize("NFC", word)
    return unicodedata.normalize("NFKC", word)


_TARGETS = re.compile(rf"{_TARGET}|{_AUTOLINK}|(?<!\\)<[aA]\s[^<>\n]*>")
_TAGS = re.compile(rf"{TAG}|{_AUTOLINK}")
_MARKERS = re.compile(r"\n[^\S\n]*(?:>[^\S\n]*)*(?:(?:#{1,6}|[*+\-•–·])(?=\s|$)|(?:=+|-+)[^\S\n]*(?=\n|$))?")
_NAUGHT = re.compile(rf"[\s*`|\[\]\"“”„‟«»‹›‘’‚‛'「」『』{_UNSEEN}]+|\\(?=\W)|(?<!\\)_")
_DASHES = str.maketrans(
    dict.fromkeys("‒–—―‐‑−", "-")
    | {"…": "...", "（": "(", "）": ")", "，": ",", "：": ":", "；": ";", "？": "?", "！": "!"}
)


def targets(dress: str) -> list[str]:
    """Return the link targets in the dress of a token."""
    return _TARGETS.findall(dress) if "(" in dress or "<" in dress else []


def same_signs(old: str, new: str, *, start: bool) -> bool:
    """Say whether two stretches of dress hold the same punctuation; `start` says that they begin a block.

    Quotes, emphasis, white space and heading marks are left out. A dash at the start of a line may be a list marker
    or a dash that was wrapped there: either reading will do.
    """
    return bool(_signs(old, start) & _signs(new, start))


def _signs(dress: str, start: bool) -> set[str]:
    rest = _TAGS.sub("", _TARGETS.sub("]", dress))
    found = {_NAUGHT.sub("", rest.translate(_DASHES))}
    if start or "\n" in rest:
        found.add(_NAUGHT.sub("", _MARKERS.sub("", ("\n" if start else "") + rest).translate(_DASHES)))
    return found


def count(text: str) -> int:
    """Return how many words `text` holds; a character is a word where words are not spaced."""
    return len(_COUNTED.findall(_TARGETS.sub(" ", text)))


def says(text: str) -> bool:
    """Say whether there is any word or symbol in `text`; a lone dash is a sign before a number."""
    return _SAID.search(_TAGS.sub(" ", _TARGETS.sub(" ", text))) is not None


def keys(text: str) -> list[str]:
    """Return the canonical words and symbols of `text`."""
    return [canonical(word) for word, _ in _TOKEN.findall(text, _PREFIX.match(text).end())]  # type: ignore[union-attr]
