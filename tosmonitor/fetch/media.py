"""What kind of document a body is: the WHATWG rules for sniffing, kept to the kinds that we can read.

Three departures from https://mimesniff.spec.whatwg.org (2024), which serves browsers: a download
("application/octet-stream") is sniffed like a missing type, since servers send PDFs so; a body that begins as a PDF is
one whatever it is called; and what is called a PDF but is not is sniffed too.
"""

import re

HTML = "text/html"
XHTML = "application/xhtml+xml"
PLAIN = "text/plain"
MARKDOWN = "text/markdown"
PDF = "application/pdf"

#: What `normalise` reads.
READABLE = frozenset({HTML, XHTML, PLAIN, MARKDOWN, PDF})

_HEADER = 1445  # bytes that are looked at, as the standard has it

_UNKNOWN = frozenset(
    {"", "unknown/unknown", "application/unknown", "*/*", "application/octet-stream", "binary/octet-stream",
     "application/download", "application/x-download", "application/force-download", "application/force_download"}
)  # fmt: skip

_SAME = {"text/x-markdown": MARKDOWN, "application/x-pdf": PDF, "text/pdf": PDF, "application/acrobat": PDF}

_TAGS = (
    b"<!doctype html", b"<html", b"<head", b"<script", b"<iframe", b"<h1", b"<div", b"<font", b"<table", b"<a",
    b"<style", b"<title", b"<b", b"<body", b"<br", b"<p", b"<!--",
)  # fmt: skip

_BOMS = (b"\xef\xbb\xbf", b"\xfe\xff", b"\xff\xfe")

#: Bytes that no text has (the standard's "binary data bytes").
_BINARY = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")

_SIGNATURES = (
    (b"%PDF-", PDF),
    (b"%!PS-Adobe-", "application/postscript"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"RIFF", "image/webp"),
    (b"PK\x03\x04", "application/zip"),
    (b"\x1f\x8b\x08", "application/x-gzip"),
    (b"Rar!\x1a\x07", "application/x-rar-compressed"),
    (b"\xd0\xcf\x11\xe0", "application/x-ole-storage"),
    (b"wOFF", "font/woff"),
    (b"wOF2", "font/woff2"),
    (b"OggS", "application/ogg"),
    (b"\x1aE\xdf\xa3", "video/webm"),
)


def essence(content_type: str | None) -> str:
    """Return the type of a Content-Type header without its parameters, lower case; "" for none or nonsense."""
    kind = (content_type or "").partition(";")[0].strip().lower()
    return kind if kind.count("/") == 1 and " " not in kind else ""


def charset(content_type: str | None) -> str | None:
    """Return the charset that a Content-Type header declares, as written but for quotes and case."""
    found = re.search(r";\s*charset\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s;]+)", content_type or "", re.IGNORECASE)
    return (found[1].strip("\"' ").lower() or None) if found else None


def sniff(content_type: str | None, body: bytes, *, path: str = "") -> str:
    """Return the media type of `body` as found, given the Content-Type header and the path of its address.

    A type that is not in `READABLE` means that the body is no document of ours; binary junk called HTML comes back
    as application/octet-stream.
    """
    declared = essence(content_type)
    declared = _SAME.get(declared, declared)
    head = body[:_HEADER]
    if b"%PDF-" in body[:1024] and (head.startswith(b"%PDF-") or declared in _UNKNOWN | {PDF}):
        return PDF
    if declared in _UNKNOWN or declared == PDF:
        return _markdown(_unknown(head), path)
    if declared == PLAIN:
        return _markdown(_text_or_binary(head), path)
    if declared in (HTML, XHTML):
        return declared if _may_be_markup(head, charset(content_type)) else _signature(head)
    if declared.endswith("+xml") or declared in ("text/xml", "application/xml"):
        return XHTML if b"<html" in head.lower() else declared
    return declared


def _markdown(kind: str, path: str) -> str:
    return MARKDOWN if kind == PLAIN and path.lower().endswith((".md", ".markdown")) else kind


def _unknown(head: bytes) -> str:
    """Return what a body of no declared kind is (the standard's section 7.1)."""
    start = head.lstrip(b"\t\n\x0c\r ")
    if start.startswith(_BOMS[0]):
        start = start[3:].lstrip(b"\t\n\x0c\r ")
    low = start[:16].lower()
    for tag in _TAGS:
        if low.startswith(tag) and (
            tag == b"<!--" or start[len(tag) : len(tag) + 1] in (b" ", b">", b"\n", b"\t", b"\r")
        ):
            return HTML
    if start.startswith(b"<?xml"):
        return XHTML if b"<html" in head.lower() else "text/xml"
    found = _signature(head)
    if found != "application/octet-stream":
        return found
    return _text_or_binary(head)


def _text_or_binary(head: bytes) -> str:
    if head.startswith(_BOMS) or not _BINARY.search(head):
        return PLAIN
    return _signature(head)


def _signature(head: bytes) -> str:
    return next((kind for start, kind in _SIGNATURES if head.startswith(start)), "application/octet-stream")


def _may_be_markup(head: bytes, declared_charset: str | None) -> bool:
    """Say whether bytes that are called HTML can be any; some pages carry a stray control character."""
    if head.startswith(_BOMS) or (declared_charset or "").startswith(("utf-16", "utf16", "ucs-2", "unicode")):
        return True
    if _signature(head) != "application/octet-stream":
        return False
    stray = len(_BINARY.findall(head))
    if stray == 0 or any(tag in head.lower() for tag in (b"<!doctype", b"<html", b"<head", b"<body", b"<title")):
        return True
    if head[1:2] == b"\0" or head[:1] == b"\0":  # UTF-16 that forgot to say so
        return b"<\0" in head or b"\0<" in head
    return stray * 50 < len(head)
