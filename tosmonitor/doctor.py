"""What is missing on this machine, in the lists or in the archive, and the exact remedy.

Reads files and asks the operating system; goes to no network and writes nothing.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from tosmonitor import archive as kept
from tosmonitor.declarations import Settings, beside, load, settings
from tosmonitor.errors import ArchiveError, DeclarationError, NotFoundError
from tosmonitor.fetch import find_browser

#: Below this much free space an archive in use may soon be full.
_LITTLE_SPACE = 1_000_000_000

#: With no check in so long, nothing looks any more: documents are due twice a day by default.
_SILENCE = timedelta(hours=36)

#: A message that waits so long for a listener will not be taken by itself.
_WAITING = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: whether it is well, what was found, and what to do if it is not."""

    ok: bool
    what: str
    remedy: str = ""


def doctor(
    services_file: Path, settings_file: Path | None, archive_file: Path, *, now: datetime
) -> tuple[Finding, ...]:
    """Look at everything that the program needs and return what was found, in the order in which to mend it.

    Without a `settings_file` the one beside `services_file` is looked at.
    """
    found = [_python()]
    found += _services(services_file)
    configured, said = _settings(settings_file or beside(services_file))
    found += said
    found.append(_browser(configured))
    found += _disk(archive_file)
    found += _archive(archive_file, configured, now)
    return tuple(found)


def _python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Finding(sys.version_info >= (3, 11), f"Python {version}", "install Python 3.11 or newer")


def _services(path: Path) -> Iterator[Finding]:
    try:
        services = load(path)
    except DeclarationError as error:
        many = len(error.problems)
        mistakes = "1 mistake" if many == 1 else f"{many} mistakes"
        yield Finding(
            False, f"{path}: {mistakes}; the first: {error.problems[0]}", "see all: tosmonitor services check"
        )
        return
    documents = sum(len(service.documents) for service in services)
    yield Finding(True, f"{path}: {len(services)} services, {documents} documents")


def _settings(path: Path | None) -> tuple[Settings, list[Finding]]:
    try:
        found = settings(path)
    except DeclarationError as error:
        said = "; ".join(str(problem) for problem in error.problems)
        return Settings(), [Finding(False, said, "mend tosmonitor.yaml; docs/operators.md lists its keys")]
    out = [Finding(True, f"{path} read" if path else "no tosmonitor.yaml; every setting has its default")]
    if not found.manners.contact:
        remedy = 'write "contact: you@example.org" into tosmonitor.yaml, so that website operators can reach you'
        out.append(Finding(False, "the User-Agent names no contact", remedy))
    host = urlsplit(found.base_url).hostname or ""
    if host in ("localhost", "127.0.0.1", "::1"):
        remedy = 'write "base_url: https://..." into tosmonitor.yaml; feeds and messages carry it'
        out.append(Finding(False, f"the public address is {found.base_url}, which only this machine can open", remedy))
    return found, out


def _browser(configured: Settings) -> Finding:
    if not configured.manners.browser_allowed:
        return Finding(True, "no browser is used (browser: never); pages that need scripts will be told as such")
    found = find_browser(configured.manners)
    if found is None:
        remedy = 'apt install chromium, or playwright install --with-deps chromium; or write "browser: never"'
        return Finding(False, "no Chromium was found; pages that need scripts cannot be read", remedy)
    return Finding(True, f"browser: {found}")


def _disk(path: Path) -> Iterator[Finding]:
    folder = path.parent
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    if not os.access(folder, os.W_OK):
        yield Finding(False, f"{folder} cannot be written", f"give this user the right to: chown $USER {folder}")
    free = shutil.disk_usage(folder).free
    remedy = f"make room; `tosmonitor backup` tells the size of a copy of {path}"
    yield Finding(free >= _LITTLE_SPACE, f"{free / 1e9:,.1f} GB free for {path}", remedy)


def _archive(path: Path, configured: Settings, now: datetime) -> Iterator[Finding]:
    try:
        with kept.open_archive(path) as archive:
            yield from _inside(archive, path, configured, now)
    except NotFoundError:
        yield Finding(False, f"there is no archive at {path} yet", "make the first checks: tosmonitor check")
    except ArchiveError as error:
        yield Finding(False, str(error), "bring back the last backup, or see docs/archive.md")


def _inside(archive: kept.Archive, path: Path, configured: Settings, now: datetime) -> Iterator[Finding]:
    checks = kept.last_checks(archive)
    if not checks:
        yield Finding(False, f"{path} holds no check yet", "look for the first time: tosmonitor check")
    else:
        newest = max(check.checked_at for check in checks.values())
        age = now - newest
        what = f"{path}: {len(checks)} documents, last check {newest:%Y-%m-%d %H:%M} UTC"
        yield Finding(age < _SILENCE, what, "let it run: tosmonitor run, or tosmonitor check from cron")
    for listener in configured.listeners:
        waiting = kept.pending(archive, listener.name, limit=1000)
        late = bool(waiting) and now - waiting[0].created_at > _WAITING
        what = f"listener {listener.name}: {len(waiting)} waiting" if waiting else f"listener {listener.name}: all told"
        yield Finding(not late, what, "see why in the log of `tosmonitor run`, or let `tosmonitor check` tell it")
