"""A writer of plain PDFs: headings, paragraphs and items in Helvetica, as an office program exports them.

Only what the demo needs of ISO 32000-1: uncompressed pages, the standard fonts, WinAnsi text. The same text always
gives the same bytes.
"""

from collections.abc import Iterator
from textwrap import wrap

_WIDTH, _HEIGHT, _MARGIN = 595, 842, 64  # points, A4
_REGULAR, _STRONG = "F1", "F2"


def pdf(text: str) -> bytes:
    """Return `text` (of the timeline: headings with #, items with -, paragraphs) as a PDF."""
    pages = [stream.encode("cp1252", "replace") for stream in _streams(text)]
    fonts = b"<< /F1 3 0 R /F2 4 0 R >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (fr-FR) >>",
        b"<< /Type /Pages /Count %d /Kids [%s] >>"
        % (len(pages), b" ".join(b"%d 0 R" % (5 + 2 * n) for n in range(len(pages)))),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
    ]
    for number, content in enumerate(pages):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Resources << /Font %s >> /Contents %d 0 R >>"
            % (_WIDTH, _HEIGHT, fonts, 6 + 2 * number)
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, each in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)


def _streams(text: str) -> Iterator[str]:
    parts: list[str] = []
    y: float = _HEIGHT - _MARGIN
    for font, size, indent, line, gap in _lines(text):
        y -= gap + size * 1.35
        if y < _MARGIN:
            yield "\n".join(parts)
            parts, y = [], _HEIGHT - _MARGIN - size * 1.35
        said = line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        parts.append(f"BT /{font} {size} Tf {_MARGIN + indent} {y:.2f} Td ({said}) Tj ET")
    yield "\n".join(parts)


def _lines(text: str) -> Iterator[tuple[str, int, int, str, float]]:
    """Yield font, size, indent, words and the space above for each line of print."""
    for paragraph in text.split("\n"):
        if paragraph.startswith("#"):
            size = {1: 20, 2: 14}.get(len(paragraph) - len(paragraph.lstrip("#")), 12)
            for number, line in enumerate(wrap(paragraph.lstrip("# "), 900 // size)):
                yield _STRONG, size, 0, line, 0 if number else size
        elif paragraph.startswith("- "):
            for number, line in enumerate(wrap(paragraph[2:], 84)):
                yield _REGULAR, 10, 14, line if number else f"\u2022 {line}", 0 if number else 4
        elif paragraph:
            for number, line in enumerate(wrap(paragraph, 90)):
                yield _REGULAR, 10, 0, line, 0 if number else 8
