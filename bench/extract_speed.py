"""How fast the main text is read, beside trafilatura on the same pages.

    python -m bench.extract_speed [ROUNDS]         default: 3 rounds, of each page the fastest counts

Both read each page of the judges' collections in turn, so that a busy machine slows both. Figures are ratios of CPU
time of this process: how many times as many pages a second we read, without selectors (all pages) and with them (the
pages whose recorded selectors still match). trafilatura, an optional dependency, runs with favor_recall and writes
Markdown with links, as we do.
"""

import gc
import json
import lzma
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench.judges import extract
from tosmonitor.errors import ReadError

SHARED = Path(os.environ.get("TOSMONITOR_CORPUS", Path(__file__).parent.parent.parent / "shared")).resolve()
DATA = SHARED / "judges" / "extract" / "data"


def main(rounds: int = 3) -> Iterator[tuple[str, float]]:
    """Give both ratios, and our pages a CPU second; nothing, with a line that says why, where something is absent."""
    if find_spec("trafilatura") is None:
        print("  skipped: trafilatura is not installed (the extra `bench` has it)")
        return
    pages = list(_pages())
    if not pages:
        print(f"  skipped: there are no recorded pages in {DATA}")
        return
    theirs = import_module("trafilatura").extract

    def other(page: dict[str, Any]) -> None:
        theirs(page["body"], url=page["url"], favor_recall=True, output_format="markdown", include_links=True)

    def zero(page: dict[str, Any]) -> None:
        extract(page["body"], url=page["url"], media_type="text/html", select=[], remove=[])

    def selectors(page: dict[str, Any]) -> None:
        extract(page["body"], url=page["url"], media_type="text/html", select=page["select"], remove=page["remove"])

    for page in pages[:3]:  # models and tables are loaded once a process
        _times(page, other, zero, selectors)
    gc.freeze()
    times = [
        [min(t) for t in zip(*(_times(page, other, zero, selectors) for _ in range(rounds)), strict=True)]
        for page in pages
    ]
    gc.unfreeze()
    declared = [t for t, page in zip(times, pages, strict=True) if page["select"]]
    yield "ratio_zero", sum(t[0] for t in times) / sum(t[1] for t in times)
    yield "ratio_selectors", sum(t[0] for t in declared) / sum(t[2] for t in declared)
    yield "pages_a_second_zero", len(times) / sum(t[1] for t in times)
    yield "pages_a_second_selectors", len(declared) / sum(t[2] for t in declared)
    yield "slowest_seconds", max(t[1] for t in times)


def _times(page: dict[str, Any], *readers: Callable[[dict[str, Any]], None]) -> list[float]:
    return [_spent(reader, page) for reader in readers]


def _spent(reader: Callable[[dict[str, Any]], None], page: dict[str, Any]) -> float:
    """Return the CPU seconds of one reading; a page that has no text counts like any other."""
    gc.collect()  # what the one left behind is not the other's time
    started = time.process_time()
    with suppress(ReadError):
        reader(page)
    return time.process_time() - started


def _pages() -> Iterator[dict[str, Any]]:
    for path in sorted(DATA.glob("eval-*.jsonl.xz")):
        with lzma.open(path, "rt", encoding="utf-8") as lines:
            for document in map(json.loads, lines):
                for page in document["pages"] if document["tag"] == "main" else ():
                    if "html" not in page:
                        continue
                    declared = page.get("decl") or {}
                    yield {
                        "body": page["html"].encode(),
                        "url": page["url"],
                        "select": _listed(declared.get("select")) if document["selectors_ok"] else [],
                        "remove": _listed(declared.get("remove")) if document["selectors_ok"] else [],
                    }


def _listed(declared: Any) -> list[Any]:
    return [] if declared is None else declared if isinstance(declared, list) else [declared]


if __name__ == "__main__":
    for name, value in main(*map(int, sys.argv[1:])):
        print(f"{name}: {value:.3g}")
