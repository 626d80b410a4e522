"""How fast the site is: pages, the first page over HTTP, an export and the next one.

    python -m bench.site [VERSIONS] [FOLDER]      default: 40,000 versions, the figures of record

Pages are those of the archive of `bench.told`, with real changes. What is exported is a smaller one of that kind: some
10,000 pages. Times are CPU time of this process where they can be, since the machine may be
shared; requests a second are by the wall clock, the server in a process of its own, as `tosmonitor serve` runs it.
"""

import asyncio
import os
import random
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from shutil import rmtree
from statistics import median
from urllib.parse import urlsplit

from bench.told import BASE, VERSIONS, folder, get, record, told
from tosmonitor import archive, diff, urls
from tosmonitor.site import SiteSettings, create_app, export
from tosmonitor.site.server import Server

#: Versions and services of the archive that is exported: some 10,000 pages, and as many files again.
EXPORTED, EXPORTED_SERVICES = 1_200, 25
NEW = 10
REQUESTS, CLIENTS = 3_200, 32


def main(arguments: Sequence[str] = ()) -> Iterator[tuple[str, float]]:
    """Build or reuse the archives, measure, and give each figure with its name."""
    wanted = int(arguments[0]) if arguments else VERSIONS
    place = Path(arguments[1]) if len(arguments) > 1 else folder()
    path = told(wanted, place)
    yield "versions", wanted
    yield from asyncio.run(_pages(path))
    yield from _served(path)
    small = told(EXPORTED, place, services=EXPORTED_SERVICES)
    yield from _exported(small, place / "export")


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
    for warm in ("/en/", "/fr/", "/en/calendar/", "/en/status/"):
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
            begun, used = time.perf_counter(), _cpu(server.pid)
            clients = [threading.Thread(target=_ask, args=(host, REQUESTS // CLIENTS)) for _ in range(CLIENTS)]
            for client in clients:
                client.start()
            for client in clients:
                client.join()
            yield "home_requests_a_second", REQUESTS / (time.perf_counter() - begun)
            yield "home_server_cpu_ms", (_cpu(server.pid) - used) * 1000 / REQUESTS
        finally:
            server.terminate()


def _cpu(process: int) -> float:
    """Return the seconds of CPU that a process has used (proc(5), fields 14 and 15); 0 where there is no /proc."""
    try:
        told = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


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


def _edited(chance: random.Random, text: str) -> str:
    """Put another sentence into a text, and take a word out of some others."""
    blocks = text.split("\n\n")
    for _ in range(3):
        place = chance.randrange(len(blocks))
        words = blocks[place].split(" ")
        words.pop(chance.randrange(len(words)))
        blocks[place] = " ".join(words)
    blocks.insert(chance.randrange(len(blocks)) + 1, f"We may change this within {chance.randint(2, 90)} days.")
    return "\n\n".join(block for block in blocks if block.strip())


def _exported(path: Path, out: Path) -> Iterator[tuple[str, float]]:
    """Export everything, record ten changes of the next day, export again; the same in a process that begins with it.

    A schedule exports in a process that has done so before, a timer in a new one, which has templates to compile.
    """
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
    _change(path, 5)
    begun = time.process_time()
    second = export(path, out, base_url=BASE, settings=settings)
    again = time.process_time() - begun
    yield "again_files", second.written
    yield "again_cpu_s", again
    yield "again_times_faster", spent / again
    _change(path, 6)
    alone = subprocess.run(
        [sys.executable, "-m", "bench.site", "export", str(path), str(out)], check=True, capture_output=True, text=True
    )
    yield "alone_cpu_s", float(alone.stdout)
    yield "alone_times_faster", spent / float(alone.stdout)


def _export(path: Path, out: Path) -> None:
    begun = time.process_time()
    export(path, out, base_url=BASE, settings=SiteSettings())
    print(time.process_time() - begun)


def _change(path: Path, seed: int) -> None:
    """Record a change of ten documents, a day after the newest."""
    chance = random.Random(seed)
    with archive.open_archive(path, write=True) as kept:
        last = archive.headlines(kept, limit=1)[0].recorded_at
        documents = [document for service in archive.services(kept) for document in service.documents][:NEW]
        for place, each in enumerate(documents):
            before = archive.text(kept, archive.versions(kept, each.id)[-1].digest)
            text = _edited(chance, before)
            difference = diff.compare(before, text, language="en")
            record(kept, each, last + timedelta(days=1, seconds=place), text, difference)


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        _serve(Path(sys.argv[2]))
    elif sys.argv[1:2] == ["export"]:
        _export(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        for name, value in main(sys.argv[1:]):
            print(f"{name:26} {value:12.4g}", flush=True)
