"""French and English: nothing left untranslated, dates and numbers as each language writes them."""

import marshal
from datetime import UTC, date, datetime

from babel.messages.checkers import python_format

from tests.site.catalogue import catalogue, missing, said
from tests.site.conftest import Reader
from tosmonitor import urls
from tosmonitor.site import i18n
from tosmonitor.site.frame import environment


def test_every_text_of_the_site_is_in_french() -> None:
    """Each text in templates and code has a French one, in singular and plural."""
    assert missing("fr") == []


def test_the_french_says_nothing_that_the_site_does_not() -> None:
    """A text that is gone from templates and code is gone from the catalogue."""
    used = {message if isinstance(message, str) else message[0] for message in said()}
    held = {entry.id if isinstance(entry.id, str) else entry.id[0] for entry in catalogue("fr") if entry.id}
    assert held - used == set()


def test_translations_keep_the_places_of_their_values() -> None:
    """A translation names the same values as its text."""
    held = catalogue("fr")
    for message in held:
        if message.id and "python-format" in message.flags:
            python_format(held, message)


def test_templates_are_compiled_alike_for_every_language() -> None:
    """No language's words are compiled in: what one had compiled, the others use."""
    english = environment("en")
    assert english.loader is not None
    for name in english.list_templates(extensions=["html"]):
        source, file, _ = english.loader.get_source(english, name)
        compiled = {marshal.dumps(environment(code).compile(source, name, file)) for code in urls.LANGUAGES}
        assert len(compiled) == 1, name


def test_a_time_has_its_day_in_words_and_is_in_utc() -> None:
    """Days in words, months in words, UTC named."""
    at = datetime(2026, 4, 28, 0, 38, 51, tzinfo=UTC)
    assert i18n.moment(at, "en") == "Tuesday 28 April 2026, 00:38:51 UTC"
    assert i18n.moment(at, "fr") == "mardi 28 avril 2026 à 00:38:51 UTC"
    assert i18n.day(date(2026, 3, 1), "fr") == "dimanche 1er mars 2026"
    assert i18n.short_day(date(2026, 3, 21), "fr") == "21 mars 2026"


def test_numbers_are_grouped_as_the_language_groups_them() -> None:
    """12,345 and 12 345."""
    assert i18n.count(12345, "en") == "12,345"
    assert i18n.count(12345, "fr") == "12\u202f345"


def test_the_language_of_a_passage_is_told(reader: Reader) -> None:
    """A French document on an English page is marked as French."""
    text = reader.get("/en/papyrus/community-guidelines/").text
    assert '<div class="terms" lang="fr">' in text


def test_a_preference_is_read_as_browsers_send_it() -> None:
    """Weights count, regions do not; nonsense is ignored."""
    assert i18n.preferred("en;q=0.4, fr-FR;q=0.8") == "fr"
    assert i18n.preferred("de, *;q=0.1") is None
    assert i18n.preferred("fr;q=much") is None
