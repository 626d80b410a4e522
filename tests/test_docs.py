"""The documentation: every command it shows exists, every YAML it shows can be used, every link leads somewhere."""

import re
from pathlib import Path

import click
import pytest

from tosmonitor.cli import program
from tosmonitor.declarations import beside, loads, schema, settings
from tosmonitor.declarations.settings import SETTINGS_FILE

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "snapshots" / "README.md"])

_COMMAND = re.compile(r"(?:^|[`$ ])tosmonitor((?: (?:--?[a-z-]+|[a-z]+))*)")
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


def commands(text: str) -> set[tuple[str, ...]]:
    """Return the words after each `tosmonitor` in code, up to the first that is no plain word or option."""
    found = set()
    code = "\n".join([*re.findall(r"`([^`\n]+)`", text), *(block for _, block in _FENCE.findall(text))])
    for line in code.splitlines():
        for match in _COMMAND.finditer(line):
            words = tuple(match.group(1).split())
            if words:
                found.add(words)
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_command_that_is_shown_exists(page: Path) -> None:
    """Follow the words of each command line through the groups; its options must be known there."""
    for words in commands(page.read_text(encoding="utf-8")):
        command: click.Command = program
        context = click.Context(program)
        for word in words:
            if word.startswith("-"):
                options = {name for option in command.params for name in option.opts} | {"--help", "-h", "--version"}
                assert word in options, f"{' '.join(words)}: {word}"
            elif isinstance(command, click.Group):
                inner = command.get_command(context, word)
                assert inner is not None, f"{' '.join(words)}: there is no command {word}"
                command = inner
            else:
                break


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_link_between_pages_leads_somewhere(page: Path) -> None:
    """Relative links name files of the project."""
    for target in _LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_yaml_that_is_shown_can_be_used(page: Path, tmp_path: Path) -> None:
    """A list is a services.yaml, keys are a tosmonitor.yaml; both are read by the program's own loader."""
    for language, block in _FENCE.findall(page.read_text(encoding="utf-8")):
        if language != "yaml":
            continue
        if block.lstrip("# \n").startswith("-") or re.search(r"^- ", block, re.MULTILINE):
            assert loads(block, page.name)
        elif re.search(r"^(contact|base_url|phrases|listeners|pause|name|allowed_hosts|browser):", block, re.MULTILINE):
            (tmp_path / SETTINGS_FILE).write_text(block, encoding="utf-8")
            for secret in re.findall(r"secret_file: (\S+)", block):
                (tmp_path / secret).parent.mkdir(parents=True, exist_ok=True)
                (tmp_path / secret).write_text("whsec_" + "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXoxMjM0" + "\n")
            assert settings(beside(tmp_path / "services.yaml"))


def test_every_make_target_of_the_readme_exists() -> None:
    """`make demo`, `make run`, `make test` and their like are targets of the Makefile."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for page in PAGES:
        for name in re.findall(r"`make ([a-z]+)`", page.read_text(encoding="utf-8")):
            assert name in targets, f"{page.name}: make {name}"


def test_every_key_of_services_yaml_is_told_to_operators() -> None:
    """No key of the schema is left out of the operators' page."""
    told = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")
    keys = {key for shape in definitions().values() for key in shape.get("properties", {})}
    missing = sorted(key for key in keys if f"`{key}`" not in told and f"{key}:" not in told)
    assert not missing, missing


def definitions() -> dict[str, dict[str, dict[str, object]]]:
    """Return the objects of the JSON Schema."""
    found: dict[str, dict[str, dict[str, object]]] = schema().get("$defs", {})
    return found
