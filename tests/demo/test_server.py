"""The web of the demo, asked over real connections."""

import http.client
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tosmonitor.demo import web
from tosmonitor.demo.pdf import pdf
from tosmonitor.demo.server import World, serving
from tosmonitor.fetch import Fetcher, find_browser
from tosmonitor.model import Manners, Response, Source
from tosmonitor.normalise import normalise


@pytest.fixture
def world() -> Iterator[World]:
    """Run the servers at a time when all is well."""
    with serving(datetime(2024, 12, 2, 9, tzinfo=UTC), timedelta(0)) as running:
        yield running


def ask(world: World, service: str, path: str, **headers: str) -> tuple[int, http.client.HTTPMessage, bytes]:
    """Return what a service answers."""
    connection = http.client.HTTPConnection(world.hosts[service], timeout=10)
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def test_a_page_is_served_with_all_that_surrounds_it(world: World) -> None:
    """Menus, a cookie banner and a nonce that differs at every visit stand around the terms."""
    first = ask(world, "lumen", "/legal/terms")[2].decode()
    second = ask(world, "lumen", "/legal/terms")[2].decode()
    assert first != second
    assert "cookie-banner" in first
    assert "<h2>9. Governing law</h2>" in first
    assert "<li>harass, threaten or impersonate another person;</li>" in first


def test_a_page_that_did_not_change_is_not_sent_twice(world: World) -> None:
    """A conditional request gets 304."""
    status, headers, _ = ask(world, "trajet-vert", "/donnees-personnelles")
    assert status == 200
    assert ask(world, "trajet-vert", "/donnees-personnelles", **{"If-None-Match": headers["ETag"]})[0] == 304


def test_the_clock_decides_what_is_served(world: World) -> None:
    """A wall, an outage and an edit come with the time."""
    world.now = datetime(2025, 6, 10, 9, tzinfo=UTC)
    status, _, body = ask(world, "parley", "/privacy")
    assert (status, b"Just a moment" in body) == (403, True)
    world.now = datetime(2026, 1, 6, 9, tzinfo=UTC)
    assert ask(world, "fernway", "/help/ranking")[0] == 503
    assert "Log files are kept for 90 days." in ask(world, "lumen", "/legal/privacy")[2].decode()
    assert ask(world, "lumen", "/nothing/here")[0] == 404


def test_the_pdf_is_read_by_the_program(world: World) -> None:
    """The document that is a PDF has its headings, its accents and its items."""
    status, headers, body = ask(world, "trajet-vert", "/documents/conditions-de-transport.pdf")
    assert (status, headers["Content-Type"]) == (200, "application/pdf")
    text = normalise(body, url="https://trajet-vert.example/t.pdf", media_type="application/pdf").text
    assert "## 4. Retards et annulations" in text
    assert "moyennant un supplément de 5 euros" in " ".join(text.split())
    assert "- 25 % du prix" in text


def test_a_pdf_is_the_same_each_time_and_runs_over_pages() -> None:
    """A long text fills several pages; parentheses and backslashes survive."""
    text = "# Long\n" + "\n".join(f"Paragraph {n} (with \\ marks). " + "word " * 40 for n in range(60))
    assert pdf(text) == pdf(text)
    assert pdf(text).count(b"/Type /Page ") > 3
    read = normalise(pdf(text), url="https://x.example/a.pdf", media_type="application/pdf").text
    assert "Paragraph 59 (with" in read


def test_marks_become_html() -> None:
    """Headings, items, tables, links and bold words are marked up, and what is not is escaped."""
    written = web.markup("# A & B\n\n**x** [y](/z) <i>\n1. one\n2. two\n| h |\n| d |\n- last")
    assert "<h1>A &amp; B</h1>" in written
    assert '<p><strong>x</strong> <a href="/z">y</a> &lt;i&gt;</p>' in written
    assert (
        "<ol>\n<li>one</li>\n<li>two</li>\n</ol>\n<table>\n<tr><th>h</th></tr>\n<tr><td>d</td></tr>\n</table>"
        in written
    )
    assert written.endswith("<ul>\n<li>last</li>\n</ul>")


@pytest.mark.browser
def test_a_page_is_filled_by_its_script_only(world: World) -> None:
    """Plain HTTP gives an empty shell; a browser gives the terms."""
    manners = Manners(pause=timedelta(0), allowed_hosts=tuple(world.hosts.values()))
    if find_browser(manners) is None:
        pytest.skip("no Chromium")
    url = f"http://{world.hosts['quillbox']}/terms"
    assert b"Indemnification" not in ask(world, "quillbox", "/terms")[2]
    with Fetcher(manners, clock=lambda: world.now, sleep=lambda seconds: None) as fetcher:
        answer = fetcher.render(Source(url), language="en")
    assert isinstance(answer, Response)
    assert b"<h2>6. Indemnification</h2>" in answer.body
