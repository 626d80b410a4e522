"""Owns the dates that a text states about itself ("last updated", "en vigueur le …"), in the 24 EU languages and more.

A year is looked for first, which is cheap; a date around it is read with the month names of Unicode's CLDR (by Babel);
it counts only with a cue near it, in the head or the tail of the text or in a line of its own.
"""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache

from babel.dates import format_date, get_month_names

from tosmonitor.model import StatedDate
from tosmonitor.topics.lexicon import cue_starts, cues

#: Languages whose month names are known, the likeliest first: the 24 of the EU, then neighbours.
LANGUAGES = (
    "en", "fr", "de", "es", "it", "pl", "nl", "pt", "ro", "sv", "da", "cs", "el", "hu", "bg", "fi", "sk", "hr", "lt",
    "sl", "lv", "et", "mt", "ga", "ca", "nb", "tr", "ru", "uk", "is",
)  # fmt: skip
#: Letters at the start and the end of a text where a date about the text may stand inside a sentence.
HEAD, TAIL = 6_000, 3_000
#: Letters up to which a line elsewhere is a line of its own.
LINE = 160
#: Letters before a date in which its cue stands.
REACH = 70
#: Letters between a date and a cue that follows it ("2024. május 25-től hatályos").
NEXT = 8

# Begins with a set of letters: ten times as fast as with a look behind.
_YEAR = re.compile(r"[12][09][0-489]\d(?!\d)")  # ten times as fast as with a look behind
_MARKS = str.maketrans({"*": " ", "_": " ", "\\": " ", "\xa0": " ", "|": " ", "​": " "})
_DAY = r"(\d{1,2})(?:\s?(?:st|nd|rd|th|er|ère|re|º|ª|°|an|ú|εης|η))?"
_BEFORE = re.compile(
    rf"(?:{_DAY}(?:\s*[.,])?\s+(?:(?:de|d['’]|di|of|da|na|ta['’]|tal)\s*)?)?([^\W\d_]{{3,12}})\.?,?\s+"
    rf"(?:{_DAY}\s*[.,]?\s*,?\s+)?(?:(?:de|del|do|of|ta['’]|u)\s+)?$"
)
_AFTER = re.compile(
    r"(?:\.?\s?gada|\.?\s?gads|\.?\s?aasta|\s?m\.|\.)?,?\s*(?:(\d{1,2})\.?\s+)?([^\W\d_]{3,12})\.?\s*(?:(\d{1,2})\b)?"
)
_NUMERIC_BEFORE = re.compile(r"(?<![\d.])(\d{1,2})(\s?[./-]\s?)(\d{1,2})\2$")
_NUMERIC_AFTER = re.compile(r"([-/.]\s?)(\d{1,2})\1(\d{1,2})(?!\d)|\s?年\s?(\d{1,2})\s?月\s?(?:(\d{1,2})\s?日)?")
_WORD = re.compile(r"[^\W_]+")
_STOP = re.compile(r"[.!?]\s+(?=[^\W\d_a-zß-öø-ÿ])")


@cache
def months(language: str) -> dict[str, int]:
    """Return month name (case folded) -> month in one language, of all forms that CLDR knows."""
    names: dict[str, int] = {}
    for width in ("wide", "abbreviated"):
        for context in ("format", "stand-alone"):
            for number, name in get_month_names(width, context, language).items():
                names[name.casefold().rstrip(".")] = number
    if language == "en":
        names["sept"] = 9
    if language == "lv":  # CLDR has the nominative, texts the genitive and the locative
        for name, number in [*names.items()]:
            stem = name.removesuffix("s").removesuffix("i")
            for form in (stem + "a", stem + "ā", stem + "ī", stem.removesuffix("l") + "ļa"):
                names.setdefault(form, number)
    return names


@cache
def _month(name: str, language: str | None) -> int | None:
    first = (language,) if language in LANGUAGES else ()
    return next((found[name] for found in map(months, (*first, *LANGUAGES)) if name in found), None)


def stated_dates(text: str, language: str | None = None) -> tuple[StatedDate, ...]:
    """Return the dates that `text` states about itself, in the order of the text, each role and day once.

    A month without a day stands for its first day. `language` (BCP 47) decides which of 1/2/2024 is the month.
    """
    primary = (language or "").partition("-")[0].lower() or None
    american = (language or "en").lower() in ("en", "en-us")
    found: dict[tuple[str, str], StatedDate] = {}
    for match in _YEAR.finditer(text):
        start, end = match.span()
        if not 1980 <= int(match[0]) < 2050 or (start and (text[start - 1].isalnum() or text[start - 1] == "_")):
            continue
        low = max(0, start - 40)
        if not _hinted(text, max(0, low - REACH), end + 60):
            continue
        for day, a, b in _dates(text, low, start, end, primary, american):
            cue = _cue(text, a, b)
            if cue:
                role, from_ = cue
                words = " ".join(text[min(a, from_) : b].translate(_MARKS).split())
                found.setdefault((role, day), StatedDate(role, day, words))
    return tuple(found.values())


def _hinted(text: str, low: int, high: int) -> bool:
    """Say whether there may be a cue near, before the costlier search for one."""
    near = text[low:high].casefold()
    starts, unspaced = cue_starts()
    return not starts.isdisjoint(_WORD.findall(near)) or (not near.isascii() and any(cue in near for cue in unspaced))


def _dates(
    text: str, low: int, start: int, end: int, language: str | None, american: bool
) -> Iterator[tuple[str, int, int]]:
    """Yield the one date that the year text[start:end] belongs to, with its span."""
    year = int(text[start:end])
    before = text[low:start].translate(_MARKS)
    if match := _NUMERIC_BEFORE.search(before):
        first, second = int(match[1]), int(match[3])
        month_first = second > 12 or (first <= 12 and american and match[2].strip() == "/")
        yield from _day(year, *((first, second) if month_first else (second, first)), low + match.start(), end)
        return
    after = text[end : end + 40].translate(_MARKS)
    if match := _NUMERIC_AFTER.match(after):
        month, day = (match[2], match[3]) if match[2] else (match[4], match[5])
        yield from _day(year, int(month), int(day or 1), start, end + match.end())
        return
    if match := _BEFORE.search(before):
        named = _month(match[2].casefold(), language)
        if named:
            at = match.start(1) if match[1] else match.start(2)
            yield from _day(year, named, int(match[1] or match[3] or 1), low + at, end)
            return
    if match := _AFTER.match(after):
        named = _month(match[2].casefold(), language)
        if named and (match[1] or match[3]):
            yield from _day(year, named, int(match[1] or match[3]), start, end + match.end())


def _day(year: int, month: int, day: int, a: int, b: int) -> Iterator[tuple[str, int, int]]:
    try:
        yield date(year, month, day).isoformat(), a, b
    except ValueError:
        return


def _cue(text: str, a: int, b: int) -> tuple[str, int] | None:
    """Return the role of the date text[a:b] and where its cue begins, or None."""
    line_start = text.rfind("\n", 0, a) + 1
    line_end = text.find("\n", b)
    line_end = len(text) if line_end < 0 else line_end
    if not (a < HEAD or b > len(text) - TAIL or line_end - line_start <= LINE):
        return None
    low = max(0, a - REACH)
    before = text[low:a].translate(_MARKS)
    paragraph = before.rfind("\n\n")
    if paragraph >= 0 and before[paragraph:].strip(" \n:-–—#=•"):
        before = " " * (paragraph + 2) + before[paragraph + 2 :]
    for stop in _STOP.finditer(before):
        before = " " * stop.end() + before[stop.end() :]
    best: tuple[int, str, int] | None = None
    for role, pattern in cues().items():
        for match in pattern.finditer(before):
            if best is None or match.end() > best[0]:
                best = (match.end(), role, low + match.start())
    if best:
        return best[1], best[2]
    after = text[b : min(line_end, b + 40)].translate(_MARKS)
    stop_at = _STOP.search(after)
    after = after[: stop_at.start()] if stop_at else after
    for role, pattern in cues().items():
        match_after = pattern.search(after)
        if match_after and match_after.start() <= NEXT and not _YEAR.search(text, b + match_after.end(), b + 60):
            return role, a
    return None


@cache
def day_in_words(day: str, language: str) -> str:
    """Return an ISO 8601 date as people write it in `language`: "15 June 2025", "15 juin 2025", "1er juin 2025"."""
    said = format_date(date.fromisoformat(day), "d MMMM y", locale=language)
    return said.replace("1 ", "1er ", 1) if language == "fr" and said.startswith("1 ") else said
