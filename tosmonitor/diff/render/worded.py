"""Owns a difference as worded blocks, for feeds: whole sentences on each side, never marks inside a sentence."""

from collections.abc import Iterator
from dataclasses import dataclass

from tosmonitor.diff.blocks import plain_lines
from tosmonitor.diff.render.labels import words
from tosmonitor.diff.tokens import SENTENCE_END
from tosmonitor.model import Difference, Edit, Kind


@dataclass(frozen=True, slots=True)
class WordedBlock:
    """One thing that was removed, added or moved: `kind` is removed, added or moved; `text` is plain, by paragraphs."""

    kind: str
    label: str
    path: tuple[str, ...]
    text: str


def worded_blocks(difference: Difference, *, language: str = "en") -> tuple[WordedBlock, ...]:
    """Return what changed in words as plain sentences, in reading order; links and layout are left out.

    An edit inside a paragraph gives the sentences that it touches, as they read before and as they read now.
    """
    labels = words(language)
    return tuple(
        WordedBlock(kind, labels[kind], path, text)
        for edit in difference.edits
        if edit.track is Kind.WORDING or edit.op == "move"
        for kind, path, text in _worded(edit)
        if text
    )


def _worded(edit: Edit) -> Iterator[tuple[str, tuple[str, ...], str]]:
    if edit.op == "delete":
        yield "removed", edit.old_path, plain_lines(edit.old or "")
        return
    if edit.op == "insert":
        yield "added", edit.path, plain_lines(edit.new or "")
        return
    if edit.op == "move":
        yield "moved", edit.path, plain_lines(edit.new or "")
    if edit.track is Kind.WORDING:
        if edit.rewritten:
            yield "removed", edit.old_path, plain_lines(edit.old or "")
            yield "added", edit.path, plain_lines(edit.new or "")
            return
        for old, new in _sentences(edit):
            yield "removed", edit.old_path, plain_lines(old)
            yield "added", edit.path, plain_lines(new)


def _sentences(edit: Edit) -> Iterator[tuple[str, str]]:
    """Yield the sentences that the edit touches, before and after: kept stretches are cut at their sentence ends."""
    old: list[str] = []
    new: list[str] = []
    touched = False
    for segment in edit.segments:
        if segment.op in ("insert", "delete", "replace"):
            touched = True
            old.append(segment.old)
            new.append(segment.new)
            if _ended(old) and _ended(new):
                yield "".join(old), "".join(new)
                old, new, touched = [], [], False
            continue
        ends = [m.end() for m in SENTENCE_END.finditer(segment.new)]
        ends_old = [m.end() for m in SENTENCE_END.finditer(segment.old)]
        if not ends or not ends_old:
            old.append(segment.old)
            new.append(segment.new)
            continue
        old.append(segment.old[: ends_old[0]])
        new.append(segment.new[: ends[0]])
        if touched:
            yield "".join(old), "".join(new)
        old, new, touched = [segment.old[ends_old[-1] :]], [segment.new[ends[-1] :]], False
    if touched:
        yield "".join(old), "".join(new)


def _ended(parts: list[str]) -> bool:
    text = "".join(parts).rstrip("*_ ")
    return not text or text[-1] in ".!?。！？\n"
