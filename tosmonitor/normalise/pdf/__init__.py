"""Owns the way from a PDF to a tree of headings, paragraphs, lists and tables.

    bytes ─ process, worker (PDFium, under limits) ─► tokens ─ pages ─► lines ─ furniture, grid, columns ─► lines in the
    order of reading and tables ─ paragraphs ─► paragraphs ─ outline, inline ─► elements

The layout is judged by proportions alone (sizes, gaps and margins of the document itself), so that the same text
exported again, by another program or on other paper, gives the same tree.
"""

from tosmonitor.errors import EmptyTextError
from tosmonitor.normalise.pdf import columns, furniture, grid, outline, pages, process
from tosmonitor.normalise.pdf.columns import Table
from tosmonitor.normalise.pdf.inline import Speller
from tosmonitor.normalise.pdf.pages import Line, Page
from tosmonitor.normalise.pdf.paragraphs import Joiner
from tosmonitor.normalise.tree import Element

__all__ = ["read"]


def read(body: bytes) -> list[Element | str]:
    """Return the blocks of a PDF.

    Raise DamagedError where it cannot be read within the limits, EmptyTextError where its pages are pictures.
    """
    found = pages.read(process.ask(body))
    if not any(page.lines for page in found):
        raise EmptyTextError(f"the PDF has {len(found)} pages and no text: they are pictures, as scanners make them")
    furniture.without(found)
    parts: list[Line | Table] = []
    for page in found:
        parts.extend(_ordered(page))
    parts = _over_pages(parts)
    lines = outline.lines_of(parts)
    joiner = Joiner(lines)
    return outline.tree(joiner.join(parts), joiner, Speller(lines))


def _ordered(page: Page) -> list[Line | Table]:
    """Return the lines and tables of a page in the order of reading."""
    ruled = grid.take(page)
    out: list[Line | Table] = []
    lines = page.lines
    for top, table in ruled:
        above = [line for line in lines if line.base <= top + 2]
        out.extend(columns.read(above, page))
        out.append(table)
        kept = {id(line) for line in above}
        lines = [line for line in lines if id(line) not in kept]
    out.extend(columns.read(lines, page))
    return out


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
            head, again = (["".join(line.text for line in cell) for cell in table.rows[0]] for table in (last, part))
            rows = part.rows[1:] if head == again else part.rows
            skipped = len(part.rows) - len(rows)
            for (row, cell), span in part.spans.items():
                if row >= skipped:
                    last.spans[row - skipped + len(last.rows), cell] = span
            if last.cut and rows and len(rows[0]) == len(last.rows[-1]):
                for above, below in zip(last.rows[-1], rows[0], strict=True):
                    above.extend(below)
                last.rows.extend(rows[1:])
                last.spans = {place: span for place, span in last.spans.items() if place[0] < len(last.rows)}
            else:
                last.rows.extend(rows)
            last.page, last.cut = part.page, part.cut
        else:
            out.append(part)
    return out
