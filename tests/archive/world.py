"""A small world for the archive's tests: two services, observed hour after hour."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tosmonitor import archive
from tosmonitor.model import (
    Change,
    Difference,
    Document,
    Edit,
    Failure,
    FailureKind,
    Fingerprint,
    Kind,
    Normalised,
    Observation,
    Obstacle,
    ObstacleKind,
    Outcome,
    Reading,
    Response,
    Sentence,
    Service,
    Source,
    TopicHit,
    Verdict,
)

START = datetime(2026, 1, 1, tzinfo=UTC)
PRIVACY = Document("github", "Privacy Policy", (Source("https://github.test/privacy"),), language="en")
TERMS = Document("github", "Terms of Service", (Source("https://github.test/terms"),), language="en")
IMPRINT = Document("mastodon", "Imprint", (Source("https://mastodon.test/imprint"),), language="fr", jurisdiction="FR")
SERVICES = (
    Service("github", "GitHub", (PRIVACY, TERMS), ("dsa-vlop", "code")),
    Service("mastodon", "Mastodon", (IMPRINT,)),
)


def sentence(words: str) -> Sentence:
    """Return the same words in both languages."""
    return Sentence(words, words)


def response(document: Document, body: bytes, *, headers: tuple[tuple[str, str], ...] = ()) -> Response:
    """Return what the first source of the document served."""
    url = document.sources[0].url
    return Response(url, url, 200, "text/html", "utf-8", headers, body)


def page(text: str | None) -> bytes:
    """Return a page that holds `text`, or a bot wall without one."""
    return f"<html><p>{text or 'Are you human?'}</p></html>".encode() * 20


@dataclass
class World:
    """An archive and a clock; every method is one check, an hour after the one before."""

    kept: archive.Archive
    now: datetime = START
    texts: dict[str, str] = field(default_factory=dict)

    def observation(
        self, document: Document, text: str | None, *, headers: tuple[tuple[str, str], ...] = ()
    ) -> Observation:
        """Return a look at the document that gives `text`, or a bot wall without one."""
        served = response(document, page(text), headers=headers)
        source = document.sources[0]
        if text is None:
            wall = Obstacle(ObstacleKind.CHALLENGE, sentence("a bot wall stands before it"))
            reading = Reading(source, self.now, served, obstacle=wall)
        else:
            reading = Reading(source, self.now, served, Normalised(text, "en", Fingerprint("main")))
        return Observation(document, self.now, (reading,), 1)

    def first(self, document: Document, text: str) -> datetime:
        """Record the first version; return its time."""
        at = self.now
        verdict = Verdict(Outcome.FIRST, sentence("seen for the first time"), text=text, version_at=at)
        archive.record(self.kept, self.observation(document, text), verdict, None)
        self._passed(document, text)
        return at

    def change(
        self, document: Document, text: str, *, topics: tuple[str, ...] = (), announced: bool = True,
        kind: Kind = Kind.WORDING,
    ) -> Change:  # fmt: skip
        """Record a change to `text`; the difference replaces the whole."""
        before = self.texts[document.id]
        edit = Edit("replace", before, text, (0, len(before)), (0, len(text)))
        difference = Difference(
            kind, sentence("words differ"), (edit,), words_added=len(text.split()), words_removed=len(before.split()),
            topics=tuple(TopicHit(topic, (topic,)) for topic in topics), sentence=sentence("It was reworded."),
        )  # fmt: skip
        verdict = Verdict(Outcome.CHANGE, sentence("seen twice"), text=text, version_at=self.now, announced=announced)
        found = archive.record(self.kept, self.observation(document, text), verdict, difference)
        assert found is not None
        self._passed(document, text)
        return found

    def quiet(self, document: Document) -> None:
        """Record a check that found nothing new."""
        text = self.texts[document.id]
        verdict = Verdict(Outcome.UNCHANGED, sentence("as before"), text=text)
        archive.record(self.kept, self.observation(document, text), verdict, None)
        self._passed(document, text)

    def blocked(self, document: Document) -> None:
        """Record a check that met a bot wall."""
        verdict = Verdict(Outcome.BLOCKED, sentence("a bot wall stands before it"), kind="challenge")
        archive.record(self.kept, self.observation(document, None), verdict, None)
        self.now += timedelta(hours=1)

    def failed(self, document: Document, *, retry_after: timedelta | None = None) -> None:
        """Record a check that reached nobody."""
        failure = Failure(FailureKind.TIMEOUT, sentence("no answer"), retry_after=retry_after)
        reading = Reading(document.sources[0], self.now, failure=failure)
        verdict = Verdict(Outcome.FAILED, sentence("no answer"), kind="timeout")
        archive.record(self.kept, Observation(document, self.now, (reading,), 1), verdict, None)
        self.now += timedelta(hours=1)

    def _passed(self, document: Document, text: str) -> None:
        self.texts[document.id] = text
        self.now += timedelta(hours=1)
