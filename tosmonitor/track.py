"""The program: plan what is due, observe it, judge what was seen, record it.

One process records (the archive has a single writer); the looking is spread over any `concurrent.futures.Executor`:
threads or processes here, or a cluster's own executor. Nothing a page does stops a run: what a worker could not
survive is recorded with the check.
"""

import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from tosmonitor import archive as kept
from tosmonitor.archive import Archive
from tosmonitor.diff import compare
from tosmonitor.errors import ReadError
from tosmonitor.judge import judge
from tosmonitor.model import (
    Change,
    Document,
    Failure,
    FailureKind,
    LastSeen,
    Manners,
    Observation,
    Outcome,
    Past,
    Reading,
    Sentence,
    Service,
    Snapshot,
    Source,
    Verdict,
    source_digest,
)
from tosmonitor.normalise import RULES, join, normalise
from tosmonitor.observe import Understand, observe
from tosmonitor.plan import Batch, Visit, asks_whole, back_off, batches, plan, streak
from tosmonitor.reading import understand

#: Batches handed to the executor beyond those that it works on: enough to keep it busy, few enough to hold in memory.
_AHEAD = 32


@dataclass(slots=True)
class Report:
    """What one run did: how many checks came to what, and the changes it announced."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    changes: list[Change] = field(default_factory=list)

    @property
    def checks(self) -> int:
        """Count the checks of the run."""
        return self.outcomes.total()


def track(
    archive: Archive,
    services: Sequence[Service],
    *,
    manners: Manners,
    clock: Callable[[], datetime],
    sleep: Callable[[float], None],
    executor: Executor,
    only: Iterable[str] | None = None,
    progress: Callable[[Observation, Verdict, Change | None], None] | None = None,
    stopping: Callable[[], bool] = lambda: False,
    understand: Understand = understand,
) -> Report:
    """Check what is due (or the documents named in `only`, due or not) and record what is found.

    `clock`, `sleep` and `understand` (which reads a page: where it is fetched, unless told otherwise) must be picklable
    where the executor's workers are processes. Raises ArchiveError when the archive cannot be written; nothing else
    that happens on the way stops the run.
    """
    if kept.services(archive, declared=True) != tuple(services):
        kept.declare(archive, services)
    documents = [document for service in services for document in service.documents]
    checks = kept.last_checks(archive)
    if only is None:
        planned = plan(documents, checks, clock())
    else:
        wanted = frozenset(only)
        planned = batches(document for document in documents if document.id in wanted)
    report = Report()
    look = partial(observe, understand=understand)

    def remember(visit: Visit) -> Visit:
        whole = asks_whole(visit.document, checks.get(visit.document.id), clock())
        return _remember(archive, visit, whole=whole)

    for observation in _observations(planned, remember, look, (manners, clock, sleep), executor, stopping):
        verdict, change = settle(archive, observation)
        report.outcomes[verdict.outcome] += 1
        if change is not None and change.announced_at is not None:
            report.changes.append(change)
        if progress is not None:
            progress(observation, verdict, change)
    return report


def settle(archive: Archive, observation: Observation) -> tuple[Verdict, Change | None]:
    """Judge one observation against what the archive knows and record it, in one transaction."""
    document = observation.document
    past = kept.recall(archive, document.id)
    observation = _in_order(observation, past)
    if past.version is not None and any(reading.normalised for reading in observation.readings):
        past = _restate(archive, document, past, observation.at)
    text = _text(archive, observation, past)
    verdict = judge(observation, past, text=text)
    if verdict.outcome in (Outcome.FAILED, Outcome.BLOCKED) and verdict.look_again is None:
        verdict = replace(verdict, look_again=back_off(document, streak(past.checks) + 1))
    verdict = replace(verdict, reason=_from_where(verdict.reason, observation))
    difference = None
    if verdict.version_at is not None and verdict.text is not None and past.version is not None:
        before = past.texts[past.version.digest]
        difference = verdict.difference or compare(before, verdict.text, language=document.language)
    return verdict, kept.record(archive, observation, verdict, difference)


def _from_where(reason: Sentence, observation: Observation) -> Sentence:
    """Tell with the check if a page was refused here and had from the second vantage."""
    places = [r.response.vantage for r in observation.readings if r.response is not None and r.response.vantage]
    if not places:
        return reason
    return Sentence(
        f"{reason.en} Read from {places[0]}, because it is refused here.",
        f"{reason.fr} Lue depuis {places[0]}, car elle est refusée ici.",
    )


def _in_order(observation: Observation, past: Past) -> Observation:
    """Move a look behind the one before it: within a second of it, or when the clock of the machine went back.

    Two seconds behind, so that a re-reading under new rules has its place between them.
    """
    earliest = past.checks[-1].checked_at + timedelta(seconds=2) if past.checks else observation.at
    return observation if observation.at >= earliest else replace(observation, at=earliest)


def _observations(
    planned: Sequence[Batch],
    remember: Callable[[Visit], Visit],
    look: Callable[..., tuple[Observation, ...]],
    means: tuple[Manners, Callable[[], datetime], Callable[[float], None]],
    executor: Executor,
    stopping: Callable[[], bool],
) -> Iterator[Observation]:
    waiting = iter(planned)
    running: dict[Future[tuple[Observation, ...]], Batch] = {}
    while True:
        while len(running) < _AHEAD and not stopping() and (batch := next(waiting, None)) is not None:
            ready = replace(batch, visits=tuple(map(remember, batch.visits)))
            running[executor.submit(look, ready, *means)] = ready
        if not running:
            return
        done, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            batch = running.pop(future)
            error = future.exception()
            if error is None:
                yield from future.result()
            else:
                yield from _lost(batch, error, means[1]())


def _remember(archive: Archive, visit: Visit, *, whole: bool) -> Visit:
    """Give a visit what its worker may need; the text only where it is that of one page, with which it is compared.

    With `whole`, nothing by which a host could answer "not modified".
    """
    document = visit.document
    known = None
    if len(document.sources) == 1:
        past = kept.recall(archive, document.id)
        known = past.texts[past.version.digest] if past.version is not None else None
    last = kept.last_seen(archive, document)
    if whole:
        last = tuple(seen and replace(seen, etag=None, last_modified=None) for seen in last)
    return replace(visit, last=last, known_text=known)


def _lost(batch: Batch, error: BaseException, at: datetime) -> Iterator[Observation]:
    """Turn a worker that died into failed checks: nothing that was planned goes unrecorded."""
    place = traceback.extract_tb(error.__traceback__)
    where = f", {Path(place[-1].filename).name}:{place[-1].lineno}" if place else ""
    name = f"{type(error).__name__}: {error}{where}"
    reason = Sentence(
        f"tosmonitor itself failed on this host ({name}); please report it.",
        f"tosmonitor a lui-même échoué sur cet hôte ({name}) ; merci de le signaler.",
    )
    at = at.replace(microsecond=0)
    for visit in batch.visits:
        failure = Failure(FailureKind.INTERNAL, reason)
        readings = tuple(Reading(source, at, failure=failure) for source in visit.document.sources)
        yield Observation(visit.document, at, readings, RULES)


def _text(archive: Archive, observation: Observation, past: Past) -> str | None:
    """Return the text of all sources joined, or None when one of them could not be read.

    A source that is as last seen is taken from what is kept, so that a document of several pages is always whole.
    """
    readings = observation.readings
    if any(reading.failure or reading.obstacle for reading in readings):
        return None
    if all(reading.unchanged for reading in readings) and past.checks and past.checks[-1].digest is not None:
        return past.texts[past.checks[-1].digest]
    remembered = kept.last_seen(archive, observation.document)
    parts = []
    for reading, last in zip(readings, remembered, strict=True):
        if reading.normalised is not None:
            parts.append(reading.normalised.text)
        elif last is not None:
            parts.append(_reread(archive, observation.document, reading.source, last))
    return join(parts)


def _restate(archive: Archive, document: Document, past: Past, at: datetime) -> Past:
    """Re-read what is kept when our rules or the declaration changed, so that the next difference is theirs alone."""
    remembered = kept.last_seen(archive, document)
    current = [
        last is not None and last.rules == RULES and last.declaration == source_digest(source)
        for source, last in zip(document.sources, remembered, strict=True)
    ]
    if all(current) or past.version is None:
        return past
    try:
        parts = [
            _reread(archive, document, source, last)
            for source, last in zip(document.sources, remembered, strict=True)
            if last is not None
        ]
    except ReadError:
        return past
    text = join(parts)
    if len(parts) != len(document.sources) or text == past.texts[past.version.digest]:
        return past
    moment = at - timedelta(seconds=1)
    reason = Sentence(
        "The kept page was read again under the rules now in force; the service changed nothing.",
        "La page conservée a été relue selon les règles en vigueur ; le service n’a rien changé.",
    )
    verdict = Verdict(Outcome.RULES, reason, text=text, version_at=moment)
    kept.record(archive, Observation(document, moment, (), RULES), verdict, None)
    return kept.recall(archive, document.id)


def _reread(archive: Archive, document: Document, source: Source, last: LastSeen) -> str:
    snapshot = _snapshot(archive, document, last)
    return normalise(
        kept.body(archive, last.digest),
        url=snapshot.final_url,
        media_type=snapshot.media_type,
        charset=snapshot.charset,
        source=source,
        fingerprint=last.fingerprint,
    ).text


def _snapshot(archive: Archive, document: Document, last: LastSeen) -> Snapshot:
    return next(s for s in reversed(kept.snapshots(archive, document.id)) if s.digest == last.digest)
