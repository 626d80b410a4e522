"""Feed readers that are programs of their own: each is given an address, and what it made of it is given back."""

import email
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Shown:
    """An entry as newsboat keeps it; `text` is what it shows of the content."""

    guid: str
    title: str
    url: str
    text: str
    published: int  # seconds since 1970


def newsboat(address: str, folder: Path) -> list[Shown]:
    """Return the entries that newsboat reads, the oldest first; skip the test where it is not installed."""
    program = shutil.which("newsboat")
    if program is None:
        pytest.skip("newsboat is not installed")
    (folder / "urls").write_text(address + "\n")
    (folder / "config").write_text("")
    files = ("-u", folder / "urls", "-c", folder / "cache.db", "-C", folder / "config")
    subprocess.run([program, *files, "-x", "reload"], check=True, timeout=60, capture_output=True)
    with closing(sqlite3.connect(folder / "cache.db")) as cache:
        rows = cache.execute("SELECT guid, title, url, content, pubDate FROM rss_item ORDER BY pubDate").fetchall()
    return [Shown(guid, title, url, re.sub(r"<[^>]+>", "", content), at) for guid, title, url, content, at in rows]


def rss2email(address: str, folder: Path) -> list[str]:
    """Return the mails that rss2email writes when it asks twice; skip the test where it is not installed."""
    program = shutil.which("r2e")
    if program is None:
        pytest.skip("rss2email is not installed")
    (folder / "mail").mkdir()
    config = folder / "r2e.cfg"
    environment = {"HOME": str(folder), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}

    def run(*arguments: str) -> None:
        command = [program, "-c", str(config), "-d", str(folder / "r2e.json"), *arguments]
        subprocess.run(command, check=True, timeout=60, capture_output=True, env=environment)

    run("new", "regulator@example.org")
    written = re.sub(r"(?m)^email-protocol.*$", "email-protocol = maildir", config.read_text())
    config.write_text(re.sub(r"(?m)^maildir-path.*$", f"maildir-path = {folder}/mail", written))
    run("add", "terms", address)
    run("run")
    run("run")
    said = []
    for path in sorted((folder / "mail/INBOX/new").iterdir()):
        payload = email.message_from_bytes(path.read_bytes()).get_payload(decode=True)
        assert isinstance(payload, bytes)
        said.append(" ".join(payload.decode().split()))
    return said
