"""The process that drives Chromium: reads one order a line from its input, writes one answer a line to its output.

It runs apart so that whatever a page does (a script that never ends, memory without bound, a browser that hangs) ends
by killing this process group. It trusts its parent, decides nothing about where to go, and keeps nothing between two
pages: each gets a context of its own.

    order   {"url", "language", "user_agent", "settle", "seconds"}
    answer  {"html", "url", "status", "headers", "hops", "pdf"} or {"error", "url"} or {"document"}: not a page
"""

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Error, Frame, Page, Playwright, Request, Route, sync_playwright
from playwright.sync_api import Response as PageResponse

from tosmonitor.fetch.guard import Guard
from tosmonitor.fetch.trouble import TroubleError

#: Keeps Chromium from calling home, from caching on disk, and from drawing what nobody looks at.
FLAGS = (
    "--headless=new", "--disable-gpu", "--hide-scrollbars", "--mute-audio", "--no-first-run",
    "--no-default-browser-check", "--disable-background-networking", "--disable-component-update",
    "--disable-component-extensions-with-background-pages", "--disable-default-apps", "--disable-extensions",
    "--disable-sync", "--disable-breakpad", "--disable-crash-reporter", "--disable-domain-reliability",
    "--disable-client-side-phishing-detection", "--disable-dev-shm-usage", "--disable-quic", "--metrics-recording-only",
    "--no-pings", "--password-store=basic", "--use-mock-keychain", "--safebrowsing-disable-auto-update",
    "--disable-features=OptimizationHints,MediaRouter,Translate,AutofillServerCommunication,CertificateTransparencyComponentUpdater,DialMediaRouteProvider,NetworkTimeServiceQuerying,InterestFeedContentSuggestions",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp", "--dns-prefetch-disable",
    "--blink-settings=imagesEnabled=false", "--js-flags=--max-old-space-size=768", "--renderer-process-limit=4",
    "--disk-cache-size=1", "--proxy-bypass-list=<-loopback>", "--remote-debugging-port=0",
)  # fmt: skip

#: Text that has not grown for this long has settled, if no request that may bring more is under way …
_QUIET = 0.75  # seconds
#: … and for this long if one is, for some pages never stop asking, or if the page shows next to nothing yet.
_QUIET_ENOUGH = 3.0

#: Chromium closes within this when asked to, else it is killed.
_FAREWELL = 3.0  # seconds

_LOOK_EVERY = 0.15  # seconds

#: What never brings text.
_USELESS = frozenset({"image", "media", "font"})

#: A page with fewer words than this, banners apart, has not shown its document.
_THIN = 120

_CONSENT_FRAME = re.compile(r"consent|cookie|cmp|gdpr|sp_message|privacy-mgmt|trustarc|truste", re.IGNORECASE)

_OPEN_SHADOWS = """(() => {
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (options) { return attach.call(this, { ...options, mode: "open" }); };
})()"""

#: Pages choose by the engine that is named; people read the end.
_AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{version} Safari/537.36 {who}"

_ASK = "(what) => (window.__reading ||= (%s))[what]()"


def main() -> None:
    """Serve orders until the input ends; the first line is the configuration."""
    given = json.loads(sys.stdin.readline())
    with sync_playwright() as playwright, _browser(playwright, given) as browser:
        _say({"ready": browser.version})
        for line in sys.stdin:
            order = json.loads(line)
            try:
                _say(_render(browser, order, given))
            except Error as error:
                _say({"error": error.message, "url": order["url"]})
                if not browser.is_connected():
                    return


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


@contextmanager
def _browser(playwright: Playwright, given: dict[str, Any]) -> Iterator[Browser]:
    """Start a Chromium, or join a running one (ws:// speaks Playwright's protocol, http:// Chromium's own)."""
    where: str = given["browser"]
    if where.startswith(("ws://", "wss://")):
        yield playwright.chromium.connect(where, timeout=15_000)
        return
    if where.startswith(("http://", "https://")):
        yield playwright.chromium.connect_over_cdp(where, timeout=15_000)
        return
    profile = Path(given["profile"])
    flags = [*FLAGS, f"--proxy-server={given['proxy']}", f"--user-data-dir={profile}"]
    if not given["sandbox"]:
        flags.append("--no-sandbox")
    with (profile / "stderr").open("wb") as errors:
        chromium = subprocess.Popen(
            [where, *flags, "about:blank"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors
        )
    try:
        yield playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{_port(chromium, profile)}", timeout=15_000)
    finally:
        _farewell(playwright, chromium, profile)
        shutil.rmtree(profile, ignore_errors=True)  # the parent does so too, unless it was killed


def _farewell(playwright: Playwright, chromium: "subprocess.Popen[bytes]", profile: Path) -> None:
    """Ask Chromium to close, so that it reaps its own children; kill it if it does not."""
    try:
        if chromium.poll() is None and (profile / "DevToolsActivePort").exists():
            browser = playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{_port(chromium, profile)}", timeout=2000)
            browser.new_browser_cdp_session().send("Browser.close")
            chromium.wait(_FAREWELL)
    except (Error, subprocess.TimeoutExpired):
        chromium.kill()
    finally:
        chromium.kill()
        chromium.wait()


def _port(chromium: "subprocess.Popen[bytes]", profile: Path) -> int:
    """Return the port that Chromium says it listens on, as soon as it says so."""
    said = profile / "DevToolsActivePort"
    until = time.monotonic() + 25.0
    while time.monotonic() < until and chromium.poll() is None:
        if said.exists() and (lines := said.read_text().splitlines()):
            return int(lines[0])
        time.sleep(0.02)
    words = (profile / "stderr").read_bytes()[-300:].decode("utf-8", "replace").strip()
    raise SystemExit(f"Chromium did not start: {words}")


def _render(browser: Browser, order: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    context = browser.new_context(
        user_agent=_AGENT.format(version=browser.version, who=order["user_agent"]),
        locale=order["language"] or "en-US",
        viewport={"width": 1280, "height": 2400},
        service_workers="block",
        accept_downloads=False,
        proxy={"server": given["proxy"], "bypass": "<-loopback>"} if given["proxy"] else None,
    )
    try:
        context.set_default_timeout(order["seconds"] * 1000)
        context.add_init_script(_OPEN_SHADOWS)
        return _Visit(context, order, given).result()
    finally:
        if browser.is_connected():
            context.close()


class _Visit:
    """One page, from its first request to its text."""

    def __init__(self, context: BrowserContext, order: dict[str, Any], given: dict[str, Any]) -> None:
        self._order = order
        self._until = time.monotonic() + order["seconds"]
        self._pending: set[Request] = set()
        self._latest: PageResponse | None = None  # to a navigation; it may yet turn out to be a download
        self._document: PageResponse | None = None  # what the page was made of
        self._crashed = False
        self._reading = _ASK % files("tosmonitor.fetch").joinpath("reading.js").read_text("utf-8").strip()
        self._guard = None if given["proxy"] else Guard(given["allowed_hosts"])
        self.page: Page = context.new_page()
        context.on("page", lambda page: page.close())
        self.page.on("crash", lambda _: setattr(self, "_crashed", True))
        self.page.on("request", self._asked)
        self.page.on("requestfinished", lambda request: self._pending.discard(request))
        self.page.on("requestfailed", lambda request: self._pending.discard(request))
        self.page.on("response", self._answered)
        self.page.on("framenavigated", self._arrived)
        context.route("**/*", self._decide)

    def result(self) -> dict[str, Any]:
        try:
            self.page.goto(self._order["url"], wait_until="commit")
            if not self._is_document():
                self._parsed()
        except Error as error:
            self._document = self._document or self._latest
            if self._document is not None and self._document.status >= 400:
                return self._told_nothing(self._document)
            if "Download is starting" in error.message or self._is_document():
                return {"document": self._address()}
            return {"error": error.message, "url": self._order["url"], "crashed": self._crashed}
        if self._is_document():
            return {"document": self._address()}
        self._settle()
        if self._ask("covered") and self._answer_banner("refuse"):
            self._settle()
        if self._ask("words") < _THIN and self._ask("covered") and self._answer_banner("accept"):
            self._settle()
        if self._ask("scroll"):
            self._settle()
        if self._crashed:
            return {"error": "the page crashed", "url": self._order["url"], "crashed": True}
        return self._told()

    def _answer_banner(self, what: str) -> bool:
        """Press a button of the banner, which may be a frame of another site; False where there is none."""
        if self._ask(what):
            return True
        for frame in self.page.frames[1:]:
            if _CONSENT_FRAME.search(f"{frame.name} {frame.url}") and self._ask_frame(frame, f"{what}Here"):
                return True
        return False

    def _ask_frame(self, frame: Frame, what: str) -> Any:
        try:
            return frame.evaluate(self._reading, what)
        except Error:  # it went away, or is not a page
            return None

    def _fullest_frame(self) -> Frame | None:
        """Return the frame of another site that holds the document, for a page that has no text of its own."""
        counted = [(self._ask_frame(frame, "words") or 0, frame) for frame in self.page.frames[1:]]
        words, frame = max(counted, key=lambda pair: pair[0], default=(0, None))
        return frame if words >= _THIN else None

    def _told(self) -> dict[str, Any]:
        html = self._ask("serialise")
        pdf = self._ask("pdfs")
        words = self._ask("words")
        url = self.page.url
        document = self._document
        hops = []
        request = document.request.redirected_from if document else None
        while request is not None:
            hops.append(request.url)
            request = request.redirected_from
        chosen = None
        if words < _THIN:
            only = pdf["embedded"] or (pdf["linked"] if len(pdf["linked"]) == 1 else [])
            chosen = only[0] if only else None
            frame = None if chosen else self._fullest_frame()
            if frame is not None:
                html = self._ask_frame(frame, "serialise") or html
                if frame.url.startswith("http"):
                    hops.insert(0, url)
                    url = frame.url
        return {
            "html": html,
            "url": url,
            "status": document.status if document else 200,
            "headers": [[h["name"].lower(), h["value"]] for h in document.headers_array()] if document else [],
            "hops": hops[::-1],
            "pdf": chosen,
        }

    def _told_nothing(self, document: PageResponse) -> dict[str, Any]:
        """Return an error status without a page: Chromium shows one of its own in place of an empty body."""
        headers = [[h["name"].lower(), h["value"]] for h in document.headers_array()]
        return {"html": "", "url": document.url, "status": document.status, "headers": headers, "hops": [], "pdf": None}

    def _settle(self) -> None:
        """Wait until the text has stopped growing, for as long as the order allows."""
        until = min(self._until, time.monotonic() + self._order["settle"])
        length, since = -1, time.monotonic()
        while (now := time.monotonic()) < until and not self._crashed:
            found = self._ask("length")
            if abs(found - length) > max(8, length // 200):
                length, since = found, now
            elif now - since >= _QUIET_ENOUGH or (now - since >= _QUIET and not self._promises()):
                return
            self.page.wait_for_timeout(_LOOK_EVERY * 1000)

    def _promises(self) -> bool:
        """Tell whether more text is to be expected: something is under way, or only a "Loading…" is to be seen."""
        return bool(self._pending) or (self._ask("words") < _THIN and not self._ask("covered"))

    def _ask(self, what: str) -> Any:
        """Ask the page's current document; it may have been replaced since the last question."""
        for _ in range(5):
            try:
                return self.page.evaluate(self._reading, what)
            except Error as error:
                if self._crashed or "context was destroyed" not in error.message:
                    raise
                self._parsed()
        return self.page.evaluate(self._reading, what)

    def _parsed(self) -> None:
        """Wait until the document has been read to its end.

        The browser is asked, not Playwright, which waits for ever once a page has started a download.
        """
        left = max(0.1, self._until - time.monotonic())
        self.page.wait_for_function("document.readyState !== 'loading'", timeout=left * 1000)

    def _asked(self, request: Request) -> None:
        if request.resource_type in ("document", "script", "xhr", "fetch"):
            self._pending.add(request)

    def _answered(self, response: PageResponse) -> None:
        request = response.request
        if request.is_navigation_request() and _is_main(request, self.page.main_frame):
            self._latest = response

    def _arrived(self, frame: Frame) -> None:
        if frame == self.page.main_frame and self._latest is not None:
            self._document = self._latest

    def _is_document(self) -> bool:
        kind = self._document.headers.get("content-type", "") if self._document else ""
        return kind.partition(";")[0].strip().lower() in ("application/pdf", "text/plain", "text/markdown")

    def _address(self) -> str:
        return self._document.url if self._document else self._order["url"]

    def _decide(self, route: Route) -> None:
        request = route.request
        if request.resource_type in _USELESS or not request.url.startswith(("http:", "https:", "data:", "blob:")):
            route.abort()
            return
        if self._guard is not None and request.url.startswith("http") and not _may(self._guard, request.url):
            route.abort("accessdenied")
            return
        route.continue_()


def _is_main(request: Request, main: Frame) -> bool:
    try:
        return request.frame == main
    except Error:  # its frame is gone, so it is not the one we read
        return False


def _may(guard: Guard, url: str) -> bool:
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        guard.check(parts.scheme, parts.hostname or "", port)
        guard.addresses(parts.hostname or "", port, 10.0)
    except TroubleError:
        return False
    return True


if __name__ == "__main__":
    main()
