"""Bodies out of their encoding, however they are cut into pieces, and never beyond the bound."""

import gzip
import zlib
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tosmonitor.fetch.decoding import decoded
from tosmonitor.fetch.trouble import TroubleError
from tosmonitor.model import FailureKind


def cut(body: bytes, at: list[int]) -> list[bytes]:
    """Cut a body at the given places (modulo its length)."""
    places = sorted({place % (len(body) + 1) for place in at} | {0, len(body)})
    return [body[a:b] for a, b in pairwise(places)]


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=4), st.lists(st.integers(0, 5000)), st.integers(1, 2000))
def test_gzip_in_any_pieces_is_the_body(members: list[bytes], at: list[int], repeat: int) -> None:
    """Members of any size, cut anywhere, come out whole."""
    plain = [member * repeat for member in members]
    wire = b"".join(gzip.compress(member) for member in plain)
    assert decoded(cut(wire, at), "gzip", limit=10_000_000) == b"".join(plain)


@given(st.binary(max_size=2000), st.lists(st.integers(0, 5000)))
def test_deflate_in_any_pieces_is_the_body(body: bytes, at: list[int]) -> None:
    """Deflate too, with zlib's header."""
    assert decoded(cut(zlib.compress(body), at), "deflate", limit=10_000) == body


@given(st.binary(max_size=500), st.integers(0, 600), st.binary(max_size=5), st.sampled_from(["gzip", "deflate"]))
def test_damage_ends_as_a_failure(body: bytes, where: int, junk: bytes, encoding: str) -> None:
    """Bytes overwritten anywhere give the body, or a failure in words; never a hang, never another exception."""
    wire = gzip.compress(body) if encoding == "gzip" else zlib.compress(body)
    where %= len(wire) + 1
    damaged = wire[:where] + junk + wire[where + len(junk) :]
    kinds = {FailureKind.ENCODING}
    try:
        assert len(decoded([damaged], encoding, limit=100_000)) <= 100_000
    except TroubleError as trouble:
        kinds.add(trouble.kind)
    assert kinds <= {FailureKind.ENCODING, FailureKind.TOO_LARGE}


@pytest.mark.parametrize("encoding", ["", "gzip", "deflate"])
@pytest.mark.parametrize("length", [999, 1000, 1001])
def test_the_bound_is_exact(encoding: str, length: int) -> None:
    """What is as long as the bound is read, one byte more is not, and may be cut instead where that is asked for."""
    body = bytes(range(250)) * 5
    plain = body[:length]
    wire = {"": plain, "gzip": gzip.compress(plain), "deflate": zlib.compress(plain)}[encoding]
    assert decoded([wire], encoding, limit=1000, truncate=True) == plain[:1000]
    if length <= 1000:
        assert decoded([wire], encoding, limit=1000) == plain
    else:
        with pytest.raises(TroubleError) as raised:
            decoded([wire], encoding, limit=1000)
        assert raised.value.kind == FailureKind.TOO_LARGE


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "compress", "gzip, br", "aes128gcm", "x"])
def test_what_cannot_be_bounded_is_refused(encoding: str) -> None:
    """Other encodings, and stacked ones, are not decoded at all."""
    with pytest.raises(TroubleError) as raised:
        decoded([gzip.compress(b"x")], encoding, limit=1000)
    assert raised.value.kind == FailureKind.ENCODING
    assert encoding in raised.value.en


@pytest.mark.parametrize("encoding", ["identity", " GZIP ", "x-gzip", "identity, gzip"])
def test_harmless_spellings_are_understood(encoding: str) -> None:
    """Case, spaces, the old name and identity change nothing."""
    body = b"terms" if encoding == "identity" else gzip.compress(b"terms")
    assert decoded([body], encoding, limit=1000) == b"terms"
