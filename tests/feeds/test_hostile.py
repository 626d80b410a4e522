"""Whatever a page holds, its feed is well-formed and nothing in it runs."""

import json
import random
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from lxml import etree, html

from tests.feeds.conftest import MakeChange
from tosmonitor import feeds
from tosmonitor.feeds import Entry, Feed, Publisher
from tosmonitor.model import (
    Change,
    Difference,
    Document,
    Edit,
    Kind,
    Segment,
    Sentence,
    Service,
    Source,
    StatedDate,
    TopicHit,
)

ENTRIES = 10_000
ALLOWED = {"p", "strong", "del", "ins", "br", "h3", "a", "div"}  # div: what lxml wraps a fragment in

NASTY = (
    '<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '<svg/onload=alert(1)>', ']]>', '<![CDATA[', '<!--',
    '-->', '&', '&amp;', '&lt;b&gt;', '&#0;', '&#x1b;', '&copy2', '</del></p><p>', '"><a href="javascript:alert(1)">',
    "'", '[x](javascript:alert(1))', '![x](data:text/html,<script>)', '[a](https://x.example/"onmouseover="alert(1))',
    '\x00', '\x08', '\x0b', '\x0c', '\x1b[31m', '\x7f', '\x85', '\x9f', '\r\n', '\u2028', '\u2029', '\ufeff',
    '\ufffe', '\uffff', '\ufffd', '\ufdd0', '\ud800', '\udfff', '\ud83d', '\U0001f600', '\U0001fffe', '\u202e',
    '\u2066', '\u200f', '\u05e9\u05dc\u05d5\u05dd',
    '\u0645\u0631\u062d\u0628\u0627 \u0628\u0627\u0644\u0639\u0627\u0644\u0645', '\u670d\u52a1\u6761\u6b3e',
    'e\u0301', "\u0300" * 20, '*' * 30, '_' * 30, '`' * 30, '[' * 50, '(' * 50, '\\' * 30, '| a | b |\n| --- | --- |',
    '# heading', '- item', '1. item', 'a' * 300, ' ', '\n\n', '\t', "<?xml version='1.0'?>",
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>", '&e;', '%s%n', '{{7*7}}', '${7*7}',
    'We may share your data.',
)  # fmt: skip


def nasty(dice: random.Random, most: int = 12) -> str:
    """Return some of what a hostile page may hold."""
    return "".join(dice.choices(NASTY, k=dice.randrange(most)))


def hostile(dice: random.Random, plain: Change, number: int) -> tuple[Service, Entry]:
    """Return the entry of a change in which everything a page or a declaration decides is hostile."""
    old, new = nasty(dice), nasty(dice)
    op = dice.choice(("insert", "delete", "replace", "move"))
    segments = (Segment("replace", old, new),)
    edit = Edit(op, old, new, (0, len(old)), (0, len(new)), (nasty(dice, 4), nasty(dice, 4)), (nasty(dice, 4),),
                rewritten=dice.random() < 0.5, segments=segments)  # fmt: skip
    said = Sentence(nasty(dice), nasty(dice))
    difference = Difference(
        Kind.WORDING, said, (edit,), sections_added=(nasty(dice),),
        topics=(TopicHit(nasty(dice, 3), (nasty(dice, 3),)),),
        dates_after=(StatedDate(nasty(dice, 3), "2026-01-01", nasty(dice, 3)),), sentence=said,
    )  # fmt: skip
    source = Source("https://x.example/" + nasty(dice, 4))
    document = Document("acme", "Terms of Service", (source,), jurisdiction=nasty(dice, 3), language=nasty(dice, 3))
    service = Service("acme", nasty(dice, 5), (document,), (nasty(dice, 3),))
    at = plain.after.fetched_at + timedelta(hours=number)
    after = replace(plain.after, fetched_at=at)
    change = replace(plain, after=after, announced_at=at, difference=difference)
    language = dice.choice(("en", "fr"))
    (entry,) = feeds.of_changes([change], [service], Publisher("https://m.example", nasty(dice, 3) or "m"), language)
    return service, entry


def harmless(markup: str) -> None:
    """Fail unless `markup` is HTML of the few elements that an entry uses, with links that lead to the web only."""
    for element in html.fragment_fromstring(markup, create_parent="div").iter():
        assert element.tag in ALLOWED, element.tag
        assert set(element.attrib) <= {"href"}, element.attrib
        assert element.get("href", "https://").startswith(("https://", "http://"))


def test_ten_thousand_hostile_entries_make_well_formed_feeds(
    make_change: MakeChange, service: Service, publisher: Publisher
) -> None:
    """Control characters, CDATA ends, lone surrogates, turned text and markup: each feed parses, nothing in it runs."""
    dice = random.Random(8)
    feed = feeds.names([service])[0]
    plain = make_change()
    begun = time.process_time()
    made = [hostile(dice, plain, number) for number in range(ENTRIES)]
    spent = time.process_time() - begun
    assert spent / ENTRIES < 0.005
    for part in batched_entries([entry for _, entry in made]):
        atom = etree.fromstring(feeds.render(feed, part, "atom", publisher, "en"))
        rss = etree.fromstring(feeds.render(feed, part, "rss", publisher, "en"))
        items = json.loads(feeds.render(feed, part, "json", publisher, "en"))["items"]
        assert len(part) == len(atom.findall("{*}entry")) == len(rss.findall("channel/item")) == len(items)
        for item in rss.iter("item"):
            assert "<" not in (item.findtext("title") or "")
            assert "<" not in (item.findtext("description") or "")
        for entry in part:
            assert entry.title
            harmless(entry.content)


def batched_entries(entries: list[Entry]) -> list[list[Entry]]:
    """Return `entries` in feeds of 250."""
    return [entries[start : start + 250] for start in range(0, len(entries), 250)]


def test_hostile_names_make_well_formed_lists(publisher: Publisher) -> None:
    """Feeds are named after services and tags, whatever these hold, and the lists of feeds can be imported."""
    dice = random.Random(9)
    for _ in range(300):
        document = Document("acme", nasty(dice) or "x", (Source("https://x.example/"),), language=nasty(dice, 3))
        service = Service("acme", nasty(dice), (document,), (nasty(dice, 3), nasty(dice, 3)))
        known = feeds.names([service], phrases=[nasty(dice, 3)])
        etree.fromstring(feeds.opml(known, publisher, "fr"))
        for feed in known:
            etree.fromstring(feeds.render(feed, (), "atom", publisher, "fr"))


@pytest.mark.parametrize(
    "piece", ["word ", "[", "[x](", "*_`", "&", "\x00", "“”", "| a ", "\n\n", "# \n", "服", "\U0001f600"]
)
def test_two_megabytes_of_anything_are_cut_in_bounded_time(
    piece: str, make_change: MakeChange, service: Service, publisher: Publisher
) -> None:
    """A change of 2 MB makes an entry of 30 KB within a second of processor time."""
    text = piece * (2_000_000 // len(piece))
    edit = Edit("insert", None, text, None, (0, len(text)), segments=(Segment("insert", "", text),))
    difference = Difference(Kind.WORDING, Sentence("", ""), (edit,))
    begun = time.process_time()
    (entry,) = feeds.of_changes([make_change(difference=difference)], [service], publisher, "en")
    spent = time.process_time() - begun
    assert len(entry.content.encode()) < 31_000
    assert spent < 5
    assert entry_feed(entry, service, publisher).count(b"<entry>") == 1


def entry_feed(entry: Entry, service: Service, publisher: Publisher) -> bytes:
    """Return a feed of one entry."""
    feed: Feed = feeds.names([service])[0]
    return feeds.render(feed, [entry], "atom", publisher, "en")
