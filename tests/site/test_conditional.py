"""Asking again costs little: validators, 304, gzip, HEAD, and what must not be remembered."""

import gzip
import shutil
from pathlib import Path

from tests.site import history
from tests.site.conftest import BASE, Reader
from tosmonitor import archive
from tosmonitor.model import Service
from tosmonitor.site import create_app


def test_a_second_request_with_the_validator_gets_304(reader: Reader) -> None:
    """The strong ETag of a page or feed brings 304 without a body."""
    for path in ("/en/", "/en/feeds/all.atom", "/api/v1/services.json", "/static/site.css"):
        first = reader.get(path)
        assert not first.headers["etag"].startswith("W/")
        second = reader.get(path, if_none_match=first.headers["etag"])
        assert (second.status, second.body) == (304, b""), path


def test_a_compressed_answer_is_the_same_answer(reader: Reader) -> None:
    """Gzip gives the same bytes once unpacked, under a validator of its own, the same at every request."""
    plain = reader.get("/en/")
    packed = reader.get("/en/", accept_encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert packed.headers["etag"] != plain.headers["etag"]
    assert "Accept-Encoding" in packed.headers["vary"]
    assert reader.get("/en/", accept_encoding="gzip").body == packed.body
    assert reader.get("/en/", accept_encoding="gzip;q=0").headers.get("content-encoding") is None


def test_head_gives_the_headers_of_get(reader: Reader) -> None:
    """HEAD has no body, and the length and validator of GET."""
    full, head = reader.get("/en/services/"), reader.get("/en/services/", method="HEAD")
    assert head.body == b""
    assert head.headers["etag"] == full.headers["etag"]
    assert head.headers["content-length"] == str(len(full.body))


def test_other_methods_are_refused(reader: Reader) -> None:
    """The site is read-only."""
    assert reader.get("/en/", method="POST").status == 405


def test_feeds_say_when_they_changed(reader: Reader) -> None:
    """A feed carries Last-Modified, from its newest entry, in universal time."""
    assert reader.get("/en/feeds/all.rss").headers["last-modified"].endswith("2026 05:31:40 GMT")


def test_what_was_remembered_is_forgotten_when_the_archive_is_written_to(archive_path: Path, tmp_path: Path) -> None:
    """A new service appears at once."""
    path = tmp_path / "copy.db"
    shutil.copy(archive_path, path)
    reader = Reader(create_app(path, base_url=BASE))
    before = reader.get("/en/services/")
    assert "Nouveau venu" not in before.text
    with archive.open_archive(path, write=True) as kept:
        archive.declare(kept, (*history.SERVICES, Service("nouveau", "Nouveau venu", ())))
    after = reader.get("/en/services/")
    assert "Nouveau venu" in after.text
    assert after.headers["etag"] != before.headers["etag"]


def test_health_and_figures_are_never_remembered(reader: Reader) -> None:
    """Machines get the state of now: well, and how many documents are unseen."""
    health, figures = reader.get("/healthz"), reader.get("/metrics")
    assert (health.status, health.headers["cache-control"]) == (200, "no-store")
    assert "tosmonitor_documents_unseen 1.0" in figures.text
    assert 'tosmonitor_documents{outcome="failed"} 1.0' in figures.text
