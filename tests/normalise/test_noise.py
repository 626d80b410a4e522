"""What differs between two visits but is no text makes no other version; what is text always does."""

import json

import pytest

from tosmonitor.model import Filter, Source
from tosmonitor.normalise import normalise

URL = "https://lanternfish.example/legal/terms"
CLAUSES = [
    "You must be at least sixteen years old to open an account, and you answer for all that happens under it.",
    "If you cancel within 14 days of your purchase we will refund the price in full, by the means that you chose.",
    "We will tell you about changes at least 30 days before they take effect, by e-mail or by a notice here.",
    "The law of Ireland applies, unless the law of the country where you live protects you better.",
]
TEXT = "".join(f"<h2>{n}. Clause</h2><p>{clause}</p>" for n, clause in enumerate(CLAUSES, start=1))


def read(page: str, source: Source | None = None) -> str:
    """Return the text of a page."""
    return normalise(page.encode(), url=URL, media_type="text/html", source=source).text


def table(rows: list[str], names: str) -> str:
    """Return a list of cookies as a consent service writes it into a policy, its rows in the order given."""
    cells = "".join(f"<tr><td>{row}</td><td>lanternfish.example</td><td>30 days</td></tr>" for row in rows)
    head = "<thead><tr><th>Cookie</th><th>Domain</th><th>Lifespan</th></tr></thead>"
    return f"<div {names}><h3>Cookies that we set</h3><table>{head}<tbody>{cells}</tbody></table></div>"


STATE = [json.dumps({"visitor": n, "served": f"2026-11-23T12:03:{n}Z", "feed": ["New lamps " * n]}) for n in (11, 27)]
ONETRUST = 'id="ot-sdk-cookie-policy" class="ot-sdk-cookie-policy ot-sdk-container"'
PRAISE = [
    "The best lamp that I have ever owned, and I owned many.",
    "It shone for a whole week under the ice, day and night.",
]
RELATED = ["How to change the battery", "Ten reefs to see before winter", "A lamp for every diver"]
LINKS = ["".join(f'<li><a href="/{n}">{x}</a></li>' for n, x in enumerate(order)) for order in (RELATED, RELATED[::-1])]
CAPTURES = {
    "nonces": ('<script nonce="aGk1">x()</script>', '<script nonce="b0F7">x()</script>'),
    "build hashes": (
        '<link href="/app.3f2a.css"><i data-build="3f2a"></i>',
        '<link href="/app.99b1.css"><i data-build="99b1"></i>',
    ),
    "ids": (
        '<div id=":r1:" class="css-1x9" data-reactid="1"></div>',
        '<div id=":r7:" class="css-8k2" data-reactid="7"></div>',
    ),
    "inline JSON": (
        f"<script type=application/json>{STATE[0]}</script>",
        f"<script type=application/json>{STATE[1]}</script>",
    ),
    "times of rendering": ("<p>Page generated at 12:03:11</p>", "<p>Page generated at 18:40:02</p>"),
    "ages": ("<p>Updated 23 days ago</p>", "<p>Updated last week</p>"),
    "times in comments": (
        "<!-- cached 2026-11-23 12:03:11 by node 4 -->",
        "<!-- cached 2026-11-24 01:10:59 by node 9 -->",
    ),
    "views": ("<div>1,204 views</div>", "<div>1,377 views</div>"),
    "likes": ("<span class=likes>12 likes</span>", "<span class=likes>14 likes</span>"),
    "votes": ("<p>1,234 people found this helpful</p>", "<p>1,301 people found this helpful</p>"),
    "testimonials": (
        f'<section class="testimonials"><h3>What divers say</h3><blockquote>{PRAISE[0]}</blockquote></section>',
        f'<section class="testimonials"><h3>What divers say</h3><blockquote>{PRAISE[1]}</blockquote></section>',
    ),
    "related articles": (
        f'<section class="related-articles"><h2>Related articles</h2><ul>{LINKS[0]}</ul></section>',
        f'<section class="related-articles"><h2>Related articles</h2><ul>{LINKS[1]}</ul></section>',
    ),
    "lists of cookies": (table(["one", "two", "ten"], ONETRUST), table(["ten", "one", "two"], ONETRUST)),
    "today": ("<p>Today is Monday, 23 November 2026</p>", "<p>Today is Tuesday, 24 November 2026</p>"),
    "today in French": ("<p>Nous sommes le lundi 23 novembre 2026</p>", "<p>Nous sommes le mardi 24 novembre 2026</p>"),
    "greetings": ("<p>Hi Anna</p>", "<p>Hi Jörg</p>"),
    "greetings in French": ("<div>Bonjour Marie,</div>", ""),
    "request tokens": (
        "<form><input type=hidden name=csrf_token value=8a7f2b><button>Send</button></form>",
        "<form><input type=hidden name=csrf_token value=11c0de><button>Send</button></form>",
    ),
    "request ids": ("<p>Request ID: 3f2a-99b1</p>", "<p>Request ID: 71c0-02aa</p>"),
    "variants of tests": (
        '<div data-variant="A" data-exp="42"></div>',
        '<div data-variant="B" data-exp="42"></div><!-- B -->',
    ),
    "banners": (
        "",
        '<div class="cookie-banner"><p>We use cookies to measure visits.</p><button>Accept all</button></div>',
    ),
    "languages offered": (
        '<ul class="language-picker"><li><a href="/de">Deutsch</a></ul>',
        '<ul class="language-picker"></ul>',
    ),
}


@pytest.mark.parametrize(
    "place", ["<main><h1>Terms</h1>{text}{noise}</main>", "<div>{noise}<h1>Terms</h1>{text}</div>"]
)
@pytest.mark.parametrize("captures", CAPTURES.values(), ids=CAPTURES)
def test_what_is_no_text_makes_no_other_version(place: str, captures: tuple[str, str]) -> None:
    """Two captures whose text is the same read the same, whatever else differs, before the text or after it."""
    first, second = (read(place.format(text=TEXT, noise=noise)) for noise in captures)
    assert first == second
    assert all(clause in first for clause in CLAUSES)


SENTENCES = [
    "Last updated 3 March 2026",
    "Effective date: 1 January 2026",
    "Dernière mise à jour : 3 mars 2026",
    "30 days",
    "You may cancel within 14 days.",
    "These terms were updated 30 days ago and apply today.",
    "Hi, and thank you for reading our terms.",
    "Dear customer,",
    "Version 3.1",
    "12 months, 3 votes and 1 share for each member.",
    "© 2026 Lanternfish Ltd",
]


@pytest.mark.parametrize("place", ["<main><h1>Terms</h1>{said}{text}</main>", "<div><h1>Terms</h1>{text}{said}</div>"])
@pytest.mark.parametrize("sentence", SENTENCES)
def test_what_is_text_stays(place: str, sentence: str) -> None:
    """Dates, periods and sentences that only resemble noise are text, at the start and at the end of it."""
    assert sentence in read(place.format(text=TEXT, said=f"<p>{sentence}</p>"))


def test_only_lists_of_consent_services_are_put_in_order() -> None:
    """In any other table the order of rows may mean something, and a change of it is a change of the text."""
    ours = 'class="order-of-priority"'
    first, second = (read(f"<main>{TEXT}{table(rows, ours)}</main>") for rows in (["one", "two"], ["two", "one"]))
    assert first != second


def test_a_row_that_spans_others_keeps_its_place() -> None:
    """Rows that belong together are not torn apart: such a list stays as it is."""
    rows = "<tr><td rowspan=2>z</td><td>x</td><td>y</td></tr><tr><td>b</td><td>c</td></tr>"
    text = read(f'<main>{TEXT}<div class="CookieDeclaration"><table><tbody>{rows}</tbody></table></div></main>')
    assert text.index("| z ") < text.index("| b ")


def test_a_new_cookie_in_such_a_list_is_a_change() -> None:
    """Order means nothing there; what stands in the list does."""
    old, new = (read(f"<main>{TEXT}{table(rows, ONETRUST)}</main>") for rows in (["one", "two"], ["two", "one", "six"]))
    assert old != new
    assert "| six |" in new


def test_noise_that_no_rule_knows_can_be_declared() -> None:
    """What a rule cannot know to be noise, an operator removes by its words."""
    source = Source(URL, filters=(Filter("remove-if-text", (("select", "p"), ("match", "^Your seat is"))),))
    first, second = (
        read(f"<main>{TEXT}<p>Your seat is {n} of the waiting list for our new lamps.</p></main>", source)
        for n in (4, 5)
    )
    assert first == second
