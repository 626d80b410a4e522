"""Owns the search for a document in the state that scripts of a page carry as JSON.

    values in scripts ─► a tree named after its fields ─► the way down to the field that holds the running text
                      ─► that field, its title and what stands beside it

A field is text if it is HTML, Markdown, rich text or sentences; never are raw values. Fields that by their name hold
something else (menus, translations, messages, older versions) are left out.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser

from tosmonitor.normalise import richtext
from tosmonitor.normalise import scripts as carrying
from tosmonitor.normalise.characters import clean
from tosmonitor.normalise.tree import BLOCKS, Element, build

#: A string of fewer characters is a label, unless its field is named after text.
_SENTENCES = 200
_DEPTH = 60
_MARKUP = re.compile(r"</(?:p|h[1-6]|li|ul|ol|div|td|section|a|b|strong|em|i|span)>|<br ?/?>", re.IGNORECASE)
_MARKDOWN = re.compile(r"^#{1,6} \S|^[*-] \S", re.MULTILINE)
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_LANGUAGE = re.compile(r"[a-z]{2}(?:[-_][A-Za-z]{2,4})?")
_TITLES = frozenset({"title", "heading", "headline", "question", "subtitle", "subheading"})
_TEXTS = frozenset(
    re.findall(
        r"\w+",
        """
        text content body html description paragraph answer value copy markdown intro rendered processed children
        main details clause terms policy lead summary
        """,
    )
)
#: Words in names of fields that hold other things than the document.
_OTHERS = frozenset(
    re.findall(
        r"\w+",
        """
        translations translation localizations localisations locales i18n intl messages labels dictionary seo meta
        metadata og opengraph schema breadcrumb breadcrumbs nav menu navigation menus header footer related
        recommended recommendations previous history archive archived revisions versions excerpt alt theme settings
        config tracking error errors found banner modal newsletter query params env author announcement promo cta
        sidebar testimonials popup dialog consent feature flags experiments analytics
        """,
    )
)

Measure = Callable[[Element], object]


def document(scripts: Iterable[str], *, url: str, language: str, measure: Measure) -> tuple[str, list[Element | str]]:
    """Return where the document stands in the state that `scripts` carry, and its nodes; ("", []) if nowhere.

    `url` tells which of several documents is meant, `language` (of the page) which of several languages; `measure`
    counts the running text of a tree.
    """
    root = Element("div")
    reader = _Reader(urlsplit(url).path.strip("/").lower(), language.lower()[:2])
    for value in carrying.values(scripts):
        _hang(root, reader.read(value, "", 0))
    measure(root)
    return _descend(root)


# -------------------------------------------------------------------------------------------- from values to a tree


class _Reader:
    """Turns values into elements whose class is the name of their field; `data-kind` says what the field holds."""

    def __init__(self, path: str, language: str) -> None:
        self.path = path
        self.slug = path.rpartition("/")[2]
        self.language = language

    def read(self, value: Any, name: str, depth: int) -> Element | None:
        if depth > _DEPTH:
            return None
        if isinstance(value, str):
            packed = carrying.packed(value) if len(value) > _SENTENCES else None
            return self._string(value, name) if packed is None else self.read(packed, name, depth + 1)

        def inner(kid: Any) -> Element | None:
            return self.read(kid, "", depth + 1)

        if richtext.is_react(value):
            tag, raw, properties = richtext.react(value)
            element = Element(tag, raw)
            written = properties.get("dangerouslySetInnerHTML")
            if isinstance(written, dict) and isinstance(written.get("__html"), str):
                _extend(element, _markup(written["__html"]))
            for field, kid in properties.items():
                if field == "children":
                    self._children(element, kid, depth)
                elif isinstance(kid, dict | list) and not _others(field):
                    _hang(element, self.read(kid, field, depth + 1))
            if tag == "div" and not any(e.tag in BLOCKS and e is not element for e in element.walk()):
                element.tag = "span"  # a component amid a sentence
            return element
        if richtext.is_node(value):
            return _field(name, "text", richtext.blocks([value], inner))
        if richtext.is_text(value):
            return _field(name, "text", richtext.blocks(value, inner))
        if richtext.is_editor(value):
            return _field(name, "text", _markup(richtext.written(value)))
        if isinstance(value, list):
            return self._list(value, name, depth)
        if isinstance(value, dict):
            said = value.get("value", value.get("rendered")) if _is_title(name) else None
            return self._string(said, name) if isinstance(said, str) else self._fields(value, name, depth)
        return None

    def _children(self, element: Element, value: Any, depth: int) -> None:
        """Hang the children of a React element into `element`; "$..." are references to what is no text."""
        if isinstance(value, str):
            if not value.startswith("$") or value.startswith("$$"):
                _hang(element, clean(value.removeprefix("$")) if value.startswith("$$") else clean(value))
        elif isinstance(value, list) and not richtext.is_react(value) and depth < _DEPTH:
            for kid in value:
                self._children(element, kid, depth + 1)
        else:
            _hang(element, self.read(value, "", depth + 1))

    def _string(self, text: str, name: str) -> Element | None:
        if "&lt;" in text and not _marked(text) and _marked(unescape(text)):
            text = unescape(text)
        if _marked(text):
            return _field(name, "text", _markup(text))
        if _is_title(name) and 1 < len(text) < _SENTENCES and _prose(text):
            return _field(name, "text", [_paragraph(text, "h2")])
        if (len(text) < _SENTENCES and _TEXTS.isdisjoint(_words(name))) or not _prose(text):
            return None
        if len(_MARKDOWN.findall(text)) > 1:
            return _field(name, "text", _markup(MarkdownIt().enable("table").render(text)))
        return _field(name, "text", [_paragraph(part) for part in text.split("\n") if part.strip()])

    def _list(self, value: list[Any], name: str, depth: int) -> Element:
        element = _field(name, "list")
        mine = [kid for kid in value if isinstance(kid, dict) and self._is_mine(kid)]
        for kid in mine if len(mine) == 1 and len(value) > 1 else value:
            if isinstance(kid, str) and not _marked(kid):
                if len(kid.split()) > 4 and _prose(kid):
                    _hang(element, _paragraph(kid))
            else:
                _hang(element, self.read(kid, "", depth + 1))
        return element

    def _is_mine(self, value: dict[str, Any]) -> bool:
        """Say whether a member of a list says that it belongs to this page."""
        for field in ("slug", "path", "url", "permalink", "uri", "handle"):
            said = value.get(field)
            if isinstance(said, dict):
                said = said.get("current")
            if isinstance(said, str) and self.slug and said.strip("/").lower() in (self.slug, self.path):
                return True
        return False

    def _fields(self, value: dict[str, Any], name: str, depth: int) -> Element:
        element = _field(name, "fields")
        if len(value) > 1 and self.language and all(_LANGUAGE.fullmatch(field) for field in value):
            wanted = {field: kid for field, kid in value.items() if field.lower()[:2] == self.language}
            value = wanted or value
        rich = {_letters(kid) for kid in value.values() if isinstance(kid, str) and _marked(kid)} - {""}
        fields = sorted(value.items(), key=lambda item: not _is_title(item[0]))  # titles first
        for field, kid in fields:
            if _others(field) or (rich and isinstance(kid, str) and not _marked(kid) and _letters(kid) in rich):
                continue  # something else, or the same text without its mark-up
            inner = self.read(kid, field, depth + 1)
            shell = _shell(element) if field == "innerBlocks" else None  # WordPress keeps items beside their list
            if shell is not None and inner is not None:
                _extend(shell, [node for block in inner.kids if isinstance(block, Element) for node in _texts(block)])
            else:
                _hang(element, inner)
        return element


@lru_cache(maxsize=4096)
def _words(name: str) -> frozenset[str]:
    """Return the words that the name of a field is made of, and the whole name."""
    return frozenset([name.lower(), *(word.lower() for word in _WORDS.findall(name))])


def _others(field: str) -> bool:
    return not _OTHERS.isdisjoint(_words(field))


def _marked(text: str) -> bool:
    return "<" in text and _MARKUP.search(text) is not None


def _letters(text: str) -> str:
    """Return the first letters of a text without its mark-up, by which it is known again."""
    return re.sub(r"[\W_]+", "", unescape(re.sub(r"<[^>]*>", "", text[:5000])))[:300]


def _is_title(name: str) -> bool:
    return not _TITLES.isdisjoint(_words(name))


def _prose(text: str) -> bool:
    letters = sum(c.isalpha() or c in " ,.;:'’“”\"-–\n()" for c in text)
    return (
        letters > 0.85 * len(text)
        and (" " in text[:100] or not text.isascii() or len(text) < 40)
        and not text.lstrip().startswith(("{", "[", "<", "http", "data:", "/"))
    )


def _shell(element: Element) -> Element | None:
    """Return the empty list in an element that waits for its items."""
    found = [e for e in element.walk() if e.tag in ("ul", "ol") and not e.text()]
    return found[0] if found else None


def _texts(element: Element) -> Iterator[Element | str]:
    """Give the contents of the text fields below an element."""
    for kid in element.kids:
        if isinstance(kid, str):
            continue
        if _kind(kid) == "text":
            yield from kid.kids
        else:
            yield from _texts(kid)


def _markup(text: str) -> list[Element | str]:
    page = LexborHTMLParser(text)
    page.strip_tags(["script", "style", "iframe"])
    tree = build(page.body.html or "") if page.body is not None else Element("root")
    return [kid for top in tree.kids if isinstance(top, Element) for kid in top.kids]


def _paragraph(text: str, tag: str = "p") -> Element:
    element = Element(tag)
    element.kids.append(clean(text))
    return element


def _field(name: str, kind: str, nodes: Iterable[Element | str] = ()) -> Element:
    """Return the element of a field; `kind` says whether it holds text, a list, or fields."""
    shown = re.sub(r"[^\w-]", "", name)
    element = Element("div", f'class="{shown}" data-kind="{kind}"' if shown else f'data-kind="{kind}"')
    _extend(element, nodes)
    return element


def _kind(element: Element) -> str:
    return element.get("data-kind")


def _extend(parent: Element, nodes: Iterable[Element | str]) -> None:
    for node in nodes:
        _hang(parent, node)


def _hang(parent: Element, node: Element | str | None) -> None:
    if node is None:
        return
    parent.kids.append(node)
    if not isinstance(node, str):
        node.parent = parent


# ------------------------------------------------------------------------------------------------ down to the document


def _descend(root: Element) -> tuple[str, list[Element | str]]:
    way = [root]
    while _kind(way[-1]) != "text":
        near = way[-1]
        kids = [kid for kid in near.kids if not isinstance(kid, str) and kid.prose]
        if not kids:
            break
        best = max(kids, key=lambda kid: kid.prose)
        # Fields hold different things, of which one is the document; members of a list are parts of it.
        if best.prose < near.prose * (0.5 if near is root or _kind(near) == "fields" else 0.85):
            break
        way.append(best)
    top = _titled(way)
    names = [element.get("class") for element in way if element.get("class")]
    return ".".join(names) or "the top", _collected(way[top:], titled=True)


def _titled(way: list[Element]) -> int:
    """Return where on the way the fields stand that give the document its title, at most three levels up."""
    levels = [at for at, element in enumerate(way) if _kind(element) == "fields"][-3:]
    for at in levels:
        if any(not isinstance(kid, str) and _is_title(kid.get("class")) for kid in way[at].kids):
            return at
    return levels[-1] if levels else len(way) - 1


def _collected(way: list[Element], *, titled: bool) -> list[Element | str]:
    """Return the text at the end of the way, and the text fields beside it."""
    if len(way) == 1:
        return way[0].kids
    out: list[Element | str] = []
    for kid in way[0].kids:
        if kid is way[1]:
            out.extend(_collected(way[1:], titled=False))
        elif not isinstance(kid, str) and _kind(kid) == "text":
            if titled and _is_title(kid.get("class")) and len(kid.kids) == 1 and isinstance(kid.kids[0], Element):
                kid.kids[0].tag = "h1"
                titled = False
            out.extend(kid.kids)
    return out
