"""What a machine asks of the running site: is it well, and the figures for Prometheus, all from the last checks."""

import json
from collections import Counter
from collections.abc import Callable

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from starlette.requests import Request
from starlette.responses import Response

from tosmonitor import archive as archives
from tosmonitor.errors import TosmonitorError
from tosmonitor.model import Outcome
from tosmonitor.site.holdings import Holdings
from tosmonitor.site.states import states

_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def health(holdings: Holdings) -> Callable[[Request], Response]:
    """Return the answer to /healthz: 200 when the archive can be read or has not begun, else 503 and why."""

    def respond(request: Request) -> Response:
        status, body = 200, {"status": "ok", "archive": "read"}
        if not holdings.path.exists():
            body["archive"] = "not begun"
        else:
            try:
                archives.last_checks(holdings.archive())
            except TosmonitorError as error:
                status, body = 503, {"status": "failing", "archive": str(error)}
        return Response(json.dumps(body) + "\n", status, _HEADERS, media_type="application/json")

    return respond


def metrics(holdings: Holdings) -> Callable[[Request], Response]:
    """Return the answer to /metrics, in Prometheus' text form."""

    def respond(request: Request) -> Response:
        return Response(figures(holdings), 200, _HEADERS, media_type=CONTENT_TYPE_LATEST)

    return respond


def figures(holdings: Holdings) -> bytes:
    """Return the figures: documents by the outcome of their last check, its time, and since when any is unseen."""
    registry = CollectorRegistry()
    by_outcome = Gauge(
        "tosmonitor_documents", "Documents by the outcome of their last check", ["outcome"], registry=registry
    )
    newest = Gauge("tosmonitor_last_check_timestamp_seconds", "Time of the newest check", registry=registry)
    oldest = Gauge(
        "tosmonitor_oldest_check_timestamp_seconds",
        "Time of the last check of the document that waits longest",
        registry=registry,
    )
    unseen = Gauge("tosmonitor_documents_unseen", "Documents that cannot be seen at present", registry=registry)
    unread = Gauge("tosmonitor_documents_unread", "Documents that were never checked", registry=registry)
    latest = Gauge(
        "tosmonitor_last_change_timestamp_seconds", "Time at which the newest change was recorded", registry=registry
    )
    if holdings.path.exists():
        archive = holdings.archive()
        held = states(holdings)
        checks = [state.check for state in held.values() if state.check is not None]
        counted = Counter(check.outcome for check in checks)
        for outcome in Outcome:
            by_outcome.labels(outcome=outcome.value).set(counted[outcome])
        if checks:
            newest.set(max(check.checked_at for check in checks).timestamp())
            oldest.set(min(check.checked_at for check in checks).timestamp())
        unseen.set(sum(state.unseen for state in held.values()))
        unread.set(len(held) - len(checks))
        lines = archives.headlines(archive, limit=1)
        if lines:
            latest.set(lines[0].recorded_at.timestamp())
    return generate_latest(registry)
