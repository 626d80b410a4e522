"""Owns the notes at the foot of pages: they stand after the text, so that no sentence is cut where a page ends."""

import re
from collections import Counter

from tosmonitor.normalise.pdf.layout import Line, Page

#: Letters of notes are at most this much of the running text's.
_SMALLER = 0.92
_CALL = re.compile(r"[\[(]?(?:\d{1,3}|[*†‡§]{1,3}|[a-z])[\])]?(?:[.\s]|(?=[A-ZÀ-Þ]))")


def take(pages: list[Page]) -> list[list[Line]]:
    """Take the notes from the foot of each page that has text above them; give those of each page."""
    weights: Counter[float] = Counter()
    for page in pages:
        for line in page.lines:
            weights[line.size] += len(line.text)
    body = max(weights, key=lambda size: (weights[size], size)) if weights else 1.0
    return [_below(page, body) for page in pages]


def _below(page: Page, body: float) -> list[Line]:
    lines = sorted(page.lines, key=lambda line: -line.base)
    small = next((n for n, line in enumerate(lines) if line.size > _SMALLER * body), len(lines))
    notes = lines[:small]
    if not notes or small == len(lines) or not _CALL.match(notes[-1].text) or notes[0].base < 0.6 * page.height:
        return []
    taken = {id(line) for line in notes}
    page.lines = [line for line in page.lines if id(line) not in taken]
    return notes[::-1]
