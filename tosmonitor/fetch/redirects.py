"""Where an answer sends us on to: the Location header, or a page that moves on by itself."""

import re

import httpx

from tosmonitor.fetch import refresh
from tosmonitor.fetch.http import Answer
from tosmonitor.fetch.media import HTML, XHTML, sniff
from tosmonitor.fetch.trouble import TroubleError
from tosmonitor.model import FailureKind

_HOST = re.compile(r"[^\s%/?#@\[\]\\]+")
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Trail:
    """The hops of one fetch, in order; ends loops and chains that are too long."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._seen: set[tuple[str, tuple[tuple[str, str | None], ...]]] = set()
        self.hops: list[str] = []

    def onward(self, answer: Answer, cookies: tuple[tuple[str, str | None], ...]) -> httpx.URL | None:
        """Return the address to go to next, None where the answer is the end; raise TroubleError (REDIRECT).

        `cookies` are those that were sent: coming back to an address with more of them is no loop, it is how consent
        walls work.
        """
        here = str(answer.url)
        goal = _location(answer)
        moved_by_page = goal is None
        if goal is None:
            goal = _refresh(answer)
        if goal is None:
            return None
        self._seen.add((here, cookies))
        self.hops.append(here)
        if moved_by_page and any(str(goal) == url for url, _ in self._seen):
            self.hops.pop()
            return None
        if len(self.hops) > self._most:
            raise TroubleError(
                FailureKind.REDIRECT,
                f"{answer.url.host} redirects more than {self._most} times",
                f"{answer.url.host} redirige plus de {self._most} fois",
                status=answer.status,
            )
        return goal

    def step(self, url: httpx.URL, cookies: tuple[tuple[str, str | None], ...]) -> None:
        """Raise TroubleError (REDIRECT_LOOP) if the very same request was made before."""
        if (str(url), cookies) in self._seen:
            raise TroubleError(
                FailureKind.REDIRECT_LOOP,
                f"{url.host} redirects in a circle, back to {url}",
                f"{url.host} redirige en rond, vers {url}",
            )


def _location(answer: Answer) -> httpx.URL | None:
    if answer.status not in _REDIRECTS and not (answer.status == 300 and answer.header("location")):
        return None
    written = answer.header("location")
    if not written:
        raise _nowhere(answer, "no address", "aucune adresse")
    return _joined(answer, written)


def _refresh(answer: Answer) -> httpx.URL | None:
    if answer.status != 200:
        return None
    written = refresh.address(answer.header("refresh") or "") or refresh.target(answer.body)
    if written is None or sniff(answer.header("content-type"), answer.body) not in (HTML, XHTML):
        return None
    goal = _joined(answer, written)
    return None if goal == answer.url else goal


def _joined(answer: Answer, written: str) -> httpx.URL:
    try:
        goal = answer.url.join(_as_utf8(written).strip()).copy_with(fragment=None)
    except (httpx.InvalidURL, ValueError):
        raise _nowhere(answer, written[:100], written[:100]) from None
    if goal.scheme in ("http", "https") and not _HOST.fullmatch(goal.host):
        raise _nowhere(answer, written[:100], written[:100])
    return goal


def _as_utf8(written: str) -> str:
    """Undo the Latin-1 that header bytes are read with: addresses in headers are UTF-8 or plain."""
    try:
        return written.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return written


def _nowhere(answer: Answer, en: str, fr: str) -> TroubleError:
    return TroubleError(
        FailureKind.REDIRECT,
        f"{answer.url.host} redirects to something that is no address ({en})",
        f"{answer.url.host} redirige vers ce qui n’est pas une adresse ({fr})",
        status=answer.status,
    )
