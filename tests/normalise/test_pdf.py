"""PDFs give headings, joined paragraphs and lists; damaged and hostile ones end in a named error within limits."""

import zlib

import pytest

from tosmonitor.errors import DamagedError, EmptyTextError
from tosmonitor.normalise import normalise

PAGE_WIDTH, PAGE_HEIGHT = 600, 800


def pdf(*contents: bytes, compress: bool = True) -> bytes:
    """Return a PDF with one page for each content stream; fonts F1 (plain) and F2 (bold)."""
    kids = b" ".join(b"%d 0 R" % (5 + 2 * i) for i in range(len(contents)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(contents)),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold/Encoding/WinAnsiEncoding>>",
    ]
    for i, content in enumerate(contents):
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Contents %d 0 R/Resources<</Font<</F1 3 0 R/F2 4 0 R>>>>>>"
            % (PAGE_WIDTH, PAGE_HEIGHT, 6 + 2 * i)
        )
        stream = zlib.compress(content, 9) if compress else content
        how = b"/Filter/FlateDecode" if compress else b""
        objects.append(b"<</Length %d%s>>stream\n%s\nendstream" % (len(stream), how, stream))
    out, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        size,
        table,
        size,
        len(out),
    )


def lines(*texts: tuple[int, str], font: str = "F1", size: int = 12, left: int = 72) -> bytes:
    """Return a content stream of lines, each (height on the page, text)."""
    return b"\n".join(
        b"BT /%s %d Tf %d %d Td (%s) Tj ET"
        % (font.encode(), size, left, y, t.encode("cp1252").replace(b"(", b"\\(").replace(b")", b"\\)"))
        for y, t in texts
    )


def read(body: bytes) -> str:
    """Return the text of a PDF."""
    return normalise(body, url="https://example.org/terms.pdf", media_type="application/pdf").text


FULL = "The service may be used only in line with these terms and the law of the land"


def test_a_layout_becomes_headings_paragraphs_and_lists() -> None:
    """Sizes make headings, gaps make paragraphs, bullets make lists; heads and page numbers of all pages go."""
    first = lines((700, "Terms of Service"), font="F2", size=20) + b"\n" + lines(
        (780, "Example Ltd - confidential"), (660, FULL), (646, "and of the place where the user lives at the time."),
        (610, "You must not:"),
        (596, "\u2022 sell the licence to somebody else;"), (582, "\u2022 copy the service."),
        (550, FULL + " that applies to"),
        (30, "Page 1 of 2"),
    )  # fmt: skip
    second = lines(
        (780, "Example Ltd - confidential"),
        (740, "everybody in a non-discrimi-"),
        (726, "natory way."),
        (30, "Page 2 of 2"),
    )
    assert read(pdf(first, second)) == (
        "# Terms of Service\n\n"
        f"{FULL} and of the place where the user lives at the time.\n\n"
        "You must not:\n\n- sell the licence to somebody else;\n- copy the service.\n\n"
        f"{FULL} that applies to everybody in a non-discriminatory way.\n"
    )


def test_the_same_text_exported_again_gives_the_same_markdown() -> None:
    """Another compression and another scale of the page change nothing."""
    small = lines((700, FULL), (686, "and so on until the end."), (650, "A second paragraph stands here."))
    large = lines((770, FULL), (756, "and so on until the end."), (720, "A second paragraph stands here."), left=60)
    assert read(pdf(small)) == read(pdf(large, compress=False))


def test_scans_are_named() -> None:
    """A PDF without text says that its pages are pictures."""
    with pytest.raises(EmptyTextError, match="pictures"):
        read(pdf(b"0 0 100 100 re f"))


@pytest.mark.parametrize(
    "body", [b"", b"%PDF-1.4 rubbish", pdf(lines((700, FULL)))[:200], b"%PDF-1.7\n" + bytes(range(256)) * 50]
)
def test_damage_is_named(body: bytes) -> None:
    """What is no PDF, or half of one, is a named error."""
    with pytest.raises(DamagedError, match="PDF"):
        read(body)


def test_a_bomb_ends_within_its_limits() -> None:
    """A small file that inflates to hundreds of megabytes takes down its reader, not the program."""
    with pytest.raises(DamagedError, match="PDF"):
        read(pdf(b"q " * 25_000_000))
