"""services check, fix, list, add, preview; doctor: what is watched, and whether this machine can."""

import sys
from pathlib import Path

import click

from tosmonitor import declarations
from tosmonitor.cli import say
from tosmonitor.cli.program import Place
from tosmonitor.errors import NotFoundError


@click.group()
def services() -> None:
    """Read and write services.yaml: what is watched."""


@services.command("check")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--fix", "mend", is_flag=True, help="Sort and normalise the file first; comments stay.")
@click.option("--json", "json_", is_flag=True, help="Print one JSON list.")
@click.pass_obj
def services_check(place: Place, file: Path | None, mend: bool, json_: bool) -> None:
    """Tell every mistake in services.yaml at once, with its line and its remedy.

    Exit code 0: it can be used; 1: it cannot. Fit for a pre-commit hook.
    """
    path = file or place.services_file
    if mend and declarations.fix(path):
        click.echo(f"{path} was put in good form", err=True)
    problems = declarations.check(path)
    if json_:
        say.as_json(
            [
                {
                    "file": p.file,
                    "line": p.line,
                    "column": p.column,
                    "key": p.key,
                    "message": p.message,
                    "remedy": p.remedy,
                }
                for p in problems
            ]
        )
    else:
        for problem in problems:
            click.echo(str(problem))
    if problems:
        sys.exit(1)
    if not json_:
        loaded = declarations.load(path)
        click.echo(f"{path}: {len(loaded)} services, {sum(len(s.documents) for s in loaded)} documents, no mistake")


@services.command("list")
@click.argument("wanted", metavar="[SERVICE[/TYPE]]", required=False)
@click.option("--tag", help="Only services with this tag.")
@click.option("--json", "json_", is_flag=True, help="Print one JSON list.")
@click.pass_obj
def services_list(place: Place, wanted: str | None, tag: str | None, json_: bool) -> None:
    """List what is watched, one document a line."""
    rows = [
        (document.id, service.name, document.terms_type, document.sources[0].url, ", ".join(service.tags))
        for service in place.services
        if tag is None or tag in service.tags
        for document in service.documents
        if wanted in (None, service.id, document.id)
    ]
    if wanted is not None and not rows:
        raise NotFoundError(f'nothing in {place.services_file} is called "{wanted}"')
    if json_:
        keys = ("document", "service", "terms_type", "url", "tags")
        say.as_json([dict(zip(keys, row, strict=True)) for row in rows])
    else:
        say.table(("document", "service", "terms type", "address", "tags"), rows)
