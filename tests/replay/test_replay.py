"""A recorded series goes through the real program and comes out as what would have been announced."""

import json
import lzma
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tosmonitor.errors import TosmonitorError
from tosmonitor.model import Outcome
from tosmonitor.replay import replay, replay_document

URL = "https://acme.example/terms"
START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
CLAUSES = (
    "These terms are an agreement between you and Acme about the use of the service and all that belongs to it.",
    "You must be at least sixteen years old to open an account, and you are responsible for what is done with it.",
    "We may end your account when you violate these terms in a serious way, after a notice of fourteen days.",
    "Disputes are decided by the courts of Lyon; the law of France applies, and your rights as a consumer stay.",
)
EDIT = ("fourteen days", "thirty days")


def page(*clauses: str) -> str:
    """Make a page that holds `clauses`."""
    text = "".join(f"<p>{clause}</p>" for clause in clauses)
    return f"<html><head><title>Terms</title></head><body><main><h1>Terms of Service</h1>{text}</main></body></html>"


GOOD = page(*CLAUSES)
EDITED = GOOD.replace(*EDIT)
BLOCKED = (
    "<html><head><title>Just a moment...</title></head><body><h1>Checking your browser before accessing</h1></body>"
)


def series(*pages: str, sources: tuple[str | None, ...] = (None,)) -> dict[str, Any]:
    """Give a series of one capture every twelve hours, each of every source."""
    snapshots = [
        {
            "source_id": source,
            "url": URL if source is None else f"{URL}/{source}",
            "fetched_at": START + timedelta(hours=12 * number, seconds=3 * place),
            "content_type": "text/html",
            "body": body.encode(),
        }
        for number, body in enumerate(pages)
        for place, source in enumerate(sources)
    ]
    declared: list[dict[str, object]] = [
        {"source_id": s, "url": URL if s is None else f"{URL}/{s}", "select": [], "remove": []} for s in sources
    ]
    return {
        "id": "acme",
        "service": "Acme",
        "terms_type": "Terms of Service",
        "sources": declared,
        "snapshots": snapshots,
    }


def test_tells_what_was_announced_held_and_dropped() -> None:
    """Each capture is one step with its outcome and reason; the change is announced as of its first capture."""
    found = replay_document(series(GOOD, BLOCKED, GOOD, EDITED, EDITED))

    assert [step.outcome for step in found.steps] == [
        Outcome.FIRST,
        Outcome.BLOCKED,
        Outcome.UNCHANGED,
        Outcome.UNCONFIRMED,
        Outcome.CHANGE,
    ]
    assert found.steps[1].kind == "challenge"
    (announced,) = found.announced
    assert announced.fetched_at == START + timedelta(hours=36)
    assert announced.decided_at == START + timedelta(hours=48)
    assert "thirty days" in announced.text


def test_an_error_in_the_frame_of_the_page_never_becomes_a_version() -> None:
    """The title and heading stay, the text does not: however long that lasts, it is a gap and no change."""
    long = page(*CLAUSES, *(clause.replace("Acme", "the operator") for clause in CLAUSES))
    framed = page("Something went wrong while we were loading this page. Please try again later, or ask our support.")
    found = replay_document(series(long, long, framed, framed, framed, framed, long))

    assert found.announced == ()
    assert [step.outcome for step in found.steps[2:]] == [Outcome.BLOCKED] * 4 + [Outcome.UNCHANGED]
    assert {step.kind for step in found.steps[2:6]} == {"error"}


def test_a_page_that_comes_in_another_language_is_a_gap() -> None:
    """The same terms in French, now and then, are neither a change nor a loss."""
    french = page(
        *(
            "Les présentes conditions sont un contrat entre vous et Acme sur l’utilisation du service.",
            "Vous devez avoir au moins seize ans pour ouvrir un compte, et vous répondez de ce qui en est fait.",
            "Nous pouvons fermer votre compte si vous enfreignez gravement ces conditions, après un préavis.",
            "Les litiges sont portés devant les tribunaux de Lyon ; le droit français s’applique à ce contrat.",
        )
        * 2
    ).replace("<html>", '<html lang="fr">')
    long = page(*CLAUSES, *(clause.replace("Acme", "the operator") for clause in CLAUSES))
    found = replay_document(series(long, french, french, french, french, long))

    assert found.announced == ()
    assert {step.kind for step in found.steps[1:5]} == {"wrong-language"}


def test_the_pages_of_one_round_are_one_look() -> None:
    """Captures that lie within minutes make one look at a document of several pages."""
    found = replay_document(series(GOOD, EDITED, EDITED, sources=("a", "b")))

    assert len(found.steps) == 3
    assert len(found.announced) == 1


def test_a_page_without_a_new_capture_still_has_its_last_one() -> None:
    """Where only one of two pages was captured anew, the other stands as it was."""
    recorded = series(GOOD, EDITED, EDITED, sources=("a", "b"))
    recorded["snapshots"] = [
        s for s in recorded["snapshots"] if s["source_id"] == "a" or s["fetched_at"] < START + timedelta(hours=1)
    ]
    (announced,) = replay_document(recorded).announced

    assert announced.text.count("thirty days") == 1
    assert announced.text.count("fourteen days") == 1


def test_a_page_that_joins_later_is_not_announced() -> None:
    """A page that was declared later changes what is watched, not what the service says."""
    recorded = series(GOOD, GOOD, GOOD, GOOD, sources=("a", "b"))
    recorded["snapshots"] = [
        s for s in recorded["snapshots"] if s["source_id"] == "a" or s["fetched_at"] > START + timedelta(days=1)
    ]
    found = replay_document(recorded)

    assert found.announced == ()
    assert Outcome.RULES in {step.outcome for step in found.steps}


def test_selectors_that_no_longer_match_are_given_up() -> None:
    """A selector that finds nothing gives way to the URL alone; one that matches is used."""
    recorded = series(GOOD, EDITED, EDITED)
    recorded["sources"][0]["select"] = [".gone"]
    without = replay_document(recorded)
    recorded["sources"][0]["select"] = ["main"]
    with_ = replay_document(recorded)

    assert without.document.sources[0].select == ()
    assert with_.document.sources[0].select == ("main",)
    assert len(without.announced) == len(with_.announced) == 1


def test_reads_a_folder_of_series(tmp_path: Path) -> None:
    """A folder of folders is replayed one document at a time; packed and plain files alike."""
    for name, opened in (("one", lzma.open), ("two", open)):
        folder = tmp_path / "docs" / name
        folder.mkdir(parents=True)
        suffix = ".xz" if opened is lzma.open else ""
        with opened(folder / f"snapshots.jsonl{suffix}", "wt", encoding="utf-8") as file:
            for snapshot in reversed(series(GOOD, EDITED, EDITED)["snapshots"]):
                row = snapshot | {"fetched_at": snapshot["fetched_at"].isoformat().replace("+00:00", "Z")}
                row |= {"body": snapshot["body"].decode(), "service": name, "terms_type": "Terms of Service"}
                file.write(json.dumps(row) + "\n")
    (tmp_path / "docs" / "one" / "declaration.json").write_text(
        json.dumps({"entry_by_date": [{"entry": {"fetch": URL, "select": "main"}}]}), encoding="utf-8"
    )

    found = list(replay(tmp_path))
    assert [r.document.id for r in found] == ["one/terms-of-service", "two/terms-of-service"]
    assert [len(r.announced) for r in found] == [1, 1]
    assert found[0].document.sources[0].select == ("main",)
    assert [r.document.service_id for r in replay(tmp_path, only=("two",))] == ["two"]


def test_says_what_is_wrong_with_a_series(tmp_path: Path) -> None:
    """An empty folder and a broken line are told with the place."""
    with pytest.raises(TosmonitorError, match="no recorded series"):
        list(replay(tmp_path))
    (tmp_path / "snapshots.jsonl").write_text("{}\n", encoding="utf-8")
    with pytest.raises(TosmonitorError, match="line 1"):
        list(replay(tmp_path))


def test_captures_of_the_same_second_are_looks_of_their_own() -> None:
    """A page captured twice within a second is looked at twice, in order."""
    recorded = series(GOOD, EDITED, EDITED)
    for snapshot in recorded["snapshots"]:
        snapshot["fetched_at"] = START
    found = replay_document(recorded)

    assert [step.outcome for step in found.steps] == [Outcome.FIRST, Outcome.UNCONFIRMED, Outcome.CHANGE]
