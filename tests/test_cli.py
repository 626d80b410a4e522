"""The command line as people use it: its answers, its exit codes, and what it says of bad input."""

import io
import json
import os
import resource
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import click
import pytest

from tests.pages import Pages, serving
from tosmonitor.archive import open_archive
from tosmonitor.cli import main, program

Run = Callable[..., "Answer"]

TERMS = """<html lang="en"><title>Terms</title><main><h1>Terms of Service</h1>
<p>You may use the service for any lawful purpose, and you must not resell it without our written consent.</p>
<h2>Retention</h2><p>We keep your messages for {days} days after you delete your account, and then we erase them.</p>
<h2>Liability</h2><p>We are liable for damage that we cause wilfully or by gross negligence, as the law provides.</p>
</main></html>"""


@pytest.fixture
def pages() -> Iterator[Pages]:
    """Serve one terms page."""
    with serving() as served:
        served.serve("/terms", TERMS.format(days=30))
        yield served


@pytest.fixture
def place(tmp_path: Path, pages: Pages) -> Path:
    """Make the folder of an operator: a services.yaml of one page and settings that allow loopback."""
    (tmp_path / "services.yaml").write_text(
        f"- name: Lumen\n  documents:\n    - type: Terms of Service\n      url: {pages.address}/terms\n"
    )
    (tmp_path / "tosmonitor.yaml").write_text(
        f"contact: operator@example.org\npause: 0 seconds\nbrowser: never\nallowed_hosts:\n  - {pages.host}\n"
    )
    return tmp_path


@dataclass
class Answer:
    """What a command printed and how it ended."""

    stdout: str
    stderr: str
    returncode: int


@pytest.fixture
def run(place: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Give a function that runs `tosmonitor` in that folder, as a person would; in this process, to be quick."""
    monkeypatch.chdir(place)
    for name in [name for name in os.environ if name.startswith("TOSMONITOR_")]:
        monkeypatch.delenv(name)

    def call(*arguments: str) -> Answer:
        monkeypatch.setattr(sys, "argv", ["tosmonitor", *arguments])
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended:
            main()
        return Answer(out.getvalue(), err.getvalue(), int(str(ended.value.code or 0)))

    return call


def one_sentence(said: str) -> bool:
    """Say whether an error is told in one line and without a traceback."""
    return len(said.strip().splitlines()) == 1 and "Traceback" not in said


def test_an_operator_looks_and_reads(run: Run, pages: Pages) -> None:
    """Check, show, status and changes work one after the other on one page."""
    looked = run("check", "--json")
    assert looked.returncode == 0, looked.stderr
    assert json.loads(looked.stdout)["checks"][0]["outcome"] == "first"
    assert "We keep your messages for 30 days" in run("show", "lumen/terms-of-service").stdout
    assert json.loads(run("status", "--json").stdout)[0]["state"] == "seen"
    assert "Nothing is due." in run("check").stdout
    pages.serve("/terms", TERMS.format(days=90))
    run("check", "lumen")
    again = run("check", "lumen/terms-of-service", "--json")
    assert json.loads(again.stdout)["announced"] == 1, again.stdout
    (change,) = json.loads(run("changes", "--json").stdout)
    assert (change["words_added"], change["words_removed"]) == (1, 1)
    assert "lumen/terms-of-service" in run("search", "erase").stdout


def test_a_page_that_is_down_is_told_and_stops_nothing(run: Run, pages: Pages) -> None:
    """The check succeeds, the status says since when and why, and its exit code is for alarms."""
    pages.pages.clear()
    assert run("check").returncode == 0
    status = run("status", "--json")
    assert status.returncode == 1
    (row,) = json.loads(status.stdout)
    assert row["state"] in ("failed", "blocked")
    assert row["why"]


def test_two_files_are_compared_and_the_exit_code_says_so(run: Run, place: Path) -> None:
    """With --json the shape is diff/1; with --exit-code 0 means equal and 1 different."""
    (place / "a.md").write_text("# Terms\n\nYou may leave.\n")
    (place / "b.md").write_text("# Terms\n\nYou must leave.\n")
    assert run("diff", "a.md", "a.md", "--exit-code").returncode == 0
    assert run("diff", "a.md", "b.md", "--exit-code").returncode == 1
    different = run("diff", "a.md", "b.md", "--json")
    assert different.returncode == 0
    shape = json.loads(different.stdout)
    assert shape["format"] == "diff/1"
    assert "".join(op["new"] or "" for op in shape["ops"]) == "# Terms\n\nYou must leave.\n"


def test_a_saved_page_is_read(run: Run, place: Path) -> None:
    """`normalise` prints the Markdown of a file, with or without selectors."""
    (place / "page.html").write_text(TERMS.format(days=30))
    assert run("normalise", "page.html", "--url", "https://lumen.example/").stdout.startswith("# Terms of Service\n")
    missing = run("normalise", "page.html", "--url", "https://lumen.example/", "--select", "#nowhere")
    assert missing.returncode == 1
    assert "#nowhere" in missing.stderr
    assert one_sentence(missing.stderr)


def test_a_missing_services_yaml_is_one_sentence(run: Run, place: Path) -> None:
    """Exit code 3, and what to do."""
    (place / "services.yaml").unlink()
    answer = run("check")
    assert answer.returncode == 3
    assert "services.yaml" in answer.stderr
    assert one_sentence(answer.stderr)


def test_a_broken_services_yaml_names_file_line_and_remedy(run: Run, place: Path) -> None:
    """Every mistake is one line; nothing is looked at."""
    (place / "services.yaml").write_text("- name: Lumen\n  documents:\n    - type: Terms of Servise\n      url: x\n")
    answer = run("check")
    assert answer.returncode == 3
    assert "services.yaml:3" in answer.stderr
    assert "Terms of Service" in answer.stderr
    assert not (place / "snapshots" / "tosmonitor.db").exists() or "Traceback" not in answer.stderr


def test_a_file_that_is_no_archive_is_left_alone(run: Run, place: Path) -> None:
    """A foreign database and a text file are refused in one sentence and not written to."""
    foreign = place / "foreign.db"
    with sqlite3.connect(foreign) as connection:
        connection.execute("CREATE TABLE songs (title TEXT)")
    connection.close()
    text = place / "notes.db"
    text.write_text("these are my notes, not a database, " * 100)
    for path in (foreign, text):
        before = path.read_bytes()
        for command in (("check",), ("status",)):
            answer = run("--archive", path.name, *command)
            assert answer.returncode == 4, (path, command, answer.stderr)
            assert path.name in answer.stderr
            assert one_sentence(answer.stderr)
        assert path.read_bytes() == before


def test_a_second_writer_is_told_who_holds_the_archive(run: Run, place: Path) -> None:
    """One writer at a time; the other is told the process and loses nothing."""
    path = place / "snapshots" / "tosmonitor.db"
    with open_archive(path, write=True):
        answer = run("check")
    assert answer.returncode == 5
    assert str(os.getpid()) in answer.stderr
    assert one_sentence(answer.stderr)
    assert run("check").returncode == 0


def test_a_full_disk_is_one_sentence_and_the_archive_stays_whole(run: Run, place: Path, pages: Pages) -> None:
    """Exit code 6; what was recorded before is still there and still right."""
    assert run("check").returncode == 0
    size = max(f.stat().st_size for f in (place / "snapshots").iterdir())
    pages.serve("/terms", TERMS.format(days=90) + f"<!--{os.urandom(300_000).hex()}-->")
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 8192, hard))
    try:
        answer = run("check", "lumen")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    assert answer.returncode == 6, answer.stderr
    assert one_sentence(answer.stderr)
    assert "We keep your messages for 30 days" in run("show", "lumen/terms-of-service").stdout
    assert run("verify").returncode == 0


def test_an_unknown_name_is_told_with_the_next_move(run: Run) -> None:
    """Exit code 7 for what does not exist."""
    run("check")
    for arguments in (("check", "nobody"), ("show", "nobody/terms-of-service"), ("status", "nobody")):
        answer = run(*arguments)
        assert answer.returncode == 7, (arguments, answer.stderr)
        assert one_sentence(answer.stderr)


def test_every_command_teaches(run: Run) -> None:
    """`--help` of each command says in a sentence what it is for and what its options do."""
    for name in program.list_commands(click.Context(program)):
        answer = run(name, "--help")
        assert answer.returncode == 0, name
        assert "Usage:" in answer.stdout
        assert len(answer.stdout.splitlines()) > 5, name


def test_a_preview_shows_the_page_beside_its_text(run: Run, place: Path) -> None:
    """The page as fetched with what was kept marked, the text that would be stored; nothing is recorded."""
    answer = run("services", "preview", "lumen/terms-of-service", "--output", "preview.html")
    assert answer.returncode == 0, answer.stderr
    page = (place / "preview.html").read_text(encoding="utf-8")
    assert "sandbox" in page
    assert "We keep your messages for 30 days" in page
    assert not (place / "snapshots").exists()


def test_the_doctor_names_the_remedy(run: Run) -> None:
    """Before the first check there is no archive; the remedy is the command that makes it."""
    answer = run("doctor")
    assert answer.returncode == 1
    assert "tosmonitor check" in answer.stdout
    assert run("doctor", "--new-secret").stdout.startswith("whsec_")


def test_a_backup_made_while_another_writes_can_be_restored(run: Run, place: Path) -> None:
    """As snapshots/README.md says: put the copy in place of the archive; nothing is missing and the watch goes on."""
    run("check")
    archive = place / "snapshots" / "tosmonitor.db"
    with open_archive(archive, write=True):
        answer = run("backup", "copy.db")
        assert answer.returncode == 0, answer.stderr
    for part in archive.parent.glob("tosmonitor.db*"):
        part.unlink()
    assert run("show", "lumen/terms-of-service").returncode == 7
    (place / "copy.db").rename(archive)
    assert run("verify").returncode == 0
    assert "We keep your messages for 30 days" in run("show", "lumen/terms-of-service").stdout
    assert run("check", "lumen").returncode == 0
