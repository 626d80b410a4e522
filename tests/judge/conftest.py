"""A document that is watched in memory: looks go in, verdicts come out, and nothing but stored checks is remembered."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from tosmonitor.judge import judge
from tosmonitor.model import (
    Cause,
    Check,
    Document,
    Failure,
    FailureKind,
    Normalised,
    Observation,
    Obstacle,
    ObstacleKind,
    Past,
    Reading,
    Sentence,
    Source,
    Verdict,
    Version,
)

DOCUMENT = Document("acme", "Terms of Service", (Source("https://acme.example/terms"),), language="en")
START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SAID = Sentence("It failed.", "Cela a échoué.")


@dataclass
class Watch:
    """What an archive would know of one document."""

    document: Document = DOCUMENT
    versions: list[Version] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    announced: list[str] = field(default_factory=list)
    announced_at: list[datetime] = field(default_factory=list)
    now: datetime = START

    def see(self, text: str, after: timedelta = timedelta(hours=12)) -> Verdict:
        """Look, `after` the last look, at a page whose text is `text`."""
        reading = Reading(self.document.sources[0], self.now, normalised=Normalised(text, "en", None))
        return self.look((reading,) * len(self.document.sources), text, after)

    def fail(self, after: timedelta = timedelta(hours=12)) -> Verdict:
        """Look at a page that is down."""
        failure = Failure(FailureKind.TIMEOUT, SAID)
        return self.look((Reading(self.document.sources[0], self.now, failure=failure),), None, after)

    def block(self, after: timedelta = timedelta(hours=12)) -> Verdict:
        """Look at a bot wall."""
        obstacle = Obstacle(ObstacleKind.CHALLENGE, SAID, "Acme Wall")
        return self.look((Reading(self.document.sources[0], self.now, obstacle=obstacle),), None, after)

    def look(self, readings: tuple[Reading, ...], text: str | None, after: timedelta) -> Verdict:
        """Judge one observation and remember what an archive would."""
        self.now += after
        return self.settle(Observation(self.document, self.now, readings, 1), text)

    def settle(self, observation: Observation, text: str | None) -> Verdict:
        """Judge `observation` and remember what an archive would."""
        past = Past(tuple(self.versions), tuple(self.checks), self.texts)
        verdict = judge(observation, past, text=text)
        digest = None
        if verdict.text is not None:
            digest = hashlib.sha256(verdict.text.encode()).hexdigest()
            self.texts[digest] = verdict.text
        self.checks.append(
            Check(self.document.id, observation.at, verdict.outcome, verdict.kind, verdict.reason, digest)
        )
        self.checks.sort(key=lambda check: check.checked_at)
        if verdict.version_at is not None:
            assert digest is not None
            assert not self.versions or self.versions[-1].fetched_at < verdict.version_at <= observation.at
            cause = Cause.CHANGE if self.versions else Cause.FIRST
            self.versions.append(Version(self.document.id, verdict.version_at, digest, 0, cause, 1))
            if verdict.announced:
                assert verdict.text is not None
                self.announced.append(verdict.text)
                self.announced_at.append(observation.at)
        return verdict

    @property
    def in_force(self) -> str:
        """Return the text in force."""
        return self.texts[self.versions[-1].digest]


@pytest.fixture
def watch() -> Watch:
    """Give a document that was never looked at."""
    return Watch()
