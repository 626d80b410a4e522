"""The processes that pages are read in: the same answer as here, and no page takes anything with it."""

import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from tests.pages import serving
from tosmonitor import archive as kept
from tosmonitor.archive import open_archive
from tosmonitor.model import Document, FailureKind, Manners, ObstacleKind, Outcome, Response, Service, Source
from tosmonitor.readers import Readers
from tosmonitor.reading import TIRED, Page, understand
from tosmonitor.schedule import utc_now
from tosmonitor.track import track

TERMS = b"""<html lang="en"><title>Terms</title><main><h1>Terms of Service</h1>
<p>You may use the service for any lawful purpose, and you must not resell it without our written consent.</p>
<h2>Retention</h2><p>We keep your messages for 30 days after you delete your account, and then we erase them.</p>
<h2>Liability</h2><p>We are liable for damage that we cause wilfully or by gross negligence, as the law provides.</p>
</main></html>"""

SOURCE = Source("https://lumen.example/terms")
DOCUMENT = Document("lumen", "Terms of Service", (SOURCE,))


def page(body: bytes = TERMS, status: int = 200) -> Page:
    """Give a page as served."""
    served = Response(SOURCE.url, SOURCE.url, status, "text/html", None, (), body)
    return Page(served, SOURCE, DOCUMENT, refused=status >= 400)


class Poison(str):
    """A text that runs `code` in the process that it is sent to, and is what that gives."""

    code: str

    def __new__(cls, code: str) -> "Poison":
        """Hold the code."""
        made = super().__new__(cls)
        made.code = code
        return made

    def __reduce__(self) -> Any:
        """Be sent as a call."""
        return eval, (self.code,)


def test_a_page_reads_the_same_in_a_process_of_its_own() -> None:
    """A document, a page that is none, one without text and a refusal, from several threads at once."""
    pages = [page(), page(b"<html><body></body></html>"), page(b"<p>Just a moment...</p>", 403), page(b"\0\1\2" * 99)]
    with Readers(2) as readers, ThreadPoolExecutor(4) as threads:
        assert [understand(one) for one in pages] * 3 == list(threads.map(readers, pages * 3))


def test_a_page_is_read_while_a_thousand_files_are_open() -> None:
    """A server with many readers has numbers of open files that `select` cannot wait for."""
    with ExitStack() as files, Readers(1) as readers:
        for _ in range(1_100):
            try:
                files.enter_context(Path(__file__).open("rb"))
            except OSError:
                pytest.skip("this system allows fewer open files")
        assert readers(page()) == understand(page())


def test_a_page_that_kills_its_reader_is_a_failure_of_that_page_alone() -> None:
    """It is tried in two readers; the next page finds a third."""
    with Readers(1) as readers:
        dead = readers(replace(page(), known_text=Poison("__import__('os').abort()")))
        assert dead.normalised is None
        assert dead.failure is not None
        assert dead.failure.kind is FailureKind.INTERNAL
        assert "its reader ended with status -6" in dead.failure.reason.en
        assert readers(page()) == understand(page())


def test_a_reader_that_fails_on_a_page_leaves_its_last_words() -> None:
    """What went wrong is told with the check, as for a worker that failed."""
    with Readers(1) as readers:
        failed = readers(replace(page(), known_text=Poison("int('x')")))
        assert failed.failure is not None
        assert "ValueError: invalid literal for int() with base 10: 'x'" in failed.failure.reason.en


def test_a_reader_that_died_once_is_replaced_and_the_page_read(tmp_path: Path) -> None:
    """Perhaps it was ended for the memory that another page had taken."""
    mark = str(tmp_path / "died")
    once = f"'' if __import__('os').path.exists({mark!r}) else open({mark!r}, 'w') and __import__('os').abort()"
    with Readers(1) as readers:
        read = readers(replace(page(), known_text=Poison(once)))
        assert read.failure is None
        assert read.normalised == understand(page()).normalised
    assert Path(mark).exists()


def test_a_page_that_never_ends_is_given_up() -> None:
    """The reader is ended with it; the thread that waited goes on."""
    endless = replace(page(), known_text=Poison("__import__('threading').Event().wait()"))
    with Readers(1, patience=0.2) as readers:
        late = readers(endless)
    assert late.failure is not None
    assert "it took more than 0.2 seconds" in late.failure.reason.en


def test_no_reader_outlives_the_program() -> None:
    """On leaving, every process is gone, those that a thread had started too."""
    before = threading.active_count()
    with Readers(2) as readers:
        readers(page())
        started = [reader.process for reader in readers.all if reader.process is not None]
        assert len(started) == 1
    assert [process.poll() for process in started] == [-9]
    assert threading.active_count() == before


def test_a_reader_is_kept_for_the_next_page_however_much_the_program_holds() -> None:
    """One that holds too much is replaced; what its parent holds is not its own."""
    ballast = b"x" * (TIRED + 10_000_000)
    with Readers(1) as readers:
        readers(page())
        kept_on = [reader.process for reader in readers.all]
        readers(page())
        assert [reader.process for reader in readers.all] == kept_on != [None]
        readers(replace(page(), known_text=Poison(f"globals().update(ballast=b'x' * {len(ballast)}) or ''")))
        assert [reader.process for reader in readers.all] == [None]


def test_a_refusal_is_asked_what_it_is() -> None:
    """A wall behind an error status is named; its text is never taken for the document."""
    wall = understand(page(b"<title>Just a moment...</title><script src=/cdn-cgi/challenge-platform/x></script>", 403))
    assert wall.normalised is None
    assert wall.obstacle is not None
    assert wall.obstacle.kind is ObstacleKind.CHALLENGE


def test_a_check_whose_reader_died_is_recorded_and_made_again(tmp_path: Path) -> None:
    """Nothing is lost with a process: each document has its failed check, and is read when it is due again."""
    now = datetime(2026, 3, 2, 9, tzinfo=UTC)

    def clock() -> datetime:
        return now

    with (
        serving() as pages,
        open_archive(tmp_path / "tosmonitor.db", write=True) as archive,
        ThreadPoolExecutor(2) as threads,
    ):
        sources = [Source(pages.serve(f"/{name}", TERMS.decode().replace("30", name))) for name in ("31", "32")]
        documents = tuple(
            Document("lumen", name, (source,))
            for name, source in zip(("Terms of Service", "Privacy Policy"), sources, strict=True)
        )
        outcomes = []
        for patience in (0.0, 60.0):  # the first reader of each page is ended before it can answer
            with Readers(1, patience=patience) as readers:
                report = track(
                    archive,
                    (Service("lumen", "Lumen", documents),),
                    manners=Manners(pause=timedelta(0), allowed_hosts=(pages.host,), browser_allowed=False),
                    clock=clock,
                    sleep=lambda seconds: None,
                    executor=threads,
                    understand=readers,
                )
            outcomes.append(dict(report.outcomes))
            now = max(check.retry_at or now for check in kept.last_checks(archive).values())
        assert outcomes == [{Outcome.FAILED: 2}, {Outcome.FIRST: 2}]
        assert [check.kind for check in kept.checks(archive, documents[0].id)] == ["internal", None]


def test_whole_batches_may_be_looked_at_by_processes(tmp_path: Path) -> None:
    """Any executor will do, a cluster's as well: what travels is picklable, and the reading goes with the batch."""
    with (
        serving() as pages,
        open_archive(tmp_path / "tosmonitor.db", write=True) as archive,
        ProcessPoolExecutor(1, mp_context=get_context("spawn")) as processes,
    ):
        document = Document("lumen", "Terms of Service", (Source(pages.serve("/terms", TERMS.decode())),))
        report = track(
            archive,
            (Service("lumen", "Lumen", (document,)),),
            manners=Manners(pause=timedelta(0), allowed_hosts=(pages.host,), browser_allowed=False),
            clock=utc_now,
            sleep=time.sleep,
            executor=processes,
        )
    assert dict(report.outcomes) == {Outcome.FIRST: 1}
