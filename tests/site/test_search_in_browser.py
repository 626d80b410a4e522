"""The search of an export in a real browser, from disk and under a prefix, with the policy of the live site."""

import os
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page

from tests.chromium import chromium
from tests.site.conftest import BASE
from tests.site.test_browser import RULES
from tosmonitor.site import ExportReport, SiteSettings, export
from tosmonitor.site.frame import POLICY

pytestmark = pytest.mark.browser


class Quiet(SimpleHTTPRequestHandler):
    """Serves files as a plain web server would, with the policy of the live site, and keeps no log."""

    def end_headers(self) -> None:
        """Send the policy with every answer."""
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def disk(archive_path: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give the address of an export for a disk."""
    out = tmp_path_factory.mktemp("disk") / "terms of service"
    export(archive_path, out, base_url=BASE, settings=SiteSettings(index_links=True))
    return out.as_uri() + "/{}/search/index.html"


@pytest.fixture(scope="module")
def browser(disk: str, exported: tuple[Path, ExportReport]) -> Iterator[Browser]:
    """Start the machine's Chromium, once there is something to look at: its loop lets no export run beside it."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def prefixed(exported: tuple[Path, ExportReport], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve an export under a prefix, as a plain web server does."""
    root = tmp_path_factory.mktemp("served")
    shutil.copytree(exported[0], root / "some" / "prefix")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(root)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/some/prefix/{{}}/search/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module", params=["disk", "prefixed"])
def searched(request: pytest.FixtureRequest, browser: Browser) -> Iterator[tuple[Page, str]]:
    """Give a page of the browser that fails on any message of the console, and where the search is."""
    page = browser.new_context().new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page, str(request.getfixturevalue(request.param))
    page.context.close()
    assert said == []


def found(searched: tuple[Page, str], query: str, said_in: str = "en", **asked: str) -> list[tuple[str, str]]:
    """Ask, and return (document, passage) of what is shown."""
    page, address = searched
    rest = "".join(f"&{key}={quote(value)}" for key, value in asked.items())
    page.goto(f"{address.format(said_in)}?q={quote(query)}{rest}")
    page.wait_for_selector("[data-say=done]:not([hidden]), [data-say=nothing]:not([hidden])")
    return [
        (item.query_selector("h2").inner_text(), said.inner_text())  # type: ignore[union-attr]
        for item in page.query_selector_all("#found > ul > li")
        for said in item.query_selector_all(".said")
    ]


def test_words_phrases_and_beginnings_are_found(searched: tuple[Page, str]) -> None:
    """Words stand in one passage in any order, a phrase stands together, an asterisk stands for any ending."""
    assert [name for name, _ in found(searched, "arbitration")] == ["Lumen · Privacy Policy"]
    assert found(searched, "arbitration cookies") == []
    assert found(searched, "arbitration binding dispute") != []
    assert found(searched, '"arbitration binding"') == []
    assert "binding arbitration" in found(searched, '"binding arbitration"')[0][1]
    assert "binding arbitration" in found(searched, "“binding arbitr”*")[0][1]
    assert found(searched, "arbitr") == []
    assert found(searched, "arbitr* -class") == []
    assert len(found(searched, "arbitration OR mediator")) == 2


def test_the_first_page_asks_the_search(searched: tuple[Page, str]) -> None:
    """What is written on the first page is found, without a server too."""
    page, address = searched
    page.goto(address.format("fr").replace("search/", ""))
    page.get_by_role("searchbox").fill("arbitration")
    page.get_by_role("button", name="Rechercher").click()
    page.wait_for_selector("[data-say=done]:not([hidden])")
    assert page.locator("#found h2").all_inner_texts() == ["Lumen · Politique de confidentialité"]


def test_accents_and_capitals_do_not_matter(searched: tuple[Page, str]) -> None:
    """A reader without a French keyboard finds what is accented, and the other way round."""
    expected = found(searched, "donées OR données")
    assert "entraîner" in expected[0][1] or "Données" in expected[0][1]
    assert found(searched, "DONNEES") == found(searched, "données") == expected
    assert "modèles" in found(searched, "modeles")[0][1]


def test_what_is_found_is_marked_and_led_to(searched: tuple[Page, str]) -> None:
    """The words asked for are marked; a link leads to the passage on the document's page, another to its change."""
    page, _ = searched
    found(searched, '"binding arbitration"')
    assert page.locator("#found mark").all_inner_texts() == ["binding arbitration"]
    assert page.locator("#found [data-since]").inner_text() == "18 February 2025"
    assert page.locator("#found [data-since]").get_attribute("href", timeout=1000) is not None
    page.locator("#found [data-there]").click()
    page.wait_for_load_state()
    passage = page.locator(":target")
    assert "settled by binding arbitration" in passage.inner_text()
    page.go_back()
    page.locator("#found [data-since]").click()
    page.wait_for_load_state()
    assert "/20250218061409/change/" in page.url


def test_filters_narrow_what_is_found(searched: tuple[Page, str]) -> None:
    """By service, by its name too, by type, by tag, by language."""
    every = {name for name, _ in found(searched, "price OR data OR lumen OR papyrus OR recours")}
    assert len(every) > 3

    def names(**asked: str) -> set[str]:
        return {name for name, _ in found(searched, "price OR data OR lumen OR papyrus OR recours", **asked)}

    assert names(service="lumen") == names(service="LUMEN") == {name for name in every if name.startswith("Lumen")}
    assert names(type="privacy-policy") == {"Lumen · Privacy Policy"}
    assert names(tag="publishing") == {name for name in every if name.startswith("Papyrus")}
    assert names(language="fr") == names(tag="publishing")
    assert names(language="fr", service="lumen") == set()


def test_the_search_of_an_export_asks_for_nothing_that_it_cannot_answer(searched: tuple[Page, str]) -> None:
    """Days, and passages that are gone, are not asked for; the form keeps what was asked, in French too."""
    page, _ = searched
    assert found(searched, "recours", "fr", tag="publishing") != []
    assert page.locator("[name=since], [name=what], [name=standing]").count() == 0
    assert page.locator("[name=q]").input_value() == "recours"
    assert page.locator("[name=tag]").input_value() == "publishing"
    assert (
        "15 mai 2025" in page.locator("#found [data-since]").first.inner_text() or page.locator("#found time").count()
    )


def test_terms_that_attack_are_shown_as_text(searched: tuple[Page, str]) -> None:
    """A passage with markup is found and shown letter by letter."""
    page, _ = searched
    hits = found(searched, "welcome alert")
    assert "<script>alert(1)</script>" in hits[0][1]
    assert page.locator("#found script, #found img, #found svg").count() == 0


def test_without_scripts_the_page_says_what_is_needed(browser: Browser, prefixed: str) -> None:
    """A reader without JavaScript is told so, and led to the lists."""
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(prefixed.format("en") + "?q=data")
    assert "a script does the searching" in page.locator("#found").inner_text()
    page.context.close()


def test_a_form_that_needs_a_server_says_so(searched: tuple[Page, str]) -> None:
    """In an export the filters of the changes, the timeline and the comparison do not fail in silence."""
    page, address = searched
    for name, query in (("changes", "tag=social"), ("phrase", "q=data"), ("compare", "a=lumen/privacy-policy")):
        page.goto(address.format("en").replace("/search/", f"/{name}/"))
        assert page.locator("[data-unanswered]").is_hidden()
        page.goto(address.format("en").replace("/search/", f"/{name}/") + f"?{query}")
        assert page.locator("[data-unanswered]").is_visible()


def test_what_is_found_is_accessible(searched: tuple[Page, str]) -> None:
    """WCAG 2.2 A and AA, and the rules of RGAA 4 that a program can check, hold for what the script shows as well."""
    page, _ = searched
    axe = os.environ.get("TOSMONITOR_AXE")
    if not axe:
        pytest.skip("TOSMONITOR_AXE does not name axe.min.js")
    for said_in in ("en", "fr"):
        assert found(searched, "data OR recours", said_in) != []
        page.evaluate(Path(axe).read_text("utf-8"))
        # preload: from a disk axe-core may not read the style sheets again.
        run = "rules => axe.run(document, {preload: false, runOnly: {type: 'tag', values: rules}})"
        result = page.evaluate(run, RULES)
        assert [(one["id"], one["nodes"][0]["html"]) for one in result["violations"]] == []
