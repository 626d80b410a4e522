"""Run the judges of real pages and our own measurements, and print each figure beside the floor pinned for it.

    python -m bench              everything that is present
    python -m bench extract diff only these

Judges are scripts outside the project, in the folder named by TOSMONITOR_CORPUS (default: ../shared); where that is
absent their figures are left out, and said to be. Floors are in bench/floors.toml: a figure beyond its floor is marked,
and the exit code is 1. Times are of this machine; compare ratios.
"""

import importlib
import os
import re
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
SHARED = Path(os.environ.get("TOSMONITOR_CORPUS", ROOT.parent / "shared")).resolve()

#: Our own measurements: modules of this package with a `main()` that prints lines "name: value unit".
OWN = ("archive", "feeds", "site", "load", "extract_speed", "extract_pdf")


@dataclass(frozen=True)
class Judge:
    """A script, how it is called, and where its figures stand in what it prints."""

    name: str
    script: str
    arguments: tuple[str, ...]
    figures: tuple[tuple[str, str], ...]  # name, regular expression with one group


_MACRO = tuple(
    (name, rf"macro .*\b{name}=([\d.]+)") for name in ("F", "blk_exact", "leak_w", "h_rec", "li_rec", "row_rec")
)
JUDGES = (
    Judge("extract.zero", "extract/judge_extract.py", ("--callable", "bench.judges:extract"), _MACRO),
    Judge(
        "extract.selectors",
        "extract/judge_extract.py",
        ("--callable", "bench.judges:extract", "--mode", "selectors"),
        _MACRO,
    ),
    Judge(
        "extract.pairs",
        "extract/judge_extract.py",
        ("--callable", "bench.judges:extract", "--pairs"),
        (
            ("false_changes", r"noise: .* differ in \d+ \(([\d.]+)%"),
            ("possible_misses", r"equal in (\d+) = possible misses"),
        ),
    ),
    Judge(
        "extract.pairs.selectors",
        "extract/judge_extract.py",
        ("--callable", "bench.judges:extract", "--pairs", "--mode", "selectors"),
        (
            ("false_changes", r"noise: .* differ in \d+ \(([\d.]+)%"),
            ("possible_misses", r"equal in (\d+) = possible misses"),
        ),
    ),
    Judge(
        "diff",
        "diff/judge_diff.py",
        ("--callable", "bench.judges:compare", "-n", "320"),
        tuple(
            (name, rf'"{name}": ([\d.]+)')
            for name in (
                "word_F1",
                "word_F1_strict",
                "move_F1",
                "cos_clean",
                "cos_doc_clean",
                "real_called_cosmetic_words",
                "false_per_1000_kept",
                "marked_over_true",
                "frag_mean",
                "faults",
                "ms_median",
                "ms_p95",
            )
        ),
    ),
    Judge(
        "announce",
        "announce/judge_announce.py",
        ("--replay", "bench.judges:replay"),
        (
            ("announced", r"announced (\d+);"),
            ("repeats", r"repeats within 30 days (\d+)"),
            ("real", r"real by hand label .*?\(([\d.]+)%"),
            ("found", r"lasting substantive changes announced (\d+) of"),
            ("latest", r"late by captures: median \S+ most (\d+)"),
        ),
    ),
    Judge(
        "assess",
        "announce/judge_announce.py",
        ("--assess", "bench.judges:assess"),
        (("recall", r"recall ([\d.]+)"), ("precision", r"precision ([\d.]+)")),
    ),
    Judge(
        "storage",
        "storage/judge_storage.py",
        ("--write", "bench.judges:write_archive", "--read", "bench.judges:read_archive"),
        (
            ("of_aggressive_git", r"([\d.]+) x aggressive"),
            ("differ", r"; (\d+) of \d+ differ"),
            ("written_a_second", r"; (\d+) snapshots/s written"),
        ),
    ),
)


def main(wanted: list[str]) -> int:
    """Run what is wanted (all if empty); return 1 when a figure is beyond its floor."""
    floors = tomllib.loads((ROOT / "bench" / "floors.toml").read_text(encoding="utf-8"))
    beyond = 0
    if not (SHARED / "judges").is_dir():
        print(f"No judges at {SHARED}: their figures are left out (set TOSMONITOR_CORPUS).")
    else:
        for judge in JUDGES:
            if not wanted or judge.name.split(".")[0] in wanted:
                print(f"\n{judge.name}", flush=True)
                beyond += _shown(judge.name, floors, _run(judge))
    for name in OWN:
        if not wanted or name in wanted:
            print(f"\n{name}", flush=True)
            module = importlib.import_module(f"bench.{name}")
            beyond += _shown(name, floors, module.main() or iter(()))
    return 1 if beyond else 0


def _run(judge: Judge) -> Iterator[tuple[str, float]]:
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, str(SHARED / "judges" / judge.script), *judge.arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        print(done.stderr[-2000:], file=sys.stderr)
    for name, pattern in judge.figures:
        found = re.search(pattern, done.stdout)
        yield name, float(found.group(1)) if found else float("nan")
    print(f"  ({time.perf_counter() - started:.0f} s)")


def _shown(section: str, floors: dict[str, dict[str, list[object]]], figures: Iterator[tuple[str, float]]) -> int:
    """Print figures with their floors, written as [">=", 0.99]; return how many are beyond."""
    beyond = 0
    for name, value in figures:
        bound = floors.get(section, {}).get(name)
        if bound is None:
            print(f"  {name:28} {value:12.4g}")
            continue
        relation, limit = str(bound[0]), float(str(bound[1]))
        good = value >= limit if relation == ">=" else value <= limit
        beyond += not good
        print(f"  {name:28} {value:12.4g}   {relation} {limit:g}{'' if good else '   BEYOND THE FLOOR'}")
    return beyond


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
