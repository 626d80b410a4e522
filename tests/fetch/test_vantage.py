"""A page that is refused here is asked for once through the operator's proxy, behind the same guard."""

import base64
import select
import socket
import ssl
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.faults import TERMS, faulty
from tests.fetch.test_http import serving, trusting
from tosmonitor import archive as kept
from tosmonitor.archive import open_archive
from tosmonitor.fetch import Fetcher, find_browser
from tosmonitor.fetch.browser import Browser
from tosmonitor.fetch.guard import Resolve, resolve
from tosmonitor.fetch.hosts import Hosts
from tosmonitor.fetch.trouble import TroubleError
from tosmonitor.fetch.vantage import Detour
from tosmonitor.model import Check, Document, Failure, FailureKind, Manners, Outcome, Response, Service, Source, Vantage
from tosmonitor.track import track

#: Where the proxy connects from, so that a server can tell.
AWAY = "127.0.0.2"

CLAUSES = "".join(f"<p>Clause {n}. You may use the service as long as you keep these terms.</p>" for n in range(30))
PAGE = f"<html lang=en><title>Terms of Service</title><main><h1>Terms of Service</h1>{CLAUSES}</main></html>"
SCRIPTED = (
    f"<html lang=en><title>Terms</title><main id=m>Loading…</main><script>m.innerHTML={CLAUSES!r}</script></html>"
)
WALL = """<!doctype html><html lang="en"><head><title>Just a moment...</title></head>
  <body><h1>Checking your browser before you continue</h1><p>Please enable JavaScript and cookies to continue.</p>
  <div id="cf-challenge-running"></div><script src="/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1"></script>
  </body></html>"""


@dataclass
class Proxy:
    """An HTTP proxy that only tunnels; `asked` lists where to, `leave` what was said to be let through."""

    address: str
    refuses: int | None = None
    asked: list[str] = field(default_factory=list)
    leave: list[str] = field(default_factory=list)


@contextmanager
def proxying(refuses: int | None = None) -> Iterator[Proxy]:
    """Run a proxy on loopback that connects from another loopback address."""
    listener = socket.create_server(("127.0.0.1", 0))
    proxy = Proxy(f"127.0.0.1:{listener.getsockname()[1]}", refuses)

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=_tunnel, args=(connection, proxy), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def _tunnel(browser: socket.socket, proxy: Proxy) -> None:
    with browser:
        head = b""
        while b"\r\n\r\n" not in head:
            head += browser.recv(4096)
        lines = head.decode().split("\r\n")
        target = lines[0].split()[1]
        proxy.asked.append(target)
        proxy.leave += [line.partition(": ")[2] for line in lines if line.startswith("Proxy-Authorization")]
        if proxy.refuses:
            browser.sendall(f"HTTP/1.1 {proxy.refuses} No\r\n\r\n".encode())
            return
        host, _, port = target.rpartition(":")
        with socket.create_connection((host, int(port)), source_address=(AWAY, 0)) as site:
            browser.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            other = {browser: site, site: browser}
            while True:
                for ready in select.select([browser, site], [], [])[0]:
                    try:
                        piece = ready.recv(65536)
                        other[ready].sendall(piece)
                    except OSError:
                        return
                    if not piece:
                        return


@dataclass
class Site:
    """A website that shows its wall to all who do not come from `AWAY`."""

    host: str
    page: str = PAGE
    callers: list[str] = field(default_factory=list)


@pytest.fixture
def site() -> Iterator[Site]:
    """Run the website."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if self.path == "/robots.txt":
                return self._say(404, b"")
            served.callers.append(self.client_address[0])
            if self.client_address[0] == AWAY:
                return self._say(200, served.page.encode())
            return self._say(403, WALL.encode())

        def _say(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = Site(f"127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield served
    server.shutdown()
    server.server_close()
    thread.join()


def manners(site: str, vantage: Vantage | None, *, browser: bool = False) -> Manners:
    """Give manners that allow the site, by address and by name, without pauses."""
    named = f"localhost:{site.rpartition(':')[2]}"
    return Manners(
        pause=timedelta(0), allowed_hosts=(site, named), vantage=vantage, browser_allowed=browser,
        total_timeout=timedelta(seconds=30),
    )  # fmt: skip


def asking(
    site: str,
    vantage: Vantage,
    *,
    browser: bool = False,
    tls: ssl.SSLContext | None = None,
    resolve: Resolve = resolve,
    hosts: Hosts | None = None,
) -> Fetcher:
    """Give a Fetcher that asks from the second vantage alone."""
    return Fetcher(
        manners(site, vantage, browser=browser),
        clock=lambda: datetime.now(UTC),
        sleep=lambda _: None,
        hosts=hosts or Hosts(),
        vantage=vantage,
        tls=tls,
        resolve=resolve,
    )


def looked(place: Path, site: Site, vantage: Vantage | None) -> Check:
    """Let the program look once; return the check as stored."""
    document = Document("lumen", "Terms of Service", (Source(f"http://{site.host}/terms"),), language="en")
    with open_archive(place / "tosmonitor.db", write=True) as archive, ThreadPoolExecutor(1) as pool:
        track(
            archive,
            (Service("lumen", "Lumen", (document,)),),
            manners=manners(site.host, vantage),
            clock=lambda: datetime.now(UTC),
            sleep=lambda _: None,
            executor=pool,
        )
        return kept.checks(archive, document.id)[-1]


def test_a_page_that_is_refused_here_is_read_from_there(tmp_path: Path, site: Site) -> None:
    """Asked here first, then once through the proxy; the check says where it was read from."""
    with proxying() as proxy:
        check = looked(tmp_path, site, Vantage(f"http://me:se%40cret@{proxy.address}", "Frankfurt"))
    assert check.outcome is Outcome.FIRST
    assert check.reason.en.endswith("Read from Frankfurt, because it is refused here.")
    assert check.reason.fr.endswith("Lue depuis Frankfurt, car elle est refusée ici.")
    assert site.callers == ["127.0.0.1", AWAY]
    assert proxy.asked == [site.host]
    assert base64.b64decode(proxy.leave[0].removeprefix("Basic ")) == b"me:se@cret"


@pytest.mark.parametrize("vantage", [None, Vantage("http://127.0.0.1:1", spared=("lumen",))])
def test_without_a_proxy_nothing_changes(vantage: Vantage | None, tmp_path: Path, site: Site) -> None:
    """Nobody is asked elsewhere where none is configured, nor for a service that is spared."""
    check = looked(tmp_path, site, vantage)
    assert (check.outcome, check.kind) == (Outcome.BLOCKED, "challenge")
    assert "proxy" not in check.reason.en
    assert site.callers == ["127.0.0.1"]


@pytest.mark.parametrize(("refuses", "words"), [(407, "refused (407)"), (502, "refused the connection (proxy: 502)")])
def test_a_proxy_that_does_not_serve_is_told_with_the_wall(
    refuses: int, words: str, tmp_path: Path, site: Site
) -> None:
    """The page stays blocked, by whom it was; that the proxy is broken is told beside it."""
    with proxying(refuses) as proxy:
        check = looked(tmp_path, site, Vantage(f"http://{proxy.address}", "Frankfurt"))
    assert (check.outcome, check.kind) == (Outcome.BLOCKED, "challenge")
    assert "From Frankfurt it is no better:" in check.reason.en
    assert words in check.reason.en


def test_a_proxy_that_is_down_is_not_held_against_the_host(site: Site) -> None:
    """However often it fails, the host's circuit stays closed."""
    hosts = Hosts()
    for _ in range(4):
        with asking(site.host, Vantage("http://127.0.0.1:1"), hosts=hosts) as made:
            answer = made.fetch(Source(f"http://{site.host}/terms"))
            assert isinstance(answer, Failure)
            assert answer.kind is FailureKind.REFUSED
            assert "the proxy 127.0.0.1 cannot be reached" in answer.reason.en
    assert hosts[site.host].failures == 0


@pytest.mark.parametrize("url", ["http://10.1.2.3/", "https://169.254.169.254/", "http://[::1]/", "http://0x7f000001/"])
def test_the_proxy_is_never_asked_for_a_private_address(url: str, site: Site) -> None:
    """The guard decides before the proxy hears of it, for names that lead into a private network too."""
    with proxying() as proxy:
        vantage = Vantage(f"http://{proxy.address}")
        for resolved in (resolve, lambda host, port, seconds: ("93.184.216.34", "10.0.0.1")):
            with asking(site.host, vantage, resolve=resolved) as made:
                answer = made.fetch(Source(url), robots_ignored="a test")
            assert isinstance(answer, Failure)
            assert answer.kind is FailureKind.GUARD
        assert proxy.asked == []


def test_the_proxy_is_given_the_address_that_was_checked(site: Site) -> None:
    """It has nothing to resolve: a name that leads elsewhere by then leads nowhere."""
    port = site.host.rpartition(":")[2]
    with proxying() as proxy, asking(site.host, Vantage(f"http://{proxy.address}")) as made:
        answer = made.fetch(Source(f"http://localhost:{port}/terms"), robots_ignored="a test")
    assert isinstance(answer, Response)
    assert set(proxy.asked) <= {f"127.0.0.1:{port}", f"[::1]:{port}"}


def test_tls_is_made_with_the_host_through_the_proxy() -> None:
    """The proxy carries what it cannot read; a certificate for another name is refused through it as well."""
    with proxying() as proxy:
        vantage = Vantage(f"http://{proxy.address}")
        with faulty(tls=serving("good")) as server, asking(server.host, vantage, tls=trusting()) as made:
            answer = made.fetch(Source(server.url("terms")))
            assert isinstance(answer, Response)
            assert answer.body == TERMS
        with faulty(tls=serving("wrong-name")) as server, asking(server.host, vantage, tls=trusting()) as made:
            refused = made.fetch(Source(server.url("terms")))
            assert isinstance(refused, Failure)
            assert refused.kind is FailureKind.TLS


@pytest.mark.browser
def test_the_browser_asks_through_the_proxy_too(site: Site) -> None:
    """All that it loads comes from there, and nothing private is reached through it."""
    if find_browser(Manners()) is None:
        pytest.skip("no Chromium on this machine")
    with socket.create_server(("127.0.0.1", 0)) as private, proxying() as proxy:
        port = private.getsockname()[1]
        site.page = SCRIPTED.replace("<script>", f"<img src=http://127.0.0.1:{port}/><script src=http://127.0.0.1:{port}/>"
                                     f"</script><script>fetch('http://localhost:{port}/');")  # fmt: skip
        with asking(site.host, Vantage(f"http://{proxy.address}"), browser=True) as made:
            answer = made.render(Source(f"http://{site.host}/terms"), language="en")
        private.setblocking(False)
        with pytest.raises(BlockingIOError):
            private.accept()
    assert isinstance(answer, Response), answer
    assert answer.body.count(b"Clause 29.") == 1
    assert set(site.callers) == {AWAY}
    assert set(proxy.asked) == {site.host}


def test_a_browser_elsewhere_is_not_sent_past_the_proxy(site: Site) -> None:
    """A browser that cannot use our proxy would ask from where it is; so it is not asked."""
    vantage = Vantage("http://127.0.0.1:1")
    given = replace(manners(site.host, vantage, browser=True), browser="http://browser.example:9222")
    with pytest.raises(TroubleError, match="cannot be sent through the proxy"):
        Browser(given, Detour(vantage.proxy))
