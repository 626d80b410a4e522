"""The words of the site in its languages: gettext catalogues, and dates and numbers as each language writes them.

English is written in the templates; other languages stand in `locale/<language>/LC_MESSAGES/site.po`, which is read as
it is (no compiled file to forget). A day is always given with the month in words, a time always in UTC.
"""

import gettext
import re
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from importlib.resources import files
from io import BytesIO

from babel import Locale
from babel.dates import format_date, format_skeleton, get_month_names
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent

from tosmonitor import urls

#: English dates are written day first, as most of the site's readers write them.
LOCALES = {"en": "en_GB", "fr": "fr_FR"}
_LOOSE = {"en": re.compile(r" (?=/ −)|(?<=/) (?=−)"), "fr": re.compile(r" (?=[:;?!»]|/ −)|(?<=«) |(?<=/) (?=−)")}


@cache
def translations(language: str) -> gettext.NullTranslations:
    """Return the catalogue of `language`; English needs none."""
    if language == "en":
        return gettext.NullTranslations()
    source = files(__package__).joinpath("locale", language, "LC_MESSAGES", "site.po").read_bytes()
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(source), locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def preferred(accept_language: str) -> str | None:
    """Return the site's language that an Accept-Language header prefers; None when it names none of them."""
    ranked = []
    for place, item in enumerate(accept_language.split(",")[:20]):
        tag, _, weight = item.strip().partition(";q=")
        try:
            quality = float(weight or 1)
        except ValueError:
            continue
        primary = tag.strip().lower().split("-")[0]
        if primary in urls.LANGUAGES and quality > 0:
            ranked.append((-quality, place, primary))
    return min(ranked)[2] if ranked else None


def typeset(text: str, language: str) -> str:
    """Return a sentence with its spaces that may not break: in "+4 / −2", in French before ":" and inside « »."""
    return _LOOSE[language].sub("\u00a0", text)


@lru_cache(maxsize=4096)
def day(at: datetime | date, language: str) -> str:
    """Return "Tuesday 28 April 2026" or "mardi 28 avril 2026", in UTC."""
    when = at.astimezone(UTC).date() if isinstance(at, datetime) else at
    return _first(format_date(when, "EEEE d MMMM y", locale=LOCALES[language]), language)


@lru_cache(maxsize=4096)
def short_day(at: datetime | date, language: str) -> str:
    """Return "28 April 2026" or "28 avril 2026", in UTC."""
    when = at.astimezone(UTC).date() if isinstance(at, datetime) else at
    return _first(format_date(when, "d MMMM y", locale=LOCALES[language]), language)


def _first(said: str, language: str) -> str:
    """Return a date with the first of a month as French writes it, which CLDR leaves to its users: "1er mars"."""
    return re.sub(r"\b1 ", "1er ", said, count=1) if language == "fr" else said


def moment(at: datetime, language: str) -> str:
    """Return "Tuesday 28 April 2026, 00:38:51 UTC" or its French."""
    joint = " à " if language == "fr" else ", "
    return f"{day(at, language)}{joint}{at.astimezone(UTC):%H:%M:%S} UTC"


def month(year: int, number: int, language: str) -> str:
    """Return "April 2026" or "avril 2026"."""
    return format_skeleton("yMMMM", datetime(year, number, 1, tzinfo=UTC), locale=LOCALES[language])


def month_name(number: int, language: str) -> str:
    """Return the name of a month, standing alone."""
    return str(get_month_names("wide", context="stand-alone", locale=LOCALES[language])[number])


@lru_cache(maxsize=4096)
def count(number: int, language: str) -> str:
    """Return a number grouped as the language groups it."""
    return format_decimal(number, locale=LOCALES[language])


def percent(share: float, language: str) -> str:
    """Return a share of 1 as a whole percentage."""
    return format_percent(share, locale=LOCALES[language])


@lru_cache(maxsize=512)
def tongue(code: str | None, language: str) -> str:
    """Return the name of a language ("French", "français"); the code itself when it has none."""
    if not code:
        return ""
    primary = code.replace("_", "-").split("-")[0].lower()
    name = Locale.parse(LOCALES[language]).languages.get(primary)
    return str(name) if name else code


@lru_cache(maxsize=512)
def territory(code: str | None, language: str) -> str:
    """Return the name of a country or "European Union"; the code itself when it has none."""
    if not code:
        return ""
    name = Locale.parse(LOCALES[language]).territories.get(code.upper())
    return str(name) if name else code
