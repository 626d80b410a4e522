"""Owns the question which language a text is in."""

import re
from functools import cache
from threading import Lock

from py3langid.langid import MODEL_FILE, LanguageIdentifier

#: So many characters from the middle are asked about: with 360, lists of company names read as English.
_SAMPLE = 1000
#: Shorter texts are not asked about: detectors guess.
_LEAST = 40
#: So many characters of the beginning, the middle and the end are enough where they give so certain an answer. Nine of
#: ten texts do, all 680 that were tried as the whole sample; it takes a third of the time.
_PIECE = 80
_CERTAIN = 0.99
#: Less sure than this is not sure.
_SURE = 0.6
#: The languages in which large services publish terms. Asked about all 97 of the model, a list of names is Pidgin.
_LIKELY = (
    "ar", "bg", "ca", "cs", "da", "de", "el", "en", "es", "et", "eu", "fa", "fi", "fr", "ga", "gl", "he", "hi", "hr",
    "hu", "id", "is", "it", "ja", "ko", "lt", "lv", "ms", "mt", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sr",
    "sv", "th", "tr", "uk", "vi", "zh",
)  # fmt: skip
#: The model unpacks to 40 MB when it is first asked; threads that all ask at once would each unpack one of their own.
_ONE_AT_A_TIME = Lock()
_NOT_PROSE = re.compile(r"\]\([^)]*\)|[\W\d_]+")


def detect(text: str) -> str | None:
    """Return the ISO 639-1 code of the language of `text` (or Markdown), None where there is too little to tell."""
    middle = max(0, len(text) // 2 - _SAMPLE)
    window = text[middle : middle + 2 * _SAMPLE]
    with _ONE_AT_A_TIME:
        if len(window) == 2 * _SAMPLE:
            language, likelihood = _model().classify(_glimpse(window))
            if likelihood >= _CERTAIN:
                return str(language)
        sample = _NOT_PROSE.sub(" ", window).strip()[:_SAMPLE]
        if len(sample) < _LEAST:
            return None
        language, likelihood = _model().classify(sample)
    return str(language) if likelihood >= _SURE else None


def _glimpse(window: str) -> str:
    """Return words from the beginning, the middle and the end of what is asked about."""
    starts = (0, len(window) // 2, len(window) - 2 * _PIECE)
    return " ".join([_NOT_PROSE.sub(" ", window[at : at + 2 * _PIECE])[:_PIECE] for at in starts])


@cache
def _model() -> LanguageIdentifier:
    whole = LanguageIdentifier.from_model_file(MODEL_FILE)
    whole.set_languages(list(_LIKELY))
    return LanguageIdentifier(  # anew: the whole one keeps 28 MB of the other languages
        whole.nb_ptc.copy("C"),  # row by row, as it is asked: a third less time
        whole.nb_pc,
        whole.nb_classes,
        whole.tk_nextmove,
        whole.tk_output,
        norm_probs=True,
        tk_row=whole.tk_row,
    )
