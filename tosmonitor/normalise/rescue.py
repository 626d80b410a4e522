"""Owns what a page keeps outside its visible tree: templates, noscript parts, and the scripts that may carry text.

Looked into only when the tree itself holds no text to speak of; `state` reads what the scripts carry.
"""

from collections.abc import Iterable

from selectolax.lexbor import LexborHTMLParser

from tosmonitor.normalise.tree import Element

#: A shorter script carries no document.
_SHORTEST = 200


def scripts(page: LexborHTMLParser) -> list[str]:
    """Return the scripts of a page that may carry text."""
    found = [node.text() for node in page.css("script:not([src])")]
    return [text for text in found if "__next_f" in text or (len(text) > _SHORTEST and ("{" in text or "[" in text))]


def templates(noted: Iterable[Element]) -> list[Element | str]:
    """Return the contents of the templates and noscript parts among `noted` elements, each once."""
    found = dict.fromkeys(element for element in noted if element.tag in ("template", "noscript"))
    return [kid for element in found for kid in element.kids]
