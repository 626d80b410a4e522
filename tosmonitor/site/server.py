"""Owns the listening socket: the site as a server in this process. The only home of uvicorn."""

import signal
import socket
from types import FrameType, TracebackType

import uvicorn
from starlette.types import ASGIApp

from tosmonitor.errors import TosmonitorError


class Server:
    """The site at `host`:`port` (0 takes a free port); listens from `__enter__` on, answers within `serve`.

    Raises TosmonitorError at once, in words, when the port is taken or the address is not of this machine.
    """

    def __init__(self, app: ASGIApp, host: str, port: int) -> None:
        self._server = uvicorn.Server(
            uvicorn.Config(app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=5)
        )
        self._socket = _listening(host, port)

    @property
    def address(self) -> str:
        """Return where the site is, as a person types it."""
        host, port = self._socket.getsockname()[:2]
        shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host
        return f"http://[{shown}]:{port}/" if ":" in shown else f"http://{shown}:{port}/"

    def serve(self) -> None:
        """Answer until Ctrl-C, SIGTERM or `stop`; requests at hand are finished, then it returns."""
        # uvicorn raises the signal again once it has ended, which would end us before the work at hand is put away.
        before = {number: signal.signal(number, _noted) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            self._server.run(sockets=[self._socket])
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def stop(self) -> None:
        """End `serve` from another thread."""
        self._server.should_exit = True

    def __enter__(self) -> "Server":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()


def _noted(number: int, frame: FrameType | None) -> None:
    """Take note of a signal that the server has acted upon."""


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(128)  # who comes before `serve` waits, and is not refused
    except OSError as error:
        listening.close()
        raise TosmonitorError(
            f"cannot listen on {host}:{port}: {error.strerror}; choose another with --port"
        ) from error
    return listening
