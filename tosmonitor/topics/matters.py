"""Owns the matters that a change can touch and the words that tell them."""

import re

from tosmonitor.model import Sentence, TopicHit

TOPICS: dict[str, Sentence] = {"arbitration": Sentence("arbitration", "arbitrage")}
_WORDS = {"arbitration": re.compile(r"\barbitra\w+", re.IGNORECASE)}


def topics(added: str, removed: str, language: str | None = None) -> tuple[TopicHit, ...]:
    """Return the matters that the words added or removed touch, with those words."""
    hits = []
    for topic, pattern in _WORDS.items():
        words = dict.fromkeys(m.lower() for m in pattern.findall(f"{added}\n{removed}"))
        if words:
            hits.append(TopicHit(topic, tuple(words)))
    return tuple(hits)
