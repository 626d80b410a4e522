"""A process that records, to be killed: prints one line for each check once it is acknowledged.

Usage: recorder.py PATH MODE, where MODE is record, import, compact or backup.
"""

import sys
from datetime import timedelta
from pathlib import Path

from tests.archive.world import PRIVACY, SERVICES, World
from tosmonitor import archive


def text(number: int) -> str:
    """Return the text of the n-th check."""
    return f"# Privacy\n\nWe keep your mail for {number} days.\n\n" + "Lorem ipsum dolor.\n\n" * (number % 50)


def acknowledge(line: str) -> None:
    """Tell the one who watches."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(path: Path, mode: str) -> None:
    """Record for ever, or until killed."""
    with archive.open_archive(path, write=True) as kept:
        archive.declare(kept, SERVICES)
        world = World(kept)
        past = archive.recall(kept, PRIVACY.id)
        if past.version is None:
            world.first(PRIVACY, text(0))
        else:
            world.texts[PRIVACY.id] = past.texts[past.version.digest]
            world.now = past.checks[-1].checked_at + timedelta(hours=1)
        acknowledge("ready")
        for number in range(1, 100_000):
            if mode == "import":
                with archive.bulk(kept):
                    for step in range(25):
                        world.change(PRIVACY, text(number * 25 + step))
            else:
                world.change(PRIVACY, text(number))
            acknowledge(str(int(world.now.timestamp())))
            if mode == "compact":
                archive.compact(kept)
            elif mode == "backup":
                archive.backup(kept, path.with_name("copy.db"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
