"""services check, fix, list, add, preview; doctor: what is watched, and whether this machine can."""

import base64
import secrets
import sys
import tempfile
import time
import webbrowser
from pathlib import Path

import click

from tosmonitor import declarations
from tosmonitor.cli import say
from tosmonitor.cli.program import Place
from tosmonitor.doctor import doctor as examine
from tosmonitor.errors import NotFoundError
from tosmonitor.fetch import Fetcher, find_browser
from tosmonitor.fetch.post import sitemap
from tosmonitor.model import Document, Reading, Render
from tosmonitor.observe import look
from tosmonitor.plan import Visit
from tosmonitor.schedule import utc_now

_NO_BROWSER = (
    "There is no Chromium: install one (Debian: apt-get install chromium; anywhere: playwright install chromium), or "
    "name one in tosmonitor.yaml (browser: /path/to/chromium). Without one, pages that only a browser renders are not "
    "read."
)


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


@services.command("add")
@click.argument("home", metavar="https://...")
@click.option("--name", help="What the service is called.  [default: as its home page says]")
@click.option("--tag", "tags", multiple=True, help="A tag for it; may be given more than once.")
@click.option("--group", help="Part of the heading in services.yaml under which it belongs.  [default: the last]")
@click.option("--yes", is_flag=True, help="Write without asking.")
@click.pass_obj
def services_add(
    place: Place, home: str, name: str | None, tags: tuple[str, ...], group: str | None, yes: bool
) -> None:
    """Find the terms of a service from its home page, show what would be stored, and write it down.

    Looks for links by their words and addresses, reads each page once, leaves out what is empty or twice the same, and
    writes well-formed entries; nothing else in services.yaml changes.
    """
    manners = place.settings.manners
    with Fetcher(manners, clock=utc_now, sleep=time.sleep) as fetcher, say.progress("looking") as shown:
        found = declarations.discover(home, fetcher, lambda url: sitemap(url, manners))

        def read(document: Document) -> Reading:
            shown.advance(shown.tasks[0].id)
            return look(Visit(document), fetcher, manners, utc_now).readings[0]

        proposals = declarations.propose(found, read)
    for url, reason in found.unread:
        click.echo(f"{url} was not read: {reason}", err=True)
    say.table(
        ("terms type", "words", "language", "address", ""),
        [
            (
                one.terms_type,
                str(one.words),
                one.language or "",
                one.url,
                "" if one.good else f"left out: {one.against}",
            )
            for one in proposals
        ],
    )
    service = declarations.service_of(found, proposals, name=name, tags=tags)
    if not service.documents:
        raise NotFoundError(
            f"no terms were found from {home}; declare them by hand in {place.services_file}: a type and a url will do"
        )
    if not yes and not click.confirm(f"Write {len(service.documents)} documents to {place.services_file}?"):
        raise click.Abort
    click.echo(declarations.add(place.services_file, service, group=group))


@services.command("preview")
@click.argument("wanted", metavar="SERVICE/TYPE")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write the page here; don't open it.")
@click.pass_obj
def services_preview(place: Place, wanted: str, output: Path | None) -> None:
    """Fetch a document once and show the page as fetched beside the text that would be stored.

    What was kept is marked; below stands why each large part was kept or left out. Nothing is recorded.
    """
    documents = [d for d in say.named(place.services, wanted) if d.id == wanted]
    if not documents:
        raise NotFoundError(f'nothing in {place.services_file} is called "{wanted}"; see: tosmonitor services list')
    manners = place.settings.manners
    with Fetcher(manners, clock=utc_now, sleep=time.sleep) as fetcher, say.progress("looking"):
        readings = look(Visit(documents[0]), fetcher, manners, utc_now).readings
    path = output or Path(tempfile.mkdtemp(prefix="tosmonitor-")) / "preview.html"
    path.write_text(declarations.preview(documents[0], readings), encoding="utf-8")
    click.echo(str(path))
    if output is None:
        webbrowser.open(path.resolve().as_uri())
    if any(reading.failure or reading.obstacle for reading in readings):
        sys.exit(1)


@click.command()
@click.option("--browser", is_flag=True, help="Only say whether there is a Chromium.")
@click.option("--new-secret", is_flag=True, help="Make a secret for a webhook in tosmonitor.yaml, and nothing else.")
@click.pass_obj
def doctor(place: Place, browser: bool, new_secret: bool) -> None:
    """Tell what is missing on this machine, in the lists or in the archive, and the exact remedy.

    Exit code 0: all is well; 1: something is to be done.
    """
    if new_secret:
        click.echo("whsec_" + base64.b64encode(secrets.token_bytes(32)).decode())
        return
    if browser:
        found = find_browser(place.settings.manners)
        click.echo(found or _NO_BROWSER)
        if found is None:
            for document in (d for s in place.services for d in s.documents):
                if any(source.render is Render.ALWAYS for source in document.sources):
                    click.echo(f"  {document.id} needs one")
            sys.exit(1)
        return
    findings = examine(place.services_file, place.settings_file, place.archive, now=utc_now())
    for finding in findings:
        click.echo(f"{'ok ' if finding.ok else 'TO DO'}  {finding.what}")
        if not finding.ok:
            click.echo(f"       {finding.remedy}")
    if not all(finding.ok for finding in findings):
        sys.exit(1)
