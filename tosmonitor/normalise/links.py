"""Owns the links of a page as a reader meets them: for finding a service's documents from its home page."""

import re
from dataclasses import dataclass

from bs4 import BeautifulSoup
from bs4.element import Tag

from tosmonitor.normalise import urls
from tosmonitor.normalise.characters import clean
from tosmonitor.normalise.parse import decode

#: A page of more is cut: what a home page links to stands in its first megabytes.
_MOST = 8_000_000
_FOOTER = re.compile(r"foot|legal|bottom|colophon", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Link:
    """One link: its absolute address, the words a reader sees (or hears), and where it stands."""

    url: str
    text: str
    place: str  # "footer", "navigation" or "page"
    language: str | None = None  # of the target, as `hreflang` says


@dataclass(frozen=True, slots=True)
class Links:
    """The links of a page in document order, and what the page says of itself."""

    links: tuple[Link, ...]
    title: str | None
    language: str | None  # as `<html lang>` says, BCP 47
    alternates: tuple[tuple[str, str], ...]  # (language, address) of the same page in other languages


def links(body: bytes, *, url: str, charset: str | None = None) -> Links:
    """Return the links of the page at `url`, each address once, longest text. Raise DamagedError for no text."""
    markup = decode(body[:_MOST], charset)
    soup = BeautifulSoup(markup, "lxml")
    base_tag = soup.find("base", href=True)
    base = urls.absolute(str(base_tag["href"]), url) or url if isinstance(base_tag, Tag) else url
    found: dict[str, Link] = {}
    for anchor in soup.find_all("a", href=True):
        target = urls.absolute(str(anchor["href"]), base)
        if not target.startswith(("http://", "https://")):
            continue
        text = _said(anchor)
        known = found.get(target)
        if known is None or len(text) > len(known.text):
            language = anchor.get("hreflang")
            place = known.place if known else _place(anchor)
            found[target] = Link(target, text, place, str(language) if language else None)
    root = soup.find("html")
    language = str(root.get("lang") or "") if isinstance(root, Tag) else ""
    title = soup.find("title")
    alternates = [
        (str(tag.get("hreflang")), urls.absolute(str(tag.get("href")), base))
        for tag in soup.find_all("link", rel="alternate", hreflang=True, href=True)
    ]
    return Links(
        tuple(found.values()),
        " ".join(clean(title.get_text()).split()) or None if title else None,
        language or None,
        tuple(dict.fromkeys(alternates)),
    )


def _said(anchor: Tag) -> str:
    text = " ".join(clean(anchor.get_text(" ")).split())
    if text:
        return text
    picture = anchor.find("img", alt=True)
    spoken = anchor.get("aria-label") or anchor.get("title") or (picture.get("alt") if isinstance(picture, Tag) else "")
    return " ".join(clean(str(spoken or "")).split())


def _place(anchor: Tag) -> str:
    for above in anchor.parents:
        if above.name == "footer" or above.get("role") == "contentinfo":
            return "footer"
        if above.name == "nav" or above.get("role") == "navigation":
            return "footer" if any(near.name == "footer" for near in above.parents) else "navigation"
        names = f"{' '.join(above.get('class') or ())} {above.get('id') or ''}"
        if above.name not in ("body", "html", "[document]") and _FOOTER.search(names):
            return "footer"
    return "page"
