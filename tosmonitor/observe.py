"""One look at one host's documents: fetch, read, ask whether it is the document. The seam of the program.

`observe` runs in a worker (thread, process or another machine): it takes what is picklable, gives what is picklable,
and knows neither the archive nor the clock of the machine. The world's failures come back as values. Reading a page is
computing alone and may be done elsewhere: in the worker itself by default, by the program in processes (`readers`).
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

from tosmonitor.errors import StoppedError
from tosmonitor.fetch import Fetcher
from tosmonitor.model import (
    Failure,
    FailureKind,
    LastSeen,
    Manners,
    Observation,
    Obstacle,
    ObstacleKind,
    Reading,
    Render,
    Response,
    Sentence,
    Source,
    source_digest,
)
from tosmonitor.normalise import RULES
from tosmonitor.plan import Batch, Visit
from tosmonitor.reading import Page, Understood, understand

#: Obstacles that a browser may get past without pretending to be anybody: the text needs scripts to appear.
_A_BROWSER_MAY_HELP = frozenset({ObstacleKind.SHELL, ObstacleKind.CHALLENGE, ObstacleKind.CONSENT})

#: Obstacles that may not stand before another address, and statuses that say no to ours.
_A_VANTAGE_MAY_HELP = frozenset({ObstacleKind.CHALLENGE, ObstacleKind.REGION})
_REFUSALS = frozenset({403, 451})

_NO_BROWSER = Sentence("A browser did not help:", "Un navigateur n’a rien changé\u00a0:")

#: Reads one page: `understand`, or something that has it done elsewhere.
Understand = Callable[[Page], Understood]


def observe(
    batch: Batch,
    manners: Manners,
    clock: Callable[[], datetime],
    sleep: Callable[[float], None],
    understand: Understand = understand,
) -> tuple[Observation, ...]:
    """Visit the documents of `batch` in order and return what was seen; fewer if told to stop (StoppedError)."""
    with Fetcher(manners, clock=clock, sleep=sleep) as fetcher:
        return tuple(_looks(batch, fetcher, manners, clock, understand))


def _looks(
    batch: Batch, fetcher: Fetcher, manners: Manners, clock: Callable[[], datetime], understand: Understand
) -> Iterator[Observation]:
    for visit in batch.visits:
        try:
            yield look(visit, fetcher, manners, clock, understand)
        except StoppedError:
            return


def look(
    visit: Visit,
    fetcher: Fetcher,
    manners: Manners,
    clock: Callable[[], datetime],
    understand: Understand = understand,
) -> Observation:
    """Look once at every source of one document."""
    at = _whole_second(clock())
    last = visit.last or (None,) * len(visit.document.sources)
    readings = tuple(
        _read(source, visit, remembered, fetcher, manners, clock, understand)
        for source, remembered in zip(visit.document.sources, last, strict=True)
    )
    return Observation(visit.document, at, readings, RULES)


def _read(
    source: Source,
    visit: Visit,
    last: LastSeen | None,
    fetcher: Fetcher,
    manners: Manners,
    clock: Callable[[], datetime],
    understand: Understand,
) -> Reading:
    document = visit.document
    reusable = last if last and last.rules == RULES and last.declaration == source_digest(source) else None
    at = _whole_second(clock())

    def reading(answer: Response | Failure) -> Reading:
        return _understood(answer, source, visit, last, reusable, at, understand)

    def asked(fetcher: Fetcher) -> Reading:
        """Ask over HTTP, then in a browser if that may help."""
        told = {"language": document.language, "robots_ignored": document.robots_ignored}
        if source.render is Render.ALWAYS:
            return reading(fetcher.render(source, **told))
        first = reading(fetcher.fetch(source, last=reusable, **told))
        if source.render is Render.NEVER or not manners.browser_allowed or not _worth_rendering(first):
            return first
        second = reading(fetcher.render(source, **told))
        if second.failure is None or first.obstacle is None:
            return second
        return replace(first, obstacle=_also(first.obstacle, _NO_BROWSER, second.failure.reason))

    here = asked(fetcher)
    if manners.vantage is None or document.service_id in manners.vantage.spared or not _refused_here(here):
        return here
    with fetcher.elsewhere() as second_vantage:
        there = asked(second_vantage) if second_vantage is not None else here
    return _told_of(manners.vantage.name, here, there)


def _refused_here(reading: Reading) -> bool:
    """Say whether the page may be had from another place: a bot wall, another region's page, a refusal in words."""
    if reading.obstacle is not None:
        return reading.obstacle.kind in _A_VANTAGE_MAY_HELP
    return reading.failure is not None and reading.failure.status in _REFUSALS


def _told_of(vantage: str, here: Reading, there: Reading) -> Reading:
    """Return what the second vantage saw if it saw the page, else what was seen here, and that it did not help."""
    if there.obstacle is None and there.failure is None and there.response is not None:
        return replace(there, response=replace(there.response, vantage=vantage))
    why = there.obstacle or there.failure
    if here.obstacle is None or why is None:
        return here
    asked = Sentence(f"From {vantage} it is no better:", f"Depuis {vantage}, ce n’est pas mieux\u00a0:")
    return replace(here, obstacle=_also(here.obstacle, asked, why.reason))


def _understood(
    answer: Response | Failure,
    source: Source,
    visit: Visit,
    last: LastSeen | None,
    reusable: LastSeen | None,
    at: datetime,
    understand: Understand,
) -> Reading:
    if isinstance(answer, Failure):
        if answer.page is None:
            return Reading(source, at, failure=answer)
        wall = understand(Page(answer.page, source, visit.document, last, visit.known_text, refused=True))
        failure = replace(answer, page=None)
        return Reading(source, at, response=answer.page, obstacle=wall.obstacle, failure=failure)
    if answer.not_modified or (reusable and hashlib.sha256(answer.body).hexdigest() == reusable.digest):
        return Reading(source, at, response=answer)
    found = understand(Page(answer, source, visit.document, last, visit.known_text))
    return Reading(source, at, answer, found.normalised, found.obstacle, found.failure)


def _worth_rendering(reading: Reading) -> bool:
    if reading.obstacle is not None:
        return reading.obstacle.kind in _A_BROWSER_MAY_HELP
    return reading.failure is not None and reading.failure.kind in (FailureKind.EMPTY, FailureKind.SELECTOR)


def _also(obstacle: Obstacle, tried: Sentence, why: Sentence) -> Obstacle:
    """Tell beside the obstacle what else was tried in vain, so that an operator knows the remedy."""
    reason = obstacle.reason
    return replace(obstacle, reason=Sentence(f"{reason.en} {tried.en} {why.en}", f"{reason.fr} {tried.fr} {why.fr}"))


def _whole_second(at: datetime) -> datetime:
    return at.replace(microsecond=0)
