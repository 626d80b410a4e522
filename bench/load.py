"""A whole run under load: 5,000 documents on 500 loopback hosts, through the very same `track()`.

    python -m bench.load [DOCUMENTS] [threads|processes]      default: 5,000 in threads

Four rounds on one archive: everything new, everything unchanged (half the hosts answer 304, half send the same page
again), everything changed, and everything with faults on a tenth of the hosts. The server, a process of its own, counts
per host how many requests it had at a time and how long it was left alone between two. Rates are checks a second end to
end (fetch, read, judge, record), of wall time: the machine's two cores also run the server.
"""

import asyncio
import contextlib
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

from tosmonitor import archive as kept
from tosmonitor.archive import Archive, open_archive
from tosmonitor.model import Document, Manners, Outcome, Service, Source
from tosmonitor.track import track

PER_HOST = 10
PAUSE = timedelta(seconds=0.05)

#: What the server allows for clocks that differ between two processes on one machine.
_SLACK = 0.002  # seconds

WORDS = (
    "account", "service", "content", "user", "may", "must", "not", "share", "delete", "notice", "days", "terms",
    "privacy", "partner", "consent", "law", "court", "arbitration", "fee", "payment", "refund", "cookie", "device",
    "location", "children", "training", "licence", "right", "claim", "party", "agreement",
)  # fmt: skip

FAULTS = ("dead", "broken", "busy", "resetting", "dripping", "forbidding", "looping", "empty", "junk", "gone")


def hosts(count: int) -> list[str]:
    """Return `count` addresses on loopback, each a host of its own."""
    return [f"127.9.{1 + n // 200}.{1 + n % 200}" for n in range(count)]


def now() -> datetime:
    """Return the time (picklable, for workers that are processes)."""
    return datetime.now(UTC)


def doze(seconds: float) -> None:
    """Sleep as asked for pauses; the long waits between tries are shortened, or the bench would mostly sleep."""
    time.sleep(min(seconds, 0.5))


def main(wanted: int = 5000, workers: str = "threads") -> Iterator[tuple[str, float]]:
    """Run the four rounds; yield each figure."""
    with (
        tempfile.TemporaryDirectory(prefix="bench-load-") as folder,
        _serving(Path(folder)) as site,
        _pool(workers) as pool,
        open_archive(Path(folder) / "load.db", write=True) as archive,
    ):
        services = _services(wanted, site.port)
        manners = Manners(
            pause=PAUSE,
            allowed_hosts=tuple(f"{host}:{site.port}" for host in hosts(wanted // PER_HOST)),
            connect_timeout=timedelta(seconds=2),
            read_timeout=timedelta(seconds=2),
            total_timeout=timedelta(seconds=3),
            browser_allowed=False,
        )
        for name in ("new", "unchanged", "changed", "faulty"):
            site.tell(name)
            rate, cpu, outcomes = _round(archive, services, manners, pool)
            counted = site.counted()
            yield f"{name}.checks_a_second", rate
            if workers == "threads":
                yield f"{name}.cpu_ms_a_check", cpu
            yield f"{name}.lost", wanted - outcomes.total()
            yield f"{name}.most_at_once", counted["most_at_once"]
            yield f"{name}.pauses_broken", counted["pauses_broken"]
            yield f"{name}.requests", counted["requests"]
            yield f"{name}.memory_MB", _resident()
            for outcome, number in sorted(outcomes.items()):
                yield f"{name}.{outcome}", number
        yield "unrecorded", _unrecorded(archive, services, rounds=4)
    yield "peak_memory_MB", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _round(
    archive: Archive, services: tuple[Service, ...], manners: Manners, pool: Executor
) -> tuple[float, float, Counter[Outcome]]:
    only = [document.id for service in services for document in service.documents]
    begun, spent = time.perf_counter(), time.process_time()
    report = track(archive, services, manners=manners, clock=now, sleep=doze, executor=pool, only=only)
    taken, used = time.perf_counter() - begun, time.process_time() - spent
    return len(only) / taken, used / len(only) * 1000, report.outcomes


def _resident() -> float:
    """Return the megabytes that this process holds now; not a number where there is no /proc."""
    statm = Path("/proc/self/statm")
    return int(statm.read_text().split()[1]) * resource.getpagesize() / 1e6 if statm.exists() else float("nan")


def _unrecorded(archive: Archive, services: tuple[Service, ...], *, rounds: int) -> int:
    """Count the checks that the archive should hold and does not."""
    documents = [document for service in services for document in service.documents]
    return sum(max(0, rounds - len(kept.checks(archive, document.id))) for document in documents)


def _services(wanted: int, port: int) -> tuple[Service, ...]:
    return tuple(
        Service(
            f"service-{number}",
            f"Service {number}",
            tuple(
                Document(f"service-{number}", f"Terms {n}", (Source(f"http://{host}:{port}/terms/{n}"),), language="en")
                for n in range(PER_HOST)
            ),
        )
        for number, host in enumerate(hosts(wanted // PER_HOST))
    )


@contextlib.contextmanager
def _pool(workers: str) -> Iterator[Executor]:
    if workers == "processes":
        with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes:
            yield processes
    else:
        with ThreadPoolExecutor(24) as threads:
            yield threads


# ------------------------------------------------------------------------------------------- the server


@dataclass
class _Site:
    process: "subprocess.Popen[str]"
    port: int

    def tell(self, name: str) -> None:
        """Begin a round."""
        self._ask(name)

    def counted(self) -> dict[str, int]:
        """Return what was counted since the round began."""
        return self._ask("count")

    def _ask(self, line: str) -> dict[str, int]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(line, file=self.process.stdin, flush=True)
        answer: dict[str, int] = json.loads(self.process.stdout.readline())
        return answer


@contextlib.contextmanager
def _serving(folder: Path) -> Iterator[_Site]:
    with subprocess.Popen(
        [sys.executable, "-c", "from bench.load import serve; serve()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parent.parent,
    ) as process:
        assert process.stdout is not None
        try:
            yield _Site(process, int(process.stdout.readline()))
        finally:
            process.kill()


@dataclass
class _Counts:
    """What one host saw."""

    now: int = 0
    most: int = 0
    requests: int = 0
    broken: int = 0
    ended: float = 0.0
    asked: Counter[str] = field(default_factory=Counter)


@dataclass
class _Noting:
    """A writer that notes when an answer was last written to: the visitor cannot have had it earlier."""

    writer: asyncio.StreamWriter
    counts: _Counts

    def write(self, answer: bytes) -> None:
        self.counts.ended = time.monotonic()
        self.writer.write(answer)

    async def drain(self) -> None:
        await self.writer.drain()


class _Server:
    def __init__(self) -> None:
        self.round = "new"
        self.counts: dict[str, _Counts] = {}

    def page(self, host: str, path: str) -> tuple[bytes, str]:
        """Return a page of about 25 KB and its ETag; it changes in the round "changed"."""
        wording = "2" if self.round in ("changed", "faulty") else "1"
        chance = random.Random(f"{host}{path}")
        text = "".join(
            f"<h2>{n}. {chance.choice(WORDS).title()}</h2>"
            + "".join(
                f"<p>{' '.join(chance.choices(WORDS, k=40)).capitalize()}.</p><ul><li>{chance.choice(WORDS)}</li></ul>"
                for _ in range(5)
            )
            for n in range(15)
        )
        changed = f"<p>We keep your messages for {30 if wording == '1' else 60} days after you delete them.</p>"
        html = (
            f"<!doctype html><html lang=en><head><title>Terms</title></head><body><nav><a href=/>Home</a></nav>"
            f"<main><h1>Terms of Service</h1>{changed}{text}</main><footer>Imprint</footer></body></html>"
        )
        return html.encode(), f'"{wording}"'

    def fault(self, host: str) -> str | None:
        """Return what is wrong with the host: in the last round, with every tenth."""
        number = int(host.split(".")[2]) * 200 + int(host.split(".")[3])
        return FAULTS[number // 10 % len(FAULTS)] if self.round == "faulty" and number % 10 == 0 else None

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        host = writer.get_extra_info("sockname")[0]
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                counts = self.counts.setdefault(host, _Counts())
                path = head.split(b" ", 2)[1].decode()
                begun = time.monotonic()
                counts.now += 1
                counts.most = max(counts.most, counts.now)
                counts.requests += 1
                counts.broken += counts.ended > 0 and begun - counts.ended < PAUSE.total_seconds() - _SLACK
                counts.ended = 0.0
                try:
                    keep = await self.answer(host, path, head, reader, _Noting(writer, counts))
                finally:
                    counts.now -= 1
                if not keep:
                    break
        writer.close()

    async def answer(self, host: str, path: str, head: bytes, reader: asyncio.StreamReader, writer: _Noting) -> bool:
        """Answer one request; False ends the connection."""
        fault = self.fault(host)
        if path == "/robots.txt":
            rules = b"User-agent: *\nDisallow: /\n" if fault == "forbidding" else b"User-agent: *\nAllow: /\n"
            return await _say(writer, 200, rules, "text/plain")
        if fault == "dead":
            return False
        if fault == "resetting":
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9999\r\n\r\nhalf")
            await writer.drain()
            return False
        if fault == "dripping":
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9999\r\n\r\n")
            for _ in range(500):  # until the visitor has had enough
                writer.write(b".")
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(reader.read(1), 0.02)
                    break
            return False
        if fault == "looping":
            return await _say(writer, 302, b"", "text/html", f"Location: {path}")
        said = {
            "broken": (500, b"x"),
            "busy": (503, b"x"),
            "gone": (410, b"x"),
            "empty": (200, b""),
            "junk": (200, bytes(4000)),
        }
        if fault in said:
            more = ("Retry-After: 600",) if fault == "busy" else ()
            return await _say(writer, *said[fault], "text/html", *more)
        body, etag = self.page(host, path)
        if int(host.rpartition(".")[2]) % 2:
            if b"if-none-match: " + etag.encode() in head.lower():
                return await _say(writer, 304, b"", "text/html", f"ETag: {etag}")
            return await _say(writer, 200, body, "text/html; charset=utf-8", f"ETag: {etag}")
        return await _say(writer, 200, body, "text/html; charset=utf-8")


async def _say(writer: _Noting, status: int, body: bytes, kind: str, *headers: str) -> bool:
    lines = [f"HTTP/1.1 {status} X", f"Content-Type: {kind}", *headers]
    if status != 304:
        lines.append(f"Content-Length: {len(body)}")
    writer.write("\r\n".join([*lines, "", ""]).encode() + body)
    await writer.drain()
    return True


def serve() -> None:
    """Serve all hosts on one port until the input ends; told there which round it is."""
    asyncio.run(_serve())


async def _serve() -> None:
    server = _Server()
    listening = await asyncio.start_server(server.talk, "0.0.0.0", 0, backlog=1024)
    print(listening.sockets[0].getsockname()[1], flush=True)
    loop = asyncio.get_running_loop()
    while line := (await loop.run_in_executor(None, sys.stdin.readline)).strip():
        if line != "count":
            server.round = line
            for counts in server.counts.values():
                counts.most = counts.requests = counts.broken = 0
        every = server.counts.values()
        told = {
            "most_at_once": max((counts.most for counts in every), default=0),
            "pauses_broken": sum(counts.broken for counts in every),
            "requests": sum(counts.requests for counts in every),
        }
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    for name, value in main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 5000, sys.argv[2] if len(sys.argv) > 2 else "threads"
    ):
        print(f"{name:28} {value:12.4g}", flush=True)
