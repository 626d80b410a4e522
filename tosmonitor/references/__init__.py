"""The action plan that this tool answers to: France's third plan for the Open Government Partnership, 2021-2023.

Owns `plan.toml`, every item of the plan summarised in our own words in English and French, and its loading. Links are
kept as the document gives them; where its scan is damaged, what is printed stays beside what was meant.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from tosmonitor.model import Sentence


@dataclass(frozen=True, slots=True)
class Institution:
    """A ministry, an authority or another body that the plan names."""

    id: str
    name: Sentence


@dataclass(frozen=True, slots=True)
class Commitment:
    """One of the 58 things that the plan promises; `id` is objective.place ("6.3")."""

    id: str
    objective: int
    aim: int  # counts from 1 within the objective
    summary: Sentence
    by: tuple[str, ...]  # ids of institutions
    systems: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    fulfilled: bool = False  # the one that this tool carries out


@dataclass(frozen=True, slots=True)
class Objective:
    """One of the six objectives, with its aims in order."""

    number: int
    group: str  # "cross-cutting" or "topic-based"
    name: Sentence
    why: Sentence
    aims: tuple[Sentence, ...]
    lead: tuple[str, ...]
    systems: tuple[str, ...]
    links: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase of the commitment that this tool fulfils, as the plan words it, and the page that answers it."""

    words: str
    page: str
    answer: Sentence


@dataclass(frozen=True, slots=True)
class Reading:
    """A text that a workshop was asked to read; `printed` is its link as the scan shows it, when that is damaged."""

    title: Sentence
    link: str | None = None
    printed: str | None = None


@dataclass(frozen=True, slots=True)
class Workshop:
    """One workshop of a forum."""

    forum: int
    number: int
    name: Sentence
    about: Sentence
    by: tuple[str, ...]
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Forum:
    """One of the two forums whose booklets are appended to the plan."""

    number: int
    day: str
    name: Sentence
    place: Sentence
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A step in the drafting of the plan."""

    text: Sentence
    links: tuple[str, ...] = ()
    contact: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole plan, in its own order."""

    name: Sentence
    published: str  # "2021-12"
    publisher: str
    institutions: Mapping[str, Institution]
    objectives: tuple[Objective, ...]
    commitments: tuple[Commitment, ...]
    phrases: tuple[Phrase, ...]
    steps: tuple[Step, ...]
    acknowledged: tuple[str, ...]
    forums: tuple[Forum, ...]
    workshops: tuple[Workshop, ...]
    systems: Mapping[str, Sentence]  # names that the plan translates, with those that they have in France

    def system(self, name: str) -> Sentence:
        """Return a system, site or programme by its name in the plan, as it is called in both languages."""
        return self.systems.get(name, Sentence(name, name))

    def of(self, institution_id: str) -> tuple[Commitment, ...]:
        """Return the commitments that an institution carries out, in order."""
        return tuple(c for c in self.commitments if institution_id in c.by)

    def links(self) -> tuple[str, ...]:
        """Return every link of the plan, as given and as printed, in order and without repeats."""
        found: list[str] = []
        for links in [o.links for o in self.objectives] + [c.links for c in self.commitments]:
            found += links
        for links in [step.links for step in self.steps]:
            found += links
        for readings in [forum.readings for forum in self.forums] + [workshop.readings for workshop in self.workshops]:
            found += [link for reading in readings for link in (reading.link, reading.printed) if link]
        found += [step.contact for step in self.steps if step.contact]
        return tuple(dict.fromkeys(found))


@cache
def plan() -> Plan:
    """Return the plan; read once from the file beside this module."""
    raw = tomllib.loads(files(__name__).joinpath("plan.toml").read_text("utf-8"))
    return Plan(
        name=_said(raw["plan"]),
        published=raw["plan"]["published"],
        publisher=raw["plan"]["publisher"],
        institutions={key: Institution(key, Sentence(*names)) for key, names in raw["institutions"].items()},
        objectives=tuple(_objective(item) for item in raw["objectives"]),
        commitments=tuple(_commitment(item) for item in raw["commitments"]),
        phrases=tuple(Phrase(item["words"], item["page"], _said(item)) for item in raw["phrases"]),
        steps=tuple(Step(_said(item), tuple(item.get("links", ())), item.get("contact")) for item in raw["steps"]),
        acknowledged=tuple(raw["acknowledgements"]["names"]),
        forums=tuple(_forum(item) for item in raw["forums"]),
        workshops=tuple(_workshop(item) for item in raw["workshops"]),
        systems={name: Sentence(name, french) for name, french in raw["systems"].items()},
    )


def _said(item: Mapping[str, Any], name: str = "") -> Sentence:
    return Sentence(item[f"{name}en"], item[f"{name}fr"])


def _objective(item: Mapping[str, Any]) -> Objective:
    return Objective(
        number=item["number"],
        group=item["group"],
        name=_said(item),
        why=_said(item, "why_"),
        aims=tuple(Sentence(aim[0], aim[1]) for aim in item["aims"]),
        lead=tuple(item["lead"]),
        systems=tuple(item["systems"]),
        links=tuple(item["links"]),
    )


def _commitment(item: Mapping[str, Any]) -> Commitment:
    return Commitment(
        id=item["id"],
        objective=int(item["id"].partition(".")[0]),
        aim=item["aim"],
        summary=_said(item),
        by=tuple(item["by"]),
        systems=tuple(item.get("systems", ())),
        links=tuple(item.get("links", ())),
        fulfilled=item.get("fulfilled", False),
    )


def _reading(item: Mapping[str, Any]) -> Reading:
    return Reading(_said(item), item.get("link"), item.get("printed"))


def _forum(item: Mapping[str, Any]) -> Forum:
    readings = tuple(_reading(reading) for reading in item["readings"])
    return Forum(item["number"], item["day"], _said(item), _said(item, "place_"), readings)


def _workshop(item: Mapping[str, Any]) -> Workshop:
    readings = tuple(_reading(reading) for reading in item["readings"])
    return Workshop(item["forum"], item["number"], _said(item), _said(item, "about_"), tuple(item["by"]), readings)
