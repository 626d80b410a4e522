"""Real pages over time, served by a loopback server as of their recorded times, through the whole program."""

import json
import lzma
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.pages import Page, Pages, serving
from tosmonitor import archive as kept
from tosmonitor.archive import Archive, open_archive
from tosmonitor.model import Document, Manners, Service, Source
from tosmonitor.track import track

pytestmark = pytest.mark.corpus

#: Documents of one page each, of many makes, and two that are combined from several pages.
DOCUMENTS = (
    "demo-brevo-privacy-policy",
    "demo-buffer-privacy-policy",
    "demo-github-privacy-policy",
    "demo-github-terms-of-service",
    "demo-open-collective-terms-of-service",
    "demo-open-terms-archive-privacy-policy",
    "demo-uptimerobot-terms-of-service",
    "genai-eu-chatgpt-trackers-policy",
    "genai-eu-claude-ai-data-processor-agreement",
    "genai-eu-llama-api-acceptable-use-policy",
    "genai-eu-qwen-chat-trackers-policy",
    "genai-eu-chatgpt-law-enforcement-guidelines",
)

#: Captures a page: enough for real changes and flips, few enough for every run of the tests.
CAPTURES = 12


@dataclass(frozen=True)
class Capture:
    """One recorded page: when it was seen, where it is served here, and its bytes."""

    at: datetime
    path: str
    body: bytes
    media_type: str


def captures_of(folder: Path) -> list[Capture]:
    """Read a document's captures: those around the versions the peer recorded, and their neighbours, in time order."""
    rows: dict[str | None, list[dict[str, Any]]] = {}
    with lzma.open(folder / "snapshots.jsonl.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            rows.setdefault(row["source_id"], []).append(row)
    found = []
    for number, series in enumerate(rows.values()):
        start = max(0, len(series) - CAPTURES)
        born = [i for i, row in enumerate(series) if row["produced_version"]]
        if len(born) > 2:
            start = max(0, min(start, born[-2] - 2))
        for row in series[start : start + CAPTURES]:
            if "body" not in row:
                continue
            found.append(
                Capture(
                    datetime.fromisoformat(row["fetched_at"]),
                    f"/{folder.name}/{number}",
                    row["body"].encode(),
                    row["content_type"],
                )
            )
    return sorted(found, key=lambda capture: (capture.at, capture.path))


@dataclass
class Replayed:
    """What is left when all captures were played: the archive, its file, and what was served."""

    archive: Archive
    path: Path
    services: tuple[Service, ...]
    served: dict[str, set[bytes]]
    announced: int


@pytest.fixture(scope="module")
def replayed(shared_material: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replayed]:
    """Play every capture once, each at its recorded time, through `track`."""
    path = tmp_path_factory.mktemp("corpus") / "tosmonitor.db"
    with serving() as pages, open_archive(path, write=True) as archive:
        series = {name: captures_of(shared_material / "corpus" / "docs" / name) for name in DOCUMENTS}
        series = {name: captures for name, captures in series.items() if captures}
        services = tuple(declared(name, captures, pages) for name, captures in series.items())
        served: dict[str, set[bytes]] = {name: set() for name in series}
        announced = 0
        for name, captures in series.items():
            (service,) = (s for s in services if s.id == name)
            for moment, group in rounds(captures):
                for capture in group:
                    pages.pages[capture.path] = Page(capture.body, media_type=capture.media_type)
                if len({c.path for c in captures} - pages.pages.keys()) == 0:
                    announced += look(archive, service, pages, moment)
                    bodies = {pages.pages[c.path].body for c in captures}
                    served[name] |= {body for body in bodies if b'http-equiv="refresh"' not in body}
        yield Replayed(archive, path, services, served, announced)


def declared(name: str, captures: list[Capture], pages: Pages) -> Service:
    """Declare a document by its addresses alone."""
    paths = sorted({capture.path for capture in captures})
    sources = tuple(Source(pages.address + path) for path in paths)
    return Service(name, name, (Document(name, "Terms of Service", sources),))


def rounds(captures: list[Capture]) -> Iterator[tuple[datetime, list[Capture]]]:
    """Group the captures of one round, which lie within minutes of each other; give the last one's time."""
    group: list[Capture] = []
    for capture in captures:
        if group and capture.at - group[0].at > timedelta(minutes=15):
            yield group[-1].at, group
            group = []
        group.append(capture)
    if group:
        yield group[-1].at, group


def look(archive: Archive, service: Service, pages: Pages, moment: datetime) -> int:
    """Look at one service at `moment`; return how many changes were announced."""
    with ThreadPoolExecutor(1) as pool:
        report = track(
            archive,
            [service],
            manners=Manners(pause=timedelta(0), allowed_hosts=(pages.host,), browser_allowed=False),
            clock=lambda: moment,
            sleep=lambda seconds: None,
            executor=pool,
            only=[document.id for document in service.documents],
        )
    return len(report.changes)


def test_at_least_ten_documents_are_played(replayed: Replayed) -> None:
    """The sample is wide: ten documents or more, each with at least one version."""
    assert len(replayed.services) >= 10
    for service in replayed.services:
        assert kept.versions(replayed.archive, service.documents[0].id), service.id


def test_every_page_is_kept_as_it_was_served(replayed: Replayed) -> None:
    """The archive gives back each distinct body to the byte (a page that only sends on elsewhere is followed)."""
    for service in replayed.services:
        digests = {snapshot.digest for snapshot in kept.snapshots(replayed.archive, service.documents[0].id)}
        assert {kept.body(replayed.archive, digest) for digest in digests} >= replayed.served[service.id]


def test_changes_are_announced_and_each_is_its_difference(replayed: Replayed) -> None:
    """Real changes come out, in words, and applying one to the old text gives the new."""
    changes = kept.changes(replayed.archive, limit=1000)
    assert len(changes) == replayed.announced
    assert len(changes) >= 10
    for change in changes:
        assert change.difference.edits
        assert change.difference.sentence.en
        assert change.difference.sentence.fr
        assert change.before.digest != change.after.digest
