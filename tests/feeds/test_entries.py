"""What an entry says, what it is called, and what happens to it when it was wrong."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.feeds.conftest import AFTER, START, TERMS, MakeChange
from tosmonitor import feeds
from tosmonitor.feeds import Publisher
from tosmonitor.model import Cause, Sentence, Service, Version, Withdrawal

LATER = START + timedelta(days=40)
WRONG = Withdrawal(LATER, Sentence("The page was cut off.", "La page était tronquée."))


def words_of(html: str) -> str:
    """Return HTML as a reader shows it that knows no markup at all."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_an_entry_reads_on_its_own(make_change: MakeChange, service: Service, publisher: Publisher) -> None:
    """Whole sentences stand on each side, introduced by words, so that a reader without styles shows the truth."""
    (entry,) = feeds.of_changes([make_change()], [service], publisher, "en")
    said = words_of(entry.content)
    assert "Removed: We may not share your data." in said
    assert "Added: We may share your data with our 312 partners." in said
    assert "may not share your data with" not in said
    assert "<h3>Terms › 3. Sharing</h3>" in entry.content
    assert "last updated 2025-01-01; now: last updated 2026-01-05" in said
    assert not re.search(r"style=|class=|<script|<img|<mark", entry.content)
    assert re.findall(r'href="([^"]*)"', entry.content) == [
        "https://monitor.example.org/en/acme/terms-of-service/20260105080000/change/",
        "https://monitor.example.org/en/acme/terms-of-service/20260104080000/",
        "https://monitor.example.org/en/acme/terms-of-service/20260105080000/",
        "https://acme.example/terms",
    ]


def test_titles_name_service_document_and_change(
    make_change: MakeChange, service: Service, publisher: Publisher
) -> None:
    """A title says whose document it is and what it is about, in each language."""
    (english,) = feeds.of_changes([make_change()], [service], publisher, "en")
    (french,) = feeds.of_changes([make_change()], [service], publisher, "fr")
    assert re.fullmatch(r"Acme & Sons, Terms of Service: .+ \(\+\d+ / −\d+ words\)", english.title)
    assert re.fullmatch(r"Acme & Sons, Conditions d’utilisation : .+ \(\+\d+ / −\d+ mots\)", french.title)
    assert "Supprimé : We may not share your data." in words_of(french.content)
    assert english.id == french.id


def test_identities_come_from_natural_keys(make_change: MakeChange, service: Service) -> None:
    """An id is a tag: URI of document and time; a site that moves keeps its authority, and so its ids."""
    (entry,) = feeds.of_changes([make_change()], [service], Publisher("https://monitor.example.org/"), "en")
    moved = Publisher("https://elsewhere.example/terms", authority="monitor.example.org")
    (again,) = feeds.of_changes([make_change()], [service], moved, "en")
    assert entry.id == again.id == "tag:monitor.example.org,2026:change:acme/terms-of-service:20260105080000"


def test_a_retraction_keeps_the_id_and_moves_the_update(
    make_change: MakeChange, service: Service, publisher: Publisher
) -> None:
    """A correction is the same entry, said to be wrong in its first words; when it was observed does not move."""
    (entry,) = feeds.of_changes([make_change()], [service], publisher, "en")
    (corrected,) = feeds.of_changes([make_change(retracted=WRONG)], [service], publisher, "en")
    assert (entry.id, entry.published) == (corrected.id, corrected.published)
    assert entry.updated < corrected.updated
    assert corrected.updated.replace(microsecond=0) == LATER
    assert corrected.title.startswith("Retracted: Acme & Sons, ")
    assert "The page was cut off." in corrected.summary
    assert corrected.content.startswith("<p><strong>Corrected: this change is withdrawn")
    assert {"retracted"} == {c.term for c in corrected.categories if c.scheme.endswith("/kind")}


def test_withheld_text_leaves_the_feeds(make_change: MakeChange, service: Service, publisher: Publisher) -> None:
    """Where the text of either version was taken down, the entry says so and why, and shows none of it."""
    order = Withdrawal(LATER, Sentence("A court ordered it.", "Un tribunal l'a ordonné."))
    change = make_change()
    for withheld in (
        replace(change, after=replace(change.after, withheld=order)),
        replace(change, before=replace(change.before, withheld=order)),
    ):
        for until in (None, START + timedelta(days=1)):
            (entry,) = feeds.of_changes([withheld], [service], publisher, "en", until=until)
            assert "312 partners" not in entry.content
            assert "A court ordered it." in entry.content
            assert entry.updated.replace(microsecond=0) == LATER


def test_what_is_ours_is_never_news(make_change: MakeChange, service: Service, publisher: Publisher) -> None:
    """New rules of ours and changes that were not announced make no entry."""
    change = make_change()
    rules = replace(change, after=replace(change.after, cause=Cause.RULES))
    assert feeds.of_changes([rules, make_change(announced_at=None)], [service], publisher, "en") == ()


def test_entries_never_share_an_instant(make_change: MakeChange, service: Service, publisher: Publisher) -> None:
    """Two changes seen in the same second have different update times, the same in every feed."""
    change = make_change()
    other = replace(
        change,
        document_id="acme/privacy-policy",
        before=replace(change.before, document_id="acme/privacy-policy"),
        after=replace(change.after, document_id="acme/privacy-policy"),
    )
    both = feeds.of_changes([change, other], [service], publisher, "en")
    assert len({entry.updated for entry in both}) == 2
    assert {entry.updated for entry in both} >= {
        e.updated for e in feeds.of_changes([other], [service], publisher, "en")
    }


def test_notice_is_counted_in_days(make_change: MakeChange, service: Service, publisher: Publisher) -> None:
    """Where the document says from when it holds, the entry counts the days until then."""
    new = AFTER.replace("Last updated: 5 January 2026", "Effective: 4 February 2026")
    (entry,) = feeds.of_changes([make_change(new=new)], [service], publisher, "en")
    assert "Effective 30 days after it was first observed." in entry.content
    (french,) = feeds.of_changes([make_change(new=new)], [service], publisher, "fr")
    assert "En vigueur 30 jours après la première observation." in french.content


def test_a_date_that_stands_still_is_told(make_change: MakeChange, service: Service, publisher: Publisher) -> None:
    """A change under an unchanged date is a silent one, and the entry says that the date did not move."""
    new = AFTER.replace("5 January 2026", "1 January 2025")
    (entry,) = feeds.of_changes([make_change(new=new)], [service], publisher, "en")
    assert "Stated dates, unchanged: last updated 2025-01-01." in entry.content


def test_a_return_to_old_wording_is_told(make_change: MakeChange, service: Service, publisher: Publisher) -> None:
    """The title says when an earlier wording is back."""
    (entry,) = feeds.of_changes([make_change(returns_to=START)], [service], publisher, "en")
    assert "earlier wording is back" in entry.title


def test_a_long_change_is_cut_and_says_so(make_change: MakeChange, service: Service, publisher: Publisher) -> None:
    """An entry holds about 30 KB; what does not fit is in the full comparison, whose link still ends the entry."""
    clauses = (f"Clause {n}. " + f"The “provider” & its {n} affiliates are not liable. " * 40 for n in range(60))
    added = "\n\n".join(clauses)
    (entry,) = feeds.of_changes([make_change(new=f"{AFTER}\n{added}\n")], [service], publisher, "en")
    assert "may share your data with our 312" in entry.content
    assert 25_000 < len(entry.content.encode()) < 31_000
    assert "longer than a feed can carry" in entry.content
    assert entry.content.endswith("</a></p>")


def test_categories_have_stable_schemes(make_change: MakeChange, service: Service, publisher: Publisher) -> None:
    """Readers can filter by service, terms type, kind, jurisdiction, language, tag and topic."""
    new = f"{AFTER}\n## 5. Disputes\n\nAny dispute shall be resolved by binding arbitration.\n"
    (entry,) = feeds.of_changes([make_change(new=new)], [service], publisher, "fr")
    found = {(c.scheme.removeprefix("https://monitor.example.org/schemes/"), c.term) for c in entry.categories}
    assert found >= {
        ("service", "acme"), ("terms-type", "Terms of Service"), ("kind", "change"), ("jurisdiction", "EU"),
        ("language", "en"), ("tag", "dsa-vlop"),
    }  # fmt: skip
    assert any(scheme == "topic" for scheme, _ in found)


@pytest.mark.parametrize(("language", "said"), [("en", "observed for the first time"), ("fr", "pour la première fois")])
def test_first_observations_are_entries_of_their_own(
    language: str, said: str, service: Service, publisher: Publisher
) -> None:
    """A document that is new to us has its own kind of entry."""
    version = Version(TERMS.id, START, "a" * 64, 1200, Cause.FIRST, 1)
    (entry,) = feeds.of_firsts([version], [service], publisher, language)
    assert entry.id == "tag:monitor.example.org,2026:first:acme/terms-of-service:20260105080000"
    assert said in entry.summary
    assert entry.kind == "first"


def test_a_document_goes_unseen_and_comes_back(service: Service, publisher: Publisher) -> None:
    """A spell without a reading makes an entry when it begins, and another when it ends."""
    why = Sentence("a bot wall answered.", "un mur anti-robots a répondu.")
    (unseen,) = feeds.of_spell(TERMS.id, START, None, why, [service], publisher, "en", checks=9)
    assert (unseen.kind, unseen.published) == ("unseen", START)
    assert "a bot wall answered." in unseen.summary
    back = START + timedelta(days=9)
    seen, before = feeds.of_spell(TERMS.id, START, back, why, [service], publisher, "en", checks=9)
    assert before == unseen
    assert (seen.kind, seen.published) == ("seen", back)
    assert "9 days" in seen.summary
    (_, french) = feeds.of_spell(TERMS.id, START, START + timedelta(hours=5), why, [service], publisher, "fr", checks=9)
    assert "un mur anti-robots a répondu." in french.summary


def test_a_hiccup_of_the_web_is_no_news(service: Service, publisher: Publisher) -> None:
    """Two checks in vain make no entry; the third does."""
    why = Sentence("the server did not answer.", "le serveur n'a pas répondu.")
    assert feeds.of_spell(TERMS.id, START, None, why, [service], publisher, "en", checks=2) == ()
    assert len(feeds.of_spell(TERMS.id, START, None, why, [service], publisher, "en", checks=3)) == 1


def test_a_document_that_is_no_longer_declared_keeps_its_entries(make_change: MakeChange, publisher: Publisher) -> None:
    """An entry of a service that left the list is told by its key."""
    (entry,) = feeds.of_changes([make_change()], [], publisher, "en")
    assert entry.title.startswith("acme/terms-of-service: ")
    assert entry.source is None


def test_times_are_told_in_utc_whatever_the_clock_of_the_machine(
    make_change: MakeChange, service: Service, publisher: Publisher
) -> None:
    """A time given with an offset is the same instant in the feed."""
    (entry,) = feeds.of_changes([make_change()], [service], publisher, "en")
    body = feeds.render(feeds.names([service])[0], [entry], "rss", publisher, "en").decode()
    assert "<pubDate>Mon, 05 Jan 2026 08:00:00 +0000</pubDate>" in body
    assert entry.published == datetime(2026, 1, 5, 8, tzinfo=UTC)
