"""The difference keeps its floors on seeded edits of real documents whose true script is known."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tosmonitor import diff

FLOORS = json.loads((Path(__file__).parents[2] / "bench" / "diff_floors.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def judge(shared_material: Path) -> ModuleType:
    """Load the judge, or skip where it is absent."""
    path = shared_material / "judges" / "diff" / "judge_diff.py"
    if not path.exists():
        pytest.skip(f"no judge of differences at {path}")
    spec = importlib.util.spec_from_file_location("judge_diff", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _answer(old: str, new: str) -> dict[str, Any]:
    return diff.as_json(diff.compare(old, new), old, new)


@pytest.mark.corpus
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # the judge leaves its files to the collector
def test_the_floors_hold(judge: ModuleType, shared_material: Path) -> None:
    """Words, moves and cosmetic edits are found at least as well as pinned; nothing real is called cosmetic."""
    documents = str(shared_material / "judges" / "diff" / "documents")
    cases = judge.cases(documents, FLOORS["cases"], FLOORS["seed"], maxkb=130)
    scores = [judge.score(case, _answer(case.old, case.new)) for case in cases]
    result = judge.summarise(scores, [0.0] * len(scores), "tosmonitor")

    assert {k: result[k] for k, floor in FLOORS["at_least"].items() if result[k] < floor} == {}
    assert {k: result[k] for k, roof in FLOORS["at_most"].items() if result[k] > roof} == {}
    recall = result["recall_by_kind"]
    assert {kind: recall.get(kind, 1.0) for kind in FLOORS["recall_of_one"]} == dict.fromkeys(
        FLOORS["recall_of_one"], 1.0
    )


@pytest.mark.corpus
def test_hash_order_changes_nothing(shared_material: Path) -> None:
    """The same two texts give the same bytes under any hash seed."""
    documents = sorted((shared_material / "judges" / "diff" / "documents").glob("*.md"))[10:13]
    if len(documents) < 3:
        pytest.skip("no documents of the judge")
    program = (
        "import sys, json; from pathlib import Path; from tosmonitor import diff; "
        "a, b, c = (Path(p).read_text('utf-8') for p in sys.argv[1:]); "
        "print(json.dumps([diff.to_dict(diff.compare(a, b)), diff.to_dict(diff.compare(b + a[:9000], c + b[500:]))]))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program, *map(str, documents)],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[2])},
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("0", "1", "7")
    }

    assert len(outputs) == 1
