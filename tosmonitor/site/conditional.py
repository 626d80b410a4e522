"""Answers that cost little to ask for again: strong ETags, 304, gzip, HEAD, and a memory of answers already made.

An ASGI layer around the application. Answers are complete in memory (the site streams nothing), so that each has a
strong validator of its bytes; the compressed form has its own (RFC 9110, 8.8.3.3) and is deterministic. An answer is
remembered for as long as `edition()` stays the same: a token of the archive's files, which any write to them changes.
"""

import gzip
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock

from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Bytes of answers to remember; a few thousand pages.
MEMORY = 64_000_000
_SMALLEST_GZIP = 600
_COMPRESSIBLE = (
    "text/",
    "application/json",
    "application/xml",
    "application/atom",
    "application/rss",
    "application/feed",
    "application/ld+json",
    "image/svg",
)


@dataclass(slots=True)
class Kept:
    """An answer as it can be sent again."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    digest: str
    compressible: bool
    gzipped: bytes | None = field(default=None)

    def zipped(self) -> bytes:
        """Return the compressed body; made once, without a time stamp, so that equal bodies give equal bytes."""
        if self.gzipped is None:
            self.gzipped = gzip.compress(self.body, compresslevel=6, mtime=0)
        return self.gzipped


class Conditional:
    """The layer: `app` answers, this decides what needs to be sent."""

    def __init__(self, app: ASGIApp, *, edition: Callable[[], Hashable], memory: int = MEMORY) -> None:
        self.app = app
        self.edition = edition
        self.memory = memory
        self._kept: OrderedDict[tuple[bytes, bytes, bytes], tuple[Hashable, Kept]] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        speaks = headers.get(b"accept-language", b"") if scope["path"] == "/" else b""
        key = (scope["path"].encode(), scope.get("query_string", b""), speaks)
        edition = self.edition()
        kept = self._recall(key, edition)
        if kept is None:
            kept = await self._ask(scope, receive)
            if kept.status == 200 and not _says(kept.headers, b"cache-control", b"no-store"):
                self._remember(key, edition, kept)
        await _reply(kept, scope["method"], headers, send)

    async def _ask(self, scope: Scope, receive: Receive) -> Kept:
        status, headers, chunks = 500, [], []

        async def catch(message: Message) -> None:
            nonlocal status, headers
            if message["type"] == "http.response.start":
                status, headers = message["status"], list(message.get("headers", ()))
            elif message["type"] == "http.response.body":
                chunks.append(message.get("body", b""))

        await self.app({**scope, "method": "GET"}, receive, catch)
        body = b"".join(chunks)
        media_type = next((value for name, value in headers if name == b"content-type"), b"").decode("latin-1")
        return Kept(status, headers, body, sha256(body).hexdigest()[:32], media_type.startswith(_COMPRESSIBLE))

    def _recall(self, key: tuple[bytes, bytes, bytes], edition: Hashable) -> Kept | None:
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            if found[0] != edition:
                self._forget(key)
                return None
            self._kept.move_to_end(key)
            return found[1]

    def _remember(self, key: tuple[bytes, bytes, bytes], edition: Hashable, kept: Kept) -> None:
        if len(kept.body) > self.memory // 8:
            return
        with self._lock:
            if key in self._kept:
                self._forget(key)
            self._kept[key] = (edition, kept)
            self._size += _weight(kept)
            while self._size > self.memory:
                self._forget(next(iter(self._kept)))

    def _forget(self, key: tuple[bytes, bytes, bytes]) -> None:
        _, kept = self._kept.pop(key)
        self._size -= _weight(kept)


def _weight(kept: Kept) -> int:
    """Return what an answer takes in memory, counting its compressed form whether made yet or not."""
    return len(kept.body) + (len(kept.body) // 3 if kept.compressible else 0) + 1_000


async def _reply(kept: Kept, method: str, asked: dict[bytes, bytes], send: Send) -> None:
    headers = [pair for pair in kept.headers if pair[0] not in (b"content-length", b"etag", b"vary")]
    vary = ", ".join(value.decode("latin-1") for name, value in kept.headers if name == b"vary")
    zipped = (
        kept.compressible and len(kept.body) >= _SMALLEST_GZIP and _accepts_gzip(asked.get(b"accept-encoding", b""))
    )
    body = kept.body
    if kept.compressible:
        vary = f"{vary}, Accept-Encoding" if vary else "Accept-Encoding"
    if vary:
        headers.append((b"vary", vary.encode("latin-1")))
    if kept.status == 200:
        plain, packed = f'"{kept.digest}"', f'"{kept.digest}-gzip"'
        headers.append((b"etag", (packed if zipped else plain).encode()))
        if _matches(asked.get(b"if-none-match"), (plain, packed)):
            headers = [pair for pair in headers if pair[0] != b"content-type"]
            await send({"type": "http.response.start", "status": 304, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
            return
    if zipped:
        body = kept.zipped()
        headers.append((b"content-encoding", b"gzip"))
    headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": kept.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else body})


def _matches(header: bytes | None, tags: Iterable[str]) -> bool:
    """Say whether If-None-Match names one of `tags`; weak comparison, as RFC 9110 13.1.2 asks."""
    if header is None:
        return False
    asked = {item.strip().removeprefix("W/") for item in header.decode("latin-1").split(",")}
    return "*" in asked or not asked.isdisjoint(tags)


def _accepts_gzip(header: bytes) -> bool:
    for item in header.decode("latin-1").lower().split(","):
        coding, _, parameter = item.strip().partition(";")
        if coding.strip() in ("gzip", "*"):
            return parameter.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _says(headers: Iterable[tuple[bytes, bytes]], name: bytes, word: bytes) -> bool:
    return any(key == name and word in value for key, value in headers)
