"""What the six services publish on which day: their pages, how each is served, and what goes wrong when.

A page's file holds its first text and, below, every later edit with its day:

    === 2025-03-03 · What happens, in words
    <<<<
    the words before (they stand exactly once in the text so far)
    ----
    the words after
    >>>>

`{2025-03-03}` in a text is written as a date in its language. The whole timeline may be moved by some days, so that it
ends on the day on which the demo is played.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files

BEGIN, END = date(2024, 11, 4), date(2026, 11, 9)

_EDIT = re.compile(r"^=== (?:(flip) )?(\d{4}-\d\d-\d\d) · (.+)$", re.MULTILINE)
_SWAP = re.compile(r"^<<<<\n(.*?)\n?^----\n(.*?)\n?^>>>>$", re.MULTILINE | re.DOTALL)
_DATE = re.compile(r"\{(\d{4}-\d\d-\d\d)\}")
_FLIPPED = (1, 3, 4)  # of every five visitors, those that a flip is shown to
_STARTS = re.compile(r"- |\d+\. |#|\|")
_MONTHS = {
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December"),
    "fr": ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
           "novembre", "décembre"),
}  # fmt: skip


class Form(StrEnum):
    """How a page is served."""

    HTML = "html"
    PDF = "pdf"
    APP = "app"  # an empty shell that a script fills


class Trouble(StrEnum):
    """What keeps a page from being seen for a while."""

    WALL = "wall"  # a bot wall answers in its place
    DOWN = "down"  # the server is overloaded


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a service: its address, its file, and how it is served."""

    service: str
    path: str
    file: str
    language: str
    form: Form = Form.HTML


@dataclass(frozen=True, slots=True)
class Spell:
    """Days on which a page is in trouble: the first, and the first after."""

    page: str
    first: date
    after: date
    trouble: Trouble


@dataclass(frozen=True, slots=True)
class Edit:
    """What a service does to a page on one day; a flip is shown to some visitors only."""

    day: date
    note: str
    swaps: tuple[tuple[str, str], ...]
    flip: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """The first text of a page and its edits, oldest first."""

    text: str
    edits: tuple[Edit, ...]


PAGES = (
    Page("lumen", "/legal/terms", "terms", "en"),
    Page("lumen", "/legal/privacy", "privacy", "en"),
    Page("lumen", "/legal/cookies", "cookies", "en"),
    Page("fernway", "/help/sellers/agreement", "sellers", "en"),
    Page("fernway", "/help/conditions-of-sale", "sale", "en"),
    Page("fernway", "/help/ranking", "ranking", "en"),
    Page("cartable", "/conditions-utilisation", "conditions", "fr"),
    Page("cartable", "/confidentialite", "confidentialite", "fr"),
    Page("trajet-vert", "/documents/conditions-de-transport.pdf", "transport", "fr", Form.PDF),
    Page("trajet-vert", "/donnees-personnelles", "donnees", "fr"),
    Page("quillbox", "/terms", "terms", "en", Form.APP),
    Page("quillbox", "/privacy.html", "privacy", "en"),
    Page("parley", "/privacy", "privacy", "en"),
    Page("parley", "/developers/terms", "developers", "en"),
)

SPELLS = (
    Spell("parley/privacy", date(2025, 6, 9), date(2025, 8, 4), Trouble.WALL),
    Spell("parley/privacy", date(2026, 10, 12), date(2026, 12, 1), Trouble.WALL),
    Spell("fernway/ranking", date(2026, 1, 5), date(2026, 1, 26), Trouble.DOWN),
)


def trouble(page: Page, day: date) -> Trouble | None:
    """Return what keeps `page` from being seen on `day`, if anything does."""
    name = f"{page.service}/{page.file}"
    return next((spell.trouble for spell in SPELLS if spell.page == name and spell.first <= day < spell.after), None)


@cache
def history(page: Page) -> History:
    """Return the first text of a page and its edits; raise ValueError where an edit does not fit the text before."""
    written = files("tosmonitor.demo").joinpath("pages", page.service, f"{page.file}.md").read_text("utf-8")
    head, *rest = _EDIT.split(written)
    edits = []
    text = first = unwrapped(head)
    for flip, day, note, body in zip(*(rest[n::4] for n in range(4)), strict=True):
        swaps = tuple((unwrapped(old), unwrapped(new)) for old, new in _SWAP.findall(body))
        edit = Edit(date.fromisoformat(day), note, swaps, flip is not None)
        after = _applied(text, edit, page)
        text = text if edit.flip else after
        edits.append(edit)
    if edits != sorted(edits, key=lambda edit: edit.day):
        raise ValueError(f"{page.service}/{page.file}: the edits are not in the order of their days")
    return History(first, tuple(edits))


def text_of(page: Page, day: date, *, turn: int = 0, shift: timedelta = timedelta(0)) -> str:
    """Return the text of `page` on `day` as its `turn`-th visitor sees it, its dates moved by `shift`."""
    past = history(page)
    text = past.text
    for edit in past.edits:
        if edit.day <= day and (not edit.flip or turn % 5 in _FLIPPED):
            text = _applied(text, edit, page)
    return _DATE.sub(lambda found: spoken(date.fromisoformat(found[1]) + shift, page.language), text)


def spoken(day: date, language: str) -> str:
    """Return a day as people write it: 3 March 2025, 1er mars 2025."""
    number = "1er" if language == "fr" and day.day == 1 else str(day.day)
    return f"{number} {_MONTHS[language][day.month - 1]} {day.year}"


def unwrapped(text: str) -> str:
    """Return `text` with one line a paragraph, item, heading or row: files are wrapped, pages are not."""
    return "\n".join(_lines(text)).strip("\n")


def _lines(text: str) -> Iterator[str]:
    line = ""
    for raw in text.split("\n"):
        part = raw.strip()
        if line and part and not _STARTS.match(part) and not line.startswith("#"):
            line += " " + part
            continue
        if line:
            yield line
        line = part
        if not part:
            yield ""
    yield line


def _applied(text: str, edit: Edit, page: Page) -> str:
    for old, new in edit.swaps:
        if text.count(old) != 1:
            times = text.count(old)
            raise ValueError(f"{page.service}/{page.file}, {edit.day}: {old[:60]!r} stands {times} times in the text")
        text = text.replace(old, new)
    return text
