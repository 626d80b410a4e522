"""Owns the replay: a recorded series of captures through the real program, with the recorded clock.

What an operator, or a test, judges the judge with: every capture goes through `track` as if it had just been fetched,
into an archive that is thrown away; what would have been announced, held or dropped, and why, is returned. A series is
a folder that holds `snapshots.jsonl` (or .xz; one capture a line: source_id, url, fetched_at, content_type and body or
body_b64) and perhaps `declaration.json`, or a folder of such folders. The next capture of a page stands for the second
look; a page without a new capture still has its last one.
"""

import base64
import json
import lzma
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tosmonitor.archive import Archive, open_archive
from tosmonitor.assess import assess
from tosmonitor.errors import ReadError, TosmonitorError
from tosmonitor.fetch import Fetcher
from tosmonitor.model import (
    Change,
    Document,
    LastSeen,
    Manners,
    Observation,
    Outcome,
    Range,
    Response,
    Sentence,
    Service,
    Source,
    Verdict,
    slug,
)
from tosmonitor.normalise import normalise
from tosmonitor.observe import look
from tosmonitor.plan import Batch
from tosmonitor.track import track

#: Captures of the pages of one document that lie this near to each other belong to one look.
ROUND = timedelta(minutes=15)
#: Declared selectors that miss more of a page's captures than this are no longer kept up: the URL alone is used.
MISSES = 0.05
#: So many captures of a page, spread over the series, tell whether its selectors still match.
TRIED = 12


@dataclass(frozen=True, slots=True)
class Step:
    """What one look came to. `version_at`: a version was recorded; `announced`: it would have entered the feeds."""

    at: datetime
    outcome: Outcome
    kind: str | None
    reason: Sentence
    version_at: datetime | None
    announced: bool


@dataclass(frozen=True, slots=True)
class Announced:
    """One change that would have been announced: when it was first captured, when it was believed, and the text."""

    fetched_at: datetime
    decided_at: datetime
    reason: Sentence
    text: str
    change: Change


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of the series of one document, oldest first."""

    document: Document
    steps: tuple[Step, ...]
    announced: tuple[Announced, ...]


@dataclass(frozen=True, slots=True)
class _Capture:
    source_id: str | None
    url: str
    at: datetime
    media_type: str
    body: bytes
    rendered: bool


def replay(folder: Path, *, only: Iterable[str] = ()) -> Iterator[Replayed]:
    """Replay every series in `folder` (those of the folders named in `only`, if any), one document at a time.

    Reads the folder and writes an archive to the system's temporary folder, which is removed again. Raises
    TosmonitorError where a series cannot be read.
    """
    wanted = frozenset(only)
    for place in _series(folder):
        if not wanted or place.name in wanted:
            yield replay_document(_loaded(place))


def replay_document(document: Mapping[str, Any]) -> Replayed:
    """Replay one document, given as plain values.

    `document` has id, service, terms_type, sources (source_id, url, select, remove) and snapshots in time order
    (source_id, url, fetched_at, content_type, body).
    """
    captures = tuple(
        _Capture(s["source_id"], s["url"], s["fetched_at"].astimezone(UTC), s["content_type"] or "text/html", s["body"],
                 s.get("fetcher") == "fullDom")
        for s in document["snapshots"]
    )  # fmt: skip
    terms_type = document["terms_type"]
    sources = {s["source_id"]: _source(s, terms_type, captures) for s in document["sources"]}
    series = _Series(document["service"], terms_type, sources, captures)
    with (
        tempfile.TemporaryDirectory(prefix="tosmonitor-replay-") as folder,
        open_archive(Path(folder) / "replay.sqlite", write=True) as archive,
    ):
        return series.play(archive)


@dataclass(frozen=True, slots=True)
class _Series:
    service: str
    terms_type: str
    sources: Mapping[str | None, Source]
    captures: Sequence[_Capture]

    def play(self, archive: Archive) -> Replayed:
        steps: list[Step] = []
        announced: list[Announced] = []
        newest: dict[str | None, _Capture] = {}

        def told(observation: Observation, verdict: Verdict, change: Change | None) -> None:
            steps.append(
                Step(
                    observation.at, verdict.outcome, verdict.kind, verdict.reason, verdict.version_at, verdict.announced
                )
            )
            if verdict.announced and change is not None and verdict.text is not None:
                at = change.after.fetched_at
                announced.append(Announced(at, observation.at, verdict.reason, verdict.text, change))

        document = self._document(self.sources)
        now = datetime.min.replace(tzinfo=UTC)
        for round_ in _rounds(self.captures):
            # Two looks never share a second, and a re-reading may stand between them.
            now = max(round_[0].at.replace(microsecond=0), now + timedelta(seconds=2))
            newest.update({capture.source_id: capture for capture in round_})
            # A page that was declared later joins when it was first captured.
            document = self._document({id_: source for id_, source in self.sources.items() if id_ in newest})
            recorded = _Recorded({self.sources[id_].url: capture for id_, capture in newest.items()})
            track(
                archive,
                (Service(document.service_id, self.service, (document,)),),
                manners=_MANNERS,
                clock=_StoppedClock(now),
                sleep=_no_sleep,
                executor=_Here(recorded),
                only=(document.id,),
                progress=told,
            )
        return Replayed(document, tuple(steps), tuple(announced))

    def _document(self, sources: Mapping[str | None, Source]) -> Document:
        return Document(slug(self.service), self.terms_type, tuple(sources.values()))


#: A replay asks no network for anything, so no browser either.
_MANNERS = Manners(browser_allowed=False)


@dataclass(frozen=True, slots=True)
class _StoppedClock:
    at: datetime

    def __call__(self) -> datetime:
        return self.at


def _no_sleep(seconds: float) -> None:
    """Wait for nothing: the pauses were made when the pages were captured."""


class _Recorded(Fetcher):
    """Answers with what was captured; opens no connection."""

    def __init__(self, newest: Mapping[str, _Capture]) -> None:
        self._newest = newest

    def fetch(
        self,
        source: Source,
        *,
        language: str | None = None,
        last: LastSeen | None = None,
        robots_ignored: str | None = None,
    ) -> Response:
        """Return the newest capture of `source`."""
        capture = self._newest[source.url]
        return Response(
            source.url, capture.url, 200, capture.media_type, None, (), capture.body, rendered=capture.rendered
        )


class _Here(Executor):
    """Looks at once, at the recorded pages in place of the world."""

    def __init__(self, recorded: _Recorded) -> None:
        self._recorded = recorded

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Look at the batch that `track` hands over; `fn` would look at the network."""
        batch, manners, clock, _ = args
        assert isinstance(batch, Batch)
        future: Future[Any] = Future()
        future.set_result(tuple(look(visit, self._recorded, manners, clock) for visit in batch.visits))
        return future


def _rounds(captures: Sequence[_Capture]) -> Iterator[tuple[_Capture, ...]]:
    """Group captures, in time order, into looks at the whole document."""
    round_: list[_Capture] = []
    for capture in captures:
        if round_ and (capture.at - round_[0].at > ROUND or any(c.source_id == capture.source_id for c in round_)):
            yield tuple(round_)
            round_ = []
        round_.append(capture)
    if round_:
        yield tuple(round_)


def _source(declared: Mapping[str, Any], terms_type: str, captures: Sequence[_Capture]) -> Source:
    """Return a source as an operator would declare it: with its selectors as long as they find something."""
    plain = Source(declared["url"])
    chosen = replace(plain, select=_selectors(declared["select"]), remove=_selectors(declared["remove"]))
    if chosen == plain:
        return plain
    own = [capture for capture in captures if capture.source_id == declared["source_id"]]
    tried = own[:: max(1, len(own) // TRIED)]
    misses = sum(_missed(capture, chosen, plain, terms_type) for capture in tried)
    return plain if misses > MISSES * len(tried) else chosen


def _missed(capture: _Capture, chosen: Source, plain: Source, terms_type: str) -> bool:
    """Say whether the selectors of `chosen` miss a page that is the document."""
    try:
        normalise(capture.body, url=capture.url, media_type=capture.media_type, source=chosen)
    except ReadError:
        response = Response(plain.url, capture.url, 200, capture.media_type, None, (), capture.body)
        try:
            read = normalise(capture.body, url=capture.url, media_type=capture.media_type, source=plain)
        except ReadError:
            return False
        return assess(response, read, document=Document("replayed", terms_type, (plain,))) is None
    return False


def _selectors(declared: Iterable[Any]) -> tuple[str | Range, ...]:
    return tuple(
        Range(
            item.get("startBefore") or item["startAfter"],
            item.get("endBefore") or item["endAfter"],
            start_included="startBefore" in item,
            end_included="endAfter" in item,
        )
        if isinstance(item, Mapping)
        else item
        for item in declared
    )


_NAMES = ("snapshots.jsonl.xz", "snapshots.jsonl")


def _series(folder: Path) -> list[Path]:
    """Return the folders in and below `folder` that hold a series, in order of name."""
    found = sorted({path.parent for name in _NAMES for path in folder.rglob(name)})
    if not found:
        raise TosmonitorError(
            f"{folder}: there is no recorded series here; expected folders with {' or '.join(_NAMES)}"
        )
    return found


def _loaded(folder: Path) -> dict[str, Any]:
    file = next(folder / name for name in _NAMES if (folder / name).exists())
    opened = lzma.open if file.suffix == ".xz" else open
    snapshots: list[dict[str, Any]] = []
    try:
        with opened(file, "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                row["fetched_at"] = datetime.fromisoformat(row["fetched_at"])
                row["body"] = row["body"].encode() if "body" in row else base64.b64decode(row["body_b64"])
                snapshots.append(row)
    except (OSError, ValueError, KeyError, lzma.LZMAError) as error:
        raise TosmonitorError(f"{file}: line {len(snapshots) + 1} is no recorded capture ({error})") from error
    if not snapshots:
        raise TosmonitorError(f"{file}: the series is empty")
    snapshots.sort(key=lambda row: row["fetched_at"])
    urls = {row["source_id"]: row["url"] for row in snapshots}
    declared = _declared(folder / "declaration.json")
    sources = [
        {"source_id": id_, "url": url, **declared.get(url, {"select": [], "remove": []})} for id_, url in urls.items()
    ]
    return {
        "id": folder.name,
        "service": snapshots[0]["service"],
        "terms_type": snapshots[0]["terms_type"],
        "sources": sources,
        "snapshots": snapshots,
    }


def _declared(file: Path) -> dict[str, dict[str, list[Any]]]:
    """Return the last declared selectors by address; parts of a document inherit what stands above them."""
    found: dict[str, dict[str, list[Any]]] = {}

    def walk(value: Any, above: dict[str, list[Any]]) -> None:
        if isinstance(value, dict):
            here = {key: _listed(value[key]) if key in value else above[key] for key in ("select", "remove")}
            if isinstance(value.get("fetch"), str):
                found[value["fetch"]] = here
            for below in value.values():
                walk(below, here)
        elif isinstance(value, list):
            for below in value:
                walk(below, above)

    if file.exists():
        walk(json.loads(file.read_text(encoding="utf-8")), {"select": [], "remove": []})
    return found


def _listed(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]
