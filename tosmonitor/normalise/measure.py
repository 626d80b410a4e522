"""Owns what is counted of the elements of a page, and what they are to each other.

Running text ("prose") is what stands in blocks of some length outside links, counted in bytes so that unspaced scripts
weigh as much as spaced ones.
"""

import re
from collections.abc import Iterator

from tosmonitor.normalise.tree import BLOCKS, Element

#: A block of fewer bytes outside links is not running text: labels, menu items, dates.
PROSE = 60
ASKING = frozenset({"input", "button", "select", "textarea"})
_COUNTED = ASKING | {"a", "h1", "h2", "h3", "h4", "h5", "h6", "main", "template", "noscript"}
#: A date as it stands in "Last updated" lines.
DATE = re.compile(r"\b(?:19|20)\d\d\b|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|(?:19|20)\d\d年")
#: Elements that are text themselves: what stands beside them stands in a text.
TEXTUAL = frozenset(
    {
        "p", "ul", "ol", "dl", "li", "pre", "blockquote", "table", "tbody", "h1", "h2", "h3", "h4", "h5", "h6", "dt",
        "dd", "figure", "details", "a",
    }
)  # fmt: skip
_WRAPPED = frozenset(["h1", "h2", "h3", "h4", "h5", "h6", "summary", "dt"])
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
#: The address of a home page, perhaps of one language: "/", "/en/", "https://example.org".
_HOME = re.compile(r"(?:(?:https?://[^/?]+)?/?(?:[a-z]{2}(?:-[a-zA-Z]{2})?/?)?|\./|index\.\w+)(?:\?[^#]*)?")


def measure(element: Element, noted: list[Element]) -> tuple[int, int]:
    """Count what an element and all below hold; return the bytes of text and of links that count to the block around.

    What may matter later (headings, controls, hidden and main parts) is noted in document order of their ends.
    """
    kids = element.kids
    tag = element.tag
    if len(kids) == 1 and isinstance(text := kids[0], str):  # half of all elements hold one text and nothing else
        if text.isspace():
            return 0, 0
        element.size = own = len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
        if tag == "a":
            element.linked = own
            return own, own
        if tag in BLOCKS:
            if own >= PROSE:
                element.prose = own
            return 0, 0
        return own, 0
    own = own_linked = inner = inner_linked = prose = asks = links = local = titles = 0
    blocky = False
    for kid in kids:
        if isinstance(kid, str):
            if not kid.isspace():
                own += len(kid) if kid.isascii() else len(kid.encode("utf-8", "replace"))
            continue
        name, raw = kid.tag, kid.raw
        if kid.kids:
            n, linked = measure(kid, noted)
            own += n
            own_linked += linked
            inner += kid.size - n
            inner_linked += kid.linked - linked
            prose += kid.prose
            asks += kid.asks
            links += kid.links
            local += kid.local
            titles += kid.titles
            if kid.blocky or name in BLOCKS:
                blocky = True
        if name in _COUNTED:
            if name == "a":
                links += 1
                if 'href="#"' in raw or "javascript:" in raw:
                    noted.append(kid)
                if 'href="#' in raw or ("#" in raw and "#" in kid.get("href")):
                    local += 1
            elif name == "h1":
                titles += not _is_logo(kid)
                noted.append(kid)
            elif name in ASKING:
                if "expanded" not in raw:
                    asks += 1
                noted.append(kid)
            else:
                noted.append(kid)
        if raw and ("hidden" in raw or "none" in raw or "role=" in raw):
            if 'role="button"' in raw and "expanded" not in raw:
                asks += 1
            noted.append(kid)
    if tag == "a":
        own_linked = own
        inner_linked = inner
        prose = 0
    if own - own_linked >= PROSE and own_linked * 2 < own and tag in BLOCKS:
        prose += own
    element.size = own + inner
    element.linked = own_linked + inner_linked
    element.prose = prose
    element.asks = asks
    element.links = links
    element.local = local
    element.titles = titles
    element.blocky = blocky
    return (0, 0) if tag in BLOCKS else (own, own_linked)


def _is_logo(heading: Element) -> bool:
    """Say whether a heading is the site's name: nothing but a picture, or a link to its home page."""
    if not heading.size:
        return True
    if heading.linked < heading.size:
        return False
    target = next((e.get("href") for e in heading.walk() if e.tag == "a"), "")
    return "logo" in heading.raw or _HOME.fullmatch(target) is not None


def path(element: Element) -> str:
    """Return where an element stands, as a reader of the page's source would write it."""
    names: list[str] = []
    near: Element | None = element
    while near is not None and near.tag != "root":
        name = near.tag
        if near.get("id"):
            name += "#" + near.get("id")
        elif near.get("class"):
            name += "." + near.get("class").split()[0]
        names.append(name)
        near = near.parent
    return " > ".join(reversed(names[:6])) or "page"


def is_titled(element: Element) -> bool:
    """Say whether an element is or holds a heading of the first level."""
    return element.titles > 0 or (element.tag == "h1" and element.size > 0)


def within(element: Element, *tags: str) -> bool:
    """Say whether an element stands inside one of these."""
    return any(a.tag in tags for a in ancestors(element))


def ancestors(element: Element) -> Iterator[Element]:
    """Give what an element stands in, from the inside out."""
    near = element.parent
    while near is not None:
        yield near
        near = near.parent


def preceding(element: Element) -> Element | None:
    """Return the element that stands before this one in the same parent and has text."""
    found = None
    for kid in element.parent.kids if element.parent else ():
        if kid is element:
            return found
        if not isinstance(kid, str) and kid.size:
            found = kid
    return None


def is_alike(element: Element, other: Element) -> bool:
    """Say whether two elements are made alike: the same tag and the same classes."""
    return element.tag == other.tag and bool(element.get("class")) and element.get("class") == other.get("class")


def is_amid(element: Element) -> bool:
    """Say whether an element stands in a text: between blocks of text, or in a row of sections made alike."""
    kids = [kid for kid in element.parent.kids if not isinstance(kid, str) and kid.size] if element.parent else []
    at = kids.index(element) if element in kids else 0
    beside = [kids[near] for near in (at - 1, at + 1) if 0 <= near < len(kids)]
    if any(near.prose and is_alike(element, near) for near in beside):
        return True
    return len(beside) == 2 and all(near.tag in TEXTUAL and near.linked * 2 < near.size for near in beside)


def is_hidden(element: Element) -> bool:
    """Say whether an element says of itself that it is not shown."""
    raw = element.raw
    if "style=" in raw and "none" in raw and _HIDDEN_STYLE.search(element.get("style")):
        return True
    return "hidden" in raw and "hidden" in element.attributes and element.get("hidden") != "until-found"


def is_local(element: Element) -> bool:
    """Say whether most links inside lead to places on the same page: a table of contents."""
    return element.local * 2 > element.links


def opens(button: Element) -> bool:
    """Say whether a button is the title of a section that it opens."""
    raw = button.raw
    if "aria-expanded" in raw or "aria-controls" in raw or "accordion" in raw.lower():
        return True
    return within(button, *_WRAPPED)


def has_address(element: Element) -> bool:
    """Say whether an element holds an address to write to or a number to call."""
    return any(e.get("href").startswith(("mailto:", "tel:")) for e in element.walk() if e.tag == "a")


def leaves_backwards(scope: Element) -> Iterator[Element]:
    """Give the blocks that hold text and no other block, from the end; stop at a text that stands between blocks."""
    todo: list[Element | str] = [scope]
    while todo:
        node = todo.pop()
        if isinstance(node, str):
            if not node.isspace():
                return
        elif not node.blocky:
            if node.size:
                yield node
        else:
            todo.extend(node.kids)


def own_words(element: Element) -> str:
    """Return the text of an element that is in no link and in no control."""
    out: list[str] = []
    todo: list[Element | str] = [element]
    while todo:
        node = todo.pop()
        if isinstance(node, str):
            out.append(node)
        elif node.tag not in ("a", "button"):
            todo.extend(reversed(node.kids))
    return " ".join(" ".join(out).split())
