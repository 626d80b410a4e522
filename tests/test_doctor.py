"""What is missing, and the remedy."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.archive.world import PRIVACY, SERVICES, START, World
from tosmonitor import archive
from tosmonitor.doctor import Finding, doctor

GOOD = "- name: A\n  documents: [{type: Imprint, url: 'https://a.example/'}]\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder in which everything is well."""
    (tmp_path / "services.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "tosmonitor.yaml").write_text(
        "contact: me@example.org\nbase_url: https://terms.example.org\nbrowser: never\n"
        "listeners: [{name: chat, apprise: 'json://chat.example.org'}]\n",
        encoding="utf-8",
    )
    with archive.open_archive(tmp_path / "a.db", write=True) as kept:
        archive.declare(kept, SERVICES)
        archive.enrol(kept, "chat")
        World(kept).first(PRIVACY, "The first version.")
    return tmp_path


def findings(folder: Path, now: timedelta = timedelta(hours=3)) -> tuple[Finding, ...]:
    """Look at what is in `folder`."""
    return doctor(folder / "services.yaml", folder / "tosmonitor.yaml", folder / "a.db", now=START + now)


def wrong(folder: Path, now: timedelta = timedelta(hours=3)) -> list[Finding]:
    """Return what is not well in `folder`, but for the space on this machine's disk."""
    return [one for one in findings(folder, now) if not one.ok and "GB free" not in one.what]


def test_where_everything_is_well_nothing_is_asked_for(folder: Path) -> None:
    """Each thing that was looked at is named."""
    assert wrong(folder) == []
    said = "\n".join(one.what for one in findings(folder))
    for what in ("Python 3", "1 services, 1 documents", "no browser is used", "last check 2026-01-01", "listener chat"):
        assert what in said


def test_mistakes_in_the_lists_are_counted_and_the_first_is_told(folder: Path) -> None:
    """The remedy names the command that tells them all."""
    (folder / "services.yaml").write_text("- name: A\n- name: B\n", encoding="utf-8")
    (folder / "tosmonitor.yaml").write_text("contat: x\n", encoding="utf-8")
    services, settings, *_ = wrong(folder)
    assert "2 mistakes; the first: " in services.what
    assert services.remedy == "see all: tosmonitor services check"
    assert 'unknown key "contat"; did you mean "contact"?' in settings.what


def test_an_installation_that_nobody_can_reach(folder: Path) -> None:
    """Without a contact and a public address the remedy is the line to write."""
    (folder / "tosmonitor.yaml").write_text("browser: never\n", encoding="utf-8")
    assert [one.what for one in wrong(folder)] == [
        "the User-Agent names no contact",
        "the public address is http://127.0.0.1:8000, which only this machine can open",
    ]


def test_an_archive_that_is_not_there_or_is_none(folder: Path) -> None:
    """A first check is the remedy; a file of another kind is told as such."""
    (folder / "a.db").unlink()
    (missing,) = wrong(folder)
    assert missing.remedy == "make the first checks: tosmonitor check"
    (folder / "a.db").write_bytes(b"not a database at all" * 100)
    (foreign,) = wrong(folder)
    assert "a.db" in foreign.what


def test_a_monitor_that_stands_still_and_a_listener_that_does_not_hear(folder: Path) -> None:
    """Silence is found by the age of the newest check and of the oldest message."""
    with archive.open_archive(folder / "a.db", write=True) as kept:
        world = World(kept, START + timedelta(hours=1), {PRIVACY.id: "The first version."})
        world.change(PRIVACY, "The second version.")
    still, deaf = wrong(folder, timedelta(days=3))
    assert still.remedy == "let it run: tosmonitor run, or tosmonitor check from cron"
    assert deaf.what == "listener chat: 2 waiting"


def test_a_browser_that_is_missing(folder: Path) -> None:
    """The remedy is what to install, or to write."""
    text = (folder / "tosmonitor.yaml").read_text(encoding="utf-8").replace("never", "/nowhere/chromium")
    (folder / "tosmonitor.yaml").write_text(text, encoding="utf-8")
    (missing,) = wrong(folder)
    assert missing.what == "no Chromium was found; pages that need scripts cannot be read"
    assert "apt install chromium" in missing.remedy
