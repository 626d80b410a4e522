"""The file is cared for: copied while in use, proven whole, made smaller, its damage named to the row."""

import hashlib
import json
import re
import sqlite3
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from tests.archive.world import IMPRINT, PRIVACY, SERVICES, TERMS, World, page, sentence
from tosmonitor import archive
from tosmonitor.archive.schema import APPLICATION_ID
from tosmonitor.errors import (
    ArchiveError,
    CorruptError,
    DiskError,
    ForeignError,
    LockedError,
    NotFoundError,
    WithheldError,
)
from tosmonitor.model import Outcome, Verdict

ONE = "# Privacy\n\nWe keep your mail for 30 days.\n\nDisputes go to binding arbitration.\n"
TWO = "# Privacy\n\nWe keep your mail for 90 days.\n\nDisputes go to binding arbitration.\n"
THREE = "# Privacy\n\nWe keep your mail for 90 days.\n\nYou may go to any court.\n"


@pytest.fixture
def lived(world: World) -> World:
    """Give an archive with a short history of two documents."""
    world.first(PRIVACY, ONE)
    world.first(TERMS, "# Terms\n\nBe kind.\n")
    world.change(PRIVACY, TWO, topics=("retention",))
    world.blocked(TERMS)
    world.change(PRIVACY, ONE)
    world.change(PRIVACY, THREE, topics=("disputes",))
    return world


def damage(path: Path, statement: str) -> None:
    """Run a statement on the file behind the archive's back."""
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_whole_archive_verifies(lived: World) -> None:
    """Nothing is found in an archive that nobody touched."""
    assert archive.verify(lived.kept) == ()


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("UPDATE bodies SET content = zeroblob(length(content)) WHERE id = 2", "bodies"),
        ("UPDATE bodies SET digest = zeroblob(32) WHERE id = 1", "bodies"),
        ("UPDATE bodies SET base_id = 3 WHERE id = 4", "bodies"),
        ("UPDATE blocks SET text = 'We keep nothing.' WHERE text LIKE '%90 days%'", "texts"),
        ("DELETE FROM texts WHERE id = 1", "texts"),
        ("UPDATE occurrences SET until = NULL WHERE until IS NOT NULL", "occurrences"),
        ("DELETE FROM spells", "spells"),
        ("DELETE FROM change_topics", "change_topics"),
        ("UPDATE differences SET difference = x'00'", "differences"),
        ("DELETE FROM snapshots WHERE body_id = 1", "bodies"),
        ("DELETE FROM findings WHERE id = 1", "checks"),
        ("DELETE FROM checks WHERE version_at IS NOT NULL", "versions"),
    ],
)
def test_verify_names_the_damage(lived: World, path: Path, statement: str, table: str) -> None:
    """What was altered by hand is found, with its table."""
    lived.kept.close()
    damage(path, statement)
    with archive.open_archive(path) as kept:
        found = archive.verify(kept)
    assert table in {item.table for item in found}


def test_verify_names_the_row_of_a_damaged_body_and_those_built_on_it(lived: World, path: Path) -> None:
    """A damaged base makes the bodies stored against it unreadable, and verify says which."""
    lived.kept.close()
    damage(path, "UPDATE bodies SET content = zeroblob(length(content)) WHERE id = 1")
    with archive.open_archive(path) as kept:
        found = {item.row for item in archive.verify(kept) if item.table == "bodies"}
        (version, *_) = archive.versions(kept, PRIVACY.id)
        with pytest.raises(CorruptError, match="body 1"):
            archive.body(kept, version.snapshots[0])
    assert {"1"} < found


def test_verify_names_the_block_that_was_altered(lived: World, path: Path) -> None:
    """Of a text that is not what was kept, the line that differs is named too."""
    lived.kept.close()
    damage(path, "UPDATE blocks SET text = 'Be mean.' WHERE text = 'Be kind.'")
    with archive.open_archive(path) as kept:
        (block,) = kept.connection.execute("SELECT id FROM blocks WHERE text = 'Be mean.'").fetchone()
        assert ("blocks", str(block)) in {(item.table, item.row) for item in archive.verify(kept)}


def test_verify_names_the_rows_that_point_nowhere(lived: World, path: Path) -> None:
    """In a table without row numbers, each row that points to nothing is named by its key."""
    lived.kept.close()
    damage(path, "UPDATE snapshots SET body_id = 999 WHERE body_id = 2")
    with archive.open_archive(path) as kept:
        source, at = kept.connection.execute("SELECT source_id, at FROM snapshots WHERE body_id = 999").fetchone()
        assert ("snapshots", f"{source} {at}") in {(item.table, item.row) for item in archive.verify(kept)}


def test_verify_says_between_which_rows_a_table_breaks_off(lived: World, path: Path) -> None:
    """Of a page of the file that was overwritten, the last row before and the first row after are named."""
    for number in range(40):
        lived.change(PRIVACY, f"# Privacy\n\n{hashlib.sha256(bytes([number])).hexdigest() * 20}\n")
    lived.kept.close()
    pages = [match.start() // 4096 for match in re.finditer(b"It was reworded", path.read_bytes())]
    with path.open("r+b") as file:
        file.seek(sorted(set(pages))[1] * 4096)
        file.write(bytes(4096))
    found = [item for item in archive.examine(path) if item.table == "differences" and item.row]
    assert re.fullmatch(r"after \d+ and before \d+", found[0].row)


def test_rebuild_mends_what_is_derived(lived: World, path: Path) -> None:
    """After a rebuild everything derived is what it was, and verifies."""
    before = (archive.blame(lived.kept, PRIVACY.id), archive.timeline(lived.kept, "arbitration"))
    lived.kept.close()
    damage(path, "DELETE FROM occurrences")
    damage(path, "DELETE FROM change_topics")
    damage(path, "INSERT INTO block_index (block_index) VALUES ('delete-all')")
    with archive.open_archive(path, write=True) as kept:
        tables = {item.table for item in archive.verify(kept)}
        archive.rebuild(kept)
        assert archive.verify(kept) == ()
        assert before == (archive.blame(kept, PRIVACY.id), archive.timeline(kept, "arbitration"))
    assert tables == {"occurrences", "change_topics", "block_index"}


def test_a_truncated_file_is_named_in_words(lived: World, path: Path) -> None:
    """A file cut short still opens where it can, and verify lists what is lost to the row."""
    lived.first(IMPRINT, "# Imprint\n")
    for number in range(60):
        digests = [hashlib.sha256(f"{number} {line}".encode()).hexdigest() for line in range(200)]
        lived.change(IMPRINT, "# Imprint\n\n" + "\n".join(digests) + "\n")
    lived.kept.close()
    cut = path.stat().st_size // 4096 * 3 // 4 * 4096
    with path.open("r+b") as file:
        file.truncate(cut)
    with pytest.raises(CorruptError, match=r"is cut off.*last backup"):
        archive.open_archive(path, write=True)
    with pytest.raises(CorruptError, match="is cut off"):
        archive.open_archive(path)
    found = archive.examine(path)
    assert {item.row for item in found if item.table == "bodies"}
    assert all(item.remedy for item in found)


def test_a_backup_is_a_whole_archive(lived: World, tmp_path: Path) -> None:
    """A copy made while the archive is open has everything, in one file, and opens as an archive."""
    target = tmp_path / "kept" / "copy.db"
    assert archive.backup(lived.kept, target) == ()
    assert [target] == list(target.parent.iterdir())
    with archive.open_archive(target) as copy:
        assert archive.changes(copy) == archive.changes(lived.kept)
        assert archive.services(copy) == SERVICES


def test_a_backup_goes_on_while_checks_are_recorded(lived: World, tmp_path: Path) -> None:
    """Recording goes on during a backup; the copy holds a state of one moment."""
    found: list[object] = []
    with archive.open_archive(lived.kept.path) as reading:
        copying = threading.Thread(target=lambda: found.append(archive.backup(reading, tmp_path / "copy.db")))
        copying.start()
        for _ in range(30):
            lived.quiet(PRIVACY)
        copying.join()
    assert found == [()]


def test_a_backup_onto_itself_is_refused(lived: World) -> None:
    """Naming the archive as its own copy would destroy it."""
    with pytest.raises(ArchiveError, match="name another file"):
        archive.backup(lived.kept, lived.kept.path)


def test_compacting_changes_nothing_but_the_size(lived: World) -> None:
    """A compacted archive answers as before and verifies."""
    before = archive.changes(lived.kept, announced=None)
    assert archive.compact(lived.kept) >= 0
    assert archive.changes(lived.kept, announced=None) == before
    assert archive.verify(lived.kept) == ()


def test_status_counts(lived: World) -> None:
    """Status tells how much there is; growth is told after a month."""
    status = archive.status(lived.kept)
    assert (status.documents, status.checks, status.versions, status.changes) == (3, 6, 5, 3)
    assert status.growth is None
    lived.now += timedelta(days=60)
    lived.quiet(PRIVACY)
    assert archive.status(lived.kept).growth is not None


def test_a_second_writer_is_told_who_holds_the_file(world: World, path: Path) -> None:
    """The lock names the process and since when."""
    with pytest.raises(LockedError, match=r"process \d+ on .+ since 20"):
        archive.open_archive(path, write=True)
    told = json.loads(path.with_name("archive.db.lock").read_text())
    assert set(told) == {"pid", "host", "since"}


def test_a_reader_may_not_write(lived: World, path: Path) -> None:
    """A handle that was opened to read refuses to record."""
    with archive.open_archive(path) as kept, pytest.raises(ArchiveError, match="opened to be read"):
        archive.rebuild(kept)


def test_readers_of_many_threads_are_answered(lived: World, path: Path) -> None:
    """One handle serves many threads at once."""
    found: list[int] = []
    with archive.open_archive(path) as kept:
        threads = [threading.Thread(target=lambda: found.append(len(archive.changes(kept)))) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == [3] * 8


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="open files are counted where Linux lists them")
def test_threads_that_ended_leave_no_file_open(lived: World, path: Path) -> None:
    """A server's threads come and go for months; what each had open is closed."""
    with archive.open_archive(path) as kept:
        counts = []
        for _ in range(20):
            thread = threading.Thread(target=lambda: archive.changes(kept))
            thread.start()
            thread.join()
            counts.append(len(list(Path("/proc/self/fd").iterdir())))
        assert counts[-1] == counts[1]


def test_an_absent_archive_is_told(path: Path) -> None:
    """Reading where there is nothing says what to do."""
    with pytest.raises(NotFoundError, match="there is no archive at"):
        archive.open_archive(path)


def test_a_foreign_database_is_refused(path: Path) -> None:
    """Another program's database is not written to."""
    damage(path, "CREATE TABLE places (url TEXT)")
    for write in (False, True):
        with pytest.raises(ForeignError, match="not an archive of tosmonitor"):
            archive.open_archive(path, write=write)


def test_a_file_that_is_no_database_is_refused(path: Path) -> None:
    """A text file is not an archive."""
    path.write_text("dear diary, " * 1000)
    for write in (False, True):
        with pytest.raises(ForeignError, match="not an SQLite database"):
            archive.open_archive(path, write=write)


def test_a_newer_archive_is_refused(lived: World, path: Path) -> None:
    """A file that a newer release has migrated is left alone."""
    lived.kept.close()
    damage(path, "INSERT INTO _sqlite_migrations VALUES (99, 'tosmonitor', '0099-of-tomorrow', '2031-01-01')")
    for write in (False, True):
        with pytest.raises(ForeignError, match="newer release"):
            archive.open_archive(path, write=write)


def test_a_full_disk_keeps_what_was_acknowledged(world: World) -> None:
    """When the file may not grow, recording fails as DiskError and all that was recorded before stays."""
    world.first(PRIVACY, ONE)
    pages = world.kept.writing.execute("PRAGMA page_count").fetchone()[0]
    world.kept.writing.execute(f"PRAGMA max_page_count = {pages + 2}")
    verdict = Verdict(Outcome.CHANGE, sentence("twice"), text="\n".join(f"{n} {n * n}" for n in range(9000)),
                      version_at=world.now)  # fmt: skip
    with pytest.raises(DiskError, match="make room"):
        archive.record(world.kept, world.observation(PRIVACY, verdict.text), verdict, None)
    world.kept.writing.execute("PRAGMA max_page_count = 1000000")
    assert len(archive.checks(world.kept, PRIVACY.id)) == 1
    assert archive.verify(world.kept) == ()
    world.quiet(PRIVACY)


def test_a_retracted_version_is_marked_and_told(lived: World) -> None:
    """An artefact stays, marked; the change after it is told anew, and listeners learn of it."""
    archive.enrol(lived.kept, "hook")
    _, artefact, back, last = archive.versions(lived.kept, PRIVACY.id)
    archive.retract(lived.kept, PRIVACY.id, artefact.fetched_at, sentence("we misread the page"), now=lived.now)
    assert archive.change(lived.kept, PRIVACY.id, artefact.fetched_at).retracted is not None
    assert archive.change(lived.kept, PRIVACY.id, back.fetched_at).retracted is not None
    assert archive.change(lived.kept, PRIVACY.id, last.fetched_at).retracted is None
    assert archive.spells(lived.kept, "90 days")[0].since == last.fetched_at
    assert {entry.event for entry in archive.pending(lived.kept, "hook")} == {"retraction"}
    assert archive.verify(lived.kept) == ()


def test_a_change_after_a_retracted_version_is_told_from_the_one_before(lived: World) -> None:
    """With the version between gone, the difference is that to the version before it."""
    _, _, back, last = archive.versions(lived.kept, PRIVACY.id)
    archive.retract(lived.kept, PRIVACY.id, back.fetched_at, sentence("we misread the page"), now=lived.now)
    change = archive.change(lived.kept, PRIVACY.id, last.fetched_at)
    assert archive.text(lived.kept, change.before.digest) == TWO
    assert not any("30 days" in (edit.old or "") for edit in change.difference.edits)
    assert archive.verify(lived.kept) == ()


def test_a_withheld_text_is_found_nowhere(lived: World) -> None:
    """Text, bodies, search and differences of a withheld version are not given; its hash and the reason are."""
    last = archive.versions(lived.kept, PRIVACY.id)[-1]
    archive.withhold(lived.kept, last.digest, sentence("court order 12/2026"), now=lived.now)
    newest = archive.versions(lived.kept, PRIVACY.id)[-1]
    assert newest.digest == last.digest
    assert newest.withheld is not None
    with pytest.raises(WithheldError, match="court order"):
        archive.text(lived.kept, last.digest)
    with pytest.raises(WithheldError):
        archive.body(lived.kept, last.snapshots[0])
    with pytest.raises(WithheldError):
        archive.body_of(lived.kept, PRIVACY.id, PRIVACY.sources[0].url, last.fetched_at)
    with pytest.raises(WithheldError):
        archive.blame(lived.kept, PRIVACY.id)
    assert archive.search(lived.kept, "court").hits == ()
    assert archive.change(lived.kept, PRIVACY.id, last.fetched_at).difference.edits == ()
    assert archive.recall(lived.kept, PRIVACY.id).texts[last.digest] == THREE
    lived.change(PRIVACY, ONE)
    assert archive.verify(lived.kept) == ()
    assert page(ONE) == archive.body(lived.kept, archive.versions(lived.kept, PRIVACY.id)[-1].snapshots[0])


def test_an_older_layout_is_brought_up_to_date_by_a_writer(path: Path) -> None:
    """A reader is told to open the file once to write; that gives it the present layout."""
    damage(path, f"PRAGMA application_id = {APPLICATION_ID}")
    damage(path, "CREATE TABLE notes (text TEXT)")
    with pytest.raises(ForeignError, match="older release"):
        archive.open_archive(path)
    with archive.open_archive(path, write=True) as kept:
        archive.declare(kept, SERVICES)
    with archive.open_archive(path) as kept:
        assert archive.services(kept) == SERVICES
