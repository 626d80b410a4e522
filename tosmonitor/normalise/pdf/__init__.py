"""Owns the way from a PDF to a tree of headings, paragraphs, lists and tables.

    bytes ─ process, worker (PDFium, under limits) ─► tokens ─ pages ─► lines ─ furniture, grid, columns ─► lines in the
    order of reading and tables ─ paragraphs ─► paragraphs ─ outline, inline ─► elements

The layout is judged by proportions alone (sizes, gaps and margins of the document itself), so that the same text
exported again, by another program or on other paper, gives the same tree.
"""

from dataclasses import dataclass

from tosmonitor.errors import DamagedError, EmptyTextError
from tosmonitor.normalise.pdf import columns, footnotes, furniture, grid, outline, pages, process, tags
from tosmonitor.normalise.pdf.inline import Speller
from tosmonitor.normalise.pdf.layout import Line, Page, Table
from tosmonitor.normalise.pdf.paragraphs import Joiner
from tosmonitor.normalise.tree import Element

__all__ = ["Reading", "read"]

#: The share of a page that a picture covers at least where the page is a scan.
_SCAN = 0.5


@dataclass(frozen=True, slots=True)
class Reading:
    """What a PDF holds: its blocks, and in words what of it could not be read."""

    nodes: list[Element | str]
    unread: tuple[str, ...]


def read(body: bytes) -> Reading:
    """Return the blocks of a PDF, and which of its pages are pictures or damaged.

    Raise DamagedError where it cannot be read within the limits, EmptyTextError where its pages are pictures.
    """
    answer = process.ask(body)
    if pages.unreadable(answer):
        raise DamagedError("the PDF cannot be read: its fonts do not say which letters they draw")
    found = pages.read(answer)
    if not any(page.lines for page in found):
        cause = "they are pictures, as scanners make them" if any(page.picture for page in found) else "they are empty"
        raise EmptyTextError(f"the PDF has {len(found)} pages and no text: {cause}")
    unread = [f"page {page.number + 1} is a picture without text" for page in found if _scanned(page)]
    if answer["failed"]:
        unread.append(f"{answer['failed']} of its pages are damaged or beyond the limit")
    furniture.without(found)
    below = footnotes.take(found)
    for page in found:
        grid.take(page)
    gutters = {place for page in found for place in columns.gutters(page.lines, page)}
    parts = _over_pages([part for page in found for part in columns.read(page.lines, page, gutters)])
    for page, notes in zip(found, below, strict=True):
        parts.extend(columns.read(notes, page, gutters))
    lines = outline.lines_of(parts)
    joiner = Joiner(lines)
    paragraphs = joiner.join(parts)
    tags.apply(paragraphs, found)
    return Reading(outline.tree(paragraphs, joiner, Speller(lines)), tuple(unread))


def _scanned(page: Page) -> bool:
    return not page.lines and page.picture > _SCAN


def _over_pages(parts: list[Line | Table]) -> list[Line | Table]:
    """Join the tables that go on over a page; a head that is repeated stands once."""
    out: list[Line | Table] = []
    for part in parts:
        last = out[-1] if out else None
        if (
            isinstance(part, Table)
            and isinstance(last, Table)
            and part.page == last.page + 1
            and len(part.edges) == len(last.edges)
            and all(abs(a - b) < 6 for a, b in zip(part.edges, last.edges, strict=True))
        ):
            _append(last, part)
        else:
            out.append(part)
    return out


def _append(table: Table, part: Table) -> None:
    """Add the rows of a table that goes on over a page; the first ends a row that the page breaks."""
    head, again = (["".join(line.text for line in cell) for cell in one.rows[0]] for one in (table, part))
    skipped = 1 if head == again else 0
    rows = part.rows[skipped:]
    if table.cut and rows and len(rows[0]) == len(table.rows[-1]):
        for above, below in zip(table.rows[-1], rows[0], strict=True):
            above.extend(below)
        rows = rows[1:]
        skipped += 1
    for (row, cell), span in part.spans.items():
        if row >= skipped:
            table.spans[row - skipped + len(table.rows), cell] = span
    table.rows.extend(rows)
    table.page, table.cut = part.page, part.cut
