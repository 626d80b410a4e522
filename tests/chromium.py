"""The machine's own Chromium, for tests that look at pages as people do."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the machine's Chromium, or skip."""
    found = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
    )
    if found is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as player:
        running = player.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield running
        running.close()
