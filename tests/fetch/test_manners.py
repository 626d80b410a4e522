"""Hosts are treated as they ask: robots.txt, one request at a time, pauses, rest, silence when they are down."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.faults import Faults, faulty
from tests.fetch.conftest import START, Time
from tosmonitor.fetch import Fetcher, host_of
from tosmonitor.fetch.hosts import HOSTS, Hosts
from tosmonitor.fetch.manners import FAILURES_ALLOWED, retry_after
from tosmonitor.model import Failure, FailureKind, Manners, Response, Source

MakeFetcher = Callable[..., Fetcher]


@pytest.fixture
def server() -> Iterator[Faults]:
    """Run a server of faults without a robots.txt."""
    with faulty() as faults:
        yield faults


def failed(answer: Response | Failure) -> Failure:
    """Return a failure, or fail."""
    assert isinstance(answer, Failure), answer
    return answer


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Example.COM/terms", "example.com"),
        ("https://example.com:443/", "example.com"),
        ("http://example.com:8080/", "example.com:8080"),
        ("http://user:secret@example.com/", "example.com"),
        ("https://exämple.com/", "xn--exmple-cua.com"),
        ("http://[2001:db8::1]:81/", "[2001:db8::1]:81"),
        ("nonsense", ""),
    ],
)
def test_a_host_is_host_and_port(url: str, host: str) -> None:
    """The key of politeness is the authority, in lower case, without what is not needed."""
    assert host == host_of(url)


def test_a_pause_lies_between_two_requests_to_a_host(server: Faults, fetcher: MakeFetcher, time: Time) -> None:
    """Between any two requests to one host, robots.txt and redirects included, the pause is kept, with jitter."""
    made = fetcher(pause=timedelta(seconds=2))
    made.fetch(Source(server.url("redirect")))
    assert len(server.visits) == 3
    assert len(time.slept) == 2
    assert all(2.0 <= pause <= 3.0 for pause in time.slept)
    assert time.slept[0] != time.slept[1]


def test_the_pause_is_shared_by_all_threads(server: Faults, fetcher: MakeFetcher, time: Time) -> None:
    """Two workers that meet on one host, as redirects can make them, take turns."""
    hosts = Hosts()
    makers = [fetcher(hosts=hosts, pause=timedelta(seconds=2)) for _ in range(4)]
    threads = [threading.Thread(target=made.fetch, args=(Source(server.url("terms")),)) for made in makers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert server.most_at_once == 1
    assert len(server.visits) - 1 <= len(time.slept)


def test_hosts_are_known_to_the_whole_process() -> None:
    """A Fetcher that is not told otherwise shares what the process knows."""
    assert HOSTS["example.com"] is HOSTS["example.com"]


def test_robots_txt_is_obeyed_and_kept(fetcher: MakeFetcher) -> None:
    """What is forbidden to us is not read; the rules are asked for once a day."""
    with faulty(robots="robots-forbids") as server:
        made = fetcher()
        failure = failed(made.fetch(Source(server.url("terms"))))
        assert failure.kind == FailureKind.ROBOTS
        assert isinstance(made.fetch(Source(server.url("gzipped"))), Response)
        assert [visit.path for visit in server.visits] == ["robots.txt", "gzipped"]


def test_robots_txt_is_asked_again_after_a_day(fetcher: MakeFetcher, time: Time) -> None:
    """Rules are not trusted longer than RFC 9309 allows."""
    with faulty(robots="robots-forbids") as server:
        made = fetcher()
        for hours in (0, 23, 2):
            time.now += timedelta(hours=hours)
            made.fetch(Source(server.url("terms")))
        assert len(server.asked("robots.txt")) == 2


def test_a_redirect_into_a_forbidden_path_is_not_followed(fetcher: MakeFetcher) -> None:
    """The rules hold for every hop."""
    with faulty(robots="robots-forbids") as server:
        failure = failed(fetcher().fetch(Source(server.url("redirect"))))
        assert failure.kind == FailureKind.ROBOTS
        assert server.url("terms") == failure.url
        assert not server.asked("terms")


def test_the_operator_may_ignore_robots_for_a_reason(fetcher: MakeFetcher) -> None:
    """With a public reason robots.txt is not even asked for."""
    with faulty(robots="robots-forbids") as server:
        answer = fetcher().fetch(Source(server.url("terms")), robots_ignored="The law obliges them to publish it.")
        assert isinstance(answer, Response)
        assert not server.asked("robots.txt")


@pytest.mark.parametrize(
    "robots", ["robots-none", "robots-page", "robots-refused", "robots-huge", "robots-circling", "robots-bomb"]
)
def test_what_is_no_robots_txt_forbids_nothing(robots: str, fetcher: MakeFetcher) -> None:
    """No file, a web page, a password, ten megabytes (the end is not read), a circle: the page may be read."""
    with faulty(robots=robots) as server:
        made = fetcher(total_timeout=timedelta(seconds=10), read_timeout=timedelta(seconds=5))
        answer = made.fetch(Source(server.url("terms")))
        assert isinstance(answer, Response), answer


def test_a_moved_robots_txt_counts(fetcher: MakeFetcher) -> None:
    """A robots.txt that lives elsewhere is followed there."""
    with faulty(robots="robots-moved") as server:
        assert failed(fetcher().fetch(Source(server.url("terms")))).kind == FailureKind.ROBOTS


def test_a_broken_robots_txt_forbids_everything_for_a_while(fetcher: MakeFetcher, time: Time) -> None:
    """Without its rules a host is not read; it is not asked for them again at once."""
    with faulty(robots="robots-broken") as server:
        made = fetcher()
        failure = failed(made.fetch(Source(server.url("terms"))))
        assert (failure.kind, failure.status) == (FailureKind.ROBOTS, 500)
        assert len(server.asked("robots.txt")) == 3
        made.fetch(Source(server.url("gzipped")))
        assert len(server.asked("robots.txt")) == 3
        assert not server.asked("terms") + server.asked("gzipped")
        server.robots = "robots-none"
        time.now += timedelta(minutes=31)
        assert isinstance(made.fetch(Source(server.url("terms"))), Response)


def test_a_hiccup_of_robots_txt_passes(fetcher: MakeFetcher) -> None:
    """503 once is asked again."""
    with faulty(robots="robots-broken-once") as server:
        assert isinstance(fetcher().fetch(Source(server.url("terms"))), Response)


def test_known_rules_stand_in_while_robots_txt_is_broken(fetcher: MakeFetcher, time: Time) -> None:
    """Yesterday's rules are better than none."""
    with faulty(robots="robots-forbids") as server:
        made = fetcher()
        made.fetch(Source(server.url("gzipped")))
        server.robots = "robots-broken"
        time.now += timedelta(hours=25)
        assert isinstance(made.fetch(Source(server.url("gzipped"))), Response)
        assert failed(made.fetch(Source(server.url("terms")))).kind == FailureKind.ROBOTS


def test_crawl_delay_is_obeyed(fetcher: MakeFetcher, time: Time) -> None:
    """The host's own pause counts where it is longer than ours."""
    with faulty(robots="robots-slow") as server:
        made = fetcher(pause=timedelta(0))
        for mode in ("terms", "gzipped", "terms"):
            assert isinstance(made.fetch(Source(server.url(mode))), Response)
        waits = [seconds for seconds in time.slept if seconds]
        assert len(waits) == 2
        assert all(7.0 <= seconds <= 10.5 for seconds in waits)


def test_a_crawl_delay_beyond_patience_is_left_to_the_plan(fetcher: MakeFetcher, time: Time) -> None:
    """Nobody waits an hour between two pages: the second is put off and says until when."""
    with faulty(robots="robots-very-slow") as server:
        made = fetcher(pause=timedelta(0))
        assert isinstance(made.fetch(Source(server.url("terms"))), Response)
        failure = failed(made.fetch(Source(server.url("gzipped"))))
        assert failure.kind == FailureKind.RATE_LIMITED
        assert failure.retry_after is not None
        assert timedelta(hours=1) <= failure.retry_after <= timedelta(hours=1.5)
        assert not [seconds for seconds in time.slept if seconds]


@pytest.mark.parametrize(
    ("mode", "rest"),
    [("rate-limited-seconds", timedelta(minutes=2)), ("rate-limited-date", timedelta(hours=1))],
)
def test_a_host_that_asks_for_rest_gets_it(
    mode: str, rest: timedelta, server: Faults, fetcher: MakeFetcher, time: Time
) -> None:
    """Retry-After is handed to the plan, and kept here too: nothing else is sent to the host before it is over."""
    made = fetcher()
    failure = failed(made.fetch(Source(server.url(mode))))
    assert failure.retry_after is not None
    assert rest - timedelta(seconds=10) <= failure.retry_after <= rest
    assert len(server.asked(mode)) == 1
    second = failed(made.fetch(Source(server.url("terms"))))
    assert second.kind == FailureKind.RATE_LIMITED
    assert not server.asked("terms")
    time.now += rest
    assert isinstance(made.fetch(Source(server.url("terms"))), Response)


def test_a_short_rest_is_waited_for(server: Faults, fetcher: MakeFetcher, time: Time) -> None:
    """A host that is busy for five seconds is asked again after them."""
    assert isinstance(fetcher(pause=timedelta(0)).fetch(Source(server.url("busy-once"))), Response)
    assert 5.0 <= max(time.slept) <= 7.5


def test_tries_are_few_and_ever_further_apart(server: Faults, fetcher: MakeFetcher, time: Time) -> None:
    """A cause that may pass is tried three times, with a pause that doubles; the reason says so."""
    failure = failed(fetcher(pause=timedelta(0)).fetch(Source(server.url("busy"))))
    assert len(server.asked("busy")) == 3
    first, second = (seconds for seconds in time.slept if seconds)
    assert 2.0 <= first <= 2.5
    assert 4.0 <= second <= 5.0
    assert "answered 503 (Service Unavailable) (three times)" in failure.reason.en
    assert "trois fois" in failure.reason.fr


@pytest.mark.parametrize("mode", ["not-found", "gone", "redirect-loop-back", "picture", "gzip-bomb", "always-304"])
def test_what_will_not_pass_is_not_tried_again(mode: str, server: Faults, fetcher: MakeFetcher) -> None:
    """Only what may pass is tried again."""
    fetcher().fetch(Source(server.url(mode)))
    assert len(server.asked(mode)) == (2 if mode in ("redirect-loop-back", "always-304") else 1) - (
        mode == "redirect-loop-back"
    )


def test_a_dead_host_is_left_alone(fetcher: MakeFetcher, server: Faults, time: Time) -> None:
    """After three failures in a row nothing is sent for a while; then one try decides, and silence doubles."""
    made = fetcher()
    source = Source(server.url("reset-mid-body"))
    for _ in range(FAILURES_ALLOWED):
        assert failed(made.fetch(source)).kind == FailureKind.RESET
    sent = len(server.visits)
    silent = failed(made.fetch(Source(server.url("terms"))))
    assert silent.kind == FailureKind.CIRCUIT
    assert "three times in a row" in silent.reason.en
    assert "broke off" in silent.reason.en
    assert timedelta(minutes=5) == silent.retry_after
    time.now += timedelta(minutes=5)
    assert failed(made.fetch(source)).kind == FailureKind.RESET
    assert timedelta(minutes=10) == failed(made.fetch(source)).retry_after
    assert sent < len(server.visits)
    time.now += timedelta(minutes=10)
    assert isinstance(made.fetch(Source(server.url("terms"))), Response)
    assert isinstance(made.fetch(Source(server.url("gzipped"))), Response)


def test_one_bad_page_does_not_silence_its_host(server: Faults, fetcher: MakeFetcher) -> None:
    """Pages that are gone, forbidden or of another kind say nothing about their host."""
    made = fetcher()
    for _ in range(2):
        for mode in ("not-found", "gone", "picture", "empty"):
            made.fetch(Source(server.url(mode)))
    assert isinstance(made.fetch(Source(server.url("terms"))), Response)


def test_stopping_while_waiting_leaves_the_host_free(server: Faults, fetcher: MakeFetcher, time: Time) -> None:
    """Whoever interrupts a pause gets through, and the next visitor finds the host's turn free."""

    class StoppedError(Exception):
        """Raised in place of sleeping."""

    def refuse(_: float) -> None:
        raise StoppedError

    hosts = Hosts()
    made = fetcher(hosts=hosts)
    made.fetch(Source(server.url("terms")))
    impatient = Fetcher(Manners(allowed_hosts=("127.0.0.1",)), clock=time, sleep=refuse, hosts=hosts)
    with pytest.raises(StoppedError):
        impatient.fetch(Source(server.url("terms")))
    impatient.close()
    assert isinstance(made.fetch(Source(server.url("gzipped"))), Response)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("120", timedelta(minutes=2)),
        (" 0 ", timedelta(0)),
        ("99999999999", timedelta(days=7)),
        ("Mon, 23 Nov 2026 00:00:30 GMT", timedelta(seconds=30)),
        ("Sunday, 22-Nov-26 23:00:00 GMT", timedelta(0)),
        ("Mon, 23 Nov 2099 00:00:30 GMT", timedelta(days=7)),
        ("soon", None),
        ("-5", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_read_in_both_forms(written: str | None, meant: timedelta | None) -> None:
    """Seconds, dates of every age, nonsense."""
    assert meant == retry_after(written, START)


def restarted(path: Path, time: Time) -> tuple[Hosts, contextlib.ExitStack]:
    """Give what a new process knows of the hosts that the one before wrote down at `path`."""
    hosts, running = Hosts(), contextlib.ExitStack()
    running.enter_context(hosts.kept(path, time.now))
    return hosts, running


def test_a_crawl_delay_outlives_a_restart(fetcher: MakeFetcher, time: Time, tmp_path: Path) -> None:
    """A process that is killed right after a request leaves the host's pause to the next, its robots.txt included."""
    with faulty(robots="robots-slow") as server:
        hosts, _killed = restarted(tmp_path / "hosts", time)  # never closed: what it wrote is all that there is
        assert isinstance(fetcher(hosts=hosts, pause=timedelta(0)).fetch(Source(server.url("terms"))), Response)
        asked, time.now = len(server.visits), time.now + timedelta(seconds=2)
        time.slept.clear()
        hosts, running = restarted(tmp_path / "hosts", time)
        with running:
            made = fetcher(hosts=hosts, pause=timedelta(0))
            assert isinstance(made.fetch(Source(server.url("gzipped"))), Response)
        assert asked < len(server.visits)
        assert 5.0 <= time.slept[0] <= 8.5  # robots.txt asks for 7 seconds, 2 of which are over


@pytest.mark.parametrize("mode", ["rate-limited-date", "reset-mid-body"])
def test_silence_outlives_a_restart(
    mode: str, server: Faults, fetcher: MakeFetcher, time: Time, tmp_path: Path
) -> None:
    """Retry-After and an open circuit hold for all pages of the host in the next process too, with the reason."""
    hosts, killed = restarted(tmp_path / "hosts", time)
    made = fetcher(hosts=hosts)
    for _ in range(FAILURES_ALLOWED):
        made.fetch(Source(server.url(mode)))
    before = failed(made.fetch(Source(server.url("terms"))))
    asked = len(server.visits)
    hosts, running = restarted(tmp_path / "hosts", time)
    with running:
        made = fetcher(hosts=hosts)
        assert before == failed(made.fetch(Source(server.url("terms"))))
        assert asked == len(server.visits)
        time.now += before.retry_after or timedelta(0)
        assert isinstance(made.fetch(Source(server.url("terms"))), Response)
    killed.close()


def test_a_damaged_note_of_hosts_costs_nothing(fetcher: MakeFetcher, time: Time, tmp_path: Path) -> None:
    """Half a line, a line of another kind, a time far ahead: the rest is taken up, and the file written anew."""
    path = tmp_path / "hosts"
    soon, far = time.now + timedelta(minutes=5), time.now + timedelta(days=400)
    path.write_text(
        f'{{"host": "a.example", "pause": 2.0, "asked": "{soon.isoformat()}"}}\n'
        f'[1]\n{{"host": "b.example", "pause": 2.0, "asked": "{far.isoformat()}"}}\n{{"host": "c.exam'
    )
    hosts, running = restarted(path, time)
    with running:
        assert (soon, None) == (hosts["a.example"].asked_until, hosts["b.example"].asked_until)
        assert [line.split('"')[3] for line in path.read_text().splitlines()] == ["a.example"]


def test_a_place_that_cannot_be_written_stops_nothing(server: Faults, fetcher: MakeFetcher, time: Time) -> None:
    """Whether the disk can be written is for the archive to tell; pages are read all the same."""
    hosts, running = restarted(Path("/proc/nothing/hosts"), time)
    with running:
        assert isinstance(fetcher(hosts=hosts).fetch(Source(server.url("terms"))), Response)
