"""The services by name, on shelves small enough that each fills one page; with few documents there is one shelf only.

A shelf holds services of one first letter and is called by it, with a number from the second on: "s", "s-2", "s-3".
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from tosmonitor.errors import NotFoundError
from tosmonitor.model import Service

#: Documents on a shelf, unless one service alone has more.
FULL = 80
#: The shelf of names that begin with no letter from A to Z.
OTHERS = "0-9"


@dataclass(frozen=True, slots=True)
class Shelf:
    """Services next to each other by name."""

    name: str  # as in an address
    services: tuple[Service, ...]

    @property
    def label(self) -> str:
        """Return the first and the last name, as on the spine of a dictionary."""
        first, last = self.services[0].name, self.services[-1].name
        return first if first == last else f"{first} – {last}"

    @property
    def documents(self) -> int:
        """Return how many documents its services have."""
        return sum(len(service.documents) for service in self.services)


def ordered(services: Iterable[Service]) -> tuple[Service, ...]:
    """Return services by name, as on the shelves."""
    return tuple(sorted(services, key=lambda service: (_letter(service.name), service.name.casefold(), service.id)))


def shelves(services: Iterable[Service]) -> tuple[Shelf, ...]:
    """Return the shelves; one, or none, when all fit on a page."""
    held = ordered(services)
    if sum(len(service.documents) for service in held) <= FULL:
        return (Shelf("all", held),) if held else ()
    found: list[Shelf] = []
    for letter, group in groupby(held, key=lambda service: _letter(service.name)):
        for number, part in enumerate(_parts(group), 1):
            found.append(Shelf(letter if number == 1 else f"{letter}-{number}", part))
    return tuple(found)


def parted(services: Iterable[Service]) -> tuple[Shelf, ...]:
    """Return the shelves when they need pages of their own, nothing otherwise."""
    found = shelves(services)
    return found if len(found) > 1 else ()


def shelf(services: Iterable[Service], name: str) -> Shelf:
    """Return the shelf called `name`; raise NotFoundError when no page has it."""
    for one in parted(services):
        if one.name == name:
            return one
    raise NotFoundError(f"there is no part “{name}” of this list")


def _parts(services: Iterable[Service]) -> list[tuple[Service, ...]]:
    parts: list[list[Service]] = []
    room = 0
    for service in services:
        size = max(1, len(service.documents))
        if not parts or size > room:
            parts.append([])
            room = FULL
        parts[-1].append(service)
        room -= size
    return [tuple(part) for part in parts]


def _letter(name: str) -> str:
    """Return the first letter of a name without its accent, in small; OTHERS for anything else."""
    first = unicodedata.normalize("NFKD", name.strip())[:1].casefold()[:1]
    return first if "a" <= first <= "z" else OTHERS
