"""A web server of faults on loopback: each path is one way in which the web goes wrong (`MODES` names them all).

Raw sockets, because most faults are answers that no library would send. The server counts what matters for manners:
how many requests it had from one address at a time, and when each came.
"""

import gzip
import socket
import ssl
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from itertools import count

TERMS = (
    b"<!DOCTYPE html><html><head><title>Terms</title></head><body><main><h1>Terms of Service</h1>"
    + b"".join(b"<p>Clause %d. You may use the service as long as you keep to these terms.</p>" % n for n in range(20))
    + b"</main></body></html>"
)

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"

#: A brotli stream that decodes to 1 GB of zeroes would be 800 bytes; we only need its name and some bytes.
_BROTLI = bytes.fromhex("cbff3f00fa") * 200


@dataclass
class Visit:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    at: float  # monotonic seconds
    ended: float = 0.0


@dataclass
class Faults:
    """A running server; `visits` holds every request, `most_at_once` how many were under way together."""

    host: str
    scheme: str = "http"
    robots: str = "robots-none"
    visits: list[Visit] = field(default_factory=list)
    most_at_once: int = 0
    connections: int = 0
    closing: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _now: int = 0
    _turns: dict[str, Iterator[int]] = field(default_factory=dict)

    def url(self, mode: str) -> str:
        """Return the address of a mode."""
        return f"{self.scheme}://{self.host}/{mode}"

    def asked(self, path: str) -> list[Visit]:
        """Return the requests for one path, without those for robots.txt."""
        return [visit for visit in self.visits if visit.path == path]

    def turn(self, mode: str) -> int:
        """Return how often a mode was asked for before."""
        with self._lock:
            return next(self._turns.setdefault(mode, count()))

    @contextmanager
    def counting(self, visit: Visit) -> Iterator[None]:
        """Count a request while it is answered."""
        with self._lock:
            self.visits.append(visit)
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
        try:
            yield
        finally:
            visit.ended = time.monotonic()
            with self._lock:
                self._now -= 1


@dataclass
class Exchange:
    """One request being answered."""

    faults: Faults
    connection: socket.socket
    visit: Visit

    def send(self, *pieces: bytes) -> None:
        """Send bytes as they are."""
        self.connection.sendall(b"".join(pieces))

    def answer(self, status: int, body: bytes = b"", *headers: str, length: int | None = None) -> None:
        """Send a whole answer."""
        lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body) if length is None else length}", *headers]
        self.send("\r\n".join([*lines, "", ""]).encode("latin-1"), body)

    def html(self, body: bytes = TERMS, *headers: str) -> None:
        """Send a page."""
        self.answer(200, body, "Content-Type: text/html; charset=utf-8", *headers)

    def redirect(self, where: str, status: int = 302, *headers: str) -> None:
        """Send the visitor elsewhere."""
        self.answer(status, b"", f"Location: {where}", *headers)

    def wait(self, seconds: float) -> bool:
        """Let time pass; False once the server is closing."""
        return not self.faults.closing.wait(seconds)

    def reset(self) -> None:
        """Break the connection off as a crashed host does."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


Mode = Callable[[Exchange], None]
MODES: dict[str, Mode] = {}


def mode(answer: Mode) -> Mode:
    """Add a way of answering under its name."""
    MODES[answer.__name__.replace("_", "-")] = answer
    return answer


@mode
def terms(x: Exchange) -> None:
    """The document, as it should be."""
    x.html()


@mode
def terms_with_etag(x: Exchange) -> None:
    """The document with validators; 304 to those who have it."""
    if x.visit.headers.get("if-none-match") == '"v1"':
        x.answer(304, b"", 'ETag: "v1"')
    else:
        x.html(TERMS, 'ETag: "v1"', "Last-Modified: Mon, 02 Nov 2026 08:00:00 GMT")


@mode
def changing_etag(x: Exchange) -> None:
    """The same body under an ETag that is new each time."""
    x.html(TERMS, f'ETag: "{x.faults.turn("changing-etag")}"')


@mode
def unasked_304(x: Exchange) -> None:
    """304 once to a visitor who asked no condition, then the page."""
    if x.faults.turn("unasked-304") == 0:
        x.answer(304)
    else:
        x.html()


@mode
def always_304(x: Exchange) -> None:
    """304 whatever is asked."""
    x.answer(304)


@mode
def slow_drip(x: Exchange) -> None:
    """A body that comes byte by byte, each well within any time-out."""
    x.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n")
    while x.wait(0.02):
        x.send(b".")


@mode
def dripping_headers(x: Exchange) -> None:
    """Headers that come byte by byte and never end."""
    x.send(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while x.wait(0.02):
        x.send(b".")


@mode
def endless_interim(x: Exchange) -> None:
    """103 Early Hints, for ever."""
    while x.wait(0.01):
        x.send(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n")


@mode
def early_hints(x: Exchange) -> None:
    """103 Early Hints once, then the page."""
    x.send(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n")
    x.html()


@mode
def silence(x: Exchange) -> None:
    """Takes the request and says nothing."""
    x.wait(30)


@mode
def never_ending(x: Exchange) -> None:
    """A body without end, as fast as it is read."""
    x.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    while not x.faults.closing.is_set():
        x.send(b"<p>and so on</p>" * 4096)


@mode
def announced_huge(x: Exchange) -> None:
    """A Content-Length of a terabyte."""
    x.answer(200, TERMS, "Content-Type: text/html", length=10**12)


@mode
def reset_mid_body(x: Exchange) -> None:
    """The connection is reset in the middle of the body."""
    x.answer(200, TERMS[:500], "Content-Type: text/html", length=len(TERMS))
    x.reset()


@mode
def reset_once(x: Exchange) -> None:
    """The connection is reset the first time."""
    if x.faults.turn("reset-once") == 0:
        x.reset()
    else:
        x.html()


@mode
def length_too_long(x: Exchange) -> None:
    """The connection is closed before all that was announced has come."""
    x.answer(200, TERMS, "Content-Type: text/html", "Connection: close", length=len(TERMS) + 100)


@mode
def length_too_short(x: Exchange) -> None:
    """More comes than was announced; browsers stop where the header says."""
    x.answer(200, TERMS, "Content-Type: text/html", length=len(TERMS) - len("</body></html>"))


@mode
def two_lengths(x: Exchange) -> None:
    """Two Content-Length headers that contradict each other."""
    x.answer(200, TERMS, "Content-Type: text/html", "Content-Length: 5")


@mode
def broken_chunks(x: Exchange) -> None:
    """A chunked body whose chunk sizes are nonsense."""
    x.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", TERMS)


@mode
def unfinished_chunks(x: Exchange) -> None:
    """A chunked body that stops without its last chunk."""
    x.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
    x.send(b"%x\r\n" % len(TERMS), TERMS, b"\r\n")


@mode
def not_http(x: Exchange) -> None:
    """Something else answers."""
    x.send(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")


@mode
def endless_headers(x: Exchange) -> None:
    """Header after header, as fast as they are read."""
    x.send(b"HTTP/1.1 200 OK\r\n")
    while not x.faults.closing.is_set():
        x.send(b"X-More: %s\r\n" % (b"m" * 1000) * 50)


def _gzip_page(x: Exchange, body: bytes, encoding: str) -> None:
    x.answer(200, body, "Content-Type: text/html; charset=utf-8", f"Content-Encoding: {encoding}")


@mode
def gzipped(x: Exchange) -> None:
    """The document in gzip."""
    _gzip_page(x, gzip.compress(TERMS), "gzip")


@mode
def gzip_members(x: Exchange) -> None:
    """The document in gzip of two members, with rubbish after them."""
    _gzip_page(x, gzip.compress(TERMS[:99]) + gzip.compress(TERMS[99:]) + b"rubbish", "gzip")


@mode
def deflated(x: Exchange) -> None:
    """The document in deflate, unasked."""
    _gzip_page(x, zlib.compress(TERMS), "deflate")


@mode
def bare_deflated(x: Exchange) -> None:
    """The document in deflate without zlib's header, as some servers have it."""
    engine = zlib.compressobj(wbits=-15)
    _gzip_page(x, engine.compress(TERMS) + engine.flush(), "deflate")


@mode
def gzip_bomb(x: Exchange) -> None:
    """A gigabyte of zeroes in a megabyte of gzip."""
    body = gzip.compress(bytes(1 << 20)) * 1024
    _gzip_page(x, body, "gzip")


@mode
def gzip_of_gzip(x: Exchange) -> None:
    """Gzip in gzip."""
    _gzip_page(x, gzip.compress(gzip.compress(bytes(1 << 20))), "gzip, gzip")


@mode
def brotli(x: Exchange) -> None:
    """Brotli, which was not asked for and cannot be bounded."""
    _gzip_page(x, _BROTLI, "br")


@mode
def gzip_cut_short(x: Exchange) -> None:
    """Gzip that ends in the middle although the length is right."""
    _gzip_page(x, gzip.compress(TERMS)[:-40], "gzip")


@mode
def gzip_in_name_only(x: Exchange) -> None:
    """A plain page that says it is gzip."""
    _gzip_page(x, TERMS, "gzip")


@mode
def redirect(x: Exchange) -> None:
    """One step to the document."""
    x.redirect("/terms", 301)


@mode
def redirect_unicode(x: Exchange) -> None:
    """A Location in raw UTF-8, with a fragment and an absent scheme."""
    x.redirect(f"//{x.faults.host}/terms?titre=conditions-g\u00e9n\u00e9rales#haut".encode().decode("latin-1"))


@mode
def redirect_loop(x: Exchange) -> None:
    """Two addresses that redirect to each other."""
    x.redirect("/redirect-loop-back")


@mode
def redirect_loop_back(x: Exchange) -> None:
    """The other half of the loop."""
    x.redirect("/redirect-loop")


@mode
def redirect_chain(x: Exchange) -> None:
    """A redirect to a new address every time."""
    x.redirect(f"/redirect-chain?{x.faults.turn('redirect-chain')}")


@mode
def redirect_to_metadata(x: Exchange) -> None:
    """A redirect to the address where clouds keep their secrets."""
    x.redirect("http://169.254.169.254/latest/meta-data/")


@mode
def redirect_to_private(x: Exchange) -> None:
    """A redirect to a private host, written in hexadecimal."""
    x.redirect("http://0x0a000001/")


@mode
def redirect_to_port(x: Exchange) -> None:
    """A redirect to another port of a public host."""
    x.redirect("http://example.com:22/")


@mode
def redirect_to_file(x: Exchange) -> None:
    """A redirect to a file of ours."""
    x.redirect("file:///etc/passwd")


@mode
def redirect_nowhere(x: Exchange) -> None:
    """A redirect without an address."""
    x.answer(302)


@mode
def redirect_nonsense(x: Exchange) -> None:
    """A redirect to something that is no address."""
    x.redirect("http://[not-an-address/")


@mode
def cookie_wall(x: Exchange) -> None:
    """Sends the visitor away to fetch a cookie and back again, for ever if it is not kept."""
    if "seen=yes" in x.visit.headers.get("cookie", ""):
        x.html()
    else:
        x.redirect("/cookie-wall-gate")


@mode
def cookie_wall_gate(x: Exchange) -> None:
    """Where the cookie is given."""
    x.redirect("/cookie-wall", 302, "Set-Cookie: seen=yes; Path=/")


@mode
def meta_refresh(x: Exchange) -> None:
    """A page that moves on by itself."""
    x.html(b'<html><head><meta http-equiv="Refresh" content="0; URL=\'/terms\'"></head><body>Moved.</body></html>')


@mode
def refresh_header(x: Exchange) -> None:
    """A header that moves on."""
    x.html(b"<p>Moved.</p>", "Refresh: 0; url=/terms")


@mode
def meta_refresh_to_itself(x: Exchange) -> None:
    """A page that loads itself anew."""
    x.html(b'<meta http-equiv="refresh" content="1;url=/meta-refresh-to-itself">' + TERMS)


@mode
def meta_refresh_for_noscript(x: Exchange) -> None:
    """A page that moves on only those who run no scripts."""
    x.html(b'<noscript><meta http-equiv="refresh" content="0;url=/not-found"></noscript>' + TERMS)


@mode
def rate_limited_seconds(x: Exchange) -> None:
    """429 with Retry-After in seconds."""
    x.answer(429, b"slow down", "Retry-After: 120")


@mode
def rate_limited_date(x: Exchange) -> None:
    """429 with Retry-After as a date: an hour after midnight of 23 November 2026."""
    x.answer(429, b"slow down", f"Retry-After: {formatdate(1795395600, usegmt=True)}")


@mode
def rate_limited_nonsense(x: Exchange) -> None:
    """429 with a Retry-After that is neither."""
    x.answer(429, b"slow down", "Retry-After: soon")


@mode
def busy_once(x: Exchange) -> None:
    """503 the first time, then the page."""
    if x.faults.turn("busy-once") == 0:
        x.answer(503, b"busy", "Retry-After: 5")
    else:
        x.html()


@mode
def busy(x: Exchange) -> None:
    """503, always."""
    x.answer(503, b"<html><body>Down for maintenance</body></html>", "Content-Type: text/html")


@mode
def broken(x: Exchange) -> None:
    """500, always."""
    x.answer(500, b"oops")


@mode
def not_found(x: Exchange) -> None:
    """404 with a page."""
    x.answer(404, b"<html><body>There is no such page</body></html>", "Content-Type: text/html")


@mode
def gone(x: Exchange) -> None:
    """410."""
    x.answer(410, b"gone")


@mode
def bot_wall(x: Exchange) -> None:
    """403 with a challenge."""
    x.answer(403, b"<html><title>Just a moment...</title></html>", "Content-Type: text/html", "cf-mitigated: challenge")


@mode
def request_denied(x: Exchange) -> None:
    """999, which one large host invented."""
    x.answer(999, b"")


@mode
def teapot_range(x: Exchange) -> None:
    """206 although no range was asked for."""
    x.answer(206, TERMS[:100], "Content-Type: text/html", f"Content-Range: bytes 0-99/{len(TERMS)}")


@mode
def empty(x: Exchange) -> None:
    """200 with nothing in it."""
    x.html(b" \r\n ")


@mode
def no_content(x: Exchange) -> None:
    """204."""
    x.send(b"HTTP/1.1 204 No Content\r\n\r\n")


@mode
def junk_as_html(x: Exchange) -> None:
    """Binary junk called HTML."""
    x.html(bytes(range(256)) * 40)


@mode
def gzip_file_as_html(x: Exchange) -> None:
    """A compressed file called HTML, its encoding left out."""
    x.html(gzip.compress(TERMS))


@mode
def html_without_type(x: Exchange) -> None:
    """A page without a Content-Type."""
    x.answer(200, TERMS)


@mode
def pdf_as_download(x: Exchange) -> None:
    """A PDF called a download."""
    x.answer(200, PDF, "Content-Type: application/octet-stream")


@mode
def pdf_as_html(x: Exchange) -> None:
    """A PDF called HTML."""
    x.html(PDF)


@mode
def error_page_as_pdf(x: Exchange) -> None:
    """A page called a PDF."""
    x.answer(200, TERMS, "Content-Type: application/pdf")


@mode
def markdown(x: Exchange) -> None:
    """Markdown."""
    x.answer(200, b"# Terms\n\nBe kind.\n", "Content-Type: text/markdown; charset=UTF-8")


@mode
def picture(x: Exchange) -> None:
    """A picture."""
    x.answer(200, b"\x89PNG\r\n\x1a\n" + bytes(100), "Content-Type: image/png")


@mode
def json_document(x: Exchange) -> None:
    """JSON."""
    x.answer(200, b'{"terms": "be kind"}', "Content-Type: application/json")


@mode
def wrong_charset(x: Exchange) -> None:
    """UTF-8 that the header calls something else, in capitals and quotes."""
    x.answer(200, TERMS, 'Content-Type: text/html; foo=bar; Charset="ISO-8859-1"')


@mode
def two_content_types(x: Exchange) -> None:
    """Two types in one header, separated as nobody should."""
    x.answer(200, TERMS, "Content-Type: text/html, text/html")


@mode
def robots_none(x: Exchange) -> None:
    """No robots.txt."""
    x.answer(404, b"no")


@mode
def robots_forbids(x: Exchange) -> None:
    """A robots.txt that shuts our name out of some paths."""
    x.answer(200, b"User-agent: *\nAllow: /\n\nUser-agent: tosmonitor\nDisallow: /t\n", "Content-Type: text/plain")


@mode
def robots_slow(x: Exchange) -> None:
    """A robots.txt that asks for a pause of seven seconds."""
    x.answer(200, b"User-agent: *\nCrawl-delay: 7\n", "Content-Type: text/plain")


@mode
def robots_very_slow(x: Exchange) -> None:
    """A robots.txt that asks for a pause of an hour."""
    x.answer(200, b"User-agent: *\nCrawl-delay: 3600\n", "Content-Type: text/plain")


@mode
def robots_broken(x: Exchange) -> None:
    """A robots.txt that is 500."""
    x.answer(500, b"oops")


@mode
def robots_broken_once(x: Exchange) -> None:
    """A robots.txt that is 503 the first time."""
    x.answer(503 if x.faults.turn("robots-broken-once") == 0 else 404, b"oops")


@mode
def robots_page(x: Exchange) -> None:
    """A web page in place of robots.txt."""
    x.html(b"<!DOCTYPE html><html><body>User-agent: *\nDisallow: /</body></html>")


@mode
def robots_huge(x: Exchange) -> None:
    """A robots.txt of ten megabytes, whose end forbids everything."""
    line = b"Disallow: /private/%06d/*/x$\n"
    x.answer(200, b"User-agent: *\n" + b"".join(line % n for n in range(350_000)) + b"Disallow: /\n")


@mode
def robots_refused(x: Exchange) -> None:
    """A robots.txt behind a password."""
    x.answer(401, b"no")


@mode
def robots_moved(x: Exchange) -> None:
    """A robots.txt that lives elsewhere."""
    x.redirect("/robots-forbids")


@mode
def robots_circling(x: Exchange) -> None:
    """A robots.txt that redirects to itself."""
    x.redirect("/robots.txt")


@mode
def robots_bomb(x: Exchange) -> None:
    """A robots.txt that is a gzip bomb."""
    gzip_bomb(x)


@contextmanager
def faulty(
    *, robots: str = "robots-none", address: str = "127.0.0.1", tls: ssl.SSLContext | None = None
) -> Iterator[Faults]:
    """Run a server of faults; `robots` is the mode that answers for /robots.txt."""
    listener = socket.create_server((address, 0), backlog=128)
    faults = Faults(f"{address}:{listener.getsockname()[1]}", "https" if tls else "http", robots)
    thread = threading.Thread(target=_accept, args=(listener, faults, tls), daemon=True)
    thread.start()
    try:
        yield faults
    finally:
        faults.closing.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def _accept(listener: socket.socket, faults: Faults, tls: ssl.SSLContext | None) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        faults.connections += 1
        threading.Thread(target=_serve, args=(connection, faults, tls), daemon=True).start()


def _serve(connection: socket.socket, faults: Faults, tls: ssl.SSLContext | None) -> None:
    try:
        with tls.wrap_socket(connection, server_side=True) if tls else connection as talking:
            waiting = b""
            while True:
                while b"\r\n\r\n" not in waiting:
                    piece = talking.recv(65536)
                    if not piece:
                        return
                    waiting += piece
                    if not b"GET ".startswith(waiting[:4]):
                        talking.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
                        return
                head, _, waiting = waiting.partition(b"\r\n\r\n")
                first, *lines = head.decode("latin-1").split("\r\n")
                headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
                path = first.split(" ")[1].partition("?")[0].strip("/")
                visit = Visit(path, headers, time.monotonic())
                with faults.counting(visit):
                    name = faults.robots if path == "robots.txt" else path
                    MODES.get(name, not_found)(Exchange(faults, talking, visit))
                if name in _ENDS_THE_CONNECTION:
                    return
    except OSError:
        return


_ENDS_THE_CONNECTION = frozenset(
    {"reset-mid-body", "reset-once", "length-too-long", "unfinished-chunks", "not-http", "slow-drip", "silence",
     "dripping-headers", "never-ending", "endless-headers", "endless-interim", "announced-huge", "length-too-short"}
)  # fmt: skip
