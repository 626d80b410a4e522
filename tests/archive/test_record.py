"""What is recorded comes back as it was given."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.archive.world import IMPRINT, PRIVACY, SERVICES, START, TERMS, World, page, response, sentence
from tosmonitor import archive
from tosmonitor.errors import ArchiveError, CorruptError, NotFoundError
from tosmonitor.model import (
    Cause,
    Normalised,
    Observation,
    Outcome,
    Reading,
    Verdict,
)

ONE = "# Privacy\n\nWe keep your mail for 30 days.\n"
TWO = "# Privacy\n\nWe keep your mail for 90 days.\n\nÀ bientôt.\n"


def test_declared_services_come_back_in_order(world: World) -> None:
    """The list of services reads back as it was declared."""
    assert archive.services(world.kept) == SERVICES
    assert archive.document(world.kept, TERMS.id) == TERMS


def test_a_service_gone_from_the_list_stays(world: World) -> None:
    """A service that is no longer declared keeps its place in the archive, after the declared ones."""
    archive.declare(world.kept, SERVICES[1:])
    assert archive.services(world.kept) == (SERVICES[1], SERVICES[0])
    assert archive.services(world.kept, declared=True) == SERVICES[1:]
    assert archive.services(world.kept, declared=False) == SERVICES[:1]


def test_an_unknown_document_names_the_nearest(world: World) -> None:
    """Asking for a document that is not there tells which is."""
    with pytest.raises(NotFoundError, match="did you mean github/privacy-policy"):
        archive.versions(world.kept, "github/privacy-policies")


def test_a_change_has_both_versions_and_its_difference(world: World) -> None:
    """A recorded change comes back whole, from record, by its key and in the list."""
    first = world.first(PRIVACY, ONE)
    change = world.change(PRIVACY, TWO, topics=("retention",))
    assert (first, first + timedelta(hours=1)) == (change.before.fetched_at, change.after.fetched_at)
    assert change == archive.change(world.kept, PRIVACY.id, change.after.fetched_at)
    assert (change,) == archive.changes(world.kept)
    assert tuple(v.cause for v in archive.versions(world.kept, PRIVACY.id)) == (Cause.FIRST, Cause.CHANGE)
    assert archive.text(world.kept, change.after.digest) == TWO


def test_the_body_of_a_version_is_as_served(world: World) -> None:
    """A version names the bodies it was read from, and they come back to the byte."""
    world.first(PRIVACY, ONE)
    (version,) = archive.versions(world.kept, PRIVACY.id)
    (digest,) = version.snapshots
    assert archive.body(world.kept, digest) == page(ONE)


def test_a_bot_wall_is_kept_but_not_remembered(world: World) -> None:
    """The page of a bot wall is kept as a snapshot, while the next request still builds on the real page."""
    world.first(PRIVACY, ONE)
    (real,) = archive.last_seen(world.kept, PRIVACY)
    world.blocked(PRIVACY)
    assert archive.last_seen(world.kept, PRIVACY) == (real,)
    assert len(archive.snapshots(world.kept, PRIVACY.id)) == 2


def test_the_same_body_again_makes_no_second_snapshot(world: World) -> None:
    """A quiet check leaves a check and nothing else."""
    world.first(PRIVACY, ONE)
    world.quiet(PRIVACY)
    assert len(archive.snapshots(world.kept, PRIVACY.id)) == 1
    outcomes = [check.outcome for check in archive.checks(world.kept, PRIVACY.id)]
    assert outcomes == [Outcome.FIRST, Outcome.UNCHANGED]


def test_an_unconfirmed_text_is_kept_for_the_judge(world: World) -> None:
    """A text that was seen once is no version, but the past gives it."""
    world.first(PRIVACY, ONE)
    verdict = Verdict(Outcome.UNCONFIRMED, sentence("once"), text=TWO, look_again=timedelta(minutes=15))
    assert archive.record(world.kept, world.observation(PRIVACY, TWO), verdict, None) is None
    past = archive.recall(world.kept, PRIVACY.id)
    assert len(past.versions) == 1
    newest = past.checks[-1]
    assert newest.digest is not None
    assert past.texts[newest.digest] == TWO
    assert newest.retry_at == world.now + timedelta(minutes=15)


def test_a_version_belongs_to_the_bodies_of_its_first_sighting(world: World) -> None:
    """A change that is confirmed later is dated, and proven, by the page that showed it first."""
    world.first(PRIVACY, ONE)
    sighting = world.now
    seen = Observation(
        PRIVACY,
        sighting,
        (Reading(PRIVACY.sources[0], sighting, response(PRIVACY, b"first sight"), Normalised(TWO, "en", None)),),
        1,
    )
    archive.record(world.kept, seen, Verdict(Outcome.UNCONFIRMED, sentence("once"), text=TWO), None)
    world.now += timedelta(minutes=15)
    verdict = Verdict(Outcome.CHANGE, sentence("twice"), text=TWO, version_at=sighting)
    archive.record(world.kept, world.observation(PRIVACY, TWO), verdict, None)
    newest = archive.versions(world.kept, PRIVACY.id)[-1]
    assert newest.fetched_at == sighting
    assert archive.body(world.kept, newest.snapshots[0]) == b"first sight"


def test_a_host_that_asks_for_patience_gets_it(world: World) -> None:
    """What the host asked for is kept with the check, for the plan."""
    at = world.now
    world.failed(IMPRINT, retry_after=timedelta(hours=3))
    assert archive.last_checks(world.kept)[IMPRINT.id].retry_at == at + timedelta(hours=3)


def test_a_second_is_recorded_once(world: World) -> None:
    """Recording the same check twice is refused and leaves the first as it was."""
    world.first(PRIVACY, ONE)
    world.now = START
    with pytest.raises(ArchiveError, match="already has a check"):
        world.first(PRIVACY, TWO)
    assert len(archive.checks(world.kept, PRIVACY.id)) == 1
    assert len(archive.snapshots(world.kept, PRIVACY.id)) == 1


def test_validators_of_the_page_are_remembered(world: World) -> None:
    """The next request can be conditional: the validators are those of the page last read."""
    verdict = Verdict(Outcome.FIRST, sentence("first"), text=ONE, version_at=world.now)
    headers = (("ETag", 'W/"1"'), ("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT"))
    archive.record(world.kept, world.observation(PRIVACY, ONE, headers=headers), verdict, None)
    (last,) = archive.last_seen(world.kept, PRIVACY)
    assert last is not None
    assert (last.etag, last.last_modified) == ('W/"1"', "Thu, 01 Jan 2026 00:00:00 GMT")
    assert headers == archive.snapshots(world.kept, PRIVACY.id)[0].headers
    assert archive.last_seen(world.kept, TERMS) == (None,)


def test_listeners_are_told_once_of_what_follows_their_enrolment(world: World) -> None:
    """An entry stays pending for a listener until it is delivered; older ones are none of its business."""
    world.first(PRIVACY, ONE)
    archive.enrol(world.kept, "hook")
    change = world.change(PRIVACY, TWO)
    (entry,) = archive.pending(world.kept, "hook")
    assert ("change", change.after.fetched_at) == (entry.event, entry.at)
    archive.delivered(world.kept, "hook", [entry.id])
    assert archive.pending(world.kept, "hook") == ()


def test_a_refused_record_leaves_no_trace_in_bulk(world: World) -> None:
    """Within an import, a check that is refused is taken back whole while the rest stays."""
    with archive.bulk(world.kept):
        world.first(PRIVACY, ONE)
        world.now = START
        with pytest.raises(ArchiveError, match="already has a check"):
            world.first(PRIVACY, TWO)
        world.now = START + timedelta(hours=1)
        world.quiet(PRIVACY)
    assert len(archive.checks(world.kept, PRIVACY.id)) == 2
    assert len(archive.snapshots(world.kept, PRIVACY.id)) == 1
    assert archive.verify(world.kept) == ()


def test_declaring_the_same_again_writes_nothing(world: World) -> None:
    """A run whose declarations have not changed leaves the file alone; another import of a document does not."""
    before = world.kept.writing.total_changes
    archive.declare(world.kept, SERVICES)
    assert world.kept.writing.total_changes == before
    other = replace(PRIVACY, sources=(replace(PRIVACY.sources[0], select=("main",)),))
    world.first(other, ONE)
    assert archive.document(world.kept, PRIVACY.id) == other
    archive.declare(world.kept, SERVICES)
    assert archive.services(world.kept) == SERVICES


def test_older_history_cannot_follow_newer(world: World) -> None:
    """A version before the newest one is refused, with what to do, and leaves nothing."""
    world.now = START + timedelta(days=1)
    world.first(PRIVACY, ONE)
    world.now = START
    with pytest.raises(ArchiveError, match="import older history"):
        world.first(PRIVACY, TWO)
    assert len(archive.checks(world.kept, PRIVACY.id)) == 1


def test_an_import_that_broke_half_way_is_not_kept(world: World) -> None:
    """A failure after writing began spoils the whole import, even if the importer goes on."""
    world.first(PRIVACY, ONE)
    world.kept.writing.execute("UPDATE bodies SET content = x'00'")
    world.kept.forget()

    def careless_import() -> None:
        with archive.bulk(world.kept):
            with pytest.raises(CorruptError):
                world.change(PRIVACY, TWO)
            world.first(TERMS, ONE)

    with pytest.raises(ArchiveError, match="nothing of it was kept"):
        careless_import()
    assert archive.checks(world.kept, TERMS.id) == ()
