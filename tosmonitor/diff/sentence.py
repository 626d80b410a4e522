"""Owns the one sentence that says what happened, where and how much, in English and French."""

from collections.abc import Sequence
from dataclasses import replace

from tosmonitor import topics
from tosmonitor.diff import meaning
from tosmonitor.model import Difference, Kind, Sentence, StatedDate

#: A section's name is cut beyond this, in characters: some headings are paragraphs.
_LONGEST_NAME = 60


def with_sentence(difference: Difference) -> Difference:
    """Return `difference` with its sentence."""
    return replace(difference, sentence=sentence(difference))


def sentence(difference: Difference) -> Sentence:
    """Return what happened, in one sentence; for links and layout, the reason of the kind and how many edits."""
    if not difference.edits:
        return Sentence("Nothing changed.", "Rien n’a changé.")
    if difference.kind is not Kind.WORDING:
        n = len(difference.edits)
        return Sentence(
            f"{difference.reason.en[:-1]} ({n} {'edit' if n == 1 else 'edits'}).",
            f"{difference.reason.fr[:-1]} ({n} {'retouche' if n == 1 else 'retouches'}).",
        )
    return Sentence(_english(difference), _french(difference))


def edited_sections(d: Difference) -> list[str]:
    """Return the sections that the sentence counts as edited: a title that holds other changed sections is left out."""
    named = {path[-1] for path in _paths(d)}
    titles = {edit.path[0] for edit in d.edits if len(edit.path) == 1} - named
    return [name for name in d.sections_edited if name not in titles]


def _english(d: Difference) -> str:
    if _dates_only(d):
        return f"Only the stated date changed, from {_day(d.dates_before, 'en')} to {_day(d.dates_after, 'en')}."
    edited, added, removed = len(edited_sections(d)), len(d.sections_added), len(d.sections_removed)
    parts: list[str] = []
    for count, verb in ((edited, "edited"), (added, "added"), (removed, "removed")):
        if count:
            named = "" if parts else (" section" if count == 1 else " sections")
            parts.append(f"{count}{named} {verb}")
    if d.moves:
        parts.append(f"{d.moves} {'passage' if d.moves == 1 else 'passages'} moved")
    touched = _touched([topics.TOPICS[hit.topic].en for hit in d.topics[:3]])
    much = f"+{d.words_added} / −{d.words_removed} words" if d.words_added or d.words_removed else "only signs changed"
    where = _where(d, "in “{}”", "in “{}” and “{}”")
    said = f"{', '.join(parts) or 'Text edited'}{where}{touched}: {much}"
    return f"{said}; {_dates_english(d)}." if _dates_english(d) else f"{said}."


def _french(d: Difference) -> str:
    if _dates_only(d):
        old, new = _day(d.dates_before, "fr"), _day(d.dates_after, "fr")
        return f"Seule la date indiquée a changé : elle passe du {old} au {new}."
    parts: list[str] = []
    for count, one, many in (
        (len(edited_sections(d)), "modifiée", "modifiées"),
        (len(d.sections_added), "ajoutée", "ajoutées"),
        (len(d.sections_removed), "supprimée", "supprimées"),
    ):
        if count:
            named = "" if parts else (" section" if count == 1 else " sections")
            parts.append(f"{count}{named} {one if count == 1 else many}")
    if d.moves:
        parts.append(f"{d.moves} {'passage déplacé' if d.moves == 1 else 'passages déplacés'}")
    touched = _touched([topics.TOPICS[hit.topic].fr for hit in d.topics[:3]])
    much = (
        f"+{d.words_added} / −{d.words_removed} mots"
        if d.words_added or d.words_removed
        else "seuls des signes changent"
    )
    where = _where(d, "dans « {} »", "dans « {} » et « {} »")
    said = f"{', '.join(parts) or 'Texte modifié'}{where}{touched} : {much}"
    return f"{said} ; {_dates_french(d)}." if _dates_french(d) else f"{said}."


def _paths(d: Difference) -> list[tuple[str, ...]]:
    """Return the headings over each change of words, without titles that hold other changed sections.

    What stands under the document's title alone is its date line or its preamble, not a section.
    """
    paths = [edit.path or edit.old_path for edit in d.edits if edit.track is Kind.WORDING]
    holding = {path[0] for path in paths if len(path) > 1}
    return [path for path in paths if len(path) > 1 or (path and path[0] not in holding)]


def _where(d: Difference, one: str, two: str) -> str:
    """Name the sections whose words changed, where they are one or two."""
    names = list(dict.fromkeys(_short(path[-1]) for path in _paths(d)))
    if not 1 <= len(names) <= 2:
        return ""
    return " " + (one if len(names) == 1 else two).format(*names)


def _short(name: str) -> str:
    if len(name) <= _LONGEST_NAME:
        return name
    return name[:_LONGEST_NAME].rsplit(" ", 1)[0].rstrip(" ,;:") + " …"


def _touched(names: list[str]) -> str:
    return f" ({', '.join(names)})" if names else ""


def _dates_only(d: Difference) -> bool:
    """Say whether no word changed but those of a date that the text states about itself."""

    def rest(text: str | None, dates: Sequence[StatedDate]) -> str:
        text = text or ""
        for one in dates:
            text = text.replace(one.words, "")
        return text

    worded = [edit for edit in d.edits if edit.track is Kind.WORDING]
    if not worded or d.moves or meaning.date_course(d) is not meaning.Course.MOVED:
        return False
    return all(rest(edit.old, d.dates_before) == rest(edit.new, d.dates_after) for edit in worded)


def _dates_english(d: Difference) -> str:
    match meaning.date_course(d):
        case meaning.Course.SAME:
            return "the stated date did not change"
        case meaning.Course.MOVED:
            return f"the stated date went from {_day(d.dates_before, 'en')} to {_day(d.dates_after, 'en')}"
        case meaning.Course.ADDED:
            return f"a date is now stated: {_day(d.dates_after, 'en')}"
        case meaning.Course.REMOVED:
            return "the stated date was removed"
        case _:
            return ""


def _dates_french(d: Difference) -> str:
    match meaning.date_course(d):
        case meaning.Course.SAME:
            return "la date indiquée n’a pas changé"
        case meaning.Course.MOVED:
            return f"la date indiquée passe du {_day(d.dates_before, 'fr')} au {_day(d.dates_after, 'fr')}"
        case meaning.Course.ADDED:
            return f"une date est désormais indiquée : {_day(d.dates_after, 'fr')}"
        case meaning.Course.REMOVED:
            return "la date indiquée a été retirée"
        case _:
            return ""


def _day(dates: Sequence[StatedDate], language: str) -> str:
    found = meaning.principal(tuple(dates))
    return "" if found is None else topics.day_in_words(found.day, language)
