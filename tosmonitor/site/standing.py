"""The text in force of a document, as its page and the search show it: split where it began to read as it does."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from markupsafe import Markup

from tosmonitor import archive as archives
from tosmonitor.archive import BlamedBlock
from tosmonitor.model import Version
from tosmonitor.site import markdown
from tosmonitor.site.holdings import Holdings
from tosmonitor.site.markdown import Block, Heading


@dataclass(frozen=True, slots=True)
class Passage:
    """Neighbouring paragraphs that came with the same version: as HTML, and as blocks with their addresses in it."""

    body: Markup
    blocks: tuple[Block, ...]
    since: datetime


@dataclass(frozen=True, slots=True)
class Shown:
    """The text in force, as far as a page shows it; `whole` says whether that is all of it."""

    passages: tuple[Passage, ...] = ()
    headings: tuple[Heading, ...] = ()
    whole: bool = True


def shown(holdings: Holdings, current: Version) -> Shown:
    """Return the text of the version in force; raise WithheldError when it is not shown any more.

    The last few are remembered: the pages of a document in several languages show the same text, and so does the
    search.
    """
    return _shown(holdings, holdings.edition(), current)


@lru_cache(maxsize=16)
def _shown(holdings: Holdings, edition: Hashable, current: Version) -> Shown:
    text, whole = markdown.bounded(archives.text(holdings.archive(), current.digest))
    runs: list[tuple[datetime, list[str]]] = []
    for chunk, since in _chunks(text, archives.blame(holdings.archive(), current.document_id)):
        if runs and runs[-1][0] == since:
            runs[-1][1].append(chunk)
        else:
            runs.append((since, [chunk]))
    outline = markdown.Outline()
    passages = tuple(Passage(*markdown.rendered("\n\n".join(chunks), outline), since) for since, chunks in runs)
    return Shown(passages, tuple(outline.headings), whole)


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
