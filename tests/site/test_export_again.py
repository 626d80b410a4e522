"""Whatever happens between two exports into one folder, it then holds what a fresh export gives, byte for byte."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.site import history
from tests.site.conftest import BASE
from tests.site.test_export import files
from tosmonitor import archive, urls
from tosmonitor.model import Document, Sentence, Service, Source
from tosmonitor.site import SiteSettings, export
from tosmonitor.site.export import NOTE, UNDER_WAY

SETTINGS = SiteSettings(phrases=("your data",))
DOCUMENTS = (
    Document("lumen", "Terms of Service", (Source("https://lumen.example/terms"),), language="en", jurisdiction="EU"),
    Document("lumen", "Privacy Policy", (Source("https://lumen.example/privacy"),), language="en"),
    Document("halle", "Terms of Service", (Source("https://halle.example/terms"),)),
)
CLAUSES = (
    "We may share your data with partners.",
    "Disputes are settled by binding arbitration.",
    "You may end this contract within 30 days.",
    "We keep your data for two years.",
)
NAMES = (("Lumen", ("new",)), ("Lumière", ("social",)), ("Lumen", ("social",)))
REASON = Sentence("A test page of ours was read.", "Une page d’essai a été lue.")


def services(name: str = "Lumen", tags: tuple[str, ...] = ("social",)) -> tuple[Service, ...]:
    """Return what is watched; the first service under this name, with these tags."""
    return (Service("lumen", name, DOCUMENTS[:2], tags), Service("halle", "Halle", DOCUMENTS[2:], ("market",)))


class Story:
    """An archive to which one thing after the other happens, each some hours after the one before."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.now = history.at("2026-01-20 06:00:00")
        self.counts = [0, 0, 0]
        with archive.open_archive(path, write=True) as kept:
            archive.declare(kept, services())
        for place in range(3):
            for _ in range(2):
                self.change(place)

    def do(self, step: tuple[str, int]) -> None:
        """Let one thing happen to one of the documents."""
        what, place = step
        happen: Callable[[int], None] = getattr(self, what)
        happen(place)

    def change(self, place: int) -> None:
        """Read a new wording; every fifth is not announced."""
        self._later(hours=31)
        self.counts[place] += 1
        number = self.counts[place]
        chosen = [clause for bit, clause in enumerate(CLAUSES) if (number + place) >> bit & 1]
        text = "\n\n".join([f"# Terms of {place}", *chosen, f"Edition {number}."]) + "\n"
        with self._teller(place) as teller:
            teller.tell(DOCUMENTS[place], self._stamp(), text, announced=number % 5 > 0)

    def quiet(self, place: int) -> None:
        """Look, and find nothing new."""
        self._later(hours=5)
        with self._teller(place) as teller:
            teller.quiet(DOCUMENTS[place], self._stamp())

    def failed(self, place: int) -> None:
        """Look four times in vain."""
        self._later(hours=7)
        with self._teller(place) as teller:
            teller.failed(DOCUMENTS[place], self._stamp(), days=4)
        self._later(hours=4 * 24)

    def glimpse(self, place: int) -> None:
        """Fail once and see again, all within a few hours."""
        self._later(hours=1)
        with self._teller(place) as teller:
            teller.failed(DOCUMENTS[place], self._stamp(), days=1)
        self.quiet(place)

    def retract(self, place: int) -> None:
        """Find that the last version but one was ours, so that the change after it is told anew."""
        self._later(hours=3)
        with archive.open_archive(self.path, write=True) as kept:
            held = archive.versions(kept, DOCUMENTS[place].id)
            archive.retract(kept, DOCUMENTS[place].id, held[-2].fetched_at, REASON, now=self.now)

    def withhold(self, place: int) -> None:
        """Take the newest text down."""
        self._later(hours=3)
        with archive.open_archive(self.path, write=True) as kept:
            held = archive.versions(kept, DOCUMENTS[place].id)
            archive.withhold(kept, held[-1].digest, REASON, now=self.now)

    def rename(self, place: int) -> None:
        """Give the first service another name or another tag."""
        with archive.open_archive(self.path, write=True) as kept:
            archive.declare(
                kept, services(*(("Lumen", ("new",)), ("Lumière", ("social",)), ("Lumen", ("social",)))[place])
            )

    def move(self, place: int) -> None:
        """Declare that a document speaks another language and is found elsewhere."""
        one, two = services()
        changed = replace(DOCUMENTS[place], language="fr", jurisdiction="FR", sources=(Source("https://new.example/"),))
        held = [
            replace(each, documents=tuple(changed if d.id == changed.id else d for d in each.documents))
            for each in (one, two)
        ]
        with archive.open_archive(self.path, write=True) as kept:
            archive.declare(kept, held)

    def _later(self, *, hours: int) -> None:
        self.now += timedelta(hours=hours)

    def _stamp(self) -> str:
        return f"{self.now:%Y-%m-%d %H:%M:%S}"

    def _teller(self, place: int) -> "_Telling":
        return _Telling(self.path, DOCUMENTS[place])


class _Telling:
    """An open archive, and who writes to it, knowing the newest text of a document."""

    def __init__(self, path: Path, document: Document) -> None:
        self._kept = archive.open_archive(path, write=True)
        self._document = document

    def __enter__(self) -> history.Teller:
        teller = history.Teller(self._kept)
        past = archive.recall(self._kept, self._document.id)
        if past.versions:
            teller.texts[self._document.id] = past.texts[past.versions[-1].digest]
        return teller

    def __exit__(self, *error: object) -> None:
        self._kept.close()


HAPPENINGS = ("change", "quiet", "failed", "glimpse", "retract", "withhold", "rename", "move")
STEPS = st.lists(st.tuples(st.sampled_from(HAPPENINGS), st.integers(0, 2)), min_size=1, max_size=6)


@settings(max_examples=4, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
@example([("failed", 0), ("quiet", 0), ("change", 0), ("retract", 0), ("rename", 1)])
@example([("glimpse", 1), ("withhold", 1), ("change", 1), ("move", 2), ("change", 2)])
def test_an_export_after_another_equals_a_fresh_one(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    """After each of these happenings an export writes what is missing and removes what is gone."""
    folder = tmp_path_factory.mktemp("story")
    story = Story(folder / "story.db")
    export(story.path, folder / "www", base_url=BASE, settings=SETTINGS)
    for step in steps:
        story.do(step)
        export(story.path, folder / "www", base_url=BASE, settings=SETTINGS)
    export(story.path, folder / "fresh", base_url=BASE, settings=SETTINGS)
    assert differing(folder / "www", folder / "fresh") == []
    shutil.rmtree(folder)


def differing(one: Path, two: Path) -> list[str]:
    """Return the names of files that are not the same in two folders."""
    held, fresh = files(one), files(two)
    return sorted(name for name in held.keys() | fresh.keys() if held.get(name) != fresh.get(name))


@pytest.fixture
def story(tmp_path: Path) -> Story:
    """Give an archive that was exported once, into the folder www beside it."""
    told = Story(tmp_path / "story.db")
    export(told.path, tmp_path / "www", base_url=BASE, settings=SETTINGS)
    return told


class _StoppedError(Exception):
    """What stops an export half-way."""


@pytest.mark.parametrize("after", [1, 60])
def test_an_interrupted_export_is_made_good(story: Story, tmp_path: Path, after: int) -> None:
    """What was written before the interruption is not taken for what was there, and what was half-written goes."""

    left = iter(range(after))

    def progress(done: int, total: int) -> None:
        if next(left, None) is None:
            raise _StoppedError

    story.change(0)
    story.rename(1)
    with pytest.raises(_StoppedError):
        export(story.path, tmp_path / "www", base_url=BASE, settings=SETTINGS, progress=progress)
    story.withhold(0)
    story.rename(2)
    export(story.path, tmp_path / "www", base_url=BASE, settings=SETTINGS)
    export(story.path, tmp_path / "fresh", base_url=BASE, settings=SETTINGS)
    assert differing(tmp_path / "www", tmp_path / "fresh") == []


def test_another_address_or_other_settings_make_another_site(story: Story, tmp_path: Path) -> None:
    """An export for another address into the same folder leaves nothing of the one before."""
    other = replace(SETTINGS, phrases=(), authority="terms.example", index_links=True)
    export(story.path, tmp_path / "www", base_url="https://elsewhere.example/terms", settings=other)
    export(story.path, tmp_path / "fresh", base_url="https://elsewhere.example/terms", settings=other)
    assert differing(tmp_path / "www", tmp_path / "fresh") == []


def test_files_that_were_lost_come_back(story: Story, tmp_path: Path) -> None:
    """Whatever was deleted by hand is written again: a page, a feed, a folder, the note itself."""
    out = tmp_path / "www"
    export(story.path, tmp_path / "fresh", base_url=BASE, settings=SETTINGS)
    (out / "en/lumen/index.html").unlink()
    (out / "fr/feeds/all.atom").unlink()
    shutil.rmtree(out / "en/halle")
    report = export(story.path, out, base_url=BASE, settings=SETTINGS)
    assert 2 < report.written < report.held / 3
    assert differing(out, tmp_path / "fresh") == []
    (out / NOTE).write_text("{")
    export(story.path, out, base_url=BASE, settings=SETTINGS)
    assert differing(out, tmp_path / "fresh") == []


def test_a_damaged_feed_and_a_note_of_before_are_made_good(story: Story, tmp_path: Path) -> None:
    """A feed that was cut off gives no entries; a note without parts still says what has to go."""
    out = tmp_path / "www"
    note = json.loads((out / NOTE).read_bytes())
    flat = {path: token for part in note["parts"].values() for path, token in part["files"].items()}
    (out / NOTE).write_text(json.dumps(flat))
    feed = out / "en/feeds/all.atom"
    feed.write_bytes(feed.read_bytes().replace(b"<updated>", b"<up"))
    story.change(0)
    story.withhold(1)
    export(story.path, out, base_url=BASE, settings=SETTINGS)
    export(story.path, tmp_path / "fresh", base_url=BASE, settings=SETTINGS)
    assert differing(out, tmp_path / "fresh") == []


def test_entries_of_unchanged_changes_are_copied_not_made(story: Story, tmp_path: Path) -> None:
    """An entry in a feed that is written anew stays byte for byte what the feed before held."""
    feed = tmp_path / "www/en/feeds/all.atom"
    before = feed.read_bytes().split(b"<entry>")[1:]
    story.change(2)
    export(story.path, tmp_path / "www", base_url=BASE, settings=SETTINGS)
    after = feed.read_bytes().split(b"<entry>")[1:]
    assert len(after) == len(before) + 1
    assert after[1:] == before


def test_pages_are_put_together_from_what_they_held(story: Story, tmp_path: Path) -> None:
    """Entries of lists, and the text of a version that was succeeded, are copied from the pages of before, not made."""
    out = tmp_path / "www"
    lists = [out / name for name in ("en/index.html", "fr/tags/social/index.html", "en/lumen/index.html")]
    for page in lists:
        page.write_bytes(page.read_bytes().replace(b'class="said"', b'class="said of-before"'))
    held = [page.read_bytes().count(b"of-before") for page in lists]
    data = out / "api/v1/changes.json"
    data.write_bytes(data.read_bytes().replace(b'"en":"', b'"en":"Before: '))
    with archive.open_archive(story.path, write=False) as kept:
        last = archive.versions(kept, DOCUMENTS[0].id)[-1].fetched_at
    version = out / urls.version("fr", DOCUMENTS[0].id, last).strip("/") / "index.html"
    version.write_bytes(version.read_bytes().replace(b'class="terms"', b'class="terms of-before"'))
    story.change(0)
    export(story.path, out, base_url=BASE, settings=SETTINGS)
    assert 0 not in held
    for page, count in zip(lists, held, strict=True):
        text = page.read_bytes()
        assert (count, count + 1) == (text.count(b"of-before"), text.count(b'class="said'))
    told = [item["sentence"]["en"].startswith("Before: ") for item in json.loads(data.read_bytes())]
    assert told == [False, *([True] * (len(told) - 1))]
    assert b'class="terms of-before"' in version.read_bytes()
    assert urls.change("fr", DOCUMENTS[0].id, story.now).rpartition("/change")[0][-14:].encode() in version.read_bytes()


def test_damaged_pages_give_nothing(story: Story, tmp_path: Path) -> None:
    """A page, or a list as data, that was cut off or overwritten is made anew as a whole."""
    out = tmp_path / "www"
    (out / "en/index.html").write_bytes(b'<li>\n<h3><a href="\xff')
    (out / "fr/tags/social/index.html").write_bytes(b"")
    (out / "api/v1/changes.json").write_bytes(b'[{"document": "lumen"}]')
    (out / "en/lumen/index.html").write_bytes((out / "en/lumen/index.html").read_bytes()[:-2000])
    story.change(0)
    export(story.path, out, base_url=BASE, settings=SETTINGS)
    export(story.path, tmp_path / "fresh", base_url=BASE, settings=SETTINGS)
    assert differing(out, tmp_path / "fresh") == []


def test_an_interruption_that_cannot_be_read_puts_everything_in_doubt(story: Story, tmp_path: Path) -> None:
    """Where nobody knows what was touched, every file is written again; what is gone goes all the same."""
    out = tmp_path / "www"
    (out / "en/lumen/index.html").write_bytes(b"half")
    (out / UNDER_WAY).write_bytes(b"{")
    story.rename(0)
    report = export(story.path, out, base_url=BASE, settings=SETTINGS)
    export(story.path, tmp_path / "fresh", base_url=BASE, settings=SETTINGS)
    assert report.held == report.written
    assert differing(out, tmp_path / "fresh") == []
