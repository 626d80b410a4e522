"""Fixtures of the site's tests: a recorded history, the site over it, and a client without a network."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from tests.site import history
from tosmonitor.site import SiteSettings, create_app

BASE = "https://terms.example"
SETTINGS = SiteSettings(
    contact="https://terms.example/contact", phrases=("machine learning models", "binding arbitration")
)


@pytest.fixture(scope="session")
def archive_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give an archive that holds the history."""
    return history.build(tmp_path_factory.mktemp("site") / "tosmonitor.db")


@pytest.fixture(scope="session")
def app(archive_path: Path) -> ASGIApp:
    """Give the site over the history."""
    return create_app(archive_path, base_url=BASE, settings=SETTINGS)


@pytest.fixture(scope="session")
def client(app: ASGIApp) -> Iterator[TestClient]:
    """Give a client of the site that follows no redirect."""
    with TestClient(app, base_url=BASE, follow_redirects=False) as held:
        yield held
