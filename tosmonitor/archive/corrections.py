"""Owns taking back in public: versions that were artefacts of ours, texts and bodies that must not be shown any more.

Nothing is deleted: a version is marked with date and reason, a text keeps its hash. What is derived from them (search,
blame, timelines, the change that follows) is made again as if they were not there.
"""

from datetime import UTC, datetime

from tosmonitor.archive.answers import document_row
from tosmonitor.archive.bodies import body_id
from tosmonitor.archive.derived import keep_topics, rederive
from tosmonitor.archive.handle import Archive, new_edition, transaction
from tosmonitor.archive.outbox import post
from tosmonitor.archive.rows import dumped_difference, seconds
from tosmonitor.archive.texts import read_text, text_id
from tosmonitor.diff import compare
from tosmonitor.errors import NotFoundError
from tosmonitor.model import Sentence


def retract(archive: Archive, document_id: str, at: datetime, reason: Sentence, *, now: datetime | None = None) -> None:
    """Mark the version of `at`, and the change that led to it, as an artefact of ours.

    The change that followed is told anew from the version before, or retracted too when nothing lies between them. A
    version retracted before stays as it is. Raises NotFoundError when there is no such version.
    """
    key, when = seconds(at), seconds(now or datetime.now(UTC))
    with transaction(archive) as connection:
        row = document_row(connection, document_id)
        gone = (when, reason.en, reason.fr, row, key)
        marked = "SET retracted_at = ?, retracted_en = ?, retracted_fr = ? WHERE document_id = ? AND at = ?"
        found = connection.execute(
            "SELECT retracted_at FROM versions WHERE document_id = ? AND at = ?", (row, key)
        ).fetchone()
        if found is None:
            raise NotFoundError(f"{document_id} has no version of {at:%Y-%m-%d %H:%M:%S} UTC")
        if found[0] is not None:
            return
        connection.execute(f"UPDATE versions {marked}", gone)
        if connection.execute(f"UPDATE differences {marked} AND retracted_at IS NULL", gone).rowcount:
            post(connection, row, key, "retraction", when)
        _tell_anew(archive, row, key, when, reason)
        new_edition(connection, "corrections")
        rederive(archive, row)


def withhold(archive: Archive, digest: str, reason: Sentence, *, now: datetime | None = None) -> None:
    """Show the text or body with this sha256 (hex) no more; hash, date and reason stay in its place.

    With a text, the bodies that its versions were read from are withheld too. Search, blame and timelines leave it out;
    changes that touch it keep their sentence and lose their edits. Raises NotFoundError when there is neither.
    """
    sha256, when = bytes.fromhex(digest), seconds(now or datetime.now(UTC))
    with transaction(archive) as connection:
        text, body = text_id(connection, sha256), body_id(connection, sha256)
        if text is None and body is None:
            raise NotFoundError(f"there is neither a text nor a body {digest} in the archive")
        digests = {sha256}
        documents: set[tuple[int, int]] = set()
        if text is not None:
            documents = set(connection.execute("SELECT document_id, at FROM versions WHERE text_id = ?", (text,)))
            for row, at in documents:
                digests |= {
                    found[0]
                    for found in connection.execute(
                        """SELECT b.digest FROM version_bodies v JOIN bodies b ON b.id = v.body_id
                           WHERE v.document_id = ? AND v.at = ?""",
                        (row, at),
                    )
                }
        connection.executemany(
            "INSERT OR IGNORE INTO withheld (digest, at, reason_en, reason_fr) VALUES (?, ?, ?, ?)",
            [(found, when, reason.en, reason.fr) for found in sorted(digests)],
        )
        new_edition(connection, "corrections")
        for row, at in sorted(documents):
            post(connection, row, at, "withdrawal", when)
        for row in {row for row, _ in documents}:
            rederive(archive, row)


def _tell_anew(archive: Archive, row: int, key: int, when: int, reason: Sentence) -> None:
    """Make the change that left the retracted version leave the version before it."""
    connection = archive.writing
    follower = connection.execute(
        """SELECT c.at, v.text_id, v.language FROM differences c
           JOIN versions v ON v.document_id = c.document_id AND v.at = c.at
           WHERE c.document_id = ? AND c.before_at = ? AND v.retracted_at IS NULL""",
        (row, key),
    ).fetchone()
    before = connection.execute(
        """SELECT at, text_id FROM versions WHERE document_id = ? AND at < ? AND retracted_at IS NULL
           ORDER BY at DESC LIMIT 1""",
        (row, key),
    ).fetchone()
    if follower is None or before is None:
        return
    at, text, language = follower
    if text == before[1]:
        connection.execute(
            """UPDATE differences SET retracted_at = ?, retracted_en = ?, retracted_fr = ?
               WHERE document_id = ? AND at = ?""",
            (when, reason.en, reason.fr, row, at),
        )
        post(connection, row, at, "retraction", when)
        return
    difference = compare(read_text(archive, before[1]), read_text(archive, text), language=language)
    connection.execute(
        """UPDATE differences SET before_at = ?, kind = ?, words_added = ?, words_removed = ?, sentence_en = ?,
           sentence_fr = ?, difference = ? WHERE document_id = ? AND at = ?""",
        (
            before[0], str(difference.kind), difference.words_added, difference.words_removed, difference.sentence.en,
            difference.sentence.fr, dumped_difference(difference), row, at,
        ),
    )  # fmt: skip
    connection.execute("DELETE FROM change_topics WHERE document_id = ? AND at = ?", (row, at))
    keep_topics(connection, row, at, difference)
