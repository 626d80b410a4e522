"""run, check, serve, export, demo: what looks at the world and shows what was seen."""

import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event

import click
from starlette.types import ASGIApp
from structlog.typing import FilteringBoundLogger

from tosmonitor.archive import Archive, open_archive
from tosmonitor.cli import say
from tosmonitor.cli.program import Place
from tosmonitor.declarations import Settings
from tosmonitor.demo import play
from tosmonitor.errors import DeclarationError, NotFoundError, TosmonitorError
from tosmonitor.fetch import HOSTS
from tosmonitor.model import Change, Observation, Outcome, Service, Verdict
from tosmonitor.notify import deliver, enrol
from tosmonitor.readers import Readers
from tosmonitor.schedule import Declared, interruptible, ticking, utc_now
from tosmonitor.site import SiteSettings, create_app
from tosmonitor.site import export as export_site
from tosmonitor.site.server import Server
from tosmonitor.track import Report, track

#: How often it is asked what is due. Checks are hours apart; a second look is minutes away.
_TICK = timedelta(seconds=30)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, help="The port to listen on; 0 takes a free one.")
@click.pass_obj
def run(place: Place, host: str, port: int) -> None:
    """Keep looking at everything in services.yaml, and serve the site.

    One process: a scheduler that asks every half minute what is due, and the site at http://127.0.0.1:8000. An edit
    of services.yaml is taken up without a restart; a bad edit is reported and the last good list stays. Ctrl-C ends
    both after the pages at hand.
    """
    log = say.logger()
    stop = Event()
    broken: list[TosmonitorError] = []

    def told(news: tuple[Service, ...] | DeclarationError) -> None:
        if isinstance(news, DeclarationError):
            log.error("services.yaml was edited and cannot be used; the last good list stays", mistakes=str(news))
        else:
            log.info("services.yaml was edited and is in force", services=len(news))

    declared = Declared(place.services_file, told)
    settings = place.settings
    with open_archive(place.archive, write=True) as archive, Server(_app(place), host, port) as server:
        log.info("tosmonitor runs", site=server.address, archive=str(place.archive), services=len(declared.services()))

        def tick() -> None:
            try:
                archive.adopt()
                enrol(archive, settings)
                report = _look(archive, declared.services(), settings, (pool, readers), stop, _logged(log))
                if report.checks:
                    log.info("looked", **{str(k): n for k, n in report.outcomes.items()}, announced=len(report.changes))
                for failure in deliver(archive, settings, clock=utc_now):
                    log.warning("a listener could not be told", listener=failure.listener, reason=failure.reason)
            except TosmonitorError as error:
                broken.append(error)
                server.stop()

        with (
            HOSTS.kept(_of_hosts(place), utc_now()),
            Readers() as readers,
            ThreadPoolExecutor(settings.workers, thread_name_prefix="observe") as pool,
            ticking(tick, every=_TICK),
        ):
            server.serve()
            stop.set()
    if broken:
        raise broken[0]


@click.command()
@click.argument("wanted", metavar="[SERVICE[/TYPE]]", required=False)
@click.option("--json", "json_", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def check(place: Place, wanted: str | None, json_: bool) -> None:
    """Look once: at what is due, or at one service or document at once.

    With cron, `tosmonitor check` every quarter of an hour does the same as `tosmonitor run`.
    """
    only = None
    if wanted is not None:
        only = [document.id for document in say.named(place.services, wanted)]
        if not only:
            raise NotFoundError(f'nothing in {place.services_file} is called "{wanted}"; see: tosmonitor services list')
    said: list[dict[str, object]] = []
    stop = Event()
    with open_archive(place.archive, write=True) as archive, say.progress("looking") as shown:

        def tell(observation: Observation, verdict: Verdict, change: Change | None) -> None:
            shown.advance(shown.tasks[0].id)
            row: dict[str, object] = {
                "document": observation.document.id,
                "outcome": str(verdict.outcome),
                "kind": verdict.kind,
                "reason": verdict.reason.en,
                "change": None if change is None else say.change(change),
            }
            said.append(row)
            if not json_:
                outcome = f"{verdict.outcome}:{verdict.kind}" if verdict.kind else str(verdict.outcome)
                click.echo(f"{observation.document.id}\t{outcome}\t{verdict.reason.en}")

        enrol(archive, place.settings)
        with (
            HOSTS.kept(_of_hosts(place), utc_now()),
            Readers() as readers,
            ThreadPoolExecutor(place.settings.workers) as pool,
        ):
            report = _look(archive, place.services, place.settings, (pool, readers), stop, tell, only)
        for failure in deliver(archive, place.settings, clock=utc_now):
            click.echo(f"{failure.listener} could not be told: {failure.reason}", err=True)
    if json_:
        say.as_json({"checks": said, "announced": len(report.changes)})
    elif not said:
        click.echo("Nothing is due.")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, help="The port to listen on; 0 takes a free one.")
@click.pass_obj
def serve(place: Place, host: str, port: int) -> None:
    """Serve the site of an archive, without looking at anything."""
    with open_archive(place.archive):
        pass  # tell at once, and in words, what is wrong with the file
    with Server(_app(place), host, port) as server:
        click.echo(f"The site is at {server.address} (Ctrl-C ends it)")
        server.serve()


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--base-url", help="Where it will be published.  [default: base_url of tosmonitor.yaml]")
@click.option("--from-disk", is_flag=True, help="Make links end in file names, to be read without a server.")
@click.pass_obj
def export(place: Place, folder: Path, base_url: str | None, from_disk: bool) -> None:
    """Write the whole site, feeds included, as static files into FOLDER.

    The files equal what `serve` answers, byte for byte. A second export writes only what changed.
    """
    with say.progress("exporting") as shown:
        report = export_site(
            place.archive,
            folder,
            base_url=base_url or place.settings.base_url,
            settings=replace(_site_settings(place.settings), index_links=from_disk),
            progress=lambda done, total: shown.update(shown.tasks[0].id, completed=done, total=total),
        )
    click.echo(
        f"{folder}: {report.held} files, {report.written} of them written now ({report.bytes_written:,} bytes), "
        f"{report.removed} removed"
    )


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, help="The port to listen on; 0 takes a free one.")
@click.option(
    "--archive", "path", type=click.Path(path_type=Path), help="Keep the archive here.  [default: a new folder]"
)
@click.option("--no-serve", is_flag=True, help="Stop after the two years; don't serve the site.")
def demo(host: str, port: int, path: Path | None, no_serve: bool) -> None:
    """Play two years of six fictional services in some seconds, then serve the site.

    Nothing is mocked: a web server on this machine serves their pages as of a clock that runs fast, and the program
    fetches, reads, judges and records them. No network is needed.
    """
    if path is None:
        path = Path(tempfile.mkdtemp(prefix="tosmonitor-demo-")) / "tosmonitor.db"
    with open_archive(path, write=True) as archive, say.progress("two years") as shown:
        report = play(
            archive, progress=lambda done, total: shown.update(shown.tasks[0].id, completed=done, total=total)
        )
    click.echo(f"{report.checks} checks, {report.changes} changes announced; the archive is {path}")
    for note in report.notes:
        click.echo(note)
    if no_serve:
        return
    with Server(
        create_app(path, base_url=f"http://{host}:{port}", settings=SiteSettings(name="tosmonitor demo")), host, port
    ) as server:
        click.echo(f"The site is at {server.address} (Ctrl-C ends it)")
        server.serve()


def _look(
    archive: Archive,
    services: Sequence[Service],
    settings: Settings,
    workers: tuple[Executor, Readers],
    stop: Event,
    progress: Callable[[Observation, Verdict, Change | None], None],
    only: Sequence[str] | None = None,
) -> Report:
    return track(
        archive,
        services,
        manners=settings.manners,
        clock=utc_now,
        sleep=interruptible(stop),
        executor=workers[0],
        only=only,
        progress=progress,
        stopping=stop.is_set,
        understand=workers[1],
    )


def _of_hosts(place: Place) -> Path:
    """Return where the pauses of hosts outlive a restart: beside the archive, whose lock covers it."""
    return place.archive.with_suffix(".hosts")


def _logged(log: FilteringBoundLogger) -> Callable[[Observation, Verdict, Change | None], None]:
    def tell(observation: Observation, verdict: Verdict, change: Change | None) -> None:
        if verdict.outcome is not Outcome.UNCHANGED:
            log.info(
                str(verdict.outcome),
                document=observation.document.id,
                kind=verdict.kind,
                reason=verdict.reason.en,
                change=None if change is None else change.difference.sentence.en,
            )

    return tell


def _site_settings(settings: Settings) -> SiteSettings:
    return SiteSettings(
        name=settings.name, contact=settings.manners.contact, hub=settings.hub, phrases=settings.phrases
    )


def _app(place: Place) -> ASGIApp:
    return create_app(place.archive, base_url=place.settings.base_url, settings=_site_settings(place.settings))
