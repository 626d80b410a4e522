"""Fixtures of the archive's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.archive.world import SERVICES, World
from tosmonitor import archive


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give the place of an archive that is not there yet."""
    return tmp_path / "archive.db"


@pytest.fixture
def world(path: Path) -> Iterator[World]:
    """Give an open archive with the services declared."""
    with archive.open_archive(path, write=True) as kept:
        archive.declare(kept, SERVICES)
        yield World(kept)
