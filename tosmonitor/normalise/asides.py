"""Owns the parts that show by their make-up, not by a name, that they belong to the site and not to the text.

Forms that ask for an address or a password; cards that lead to other pages; the foot of the page with its lists of
links; calls to act after the text. Each is small, has at most one heading of its own and never the title of the page.
"""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from tosmonitor.normalise import chrome
from tosmonitor.normalise.measure import DATE, TEXTUAL, ancestors, has_address, is_amid, is_local, is_titled
from tosmonitor.normalise.page import HEADINGS, LEAST, MOST, Page
from tosmonitor.normalise.tree import Element

_ASKING = 1_200  # bytes that a form says, the options of its lists apart
_MOST_LOOKED_AT = 300  # headings of one page
_MOST_CONTROLS = 100
_MOST_INSIDE = 1_000  # elements in a form or at an end; more are no such thing
_LEVELS_UP = 12  # from a control to all that is said around it
_FOOT = 4_000  # bytes of the foot of a page
_CALL = 700  # bytes of a call to act
_TYPED = frozenset({"", "email", "password", "tel", "text", "search"})
_OUTER = frozenset({"root", "body", "main", "article"})
_LISTS = frozenset({"ul", "ol", "dl", "li"})
_LEVELS = HEADINGS - {"h1"}
#: Targets on the same page, and documents to keep.
_STAYS = re.compile(r"^#|\.pdf\b", re.IGNORECASE)
#: The host of an address, also of one that cannot be parsed: "https://[x", "//[email protected]".
_HOST = re.compile(r"\s*(?:https?:)?//([^/?#\s]+)", re.IGNORECASE)
#: Where applications for telephones are offered.
_SHOPS = re.compile(r"//(?:apps|itunes)\.apple\.com/|//play\.google\.com/store|//appgallery\.huawei\.com/")


def drop_forms(page: Page) -> None:
    """Drop the forms in which readers type: searches, sign-ups, log-ins, newsletters, feedback."""
    controls = [e for e in page.noted if e.tag == "input" or (e.tag == "textarea" and not e.size)]
    for control in controls[:_MOST_CONTROLS]:
        kind = control.get("type").lower()
        if control.tag == "input" and kind not in _TYPED:
            continue
        near = control
        sought = kind == "search"
        for above in islice(ancestors(control), _LEVELS_UP):
            if above.tag in _OUTER or not _is_form(page, above, sought=sought):
                break
            near = above
        headed = any(e.tag in HEADINGS for e in near.walk())
        if headed and not near.prose and near.asks < 2:  # the title of a list that can be searched
            continue
        says = sought or headed or near.prose
        if near is not control and near.size and says and page.holds(near) and not is_amid(near):
            page.drop(near, "a form to search" if sought else "a form in which readers type")


def _is_form(page: Page, element: Element, *, sought: bool) -> bool:
    """Say whether an element holds a form and what is said around it, and nothing else."""
    if is_titled(element) or element.prose > _ASKING or element.size > 20_000:
        return False
    inside = list(islice(element.walk(), _MOST_INSIDE))
    if len(inside) == _MOST_INSIDE:
        return False
    options = sum(e.size for e in inside if e.tag == "select")
    most = 0.65 if page.root.titles else MOST
    if element.size - options > _ASKING or element.size - options > most * page.root.size:
        return False
    headings = sum(e.tag in HEADINGS for e in inside)
    if sought and (element.prose or (headings and not page.root.titles)):
        return False
    if headings > 1 or any(e.tag == "table" for e in inside):
        return False
    text = element.text()
    return "@" not in text and not DATE.search(text)


def drop_cards(page: Page) -> None:
    """Drop the sections made of cards: headings that are links to other pages, each with a picture or an excerpt."""
    headings = [e for e in page.noted if e.tag in HEADINGS and e.size][:_MOST_LOOKED_AT]
    linked = [e for e in headings if e.tag in _LEVELS and e.linked == e.size and _leads_away(e)]
    if len(linked) < 2:
        return
    own = Counter(id(a) for e in headings for a in ancestors(e))
    cards = Counter(id(a) for e in linked for a in ancestors(e))
    for heading in linked:
        near = heading
        while (above := near.parent) is not None and above.tag not in _OUTER:
            if own[id(above)] > cards[id(above)] + 1 or is_titled(above):
                break
            if cards[id(above)] == cards[id(near)] > 1 and above.prose > near.prose + 200:
                break
            near = above
        much = near.size > 0.65 * page.root.size if page.root.titles else page.weighs(near)
        if cards[id(near)] > 1 and page.holds(near) and not much:
            page.drop(near, "cards that lead to other pages")


def _leads_away(heading: Element) -> bool:
    target = next((e.get("href") for e in heading.walk() if e.tag == "a"), "")
    return bool(target) and "#" not in target and not target.startswith(("mailto:", "tel:"))


def drop_lone_headings(page: Page) -> None:
    """Drop the headings before the title that lead elsewhere, and those of a list of contents that is gone."""
    headings = [e for e in page.noted if e.tag in HEADINGS][:_MOST_LOOKED_AT]
    title = next((at for at, e in enumerate(headings) if e.tag == "h1" and is_titled(e) and e.linked * 2 < e.size), 0)
    for heading in headings[:title]:
        if heading.linked == heading.size and _leads_away(heading) and page.holds(heading):
            page.drop(heading, "a heading that leads elsewhere, before the title")
    for heading in headings[:_MOST_CONTROLS]:
        if heading.size < 80 and chrome.CONTENTS.fullmatch(heading.text().rstrip(" :")) and page.holds(heading):
            after = _following(heading)
            if after is not None and after.tag not in ("ul", "ol", "nav") and after.linked * 2 < after.size:
                page.drop(heading, "the heading of a list of contents that is gone")


def _following(element: Element) -> Element | None:
    """Return what stands after an element that alone fills what it stands in, None if nothing does."""
    near = element
    while near.parent is not None:
        kids = [kid for kid in near.parent.kids if not isinstance(kid, str) and (kid.size or kid is near)]
        at = kids.index(near)
        if at + 1 < len(kids):
            return kids[at + 1]
        if at:
            return None
        near = near.parent
    return None


def drop_calls(page: Page) -> None:
    """Drop the calls to act that stand before the text, where the title stands elsewhere."""
    for element, before in page.beside():
        if before and page.root.titles and element.tag not in TEXTUAL and _is_call(element) and not is_amid(element):
            page.drop(element, "a call to act, before the text")


def drop_ends(page: Page, scope: Element) -> None:
    """Drop what ends a page after its text: the foot with its lists of links, calls to act."""
    for _ in range(20):
        near = scope
        while (last := _last(near)) is not None:
            reason = _ends(page, scope, last)
            if reason:
                page.drop(last, reason)
                break
            if not last.blocky or last.tag == "table" or is_amid(last):
                return
            near = last
        else:
            return


def _last(element: Element) -> Element | None:
    """Return the last element in `element` that holds text, None if bare text follows it."""
    for kid in reversed(element.kids):
        if isinstance(kid, str):
            if not kid.isspace():
                return None
        elif kid.size:
            return kid
    return None


def _ends(page: Page, scope: Element, element: Element) -> str:
    """Return why the last element of a page does not belong to its text, "" if it does."""
    if element.size > _FOOT or is_titled(element) or scope.size - element.size < LEAST:
        return ""
    if element.prose > MOST * page.root.prose and not page.root.titles:
        return ""
    inside = list(islice(element.walk(), _MOST_INSIDE))
    if len(inside) == _MOST_INSIDE or any(e.tag == "table" for e in inside):
        return ""
    headings = sum(e.tag in HEADINGS for e in inside)
    call = headings == 1 and _is_call(element)
    if call and any(_SHOPS.search(e.get("href")) for e in inside if e.tag == "a"):
        return "a call to load an application, after the text"
    if element.asks and element.size < _ASKING:
        first = next(_leaves(element), None)
        if first is not None and chrome.AFTERWORD.fullmatch(first.text().rstrip(" ?:.!»>…")):
            return "a question to readers, after the text"
    if is_amid(element):
        return ""
    if _is_foot(element, headings):
        return "the foot of the page: lists of links"
    return "a call to act, after the text" if call else ""


def _is_call(element: Element) -> bool:
    """Say whether an element says a little and ends in a link that looks like a button, or leads to an application."""
    if element.size > _CALL or is_titled(element) or has_address(element):
        return False
    inside = list(element.walk())
    targets = [
        e.get("href")
        for e in inside
        if e.tag == "a" and (chrome.BUTTON.search(f"{e.get('class')} {e.get('role')}") or _SHOPS.search(e.get("href")))
    ]
    if sum(e.tag in HEADINGS for e in inside) > 1 or not targets or any(map(_STAYS.search, targets)):
        return False
    text = element.text()
    return "@" not in text and not DATE.search(text)


def _is_foot(element: Element, headings: int) -> bool:
    """Say whether an element is made of lists of links to the same site, and is no section of the text.

    A section has a heading, then sentences, then perhaps one list of links.
    """
    if element.links < 3 or element.tag in _LISTS or is_local(element):
        return False
    leaves = list(_leaves(element))
    alone = [leaf for leaf in leaves if leaf.linked * 5 > leaf.size * 4]
    said = sum(leaf.prose > 0 for leaf in leaves)
    first = next((leaf for leaf in leaves if leaf.tag not in HEADINGS), element)
    lists = sum(e.tag in ("ul", "ol", "nav") and e.linked * 5 > e.size * 4 for e in element.walk())
    if len(alone) <= 2 * max(1, said) or (first.prose and 0 < headings < 3 and lists < 2):
        return False
    links = [e for leaf in alone for e in leaf.walk() if e.tag == "a"]
    return len({host[1].lower() for e in links if (host := _HOST.match(e.get("href")))}) < 3


def _leaves(element: Element) -> Iterator[Element]:
    """Give the blocks in `element` that hold no other block, in order."""
    todo = [element]
    while todo:
        near = todo.pop()
        if not near.blocky:
            if near.size:
                yield near
        else:
            todo.extend(kid for kid in reversed(near.kids) if not isinstance(kid, str))
