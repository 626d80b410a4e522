"""Owns the matters that a change can touch, and how the words that tell them are found.

By rule and shown: a matter is named only with the words that caused it. Every distinct word is looked up once, so
that a hundred pages cost milliseconds.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

from tosmonitor.model import Sentence, TopicHit
from tosmonitor.topics import lexicon

#: The matters and their names; keys are used in addresses and feeds and stay as they are.
TOPICS: dict[str, Sentence] = {
    "arbitration": Sentence("arbitration and class actions", "arbitrage et actions collectives"),
    "liability": Sentence("liability", "responsabilité"),
    "indemnity": Sentence("indemnity", "indemnisation"),
    "warranty": Sentence("warranty", "garantie"),
    "content-licence": Sentence("licence to user content", "licence sur les contenus"),
    "intellectual-property": Sentence("intellectual property", "propriété intellectuelle"),
    "ai-training": Sentence("artificial intelligence", "intelligence artificielle"),
    "automated-decisions": Sentence("automated decisions", "décisions automatisées"),
    "data-sharing": Sentence("data sharing", "partage de données"),
    "data-sale": Sentence("sale of data", "vente de données"),
    "tracking": Sentence("cookies and tracking", "cookies et traceurs"),
    "retention": Sentence("retention of data", "conservation des données"),
    "transfers": Sentence("transfers abroad", "transferts à l’étranger"),
    "children": Sentence("children", "enfants"),
    "termination": Sentence("termination", "résiliation"),
    "moderation": Sentence("suspension and moderation", "suspension et modération"),
    "price": Sentence("price and renewal", "prix et renouvellement"),
    "refunds": Sentence("refunds and withdrawal", "remboursement et rétractation"),
    "governing-law": Sentence("governing law", "droit applicable"),
    "changes-to-terms": Sentence("changes to the terms", "modification des conditions"),
    "consent": Sentence("consent and legal basis", "consentement et base légale"),
    "security": Sentence("security", "sécurité"),
    "biometrics": Sentence("biometrics", "biométrie"),
    "location": Sentence("location", "géolocalisation"),
    "advertising": Sentence("advertising", "publicité"),
    "marketing": Sentence("marketing messages", "prospection"),
    "user-rights": Sentence("rights over one’s data", "droits sur ses données"),
    "sensitive-data": Sentence("sensitive data", "données sensibles"),
    "third-party-services": Sentence("third-party services", "services tiers"),
}

#: Words that "~" in a phrase may stand for.
GAP = 4
#: Phrases shown with a matter.
SHOWN = 5

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class _Phrase:
    matter: str
    parts: tuple[str, ...]  # words, "stem*", or "~"


#: Phrases by their second word, those of one word or with a stem or a gap there under `_OPEN`.
_Begun = dict[str, list[_Phrase]]
_OPEN = "~"


@dataclass(slots=True)
class _Table:
    """The phrases of one or more languages, by the word or the stem that they begin with."""

    words: dict[str, list[_Phrase]] = field(default_factory=lambda: defaultdict(list))
    stems: dict[str, list[_Phrase]] = field(default_factory=lambda: defaultdict(list))
    lengths: tuple[int, ...] = ()  # of the stems
    heads: frozenset[str] = frozenset()  # how they begin, as far as the shortest goes

    def beginning(self, word: str) -> _Begun:
        """Return the phrases that may begin with `word`."""
        found: _Begun = {}
        stems = []
        if self.heads and word[: self.lengths[0]] in self.heads:
            stems = [word[:length] for length in self.lengths if length <= len(word)]
        for phrases in (self.words.get(word, ()), *(self.stems[stem] for stem in stems if stem in self.stems)):
            for phrase in phrases:
                second = phrase.parts[1] if len(phrase.parts) > 1 else _OPEN
                found.setdefault(_OPEN if second.endswith(("*", "~")) else second, []).append(phrase)
        return found


@cache
def _table(languages: tuple[str, ...]) -> _Table:
    table = _Table()
    for language in languages:
        for matter, phrases in lexicon.phrases(language).items():
            for text in phrases:
                phrase = _Phrase(matter, tuple(text.split()))
                first = phrase.parts[0]
                if first.endswith("*"):
                    table.stems[first[:-1]].append(phrase)
                else:
                    table.words[first].append(phrase)
    table.lengths = tuple(sorted({len(stem) for stem in table.stems}))
    table.heads = frozenset(stem[: table.lengths[0]] for stem in table.stems)
    return table


def topics(added: str, removed: str, language: str | None = None) -> tuple[TopicHit, ...]:
    """Return the matters that the words added or removed touch, the most said first, each with the words that say so.

    `language` (BCP 47) chooses the lexicon; without it, or without a lexicon for it, English and French are tried.
    """
    primary = (language or "").partition("-")[0].lower()
    table = _table((primary,) if primary in lexicon.languages() else ("en", "fr"))
    found: dict[str, dict[str, int]] = {}
    for text in (added, removed):
        _find(text, table, found)
    order = list(TOPICS)
    ranked = sorted(found.items(), key=lambda item: (-sum(item[1].values()), order.index(item[0])))
    return tuple(
        TopicHit(matter, tuple(sorted(words, key=lambda word: (-words[word], word))[:SHOWN]))
        for matter, words in ranked
    )


def _find(text: str, table: _Table, found: dict[str, dict[str, int]]) -> None:
    words = _WORD.findall(text.casefold())
    begins = {word: phrases for word in set(words) if (phrases := table.beginning(word))}
    for at, (word, following) in enumerate(pairwise([*words, ""])):
        if word not in begins:
            continue
        begun = begins[word]
        for phrase in (*begun.get(following, ()), *begun.get(_OPEN, ())):
            end = _end(words, at, phrase.parts)
            if end:
                said = found.setdefault(phrase.matter, {})
                hit = " ".join(words[at:end])
                said[hit] = said.get(hit, 0) + 1


def _end(words: list[str], at: int, parts: tuple[str, ...]) -> int:
    """Return where the phrase that may begin at word `at` ends, or 0."""
    place = at + 1
    gap = 0
    for part in parts[1:]:
        if part == "~":
            gap = GAP
            continue
        for step in range(gap + 1):
            if place + step < len(words) and _is(words[place + step], part):
                place += step + 1
                break
        else:
            return 0
        gap = 0
    return place


def _is(word: str, part: str) -> bool:
    return word.startswith(part[:-1]) if part.endswith("*") else word == part
