"""Real pages, against the texts that hand-made selectors gave: the figures may rise, never fall."""

import base64
import importlib.util
import json
import lzma
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import mean
from types import ModuleType
from typing import Any

import pytest

from tosmonitor.errors import ReadError
from tosmonitor.model import Range, Source
from tosmonitor.normalise import normalise

pytestmark = pytest.mark.corpus
FLOORS = json.loads((Path(__file__).parents[2] / "bench" / "extract_floors.json").read_text())


@pytest.fixture(scope="module")
def judge(shared_material: Path) -> Path:
    """Give the folder of the judge of extraction."""
    folder = shared_material / "judges" / "extract"
    if not folder.exists():
        pytest.skip(f"no judge of extraction at {folder}")
    return folder


@pytest.fixture(scope="module")
def scoring(judge: Path) -> ModuleType:
    """Give the judge's scoring."""
    spec = importlib.util.spec_from_file_location("mdscore", judge / "mdscore.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["mdscore"] = module
    spec.loader.exec_module(module)
    return module


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """Give the entries of a compressed file."""
    with lzma.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def declared(value: Any) -> tuple[str | Range, ...]:
    """Return selectors as declarations hold them."""
    many = value if isinstance(value, list) else [] if value is None else [value]
    return tuple(
        one
        if isinstance(one, str)
        else Range(
            one.get("startBefore", one.get("startAfter")),
            one.get("endAfter", one.get("endBefore")),
            "startBefore" in one,
            "endAfter" in one,
        )
        for one in many
    )


def read(page: dict[str, Any], *, selecting: bool) -> str:
    """Return what is read from a page of the judge; "" where it cannot be."""
    body = page["html"].encode() if "html" in page else base64.b64decode(page["b64"])
    told = (page.get("decl") or {}) if selecting else {}
    source = Source(page["url"], select=declared(told.get("select")), remove=declared(told.get("remove")))
    kind = "text/html" if "html" in page else "application/pdf"
    try:
        return normalise(body, url=page["url"], media_type=kind, source=source).text
    except ReadError:
        return ""


@pytest.mark.parametrize("mode", ["zero", "selectors"])
def test_real_pages_are_read_as_well_as_before(judge: Path, scoring: ModuleType, mode: str) -> None:
    """Word F1, exact blocks, headings, list items and rows hold their floors, leaks their ceiling."""
    collections: dict[str, list[float]] = defaultdict(list)
    poor: list[str] = []
    for path in sorted((judge / "data").glob("eval-*.jsonl.xz")):
        figures: dict[str, list[float]] = defaultdict(list)
        for document in rows(path):
            selecting = mode == "selectors"
            if document["tag"] != "main" or (selecting and (not document["selectors_ok"] or document["kind"] == "pdf")):
                continue
            text = "\n\n".join(read(page, selecting=selecting) for page in document["pages"])
            score = scoring.score(text, document["gold"])
            if score["F"] < 0.9:
                poor.append(document["id"])
            for key in ("F", "blk_exact", "h_rec", "li_rec", "row_rec", "leak_w"):
                if score[key] is not None:
                    figures[key].append(score[key])
        for key, values in figures.items():
            collections[key].append(mean(values))
    found = {key: mean(values) for key, values in collections.items()}
    assert not {key: (found[key], floor) for key, floor in FLOORS[mode].items() if found[key] < floor}
    if mode == "zero":
        assert FLOORS["zero_ceilings"]["leak_w"] >= found["leak_w"]
        assert FLOORS["zero_ceilings"]["under_0.90"] >= len(poor), poor


@pytest.mark.parametrize("mode", ["zero", "selectors"])
def test_noise_is_no_change_and_changes_are_no_noise(judge: Path, mode: str) -> None:
    """Captures differ where their texts do; those left equal differ in tracking or hidden addresses only."""
    selecting = mode == "selectors"
    differ = {"noise": 0, "change": 0}
    pairs = {"noise": 0, "change": 0}
    for kind in differ:
        for pair in rows(judge / "data" / f"pairs-{kind}.jsonl.xz"):
            page = {"url": pair["url"], "decl": pair["decl"]}
            before, after = (read({**page, "html": pair[side]}, selecting=selecting) for side in "ab")
            differ[kind] += before != after
            pairs[kind] += 1
    assert FLOORS["pairs_ceilings"][f"false_changes_{mode}"] >= differ["noise"]
    assert FLOORS["pairs_ceilings"][f"equal_{mode}"] >= pairs["change"] - differ["change"]
