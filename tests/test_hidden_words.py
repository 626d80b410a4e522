"""From a page to its difference: no sign that stands around a word hides that the word was changed."""

import html

from hypothesis import given, settings
from hypothesis import strategies as st

from tosmonitor import diff
from tosmonitor.model import Kind
from tosmonitor.normalise import normalise

SIGNS = st.sampled_from(
    [*"<>[]()`*_#|~!\\:;,.-+&\"'/{}$%^@?\n", "](", "<a ", "</", "![", "](http://a.example/", "<http://", "<!--", "-->",
     "&lt;", "\\](", "1.", "- ", "> ", "# ", "---", "***", "<b>", "**", "://", "mailto:", "<p", "/>"]
)  # fmt: skip
WORDS = st.sampled_from(["data", "party", "notice", "seven", "refund", "licence", "service"])
AROUND = st.lists(SIGNS | WORDS.map(lambda word: f" {word} "), max_size=12).map("".join)
SHAPES = st.sampled_from(
    ["<p>%s</p>", "<ul><li>one</li><li>%s</li></ul>", "<h2>%s</h2>", "<pre>%s</pre>", "<blockquote>%s</blockquote>",
     "<table><tr><th>k</th><th>v</th></tr><tr><td>%s</td><td>y</td></tr></table>"]
)  # fmt: skip
KEPT = "<p>We keep these terms in plain words, for you and for us, and say when they change.</p>" * 3


def read(shape: str, text: str) -> str:
    """Return what is read of a page that shows a text in an element of that shape."""
    page = f"<html><body><main><h1>Terms</h1>{KEPT}{shape.replace('%s', html.escape(text))}{KEPT}</main></body></html>"
    return normalise(page.encode(), url="https://a.example/", media_type="text/html").text


@settings(max_examples=400, deadline=None)
@given(SHAPES, AROUND, AROUND)
def test_no_sign_hides_a_changed_word(shape: str, before: str, after: str) -> None:
    """A word that became another is wording, whatever the page writes beside it."""
    old, new = read(shape, f"{before}purple{after}"), read(shape, f"{before}orange{after}")
    assert diff.compare(old, new).kind is Kind.WORDING, old
