"""What mutated pages once broke: each input is the smallest that did."""

import json

import pytest
from markdown_it import MarkdownIt

from tosmonitor.model import Source
from tosmonitor.normalise import normalise

URL = "https://example.org/legal/"
RENDERER = MarkdownIt("commonmark", {"maxNesting": 1000}).enable("table")


def read(body: bytes, *select: str) -> str:
    """Return the text of a page."""
    return normalise(body, url=URL, media_type="text/html", source=Source(URL, select=select)).text


def test_private_characters_in_the_state_of_scripts_are_debris() -> None:
    """Characters that stand for mark-up while a paragraph is gathered come in by no door."""
    words = "We tell you that this is the text of the terms. " * 8
    state = json.dumps({"text": words + "\ue001\ue003"}, ensure_ascii=False)
    assert words.strip() == read(f"<div id=app></div><script>x = {state}</script>".encode()).strip()


@pytest.mark.parametrize(
    "html",
    [
        "<a href='https://wal\ufffdlet.org/'>The wallet</a>",
        "<a href='http://example.org </p><h2 dir='>1. Scope</a>",
    ],
)
def test_reading_what_was_read_gives_the_same(html: str) -> None:
    """The Markdown of a page, rendered and read again, is the same Markdown."""
    once = read(html.encode(), "body")
    assert once == read(RENDERER.render(once).encode(), "body")
