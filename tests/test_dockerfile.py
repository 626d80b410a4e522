"""The image: what can be known of it without building it."""

import re
import shlex
import tomllib
from fnmatch import fnmatch
from pathlib import Path

from click.testing import CliRunner

from tosmonitor.cli import program

ROOT = Path(__file__).parent.parent
LINES = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text(encoding="utf-8")).splitlines()


def instructions(name: str) -> list[str]:
    """Return the arguments of every instruction called `name`, in order."""
    return [line.split(None, 1)[1].strip() for line in LINES if line.startswith(f"{name} ")]


def test_everything_it_copies_exists_and_is_not_ignored() -> None:
    """A COPY of what .dockerignore hides would fail the build."""
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    for arguments in instructions("COPY"):
        *sources, _ = arguments.split()
        for source in sources:
            assert (ROOT / source).exists(), source
            assert not any(fnmatch(source, pattern) for pattern in ignored), source


def test_the_package_can_be_built_from_what_is_copied_before_it_is_installed() -> None:
    """pyproject.toml names a readme and a licence; both must be in the image before pip runs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    before = "\n".join(LINES).split("pip install")[0]
    for needed in ("pyproject.toml", project["readme"], *project["license-files"], "tosmonitor"):
        assert needed in before


def test_it_runs_as_nobody_special_and_keeps_the_archive_in_a_volume() -> None:
    """The process is not root, and the archive outlives the container."""
    assert instructions("USER") == ["tosmonitor"]
    (volume,) = instructions("VOLUME")
    (archive,) = [line for line in instructions("ENV") if "TOSMONITOR_ARCHIVE" in line]
    assert archive.split("=", 1)[1].startswith(volume)


def test_its_default_command_is_one_that_the_program_knows() -> None:
    """`tosmonitor run --host 0.0.0.0` parses."""
    (command,) = instructions("CMD")
    arguments = [shlex.split(word)[0] for word in command.strip("[]").split(",")]
    assert arguments[0] == "run"
    answer = CliRunner().invoke(program, [*arguments, "--help"])
    assert answer.exit_code == 0
    assert "--host" in answer.output


def test_its_health_check_asks_where_the_site_answers() -> None:
    """The health check asks the port that the program listens on by default."""
    text = "\n".join(LINES)
    assert "http://127.0.0.1:8000/healthz" in text
    assert instructions("EXPOSE") == ["8000"]
