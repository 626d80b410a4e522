"""What is known of the hosts that were visited, shared by the threads of a process and kept for the next one.

A redirect may lead into the host of another thread's batch, hence one `HOSTS`. A process that is restarted, even by a
kill in the middle of a batch, finds in a file beside the archive whom it must let rest: a line of JSON for each change,
of which the newest of a host counts. The file may be deleted at any time; it costs manners, not history.
"""

import contextlib
import json
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

from tosmonitor.fetch.robots import Rules
from tosmonitor.model import Failure, FailureKind, Sentence

#: What lies further back than this says nothing any more.
FORGOTTEN = timedelta(days=1)

#: The file is written anew, one line a host, when it has grown by this many lines.
_LINES = 20_000


@dataclass(slots=True)
class Host:
    """What this process knows of one host."""

    lock: threading.RLock = field(default_factory=threading.RLock)
    not_before: datetime | None = None  # the pause after the last request
    pause: timedelta = timedelta(0)  # how long that pause is, at least
    asked_until: datetime | None = None  # Retry-After
    failures: int = 0  # in a row
    last_failure: Failure | None = None
    open_until: datetime | None = None  # the circuit
    rules: dict[str, Rules] = field(default_factory=dict)  # by origin


class Hosts:
    """The hosts that a process has met; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, Host] = {}
        self._path: Path | None = None
        self._file: IO[str] | None = None
        self._lines = 0

    def __getitem__(self, name: str) -> Host:
        with self._lock:
            return self._known.setdefault(name, Host())

    @contextlib.contextmanager
    def kept(self, path: Path, now: datetime) -> Iterator[None]:
        """Take up what the file at `path` tells, and write on in it while the block runs."""
        self._take_up(path, now)
        self._path = path
        try:
            with self._lock:
                self._begin_anew(now)
            yield
        finally:
            with self._lock:
                if self._file is not None:
                    self._file.close()
                self._file = self._path = None

    def note(self, name: str, now: datetime) -> None:
        """Write down what has become known of a host. A disk that is full is the archive's to tell."""
        with self._lock:
            if self._path is None:
                return
            if self._lines > _LINES or self._file is None:
                self._begin_anew(now)
            if self._file is not None:
                with contextlib.suppress(OSError):
                    self._file.write(_line(name, self._known[name]))
                    self._file.flush()
                self._lines += 1

    def _take_up(self, path: Path, now: datetime) -> None:
        lines: list[str] = []
        with contextlib.suppress(OSError):  # there is none, or it is not ours to read
            lines = path.read_text("utf-8", "replace").splitlines()
        for line in lines:
            with contextlib.suppress(ValueError, KeyError, TypeError):  # the last line of a process that was killed
                told = json.loads(line)
                _recall(self[told["host"]], told, now)

    def _begin_anew(self, now: datetime) -> None:
        """Write the file with one line for each host of which there is something to tell."""
        assert self._path is not None
        if self._file is not None:
            self._file.close()
            self._file = None
        fresh = self._path.with_name(self._path.name + ".new")
        lines = [_line(name, host) for name, host in self._known.items() if _matters(host, now)]
        with contextlib.suppress(OSError):
            fresh.write_text("".join(lines), "utf-8")
            os.replace(fresh, self._path)
            self._file = self._path.open("a", encoding="utf-8")
        self._lines = 0


#: All hosts that this process has met.
HOSTS = Hosts()


def _matters(host: Host, now: datetime) -> bool:
    times = (host.not_before, host.asked_until, host.open_until)
    return any(at is not None and at > now - FORGOTTEN for at in times)


def _line(name: str, host: Host) -> str:
    told: dict[str, Any] = {"host": name, "pause": host.pause.total_seconds()}
    for key, at in (("not_before", host.not_before), ("asked", host.asked_until), ("open", host.open_until)):
        if at is not None:
            told[key] = at.isoformat()
    if host.failures:
        told["failures"] = host.failures
    if host.last_failure is not None:
        why = host.last_failure
        told["why"] = [str(why.kind), why.reason.en, why.reason.fr]
    return json.dumps(told, ensure_ascii=False) + "\n"


def _recall(host: Host, told: dict[str, Any], now: datetime) -> None:
    """Make `host` what a line says; times further ahead than we ever wait come from a clock that was wrong."""

    def time(key: str) -> datetime | None:
        at = datetime.fromisoformat(told[key]) if key in told else None
        return at if at is not None and at < now + timedelta(days=7) else None

    host.pause = timedelta(seconds=told["pause"])
    host.not_before, host.asked_until, host.open_until = time("not_before"), time("asked"), time("open")
    host.failures = told.get("failures", 0)
    kind, en, fr = told.get("why", (None, "", ""))
    host.last_failure = Failure(FailureKind(kind), Sentence(en, fr)) if kind else None
