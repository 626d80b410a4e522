"""The text in force of a document, split where it began to read as it does."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from tosmonitor import archive as archives
from tosmonitor.archive import Archive, BlamedBlock
from tosmonitor.model import Version
from tosmonitor.site import markdown


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring paragraphs that came with the same version, as Markdown."""

    text: str
    since: datetime


def runs(archive: Archive, current: Version) -> tuple[tuple[Run, ...], bool]:
    """Return the text of the version in force, as far as a page shows it, and whether that is all of it.

    Raises WithheldError when it is not shown any more.
    """
    text, whole = markdown.bounded(archives.text(archive, current.digest))
    held: list[tuple[datetime, list[str]]] = []
    for chunk, since in _chunks(text, archives.blame(archive, current.document_id)):
        if held and held[-1][0] == since:
            held[-1][1].append(chunk)
        else:
            held.append((since, [chunk]))
    return tuple(Run("\n\n".join(chunks), since) for since, chunks in held), whole


def _chunks(text: str, blamed: Sequence[BlamedBlock]) -> Iterator[tuple[str, datetime]]:
    """Yield the parts of a text between empty lines, each with the time since when its newest line stands."""
    held = iter(blamed)
    lines: list[str] = []
    since: datetime | None = None
    for line in [*text.split("\n"), ""]:
        if line:
            block = next(held, None)
            lines.append(line)
            if block is not None:
                since = block.since if since is None else max(since, block.since)
        elif lines and since is not None:
            yield "\n".join(lines), since
            lines, since = [], None
