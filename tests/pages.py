"""A web server on loopback that serves what a test tells it to: the real thing, only small."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@dataclass
class Page:
    """What one path answers with."""

    body: bytes
    status: int = 200
    media_type: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Pages:
    """A web server whose pages may be changed while it runs; `requests` lists the paths that were asked for."""

    address: str
    host: str
    pages: dict[str, Page] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)

    def serve(self, path: str, html: str, *, status: int = 200) -> str:
        """Answer `path` with `html` from now on and return its URL."""
        self.pages[path] = Page(html.encode(), status)
        return self.address + path


@contextmanager
def serving() -> Iterator[Pages]:
    """Run the server on a free port of 127.0.0.1 for as long as the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            """Answer with the page of the path, or 404."""
            pages.requests.append(self.path)
            page = pages.pages.get(self.path, Page(b"not here", 404, "text/plain"))
            self.send_response(page.status)
            for name, value in page.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", page.media_type)
            self.send_header("Content-Length", str(len(page.body)))
            self.end_headers()
            self.wfile.write(page.body)

        def log_message(self, format: str, *args: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    host = f"127.0.0.1:{server.server_address[1]}"
    pages = Pages(f"http://{host}", host)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield pages
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
