"""Owns the forms in which a difference is handed on: the public JSON "diff/1", the archive's own, and applying it."""

from collections.abc import Iterator, Mapping
from typing import Any

from tosmonitor.diff import meaning
from tosmonitor.model import Difference, Edit, Kind, Segment, Sentence, StatedDate, TopicHit


def equal_stretches(difference: Difference, before: str, after: str) -> Iterator[Edit]:
    """Yield the edits, with the equal stretches between them as edits of op "equal", in reading order."""
    taken = sorted(e.old_span for e in difference.edits if e.old_span)
    free = _free(taken, len(before))
    old = next(free, None)
    new = 0

    def until(end: int) -> Iterator[Edit]:
        nonlocal old, new
        while new < end and old is not None:
            n = min(end - new, old[1] - old[0])
            yield Edit("equal", before[old[0] : old[0] + n], after[new : new + n], (old[0], old[0] + n), (new, new + n))
            new += n
            old = (old[0] + n, old[1]) if old[0] + n < old[1] else next(free, None)

    def up_to_old(start: int) -> Iterator[Edit]:
        """Yield what is equal and stands before an old place: a deletion has no place of its own in the new text."""
        nonlocal old, new
        while old is not None and old[0] < start:
            n = min(old[1], start) - old[0]
            yield Edit("equal", before[old[0] : old[0] + n], after[new : new + n], (old[0], old[0] + n), (new, new + n))
            new += n
            old = (old[0] + n, old[1]) if old[0] + n < old[1] else next(free, None)

    for edit in difference.edits:
        if edit.new_span:
            yield from until(edit.new_span[0])
            yield edit
            new = edit.new_span[1]
        elif edit.old_span:
            yield from up_to_old(edit.old_span[0])
            yield edit
    yield from until(len(after))


def _free(taken: list[tuple[int, int]], length: int) -> Iterator[tuple[int, int]]:
    at = 0
    for a, b in taken:
        if a > at:
            yield at, a
        at = max(at, b)
    if at < length:
        yield at, length


def apply(difference: Difference, before: str) -> str:
    """Return the new text, to the byte. Raise ValueError if `before` is not the text that was compared."""
    taken = sorted(e.old_span for e in difference.edits if e.old_span)
    for edit in difference.edits:
        if edit.old_span and before[slice(*edit.old_span)] != edit.old:
            raise ValueError(f"the text does not hold, at {edit.old_span[0]}, what the difference says")
    kept = "".join(before[a:b] for a, b in _free(taken, len(before)))
    out: list[str] = []
    length = used = 0
    for edit in difference.edits:
        if edit.new_span and edit.new is not None:
            gap = edit.new_span[0] - length
            out += [kept[used : used + gap], edit.new]
            used += gap
            length = edit.new_span[1]
    return "".join([*out, kept[used:]])


def as_json(difference: Difference, before: str, after: str) -> dict[str, Any]:
    """Return the public form "diff/1": every stretch of both texts, equal ones too; positions are code points."""
    ops = []
    for e in equal_stretches(difference, before, after):
        op: dict[str, Any] = {
            "op": e.op,
            "old": e.old,
            "new": e.new,
            "old_span": list(e.old_span) if e.old_span else None,
            "new_span": list(e.new_span) if e.new_span else None,
        }
        if e.op != "equal":
            op["path"] = list(e.path)
            op["cosmetic"] = e.cosmetic and not (e.op == "move" and any(s.op in _VISIBLE for s in e.segments))
            op["track"] = e.track.value
            if e.rewritten:
                op["rewritten"] = True
            if e.segments:
                op["segments"] = [{"op": s.op, "old": s.old, "new": s.new} for s in e.segments]
        ops.append(op)
    return {"format": "diff/1", "summary": summary(difference), "ops": ops}


_VISIBLE = ("insert", "delete", "replace")


def summary(difference: Difference) -> dict[str, Any]:
    """Return what is said of a difference as a whole, ready for JSON."""
    d = difference
    seen = d.moves or any(s.op in _VISIBLE for e in d.edits for s in e.segments)
    return {
        "kind": d.kind.value,
        "reason": {"en": d.reason.en, "fr": d.reason.fr},
        "sentence": {"en": d.sentence.en, "fr": d.sentence.fr},
        "cosmetic_only": d.kind is not Kind.WORDING and not seen,
        "complete": d.complete,
        "words_added": d.words_added,
        "words_removed": d.words_removed,
        "sections_edited": list(d.sections_edited),
        "sections_added": list(d.sections_added),
        "sections_removed": list(d.sections_removed),
        "moves": d.moves,
        "cosmetic_edits": d.cosmetic_edits,
        "topics": [{"topic": t.topic, "words": list(t.words)} for t in d.topics],
        "stated_dates": {
            "before": [{"role": s.role, "day": s.day, "words": s.words} for s in d.dates_before],
            "after": [{"role": s.role, "day": s.day, "words": s.words} for s in d.dates_after],
            "course": meaning.date_course(d).value,
        },
    }


_OPS = {"equal": "=", "insert": "+", "delete": "-", "replace": "~", "cosmetic": "."}
_NAMES = {short: name for name, short in _OPS.items()}


def to_dict(difference: Difference) -> dict[str, Any]:
    """Return the archive's form: loss-free, what lies between edits left out, shared text inside edits given once."""
    d = difference
    paths: dict[tuple[str, ...], int] = {}
    edits = []
    for e in d.edits:
        row: list[Any] = [
            e.op,
            list(e.old_span) if e.old_span else None,
            list(e.new_span) if e.new_span else None,
            paths.setdefault(e.path, len(paths)),
            paths.setdefault(e.old_path, len(paths)),
            e.track.value,
            int(e.rewritten),
        ]
        if e.segments:
            row.append([[_OPS[s.op], s.old] if s.old == s.new else [_OPS[s.op], s.old, s.new] for s in e.segments])
        else:
            row += [None, e.old, e.new]
        edits.append(row)
    return {
        "v": 1,
        "kind": d.kind.value,
        "reason": [d.reason.en, d.reason.fr],
        "sentence": [d.sentence.en, d.sentence.fr],
        "complete": d.complete,
        "words": [d.words_added, d.words_removed],
        "sections": [list(d.sections_edited), list(d.sections_added), list(d.sections_removed)],
        "moves": d.moves,
        "cosmetic": d.cosmetic_edits,
        "topics": [[t.topic, list(t.words)] for t in d.topics],
        "dates": [[[s.role, s.day, s.words] for s in dates] for dates in (d.dates_before, d.dates_after)],
        "paths": [list(path) for path in paths],
        "edits": edits,
    }


def from_dict(data: Mapping[str, Any]) -> Difference:
    """Return the difference that `to_dict` was given. Raise ValueError for a form of another release."""
    if data.get("v") != 1:
        raise ValueError(f"unknown form of a difference: {data.get('v')!r}")
    paths = [tuple(path) for path in data["paths"]]
    dates_before, dates_after = (tuple(StatedDate(*row) for row in rows) for rows in data["dates"])
    words_added, words_removed = data["words"]
    edited, added, removed = (tuple(names) for names in data["sections"])
    return Difference(
        Kind(data["kind"]),
        Sentence(*data["reason"]),
        tuple(_edit(row, paths) for row in data["edits"]),
        data["complete"],
        words_added,
        words_removed,
        edited,
        added,
        removed,
        data["moves"],
        data["cosmetic"],
        tuple(TopicHit(topic, tuple(words)) for topic, words in data["topics"]),
        dates_before,
        dates_after,
        Sentence(*data["sentence"]),
    )


def _edit(row: list[Any], paths: list[tuple[str, ...]]) -> Edit:
    op, old_span, new_span, path, old_path, track, rewritten, packed = row[:8]
    segments = tuple(Segment(_NAMES[s[0]], s[1], s[-1]) for s in packed or ())
    if segments:
        old, new = "".join(s.old for s in segments), "".join(s.new for s in segments)
    else:
        old, new = row[8:10]
    return Edit(
        op,
        old,
        new,
        tuple(old_span) if old_span else None,
        tuple(new_span) if new_span else None,
        paths[path],
        paths[old_path],
        Kind(track),
        bool(rewritten),
        segments,
    )
