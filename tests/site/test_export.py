"""The export: the same bytes as live, only what is new, the same twice, under any prefix."""

import json
import shutil
from pathlib import Path
from urllib.parse import urljoin

from tests.site import history
from tests.site.conftest import BASE, SETTINGS, Reader
from tests.site.test_pages import ANCHOR, inside
from tosmonitor import archive
from tosmonitor.model import Document, Outcome, Sentence, Service, Source, Verdict
from tosmonitor.site import ExportReport, SiteSettings, create_app, export
from tosmonitor.site.export import NOTE


def files(out: Path) -> dict[str, bytes]:
    """Return everything in a folder but the note."""
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name != NOTE
    }


def test_exported_bytes_equal_live_bytes(exported: tuple[Path, ExportReport], reader: Reader) -> None:
    """Every file holds what the running site answers at its address; the index alone is for files only."""
    out, report = exported
    held = files(out)
    assert report.held == report.written == len(held) - 1
    for name, body in held.items():
        if name == "404.html" or name.startswith("index/"):
            continue
        path = "/" + name.removesuffix("index.html")
        assert reader.get(path).body == body, path


def test_every_link_of_the_export_leads_to_a_file(exported: tuple[Path, ExportReport]) -> None:
    """Links are relative and stay within the export, so that it works under any prefix."""
    out, _ = exported
    for page in out.rglob("*.html"):
        if page.name == "404.html":
            continue
        here = "/a/prefix/" + page.relative_to(out).as_posix()
        for link in inside(page.read_text("utf-8")):
            assert not link.startswith("/"), (page, link)
            target = urljoin(here, link).partition("#")[0].partition("?")[0]
            assert target.startswith("/a/prefix/"), (page, link)
            name = target.removeprefix("/a/prefix/")
            name += "index.html" if not name or name.endswith("/") else ""
            assert (out / name).is_file(), (page, link)


def test_a_second_export_writes_nothing(exported: tuple[Path, ExportReport], archive_path: Path) -> None:
    """Nothing new, nothing written."""
    out, first = exported
    again = export(archive_path, out, base_url=BASE, settings=SETTINGS)
    assert (again.held, again.written, again.removed) == (first.held, 0, 0)


def test_two_exports_are_the_same(exported: tuple[Path, ExportReport], archive_path: Path, tmp_path: Path) -> None:
    """Nothing depends on the time or the place of the export."""
    export(archive_path, tmp_path / "other", base_url=BASE, settings=SETTINGS)
    assert files(tmp_path / "other") == files(exported[0])


def test_a_new_change_writes_its_pages_and_leaves_old_versions_alone(
    exported: tuple[Path, ExportReport], archive_path: Path, tmp_path: Path
) -> None:
    """After one more change the incremental export equals a fresh one, and old pages were not written again."""
    out, path = tmp_path / "www", tmp_path / "more.db"
    shutil.copytree(exported[0], out)
    shutil.copy(archive_path, path)
    old = out / "en/lumen/privacy-policy/20241112180247/index.html"
    stamp = old.stat().st_mtime_ns
    with archive.open_archive(path, write=True) as kept:
        teller = history.Teller(kept)
        teller.texts[history.MARKET.id] = history.MARKET_3
        teller.tell(history.MARKET, "2026-05-02 05:30:00", history.MARKET_3.replace("12.5 %", "13 %"))
    report = export(path, out, base_url=BASE, settings=SETTINGS)
    assert 0 < report.written < report.held / 3
    assert old.stat().st_mtime_ns == stamp
    export(path, tmp_path / "fresh", base_url=BASE, settings=SETTINGS)
    assert files(out) == files(tmp_path / "fresh")


def test_a_check_without_news_rewrites_no_old_page(
    exported: tuple[Path, ExportReport], archive_path: Path, tmp_path: Path
) -> None:
    """A quiet check touches the pages that say when a document was last seen, and those alone."""
    out, path = tmp_path / "www", tmp_path / "quiet.db"
    shutil.copytree(exported[0], out)
    shutil.copy(archive_path, path)
    with archive.open_archive(path, write=True) as kept:
        when = history.at("2026-05-03 05:30:00")
        verdict = Verdict(Outcome.UNCHANGED, Sentence("As before.", "Comme avant."), text=history.MARKET_3)
        archive.record(kept, history.seen(history.MARKET, when, history.MARKET_3), verdict, None)
    report = export(path, out, base_url=BASE, settings=SETTINGS)
    assert 0 < report.written < 60


def test_what_is_gone_is_removed(exported: tuple[Path, ExportReport], archive_path: Path, tmp_path: Path) -> None:
    """A page that an earlier export wrote, and that the site does not hold any more, is removed."""
    out = tmp_path / "www"
    shutil.copytree(exported[0], out)
    stray = out / "en/phrase/forgotten/index.html"
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"old")
    note = json.loads((out / NOTE).read_bytes())
    note["parts"]["site"] = {"token": "old", "files": note["parts"]["site"]["files"] | {"/en/phrase/forgotten/": "old"}}
    (out / NOTE).write_text(json.dumps(note))
    report = export(archive_path, out, base_url=BASE, settings=SETTINGS)
    assert (report.written, report.removed) == (0, 1)
    assert not stray.parent.exists()


def test_an_export_for_disk_names_files(archive_path: Path, tmp_path: Path) -> None:
    """With links to files, each link names a file that is there: the export opens without a server."""
    out = tmp_path / "disk"
    export(archive_path, out, base_url=BASE, settings=SiteSettings(index_links=True))
    for page in [out / "index.html", out / "en/index.html", *(out / "en/lumen").rglob("*.html")]:
        for link in inside(page.read_text("utf-8")):
            name = link.partition("#")[0].partition("?")[0]
            assert not name or (page.parent / name).is_file(), (page, link)


def test_the_sitemap_lists_pages_and_robots_names_it(exported: tuple[Path, ExportReport]) -> None:
    """Search engines find every page for readers, and no file."""
    out, _ = exported
    listed = (out / "sitemap.xml").read_text("utf-8")
    assert f"<loc>{BASE}/en/lumen/privacy-policy/20250603060955/change/</loc>" in listed
    assert ".atom" not in listed
    assert f"Sitemap: {BASE}/sitemap.xml" in (out / "robots.txt").read_text("utf-8")


def test_anchors_are_kept(exported: tuple[Path, ExportReport]) -> None:
    """A hunk's address stands in the exported page as well."""
    text = (exported[0] / "en/lumen/privacy-policy/20250603060955/change/index.html").read_text("utf-8")
    assert any(name.startswith("c-") for name in ANCHOR.findall(text))


def test_many_services_stand_on_pages_of_their_own(tmp_path: Path) -> None:
    """Beyond what a page holds, services, coverage and feeds are parted; each part is exported and links hold."""
    path, out = tmp_path / "many.db", tmp_path / "www"
    kinds = ("Terms of Service", "Privacy Policy", "Community Guidelines")
    services = [
        Service(
            f"house-{number}",
            f"{'ÉEF9'[number % 4]}xample {number:02}",
            tuple(Document(f"house-{number}", kind, (Source(f"https://{number}.example/"),)) for kind in kinds),
            (f"sector-{number}",),
        )
        for number in range(60)
    ]
    with archive.open_archive(path, write=True) as kept:
        archive.declare(kept, services)
    export(path, out, base_url=BASE, settings=SETTINGS)
    assert (out / "en/services/e/index.html").is_file()
    assert (out / "fr/coverage/e-2/index.html").is_file()
    assert (out / "en/feeds/service/0-9/index.html").is_file()
    assert (out / "en/feeds/tag/index.html").is_file()
    whole = "".join(page.read_text("utf-8") for page in (out / "en/services").rglob("*.html"))
    assert all(whole.count(f">{service.name}</a>") == 1 for service in services)
    reader = Reader(create_app(path, base_url=BASE, settings=SETTINGS))
    for page in [*(out / "en/services").rglob("*.html"), *(out / "en/coverage").rglob("*.html"),
                 *(out / "en/feeds").rglob("*.html")]:  # fmt: skip
        here = "/" + page.relative_to(out).as_posix()
        assert reader.get(here.removesuffix("index.html")).body == page.read_bytes()
        for link in inside(page.read_text("utf-8")):
            target = urljoin(here, link).partition("#")[0].partition("?")[0]
            name = target.removeprefix("/") + ("index.html" if target.endswith("/") else "")
            assert (out / name).is_file(), (here, link)
    assert reader.get("/en/services/e-9/").status == 404
