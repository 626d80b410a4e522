"""What kind of document a body is, and where a page sends its reader by itself."""

import pytest

from tosmonitor.fetch import refresh
from tosmonitor.fetch.media import charset, sniff

UTF16 = "<html><body>terms</body></html>".encode("utf-16-le")


@pytest.mark.parametrize(
    ("declared", "body", "path", "kind"),
    [
        (None, b"<!DOCTYPE HTML><title>x", "/", "text/html"),
        (None, b"\xef\xbb\xbf  <html >", "/", "text/html"),
        (None, b"  <!-- terms --><p>", "/", "text/html"),
        (None, b"<P>terms", "/", "text/html"),
        (None, b"<pre>is not in the standard's list", "/", "text/plain"),
        (None, b"Terms of service", "/", "text/plain"),
        (None, b"# Terms", "/terms.md", "text/markdown"),
        (None, b"%PDF-1.7", "/", "application/pdf"),
        (None, b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'>", "/", "application/xhtml+xml"),
        (None, b"<?xml version='1.0'?><rss>", "/", "text/xml"),
        (None, b"PK\x03\x04\0\0", "/", "application/zip"),
        (None, b"\0\1\2", "/", "application/octet-stream"),
        ("nonsense", b"<html>", "/", "text/html"),
        ("text/html; charset=utf-8", b"plain words", "/", "text/html"),
        ("text/html", b"\0\1\2\3" * 50, "/", "application/octet-stream"),
        ("text/html", b"<html>\x02 stray control", "/", "text/html"),
        ("text/html", UTF16, "/", "text/html"),
        ("text/html", b"\xff\xfe" + UTF16, "/", "text/html"),
        ("text/html; charset=utf-16le", UTF16, "/", "text/html"),
        ("text/html", b"junk before %PDF-1.4", "/", "text/html"),
        ("application/pdf", b"\n\n%PDF-1.4", "/", "application/pdf"),
        ("application/x-pdf", b"%PDF-1.4", "/", "application/pdf"),
        ("application/pdf", b"<html>not found", "/", "text/html"),
        ("application/octet-stream", b"%PDF-1.4", "/", "application/pdf"),
        ("text/plain", b"<html>shown as source", "/", "text/plain"),
        ("text/plain", b"%PDF-1.4 \0\1", "/", "application/pdf"),
        ("text/plain", b"\0\1\2\3", "/", "application/octet-stream"),
        ("text/plain; charset=utf-8", b"# Terms", "/a/TERMS.MD", "text/markdown"),
        ("text/x-markdown", b"# Terms", "/", "text/markdown"),
        ("application/xhtml+xml", b"<html/>", "/", "application/xhtml+xml"),
        ("application/xml", b"<?xml?><html>", "/", "application/xhtml+xml"),
        ("application/xml", b"<feed>", "/", "application/xml"),
        ("application/json", b"{}", "/", "application/json"),
        ("image/svg+xml", b"<svg>", "/", "image/svg+xml"),
    ],
)
def test_the_kind_of_a_body(declared: str | None, body: bytes, path: str, kind: str) -> None:
    """The header is believed where browsers believe it, and the body where it is missing or a known mistake."""
    assert sniff(declared, body, path=path) == kind


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("text/html; charset=UTF-8", "utf-8"),
        ("text/html;charset='windows-1252'", "windows-1252"),
        ('text/html; a=b; charset = "x-sjis" ; c', "x-sjis"),
        ("text/html; charset=", None),
        ('text/html; charset=""', None),
        ("text/html", None),
        (None, None),
    ],
)
def test_the_charset_of_a_header(header: str | None, found: str | None) -> None:
    """The parameter is found whatever stands around it."""
    assert charset(header) == found


@pytest.mark.parametrize(
    ("html", "target"),
    [
        ('<meta http-equiv="refresh" content="0; url=/new">', "/new"),
        ("<META HTTP-EQUIV=Refresh CONTENT='3;URL=\"https://a.example/b?c=d&amp;e\"'>", "https://a.example/b?c=d&e"),
        ('<meta http-equiv="refresh" content="0;/new">', "/new"),
        ('<meta http-equiv="refresh" content="0.5, url = /new ">', "/new"),
        ('<meta http-equiv="refresh" content="30; url=/later">', None),
        ('<meta http-equiv="refresh" content="5">', None),
        ('<meta http-equiv="refresh">', None),
        ('<!-- <meta http-equiv="refresh" content="0;url=/new"> -->', None),
        ('<noscript><meta http-equiv="refresh" content="0;url=/new"></noscript>', None),
        ('<script>"<meta http-equiv=refresh content=0;url=/new>"</script>', None),
        ('<meta name="refresh" content="0;url=/new"> http-equiv refresh', None),
        ("x" * 20_000 + '<meta http-equiv="refresh" content="0;url=/new">', None),
    ],
)
def test_a_page_may_move_on_by_itself(html: str, target: str | None) -> None:
    """Only what a browser with scripts would follow soon counts."""
    assert refresh.target(html.encode()) == target
