"""Owns the question whether a hyphen at the end of a line belongs to the word or to the line.

The document itself answers: a word that stands elsewhere in one piece, or with the hyphen, is written that way. Where
it says nothing, what its other line ends did decides, after the few forms that languages always write with a hyphen.
"""

import re
from collections import Counter
from collections.abc import Sequence

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
# French pronouns and particles after the verb; Portuguese ones.
_SECOND = frozenset(
    ["ci", "là", "même", "mêmes", "il", "elle", "ils", "elles", "on", "je", "tu", "nous", "vous", "moi", "toi", "lui",
     "leur", "en", "ce", "t", "se", "me", "te", "lhe", "lhes", "vos", "nos", "lo", "la", "los", "las"]
)  # fmt: skip
# What stands before a hyphen in English and French.
_FIRST = frozenset(
    ["non", "self", "ex", "quasi", "cross", "well", "opt", "third", "co", "pre", "post", "anti", "multi", "sub",
     "inter", "e", "sous", "vice", "mi", "demi", "semi", "auto", "celui", "celle", "ceux", "celles", "vous", "nous",
     "eux", "elle", "elles", "moi", "toi", "soi", "peut", "est", "a", "y", "ont", "sont", "doit", "peuvent", "sera"]
)  # fmt: skip


#: Line ends of which more than one part in so many has a hyphen where words are broken at all; and the fewest of them.
_OFTEN, _FEWEST = 40, 4


class Hyphens:
    """What the words of a document say: its lines, without the halves of the words that they break, and those."""

    def __init__(self, texts: Sequence[str], broken: Sequence[tuple[str, str]]) -> None:
        self.words: Counter[str] = Counter()
        for text in texts:
            for found in _WORD.findall(text.casefold()):
                self.words[found] += 1
                if "-" in found:
                    self.words.update(found.split("-"))
        self.ends = Counter(second.casefold() for _, second in broken)
        whole = kept = 0
        for first, second in broken:
            known = self._known(first.casefold(), second.casefold())
            whole += known is False
            kept += known is True
        #: Whether the program that set the document breaks words at all.
        self.breaks = whole > kept or len(broken) > max(_FEWEST, len(texts) / _OFTEN)

    def compound(self, first: str, second: str) -> bool:
        """Say whether the document writes the word with a hyphen elsewhere."""
        return self._known(first.casefold(), second.casefold()) is True

    def keep(self, first: str, second: str) -> bool:
        """Say whether the hyphen between two halves of a word, the first at a line's end, is the word's own."""
        first, second = first.casefold(), second.casefold()
        known = self._known(first, second)
        if known is not None:
            return known
        before, after = self.words[first] > 0, self.words[second] > 0
        if second in _SECOND or (first in _FIRST and after):
            return True
        if before and self.words[second] >= max(self.ends[second], 1) and min(len(first), len(second)) > 2:
            return True
        return (before or after) and not self.breaks

    def _known(self, first: str, second: str) -> bool | None:
        compound, simple = self.words[f"{first}-{second}"], self.words[first + second]
        return None if compound == simple else compound > simple
