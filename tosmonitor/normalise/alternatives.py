"""Owns what is hidden: sections that a reader can open are text, other versions and messages for later are not."""

from tosmonitor.normalise import chrome
from tosmonitor.normalise.measure import PROSE, ancestors, is_hidden, preceding
from tosmonitor.normalise.page import HEADINGS, Page
from tosmonitor.normalise.tree import Element

_MOST = 2_000  # hidden elements that are looked at closely; of more the long ones are kept

_MADE = frozenset({"table", "ul", "ol", "dl"})


def drop(page: Page) -> None:
    """Drop what is hidden and opened by nothing: other versions, other languages, messages for later."""
    hidden = [e for e in page.noted if e.size and e.parent is not None and is_hidden(e) and page.holds(e)]
    if not hidden:
        return
    hiding = set(map(id, hidden))
    hidden = [e for e in hidden if not any(id(a) in hiding for a in ancestors(e))]
    opened = _controls(page) if any(e.linked * 2 <= e.size for e in hidden) else frozenset()
    visible = page.root.prose - sum(e.prose for e in hidden)
    for at, element in enumerate(hidden):
        long = element.prose >= PROSE
        if at >= _MOST:
            kept = long
        elif long:
            kept = visible < 0.3 * page.root.prose or _collapsed(element, visible, opened)
        else:  # a message for later, but for what is named as a section, or made as one
            kept = element.linked * 2 <= element.size and (
                _is_opened(element, opened)
                or (any(e.tag in _MADE for e in element.walk()) and _collapsed(element, visible, opened))
            )
        if not kept:
            told = "nothing on the page opens it: another version, or a message for later" if long else "short"
            page.drop(element, f"hidden, and {told}")


def _is_opened(element: Element, opened: frozenset[str]) -> bool:
    """Say whether a hidden element names itself a section that opens, or something on the page says it opens it."""
    if element.tag == "details" or element.get("role") in ("tabpanel", "region") or element.get("aria-labelledby"):
        return True
    return bool(element.get("id")) and element.get("id") in opened


def _collapsed(element: Element, visible: int, opened: frozenset[str]) -> bool:
    """Say whether a hidden element is a section that a reader can open, not an alternative to what is shown."""
    if _is_opened(element, frozenset()):
        return True
    own = next((e.tag for e in element.walk() if e.tag in HEADINGS), "")
    if element.prose > 0.8 * visible and own in ("h1", "h2"):  # as long as what is shown, with a title of its own
        return False
    if _is_opened(element, opened):
        return True
    names = f"{element.get('class')} {element.get('id')}"
    if chrome.COLLAPSIBLE.search(names):
        return True
    if own == "h1":
        return False
    near: Element | None = element
    for _ in range(2):  # what opens it stands before it, or before the wrapper that it alone fills
        if near is None or near.parent is None:
            return False
        before = preceding(near)
        if before is not None:
            label = before.size < 200 and before.size > 0 and not is_hidden(before)
            return label and not (own and own <= before.tag in HEADINGS)
        near = near.parent
        if near is not None and chrome.COLLAPSIBLE.search(f"{near.get('class')} {near.get('id')}"):
            return True
    return False


def _controls(page: Page) -> frozenset[str]:
    """Return the ids of the elements that something on the page says it opens."""
    found = {""}
    for element in page.root.walk():
        if element.raw and ("aria-" in element.raw or "data-" in element.raw or 'href="#' in element.raw):
            for name in ("aria-controls", "data-target", "data-bs-target", "href", "data-toggle-target"):
                found.add(element.get(name).lstrip("#"))
    return frozenset(found)
