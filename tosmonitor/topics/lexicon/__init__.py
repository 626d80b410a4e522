"""Owns the words of the lexicon: one file a language, with the cues of stated dates and the phrases of each matter."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

ROLES = ("updated", "effective", "published")


@cache
def _languages() -> dict[str, dict[str, Any]]:
    folder = files(__name__)
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return {name.removesuffix(".toml"): tomllib.loads(folder.joinpath(name).read_text("utf-8")) for name in names}


@cache
def cues() -> dict[str, re.Pattern[str]]:
    """Return the pattern of the cues of each role, over all languages; cues begin at a word, and may end inside one."""
    patterns = {}
    for role in ROLES:
        words = {word for language in _languages().values() for word in language.get("dates", {}).get(role, ())}
        longest = sorted(words, key=lambda word: (-len(word), word))
        patterns[role] = re.compile(
            r"(?<!\w)(?:" + "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in longest) + ")", re.IGNORECASE
        )
    return patterns


@cache
def cue_starts() -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the words that cues begin with, case folded, and the cues of languages without spaces."""
    every = {c for language in _languages().values() for role in ROLES for c in language.get("dates", {}).get(role, ())}
    unspaced = {cue for cue in every if cue[0] > "\u3000"}
    words = {re.split(r"[\W_]", cue.casefold(), maxsplit=1)[0] for cue in every - unspaced}
    return frozenset(words), tuple(sorted(unspaced))


@cache
def phrases(language: str) -> dict[str, tuple[str, ...]]:
    """Return matter -> phrases of a language, empty when there is no lexicon for it."""
    matters = _languages().get(language, {}).get("matters", {})
    return {matter: tuple(found) for matter, found in matters.items()}


@cache
def languages() -> tuple[str, ...]:
    """Return the languages that have phrases, in alphabetical order."""
    return tuple(name for name, language in _languages().items() if language.get("matters"))
