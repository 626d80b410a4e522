"""The same feeds through the readers that people use, over HTTP; newsboat and rss2email where they are installed."""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import feedparser
import pytest
from reader import UpdatedFeed, make_reader

from tests.feeds.conftest import START, MakeChange
from tests.feeds.programs import newsboat, rss2email
from tosmonitor import feeds
from tosmonitor.feeds import Publisher
from tosmonitor.model import Sentence, Service, Withdrawal

TRUE = "We may share your data with our 312 partners."
FALSE = "may not share your data with our"  # what a reader shows that merges both sides


@dataclass
class Served:
    """A web server that has feeds, and what it answered."""

    address: str
    bodies: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    answers: list[tuple[str, int]] = field(default_factory=list)

    def put(self, form: str, body: bytes) -> str:
        """Serve a feed and return its address."""
        self.bodies[f"/all.{form}"] = (body, feeds.MEDIA_TYPES[form])
        return f"{self.address}/all.{form}"


@contextmanager
def serving() -> Iterator[Served]:
    """Run a web server that gives each feed an ETag and answers 304 to who has it."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body, media_type = served.bodies[self.path]
            etag = f'"{sha256(body).hexdigest()}"'
            status = 304 if self.headers.get("If-None-Match") == etag else 200
            served.answers.append((self.path, status))
            self.send_response(status)
            self.send_header("ETag", etag)
            self.send_header("Content-Type", media_type)
            self.end_headers()
            if status == 200:
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = Served(f"http://127.0.0.1:{server.server_address[1]}")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def bodies(make_change: MakeChange, service: Service, publisher: Publisher) -> dict[str, bytes]:
    """Give a feed of three changes in each form."""
    entries = feeds.of_changes([make_change(n) for n in range(3)], [service], publisher, "en")
    feed = feeds.names([service])[0]
    return {form: feeds.render(feed, entries, form, publisher, "en") for form in feeds.MEDIA_TYPES}


@pytest.mark.parametrize("form", ["atom", "rss", "json"])
def test_reader_takes_every_form_once(
    form: str, tmp_path: Path, bodies: dict[str, bytes], make_change: MakeChange, service: Service, publisher: Publisher
) -> None:
    """The second poll gets 304; a retraction updates the entry it belongs to and makes no other."""
    with serving() as served, closing(make_reader(str(tmp_path / "reader.sqlite"))) as reader:
        reader.add_feed(served.put(form, bodies[form]))
        reader.update_feeds(scheduled=False)
        entries = list(reader.get_entries())
        assert len(entries) == 3
        newest = max(entries, key=lambda entry: entry.published or START)
        assert (newest.title or "").startswith("Acme & Sons, Terms of Service: ")
        assert TRUE in (newest.content[0].value or "")
        assert newest.link == "https://monitor.example.org/en/acme/terms-of-service/20260107080000/change/"
        reader.update_feeds(scheduled=False)
        assert [status for _, status in served.answers] == [200, 304]

        wrong = Withdrawal(START.replace(month=3), Sentence("Ours.", "À nous."))
        changes = [make_change(0), make_change(1), make_change(2, retracted=wrong)]
        corrected = feeds.of_changes(changes, [service], publisher, "en")
        served.put(form, feeds.render(feeds.names([service])[0], corrected, form, publisher, "en"))
        (update,) = reader.update_feeds_iter(scheduled=False)
        assert isinstance(update.value, UpdatedFeed)
        assert (update.value.new, update.value.modified) == (0, 1)
        again = reader.get_entry((newest.feed_url, newest.id))
        assert (again.title or "").startswith("Retracted: ")
        assert again.published == newest.published


@pytest.mark.parametrize("form", ["atom", "rss"])
def test_feedparser_sees_whole_sentences(form: str, bodies: dict[str, bytes]) -> None:
    """A parser finds the links of the feed and both sides of the change apart."""
    parsed = feedparser.parse(bodies[form])
    assert not parsed.bozo
    shown = re.sub(r"<[^>]+>", "", parsed.entries[0].content[0].value)
    assert TRUE in shown
    assert FALSE not in shown


@pytest.mark.parametrize("form", ["atom", "rss"])
def test_newsboat_shows_no_opposite_meaning(form: str, tmp_path: Path, bodies: dict[str, bytes]) -> None:
    """newsboat ignores ins and del; what it keeps reads true without them."""
    with serving() as served:
        rows = newsboat(served.put(form, bodies[form]), tmp_path)
    assert len(rows) == 3
    first = rows[0]
    assert first.guid == "tag:monitor.example.org,2026:change:acme/terms-of-service:20260105080000"
    assert first.title.startswith("Acme & Sons, Terms of Service: ")
    assert first.url.endswith("/en/acme/terms-of-service/20260105080000/change/")
    assert first.published == START.timestamp()
    assert TRUE in first.text
    assert FALSE not in first.text


@pytest.mark.parametrize("form", ["atom", "rss"])
def test_rss2email_mails_each_change_once(form: str, tmp_path: Path, bodies: dict[str, bytes]) -> None:
    """A change arrives as a mail in plain words, once."""
    with serving() as served:
        mails = rss2email(served.put(form, bodies[form]), tmp_path)
    assert len(mails) == 3
    assert all("**Added:** " in said and TRUE in said and FALSE not in said for said in mails)
