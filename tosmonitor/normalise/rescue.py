"""Owns the text that a page keeps outside its visible tree: templates, noscript parts, the state that scripts carry.

Looked into only when the tree itself holds no text to speak of. Strings of JSON that are HTML or running text are
taken in the order in which they stand; each once.
"""

import json
import re
from collections.abc import Iterable, Iterator

from selectolax.lexbor import LexborHTMLParser

from tosmonitor.normalise.characters import clean
from tosmonitor.normalise.parse import parse
from tosmonitor.normalise.tree import Element, build

#: A string of fewer characters is a label, whatever it says.
_SENTENCES = 200
_MARKUP = re.compile(r"</(?:p|h[1-6]|li|ul|ol|div|td)>", re.IGNORECASE)
_ASSIGNED = re.compile(r"^[\s\w.$\[\]\"']{1,80}=\s*(?=[\[{])")
_FLIGHT = re.compile(r"self\.__next_f\.push\(\[\d+,\s*(\".*\")\]\)", re.DOTALL)
_ROW = re.compile(r"^[0-9a-f]+:[A-Z]?[0-9a-f]*,?", re.MULTILINE)
_DEPTH = 60


def scripts(page: LexborHTMLParser) -> list[str]:
    """Return the scripts that may carry text, before they are stripped from the page."""
    found = []
    for node in page.css("script:not([src])"):
        text = node.text()
        if len(text) > _SENTENCES and ("{" in text or "[" in text):
            found.append(text)
    return found


def templates(noted: Iterable[Element]) -> list[Element | str]:
    """Return the contents of the templates and noscript parts among `noted` elements, each once."""
    found = dict.fromkeys(element for element in noted if element.tag in ("template", "noscript"))
    return [kid for element in found for kid in element.kids]


def state(found: list[str]) -> list[Element | str]:
    """Return the text in the state that `found` scripts carry."""
    seen: set[str] = set()
    out: list[Element | str] = []
    for script in found:
        for text in _strings(script):
            if text in seen:
                continue
            seen.add(text)
            if _MARKUP.search(text):
                body = parse(text).body
                out.extend(build(body.html or "").kids if body else [])
            elif len(text) >= _SENTENCES and _prose(text):
                for part in text.split("\n"):
                    paragraph = Element("p")
                    paragraph.kids.append(clean(part))
                    out.append(paragraph)
    return out


def _prose(text: str) -> bool:
    letters = sum(c.isalpha() or c in " ,.;:'’-\n()" for c in text)
    return (
        letters > 0.9 * len(text)
        and (" " in text[:100] or not text.isascii())
        and not text.lstrip().startswith(("{", "[", "<", "http", "data:"))
    )


def _strings(script: str) -> Iterator[str]:
    text = script.strip()
    if flights := _FLIGHT.findall(text):
        for flight in flights:
            try:
                inner = json.loads(flight)
            except ValueError:
                continue
            for row in _ROW.split(inner):
                yield from _leaves(row) if row[:1] in "[{" else iter((row,))
        return
    yield from _leaves(_ASSIGNED.sub("", text))


def _leaves(text: str) -> Iterator[str]:
    try:
        value, _ = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return
    todo: list[tuple[object, int]] = [(value, 0)]
    while todo:
        node, depth = todo.pop()
        if isinstance(node, str):
            if len(node) > 40:
                yield node
        elif depth > _DEPTH:
            continue
        elif isinstance(node, dict):
            todo.extend((kid, depth + 1) for kid in reversed(node.values()))
        elif isinstance(node, list):
            todo.extend((kid, depth + 1) for kid in reversed(node))
