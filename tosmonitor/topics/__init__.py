"""Words that matter: which matters a change touches, with the words that say so, and the dates that a text states."""

from tosmonitor.topics.dates import day_in_words, stated_dates
from tosmonitor.topics.matters import TOPICS, topics

__all__ = ["TOPICS", "day_in_words", "stated_dates", "topics"]
