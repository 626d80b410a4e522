"""The clock, and the list of services that may be edited while it ticks."""

import os
from datetime import UTC, timedelta
from pathlib import Path
from threading import Event

import pytest

from tosmonitor.errors import DeclarationError, StoppedError
from tosmonitor.model import Service
from tosmonitor.schedule import Declared, interruptible, ticking, utc_now

ONE = "- name: Lumen\n  documents:\n    - type: Terms of Service\n      url: https://lumen.example/terms\n"
TWO = ONE + ONE.replace("Lumen", "Parley").replace("lumen", "parley")


def edit(path: Path, text: str) -> None:
    """Save the file as an editor would; its time moves on even where the clock of the disk is coarse."""
    edition = path.stat().st_mtime_ns if path.exists() else 0
    path.write_text(text)
    os.utime(path, ns=(edition + 10**9, edition + 10**9))


def test_an_edit_is_taken_up_and_a_bad_one_keeps_the_last_good_list(tmp_path: Path) -> None:
    """Each edit is told once: as the new list, or as the mistakes that keep it out."""
    path = tmp_path / "services.yaml"
    edit(path, ONE)
    told: list[tuple[Service, ...] | DeclarationError] = []
    declared = Declared(path, told.append)
    assert [service.id for service in declared.services()] == ["lumen"]
    edit(path, ONE.replace("type", "tipe"))
    assert [service.id for service in declared.services()] == ["lumen"]
    assert [service.id for service in declared.services()] == ["lumen"]
    (error,) = told
    assert isinstance(error, DeclarationError)
    assert "services.yaml:3" in str(error)
    edit(path, TWO)
    assert [service.id for service in declared.services()] == ["lumen", "parley"]
    path.unlink()
    assert [service.id for service in declared.services()] == ["lumen", "parley"]
    assert len(told) == 3


def test_it_ticks_at_once_and_then_again(tmp_path: Path) -> None:
    """The first tick does not wait for the first interval; the last one is waited for."""
    ticks: list[int] = []
    third = Event()

    def tick() -> None:
        ticks.append(1)
        if len(ticks) == 3:
            third.set()

    with ticking(tick, every=timedelta(milliseconds=20)):
        assert third.wait(30)
    after = len(ticks)
    assert after >= 3
    assert utc_now().tzinfo is UTC


def test_a_pause_ends_when_the_program_is_told_to_stop() -> None:
    """Nobody waits for politeness once the work is over."""
    stop = Event()
    pause = interruptible(stop)
    pause(0)
    stop.set()
    with pytest.raises(StoppedError):
        pause(3600)
