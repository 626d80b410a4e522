"""How fast feeds are served, asked for again, and written for a whole site.

    python -m bench.feeds [VERSIONS] [FOLDER]      default: 4,000 versions; the figures of record are those of 40,000

The archive is made of the real versions of the corpus where it is present, else of the demo's: each document lives
through the history of one of them, over and over, so that its changes are real ones. 500 services, as many documents
each as that takes. It is kept in FOLDER for the next run. Times are CPU milliseconds of this process, as medians.
"""

import asyncio
import json
import lzma
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from statistics import median

from starlette.types import ASGIApp, Message

from tosmonitor import archive, diff, feeds, urls
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
from tosmonitor.site import create_app

BASE = "https://terms.example"
SERVICES, HISTORY = 500, 16
START = datetime(2022, 1, 3, 6, tzinfo=UTC)
CORPUS = Path(os.environ.get("TOSMONITOR_CORPUS", Path(__file__).parent.parent.parent / "shared")) / "corpus" / "docs"


def main(arguments: list[str] | None = None) -> Iterator[tuple[str, float]]:
    """Build or reuse the archive, measure, and give each figure with its name."""
    given = arguments or []
    wanted = int(given[0]) if given else 4_000
    folder = Path(given[1] if len(given) > 1 else tempfile.mkdtemp(prefix="bench-feeds-"))
    path = folder / f"feeds-{wanted}.db"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        build(path, wanted)
    yield "versions", wanted
    yield "archive_mb", path.stat().st_size / 1e6
    yield from asyncio.run(_served(path))
    yield from asyncio.run(_written(path))


def build(path: Path, wanted: int) -> None:
    """Record `wanted` versions, `HISTORY` a document, spread over `SERVICES`."""
    stories = _stories()
    count = max(SERVICES, wanted // HISTORY)
    documents = [_document(f"service-{n % SERVICES}", TERMS_TYPES[n // SERVICES]) for n in range(count)]
    services = [
        Service(f"service-{n}", f"Service {n}", tuple(documents[n::SERVICES]), (f"sector-{n % 12}",))
        for n in range(SERVICES)
    ]
    with archive.open_archive(path, write=True) as kept, archive.bulk(kept):
        archive.declare(kept, services)
        for place, document in enumerate(documents):
            story = stories[place % len(stories)]
            for turn in range(max(2, wanted // count)):
                at = START + timedelta(days=90 * turn + place % 89, seconds=place)
                difference = None if turn == 0 else _difference(story, turn)
                _record(kept, document, at, story[_bounce(turn, len(story))], difference)


def _document(service: str, kind: str) -> Document:
    return Document(service, kind, (Source(f"https://{service}.example/{kind.replace(' ', '-')}"),), language="en")


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
    before, after = story[_bounce(turn - 1, len(story))], story[_bounce(turn, len(story))]
    return _compared(before, after)


@cache
def _compared(before: str, after: str) -> Difference:
    return diff.compare(before, after, language="en")


def _record(kept: archive.Archive, document: Document, at: datetime, text: str, difference: Difference | None) -> None:
    url = document.sources[0].url
    body = f"<main>{sha256(text.encode()).hexdigest()}</main>".encode()
    response = Response(url, url, 200, "text/html", "utf-8", (("content-type", "text/html"),), body)
    reading = Reading(document.sources[0], at, response, Normalised(text, "en", Fingerprint("1")))
    outcome = Outcome.FIRST if difference is None else Outcome.CHANGE
    announced = difference is not None and difference.kind is Kind.WORDING
    verdict = Verdict(outcome, Sentence("New.", "Nouveau."), text=text, version_at=at, announced=announced)
    archive.record(kept, Observation(document, at, (reading,), 1), verdict, difference)


async def _served(path: Path) -> Iterator[tuple[str, float]]:
    """Ask for current feeds as readers do: for the first time after a change, again, and with the validator."""
    app = create_app(path, base_url=BASE)
    figures: list[tuple[str, float]] = []
    for form in feeds.MEDIA_TYPES:
        address = urls.feed("en", "all", form)
        cold, etag, size = await _get(app, address)
        warm = [(await _get(app, address))[0] for _ in range(200)]
        held = [(await _get(app, address, etag))[0] for _ in range(200)]
        figures += [
            (f"{form}_kb", size / 1000), (f"{form}_first_ms", cold), (f"{form}_ms", median(warm)),
            (f"{form}_304_ms", median(held)),
        ]  # fmt: skip
    each = [(await _get(app, urls.feed("fr", f"service/service-{n}", "atom")))[0] for n in range(0, SERVICES, 10)]
    figures.append(("service_first_ms", median(each)))
    return iter(figures)


async def _get(app: ASGIApp, address: str, etag: bytes = b"") -> tuple[float, bytes, int]:
    """Return CPU milliseconds, the strong validator and the bytes of one answer."""
    status, tag, size = 0, b"", 0

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status, tag, size
        if message["type"] == "http.response.start":
            status, tag = message["status"], dict(message["headers"]).get(b"etag", b"")
        else:
            size += len(message.get("body", b""))

    headers = [(b"host", b"terms.example")] + ([(b"if-none-match", etag)] if etag else [])
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "https",
        "path": address, "raw_path": address.encode(), "root_path": "", "query_string": b"", "headers": headers,
        "server": ("terms.example", 443), "client": None,
    }  # fmt: skip
    begun = time.process_time()
    await app(scope, receive, send)
    spent = (time.process_time() - begun) * 1000
    if status != (304 if etag else 200):
        raise SystemExit(f"{address}: {status}")
    return spent, tag, size


async def _written(path: Path) -> Iterator[tuple[str, float]]:
    """Ask for what an export writes: every current feed, and every month of the main one, in one form and language."""
    app = create_app(path, base_url=BASE)
    with archive.open_archive(path) as kept:
        known = feeds.names(archive.services(kept))
        said = [line.recorded_at for line in archive.headlines(kept, limit=None)]
    addresses = [urls.feed("en", feed.name, "atom") for feed in known]
    addresses += [urls.feed("en", feeds.ALL, "atom", archive=month) for month in feeds.archive_months(said)]
    answers = [await _get(app, address) for address in addresses]
    return iter(
        [
            ("export_files", len(answers)),
            ("export_mb", sum(size for _, _, size in answers) / 1e6),
            ("export_cpu_s", sum(spent for spent, _, _ in answers) / 1000),
        ]
    )


if __name__ == "__main__":
    for name, value in main(sys.argv[1:]):
        print(f"{name:20} {value:12.4g}", flush=True)
