"""Owns what a page keeps outside its visible tree: templates, noscript parts, and the scripts that may carry text.

Looked into only when the tree itself holds no text to speak of; `state` reads what the scripts carry.
"""

import re
from collections.abc import Iterable

from selectolax.lexbor import LexborHTMLParser

from tosmonitor.normalise.tree import Element

#: A shorter script carries no document.
_SHORTEST = 200
#: Where JSON begins, plain, percent-encoded or in base 64.
_OPENING = re.compile(r"[{\[]|%7[bB]|%5[bB]|\batob\(")


def scripts(page: LexborHTMLParser) -> list[str]:
    """Return the scripts of a page that may carry text, then the attributes: properties of components to be made."""
    found = [node.text() for node in page.css("script:not([src])")]
    kept = [text for text in found if "__next_f" in text or (len(text) > _SHORTEST and _OPENING.search(text))]
    for node in page.css("body *"):
        values = node.attributes.values()
        kept.extend(v for v in values if v and len(v) > _SHORTEST and v.lstrip()[:1] in ("{", "["))
    return kept


def templates(noted: Iterable[Element]) -> list[Element | str]:
    """Return the contents of the templates and noscript parts among `noted` elements, each once."""
    found = dict.fromkeys(element for element in noted if element.tag in ("template", "noscript"))
    return [kid for element in found for kid in element.kids]
