"""Every error that tosmonitor raises on purpose, as one tree.

TosmonitorError                     base; its text names the thing, the cause and the next move
├── DeclarationError                services.yaml or tosmonitor.yaml cannot be used; carries every problem found
├── ReadError                       a page was fetched but cannot be turned into text
│   ├── SelectorError               a declared selector matches nothing, or is not CSS
│   ├── EmptyTextError              there is no text in it
│   └── DamagedError                the bytes are not what they claim to be (PDF, encoding), or exceed a limit
└── ArchiveError                    the archive cannot be used
    ├── LockedError                 another process writes to it
    ├── ForeignError                the file is not an archive of ours, or of a newer release
    ├── CorruptError                what is read is not what was written
    └── DiskError                   the disk is full, or may not be written
NotFoundError                       a service, document or version that was asked for does not exist (also a
                                    TosmonitorError)
WithheldError                       a text or a body is kept but not shown any more (also a TosmonitorError)
StoppedError                        the program was asked to stop while it waited (also a TosmonitorError)

A page that is down is not an error but a value: see `model.Failure`.
"""

from dataclasses import dataclass


class TosmonitorError(Exception):
    """Base of all errors raised on purpose; `exit_code` is what the command line ends with."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a file that a person wrote: where it is and how to mend it. Lines and columns count from 1."""

    file: str
    line: int
    column: int
    key: str  # "github → documents → 2 → url", empty for the whole file
    message: str
    remedy: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.message}" + (f"; {self.remedy}" if self.remedy else "")


class DeclarationError(TosmonitorError):
    """services.yaml or tosmonitor.yaml cannot be used; `problems` holds every mistake, in file order."""

    exit_code = 3

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class ReadError(TosmonitorError):
    """A page was fetched but cannot be turned into text."""


class SelectorError(ReadError):
    """A declared selector matches nothing, or is not CSS; the text names it."""


class EmptyTextError(ReadError):
    """There is no text in the page."""


class DamagedError(ReadError):
    """The bytes are not what they claim to be, or reading them exceeds a limit."""


class ArchiveError(TosmonitorError):
    """The archive cannot be used."""

    exit_code = 4


class LockedError(ArchiveError):
    """Another process writes to the archive; the text names it."""

    exit_code = 5


class ForeignError(ArchiveError):
    """The file is not an archive of ours, or was written by a newer release."""


class CorruptError(ArchiveError):
    """What is read from the archive is not what was written; the text names the row."""


class DiskError(ArchiveError):
    """The disk is full, or may not be written."""

    exit_code = 6


class NotFoundError(TosmonitorError):
    """A service, document or version that was asked for does not exist; the text names the nearest that does."""

    exit_code = 7


class StoppedError(TosmonitorError):
    """The program was asked to stop while it waited between two requests."""


class WithheldError(TosmonitorError):
    """A text or a body is kept but not shown any more; the text gives date and reason."""

    exit_code = 7
