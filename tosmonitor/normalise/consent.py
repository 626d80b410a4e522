"""Owns the dialogues that ask for consent to cookies: found from their buttons and words, whatever they are called."""

from tosmonitor.normalise import chrome
from tosmonitor.normalise.measure import ancestors, is_titled, within
from tosmonitor.normalise.page import MOST, Page


def drop(page: Page) -> None:
    """Drop the dialogues that ask for consent, whatever they are called: found from their buttons."""
    buttons = [
        element
        for element in page.noted
        if 1 < element.size < 80
        and (element.tag in ("button", "a") or 'role="button"' in element.raw)
        and chrome.CONSENTING.search(element.text())
    ]
    around = {id(a) for e in page.noted if e.tag == "main" for a in ancestors(e)} if page.main else set()
    for button in buttons:
        if within(button, "main", "article"):
            continue
        near = button
        while near.parent is not None and near.parent.tag not in ("root", "body", "main", "article"):
            above = near.parent
            if id(above) in around or above.size > 12_000 or is_titled(above):
                break
            if above.prose > MOST * page.root.prose and not around:
                break
            near = above
        if near is button or near.size == 0 or near.parent is None:
            continue
        text = near.text()
        told = len(chrome.COOKIES.findall(text))
        if told and told * 400 >= len(text):
            page.drop(near, "asks for consent to cookies")
