"""How fast feeds are served, asked for again, and written for a whole site.

    python -m bench.feeds [VERSIONS] [FOLDER]      default: 40,000 versions, the figures of record

The archive is that of `bench.told`; it is kept in FOLDER for the next run. Times are CPU milliseconds of this process,
as medians. "After a write" a change was recorded since the last answer, as real ones are: among some thousand others.
"""

import asyncio
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from statistics import median

from bench.told import BASE, SERVICES, VERSIONS, get, record, told
from tosmonitor import archive, diff, feeds, urls
from tosmonitor.site import SiteSettings, create_app
from tosmonitor.site.app import application
from tosmonitor.site.contents import parts
from tosmonitor.site.export import archive_month, ask
from tosmonitor.site.holdings import Holdings

#: Writes between which the main feed is asked for.
WRITES = 15


def main(arguments: Sequence[str] = ()) -> Iterator[tuple[str, float]]:
    """Build or reuse the archive, measure, and give each figure with its name."""
    wanted = int(arguments[0]) if arguments else VERSIONS
    path = told(wanted, Path(arguments[1]) if len(arguments) > 1 else None)
    yield "versions", wanted
    yield "archive_mb", path.stat().st_size / 1e6
    yield from asyncio.run(_served(path))
    yield from _written(path)


async def _served(path: Path) -> Iterator[tuple[str, float]]:
    """Ask for current feeds as readers do: for the first time, after a change, again, and with the validator."""
    app = create_app(path, base_url=BASE)
    figures: list[tuple[str, float]] = []
    for form in feeds.MEDIA_TYPES:
        address = urls.feed("en", "all", form)
        cold = await get(app, address)
        warm = [(await get(app, address)).spent for _ in range(200)]
        held = [(await get(app, address, cold.etag)).spent for _ in range(200)]
        figures += [
            (f"{form}_kb", cold.size / 1000), (f"{form}_first_ms", cold.spent), (f"{form}_ms", median(warm)),
            (f"{form}_304_ms", median(held)),
        ]  # fmt: skip
    each = [(await get(app, urls.feed("fr", f"service/service-{n}", "atom"))).spent for n in range(0, SERVICES, 10)]
    figures.append(("service_first_ms", median(each)))
    after: dict[str, list[float]] = {"all": [], "service/service-1": []}
    with archive.open_archive(path, write=True) as kept:
        document = archive.services(kept)[1].documents[0]
        for turn in range(WRITES):
            held_now = archive.versions(kept, document.id)[-1]
            before = archive.text(kept, held_now.digest)
            text = f"{before}\nWritten for the {turn}th time, at {held_now.fetched_at}.\n"
            at = archive.headlines(kept, limit=1)[0].recorded_at + timedelta(minutes=1)
            record(kept, document, at, text, diff.compare(before, text, language="en"))
            for name, spent in after.items():
                spent.append((await get(app, urls.feed("en", name, "atom"))).spent)
    figures.append(("all_after_a_write_ms", median(after["all"])))
    figures.append(("service_after_a_write_ms", median(after["service/service-1"])))
    return iter(figures)


def _written(path: Path) -> Iterator[tuple[str, float]]:
    """Make every feed that an export writes: all languages and forms, current documents and every month."""
    holdings, settings = Holdings(path), SiteSettings()
    begun = time.process_time()
    addresses = [
        held.path for part in parts(holdings, settings, BASE) for held in part.held() if "/feeds/" in held.path
    ]
    addresses = [address for address in addresses if address.rpartition(".")[2] in feeds.MEDIA_TYPES]
    addresses.sort(key=archive_month)
    app = application(holdings, base_url=BASE, settings=settings)
    size = sum(len(ask(app, address)[1]) for address in addresses)
    spent = time.process_time() - begun
    holdings.close()
    yield "export_documents", len(addresses)
    yield "export_mb", size / 1e6
    yield "export_cpu_s", spent
    yield "export_ms_a_document", spent / len(addresses) * 1000


if __name__ == "__main__":
    for name, value in main(sys.argv[1:]):
        print(f"{name:26} {value:12.4g}", flush=True)
