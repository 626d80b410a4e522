"""Owns the dialogues that ask for consent to cookies: found from their buttons and words, whatever they are called."""

from tosmonitor.normalise import chrome
from tosmonitor.normalise.measure import TEXTUAL, ancestors, is_amid, is_titled, own_words, within
from tosmonitor.normalise.page import HEADINGS, LEAST, Page
from tosmonitor.normalise.tree import Element

_LARGEST = 12_000  # bytes; dialogues with the lists of their partners
#: A dialogue may hold more sentences than the text beside it (an imprint) if it is as short as most are.
_SHORT = 2_500
_NOTICE = 1_500
_MOST_BUTTONS = 100
_SECTIONED = HEADINGS | {"ul", "ol", "dl", "table"}  # a section of the text has one of these; notices have not


def drop(page: Page) -> None:
    """Drop the dialogues that ask for consent."""
    buttons = [
        element
        for element in page.noted
        if 1 < element.size < 80
        and (element.tag in ("button", "a") or 'role="button"' in element.raw)
        and chrome.CONSENTING.search(element.text())
    ][:_MOST_BUTTONS]
    around = {id(a) for e in page.noted if e.tag == "main" for a in ancestors(e)} if page.main else set()
    for button in buttons:
        near = button
        inside = within(button, "main", "article")
        while near.parent is not None and near.parent.tag not in ("root", "body", "main", "article"):
            above = near.parent
            if id(above) in around or above.size > _LARGEST or is_titled(above):
                break
            if page.weighs(above) and not around and not _is_dialogue(page, above, buttons):
                break
            near = above
        if near is button or not near.size or near.parent is None or not _asks(near):
            continue
        if not is_amid(near) and (not inside or _is_dialogue(page, near, buttons)):
            page.drop(near, "asks for consent to cookies")


def drop_notices(page: Page) -> None:
    """Drop the short parts beside the text that speak of cookies far more than it does, whatever their buttons are."""
    for element, _ in page.beside():
        short = element.prose > 0 and element.size <= _NOTICE and element.tag not in TEXTUAL and not is_titled(element)
        if short and not is_amid(element) and not any(e.tag in _SECTIONED for e in element.walk()):
            said, told = _told(element)
            if told and told * 400 >= said:
                whole, all_told = _told(page.root)
                if 2 * said < whole + LEAST and told * (whole - said) > 2 * (all_told - told) * said:
                    page.drop(element, "a notice about cookies")


def _told(element: Element) -> tuple[int, int]:
    """Return the letters that an element says outside links, and how often it names cookies there."""
    text = own_words(element)
    return len(text), len(chrome.COOKIES_NAMED.findall(text))


def _asks(element: Element) -> bool:
    """Say whether an element speaks of little but cookies."""
    text = element.text()
    told = len(chrome.COOKIES.findall(text))
    return told > 0 and told * 400 >= len(text)


def _is_dialogue(page: Page, element: Element, buttons: list[Element]) -> bool:
    """Say whether an element that holds much of a page is a dialogue all the same, not a short policy about cookies."""
    if element.size > _SHORT or page.root.size - element.size < LEAST:
        return False
    inside = list(element.walk())
    pressed = set(map(id, buttons))
    return (
        sum(id(e) in pressed for e in inside) > 1
        and sum(e.tag in HEADINGS for e in inside) < 2
        and not any(e.tag == "table" for e in inside)
        and _asks(element)
    )
