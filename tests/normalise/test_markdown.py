"""One construct per meaning, and the same text again after a round trip through a CommonMark parser."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tosmonitor.normalise import join, markdown, parse
from tosmonitor.normalise.tree import build, escape

PAGE = "https://example.org/legal/terms/"
RENDERER = MarkdownIt("commonmark").enable("table")


def convert(html: str) -> str:
    """Convert a whole piece of HTML."""
    body = parse.parse(html).body
    assert body is not None
    return markdown.convert(build(body.html or "").kids, PAGE)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<h2>Our <em>terms</em></h2><p>Text.</p>", "## Our _terms_\n\nText.\n"),
        ("<p>one<br>two</p>", "one\\\ntwo\n"),
        ("<p>one<br><br>two</p>", "one\n\ntwo\n"),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n  - b\n- c\n"),
        ("<ol start=3><li>c</li><li><p>d</p><p>e</p></li></ol>", "3. c\n4. d\n\n   e\n"),
        ("<ol><li value=2>b</li><li value=7>g</li></ol>", "2. b\n\n7) g\n"),
        ("<ul><li>a</li></ul><ul><li>b</li></ul>", "- a\n\n* b\n"),
        ("<table><tr><th>A<th>B<tr><td>1<td>x|y</table>", "| A | B |\n| --- | --- |\n| 1 | x\\|y |\n"),
        ("<table><tr><td colspan=2>A<tr><td>1<td><ul><li>x</ul></table>", "| A | |\n| --- | --- |\n| 1 | • x |\n"),
        ("<table><tr><td><h2>T</h2><p>layout</p></td></tr></table>", "## T\n\nlayout\n"),
        ("<dl><dt>Term</dt><dd>Meaning</dd></dl>", "**Term**\n\nMeaning\n"),
        ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b\n"),
        ("<pre><code>if x:\n    y</code></pre>", "```\nif x:\n    y\n```\n"),
        ("<p>a <code>b`c</code></p>", "a ``b`c``\n"),
        ("<p><b>a</b> <b>b</b></p>", "**a b**\n"),
        ("<p><b> a </b>b</p>", "**a** b\n"),
        ("<p><b>Note:</b>now</p>", "Note:now\n"),
        ("<b><p>one</p><p>two</p></b>", "**one**\n\n**two**\n"),
        ("<a href='/x'><h3>Title</h3><p>more</p></a>", "### [Title](https://example.org/x)\n\n[more](https://example.org/x)\n"),
        ("<p><img src=x.png alt='A [seal]'></p>", "![A \\[seal\\]]()\n"),
        ("<p><img src=x.png alt='a\u200b\ue001 e\u0301'></p>", "![a é]()\n"),
        ("<p>1. Scope</p>", "1\\. Scope\n"),
        ("<p># - + > 5 * a_b _c_ [x](y) &amp;amp; &lt;b></p>", "\\# - + > 5 \\* a_b \\_c\\_ [x\\](y) \\&amp; \\<b>\n"),
        ("<p>a\u00a0b\u200bc\u00add\ue001 e\u0301</p>", "a bcd é\n"),
        ("<p>می\u200cخواهم</p>", "می\u200cخواهم\n"),
        ("<ol><li><h2>Scope</h2><p>x</p></li><li><h2>Law</h2></li></ol>", "## 1. Scope\n\nx\n\n## 2. Law\n"),
        ("<details><summary>More</summary><p>hidden</p></details>", "More\n\nhidden\n"),
        ("<q>said</q>", "“said”\n"),
        ("<p>   </p>", ""),
    ],
)  # fmt: skip
def test_each_meaning_has_one_spelling(html: str, expected: str) -> None:
    """Every construct of HTML becomes the one construct that stands for it."""
    assert expected == convert(html)


_TEXT = st.text(alphabet="aab  \n\t*_`[]()<>&!#-+=~|\\.1:;é中\u200b\u00a0\u00ad\"'/", max_size=12).map(escape)
_WORDS = st.sampled_from(
    ["a", "word ", "1. x", "- y", "# h", "&amp;", "* * *", "---",
     "===", "| a |", "[x](y)", "![i](j)", "`c`", "**b**", "~~~",
     "\\", "<b>", "> q", "[r]: /u", "2) z", "--|--"]
).map(escape)  # fmt: skip
_VOIDS = st.sampled_from(["<br>", '<img alt="a*[b]">', "<br><br>", "<hr>", "<wbr>"])
_INLINE = [
    "b",
    "strong",
    "em",
    "i",
    "a href='/x?utm_source=1'",
    "a href='https://e.org/(y)_z'",
    "code",
    "span",
    "sup",
    "q",
    "u",
]
_BLOCK = [
    *[
        "p",
        "div",
        "h1",
        "h3",
        "ul",
        "ol",
        "li",
        "blockquote",
        "pre",
        "table",
        "tr",
        "td",
        "th",
        "dl",
        "dt",
        "dd",
        "section",
        "details",
        "summary",
        "caption",
    ],
    "ol start=4",
    "pre><code",
]


def _wrapped(tags: list[str]) -> "st.SearchStrategy[str]":
    return st.tuples(st.sampled_from(tags), st.lists(_TREES, max_size=4)).map(
        lambda t: f"<{t[0]}>" + "".join(t[1]) + "".join(f"</{x.split()[0]}>" for x in reversed(t[0].split("><")))
    )


_TREES: "st.SearchStrategy[str]" = st.deferred(
    lambda: st.one_of(_TEXT, _WORDS, _VOIDS, _wrapped(_INLINE), _wrapped(_BLOCK))
)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(_TREES, max_size=4).map("".join))
def test_a_round_trip_through_commonmark_changes_nothing(html: str) -> None:
    """Rendering the Markdown to HTML and converting it again gives the same Markdown, whatever the page."""
    once = convert(html)
    assert once == convert(RENDERER.render(once))


@given(st.text(max_size=60))
def test_any_text_reads_back_as_it_was(text: str) -> None:
    """No text of a paragraph is ever taken for mark-up: rendered, it gives the same words."""
    once = convert(f"<p>{escape(text)}</p>")
    assert once == convert(RENDERER.render(once))


def test_several_sources_are_joined_in_order() -> None:
    """A document of two pages has both texts, a rule between them, and ends in one line feed."""
    assert join(["A\n", "B\n"]) == "A\n\n---\n\nB\n"
    assert join(["A\n"]) == "A\n"
