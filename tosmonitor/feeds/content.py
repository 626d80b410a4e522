"""The change itself, as HTML that means the same in every reader.

A reader that drops the styles of <ins> and <del> shows text that was merged inline with its opposite meaning
("We may not share" for "We may share"; seen in newsboat 2.21). So nothing is merged: each side stands in a paragraph
of its own that begins with a word, in plain elements, without styles, scripts or images, all links absolute.
"""

from functools import lru_cache

from tosmonitor.diff.render import WordedBlock, worded_blocks
from tosmonitor.feeds import words
from tosmonitor.feeds.text import html
from tosmonitor.model import Difference

#: Bytes of UTF-8 that the worded change of one entry may take; clients were seen to cap feeds at 5 and 15 MB.
LIMIT = 28_000
_LEAST = 1_000  # bytes that a block gets in any case, as long as there is room
_ELEMENTS = {"removed": "del", "added": "ins"}


@lru_cache(maxsize=512)  # a change reads the same for ever; it stands in several feeds, each asked for again and again
def worded(difference: Difference, language: str, *, limit: int = LIMIT) -> tuple[str, bool]:
    """Return the edits of `difference` as worded HTML blocks, and whether all of them fitted in `limit` bytes.

    Where they do not fit, the longest blocks are shortened first, so that one new section does not hide the rest.
    """
    blocks = worded_blocks(difference, language=language)
    share = _share([len(html(block.text, limit).encode()) for block in blocks], limit)
    parts: list[str] = []
    size = 0
    whole = True
    path: tuple[str, ...] = ()
    for block in blocks:
        written, complete = _paragraph(block, share, language)
        if block.path != path:
            path = block.path
            title = html(" › ".join(path), 500)
            written = f"<h3>{title}</h3>{written}" if title else written
        size += len(written.encode())
        if size > limit and parts:
            whole = False
            break
        whole = whole and complete
        parts.append(written)
    if difference.cosmetic_edits:
        count = words.count(difference.cosmetic_edits, words.QUIET_ONE, words.QUIET_MANY, language)
        parts.append(f"<p>{html(count)}</p>")
    return "".join(parts), whole


def _share(sizes: list[int], limit: int) -> int:
    """Return the most that one block may take so that all of them together take `limit` at most, or `_LEAST`."""
    room = limit - 150 * len(sizes)  # headings and marks
    share = room
    for waiting, size in zip(range(len(sizes), 0, -1), sorted(sizes), strict=True):
        share = room // waiting
        if size > share:
            return max(_LEAST, share)
        room -= size
    return limit


def _paragraph(block: WordedBlock, share: int, language: str) -> tuple[str, bool]:
    text, complete = _fitting(block.text, share)
    body = "<br>".join(html(line.strip()) for line in text.split("\n") if line.strip())
    if not body:
        return "", True
    if not complete:
        body += f" {html(words.SHORTENED.said(language))}"
    element = _ELEMENTS.get(block.kind)
    marked = f"<{element}>{body}</{element}>" if element else body
    return f"<p><strong>{html(block.label)}</strong> {marked}</p>", complete


def _fitting(text: str, limit: int) -> tuple[str, bool]:
    """Return as much of `text` as `limit` bytes of HTML hold, cut at a word, and whether that is all of it."""
    if len(text) < limit // 6:  # an escaped quote takes six bytes, a character four at most
        return text, True
    cut = text[:limit]
    while (size := len(html(cut).encode())) > limit:
        cut = cut[: len(cut) * limit // size - 1]
    if cut == text:
        return text, True
    return cut.rsplit(None, 1)[0] if " " in cut else cut, False
