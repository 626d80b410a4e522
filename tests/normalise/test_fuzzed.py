"""What mutated pages once broke: each input is the smallest that did."""

import pytest
from markdown_it import MarkdownIt

from tosmonitor.errors import EmptyTextError
from tosmonitor.model import Fingerprint, Source
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
        "<a href='/?a=1&amp;amp;b=2'>An address with an entity</a>",
        "<a href=&amp;nbsp;v>An address that is one</a>",
        "<table><td><img alt=n><td>l<td><title>/",
        "<img alt='a\u200b \ue001e\u0301\x05'>",
        "<table><tr><td>a<td>b" + "<td>c" * 600 + "<tr><td>d" * 600,
        "<a href='/?a=1&amp;amp;b=2'>An entity in an address</a>",
        "<table><td><img alt=n><td>l<td><title>/</table>",
        "<p>a<img alt='b\u0005c\u200b'>",
    ],
)
def test_reading_what_was_read_gives_the_same(html: str) -> None:
    """The Markdown of a page, rendered and read again, is the same Markdown."""
    once = read(html.encode(), "body")
    assert once == read(RENDERER.render(once).encode(), "body")


SENTENCES = "You agree to these terms when you use the service, and they bind you from then on. " * 2
HIDDEN = [
    "<button>{}</button>",
    "<textarea>{}</textarea>",
    "<label hidden>{}</label>",
    "<span style='display:none'>{}</span>",
    "<form><button>{}</button></form>",
    "<main><button>{}</button></main>",
    "<div><div><span hidden>{}</span></div></div>",
]


@pytest.mark.parametrize("shell", HIDDEN)
def test_a_page_whose_only_sentences_are_not_shown_is_empty(shell: str) -> None:
    """A shell that scripts will fill, with a message in a button or a hidden line, is refused by name."""
    body = shell.format(SENTENCES).encode()
    with pytest.raises(EmptyTextError):
        read(body)


@pytest.mark.parametrize("shell", HIDDEN)
def test_sentences_that_are_not_shown_leave_short_text_alone(shell: str) -> None:
    """What remains of such a page is its text, also where the choice was told what it chose before."""
    body = (shell.format(SENTENCES) + "<div>Short terms.</div>").encode()
    first = normalise(body, url=URL, media_type="text/html")
    told = Fingerprint('{"format":1,"core":["div"]}')
    assert first.text == "Short terms.\n"
    assert first.text == normalise(body, url=URL, media_type="text/html", fingerprint=told).text


@pytest.mark.parametrize(
    "apart",
    [
        "<template><main><p>{}</p></main></template>",
        "<div><noscript><div><p>{}</p></div></noscript></div>",
        "<template><div><template><p>{}</p></template></div></template>",
        '<script>state = {{"title": "Terms", "body": "<p>{}</p>"}}</script>',
        '<script type="application/json">{{"page": {{"content": "<p>{}</p>"}}}}</script>',
    ],
)
def test_what_a_page_keeps_apart_counts_only_where_it_holds_more(apart: str) -> None:
    """A template, a noscript part or a script is weighed; light, it leaves the page and the choice as they were."""
    page = "<div><section><h1>Terms</h1><p>" + SENTENCES + "</p></section></div>{}<p>Last line, of some length.</p>"
    told = Fingerprint('{"format":1,"core":["div","section"]}')
    expected = read(page.format("").encode())
    assert SENTENCES.strip() in expected
    for fingerprint in (None, told):
        light = page.format(apart.format("A short note.")).encode()
        assert expected == normalise(light, url=URL, media_type="text/html", fingerprint=fingerprint).text
    heavy = page.format(apart.format("These are the terms in full, as they bind us both. " * 40)).encode()
    assert "as they bind us both" in read(heavy)


def test_a_table_of_rows_unlike_any_other_is_none() -> None:
    """One row of thousands of cells over thousands of rows of one would be filled up with millions; its text stays."""
    ragged = "<table><tr>" + "<td>wide" * 2_000 + "<tr><td>deep" * 2_000 + "</table>"
    text = read(ragged.encode(), "body")
    assert (text.count("wide"), text.count("deep")) == (2_000, 2_000)
    assert len(text) < 50_000


def test_the_caption_of_what_is_no_table_is_read_once() -> None:
    """A table with one cell arranges its text; its caption stands before it."""
    assert read(b"<table><caption>Fees<td>\xef\xb8\x8f<td>None.</table>", "body") == "Fees\n\nNone.\n"


@pytest.mark.parametrize("attribute", ["a{}='x'", "a{}='>' ", "a{} ", "a{}/", "a{}=x "])
def test_tags_of_thousands_of_attributes_lose_them(attribute: str) -> None:
    """However they are written, the parser, which compares each with each, does not see them."""
    tag = "<p " + "".join(attribute.format(i) for i in range(20_000)) + ">"
    assert read(f"{tag}The terms.".encode(), "body") == "The terms.\n"


@pytest.mark.parametrize(
    "address", ["//[", "https://[email&#160;protected]/", "http://[::1", "//e.org:port/", "\\\\e.org"]
)
def test_addresses_that_cannot_be_parsed_stop_no_reading(address: str) -> None:
    """A link that leads nowhere is text, wherever it stands: in the text, or in the lists at the foot of a page."""
    foot = "".join(f"<p><a href='{target}'>go there</a></p>" for target in (address, "/b", "/c", "/d"))
    body = f"<div><p>{SENTENCES * 5}</p><p>See <a href='{address}'>this page</a>.</p></div><div>{foot}</div>"
    assert "this page" in normalise(body.encode(), url=URL, media_type="text/html").text
    assert "this page" in read(body.encode(), "body")
