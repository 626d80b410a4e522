"""However large a body pretends to be, reading it stays within the bound that the documentation states."""

import json
import subprocess
import sys

from tests.faults import faulty

#: docs/decisions/0002-http-client.md states it: three times the body limit, and some slack.
BOUND = 80_000_000

_READER = """
import json, resource, sys
from datetime import UTC, datetime, timedelta
from tosmonitor.fetch import Fetcher
from tosmonitor.model import Manners, Source

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)

manners = Manners(allowed_hosts=("127.0.0.1",), pause=timedelta(0), total_timeout=timedelta(seconds=20))
with Fetcher(manners, clock=lambda: datetime.now(UTC), sleep=lambda _: None) as fetcher:
    fetcher.fetch(Source(sys.argv[1] + "/terms"))
    before = peak()
    kinds = [fetcher.fetch(Source(sys.argv[1] + "/" + mode)).kind for mode in sys.argv[2:]]
print(json.dumps([peak() - before, kinds]))
"""

BOMBS = {
    "gzip-bomb": "too-large",
    "gzip-of-gzip": "encoding",
    "brotli": "encoding",
    "never-ending": "too-large",
    "announced-huge": "too-large",
    "endless-headers": "protocol",
}


def test_bombs_stay_within_the_stated_memory() -> None:
    """Gigabytes of zeroes in little gzip, nested, endless or announced: measured on the process that reads them."""
    with faulty() as server:
        done = subprocess.run(
            [sys.executable, "-c", _READER, f"http://{server.host}", *BOMBS],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
    grown, kinds = json.loads(done.stdout)
    assert kinds == list(BOMBS.values())
    assert grown <= BOUND
