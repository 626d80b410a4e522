"""A change names the matters that it touches, with the words that say so."""

from pathlib import Path

import pytest

from tosmonitor.topics import TOPICS, lexicon, topics

SENTENCES = [
    line.split("\t") for line in Path(__file__).with_name("sentences.tsv").read_text("utf-8").splitlines()
]  # 300 sentences labelled by hand: language, matters, sentence

#: Pinned floors: they move up with each improvement, never down. The sentences and the lexicon have one author.
FLOORS = {"en": (0.96, 0.99), "fr": (0.96, 0.98)}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_precision_and_recall_keep_their_floors(language: str) -> None:
    """On the labelled sentences, matters are found and few are found that are not there."""
    right = wrong = missed = 0
    for _, labels, sentence in (row for row in SENTENCES if row[0] == language):
        wanted = set(filter(None, labels.split(",")))
        found = {hit.topic for hit in topics(sentence, "", language)}
        right += len(found & wanted)
        wrong += len(found - wanted)
        missed += len(wanted - found)

    precision, recall = FLOORS[language]
    assert right / (right + wrong) >= precision
    assert right / (right + missed) >= recall


def test_the_labelled_set_is_whole() -> None:
    """There are 300 sentences, as many as were labelled, and no label is unknown."""
    assert len(SENTENCES) == 300
    assert {label for row in SENTENCES for label in row[1].split(",") if label} == set(TOPICS)


def test_a_hit_shows_its_words() -> None:
    """A matter is named with the very words that caused it."""
    hits = {hit.topic: hit.words for hit in topics("You waive class actions.", "We never arbitrate.", "en")}

    assert hits == {"arbitration": ("arbitrate", "class actions")}


@pytest.mark.parametrize(
    "text", ["Transfers to a bank account are free.", "Une bannière paraît sur la page de la banque."]
)
def test_words_that_only_begin_alike_are_no_hit(text: str) -> None:
    """A bank bans nobody, nor does a banner; "ban", "banned" and "banni" do."""
    language = "fr" if "Une" in text else "en"
    assert "moderation" not in {hit.topic for hit in topics(text, "", language)}
    banned = {"en": "Banned users may not return.", "fr": "Un membre banni ne revient pas."}
    assert [hit.topic for hit in topics(banned[language], "", language)] == ["moderation"]


def test_removed_words_count_as_well() -> None:
    """What a change takes away is touched by it."""
    assert [hit.topic for hit in topics("", "Vous pouvez retirer votre consentement.", "fr")] == ["consent"]


def test_an_unknown_language_reads_english_and_french() -> None:
    """Without a lexicon for the language, or with no language at all, both lexicons are tried."""
    text = "We use cookies. Nous vendons vos données."

    assert {hit.topic for hit in topics(text, "", "xx")} == {"tracking", "data-sale"}
    assert topics(text, "") == topics(text, "", "xx")


def test_the_matter_said_most_comes_first() -> None:
    """Matters are ranked by how often they are said."""
    text = "Refunds are slow. Refunds are rare. A refund of a fee is possible."

    assert [hit.topic for hit in topics(text, "", "en")] == ["refunds", "price"]


def test_there_are_names_in_both_languages() -> None:
    """Every matter has a name in English and French, and there are at least twenty."""
    assert len(TOPICS) >= 20
    assert all(name.en and name.fr for name in TOPICS.values())


@pytest.mark.parametrize(
    ("sentence", "matters"),
    [
        ("Sie können den Vertrag jederzeit kündigen.", {"termination"}),
        ("Es gilt deutsches Recht; Gerichtsstand ist Berlin.", {"governing-law"}),
        ("Wir verwenden Cookies für personalisierte Werbung.", {"tracking", "advertising"}),
        ("Sie haben ein Widerrufsrecht von vierzehn Tagen.", {"refunds"}),
    ],
)
def test_german_has_a_lexicon_too(sentence: str, matters: set[str]) -> None:
    """German texts are read with German words."""
    assert {hit.topic for hit in topics(sentence, "", "de-AT")} == matters


@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_every_lexicon_knows_every_matter(language: str) -> None:
    """No language that has a lexicon is blind to a matter."""
    assert set(lexicon.phrases(language)) == set(TOPICS)
