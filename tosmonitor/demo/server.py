"""The web of the demo: one server a service on loopback, each answering as of the clock of the demo."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread

from tosmonitor.demo import web
from tosmonitor.demo.timeline import PAGES, Form, Page, Trouble, text_of, trouble

_PAGES = {(page.service, page.path): page for page in PAGES}
_FILLING = "/api/legal.json"  # what the script of an app page fetches


@dataclass
class World:
    """The services on the web: where each is, and what time it is there."""

    now: datetime
    shift: timedelta  # how far the timeline is moved
    hosts: dict[str, str] = field(default_factory=dict)  # service to "127.0.0.1:port"
    visits: Counter[str] = field(default_factory=Counter)
    lock: Lock = field(default_factory=Lock)

    def answer(self, service: str, path: str) -> tuple[int, bytes, str]:
        """Return status, body and media type of a request made now."""
        if path == "/robots.txt":
            return 200, b"User-agent: *\nDisallow: /account/\n", "text/plain; charset=utf-8"
        page = _app(service) if path == _FILLING else _PAGES.get((service, path))
        if page is None:
            return 404, b"<!doctype html><title>Not found</title><h1>404 Not found</h1>", "text/html; charset=utf-8"
        day = (self.now - self.shift).date()
        with self.lock:
            self.visits[service + path] += 1
            turn = self.visits[service + path]
        match trouble(page, day):
            case Trouble.WALL:
                return 403, *web.wall()
            case Trouble.DOWN:
                return 503, b"<!doctype html><title>503</title><h1>Service unavailable</h1>", "text/html; charset=utf-8"
        text = text_of(page, day, turn=turn, shift=self.shift)
        if path == _FILLING:
            return 200, *web.filling(text)
        return 200, *web.body(page, text, turn)


@contextmanager
def serving(now: datetime, shift: timedelta) -> Iterator[World]:
    """Run every service on a free port of 127.0.0.1 for as long as the block lasts."""
    world = World(now, shift)
    with ExitStack() as stack:
        for service in sorted({page.service for page in PAGES}):
            server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(world, service))
            server.daemon_threads = True
            world.hosts[service] = f"127.0.0.1:{server.server_address[1]}"
            thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
            thread.start()
            stack.callback(thread.join)
            stack.callback(server.server_close)
            stack.callback(server.shutdown)
        yield world


def _handler(world: World, service: str) -> type[BaseHTTPRequestHandler]:
    """Return what answers the requests to one service."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            """Answer as of the clock of the demo; 304 where the bytes are those that the client has."""
            status, body, media_type = world.answer(service, self.path.partition("?")[0])
            etag = f'"{sha256(body).hexdigest()[:20]}"'
            if status == 200 and self.headers.get("If-None-Match") == etag:
                status, body = 304, b""
            self.send_response_only(status)
            self.send_header("Date", format_datetime(world.now, usegmt=True))
            self.send_header("ETag", etag)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Keep quiet."""

    return Handler


def _app(service: str) -> Page | None:
    return next((page for page in PAGES if page.service == service and page.form is Form.APP), None)
