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
    """Return the element that `steps` lead to; of several the one with most text; None if none.

    Its last step is the last of `steps`, and three of four of the others are the same. One walk: what stands deeper
    than the steps lead, or where too few of them agree, is not looked into.
    """
    best: Element | None = None
    way = _way(scope)
    todo = [(scope, len(way), sum(a == b for a, b in zip(way, steps, strict=False)))]
    while todo:
        element, deep, same = todo.pop()
        if (same + len(steps) - deep) * 4 < 3 * len(steps):
            continue
        if deep < len(steps):
            wanted = steps[deep]
            todo.extend(
                [
                    (kid, 0, 0) if kid.tag == "body" else (kid, deep + 1, same + (_step(kid) == wanted))
                    for kid in reversed(element.kids)
                    if not isinstance(kid, str)
                ]
            )
        elif 0 < deep == len(steps) and _step(element) == steps[-1] and (best is None or element.prose > best.prose):
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
