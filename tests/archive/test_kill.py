"""A writer that is killed at any moment loses nothing that it had acknowledged."""

import os
import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.archive.world import PRIVACY
from tosmonitor import archive

#: Kills of each kind; TOSMONITOR_KILLS=25 makes a hundred.
KILLS = int(os.environ.get("TOSMONITOR_KILLS", "2"))
ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize("mode", ["record", "import", "compact", "backup"])
def test_what_was_acknowledged_survives_a_kill(path: Path, mode: str) -> None:
    """After `kill -9`, every acknowledged check is there, nothing is damaged, and the next writer gets the lock."""
    rng = random.Random(f"{mode}-kills")
    for _ in range(KILLS):
        recorder = subprocess.Popen(
            [sys.executable, "-m", "tests.archive.recorder", str(path), mode],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert recorder.stdout is not None
        # Killed after a random number of acknowledgements, hence at a random moment of what follows the last.
        acknowledged = [recorder.stdout.readline() for _ in range(rng.randrange(2, 14))]
        for _ in range(rng.randrange(0, 20_000)):
            pass
        recorder.kill()
        acknowledged += recorder.stdout.read().splitlines()
        recorder.wait()
        recorder.stdout.close()
        newest = datetime.fromtimestamp(max(int(line) for line in acknowledged if line.strip().isdigit()), UTC)
        with archive.open_archive(path) as kept:
            assert archive.verify(kept) == ()
            assert archive.checks(kept, PRIVACY.id)[-1].checked_at >= newest - timedelta(hours=1)
    copy = path.with_name("copy.db")
    if copy.exists():
        with archive.open_archive(copy) as kept:
            assert archive.verify(kept) == ()
