"""Owns a difference as HTML: redline of the whole text, changes only, side by side.

Everything is escaped text: nothing of the source's HTML is ever passed on, and link targets are shown, not linked.
Insertions and deletions are real <ins> and <del> with words for screen readers; sense never hangs on colour alone.
"""

from collections.abc import Iterator
from html import escape
from itertools import groupby

from tosmonitor.diff import blocks, tokens
from tosmonitor.diff.emphasis import emphasis
from tosmonitor.diff.forms import equal_stretches
from tosmonitor.diff.render.labels import words
from tosmonitor.diff.tokens import SENTENCE_END
from tosmonitor.model import Difference, Edit, Kind, Segment

#: Letters of kept text after which "changes only" cuts to the sentences around a change.
CONTEXT = 240


def redline_html(difference: Difference, before: str, after: str, *, language: str = "en") -> str:
    """Return the whole new text with what was deleted, inserted or moved marked; changes have ids c1, c2 …"""
    out = []
    number = 0
    for edit in equal_stretches(difference, before, after):
        if edit.op == "equal" or not shown(edit):
            out.append(_plain_blocks(edit.new or ""))
        else:
            number += 1
            out.append(_hunk(edit, number, language, whole=True))
    return "\n".join(part for part in out if part)


def changes_only(difference: Difference, *, language: str = "en") -> str:
    """Return the changes under the headings where they stand, with a sentence around each; layout edits in one line."""
    label = words(language)
    if not difference.edits:
        return f'<p class="nothing">{escape(label["nothing"])}</p>'
    out = [] if difference.complete else [f'<p class="incomplete">{escape(label["incomplete"])}</p>']
    numbered = enumerate((e for e in difference.edits if shown(e)), 1)
    for path, group in groupby(numbered, key=lambda pair: pair[1].path):
        hunks = "\n".join(_hunk(edit, number, language, whole=False) for number, edit in group)
        out.append(f'<section class="changes">\n<h3>{_path(path, language)}</h3>\n{hunks}\n</section>')
    return "\n".join([*out, *_folded(difference, language)])


def side_by_side(difference: Difference, *, language: str = "en") -> str:
    """Return a table of the changes, the text before on the left and after on the right."""
    label = words(language)
    rows = []
    numbered = enumerate((e for e in difference.edits if shown(e)), 1)
    for path, group in groupby(numbered, key=lambda pair: pair[1].path):
        rows.append(f'<tr class="section"><th colspan="2" scope="rowgroup">{_path(path, language)}</th></tr>')
        for number, edit in group:
            left = _side(edit, language, old=True)
            right = _side(edit, language, old=False)
            rows.append(f'<tr id="s{number}" class="{_class(edit)}"><td>{left}</td><td>{right}</td></tr>')
    head = f'<thead><tr><th scope="col">{label["before"]}</th><th scope="col">{label["after"]}</th></tr></thead>'
    table = f'<table class="side-by-side">{head}<tbody>\n' + "\n".join(rows) + "\n</tbody></table>"
    return "\n".join([table, *_folded(difference, language)])


def legend_html(*, language: str = "en") -> str:
    """Return the legend of the marks."""
    label = words(language)
    return (
        f'<p class="legend">{escape(label["legend"])}: <ins>{escape(label["legend_ins"])}</ins> '
        f'<del>{escape(label["legend_del"])}</del> <span class="moved">{escape(label["legend_move"])}</span></p>'
    )


def shown(edit: Edit) -> bool:
    """Say whether an edit is shown by itself: words, moves, and what is to be seen though it changes no word."""
    return edit.track is Kind.WORDING or edit.op == "move" or any(s.op in _MARKED for s in edit.segments)


_MARKED = ("insert", "delete", "replace")


def _path(path: tuple[str, ...], language: str) -> str:
    return escape(" › ".join(path)) if path else escape(words(language)["top"])


def _class(edit: Edit) -> str:
    return "hunk rewritten" if edit.rewritten else f"hunk {edit.op}"


def _hunk(edit: Edit, number: int, language: str, *, whole: bool) -> str:
    label = words(language)
    note = ""
    if edit.op == "move":
        place = _path(edit.old_path, language) if edit.old_path else escape(label["start"])
        note = f'<p class="note">{escape(label["from"])} <cite>{place}</cite></p>'
    elif edit.rewritten:
        note = f'<p class="note">{escape(label["rewritten"])}</p>'
    if edit.op == "insert":
        body = _marked_block("ins", edit.new or "", language)
    elif edit.op == "delete":
        body = _marked_block("del", edit.old or "", language)
    elif edit.rewritten:
        body = _marked_block("del", edit.old or "", language) + _marked_block("ins", edit.new or "", language)
    elif not edit.segments:
        body = _plain_blocks(edit.new or "")
    else:
        segments = edit.segments if whole else trimmed(edit.segments)
        body = f"<p>{_inline(segments, language)}</p>"
    return f'<div class="{_class(edit)}" id="c{number}">{note}{body}</div>'


def _side(edit: Edit, language: str, *, old: bool) -> str:
    text = edit.old if old else edit.new
    if text is None:
        return ""
    if edit.op in ("insert", "delete") or edit.rewritten:
        return _marked_block("del" if old else "ins", text, language)
    if not edit.segments:
        return _plain_blocks(text)
    keep = [
        Segment(s.op, s.old, "") if old and s.op in _MARKED else Segment(s.op, "", s.new) if s.op in _MARKED else s
        for s in trimmed(edit.segments)
    ]
    return f"<p>{_inline(keep, language, old=old)}</p>"


def _inline(segments: tuple[Segment, ...] | list[Segment], language: str, *, old: bool = False) -> str:
    label = words(language)
    out = []
    for segment in segments:
        if segment.op in _MARKED:
            if segment.old.strip():
                out.append(_marked("del", segment.old, language))
            if segment.new.strip():
                out.append(_marked("ins", segment.new, language))
            if not (segment.old.strip() or segment.new.strip()):
                out.append(" ")
            continue
        out.append(_text(segment.old if old else segment.new))
        here, there = tokens.targets(segment.old), tokens.targets(segment.new)
        if here != there:
            gone = " ".join(f"<del>{escape(_address(t))}</del>" for t in here if t not in there)
            come = " ".join(f"<ins>{escape(_address(t))}</ins>" for t in there if t not in here)
            out.append(
                f' <small class="link">({escape(label["link"])}: {" ".join(filter(None, (gone, come)))})</small>'
            )
    return "".join(out).strip()


def _address(target: str) -> str:
    return target.removeprefix("](").removesuffix(")").strip("<> ")


def _marked(tag: str, text: str, language: str) -> str:
    label = words(language)
    said = label["inserted" if tag == "ins" else "deleted"]
    head, tail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return (
        f'{_text(head)}<{tag}><span class="sr">[{escape(said)}: </span>{_weighed(text.strip())}'
        f'<span class="sr"> {escape(label["end"])}]</span></{tag}>{_text(tail)}'
    )


def _marked_block(tag: str, text: str, language: str) -> str:
    label = words(language)
    said = escape(label["inserted" if tag == "ins" else "deleted"])
    lines = "<br>\n".join(_weighed(line) for line in blocks.plain_lines(text).split("\n"))
    end = escape(label["end"])
    return f'<p><{tag}><span class="sr">[{said}: </span>{lines}<span class="sr"> {end}]</span></{tag}></p>'


def _weighed(text: str) -> str:
    """Return escaped text with the words that weigh in <strong>."""
    plain = blocks.plain(text) if "\n\n" not in text else blocks.plain_lines(text)
    out = []
    at = 0
    for found in emphasis(plain):
        out.append(escape(plain[at : found.start]))
        out.append(f'<strong class="{found.weight}">{escape(plain[found.start : found.end])}</strong>')
        at = found.end
    return "".join([*out, escape(plain[at:])])


def _text(markdown: str) -> str:
    """Return a stretch of Markdown as escaped text; a blank line becomes a line break, outer spaces stay."""
    lead = " " if markdown[:1].isspace() else ""
    trail = " " if markdown[-1:].isspace() and markdown.strip() else ""
    parts = [blocks.plain(part) for part in blocks.BLANK.split(markdown.strip())]
    return lead + "<br>\n".join(escape(part) for part in parts) + trail


def _plain_blocks(markdown: str) -> str:
    out = []
    for block in blocks.split(markdown):
        text = blocks.plain_lines(markdown[block.start : block.end])
        if not text:
            continue
        body = escape(text).replace("\n", "<br>\n")
        if block.kind == "heading":
            level = min(6, block.level + 2)
            out.append(f"<h{level}>{body}</h{level}>")
        else:
            out.append(f'<p class="{block.kind}">{body}</p>')
    return "\n".join(out)


def trimmed(segments: tuple[Segment, ...]) -> tuple[Segment, ...]:
    """Cut long kept stretches to the sentences next to a change."""
    return tuple(_cut(segments))


def _cut(segments: tuple[Segment, ...]) -> Iterator[Segment]:
    last = len(segments) - 1
    for k, segment in enumerate(segments):
        if segment.op != "equal" or len(segment.new) <= CONTEXT:
            yield segment
            continue
        ends = [m.end() for m in SENTENCE_END.finditer(segment.new)]
        head = next((e for e in ends if e > 0), 0) if k else 0
        inner = [e for e in ends if e < len(segment.new)]
        tail = (inner[-1] if inner else len(segment.new)) if k < last else len(segment.new)
        head = min(head or CONTEXT // 2, CONTEXT) if k else 0
        tail = max(tail, len(segment.new) - CONTEXT)
        if tail <= head:
            yield segment
            continue
        kept = segment.new[:head] + (" … " if k else "… ") + segment.new[tail:]
        yield Segment("equal", kept, kept)


def _folded(difference: Difference, language: str) -> list[str]:
    hidden = [e for e in difference.edits if not shown(e)]
    if not hidden:
        return []
    label = words(language)
    title = label["cosmetic_one"] if len(hidden) == 1 else label["cosmetic"].format(n=len(hidden))
    items = "\n".join(
        f"<li>{_inline(trimmed(e.segments), language) or _text(e.new or e.old or '')}</li>" for e in hidden
    )
    return [f'<details class="cosmetic"><summary>{escape(title)}</summary>\n<ul>\n{items}\n</ul></details>']
