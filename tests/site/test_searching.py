"""The files that the search of an export reads: whole, small, and written again only where a text changed."""

import json
import shutil
from pathlib import Path

import pytest

from tests.site import history
from tests.site.conftest import BASE, SETTINGS, Reader
from tests.site.test_pages import ANCHOR
from tosmonitor import archive
from tosmonitor.site import ExportReport, export
from tosmonitor.site.searching import folded


def test_the_live_site_answers_without_the_index(reader: Reader) -> None:
    """A page that the server answered has no use for the script."""
    assert "search.js" in reader.get("/en/search/").text
    assert "search.js" not in reader.get("/en/search/?q=data").text
    assert reader.get("/index/documents.js").status == 404


def test_every_passage_of_the_index_has_its_address_on_the_page(exported: tuple[Path, ExportReport]) -> None:
    """What the index leads to is there."""
    out, _ = exported
    texts = sorted((out / "index/texts").rglob("*.js"))
    assert len(texts) > 5
    for path in texts:
        document = path.relative_to(out / "index/texts").as_posix().removesuffix(".js")
        names = set(ANCHOR.findall((out / "en" / document / "index.html").read_text("utf-8")))
        script = path.read_text("utf-8")
        runs = json.loads(script[script.index(",") + 1 : script.rindex(")")])
        assert {name for _, _, blocks in runs for name, _ in blocks} <= names


def test_a_new_text_rewrites_its_own_part_of_the_index(
    exported: tuple[Path, ExportReport], archive_path: Path, tmp_path: Path
) -> None:
    """Of the texts only the one that changed is written again, of the words those files that hold a new or lost one."""
    out, path = tmp_path / "www", tmp_path / "more.db"
    shutil.copytree(exported[0], out)
    shutil.copy(archive_path, path)
    before = {one: one.stat().st_mtime_ns for one in (out / "index").rglob("*.js")}
    with archive.open_archive(path, write=True) as kept:
        teller = history.Teller(kept)
        teller.texts[history.MARKET.id] = history.MARKET_3
        teller.tell(history.MARKET, "2026-05-02 05:30:00", history.MARKET_3.replace("two mediators", "two zymurgists"))
    export(path, out, base_url=BASE, settings=SETTINGS)
    written = {
        one.relative_to(out / "index").as_posix()
        for one in (out / "index").rglob("*.js")
        if before.get(one) != one.stat().st_mtime_ns
    }
    assert written == {"documents.js", f"texts/{history.MARKET.id}.js", "words/m1.js", "words/z1.js"}


def test_a_lost_file_of_the_index_is_written_again(
    exported: tuple[Path, ExportReport], archive_path: Path, tmp_path: Path
) -> None:
    """An export mends what is missing."""
    out = tmp_path / "www"
    shutil.copytree(exported[0], out)
    lost = out / "index/words/a1.js"
    held = lost.read_bytes()
    lost.unlink()
    export(archive_path, out, base_url=BASE, settings=SETTINGS)
    assert lost.read_bytes() == held


@pytest.mark.parametrize(
    ("text", "expected"), [("Données", "donnees"), ("Straße", "straße"), ("ÉTÉ", "ete"), ("が", "が"), ("한국", "한국")]
)
def test_words_are_folded_as_the_live_search_folds_them(text: str, expected: str) -> None:
    """Accents and capitals go; letters of other scripts stay whole."""
    assert folded(text) == expected
