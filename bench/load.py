"""A whole run under load: 5,000 documents on 500 loopback hosts, through the very same `track()`.

    python -m bench.load [DOCUMENTS]      default: 5,000

Four rounds on one archive: everything new, everything unchanged (half the hosts answer 304, half send the same page
again), everything changed, and everything with faults on a tenth of the hosts. The server, a process of its own, counts
per host how many requests it had at a time and how long it was left alone between two. The workers are those of
`tosmonitor run`. Rates are checks a second end to end (fetch, read, judge, record), of wall time: the machine's cores
also run the server. Memory is what all processes of the program hold, what several share counted once.
"""

import asyncio
import contextlib
import functools
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tosmonitor import archive as kept
from tosmonitor.archive import Archive, open_archive
from tosmonitor.declarations import Settings
from tosmonitor.model import Document, Manners, Outcome, Service, Source
from tosmonitor.readers import Readers
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


def main(wanted: int = 5000) -> Iterator[tuple[str, float]]:
    """Run the four rounds; yield each figure."""
    with (
        tempfile.TemporaryDirectory(prefix="bench-load-") as folder,
        _serving() as site,
        Readers() as readers,
        ThreadPoolExecutor(Settings().workers) as pool,
        _watched(site.process.pid) as memory,
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
            rate, cpu, outcomes = _round(archive, services, manners, (pool, readers), site.process.pid)
            counted = site.counted()
            yield f"{name}.checks_a_second", rate
            yield f"{name}.cpu_ms_a_check", cpu[0]
            yield f"{name}.cpu_ms_a_check_of_recording", cpu[1]
            yield f"{name}.lost", wanted - outcomes.total()
            yield f"{name}.most_at_once", counted["most_at_once"]
            yield f"{name}.pauses_broken", counted["pauses_broken"]
            yield f"{name}.requests", counted["requests"]
            yield f"{name}.memory_MB", memory[-1]
            for outcome, number in sorted(outcomes.items()):
                yield f"{name}.{outcome}", number
        yield "unrecorded", _unrecorded(archive, services, rounds=4)
        yield "peak_memory_MB", max(memory)


def _round(
    archive: Archive,
    services: tuple[Service, ...],
    manners: Manners,
    workers: tuple[Executor, Readers],
    server: int,
) -> tuple[float, tuple[float, float], Counter[Outcome]]:
    """Return checks a second; milliseconds of CPU a check, of all processes and of the recording thread; outcomes."""
    only = [document.id for service in services for document in service.documents]
    begun, spent, recorded = time.perf_counter(), _cpu(server), time.thread_time()
    report = track(
        archive,
        services,
        manners=manners,
        clock=now,
        sleep=doze,
        executor=workers[0],
        only=only,
        understand=workers[1],
    )
    taken, used, recording = time.perf_counter() - begun, _cpu(server) - spent, time.thread_time() - recorded
    return len(only) / taken, (used / len(only) * 1000, recording / len(only) * 1000), report.outcomes


def _processes(server: int) -> list[Path]:
    """Return where /proc tells of this process and all that it started but the server; of nothing without /proc."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it ended meanwhile
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    ours = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in ours and pid != server} - ours:
        ours |= more
    return [Path(f"/proc/{pid}") for pid in ours if pid in parents]


def _cpu(server: int) -> float:
    """Return the seconds of CPU that the program's processes have used so far, those that have ended too."""
    ended = os.times()
    used = time.process_time() + ended.children_user + ended.children_system
    for place in _processes(server):
        if place.name != str(os.getpid()):
            with contextlib.suppress(OSError):
                user, system = (place / "stat").read_text().rpartition(")")[2].split()[11:13]
                used += (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
    return used


@contextlib.contextmanager
def _watched(server: int) -> Iterator[list[float]]:
    """Note what the program's processes hold together, in MB, every second while the block runs."""
    held = [_held(server)]
    over = threading.Event()

    def watch() -> None:
        while not over.wait(1.0):
            held.append(_held(server))

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield held
    finally:
        over.set()
        watching.join()


def _held(server: int) -> float:
    """Return the proportional set size of all processes (`Pss`: what several share is counted once), in MB."""
    total = 0
    for place in _processes(server):
        with contextlib.suppress(OSError):
            told = re.findall(r"^Pss:\s+(\d+) kB", (place / "smaps_rollup").read_text(), re.MULTILINE)
            total += sum(map(int, told))
    return total * 1024 / 1e6


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
def _serving() -> Iterator[_Site]:
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
        self.page = functools.cache(self._page)  # made once, lest the bench measure its own server

    def _page(self, host: str, path: str, wording: str) -> tuple[bytes, str]:
        """Return a page of about 25 KB and its ETag."""
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
        body, etag = self.page(host, path, "2" if self.round in ("changed", "faulty") else "1")
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
    for name, value in main(*map(int, sys.argv[1:])):
        print(f"{name:36} {value:12.4g}", flush=True)
