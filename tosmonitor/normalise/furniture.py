"""Owns the parts that call themselves furniture of a site: by tag, role, or the names that their authors gave them."""

from tosmonitor.normalise import chrome
from tosmonitor.normalise.chrome import Weight
from tosmonitor.normalise.measure import PROSE, is_local, is_titled, opens, within
from tosmonitor.normalise.page import HEADINGS, LEAST, MOST, POOR, Page
from tosmonitor.normalise.tree import Element

_CONTROLS = frozenset(
    {
        "select", "option", "optgroup", "input", "textarea", "datalist", "svg", "canvas", "video", "audio", "object",
        "map", "progress", "meter",
    }
)  # fmt: skip
#: Elements that may be furniture though they call themselves nothing.
_SUSPECT = _CONTROLS | {"button", "label", "noscript", "template", "nav", "footer", "header", "aside", "dialog", "form"}
_CONTAINERS = frozenset(
    {
        "div", "section", "aside", "header", "footer", "ul", "ol", "nav", "form", "table", "figure", "menu", "dialog",
        "span", "p", "article", "details",
    }
)  # fmt: skip


def drop(page: Page) -> None:
    """Drop the furniture of the site from the tree, from the outside in."""
    total = page.root.prose
    todo = [page.root]
    while todo:
        element = todo.pop()
        for kid in list(element.kids):
            if isinstance(kid, str):
                continue
            reason = _furniture(page, kid, total) if kid.raw or kid.tag in _SUSPECT else ""
            if reason:
                page.drop(kid, reason)
            elif kid.kids:
                todo.append(kid)


def _furniture(page: Page, element: Element, total: int) -> str:
    """Return why an element is furniture of the site, "" if it is not."""
    tag = element.tag
    if tag == "textarea" and element.size > POOR:  # terms in a box that scrolls
        element.tag = "pre"
        return ""
    if tag in _CONTROLS:
        return f"<{tag}>: a control or a picture, no text"
    if tag in ("a", "span") and element.size < PROSE and (reason := _handle(element)):
        return reason
    if tag == "button":
        return "" if opens(element) and not chrome.CONTROL.fullmatch(element.text()) else "<button>"
    if tag == "label":
        boxed = element.size >= PROSE and any(e.tag == "input" for e in element.walk())
        return "what a box to tick says" if boxed else ""  # shorter ones may be titles of sections that open
    if tag in ("noscript", "template"):
        return f"<{tag}>: shown only in place of something else"
    raw = element.raw
    much = element.prose > MOST * total if total > POOR else element.size > 0.5 * page.root.size
    if page.main and tag in ("footer", "nav", "aside") and not within(element, "main", "article"):
        return f"<{tag}> outside <main>"
    if tag == "nav":
        return "" if much else "<nav>: a menu"
    if tag == "dialog":
        return "" if much else "a dialogue over the page"
    if "role=" in raw:
        role = element.get("role")
        if role in chrome.ROLES_CERTAIN and not much:
            return f"has the role {role}"
        if role in chrome.ROLES_LIKELY and element.prose < 0.1 * total and not is_titled(element):
            return f"has the role {role}"
    if "aria-modal" in raw and not much:
        return "a dialogue over the page"
    if "aria-hidden=" in raw and element.size < PROSE and element.get("aria-hidden") == "true":
        return "short, and hidden from those who hear the page"
    if tag == "footer":
        if much and not _is_beside(page, element):
            return ""
        return "" if element.prose and within(element, "article", "main") else "<footer> of the page"
    if tag in ("header", "aside", "form"):
        if tag == "header" and not much and (is_titled(element) or within(element, "article", "main")):
            elsewhere = element.asks and page.root.titles > element.titles and not within(element, "article", "main")
            return "<header> with a search; the title of the text stands elsewhere" if elsewhere else ""
        if much:
            return ""
        if element.prose < 0.1 * total or element.linked * 2 > element.size:
            return f"<{tag}> of the page"
    if tag not in _CONTAINERS or ("class=" not in raw and "id=" not in raw):
        return ""
    names = f"{element.get('class')} {element.get('id')}"
    if element.size < 120 and chrome.SPOKEN.search(names):
        return "told only to those who hear the page"
    if tag == "span" or tag == "p":
        return ""
    if chrome.UNPRINTED.search(names) and element.prose < 0.05 * total and not is_titled(element):
        return "marked as not to be printed"
    weight = chrome.named(names)
    if weight == Weight.CERTAIN and (not much or _is_beside(page, element)):
        return f"made by a service for consent or chat: its name is {_short(names)}"
    if weight == Weight.NONE or much:
        return ""
    if weight == Weight.LIKELY and (element.prose < max(0.15 * total, 150)) and not is_titled(element):
        return f"named {_short(names)}, and short"
    if (
        element.linked * 2 > element.size
        and element.prose < 0.05 * total
        and not is_local(element)
        and not is_titled(element)
    ):
        return f"named {_short(names)}, and mostly links"
    return ""


def _is_beside(page: Page, element: Element) -> bool:
    """Say whether an element that holds much of the sentences of a page stands beside its title and the rest."""
    left = page.root.size - element.size
    return page.root.titles > element.titles == 0 and left > LEAST and element.size < 0.8 * page.root.size


def _handle(element: Element) -> str:
    """Return why a link or a run of text is a handle of the page, "" if it is text."""
    names = element.get("class")
    inward = element.get("href").startswith("#")
    if inward and chrome.SPOKEN.search(names):
        return "told only to those who hear the page"
    if chrome.HANDLES.search(names) or (inward and within(element, *HEADINGS)):
        return "a handle at a heading" if chrome.HANDLE.fullmatch(element.text()) else ""
    return ""


def _short(names: str) -> str:
    return repr(" ".join(names.split())[:60])
