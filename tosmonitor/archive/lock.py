"""Owns the promise of a single writer: a lock beside the archive that says who holds it.

The lock is the operating system's (`flock`), so a writer that is killed leaves none behind; what is written into the
file only tells a second writer whom to look for. Readers take no lock.
"""

import fcntl
import json
import os
import socket
from datetime import UTC, datetime
from pathlib import Path

from tosmonitor.errors import DiskError, LockedError


class WriterLock:
    """The lock of one archive, held from `acquire` to `release`."""

    def __init__(self, archive: Path) -> None:
        self.path = archive.with_name(archive.name + ".lock")
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take the lock at once; raise LockedError, naming who has it, or DiskError when it cannot be made."""
        try:
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise DiskError(
                f"{self.path}: the lock cannot be made ({error.strerror}); is the folder there and writable?"
            ) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = _holder(descriptor)
            os.close(descriptor)
            raise LockedError(
                f"{self.path.with_suffix('')} is being written to by {holder}; wait until it has ended, or end it"
            ) from error
        since = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        told = json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": since}).encode()
        try:
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, told, 0)
        except OSError as error:
            os.close(descriptor)
            raise DiskError(f"{self.path}: {error.strerror}; make room and try again") from error
        self._descriptor = descriptor

    def release(self) -> None:
        """Give the lock back; the file stays, empty, since removing it would race with the next writer."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None


def _holder(descriptor: int) -> str:
    try:
        told = json.loads(os.pread(descriptor, 1000, 0))
        return f"process {told['pid']} on {told['host']} since {told['since']}"
    except (ValueError, KeyError, TypeError):
        return "another process"
