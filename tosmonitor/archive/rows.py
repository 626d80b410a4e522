"""Owns how rows become the types of the vocabulary, and back: times, declarations, versions, checks, differences."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from tosmonitor.archive.delta import packed, unpacked
from tosmonitor.diff import from_dict, to_dict
from tosmonitor.model import (
    Cause,
    Check,
    Difference,
    Document,
    Filter,
    Outcome,
    Range,
    Render,
    Sentence,
    Source,
    Version,
    Withdrawal,
)

#: Columns that `version` reads, in its order, of `versions v JOIN documents d JOIN texts t LEFT JOIN withheld w`.
VERSION_COLUMNS = """d.key, v.at, t.digest, t.words, v.cause, v.rules, v.language,
    (SELECT group_concat(h) FROM (SELECT lower(hex(b.digest)) AS h FROM version_bodies vb
     JOIN bodies b ON b.id = vb.body_id WHERE vb.document_id = v.document_id AND vb.at = v.at ORDER BY vb.position)),
    w.at, w.reason_en, w.reason_fr, v.retracted_at, v.retracted_en, v.retracted_fr"""
VERSION_TABLES = """versions v JOIN documents d ON d.id = v.document_id JOIN texts t ON t.id = v.text_id
    LEFT JOIN withheld w ON w.digest = t.digest"""

#: Columns that `check` reads, in its order, of `checks c JOIN findings f LEFT JOIN texts t`.
CHECK_COLUMNS = "c.at, f.outcome, f.kind, f.reason_en, f.reason_fr, t.digest, c.retry_at, c.version_at"
CHECK_TABLES = "checks c JOIN findings f ON f.id = c.finding_id LEFT JOIN texts t ON t.id = c.text_id"


def seconds(at: datetime) -> int:
    """Return whole seconds since 1970; raise ValueError for a time without a zone."""
    if at.tzinfo is None:
        raise ValueError(f"a time without a zone cannot be kept: {at.isoformat()}")
    return int(at.timestamp())


@lru_cache(maxsize=16_384)
def moment(at: int) -> datetime:
    """Return the aware UTC time of whole seconds since 1970."""
    return datetime.fromtimestamp(at, UTC)


def moment_or_none(at: int | None) -> datetime | None:
    """Return the time, or None."""
    return None if at is None else datetime.fromtimestamp(at, UTC)


def withdrawal(at: int | None, en: str | None, fr: str | None) -> Withdrawal | None:
    """Return why something is not shown, or not stood by."""
    return None if at is None else Withdrawal(moment(at), Sentence(en or "", fr or ""))


def version(row: Sequence[Any]) -> Version:
    """Return the version of a row of VERSION_COLUMNS."""
    key, at, digest, words, cause, rules, language, bodies, *gone = row
    return Version(
        key, moment(at), digest.hex(), words, Cause(cause), rules, language,
        tuple(bodies.split(",")) if bodies else (), withdrawal(*gone[:3]), withdrawal(*gone[3:]),
    )  # fmt: skip


def check(document_id: str, row: Sequence[Any]) -> Check:
    """Return the check of a row of CHECK_COLUMNS."""
    at, outcome, kind, en, fr, digest, retry_at, version_at = row
    return Check(
        document_id, moment(at), Outcome(outcome), kind or None, Sentence(en, fr),
        None if digest is None else digest.hex(), moment_or_none(retry_at), moment_or_none(version_at),
    )  # fmt: skip


@lru_cache(maxsize=4_096)
def dumped_document(document: Document) -> str:
    """Return a declaration as JSON, loss-free."""
    plain = asdict(document) | {"every": document.every.total_seconds(), "confirm": document.confirm.total_seconds()}
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


def loaded_document(dumped: str) -> Document:
    """Return the declaration that `dumped_document` gave."""
    plain = json.loads(dumped)
    return Document(**plain | {
        "sources": tuple(_source(source) for source in plain["sources"]),
        "every": timedelta(seconds=plain["every"]),
        "confirm": timedelta(seconds=plain["confirm"]),
    })  # fmt: skip


def _source(plain: dict[str, Any]) -> Source:
    return Source(
        plain["url"],
        tuple(_selector(item) for item in plain["select"]),
        tuple(_selector(item) for item in plain["remove"]),
        tuple(Filter(f["name"], tuple((a, b) for a, b in f["arguments"])) for f in plain["filters"]),
        Render(plain["render"]),
    )


def _selector(plain: str | dict[str, Any]) -> str | Range:
    return plain if isinstance(plain, str) else Range(**plain)


def dumped_difference(difference: Difference) -> bytes:
    """Return a difference as JSON in a Zstandard frame."""
    return packed(json.dumps(to_dict(difference), ensure_ascii=False, separators=(",", ":")).encode())[1]


def loaded_difference(dumped: bytes) -> Difference:
    """Return the difference that `dumped_difference` gave; raise ValueError when it is damaged."""
    return from_dict(json.loads(unpacked(dumped)))
