"""Owns the reading of one PDF in a process of its own, under limits; run as a script, never imported by the program.

    PDF on standard input ─► JSON on standard output: {"pages": [{"width", "height", "lines": [...]}]} or {"error"}

A line is [text, left, bottom, right, top, size, bold, [[linked text, address], ...]] in points, from the bottom left.
Limits: memory, CPU time, no files, no core. PDFium aborts the process when memory ends: that is why it has one.
"""

import json
import resource
import sys
from collections.abc import Iterator
from ctypes import byref, c_double, c_int, create_string_buffer

import pypdfium2
import pypdfium2.raw as pdfium

MEMORY = 1_000_000_000  # bytes of address space
CPU = 20  # seconds
PAGES = 2_000
_BOLD_WEIGHT = 600


def main() -> None:
    """Read standard input, write standard output."""
    for kind, limit in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        if hard == resource.RLIM_INFINITY or hard > limit:
            resource.setrlimit(kind, (limit, limit))
    answer: dict[str, object]
    try:
        answer = {"pages": list(_pages(sys.stdin.buffer.read()))}
    except pypdfium2.PdfiumError as error:
        answer = {"error": str(error)}
    except MemoryError:
        answer = {"error": "it needs more memory than is allowed"}
    sys.stdout.buffer.write(json.dumps(answer).encode())


def _pages(body: bytes) -> Iterator[dict[str, object]]:
    document = pypdfium2.PdfDocument(body)
    for number in range(min(len(document), PAGES)):
        page = document[number]
        text = page.get_textpage()
        links = list(_links(page, text))
        lines = [_add_links(line, links) for line in _lines(text)]
        yield {"width": page.get_width(), "height": page.get_height(), "lines": lines}
        text.close()
        page.close()


def _lines(text: pypdfium2.PdfTextPage) -> Iterator[list[object]]:
    count = text.count_chars()
    if count <= 0:
        return
    everything = text.get_text_range()
    # One character a code unit in PDFium; beyond the basic plane the string and the indices part: read one by one.
    if len(everything) != count:
        everything = "".join(_character(text, i) for i in range(count))
    start = 0
    for raw in everything.split("\n"):
        end = start + len(raw)
        line = raw.rstrip("\r")
        inner = line.strip()
        if inner:
            first = start + len(line) - len(line.lstrip())
            last = first + len(inner) - 1
            left, _, _, top = _box(text, first)
            _, _, right, top2 = _box(text, last)
            bottom = _baseline(text, first)
            letter = first + next((i for i, c in enumerate(inner) if c.isalnum()), 0)  # bullets have fonts of their own
            size = pdfium.FPDFText_GetFontSize(text.raw, letter) or 1.0
            height = _height(text, letter)
            bold = _bold(text, letter) and _bold(text, last)
            yield [inner, left, bottom, right, max(top, top2), round(size * height, 1), bold]
        start = end + 1


def _character(text: pypdfium2.PdfTextPage, index: int) -> str:
    code = pdfium.FPDFText_GetUnicode(text.raw, index)
    return chr(code) if code and not 0xD800 <= code < 0xE000 and code <= 0x10FFFF else "\ufffd" if code else " "


def _box(text: pypdfium2.PdfTextPage, index: int) -> tuple[float, float, float, float]:
    left, right, bottom, top = c_double(), c_double(), c_double(), c_double()
    pdfium.FPDFText_GetCharBox(text.raw, index, byref(left), byref(right), byref(bottom), byref(top))
    return left.value, bottom.value, right.value, top.value


def _baseline(text: pypdfium2.PdfTextPage, index: int) -> float:
    x, y = c_double(), c_double()
    pdfium.FPDFText_GetCharOrigin(text.raw, index, byref(x), byref(y))
    return y.value


def _height(text: pypdfium2.PdfTextPage, index: int) -> float:
    """Return by how much the text matrix scales the font: many programs write size 1 and scale it."""
    matrix = pdfium.FS_MATRIX()
    if pdfium.FPDFText_GetMatrix(text.raw, index, byref(matrix)):
        return float((matrix.c**2 + matrix.d**2) ** 0.5) or 1.0
    return 1.0


def _bold(text: pypdfium2.PdfTextPage, index: int) -> bool:
    if pdfium.FPDFText_GetFontWeight(text.raw, index) >= _BOLD_WEIGHT:
        return True
    flags = c_int()
    buffer = create_string_buffer(200)
    pdfium.FPDFText_GetFontInfo(text.raw, index, buffer, 200, byref(flags))
    name = buffer.value.lower()
    return any(word in name for word in (b"bold", b"black", b"heavy", b"semibold", b"-demi"))


def _links(page: pypdfium2.PdfPage, text: pypdfium2.PdfTextPage) -> Iterator[tuple[float, float, str, str]]:
    """Give (bottom, top, linked text, address) of each link on the page."""
    position, link = c_int(0), pdfium.FPDF_LINK()
    while pdfium.FPDFLink_Enumerate(page.raw, byref(position), byref(link)):
        action = pdfium.FPDFLink_GetAction(link)
        if not action or pdfium.FPDFAction_GetType(action) != pdfium.PDFACTION_URI:
            continue
        length = pdfium.FPDFAction_GetURIPath(page.pdf.raw, action, None, 0)
        buffer = create_string_buffer(max(length, 1))
        pdfium.FPDFAction_GetURIPath(page.pdf.raw, action, buffer, length)
        rectangle = pdfium.FS_RECTF()
        if pdfium.FPDFLink_GetAnnotRect(link, byref(rectangle)):
            linked = text.get_text_bounded(rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)
            for part in linked.splitlines():
                if part.strip():
                    yield rectangle.bottom, rectangle.top, part.strip(), buffer.value.decode("utf-8", "replace")


def _add_links(line: list[object], links: list[tuple[float, float, str, str]]) -> list[object]:
    words, bottom, top = str(line[0]), float(str(line[2])), float(str(line[4]))
    found = [[part, url] for low, high, part, url in links if low < top and high > bottom and part in words]
    return [*line, found]


if __name__ == "__main__":
    main()
