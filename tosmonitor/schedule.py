"""A clock that calls track: the only home of APScheduler.

The scheduler only ticks. Whether a document is due is computed from the stored checks, so a missed tick, a restart or
cron plus `tosmonitor check` lose nothing and repeat nothing.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from tosmonitor.declarations import load
from tosmonitor.errors import DeclarationError, StoppedError
from tosmonitor.model import Service


def utc_now() -> datetime:
    """Return the present moment, aware, in UTC; picklable as a clock for workers."""
    return datetime.now(UTC)


@contextmanager
def ticking(tick: Callable[[], None], *, every: timedelta) -> Iterator[None]:
    """Call `tick` at once and then every `every` in a thread of its own until the block ends.

    A tick still at work when the next is due makes that one wait: two never overlap, and missed ones are made up for by
    a single tick. On leaving, the running tick is waited for.
    """
    scheduler = BackgroundScheduler(
        timezone=UTC,
        executors={"default": ThreadPoolExecutor(1)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    scheduler.add_job(tick, IntervalTrigger(seconds=every.total_seconds(), timezone=UTC), next_run_time=utc_now())
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=True)


def interruptible(stop: Event) -> Callable[[float], None]:
    """Return a sleep, in seconds, that ends at once with StoppedError when `stop` is set."""

    def sleep(seconds: float) -> None:
        if stop.wait(seconds):
            raise StoppedError("asked to stop")

    return sleep


class Declared:
    """The services of a file, read again whenever the file changes; a bad edit keeps the last good list.

    `told` is called with each new list, and with the error of each bad edit, once per edit.
    """

    def __init__(self, path: Path, told: Callable[[tuple[Service, ...] | DeclarationError], None]) -> None:
        self._path = path
        self._told = told
        self._edition = self._stamp()
        self._services = load(path)

    def services(self) -> tuple[Service, ...]:
        """Return the list in force. Raises DeclarationError only from the first reading, in `__init__`."""
        edition = self._stamp()
        if edition != self._edition:
            self._edition = edition
            try:
                self._services = load(self._path)
            except DeclarationError as error:
                self._told(error)
            else:
                self._told(self._services)
        return self._services

    def _stamp(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size
