"""A small HTTP/2 server over TLS."""

import gzip
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import h2.config
import h2.connection
import h2.events


@dataclass
class Http2:
    """A running server and what it counted."""

    host: str
    connections: int = 0
    requests: int = 0


@contextmanager
def http2_server(certificate: Path, body: bytes) -> Iterator[Http2]:
    """Answer every path with `body`, /gzipped with it compressed, /robots.txt with 404."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.set_alpn_protocols(["h2"])
    listener = socket.create_server(("127.0.0.1", 0))
    server = Http2(f"127.0.0.1:{listener.getsockname()[1]}")

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
                server.connections += 1
                with context.wrap_socket(connection, server_side=True) as talking:
                    _talk(talking, server, body)
            except OSError:
                if listener.fileno() < 0:
                    return

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listener.close()


def _talk(talking: ssl.SSLSocket, server: Http2, body: bytes) -> None:
    state = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
    state.initiate_connection()
    talking.sendall(state.data_to_send())
    while piece := talking.recv(65536):
        for event in state.receive_data(piece):
            if isinstance(event, h2.events.RequestReceived):
                server.requests += 1
                path = dict(event.headers or [])[b":path"]
                status = b"404" if path == b"/robots.txt" else b"200"
                packed = gzip.compress(body) if path == b"/gzipped" else body
                headers = [(b":status", status), (b"content-type", b"text/html; charset=utf-8")]
                if path == b"/gzipped":
                    headers.append((b"content-encoding", b"gzip"))
                state.send_headers(event.stream_id or 1, headers)
                state.send_data(event.stream_id or 1, packed, end_stream=True)
        talking.sendall(state.data_to_send())
