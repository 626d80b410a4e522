"""A clock that only sleeping moves, and a Fetcher on it."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tosmonitor.fetch import Fetcher
from tosmonitor.fetch.hosts import Hosts
from tosmonitor.model import Manners

START = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)


@dataclass
class Time:
    """A clock that is moved by sleeping only; `slept` lists every wait, in seconds."""

    now: datetime = START
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let it pass."""
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def time() -> Time:
    """Give a clock at the midnight that begins 23 November 2026."""
    return Time()


@pytest.fixture
def fetcher(time: Time, request: pytest.FixtureRequest) -> Callable[..., Fetcher]:
    """Give a maker of Fetchers that may visit 127.0.0.1, are quick to lose patience, and know no host yet."""

    def make(hosts: Hosts | None = None, resolve: Any = None, tls: Any = None, **manners: Any) -> Fetcher:
        given: dict[str, Any] = {
            "allowed_hosts": ("127.0.0.1",),
            "connect_timeout": timedelta(seconds=0.5),
            "read_timeout": timedelta(seconds=0.3),
            "total_timeout": timedelta(seconds=0.8),
            "max_bytes": 2_000_000,
        } | manners
        more = ({"resolve": resolve} if resolve else {}) | ({"tls": tls} if tls else {})
        made = Fetcher(
            Manners(**given),
            clock=time,
            sleep=time.sleep,
            rng=random.Random(4),
            hosts=Hosts() if hosts is None else hosts,
            **more,
        )
        request.addfinalizer(made.close)
        return made

    return make
