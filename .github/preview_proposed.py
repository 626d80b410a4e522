"""Reads once each document that a proposal adds or changes; prints a table in Markdown and writes a page for each.

    python .github/preview_proposed.py BEFORE.yaml AFTER.yaml FOLDER

Ends with 1 if any of them cannot be read, so that the proposal shows it.
"""

import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from tosmonitor.declarations import load, preview
from tosmonitor.declarations.settings import Settings, beside, settings
from tosmonitor.fetch import Fetcher
from tosmonitor.model import Document, Observation
from tosmonitor.observe import look
from tosmonitor.plan import Visit

#: More are not read: a proposal of so many is looked at by a person first.
MOST = 40


def say(line: str) -> None:
    """Write a line of the summary at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def changed(before: Path, after: Path) -> list[Document]:
    """Return the documents of `after` that `before` does not have, or reads otherwise."""
    known = {document for service in load(before) for document in service.documents}
    return [document for service in load(after) for document in service.documents if document not in known]


def row(observation: Observation) -> str:
    """Return what one document gave, as a row of a table."""
    document = observation.document
    troubles = [trouble.reason.en for one in observation.readings if (trouble := one.failure or one.obstacle)]
    words = sum(len(one.normalised.text.split()) for one in observation.readings if one.normalised)
    languages = {one.normalised.language or "?" for one in observation.readings if one.normalised}
    said = "; ".join(troubles) or "read"
    cells = (document.id, document.sources[0].url, f"{words:,}", ", ".join(sorted(languages)), said)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def main(before: Path, after: Path, folder: Path, configured: Settings) -> int:
    """Read what is new and say what it gave; return the exit code."""
    documents = changed(before, after)
    say(f"## {len(documents)} new or changed documents\n")
    if len(documents) > MOST:
        say(f"Only the first {MOST} were read.\n")
    if not documents:
        return 0
    say("| document | address | words | language | outcome |\n|---|---|---:|---|---|")
    folder.mkdir(parents=True, exist_ok=True)
    bad = 0

    def now() -> datetime:
        return datetime.now(UTC)

    with Fetcher(configured.manners, clock=now, sleep=time.sleep) as fetcher:
        for document in documents[:MOST]:
            observation = look(Visit(document), fetcher, configured.manners, now)
            bad += any(one.normalised is None for one in observation.readings)
            say(row(observation))
            page = preview(document, observation.readings)
            (folder / f"{document.id.replace('/', '--')}.html").write_text(page, encoding="utf-8")
    say("\nThe pages in the artefact `previews` show what was kept of each, beside the text that would be stored.")
    return 1 if bad else 0


if __name__ == "__main__":
    first, second, out = map(Path, sys.argv[1:4])
    sys.exit(main(first, second, out, settings(beside(first))))
