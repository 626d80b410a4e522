"""What is due, and in which batches."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tosmonitor.model import Check, Document, Outcome, Sentence, Source
from tosmonitor.plan import LONGEST_PAUSE, WHOLE_EVERY, asks_whole, back_off, batches, due, next_check, plan, streak

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def document(name: str, *urls: str, every: timedelta = timedelta(hours=12)) -> Document:
    """Declare one document with its sources."""
    return Document(name, "Terms of Service", tuple(Source(url) for url in urls), every=every)


def check(doc: Document, ago: timedelta, outcome: Outcome = Outcome.UNCHANGED, wait: timedelta | None = None) -> Check:
    """Give a stored check of `ago` before now."""
    at = NOW - ago
    return Check(doc.id, at, outcome, None, Sentence("", ""), retry_at=at + wait if wait else None)


def test_never_seen_documents_come_first_then_the_longest_overdue() -> None:
    """A new document does not wait behind the old ones."""
    new, late, later, fresh = (document(n, f"https://{n}.example/t") for n in ("new", "late", "later", "fresh"))
    checks = {
        late.id: check(late, timedelta(hours=13)),
        later.id: check(later, timedelta(hours=20)),
        fresh.id: check(fresh, timedelta(hours=11)),
    }
    assert due([fresh, late, new, later], checks, NOW) == [new, later, late]


def test_a_host_that_asked_for_patience_is_left_alone_until_then() -> None:
    """What the host asked for outlives a restart, because it is stored with the check."""
    asked = document("asked", "https://asked.example/t")
    waiting = check(asked, timedelta(days=2), Outcome.FAILED, wait=timedelta(days=3))
    assert next_check(asked, waiting) == NOW + timedelta(days=1)
    assert plan([asked], {asked.id: waiting}, NOW) == ()


def test_a_second_look_comes_before_the_usual_pause() -> None:
    """An unconfirmed sighting is looked at again after its short wait."""
    seen = document("seen", "https://seen.example/t")
    once = check(seen, timedelta(minutes=20), Outcome.UNCONFIRMED, wait=timedelta(minutes=15))
    assert due([seen], {seen.id: once}, NOW) == [seen]


def test_documents_of_one_host_share_a_batch_in_order() -> None:
    """Politeness is a property of the plan: one batch a host."""
    one, two = document("one", "https://same.example/a"), document("two", "https://same.example/b")
    other = document("other", "https://other.example/")
    grouped = batches([one, other, two])
    assert [[v.document for v in batch.visits] for batch in grouped] == [[one, two], [other]]
    assert [batch.hosts for batch in grouped] == [("same.example",), ("other.example",)]


@given(st.lists(st.lists(st.integers(0, 12), min_size=1, max_size=3), max_size=12))
def test_no_host_is_ever_in_two_batches(documents: list[list[int]]) -> None:
    """Hosts that share a document share a batch, however they are chained."""
    declared = [document(f"d{i}", *(f"https://h{h}.example/{i}" for h in hosts)) for i, hosts in enumerate(documents)]
    grouped = batches(declared)
    hosts = [host for batch in grouped for host in batch.hosts]
    assert len(hosts) == len(set(hosts))
    assert sorted(v.document.id for b in grouped for v in b.visits) == sorted(d.id for d in declared)


def test_failures_are_retried_soon_at_first_and_then_ever_less_often() -> None:
    """A passing failure is retried within hours, a dead host every few days."""
    doc = document("d", "https://d.example/")
    pauses = [back_off(doc, n) for n in range(1, 12)]
    assert pauses[0] == timedelta(hours=1)
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE


def test_a_streak_counts_the_troubled_checks_at_the_end() -> None:
    """One good check ends a streak."""
    doc = document("d", "https://d.example/")
    kinds = [Outcome.FAILED, Outcome.UNCHANGED, Outcome.BLOCKED, Outcome.FAILED]
    assert streak(check(doc, timedelta(), kind) for kind in kinds) == 2


@given(st.text(min_size=1, max_size=9), st.integers(1, 60), st.integers(0, 400))
def test_every_page_is_asked_for_whole_once_in_thirty_days(name: str, hours: int, start: int) -> None:
    """Exactly one look in each span, however often a document is looked at; a restart changes nothing."""
    doc = document(name, "https://d.example/")
    looks = [NOW + timedelta(days=start, hours=n * hours) for n in range(1 + 90 * 24 // hours)]
    whole = [
        now
        for before, now in pairwise(looks)
        if asks_whole(doc, Check(doc.id, before, Outcome.UNCHANGED, None, Sentence("", "")), now)
    ]
    assert 2 <= len(whole) <= 3
    assert all(later - earlier <= WHOLE_EVERY + timedelta(hours=hours) for earlier, later in pairwise(whole))


def test_whatever_is_not_settled_is_asked_for_whole() -> None:
    """A new document, one in trouble, a sighting to confirm: none rests on a host's word that nothing changed."""
    doc = document("d", "https://d.example/")
    assert asks_whole(doc, None, NOW)
    assert asks_whole(doc, check(doc, timedelta(hours=1), Outcome.BLOCKED), NOW)
    assert asks_whole(doc, check(doc, timedelta(hours=1), Outcome.UNCONFIRMED), NOW)
    assert asks_whole(doc, check(doc, timedelta(days=31)), NOW)


def test_documents_are_not_all_asked_for_whole_on_one_day() -> None:
    """The days are spread, or one night a month would load everything."""
    days = [timedelta(days=n) for n in range(31)]
    docs = [document(f"d{n}", "https://d.example/") for n in range(300)]
    counts = [sum(asks_whole(d, check(d, timedelta(hours=12) - n), NOW + n) for d in docs) for n in days]
    assert max(counts) < 40
