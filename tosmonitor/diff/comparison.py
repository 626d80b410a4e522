"""Owns the way from two texts to their difference.

    align ─► moves.exact ─► similar ─► pieces ─► numbering ─► moves.sentences ─► edits ─► meaning

The two texts are compared in an order of their own (shorter first), so that swapping the sides gives the same
difference read backwards. No clock, no hash order: the same texts give the same bytes.
"""

from tosmonitor import topics
from tosmonitor.diff import align, edits, kind, moves, numbering, pieces, sentence, similar, tokens
from tosmonitor.diff.edits import Strip
from tosmonitor.model import Difference, Edit, Kind, Sentence


def compare(before: str, after: str, *, language: str | None = None) -> Difference:
    """Return what lies between two versions of a text; `language` (BCP 47) helps topics and dates."""
    if before == after:
        return Difference(Kind.LAYOUT, kind.NOTHING, (), sentence=Sentence("Nothing changed.", "Rien n’a changé."))
    turn = (len(before), before) > (len(after), after)
    old, new = (after, before) if turn else (before, after)
    strips, complete = _strips(old, new)
    if turn:
        strips = edits.turned(strips)
    numbering.judge(before, after, strips)
    strips = edits.ordered(strips)
    moves.sentences(before, after, strips)
    writer = edits.Writer(before, after)
    found = writer.write(strips)
    return _described(before, after, found, writer, complete, language)


def _strips(old: str, new: str) -> tuple[list[Strip], bool]:
    frame = align.frame(old, new)
    moved = moves.exact(frame)
    groups = [similar.Group(i, i + 1, j, j + 1) for i, j in enumerate(frame.mate) if j >= 0]
    groups += similar.pair(frame, moved)
    groups += [similar.Group(i, i + 1, j, j + 1, moved=True) for i, j in moved.items()]
    complete = frame.complete
    strips = []
    for g in groups:
        a, b = frame.old.units[g.i], frame.old.units[g.i_end - 1]
        c, d = frame.new.units[g.j], frame.new.units[g.j_end - 1]
        if not g.moved and a is b and c is d and old[a.start : a.end] == new[c.start : c.end]:
            strips.append(Strip(a.start, a.end, c.start, c.end, []))
            continue
        found, whole = pieces.compare(frame, (g.i, g.i_end), (g.j, g.j_end))
        complete &= whole
        strips.append(Strip(a.start, b.end, c.start, d.end, found, g.moved))
    old_used = {i for g in groups for i in range(g.i, g.i_end)}
    new_used = {j for g in groups for j in range(g.j, g.j_end)}
    strips += edits.loose(
        frame,
        (i for i in range(len(frame.mate)) if i not in old_used),
        (j for j in range(len(frame.back)) if j not in new_used),
    )
    return strips, complete


def _described(
    before: str, after: str, found: tuple[Edit, ...], writer: edits.Writer, complete: bool, language: str | None
) -> Difference:
    added, removed = changed_text(found)
    what, reason = kind.of(found)
    edited, new_sections, gone = _sections(found, writer)
    result = Difference(
        what,
        reason,
        found,
        complete,
        tokens.count(added),
        tokens.count(removed),
        edited,
        new_sections,
        gone,
        sum(e.op == "move" for e in found),
        sum(e.cosmetic and e.op != "move" for e in found),
        topics.topics(added, removed, language) if what is Kind.WORDING else (),
        topics.stated_dates(before, language),
        topics.stated_dates(after, language),
    )
    return sentence.with_sentence(result)


def changed_text(found: tuple[Edit, ...]) -> tuple[str, str]:
    """Return the words that came and the words that went, each stretch on a line of its own."""
    added: list[str] = []
    removed: list[str] = []
    for edit in found:
        if edit.op == "insert" and edit.new and not edit.cosmetic:
            added.append(edit.new)
        elif edit.op == "delete" and edit.old and not edit.cosmetic:
            removed.append(edit.old)
        elif not edit.cosmetic or edit.op == "move":
            for segment in edit.segments:
                if segment.op in ("insert", "delete", "replace"):
                    added.append(segment.new)
                    removed.append(segment.old)
    return "\n".join(filter(None, added)), "\n".join(filter(None, removed))


def _sections(
    found: tuple[Edit, ...], writer: edits.Writer
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return the sections edited, added and removed, by the name of their heading, in reading order."""
    added: dict[tuple[str, ...], None] = {}
    removed: dict[tuple[str, ...], None] = {}
    edited: dict[tuple[str, ...], None] = {}
    for edit in found:
        if edit.op == "insert" and edit.new_span:
            added.update(dict.fromkeys(writer.new_headings.starting(*edit.new_span)))
        elif edit.op == "delete" and edit.old_span:
            removed.update(dict.fromkeys(writer.old_headings.starting(*edit.old_span)))
    for edit in found:
        if edit.track is Kind.WORDING and edit.path not in (removed if edit.op == "delete" else added):
            edited[edit.path or ("",)] = None
    return (
        tuple(path[-1] for path in edited),
        tuple(path[-1] for path in added),
        tuple(path[-1] for path in removed),
    )
