"""One request and its answer, over connections that the guard opens and a budget of time bounds.

httpx makes the requests, keeps connections alive and speaks HTTP/2; the sockets under it are ours (`connections`). The
environment (proxies, certificates) is not consulted.
"""

import functools
import ssl
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import httpcore
import httpx
from h2.exceptions import H2Error
from hyperframe.exceptions import HyperframeError

from tosmonitor.fetch import decoding
from tosmonitor.fetch.connections import Budget, Connections, too_slow
from tosmonitor.fetch.guard import Guard
from tosmonitor.fetch.trouble import TroubleError
from tosmonitor.model import FailureKind, Manners


@functools.cache
def verified_tls() -> ssl.SSLContext:
    """Return the one TLS context of the process (30 ms to make): certificates verified, against certifi's list."""
    return httpx.create_ssl_context(trust_env=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered to one request: `body` decoded from its transfer and gzip, header names lower case."""

    url: httpx.URL
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """Return the first header called `name` (lower case)."""
        return next((value for key, value in self.headers if key == name), None)


class Client:
    """Asks one URL after the other; connections are kept for the next request to the same host.

    Used by one thread. Cookies last until `forget`, which begins every fetch: a page is read as by a first visitor.
    """

    def __init__(self, manners: Manners, guard: Guard, *, tls: ssl.SSLContext | None = None) -> None:
        self._manners = manners
        self._backend = Connections(guard, Budget(timedelta(0)))
        self._guard = guard
        self._tls = tls
        self._client: httpx.Client | None = None

    def forget(self) -> None:
        """Drop all cookies."""
        if self._client is not None:
            self._client.cookies.clear()

    def cookies(self) -> tuple[tuple[str, str | None], ...]:
        """Return what the hosts of this fetch made us remember."""
        if self._client is None:
            return ()
        return tuple((cookie.name, cookie.value) for cookie in self._client.cookies.jar)

    def close(self) -> None:
        """Close every connection."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def get(
        self,
        url: httpx.URL,
        headers: dict[str, str],
        budget: Budget,
        *,
        limit: int | None = None,
        truncate: bool = False,
    ) -> Answer:
        """Ask for `url` and read its body, up to `limit` bytes (the manners' by default); raise TroubleError.

        Redirects are answers like others. A body cut short never counts as one.
        """
        self._guard.check_url(url.scheme, url.host, url.port)
        client = self._open()
        self._backend.budget = budget
        most = self._manners.max_bytes if limit is None else limit
        host = url.host
        try:
            with budget.spending():
                if budget.left <= 0:
                    raise too_slow(host)
                return self._exchange(client, url, headers, most, truncate)
        except TroubleError:
            self._drop_connections()
            raise
        except httpx.InvalidURL as error:
            raise TroubleError(
                FailureKind.PROTOCOL, f"not an address: {error}", f"adresse invalide\u00a0: {error}"
            ) from error
        except (httpcore.ReadError, httpcore.WriteError) as error:
            self._drop_connections()
            raise _reset(host, error) from error
        except (httpcore.ProtocolError, httpcore.UnsupportedProtocol, H2Error, HyperframeError) as error:
            self._drop_connections()
            raise _broken(host, error) from error

    def _exchange(
        self, client: httpx.Client, url: httpx.URL, headers: dict[str, str], limit: int, truncate: bool
    ) -> Answer:
        request = client.build_request("GET", url, headers=headers)
        response = client.send(request, stream=True)
        try:
            status = response.status_code
            kept = tuple(
                (name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in response.headers.raw
            )
            announced = response.headers.get("content-length", "")
            empty = status in (204, 304)  # read all the same: a connection read to its end is kept
            if not (truncate or empty) and announced.isdigit() and int(announced) > limit:
                raise decoding.too_large(limit)
            encoding = "" if empty else response.headers.get("content-encoding", "")
            body = decoding.decoded(response.iter_raw(), encoding, limit=limit, truncate=truncate)
            return Answer(url, status, kept, body)
        finally:
            response.close()

    def _open(self) -> httpx.Client:
        if self._client is None:
            tls = self._tls or verified_tls()
            seconds = (self._manners.connect_timeout.total_seconds(), self._manners.read_timeout.total_seconds())
            self._client = httpx.Client(
                transport=_Transport(self._backend, tls),
                headers={},
                timeout=httpx.Timeout(seconds[1], connect=seconds[0]),
                trust_env=False,
                follow_redirects=False,
            )
            self._client.headers = httpx.Headers({"Accept-Encoding": decoding.ACCEPTED})
        return self._client

    def _drop_connections(self) -> None:
        """Begin with new connections: what is left in the old ones belongs to an answer that was given up."""
        if self._client is not None:
            cookies = self._client.cookies
            self.close()
            self._open().cookies = cookies


class _Transport(httpx.BaseTransport):
    """httpcore's pool under httpx, with our backend: the same as httpx's own transport, which takes none."""

    def __init__(self, backend: Connections, tls: ssl.SSLContext) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls,
            http2=True,
            network_backend=backend,
            max_connections=4,
            max_keepalive_connections=2,
            keepalive_expiry=30.0,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        response = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            response.status,
            headers=response.headers,
            stream=_Body(response),
            extensions=response.extensions,
        )

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        stream = self._response.stream
        if isinstance(stream, Iterable):
            yield from stream

    def close(self) -> None:
        self._response.close()


def _reset(host: str, error: Exception) -> TroubleError:
    cause = error.args[0] if error.args else error
    words = getattr(cause, "strerror", None) or str(cause) or "closed"
    return TroubleError(
        FailureKind.RESET,
        f"{host} broke off the connection ({words})",
        f"{host} a rompu la connexion ({words})",
        transient=True,
    )


def _broken(host: str, error: Exception) -> TroubleError:
    words = str(error) or type(error).__name__
    if "disconnected" in words.lower() or "closed connection" in words:
        return TroubleError(
            FailureKind.RESET,
            f"{host} broke off in the middle of its answer",
            f"{host} a interrompu sa réponse",
            transient=True,
        )
    return TroubleError(
        FailureKind.PROTOCOL,
        f"{host} answered with something that is not HTTP ({words[:120]})",
        f"{host} a répondu autre chose que du HTTP ({words[:120]})",
    )
