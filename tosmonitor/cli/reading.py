"""changes, show, diff, normalise, blame, search, status: what was seen, told on a terminal."""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from tosmonitor import archive as kept
from tosmonitor import diff as differences
from tosmonitor.archive import Archive, open_archive
from tosmonitor.cli import say
from tosmonitor.cli.program import Place
from tosmonitor.errors import NotFoundError
from tosmonitor.model import Outcome, Range, Source
from tosmonitor.normalise import explain as explain_page
from tosmonitor.normalise import normalise as normalise_page
from tosmonitor.plan import next_check, streak
from tosmonitor.schedule import utc_now

_language = click.option("--language", type=click.Choice(["en", "fr"]), default="en", help="The language of sentences.")
_json = click.option("--json", "json_", is_flag=True, help="Print JSON.")


@click.command()
@click.argument("wanted", metavar="[SERVICE[/TYPE]]", required=False)
@click.option("--limit", default=20, show_default=True, help="How many, newest first.")
@click.option("--tag", help="Only services with this tag.")
@click.option("--topic", help="Only changes that touch this topic.")
@click.option("--all", "everything", is_flag=True, help="Also what was kept but not announced (links, layout).")
@_language
@_json
@click.pass_obj
def changes(
    place: Place,
    wanted: str | None,
    limit: int,
    tag: str | None,
    topic: str | None,
    everything: bool,
    language: str,
    json_: bool,
) -> None:
    """List the latest changes, each as a sentence."""
    service, document = (None, wanted) if wanted and "/" in wanted else (wanted, None)
    with open_archive(place.archive) as archive:
        found = kept.changes(
            archive,
            limit=limit,
            service=service,
            document=document,
            tag=tag,
            topic=topic,
            announced=None if everything else True,
        )
    if json_:
        say.as_json([say.change(change) for change in found])
        return
    rows = [(say.when(c.after.fetched_at), c.document_id, c.difference.sentence.said(language)) for c in found]
    say.table(("first seen", "document", "what changed"), rows)


@click.command()
@click.argument("document_id", metavar="SERVICE/TYPE")
@click.argument("at", metavar="[WHEN]", required=False)
@click.option("--history", is_flag=True, help="List its versions instead.")
@_json
@click.pass_obj
def show(place: Place, document_id: str, at: str | None, history: bool, json_: bool) -> None:
    """Print the text of a document, now or as of WHEN (2026-03-01, or 2026-03-01T12:00)."""
    with open_archive(place.archive) as archive:
        if history:
            versions = kept.versions(archive, document_id)
            if json_:
                say.as_json([say.version(v) for v in versions])
            else:
                rows = [(say.when(v.fetched_at), str(v.words), str(v.cause)) for v in versions]
                say.table(("first seen", "words", "cause"), rows)
            return
        version = kept.version_at(archive, document_id, _moment(at))
        text = kept.text(archive, version.digest)
    if json_:
        say.as_json(say.version(version) | {"text": text})
    else:
        click.echo(text, nl=False)


@click.command()
@click.argument("old")
@click.argument("new")
@click.option(
    "--as",
    "form",
    type=click.Choice(["terminal", "unified", "html", "side-by-side", "changes-only", "worded", "json"]),
    help="How to show it.  [default: terminal]",
)
@_language
@_json
@click.pass_obj
def diff(place: Place, old: str, new: str, form: str | None, language: str, json_: bool) -> None:
    """Compare OLD and NEW: two Markdown files, or two versions as SERVICE/TYPE@2026-03-01.

    Exit code 0: no difference; 1: there is one. With --json the shape is "diff/1".
    """
    before, after = _text(place, old), _text(place, new)
    found = differences.compare(before, after)
    form = "json" if json_ else form or "terminal"
    if form == "json":
        say.as_json(differences.as_json(found, before, after))
    elif form == "terminal":
        click.echo(differences.terminal(found, before, after, language=language, colour=sys.stdout.isatty()), nl=False)
    elif form == "unified":
        click.echo(differences.unified(found, before, after, old, new), nl=False)
    elif form == "worded":
        for block in differences.worded_blocks(found, language=language):
            click.echo(f"{block.label} {block.text}\n")
    else:
        render = {
            "html": differences.redline_html,
            "side-by-side": differences.side_by_side,
            "changes-only": differences.changes_only,
        }[form]
        click.echo(render(found, before, after, language=language), nl=False)
    if found.edits:
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


@click.command()
@click.argument("document_id", metavar="SERVICE/TYPE")
@click.pass_obj
def blame(place: Place, document_id: str) -> None:
    """Print the current text with, before each block, since when it reads so."""
    with open_archive(place.archive) as archive:
        for block in kept.blame(archive, document_id):
            first, *rest = block.text.rstrip("\n").split("\n")
            click.echo(f"{block.since:%Y-%m-%d}  {first}")
            for line in rest:
                click.echo(f"{'':10}  {line}")


@click.command()
@click.argument("phrase")
@click.option("--timeline", is_flag=True, help="Say since when which documents say so, and which no longer do.")
@click.option("--limit", default=20, show_default=True)
@click.pass_obj
def search(place: Place, phrase: str, timeline: bool, limit: int) -> None:
    """Find PHRASE in every version of every document, old ones too."""
    with open_archive(place.archive) as archive:
        if timeline:
            spells = kept.timeline(archive, phrase)
            rows = [(s.document_id, say.when(s.first), say.when(s.until) if s.until else "still there") for s in spells]
            say.table(("document", "since", "until"), rows)
            return
        hits = kept.search(archive, phrase, limit=limit).hits
    say.table(
        ("document", "since", "until", "text"),
        [(h.document_id, say.when(h.first), say.when(h.until) if h.until else "now", h.snippet) for h in hits],
    )


@click.command()
@click.argument("wanted", metavar="[SERVICE[/TYPE]]", required=False)
@click.option(
    "--late", default=2.0, show_default=True, help="Unseen for so many times its usual pause counts as stale."
)
@_json
@click.pass_obj
def status(place: Place, wanted: str | None, late: float, json_: bool) -> None:
    """Tell how the monitor is: per document last seen, last changed, next check, trouble and since when.

    Exit code 0: every document was seen lately; 1: some was not. For cron and alarms.
    """
    now = utc_now()
    with open_archive(place.archive) as archive:
        rows = [
            _state(archive, document.id, now, late)
            for service in kept.services(archive)
            for document in service.documents
            if wanted in (None, service.id, document.id)
        ]
    if wanted is not None and not rows:
        raise NotFoundError(f'the archive knows nothing called "{wanted}"; see: tosmonitor services list')
    if json_:
        say.as_json(rows)
    else:
        say.table(
            ("document", "state", "last seen", "last changed", "next check", "why"),
            [
                tuple(
                    str(row[k] or "") for k in ("document", "state", "last_seen", "last_changed", "next_check", "why")
                )
                for row in rows
            ],
        )
        seen = sum(row["state"] == "seen" for row in rows)
        click.echo(f"{seen} of {len(rows)} documents seen lately", err=True)
    if any(row["state"] != "seen" for row in rows):
        sys.exit(1)


def _state(archive: Archive, document_id: str, now: datetime, late: float) -> dict[str, object]:
    document = kept.document(archive, document_id)
    checks = kept.checks(archive, document_id, since=now - timedelta(days=90))
    versions = kept.versions(archive, document_id)
    seen = [c for c in checks if c.outcome not in (Outcome.FAILED, Outcome.BLOCKED)]
    last = checks[-1] if checks else None
    if last is None:
        state, why = "never", "not yet looked at"
    elif last.outcome in (Outcome.FAILED, Outcome.BLOCKED):
        state, why = str(last.outcome), last.reason.en
    elif not seen or now - seen[-1].checked_at > document.every * late:
        state, why = "stale", "not looked at lately: is tosmonitor running?"
    else:
        state, why = "seen", ""
    due = next_check(document, last)
    return {
        "document": document_id,
        "state": state,
        "last_seen": seen[-1].checked_at.isoformat() if seen else None,
        "last_changed": versions[-1].fetched_at.isoformat() if versions else None,
        "next_check": due.isoformat() if due else None,
        "failures": streak(checks),
        "kind": last.kind if last else None,
        "why": why,
    }


def _text(place: Place, wanted: str) -> str:
    """Return the text of a file, or of SERVICE/TYPE@WHEN in the archive."""
    path = Path(wanted)
    if path.exists():
        return path.read_text(encoding="utf-8")
    document_id, _, at = wanted.partition("@")
    if "/" not in document_id or not at:
        raise NotFoundError(f'there is no file "{wanted}"; versions are written SERVICE/TYPE@2026-03-01')
    with open_archive(place.archive) as archive:
        return kept.text(archive, kept.version_at(archive, document_id, _moment(at)).digest)


def _moment(text: str | None) -> datetime:
    if text is None:
        return utc_now()
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(f'"{text}" is no date; write 2026-03-01 or 2026-03-01T12:00') from error
    if len(text) == 10:
        at = at.replace(hour=23, minute=59, second=59)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


COMMANDS = (changes, show, diff, normalise, blame, search, status)
