"""How well PDFs are read: the recorded texts of the judges, printed by Chromium in several layouts, and read again.

    python -m bench.extract_pdf [DOCUMENTS]        default: 12

Each text is set as a page would be, printed, and read; the judges' own scorer compares what is read with the page's own
text. Figures are means over documents and layouts: words (F), blocks recovered exactly, headings, list items and table
rows recovered, and `same`, the words on which the layouts of one text agree. `recorded_` are the PDFs of the judges
against the texts recorded of them, which join words at line ends and keep running feet: neither can reach 1.
"""

import base64
import importlib
import json
import lzma
import os
import shutil
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from playwright.sync_api import sync_playwright

from bench.judges import extract

SHARED = Path(os.environ.get("TOSMONITOR_CORPUS", Path(__file__).parent.parent.parent / "shared")).resolve()
JUDGE = SHARED / "judges" / "extract"
KEYS = ("F", "blk_exact", "h_rec", "li_rec", "row_rec")
_TABLES = "table{border-collapse:collapse} td,th{border:1px solid #444;padding:2px 6px;text-align:left}"
#: Paper, style, whether pages have heads and feet.
LAYOUTS = (
    ("A4", f"body{{font:10.5pt/1.4 serif}} {_TABLES}", True),
    ("Letter", f"body{{font:9.5pt/1.3 sans-serif;text-align:justify;hyphens:auto}} {_TABLES}", False),
    ("A4", f"body{{font:8.5pt/1.25 sans-serif;columns:2;text-align:justify;hyphens:auto}} {_TABLES}", True),
    ("A5", "body{font:10pt/1.3 serif} td,th{text-align:left;vertical-align:top;padding:3px 10px}", False),
)  # fmt: skip


def main(documents: int = 12) -> Iterator[tuple[str, float]]:
    """Give the figures; nothing, with a line that says why, where the judges or Chromium are absent."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    recorded = list(_recorded())
    if not recorded or not browser:
        print(f"  skipped: {'no Chromium on this machine' if recorded else f'no recorded texts in {JUDGE}'}")
        return
    sys.path.insert(0, str(JUDGE))
    scorer = importlib.import_module("mdscore")
    texts = [row["gold"] for row in recorded if row["kind"] == "html" and 5_000 < len(row["gold"]) < 45_000]
    scores: list[dict[str, float | None]] = []
    same: list[float] = []
    for pages in _printed(texts[:: max(1, len(texts) // documents)][:documents], browser):
        expected = _read(pages[0], "text/html", ["body"])
        found = [_read(page, "application/pdf", []) for page in pages[1:]]
        scores.extend(scorer.score(text, expected) for text in found)
        same.extend(scorer.score(text, found[0])["F"] for text in found[1:])
    for key in KEYS:
        yield key, statistics.mean(value for score in scores if (value := score[key]) is not None)
    yield "same", statistics.mean(same)
    files = [
        scorer.score(_read(base64.b64decode(page["b64"]), "application/pdf", []), row["gold"])
        for row in recorded
        for page in row["pages"]
        if row["kind"] == "pdf"
    ]
    if files:
        yield "recorded_F", statistics.mean(score["F"] for score in files)
        yield "recorded_blk_exact", statistics.mean(score["blk_exact"] for score in files)


def _recorded() -> Iterator[dict[str, Any]]:
    for path in sorted((JUDGE / "data").glob("eval-*.jsonl.xz")):
        with lzma.open(path, "rt", encoding="utf-8") as lines:
            yield from (row for line in lines if (row := json.loads(line))["tag"] == "main")


def _printed(texts: list[str], browser: str) -> Iterator[list[bytes]]:
    """Give of each text the page, and the PDFs of its layouts."""
    write = MarkdownIt("commonmark").enable("table").render
    note = '<p style="font-size:8px;width:100%;text-align:center">'
    with sync_playwright() as player:
        running = player.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        for text in texts:
            html = f"<!doctype html><html lang=en><meta charset=utf-8><body>{write(text)}</body></html>"
            out = [html.encode()]
            for paper, style, heads in LAYOUTS:
                page = running.new_page(java_script_enabled=False)
                page.route("**/*", lambda route: route.abort())
                page.set_content(html.replace("<body>", f"<style>{style}</style><body>"))
                out.append(
                    page.pdf(
                        format=paper, display_header_footer=heads, header_template=f"{note}Example Ltd</p>",
                        footer_template=f"{note}Page <span class=pageNumber></span></p>",
                        margin={"top": "18mm", "bottom": "18mm", "left": "18mm", "right": "18mm"},
                    )
                )  # fmt: skip
                page.close()
            yield out
        running.close()


def _read(body: bytes, media_type: str, select: list[str]) -> str:
    return extract(body, url="https://example.org/terms", media_type=media_type, select=select, remove=[])


if __name__ == "__main__":
    for name, value in main(*map(int, sys.argv[1:])):
        print(f"{name:28} {value:8.4f}")
