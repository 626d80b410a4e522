"""The feeds of the running site through readers that people use; newsboat and rss2email where they are installed."""

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.request import Request, urlopen

import feedparser
import pytest
from reader import make_reader

from tests.feeds.programs import newsboat, rss2email

ADDED = "We may use your content to train machine learning models, unless you object in your settings."
REMOVED = "We will not use your content to train machine learning models without your consent."
SERVE = """
import sys
from pathlib import Path
from tosmonitor.site import create_app
from tosmonitor.site.server import Server
address = f"http://127.0.0.1:{sys.argv[2]}"
with Server(create_app(Path(sys.argv[1]), base_url=address), "127.0.0.1", int(sys.argv[2])) as server:
    print(server.address, flush=True)
    server.serve()
"""


@pytest.fixture(scope="module")
def live(archive_path: Path) -> Iterator[str]:
    """Give the address of the site, served by a process of its own as `tosmonitor serve` does it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", SERVE, str(archive_path), str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield server.stdout.readline().strip().rstrip("/")
        server.terminate()


@pytest.mark.parametrize("form", ["atom", "rss"])
@pytest.mark.parametrize("name", ["all", "service/lumen", "corrections", "health", "firsts"])
def test_a_feed_says_where_it_is_and_answers_304(live: str, name: str, form: str) -> None:
    """The link to itself is its address, as validators want it; whoever has it is told so."""
    address = f"{live}/en/feeds/{name}.{form}"
    first = feedparser.parse(address)
    assert (first.status, first.bozo) == (200, False)
    assert first.headers["content-type"] == f"application/{form}+xml; charset=utf-8"
    assert [link.href for link in first.feed.links if link.rel == "self"] == [address]
    assert feedparser.parse(address, etag=first.etag).status == 304
    assert "last-modified" in first.headers


def test_every_feed_of_the_list_can_be_read(live: str) -> None:
    """Each feed of the OPML answers, compressed, and parses."""
    with urlopen(f"{live}/fr/feeds/all.opml") as answer:
        assert answer.headers["Content-Type"] == "text/x-opml; charset=utf-8"
        listed = re.findall(r'xmlUrl="([^"]+)"', answer.read().decode())
    assert len(listed) > 30
    for address in listed:
        with urlopen(Request(address, headers={"Accept-Encoding": "gzip"})) as answer:
            assert answer.headers["Content-Encoding"] == "gzip"
        assert not feedparser.parse(address).bozo


@pytest.mark.parametrize("form", ["atom", "rss", "json"])
def test_reader_reads_it_once(live: str, form: str) -> None:
    """Every entry is new at the first poll, none at the second."""
    address = f"{live}/en/feeds/all.{form}"
    with closing(make_reader(":memory:")) as reader:
        reader.add_feed(address)
        reader.update_feeds(scheduled=False)
        entries = list(reader.get_entries())
        (update,) = reader.update_feeds_iter(scheduled=False)
        assert update.value is None
    assert len(entries) > 10
    assert any(ADDED in (entry.content[0].value or "") for entry in entries)


@pytest.mark.parametrize("form", ["atom", "rss"])
def test_newsboat_shows_what_is_served(live: str, tmp_path: Path, form: str) -> None:
    """A reader without styles shows each side as a sentence of its own."""
    address = f"{live}/en/feeds/service/lumen.{form}"
    shown = {entry.guid: entry.text for entry in newsboat(address, tmp_path)}
    assert shown.keys() == {entry.id for entry in feedparser.parse(address).entries}
    assert any(f"Removed: {REMOVED}" in text and f"Added: {ADDED}" in text for text in shown.values())


def test_rss2email_mails_what_is_served_once(live: str, tmp_path: Path) -> None:
    """Each change is one mail, however often the feed is asked for."""
    address = f"{live}/en/feeds/service/lumen.atom"
    mails = rss2email(address, tmp_path)
    assert len(mails) == len(feedparser.parse(address).entries)
    assert any(REMOVED in text and ADDED in text for text in mails)
