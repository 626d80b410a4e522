"""A second place to ask from: the operator's proxy, behind the same guard.

    guard: resolve here, refuse what is not public ──► CONNECT address:port ──► proxy ──► host

The proxy is given the address that we resolved and checked, never a name, so that it has nothing to resolve; TLS is
made through it with the host itself. Two things cannot be guaranteed: that it connects where it is told to, and that
the host's name would lead it to the same address. A proxy that takes names only does not serve.
"""

import socket
from base64 import b64encode
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from tosmonitor.fetch.guard import Guard, Resolve, resolve
from tosmonitor.fetch.trouble import TroubleError
from tosmonitor.model import FailureKind

#: No answer to CONNECT is longer.
_MOST = 16_384


class Detour(Guard):
    """Opens connections as a guard does, through the HTTP proxy at `proxy` (http://[user:password@]host:port)."""

    def __init__(self, proxy: str, allowed_hosts: Iterable[str] = (), *, resolve: Resolve = resolve) -> None:
        super().__init__(allowed_hosts, resolve=resolve)
        parts = urlsplit(proxy)
        self._proxy = (parts.hostname or "", parts.port or 80)
        self._leave = ""
        if parts.username is not None:
            told = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            self._leave = f"Proxy-Authorization: Basic {b64encode(told.encode()).decode()}\r\n"

    def _open(self, address: str, port: int, seconds: float) -> socket.socket:
        try:
            connection = socket.create_connection(self._proxy, seconds)
        except OSError as error:
            cause = error.strerror or str(error) or "no answer"
            raise self._no_way(f"cannot be reached ({cause})", f"est injoignable ({cause})") from error
        try:
            target = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
            connection.sendall(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n{self._leave}\r\n".encode())
            status = _answer(connection)
        except BaseException:
            connection.close()
            raise
        if status != 200:
            connection.close()
            if status in (401, 403, 407):
                raise self._no_way(f"refused ({status})", f"a refusé ({status})")
            raise OSError(f"proxy: {status}")  # the address, not the proxy: another one may do
        return connection

    def _no_way(self, en: str, fr: str) -> TroubleError:
        host = self._proxy[0]
        return TroubleError(FailureKind.REFUSED, f"the proxy {host} {en}", f"le mandataire {host} {fr}")


def _answer(connection: socket.socket) -> int:
    """Read the answer to CONNECT to its empty line, and not a byte of what follows; return its status, 0 for none."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        piece = connection.recv(1)
        if not piece or len(head) > _MOST:
            return 0
        head += piece
    status = head.split(None, 2)[1:2]
    return int(status[0]) if status and status[0].isdigit() else 0
