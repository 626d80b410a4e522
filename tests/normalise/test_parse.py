"""Bytes become text as in a browser, and no page is too hostile to be read or refused in time."""

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tosmonitor.errors import DamagedError, EmptyTextError, ReadError
from tosmonitor.normalise import normalise
from tosmonitor.normalise.parse import utf8


@pytest.mark.parametrize(
    ("body", "charset", "expected"),
    [
        ("déjà".encode(), "iso-8859-1", ("déjà", "utf-8")),  # valid UTF-8 beats a wrong label
        ("déjà".encode("cp1252"), None, ("déjà", "cp1252")),
        ("“déjà”".encode("cp1252"), "latin1", ("“déjà”", "cp1252")),
        ('<meta charset="windows-1251">да'.encode("cp1251"), None, ('<meta charset="windows-1251">да', "cp1251")),
        ("\ufeffdéjà".encode("utf-16-le"), "utf-8", ("déjà", "utf-16-le")),
        ("<p>terms of service</p>".encode("utf-16-be"), None, ("<p>terms of service</p>", "utf-16")),
        ("日本語の規約".encode("shift_jis"), "Shift_JIS", ("日本語の規約", "cp932")),
        (b"plain", "no-such-label", ("plain", "utf-8")),
    ],
)
def test_encodings_are_read_as_browsers_read_them(body: bytes, charset: str | None, expected: tuple[str, str]) -> None:
    """Marks, valid UTF-8, labels and habits decide, in that order."""
    text, name = utf8(body, charset)
    assert expected == (text.decode(), name)


LABELS = [
    None, "", " UTF-8 ", "utf8", "utf-7", "utf-16", "utf-32", "latin1", "x-user-defined", "shift_jis", "iso-2022-jp",
    "euc-kr", "big5", "gb2312", "hz-gb-2312", "iso-8859-8-i", "x-mac-roman", "rot13", "hex", "bz2", "idna", "punycode",
    "unicode_escape", "raw_unicode_escape", "undefined", "no\x00such", "é", "a" * 1_000,
]  # fmt: skip


@given(st.binary(max_size=300), st.sampled_from(LABELS), st.sampled_from(LABELS))
def test_no_label_breaks_the_decoding_of_any_bytes(body: bytes, header: str | None, inside: str | None) -> None:
    """Whatever a header and a page say of its encoding, broken bytes become text, or are refused by name."""
    told = b'<meta charset="' + (inside or "").encode() + b'">'
    with suppress(DamagedError):
        text, name = utf8(told + body, header)
        assert text.decode()
        assert name


def read(body: bytes) -> str:
    """Return the text of a page."""
    return normalise(body, url="https://example.org/", media_type="text/html").text


@pytest.mark.parametrize(
    "tag", ["div", "b", "blockquote", "ul><li", "section><h2>x</h2><p", "table><tr><td", "a href=x", "details"]
)
def test_depth_loses_no_text(tag: str) -> None:
    """Behind a hundred thousand nested tags the last words are still read, in bounded time."""
    start = time.process_time()
    assert "the last words" in read(f"<{tag}>".encode() * 100_000 + b"the last words of this contract")
    assert time.process_time() - start < 10


@pytest.mark.parametrize(
    "body",
    [
        b"<" * 1_000_000, b"<div" * 300_000, b"<!--" * 300_000,
        b"<p " + b" ".join(b"a%d=1" % i for i in range(100_000)) + b">x",
        b"<select>" + b"<option>a" * 50_000, b"<table>" + b"<tr><td>a<td rowspan=500 colspan=50>b" * 2_000,
        b"<b><p>" * 50_000,
        b"<p>" + b"[" * 200_000, b"<p>" + b"*_" * 200_000, b"<p>" + b" <b> </b>" * 30_000, b"<br>" * 100_000 + b"x",
        b"<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><p>&b;", bytes(range(256)) * 1_000,
        b"\x00\x01\x02" * 10_000,
    ],
)  # fmt: skip
def test_hostile_pages_end_in_time(body: bytes) -> None:
    """A page made to hang a parser is read, or refused by name, within seconds of CPU."""
    start = time.process_time()
    with suppress(ReadError):
        assert read(body).endswith("\n")
    assert time.process_time() - start < 10


@given(st.binary(max_size=400))
def test_no_bytes_crash_the_reader(body: bytes) -> None:
    """Any bytes give a text that ends in one line feed, or a named error."""
    try:
        text = read(b"<p>x " + body)
    except ReadError:
        return
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


def test_what_holds_no_text_is_refused_by_name() -> None:
    """Pictures and empty pages are errors that say what they are."""
    with pytest.raises(DamagedError, match="image/png"):
        normalise(b"\x89PNG\r\n", url="https://example.org/", media_type="image/png")
    with pytest.raises(EmptyTextError, match="no text"):
        read(b"<html><body><script>1</script></body></html>")
