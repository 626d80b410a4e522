"""The change itself, as HTML that means the same in every reader.

A reader that drops the styles of <ins> and <del> shows text that was merged inline with its opposite meaning
("We may not share" for "We may share"; seen in newsboat 2.21). So nothing is merged: each side stands in a paragraph
of its own that begins with a word, in plain elements, without styles, scripts or images, all links absolute.
"""

import re
from collections.abc import Iterator

from tosmonitor.feeds import words
from tosmonitor.feeds.text import html
from tosmonitor.model import Difference, Edit

#: Bytes of UTF-8 that the worded change of one entry may take; clients were seen to cap feeds at 5 and 15 MB.
LIMIT = 28_000
_PARAGRAPH = 6_000  # characters of one side of one edit, before it is shortened

_LINK = re.compile(r"!?\[([^\]\n]*)\]\((?:[^()\s]|\([^()\s]*\))*(?:\s+\"[^\"\n]*\")?\)")
_MARKS = re.compile(r"[*_`]+")
_LEAD = re.compile(r"^\s{0,12}(?:#{1,6}\s+|>\s?|[-*+]\s+)")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_RULE = re.compile(r"^[\s|:\-=*_]*$")


def worded(difference: Difference, language: str, *, limit: int = LIMIT) -> tuple[str, bool]:
    """Return the edits of `difference` as worded HTML blocks, and whether all of them fitted in `limit` bytes."""
    parts: list[str] = []
    size = 0
    path: tuple[str, ...] | None = None
    for edit in difference.edits:
        if edit.cosmetic:
            continue
        block = "".join(_blocks(edit, language))
        if not block:
            continue
        if edit.path != path:
            path = edit.path
            title = " › ".join(plain(heading) for heading in path)
            block = f"<h3>{html(title)}</h3>{block}" if title else block
        size += len(block.encode())
        if size > limit and parts:
            return "".join(parts), False
        parts.append(block)
    return "".join(parts), True


def plain(markdown: str) -> str:
    """Return Markdown as the words that a person reads: no marks, no link targets."""
    lines = []
    for raw in markdown.split("\n"):
        line = _LEAD.sub("", raw)
        if _RULE.match(line):
            line = ""
        lines.append(line.strip("| ").replace(" | ", " · ") if line.startswith("|") else line)
    text = _LINK.sub(r"\1", "\n".join(lines))
    return _ESCAPE.sub(r"\1", _MARKS.sub(_mark, text)).strip()


def _mark(found: re.Match[str]) -> str:
    """Drop the marks of emphasis and code; keep what stands inside a word, after a backslash, or alone."""
    before = found.string[found.start() - 1 : found.start()]
    after = found.string[found.end() : found.end() + 1]
    inside = before.isalnum() and after.isalnum() and "*" not in found[0]
    alone = (not before or before.isspace()) and (not after or after.isspace())
    return found[0] if before == "\\" or inside or alone else ""


def _blocks(edit: Edit, language: str) -> Iterator[str]:
    if edit.op == "move":
        came = " › ".join(plain(heading) for heading in edit.old_path)
        note = f" ({html(came)} →)" if came and edit.old_path != edit.path else ""
        yield _paragraph(words.MOVED.said(language) + note, edit.new or "", "", language)
        if edit.old == edit.new or not edit.segments:
            return
    if edit.old and edit.op != "insert":
        yield _paragraph(html(words.REMOVED.said(language)), edit.old, "del", language)
    if edit.new and edit.op != "delete":
        yield _paragraph(html(words.ADDED.said(language)), edit.new, "ins", language)


def _paragraph(label: str, markdown: str, element: str, language: str) -> str:
    text = plain(markdown)
    if not text:
        return ""
    if len(text) > _PARAGRAPH:
        text = text[:_PARAGRAPH].rsplit(" ", 1)[0] + " " + words.SHORTENED.said(language)
    body = "<br>".join(html(line.strip()) for line in text.split("\n") if line.strip())
    return f"<p><strong>{label}</strong> " + (f"<{element}>{body}</{element}>" if element else body) + "</p>"
