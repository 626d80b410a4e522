"""Pages that only a browser can read, in a real Chromium, and the bounds that it runs in."""

import os
import signal
import socket
import subprocess
import tempfile
import threading
import time as real
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.faults import PDF
from tosmonitor.fetch import Fetcher, find_browser
from tosmonitor.fetch.browser import Browser, Seats
from tosmonitor.fetch.egress import Egress
from tosmonitor.fetch.guard import Guard
from tosmonitor.fetch.hosts import Hosts
from tosmonitor.model import Failure, FailureKind, Manners, Response, Source

CLAUSES = "".join(f"<p>Clause {n}. You may use the service as long as you keep to these terms.</p>" for n in range(30))
SAFE = CLAUSES.replace("<", "\\u003c")

PAGES: dict[str, str] = {
    "/scripted": """<title>Terms</title><div id=app>Loading…</div><script>
        const show = (text) => setTimeout(() => document.getElementById('app').innerHTML = text, 300);
        fetch('/text').then(r => r.text()).then(show)
        </script>""",
    "/slowly": f"""<div id=app>Loading…</div><script>
        setTimeout(() => document.getElementById('app').innerHTML = "{SAFE}", 1800)</script>""",
    "/text": CLAUSES,
    "/shadow": f"""<x-terms></x-terms><script>
        customElements.define('x-terms', class extends HTMLElement {{ connectedCallback() {{
          this.attachShadow({{mode: 'closed'}}).innerHTML = "<slot></slot>{SAFE}";
          this.innerHTML = '<h1>Given by the page</h1>' }} }})</script>""",
    "/declared-shadow": f"<main><template shadowrootmode=open>{CLAUSES}</template></main>",
    "/consent": f"""<div id=onetrust-banner style="position:fixed;inset:0">We value your privacy.
        <button onclick="show(this)">Accept all</button> <button onclick="show(this)">Tout refuser</button></div>
        <main id=main></main><script>function show(b) {{ document.title = b.innerText;
        document.getElementById('onetrust-banner').remove();
        setTimeout(() => document.getElementById('main').innerHTML = "{SAFE}", 200) }}</script>""",
    "/must-accept": f"""<div role=dialog aria-modal=true>Our cookies. <button onclick="
        this.parentNode.remove(); document.getElementById('main').innerHTML = document.getElementById('t').innerHTML
        ">I agree</button></div><main id=main></main><template id=t>{CLAUSES}</template>""",
    "/consent-in-a-frame": f"""<div id=sp_message_container_1 style="position:fixed;inset:0">
        <iframe sandbox=allow-scripts src=/consent-frame width=600 height=400></iframe></div><main id=main></main>
        <script>onmessage = (said) => {{ document.title = said.data;
        document.getElementById('sp_message_container_1').remove();
        document.getElementById('main').innerHTML = "{SAFE}" }}</script>""",
    "/consent-frame": """<button onclick="parent.postMessage('accepted', '*')">Accept</button>
        <button onclick="parent.postMessage('refused', '*')">Reject all</button>""",
    "/framed-by-another": "<h1>Terms</h1><iframe sandbox=allow-scripts src=/text width=800 height=600></iframe>",
    "/banner-over-text": f"""<div class=cookie-notice style="position:fixed;bottom:0">Cookies!
        <button onclick="document.title='accepted'">Accept</button></div><main>{CLAUSES}</main>""",
    "/framed": "<h1>Terms</h1><iframe src=/text width=800 height=600></iframe>",
    "/lazy": f"""<main style="height:9000px">Scroll down.</main><div id=end></div><script>
        new IntersectionObserver((seen) => seen[0].isIntersecting &&
          (document.getElementById('end').innerHTML = "{SAFE}")).observe(document.getElementById('end'))</script>""",
    "/moved-by-script": "<script>location.replace('/text')</script>",
    "/restless": f"<main>{CLAUSES}</main><script>setInterval(() => fetch('/text'), 50)</script>",
    "/downloading": f"<main>{CLAUSES}</main><script>location = '/file.zip'</script>",
    "/pdf-inside": "<title>Terms</title><embed src=/terms.pdf type=application/pdf width=900 height=900>",
    "/pdf-linked": "<h1>Terms</h1><p>Our terms of service: <a href=/terms.pdf>download (PDF)</a></p>",
    "/endless-script": "<p>Before.</p><script>while (true) {}</script>",
    "/endless-later": f"<main>{CLAUSES}</main><script>setTimeout(() => {{ while (true) {{}} }}, 400)</script>",
    "/dialogs": f"<script>alert('hello'); confirm('really?')</script><main>{CLAUSES}</main>",
    "/popups": f"<script>window.open('/text'); window.open('/text')</script><main>{CLAUSES}</main>",
    "/worker": f"""<main>{CLAUSES}</main><script>navigator.serviceWorker?.register('/worker.js')
        .then(() => document.title = 'registered', () => document.title = 'refused')</script>""",
}

SPY = """<main>%s</main><img src="http://127.0.0.1:%d/img"><iframe src="http://127.0.0.1:%d/frame"></iframe>
<script>fetch("http://127.0.0.1:%d/fetch").catch(() => 0); new WebSocket("ws://127.0.0.1:%d/socket");
fetch("http://localhost:%d/name").catch(() => 0); fetch("http://[::1]:%d/six").catch(() => 0);
new RTCPeerConnection({iceServers: [{urls: "stun:127.0.0.1:%d"}]}).createDataChannel("x")</script>"""


@dataclass
class Site:
    """A website on loopback; `asked` lists the paths and User-Agents that it saw."""

    host: str
    asked: list[tuple[str, str]] = field(default_factory=list)
    extra: dict[str, str] = field(default_factory=dict)

    def url(self, path: str) -> str:
        """Return the address of a path."""
        return f"http://{self.host}{path}"


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """Run the website."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            served.asked.append((self.path, self.headers.get("User-Agent", "")))
            html = (PAGES | served.extra).get(self.path)
            body, kind, status = (html or "").encode(), "text/html; charset=utf-8", 200 if html else 404
            if self.path.endswith(".pdf"):
                body, kind, status = PDF, "application/pdf", 200
            if self.path.endswith(".zip"):
                body, kind, status = b"PK\3\4" + bytes(100), "application/zip", 200
            if self.path.endswith(".js"):
                body, kind, status = b"self.onfetch = () => 0", "text/javascript", 200
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = Site(f"127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield served
    server.shutdown()
    server.server_close()
    thread.join()


def visitor(site: Site, *, seconds: float = 30, browser: str | None = None) -> Fetcher:
    """Return a Fetcher that may visit the site, without pauses; a page may take `seconds`."""
    manners = Manners(
        allowed_hosts=(site.host,),
        pause=timedelta(0),
        contact="https://monitor.example/",
        total_timeout=timedelta(seconds=seconds),
        browser=browser,
    )
    return Fetcher(manners, clock=lambda: datetime.now(UTC), sleep=lambda _: None, hosts=Hosts())


@pytest.fixture(scope="module")
def reader(site: Site) -> Iterator[Fetcher]:
    """Share one browser between the tests of the module."""
    if find_browser(Manners()) is None:
        pytest.skip("no Chromium on this machine")
    with visitor(site) as fetcher:
        yield fetcher


def rendered(reader: Fetcher, site: Site, path: str) -> Response:
    """Return a page as rendered, or fail in the failure's own words."""
    answer = reader.render(Source(site.url(path)), language="en")
    assert isinstance(answer, Response), answer
    return answer


pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    "path",
    ["/scripted", "/slowly", "/shadow", "/declared-shadow", "/consent", "/must-accept", "/consent-in-a-frame",
     "/framed", "/framed-by-another", "/lazy", "/moved-by-script", "/restless", "/dialogs", "/popups"],
)  # fmt: skip
def test_text_that_only_a_browser_shows_is_read(path: str, reader: Fetcher, site: Site) -> None:
    """Scripts, shadow roots, consent walls, frames, lazy loading: the whole text is there, once."""
    page = rendered(reader, site, path)
    text = page.body.decode(page.charset or "")
    assert all(text.count(f"Clause {n}.") == 1 for n in range(30))
    assert (page.rendered, page.media_type) == (True, "text/html")
    assert "<script" not in text


def test_consent_is_refused_where_it_can_be(reader: Fetcher, site: Site) -> None:
    """We say no to cookies where there is a no, and nothing where the text is there anyway."""
    assert b"<title>Tout refuser</title>" in rendered(reader, site, "/consent").body
    assert b"accepted" not in rendered(reader, site, "/banner-over-text").body


def test_slots_are_filled_in_place(reader: Fetcher, site: Site) -> None:
    """What a page gives to a component stands where the component shows it."""
    assert rendered(reader, site, "/shadow").body.count(b"Given by the page") == 1


def test_where_a_script_leads_is_told(reader: Fetcher, site: Site) -> None:
    """The address is the one that the text was read at."""
    assert rendered(reader, site, "/moved-by-script").final_url == site.url("/text")


@pytest.mark.parametrize("path", ["/pdf-inside", "/pdf-linked", "/terms.pdf"])
def test_a_pdf_that_is_the_document_is_read_as_served(path: str, reader: Fetcher, site: Site) -> None:
    """A page that only holds or links a PDF leads to its bytes."""
    page = rendered(reader, site, path)
    assert (page.body, page.media_type, page.rendered) == (PDF, "application/pdf", False)
    assert page.final_url == site.url("/terms.pdf")


def test_downloads_and_service_workers_are_refused(reader: Fetcher, site: Site) -> None:
    """Nothing is stored, and nothing stays behind in the browser."""
    assert b"Clause 29." in rendered(reader, site, "/downloading").body
    assert b"Clause 29." in rendered(reader, site, "/worker").body
    assert "/worker.js" not in {path for path, _ in site.asked}


def test_the_browser_says_who_it_is(reader: Fetcher, site: Site) -> None:
    """The User-Agent names us and the operator beside the engine."""
    rendered(reader, site, "/text")
    agents = {agent for path, agent in site.asked if path == "/text"}
    assert any("tosmonitor/" in agent and "(+https://monitor.example/)" in agent for agent in agents)


def test_a_page_cannot_reach_what_is_private(reader: Fetcher, site: Site) -> None:
    """Images, frames, fetch, WebSockets, WebRTC: none gets to a loopback port that the operator did not name."""
    with socket.create_server(("127.0.0.1", 0)) as private, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        port = private.getsockname()[1]
        udp.bind(("127.0.0.1", port))
        private.setblocking(False)
        udp.setblocking(False)
        site.extra["/spy"] = SPY % (CLAUSES, *[port] * 7)
        rendered(reader, site, "/spy")
        with pytest.raises(BlockingIOError):
            private.accept()
        with pytest.raises(BlockingIOError):
            udp.recv(100)


def test_a_private_page_is_refused_in_words(reader: Fetcher) -> None:
    """The browser is not even asked for what the guard refuses; a dead host is told as such."""
    refused = reader.render(Source("http://localhost/"))
    assert isinstance(refused, Failure)
    assert refused.kind == FailureKind.GUARD


def test_missing_pages_are_failures_in_a_browser_too(reader: Fetcher, site: Site) -> None:
    """The status counts, whatever is shown."""
    answer = reader.render(Source(site.url("/nothing-here")))
    assert isinstance(answer, Failure)
    assert answer.kind == FailureKind.HTTP_4XX or answer.kind == FailureKind.EMPTY


def test_a_page_that_never_rests_ends_in_time(site: Site) -> None:
    """Scripts without end, at once or later, cost their time in two browsers and nothing more."""
    with visitor(site, seconds=2) as made:
        for path in ("/endless-script", "/endless-later"):
            began = real.monotonic()
            answer = made.render(Source(site.url(path)))
            assert real.monotonic() - began < 60
            assert isinstance(answer, Failure)
            assert answer.kind in (FailureKind.TIMEOUT, FailureKind.BROWSER), answer.reason.en


def chromiums(parent: int) -> list[int]:
    """Return the browsers that descend from a process."""
    found = subprocess.run(
        ["ps", "-ww", "-eo", "pid,ppid,stat,args"], capture_output=True, text=True, check=True
    ).stdout
    rows = [line.split(None, 3) for line in found.splitlines()[1:]]
    family = {parent}
    for _ in range(6):
        family |= {int(pid) for pid, ppid, *_ in rows if int(ppid) in family}
    return [
        int(pid)
        for pid, _, stat, args in rows
        if int(pid) in family and "remote-debugging-port" in args and stat[0] != "Z" and "--type=" not in args
    ]


def test_a_browser_that_dies_or_hangs_is_replaced(site: Site) -> None:
    """Killed between two pages, or stopped in its tracks: another one reads the page, and nothing is left of any."""
    before, profiles = set(chromiums(os.getpid())), set(Path(tempfile.gettempdir()).glob("tosmonitor-browser-*"))
    with visitor(site, seconds=4) as made:
        rendered(made, site, "/text")
        for harm in (signal.SIGKILL, signal.SIGSTOP):
            (mine,) = set(chromiums(os.getpid())) - before
            os.kill(mine, harm)
            assert rendered(made, site, "/text").status == 200
        (mine,) = set(chromiums(os.getpid())) - before
    assert before >= set(chromiums(os.getpid()))
    assert not Path(f"/proc/{mine}/cmdline").exists()
    assert profiles >= set(Path(tempfile.gettempdir()).glob("tosmonitor-browser-*"))


def test_browsers_are_fewer_than_threads() -> None:
    """A thread that needs a browser while all seats are taken waits until another thread is done with its own."""
    seats = Seats(1)
    first = Browser(Manners(), Guard(), seats=seats)
    seated = threading.Event()

    def second() -> None:
        browser = Browser(Manners(), Guard(), seats=seats)
        seated.set()
        browser.close()

    waiting = threading.Thread(target=second)
    waiting.start()
    while not seats.wanted:
        waiting.join(0.01)
    assert not seated.is_set()
    first.close()
    waiting.join(30)
    assert seated.is_set()
    assert not seats.wanted


def test_no_browser_is_a_failure_that_says_what_to_do(site: Site) -> None:
    """Without a Chromium the page is not read, and the operator is told the remedy."""
    made = visitor(site, browser="/nowhere/chromium")
    answer = made.render(Source(site.url("/text")))
    made.close()
    assert isinstance(answer, Failure)
    assert answer.kind == FailureKind.BROWSER
    assert "install one" in answer.reason.en


def test_a_running_browser_may_be_joined(site: Site, tmp_path: Path) -> None:
    """A Chromium that runs elsewhere is joined over its own protocol, and passes through the same proxy."""
    found = find_browser(Manners())
    if found is None:
        pytest.skip("no Chromium on this machine")
    flags = ["--headless=new", "--no-sandbox", "--remote-debugging-port=0", f"--user-data-dir={tmp_path}"]
    with subprocess.Popen([found, *flags], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as chromium:
        try:
            assert chromium.stderr is not None
            line = next(line for line in chromium.stderr if "DevTools listening on" in line)
            address = line.partition("ws://")[2].partition("/")[0]
            with visitor(site, browser=f"http://{address}") as made:
                assert b"Clause 29." in rendered(made, site, "/scripted").body
        finally:
            chromium.kill()


def test_the_proxy_refuses_what_the_guard_refuses(site: Site) -> None:
    """Both ways through the proxy are guarded, nonsense is answered, and what happened is kept by host."""
    egress = Egress(Manners(), Guard([site.host]))
    port = int(egress.address.rpartition(":")[2])

    def ask(request: str) -> bytes:
        with socket.create_connection(("127.0.0.1", port), 5) as connection:
            connection.sendall(request.encode())
            answer = b""
            while piece := connection.recv(65536):
                answer += piece
            return answer

    assert b"Clause 3." in ask(f"GET {site.url('/text')} HTTP/1.1\r\nHost: {site.host}\r\n\r\n")
    assert b" 502 " in ask("CONNECT 127.0.0.1:22 HTTP/1.1\r\n\r\n")
    assert b" 502 " in ask("GET http://localhost:22/ HTTP/1.1\r\n\r\n")
    assert b" 400 " in ask("GET / HTTP/1.1\r\n\r\n")
    assert b" 400 " in ask("GET http://a:b:c/ HTTP/1.1\r\n\r\n")
    trouble = egress.trouble("localhost")
    assert trouble is not None
    assert trouble.kind == FailureKind.GUARD
    egress.begin()
    assert egress.trouble("localhost") is None
    egress.close()
