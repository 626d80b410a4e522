"""What a host's robots.txt lets us read (RFC 9309), with protego; kept a day.

A robots.txt that is not there (any 4xx), or is a web page in its place, allows everything; one that cannot be had
because the server fails forbids everything until it can.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from protego import Protego

#: The name that rules are looked up by; the whole User-Agent names it too.
TOKEN = "tosmonitor"

#: RFC 9309: at least 500 kibibytes are parsed; we parse no more.
MOST_BYTES = 512_000

#: RFC 9309: not used longer than 24 hours.
FRESH = timedelta(hours=24)

#: A robots.txt that could not be had is asked for again after this.
FRESH_IF_UNREACHABLE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one origin; `parsed` None allows everything, `unreachable` (a status) forbids it."""

    read_at: datetime
    parsed: Protego | None = None
    unreachable: int | None = None

    def fresh(self, now: datetime) -> bool:
        """Say whether the rules are still good at `now`."""
        age = now - self.read_at
        return timedelta(0) <= age < (FRESH if self.unreachable is None else FRESH_IF_UNREACHABLE)

    def allow(self, url: str) -> bool:
        """Say whether `url` may be read."""
        if self.unreachable is not None:
            return False
        return self.parsed is None or self.parsed.can_fetch(url, TOKEN)

    @property
    def delay(self) -> timedelta:
        """Return the Crawl-delay, or what Request-rate comes to; zero where none is asked for."""
        if self.parsed is None:
            return timedelta(0)
        rate = self.parsed.request_rate(TOKEN)
        per_request = rate.seconds / rate.requests if rate and rate.requests else 0.0
        seconds = max(self.parsed.crawl_delay(TOKEN) or 0.0, per_request)
        return timedelta(seconds=min(max(seconds, 0.0), 86_400.0))


def parse(body: bytes, read_at: datetime) -> Rules:
    """Return the rules of a robots.txt as served; a web page, or anything else without rules, allows everything."""
    text = body.decode("utf-8", "replace").removeprefix("\ufeff").replace("\0", "")
    if text.lstrip()[:1] == "<":
        return Rules(read_at)
    return Rules(read_at, Protego.parse(text))
