"""Patches give back what was packed, and chains stay short however long the history."""

import hashlib
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.archive.world import START
from tosmonitor import archive
from tosmonitor.archive.delta import RADIX, REACH, Anchor, Anchors, packed, unpacked


@settings(deadline=None)
@given(st.binary(max_size=2_000), st.lists(st.binary(max_size=2_000), max_size=4))
def test_what_is_packed_unpacks(content: bytes, bases: list[bytes]) -> None:
    """Whatever the bases, the content comes back from the one that was chosen."""
    index, frame = packed(content, bases)
    assert unpacked(frame, None if index is None else bases[index]) == content


def test_the_nearest_base_is_chosen() -> None:
    """Of several bases, the one that leaves least to write is taken."""
    near = b"".join(hashlib.sha256(bytes([n])).digest() for n in range(200))
    index, frame = packed(near + b"!", [near[::-1], near, near[:50]])
    assert index == 1
    assert len(frame) < 40


def test_chains_stay_short() -> None:
    """Of 20,000 items none is more than 15 patches a level away from the first, and most far less."""
    anchors = Anchors(0)
    depth: dict[int, int] = {}
    for number in range(20_000):
        bases = anchors.bases(1)
        depth[number] = 0 if not bases else 1 + depth[bases[0].id]
        assert all(base.id < number for base in bases)
        anchors = Anchors.loaded(anchors.count + 1, anchors.followed_by(Anchor(number, 1)).dumped())
    assert max(depth.values()) <= 15 * 4
    assert sum(depth.values()) / len(depth) < RADIX * 2


def test_large_pages_have_shorter_chains() -> None:
    """What reading a page of two megabytes decodes is bounded."""
    anchors = Anchors(0)
    reach: dict[int, int] = {}
    for number in range(2_000):
        bases = anchors.bases(2_000_000)
        reach[number] = 2_000_000 + (reach[bases[0].id] if bases else 0)
        anchors = anchors.followed_by(Anchor(number, reach[number]))
    assert max(reach.values()) <= REACH * 2


def test_a_frame_that_is_not_one_is_refused() -> None:
    """Bytes that do not decode raise ValueError, not a library's error."""
    with pytest.raises(ValueError, match=r".+"):
        unpacked(b"nonsense")


@settings(max_examples=20, deadline=None)
@given(st.lists(st.binary(max_size=300), min_size=1, max_size=20))
def test_bodies_come_back_to_the_byte(tmp_path_factory: pytest.TempPathFactory, bodies: list[bytes]) -> None:
    """Any series of bodies of one page reads back exactly, also by another handle."""
    path = tmp_path_factory.mktemp("bodies") / "archive.db"
    times = [START + timedelta(minutes=number) for number in range(len(bodies))]
    captures = [
        {"document": "a/b", "url": "https://a.test/", "fetched_at": at, "media_type": "text/html", "body": body}
        for at, body in zip(times, bodies, strict=True)
    ]
    with archive.open_archive(path, write=True) as kept:
        assert archive.keep(kept, captures) == len(bodies)
    with archive.open_archive(path) as kept:
        assert [archive.body_of(kept, "a/b", "https://a.test/", at) for at in times] == bodies


def test_any_zstd_reads_what_is_stored(tmp_path: Path) -> None:
    """The patches are of an open format: the common tool restores them, given the magic bytes."""
    zstd = "/usr/bin/zstd"
    if not Path(zstd).exists():
        pytest.skip("the zstd tool is not installed")
    base, content = b"A page of terms. " * 100, b"A page of terms. " * 99 + b"Another."
    (tmp_path / "base").write_bytes(base)
    (tmp_path / "patch.zst").write_bytes(b"\x28\xb5\x2f\xfd" + packed(content, [base])[1])
    restored = subprocess.run(
        [zstd, "-dc", f"--patch-from={tmp_path / 'base'}", tmp_path / "patch.zst"], capture_output=True, check=True
    )
    assert restored.stdout == content
