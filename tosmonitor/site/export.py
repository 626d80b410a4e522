"""The site as files: the answers of the very application that serves it, written byte for byte.

    contents ─► what is new ─► application ─► files, and a note of what was written with which token

An export into the same folder again writes only what changed and removes what is gone; also after one that was
interrupted, for the note says beforehand what is about to be touched. A page "/en/" becomes "en/index.html". Nothing in
it depends on when or where it was made.
"""

import asyncio
import json
import os
import re
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from inspect import iscoroutinefunction
from pathlib import Path
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Message, Scope

from tosmonitor.errors import TosmonitorError
from tosmonitor.site import searching
from tosmonitor.site.app import application
from tosmonitor.site.contents import Part, edition, parts
from tosmonitor.site.earlier import Earlier
from tosmonitor.site.holdings import Holdings
from tosmonitor.site.settings import SiteSettings

#: The note that an export leaves beside the pages: what was written, with which token.
NOTE = ".tosmonitor-export.json"
#: What stands beside it while an export is under way: what this one touches.
UNDER_WAY = ".tosmonitor-export-under-way.json"
_PART = ".part"
_ARCHIVE = re.compile(r"/feeds/.+/(\d{4}-\d\d)\.")


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
        return _export(holdings, out, base_url.rstrip("/"), held, progress or _quiet)
    finally:
        holdings.close()


def file_of(path: str) -> str:
    """Return the file, relative to the export, that holds the answer at an address."""
    name = (unquote(path) if "%" in path else path).lstrip("/")
    return f"{name}index.html" if name.endswith("/") or not name else name


def ask(app: Starlette, path: str) -> tuple[int, bytes]:
    """Return status and body of the application's answer to GET `path`, without a network.

    Pages are plain functions and called as such: a server's way to them, through threads, costs a tenth of a page.
    """
    scope = _scope(path)
    for route in app.routes:
        match, found = route.matches(scope)
        if match is Match.FULL and isinstance(route, Route) and not iscoroutinefunction(route.endpoint):
            answer: Response = route.endpoint(Request({**scope, **found}))
            return answer.status_code, bytes(answer.body)
    return asyncio.run(_asked(app, scope))


def _scope(path: str) -> Scope:
    return {
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


async def _asked(app: ASGIApp, scope: Scope) -> tuple[int, bytes]:
    status, chunks = 500, []

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


def _export(
    holdings: Holdings, out: Path, base_url: str, settings: SiteSettings, progress: Callable[[int, int], None]
) -> ExportReport:
    known = _read(out / NOTE)
    if doubtful := _touched(out / UNDER_WAY, known):
        known = _doubted(known, doubtful)
    wanted = {part.name: _listed(part, known.get(part.name)) for part in parts(holdings, settings, base_url)}
    before, after = _flat(known), _flat(wanted)
    root = f"{out}{os.sep}"
    # Asked for twice as fast as os.path.isfile answers, which tells on tens of thousands of files.
    lost = {path for path in before if not os.access(root + file_of(path), os.F_OK)}
    fresh = [path for path, token in after.items() if path in lost or before.get(path) != token]
    fresh.sort(key=archive_month)  # feeds share the entries of a month, which are made once as long as they are kept
    index = {path: token for path, token in before.items() if searching.holds(path)}
    pieces = list(searching.pieces(holdings, edition(settings, base_url), {} if lost & index.keys() else index))
    wanted["index"] = Written("", {piece.path: piece.token for piece in pieces})
    after |= wanted["index"].files
    gone = [path for path in before if path not in after]
    # Should we be stopped half-way, the next export must not take what we are about to touch for what it was.
    touched = {*fresh, *gone, *(piece.path for piece in pieces if piece.body is not None)}
    if touched:
        _write(out / UNDER_WAY, json.dumps(sorted(touched)).encode())
    sound = {path: token for path, token in before.items() if path not in lost}
    holdings.earlier = Earlier(sound, after, lambda path: (out / file_of(path)).read_bytes())
    app = application(holdings, base_url=base_url, settings=settings, pages=lambda: _pages(after))
    size = 0
    progress(len(after) - len(fresh), len(after))
    for done, path in enumerate(fresh, len(after) - len(fresh) + 1):
        status, body = ask(app, path)
        if status != 200:
            raise TosmonitorError(f"the page {path} cannot be made (status {status}); nothing after it was written")
        size += _write(out / file_of(path), body)
        progress(done, len(after))
    for piece in pieces:
        if piece.body is not None:
            size += _write(out / file_of(piece.path), piece.body)
            fresh.append(piece.path)
    for path in gone:
        _remove(out / file_of(path), out)
    _, missing = ask(app, "/404.html")
    size += _write(out / "404.html", missing)
    if wanted != known:
        _note(out, wanted)
    (out / UNDER_WAY).unlink(missing_ok=True)
    return ExportReport(len(after), len(fresh), len(gone), size)


@dataclass(frozen=True, slots=True)
class Written:
    """What an export wrote of a part of the site: the part's token, and the token of each address."""

    token: str
    files: dict[str, str]


def _listed(part: Part, known: Written | None) -> Written:
    """Return what is to be there of a part; nothing of it is listed while its token stands."""
    if known is not None and known.token == part.token:
        return known
    return Written(part.token, {held.path: held.token for held in part.held()})


def archive_month(path: str) -> str:
    """Return the month of an archive of a feed, nothing for any other address."""
    found = _ARCHIVE.search(path)
    return found[1] if found else ""


def _flat(held: Mapping[str, Written]) -> dict[str, str]:
    return {path: token for written in held.values() for path, token in written.files.items()}


def _pages(held: Iterable[str]) -> list[str]:
    return [path for path in held if path.endswith("/")]


def _doubted(known: Mapping[str, Written], touched: AbstractSet[str]) -> dict[str, Written]:
    """Return the note after an export that was interrupted: what it touched has no token, be it new or known."""
    held = {
        name: Written("" if touched & one.files.keys() else one.token, dict(one.files)) for name, one in known.items()
    }
    for written in held.values():
        written.files.update(dict.fromkeys(touched & written.files.keys(), ""))
    before = _flat(known)
    held["under way"] = Written("", {path: "" for path in sorted(touched) if path not in before})
    return held


def _write(path: Path, body: bytes) -> int:
    """Write a file whole or not at all, and return its size."""
    beside = path.with_name(path.name + _PART)
    try:
        beside.write_bytes(body)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(body)
    os.replace(beside, path)
    return len(body)


def _remove(path: Path, out: Path) -> None:
    """Remove a file, what an interrupted export left beside it, and the folders that are empty then."""
    path.unlink(missing_ok=True)
    path.with_name(path.name + _PART).unlink(missing_ok=True)
    for folder in path.parents:
        if folder == out or not folder.is_dir() or any(folder.iterdir()):
            break
        folder.rmdir()


def _note(out: Path, held: Mapping[str, Written]) -> None:
    said = {name: {"token": written.token, "files": written.files} for name, written in held.items()}
    _write(out / NOTE, json.dumps({"parts": said}).encode())


def _read(note: Path) -> dict[str, Written]:
    """Return what the note says; nothing for one that is not there, or not ours."""
    try:
        held = json.loads(note.read_text("utf-8"))
        if "parts" not in held:  # as a release before wrote it, which knew of no parts
            held = {"parts": {"": {"token": "", "files": held}}}
        return {name: Written(part["token"], dict(part["files"])) for name, part in held["parts"].items()}
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _touched(note: Path, known: Mapping[str, Written]) -> AbstractSet[str]:
    """Return what an export that was interrupted had begun to touch; nothing when the last one was not."""
    try:
        return frozenset(str(path) for path in json.loads(note.read_text("utf-8")))
    except FileNotFoundError:
        return frozenset()
    except (ValueError, TypeError):  # not ours any more, so that it may have been anything
        return _flat(known).keys()


def _quiet(done: int, total: int) -> None:
    """Say nothing."""
