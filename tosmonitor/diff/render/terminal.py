"""Owns a difference as text for a terminal, with colours or, without them, with [-deleted-] and {+inserted+}."""

from tosmonitor.diff import blocks
from tosmonitor.diff.render.html import shown, trimmed
from tosmonitor.diff.render.labels import words
from tosmonitor.model import Difference, Edit

_RED, _GREEN, _BLUE, _BOLD, _DIM, _OFF = "\x1b[9;31m", "\x1b[4;32m", "\x1b[34m", "\x1b[1m", "\x1b[2m", "\x1b[0m"


def terminal(difference: Difference, *, language: str = "en", colour: bool = True) -> str:
    """Return the sentence and the changes under their headings; `colour` adds ANSI codes."""
    label = words(language)
    out = [_paint(_BOLD, difference.sentence.said(language), colour)]
    path: tuple[str, ...] | None = None
    for edit in difference.edits:
        if not shown(edit):
            continue
        if edit.path != path:
            path = edit.path
            out += ["", _paint(_BOLD, "# " + (" › ".join(path) or label["top"]), colour)]
        out += ["", *_lines(edit, label, colour)]
    hidden = sum(not shown(e) for e in difference.edits)
    if hidden:
        out += ["", _paint(_DIM, label["cosmetic_one"] if hidden == 1 else label["cosmetic"].format(n=hidden), colour)]
    return "\n".join(out) + "\n"


def _lines(edit: Edit, label: dict[str, str], colour: bool) -> list[str]:
    out = []
    if edit.op == "move":
        out.append(_paint(_BLUE, f"{label['from']} {' › '.join(edit.old_path) or label['start']}", colour))
    if edit.op == "delete" or edit.rewritten:
        out.append(_gone(blocks.plain_lines(edit.old or ""), colour))
    if edit.op == "insert" or edit.rewritten:
        out.append(_come(blocks.plain_lines(edit.new or ""), colour))
    elif edit.segments:
        text = []
        for segment in trimmed(edit.segments):
            if segment.op in ("insert", "delete", "replace"):
                text += [_gone(segment.old, colour), _come(segment.new, colour)]
            else:
                text.append(segment.new)
        out.append("".join(text).strip())
    elif edit.op == "move":
        out.append(blocks.plain_lines(edit.new or ""))
    return out


def _paint(code: str, text: str, colour: bool) -> str:
    return f"{code}{text}{_OFF}" if colour else text


def _gone(text: str, colour: bool) -> str:
    return "" if not text else f"{_RED}{text}{_OFF}" if colour else f"[-{text}-]"


def _come(text: str, colour: bool) -> str:
    return "" if not text else f"{_GREEN}{text}{_OFF}" if colour else f"{{+{text}+}}"
