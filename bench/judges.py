"""Thin adapters, under the names that the judges of real pages call, to the code that the program runs.

No tuning of their own: each turns the judges' plain values into our types, calls the public function, and turns back.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from tosmonitor import archive as kept
from tosmonitor import assess as assessing
from tosmonitor import diff
from tosmonitor.errors import ReadError
from tosmonitor.model import Document, Range, Response, Source
from tosmonitor.normalise import normalise
from tosmonitor.replay import replay_document


def extract(body: bytes, *, url: str, media_type: str, select: list[Any], remove: list[Any]) -> str:
    """Return the Markdown of a page; raises ReadError where there is none."""
    source = Source(url, select=_selectors(select), remove=_selectors(remove))
    return normalise(body, url=url, media_type=media_type, source=source).text


def compare(old: str, new: str) -> dict[str, Any]:
    """Return the difference of two Markdown texts in the shape "diff/1"."""
    return diff.as_json(diff.compare(old, new), old, new)


def replay(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what would have been announced over the recorded captures of a document, in order."""
    return [{"fetched_at": found.fetched_at, "text": found.text} for found in replay_document(document).announced]


def assess(body: bytes, *, url: str, media_type: str) -> str | None:
    """Return None for a genuine page, else the kind of obstacle."""
    source = Source(url)
    document = Document("example", "Terms of Service", (source,))
    response = Response(url, url, 200, media_type, None, (), body)
    try:
        normalised = normalise(body, url=url, media_type=media_type, source=source)
    except ReadError:
        normalised = None
    obstacle = assessing.assess(response, normalised, document=document)
    return None if obstacle is None else str(obstacle.kind)


def write_archive(path: str, snapshots: Iterable[dict[str, Any]]) -> None:
    """Record captures (document, url, fetched_at, media_type, body), in time order, into a new archive."""
    with kept.open_archive(Path(path), write=True) as archive:
        kept.keep(archive, snapshots)


def read_archive(path: str) -> Callable[[str, str, datetime], bytes]:
    """Return a function that gives the body captured of a document's page at a time."""
    archive = kept.open_archive(Path(path))

    def get(document: str, url: str, fetched_at: datetime) -> bytes:
        return kept.body_of(archive, document, url, fetched_at)

    return get


def _selectors(declared: Iterable[Any]) -> tuple[str | Range, ...]:
    return tuple(_range(item) if isinstance(item, dict) else item for item in declared)


def _range(item: dict[str, str]) -> Range:
    return Range(
        item.get("startBefore") or item["startAfter"],
        item.get("endBefore") or item["endAfter"],
        start_included="startBefore" in item,
        end_included="endAfter" in item,
    )
