"""The outbox under kill -9: every change is delivered, and by its id exactly once."""

import multiprocessing
import os
import random
import signal
from collections import Counter
from datetime import timedelta
from multiprocessing.context import ForkServerContext
from pathlib import Path

from tests.archive.world import PRIVACY, SERVICES, World
from tests.notify.test_notify import SECRET, now, receiving
from tosmonitor import archive
from tosmonitor.declarations import Listener, Settings
from tosmonitor.model import Manners
from tosmonitor.notify import Rests, deliver

KILLS = 100


def work(path: Path, url: str, host: str) -> None:
    """Record one change after the other and tell a listener of each, until killed."""
    listener = Listener("hook", webhook=url, secret=SECRET)
    told = Settings(manners=Manners(allowed_hosts=(host,)), listeners=(listener,))
    with archive.open_archive(path, write=True) as kept:
        world = World(kept)
        deliver(kept, told, clock=now, rests=Rests())
        while True:
            newest = archive.versions(kept, PRIVACY.id)[-1]
            world.texts[PRIVACY.id] = archive.text(kept, newest.digest)
            world.now = newest.fetched_at + timedelta(hours=1)
            world.change(PRIVACY, f"Version of {world.now}.")
            deliver(kept, told, clock=now, rests=Rests())


def test_every_change_is_delivered_exactly_once_by_its_id(tmp_path: Path) -> None:
    """A process that records and tells is killed 100 times at random moments; a last one tells what is left."""
    path = tmp_path / "archive.db"
    rng = random.Random(20261123)
    with archive.open_archive(path, write=True) as kept:
        archive.declare(kept, SERVICES)
        archive.enrol(kept, "hook")
        World(kept).first(PRIVACY, "The first version.")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.notify.test_kill"])
    with receiving() as receiver:
        for _ in range(KILLS):
            _run_and_kill(context, path, receiver.url, receiver.host, rng.uniform(0.005, 0.12))
        listener = Listener("hook", webhook=receiver.url, secret=SECRET)
        told = Settings(manners=receiver.manners, listeners=(listener,))
        with archive.open_archive(path, write=True) as kept:
            while archive.pending(kept, "hook"):
                assert deliver(kept, told, clock=now, rests=Rests()) == ()
            changes = archive.changes(kept, limit=100_000)
        sent = Counter(headers["webhook-id"] for headers, _ in receiver.taken)
    expected = {f"msg_change_github_privacy-policy_{change.after.fetched_at:%Y%m%d%H%M%S}" for change in changes}
    assert len(expected) == len(changes) > 0
    assert set(sent) == expected  # nothing lost; and a receiver that goes by the id has each exactly once
    assert sum(sent.values()) - len(sent) <= KILLS  # a kill repeats at most the message that was under way


def _run_and_kill(context: ForkServerContext, path: Path, url: str, host: str, seconds: float) -> None:
    worker = context.Process(target=work, args=(path, url, host), daemon=True)
    worker.start()
    worker.join(seconds)
    assert worker.exitcode is None, "the worker ended by itself"
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGKILL)
    worker.join()
    worker.close()
