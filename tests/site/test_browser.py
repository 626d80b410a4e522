"""The pages in a real browser: accessible, quiet on the console, usable without scripts, by keyboard and on paper.

An outside judge is used where it is found: TOSMONITOR_AXE names the file axe.min.js of axe-core (npm).
"""

import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page
from starlette.types import ASGIApp

from tests.chromium import chromium

pytestmark = pytest.mark.browser

CHANGE = "/lumen/privacy-policy/20250603060955/change/"
PAGES = (
    "/",
    "/changes/",
    "/changes/2025-02/",
    "/services/",
    "/tags/",
    "/tags/dsa-vlop/",
    "/types/",
    "/types/privacy-policy/",
    "/topics/",
    "/topics/arbitration/",
    "/calendar/",
    "/search/",
    "/search/?q=data",
    "/phrase/?q=arbitration",
    "/phrase/",
    "/compare/?a=lumen/privacy-policy",
    "/status/",
    "/coverage/",
    "/feeds/",
    "/method/",
    "/about/",
    "/references/",
    "/lumen/",
    "/lumen/privacy-policy/",
    "/lumen/terms-of-service/",
    "/lumen/privacy-policy/20250218061409/",
    CHANGE,
    CHANGE + "whole/",
    CHANGE + "side-by-side/",
    CHANGE + "redline.html",
    "/odd/terms-of-service/20260426010000/change/",
    "/nowhere/",
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "RGAAv4"]


@pytest.fixture(scope="module")
def address(app: ASGIApp) -> Iterator[str]:
    """Serve the site on a free port of this machine."""
    door = socket.socket()
    door.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
    thread.start()
    yield f"http://127.0.0.1:{door.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    door.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start the machine's Chromium."""
    with chromium() as running:
        yield running


def visited(browser: Browser, *, wide: int = 1280, scheme: str = "light", scripts: bool = True) -> Page:
    """Open an empty page of a width and colour scheme."""
    context = browser.new_context(
        viewport={"width": wide, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        java_script_enabled=scripts,
    )
    return context.new_page()


def test_pages_are_quiet_and_fit_the_narrowest_screen(browser: Browser, address: str) -> None:
    """No page scrolls sideways at 320 pixels, and none says anything on the console."""
    page = visited(browser, wide=320)
    said: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if "404" not in message.text:
            said.append(f"{page.url}: {message.text}")

    page.on("console", heard)
    page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))
    for path in PAGES:
        page.goto(address + "/en" + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
    page.context.close()
    assert said == []


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("wide", [1280, 320])
def test_pages_are_accessible(browser: Browser, address: str, language: str, scheme: str, wide: int) -> None:
    """WCAG 2.2 A and AA, and the rules of RGAA 4 that a program can check: no violation on any kind of page."""
    axe = os.environ.get("TOSMONITOR_AXE")
    if not axe:
        pytest.skip("TOSMONITOR_AXE does not name axe.min.js")
    script = Path(axe).read_text("utf-8")
    page = visited(browser, wide=wide, scheme=scheme)
    found = []
    for path in PAGES:
        page.goto(f"{address}/{language}{path}")
        page.evaluate(script)
        result = page.evaluate("rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES)
        found += [(path, one["id"], one["nodes"][0]["html"]) for one in result["violations"]]
    page.context.close()
    assert found == []


def test_hostile_terms_cannot_run(browser: Browser, address: str) -> None:
    """No dialogue opens, nothing is asked of another host, the body stays visible."""
    page = visited(browser)
    opened: list[str] = []
    asked: list[str] = []

    def met(dialogue: Dialog) -> None:
        opened.append(dialogue.message)
        dialogue.dismiss()

    page.on("dialog", met)
    page.on("request", lambda request: asked.append(request.url))
    for path in ("/", "change/", "change/whole/", "change/side-by-side/", "change/redline.html"):
        page.goto(address + "/en/odd/terms-of-service/" + ("" if path == "/" else "20260426010000/" + path))
        assert page.locator("body").is_visible()
    page.context.close()
    assert opened == []
    assert all(url.startswith(address) for url in asked)


def test_a_change_is_walked_with_the_keyboard(browser: Browser, address: str) -> None:
    """The keys n and p walk through the changes; the address and the focus follow."""
    page = visited(browser)
    page.goto(address + "/en" + CHANGE)
    names = page.eval_on_selector_all("[data-hunk]", "all => all.map(one => one.id)")
    walked = []
    for key in ("n", "n", "n", "p"):
        page.keyboard.press(key)
        page.wait_for_function("() => document.activeElement.hasAttribute('data-hunk')")
        walked.append(page.evaluate("[location.hash, document.activeElement.id]"))
    assert page.locator("[data-counter]").inner_text() == f"Change 2 of {len(names)}"
    page.context.close()
    assert walked == [[f"#{names[n]}", names[n]] for n in (0, 1, 2, 1)]


@pytest.mark.parametrize("view", ["whole/", "side-by-side/"])
def test_whole_texts_are_walked_with_the_keyboard(browser: Browser, address: str, view: str) -> None:
    """The keys lead from change to change in the whole text and side by side as well."""
    page = visited(browser)
    page.goto(f"{address}/en{CHANGE}{view}")
    assert page.locator(".keys").is_visible()
    names = page.eval_on_selector_all("[data-hunk]", "all => all.map(one => one.id)")
    walked = []
    for _ in range(3):
        page.keyboard.press("n")
        walked.append(page.evaluate("document.activeElement.id"))
    page.context.close()
    assert walked == names[:3]


def test_the_legend_stays_in_sight(browser: Browser, address: str) -> None:
    """Blue and amber are explained at any change, on a telephone too, and it hides nothing that has the focus."""
    for wide in (1280, 360):
        page = visited(browser, wide=wide)
        page.goto(address + "/en" + CHANGE)
        for _ in range(3):
            page.keyboard.press("n")
        page.wait_for_function("() => document.querySelector('.legend').getBoundingClientRect().top === 0")
        page.wait_for_function(
            "() => document.activeElement.getBoundingClientRect().top"
            " >= document.querySelector('.legend').getBoundingClientRect().bottom - 1"
        )
        page.context.close()


def test_the_citation_is_copied_with_the_change_that_is_looked_at(browser: Browser, address: str) -> None:
    """The page as a whole, or, once a change was walked to, that change."""
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(address + "/en" + CHANGE)
    copied = []
    for key in ("Shift", "n"):
        page.keyboard.press(key)
        page.get_by_role("button", name="Cop").click()
        page.get_by_role("button", name="Copied").wait_for()
        copied.append(page.evaluate("navigator.clipboard.readText()"))
    walked = page.evaluate("location.hash")
    context.close()
    assert copied[0] == copied[1].replace(walked, "")
    assert f"/change/{walked} (SHA-256" in copied[1]


def test_a_passage_shows_its_address(browser: Browser, address: str) -> None:
    """Beside the passage under the pointer stands a link to it; following it marks the passage."""
    page = visited(browser)
    page.goto(address + "/en/lumen/privacy-policy/20250218061409/")
    passage = page.get_by_text("You may also complain")
    passage.hover()
    name = passage.get_attribute("id")
    page.get_by_title("Address of this passage").click()
    assert page.url.partition("#")[2] == name
    page.context.close()


def test_everything_is_reached_by_tabulator(browser: Browser, address: str) -> None:
    """The first stop leads to the content; the next change is reached and followed without a mouse or a script."""
    page = visited(browser, scripts=False)
    page.goto(address + "/en" + CHANGE)
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to the content"
    link = page.locator(".hunk").first.get_by_role("link", name="next")
    link.focus()
    page.keyboard.press("Enter")
    assert page.url.partition("#")[2] == page.locator(".hunk").nth(1).get_attribute("id")
    page.context.close()


def test_the_site_works_without_scripts(browser: Browser, address: str) -> None:
    """From the first page to a change, the whole text and a search, with scripts off."""
    page = visited(browser, scripts=False)
    page.goto(address + "/en/")
    page.locator(".changes h3 a").first.click()
    assert page.locator(".hunk").count() > 0
    page.get_by_role("link", name="Whole text").click()
    assert page.locator("ins").count() > 0
    page.get_by_role("link", name="Search").click()
    page.locator("input[name=q]").fill("arbitration")
    page.locator("input[name=q]").press("Enter")
    assert page.locator("mark").count() > 0
    page.context.close()


def test_print_is_readable_in_black_and_white(browser: Browser, address: str) -> None:
    """On paper the menus are gone, and added and removed words are told apart by signs, not by colour."""
    page = visited(browser)
    page.goto(address + "/en" + CHANGE)
    page.emulate_media(media="print")
    assert not page.locator(".masthead nav").is_visible()
    assert page.locator("del:visible").first.evaluate("it => getComputedStyle(it).textDecorationLine") == "line-through"
    signs = page.evaluate("getComputedStyle(document.querySelector('.hunk ins'), '::before').content")
    colours = page.evaluate("getComputedStyle(document.querySelector('.hunk ins')).backgroundColor")
    assert "[+" in signs
    assert colours == "rgb(255, 255, 255)"
    assert page.pdf()[:5] == b"%PDF-"
    page.goto(address + "/en/lumen/privacy-policy/")
    assert not page.locator("input, button").first.is_visible()
    page.context.close()
