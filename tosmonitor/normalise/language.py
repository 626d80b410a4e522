"""Owns the question which language a text is in."""

import re
from threading import Lock

import py3langid

#: So many characters from the middle are asked about: enough for 97 languages, and less than a millisecond.
_SAMPLE = 360
#: Shorter texts are not asked about: detectors guess.
_LEAST = 40
#: The model unpacks to 40 MB when it is first asked; threads that all ask at once would each unpack one of their own.
_ONE_AT_A_TIME = Lock()
_NOT_PROSE = re.compile(r"\]\([^)]*\)|[\W\d_]+")


def detect(text: str) -> str | None:
    """Return the ISO 639-1 code of the language of `text` (or Markdown), None where there is too little to tell."""
    middle = max(0, len(text) // 2 - _SAMPLE)
    sample = _NOT_PROSE.sub(" ", text[middle : middle + 2 * _SAMPLE]).strip()[:_SAMPLE]
    if len(sample) < _LEAST:
        return None
    with _ONE_AT_A_TIME:
        language, _ = py3langid.classify(sample)
    return str(language)
