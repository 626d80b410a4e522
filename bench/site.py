"""How fast the site is: pages, the first page over HTTP, an export and the next one.

    python -m bench.site [VERSIONS] [FOLDER]      default: 40,000 versions, the figures of record

Pages are those of the archive of `bench.told`, with real changes. What is exported is an archive of invented terms that
change a little: some 10,000 pages. Times are CPU time of this process where they can be, since the machine may be
shared; requests a second are by the wall clock, the server in a process of its own, as `tosmonitor serve` runs it.
"""

import asyncio
import random
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from shutil import rmtree
from statistics import median
from urllib.parse import urlsplit

from bench.told import BASE, VERSIONS, document, folder, get, record, told
from tosmonitor import archive, diff, urls
from tosmonitor.model import Service
from tosmonitor.site import SiteSettings, create_app, export
from tosmonitor.site.server import Server

START = datetime(2020, 1, 1, 6, tzinfo=UTC)
TYPES = ("Terms of Service", "Privacy Policy", "Community Guidelines", "Trackers Policy", "Developer Terms")
PER_DOCUMENT = 20
#: Versions of the archive that is exported: some 10,000 pages, and as many files again.
EXPORTED = 1_000
NEW = 10
REQUESTS, CLIENTS = 2_000, 4
WORDS = """account service data user content may must not share delete notice days terms privacy partner consent law
court arbitration fee payment refund cookie device location children model training licence right claim party
agreement"""
VOCABULARY = WORDS.split()


def main(arguments: Sequence[str] = ()) -> Iterator[tuple[str, float]]:
    """Build or reuse the archives, measure, and give each figure with its name."""
    wanted = int(arguments[0]) if arguments else VERSIONS
    place = Path(arguments[1]) if len(arguments) > 1 else folder()
    path = told(wanted, place)
    yield "versions", wanted
    yield from asyncio.run(_pages(path))
    yield from _served(path)
    small = place / f"export-{EXPORTED}.db"
    small.unlink(missing_ok=True)
    build(small, EXPORTED)
    yield from _exported(small, place / "export")


def build(path: Path, wanted: int) -> None:
    """Record `wanted` versions of as many documents as that takes."""
    chance = random.Random(7)
    count = max(1, wanted // PER_DOCUMENT)
    services = [
        Service(
            f"service-{number}",
            f"Service {number}",
            tuple(document(f"service-{number}", kind) for kind in TYPES[: max(1, min(5, count - 5 * number))]),
            (f"sector-{number % 12}",),
        )
        for number in range((count + 4) // 5)
    ]
    documents = [document for service in services for document in service.documents][:count]
    with archive.open_archive(path, write=True) as kept:
        archive.declare(kept, services)
        with archive.bulk(kept):
            for place, each in enumerate(documents):
                text = _terms(chance)
                before: str | None = None
                for turn in range(PER_DOCUMENT):
                    at = START + timedelta(days=100 * turn + place % 97, seconds=place)
                    difference = None if before is None else diff.compare(before, text, language="en")
                    record(kept, each, at, text, difference)
                    before, text = text, _edited(chance, text)


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


async def _pages(path: Path) -> Iterator[tuple[str, float]]:
    """Ask for pages as a reader would, none of them remembered; give medians and, of each kind, the size in KB."""
    with archive.open_archive(path) as kept:
        lines = archive.headlines(kept, limit=None)
    sample = random.Random(11).sample(lines, min(60, len(lines)))
    kinds: dict[str, list[str]] = {
        "home": ["/en/", "/fr/"],
        "changes": ["/en/changes/"],
        "services": ["/en/services/"],
        "service": [urls.service("en", line.document_id.partition("/")[0]) for line in sample[:20]],
        "document": [urls.document("en", line.document_id) for line in sample[:30]],
        "version": [urls.version("en", line.document_id, line.at) for line in sample],
        "change": [urls.change("en", line.document_id, line.at) for line in sample],
        "whole": [urls.change_view("en", line.document_id, line.at, "whole") for line in sample[:20]],
        "sides": [urls.change_view("en", line.document_id, line.at, "side-by-side") for line in sample[:20]],
        "topic": ["/en/topics/arbitration/"],
        "calendar": ["/en/calendar/"],
        "status": ["/en/status/"],
        "coverage": ["/en/coverage/"],
        "feeds": ["/en/feeds/"],
    }
    app = create_app(path, base_url=BASE)
    for warm in ("/en/", "/en/calendar/", "/en/status/"):
        await get(app, warm)
    every: list[float] = []
    figures: list[tuple[str, float]] = []
    for kind, addresses in kinds.items():
        answers = [await get(app, f"{address}?again") for address in dict.fromkeys(addresses)]
        times = [answer.spent for answer in answers]
        every += times
        size = median(answer.size for answer in answers)
        figures += [(f"{kind}_ms", median(times)), (f"{kind}_kb", size / 1000)]
    return iter([*figures, ("median_ms", median(every))])


def _served(path: Path) -> Iterator[tuple[str, float]]:
    """Ask a server in another process for the first page, over HTTP, on several connections at once."""
    with subprocess.Popen(
        [sys.executable, "-m", "bench.site", "serve", str(path)], stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        host = urlsplit(server.stdout.readline().strip()).netloc
        try:
            _ask(host, 20)
            begun = time.perf_counter()
            clients = [threading.Thread(target=_ask, args=(host, REQUESTS // CLIENTS)) for _ in range(CLIENTS)]
            for client in clients:
                client.start()
            for client in clients:
                client.join()
            yield "home_requests_a_second", REQUESTS / (time.perf_counter() - begun)
        finally:
            server.terminate()


def _ask(host: str, times: int) -> None:
    """Ask for the first page, compressed, again and again on one connection."""
    connection = HTTPConnection(host, timeout=60)
    for _ in range(times):
        connection.request("GET", "/en/", headers={"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        if answer.status != 200 or not answer.read():
            raise SystemExit(f"the first page: {answer.status}")
    connection.close()


def _serve(path: Path) -> None:
    with Server(create_app(path, base_url=BASE), "127.0.0.1", 0) as server:
        print(server.address, flush=True)
        server.serve()


def _exported(path: Path, out: Path) -> Iterator[tuple[str, float]]:
    """Export everything, record ten changes of the next day, export again."""
    settings = SiteSettings()
    rmtree(out, ignore_errors=True)
    begun = time.process_time()
    first = export(path, out, base_url=BASE, settings=settings)
    spent = time.process_time() - begun
    yield "export_files", first.held
    yield "export_pages", sum(1 for _ in out.rglob("index.html"))
    yield "export_mb", first.bytes_written / 1e6
    yield "export_cpu_s", spent
    yield "export_peak_mb", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    chance = random.Random(5)
    with archive.open_archive(path, write=True) as kept:
        last = archive.headlines(kept, limit=1)[0].recorded_at
        documents = [document for service in archive.services(kept) for document in service.documents][:NEW]
        for place, each in enumerate(documents):
            before = archive.text(kept, archive.versions(kept, each.id)[-1].digest)
            text = _edited(chance, before)
            difference = diff.compare(before, text, language="en")
            record(kept, each, last + timedelta(days=1, seconds=place), text, difference)
    begun = time.process_time()
    second = export(path, out, base_url=BASE, settings=settings)
    again = time.process_time() - begun
    yield "again_files", second.written
    yield "again_cpu_s", again
    yield "again_times_faster", spent / again


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        _serve(Path(sys.argv[2]))
    else:
        for name, value in main(sys.argv[1:]):
            print(f"{name:26} {value:12.4g}", flush=True)
