"""docs/subscribers.md says what is so."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import feedparser

from tests.feeds.conftest import MakeChange
from tosmonitor import feeds
from tosmonitor.feeds import Publisher
from tosmonitor.model import Sentence, Service

WRITTEN = (Path(__file__).parent.parent.parent / "docs" / "subscribers.md").read_text(encoding="utf-8")


def test_every_feed_is_in_the_table(service: Service) -> None:
    """Each kind of feed has its row, and each row is a kind of feed."""
    known = feeds.names([service], [("arbitration", Sentence("arbitration", "arbitrage"))], ["AI training"])
    rows = re.findall(r"`([a-z]+)(?:/[A-Z/]+)?\.atom`", WRITTEN)
    assert set(rows) == {feed.name.partition("/")[0] for feed in known}


def test_the_program_that_reads_the_whole_record_works(
    make_change: MakeChange, service: Service, publisher: Publisher, monkeypatch: Any
) -> None:
    """Following the links of the archives gives every change, as the page promises."""
    changes = [make_change(n) for n in range(0, 300, 5)]
    feed = feeds.names([service])[0]
    months = feeds.archive_months([at for change in changes for at in feeds.events(change)])
    entries = feeds.of_changes(changes, [service], publisher, "en")
    served = {"https://monitor.example.org/en/feeds/all.atom": feeds.current(entries)}
    for month in months:
        then = feeds.of_changes(changes, [service], publisher, "en", until=feeds.span(month)[1])
        served[f"https://monitor.example.org/en/feeds/all/{month}.atom"] = feeds.of_month(then, month)
    pages = {}
    for address, held in served.items():
        found = re.search(r"(\d{4}-\d\d)\.atom", address)
        over = found[1] if found else None
        pages[address] = feeds.render(feed, held, "atom", publisher, "en", month=over, months=months)
    parse = feedparser.parse
    monkeypatch.setattr(feedparser, "parse", lambda address: parse(pages[address]))  # the web of this test
    found_in: dict[str, Callable[[str], dict[str, object]]] = {}
    (block,) = re.findall(r"```python\n(.*?)```", WRITTEN, re.DOTALL)
    exec(block, found_in)
    record = found_in["whole_record"]("https://monitor.example.org/en/feeds/all.atom")
    assert record.keys() == {entry.id for entry in entries}
