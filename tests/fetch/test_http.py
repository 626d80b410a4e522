"""What is asked and what is kept of the answer: conditions, languages, names, redirects, charsets, TLS, HTTP/2."""

import pickle
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults import PDF, TERMS, Faults, faulty
from tests.fetch.http2 import http2_server
from tosmonitor.fetch import Fetcher
from tosmonitor.model import Failure, FailureKind, LastSeen, Response, Source

MakeFetcher = Callable[..., Fetcher]
CERTIFICATES = Path(__file__).parent / "certificates"


@pytest.fixture
def server() -> Iterator[Faults]:
    """Run a server of faults."""
    with faulty() as faults:
        yield faults


def read(answer: Response | Failure) -> Response:
    """Return a response, or fail with the failure's own words."""
    assert isinstance(answer, Response), answer
    return answer


@pytest.mark.parametrize("mode", ["terms", "gzipped", "gzip-members", "deflated", "bare-deflated", "early-hints"])
def test_the_body_is_as_served(mode: str, server: Faults, fetcher: MakeFetcher) -> None:
    """However it was packed for its journey, the body is what the host wrote, to the byte."""
    assert read(fetcher().fetch(Source(server.url(mode)))).body == TERMS


def test_an_unchanged_page_costs_no_body(server: Faults, fetcher: MakeFetcher) -> None:
    """Validators from last time are sent to the address that they came from; 304 is a quiet answer."""
    source = Source(server.url("terms-with-etag"))
    first = read(fetcher().fetch(source))
    headers = dict(first.headers)
    last = LastSeen("0" * 64, headers["etag"], headers["last-modified"], final_url=first.final_url)
    again = read(fetcher().fetch(source, last=last))
    assert (again.not_modified, again.body, again.status) == (True, b"", 304)
    asked = server.asked("terms-with-etag")[-1].headers
    assert ('"v1"', headers["last-modified"]) == (asked["if-none-match"], asked["if-modified-since"])


@pytest.mark.parametrize(
    ("final_url", "rendered", "sent"),
    [(None, False, {'"v1"'}), ("http://127.0.0.1/elsewhere", False, set()), ("", True, set())],
)
def test_validators_of_another_page_are_not_sent(
    final_url: str | None, rendered: bool, sent: set[str], server: Faults, fetcher: MakeFetcher
) -> None:
    """A validator that came from another address, or from a browser's reading, would ask a false question."""
    last = LastSeen("0" * 64, '"v1"', "Mon, 02 Nov 2026 08:00:00 GMT", final_url=final_url, rendered=rendered)
    fetcher().fetch(Source(server.url("terms-with-etag")), last=last)
    asked = server.asked("terms-with-etag")[0].headers
    assert sent == {asked["if-none-match"]} if sent else "if-none-match" not in asked
    assert "if-modified-since" not in asked


def test_we_say_who_we_are_and_what_we_read(server: Faults, fetcher: MakeFetcher) -> None:
    """The request names the monitor, its operator and the document's language, and asks for gzip only."""
    fetcher(contact="https://monitor.example/about").fetch(Source(server.url("terms")), language="fr-FR")
    asked = server.asked("terms")[0].headers
    assert asked["user-agent"].startswith("tosmonitor/")
    assert asked["user-agent"].endswith("(+https://monitor.example/about)")
    assert asked["accept-language"].startswith("fr-FR,fr;")
    assert asked["accept-encoding"] == "gzip"


def test_redirects_are_told_hop_by_hop(server: Faults, fetcher: MakeFetcher) -> None:
    """The response knows every address on the way, also where a cookie or the page itself led on."""
    made = fetcher()
    wall = read(made.fetch(Source(server.url("cookie-wall"))))
    assert (server.url("cookie-wall"), server.url("cookie-wall-gate")) == wall.redirects
    assert server.url("cookie-wall") == wall.final_url
    moved = read(made.fetch(Source(server.url("meta-refresh"))))
    assert ((server.url("meta-refresh"),), server.url("terms")) == (moved.redirects, moved.final_url)
    accented = read(made.fetch(Source(server.url("redirect-unicode"))))
    assert server.url("terms?titre=conditions-g%C3%A9n%C3%A9rales") == accented.final_url


def test_cookies_last_for_one_fetch(server: Faults, fetcher: MakeFetcher) -> None:
    """Every document is read as by a first visitor."""
    made = fetcher()
    made.fetch(Source(server.url("cookie-wall")))
    made.fetch(Source(server.url("terms")))
    assert "cookie" not in server.asked("terms")[0].headers


def test_connections_are_reused_within_a_host(server: Faults, fetcher: MakeFetcher) -> None:
    """Several documents of one host come over one connection, unchanged and missing ones too."""
    made = fetcher()
    last = LastSeen("0" * 64, '"v1"')
    for mode in ("terms", "terms-with-etag", "not-found", "gzipped", "redirect", "terms"):
        made.fetch(Source(server.url(mode)), last=last)
    assert server.connections == 1


@pytest.mark.parametrize(
    ("mode", "charset"), [("terms", "utf-8"), ("wrong-charset", "iso-8859-1"), ("html-without-type", None)]
)
def test_the_declared_charset_is_kept(mode: str, charset: str | None, server: Faults, fetcher: MakeFetcher) -> None:
    """What the header says of the charset is told, without quotes, for whoever decodes."""
    assert charset == read(fetcher().fetch(Source(server.url(mode)))).charset


def test_an_error_carries_its_page(server: Faults, fetcher: MakeFetcher) -> None:
    """What a host shows with an error status goes along, so that a bot wall can be called by its name."""
    failure = fetcher().fetch(Source(server.url("bot-wall")))
    assert isinstance(failure, Failure)
    assert failure.page is not None
    assert b"Just a moment" in failure.page.body
    assert len(server.asked("bot-wall")) == 1  # asking again is no answer to a challenge


def test_a_pdf_is_kept_to_the_byte(server: Faults, fetcher: MakeFetcher) -> None:
    """A PDF is found whatever it is called."""
    assert read(fetcher().fetch(Source(server.url("pdf-as-download")))).body == PDF


def trusting() -> ssl.SSLContext:
    """Return a context that trusts the tests' own authority."""
    return ssl.create_default_context(cafile=str(CERTIFICATES / "ca.pem"))


def serving(name: str) -> ssl.SSLContext:
    """Return a server's context with one of the tests' certificates."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / f"{name}.pem")
    return context


def test_a_good_certificate_is_accepted(fetcher: MakeFetcher) -> None:
    """HTTPS works where the certificate is right."""
    with faulty(tls=serving("good")) as server:
        assert read(fetcher(tls=trusting()).fetch(Source(server.url("terms")))).body == TERMS


@pytest.mark.parametrize(
    ("certificate", "trusted", "words"),
    [("expired", True, "expired"), ("wrong-name", True, "mismatch"), ("good", False, "unable to get local issuer")],
)
def test_a_bad_certificate_is_refused(certificate: str, trusted: bool, words: str, fetcher: MakeFetcher) -> None:
    """A host that cannot prove who it is is not read, and the reason says what is wrong."""
    with faulty(tls=serving(certificate)) as server:
        made = fetcher(tls=trusting()) if trusted else fetcher()
        failure = made.fetch(Source(server.url("terms")))
    assert isinstance(failure, Failure)
    assert failure.kind == FailureKind.TLS
    assert words in failure.reason.en


def test_a_plain_host_on_a_secure_address_is_told(server: Faults, fetcher: MakeFetcher) -> None:
    """HTTPS to a server that speaks plain HTTP ends as a TLS failure."""
    failure = fetcher().fetch(Source(server.url("terms").replace("http:", "https:")))
    assert isinstance(failure, Failure)
    assert failure.kind == FailureKind.TLS


def test_http2_is_spoken_where_offered(fetcher: MakeFetcher) -> None:
    """A host that offers HTTP/2 is read over it, on one connection, compressed or not."""
    with http2_server(CERTIFICATES / "good.pem", TERMS) as server:
        made = fetcher(tls=trusting())
        for path in ("terms", "gzipped", "terms"):
            assert read(made.fetch(Source(f"https://{server.host}/{path}"))).body == TERMS
        assert (server.connections, server.requests) == (1, 4)  # robots.txt is the fourth


def test_a_closed_port_is_a_refusal(fetcher: MakeFetcher, server: Faults) -> None:
    """A host that takes no connection is tried three times and named."""
    failure = fetcher().fetch(Source("http://127.0.0.1:1/"))
    assert isinstance(failure, Failure)
    assert failure.kind == FailureKind.REFUSED
    assert "three times" in failure.reason.en


def test_what_is_no_address_is_told(fetcher: MakeFetcher) -> None:
    """Nonsense in place of an address is a failure like others, not an exception."""
    for nonsense in (
        "http://",
        "nonsense",
        "http://[::1",
        "http://a b/",
        "ftp://example.com/x",
        "http://exa\u0000mple/",
    ):
        failure = fetcher().fetch(Source(nonsense))
        assert isinstance(failure, Failure), nonsense
        assert failure.kind in (FailureKind.GUARD, FailureKind.PROTOCOL, FailureKind.DNS), nonsense


def test_a_failure_can_travel(server: Faults, fetcher: MakeFetcher) -> None:
    """Failures and responses go through pickle: workers may be other machines."""
    failure = fetcher().fetch(Source(server.url("not-found")))
    assert failure == pickle.loads(pickle.dumps(failure))
