"""Owns the choice of the main text of a page when nothing is declared."""

from collections.abc import Iterator
from dataclasses import dataclass

from tosmonitor.normalise.tree import Element


@dataclass(frozen=True, slots=True)
class Part:
    """One large part of a page: where it is, whether it was kept, how many words it has, and why."""

    where: str
    kept: bool
    words: int
    reason: str


_CHROME = frozenset(
    ["nav", "footer", "aside", "dialog", "form", "button", "select", "textarea", "input", "svg", "script", "style", "template", "noscript"]
)


def choose(root: Element) -> tuple[list[Element | str], list[Part]]:
    """Return the nodes that hold the main text."""
    for element in list(root.walk()):
        if element.tag in _CHROME:
            element.remove()
    best = root
    for element in _containers(root):
        best = element
        break
    return list(best.kids), []


def _containers(root: Element) -> Iterator[Element]:
    for element in root.walk():
        if element.tag == "main" or element.get("role") == "main":
            yield element
