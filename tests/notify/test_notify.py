"""Telling listeners: what is sent, to whom, how it is signed, and what happens when it fails."""

import json
import smtplib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from standardwebhooks.webhooks import Webhook

from tests.archive.world import PRIVACY, SERVICES, TERMS, World
from tosmonitor import archive, urls
from tosmonitor.declarations import Listener, Settings, Wanted
from tosmonitor.fetch.post import post
from tosmonitor.model import Failure, FailureKind, Kind, Manners, Sentence
from tosmonitor.notify import PAUSES, Message, Rests, by_apprise, deliver, payload, wants, worded

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class Receiver:
    """A web server that keeps what is posted to it and answers with `status`."""

    def __init__(self) -> None:
        self.status = 204
        self.taken: list[tuple[dict[str, str], bytes]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if receiver.status < 300:
                    receiver.taken.append(({k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(receiver.status)
                if receiver.status == 429:
                    self.send_header("Retry-After", "7200")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server.server_port}"
        self.url = f"http://{self.host}/hook"
        self.manners = Manners(allowed_hosts=(self.host,))


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Give a receiver on loopback."""
    receiver = Receiver()
    thread = Thread(target=receiver.server.serve_forever, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.server.shutdown()
        receiver.server.server_close()
        thread.join()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Give a receiver on loopback."""
    with receiving() as made:
        yield made


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Give an open archive with the services declared and two first versions."""
    with archive.open_archive(tmp_path / "archive.db", write=True) as kept:
        archive.declare(kept, SERVICES)
        made = World(kept)
        made.first(PRIVACY, "We keep data for one year.")
        made.first(TERMS, "You may leave at any time.")
        yield made


def now() -> datetime:
    """Return the time, for signatures that must be fresh."""
    return datetime.now(UTC)


def settings(receiver: Receiver, *listeners: Listener) -> Settings:
    """Return settings with one webhook, or with `listeners`."""
    hook = Listener("hook", webhook=receiver.url, secret=SECRET)
    return Settings(base_url="https://terms.example", manners=receiver.manners, listeners=listeners or (hook,))


def test_a_change_is_told_once_and_signed(world: World, receiver: Receiver) -> None:
    """The receiver verifies the message by the secret alone, reads what changed, and is not told again."""
    told = settings(receiver)
    assert deliver(world.kept, told, clock=now) == ()
    change = world.change(PRIVACY, "We keep data for two years.", topics=("retention",))
    assert deliver(world.kept, told, clock=now) == ()
    assert deliver(world.kept, told, clock=now) == ()
    ((headers, body),) = receiver.taken
    read = Webhook(SECRET).verify(body, headers)
    stamp = urls.stamp(change.after.fetched_at)
    assert headers["webhook-id"] == f"msg_change_github_privacy-policy_{stamp}"
    assert headers["content-type"] == "application/json"
    assert read["type"] == "change.announced"
    assert read["data"] == {
        "id": headers["webhook-id"],
        "service": {"id": "github", "name": "GitHub", "tags": ["dsa-vlop", "code"]},
        "document": "github/privacy-policy",
        "terms_type": "Privacy Policy",
        "language": "en",
        "jurisdiction": None,
        "sources": ["https://github.test/privacy"],
        "version": stamp,
        "url": {
            "en": f"https://terms.example/en/github/privacy-policy/{stamp}/change/",
            "fr": f"https://terms.example/fr/github/privacy-policy/{stamp}/change/",
        },
        "before": urls.stamp(change.before.fetched_at),
        "kind": "wording",
        "sentence": {"en": "It was reworded.", "fr": "It was reworded."},
        "words_added": 6,
        "words_removed": 6,
        "topics": [{"topic": "retention", "words": ["retention"]}],
        "sections": [],
        "sections_removed": [],
        "dates": [],
        "text_digest": change.after.digest,
    }


def test_a_listener_is_told_what_comes_after_it(world: World, receiver: Receiver) -> None:
    """What was recorded before a listener was declared is none of its business, and first versions are no news."""
    world.change(PRIVACY, "Old news.")
    deliver(world.kept, settings(receiver), clock=now)
    world.change(PRIVACY, "News.")
    world.change(TERMS, "Kept, not announced.", announced=False)
    deliver(world.kept, settings(receiver), clock=now)
    assert [json.loads(body)["data"]["document"] for _, body in receiver.taken] == ["github/privacy-policy"]


def test_a_listener_that_fails_is_tried_again_later_in_order(world: World, receiver: Receiver) -> None:
    """Nothing is lost: after a pause that grows, what is pending is told, oldest first."""
    told, rests = settings(receiver), Rests()
    start = now()
    deliver(world.kept, told, clock=lambda: start, rests=rests)
    world.change(PRIVACY, "One.")
    world.change(PRIVACY, "Two.")
    receiver.status = 503
    (untold,) = deliver(world.kept, told, clock=lambda: start, rests=rests)
    assert (untold.listener, untold.reason) == ("hook", "127.0.0.1 answered 503.")
    receiver.status = 204
    assert deliver(world.kept, told, clock=lambda: start + PAUSES[0] / 2, rests=rests) == ()
    assert receiver.taken == []
    assert deliver(world.kept, told, clock=lambda: start + PAUSES[0], rests=rests) == ()
    versions = [json.loads(body)["data"]["version"] for _, body in receiver.taken]
    assert len(versions) == 2
    assert versions == sorted(versions)


def test_a_host_that_asks_for_rest_gets_it(world: World, receiver: Receiver) -> None:
    """Retry-After is heard, also when it is longer than our own pause."""
    told, rests = settings(receiver), Rests()
    start = now()
    deliver(world.kept, told, clock=lambda: start, rests=rests)
    world.change(PRIVACY, "One.")
    receiver.status = 429
    assert len(deliver(world.kept, told, clock=lambda: start, rests=rests)) == 1
    receiver.status = 204
    deliver(world.kept, told, clock=lambda: start + timedelta(hours=1), rests=rests)
    assert receiver.taken == []
    deliver(world.kept, told, clock=lambda: start + timedelta(hours=2), rests=rests)
    assert len(receiver.taken) == 1


def test_a_listener_that_fails_stops_nobody(world: World, receiver: Receiver) -> None:
    """A dead address and a plug-in that raises are told as such; the listener beside them hears of the change."""
    dead = Listener("dead", webhook="http://192.0.2.1/hook", secret=SECRET)
    broken = Listener("broken", apprise="json://nowhere.invalid")
    fine = Listener("fine", webhook=receiver.url, secret=SECRET)
    told = settings(receiver, dead, broken, fine)

    def refuse(url: str, body: bytes, headers: Mapping[str, str], manners: Manners) -> int | Failure:
        if "192.0.2.1" in url:
            return Failure(FailureKind.TIMEOUT, Sentence("no answer.", "pas de réponse."))
        return post(url, body, headers, manners)

    def raise_(address: str, title: str, text: str) -> str | None:
        raise smtplib.SMTPServerDisconnected("gone")

    deliver(world.kept, told, clock=now, send=refuse, tell=raise_)
    world.change(PRIVACY, "News.")
    untold = deliver(world.kept, told, clock=now, send=refuse, tell=raise_, rests=Rests())
    assert [(one.listener, one.reason) for one in untold] == [
        ("dead", "no answer."),
        ("broken", "SMTPServerDisconnected: gone"),
    ]
    assert len(receiver.taken) == 1


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # a plug-in of Apprise imports it
def test_apprise_tells_in_words(world: World, receiver: Receiver) -> None:
    """Mail and chat get a title and a text that read on their own, in the listener's language."""
    listener = Listener("chat", apprise=f"json://{receiver.host}/chat", language="fr")
    told = settings(receiver, listener)
    deliver(world.kept, told, clock=now)
    change = world.change(PRIVACY, "News.", topics=("retention",))
    assert deliver(world.kept, told, clock=now) == ()
    ((_, body),) = receiver.taken
    read = json.loads(body)
    assert read["title"] == "GitHub – Privacy Policy : modifié"
    stamp = urls.stamp(change.after.fetched_at)
    assert f"https://terms.example/fr/github/privacy-policy/{stamp}/change/" in read["message"]
    assert "https://github.test/privacy" in read["message"]
    assert "Sujets : " in read["message"]


def test_a_correction_is_told_with_its_reason(world: World, receiver: Receiver) -> None:
    """Who was told of a change hears that it was ours, and that a text was taken down."""
    told = settings(receiver)
    deliver(world.kept, told, clock=now)
    change = world.change(PRIVACY, "A bot wall that we took for the policy.")
    reason = Sentence("It was a bot wall.", "C’était un mur anti-robots.")
    archive.retract(world.kept, PRIVACY.id, change.after.fetched_at, reason)
    archive.withhold(world.kept, change.after.digest, Sentence("A court asked for it.", "Un tribunal l’a demandé."))
    assert deliver(world.kept, told, clock=now) == ()
    read = [json.loads(body) for _, body in receiver.taken]
    assert [message["type"] for message in read] == ["change.announced", "change.retracted", "text.withheld"]
    assert read[1]["data"]["retracted"]["en"] == "It was a bot wall."
    assert len({message["data"]["id"] for message in read}) == 3


PASSWORD_IN = Listener("mail", apprise="mailto://user:password@example.org", secret=SECRET)


def test_secrets_are_not_printed() -> None:
    """A listener that ends up in a log gives nothing away."""
    assert "password" not in repr(PASSWORD_IN)
    assert SECRET not in repr(PASSWORD_IN)


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")
def test_an_address_that_apprise_does_not_know_is_told() -> None:
    """A mistake in the address is said, not swallowed."""
    assert by_apprise("carrier-pigeon:/", "title", "text") is not None


@pytest.mark.parametrize(
    ("wanted", "heard"),
    [
        (Wanted(), True),
        (Wanted(services=("github",)), True),
        (Wanted(services=("gitlab",)), False),
        (Wanted(tags=("code", "france")), True),
        (Wanted(tags=("france",)), False),
        (Wanted(types=("Imprint",)), False),
        (Wanted(topics=("retention",)), True),
        (Wanted(topics=("arbitration",)), False),
        (Wanted(kinds=(Kind.WORDING,)), True),
        (Wanted(kinds=(Kind.LINKS,)), False),
        (Wanted(languages=("en",)), True),
        (Wanted(jurisdictions=("FR",)), False),
        (Wanted(events=("retraction",)), False),
        (Wanted(tags=("code",), topics=("arbitration",)), False),
    ],
)
def test_filters(world: World, wanted: Wanted, heard: bool) -> None:
    """Within one filter any value will do; several filters must all agree."""
    change = world.change(PRIVACY, "News.", topics=("retention",))
    message = Message("change", change.after.fetched_at, SERVICES[0], PRIVACY, change, "/{language}/", "https://a.test")
    assert wants(wanted, message) is heard


def test_a_message_reads_on_its_own(world: World) -> None:
    """The title names service and document; the payload is JSON that fits on a line."""
    change = world.change(PRIVACY, "News.")
    message = Message(
        "change", change.after.fetched_at, SERVICES[0], PRIVACY, change, "/{language}/x/", "https://a.test"
    )
    title, text = worded(message, "en")
    assert title == "GitHub – Privacy Policy: changed"
    assert text == "It was reworded.\n\nhttps://a.test/en/x/\n\nhttps://github.test/privacy"
    assert b"\n" not in payload(message)


def test_messages_go_nowhere_private(receiver: Receiver) -> None:
    """An address in the operator's own network is refused unless it is allowed, and redirects are not followed."""
    refused = post(receiver.url, b"{}", {}, Manners())
    assert isinstance(refused, Failure)
    assert refused.kind is FailureKind.GUARD
    receiver.status = 302
    moved = post(receiver.url, b"{}", {}, receiver.manners)
    assert isinstance(moved, Failure)
    assert moved.status == 302
    receiver.status = 200
    assert post(receiver.url, b"{}", {}, receiver.manners) == 200
