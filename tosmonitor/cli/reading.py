"""changes, show, blame, search, status: what was seen, told on a terminal."""

import sys
from collections.abc import Iterator
from datetime import datetime, timedelta

import click

from tosmonitor import archive as kept
from tosmonitor.archive import Archive, open_archive
from tosmonitor.cli import say
from tosmonitor.cli.program import Place
from tosmonitor.errors import NotFoundError
from tosmonitor.model import Outcome
from tosmonitor.plan import next_check, streak
from tosmonitor.schedule import utc_now

_COLUMNS = ("document", "state", "unseen_since", "failures", "last_seen", "last_changed", "next_check", "why")
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
        version = kept.version_at(archive, document_id, say.moment(at))
        text = kept.text(archive, version.digest)
    if json_:
        say.as_json(say.version(version) | {"text": text})
    else:
        click.echo(text, nl=False)


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
            for service in kept.services(archive, declared=True)
            for document in service.documents
            if wanted in (None, service.id, document.id)
        ]
    if wanted is not None and not rows:
        raise NotFoundError(f'the archive knows nothing called "{wanted}"; see: tosmonitor services list')
    if json_:
        say.as_json(rows)
    else:
        say.table(
            ("document", "state", "unseen since", "failures", "last seen", "last changed", "next check", "why"),
            [tuple(str(row[key] or "") for key in _COLUMNS) for row in rows],
        )
        for service, line in _coverage(rows):
            click.echo(f"{service}: {line}", err=True)
    if any(row["state"] != "seen" for row in rows):
        sys.exit(1)


def _coverage(rows: list[dict[str, object]]) -> Iterator[tuple[str, str]]:
    """Say of each service how much of it is seen, and of all of them together."""
    by_service: dict[str, list[bool]] = {}
    for row in rows:
        by_service.setdefault(str(row["document"]).split("/")[0], []).append(row["state"] == "seen")
    for service, seen in by_service.items():
        yield service, f"{sum(seen)} of {len(seen)} documents seen lately"
    if len(by_service) > 1:
        yield "all", f"{sum(map(sum, by_service.values()))} of {len(rows)} documents seen lately"


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
    gaps = kept.gaps(archive, document_id)
    unseen = gaps[-1].first_missed.isoformat() if gaps and gaps[-1].until is None else None
    return {
        "document": document_id,
        "state": state,
        "unseen_since": unseen,
        "last_seen": seen[-1].checked_at.isoformat() if seen else None,
        "last_changed": versions[-1].fetched_at.isoformat() if versions else None,
        "next_check": due.isoformat() if due else None,
        "failures": streak(checks),
        "kind": last.kind if last else None,
        "why": why,
    }
