"""The sockets under every request: opened by the guard, and each of their operations ends with a budget of time.

Every read, of a header dripping in byte by byte too, is bounded by what is left of the budget: httpx's own time-outs
begin anew with each byte.
"""

import select
import socket
import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import httpcore

from tosmonitor.fetch.guard import Guard
from tosmonitor.fetch.trouble import TroubleError
from tosmonitor.model import FailureKind


class Budget:
    """The time that a fetch may spend on the network, over all its redirects and retries; waiting is not counted."""

    def __init__(self, span: timedelta) -> None:
        self._left = span.total_seconds()
        self._until: float | None = None

    @contextmanager
    def spending(self) -> Iterator[None]:
        """Let the time run while the block runs."""
        self._until = time.monotonic() + self._left
        try:
            yield
        finally:
            self._left = max(0.0, self._until - time.monotonic())
            self._until = None

    @property
    def left(self) -> float:
        """Return the seconds that are left."""
        return self._left if self._until is None else self._until - time.monotonic()


class Connections(httpcore.NetworkBackend):
    """Opens connections through the guard; all of them spend the budget of the fetch that is under way."""

    def __init__(self, guard: Guard, budget: Budget) -> None:
        self.guard = guard
        self.budget = budget

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Open a connection through the guard; raise TroubleError."""
        connection = self.guard.connect(host, port, min(timeout or 60.0, max(0.05, self.budget.left)))
        return Stream(connection, host, self)


class Stream(httpcore.NetworkStream):
    """A socket whose every operation ends with the budget."""

    def __init__(self, connection: socket.socket, host: str, backend: Connections) -> None:
        self._socket = connection
        self._host = host
        self._backend = backend

    def _limit(self, timeout: float | None) -> None:
        left = self._backend.budget.left
        if left <= 0:
            raise too_slow(self._host)
        self._socket.settimeout(left if timeout is None else min(timeout, left))

    def _timed_out(self) -> TroubleError:
        if self._backend.budget.left <= 0:
            return too_slow(self._host)
        return TroubleError(
            FailureKind.TIMEOUT,
            f"{self._host} took the request and fell silent",
            f"{self._host} a reçu la demande puis s’est tu",
            transient=True,
        )

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return the next bytes, at most `max_bytes`; empty at the end."""
        self._limit(timeout)
        try:
            return self._socket.recv(max_bytes)
        except TimeoutError as error:
            raise self._timed_out() from error
        except OSError as error:
            raise httpcore.ReadError(error) from error

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of `buffer`."""
        while buffer:
            self._limit(timeout)
            try:
                sent = self._socket.send(buffer)
            except TimeoutError as error:
                raise self._timed_out() from error
            except OSError as error:
                raise httpcore.WriteError(error) from error
            buffer = buffer[sent:]

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Return the stream within TLS; raise TroubleError (TLS) where the host cannot prove who it is."""
        self._limit(timeout)
        try:
            return Stream(
                ssl_context.wrap_socket(self._socket, server_hostname=server_hostname), self._host, self._backend
            )
        except TimeoutError as error:
            self.close()
            raise self._timed_out() from error
        except ssl.SSLCertVerificationError as error:
            self.close()
            raise TroubleError(
                FailureKind.TLS,
                f"{self._host} could not prove who it is ({error.verify_message})",
                f"{self._host} n’a pas pu prouver son identité ({error.verify_message})",
            ) from error
        except (OSError, ValueError) as error:
            self.close()
            said = getattr(error, "reason", None) or str(error)
            raise TroubleError(
                FailureKind.TLS,
                f"no secure connection to {self._host} could be made ({said})",
                f"la connexion sécurisée à {self._host} a échoué ({said})",
                transient=isinstance(error, ConnectionError | ssl.SSLEOFError),
            ) from error

    def get_extra_info(self, info: str) -> Any:
        """Return what httpcore asks about: ssl_object, is_readable, server_addr."""
        if info == "ssl_object":
            return self._socket if isinstance(self._socket, ssl.SSLSocket) else None
        if info == "is_readable":
            return self._socket.fileno() < 0 or _is_readable(self._socket)
        if info == "server_addr":
            return self._socket.getpeername()
        return None


def _is_readable(connection: socket.socket) -> bool:
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    return bool(poll.poll(0))


def too_slow(host: str) -> TroubleError:
    """Return the trouble of a host that has used up the budget."""
    return TroubleError(
        FailureKind.TIMEOUT,
        f"{host} was still sending when the time for one page was over",
        f"{host} envoyait encore quand le temps accordé à une page s’est écoulé",
    )
