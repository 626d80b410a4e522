"""Every fault of the web ends in its documented outcome, within its time, as a value in words."""

import time as real
from collections.abc import Callable, Iterator

import pytest

from tests.faults import MODES, Faults, faulty
from tosmonitor.fetch import Fetcher
from tosmonitor.model import Failure, FailureKind, Response, Source

MakeFetcher = Callable[..., Fetcher]


@pytest.fixture(scope="module")
def server() -> Iterator[Faults]:
    """Run one server of faults for the module."""
    with faulty() as faults:
        yield faults


#: Mode → the kind of failure, or the media type of the page that is read all the same.
OUTCOMES: dict[str, FailureKind | str] = {
    "terms": "text/html",
    "terms-with-etag": "text/html",
    "changing-etag": "text/html",
    "unasked-304": "text/html",
    "always-304": FailureKind.PROTOCOL,
    "slow-drip": FailureKind.TIMEOUT,
    "dripping-headers": FailureKind.TIMEOUT,
    "endless-interim": FailureKind.TIMEOUT,
    "early-hints": "text/html",
    "silence": FailureKind.TIMEOUT,
    "never-ending": FailureKind.TOO_LARGE,
    "announced-huge": FailureKind.TOO_LARGE,
    "reset-mid-body": FailureKind.RESET,
    "reset-once": "text/html",
    "length-too-long": FailureKind.RESET,
    "length-too-short": "text/html",
    "two-lengths": FailureKind.PROTOCOL,
    "broken-chunks": FailureKind.PROTOCOL,
    "unfinished-chunks": FailureKind.RESET,
    "not-http": FailureKind.PROTOCOL,
    "endless-headers": FailureKind.PROTOCOL,
    "gzipped": "text/html",
    "gzip-members": "text/html",
    "deflated": "text/html",
    "bare-deflated": "text/html",
    "gzip-bomb": FailureKind.TOO_LARGE,
    "gzip-of-gzip": FailureKind.ENCODING,
    "brotli": FailureKind.ENCODING,
    "gzip-cut-short": FailureKind.ENCODING,
    "gzip-in-name-only": FailureKind.ENCODING,
    "redirect": "text/html",
    "redirect-unicode": "text/html",
    "redirect-loop": FailureKind.REDIRECT_LOOP,
    "redirect-chain": FailureKind.REDIRECT,
    "redirect-to-metadata": FailureKind.GUARD,
    "redirect-to-private": FailureKind.GUARD,
    "redirect-to-port": FailureKind.GUARD,
    "redirect-to-file": FailureKind.GUARD,
    "redirect-nowhere": FailureKind.REDIRECT,
    "redirect-nonsense": FailureKind.REDIRECT,
    "cookie-wall": "text/html",
    "meta-refresh": "text/html",
    "refresh-header": "text/html",
    "meta-refresh-to-itself": "text/html",
    "meta-refresh-for-noscript": "text/html",
    "rate-limited-seconds": FailureKind.RATE_LIMITED,
    "rate-limited-date": FailureKind.RATE_LIMITED,
    "rate-limited-nonsense": FailureKind.RATE_LIMITED,
    "busy-once": "text/html",
    "busy": FailureKind.HTTP_5XX,
    "broken": FailureKind.HTTP_5XX,
    "not-found": FailureKind.HTTP_4XX,
    "gone": FailureKind.GONE,
    "bot-wall": FailureKind.HTTP_4XX,
    "request-denied": FailureKind.HTTP_4XX,
    "teapot-range": FailureKind.PROTOCOL,
    "empty": FailureKind.EMPTY,
    "no-content": FailureKind.EMPTY,
    "junk-as-html": FailureKind.MEDIA,
    "gzip-file-as-html": FailureKind.MEDIA,
    "html-without-type": "text/html",
    "pdf-as-download": "application/pdf",
    "pdf-as-html": "application/pdf",
    "error-page-as-pdf": "text/html",
    "markdown": "text/markdown",
    "picture": FailureKind.MEDIA,
    "json-document": FailureKind.MEDIA,
    "wrong-charset": "text/html",
    "two-content-types": "text/html",
}


def test_every_mode_has_a_documented_outcome() -> None:
    """No way of answering is left out of the table, but for the halves of others and the robots.txt."""
    left_out = {mode for mode in MODES if mode.startswith("robots-")} | {"redirect-loop-back", "cookie-wall-gate"}
    assert set(MODES) - left_out == set(OUTCOMES)


@pytest.mark.parametrize(("mode", "expected"), OUTCOMES.items())
def test_a_mode_ends_in_its_outcome(
    mode: str, expected: FailureKind | str, server: Faults, fetcher: MakeFetcher
) -> None:
    """A fault ends in its kind of failure or in the page, within the time that is allowed, and says why in words."""
    began = real.monotonic()
    answer = fetcher().fetch(Source(server.url(mode)), language="en")
    assert real.monotonic() - began < 5.0  # 0.8 s of network, and slack for a busy machine
    if isinstance(expected, FailureKind):
        assert isinstance(answer, Failure)
        assert expected == answer.kind, answer.reason.en
        for words in (answer.reason.en, answer.reason.fr):
            assert words.endswith(".")
            assert "None" not in words
        assert answer.reason.en != answer.reason.fr
    else:
        assert isinstance(answer, Response), answer
        assert expected == answer.media_type
        assert answer.body
