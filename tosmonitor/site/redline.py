"""A Difference as a reader sees it: hunks under the headings where they stand, ready for a page.

A hunk is one edit, or several neighbouring insertions or deletions. Its `id` is made from its words, so that its
address outlives everything but a change of the difference itself. Nothing here decides what changed: `diff` did.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape

from markupsafe import Markup

from tosmonitor.model import Difference, Edit, Kind, Segment, Sentence
from tosmonitor.site import markdown
from tosmonitor.site.markdown import Outline
from tosmonitor.site.visible import Marks, marks, shape, weighed, weighty, words

#: Hunks and characters that one page shows; beyond them, the downloads have it all.
MOST_HUNKS = 300
MOST_CHARACTERS = 250_000
_LONG_SAME = 420  # characters of unchanged text inside a hunk before its middle is left out
_KEEP_SAME = 170

_EXCERPT = 220  # characters of the line that a list shows of a change
_BESIDE = 90
#: A line that says when the text was changed tells nothing about how; lists show another edit if there is one.
_DATED = re.compile(r"updated|effective|revised|mise? à jour|en vigueur|Stand:", re.IGNORECASE)

_ADDED = Sentence("added", "ajouté")
_REMOVED = Sentence("removed", "supprimé")


@dataclass(frozen=True, slots=True)
class Hunk:
    """One thing that changed, as HTML; `number` counts from 1 over the page."""

    id: str
    number: int
    op: str  # insert, delete, replace or move
    path: tuple[str, ...]
    old_path: tuple[str, ...]
    context: str
    body: Markup
    rewritten: bool
    edited: bool  # a move whose words changed too


@dataclass(frozen=True, slots=True)
class Group:
    """The hunks under one heading."""

    path: tuple[str, ...]
    hunks: tuple[Hunk, ...]


@dataclass(frozen=True, slots=True)
class Cosmetic:
    """An edit that changes no word, in one line."""

    path: tuple[str, ...]
    links: bool
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Redline:
    """All that a change page shows of the edits."""

    groups: tuple[Group, ...]
    cosmetic: tuple[Cosmetic, ...]
    count: int  # hunks there are
    shown: int  # hunks on the page
    cosmetic_count: int

    @property
    def hunks(self) -> tuple[Hunk, ...]:
        """Return the hunks of all groups, in order."""
        return tuple(hunk for group in self.groups for hunk in group.hunks)


def redline(difference: Difference, after: str, language: str) -> Redline:
    """Return what a page shows of `difference`; `after` is the newer text, for the sentence before each hunk."""
    worded = list(_gathered([edit for edit in difference.edits if shown(edit)], after))
    groups: list[Group] = []
    size = number = 0
    taken: set[str] = set()
    for run in worded:
        size += sum(len(edit.old or "") + len(edit.new or "") for edit in run)
        if number and (number >= MOST_HUNKS or size > MOST_CHARACTERS):
            break
        number += 1
        hunk = _hunk(run, number, after, language, taken)
        if groups and groups[-1].path == hunk.path:
            groups[-1] = Group(hunk.path, (*groups[-1].hunks, hunk))
        else:
            groups.append(Group(hunk.path, (hunk,)))
    cosmetic = [edit for edit in difference.edits if not shown(edit)]
    return Redline(tuple(groups), tuple(_cosmetic(edit) for edit in cosmetic[:100]), len(worded), number, len(cosmetic))


def shown(edit: Edit) -> bool:
    """Say whether an edit stands as a hunk of its own: it changes words, or moves them."""
    return edit.op == "move" or not edit.cosmetic


def body(edits: Sequence[Edit], language: str, outline: Outline | None = None) -> Markup:
    """Return neighbouring edits as HTML: words marked inside a block, or clean blocks.

    `outline` is that of the page's text; without one, headings stand below a hunk's.
    """
    first = edits[0]
    outline = outline or Outline(top=3, addressed=False)
    if len(edits) > 1 or first.op in ("insert", "delete"):
        text = "\n\n".join(((edit.old if first.op == "delete" else edit.new) or "").strip("\n") for edit in edits)
        return block("del" if first.op == "delete" else "ins", text, language, outline)
    if first.op == "move" and not _edited(first):
        return markdown.render(first.new or "", outline)
    if first.rewritten or not first.segments:
        return block("del", first.old or "", language, outline) + block("ins", first.new or "", language, outline)
    return _inline(first, language)


def hunk_id(edits: Iterable[Edit]) -> str:
    """Return the address of a hunk within its page, made from its words."""
    digest = sha256()
    for edit in edits:
        digest.update(f"{edit.op}\0{edit.old}\0{edit.new}\0".encode("utf-8", "replace"))
    return f"c-{digest.hexdigest()[:10]}"


def excerpt(difference: Difference, language: str) -> Markup:
    """Return the most telling edit in one line, with a few words around it; nothing when no word changed.

    Telling is an edit inside a sentence that touches a number, a period, a negation or a modal verb; else the first.
    """
    worded = [edit for edit in difference.edits if not edit.cosmetic and edit.op in ("replace", "insert", "delete")]
    if not worded:
        return Markup("")
    chosen = max(worded[:200], key=lambda edit: (_telling(edit), -worded.index(edit)))
    if chosen.op == "replace" and chosen.segments and not chosen.rewritten:
        parts = list(pieces(chosen.segments))
    else:
        parts = [("del", words(chosen.old) if chosen.old else ""), ("ins", words(chosen.new) if chosen.new else "")]
    first = next((at for at, (op, text) in enumerate(parts) if op != "same" and text.strip()), 0)
    heavy = next((at for at, (op, text) in enumerate(parts) if op != "same" and weighty(text)), first)
    begin = max(0, heavy - 1) if parts[max(0, heavy - 1)][0] == "same" else max(0, heavy - 2)
    out, room = [], _EXCERPT
    for at, (op, text) in enumerate(parts[begin : begin + 6]):
        shown = " ".join(f"|{text}|".split())[1:-1]
        if op == "same":
            shown = "… " + shown[-_BESIDE:].partition(" ")[2] if at == 0 and len(shown) > _BESIDE else shown
            if len(shown) > _BESIDE:
                shown = shown[:_BESIDE].rpartition(" ")[0] + " …"
        elif len(shown) > room:
            shown = shown[:room].rpartition(" ")[0] + " …"
        room -= len(shown)
        out.append(marked(op, shown, language))
        if room < 20:
            break
    return Markup("".join(out))


def _telling(edit: Edit) -> int:
    if _DATED.search((edit.new or edit.old or "")[:60]):
        return 0
    if edit.op != "replace" or edit.rewritten:
        return 1
    changed = [part for s in edit.segments if s.op not in ("equal", "cosmetic") for part in (s.old, s.new)]
    return 3 if any(weighty(part) for part in changed) else 2


def heading_path(path: Iterable[str]) -> tuple[str, ...]:
    """Return headings as words."""
    return tuple(said for said in (words(heading) for heading in path) if said)


def _gathered(edits: Sequence[Edit], after: str) -> Iterator[tuple[Edit, ...]]:
    run: list[Edit] = []
    for edit in edits:
        if run and not _follows(run[-1], edit, after):
            yield tuple(run)
            run = []
        run.append(edit)
    if run:
        yield tuple(run)


def _follows(last: Edit, edit: Edit, after: str) -> bool:
    """Say whether two edits are one to a reader: both insertions, or both deletions, with nothing between them."""
    if last.op != edit.op or edit.op not in ("insert", "delete") or last.path != edit.path:
        return False
    if edit.op == "delete":
        return bool(last.old_span and edit.old_span and 0 <= edit.old_span[0] - last.old_span[1] <= 2)
    if not (last.new_span and edit.new_span):
        return False
    return not after[last.new_span[1] : edit.new_span[0]].strip()


def _hunk(edits: tuple[Edit, ...], number: int, after: str, language: str, taken: set[str]) -> Hunk:
    first = edits[0]
    name = base = hunk_id(edits)
    again = 1
    while name in taken:
        again += 1
        name = f"{base}-{again}"
    taken.add(name)
    return Hunk(
        id=name,
        number=number,
        op=first.op,
        path=heading_path(first.path),
        old_path=heading_path(first.old_path),
        context="" if first.op == "replace" or not first.new_span else _before(after, first.new_span[0]),
        body=body(edits, language),
        rewritten=first.rewritten,
        edited=first.op == "move" and _edited(first),
    )


def _before(after: str, at: int) -> str:
    """Return the sentence that stands before a place in the text, so that an insertion reads in its context."""
    block = after[max(0, at - 1200) : at].rstrip().rpartition("\n")[2]
    if shape(block) == "heading":
        return ""
    said = words(block)
    for stop in (". ", "; ", "? ", "! "):
        cut = said[:-1].rfind(stop)
        if cut >= 0 and len(said) - cut < 240:
            said = said[cut + 2 :]
            break
    return said if len(said) <= 240 else "… " + said[-200:].partition(" ")[2]


def _edited(edit: Edit) -> bool:
    return any(segment.op not in ("equal", "cosmetic") for segment in edit.segments)


def block(element: str, text: str, language: str, outline: Outline) -> Markup:
    """Return text that was added or removed as a whole; `element` is ins or del."""
    label = (_ADDED if element == "ins" else _REMOVED).said(language)
    inner = markdown.render(text, outline)
    return Markup('<{0} class="block"><span class="unseen">[{1}: </span>{2}<span class="unseen">]</span></{0}>').format(
        Markup(element), label, inner
    )


def _inline(edit: Edit, language: str) -> Markup:
    kind = shape(edit.new or edit.old or "")
    lines = [""]
    for op, text in _abridged(list(pieces(edit.segments))):
        parts = text.split("\n")
        for place, part in enumerate(parts):
            if place:
                lines.append("")
            lines[-1] += marked(op, part, language)
    shown = [line for line in lines if line.strip()]
    return Markup("".join(f'<p class="line {kind}">{line}</p>' for line in shown))


def pieces(segments: Sequence[Segment]) -> Iterator[tuple[str, str]]:
    """Yield (op, seen text) in reading order, where op is same, del or ins."""
    old = marks("".join(segment.old for segment in segments))
    new = marks("".join(segment.new for segment in segments))
    at_old = at_new = 0
    for segment in segments:
        end_old, end_new = at_old + len(segment.old), at_new + len(segment.new)
        if segment.op in ("equal", "cosmetic"):
            yield "same", _seen(new, at_new, end_new)
        else:
            removed, added = _seen(old, at_old, end_old), _seen(new, at_new, end_new)
            if removed.strip() or not added.strip():
                yield "del", removed
            if added:
                yield "ins", added
        at_old, at_new = end_old, end_new


def _seen(held: Marks, start: int, end: int) -> str:
    return markdown.plain(held.seen(start, end))


def _abridged(pieces: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Leave out the middle of long unchanged stretches, at word borders."""
    for op, text in pieces:
        if op == "same" and len(text) > _LONG_SAME:
            head, tail = text[:_KEEP_SAME].rpartition(" ")[0], text[-_KEEP_SAME:].partition(" ")[2]
            yield op, f"{head} […] {tail}"
        elif text:
            yield op, text


def marked(op: str, text: str, language: str) -> str:
    """Return a piece as HTML: plain, or marked as added or removed for eye and ear."""
    if op == "same" or not text.strip():
        return escape(text, quote=False)
    label = (_ADDED if op == "ins" else _REMOVED).said(language)
    return f'<{op}><span class="unseen">[{label}: </span>{weighed(text)}<span class="unseen">]</span></{op}>'


def _cosmetic(edit: Edit) -> Cosmetic:
    old, new = edit.old or "", edit.new or ""
    if edit.track is not Kind.LINKS:
        old, new = words(old), words(new)
    return Cosmetic(heading_path(edit.path), edit.track is Kind.LINKS, _around(old, new), _around(new, old))


def _around(text: str, other: str) -> str:
    """Return the part of `text` that differs from `other`, with a few words around it."""
    start = 0
    while start < min(len(text), len(other)) and text[start] == other[start]:
        start += 1
    end = 0
    while end < min(len(text), len(other)) - start and text[-1 - end] == other[-1 - end]:
        end += 1
    begin, stop = max(0, start - 40), min(len(text), len(text) - end + 40)
    part = text[begin:stop]
    if len(part) > 400:
        part = part[:400] + " …"
    return ("… " if begin else "") + part + (" …" if stop < len(text) else "")
