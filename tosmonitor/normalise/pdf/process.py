"""Owns the processes that read PDFs: warm ones wait, each document is read by a child of one (see `worker.py`).

A waiting process serves one question at a time, is shared between threads, never between processes, and is replaced
after `SERVED` documents and after anything that went wrong.
"""

import atexit
import contextlib
import json
import os
import selectors
import signal
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO, Any

from tosmonitor.errors import DamagedError

#: Wall-clock limit of one reading, in seconds; memory and CPU limits are the worker's own.
PATIENCE = 40
#: Documents after which a process is replaced.
SERVED = 500
#: Processes that wait when nothing is to be read; more are started when more threads ask.
WAITING = 2
#: The longest answer that is taken, in bytes.
_LONGEST = 500_000_000
_WORKER = Path(__file__).with_name("worker.py")


class Reader:
    """One warm process."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self.served = 0
        self.process = subprocess.Popen(
            [sys.executable, "-I", str(_WORKER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            start_new_session=True,
        )

    def ask(self, body: bytes, patience: float) -> Any:
        """Return what is read of `body`; raise DamagedError where there is no answer in time or none at all."""
        self.served += 1
        source, target = self.process.stdin, self.process.stdout
        if source is None or target is None:
            raise DamagedError("the process that reads PDFs has no pipes")
        sending = threading.Thread(target=_send, args=(source, body), daemon=True)  # it may die before it has read all
        sending.start()
        until = time.monotonic() + patience
        head = _receive(target, 8, until)
        answer = _receive(target, min(struct.unpack(">Q", head)[0], _LONGEST), until)
        sending.join()
        return json.loads(answer)

    def end(self) -> None:
        """Stop the process, the child that reads for it, and close its pipes."""
        if self.owner != os.getpid():
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


_idle: list[Reader] = []
_lock = threading.Lock()


def ask(body: bytes, patience: float = PATIENCE) -> dict[str, Any]:
    """Return what a process reads of a PDF in `patience` seconds; its failures are DamagedErrors that say why."""
    reader = _take()
    try:
        answer = reader.ask(body, patience)
    except BaseException:
        reader.end()
        raise
    if reader.served >= SERVED:
        reader.end()
    else:
        _give(reader)
    if "error" in answer:
        raise DamagedError(f"the PDF cannot be read: {answer['error']}")
    return dict(answer)


def waiting() -> tuple[int, ...]:
    """Return the numbers of the processes that wait for a document."""
    with _lock:
        return tuple(reader.process.pid for reader in _idle)


def close() -> None:
    """End all waiting processes."""
    with _lock:
        readers, _idle[:] = _idle[:], []
    for reader in readers:
        reader.end()


atexit.register(close)


def _take() -> Reader:
    with _lock:
        while _idle:
            reader = _idle.pop()
            if reader.owner == os.getpid() and reader.process.poll() is None:
                return reader
            reader.end()
    return Reader()


def _give(reader: Reader) -> None:
    with _lock:
        if len(_idle) < WAITING:
            _idle.append(reader)
            return
    reader.end()


def _send(pipe: IO[bytes], body: bytes) -> None:
    with contextlib.suppress(OSError, ValueError):  # the answer, or its absence, tells
        pipe.write(struct.pack(">Q", len(body)))
        pipe.write(body)
        pipe.flush()


def _receive(pipe: IO[bytes], count: int, until: float) -> bytes:
    """Return `count` bytes from the process."""
    parts: list[bytes] = []
    descriptor = pipe.fileno()
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        while count:
            if not selector.select(max(until - time.monotonic(), 0)):
                raise DamagedError("the PDF could not be read in time")
            part = os.read(descriptor, min(count, 1 << 20))
            if not part:
                raise DamagedError("the PDF made its reader stop: it is damaged or needs more than is allowed")
            parts.append(part)
            count -= len(part)
    return b"".join(parts)
