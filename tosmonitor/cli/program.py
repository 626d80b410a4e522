"""The group of commands, the options they share, and how a mistake ends.

Exit codes: 0 done · 1 what was asked for found something (differences, mistakes, damage) or failed · 2 the command
was misspelt · 3 services.yaml or tosmonitor.yaml cannot be used · 4 the archive cannot be used · 5 another process
writes to the archive · 6 the disk is full or may not be written · 7 there is no such service, document or version ·
130 interrupted
"""

import importlib
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

import tosmonitor
from tosmonitor.errors import TosmonitorError
from tosmonitor.model import Service

if TYPE_CHECKING:
    from tosmonitor.declarations import Settings

#: Each command and the module of this folder that holds it, loaded when it is asked for: `diff` starts in a fraction of
#: the time that `run` needs to load a web server, a scheduler and a browser's driver.
_HOMES = {
    "run": "tracking", "check": "tracking", "serve": "tracking", "export": "tracking", "demo": "tracking",
    "changes": "reading", "show": "reading", "blame": "reading", "search": "reading", "status": "reading",
    "diff": "comparing", "normalise": "comparing",
    "services": "declaring", "doctor": "declaring",
    "backup": "keeping", "verify": "keeping", "rebuild": "keeping", "compact": "keeping", "retract": "keeping",
    "withhold": "keeping", "renormalise": "keeping", "replay": "keeping",
}  # fmt: skip


class Commands(click.Group):
    """A group that loads a command's module when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, in the order in which people meet them."""
        return list(_HOMES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name, or None."""
        home = _HOMES.get(cmd_name)
        if home is None:
            return None
        command: click.Command = getattr(importlib.import_module(f"tosmonitor.cli.{home}"), cmd_name)
        return command


@dataclass
class Place:
    """Where this installation's files are; what is in them is read when it is first asked for."""

    archive: Path
    services_file: Path
    settings_file: Path | None

    @cached_property
    def settings(self) -> "Settings":
        """Read tosmonitor.yaml. Raises DeclarationError."""
        from tosmonitor.declarations import beside, settings

        return settings(self.settings_file if self.settings_file is not None else beside(self.services_file))

    @cached_property
    def services(self) -> tuple[Service, ...]:
        """Read services.yaml. Raises DeclarationError."""
        from tosmonitor.declarations import load

        return load(self.services_file)


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 done · 1 something was found or failed · 2 wrong usage · 3 services.yaml or tosmonitor.yaml "
    "unusable · 4 archive unusable · 5 archive locked by another process · 6 disk full or read-only · 7 no such "
    "service, document or version · 130 interrupted.",
)
@click.version_option(tosmonitor.__version__, prog_name="tosmonitor")
@click.option(
    "--archive",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("snapshots/tosmonitor.db"),
    envvar="TOSMONITOR_ARCHIVE",
    show_default=True,
    help="The SQLite file that holds everything.",
)
@click.option(
    "--services",
    "services_file",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("services.yaml"),
    envvar="TOSMONITOR_SERVICES",
    show_default=True,
    help="What is watched.",
)
@click.option(
    "--settings",
    "settings_file",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    envvar="TOSMONITOR_SETTINGS",
    help="How this installation behaves.  [default: tosmonitor.yaml beside services.yaml, if there is one]",
)
@click.pass_context
def program(context: click.Context, archive: Path, services_file: Path, settings_file: Path | None) -> None:
    """See how the terms of major online services change, and prove it.

    \b
    tosmonitor demo                         two years of fictional services in some seconds
    tosmonitor services add https://...     watch a service
    tosmonitor run                          keep looking, and serve the site at http://127.0.0.1:8000
    tosmonitor check github/privacy-policy  look at one document now
    tosmonitor changes                      what changed lately
    """
    context.obj = Place(archive, services_file, settings_file)


def main() -> None:
    """Run the command line and exit; every error of ours is one sentence on stderr and its own exit code."""
    try:
        code = program(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted; what was recorded is kept.", err=True)
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except TosmonitorError as error:
        click.echo(str(error), err=True)
        sys.exit(error.exit_code)
    sys.exit(code if isinstance(code, int) else 0)
