"""What a page that was served says, and whether it is the document.

    page as served ─► normalise ─► assess ─► what was understood

Reading is computing alone: no network, no archive, no clock. So it can be done by a process of its own (`main`, started
by `readers`), and a page that no process survives takes nothing with it.
"""

import os
import pickle
import resource
import signal
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from tosmonitor.assess import assess
from tosmonitor.errors import DamagedError, EmptyTextError, ReadError, SelectorError
from tosmonitor.model import Document, Failure, FailureKind, LastSeen, Normalised, Obstacle, Response, Sentence, Source
from tosmonitor.normalise import normalise

#: A process that holds more than this after a page is replaced: what one huge page took is not given back by itself.
TIRED = 300_000_000  # bytes


@dataclass(frozen=True, slots=True)
class Page:
    """What was served for one source, with what is known of its document."""

    response: Response
    source: Source
    document: Document
    last: LastSeen | None = None
    known_text: str | None = None
    refused: bool = False  # it came with an error status: it is asked what it is, not what it says


@dataclass(frozen=True, slots=True)
class Understood:
    """What was made of a page: its text, or what it is in place of the document, or why it cannot be read."""

    normalised: Normalised | None = None
    obstacle: Obstacle | None = None
    failure: Failure | None = None


def understand(page: Page) -> Understood:
    """Read one page. Pure; raises nothing for what a page does."""
    response = page.response
    if page.refused:
        return Understood(
            obstacle=assess(response, None, document=page.document, last=page.last, known_text=page.known_text)
        )
    normalised: Normalised | None = None
    failure: Failure | None = None
    try:
        normalised = normalise(
            response.body,
            url=response.final_url,
            media_type=response.media_type,
            charset=response.charset,
            source=page.source,
            fingerprint=page.last.fingerprint if page.last else None,
        )
    except ReadError as error:
        words = Sentence(str(error), str(error))
        failure = Failure(_kind_of(error), words, response.status, None, response.final_url)
    obstacle = assess(response, normalised, document=page.document, last=page.last, known_text=page.known_text)
    if obstacle is not None:
        return Understood(obstacle=obstacle)
    return Understood(normalised, failure=failure)


def _kind_of(error: ReadError) -> FailureKind:
    if isinstance(error, SelectorError):
        return FailureKind.SELECTOR
    if isinstance(error, EmptyTextError):
        return FailureKind.EMPTY
    if isinstance(error, DamagedError):
        return FailureKind.UNREADABLE
    return FailureKind.INTERNAL


def main() -> None:
    """Read pages from standard input until it ends; answer each with what was understood and whether that took a lot.

    All are pickles. What is not survived is answered with its last words, and told on standard error. The parent
    decides when to stop; an interrupt of the terminal is the parent's to handle.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    orders, answers = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nothing that prints may get between two answers

    def answer(what: Understood | str, tired: bool) -> None:
        pickle.dump((what, tired), answers)
        answers.flush()

    def last_words(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.__excepthook__(kind, error, trace)
        place = traceback.extract_tb(trace)[-1:]
        answer(f"{kind.__name__}: {error}" + "".join(f", {Path(p.filename).name}:{p.lineno}" for p in place), True)

    sys.excepthook = last_words
    while True:
        try:
            page: Page = pickle.load(orders)
        except EOFError:
            return
        understood = understand(page)
        answer(understood, _held() > TIRED)


def _held() -> int:
    """Return the bytes that this process holds: now, or on macOS at the most so far.

    Not what Linux counts as the most: that begins with what the parent held when it started this process.
    """
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
