"""Owns the text inside one block: white space, debris, emphasis, links and the escapes of CommonMark.

While a paragraph is gathered its mark-up stands as single characters of the private use areas, which are removed from
every text that comes in. The whole paragraph is then escaped once and only then given its real mark-up: an escape
cannot be wrong because a text was cut into pieces by elements.
"""

import re
import unicodedata
from itertools import pairwise

from tosmonitor.normalise.characters import clean

STRONG, STRONG_END, EM, EM_END = "\ue000", "\ue001", "\ue002", "\ue003"
STRUCK, STRUCK_END = "\ue006", "\ue007"
CODE = "\ue004"  # stands for the next of the code spans
BREAK = "\ue005"
LINK_END = "\ue008"
IMAGE = "\ue009"  # stands for the next of the pictures
#: The n-th link of a block opens with the n-th of these: Python holds a text of the first stretch in half the memory.
_LINKS = (range(0xE010, 0xF900), range(0xF0000, 0xFFFFE), range(0x100000, 0x10FFFE))
_NO_LINK = "\ue00a"  # opens a link beyond the last of them: its text stays

_MARK = "\ue000-\uf8ff\U000f0000-\U0010fffd"
_LINK = "\ue00a-\uf8ff\U000f0000-\U0010fffd"
_MARKS = re.compile(f"[{_MARK}]")
_OPENS_LINK = re.compile(f"[{_LINK}]")
_PIECES = re.compile(f"([{_MARK}])")
_EMPHASES = re.compile("[\ue000-\ue003\ue006\ue007]")
_OPEN = f"\ue000\ue002\ue006{_LINK}"
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
_TICKS = re.compile("`+")
_TILDES = re.compile(r"~{3,}")
_IMAGE = re.compile(f"!(?=[{_LINK}])")
_LINE_START = re.compile(r"#{1,6}(?=\s|$)|[-+](?=\s|$)|>|=+\s*$|[-:|][-:| ]*$|~~~|\d{1,9}(?=[.)](?:\s|$))")
_STARTING = frozenset("#-+>=:|~0123456789")
_CLOSING_HASHES = re.compile(r"(^|\s)(#+)$")


class Inline:
    """The text of one block as it is gathered: `parts` takes settled text and marks."""

    __slots__ = ("codes", "images", "parts", "urls")

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.urls: dict[str, str] = {}  # mark -> address
        self.codes: list[str] = []
        self.images: list[str] = []

    def link(self, url: str) -> str:
        """Return the mark that opens a link to `url`."""
        at = len(self.urls)
        for marks in _LINKS:
            if at < len(marks):
                mark = chr(marks[at])
                self.urls[mark] = url
                return mark
            at -= len(marks)
        return _NO_LINK

    def code(self, text: str) -> None:
        """Add a code span."""
        text = " ".join(text.split())
        if text:
            self.codes.append(text)
            self.parts.append(CODE)

    def image(self, alt: str) -> None:
        """Add a picture, of which only its alternative text is kept: `![text]()`."""
        alt = " ".join(clean(alt).split())
        if alt:
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

    def paragraph(self) -> str:
        """Return the paragraph in Markdown, "" if there is no text, and begin anew."""
        text = self._clean()
        if text is None:
            text = self._finish("".join(self.parts).strip())
        self._clear()
        if BREAK not in text:
            return _start(text)
        return "\\\n".join(_start(line) for line in (raw.strip() for raw in text.split(BREAK)) if line)

    def line(self, *, heading: bool = False) -> str:
        """Return everything as one line, as headings and table cells need it, and begin anew."""
        text = self._clean()
        if text is None:
            text = "".join(self.parts)
            if BREAK in text:
                text = text.replace(BREAK, " ")
            text = self._finish(text.strip())
        self._clear()
        return _hashes(text) if heading else text

    def _clear(self) -> None:
        self.parts.clear()
        if self.urls:
            self.urls = {}
        if self.codes:
            self.codes = []
        if self.images:
            self.images = []

    def _clean(self) -> str | None:
        """Return what `_finish` makes of the parts where nothing is to be escaped or dropped; None where something is.

        So it is with most blocks of most pages. It takes a third of the time: between marks no letter is looked at.
        """
        if _special("".join(self.parts)):
            return None
        out: list[str] = []
        link = ""
        edge = before = (
            " "  # the last character, brackets of links included; that before the marks that have just begun
        )
        opened = -1  # where in `out` these marks begin
        ended = False  # an emphasis has just ended: no letter may follow
        beside = ""  # what would begin that emphasis anew, with no more than a blank between
        for part in self.parts:
            if len(part) != 1 or part.isprintable():
                if part[:1] == " ":
                    if opened >= 0 and before != " ":
                        out.insert(opened, " ")
                        before = " "
                    if opened >= 0 or edge == " ":
                        part = part[1:]
                if not part:
                    continue
                if ended and part[0] not in _LOOSE:
                    return None
                if part != " ":
                    beside = ""
                edge, opened, ended = part[-1], -1, False
                out.append(part)
            elif part in _OPENING:
                if edge not in _LOOSE or part == beside:
                    return None
                if opened < 0:
                    opened, before = len(out), edge
                beside = ""
                out.append(_EMPHASIS[part])
            elif part in self.urls:
                if edge == "!" or link:
                    return None
                if opened < 0:
                    opened, before = len(out), edge
                link, edge, ended, beside = self.urls[part], "[", False, ""
                out.append("[")
            elif opened < 0 and out and (part in _BEGINNING or (part == LINK_END and link)):
                if edge == " ":
                    out[-1] = out[-1][:-1]
                if part == LINK_END:
                    out.append(f"]({link})")
                    link, ended, beside = "", False, ""
                else:
                    out.append(_EMPHASIS[part])
                    ended, beside = True, _BEGINNING[part]
                if edge == " ":
                    out.append(" ")
                    ended = False
                elif part == LINK_END:
                    edge = ")"
            else:
                return None
        if opened >= 0 or link:
            return None
        text = "".join(out)
        return text[:-1] if edge == " " else text

    def _finish(self, text: str) -> str:
        if "  " in text:
            text = _SPACES.sub(" ", text)
        if text.isprintable() or not _MARKS.search(text):  # no mark of ours can be printed
            return _escape(text) if _special(text) else text
        text = _tidy(text)
        while STRONG in text or EM in text or STRUCK in text:
            before, text = text, _readable(text)
            if text == before:
                break
            text = _tidy(text)  # what was dropped may have stood between neighbours of one kind
        return self._mark(_escape(text)) if text else text

    def _mark(self, text: str) -> str:
        """Put Markdown in the place of the marks."""
        pieces = _PIECES.split(text)
        out = [pieces[0]]
        link = ""
        code = ""
        codes, images = iter(self.codes), iter(self.images)
        for at in range(1, len(pieces), 2):
            mark, piece = pieces[at], pieces[at + 1]
            if mark in _EMPHASIS:
                out.append(_EMPHASIS[mark])
            elif mark == LINK_END:
                if link:
                    out.append(f"]({link})")
                    link = ""
            elif mark == BREAK:
                out.append(BREAK)
            elif mark == CODE:
                code += next(codes)
                if piece or pieces[at + 2 : at + 3] != [CODE]:  # neighbours would be read back as one span
                    out.append(_span(code))
                    code = ""
            elif mark == IMAGE:
                out.append(f"![{next(images)}]()")
            elif mark in self.urls:
                link = self.urls[mark]
                out.append("[")
            if piece:
                out.append(_IN_LINK.sub(_escape_bracket, piece) if link and ("[" in piece or "]" in piece) else piece)
        return "".join(out)


_EMPHASIS = {STRONG: "**", STRONG_END: "**", EM: "_", EM_END: "_", STRUCK: "~~", STRUCK_END: "~~"}
_OPENING = {STRONG, EM, STRUCK}
_BEGINNING = {STRONG_END: STRONG, EM_END: EM, STRUCK_END: STRUCK}
#: What may stand outside of any emphasis, whatever stands inside: a blank and the usual punctuation.
_LOOSE = frozenset(" !\"#$%'()+,-./:;=>?@[^{|}“”„‘’«»‹›–—…¿¡·、。，：；！？（）「」")


def settled(text: str) -> str:
    """Return text from a page as `Inline.parts` takes it: white space is single blanks, and no debris is in it."""
    if text.isprintable() and "  " not in text:  # what can be printed holds no other white space and no mark of ours
        return text
    words = " ".join(clean(text).split())
    if not words:
        return " " if text else ""
    return f"{' ' if text[0].isspace() else ''}{words}{' ' if text[-1].isspace() else ''}"


def plain(text: str) -> str:
    """Return the paragraph of a text without mark-up, in Markdown, "" if it holds none."""
    return _start(plain_line(text))


def plain_line(text: str, *, heading: bool = False) -> str:
    """Return a text without mark-up as one line of Markdown."""
    text = settled(text).strip()
    if _special(text):
        text = _escape(text)
    return _hashes(text) if heading else text


def _hashes(text: str) -> str:
    """Escape what would close a heading."""
    return _CLOSING_HASHES.sub(r"\1\\\2", text) if text[-1:] == "#" else text


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
    """Drop the emphasis without flanks, which CommonMark would not read back (section 6.2)."""
    drop: list[int] = []
    opened: list[int] = []
    for match in _EMPHASES.finditer(text):
        at, mark = match.start(), match[0]
        if mark in _OPENING:
            opened.append(at)
        else:
            begun = opened.pop()
            if not (_flanks(text, begun, 1, text[begun]) and _flanks(text, at, -1, text[begun])):
                drop += (begun, at)
    if not drop:
        return text
    drop.sort()
    return "".join(text[start + 1 : end] for start, end in pairwise([-1, *drop, len(text)]))


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
    loose = outside in (CODE, IMAGE, LINK_END) or _OPENS_LINK.match(outside) or _punctuation(outside) == 2
    return bool(loose) or (mark != EM and not _MARKS.match(inside) and _punctuation(inside) == 0)


def _punctuation(c: str) -> int:
    """Return 2 for punctuation, 1 for what parsers disagree on, 0 for the rest."""
    if c.isascii():
        return 0 if c.isalnum() or c == " " else 2
    category = unicodedata.category(c)[0]
    return 2 if category == "P" else 1 if category in "SMC" else 0


def _special(text: str) -> bool:
    """Say whether a text holds a character that may have to be escaped; a third of a regular expression's time."""
    return (
        "*" in text
        or "_" in text
        or "[" in text
        or "]" in text
        or "&" in text
        or "<" in text
        or "`" in text
        or "\\" in text
        or "~" in text
    )


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
    if line[:1] not in _STARTING:
        return line
    match = _LINE_START.match(line)
    if match is None:
        return line
    at = match.end() if match[0].isdigit() else 0
    return line[:at] + "\\" + line[at:]


def _span(code: str) -> str:
    ticks = "`" * (1 + max(map(len, _TICKS.findall(code)), default=0))
    pad = " " if code[0] == "`" or code[-1] == "`" else ""
    return f"{ticks}{pad}{code}{pad}{ticks}"
