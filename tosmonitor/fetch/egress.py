"""The browser's only way out: a proxy on loopback whose every connection the guard opens.

Chromium resolves names again by itself, so looking at its requests is no protection; with a proxy it resolves nothing
and connects nowhere else. HTTPS and WebSockets come as CONNECT and stay opaque; plain HTTP comes as a whole request
and leaves as one request a connection. What was refused or failed is kept by host, so that a failed page can be
explained; what a page may load altogether is bounded.
"""

import select
import socket
import threading
import time
from socketserver import BaseRequestHandler, TCPServer, ThreadingMixIn
from urllib.parse import urlsplit

from tosmonitor.fetch.guard import Guard
from tosmonitor.fetch.trouble import TroubleError
from tosmonitor.model import Manners

#: One page with all that it loads; beyond it the connections are cut.
MOST_BYTES = 150_000_000

_MOST_HEAD = 65_536
_PIECE = 65_536
_IDLE = 60.0  # seconds without a byte in either direction


class Egress:
    """The proxy, running in threads of its own from `start` to `close`; serves one browser."""

    def __init__(self, manners: Manners, guard: Guard) -> None:
        self.guard = guard
        self.connect_seconds = manners.connect_timeout.total_seconds()
        self._lock = threading.Lock()
        self._troubles: dict[str, TroubleError] = {}
        self._left = MOST_BYTES
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, name="egress", daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """Return the proxy's address, `http://127.0.0.1:PORT`."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def begin(self) -> None:
        """Forget what the last page met."""
        with self._lock:
            self._troubles.clear()
            self._left = MOST_BYTES

    def trouble(self, host: str) -> TroubleError | None:
        """Return what happened to the last connection to `host`, None if nothing bad."""
        with self._lock:
            return self._troubles.get(host.lower())

    def note(self, host: str, trouble: TroubleError) -> None:
        """Keep what happened to a connection."""
        with self._lock:
            self._troubles[host.lower()] = trouble

    def take(self, count: int) -> bool:
        """Count bytes against the page's bound; False when it is reached."""
        with self._lock:
            self._left -= count
            return self._left > 0

    def close(self) -> None:
        """Stop taking connections and cut those that are open."""
        self._server.shutdown()
        self._server.cut()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingMixIn, TCPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, egress: Egress) -> None:
        self.egress = egress
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Connection)

    def remember(self, *sockets: socket.socket) -> None:
        with self._lock:
            self._open.update(sockets)

    def forget(self, *sockets: socket.socket) -> None:
        with self._lock:
            self._open.difference_update(sockets)

    def cut(self) -> None:
        with self._lock:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue

    def handle_error(self, request: object, client_address: object) -> None:
        """A connection that breaks is the browser's to notice."""


class _Connection(BaseRequestHandler):
    server: _Server
    request: socket.socket

    def handle(self) -> None:
        browser = self.request
        browser.settimeout(_IDLE)
        read = _head(browser)
        if read is None:
            return
        head, rest = read
        method, target, lines = _parse(head)
        tunnel = method == "CONNECT"
        parts = urlsplit(f"//{target}" if tunnel else target)
        try:
            host, port = parts.hostname or "", parts.port or 80
        except ValueError:
            host, port = "", 0
        if not host or (not tunnel and parts.scheme != "http"):
            browser.sendall(_reply(400, "Bad Request"))
            return
        egress = self.server.egress
        try:
            site = egress.guard.connect(host, port, egress.connect_seconds)
        except TroubleError as trouble:
            egress.note(host, trouble)
            browser.sendall(_reply(502, "Bad Gateway", str(trouble)))
            return
        self.server.remember(browser, site)
        try:
            with site:
                if tunnel:
                    browser.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                    if rest:
                        site.sendall(rest)
                    _relay(browser, site, egress)
                else:
                    path = parts._replace(scheme="", netloc="").geturl() or "/"
                    site.sendall(_request(method, path, lines))
                    _relay_one(browser, site, rest, _length(lines), egress)
        finally:
            self.server.forget(browser, site)


def _head(source: socket.socket, got: bytes = b"") -> tuple[bytes, bytes] | None:
    """Read on from `got` up to the empty line; return what is before and after it, None if it never comes."""
    while b"\r\n\r\n" not in got:
        piece = source.recv(_PIECE)
        if not piece or len(got) > _MOST_HEAD:
            return None
        got += piece
    head, _, rest = got.partition(b"\r\n\r\n")
    return head, rest


def _parse(head: bytes) -> tuple[str, str, list[str]]:
    first, *lines = head.decode("latin-1").split("\r\n")
    method, _, others = first.partition(" ")
    return method, others.partition(" ")[0], lines


def _without(lines: list[str], *names: str) -> list[str]:
    return [line for line in lines if line.partition(":")[0].strip().lower() not in names]


def _request(method: str, path: str, lines: list[str]) -> bytes:
    kept = _without(lines, "proxy-connection", "connection", "keep-alive", "proxy-authorization")
    return "\r\n".join([f"{method} {path} HTTP/1.1", *kept, "Connection: close", "", ""]).encode("latin-1")


def _length(lines: list[str]) -> int:
    for line in lines:
        name, _, value = line.partition(":")
        if name.strip().lower() == "content-length" and value.strip().isdigit():
            return int(value.strip())
    return 0


def _reply(status: int, phrase: str, words: str = "") -> bytes:
    body = words.encode()
    head = f"HTTP/1.1 {status} {phrase}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"Connection: close\r\n\r\n" + body


def _relay(browser: socket.socket, site: socket.socket, egress: Egress) -> None:
    """Carry bytes both ways until one side is done, the page's bound is reached, or nothing moves."""
    other = {browser: site, site: browser}
    poll = select.poll()
    by_number = {browser.fileno(): browser, site.fileno(): site}
    for number in by_number:
        poll.register(number, select.POLLIN)
    while True:
        ready = poll.poll(_IDLE * 1000)
        if not ready:
            return
        for number, _ in ready:
            source = by_number[number]
            try:
                piece = source.recv(_PIECE)
                if not piece or not egress.take(len(piece)):
                    return
                other[source].sendall(piece)
            except OSError:
                return


def _relay_one(browser: socket.socket, site: socket.socket, rest: bytes, length: int, egress: Egress) -> None:
    """Carry the body of one request out and one answer back, told to be the last on its connection."""
    site.settimeout(_IDLE)
    try:
        while length > 0:
            piece = rest or browser.recv(_PIECE)
            rest = b""
            if not piece:
                return
            site.sendall(piece[:length])
            length -= len(piece)
        began = time.monotonic()
        answer = _head(site)
        while answer is not None and answer[0].startswith(b"HTTP/1.1 1") and time.monotonic() - began < _IDLE:
            answer = _head(site, answer[1])
        if answer is None:
            return
        head, rest = answer
        first, *lines = head.decode("latin-1").split("\r\n")
        kept = _without(lines, "connection", "keep-alive", "proxy-connection")
        browser.sendall("\r\n".join([first, *kept, "Connection: close", "", ""]).encode("latin-1") + rest)
        while (piece := site.recv(_PIECE)) and egress.take(len(piece)):
            browser.sendall(piece)
    except OSError:
        return
