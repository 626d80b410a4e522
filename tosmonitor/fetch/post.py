"""Requests that are not visits to a page: a message to a listener, a site's own map. Same guard, same budget of time.

A message goes out once; whether to try again is for whoever keeps the outbox. A map is asked for in the host's turn,
with its pause, like any page.
"""

import random
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import httpcore
import httpx

from tosmonitor.fetch.connections import Budget, Connections
from tosmonitor.fetch.guard import Guard
from tosmonitor.fetch.headers import user_agent
from tosmonitor.fetch.hosts import HOSTS
from tosmonitor.fetch.http import Answer, Client, verified_tls
from tosmonitor.fetch.manners import Courtesy, host_of, retry_after
from tosmonitor.fetch.trouble import TroubleError
from tosmonitor.model import Failure, FailureKind, Manners

#: The largest map that is read: the limit of the protocol is 50 MB, the first part has what we look for.
_MAP = 5_000_000


def post(url: str, body: bytes, headers: Mapping[str, str], manners: Manners) -> int | Failure:
    """Send `body` to `url` once; return the status if it was taken (2xx), and why not otherwise.

    Redirects are not followed: a listener's address is where its messages are wanted. Never raises for what the world
    does; a private address is refused unless `manners` allow its host.
    """
    try:
        answer = _send(httpx.URL(url), body, {**headers, "User-Agent": user_agent(manners)}, manners)
        if not 200 <= answer.status < 300:
            raise _not_taken(answer)
    except TroubleError as trouble:
        return trouble.failure()
    except httpx.InvalidURL:
        return TroubleError(FailureKind.PROTOCOL, f"{url} is no address", f"{url} n’est pas une adresse").failure()
    return answer.status


def sitemap(
    url: str,
    manners: Manners,
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    sleep: Callable[[float], None] = time.sleep,
) -> bytes | Failure:
    """Return the map of a site (XML or text), the first 5 MB of it; robots.txt, which named it, has given leave."""
    client = Client(manners, Guard(manners.allowed_hosts))
    courtesy = Courtesy(HOSTS, clock, sleep, manners.pause, random.Random())
    try:
        with courtesy.turn(host_of(url)):
            answer = client.get(
                httpx.URL(url),
                {"User-Agent": user_agent(manners)},
                Budget(manners.total_timeout),
                limit=_MAP,
                truncate=True,
            )
        if answer.status != 200:
            raise _not_taken(answer)
    except TroubleError as trouble:
        return trouble.failure()
    finally:
        client.close()
    return answer.body


def _send(url: httpx.URL, message: bytes, headers: Mapping[str, str], manners: Manners) -> Answer:
    """Send over connections that the guard opens; of the answer, what comes before its body is read."""
    guard = Guard(manners.allowed_hosts)
    guard.check_url(url.scheme, url.host, url.port)
    budget = Budget(manners.total_timeout)
    pool = httpcore.ConnectionPool(ssl_context=verified_tls(), http2=True, network_backend=Connections(guard, budget))
    seconds = manners.read_timeout.total_seconds()
    limits = {"connect": manners.connect_timeout.total_seconds(), "read": seconds, "write": seconds, "pool": seconds}
    try:
        with (
            pool,
            budget.spending(),
            pool.stream(
                "POST", str(url), headers=list(headers.items()), content=message, extensions={"timeout": limits}
            ) as got,
        ):
            kept = tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in got.headers)
            return Answer(url, got.status, kept, b"")
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol) as error:
        words = str(error) or type(error).__name__
        raise TroubleError(
            FailureKind.RESET, f"{url.host} broke off ({words})", f"{url.host} a rompu la connexion ({words})"
        ) from error


def _not_taken(answer: Answer) -> TroubleError:
    status, host = answer.status, answer.url.host
    kinds = {429: FailureKind.RATE_LIMITED, 410: FailureKind.GONE}
    kind = kinds.get(status) or (FailureKind.HTTP_5XX if status >= 500 else FailureKind.HTTP_4XX)
    asked = retry_after(answer.header("retry-after"), datetime.now(UTC))
    return TroubleError(
        kind, f"{host} answered {status}", f"{host} a répondu {status}", status=status, retry_after=asked
    )  # fmt: skip
