"""Nothing private is ever reached: whatever an address is called, wherever it turns up."""

import socket
from collections.abc import Callable, Sequence

import pytest

from tests.faults import faulty
from tosmonitor.fetch import Fetcher
from tosmonitor.fetch.guard import Guard, is_public, resolve
from tosmonitor.fetch.trouble import TroubleError
from tosmonitor.model import Failure, FailureKind, Response, Source

MakeFetcher = Callable[..., Fetcher]

#: Every way known to us of writing, mapping or translating an address that is not public.
PRIVATE = (
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "192.0.0.8", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "192.88.99.1", "224.0.0.1",
    "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1",
    "::ffff:0:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1",
    "2002:7f00:1::1", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1",
    "2606:4700::1%1", "not an address", "",
)  # fmt: skip

#: Names and numerals that the system turns into such addresses.
DISGUISED = (
    "2130706433", "0x7f000001", "0x7f.1", "127.1", "0177.0.0.1", "0", "[::1]", "[::ffff:127.0.0.1]", "[::]",
    "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "localhost", "LOCALHOST", "localhost.", "169.254.169.254",
    "[fd00:ec2::254]", "①②⑦.⓪.⓪.①", "127。0。0。1", "0xA9FEA9FE", "2852039166",
)  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_public_is_known_for_it(address: str) -> None:
    """Loopback, private, link-local, shared, documentation, multicast, mapped, translated, tunnelled, scoped."""
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "93.184.215.14", "2606:4700::1111", "2a00:1450:4007::1"])
def test_a_public_address_is_public(address: str) -> None:
    """The web is not shut out."""
    assert is_public(address)


@pytest.mark.parametrize("host", DISGUISED)
def test_a_disguised_address_is_refused(host: str, fetcher: MakeFetcher) -> None:
    """However an address is written, what is connected to is what counts."""
    failure = fetcher(allowed_hosts=()).fetch(Source(f"http://{host}/"))
    assert isinstance(failure, Failure)
    assert failure.kind in (FailureKind.GUARD, FailureKind.DNS, FailureKind.PROTOCOL)
    assert failure.kind != FailureKind.GUARD or "is not a public host" in failure.reason.en


@pytest.mark.parametrize("url", ["http://example.com:22/", "https://example.com:8443/", "http://example.com:70000/"])
def test_other_ports_are_refused(url: str, fetcher: MakeFetcher) -> None:
    """Only the web's own ports are visited."""
    failure = fetcher(resolve=never_asked).fetch(Source(url))
    assert isinstance(failure, Failure)
    assert failure.kind == FailureKind.GUARD


@pytest.mark.parametrize(
    "url", ["ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "data:text/html,x"]
)
def test_other_schemes_are_refused(url: str, fetcher: MakeFetcher) -> None:
    """Only the web's own schemes are read."""
    failure = fetcher(resolve=never_asked).fetch(Source(url))
    assert isinstance(failure, Failure)
    assert failure.kind == FailureKind.GUARD


def never_asked(host: str, port: int, seconds: float) -> Sequence[str]:
    """Stand in for a name server that must not be asked."""
    raise AssertionError(f"{host}:{port} was resolved")


def test_one_private_address_among_public_ones_is_enough(fetcher: MakeFetcher) -> None:
    """A name that mixes public and private addresses is refused as a whole."""
    failure = fetcher(resolve=lambda *_: ["93.184.215.14", "10.0.0.1"]).fetch(Source("http://mixed.example/"))
    assert isinstance(failure, Failure)
    assert failure.kind == FailureKind.GUARD
    assert "10.0.0.1" in failure.reason.en


def test_a_name_is_resolved_once_and_that_answer_is_used() -> None:
    """A name that answers differently the second time (rebinding) gains nothing: there is no second time."""
    asked: list[str] = []

    def rebinding(host: str, port: int, seconds: float) -> Sequence[str]:
        asked.append(host)
        return ["192.0.2.1"] if len(asked) == 1 else ["127.0.0.1"]

    with pytest.raises(TroubleError) as raised:
        Guard(resolve=rebinding).connect("rebinding.example", 80, 0.2)
    assert raised.value.kind == FailureKind.GUARD
    assert asked == ["rebinding.example"]


def test_the_operator_may_name_a_host_and_nothing_else_is_let_in(fetcher: MakeFetcher) -> None:
    """A host named with its port is exempt at this port only; a name is not its address."""
    with faulty() as server, faulty() as other:
        made = fetcher(allowed_hosts=(server.host,))
        assert isinstance(made.fetch(Source(server.url("terms"))), Response)
        for url in (other.url("terms"), server.url("terms").replace("127.0.0.1", "localhost")):
            failure = made.fetch(Source(url))
            assert isinstance(failure, Failure)
            assert failure.kind == FailureKind.GUARD
        assert not other.visits


def test_a_named_host_is_reached_by_name(fetcher: MakeFetcher) -> None:
    """A name that the operator allows may lie on a private address."""
    with faulty() as server:
        port = server.host.partition(":")[2]
        made = fetcher(allowed_hosts=("intranet.example",), resolve=lambda *_: ["127.0.0.1"])
        assert isinstance(made.fetch(Source(f"http://intranet.example:{port}/terms")), Response)


def test_a_name_that_does_not_exist_is_told(fetcher: MakeFetcher) -> None:
    """The name server's answers are told apart: no such name, and no answer."""

    def unknown(host: str, port: int, seconds: float) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, "no")

    def silent(host: str, port: int, seconds: float) -> Sequence[str]:
        raise TimeoutError

    for asked, words in ((unknown, "there is no host named gone.example"), (silent, "could not be found in time")):
        failure = fetcher(resolve=asked).fetch(Source("http://gone.example/"))
        assert isinstance(failure, Failure)
        assert failure.kind == FailureKind.DNS
        assert words in failure.reason.en


def test_the_next_address_is_tried_where_one_fails() -> None:
    """A host with one dead address is reached at the other."""
    with faulty() as server:
        port = int(server.host.partition(":")[2])
        guard = Guard(["two.example"], resolve=lambda *_: ["127.0.0.2", "127.0.0.1"])
        with guard.connect("two.example", port, 2.0) as connection:
            assert connection.getpeername()[0] == "127.0.0.1"


def test_the_system_resolver_is_asked_within_its_time() -> None:
    """Literal addresses need no name server, and nonsense is an answer too."""
    assert resolve("127.0.0.1", 80, 1.0) == ("127.0.0.1",)
    with pytest.raises(socket.gaierror):
        resolve("a" * 70 + ".example", 80, 1.0)
