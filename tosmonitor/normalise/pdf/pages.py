"""Owns what stands on a page: tokens as PDFium found them, put together to lines of text by where they stand.

All that is decided is decided by proportion to the size of the letters, so that the same text on other paper gives the
same lines.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from tosmonitor.normalise.characters import clean
from tosmonitor.normalise.pdf.layout import Line, Page, Token
from tosmonitor.normalise.pdf.markers import BULLETS, numbered

#: The bullet that stands for one that was drawn, not written.
DRAWN = "•"
_TOO_FAR = 1.0  # sizes of letters: a wider gap parts two lines that stand on one base line
#: Sizes of letters that are more than a space between words; points within which words begin at one place; rows that
#: make a column, and the letters before it; places on a page that are looked at.
_SPACE, _SAME, _MANY, _FEW, _PLACES = 0.5, 1.6, 6, 5, 40
_LEADER = re.compile(r"^[.․…_·]{4,}$")
#: The dots of a table of contents, and the number of the page.
LEADERS = re.compile(
    r"\s*(?:[.․·]\s?){4,}\s*(?:\d{1,4}|[ivxl]{1,6})?\s*$|\s*_{4,}\s*(?:\d{1,4}|[ivxl]{1,6})\s*$|\s*…{2,}\s*\d{0,4}\s*$"
)
_LIGATURES = re.compile("[\ufb00-\ufb06\ufb1d-\ufdff\ufe70-\ufefc]")


def read(answer: dict[str, Any]) -> list[Page]:
    """Return the pages that the reader's answer describes."""
    out = []
    letters = "".join(token[0] for told in answer["pages"] for token in told["tokens"])
    leftward = not letters.isascii() and sum(map(_leftward, letters)) > sum(c.isalpha() for c in letters) / 2
    for number, told in enumerate(answer["pages"]):
        if leftward:
            _mirror(told)
        page = Page(number, told["width"], told["height"], tags=told["tags"], picture=told["picture"])
        page.rules = [(a, b, c, d) for a, b, c, d in told["rules"]]
        tokens = list(_tokens(told))
        for token in tokens:
            token.mirrored = leftward
        page.lines = list(_lines(_upright(tokens), number))
        _add_bullets(page.lines, told["dots"])
        out.append(page)
    _plain_where_all_is_bold(out)
    return out


def unreadable(answer: dict[str, Any]) -> bool:
    """Say whether most letters have no meaning: their fonts name glyphs, not characters."""
    letters = "".join(token[0] for told in answer["pages"] for token in told["tokens"])
    return sum(c == "\ufffd" or "\ue000" <= c <= "\uf8ff" for c in letters) > max(0.4 * len(letters), 20)


def _plain_where_all_is_bold(found: list[Page]) -> None:
    """Take the weight away where most letters are said to be bold: such a document says nothing by it."""
    tokens = [token for page in found for one in page.lines for token in one.tokens]
    letters = sum(len(token.text) for token in tokens)
    if sum(len(token.text) for token in tokens if token.bold) > 0.7 * letters:
        for page in found:
            for one in page.lines:
                one.bold = False
                for token in one.tokens:
                    token.bold = False


def _mirror(told: dict[str, Any]) -> None:
    """Turn a page that is read from right to left about, so that all rules of the layout hold for it."""
    width = told["width"]
    for token in told["tokens"]:
        token[1], token[2] = width - token[2], width - token[1]
    for name in ("rules", "dots"):
        told[name] = [[width - right, top, width - left, bottom] for left, top, right, bottom in told[name]]


def _tokens(told: dict[str, Any]) -> Iterator[Token]:
    """Give the tokens of a page that are on it."""
    styles, links = told["styles"], told["links"]
    for order, (text, left, right, base, style, link, mark, glued, angle) in enumerate(told["tokens"]):
        size, bold, italic, artifact = styles[style]
        address = links[link] if link >= 0 else ""
        words = _letters(text)
        if words and -5 < base < told["height"] + 5 and right > 0 and left < told["width"]:
            yield Token(words, left, right, base, size, bold, italic, address, mark, glued, order, artifact, angle)


def _letters(text: str) -> str:
    """Return text with ligatures and forms of position spelled as letters; a hyphen at a line's end stays marked."""
    if text.isascii():
        return text.translate(_CONTROLS)
    if _LIGATURES.search(text):
        text = _LIGATURES.sub(lambda m: unicodedata.normalize("NFKC", m[0]), text)
    end = "\xad" if text.endswith("\xad") else ""
    bullet = text[0] if text[0] in BULLETS else ""  # symbols of bullets have private codes
    return bullet + clean(text[len(bullet) :]) + end


_CONTROLS = dict.fromkeys([*range(32), 127])


def _upright(tokens: list[Token]) -> list[Token]:
    """Drop what is written across: watermarks and notes in the margin; a page that is all turned stays as it is."""
    letters = Counter[float]()
    for token in tokens:
        letters[token.angle] += len(token.text)
    if not letters:
        return tokens
    main = letters.most_common(1)[0][0]
    if main:  # turned as a whole: the order of the file is all there is to go by
        kept = [token for token in tokens if token.angle == main]
        for i, token in enumerate(kept):
            token.base, token.left, token.right = float(i), 0.0, token.size * 0.5 * len(token.text)
        return kept
    return [token for token in tokens if token.angle in (0.0, 180.0) or min(token.angle, 360 - token.angle) < 3]


def _lines(tokens: list[Token], page: int) -> Iterator[Line]:
    rows: list[list[Token]] = []
    for token in sorted(tokens, key=lambda token: (token.base, token.left)):
        if rows and token.base - rows[-1][0].base <= 0.3 * min(token.size, rows[-1][0].size):
            rows[-1].append(token)
        else:
            rows.append([token])
    _lower_raised(rows)
    for row in rows:
        row.sort(key=lambda token: (token.left, token.order))
    for row, starts in zip(rows, _starts(rows), strict=True):
        part: list[Token] = []
        edge = 0.0
        for token in row:
            if part and any(
                token.text == other.text and abs(token.left - other.left) < 0.15 * token.size for other in part[-3:]
            ):
                continue  # drawn twice to look bold
            if part and (token.left - edge > _reach(part, token) or _begins(token, part, edge, starts)):
                yield line(part, page)
                part = []
            part.append(token)
            edge = token.right if len(part) == 1 else max(edge, token.right)
        if part:
            yield line(part, page)


def _starts(rows: list[list[Token]]) -> list[list[float]]:
    """Return for each row where columns begin that stand closer to the one before than lines do elsewhere.

    Words of many rows begin there after more than a space, and none reaches over it.
    """
    hits: dict[int, list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        edge, letters = row[0].right, 0
        for one, two in pairwise(row):
            edge, letters = max(edge, one.right), letters + len(one.text)
            if two.left - edge > _SPACE * two.size and letters > _FEW:
                hits[round(two.left)].append(number)
    out: list[list[float]] = [[] for _ in rows]
    for place, numbers in sorted(hits.items(), key=lambda hit: -len(hit[1]))[:_PLACES]:
        found = {*numbers, *hits.get(place + 1, ())}
        if len(found) < _MANY:
            continue
        run: list[int] = []
        for number, row in enumerate([*rows, []]):
            if row and not any(token.left < place - _SAME < token.right for token in row):
                run.append(number)
                continue
            if len(found.intersection(run)) >= _MANY:
                for member in run:
                    out[member].append(place)
            run = []
    return out


def _begins(token: Token, part: list[Token], edge: float, starts: list[float]) -> bool:
    """Say whether a column begins with a token; the text behind the marker of an item is none."""
    return token.left > edge and any(abs(token.left - x) < _SAME for x in starts) and not numbered(part[:3])


def _reach(part: list[Token], token: Token) -> float:
    """Return how far the next token may stand away: far from the marker of an item."""
    size = max(part[-1].size, token.size)
    if len(part) <= 2 and numbered(part):
        return 5 * size
    if _LEADER.match(token.text) or _LEADER.match(part[-1].text):
        return 40 * size
    return _TOO_FAR * size


def _lower_raised(rows: list[list[Token]]) -> None:
    """Put the small raised or lowered figures of notes and footnotes into the row of the word that they follow."""
    for at, row in enumerate(rows):
        for token in list(row):
            if len(token.text) > 5:
                continue
            for near in (at + 1, at - 1, at + 2, at - 2):
                if not 0 <= near < len(rows):
                    continue
                host = next(
                    (
                        other
                        for other in rows[near]
                        if token.size <= 0.8 * other.size
                        and abs(token.base - other.base) < 0.6 * other.size
                        and -0.15 * other.size < token.left - other.right < 0.4 * other.size
                    ),
                    None,
                )
                if host is not None:
                    row.remove(token)
                    token.base = host.base
                    rows[near].append(token)
                    break
    rows[:] = [row for row in rows if row]


def line(tokens: list[Token], page: int) -> Line:
    """Return the line that tokens in order of place make."""
    if tokens[0].mirrored:
        tokens = _read_leftward(tokens)
    sizes, strong, letters = Counter[float](), 0, 0
    for token in tokens:
        count = sum(c.isalnum() for c in token.text)
        sizes[token.size] += count
        letters += count
        strong += count if token.bold else 0
    size = max(sizes, key=lambda size: (sizes[size], size))
    return Line(
        tokens, page, min(token.left for token in tokens), max(token.right for token in tokens),
        tokens[0].base if tokens[0].size == size else max(token.base for token in tokens if token.size == size),
        size, letters > 0 and strong >= letters,
    )  # fmt: skip


def _leftward(c: str) -> bool:
    return unicodedata.bidirectional(c) in ("R", "AL")


def _read_leftward(tokens: list[Token]) -> list[Token]:
    """Return tokens of a mirrored page in the order of reading: foreign words and numbers the other way round."""
    out: list[Token] = []
    foreign: list[Token] = []
    for token in tokens:
        if not any(map(_leftward, token.text)) and any(map(str.isalnum, token.text)):
            foreign.insert(0, token)
            continue
        out.extend(foreign)
        foreign = []
        out.append(token)
    return out + foreign


def joined(lines: Iterable[Line]) -> Line:
    """Return one line of several that stand beside each other."""
    parts = sorted(lines, key=lambda part: part.left)
    tokens = [token for part in parts for token in part.tokens]
    if tokens[0].mirrored:
        tokens.sort(key=lambda token: token.left)
    whole = line(tokens, parts[0].page)
    whole.low, whole.high, whole.column = parts[0].low, parts[0].high, parts[0].column
    return whole


def _add_bullets(lines: list[Line], dots: list[list[float]]) -> None:
    """Give the lines beside a small drawn dot a bullet."""
    for left, top, right, bottom in dots[:2000]:
        middle = (top + bottom) / 2
        found: list[tuple[bool, float, Line]] = []
        for near in lines:
            away = max(near.left - right, left - near.right) / near.size
            if -0.95 * near.size < middle - near.base < 0.2 * near.size and -0.1 < away < 3.5:
                found.append((near.left < left, away, near))  # behind the dot rather than in the column before it
        best = min(found, key=lambda one: one[:2])[2] if found else None
        if best is not None and best.tokens[0].text != DRAWN and bottom - top < 0.75 * best.size:
            first = best.tokens[0]
            best.tokens.insert(
                0, Token(DRAWN, left, right, best.base, best.size, False, False, "", first.mark, False, first.order,
                         first.artifact, 0.0),
            )  # fmt: skip
            best.left = min(best.left, left)
