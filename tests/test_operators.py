"""docs/operators.md: what it says can be written can be, and what it says can be called exists."""

import re
from pathlib import Path

import click
import pytest
import yaml

from tosmonitor.cli import program
from tosmonitor.declarations import load, loads, settings
from tosmonitor.declarations.schema import schema
from tosmonitor.declarations.settings import ListenerEntry, SettingsEntry
from tosmonitor.normalise import FILTERS

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)


@pytest.mark.parametrize("block", [block for block in BLOCKS if "documents:" in block])
def test_examples_of_services_are_without_mistake(block: str) -> None:
    """Each example can be copied."""
    assert loads(block)


@pytest.mark.parametrize("block", [block for block in BLOCKS if "documents:" not in block])
def test_examples_of_settings_are_without_mistake(block: str, tmp_path: Path) -> None:
    """Each example can be copied; the secret is where it says."""
    secret = tmp_path / "secret"
    secret.write_text("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n", encoding="utf-8")
    path = tmp_path / "tosmonitor.yaml"
    path.write_text(block.replace("/etc/tosmonitor/newsroom.secret", str(secret)), encoding="utf-8")
    assert settings(path)


def test_every_key_is_explained() -> None:
    """Keys of services, documents, sources, settings and listeners, and every filter."""
    definitions = schema()["$defs"]
    keys = {key for name in ("ServiceEntry", "DocumentEntry", "SourceEntry") for key in definitions[name]["properties"]}
    for key in keys | set(SettingsEntry.model_fields) | set(ListenerEntry.model_fields) | set(FILTERS):
        assert f"`{key}`" in TEXT, key


def test_every_command_exists() -> None:
    """What follows `tosmonitor` is a command, and what follows `services` one of its own."""
    context = click.Context(program)
    called = set(
        re.findall(
            r"tosmonitor ((?:services )?[a-z]+)", "\n".join(re.findall(r"`[^`\n]+`|^\$ .*$", TEXT, re.MULTILINE))
        )
    )
    for words in called:
        first, _, second = words.partition(" ")
        command = program.get_command(context, first)
        assert command is not None, words
        if second:
            assert isinstance(command, click.Group)
            assert command.get_command(context, second) is not None, words


def test_the_figures_are_those_of_the_list() -> None:
    """The number of services and documents is that of services.yaml."""
    services = load(ROOT / "services.yaml")
    documents = sum(len(service.documents) for service in services)
    assert f"{len(services)} services and {documents} documents" in TEXT


def test_every_link_leads_somewhere() -> None:
    """Links to files of the project are not broken."""
    for target in re.findall(r"\]\((\.\./[^)#]+)\)", TEXT):
        assert (ROOT / "docs" / target).exists(), target


def test_examples_are_yaml_of_today() -> None:
    """An editor, which reads YAML 1.2, and we read the same."""
    for block in BLOCKS:
        assert yaml.safe_load(block)
