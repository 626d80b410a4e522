"""Owns how pairs of blocks become edits, in the reading order of the new text; a deletion stands where it stood."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tosmonitor.diff import tokens
from tosmonitor.diff.align import Frame
from tosmonitor.diff.blocks import Headings
from tosmonitor.diff.pieces import Piece, Tag
from tosmonitor.model import Edit, Kind, Segment

#: Below this share of kept words, and from this many words on, two clean blocks read better than marks.
REWRITTEN = 0.35
REWRITTEN_WORDS = 12


@dataclass(slots=True)
class Strip:
    """old[a:b] became new[c:d]; one side may be empty. `source` is set on a sentence that came from elsewhere."""

    a: int
    b: int
    c: int
    d: int
    pieces: list[Piece]
    moved: bool = False


def loose(frame: Frame, gone: Iterable[int], come: Iterable[int]) -> list[Strip]:
    """Return a strip for every unit that has no counterpart."""
    out = []
    for i in gone:
        u = frame.old.units[i]
        out.append(Strip(u.start, u.end, -1, -1, [Piece(Tag.WORDS, u.start, u.end, -1, -1)]))
    for j in come:
        u = frame.new.units[j]
        out.append(Strip(-1, -1, u.start, u.end, [Piece(Tag.WORDS, -1, -1, u.start, u.end)]))
    return out


def turned(strips: Iterable[Strip]) -> list[Strip]:
    """Return the same strips with the sides swapped."""
    return [Strip(s.c, s.d, s.a, s.b, [Piece(p.tag, p.c, p.d, p.a, p.b) for p in s.pieces], s.moved) for s in strips]


def ordered(strips: Sequence[Strip]) -> list[Strip]:
    """Return strips in reading order: what stays rules, then what went, then what came or moved in."""
    stay = sorted((s for s in strips if s.a >= 0 <= s.c and not s.moved), key=lambda s: (s.a, s.c))
    went = sorted((s for s in strips if s.c < 0), key=lambda s: s.a)
    came = sorted((s for s in strips if s.a < 0 or s.moved), key=lambda s: s.c)
    out: list[Strip] = []
    g = c = 0
    for anchor in stay:
        while g < len(went) and went[g].a < anchor.a:
            out.append(went[g])
            g += 1
        while c < len(came) and came[c].c < anchor.c:
            out.append(came[c])
            c += 1
        out.append(anchor)
    return out + went[g:] + came[c:]


class Writer:
    """Turns strips into edits."""

    def __init__(self, before: str, after: str) -> None:
        self.before, self.after = before, after
        self.old_headings, self.new_headings = Headings(before), Headings(after)
        self.out: list[Edit] = []

    def write(self, strips: Sequence[Strip]) -> tuple[Edit, ...]:
        """Return the edits of `strips`, which are in reading order."""
        for strip in self._joined(strips):
            run: list[Piece] = []
            for piece in strip.pieces:
                if piece.tag in (Tag.GONE, Tag.CAME):
                    self._edit(run, moved=strip.moved)
                    run = []
                    if piece.tag == Tag.CAME:
                        self._edit([Piece(Tag.EQUAL, piece.a, piece.b, piece.c, piece.d)], moved=True)
                else:
                    run.append(piece)
            self._edit(run, moved=strip.moved)
        return tuple(self.out)

    def _joined(self, strips: Sequence[Strip]) -> list[Strip]:
        """Join neighbouring strips that moved together, or came or went under one heading."""
        out: list[Strip] = []
        for strip in strips:
            last = out[-1] if out else None
            if last and self._belongs(last, strip):
                last.pieces += strip.pieces
                last.b, last.d = strip.b, strip.d
            else:
                out.append(Strip(strip.a, strip.b, strip.c, strip.d, list(strip.pieces), strip.moved))
        return out

    def _belongs(self, last: Strip, strip: Strip) -> bool:
        if last.moved and strip.moved:
            return last.b == strip.a and last.d == strip.c
        if last.moved or strip.moved:
            return False
        if last.c < 0 and strip.c < 0:
            return last.b == strip.a and self.old_headings.path(last.a) == self.old_headings.path(strip.a)
        if last.a < 0 and strip.a < 0:
            return last.d == strip.c and self.new_headings.path(last.c) == self.new_headings.path(strip.c)
        return False

    def _edit(self, pieces: list[Piece], *, moved: bool) -> None:
        if not pieces or (not moved and all(p.tag == Tag.EQUAL for p in pieces)):
            return
        a, b, c, d = pieces[0].a, pieces[-1].b, pieces[0].c, pieces[-1].d
        old, new = (self.before[a:b] if a >= 0 else ""), (self.after[c:d] if c >= 0 else "")
        if not old and not new:
            return
        op = "move" if moved else "replace" if old and new else "insert" if new else "delete"
        old_path = self.old_headings.path(a) if old else ()
        path = self.new_headings.path(c) if new else old_path
        self.out.append(
            Edit(
                op,
                old or None,
                new or None,
                (a, b) if old else None,
                (c, d) if new else None,
                path,
                old_path,
                self._track(pieces, old, new),
                op == "replace" and self._rewritten(pieces),
                self._segments(pieces) if op in ("replace", "move") else (),
            )
        )

    def _segments(self, pieces: list[Piece]) -> tuple[Segment, ...]:
        out: list[Segment] = []
        for p in pieces:
            old = self.before[p.a : p.b] if p.a >= 0 else ""
            new = self.after[p.c : p.d] if p.c >= 0 else ""
            if p.tag == Tag.EQUAL:
                op = "equal"
            elif p.tag in (Tag.DRESS, Tag.NUMBER, Tag.LINK):
                op = "cosmetic"
            else:
                op = "replace" if old and new else "insert" if new else "delete"
            if out and out[-1].op == op:
                out[-1] = Segment(op, out[-1].old + old, out[-1].new + new)
            else:
                out.append(Segment(op, old, new))
        return tuple(out)

    def _track(self, pieces: list[Piece], old: str, new: str) -> Kind:
        links = False
        for p in pieces:
            if p.tag == Tag.WORDS:
                gone, come = self.before[max(p.a, 0) : max(p.b, 0)], self.after[max(p.c, 0) : max(p.d, 0)]
                if tokens.says(gone) or tokens.says(come):
                    return Kind.WORDING
                links |= tokens.targets(gone) != tokens.targets(come)
            elif p.tag == Tag.SIGNS and not _ends_block(self.after, p.d):
                return Kind.WORDING
            links |= p.tag == Tag.LINK
        return Kind.LINKS if links else Kind.LAYOUT

    def _rewritten(self, pieces: list[Piece]) -> bool:
        kept = changed = 0
        for p in pieces:
            size = max(p.b - p.a, p.d - p.c)
            if p.tag in (Tag.WORDS, Tag.CASE):
                changed += size
            else:
                kept += size
        return changed >= 6 * REWRITTEN_WORDS and kept < REWRITTEN * (kept + changed)


def _ends_block(text: str, at: int) -> bool:
    """Say whether nothing but marks follows in the line."""
    line = text[at : at + 40].partition("\n")[0]
    return len(line) < 40 and not line.strip("*_`|)]} \t\r")


def cut(
    strip: Strip, at: int, old: tuple[int, int] | None, new: tuple[int, int] | None, source: tuple[int, int]
) -> None:
    """Take a sentence out of piece number `at` of a strip: `old` went elsewhere, or `new` came from `source`."""
    p = strip.pieces[at]
    if old:
        x, y = old
        parts = [Piece(p.tag, p.a, x, p.c, p.d), Piece(Tag.GONE, x, y, p.d, p.d), Piece(p.tag, y, p.b, p.d, p.d)]
    elif new:
        x, y = new
        parts = [Piece(p.tag, p.a, p.b, p.c, x), Piece(Tag.CAME, *source, x, y), Piece(p.tag, p.b, p.b, y, p.d)]
    strip.pieces[at : at + 1] = [q for q in parts if q.tag == Tag.GONE or q.b > q.a or q.d > q.c]
