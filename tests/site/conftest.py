"""Fixtures of the site's tests: a recorded history, the site over it, and a reader that needs no network."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.types import ASGIApp, Message, Scope

from tests.site import history
from tosmonitor.site import ExportReport, SiteSettings, create_app, export

BASE = "https://terms.example"
SETTINGS = SiteSettings(
    contact="https://terms.example/contact", phrases=("machine learning models", "binding arbitration")
)


@dataclass(frozen=True)
class Answer:
    """What the site answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """Return the body as text."""
        return self.body.decode("utf-8")


class Reader:
    """Asks an application in this process; follows no redirect."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    def get(self, address: str, method: str = "GET", **headers: str) -> Answer:
        """Ask for an address; `if_none_match="x"` sends If-None-Match: x."""
        return asyncio.run(self._ask(address, method, headers))

    async def _ask(self, address: str, method: str, headers: dict[str, str]) -> Answer:
        path, _, query = address.partition("?")
        start: Message = {}
        chunks: list[bytes] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                chunks.append(message.get("body", b""))

        scope: Scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "https",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
            "server": ("terms.example", 443),
            "client": ("127.0.0.1", 1),
        }
        await self.app(scope, receive, send)
        held = {name.decode(): value.decode() for name, value in start["headers"]}
        return Answer(int(start["status"]), held, b"".join(chunks))


@pytest.fixture(scope="session")
def archive_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give an archive that holds the history."""
    return history.build(tmp_path_factory.mktemp("site") / "tosmonitor.db")


@pytest.fixture(scope="session")
def app(archive_path: Path) -> ASGIApp:
    """Give the site over the history."""
    return create_app(archive_path, base_url=BASE, settings=SETTINGS)


@pytest.fixture(scope="session")
def reader(app: ASGIApp) -> Reader:
    """Give a reader of the site."""
    return Reader(app)


@pytest.fixture(scope="session")
def exported(archive_path: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ExportReport]:
    """Give an export of the history, with its report."""
    out = tmp_path_factory.mktemp("export") / "www"
    return out, export(archive_path, out, base_url=BASE + "/", settings=SETTINGS)
