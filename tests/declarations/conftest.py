"""A web of a few pages on loopback, and a fetcher that may read it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from tosmonitor.fetch import Fetcher
from tosmonitor.model import Manners

#: Paths and what is served there; "HOST" in a text becomes the address of the server.
Pages = dict[str, tuple[str, str]]


class Web:
    """A server of a few pages: where it is, and what it was asked for."""

    def __init__(self, pages: Pages) -> None:
        self.asked: list[str] = []
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                web.asked.append(self.path)
                media_type, text = pages.get(self.path, ("", ""))
                body = text.replace("HOST", web.home.rstrip("/")).encode()
                self.send_response(200 if media_type else 404)
                self.send_header("Content-Type", media_type or "text/plain")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.home = f"http://127.0.0.1:{self.server.server_port}/"
        self.host = f"127.0.0.1:{self.server.server_port}"


@pytest.fixture
def serve() -> Iterator[Callable[[Pages], Web]]:
    """Give a function that puts pages on the web of this machine."""
    with ExitStack() as stack:

        def start(pages: Pages) -> Web:
            web = Web(pages)
            thread = Thread(target=web.server.serve_forever, daemon=True)
            thread.start()
            stack.callback(thread.join)
            stack.callback(web.server.server_close)
            stack.callback(web.server.shutdown)
            return web

        yield start


@pytest.fixture
def fetcher_for() -> Iterator[Callable[[Web], Fetcher]]:
    """Give a function that makes a fetcher for a web on loopback: no pauses, no browser."""
    with ExitStack() as stack:

        def make(web: Web) -> Fetcher:
            manners = Manners(allowed_hosts=(web.host,), pause=timedelta(0), browser_allowed=False)
            return stack.enter_context(
                Fetcher(manners, clock=lambda: datetime(2026, 11, 23, tzinfo=UTC), sleep=lambda seconds: None)
            )

        yield make
