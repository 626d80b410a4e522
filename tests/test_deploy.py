"""The files by which it is run and by which strangers propose services: true to the program that they call."""

import configparser
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest
import yaml

from tests.pages import serving
from tosmonitor.cli import program
from tosmonitor.errors import ArchiveError, DeclarationError, DiskError, LockedError

ROOT = Path(__file__).parent.parent
UNITS = sorted((ROOT / "deploy").glob("tosmonitor*.*"))


def unit(path: Path) -> configparser.ConfigParser:
    """Read a unit of systemd."""
    read = configparser.ConfigParser(interpolation=None, strict=False)
    read.read_string(path.read_text(encoding="utf-8"))
    return read


@pytest.mark.parametrize("path", [p for p in UNITS if p.suffix == ".service"], ids=lambda p: p.name)
def test_units_call_commands_that_exist(path: Path) -> None:
    """Each command of a unit is one of the program's; it runs as nobody special and writes only its state."""
    service = unit(path)["Service"]
    (command,) = re.findall(r"/opt/tosmonitor/bin/tosmonitor (\w+)", service["ExecStart"])
    assert command in program.list_commands(click.Context(program))
    assert service["User"] == "tosmonitor"
    assert service["ProtectSystem"] == "strict"
    assert service["StateDirectory"] == "tosmonitor"
    assert "TOSMONITOR_ARCHIVE=/var/lib/tosmonitor/" in service["Environment"]


def test_the_timer_starts_the_backup() -> None:
    """The timer and the unit it starts share their name."""
    assert (ROOT / "deploy" / "tosmonitor-backup.service").exists()
    assert "OnCalendar" in unit(ROOT / "deploy" / "tosmonitor-backup.timer")["Timer"]


def test_a_run_that_cannot_succeed_is_not_repeated() -> None:
    """The exit codes that systemd does not restart on are those of lists and archives that cannot be used."""
    codes = {
        int(code) for code in unit(ROOT / "deploy/tosmonitor.service")["Service"]["RestartPreventExitStatus"].split()
    }
    assert codes == {error.exit_code for error in (ArchiveError, DeclarationError, DiskError, LockedError)}


def test_the_compose_file_is_that_of_the_image() -> None:
    """Port, volume and command are those of the Dockerfile; the port is open on this machine alone."""
    compose = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8"))
    monitor = compose["services"]["monitor"]
    docker = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert f"VOLUME {monitor['volumes'][0].partition(':')[2]}" in docker
    assert f"CMD {json.dumps(monitor['command'])}" in docker
    assert monitor["ports"] == ["127.0.0.1:8000:8000"]
    assert (ROOT / "deploy" / monitor["build"] / "Dockerfile").exists()


def test_the_workflow_for_proposals_has_no_secrets_and_runs_our_own_program() -> None:
    """What strangers propose is data; the commands are those of the base branch."""
    text = (ROOT / ".github/workflows/proposed-services.yaml").read_text(encoding="utf-8")
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {"contents": "read"}
    assert "secrets." not in text
    assert "pull_request_target" not in text
    runs = [step["run"] for step in workflow["jobs"]["preview"]["steps"] if "run" in step]
    assert shlex.split(runs[1])[:3] == ["tosmonitor", "services", "check"]
    assert (ROOT / shlex.split(runs[2])[1].removeprefix("base/")).exists()


def test_issue_forms_are_in_order() -> None:
    """Each form has a name, and each field an id of its own."""
    for path in (ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml"):
        form = yaml.safe_load(path.read_text(encoding="utf-8"))
        ids = [field["id"] for field in form["body"]]
        assert form["name"]
        assert len(ids) == len(set(ids))


def test_a_proposal_is_read_once_and_shown(tmp_path: Path) -> None:
    """Only what is new is read; the summary says what it gave, and a page shows it."""
    with serving() as web:
        terms = web.serve(
            "/terms", "<html lang=en><main><h1>Terms</h1>" + "<p>You agree to these terms of ours.</p>" * 40
        )
        known = web.serve("/known", "<p>known</p>")
        before, after = tmp_path / "before.yaml", tmp_path / "after.yaml"
        declared = f"- name: A\n  documents:\n    - type: Imprint\n      url: {known}\n"
        before.write_text(declared, encoding="utf-8")
        after.write_text(
            f"{declared}- name: B\n  documents:\n    - type: Terms of Service\n      url: {terms}\n"
            f"    - type: Privacy Policy\n      url: {web.address}/missing\n",
            encoding="utf-8",
        )
        (tmp_path / "tosmonitor.yaml").write_text(
            f"allowed_hosts: ['{web.host}']\npause: 0 seconds\nbrowser: never\n", encoding="utf-8"
        )
        done = subprocess.run(
            [sys.executable, ROOT / ".github/preview_proposed.py", before, after, tmp_path / "out"],
            capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=60,
        )  # fmt: skip
        assert "/known" not in web.requests
    assert done.returncode == 1, done.stderr
    assert "## 2 new or changed documents" in done.stdout
    assert re.search(r"\| b/terms-of-service \| \S+ \| \d+ \| en \| read \|", done.stdout)
    assert re.search(r"\| b/privacy-policy \|.* 404", done.stdout)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "b--privacy-policy.html", "b--terms-of-service.html",
    ]  # fmt: skip
