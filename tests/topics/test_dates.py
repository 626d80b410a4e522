"""The dates that a text states about itself are read in the languages of the EU."""

import pytest

from tosmonitor.topics import stated_dates

LINES = [
    ("bg", "Последна актуализация: 3 май 2024 г.", "updated"),
    ("cs", "Účinné od 3. května 2024", "effective"),
    ("da", "Sidst opdateret den 3. maj 2024", "updated"),
    ("de", "Stand: 3. Mai 2024", "updated"),
    ("el", "Τελευταία ενημέρωση: 3 Μαΐου 2024", "updated"),
    ("en", "**Last updated:** May 3, 2024", "updated"),
    ("es", "Fecha de publicación: 3 de mayo de 2024", "published"),
    ("et", "Viimati uuendatud 3. mai 2024", "updated"),
    ("fi", "Päivitetty viimeksi 3. toukokuuta 2024", "updated"),
    ("fr", "En vigueur le 3 mai 2024", "effective"),
    ("ga", "Nuashonraithe: 3 Bealtaine 2024", "updated"),
    ("hr", "Vrijedi od 3. svibnja 2024.", "effective"),
    ("hu", "2024. május 3-től hatályos", "effective"),
    ("it", "Ultimo aggiornamento: 3 maggio 2024", "updated"),
    ("lt", "Atnaujinta 2024 m. gegužės 3 d.", "updated"),
    ("lv", "Spēkā no 2024. gada 3. maija", "effective"),
    ("mt", "L-aħħar aġġornament: 3 ta' Mejju 2024", "updated"),
    ("nl", "Laatst bijgewerkt op 3 mei 2024", "updated"),
    ("pl", "Obowiązuje od 3 maja 2024 r.", "effective"),
    ("pt", "Última atualização: 3 de maio de 2024", "updated"),
    ("ro", "Ultima actualizare: 3 mai 2024", "updated"),
    ("sk", "Posledná aktualizácia: 3. mája 2024", "updated"),
    ("sl", "Velja od 3. maja 2024", "effective"),
    ("sv", "Träder i kraft den 3 maj 2024", "effective"),
    ("zh", "更新日期：2024年5月3日", "updated"),
]


@pytest.mark.parametrize(("language", "line", "role"), LINES)
def test_a_date_is_read_in_every_language(language: str, line: str, role: str) -> None:
    """A line that states a date gives its role and day, told the language or not."""
    for told in (language, None):
        assert [(d.role, d.day) for d in stated_dates(f"# Terms\n\n{line}\n\nText.\n", told)] == [(role, "2024-05-03")]


@pytest.mark.parametrize(
    ("line", "language", "day"),
    [
        ("Last modified 2024-05-03", "en", "2024-05-03"),
        ("Effective: 5/3/2024", "en", "2024-05-03"),
        ("Effective: 5/3/2024", "en-GB", "2024-03-05"),
        ("Effective: 25/3/2024", "en", "2024-03-25"),
        ("Gültig ab 03.05.2024", "de", "2024-05-03"),
        ("En vigueur au 1er janvier 2024", "fr", "2024-01-01"),
        ("Last updated: December 2025", "en", "2025-12-01"),
        ("Last revised: 3rd of May, 2024", "en", "2024-05-03"),
        ("Last Updated\n\nMay 3, 2024", "en", "2024-05-03"),
        ("Ostatnia aktualizacja: 3 listopada 2024", "pl", "2024-11-03"),
        ("Zadnje ažuriranje: 3. listopada 2024", "hr", "2024-10-03"),
    ],
)
def test_a_date_is_read_in_every_form(line: str, language: str, day: str) -> None:
    """Figures, names, ordinals, a month alone: the day is the one that is meant in the language."""
    assert [d.day for d in stated_dates(f"{line}\n", language)] == [day]


@pytest.mark.parametrize(
    "line",
    [
        "Regulation (EU) 2016/679 of 27 April 2016",
        "We have been here since 2012.",
        "Last updated by our team in room 2024",
        "cookie_2024 is updated",
        "Last updated: 31 February 2024",
    ],
)
def test_other_dates_are_left_alone(line: str) -> None:
    """A law's date, a founding year or a day that does not exist is no date of the document."""
    assert stated_dates(f"{line}\n", "en") == ()


def test_the_words_are_shown_as_written() -> None:
    """A stated date carries the words that state it, without marks."""
    assert [d.words for d in stated_dates("_**Last updated:** May 3, 2024._\n", "en")] == ["Last updated: May 3, 2024"]


def test_a_sentence_deep_in_the_text_is_no_statement() -> None:
    """Far from head and tail only a line of its own counts."""
    deep = "word " * 2000 + "the law as amended effective 1 May 2020 " + "word " * 2000

    assert stated_dates(deep, "en") == ()
