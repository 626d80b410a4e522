"""Owns the text inside one block: white space, debris, emphasis, links and the escapes of CommonMark.

While a paragraph is gathered its mark-up stands as single characters of the private use areas, which are removed from
every text that comes in. The whole paragraph is then cleaned, escaped once and only then given its real mark-up: an
escape cannot be wrong because a text was cut into pieces by elements.
"""

import re
import unicodedata

STRONG, STRONG_END, EM, EM_END = "\ue000", "\ue001", "\ue002", "\ue003"
STRUCK, STRUCK_END = "\ue006", "\ue007"
CODE = "\ue004"  # stands for the next of the code spans
BREAK = "\ue005"
LINK_END = "\ue008"
IMAGE = "\ue009"  # stands for the next of the pictures
_FIRST_LINK = 0xF0000  # the n-th link of a block opens with this code point plus n
_LAST_LINK = 0xFFFFD

_SPECIAL = re.compile("[\\\\`*_\\[\\]<&~\ue000-\ue00f\U000f0000-\U000ffffd]")
_MARKS = re.compile("[\ue000-\ue009\U000f0000-\U000ffffd]")
_OPEN = "\ue000\ue002\ue006\U000f0000-\U000ffffd"
_CLOSE = "\ue001\ue003\ue007\ue008"
_EMPTY = re.compile(f"[{_OPEN}][\\s\ue005]*[{_CLOSE}]")  # marks are nested: what closes is what was opened
_SPACE_IN_OPEN = re.compile(f"([{_OPEN}]+)([ \ue005]+)")
_SPACE_IN_CLOSE = re.compile(f"([ \ue005]+)([{_CLOSE}]+)")
_ADJACENT = re.compile("\ue001( ?)\ue000|\ue003( ?)\ue002|\ue007( ?)\ue006")
# A mark comes first, so that the engine leaps from mark to mark; alternatives would be tried at every letter.
_UNTIDY = re.compile(
    f"[{_OPEN}{_CLOSE}\ue005](?:(?<=[{_OPEN}])(?=[ \ue005{_CLOSE}])|(?<=[ \ue005][{_CLOSE}\ue005])|"
    f"(?<=[{_CLOSE}])(?= ?[{_OPEN}])|(?<=\ue005)(?=[ \ue005]))"
)
_SPACES = re.compile(" {2,}")
_BREAKS = re.compile(" *\ue005[ \ue005]*")

_UNDERSCORE = re.compile(r"_(?:(?<![^\W_]_)|(?![^\W_]))")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_ENTITY = re.compile(r"&(?=#[0-9]{1,7};|#[xX][0-9A-Fa-f]{1,6};|[A-Za-z][A-Za-z0-9]{1,31};)")
_BRACKET = re.compile(r"\](?=[(:\[])")
_IN_LINK = re.compile(r"(\\.)|([\[\]])")
_TILDES = re.compile(r"~{3,}")
_IMAGE = re.compile("!(?=[\U000f0000-\U000ffffd])")
_LINE_START = re.compile(r"#{1,6}(?=\s|$)|[-+](?=\s|$)|>|=+\s*$|[-:|][-:| ]*$|~~~|\d{1,9}(?=[.)](?:\s|$))")
_CLOSING_HASHES = re.compile(r"(^|\s)(#+)$")


class Inline:
    """The text of one block as it is gathered: `parts` takes cleaned text and marks."""

    __slots__ = ("codes", "images", "parts", "urls")

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.urls: list[str] | None = None
        self.codes: list[str] | None = None
        self.images: list[str] | None = None

    def link(self, url: str) -> str:
        """Return the mark that opens a link to `url`."""
        if self.urls is None:
            self.urls = []
        self.urls.append(url)
        return chr(min(_FIRST_LINK + len(self.urls) - 1, _LAST_LINK))

    def code(self, text: str) -> None:
        """Add a code span."""
        text = " ".join(text.split())
        if text:
            if self.codes is None:
                self.codes = []
            self.codes.append(text)
            self.parts.append(CODE)

    def image(self, alt: str) -> None:
        """Add a picture, of which only its alternative text is kept: `![text]()`."""
        alt = " ".join(alt.split())
        if alt:
            if self.images is None:
                self.images = []
            self.images.append(_IN_LINK.sub(_escape_bracket, _escape(alt)))
            self.parts.append(IMAGE)

    def broken(self) -> bool:
        """Say whether the last thing gathered is a line break, or nothing was gathered."""
        for part in reversed(self.parts):
            if part == BREAK:
                return True
            if not _MARKS.fullmatch(part) and part.strip():
                return False
            if part in (CODE, IMAGE):
                return False
        return False

    def paragraph(self) -> list[str]:
        """Return the lines of the paragraph, in Markdown; none if there is no text."""
        text = " ".join("".join(self.parts).split())
        if not text:
            return []
        text = self._finish(text)
        if BREAK not in text:
            return [_start(text)] if text else []
        lines = [_start(line) for line in (raw.strip() for raw in text.split(BREAK)) if line]
        return [line + "\\" for line in lines[:-1]] + lines[-1:]

    def line(self, *, heading: bool = False) -> str:
        """Return everything as one line, as headings and table cells need it."""
        text = " ".join("".join(self.parts).split())
        if BREAK in text:
            text = " ".join(text.replace(BREAK, " ").split())
        text = self._finish(text)
        if heading and text[-1:] == "#":
            text = _CLOSING_HASHES.sub(r"\1\\\2", text)
        return text

    def _finish(self, text: str) -> str:
        special = _SPECIAL.search(text)
        if special is None:
            return text
        if not _MARKS.search(text, special.start()):
            return _escape(text)
        text = _readable(_tidy(text))
        return self._mark(_escape(text)) if text else text

    def _mark(self, text: str) -> str:
        """Put Markdown in the place of the marks."""
        out: list[str] = []
        link: str | None = None
        code = ""
        start = 0
        codes, images, urls = iter(self.codes or ()), iter(self.images or ()), self.urls or []
        for match in _MARKS.finditer(text):
            at = match.start()
            if at > start:
                out.append(text[start:at] if link is None else _IN_LINK.sub(_escape_bracket, text[start:at]))
            start = at + 1
            mark = match[0]
            if mark in _EMPHASIS:
                out.append(_EMPHASIS[mark])
            elif mark == CODE:
                code += next(codes)
                if text[start : start + 1] != CODE:  # neighbours would be read back as one span
                    out.append(_span(code))
                    code = ""
            elif mark == IMAGE:
                out.append(f"![{next(images)}]()")
            elif mark == BREAK:
                out.append(BREAK)
            elif mark == LINK_END:
                out.append(f"]({link})")
                link = None
            else:
                link = urls[ord(mark) - _FIRST_LINK]
                out.append("[")
        out.append(text[start:])
        return "".join(out)


_EMPHASIS = {STRONG: "**", STRONG_END: "**", EM: "_", EM_END: "_", STRUCK: "~~", STRUCK_END: "~~"}
_OPENING = {STRONG, EM, STRUCK}


def _tidy(text: str) -> str:
    """Move white space out of marked stretches, drop empty ones, join neighbours of one kind."""
    edges = " " + BREAK
    while _UNTIDY.search(text) or "  " in text or (text and (text[0] in edges or text[-1] in edges)):
        before = text
        text = _SPACE_IN_OPEN.sub(r"\2\1", text)
        text = _SPACE_IN_CLOSE.sub(r"\2\1", text)
        text = _EMPTY.sub("", text)
        text = _ADJACENT.sub(lambda m: m[1] or m[2] or m[3] or "", text)
        text = _SPACES.sub(" ", text)
        if BREAK in text:
            text = _BREAKS.sub(BREAK, text)
        text = text.strip(edges)
        if text == before:
            break
    return text


def _readable(text: str) -> str:
    """Drop the marks that CommonMark would not read back: inner links, and emphasis without flanks (section 6.2)."""
    drop: set[int] = set()
    opened: list[int] = []
    link = -1  # where the link that is open began
    inner = 0  # links open inside it
    for match in _MARKS.finditer(text):
        at, mark = match.start(), match[0]
        if mark in _OPENING:
            opened.append(at)
        elif mark in _EMPHASIS:
            begun = opened.pop()
            if not (_flanks(text, begun, 1, text[begun]) and _flanks(text, at, -1, text[begun])):
                drop.update((begun, at))
        elif mark == LINK_END:
            if inner:
                inner -= 1
                drop.add(at)
            else:
                link = -1
        elif ord(mark) >= _FIRST_LINK:
            if link >= 0:
                inner += 1
                drop.add(at)
            else:
                link = at
    return "".join(c for i, c in enumerate(text) if i not in drop) if drop else text


def _flanks(text: str, at: int, inward: int, mark: str) -> bool:
    """Say whether the mark at `at` can stand there, also if any of its neighbours falls."""
    inside = text[at + inward]  # never white space: see _tidy
    i = at - inward
    while 0 <= i < len(text) and text[i] in _EMPHASIS:
        i -= inward
    outside = text[i] if 0 <= i < len(text) else " "
    if mark == STRUCK and "~" in (inside, outside):
        return False
    if outside in (" ", BREAK):
        return True
    loose = outside in (CODE, IMAGE, LINK_END) or ord(outside) >= _FIRST_LINK or _punctuation(outside) == 2
    return loose or (mark != EM and not _MARKS.match(inside) and _punctuation(inside) == 0)


def _punctuation(c: str) -> int:
    """Return 2 for punctuation, 1 for what parsers disagree on, 0 for the rest."""
    if c.isascii():
        return 0 if c.isalnum() or c == " " else 2
    category = unicodedata.category(c)[0]
    return 2 if category == "P" else 1 if category in "SMC" else 0


def _escape(text: str) -> str:
    """Escape what CommonMark would take for mark-up, and no more."""
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    if "`" in text:
        text = text.replace("`", "\\`")
    if "*" in text:
        text = text.replace("*", "\\*")
    if "~~~" in text:
        text = _TILDES.sub(lambda m: "\\~" * len(m[0]), text)
    if "_" in text:
        text = _UNDERSCORE.sub(r"\\_", text)
    if "]" in text:
        text = _BRACKET.sub(r"\\]", text)
    if "<" in text:
        text = _TAG.sub(r"\\<", text)
    if "&" in text:
        text = _ENTITY.sub(r"\\&", text)
    if "!" in text:
        text = _IMAGE.sub(r"\\!", text)
    return text


def _escape_bracket(match: re.Match[str]) -> str:
    return match[1] or "\\" + match[2]


def _start(line: str) -> str:
    """Escape what would make a line something else than a paragraph's."""
    match = _LINE_START.match(line)
    if match is None:
        return line
    at = match.end() if match[0].isdigit() else 0
    return line[:at] + "\\" + line[at:]


def _span(code: str) -> str:
    ticks = "`"
    while ticks in code:
        ticks += "`"
    pad = " " if code[0] == "`" or code[-1] == "`" else ""
    return f"{ticks}{pad}{code}{pad}{ticks}"
