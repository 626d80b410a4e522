"""What the benches of the feeds and of the site stand on: an archive of many services, and how a page is asked for.

The archive is made of the real versions of the corpus where it is present, else of the demo's: each document lives
through the history of one of them, over and over, so that its changes are real ones.
"""

import json
import lzma
import os
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path

from starlette.types import ASGIApp, Message, Scope

from tosmonitor import archive, diff
from tosmonitor.demo.timeline import END, PAGES, history, text_of
from tosmonitor.model import (
    TERMS_TYPES,
    Difference,
    Document,
    Fingerprint,
    Kind,
    Normalised,
    Observation,
    Outcome,
    Reading,
    Response,
    Sentence,
    Service,
    Source,
    Verdict,
)

BASE = "https://terms.example"
#: Versions of the archive that the figures of record are of.
VERSIONS = 40_000
SERVICES, HISTORY = 500, 16
START = datetime(2022, 1, 3, 6, tzinfo=UTC)
CORPUS = Path(os.environ.get("TOSMONITOR_CORPUS", Path(__file__).parent.parent.parent / "shared")) / "corpus" / "docs"


@cache
def folder() -> Path:
    """Return a folder for what the benches of one run share."""
    return Path(tempfile.mkdtemp(prefix="tosmonitor-bench-"))


def told(wanted: int, place: Path | None = None, *, services: int = SERVICES) -> Path:
    """Return an archive of `wanted` versions of so many services, `HISTORY` a document; built where there is none."""
    path = (place or folder()) / f"told-{wanted}-{services}.db"
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    stories = _stories()
    count = max(services, wanted // HISTORY)
    documents = [document(f"service-{n % services}", TERMS_TYPES[n // services]) for n in range(count)]
    declared = [
        Service(f"service-{n}", f"Service {n}", tuple(documents[n::services]), (f"sector-{n % 12}",))
        for n in range(services)
    ]
    with archive.open_archive(path, write=True) as kept, archive.bulk(kept):
        archive.declare(kept, declared)
        for number, each in enumerate(documents):
            story = stories[number % len(stories)]
            for turn in range(max(2, wanted // count)):
                at = START + timedelta(days=90 * turn + number % 89, seconds=number)
                difference = None if turn == 0 else _difference(story, turn)
                record(kept, each, at, story[_bounce(turn, len(story))], difference)
    return path


def document(service: str, kind: str) -> Document:
    """Return a document of an invented service."""
    return Document(service, kind, (Source(f"https://{service}.example/{kind.replace(' ', '-')}"),), language="en")


def record(kept: archive.Archive, document: Document, at: datetime, text: str, difference: Difference | None) -> None:
    """Record that a document read so; a first reading has no difference."""
    url = document.sources[0].url
    body = f"<main>{sha256(text.encode()).hexdigest()}</main>".encode()
    response = Response(url, url, 200, "text/html", "utf-8", (("content-type", "text/html"),), body)
    reading = Reading(document.sources[0], at, response, Normalised(text, "en", Fingerprint("1")))
    outcome = Outcome.FIRST if difference is None else Outcome.CHANGE
    announced = difference is not None and difference.kind is Kind.WORDING
    verdict = Verdict(outcome, Sentence("New.", "Nouveau."), text=text, version_at=at, announced=announced)
    archive.record(kept, Observation(document, at, (reading,), 1), verdict, difference)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered: processor milliseconds that it took, status, strong validator, bytes."""

    spent: float
    status: int
    etag: bytes
    size: int


async def get(app: ASGIApp, address: str, etag: bytes = b"") -> Answer:
    """Ask an application in this process; raise SystemExit for anything but what was to be expected."""
    path, _, query = address.partition("?")
    status, tag, size = 0, b"", 0

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status, tag, size
        if message["type"] == "http.response.start":
            status, tag = message["status"], dict(message["headers"]).get(b"etag", b"")
        else:
            size += len(message.get("body", b""))

    scope: Scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "https",
        "path": path, "raw_path": path.encode(), "root_path": "", "query_string": query.encode(),
        "headers": [(b"host", b"terms.example")] + ([(b"if-none-match", etag)] if etag else []),
        "server": ("terms.example", 443), "client": None,
    }  # fmt: skip
    begun = time.process_time()
    await app(scope, receive, send)
    spent = (time.process_time() - begun) * 1000
    if status != (304 if etag else 200):
        raise SystemExit(f"{address}: {status}")
    return Answer(spent, status, tag, size)


def _stories() -> list[tuple[str, ...]]:
    """Return histories of texts, oldest first, each with no two equal neighbours."""
    found = []
    for each in sorted(CORPUS.glob("*/versions.jsonl.xz")):
        with lzma.open(each, "rt", encoding="utf-8") as file:
            found.append([str(json.loads(line)["markdown"]) for line in file])
    if not found:
        found = [[text_of(page, day) for day in (*(e.day for e in history(page).edits), END)] for page in PAGES]
    distinct = [tuple(dict.fromkeys(texts))[:HISTORY] for texts in found]
    return [texts for texts in distinct if len(texts) > 1]


def _bounce(turn: int, length: int) -> int:
    """Walk a history to and fro, so that every step is a change that was really made, or its return."""
    place = turn % (2 * length - 2)
    return place if place < length else 2 * length - 2 - place


@cache
def _difference(story: tuple[str, ...], turn: int) -> Difference:
    return _compared(story[_bounce(turn - 1, len(story))], story[_bounce(turn, len(story))])


@cache
def _compared(before: str, after: str) -> Difference:
    return diff.compare(before, after, language="en")
