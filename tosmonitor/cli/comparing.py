"""diff, normalise: two texts, or one saved page. Starts quickly: loads no more than it needs."""

import sys
from pathlib import Path

import click

from tosmonitor.archive import open_archive, text, version_at
from tosmonitor.cli import say
from tosmonitor.cli.program import Place
from tosmonitor.diff import as_json, compare, render
from tosmonitor.errors import NotFoundError
from tosmonitor.model import Range, Source
from tosmonitor.normalise import explain as explain_page
from tosmonitor.normalise import normalise as normalise_page


@click.command()
@click.argument("old")
@click.argument("new")
@click.option(
    "--as",
    "form",
    type=click.Choice(["terminal", "unified", "html", "side-by-side", "changes-only", "worded", "json"]),
    help="How to show it.  [default: terminal]",
)
@click.option("--language", type=click.Choice(["en", "fr"]), default="en", help="The language of sentences.")
@click.option("--json", "json_", is_flag=True, help='Print JSON, in the shape "diff/1".')
@click.option("--exit-code", is_flag=True, help="End with 1 when there is a difference.")
@click.pass_obj
def diff(place: Place, old: str, new: str, form: str | None, language: str, json_: bool, exit_code: bool) -> None:
    """Compare OLD and NEW: two Markdown files, or two versions as SERVICE/TYPE@2026-03-01."""
    before, after = _text(place, old), _text(place, new)
    found = compare(before, after)
    form = "json" if json_ else form or "terminal"
    if form == "json":
        say.as_json(as_json(found, before, after))
    elif form == "terminal":
        click.echo(render.terminal(found, language=language, colour=sys.stdout.isatty()), nl=False)
    elif form == "unified":
        click.echo(render.unified(before, after, before_name=old, after_name=new), nl=False)
    elif form == "worded":
        for block in render.worded_blocks(found, language=language):
            click.echo(f"{' › '.join(block.path)}\n{block.label} {block.text}\n")
    elif form == "html":
        click.echo(render.redline_html(found, before, after, language=language), nl=False)
    elif form == "side-by-side":
        click.echo(render.side_by_side(found, language=language), nl=False)
    else:
        click.echo(render.changes_only(found, language=language), nl=False)
    if exit_code and found.edits:
        sys.exit(1)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--url", required=True, help="The address that the page was saved from; links are made absolute with it.")
@click.option("--select", multiple=True, help="A CSS selector of the text; may be given more than once.")
@click.option("--remove", multiple=True, help="A CSS selector of what to leave out; may be given more than once.")
@click.option("--media-type", default="text/html", show_default=True, help="text/html, application/pdf, ...")
@click.option("--explain", is_flag=True, help="Say why each large part was kept or dropped, instead of the text.")
def normalise(
    file: Path, url: str, select: tuple[str, ...], remove: tuple[str, ...], media_type: str, explain: bool
) -> None:
    """Print the legal text of a saved page as Markdown."""
    chosen: tuple[str | Range, ...] = select
    source = Source(url, select=chosen, remove=remove)
    body = file.read_bytes()
    if explain:
        parts = explain_page(body, url=url, media_type=media_type, source=source)
        rows = [("kept" if part.kept else "dropped", str(part.words), part.where, part.reason) for part in parts]
        say.table(("", "words", "where", "why"), rows)
        return
    click.echo(normalise_page(body, url=url, media_type=media_type, source=source).text, nl=False)


def _text(place: Place, wanted: str) -> str:
    """Return the text of a file, or of SERVICE/TYPE@WHEN in the archive."""
    path = Path(wanted)
    if path.exists():
        return path.read_text(encoding="utf-8")
    document_id, _, at = wanted.partition("@")
    if "/" not in document_id or not at:
        raise NotFoundError(f'there is no file "{wanted}"; versions are written SERVICE/TYPE@2026-03-01')
    with open_archive(place.archive) as archive:
        return text(archive, version_at(archive, document_id, say.moment(at)).digest)
