"""What mutated pages once broke: each input is the smallest that did."""

import pytest
from markdown_it import MarkdownIt

from tosmonitor.model import Source
from tosmonitor.normalise import markdown, normalise
from tosmonitor.normalise.tree import Element

URL = "https://example.org/legal/"
RENDERER = MarkdownIt("commonmark", {"maxNesting": 1000}).enable("table")


def read(body: bytes, *select: str) -> str:
    """Return the text of a page."""
    return normalise(body, url=URL, media_type="text/html", source=Source(URL, select=select)).text


def test_private_characters_are_debris_wherever_they_come_from() -> None:
    """Characters that stand for mark-up while a paragraph is gathered come in by no door."""
    paragraph = Element("p")
    paragraph.kids.append("The \ue001text\ue003 of the terms.\U000f0000")
    assert markdown.convert([paragraph], URL) == "The text of the terms.\n"


@pytest.mark.parametrize(
    "html",
    [
        "<a href='https://wal\ufffdlet.org/'>The wallet</a>",
        "<a href='http://example.org </p><h2 dir='>1. Scope</a>",
        "<a href='https://e%xample.org/a'>A lone per cent sign</a>",
        "<table><tr><td>Terms<td><td>\u200b<tr><td>\u200b</table>",
        "<p>x<s>a</s><b></b><s>b</s>c",
        "<p>a<s>b</s><i> - </i><s>c</s>d",
        "<pre><code>a&nbsp;b</code></pre>",
        "<ul><li>a</li></ul><ul><ul><li>b</li></ul><li>c</li></ul>",
        "<ul><li>a<ul><li>b</li></ul><ul><li>c</li></ul></li><ul><li>d</li></ul></ul>",
        "<ol><li>a</li><li value=7><h3>b</h3></li></ol>",
        "<ol><li><h3>a</h3></li><li value=7>b</li></ol>",
    ],
)
def test_reading_what_was_read_gives_the_same(html: str) -> None:
    """The Markdown of a page, rendered and read again, is the same Markdown."""
    once = read(html.encode(), "body")
    assert once == read(RENDERER.render(once).encode(), "body")
