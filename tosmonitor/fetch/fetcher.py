"""One source read from start to end: robots.txt, the host's turn, redirects, retries; a value comes out, always.

fetch ── up to three tries ──► follow the redirects ──► at each hop: silence? robots? turn, request, answer
                                                    └──► 304, a page, or trouble in words
"""

import functools
import random
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self

import httpx
import tenacity

from tosmonitor.fetch import media, robots, status
from tosmonitor.fetch.browser import SEATS, Browser, LostError
from tosmonitor.fetch.connections import Budget
from tosmonitor.fetch.guard import Guard, Resolve, resolve
from tosmonitor.fetch.headers import page_headers, user_agent, validators
from tosmonitor.fetch.hosts import HOSTS, Hosts
from tosmonitor.fetch.http import Answer, Client
from tosmonitor.fetch.manners import Courtesy, host_of, retry_after
from tosmonitor.fetch.redirects import Trail
from tosmonitor.fetch.trouble import SettledError, TroubleError
from tosmonitor.fetch.vantage import Detour
from tosmonitor.model import Failure, FailureKind, LastSeen, Manners, Response, Source, Vantage

#: A fetch is tried this often where the cause may pass.
TRIES = 3

#: The pause before the second try; it doubles for the third.
_FIRST_WAIT = 2.0  # seconds

#: No new try begins with less than this left to spend.
_TOO_LITTLE = 0.05  # seconds

#: A host that asks for no more than this is waited for within the fetch.
_SHORT_REST = timedelta(seconds=30)

#: A browser is started anew (2 s) rather than kept through a longer pause while others wait for one.
_LONG_REST = 10.0  # seconds

#: Headers that tell of the transfer, not of the document that the browser made of it.
_OF_THE_TRANSFER = frozenset({"content-encoding", "content-length", "transfer-encoding"})

_MOST_ROBOTS_HOPS = 5  # RFC 9309

_NO_RULES_FROM = frozenset(
    {FailureKind.ENCODING, FailureKind.TOO_LARGE, FailureKind.REDIRECT, FailureKind.REDIRECT_LOOP}
)


class Fetcher:
    """Reads sources, for one thread; keeps connections and a browser for as long as it is open (a context manager).

    `clock` and `sleep` are the only time that it knows but for the sockets' own; `rng` jitters the pauses; `hosts` is
    what is known of hosts, shared by the process unless given; `resolve` and `tls` stand in for the name server and
    for the list of trusted authorities; with `vantage` everything goes through its proxy.
    """

    def __init__(
        self,
        manners: Manners,
        *,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None] = time.sleep,
        rng: random.Random | None = None,
        hosts: Hosts = HOSTS,
        resolve: Resolve = resolve,
        tls: ssl.SSLContext | None = None,
        vantage: Vantage | None = None,
    ) -> None:
        self._manners = manners
        self._clock = clock
        self._sleep = sleep
        self._rng = rng or random.Random()
        self._vantage = vantage
        self._at_vantage = functools.partial(
            Fetcher, manners, clock=clock, sleep=sleep, rng=rng, hosts=hosts, resolve=resolve, tls=tls
        )
        self._guard: Guard = (
            Guard(manners.allowed_hosts, resolve=resolve)
            if vantage is None
            else Detour(vantage.proxy, manners.allowed_hosts, resolve=resolve)
        )
        self._client = Client(manners, self._guard, tls=tls)
        self._browser: Browser | None = None
        self._browser_needed = False
        self._courtesy = Courtesy(hosts, clock, self._rest, manners.pause, self._rng)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close connections and browser."""
        self._client.close()
        self._close_browser()

    def _close_browser(self) -> None:
        if self._browser is not None:
            self._browser.close()
            self._browser = None

    def _rest(self, seconds: float) -> None:
        """Wait; through a long pause of one host no browser is kept that another could have."""
        if seconds > _LONG_REST and SEATS.wanted and not self._browser_needed:
            self._close_browser()
        self._sleep(seconds)

    @contextmanager
    def elsewhere(self) -> Iterator["Fetcher | None"]:
        """Give one that asks from the second vantage, with a browser of its own; None where there is none."""
        if self._manners.vantage is None:
            yield None
            return
        self._close_browser()  # one thread has one seat
        with self._at_vantage(vantage=self._manners.vantage) as second:
            yield second

    def fetch(
        self,
        source: Source,
        *,
        language: str | None = None,
        last: LastSeen | None = None,
        robots_ignored: str | None = None,
    ) -> Response | Failure:
        """Read `source` over HTTP; with `last`, ask whether it is as last seen (`not_modified`, empty body).

        `robots_ignored` is the operator's reason for not asking robots.txt. Never raises for what the world does.
        """
        headers = page_headers(self._manners, language)
        return self._persist(
            source.url, lambda url, budget: self._follow(source, url, headers, last, robots_ignored, budget)
        )

    def render(
        self, source: Source, *, language: str | None = None, robots_ignored: str | None = None
    ) -> Response | Failure:
        """Read `source` in a browser; the body is the settled document, serialised as UTF-8, or a PDF as served.

        Starts the browser when it is first needed. Never raises for what the world does.
        """
        return self._persist(source.url, lambda url, budget: self._look(source, url, language, robots_ignored, budget))

    def _look(
        self, source: Source, url: httpx.URL, language: str | None, robots_ignored: str | None, budget: Budget
    ) -> Response:
        name = host_of(str(url))
        self._guard.check_url(url.scheme, url.host, url.port)
        self._ask_leave(name)
        delay = self._permitted(url, robots_ignored, budget)
        browser = self._browser = self._browser or Browser(self._manners, self._guard)  # may wait: not in a host's turn
        self._browser_needed = True
        try:
            with self._courtesy.turn(name, delay=delay):
                self._ask_leave(name)
                told = self._open(browser, str(url), language)
        finally:
            self._browser_needed = False
        if "document" in told:
            return self._instead(source, told["document"], (), language, robots_ignored, budget)
        final = httpx.URL(told["url"])
        self._permitted(final, robots_ignored, budget)
        if told["pdf"]:
            return self._instead(source, told["pdf"], (*told["hops"], str(final)), language, robots_ignored, budget)
        headers = tuple((name, value) for name, value in told["headers"] if name not in _OF_THE_TRANSFER)
        answer = Answer(final, told["status"], headers, told["html"].encode("utf-8", "replace"))
        with _at(final):
            page = status.read(answer, source.url, tuple(told["hops"]), self._clock())
        return replace(page, media_type=media.HTML, charset="utf-8", rendered=True)

    def _open(self, browser: Browser, url: str, language: str | None) -> dict[str, Any]:
        """Let the browser open `url`; one that crashes or hangs is replaced, once."""
        agent = user_agent(self._manners)
        try:
            return browser.render(url, language=language, user_agent=agent)
        except LostError:
            pass  # the browser is gone, perhaps through no fault of this page's
        try:
            return browser.render(url, language=language, user_agent=agent)
        except LostError as lost:
            raise lost.trouble from lost

    def _instead(
        self,
        source: Source,
        address: str,
        hops: tuple[str, ...],
        language: str | None,
        robots_ignored: str | None,
        budget: Budget,
    ) -> Response:
        """Read over HTTP what the browser found to be the document: a PDF, or plain text."""
        page = self._follow(
            source, httpx.URL(address), page_headers(self._manners, language), None, robots_ignored, budget
        )
        return replace(page, redirects=(*hops, *page.redirects))

    def _persist(self, address: str, read: Callable[[httpx.URL, Budget], Response]) -> Response | Failure:
        """Try `read` until it succeeds, its cause of failure does not pass, or it was tried enough."""
        try:
            url = httpx.URL(address).copy_with(fragment=None)
        except (httpx.InvalidURL, ValueError) as error:
            return TroubleError(
                FailureKind.PROTOCOL, f"{address} is no address ({error})", f"{address} n’est pas une adresse ({error})"
            ).failure()
        budget = Budget(self._manners.total_timeout)
        retrying = tenacity.Retrying(
            sleep=self._rest,
            stop=tenacity.stop_after_attempt(TRIES),
            wait=self._wait,
            retry=tenacity.retry_if_exception(lambda error: _passes(error, budget)),
            reraise=True,
        )
        try:
            response = retrying(read, url, budget)
        except SettledError as known:
            return known.failure
        except httpx.InvalidURL as error:  # where a page or its browser led on to
            return TroubleError(
                FailureKind.REDIRECT,
                f"{url.host} leads to something that is no address ({error})",
                f"{url.host} mène à ce qui n’est pas une adresse ({error})",
                url=str(url),
            ).failure()
        except TroubleError as trouble:
            trouble.tries = int(retrying.statistics.get("attempt_number", 1))
            trouble.url = trouble.url or str(url)
            failure = trouble.failure()
            if self._vantage is None or failure.retry_after is not None:  # else it may be the proxy's
                self._courtesy.failed(host_of(trouble.url), failure)
            if trouble.kind is FailureKind.ROBOTS and trouble.status is not None:
                failed = httpx.URL(trouble.url)
                rules = self._courtesy.hosts[host_of(trouble.url)].rules
                rules[failed.scheme] = robots.Rules(self._clock(), unreachable=trouble.status)
            return failure
        if self._vantage is None:
            self._courtesy.answered(host_of(response.final_url))
        return response

    def _wait(self, state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.retry_after.total_seconds() if isinstance(error, TroubleError) and error.retry_after else 0.0
        return max(asked, _FIRST_WAIT * 2.0 ** (state.attempt_number - 1)) * (1 + 0.25 * self._rng.random())

    def _follow(
        self,
        source: Source,
        url: httpx.URL,
        headers: dict[str, str],
        last: LastSeen | None,
        robots_ignored: str | None,
        budget: Budget,
    ) -> Response:
        self._client.forget()
        trail = Trail(self._manners.max_redirects)
        goal: httpx.URL | None = url
        while goal is not None:
            url, cookies = goal, self._client.cookies()
            with _at(url):
                trail.step(url, cookies)
                known = {} if last is None else validators(last, url, first=not trail.hops)
                answer = self._hop(url, headers | known, robots_ignored, budget)
                if answer.status == 304 and known:
                    return _as_last_seen(source, answer, tuple(trail.hops))
                if answer.status == 304:
                    answer = self._hop(url, headers | {"Cache-Control": "no-cache"}, robots_ignored, budget)
                goal = trail.onward(answer, cookies)
        with _at(url):
            return status.read(answer, source.url, tuple(trail.hops), self._clock())

    def _hop(self, url: httpx.URL, headers: dict[str, str], robots_ignored: str | None, budget: Budget) -> Answer:
        """Make one request, if it may be made, when it is our turn."""
        name = host_of(str(url))
        self._guard.check_url(url.scheme, url.host, url.port)
        self._ask_leave(name)
        delay = self._permitted(url, robots_ignored, budget)
        with self._courtesy.turn(name, delay=delay):
            self._ask_leave(name)
            return self._client.get(url, headers, budget)

    def _ask_leave(self, name: str) -> None:
        silent = self._courtesy.silence(name)
        if silent is not None:
            raise SettledError(silent)

    def _permitted(self, url: httpx.URL, robots_ignored: str | None, budget: Budget) -> timedelta:
        """Return the pause that robots.txt asks for; raise TroubleError (ROBOTS) where it forbids `url`."""
        if robots_ignored is not None or not self._manners.robots:
            return timedelta(0)
        known = self._courtesy.hosts[host_of(str(url))].rules
        rules = known.get(url.scheme)
        if rules is None or not rules.fresh(self._clock()):
            rules = known[url.scheme] = self._read_rules(url, budget, rules)
        if rules.unreachable is not None:
            raise _no_rules(url, rules.unreachable)
        if not rules.allow(str(url)):
            raise TroubleError(
                FailureKind.ROBOTS,
                f"{url.host} asks in its robots.txt not to be read at this address",
                f"{url.host} demande dans son robots.txt de ne pas lire cette adresse",
                url=str(url),
            )
        return rules.delay

    def _read_rules(self, url: httpx.URL, budget: Budget, known: robots.Rules | None) -> robots.Rules:
        """Fetch robots.txt for the origin of `url`; raise TroubleError (ROBOTS, transient) where that fails.

        What was `known` stands in while the server fails, as RFC 9309 allows.
        """
        address = url.copy_with(raw_path=b"/robots.txt", fragment=None)
        headers = {"User-Agent": user_agent(self._manners), "Accept": "text/plain,*/*;q=0.5"}
        try:
            for _ in range(_MOST_ROBOTS_HOPS + 1):
                self._guard.check_url(address.scheme, address.host, address.port)
                with self._courtesy.turn(host_of(str(address))):
                    answer = self._client.get(address, headers, budget, limit=robots.MOST_BYTES, truncate=True)
                goal = Trail(1).onward(answer, ())
                if goal is None:
                    break
                address = goal
            else:
                return robots.Rules(self._clock())
        except TroubleError as trouble:
            if trouble.kind in _NO_RULES_FROM:
                return robots.Rules(self._clock())
            trouble.url = trouble.url or str(address)
            raise
        if 200 <= answer.status < 300:
            return robots.parse(answer.body, self._clock())
        if answer.status == 429 or answer.status >= 500:
            if known is not None and known.unreachable is None:
                return known
            raise _no_rules(url, answer.status, retry_after(answer.header("retry-after"), self._clock()))
        return robots.Rules(self._clock())


def _passes(error: BaseException, budget: Budget) -> bool:
    if not isinstance(error, TroubleError) or not error.transient or budget.left <= _TOO_LITTLE:
        return False
    return error.retry_after is None or error.retry_after <= _SHORT_REST


@contextmanager
def _at(url: httpx.URL) -> Iterator[None]:
    """Note with any trouble where it happened."""
    try:
        yield
    except TroubleError as trouble:
        trouble.url = trouble.url or str(url)
        raise


def _as_last_seen(source: Source, answer: Answer, hops: tuple[str, ...]) -> Response:
    return Response(
        url=source.url,
        final_url=str(answer.url),
        status=304,
        media_type="",
        charset=None,
        headers=answer.headers,
        body=b"",
        redirects=hops,
        not_modified=True,
    )


def _no_rules(url: httpx.URL, answered: int, asked: timedelta | None = None) -> TroubleError:
    return TroubleError(
        FailureKind.ROBOTS,
        f"{url.host} answered {answered} when asked for its robots.txt; without its rules nothing is read",
        f"{url.host} a répondu {answered} à la demande de son robots.txt\u00a0; sans ses règles, rien n’est lu",
        transient=answered >= 500,
        status=answered,
        retry_after=asked,
        url=str(url),
    )
