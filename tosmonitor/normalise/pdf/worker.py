"""Owns the reading of PDF bytes by PDFium; run as a script, never imported by the program.

    input: 8 bytes of length, the PDF ─► fork ─► a child under limits reads it ─► output: 8 bytes, JSON

The process that waits never opens a document: each is read in a child of its own, so that none leaves a trace for the
next and PDFium, which aborts when memory ends, takes down only the child. Limits of the child: memory, CPU time, no
files, no core. JSON: {"pages": [...]} as `pages.py` reads it, or {"error": why}.
"""

import json
import os
import re
import resource
import signal
import struct
import sys
from collections.abc import Iterator
from ctypes import addressof, byref, c_double, c_float, c_int, c_ulong, c_ushort, create_string_buffer
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

MEMORY = 1_000_000_000  # bytes of address space above what the waiting process holds
CPU = 20  # seconds
PAGES = 2_000
CHARACTERS = 20_000_000  # of all pages: five times the longest book
OBJECTS = 200_000  # looked at on one page for rules and pictures
LINKS = 5_000  # taken of one page
_DEEPEST = 40  # levels of a structure tree
_ELEMENTS = 50_000  # of a structure tree on one page
_RULES = 20_000  # kept of one page
_SEGMENTS = 4_000  # of one path: a table's grid may be one path, a map is more
# PDFium guesses the weight from the stems of letters, 740 for a regular serif: only for fonts whose name says nothing.
_BOLD_WEIGHT = 700
_NAMELESS = re.compile(rb"(?:[a-z]{6}\+)?(?:cidfont\+|font)?[a-z]{0,2}\d*")
_BOLD_NAMES = (b"bold", b"black", b"heavy", b"semibold", b"-demi", b"demibold")
_ITALIC_NAMES = (b"italic", b"oblique")
_FONT_ITALIC = 64  # ISO 32000-1, table 123
_PASSWORD, _SECURITY = 4, 5
_ALEFS = "اأإآ"
_BAND = 20  # points of height in which links are looked up together

Box = tuple[float, float, float, float]  # left, top, right, bottom
Link = tuple[float, float, float, float, int]


def main() -> None:
    """Answer one document after another until standard input ends."""
    source, target = sys.stdin.buffer, sys.stdout.buffer
    while head := source.read(8):
        body = source.read(struct.unpack(">Q", head)[0])
        answer = _forked(body)
        del body
        target.write(struct.pack(">Q", len(answer)) + answer)
        target.flush()


def _forked(body: bytes) -> bytes:
    """Return the child's answer, or why it has none."""
    ear, mouth = os.pipe()
    child = os.fork()
    if not child:
        failed = 1
        try:
            os.close(ear)
            _limit()
            with open(mouth, "wb") as out:
                out.write(json.dumps(_answer(body)).encode())
            failed = 0
        finally:
            os._exit(failed)
    os.close(mouth)
    with open(ear, "rb") as file:
        answer = file.read()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status == 0:
        return answer
    cause = {
        -signal.SIGXCPU: "it needs more computing time than is allowed",
        -signal.SIGKILL: "it needs more computing time than is allowed",
        -signal.SIGABRT: "it needs more memory than is allowed",
        -signal.SIGTRAP: "it needs more memory than is allowed",
    }.get(status, f"its reader stopped (exit {status}): it is damaged or needs more than is allowed")
    return json.dumps({"error": cause}).encode()


def _limit() -> None:
    held = 0
    if os.path.exists("/proc/self/statm"):
        with open("/proc/self/statm") as file:
            held = int(file.read().split()[0]) * resource.getpagesize()
    for kind, limit in (
        (resource.RLIMIT_AS, held + MEMORY),
        (resource.RLIMIT_CPU, CPU),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        if hard == resource.RLIM_INFINITY or hard > limit:
            resource.setrlimit(kind, (limit, limit))


def _answer(body: bytes) -> dict[str, Any]:
    try:
        return _document(body)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == _PASSWORD:
            return {"error": "it is encrypted and asks for a password"}
        if getattr(error, "err_code", None) == _SECURITY:
            return {"error": "it is encrypted in a way that is not known"}
        return {"error": "it is damaged, or has no pages" if "Success" in str(error) else str(error).removesuffix(".")}
    except MemoryError:
        return {"error": "it needs more memory than is allowed"}
    except RecursionError:
        return {"error": "its parts are nested without end"}


def _document(body: bytes) -> dict[str, Any]:
    document = pypdfium2.PdfDocument(body)
    pages: list[dict[str, Any]] = []
    characters = failed = 0
    many = len(document)
    for number in range(min(many, PAGES)):
        try:
            page = document[number]
            pages.append(_Page(page).read())
        except pypdfium2.PdfiumError:
            failed += 1
            continue
        page.close()
        characters += sum(len(token[0]) for token in pages[-1]["tokens"])
        if characters > CHARACTERS:
            return {"error": f"it holds more than {CHARACTERS} characters"}
    if not pages:
        return {"error": "it has no page that can be read"}
    return {"pages": pages, "failed": failed + max(0, many - PAGES)}


class _Page:
    """One page: its tokens, rules, links, pictures and structure, in points from the top left as it is shown."""

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        self.page = page
        self.box = page.get_cropbox()
        self.turned = page.get_rotation() % 360
        self.width, self.height = page.get_width(), page.get_height()
        self.styles: list[tuple[float, bool, bool, bool]] = []
        self.known: dict[int, tuple[int, int, float]] = {}  # address of a text object -> style, marked content, angle
        self.addresses: list[str] = []
        self.rules: list[Box] = []
        self.dots: list[Box] = []  # bullets that are drawn, not written
        self.picture = 0.0  # the share of the page that its largest picture covers
        self.links: dict[int, list[Link]] = {}

    def read(self) -> dict[str, Any]:
        """Return what is on the page."""
        self._read_links()
        self._show_fields()
        self._read_drawing()
        text = self.page.get_textpage()
        tokens = list(self._tokens(text))
        tags = self._tags()
        text.close()
        return {
            "width": self.width, "height": self.height, "tokens": tokens, "styles": self.styles,
            "links": self.addresses,
            "rules": self.rules[:_RULES], "dots": self.dots[:_RULES], "picture": self.picture, "tags": tags,
        }  # fmt: skip

    def _place(self, x: float, y: float) -> tuple[float, float]:
        """Return a point of the page's own space as it is shown, from the top left."""
        left, bottom, right, top = self.box
        if self.turned == 90:
            return y - bottom, x - left
        if self.turned == 180:
            return right - x, y - bottom
        if self.turned == 270:
            return top - y, right - x
        return x - left, top - y

    # ------------------------------------------------------------------------------------------- text

    def _tokens(self, text: pypdfium2.PdfTextPage) -> Iterator[list[Any]]:
        """Give [text, left, right, baseline, style, link, marked content, glued, angle]."""
        raw = text.raw
        x, y, box = c_double(), c_double(), pdfium.FS_RECTF()
        letters: list[tuple[float, str]] = []
        start = end = base = 0.0
        style = link = mark = -1
        glued, spaced = False, True
        angle = 0.0
        leftward = False  # written from right to left

        def token() -> list[Any]:
            if leftward:  # whatever the order in the file: some write Arabic as it is read, some as it is drawn
                letters.sort(key=lambda letter: (-letter[0], letter[1] in _ALEFS))  # lam and alef share one glyph
            return [
                "".join(c for _, c in letters), round(start, 2), round(end, 2), round(base, 2), style, link, mark,
                glued, round(angle, 2),
            ]  # fmt: skip

        for i in range(max(text.count_chars(), 0)):
            code = pdfium.FPDFText_GetUnicode(raw, i)
            if (code <= 32 and code != 2) or code in (0xA0, 0x200B, 0x3000):  # white space
                if letters:
                    yield token()
                    letters = []
                # PDFium sees spaces between fonts where there are none: there the distance decides.
                spaced = spaced or code not in (10, 13, 32) or not pdfium.FPDFText_IsGenerated(raw, i)
                continue
            if 0xD800 <= code < 0xE000 or code > 0x10FFFF:
                code = 0xFFFD
            found = pdfium.FPDFText_GetTextObject(raw, i)
            if not found:
                continue
            known = self.known.get(addressof(found.contents))
            if known is None:
                known = self._object(raw, i, found)
            pdfium.FPDFText_GetCharOrigin(raw, i, byref(x), byref(y))
            pdfium.FPDFText_GetLooseCharBox(raw, i, byref(box))
            x0, base_now = self._place(x.value, y.value)
            ends = self._place(box.left, y.value)[0], self._place(box.right, y.value)[0]
            x1 = max(ends)
            x0 = min(x0, *ends) if known[2] == 0 else x0
            place = self._link_at((x0 + x1) / 2, base_now) if self.links else -1
            size = self.styles[known[0]][0]
            if letters and (
                (known[0], known[1]) != (style, mark)
                or place != link
                or abs(base_now - base) > 0.1 * size
                or (
                    not -0.3 * size < max(x0 - end, start - x1) < 0.12 * size
                    if leftward
                    else not -0.7 * size < x0 - end < 0.7 * size
                )
            ):
                yield token()
                letters, spaced = [], False
            if not letters:
                leftward = 0x590 <= code < 0x900 or 0xFB1D <= code < 0xFE00 or 0xFE70 <= code < 0xFEFD
                near = abs(base_now - base) < size and -0.3 * size < max(x0 - end, start - x1) < 0.12 * size
                start, end, base, glued = x0, x1, base_now, near and not spaced
                style, mark, angle = known
                link = place
                spaced = False
            letters.append((x0, "\xad" if code in (2, 0xFFFE) else chr(code)))
            start, end = min(start, x0), max(end, x1)
        if letters:
            yield token()

    def _object(self, raw: Any, i: int, found: Any) -> tuple[int, int, float]:
        """Return style, marked content and angle of the text object that the i-th character is of."""
        matrix = pdfium.FS_MATRIX()
        scale = 1.0
        if pdfium.FPDFText_GetMatrix(raw, i, byref(matrix)):
            scale = float((matrix.c**2 + matrix.d**2) ** 0.5) or 1.0
        size = round((pdfium.FPDFText_GetFontSize(raw, i) or 1.0) * scale, 1)
        if not 1.5 < size < 500:  # fonts drawn by procedures count in units of their own
            box = pdfium.FS_RECTF()
            pdfium.FPDFText_GetLooseCharBox(raw, i, byref(box))
            size = round(abs(box.top - box.bottom) / 1.2, 1) or 1.0
        flags = c_int()
        buffer = create_string_buffer(200)
        pdfium.FPDFText_GetFontInfo(raw, i, buffer, 200, byref(flags))
        name = buffer.value.lower()
        bold = (
            any(word in name for word in _BOLD_NAMES)
            or (_NAMELESS.fullmatch(name) is not None and pdfium.FPDFText_GetFontWeight(raw, i) >= _BOLD_WEIGHT)
            or pdfium.FPDFTextObj_GetTextRenderMode(found) == pdfium.FPDF_TEXTRENDERMODE_FILL_STROKE
        )
        italic = bool(flags.value & _FONT_ITALIC) or any(word in name for word in _ITALIC_NAMES)
        artifact = any(
            _mark_name(pdfium.FPDFPageObj_GetMark(found, n)) == "Artifact"
            for n in range(min(pdfium.FPDFPageObj_CountMarks(found), 10))
        )
        angle = float(pdfium.FPDFText_GetCharAngle(raw, i)) * 57.29578 + self.turned
        angle = round(angle % 360) % 360
        style = (size, bold, italic, artifact)
        if style not in self.styles:
            self.styles.append(style)
        known = self.styles.index(style), pdfium.FPDFPageObj_GetMarkedContentID(found), float(angle)
        self.known[addressof(found.contents)] = known
        return known

    # ------------------------------------------------------------------------------------------- links, fields

    def _read_links(self) -> None:
        position, link = c_int(0), pdfium.FPDF_LINK()
        for _ in range(LINKS):
            if not pdfium.FPDFLink_Enumerate(self.page.raw, byref(position), byref(link)):
                return
            action = pdfium.FPDFLink_GetAction(link)
            if not action or pdfium.FPDFAction_GetType(action) != pdfium.PDFACTION_URI:
                continue
            length = min(pdfium.FPDFAction_GetURIPath(self.page.pdf.raw, action, None, 0), 10_000)
            buffer = create_string_buffer(max(length, 1))
            pdfium.FPDFAction_GetURIPath(self.page.pdf.raw, action, buffer, length)
            rectangle = pdfium.FS_RECTF()
            if not pdfium.FPDFLink_GetAnnotRect(link, byref(rectangle)):
                continue
            xa, ya = self._place(rectangle.left, rectangle.bottom)
            xb, yb = self._place(rectangle.right, rectangle.top)
            top, bottom = min(ya, yb), max(ya, yb)
            if bottom - top > 2 * self.height:
                continue
            self.addresses.append(buffer.value.decode("utf-8", "replace"))
            found = min(xa, xb), top, max(xa, xb), bottom, len(self.addresses) - 1
            for band in range(int(top // _BAND), int(bottom // _BAND) + 1):
                self.links.setdefault(band, []).append(found)

    def _link_at(self, x: float, base: float) -> int:
        y = base - 2  # the baseline itself is often the edge
        for left, top, right, bottom, link in self.links.get(int(y // _BAND), ()):
            if left <= x <= right and top <= y <= bottom:
                return link
        return -1

    def _show_fields(self) -> None:
        """Write what is filled into form fields and text notes onto the page itself, where text is read."""
        raw = self.page.raw
        for i in range(min(pdfium.FPDFPage_GetAnnotCount(raw), LINKS)):
            note = pdfium.FPDFPage_GetAnnot(raw, i)
            kind = pdfium.FPDFAnnot_GetSubtype(note)
            pdfium.FPDFPage_CloseAnnot(note)
            if kind in (pdfium.FPDF_ANNOT_WIDGET, pdfium.FPDF_ANNOT_FREETEXT):
                pdfium.FPDFPage_Flatten(raw, pdfium.FLAT_NORMALDISPLAY)
                return

    # ------------------------------------------------------------------------------------------- drawing

    def _read_drawing(self) -> None:
        todo = [(self.page.raw, pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject, 0)]
        seen = 0
        while todo:
            holder, count, get, depth = todo.pop()
            for i in range(count(holder)):
                seen += 1
                if seen > OBJECTS:
                    return
                found = get(holder, i)
                kind = pdfium.FPDFPageObj_GetType(found)
                if kind == pdfium.FPDF_PAGEOBJ_FORM and depth < 4:
                    todo.append((found, pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject, depth + 1))
                elif kind == pdfium.FPDF_PAGEOBJ_PATH and not depth:
                    self._read_path(found)
                elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
                    left, top, right, bottom = self._bounds(found)
                    share = (right - left) * (bottom - top) / max(self.width * self.height, 1.0)
                    self.picture = max(self.picture, share)

    def _bounds(self, found: Any) -> Box:
        a, b, c, d = c_float(), c_float(), c_float(), c_float()
        if not pdfium.FPDFPageObj_GetBounds(found, byref(a), byref(b), byref(c), byref(d)):
            return 0.0, 0.0, 0.0, 0.0
        xa, ya = self._place(a.value, b.value)
        xb, yb = self._place(c.value, d.value)
        return round(min(xa, xb), 1), round(min(ya, yb), 1), round(max(xa, xb), 1), round(max(ya, yb), 1)

    def _read_path(self, path: Any) -> None:
        """Keep the horizontal and vertical lines of a path, thin boxes among them, and what may be a bullet."""
        box = left, top, right, bottom = self._bounds(path)
        wide, high = right - left, bottom - top
        if wide > 0.97 * self.width and high > 0.9 * self.height:
            return
        if min(wide, high) < 1.2 or (min(wide, high) < 3 < max(wide, high) / 4):
            if max(wide, high) > 4:
                self.rules.append(box)
            return
        if max(wide, high) < 10:
            if 0.6 < wide / high < 1.6:
                self.dots.append(box)
            return
        many = pdfium.FPDFPath_CountSegments(path)
        if many > _SEGMENTS:
            return
        matrix = pdfium.FS_MATRIX()
        pdfium.FPDFPageObj_GetMatrix(path, byref(matrix))
        x, y = c_float(), c_float()
        last = begun = None
        for i in range(many):
            segment = pdfium.FPDFPath_GetPathSegment(path, i)
            pdfium.FPDFPathSegment_GetPoint(segment, byref(x), byref(y))
            here = self._place(
                matrix.a * x.value + matrix.c * y.value + matrix.e, matrix.b * x.value + matrix.d * y.value + matrix.f
            )
            kind = pdfium.FPDFPathSegment_GetType(segment)
            if kind == pdfium.FPDF_SEGMENT_MOVETO:
                begun = here
            elif kind == pdfium.FPDF_SEGMENT_LINETO and last is not None:
                self._add_rule(last, here)
                if begun is not None and pdfium.FPDFPathSegment_GetClose(segment):
                    self._add_rule(here, begun)
            last = here

    def _add_rule(self, a: tuple[float, float], b: tuple[float, float]) -> None:
        wide, high = abs(a[0] - b[0]), abs(a[1] - b[1])
        if min(wide, high) < 1 and max(wide, high) > 4:
            self.rules.append((min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1])))

    # ------------------------------------------------------------------------------------------- structure

    def _tags(self) -> list[Any]:
        """Return the structure tree: [type, columns, rows, [marked content or child, ...]] for each element."""
        tree = pdfium.FPDF_StructTree_GetForPage(self.page.raw)
        if not tree:
            return []
        self.left = _ELEMENTS
        roots = [
            self._element(pdfium.FPDF_StructTree_GetChildAtIndex(tree, i), 0)
            for i in range(min(pdfium.FPDF_StructTree_CountChildren(tree), _ELEMENTS))
        ]
        pdfium.FPDF_StructTree_Close(tree)
        return [root for root in roots if root is not None]

    def _element(self, element: Any, depth: int) -> list[Any] | None:
        self.left -= 1
        if not element or depth > _DEEPEST or self.left < 0:
            return None
        kind = create_string_buffer(120)
        pdfium.FPDF_StructElement_GetType(element, kind, 120)
        name = kind.raw.decode("utf-16-le", "replace").partition("\0")[0]
        kids: list[Any] = []
        for i in range(min(pdfium.FPDF_StructElement_CountChildren(element), _ELEMENTS)):
            child = pdfium.FPDF_StructElement_GetChildAtIndex(element, i)
            if child:
                below = self._element(child, depth + 1)
                if below is not None:
                    kids.append(below)
            else:
                mark = pdfium.FPDF_StructElement_GetChildMarkedContentID(element, i)
                if mark >= 0:
                    kids.append(mark)
        columns = rows = 1
        if name in ("TD", "TH"):
            columns, rows = _span(element, b"ColSpan"), _span(element, b"RowSpan")
        return [name, columns, rows, kids]


def _mark_name(mark: Any) -> str:
    length, buffer = c_ulong(), (c_ushort * 30)()
    pdfium.FPDFPageObjMark_GetName(mark, buffer, 60, byref(length))
    return bytes(buffer).decode("utf-16-le", "replace").partition("\0")[0]


def _span(element: Any, name: bytes) -> int:
    number = c_float()
    for i in range(min(pdfium.FPDF_StructElement_GetAttributeCount(element), 10)):
        attribute = pdfium.FPDF_StructElement_GetAttributeAtIndex(element, i)
        value = pdfium.FPDF_StructElement_Attr_GetValue(attribute, name)
        if value and pdfium.FPDF_StructElement_Attr_GetNumberValue(value, byref(number)):
            return max(1, min(int(number.value), 50))
    return 1


if __name__ == "__main__":
    main()
