"""The pages are valid HTML, as the Nu Html Checker sees it.

TOSMONITOR_VNU names the file vnu.jar of vnu-jar (npm), which needs Java; without it the test is skipped.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.site.conftest import Reader
from tests.site.test_browser import PAGES


def test_pages_are_valid_html(reader: Reader, tmp_path: Path) -> None:
    """The Nu Html Checker finds no error and gives no warning."""
    jar = os.environ.get("TOSMONITOR_VNU")
    if not jar or not shutil.which("java"):
        pytest.skip("TOSMONITOR_VNU does not name vnu.jar, or there is no Java")
    for language in ("en", "fr"):
        for number, path in enumerate(PAGES):
            (tmp_path / f"{language}-{number}.html").write_bytes(reader.get(f"/{language}{path}").body)
    files = [str(path) for path in sorted(tmp_path.iterdir())]
    told = subprocess.run(["java", "-jar", jar, "--format", "gnu", *files], capture_output=True, text=True, check=False)
    assert told.stderr + told.stdout == ""
