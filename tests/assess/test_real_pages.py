"""The labelled real pages: nearly every block page is found, no genuine page is called blocked."""

import base64
import json
import lzma
from pathlib import Path

import pytest

from tosmonitor.assess import assess
from tosmonitor.errors import ReadError
from tosmonitor.model import Document, Response, Source
from tosmonitor.normalise import normalise

FLOORS = json.loads((Path(__file__).parents[2] / "bench" / "announce_floors.json").read_text(encoding="utf-8"))


@pytest.mark.corpus
def test_block_pages_are_found_and_genuine_pages_pass(shared_material: Path) -> None:
    """Recall and precision over the recorded pages stay at or above the floors."""
    said = {"block": [], "terms": []}  # type: dict[str, list[bool]]
    with lzma.open(shared_material / "blockpages" / "items.jsonl.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            item = json.loads(line)
            body = item["body"].encode() if "body" in item else base64.b64decode(item["body_b64"])
            url = item["url"] or "https://example.org/terms"
            media_type = item["content_type"] or "text/html"
            try:
                read = normalise(body, url=url, media_type=media_type)
            except ReadError:
                read = None
            response = Response(url, url, 200, media_type, None, (), body)
            document = Document("example", "Terms of Service", (Source(url),))
            said[item["label"]].append(assess(response, read, document=document) is not None)

    found, wronged = sum(said["block"]), sum(said["terms"])
    assert found / len(said["block"]) >= FLOORS["block_pages_recall"]
    assert found / (found + wronged) >= FLOORS["block_pages_precision"]
