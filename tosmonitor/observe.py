"""One look at one host's documents: fetch, read, ask whether it is the document. The seam of the program.

`observe` runs in a worker (thread, process or another machine): it takes what is picklable, gives what is picklable,
and knows neither the archive nor the clock of the machine. The world's failures come back as values.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

from tosmonitor.assess import assess
from tosmonitor.errors import DamagedError, EmptyTextError, ReadError, SelectorError, StoppedError
from tosmonitor.fetch import Fetcher
from tosmonitor.model import (
    Document,
    Failure,
    FailureKind,
    LastSeen,
    Manners,
    Normalised,
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
from tosmonitor.normalise import RULES, normalise
from tosmonitor.plan import Batch, Visit

#: Obstacles that a browser may get past without pretending to be anybody: the text needs scripts to appear.
_A_BROWSER_MAY_HELP = frozenset({ObstacleKind.SHELL, ObstacleKind.CHALLENGE, ObstacleKind.CONSENT})


def observe(
    batch: Batch, manners: Manners, clock: Callable[[], datetime], sleep: Callable[[float], None]
) -> tuple[Observation, ...]:
    """Visit the documents of `batch` in order and return what was seen; fewer if told to stop (StoppedError)."""
    with Fetcher(manners, clock=clock, sleep=sleep) as fetcher:
        return tuple(_looks(batch, fetcher, manners, clock))


def _looks(batch: Batch, fetcher: Fetcher, manners: Manners, clock: Callable[[], datetime]) -> Iterator[Observation]:
    for visit in batch.visits:
        try:
            yield look(visit, fetcher, manners, clock)
        except StoppedError:
            return


def look(visit: Visit, fetcher: Fetcher, manners: Manners, clock: Callable[[], datetime]) -> Observation:
    """Look once at every source of one document."""
    at = _whole_second(clock())
    last = visit.last or (None,) * len(visit.document.sources)
    readings = tuple(
        _read(source, visit.document, remembered, visit.known_text, fetcher, manners, clock)
        for source, remembered in zip(visit.document.sources, last, strict=True)
    )
    return Observation(visit.document, at, readings, RULES)


def _read(
    source: Source,
    document: Document,
    last: LastSeen | None,
    known_text: str | None,
    fetcher: Fetcher,
    manners: Manners,
    clock: Callable[[], datetime],
) -> Reading:
    reusable = last if last and last.rules == RULES and last.declaration == source_digest(source) else None
    at = _whole_second(clock())
    if source.render is Render.ALWAYS:
        answer = fetcher.render(source, language=document.language, robots_ignored=document.robots_ignored)
    else:
        answer = fetcher.fetch(
            source, language=document.language, last=reusable, robots_ignored=document.robots_ignored
        )
    reading = _understand(answer, source, document, last, reusable, known_text, at)
    if source.render is Render.AUTO and manners.browser_allowed and _worth_rendering(reading):
        rendered = fetcher.render(source, language=document.language, robots_ignored=document.robots_ignored)
        second = _understand(rendered, source, document, last, reusable, known_text, at)
        if second.failure is None or reading.obstacle is None:
            return second
        return replace(reading, obstacle=_also(reading.obstacle, second.failure))
    return reading


def _understand(
    answer: Response | Failure,
    source: Source,
    document: Document,
    last: LastSeen | None,
    reusable: LastSeen | None,
    known_text: str | None,
    at: datetime,
) -> Reading:
    if isinstance(answer, Failure):
        if answer.page is None:
            return Reading(source, at, failure=answer)
        wall = assess(answer.page, None, document=document, last=last, known_text=known_text)
        return Reading(source, at, response=answer.page, obstacle=wall, failure=replace(answer, page=None))
    if answer.not_modified or (reusable and hashlib.sha256(answer.body).hexdigest() == reusable.digest):
        return Reading(source, at, response=answer)
    normalised: Normalised | None = None
    failure: Failure | None = None
    try:
        normalised = normalise(
            answer.body,
            url=answer.final_url,
            media_type=answer.media_type,
            charset=answer.charset,
            source=source,
            fingerprint=last.fingerprint if last else None,
        )
    except ReadError as error:
        failure = Failure(_kind_of(error), Sentence(str(error), str(error)), answer.status, None, answer.final_url)
    obstacle = assess(answer, normalised, document=document, last=last, known_text=known_text)
    if obstacle is not None:
        return Reading(source, at, response=answer, obstacle=obstacle)
    return Reading(source, at, response=answer, normalised=normalised, failure=failure)


def _worth_rendering(reading: Reading) -> bool:
    if reading.obstacle is not None:
        return reading.obstacle.kind in _A_BROWSER_MAY_HELP
    return reading.failure is not None and reading.failure.kind in (FailureKind.EMPTY, FailureKind.SELECTOR)


def _also(obstacle: Obstacle, failure: Failure) -> Obstacle:
    """Tell beside the obstacle that a browser could not be had, so that an operator knows the remedy."""
    return replace(
        obstacle,
        reason=Sentence(
            f"{obstacle.reason.en} A browser did not help: {failure.reason.en}",
            f"{obstacle.reason.fr} Un navigateur n’a rien changé : {failure.reason.fr}",
        ),
    )


def _kind_of(error: ReadError) -> FailureKind:
    if isinstance(error, SelectorError):
        return FailureKind.SELECTOR
    if isinstance(error, EmptyTextError):
        return FailureKind.EMPTY
    if isinstance(error, DamagedError):
        return FailureKind.UNREADABLE
    return FailureKind.INTERNAL


def _whole_second(at: datetime) -> datetime:
    return at.replace(microsecond=0)
