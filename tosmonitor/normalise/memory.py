"""Owns what is remembered of a choice: the way to the container of the text, in names that outlive a redesign of menus.

The way is kept from the outside in, one step a level. A step matches an element of the same tag and the same id or
classes; names that builds make anew (digits, hashes) are left out.
"""

import json
import re
from dataclasses import dataclass

from tosmonitor.model import Fingerprint
from tosmonitor.normalise.tree import Element

_FORMAT = 1
_VOLATILE = re.compile(r"\d|^.{1,3}$|[a-z][A-Z]{2}|__|--")
_MOST_STEPS = 60


@dataclass(frozen=True, slots=True)
class Memory:
    """The last choice: the steps to the container of the text, empty if there was none."""

    core: tuple[str, ...] = ()


def recall(fingerprint: Fingerprint | None) -> Memory:
    """Return what `fingerprint` says; one of another format, or none, says nothing."""
    if fingerprint is None:
        return Memory()
    try:
        kept = json.loads(fingerprint.data)
        if kept["format"] == _FORMAT:
            return Memory(tuple(str(step) for step in kept["core"]))
    except (ValueError, KeyError, TypeError):
        pass
    return Memory()


def keep(core: Element) -> Fingerprint:
    """Return the way to `core` as a fingerprint."""
    steps: list[str] = []
    near: Element | None = core
    while near is not None and near.tag not in ("root", "body") and len(steps) < _MOST_STEPS:
        steps.append(_step(near))
        near = near.parent
    return Fingerprint(json.dumps({"format": _FORMAT, "core": steps[::-1]}, separators=(",", ":")))


def find(scope: Element, steps: tuple[str, ...]) -> Element | None:
    """Return the element that `steps` lead to; of several the one with most text; None if none."""
    if not steps:
        return None
    best: Element | None = None
    last = steps[-1]
    for element in scope.walk():
        if _step(element) == last and (best is None or element.prose > best.prose):
            way = _way(element)
            if way == steps or (
                len(way) == len(steps) and sum(a == b for a, b in zip(way, steps, strict=True)) * 4 >= 3 * len(way)
            ):
                best = element
    return best


def _way(element: Element) -> tuple[str, ...]:
    steps: list[str] = []
    near: Element | None = element
    while near is not None and near.tag not in ("root", "body"):
        steps.append(_step(near))
        near = near.parent
    return tuple(reversed(steps))


def _step(element: Element) -> str:
    if not element.raw:
        return element.tag
    name = element.get("id")
    if name and not _VOLATILE.search(name):
        return f"{element.tag}#{name}"
    classes = sorted(c for c in element.get("class").split() if not _VOLATILE.search(c))
    return ".".join([element.tag, *classes[:3]])
