"""Figures of the archive on a history as large as a real one, generated from the corpus by the rule below.

    python -m bench.archive [--share 0.1] [--checks 7300000] [--keep FOLDER] [--differences]

The rule: 877 documents, 42,627 versions (the size of Open Terms Archive's collection "contrib"; that collection is not
in the project). Document i starts as the newest text of corpus document i mod 25, cut or repeated to some 45 kB, four
lines in five reworded by replacing one word in eight with another of the corpus. Versions are spread as lognormal over
documents, the longest 2,484. Two versions in five return to the text before the last (as pages do that are served in
two variants); each other one rewords, adds or drops some nine lines. The seed is fixed. `--share` scales it all.

Each figure is a median of CPU time; floors are pinned in archive_floors.json and only ever get stricter.
"""

import argparse
import itertools
import json
import lzma
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tosmonitor import archive
from tosmonitor.diff import compare
from tosmonitor.model import (
    Document,
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
SHARED = Path(os.environ.get("TOSMONITOR_CORPUS", Path(__file__).parent.parent.parent / "shared")).resolve()
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


def history(folder: Path, share: float) -> Iterator[tuple[Document, datetime, str]]:
    """Give each version in time order: document, time, text."""
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
        if story.earlier is not story.lines and rng.random() < 0.4:
            story.lines, story.earlier = story.earlier, story.lines
        else:
            changed = list(story.lines)
            for _ in range(9):
                place = rng.randrange(len(changed))
                changed[place] = reworded(changed[place], words, rng)
            story.earlier, story.lines = story.lines, changed
        yield story.document, moment, "\n\n".join(story.lines) + "\n"
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
    """Record the generated history in bulk; return its CPU seconds, those of generating and comparing left out."""
    spent = 0.0
    left = int(VERSIONS * share)
    before: dict[str, str] = {}
    with archive.open_archive(path, write=True) as kept, archive.bulk(kept):
        for document, at, text in history(folder, share):
            left -= 1
            outcome = Outcome.CHANGE if document.id in before else Outcome.FIRST
            difference = None
            if outcome is Outcome.CHANGE and (differences or left < 1_000):
                difference = compare(before[document.id], text)
            before[document.id] = text
            begun = time.process_time()
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

        def forgetful() -> None:
            kept.told.clear()
            archive.changes(kept)

        def at_a_date() -> None:
            name = rng.choice(list(spans))
            first, last = spans[name][0].fetched_at, spans[name][-1].fetched_at
            version = archive.version_at(kept, name, first + (last - first) * rng.random())
            archive.text(kept, version.digest)

        found = {
            "latest_100_headlines_ms": milliseconds(lambda: archive.headlines(kept)),
            "latest_100_changes_cold_ms": milliseconds(forgetful),
            "latest_100_changes_warm_ms": milliseconds(lambda: archive.changes(kept)),
            "history_ms": milliseconds(lambda: archive.versions(kept, rng.choice(documents)), 200),
            "history_longest_ms": milliseconds(lambda: archive.versions(kept, longest_history)),
            "version_at_with_text_ms": milliseconds(at_a_date, 300),
            "timeline_rare_ms": milliseconds(lambda: archive.timeline(kept, rare)),
            "timeline_common_ms": milliseconds(lambda: archive.timeline(kept, "privacy")),
            "blame_longest_ms": milliseconds(lambda: archive.blame(kept, longest_text)),
            "blame_ms": milliseconds(lambda: archive.blame(kept, rng.choice(documents)), 100),
            "search_rare_ms": milliseconds(lambda: archive.search(kept, f'"{rare}"')),
            "search_common_ms": milliseconds(lambda: archive.search(kept, "privacy")),
            "search_best_first_ms": milliseconds(lambda: archive.search(kept, "privacy", best=True)),
            "same_clause_ms": milliseconds(
                lambda: archive.same_clause(kept, archive.blame(kept, longest_text)[20].text)
            ),
        }
        found["blocks_of_the_longest"] = float(len(archive.blame(kept, longest_text)))
        found["documents_rare"] = float(len(archive.timeline(kept, rare)))
        found["documents_common"] = float(len(archive.timeline(kept, "privacy")))
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


def backing_up(path: Path) -> dict[str, float]:
    """Return how long recording a check takes at worst, and in 99 of 100 times, while a copy is made and while none is.

    In milliseconds of wall time, as often with as without: the difference is the backup's, the rest the machine's.
    """
    document = Document("busy", "Terms of Service", (Source("https://busy.test/"),))
    text = "Be kind.\n"
    spent: dict[bool, list[float]] = {False: [], True: []}
    with archive.open_archive(path, write=True) as kept:
        (last,) = kept.connection.execute("SELECT max(at) FROM checks").fetchone()
        moments = (datetime.fromtimestamp(last + step, UTC) for step in itertools.count(1))

        def check() -> float:
            at = next(moments)
            verdict = Verdict(Outcome.UNCHANGED, SAID, text=text)
            begun = time.perf_counter()
            archive.record(kept, observation(document, at, text, f"{text}{at}".encode()), verdict, None)
            return (time.perf_counter() - begun) * 1e3

        copying = subprocess.Popen(
            [sys.executable, "-c", _BACKUP, str(path), str(path.with_name("copy.db"))], cwd=Path(__file__).parent.parent
        )
        while copying.poll() is None:
            spent[True].append(check())
            time.sleep(0.01)
        if copying.returncode:
            raise RuntimeError("the backup failed")
        for _ in spent[True]:
            spent[False].append(check())
            time.sleep(0.01)
    return {
        f"{kind}_{name}": found
        for kind, taken in (("backup_stall", sorted(spent[True])), ("no_backup_stall", sorted(spent[False])))
        for name, found in (("ms", taken[-1]), ("p99_ms", taken[len(taken) * 99 // 100]))
    }


_BACKUP = """
import sys
from pathlib import Path
from tosmonitor import archive
with archive.open_archive(Path(sys.argv[1])) as kept:
    sys.exit(bool(archive.backup(kept, Path(sys.argv[2]))))
"""


def main(arguments: Sequence[str] = ()) -> Iterator[tuple[str, float]]:
    """Give the figures by name."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--share", type=float, default=1.0, help="of the 42,627 versions")
    parser.add_argument("--checks", type=int, default=7_300_000)
    parser.add_argument("--differences", action="store_true", help="keep all differences, not the newest alone")
    parser.add_argument("--keep", type=Path, help="folder to leave the files in, or to find them")
    given = parser.parse_args(arguments)
    place = given.keep or Path(tempfile.mkdtemp(prefix="tosmonitor-bench-"))
    place.mkdir(parents=True, exist_ok=True)
    try:
        if (SHARED / "corpus" / "manifest.json").exists():
            path = place / "history.db"
            if not path.exists():
                yield "import_cpu_s", write(path, SHARED, given.share, differences=given.differences)
            yield "file_mb", path.stat().st_size / 1e6
            yield from questions(path).items()
            yield "recorded_a_second", recording(place / "recording.db", SHARED)
            yield from backing_up(path).items()
        megabytes, each = checks(place / "checks.db", given.checks)
        yield "checks_mb", megabytes
        yield "bytes_a_check", each
    finally:
        if given.keep is None:
            shutil.rmtree(place)


if __name__ == "__main__":
    floors = json.loads(FLOORS.read_text())
    for name, figure in main(sys.argv[1:]):
        print(f"{name:30} {figure:12.2f}   {' '.join(map(str, floors.get(name, '')))}", flush=True)
