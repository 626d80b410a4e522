"""A writer of PDFs, object by object, for the tests of their reading."""

import struct
import zlib
from hashlib import md5

from tosmonitor.normalise import normalise

PAGE_WIDTH, PAGE_HEIGHT = 600, 800
DOT = b"stream\n\x80\nendstream"
FIRST_PAGE = 8  # its object's number


def pdf(*contents: bytes, compress: bool = True, notes: bytes = b"") -> bytes:
    """Return a PDF with one page for each content stream; fonts F1 (plain), F2 (bold) and F3 (a symbol, A a bullet).

    `notes` are annotations of every page.
    """
    kids = b" ".join(b"%d 0 R" % (FIRST_PAGE + 2 * i) for i in range(len(contents)))
    unicode = b"begincmap 1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfchar <41> <f0b7> endbfchar endcmap"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(contents)),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold/Encoding/WinAnsiEncoding>>",
        b"<</Type/Font/Subtype/Type1/BaseFont/Symbol/ToUnicode 6 0 R>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(unicode), unicode),
        b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>%s" % DOT,
    ]
    for i, content in enumerate(contents):
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Contents %d 0 R/Annots[%s]"
            b"/Resources<</Font<</F1 3 0 R/F2 4 0 R/F3 5 0 R>>/XObject<</I 7 0 R>>>>>>"
            % (PAGE_WIDTH, PAGE_HEIGHT, FIRST_PAGE + 1 + 2 * i, notes)
        )
        data = zlib.compress(content, 9) if compress else content
        how = b"/Filter/FlateDecode" if compress else b""
        objects.append(b"<</Length %d%s>>stream\n%s\nendstream" % (len(data), how, data))
    return written(objects)


def written(objects: list[bytes], trailer: bytes = b"") -> bytes:
    """Return a file of objects, numbered from 1; the first is the catalogue."""
    out, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF" % (
        size,
        table,
        size,
        trailer,
        len(out),
    )


def locked(content: bytes) -> bytes:
    """Return a PDF of one page encrypted with an empty password: RC4 of 40 bits, ISO 32000-1, 7.6.3."""
    padding = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")
    owner, allowed = b"O" * 32, -44
    key = md5(padding + owner + struct.pack("<i", allowed)).digest()[:5]
    secret = rc4(md5(key + b"\x04\0\0\0\0").digest()[:10], content)
    return written(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>"
            % (PAGE_WIDTH, PAGE_HEIGHT),
            b"<</Length %d>>stream\n%s\nendstream" % (len(secret), secret),
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        ],
        b"/Encrypt<</Filter/Standard/V 1/R 2/O<%s>/U<%s>/P %d>>"
        % (owner.hex().encode(), rc4(key, padding).hex().encode(), allowed),
    )


def rc4(key: bytes, data: bytes) -> bytes:
    """Return data encrypted, or decrypted, with RC4."""
    box = list(range(256))
    j = 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    out = bytearray()
    i = j = 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(out)


def picture() -> bytes:
    """Return a content stream of one picture that covers the page."""
    return b"q %d 0 0 %d 0 0 cm /I Do Q" % (PAGE_WIDTH, PAGE_HEIGHT)


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
