"""A host whose validators are broken hides its changes for a month, not for ever."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from tosmonitor import archive as kept
from tosmonitor.archive import open_archive
from tosmonitor.model import Document, Manners, Outcome, Service, Source
from tosmonitor.track import track

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Stubborn(BaseHTTPRequestHandler):
    """A page that answers "not modified" to whoever names its one ETag, whatever it says by now."""

    protocol_version = "HTTP/1.1"
    days = 30
    whole = 0

    def do_GET(self) -> None:
        """Answer."""
        if self.path == "/robots.txt":
            return self._say(404, b"")
        if self.headers.get("If-None-Match") == '"for ever"':
            return self._say(304, b"")
        Stubborn.whole += 1
        clauses = "".join(
            f"<p>You may use part {n} of the service as long as you keep these terms.</p>" for n in range(9)
        )
        kept_for = f"<p>We keep your messages for {Stubborn.days} days after you delete your account.</p>"
        page = f"<html lang=en><title>Terms</title><main><h1>Terms of Service</h1>{kept_for}{clauses}</main></html>"
        return self._say(200, page.encode())

    def _say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("ETag", '"for ever"')
        self.send_header("Content-Type", "text/html; charset=utf-8")
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


@contextmanager
def serving() -> Iterator[str]:
    """Run the server; give its host."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Stubborn)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_change_behind_a_broken_etag_is_found_within_a_month(tmp_path: Path) -> None:
    """Quiet days cost no body; once in thirty days the page is loaded whole, twice if that shows something new."""
    now = START

    def clock() -> datetime:
        return now

    with (
        serving() as host,
        open_archive(tmp_path / "tosmonitor.db", write=True) as archive,
        ThreadPoolExecutor(1) as pool,
    ):
        terms = Document("lumen", "Terms of Service", (Source(f"http://{host}/terms"),), language="en")
        manners = Manners(pause=timedelta(0), allowed_hosts=(host,), browser_allowed=False)
        services = (Service("lumen", "Lumen", (terms,)),)
        announced: list[datetime] = []
        while not announced and now < START + timedelta(days=60):
            report = track(archive, services, manners=manners, clock=clock, sleep=lambda seconds: None, executor=pool)
            announced += [now for _ in report.changes]
            Stubborn.days = 60
            last = kept.last_checks(archive)[terms.id]
            now = last.retry_at or now + timedelta(days=1)
        checks = kept.checks(archive, terms.id)
    assert announced
    assert announced[0] <= START + timedelta(days=32)
    assert Stubborn.whole == 3  # the first look, the one that found the change, the one that confirmed it
    assert [check.outcome for check in checks][-2:] == [Outcome.UNCONFIRMED, Outcome.CHANGE]
    assert {check.outcome for check in checks[1:-2]} <= {Outcome.UNCHANGED}
