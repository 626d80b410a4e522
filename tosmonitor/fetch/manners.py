"""How hosts are treated: one request at a time, a pause after each, and silence when they ask for it or are down.

    a host answers ──► pause (jittered, at least Crawl-delay) ──► next request
    asks for rest  ──► nothing is sent before Retry-After is over
    fails 3 times  ──► circuit open: nothing is sent for 5 minutes, then 10, 20, … at most 6 hours; one try decides

What is known of a host is shared by the threads of the process and kept for the next one (`hosts`). When to look at the
document again, what the host asked for included, is data on its check.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx

from tosmonitor.fetch.hosts import Host, Hosts
from tosmonitor.fetch.trouble import TroubleError, duration, times
from tosmonitor.model import Failure, FailureKind, Sentence

#: Failures in a row after which a host is left alone for a while.
FAILURES_ALLOWED = 3

FIRST_SILENCE = timedelta(minutes=5)
LONGEST_SILENCE = timedelta(hours=6)

#: No Retry-After is taken to mean longer than this: some hosts send years.
LONGEST_ASKED = timedelta(days=7)

#: What we wait through within a run; a longer Crawl-delay or Retry-After ends the check and is left to the plan.
PATIENCE = timedelta(minutes=2)

#: The pause varies between once and half again as long, so that many monitors do not fall into step.
_JITTER = 0.5

#: Failures that say something about the host, not about one page.
_OF_THE_HOST = frozenset(
    {FailureKind.DNS, FailureKind.REFUSED, FailureKind.RESET, FailureKind.TLS, FailureKind.TIMEOUT,
     FailureKind.PROTOCOL, FailureKind.HTTP_5XX}
)  # fmt: skip

Clock = Callable[[], datetime]
Sleep = Callable[[float], None]


def host_of(url: str) -> str:
    """Return the key of politeness: host and port as in the address, lower case, the scheme's own port left out."""
    try:
        return httpx.URL(url).netloc.decode("ascii").lower()
    except (httpx.InvalidURL, UnicodeError):
        return urlsplit(url).netloc.rpartition("@")[2].lower()


class Courtesy:
    """Asks for a turn at a host, on behalf of one thread."""

    def __init__(self, hosts: Hosts, clock: Clock, sleep: Sleep, pause: timedelta, rng: random.Random) -> None:
        self.hosts = hosts
        self._clock = clock
        self._sleep = sleep
        self._pause = pause
        self._rng = rng

    @contextmanager
    def turn(self, name: str, *, delay: timedelta = timedelta(0)) -> Iterator[None]:
        """Wait for this host's pause, hold the host while the block runs, and begin the next pause.

        `delay` is the host's own Crawl-delay. Raises TroubleError (RATE_LIMITED) rather than wait beyond `PATIENCE`.
        """
        host = self.hosts[name]
        pause = max(self._pause, delay)
        with host.lock:
            if host.not_before is not None:
                wait = min(host.not_before - self._clock(), max(pause, host.pause) * (1 + _JITTER))
                if wait > PATIENCE:
                    raise _slow_down(name, wait)
                if wait > timedelta(0):
                    self._sleep(wait.total_seconds())
            try:
                yield
            finally:
                now = self._clock()
                host.not_before, host.pause = now + pause * (1 + _JITTER * self._rng.random()), pause
                self.hosts.note(name, now)

    def silence(self, name: str) -> Failure | None:
        """Return why nothing may be sent to the host now, or None."""
        host = self.hosts[name]
        now = self._clock()
        if host.asked_until is not None and now < host.asked_until:
            return _still_resting(name, host.asked_until - now)
        if host.open_until is not None and now < host.open_until:
            return _circuit_open(name, host, host.open_until - now)
        return None

    def answered(self, name: str) -> None:
        """Note that the host answered as a host that is well."""
        host = self.hosts[name]
        if host.failures or host.open_until is not None:
            host.failures = 0
            host.last_failure = host.open_until = None
            self.hosts.note(name, self._clock())

    def failed(self, name: str, failure: Failure) -> None:
        """Note a failure; the host's wish for rest, or one failure too many, makes it silent from here on."""
        host = self.hosts[name]
        now = self._clock()
        if failure.retry_after is not None and failure.kind is not FailureKind.CIRCUIT:
            host.asked_until = now + failure.retry_after
        if failure.kind in _OF_THE_HOST:
            host.failures += 1
            host.last_failure = failure
            if host.failures >= FAILURES_ALLOWED:
                doubled = FIRST_SILENCE * 2 ** min(host.failures - FAILURES_ALLOWED, 10)
                host.open_until = now + min(doubled, LONGEST_SILENCE)
        self.hosts.note(name, now)


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """Return what a Retry-After header asks for (RFC 9110: seconds or a date), at most a week; None for nothing."""
    if value is None:
        return None
    value = value.strip()
    if value.isascii() and value.isdigit():
        return timedelta(seconds=min(int(value[:9]), int(LONGEST_ASKED.total_seconds())))
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    return min(max(at - now, timedelta(0)), LONGEST_ASKED)


def _slow_down(name: str, wait: timedelta) -> TroubleError:
    span = duration(wait)
    return TroubleError(
        FailureKind.RATE_LIMITED,
        f"{name} asks in its robots.txt for pauses longer than we wait; this page comes later, in {span.en}",
        f"{name} demande dans son robots.txt des pauses plus longues que notre attente\u00a0;"
        f" cette page viendra plus tard, dans {span.fr}",
        retry_after=wait,
    )


def _still_resting(name: str, left: timedelta) -> Failure:
    span = duration(left)
    reason = Sentence(
        f"{name} asked to be left alone for a while; nothing is sent to it for another {span.en}.",
        f"{name} a demandé à ne pas être sollicité\u00a0; rien ne lui est envoyé pendant encore {span.fr}.",
    )
    return Failure(FailureKind.RATE_LIMITED, reason, retry_after=left)


def _circuit_open(name: str, host: Host, left: timedelta) -> Failure:
    span, count = duration(left), times(host.failures)
    last = host.last_failure.reason if host.last_failure else Sentence("", "")
    reason = Sentence(
        f"{name} failed {count.en} in a row and is left alone for another {span.en}. The last time: {last.en}",
        f"{name} a échoué {count.fr} de suite et n’est pas sollicité pendant encore {span.fr}."
        f" La dernière fois\u00a0: {last.fr}",
    )
    return Failure(FailureKind.CIRCUIT, reason, retry_after=left)
