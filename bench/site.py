"""How fast the site is: pages, the first page under load, an export and the next one.

    python -m bench.site [VERSIONS] [FOLDER]      default: 2,000 versions; the figures of record are those of 40,000

The archive is made of invented terms that change a little, kept in FOLDER for the next run. Times are CPU seconds of
this process where they can be, since the machine may be shared.
"""

import asyncio
import random
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from statistics import median, quantiles

from starlette.types import ASGIApp, Message

from tosmonitor import archive, diff, urls
from tosmonitor.model import (
    Document,
    Fingerprint,
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
from tosmonitor.site import SiteSettings, create_app, export

BASE = "https://terms.example"
START = datetime(2020, 1, 1, 6, tzinfo=UTC)
TYPES = ("Terms of Service", "Privacy Policy", "Community Guidelines", "Trackers Policy", "Developer Terms")
PER_DOCUMENT = 20
#: Versions of the archive that is exported: some 10,000 files.
EXPORTED = 600
WORDS = """account service data user content may must not share delete notice days terms privacy partner consent law
court arbitration fee payment refund cookie device location children model training licence right claim party
agreement"""
VOCABULARY = WORDS.split()


def main(arguments: Sequence[str] = ()) -> None:
    """Build or reuse the archive, measure, print."""
    wanted = int(arguments[0]) if arguments else 2_000
    folder = Path(arguments[1] if len(arguments) > 1 else tempfile.mkdtemp(prefix="bench-site-"))
    path = folder / f"site-{wanted}.db"
    folder.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        begun = time.process_time()
        build(path, wanted)
        spent = time.process_time() - begun
        print(f"archive of {wanted:,} versions: {path.stat().st_size / 1e6:.0f} MB, {spent:.0f} s CPU")
    asyncio.run(pages(path))
    small = folder / "export.db"
    if not small.exists():
        build(small, EXPORTED)
    exports(small, folder / "export")


def build(path: Path, wanted: int) -> None:
    """Record `wanted` versions of as many documents as that takes."""
    chance = random.Random(7)
    count = max(1, wanted // PER_DOCUMENT)
    services = [
        Service(
            f"service-{number}",
            f"Service {number}",
            tuple(_document(f"service-{number}", kind) for kind in TYPES[: max(1, min(5, count - 5 * number))]),
            (f"sector-{number % 12}",),
        )
        for number in range((count + 4) // 5)
    ]
    documents = [document for service in services for document in service.documents][:count]
    with archive.open_archive(path, write=True) as kept:
        archive.declare(kept, services)
        with archive.bulk(kept):
            for place, document in enumerate(documents):
                text = _terms(chance)
                before = None
                for turn in range(PER_DOCUMENT):
                    at = START + timedelta(days=100 * turn + place % 97, seconds=place)
                    _record(kept, document, at, before, text)
                    before, text = text, _edited(chance, text)


def _document(service: str, kind: str) -> Document:
    return Document(service, kind, (Source(f"https://{service}.example/{kind.replace(' ', '-')}"),), language="en")


def _terms(chance: random.Random) -> str:
    parts = ["# Terms\n"]
    for section in range(1, 13):
        parts.append(f"## {section}. {chance.choice(VOCABULARY).title()} and {chance.choice(VOCABULARY)}\n")
        parts += [" ".join(chance.choices(VOCABULARY, k=40)).capitalize() + ".\n" for _ in range(3)]
    return "\n".join(parts)


def _edited(chance: random.Random, text: str) -> str:
    blocks = text.split("\n\n")
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(1, len(blocks))
        words = blocks[place].split()
        words[chance.randrange(len(words))] = chance.choice(VOCABULARY)
        blocks[place] = " ".join(words)
    if chance.random() < 0.4:
        blocks.insert(chance.randrange(1, len(blocks)), " ".join(chance.choices(VOCABULARY, k=30)).capitalize() + ".")
    return "\n\n".join(block.strip("\n") for block in blocks) + "\n"


def _record(kept: archive.Archive, document: Document, at: datetime, before: str | None, text: str) -> None:
    body = f"<main>{sha256(text.encode()).hexdigest()}</main>".encode()
    url = document.sources[0].url
    response = Response(url, url, 200, "text/html", "utf-8", (("content-type", "text/html"),), body)
    reading = Reading(document.sources[0], at, response, Normalised(text, "en", Fingerprint("1")))
    outcome = Outcome.FIRST if before is None else Outcome.CHANGE
    verdict = Verdict(
        outcome, Sentence("New.", "Nouveau."), text=text, version_at=at, announced=before is not None and before != text
    )
    difference = None if before is None else diff.compare(before, text, language="en")
    archive.record(kept, Observation(document, at, (reading,), 1), verdict, difference)


async def pages(path: Path) -> None:
    """Ask for pages as a reader would, none of them remembered, and for the first page again and again."""
    with archive.open_archive(path) as kept:
        lines = archive.headlines(kept, limit=None)
    chance = random.Random(11)
    sample = chance.sample(lines, min(60, len(lines)))
    kinds: dict[str, list[str]] = {
        "home": ["/en/", "/fr/"],
        "changes": ["/en/changes/"],
        "services": ["/en/services/"],
        "service": [urls.service("en", line.document_id.partition("/")[0]) for line in sample[:20]],
        "document": [urls.document("en", line.document_id) for line in sample[:30]],
        "version": [urls.version("en", line.document_id, line.at) for line in sample],
        "change": [urls.change("en", line.document_id, line.at) for line in sample],
        "whole text": [urls.change_view("en", line.document_id, line.at, "whole") for line in sample[:20]],
        "side by side": [urls.change_view("en", line.document_id, line.at, "side-by-side") for line in sample[:20]],
        "feed": [urls.feed("en", f"document/{line.document_id}", "atom") for line in sample[:20]],
        "all feed": [urls.feed("en", "all", "atom")],
        "topic": ["/en/topics/arbitration/"],
        "calendar": ["/en/calendar/"],
        "status": ["/en/status/"],
        "coverage": ["/en/coverage/"],
        "feeds": ["/en/feeds/"],
    }
    app = create_app(path, base_url=BASE)
    for warm in ("/en/", "/en/calendar/", "/en/status/"):
        await _get(app, warm)
    every: list[float] = []
    print("page            median ms   p95 ms    KB   (CPU time, not from memory)")
    for kind, addresses in kinds.items():
        times, size = [], 0
        for address in dict.fromkeys(addresses):
            begun = time.process_time()
            status, size = await _get(app, f"{address}?again")
            times.append((time.process_time() - begun) * 1000)
            if status != 200:
                raise SystemExit(f"{address}: {status}")
        every += times
        high = quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
        print(f"{kind:15} {median(times):9.1f} {high:8.1f} {size / 1000:6.0f}")
    print(f"{'all':15} {median(every):9.1f}")
    await _get(app, "/en/")
    begun, wall = time.process_time(), time.perf_counter()
    for _ in range(2_000):
        await _get(app, "/en/")
    spent = time.process_time() - begun
    passed = time.perf_counter() - wall
    print(f"first page: {2_000 / spent:.0f} requests a CPU second, {2_000 / passed:.0f} by the wall clock")


async def _get(app: ASGIApp, address: str) -> tuple[int, int]:
    path, _, query = address.partition("?")
    found = {"status": 500, "size": 0}

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            found["status"] = message["status"]
        else:
            found["size"] += len(message.get("body", b""))

    scope: dict[str, object] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "https",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [],
        "server": ("bench", 443),
        "client": None,
    }
    await app(scope, receive, send)
    return found["status"], found["size"]


def exports(path: Path, out: Path) -> None:
    """Export everything, record ten changes, export again."""
    settings = SiteSettings()
    begun = time.process_time()
    first = export(path, out, base_url=BASE, settings=settings)
    spent = time.process_time() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    done = f"{first.written:,} of {first.held:,} files, {first.bytes_written / 1e6:.0f} MB"
    print(f"export: {done}, {spent:.1f} s CPU, peak {peak:.0f} MB")
    chance = random.Random(time.time_ns())
    with archive.open_archive(path, write=True) as kept:
        documents = [document for service in archive.services(kept) for document in service.documents][:10]
        for document in documents:
            held = archive.versions(kept, document.id)
            text = archive.text(kept, held[-1].digest)
            _record(kept, document, held[-1].fetched_at + timedelta(days=1), text, _edited(chance, text))
    begun = time.process_time()
    second = export(path, out, base_url=BASE, settings=settings)
    again = time.process_time() - begun
    print(
        f"after ten changes: {second.written:,} files, {again:.1f} s CPU, {spent / max(again, 0.001):.0f} times faster"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
