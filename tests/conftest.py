"""Fixtures that every part of the suite shares."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def shared_material() -> Path:
    """Give the folder of real pages (corpus/, blockpages/, judges/), or skip: it is no part of the project."""
    folder = Path(os.environ.get("TOSMONITOR_CORPUS", ROOT.parent / "shared"))
    if not (folder / "corpus" / "manifest.json").exists():
        pytest.skip(
            f"no real pages at {folder}; set TOSMONITOR_CORPUS to a folder that has corpus/, blockpages/, judges/"
        )
    return folder
