"""Re-reading whole histories: what was ours is retracted in public, what was theirs stands."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tosmonitor import archive as kept
from tosmonitor.archive import Archive, open_archive
from tosmonitor.diff import compare
from tosmonitor.model import (
    Document,
    Normalised,
    Observation,
    Outcome,
    Reading,
    Response,
    Sentence,
    Service,
    Source,
    Verdict,
)
from tosmonitor.renormalise import renormalise

URL = "https://acme.example/terms"
DOCUMENT = Document("acme", "Terms of Service", (Source(URL),))
START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SAID = Sentence("Seen.", "Vu.")
CLAUSE = "These terms are an agreement between you and Acme about the use of the service and all that belongs to it."
MORE = "We tell you of changes to these terms by mail at least thirty days before they enter into force for you."


def page(*clauses: str, furniture: str = "") -> bytes:
    """Make a page that holds `clauses`."""
    text = "".join(f"<p>{clause}</p>" for clause in clauses)
    return f"<html><body><nav>{furniture}</nav><main><h1>Terms</h1>{text}</main></body></html>".encode()


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """Give an archive whose second version holds a menu that earlier rules took for text, the third a real change."""
    with open_archive(tmp_path / "archive.sqlite", write=True) as archive:
        kept.declare(archive, (Service("acme", "Acme", (DOCUMENT,)),))
        texts = (
            f"# Terms\n\n{CLAUSE}\n",
            f"Our new menu says more words\n\n# Terms\n\n{CLAUSE}\n",
            f"# Terms\n\n{CLAUSE}\n\n{MORE}\n",
        )
        pages = (page(CLAUSE), page(CLAUSE, furniture="Our new menu says more words"), page(CLAUSE, MORE))
        before = None
        for day, (text, body) in enumerate(zip(texts, pages, strict=True)):
            at = START + timedelta(days=day)
            response = Response(URL, URL, 200, "text/html", "utf-8", (), body)
            reading = Reading(DOCUMENT.sources[0], at, response, Normalised(text, "en", None))
            outcome = Outcome.CHANGE if before else Outcome.FIRST
            verdict = Verdict(outcome, SAID, text=text, version_at=at, announced=before is not None)
            difference = compare(before, text) if before else None
            kept.record(archive, Observation(DOCUMENT, at, (reading,), 1), verdict, difference)
            before = text
        yield archive


@pytest.mark.parametrize("pool", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_shows_what_would_change_without_changing_it(
    archive: Archive, pool: type[ThreadPoolExecutor | ProcessPoolExecutor]
) -> None:
    """Without being told to, nothing is retracted; threads and processes find the same."""
    with pool(1) as executor:
        (found,) = renormalise(archive, executor=executor, now=START + timedelta(days=9))

    assert found.versions == 3
    assert found.differ == (START + timedelta(days=1),)
    assert [a.change.after.fetched_at for a in found.artefacts] == [START + timedelta(days=1)]
    assert not found.retracted
    assert all(version.retracted is None for version in kept.versions(archive, DOCUMENT.id))


def test_retracts_what_was_ours_and_nothing_else(archive: Archive) -> None:
    """The artefact is marked with date and reason; the real change and every page stay."""
    now = START + timedelta(days=9)
    with ThreadPoolExecutor(1) as executor:
        list(renormalise(archive, executor=executor, now=now, documents=(DOCUMENT.id,), retract=True))

    first, artefact, real = kept.versions(archive, DOCUMENT.id)
    assert artefact.retracted is not None
    assert artefact.retracted.at == now
    assert "artefact of ours" in artefact.retracted.reason.en
    assert first.retracted is None
    assert real.retracted is None
    assert len(kept.snapshots(archive, DOCUMENT.id)) == 3


def test_is_done_after_one_run(archive: Archive) -> None:
    """A second run finds nothing left to retract."""
    with ThreadPoolExecutor(1) as executor:
        for _ in range(2):
            found = list(
                renormalise(archive, executor=executor, now=START + timedelta(days=9), documents=None, retract=True)
            )

    assert found[0].artefacts == ()
