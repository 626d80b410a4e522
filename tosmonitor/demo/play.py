"""The demo itself: the real `track` looks at the real pages once a week, for two years that pass in seconds."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from importlib.resources import files

from tosmonitor.archive import Archive
from tosmonitor.declarations import loads
from tosmonitor.demo.server import World, serving
from tosmonitor.demo.timeline import BEGIN, END
from tosmonitor.model import Change, Manners, Observation, Service, Verdict
from tosmonitor.track import track

#: The clock goes on by a week, looks, and looks again after the pause in which a change must last to be believed.
STEP, AGAIN = timedelta(days=7), timedelta(minutes=20)
_NINE = time(9, tzinfo=UTC)


@dataclass(slots=True)
class Report:
    """What the two years came to; `notes` says in words what could not be shown."""

    checks: int = 0
    changes: int = 0
    notes: tuple[str, ...] = ()


def play(
    archive: Archive,
    *,
    progress: Callable[[int, int], None] | None = None,
    until: datetime | None = None,
    browser: bool = True,
) -> Report:
    """Play the two years into `archive` and return what they came to.

    The last look is in the morning before `until`, by default now: the timeline is moved accordingly. `progress` is
    told the weeks done and their number. Without a Chromium (or with `browser` False) the page that needs one shows as
    not read.
    """
    shift = shift_to(datetime.now(UTC) if until is None else until)
    weeks = (END - BEGIN) // STEP + 1
    report = Report()
    failures: dict[str, str] = {}

    def seen(observation: Observation, verdict: Verdict, change: Change | None) -> None:
        report.checks += 1
        report.changes += change is not None and change.announced_at is not None
        if verdict.kind == "browser":
            failures[observation.document.id] = verdict.reason.en
        else:
            failures.pop(observation.document.id, None)

    with serving(datetime.combine(BEGIN + shift, _NINE), shift) as world, ThreadPoolExecutor(2) as pool:
        services = declared(world)
        manners = Manners(
            contact="https://demo.invalid/", pause=timedelta(0), allowed_hosts=tuple(world.hosts.values()),
            browser_allowed=browser,
        )  # fmt: skip
        for week in range(weeks):
            monday = datetime.combine(BEGIN + shift, _NINE) + week * STEP
            for world.now in (monday, monday + AGAIN):
                track(
                    archive, services, manners=manners, clock=lambda: world.now, sleep=_never, executor=pool,
                    progress=seen,
                )  # fmt: skip
            if progress is not None:
                progress(week + 1, weeks)
    report.notes = tuple(f"{document}: {reason}" for document, reason in sorted(failures.items()))
    return report


def shift_to(until: datetime) -> timedelta:
    """Return how far the timeline is moved so that its last look lies in the past of `until`, by a day at most."""
    end = until.astimezone(UTC) - AGAIN
    return (end.date() if end.timetz() >= _NINE else end.date() - timedelta(days=1)) - END


def declared(world: World) -> tuple[Service, ...]:
    """Return the services of the demo, their addresses those of the servers that run."""
    written = files("tosmonitor.demo").joinpath("services.yaml").read_text("utf-8")
    for service, host in world.hosts.items():
        written = written.replace(f"//{service}.demo/", f"//{host}/")
    return loads(written, "services.yaml of the demo")


def _never(seconds: float) -> None:
    """Wait for nobody: the servers are ours, and the clock is."""
