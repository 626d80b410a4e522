"""Both texts of a change as one, or side by side: equal stretches and edits in the order of the newer text."""

from dataclasses import dataclass, replace

from markupsafe import Markup

from tosmonitor.diff.forms import equal_stretches
from tosmonitor.model import Difference, Edit
from tosmonitor.site import markdown
from tosmonitor.site.markdown import Outline
from tosmonitor.site.redline import block, body, heading_path, hunk_id, marked, pieces, shown
from tosmonitor.site.visible import shape


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the whole text: equal, or an edit; `anchor` is its address within the page."""

    op: str  # equal, insert, delete, replace, move, gone (where a move came from) or cosmetic
    body: Markup
    old: Markup
    new: Markup
    anchor: str = ""
    other: str = ""  # the other end of a move
    path: tuple[str, ...] = ()


def whole(
    difference: Difference, before: str, after: str, language: str, *, sides: bool = False
) -> tuple[list[Stretch], bool]:
    """Return both texts as one, edits in their places, and whether all of it fitted `markdown.LIMIT`.

    With `sides`, `old` and `new` hold each side on its own; else `body` holds both.
    """
    moves = sorted((edit for edit in difference.edits if edit.op == "move" and edit.old_span), key=_old_start)
    stretches: list[Stretch] = []
    size = 0
    nothing = Markup("")
    outline = Outline(top=1, addressed=False)
    for edit in equal_stretches(difference, before, after):
        while moves and edit.op == "equal" and edit.old_span and _old_start(moves[0]) < edit.old_span[0]:
            stretches.append(_gone(moves.pop(0), sides, outline))
        text = edit.new or edit.old or ""
        size += len(edit.new or "") + (len(edit.old or "") if sides or edit.op != "equal" else 0)
        if size > markdown.LIMIT:
            return stretches, False
        if edit.op == "equal":
            same = markdown.render(text, outline)
            stretches.append(Stretch("equal", nothing if sides else same, same if sides else nothing, nothing))
            continue
        anchor = hunk_id([edit]) if shown(edit) else ""
        op = edit.op if shown(edit) else "cosmetic"
        other = f"from-{anchor}" if op == "move" else ""
        if sides:
            old, new = _sides(edit, language, outline)
            stretches.append(Stretch(op, nothing, old, new, anchor, other, heading_path(edit.old_path)))
        else:
            held = body([edit], language, outline) if shown(edit) else markdown.render(edit.new or "", outline)
            stretches.append(Stretch(op, held, nothing, nothing, anchor, other, heading_path(edit.old_path)))
    stretches += [_gone(edit, sides, outline) for edit in moves]
    return _unique(stretches), True


def _old_start(edit: Edit) -> int:
    return edit.old_span[0] if edit.old_span else 0


def _gone(edit: Edit, sides: bool, outline: Outline) -> Stretch:
    anchor = hunk_id([edit])
    old = markdown.render(edit.old or "", outline) if sides else Markup("")
    return Stretch("gone", Markup(""), old, Markup(""), f"from-{anchor}", anchor, heading_path(edit.path))


def _sides(edit: Edit, language: str, outline: Outline) -> tuple[Markup, Markup]:
    if edit.op == "replace" and edit.segments and not edit.rewritten and shown(edit):
        return _side(edit, "del", language), _side(edit, "ins", language)
    if edit.op == "move":
        return Markup(""), body([edit], language, outline)
    if not shown(edit):
        return markdown.render(edit.old or "", outline), markdown.render(edit.new or "", outline)
    old = block("del", edit.old, language, outline) if edit.old else Markup("")
    new = block("ins", edit.new, language, outline) if edit.new else Markup("")
    return old, new


def _side(edit: Edit, kept: str, language: str) -> Markup:
    """Return one side of an edit, with what only it has marked."""
    text = edit.old if kept == "del" else edit.new
    lines = [""]
    for op, part in pieces(edit.segments):
        if op in ("same", kept):
            first, *rest = part.split("\n")
            lines[-1] += marked(op, first, language)
            lines += [marked(op, one, language) for one in rest]
    return Markup("".join(f'<p class="line {shape(text or "")}">{line}</p>' for line in lines if line.strip()))


def _unique(stretches: list[Stretch]) -> list[Stretch]:
    """Drop addresses that came up before: equal edits have equal ones."""
    taken: set[str] = set()
    out = []
    for stretch in stretches:
        if stretch.anchor in taken:
            out.append(replace(stretch, anchor=""))
        else:
            taken.add(stretch.anchor)
            out.append(stretch)
    return out
