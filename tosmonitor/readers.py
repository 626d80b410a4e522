"""The processes that pages are read in: one a core, started when first needed, replaced when a page kills them.

    threads that fetch ── page ──► a reader that is idle ── what was understood ──► the same thread

Fetching waits, reading computes. Threads wait well but compute one at a time; so the threads, which share what is
known of hosts, hand each page to a process. A page that ends its reader (a crash of a parser, no memory, no end) is
tried once more in a new one, then it is a failure of that page alone, in words. A reader is no sandbox: it may what we
may.
"""

import os
import pickle
import queue
import subprocess
import sys
from multiprocessing.connection import wait
from types import TracebackType
from typing import Self

from tosmonitor.model import Failure, FailureKind, Sentence
from tosmonitor.reading import Page, Understood

#: No page takes longer, on the slowest machine (a PDF gets 40 seconds, a page of 5 MB takes about 5).
PATIENCE = 180.0  # seconds

#: More readers than this are of no use: one thread records what they give.
_MOST = 8


class LostError(Exception):
    """A reader ended while it read a page; its text says how."""


class Readers:
    """Reads pages in processes, for any number of threads; a context manager. Calling it is like `understand`.

    `count` processes, by default one for each core but one, on which the program itself fetches and records.
    """

    def __init__(self, count: int | None = None, *, patience: float = PATIENCE) -> None:
        count = count or min(max(1, (os.cpu_count() or 2) - 1), _MOST)
        self.all = tuple(_Reader(patience) for _ in range(count))
        self._idle: queue.LifoQueue[_Reader] = queue.LifoQueue()  # the one that worked last is warm
        for reader in self.all:
            self._idle.put(reader)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for _ in self.all:
            self._idle.get().end()  # waits for the page at hand

    def __call__(self, page: Page) -> Understood:
        """Return what `page` says. A page that no reader survives comes back as a failure."""
        reader = self._idle.get()
        try:
            try:
                return reader.read(page)
            except LostError:
                return reader.read(page)  # perhaps it was ended for what another page had taken
        except LostError as lost:
            reason = Sentence(
                f"tosmonitor itself failed on this page ({lost}); please report it.",
                f"tosmonitor a lui-même échoué sur cette page ({lost})\u00a0; merci de le signaler.",
            )
            return Understood(failure=Failure(FailureKind.INTERNAL, reason, url=page.response.final_url))
        finally:
            self._idle.put(reader)


class _Reader:
    """One process, for one thread at a time."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self.process: subprocess.Popen[bytes] | None = None

    def read(self, page: Page) -> Understood:
        """Return what `page` says; raise LostError, with the process gone, if it ends or takes too long."""
        process = self.process or self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            pickle.dump(page, process.stdin)
            process.stdin.flush()
            if not wait([process.stdout.fileno()], self._patience):
                raise self._lost(f"it took more than {self._patience:g} seconds")
            answer, tired = pickle.load(process.stdout)
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            raise self._lost(f"its reader ended with status {process.wait()}") from error
        if isinstance(answer, str):
            raise self._lost(answer)
        if tired:
            self.end()
        understood: Understood = answer
        return understood

    def end(self) -> None:
        """Stop the process, if there is one."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None

    def _start(self) -> "subprocess.Popen[bytes]":
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from tosmonitor.reading import main; main()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},  # a language is told by one small sum
        )
        return self.process

    def _lost(self, how: str) -> LostError:
        self.end()
        return LostError(how)
