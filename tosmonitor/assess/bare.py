"""Owns the answers that are no page at all: a line of plain text, a JSON or XML object that tells of an error."""

import json
import re

from tosmonitor.assess.fold import count_words, fold
from tosmonitor.assess.prose import legal_words
from tosmonitor.assess.reasons import because
from tosmonitor.assess.signs import is_message
from tosmonitor.model import Obstacle, ObstacleKind

#: Longer than this (bytes) is no error in a few words.
_SHORT = 4_000
#: Fewer words than this in a plain file are no document.
_EMPTY = 10
_MISSING = re.compile(r"\b(?:404|410|not.?found|no.?such.?key|does not exist)\b")
_REFUSED = re.compile(r"\b(?:403|401|forbidden|unauthori[sz]ed|access.?denied|blocked|error code: 10\d\d)\b")
_MARKUP = re.compile(r"<[^>]*>")


def answer(body: bytes, *, ended: bool = True) -> Obstacle | None:
    """Return what stands in the way when `body` is a short answer of a program, not a text; None otherwise.

    `ended`: the body is known to be plain text. Without it only JSON, and XML that calls itself an error, is believed
    to be an answer: anything else is a page.
    """
    if len(body) > _SHORT:
        return None
    raw = body.decode("utf-8", "replace").strip()
    structured = _is_json(raw) or re.match(r"(?:<\?xml[^>]*>\s*)?<Error>", raw) is not None
    if not structured and not ended:
        return None
    said = fold(_MARKUP.sub(" ", raw))
    if legal_words([said]) and not structured:
        return None
    if not structured and count_words(said) >= _EMPTY and not is_message(said):
        return None
    kind = ObstacleKind.ERROR
    if _MISSING.search(said):
        kind = ObstacleKind.NOT_FOUND
    elif _REFUSED.search(said):
        kind = ObstacleKind.CHALLENGE
    return because(kind, words=said[:80])


def _is_json(raw: str) -> bool:
    if raw[:1] not in ("{", "["):
        return False
    try:
        json.loads(raw)
    except ValueError:
        return False
    return True
