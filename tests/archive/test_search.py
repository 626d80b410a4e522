"""What only an archive of every version can answer: search, timelines, blame, the same clause elsewhere."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.archive.world import IMPRINT, PRIVACY, SERVICES, START, TERMS, World, sentence
from tosmonitor import archive
from tosmonitor.archive.search import expression
from tosmonitor.errors import NotFoundError

COURT = "You may bring any dispute before the courts of your country of residence within two years."
NEARLY = "You may bring any dispute before the courts of your country of residence within three years."
ARBITRATION = "All disputes go to binding arbitration."
HOUR = timedelta(hours=1)


@pytest.fixture
def told(world: World) -> World:
    """Give three documents: a clause comes, goes and comes back in one; the others hold its like."""
    world.first(PRIVACY, f"# Privacy\n\n{COURT}\n")
    world.change(PRIVACY, f"# Privacy\n\n{ARBITRATION}\n", topics=("disputes",))
    world.change(PRIVACY, f"# Privacy\n\n{COURT}\n")
    world.change(PRIVACY, f"# Privacy\n\n{COURT}\n\n{ARBITRATION}\n")
    world.first(TERMS, f"# Terms\n\n{NEARLY}\n")
    world.first(IMPRINT, "# Mentions légales\n\nDirecteur de la publication : Élodie.\n")
    return world


def test_search_finds_what_is_gone_too(told: World) -> None:
    """Every version is searched; a hit says from when to when."""
    (hit,) = archive.search(told.kept, '"binding arbitration"').hits
    assert (hit.document_id, hit.service, hit.text) == (PRIVACY.id, "GitHub", ARBITRATION)
    assert (hit.first, hit.until) == (START + HOUR, None)
    assert [hit.snippet[a:b] for a, b in hit.marks] == ["binding arbitration"]


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        ("legales", 1),  # accents do not matter
        ("ÉLODIE", 1),
        ("arbitrat*", 1),
        ("disput*", 3),
        ("dispute -three", 1),
        ("arbitration OR légales", 2),
        ('"courts of your country"', 2),
        ("courts nowhere", 0),
        ('"unfinished', 0),
        ("* - ( ) : ^ NEAR", 0),
        ("", 0),
        ("—", 0),
    ],
)
def test_queries_as_people_write_them(told: World, query: str, hits: int) -> None:
    """Words, phrases, beginnings, exclusions and alternatives work; nothing that is typed is an error."""
    assert len(archive.search(told.kept, query).hits) == hits


def test_search_is_filtered_and_paged(told: World) -> None:
    """Filters leave out what they should, and the next page begins where the first ended."""
    first = archive.search(told.kept, "dispute", limit=1)
    second = archive.search(told.kept, "dispute", limit=1, offset=1)
    assert first.more
    assert not second.more
    assert first.hits != second.hits
    assert archive.search(told.kept, "dispute", tag="dsa-vlop", document=TERMS.id).hits[0].text == NEARLY
    assert archive.search(told.kept, "dispute", service="mastodon").hits == ()
    assert archive.search(told.kept, "disputes", in_force=False).hits == ()


def test_the_last_to_come_is_found_first(told: World) -> None:
    """Hits are ordered by when their block came."""
    assert [hit.text for hit in archive.search(told.kept, "dispute*").hits] == [NEARLY, ARBITRATION, COURT]


def test_a_timeline_has_first_and_last_of_each_document(told: World) -> None:
    """A phrase's presence is told by document, the earliest first."""
    one, two = archive.timeline(told.kept, "courts of your country")
    assert (one.document_id, one.first, one.until) == (PRIVACY.id, START, None)
    assert two.document_id == TERMS.id


def test_spells_tell_comings_and_goings(told: World) -> None:
    """A phrase that left and came back has two spells."""
    found = archive.spells(told.kept, "binding arbitration", document=PRIVACY.id)
    assert [(s.since, s.until) for s in found] == [(START + HOUR, START + 2 * HOUR), (START + 3 * HOUR, None)]


def test_blame_says_since_when_each_block_has_stood(told: World) -> None:
    """Each block in force has the version that brought it, and the first that ever had it."""
    heading, court, arbitration = archive.blame(told.kept, PRIVACY.id)
    assert (heading.text, heading.since) == ("# Privacy", START)
    assert (court.since, court.first) == (START + 2 * HOUR, START)
    assert (arbitration.since, arbitration.first) == (START + 3 * HOUR, START + HOUR)


def test_blame_of_a_document_without_a_version_is_told(world: World) -> None:
    """There is nothing to blame before the first version."""
    with pytest.raises(NotFoundError, match="no version yet"):
        archive.blame(world.kept, PRIVACY.id)


def test_the_same_clause_elsewhere(told: World) -> None:
    """A clause is found in other documents to the letter, or nearly."""
    found = archive.same_clause(told.kept, COURT, but=PRIVACY.id)
    assert [(c.document_id, c.text) for c in found] == [(TERMS.id, NEARLY)]
    assert 0.6 <= found[0].likeness < 1
    assert archive.same_clause(told.kept, COURT)[0].likeness == 1.0


def test_changes_are_filtered(told: World) -> None:
    """Each filter takes what it names."""
    kept = told.kept
    assert len(archive.changes(kept)) == 3
    assert len(archive.changes(kept, topic="disputes")) == 1
    assert len(archive.changes(kept, service="github", kind="wording", tag="code", terms_type="Privacy Policy")) == 3
    assert archive.changes(kept, service="mastodon") == ()
    assert archive.changes(kept, kind="links") == ()
    assert len(archive.changes(kept, since=START + 2 * HOUR, until=START + 3 * HOUR)) == 1
    newest, *_ = archive.changes(kept, limit=1)
    assert len(archive.changes(kept, before=newest.announced_at)) == 2
    assert len(archive.changes(kept, phrase="binding arbitration")) == 3
    assert len(archive.changes(kept, language="en")) == 3
    assert archive.changes(kept, jurisdiction="FR") == ()
    assert [h.at for h in archive.headlines(kept)] == [c.after.fetched_at for c in archive.changes(kept)]


def test_what_is_not_announced_is_kept(told: World) -> None:
    """A change outside the feeds is in the archive when asked for."""
    change = told.change(TERMS, "# Terms\n\nNothing.\n", announced=False)
    assert change.announced_at is None
    assert change not in archive.changes(told.kept)
    assert change in archive.changes(told.kept, announced=None)


def test_gaps_tell_since_when_a_document_is_unseen(told: World) -> None:
    """Failed and blocked checks in a row are one gap, with the last reason."""
    seen = archive.checks(told.kept, PRIVACY.id)[-1].checked_at
    begun = told.now
    told.failed(PRIVACY)
    told.blocked(PRIVACY)
    (gap,) = archive.gaps(told.kept, PRIVACY.id)
    assert (gap.since, gap.first_missed, gap.until, gap.checks, gap.kind) == (seen, begun, None, 2, "challenge")
    told.quiet(PRIVACY)
    assert archive.gaps(told.kept, PRIVACY.id)[0].until == begun + 2 * HOUR
    assert archive.vain(told.kept) == {PRIVACY.id: gap.checks}


def test_the_version_of_a_moment(told: World) -> None:
    """At any moment the version in force is the newest seen by then."""
    found = archive.version_at(told.kept, PRIVACY.id, START + timedelta(minutes=90))
    assert ARBITRATION in archive.text(told.kept, found.digest)
    with pytest.raises(NotFoundError, match="no version of"):
        archive.version_at(told.kept, PRIVACY.id, START - HOUR)


def test_the_last_reading_of_a_text(told: World) -> None:
    """A text was last read by the newest check before a change that gave it; a wall met since then is no reading."""
    held = archive.versions(told.kept, PRIVACY.id)[-1]
    assert archive.last_read(told.kept, held, held.fetched_at + HOUR) == held.fetched_at
    read = told.now
    told.quiet(PRIVACY)
    told.blocked(PRIVACY)
    assert archive.last_read(told.kept, held, read) < read
    assert archive.last_read(told.kept, held, told.now) == read


def test_the_snapshot_of_a_moment(told: World) -> None:
    """What a page served at a moment is the newest snapshot made by then."""
    url = PRIVACY.sources[0].url
    found = archive.snapshot(told.kept, PRIVACY.id, url, START + timedelta(minutes=30))
    assert found.fetched_at == START
    assert archive.body(told.kept, found.digest) == archive.body_of(told.kept, PRIVACY.id, url, START)
    with pytest.raises(NotFoundError):
        archive.body_of(told.kept, PRIVACY.id, url, START - HOUR)


def test_first_versions_are_listed_newest_first(told: World) -> None:
    """What came last under watch leads the list of firsts."""
    assert [v.document_id for v in archive.firsts(told.kept)] == [IMPRINT.id, TERMS.id, PRIVACY.id]


def test_an_expression_never_leaks_syntax() -> None:
    """Operators of the index inside words are looked for as words."""
    assert (
        expression('text:secret "a ""b"" c" NEAR(x y)')
        == '("text:secret" AND "a " AND "b" AND " c" AND "NEAR(x" AND "y)")'
    )


def test_months_are_those_of_the_changes_that_pass(world: World) -> None:
    """The months of a list are those in which its changes were recorded, however it is asked for."""
    world.first(TERMS, COURT)
    world.first(IMPRINT, COURT)
    for days, document, topics in ((40, TERMS, ("arbitration",)), (30, IMPRINT, ()), (370, TERMS, ())):
        world.now += timedelta(days=days)
        world.change(document, f"{world.now} {COURT}", topics=topics)
    kept = world.kept
    assert archive.months(kept) == ((2026, 2), (2026, 3), (2027, 3))
    assert archive.months(kept, service="github") == ((2026, 2), (2027, 3))
    assert archive.months(kept, document=IMPRINT.id) == ((2026, 3),)
    assert archive.months(kept, topic="arbitration") == ((2026, 2),)
    assert archive.months(kept, jurisdiction="FR") == ((2026, 3),)
    assert archive.months(kept, retracted=True) == archive.months(kept, tag="nobody") == ()


def test_a_reader_sees_the_list_of_services_change(world: World) -> None:
    """A reader that keeps its list of services has the new one as soon as it is declared."""
    with archive.open_archive(world.kept.path) as reader:
        assert archive.services(reader) == SERVICES
        archive.declare(world.kept, SERVICES[1:])
        assert archive.services(reader, declared=True) == SERVICES[1:]
        world.first(replace(IMPRINT, language="de"), COURT)
        assert archive.services(reader, declared=True)[0].documents[0].language == "de"


def test_a_reader_sees_a_correction(told: World) -> None:
    """A reader that keeps the changes it has told tells them anew once one is taken back or withheld."""
    with archive.open_archive(told.kept.path) as reader:
        newest, *others = archive.changes(reader)
        assert (newest, *others) == archive.changes(reader)
        archive.retract(told.kept, newest.document_id, newest.after.fetched_at, sentence("we misread the page"))
        (again, *_) = archive.changes(reader)
        assert again.retracted is not None
        assert again.after.retracted is not None
        archive.withhold(told.kept, others[0].after.digest, sentence("court order"))
        assert any(change.after.withheld for change in archive.changes(reader))
