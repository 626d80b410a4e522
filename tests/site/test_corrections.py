"""What was retracted or withheld: said on its page, kept at its address, in the feed, and in an export made before."""

import re
import shutil
from pathlib import Path

import pytest

from tests.site import history
from tests.site.conftest import BASE, SETTINGS, Reader
from tests.site.test_export import files
from tosmonitor import archive
from tosmonitor.model import Sentence
from tosmonitor.site import ExportReport, create_app, export

RETRACTED = "/en/lumen/privacy-policy/20250218061409/"
WITHHELD = "/en/lumen/terms-of-service/20240903061200/"


def correct(path: Path) -> None:
    """Retract a version and withhold the text of another."""
    with archive.open_archive(path, write=True) as kept:
        wrong = Sentence("A test page of ours was read.", "Une page d’essai a été lue.")
        archive.retract(
            kept, history.PRIVACY.id, history.at("2025-02-18 06:14:09"), wrong, now=history.at("2026-05-01 10:00:00")
        )
        held = archive.version_at(kept, history.TERMS.id, history.at("2024-09-03 06:12:00"))
        court = Sentence("A court ordered it.", "Un tribunal l’a ordonné.")
        archive.withhold(kept, held.digest, court, now=history.at("2026-05-02 10:00:00"))


@pytest.fixture(scope="module")
def corrected(archive_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a copy of the archive in which one version was retracted and the text of another withheld."""
    path = tmp_path_factory.mktemp("corrected") / "corrected.db"
    shutil.copy(archive_path, path)
    correct(path)
    return path


@pytest.fixture(scope="module")
def reading(corrected: Path) -> Reader:
    """Give a reader of the corrected site."""
    return Reader(create_app(corrected, base_url=BASE, settings=SETTINGS))


def test_a_retracted_change_keeps_its_address_and_says_why(reading: Reader) -> None:
    """On its page, in the document's history, and in the feed of corrections."""
    for path in (RETRACTED + "change/", RETRACTED):
        answer = reading.get(path)
        assert answer.status == 200
        assert "A test page of ours was read." in answer.text
    assert "Retracted" in reading.get("/en/lumen/privacy-policy/").text
    assert "A test page of ours was read." in reading.get("/en/feeds/corrections.atom").text
    assert "Une page d’essai a été lue." in reading.get("/fr/lumen/privacy-policy/20250218061409/change/").text


def test_a_withheld_text_gives_way_to_its_reason_and_hash(reading: Reader) -> None:
    """The page stays with the reason; the text is nowhere; its file answers 451."""
    for path in (WITHHELD, WITHHELD + "change/", WITHHELD + "change/whole/", WITHHELD + "change/side-by-side/"):
        answer = reading.get(path)
        assert answer.status == 200
        assert "A court ordered it." in answer.text
        assert "6.99" not in answer.text
    assert re.search(r"<code>[0-9a-f]{64}</code>", reading.get(WITHHELD).text)
    refused = reading.get(WITHHELD.replace("/en/", "/fr/") + "text.md")
    assert refused.status == 451
    assert "la page de sa version dit pourquoi" in refused.text
    assert reading.get(WITHHELD + "change/unified.patch").status == 404
    assert "6.99" not in reading.get("/en/").text


def test_an_export_made_before_is_corrected(
    exported: tuple[Path, ExportReport], corrected: Path, tmp_path: Path
) -> None:
    """The next export says what was retracted and removes what was withheld; it equals a fresh one."""
    out = tmp_path / "www"
    shutil.copytree(exported[0], out)
    assert (out / (WITHHELD[1:] + "text.md")).is_file()
    export(corrected, out, base_url=BASE, settings=SETTINGS)
    assert not (out / (WITHHELD[1:] + "text.md")).exists()
    export(corrected, tmp_path / "fresh", base_url=BASE, settings=SETTINGS)
    assert files(out) == files(tmp_path / "fresh")


def test_a_feed_that_was_served_before_is_corrected_at_once(
    archive_path: Path, corrected: Path, tmp_path: Path
) -> None:
    """A site that goes on running says of a correction what one says that was started after it."""
    path = tmp_path / "running.db"
    shutil.copy(archive_path, path)
    running, fresh = (create_app(each, base_url=BASE, settings=SETTINGS) for each in (path, corrected))
    for form in ("atom", "rss", "json"):
        for name in ("all", "corrections", "service/lumen"):
            assert Reader(running).get(f"/en/feeds/{name}.{form}").status == 200
    correct(path)
    for form in ("atom", "rss", "json"):
        for name in ("all", "corrections", "service/lumen"):
            address = f"/en/feeds/{name}.{form}"
            assert Reader(fresh).get(address).body == Reader(running).get(address).body
