"""A page read in Chromium: started when first needed, kept for the next page, replaced when it crashes or hangs.

    this thread ── orders ──► renderer (a process group of its own) ──► Chromium ──► egress (our proxy) ──► guard
               ◄── answers ─┘   killed when its time or its memory is used up

A browser that runs elsewhere (ws:// or http:// in the manners) is joined instead of started. On loopback it is sent
through the same proxy; further away its requests are checked before they are made, but it resolves names and follows
redirects itself: it belongs in a network where it can reach nothing private.
"""

import contextlib
import glob
import json
import os
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tosmonitor.fetch.egress import Egress
from tosmonitor.fetch.guard import Guard
from tosmonitor.fetch.trouble import TroubleError, size
from tosmonitor.fetch.vantage import Detour
from tosmonitor.model import FailureKind, Manners

#: A browser that is not up by then is not going to be.
_START = 45.0  # seconds

#: What the renderer and its Chromium may hold of their own (memory shared between them not counted).
MOST_MEMORY = 1_200_000_000  # bytes

#: What the renderer gets beyond the page's own time to give up by itself.
_GRACE = 2.0  # seconds

#: What a browser that is well gets to close by itself.
_FAREWELL = 5.0  # seconds

_COMPLAINTS = "renderer.log"


class Seats:
    """How many browsers may run at once in this process, however many threads: each may need `MOST_MEMORY`."""

    def __init__(self, count: int) -> None:
        self._free = threading.BoundedSemaphore(count)
        self._lock = threading.Lock()
        self._waiting = 0

    @property
    def wanted(self) -> bool:
        """Say whether a thread waits for a seat."""
        return self._waiting > 0

    def take(self) -> None:
        """Wait for a seat."""
        with self._lock:
            self._waiting += 1
        self._free.acquire()
        with self._lock:
            self._waiting -= 1

    def leave(self) -> None:
        """Give the seat to the next."""
        self._free.release()


#: As many browsers as cores, at least two.
SEATS = Seats(max(2, os.cpu_count() or 2))

_LOOK_EVERY = 0.25  # seconds between two looks at the memory

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome", "microsoft-edge")
_PLACES = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "~/.cache/ms-playwright/chromium-*/chrome-linux*/chrome",
    "~/.cache/ms-playwright/chromium_headless_shell-*/chrome-linux*/headless_shell",
    "~/Library/Caches/ms-playwright/chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
)


def find_browser(manners: Manners) -> str | None:
    """Return the Chromium that pages are read in: the one in the manners, else one of this machine, else None.

    A path or a ws:// or http:// address; what the manners name is returned only if it is there (addresses are trusted).
    """
    if not manners.browser_allowed:
        return None
    if manners.browser is not None:
        if manners.browser.startswith(("ws://", "wss://", "http://", "https://")):
            return manners.browser
        return shutil.which(manners.browser)
    for name in _NAMES:
        if found := shutil.which(name):
            return found
    for place in _PLACES:
        for path in sorted(glob.glob(os.path.expanduser(place)), reverse=True):
            if os.access(path, os.X_OK):
                return path
    return None


class LostError(Exception):
    """The browser crashed or had to be stopped; another one may have better luck."""

    def __init__(self, trouble: TroubleError) -> None:
        super().__init__(trouble.en)
        self.trouble = trouble


class Browser:
    """One Chromium and the way to it, for one thread, which may have to wait for one of the `seats`."""

    def __init__(self, manners: Manners, guard: Guard, *, seats: Seats = SEATS) -> None:
        where = find_browser(manners)
        if where is None:
            raise TroubleError(
                FailureKind.BROWSER,
                "this page needs a browser and there is no Chromium here; install one or name one in the settings",
                "cette page demande un navigateur et il n’y a pas de Chromium ici\u00a0;"
                " installez-en un ou nommez-en un dans la configuration",
            )
        self._manners = manners
        self._where = where
        if isinstance(guard, Detour) and not self._nearby:
            raise TroubleError(
                FailureKind.BROWSER,
                "the browser runs elsewhere and cannot be sent through the proxy of the second vantage",
                "le navigateur tourne ailleurs et ne peut passer par le mandataire du second point de vue",
            )
        self._egress = Egress(manners, guard)
        self._process: subprocess.Popen[bytes] | None = None
        self._profile: Path | None = None
        self._waiting = b""
        self._seats = seats
        seats.take()

    def close(self) -> None:
        """End the browser and the proxy."""
        try:
            self._end(gently=True)
            self._egress.close()
        finally:
            self._seats.leave()

    def render(self, url: str, *, language: str | None, user_agent: str) -> dict[str, Any]:
        """Return the renderer's answer for `url` (see there); raise LostError, or TroubleError for the page's fault.

        Takes at most the manners' total time-out, and some seconds more for a browser that must be started.
        """
        self._egress.begin()
        if self._process is None:
            self._start()
        seconds = self._manners.total_timeout.total_seconds()
        order = {
            "url": url,
            "language": language,
            "user_agent": user_agent,
            "settle": min(self._manners.read_timeout.total_seconds(), seconds / 3),
            "seconds": seconds,
        }
        answer = self._exchange(order, seconds + _GRACE)
        if "error" in answer:
            self._explain(answer)
        return answer

    def _explain(self, answer: dict[str, Any]) -> None:
        """Raise what an error of the renderer's comes to."""
        words = str(answer["error"]).partition("\n")[0][:200]
        known = self._egress.trouble(urlsplit(answer["url"]).hostname or "")
        if known is not None:
            raise known
        host = urlsplit(answer["url"]).hostname or answer["url"]
        if answer.get("crashed") or "crash" in words.lower() or "has been closed" in words:
            self._end()
            raise LostError(
                TroubleError(
                    FailureKind.BROWSER,
                    f"the page of {host} crashed the browser",
                    f"la page de {host} a fait planter le navigateur",
                )
            )
        if "Timeout" in words:
            raise TroubleError(
                FailureKind.TIMEOUT,
                f"the page of {host} was not there in time in a browser",
                f"la page de {host} n’était pas là à temps dans un navigateur",
                transient=False,
            )
        raise TroubleError(
            FailureKind.BROWSER,
            f"the browser could not read the page of {host} ({words})",
            f"le navigateur n’a pas pu lire la page de {host} ({words})",
        )

    @property
    def _nearby(self) -> bool:
        """Whether it is on this machine, where our proxy is."""
        local = not self._where.startswith(("ws://", "wss://", "http://", "https://"))
        return local or urlsplit(self._where).hostname in ("127.0.0.1", "localhost", "::1")

    def _start(self) -> None:
        self._profile = Path(tempfile.mkdtemp(prefix="tosmonitor-browser-"))
        with (self._profile / _COMPLAINTS).open("wb") as complaints:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tosmonitor.fetch.renderer"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=complaints,
                start_new_session=True,
            )
        self._waiting = b""
        configuration = {
            "browser": self._where,
            "profile": str(self._profile),
            "proxy": self._egress.address if self._nearby else None,
            "sandbox": os.geteuid() != 0,
            "allowed_hosts": list(self._manners.allowed_hosts),
        }
        self._exchange(configuration, _START)

    def _exchange(self, order: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Send one line and wait for the answer; end the process, with all its children, when a bound is reached."""
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise self._lost("the browser is gone", "le navigateur a disparu")
        try:
            process.stdin.write(json.dumps(order).encode() + b"\n")
            process.stdin.flush()
        except OSError:
            raise self._lost("the browser is gone", "le navigateur a disparu") from None
        until = time.monotonic() + seconds
        with selectors.DefaultSelector() as ready:
            ready.register(process.stdout, selectors.EVENT_READ)
            while b"\n" not in self._waiting:
                if time.monotonic() > until:
                    raise self._lost(
                        "the browser hung on the page and was stopped", "le navigateur est resté bloqué et a été arrêté"
                    )
                if _memory(process.pid) > MOST_MEMORY:
                    bound = size(MOST_MEMORY)
                    raise self._lost(
                        f"the page made the browser need more than {bound.en} of memory",
                        f"la page a demandé plus de {bound.fr} de mémoire au navigateur",
                    )
                if ready.select(_LOOK_EVERY):
                    piece = os.read(process.stdout.fileno(), 1 << 20)
                    if not piece:
                        words = self._last_words()
                        raise self._lost(
                            f"the browser ended by itself ({words})",
                            f"le navigateur s’est arrêté de lui-même ({words})",
                        )
                    self._waiting += piece
        line, _, self._waiting = self._waiting.partition(b"\n")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _lost(self, en: str, fr: str) -> LostError:
        self._end()
        return LostError(TroubleError(FailureKind.BROWSER, en, fr))

    def _last_words(self) -> str:
        """Return the last line that the renderer complained with."""
        if self._profile is None:
            return ""
        lines = (self._profile / _COMPLAINTS).read_bytes()[-2000:].decode("utf-8", "replace").strip().splitlines()
        return lines[-1][:200] if lines else "without a word"

    def _end(self, *, gently: bool = False) -> None:
        """Stop the renderer with its whole process group and forget its profile; `gently` lets it close first."""
        if self._process is not None:
            for stream in (self._process.stdin, self._process.stdout):
                if stream is not None:
                    with contextlib.suppress(OSError):
                        stream.close()
            if gently:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(_FAREWELL)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None
        if self._profile is not None:
            shutil.rmtree(self._profile, ignore_errors=True)
            self._profile = None


def _memory(group: int) -> int:
    """Return the bytes that the processes of a group hold of their own; 0 where there is no /proc to tell."""
    total = 0
    page = os.sysconf("SC_PAGE_SIZE")
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(entry.name)) == group:
                resident, shared = (entry / "statm").read_text().split()[1:3]
                total += (int(resident) - int(shared)) * page
        except (OSError, ValueError):
            continue
    return total
