"""Extraction of the site's texts from templates and code, for the tests of the catalogues."""

from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import tosmonitor.site

ROOT = Path(tosmonitor.site.__file__).parent
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "many": (1, 2), "words": None}
METHODS = [("templates/**.html", "jinja2"), ("**.py", "python")]


def said() -> Iterator[str | tuple[str, ...]]:
    """Yield every text that the site says: a message, or one with its plural."""
    options = {"templates/**.html": {"trimmed": "false", "silent": "false", "newstyle_gettext": "true"}}
    for _, _, message, _, _ in extract_from_dir(str(ROOT), METHODS, options, KEYWORDS):
        yield message if isinstance(message, str) else tuple(part for part in message if part is not None)


def catalogue(language: str) -> Catalog:
    """Return the catalogue of a language as it is written."""
    with (ROOT / "locale" / language / "LC_MESSAGES" / "site.po").open("rb") as file:
        return read_po(file, locale=language)


def missing(language: str) -> list[str | tuple[str, ...]]:
    """Return the texts without a translation, without repeats."""
    held = catalogue(language)
    lacking: dict[str | tuple[str, ...], None] = {}
    for message in said():
        found = held.get(message if isinstance(message, str) else message[0])
        translated = found.string if found is not None else ""
        whole = all(translated) if isinstance(translated, (tuple, list)) else bool(translated)
        if found is None or not whole or found.fuzzy or isinstance(message, tuple) != found.pluralizable:
            lacking[message] = None
    return list(lacking)
