"""Damaged and hostile PDFs: each ends in a named failure, or in what can still be read, within the reader's limits."""

import re
import zlib
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.normalise.pdfs import lines, locked, pdf, read, written
from tosmonitor.errors import DamagedError, EmptyTextError, ReadError
from tosmonitor.normalise.pdf import process

TEXT = lines((700, "These terms apply to everybody who uses the service."), (680, "They hold until they are replaced."))
SECOND = lines((700, "The service may change from one day to the next."), (660, "We say so a month before."))
GOOD = pdf(TEXT, SECOND, lines((700, "The law of the land applies to the terms.")))
PLAIN = pdf(TEXT, SECOND, compress=False)


def replaced(old: bytes, new: bytes, body: bytes = GOOD, count: int = -1) -> bytes:
    """Return the body with some bytes replaced; they must be there."""
    assert old in body
    return body.replace(old, new, count)


def objects(*contents: bytes, trailer: bytes = b"") -> bytes:
    """Return a file of hand-made objects after a catalogue."""
    return written([b"<</Type/Catalog/Pages 2 0 R>>", *contents], trailer)


def page(rest: bytes = b"") -> bytes:
    """Return a page object."""
    return b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]%s>>" % rest


def one_page(content: bytes, how: bytes = b"") -> bytes:
    """Return a file of one page with that content stream."""
    return objects(
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        page(b"/Contents 4 0 R"),
        b"<</Length %d%s>>stream\n%s\nendstream" % (len(content), how, content),
    )


def nested(depth: int) -> bytes:
    """Return a file whose page tree is `depth` levels deep."""
    levels = [b"<</Type/Pages/Kids[%d 0 R]/Count 1/Parent %d 0 R>>" % (n + 3, n + 1) for n in range(depth)]
    return objects(*levels, page())


def encrypted(rest: bytes) -> bytes:
    """Return a file that says it is encrypted with a password we do not have."""
    key = b"/Filter/Standard/O<%s>/U<%s>/P -44" % (b"41" * 32, b"42" * 32)
    return replaced(b"/Root 1 0 R", b"/Root 1 0 R/ID[<00><00>]/Encrypt<<%s%s>>" % (key, rest))


def many_notes(count: int) -> bytes:
    """Return a page with a link over the whole page, many times."""
    note = b"<</Type/Annot/Subtype/Link/Rect[0 0 600 800]/A<</S/URI/URI(https://example.org/)>>>>"
    return pdf(TEXT, notes=note * count)


def bombs(levels: int) -> bytes:
    """Return a stream that is compressed several times over."""
    data = b"q " * 15_000_000
    for _ in range(levels):
        data = zlib.compress(data, 9)
    return one_page(data, b"/Filter[%s]" % (b"/FlateDecode" * levels))


#: Damage that leaves nothing to read, and what the failure says.
HOPELESS: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "PDF"),
    "no PDF": (b"%PDF-1.4 rubbish", "PDF"),
    "a page of HTML": (b"<html><body><p>Not found</p></body></html>", "PDF"),
    "bytes at random": (b"%PDF-1.7\n" + bytes(range(256)) * 50, "PDF"),
    "cut after the header": (GOOD[:9], "PDF"),
    "cut in its first objects": (GOOD[:200], "PDF"),
    "no pages": (objects(b"<</Type/Pages/Kids[]/Count 0>>"), "no pages"),
    "a page count without pages": (objects(b"<</Type/Pages/Kids[9 0 R 10 0 R]/Count 2>>"), "PDF"),
    "a negative page count": (objects(b"<</Type/Pages/Kids[]/Count -5>>"), "PDF"),
    "no catalogue": (
        re.sub(rb"/Root 1 0 R", b"/Root 99 0 R", re.sub(rb"/Type/Catalog", b"/Type/Nothing", GOOD)),
        "PDF",
    ),
    "a page tree of itself": (objects(b"<</Type/Pages/Kids[2 0 R]/Count 1>>"), "PDF"),
    "a password": (encrypted(b"/V 2/R 3/Length 128"), "password"),
    "an unknown encryption": (encrypted(b"/V 9/R 9"), "encrypted"),
    "all zeros": (b"\0" * 100_000, "PDF"),
    "letters without meaning": (pdf(b"BT /F3 12 Tf 72 700 Td (" + b"A" * 200 + b") Tj ET"), "fonts"),
    "an empty page": (objects(b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page()), "no text"),
    "a stream that is not compressed as said": (one_page(b"not compressed", b"/Filter/FlateDecode"), "no text"),
    "an unknown filter": (one_page(b"abc", b"/Filter/NoSuchFilter"), "no text"),
    "a page that is its own form": (
        objects(
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            page(b"/Contents 4 0 R/Resources<</XObject<</F 5 0 R>>>>"),
            b"<</Length 5>>stream\n/F Do\nendstream",
            b"<</Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F 5 0 R>>>>/Length 5>>stream\n/F Do\nendstream",
        ),
        "no text",
    ),
    "a length that points to itself": (
        objects(
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            page(b"/Contents 4 0 R"),
            b"<</Length 4 0 R>>stream\nBT ET\nendstream",
        ),
        "no text",
    ),
    "a bomb of graphics states": (pdf(b"q " * 25_000_000), "memory|computing time|pictures|empty"),
    "a bomb within a bomb": (bombs(3), "memory|computing time|empty"),
    "a bomb of empty bytes": (pdf(b"\0" * 39_000_000), "memory|computing time|empty"),
    "a bomb of words": (
        pdf(b"BT /F1 12 Tf 72 700 Td " + b"(aaaaaaaaaaaaaaaaaaaaaaaaa) Tj " * 1_000_000 + b"ET"),
        "memory|computing time|characters",
    ),
}

#: Damage that may leave text: it is read, or the failure is named.
HARMED: dict[str, bytes] = {
    "cut in half": GOOD[: len(GOOD) // 2],
    "cut before its table": GOOD[: GOOD.index(b"xref")],
    "no end": GOOD.replace(b"%%EOF", b""),
    "a table elsewhere": re.sub(rb"startxref\n\d+", b"startxref\n7", GOOD),
    "a table far beyond": re.sub(rb"startxref\n\d+", b"startxref\n99999999999999999999", GOOD),
    "a table of wrong places": re.sub(rb"(\d{9})\d( 00000 n)", rb"\g<1>9\2", GOOD),
    "a table of negative places": re.sub(rb"\d{10} 00000 n", b"-000000001 00000 n", GOOD),
    "no header": GOOD[9:],
    "another header": GOOD.replace(b"%PDF-1.4", b"%PDF-9.9"),
    "junk before the header": b"\n\xef\xbb\xbfHTTP/1.1 200 OK\r\n\r\n" + GOOD,
    "junk behind the end": GOOD + b"<script></script>" * 100,
    "twice in one file": GOOD + GOOD,
    "line ends changed": GOOD.replace(b"\n", b"\r\n"),
    "high bits lost": bytes(byte & 0x7F for byte in GOOD),
    "every 97th byte wrong": bytes(255 - byte if n % 97 == 96 else byte for n, byte in enumerate(GOOD)),
    "no fonts": replaced(b"/Type/Font/", b"/Type/Nope/"),
    "a font without a name": replaced(b"/BaseFont/Helvetica/", b"/Nonsense/Helvetica/"),
    "fonts that are missing": replaced(b"/F1 3 0 R", b"/F1 77 0 R"),
    "streams without an end": replaced(b"endstream", b"endstrea_"),
    "lengths that are wrong": re.sub(rb"/Length \d+", b"/Length 5", PLAIN),
    "a page of no size": replaced(b"[0 0 600 800]", b"[0 0 0 0]"),
    "a page of endless size": replaced(b"[0 0 600 800]", b"[0 0 1e38 1e38]"),
    "strings that do not close": replaced(b") Tj", b" Tj", PLAIN),
    "operators that are unknown": replaced(b" Tj ET", b" Zz ET", PLAIN),
    "places that are no numbers": replaced(b"72 700 Td", b"/a <</b>> Td", PLAIN),
    "pages nested 400 deep": nested(400),
    "pages nested 40,000 deep": nested(40_000),
    "arrays nested without end": objects(b"<</Type/Pages/Kids[3 0 R]/Count 1/X" + b"[" * 200_000 + b">>", page()),
    "a million pages promised": replaced(b"/Count 3", b"/Count 1000000"),
    "100,000 links": many_notes(100_000),
    "a name of a megabyte": replaced(b"/F1 3 0 R", b"/F1 3 0 R/" + b"A" * 1_000_000 + b" 1"),
}


@pytest.mark.parametrize("kind", HOPELESS)
def test_what_cannot_be_read_is_a_named_failure(kind: str) -> None:
    """Nothing is left to read: the failure says what the matter is."""
    body, cause = HOPELESS[kind]
    with pytest.raises((DamagedError, EmptyTextError), match=cause):
        read(body)


@pytest.mark.parametrize("kind", HARMED)
def test_what_is_harmed_is_read_or_named(kind: str) -> None:
    """Text that is given is the document's own; everything else is a named failure."""
    try:
        text = read(HARMED[kind])
    except ReadError as error:
        assert "PDF" in str(error)  # noqa: PT017 - either way is right
    else:
        assert "terms" in text or "service" in text or "replaced" in text


def test_damage_does_not_touch_the_next_document() -> None:
    """After every kind of damage the same good file gives the same text."""
    before = read(GOOD)
    for body in (GOOD[:200], bombs(1), encrypted(b"/V 2/R 3/Length 128"), nested(40_000)):
        with pytest.raises(ReadError):
            read(body)
        assert before == read(GOOD)


def test_an_empty_password_opens() -> None:
    """Many files are encrypted only against change: they open without a password."""
    assert read(pdf(TEXT)) == read(locked(TEXT))


def test_a_reading_that_takes_too_long_is_ended() -> None:
    """The process that reads is stopped when patience ends, and another reads the next document."""
    with pytest.raises(DamagedError, match="in time"):
        process.ask(pdf(b"0 0 m 100 100 l S " * 2_000_000), patience=0.05)
    assert "terms" in read(GOOD)


def test_processes_are_shared_between_threads_and_stay_few() -> None:
    """Documents that are read at the same time do not mix, and no more processes wait than are said to."""
    bodies = [pdf(lines((700, f"The terms number {n} hold."))) for n in range(24)]
    with ThreadPoolExecutor(6) as pool:
        texts = list(pool.map(read, bodies))
    assert [f"The terms number {n} hold.\n" for n in range(24)] == texts
    assert len(process.waiting()) <= process.WAITING


def test_a_process_reads_many_documents() -> None:
    """The process that read one document reads the next, in a child that knows nothing of the first."""
    process.close()
    read(GOOD)
    (first,) = process.waiting()
    read(PLAIN)
    assert (first,) == process.waiting()
    process.close()
    assert process.waiting() == ()
    assert "terms" in read(GOOD)
