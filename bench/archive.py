"""Figures of the archive on a history as large as a real one, generated from the corpus by the rule below.

    python -m bench.archive [--share 0.1] [--checks 7300000] [--keep FOLDER]

The rule: 877 documents, 42,627 versions (the size of Open Terms Archive's collection "contrib"; that collection is not
in the project). Document i starts as the newest text of corpus document i mod 25, cut or repeated to some 45 kB, four
lines in five reworded by replacing one word in eight with another of the corpus. Versions are spread as lognormal over
documents, the longest 2,484. Two versions in five return to the text before the last (as pages do that are served in
two variants); each other one rewords, adds or drops some nine lines. The seed is fixed. `--share` scales it all.

Each figure is a median of CPU time; floors are pinned in archive_floors.json and only ever get stricter.
"""

import argparse
import json
import lzma
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tosmonitor import archive
from tosmonitor.model import (
    Difference,
    Document,
    Edit,
    Kind,
    Normalised,
    Observation,
    Outcome,
    Reading,
    Response,
    Sentence,
    Source,
    Verdict,
)

DOCUMENTS, VERSIONS, LONGEST = 877, 42_627, 2_484
CHARACTERS = 45_000
START = datetime(2021, 1, 1, tzinfo=UTC)
FLOORS = Path(__file__).with_name("archive_floors.json")
SAID = Sentence("words differ", "des mots diffèrent")


@dataclass
class Story:
    """A document's text as it goes on."""

    document: Document
    lines: list[str]
    earlier: list[str]
    left: int


def corpus(folder: Path) -> list[list[str]]:
    """Return the lines of the newest text of each corpus document."""
    found = []
    for path in sorted((folder / "corpus" / "docs").glob("*/versions.jsonl.xz")):
        with lzma.open(path, "rt", encoding="utf-8") as file:
            *_, newest = file
        found.append([line for line in json.loads(newest)["markdown"].split("\n") if line])
    return found


def history(folder: Path, share: float) -> Iterator[tuple[Document, datetime, str, list[tuple[str, str]]]]:
    """Give each version in time order: document, time, text, and its changed lines (old, new)."""
    rng = random.Random(20210101)
    texts = corpus(folder)
    words = [word for text in texts for line in text for word in line.split() if word.isalpha()]
    count = max(2, int(DOCUMENTS * share))
    total = max(count, int(VERSIONS * share))
    weights = sorted((rng.lognormvariate(0, 1.4) for _ in range(count)), reverse=True)
    stories = []
    for number in range(count):
        lines: list[str] = []
        source = texts[number % len(texts)]
        while sum(map(len, lines)) < CHARACTERS * rng.uniform(0.5, 1.5):
            lines += [line if rng.random() < 0.2 else reworded(line, words, rng) for line in source]
            lines = lines[: int(len(lines) * min(1.0, CHARACTERS * 1.5 / max(1, sum(map(len, lines)))))]
        document = Document(
            f"service-{number // 3}", f"Terms {number % 3}", (Source(f"https://service-{number // 3}.test/{number}"),)
        )
        share_of_all = int(total * weights[number] / sum(weights))
        stories.append(Story(document, lines, lines, max(1, min(LONGEST, share_of_all))))
    moment = START
    while stories:
        story = rng.choices(stories, [story.left for story in stories])[0] if len(stories) > 1 else stories[0]
        moment += timedelta(minutes=rng.randrange(1, 120))
        edits: list[tuple[str, str]] = []
        if story.earlier is not story.lines and rng.random() < 0.4:
            edits = [(a, b) for a, b in zip(story.lines, story.earlier, strict=False) if a != b]
            story.lines, story.earlier = story.earlier, story.lines
        else:
            changed = list(story.lines)
            for _ in range(9):
                place = rng.randrange(len(changed))
                new = reworded(changed[place], words, rng)
                edits.append((changed[place], new))
                changed[place] = new
            story.earlier, story.lines = story.lines, changed
        yield story.document, moment, "\n\n".join(story.lines) + "\n", edits
        story.left -= 1
        if story.left == 0:
            stories.remove(story)


def reworded(line: str, words: list[str], rng: random.Random) -> str:
    """Return the line with one word in eight, and at least one, replaced."""
    parts = line.split(" ")
    for _ in range(max(1, len(parts) // 8)):
        parts[rng.randrange(len(parts))] = rng.choice(words)
    return " ".join(parts)


def observation(document: Document, at: datetime, text: str, body: bytes | None = None) -> Observation:
    """Return a look at a document that read `text`."""
    source = document.sources[0]
    response = None if body is None else Response(source.url, source.url, 200, "text/html", "utf-8", (), body)
    return Observation(document, at, (Reading(source, at, response, Normalised(text, "en", None)),), 1)


def write(path: Path, folder: Path, share: float, *, differences: bool) -> float:
    """Record the generated history in bulk; return its CPU seconds, those of generating left out."""
    spent = 0.0
    seen: set[str] = set()
    with archive.open_archive(path, write=True) as kept, archive.bulk(kept):
        for document, at, text, edits in history(folder, share):
            begun = time.process_time()
            outcome = Outcome.CHANGE if document.id in seen else Outcome.FIRST
            seen.add(document.id)
            difference = None
            if differences and outcome is Outcome.CHANGE:
                difference = Difference(
                    Kind.WORDING, SAID, tuple(Edit("replace", a, b, (0, len(a)), (0, len(b))) for a, b in edits),
                    words_added=9, words_removed=9, sentence=SAID,
                )  # fmt: skip
            verdict = Verdict(outcome, SAID, text=text, version_at=at, announced=True)
            archive.record(kept, observation(document, at, text), verdict, difference)
            spent += time.process_time() - begun
    return spent


def milliseconds(ask: Callable[[], object], times: int = 25) -> float:
    """Return the median CPU milliseconds of a question."""
    taken = []
    for _ in range(times):
        begun = time.process_time()
        ask()
        taken.append((time.process_time() - begun) * 1e3)
    return statistics.median(taken)


def questions(path: Path) -> dict[str, float]:
    """Ask what a reader asks; return CPU medians in milliseconds."""
    rng = random.Random(7)
    with archive.open_archive(path) as kept:
        documents = [document.id for service in archive.services(kept) for document in service.documents]
        lengths = {name: len(archive.versions(kept, name)) for name in documents}
        spans = {name: archive.versions(kept, name) for name in documents[:200]}
        longest_history = max(lengths, key=lambda name: lengths[name])
        longest_text = max(documents, key=lambda name: len(archive.blame(kept, name)))
        rare = _rare(kept)

        def at_a_date() -> None:
            name = rng.choice(list(spans))
            first, last = spans[name][0].fetched_at, spans[name][-1].fetched_at
            version = archive.version_at(kept, name, first + (last - first) * rng.random())
            archive.text(kept, version.digest)

        found = {
            "latest 100 changes, headlines": milliseconds(lambda: archive.headlines(kept)),
            "latest 100 changes, whole, first time": milliseconds(
                lambda: (kept.decoded.clear(), archive.changes(kept))
            ),
            "latest 100 changes, whole, again": milliseconds(lambda: archive.changes(kept)),
            "history of a document": milliseconds(lambda: archive.versions(kept, rng.choice(documents)), 200),
            "history of the longest": milliseconds(lambda: archive.versions(kept, longest_history)),
            "version at a date, with its text": milliseconds(at_a_date, 300),
            "timeline, rare phrase": milliseconds(lambda: archive.timeline(kept, rare)),
            "timeline, common word": milliseconds(lambda: archive.timeline(kept, "privacy")),
            "blame of the longest text": milliseconds(lambda: archive.blame(kept, longest_text)),
            "blame of a document": milliseconds(lambda: archive.blame(kept, rng.choice(documents)), 100),
            "search, first page, rare": milliseconds(lambda: archive.search(kept, f'"{rare}"')),
            "search, first page, common": milliseconds(lambda: archive.search(kept, "privacy")),
            "search, best first, common": milliseconds(lambda: archive.search(kept, "privacy", best=True)),
            "same clause elsewhere": milliseconds(
                lambda: archive.same_clause(kept, archive.blame(kept, longest_text)[20].text)
            ),
        }
        found["blocks of the longest text"] = float(len(archive.blame(kept, longest_text)))
        found["documents with the rare phrase"] = float(len(archive.timeline(kept, rare)))
        found["documents with the common word"] = float(len(archive.timeline(kept, "privacy")))
    return found


def _rare(kept: archive.Archive) -> str:
    """Return the phrase of two words that is in nearest to 161 documents, as "binding arbitration" was in contrib."""
    phrases = ["binding arbitration", "class action", "legitimate interest", "third parties", "sole discretion",
               "machine learning", "data protection officer", "governing law"]  # fmt: skip
    return min(phrases, key=lambda phrase: abs(len(archive.timeline(kept, phrase)) - 161))


def recording(path: Path, folder: Path) -> float:
    """Return observations recorded a second, each in a transaction of its own, durable."""
    rng = random.Random(3)
    documents = [f"rec-{n}" for n in range(20)]
    lines = [line for text in corpus(folder) for line in text]
    with archive.open_archive(path, write=True) as kept:
        count, begun = 0, time.perf_counter()
        for step in range(30):
            for name in documents:
                document = Document(name, "Terms of Service", (Source(f"https://{name}.test/"),))
                at = START + timedelta(hours=step)
                text = "\n\n".join(lines[:150]) + "\n"
                body = (text * 3 + f"<!-- {rng.random()} -->").encode()
                outcome = Outcome.UNCHANGED if step else Outcome.FIRST
                verdict = Verdict(outcome, SAID, text=text, version_at=None if step else at)
                archive.record(kept, observation(document, at, text, body), verdict, None)
                count += 1
        return count / (time.perf_counter() - begun)


def checks(path: Path, count: int) -> tuple[float, float]:
    """Write `count` checks of 1,000 documents, every 12 hours, in time order; return MB and bytes a check."""
    documents = 1_000
    with archive.open_archive(path, write=True) as kept:
        for number in range(documents):
            document = Document(f"s{number}", "Terms of Service", (Source(f"https://s{number}.test/"),))
            verdict = Verdict(Outcome.UNCHANGED, SAID, text=f"{number}\n")
            archive.record(kept, observation(document, START, f"{number}\n"), verdict, None)
        before = path.stat().st_size
        with archive.bulk(kept):
            begin = int(START.timestamp())
            statement = "INSERT INTO checks (document_id, at, finding_id, text_id) VALUES (?, ?, 1, ?)"
            for step in range(1, count // documents + 1):
                kept.writing.executemany(
                    statement, [(d, begin + step * 43_200 + d * 7, d) for d in range(1, documents + 1)]
                )
    size = path.stat().st_size
    return size / 1e6, (size - before) / count


def main(arguments: list[str]) -> int:
    """Print the figures; return 1 when one is worse than its floor."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--share", type=float, default=1.0, help="of the 42,627 versions")
    parser.add_argument("--checks", type=int, default=7_300_000)
    parser.add_argument("--differences", action="store_true", help="keep a difference with every version, too")
    parser.add_argument("--keep", type=Path, help="folder to leave the files in")
    given = parser.parse_args(arguments)
    folder = Path(os.environ.get("TOSMONITOR_CORPUS", Path(__file__).parent.parent.parent / "shared"))
    if not (folder / "corpus" / "manifest.json").exists():
        print(f"no corpus at {folder}; set TOSMONITOR_CORPUS")
        return 0
    place = given.keep or Path(tempfile.mkdtemp(prefix="tosmonitor-bench-"))
    place.mkdir(parents=True, exist_ok=True)
    try:
        path = place / "history.db"
        found: dict[str, float] = {}
        if not path.exists():
            found["import, CPU s"] = write(path, folder, given.share, differences=given.differences)
        found["file, MB"] = path.stat().st_size / 1e6
        found |= {f"{name}, ms" if " of the " not in name or "blame" in name or "history" in name else name: figure
                  for name, figure in questions(path).items()}  # fmt: skip
        found["observations recorded a second, durable"] = recording(place / "recording.db", folder)
        found["checks, MB"], found["bytes a check"] = checks(place / "checks.db", given.checks)
    finally:
        if given.keep is None:
            shutil.rmtree(place)
    floors: dict[str, float] = json.loads(FLOORS.read_text())
    missed = 0
    for name, figure in found.items():
        floor = floors.get(name) if given.share == 1.0 else None
        worse = floor is not None and (figure < floor if "a second" in name else figure > floor)
        missed += worse
        print(f"{name:45} {figure:10.2f}" + (f"  floor {floor:g}{'  MISSED' if worse else ''}" if floor else ""))
    return min(missed, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
