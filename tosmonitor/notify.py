"""Tells listeners of changes: webhooks signed as Standard Webhooks says, mail and chat through Apprise.

    record (one transaction) ─► outbox ─► wanted? ─► message ─► sent ─► ticked off

What is ticked off was taken by the listener; what was sent when the process died is sent again under the same id, by
which a webhook's receiver knows it (https://www.standardwebhooks.com, "webhook-id"). A listener that fails stops
nobody: it is tried again later, in order, for as long as it takes.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import apprise
from standardwebhooks.webhooks import Webhook

from tosmonitor import archive as kept
from tosmonitor import urls
from tosmonitor.archive import Archive, Entry
from tosmonitor.declarations.settings import Listener, Settings, Wanted
from tosmonitor.errors import NotFoundError
from tosmonitor.fetch.post import post
from tosmonitor.model import Change, Document, Failure, FailureKind, Manners, Sentence, Service
from tosmonitor.topics import TOPICS

#: Pauses after the first, second, ... failure in a row; the last one is repeated. After the schedule that Standard
#: Webhooks recommends, without its end: an outbox forgets nothing.
PAUSES = (
    timedelta(seconds=30), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=5),
    timedelta(hours=10),
)  # fmt: skip

#: How many entries one listener is told in one go.
MOST = 500

_EVENTS = {"change": "change.announced", "retraction": "change.retracted", "withdrawal": "text.withheld",
           "first": "document.first"}  # fmt: skip
_SUBJECTS = {
    "en": {"change": "changed", "retraction": "correction", "withdrawal": "withheld", "first": "now watched"},
    "fr": {"change": "modifié", "retraction": "correction", "withdrawal": "retiré", "first": "désormais suivi"},
}

#: Sends a signed message: address, body, headers, manners; the status, or why it was not taken.
Post = Callable[[str, bytes, Mapping[str, str], Manners], int | Failure]

#: Tells by mail or chat: Apprise address, title, text; None, or why not.
Tell = Callable[[str, str, str], str | None]


@dataclass(frozen=True, slots=True)
class Untold:
    """A listener that could not be told, and why."""

    listener: str
    reason: str


@dataclass(slots=True)
class Rests:
    """Which listeners are left alone, and until when; lives as long as the process."""

    failures: dict[tuple[Path, str], int] = field(default_factory=lambda: defaultdict(int))
    until: dict[tuple[Path, str], datetime] = field(default_factory=dict)


#: What this process knows of listeners that failed.
RESTS = Rests()


def enrol(archive: Archive, settings: Settings) -> None:
    """Make every listener known to the archive, to be told what is recorded from now on."""
    for listener in settings.listeners:
        kept.enrol(archive, listener.name)


def by_apprise(address: str, title: str, text: str) -> str | None:
    """Tell through Apprise; return None if it was taken, and why not otherwise. Uses Apprise's own connections."""
    messenger = apprise.Apprise()
    if not messenger.add(address):
        return "Apprise does not know such an address; see https://appriseit.com/services/"
    if not messenger.notify(title=title, body=text):
        return "Apprise could not deliver it; try the address with the command line of Apprise"
    return None


def deliver(
    archive: Archive,
    settings: Settings,
    *,
    clock: Callable[[], datetime],
    send: Post = post,
    tell: Tell = by_apprise,
    rests: Rests = RESTS,
) -> tuple[Untold, ...]:
    """Tell every listener what it has still to be told, oldest first; return those that could not be told.

    A listener that fails is left alone for a while, the others are told. Archive errors are raised.
    """
    enrol(archive, settings)
    services = {service.id: service for service in kept.services(archive)}
    untold: list[Untold] = []
    for listener in settings.listeners:
        key = (archive.path, listener.name)
        now = clock()
        if key in rests.until and now < rests.until[key]:
            continue
        failure = _tell_one(archive, listener, settings, services, clock, send, tell)
        if failure is None:
            rests.failures.pop(key, None)
            rests.until.pop(key, None)
            continue
        pause = PAUSES[min(rests.failures[key], len(PAUSES) - 1)]
        rests.failures[key] += 1
        rests.until[key] = now + max(pause, failure.retry_after or pause)
        untold.append(Untold(listener.name, failure.reason.en))
    return tuple(untold)


def _tell_one(
    archive: Archive,
    listener: Listener,
    settings: Settings,
    services: Mapping[str, Service],
    clock: Callable[[], datetime],
    send: Post,
    tell: Tell,
) -> Failure | None:
    """Tell `listener` in order until nothing is left, or it fails."""
    for entry in kept.pending(archive, listener.name, limit=MOST):
        message = _message(archive, entry, settings, services)
        if message is not None and wants(listener.wanted, message):
            failure = _send(listener, message, settings.manners, clock, send, tell)
            if failure is not None:
                return failure
        kept.delivered(archive, listener.name, [entry.id], at=clock())
    return None


# ------------------------------------------------------------------------------------------------------ messages


@dataclass(frozen=True, slots=True)
class Message:
    """One thing to tell: the event, the document it is about, and the change, if it is about one."""

    event: str
    at: datetime
    service: Service
    document: Document
    change: Change | None
    page: str  # path of its page on the site, with "{language}"
    base_url: str

    @property
    def id(self) -> str:
        """Return what names it for ever: the same event of the same version has the same id, whoever sends it."""
        return f"msg_{self.event}_{self.document.id.replace('/', '_')}_{urls.stamp(self.at)}"

    def url(self, language: str) -> str:
        """Return the address of its page."""
        return self.base_url + self.page.format(language=language)


def wants(wanted: Wanted, message: Message) -> bool:
    """Say whether a listener wants to be told; what is not said in `wanted` lets everything through."""
    document, change = message.document, message.change
    topics = {hit.topic for hit in change.difference.topics} if change else set()
    asked = (
        (wanted.events, {message.event}),
        (wanted.services, {message.service.id}),
        (wanted.tags, set(message.service.tags)),
        (wanted.types, {document.terms_type}),
        (wanted.topics, topics),
        (wanted.kinds, {change.difference.kind} if change else set(wanted.kinds)),
        (wanted.jurisdictions, {document.jurisdiction}),
        (wanted.languages, {document.language, (document.language or "").partition("-")[0]}),
    )
    return all(not names or set(names) & has for names, has in asked)


def payload(message: Message) -> bytes:
    """Return what a webhook is sent: JSON of type, timestamp and data, as Standard Webhooks proposes."""
    change, document = message.change, message.document
    told: dict[str, object] = {
        "id": message.id,
        "service": {"id": message.service.id, "name": message.service.name, "tags": list(message.service.tags)},
        "document": document.id,
        "terms_type": document.terms_type,
        "language": document.language,
        "jurisdiction": document.jurisdiction,
        "sources": [source.url for source in document.sources],
        "version": urls.stamp(message.at),
        "url": {language: message.url(language) for language in urls.LANGUAGES},
    }
    if change is not None:
        difference = change.difference
        told |= {
            "before": urls.stamp(change.before.fetched_at),
            "kind": str(difference.kind),
            "sentence": {"en": difference.sentence.en, "fr": difference.sentence.fr},
            "words_added": difference.words_added,
            "words_removed": difference.words_removed,
            "topics": [{"topic": hit.topic, "words": list(hit.words)} for hit in difference.topics],
            "sections": list(dict.fromkeys((*difference.sections_edited, *difference.sections_added))),
            "sections_removed": list(difference.sections_removed),
            "dates": [{"role": date.role, "day": date.day} for date in difference.dates_after],
            "text_digest": change.after.digest,
        }
        if change.retracted is not None:
            told["retracted"] = {"en": change.retracted.reason.en, "fr": change.retracted.reason.fr}
    body = {"type": _EVENTS[message.event], "timestamp": message.at.isoformat(), "data": told}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def worded(message: Message, language: str) -> tuple[str, str]:
    """Return the title and the text of a mail or chat message, in plain words, in "en" or "fr"."""
    subject = _SUBJECTS["fr" if language == "fr" else "en"][message.event]
    title = f"{message.service.name} – {message.document.terms_type}: {subject}"
    if language == "fr":
        title = f"{message.service.name} – {message.document.terms_type} : {subject}"
    return title, "\n\n".join(_paragraphs(message, language))


def _paragraphs(message: Message, language: str) -> Iterator[str]:
    change = message.change
    if change is not None:
        if change.retracted is not None:
            yield change.retracted.reason.said(language)
        yield change.difference.sentence.said(language)
        if change.difference.topics:
            label = "Sujets : " if language == "fr" else "Topics: "
            names = (
                TOPICS[hit.topic].said(language) if hit.topic in TOPICS else hit.topic
                for hit in change.difference.topics
            )
            yield label + ", ".join(names)
    yield message.url("fr" if language == "fr" else "en")
    yield "\n".join(source.url for source in message.document.sources)


def _message(archive: Archive, entry: Entry, settings: Settings, services: Mapping[str, Service]) -> Message | None:
    """Return what an entry of the outbox tells of; None when that is not in the archive any more."""
    try:
        document = kept.document(archive, entry.document_id)
        told_of_change = entry.event in ("change", "retraction")
        change = kept.change(archive, entry.document_id, entry.at) if told_of_change else None
    except NotFoundError:
        return None
    service = services.get(document.service_id) or Service(document.service_id, document.service_id, (document,))
    make = urls.change if told_of_change else urls.version
    page = make("{language}", document.id, entry.at)
    return Message(entry.event, entry.at, service, document, change, page, settings.base_url)


def _send(
    listener: Listener, message: Message, manners: Manners, clock: Callable[[], datetime], send: Post, tell: Tell
) -> Failure | None:
    if listener.webhook is not None and listener.secret is not None:
        body = payload(message)
        now = clock()
        headers = {
            "Content-Type": "application/json",
            "webhook-id": message.id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(listener.secret).sign(message.id, now, body.decode()),
        }
        answer = send(listener.webhook, body, headers, manners)
        return answer if isinstance(answer, Failure) else None
    title, text = worded(message, listener.language)
    return _guarded(listener, title, text, tell)


def _guarded(listener: Listener, title: str, text: str, tell: Tell) -> Failure | None:
    """Tell by mail or chat; whatever a plug-in of Apprise raises is this listener's failure and nobody else's."""
    try:
        reason = tell(listener.apprise or "", title, text)
    except Exception as error:  # the one guard around listeners: dozens of plug-ins, each with errors of its own
        reason = f"{type(error).__name__}: {error}"
    if reason is None:
        return None
    return Failure(FailureKind.REFUSED, Sentence(reason, reason))
