"""Owns what the items of a list are, and how lists stand beside each other in Markdown."""

import re
from collections.abc import Iterable

from tosmonitor.normalise.tree import BLOCKS, LISTS, Element

#: A block: what kind it is, and its Markdown. The kinds of lists are their markers.
Block = tuple[str, str]

#: The other marker of each kind of list: two lists of one marker side by side would be read back as one.
_OTHER = {"-": "*", "*": "-", ".": ")", ")": "."}
_MARKER = re.compile(r"^(\d*)([-*.)])(?= )", re.MULTILINE)
_FIRST = {"-": "-", "*": "-", ".": ".", ")": "."}


def items(kids: Iterable[Element | str]) -> list[Element]:
    """Return the items of a list, also those inside wrappers; empty if there is no item at all.

    Text that stands directly in a list is no item; it is held together, and belongs to the item before it.
    """
    out: list[Element] = []
    found = False
    holding: Element | None = None
    for kid in kids:
        if isinstance(kid, str) or (kid.tag not in BLOCKS and not any(e.tag == "li" for e in kid.walk())):
            if holding is None and isinstance(kid, str) and kid.isspace():
                continue
            if holding is None:
                holding = Element("div")
                out.append(holding)
            holding.kids.append(kid)
            continue
        holding = None
        if kid.tag == "li":
            out.append(kid)
            found = True
        elif kid.tag not in LISTS and (inner := items(kid.kids)):
            out.extend(inner)
            found = True
        else:
            out.append(kid)
    return out if found else []


def extend(blocks: list[Block], more: list[Block]) -> None:
    """Add blocks to others; a list beside a list of the same marker takes the other marker."""
    for kind, text in more:
        if blocks and kind == blocks[-1][0] and kind in _OTHER:
            kind = _OTHER[kind]
            text = _MARKER.sub(rf"\g<1>{kind}", text)  # only items begin without a blank
        blocks.append((kind, text))


def numbered(number: int, blocks: list[Block]) -> list[Block]:
    """Return the blocks of an unwrapped item with its number before the heading, unless it has one."""
    hashes, _, text = blocks[0][1].partition(" ")
    if text[:1].isdigit():
        return blocks
    return [("h", f"{hashes} {number}. {text}"), *blocks[1:]]


def item(blocks: list[Block]) -> str:
    """Return the Markdown of an item; a list that belongs to a paragraph follows it without an empty line."""
    if len(blocks) == 1:
        return blocks[0][1]
    out = before = ""
    for kind, text in blocks:
        if out:
            close = before == "p" and (kind in ("-", "*") or (kind in (".", ")") and text.startswith(("1. ", "1) "))))
            out += "\n" if close else "\n\n"
        out += text
        before = kind
    return out


def alternated(text: str) -> str:
    """Return Markdown from which blocks were taken with the markers that its lists have beside their new neighbours."""
    if "```" in text:  # what looks like an item may be code
        return text
    out: list[str] = []
    last = ""  # the marker of the list just before
    wanted = ""  # the marker of the list that goes on
    for block in text.split("\n\n"):
        found = _MARKER.match(block)
        if found:
            first = _FIRST[found[2]]
            last = wanted = _OTHER[first] if last == first else first
        elif not block.startswith(" "):
            last = wanted = ""
        out.append(_MARKER.sub(rf"\g<1>{wanted}", block) if wanted else block)
    return "\n\n".join(out)
