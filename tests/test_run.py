"""`tosmonitor run` as a process: scheduler and site together, edits taken up, ends when it is told to."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pages import Pages, serving
from tosmonitor import archive as kept
from tosmonitor.archive import open_archive

TERMS = """<html lang="en"><title>Terms</title><main><h1>Terms of Service</h1>
<p>You may use the service for any lawful purpose, and you must not resell it without our written consent.</p>
<h2>Retention</h2><p>We keep your messages for 30 days after you delete your account, and then we erase them.</p>
<h2>Liability</h2><p>We are liable for damage that we cause wilfully or by gross negligence, as the law provides.</p>
</main></html>"""


@pytest.fixture
def pages() -> Iterator[Pages]:
    """Serve one terms page."""
    with serving() as served:
        served.serve("/terms", TERMS)
        yield served


def started(place: Path) -> "subprocess.Popen[str]":
    """Start the monitor on a free port; its log is JSON lines, because nobody sits at a terminal."""
    return subprocess.Popen(
        [sys.executable, "-m", "tosmonitor", "run", "--port", "0"],
        cwd=place,
        env={k: v for k, v in os.environ.items() if not k.startswith("TOSMONITOR_")},
        stderr=subprocess.PIPE,
        text=True,
    )


def heard(process: "subprocess.Popen[str]", event: str) -> dict[str, object]:
    """Read the log up to `event` and return that line; fail with what was said when the process ends first."""
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        said.append(line)
        if line.startswith("{"):
            found: dict[str, object] = json.loads(line)
            if found["event"] == event:
                return found
    raise AssertionError("".join(said))


def test_it_looks_and_serves_until_it_is_told_to_stop(tmp_path: Path, pages: Pages) -> None:
    """The first tick looks at what is new; the site shows it; SIGTERM ends both and the record is whole."""
    (tmp_path / "services.yaml").write_text(
        f"- name: Lumen\n  documents:\n    - type: Terms of Service\n      url: {pages.address}/terms\n"
    )
    (tmp_path / "tosmonitor.yaml").write_text(
        f"contact: operator@example.org\npause: 0 seconds\nbrowser: never\nallowed_hosts: ['{pages.host}']\n"
    )
    process = started(tmp_path)
    try:
        address = str(heard(process, "tosmonitor runs")["site"])
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", address)
        assert heard(process, "looked")["first"] == 1
        with urllib.request.urlopen(address + "en/lumen/terms-of-service/", timeout=30) as answer:
            assert "We keep your messages for 30 days" in answer.read().decode()
        with urllib.request.urlopen(address + "healthz", timeout=30) as answer:
            assert answer.status == 200
        second = subprocess.run(
            [sys.executable, "-m", "tosmonitor", "run", "--port", "0"],
            cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert second.returncode == 5
        assert str(process.pid) in second.stderr
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    assert process.returncode == 0
    with open_archive(tmp_path / "snapshots" / "tosmonitor.db") as archive:
        assert len(kept.versions(archive, "lumen/terms-of-service")) == 1
        assert kept.verify(archive) == ()


def test_without_a_network_it_starts_and_says_why_nothing_was_seen(tmp_path: Path) -> None:
    """A host that cannot be reached is told on its page; the program runs all the same."""
    (tmp_path / "services.yaml").write_text(
        "- name: Nowhere\n  documents:\n    - type: Terms of Service\n      url: https://nowhere.invalid/terms\n"
    )
    process = started(tmp_path)
    try:
        address = str(heard(process, "tosmonitor runs")["site"])
        assert heard(process, "looked")["failed"] == 1
        with urllib.request.urlopen(address + "en/status/", timeout=30) as answer:
            page = answer.read().decode()
        assert "nowhere.invalid" in page
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode == 0
