"""How things are said: tables and progress on a terminal, JSON for programs, never both on one stream."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import click
import structlog
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from structlog.typing import FilteringBoundLogger, Processor

from tosmonitor.model import Change, Check, Document, Service, Version


def as_json(found: Any) -> None:
    """Print `found` as JSON on standard output."""
    click.echo(json.dumps(found, ensure_ascii=False, indent=2))


def table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows under headers; plain tab-separated lines where the output is no terminal."""
    if not sys.stdout.isatty():
        for row in rows:
            click.echo("\t".join(row))
        return
    drawn = Table(*headers, box=None, header_style="bold", pad_edge=False)
    for row in rows:
        drawn.add_row(*row)
    Console().print(drawn)


@contextmanager
def progress(label: str) -> Iterator[Progress]:
    """Show progress on stderr while the block works; nothing where stderr is no terminal."""
    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    ) as shown:
        shown.add_task(label, total=None)
        yield shown


def logger() -> FilteringBoundLogger:
    """Return the log of a running monitor: readable on a terminal, JSON lines otherwise; both on stderr."""
    readable = sys.stderr.isatty()
    renderer: Processor = (
        structlog.dev.ConsoleRenderer() if readable else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    log: FilteringBoundLogger = structlog.get_logger()
    return log


def when(at: datetime | None) -> str:
    """Return a time as people read it, in UTC."""
    return "never" if at is None else at.strftime("%Y-%m-%d %H:%M:%S UTC")


def version(found: Version) -> dict[str, Any]:
    """Return a version as plain values."""
    return {
        "document": found.document_id,
        "fetched_at": found.fetched_at.isoformat(),
        "digest": found.digest,
        "words": found.words,
        "cause": str(found.cause),
        "language": found.language,
        "retracted": None if found.retracted is None else found.retracted.reason.en,
    }


def change(found: Change) -> dict[str, Any]:
    """Return a change as plain values."""
    difference = found.difference
    return {
        "document": found.document_id,
        "before": found.before.fetched_at.isoformat(),
        "after": found.after.fetched_at.isoformat(),
        "announced_at": None if found.announced_at is None else found.announced_at.isoformat(),
        "kind": str(difference.kind),
        "sentence": {"en": difference.sentence.en, "fr": difference.sentence.fr},
        "words_added": difference.words_added,
        "words_removed": difference.words_removed,
        "topics": [{"topic": hit.topic, "words": list(hit.words)} for hit in difference.topics],
        "retracted": None if found.retracted is None else found.retracted.reason.en,
    }


def check(found: Check) -> dict[str, Any]:
    """Return a check as plain values."""
    return {
        "document": found.document_id,
        "checked_at": found.checked_at.isoformat(),
        "outcome": str(found.outcome),
        "kind": found.kind,
        "reason": {"en": found.reason.en, "fr": found.reason.fr},
        "retry_at": None if found.retry_at is None else found.retry_at.isoformat(),
    }


def named(services: Sequence[Service], wanted: str) -> list[Document]:
    """Return the documents of `SERVICE` or `SERVICE/TYPE`; empty when nothing is called so."""
    return [document for service in services for document in service.documents if wanted in (service.id, document.id)]


def moment(text: str | None) -> datetime:
    """Read a moment that a person wrote: a day means its end, no time zone means UTC, None means now."""
    if text is None:
        return datetime.now(UTC)
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(f'"{text}" is no date; write 2026-03-01 or 2026-03-01T12:00') from error
    if len(text) == 10:
        at = at.replace(hour=23, minute=59, second=59)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
