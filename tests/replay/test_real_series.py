"""Real series of captures: what is announced is real, nothing is repeated, no error page becomes a version.

The smaller series only, so that the suite stays quick; `make bench` plays them all.
"""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from tosmonitor.model import Outcome
from tosmonitor.replay import replay

ROOT = Path(__file__).parents[2]
FLOORS = json.loads((ROOT / "bench" / "announce_floors.json").read_text(encoding="utf-8"))
LABELS = json.loads((ROOT / "tests" / "data" / "announce_labels.json").read_text(encoding="utf-8"))
SERIES = (
    "demo-open-collective-terms-of-service",
    "demo-open-terms-archive-accessibility-statement",
    "demo-open-terms-archive-privacy-policy",
    "demo-uptimerobot-terms-of-service",
    "genai-eu-claude-ai-data-processor-agreement",
    "genai-eu-llama-api-acceptable-use-policy",
    "genai-eu-qwen-chat-trackers-policy",
)
#: Announced changes that lasted and were read by a person as substantive, by series and day of the first capture.
MUST = {
    "genai-eu-claude-ai-data-processor-agreement": {
        "2026-01-26",
        "2026-01-29",
        "2026-02-27",
        "2026-03-20",
        "2026-03-26",
    },
    "genai-eu-llama-api-acceptable-use-policy": {"2026-07-15"},
}


@pytest.mark.corpus
def test_only_real_changes_are_announced(shared_material: Path) -> None:
    """No text is announced again within thirty days, each was read and is no noise, and what must be announced is."""
    real = {(row["document"], row["first_seen"]) for row in LABELS if row["label"] != "noise"}
    replayed = dict(zip(SERIES, replay(shared_material / "corpus", only=SERIES), strict=True))
    announced = repeats = wrong = 0
    for name, found in replayed.items():
        days = {str(change.fetched_at.date()) for change in found.announced}
        assert MUST.get(name, set()) <= days
        for number, change in enumerate(found.announced):
            announced += 1
            wrong += (name, str(change.fetched_at.date())) not in real
            near = [c for c in found.announced[:number] if change.fetched_at - c.fetched_at < timedelta(days=30)]
            repeats += any(change.text == earlier.text for earlier in near)
        for step in found.steps:
            assert step.version_at is None or step.outcome in (Outcome.FIRST, Outcome.CHANGE, Outcome.RULES)
    assert announced > 0
    assert repeats / announced <= FLOORS["repeats_within_30_days"]
    assert wrong / announced <= 1 - FLOORS["real_by_reading"]
