"""backup, verify, rebuild, compact, retract, withhold, renormalise, replay: looking after the record."""

import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import click

from tosmonitor import archive as kept
from tosmonitor.archive import open_archive
from tosmonitor.cli import say
from tosmonitor.cli.program import Place
from tosmonitor.model import Sentence
from tosmonitor.renormalise import renormalise as renormalise_all
from tosmonitor.replay import Replayed
from tosmonitor.replay import replay as replay_series
from tosmonitor.schedule import utc_now


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def backup(place: Place, file: Path) -> None:
    """Write a verified copy of the archive to FILE, while tosmonitor runs.

    To restore, stop tosmonitor and put FILE in place of the archive.
    """
    with open_archive(place.archive) as archive:
        damage = kept.backup(archive, file)
    for found in damage:
        click.echo(str(found), err=True)
    if damage:
        click.echo(f"{file} was not written: the archive is damaged; an older copy, if there was one, stays", err=True)
        sys.exit(1)
    click.echo(f"{file}: {file.stat().st_size:,} bytes, verified")


@click.command()
@click.pass_obj
def verify(place: Place) -> None:
    """Prove that the archive is whole: every digest, every chain, every derived table.

    Exit code 0: whole; 1: damaged, each damage told with its row and what to do. Works on a file that was cut off, too.
    """
    with say.progress("verifying") as shown:
        damage = kept.examine(
            place.archive,
            progress=lambda done, total: shown.update(shown.tasks[0].id, completed=done, total=total),
        )
    for found in damage:
        click.echo(str(found))
    if damage:
        sys.exit(1)
    with open_archive(place.archive) as archive:
        state = kept.status(archive)
    growth = "" if state.growth is None else f", {state.growth:,.0f} bytes a document-year"
    click.echo(
        f"{place.archive} is whole: {state.checks} checks, {state.bodies} pages, {state.versions} versions, "
        f"{state.changes} changes, {state.size:,} bytes{growth}"
    )


@click.command()
@click.pass_obj
def rebuild(place: Place) -> None:
    """Make all that is derived again: search index, blame, topics. What was recorded is not touched."""
    with open_archive(place.archive, write=True) as archive:
        kept.rebuild(archive)
    click.echo("All that is derived was made again.")


@click.command()
@click.pass_obj
def compact(place: Place) -> None:
    """Give room back to the disk; needs as much free room again while it works."""
    with open_archive(place.archive, write=True) as archive:
        won = kept.compact(archive)
    click.echo(f"{won:,} bytes were given back")


@click.command()
@click.argument("document_id", metavar="SERVICE/TYPE")
@click.argument("at", metavar="WHEN")
@click.option("--reason", required=True, help="Why, in English; shown in public.")
@click.option("--raison", help="Why, in French.  [default: the English]")
@click.pass_obj
def retract(place: Place, document_id: str, at: str, reason: str, raison: str | None) -> None:
    """Say in public that the version of WHEN was an artefact of ours. Nothing is deleted.

    Its change stays at its address, marked, and the feeds carry a correction.
    """
    with open_archive(place.archive, write=True) as archive:
        version = kept.version_at(archive, document_id, say.moment(at))
        kept.retract(archive, document_id, version.fetched_at, Sentence(reason, raison or reason))
    click.echo(f"{document_id}, version of {say.when(version.fetched_at)}: retracted")


@click.command()
@click.argument("digest")
@click.option("--reason", required=True, help="Why, in English; shown in place of the text.")
@click.option("--raison", help="Why, in French.  [default: the English]")
@click.pass_obj
def withhold(place: Place, digest: str, reason: str, raison: str | None) -> None:
    """Take the text or page with this sha256 DIGEST out of public view (court order, personal data).

    Its hash, the date and the reason stay in its place.
    """
    with open_archive(place.archive, write=True) as archive:
        kept.withhold(archive, digest, Sentence(reason, raison or reason))
    click.echo(f"{digest} is withheld")


@click.command()
@click.argument("wanted", metavar="[SERVICE/TYPE]...", nargs=-1)
@click.option("--retract", "mark", is_flag=True, help="Mark announced changes that prove to be ours as retracted.")
@click.pass_obj
def renormalise(place: Place, wanted: tuple[str, ...], mark: bool) -> None:
    """Read the kept pages of whole histories again under the rules now in force, and say what would change.

    An announced change of which nothing is left was an artefact of ours; with --retract it is marked so, in public.
    """
    artefacts = 0
    with open_archive(place.archive, write=mark) as archive, ProcessPoolExecutor() as pool:
        for found in renormalise_all(archive, executor=pool, now=utc_now(), documents=wanted or None, retract=mark):
            artefacts += len(found.artefacts)
            if found.differ or found.unreadable or found.artefacts:
                click.echo(
                    f"{found.document_id}: {len(found.differ)} of {found.versions} versions would read differently, "
                    f"{len(found.unreadable)} cannot be read, {len(found.artefacts)} announced changes were ours"
                )
            for artefact in found.artefacts:
                click.echo(f"  {say.when(artefact.change.after.fetched_at)}  {artefact.reason.en}")
    if artefacts and not mark:
        click.echo("Nothing was marked; with --retract it is.")


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--only", multiple=True, help="Only the series in this folder of FOLDER; may be given more than once.")
@click.option("--all", "everything", is_flag=True, help="Say every look, not only the telling ones.")
@click.option("--json", "json_", is_flag=True, help="Print one JSON object a line.")
def replay(folder: Path, only: tuple[str, ...], everything: bool, json_: bool) -> None:
    """Run recorded series of captures through the program with the recorded clock, and judge the judge.

    Prints per document what would have been announced, held back or dropped, and why. FOLDER holds snapshots.jsonl
    (or .xz), or folders that do.
    """
    for found in replay_series(folder, only=only):
        if json_:
            say.as_json(_plain(found))
            continue
        click.echo(f"{found.document.id}: {len(found.steps)} looks, {len(found.announced)} changes announced")
        said = None
        changed = {change.decided_at: change.change.difference.sentence.en for change in found.announced}
        for step in found.steps:
            outcome = f"{step.outcome}:{step.kind}" if step.kind else str(step.outcome)
            if everything or step.announced or (outcome, step.reason.en) != said:
                mark = "!" if step.announced else " "
                click.echo(f"  {mark} {say.when(step.at)}  {outcome:20} {step.reason.en}")
            if step.announced:
                click.echo(f"{'':29}{changed[step.at]}")
            said = (outcome, step.reason.en)


def _plain(found: Replayed) -> dict[str, object]:
    return {
        "document": found.document.id,
        "announced": [
            {
                "fetched_at": change.fetched_at.isoformat(),
                "decided_at": change.decided_at.isoformat(),
                "reason": change.reason.en,
                "sentence": change.change.difference.sentence.en,
            }
            for change in found.announced
        ],
        "looks": [
            {"at": s.at.isoformat(), "outcome": str(s.outcome), "kind": s.kind, "reason": s.reason.en}
            for s in found.steps
        ],
    }
