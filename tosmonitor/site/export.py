"""The site as files: the answers of the very application that serves it, written byte for byte.

    contents ─► what is new ─► application ─► files, and a note of what was written with which token

An export into the same folder again writes only what changed and removes what is gone. A page "/en/" becomes
"en/index.html". Nothing in it depends on when or where it was made.
"""

import asyncio
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from starlette.types import ASGIApp, Message, Scope

from tosmonitor.errors import TosmonitorError
from tosmonitor.site import searching
from tosmonitor.site.app import application
from tosmonitor.site.contents import contents, edition
from tosmonitor.site.holdings import Holdings
from tosmonitor.site.settings import SiteSettings

#: The note that an export leaves beside the pages: what was written, with which token.
NOTE = ".tosmonitor-export.json"


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What an export did, in files and bytes."""

    held: int  # files that the site consists of
    written: int
    removed: int
    bytes_written: int


def export(
    archive_path: Path,
    out: Path,
    *,
    base_url: str,
    settings: SiteSettings | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> ExportReport:
    """Write the site over the archive at `archive_path` into the folder `out`.

    `progress` is told (files done, files in all). Raises the ArchiveError family when the archive cannot be read,
    TosmonitorError when a page cannot be made.
    """
    held = settings or SiteSettings()
    holdings = Holdings(archive_path)
    try:
        return asyncio.run(_export(holdings, out, base_url.rstrip("/"), held, progress or _quiet))
    finally:
        holdings.close()


def file_of(path: str) -> str:
    """Return the file, relative to the export, that holds the answer at an address."""
    name = unquote(path).lstrip("/")
    return f"{name}index.html" if name.endswith("/") or not name else name


async def ask(app: ASGIApp, path: str) -> tuple[int, bytes]:
    """Return status and body of the application's answer to GET `path`, without a network."""
    status, chunks = 500, []
    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "https",
        "path": unquote(path),
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [],
        "server": ("export", 443),
        "client": None,
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        else:
            chunks.append(message.get("body", b""))

    await app(scope, receive, send)
    return status, b"".join(chunks)


async def _export(
    holdings: Holdings, out: Path, base_url: str, settings: SiteSettings, progress: Callable[[int, int], None]
) -> ExportReport:
    wanted = {held.path: held.token for held in contents(holdings, settings, base_url)}
    note = out / NOTE
    known: dict[str, str] = _read(note)
    root = f"{out}{os.sep}"
    fresh = [
        path for path, token in wanted.items() if known.get(path) != token or not os.path.isfile(root + file_of(path))
    ]
    app = application(holdings, base_url=base_url, settings=settings)
    size = 0
    progress(len(wanted) - len(fresh), len(wanted))
    for done, path in enumerate(fresh, len(wanted) - len(fresh) + 1):
        status, body = await ask(app, path)
        if status != 200:
            raise TosmonitorError(f"the page {path} cannot be made (status {status}); nothing after it was written")
        size += _write(out / file_of(path), body)
        progress(done, len(wanted))
    index = {path: token for path, token in known.items() if searching.holds(path)}
    if not all(os.path.isfile(root + file_of(path)) for path in index):
        index = {}
    for piece in searching.pieces(holdings, edition(settings, base_url), index):
        wanted[piece.path] = piece.token
        if piece.body is not None:
            size += _write(out / file_of(piece.path), piece.body)
            fresh.append(piece.path)
    gone = [path for path in known if path not in wanted]
    for path in gone:
        (out / file_of(path)).unlink(missing_ok=True)
    _, missing = await ask(app, "/404.html")
    size += _write(out / "404.html", missing)
    _write(note, json.dumps(dict(sorted(wanted.items())), indent=0).encode())
    return ExportReport(len(wanted), len(fresh), len(gone), size)


def _write(path: Path, body: bytes) -> int:
    """Write a file whole or not at all, and return its size."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".part")
    beside.write_bytes(body)
    os.replace(beside, path)
    return len(body)


def _read(note: Path) -> dict[str, str]:
    try:
        held = json.loads(note.read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return {str(path): str(token) for path, token in held.items()} if isinstance(held, dict) else {}


def _quiet(done: int, total: int) -> None:
    """Say nothing."""
