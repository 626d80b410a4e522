"""Owns what the archive's file looks like: every table, column by column, and the migrations that lead there.

The comments below travel inside the file: `select sql from sqlite_master` shows them. Names are the field's. Times that
are counted in millions are whole seconds since 1970 (UTC) in four bytes; beside each stands a column or a view that
gives the same time as ISO 8601 text and takes no room. A released migration is never edited; a new one is added below.
"""

import sqlite3

from sqlite_utils import Database, Migrations

from tosmonitor.errors import ForeignError

#: "tosm" in ASCII, in the file's header (https://sqlite.org/fileformat.html#application_id): says whose file it is.
APPLICATION_ID = 0x746F736D

MIGRATIONS = Migrations("tosmonitor")

#: Tables that can be made again from the others, in the order in which `rebuild` makes them.
DERIVED = ("occurrences", "spells", "block_index", "change_topics")


def _iso(column: str) -> str:
    return f"strftime('%Y-%m-%dT%H:%M:%SZ', {column}, 'unixepoch')"


_FIRST = f"""
CREATE TABLE settings (
    name TEXT PRIMARY KEY,      -- what is set
    value TEXT NOT NULL         -- its value
) WITHOUT ROWID;

CREATE TABLE services (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,   -- "github", the service's id in addresses
    name TEXT NOT NULL,         -- "GitHub"
    homepage TEXT,              -- address of its home page
    position INTEGER            -- place in services.yaml; NULL: no longer declared, its history stays
);

CREATE TABLE service_tags (
    service_id INTEGER NOT NULL REFERENCES services (id),
    position INTEGER NOT NULL,  -- order in the declaration
    tag TEXT NOT NULL,          -- "dsa-vlop"
    PRIMARY KEY (service_id, position)
) WITHOUT ROWID;
CREATE INDEX service_tags_tag ON service_tags (tag);

CREATE TABLE documents (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,   -- "github/privacy-policy", the document's id in addresses
    service_id INTEGER NOT NULL REFERENCES services (id),
    terms_type TEXT NOT NULL,   -- of Open Terms Archive's list
    language TEXT,              -- BCP 47, as declared
    jurisdiction TEXT,          -- ISO 3166 or "EU", as declared
    position INTEGER,           -- place within the service; NULL: no longer declared, its history stays
    declaration TEXT NOT NULL,  -- JSON: the whole declaration, sources and selectors included
    text_count INTEGER NOT NULL DEFAULT 0,    -- distinct texts first read of this document
    text_anchors TEXT NOT NULL DEFAULT '[]'   -- JSON: texts that the next one may be stored against, by radix level
);
CREATE INDEX documents_service ON documents (service_id);

CREATE TABLE sources (
    id INTEGER PRIMARY KEY,
    document_id INTEGER NOT NULL REFERENCES documents (id),
    url TEXT NOT NULL,          -- as declared
    position INTEGER,           -- place within the document; NULL: no longer declared, its snapshots stay
    body_count INTEGER NOT NULL DEFAULT 0,    -- distinct bodies first seen here
    body_anchors TEXT NOT NULL DEFAULT '[]',  -- JSON: bodies that the next one may be stored against, by radix level
    served_base_id INTEGER REFERENCES served (id),  -- headers that the next ones are stored against
    snapshot_at INTEGER,        -- newest snapshot
    body_id INTEGER REFERENCES bodies (id),   -- body that was last read as the document; what follows belongs to it
    final_url TEXT,             -- where it led; the two below are for that address alone
    etag TEXT,                  -- for the next conditional request
    last_modified TEXT,         -- for the next conditional request
    fingerprint TEXT,           -- what was chosen as the text of the page
    rules INTEGER,              -- normalising rules it was read under
    declaration TEXT,           -- digest of the declaration it was read under
    language TEXT,              -- detected
    words INTEGER,              -- of its text
    rendered INTEGER,           -- 1: read in a browser
    UNIQUE (document_id, url)
);

CREATE TABLE bodies (
    id INTEGER PRIMARY KEY,
    digest BLOB NOT NULL,       -- sha256 of the bytes as served
    size INTEGER NOT NULL,      -- bytes as served
    base_id INTEGER REFERENCES bodies (id),   -- body that `content` is a patch of; NULL: it stands alone
    content BLOB NOT NULL,      -- Zstandard frame less its four magic bytes (28 b5 2f fd), see docs/archive.md
    sha256 TEXT GENERATED ALWAYS AS (lower(hex(digest))) VIRTUAL
);
-- Four bytes find a body among millions; the whole digest is then compared. A full index would weigh 40 bytes a body.
CREATE INDEX bodies_digest ON bodies (substr(digest, 1, 4));

CREATE TABLE served (
    id INTEGER PRIMARY KEY,
    status INTEGER NOT NULL,    -- HTTP status
    media_type TEXT NOT NULL,   -- as sniffed, without parameters
    charset TEXT,               -- as the header declared it
    final_url TEXT,             -- where redirects led; NULL: the source's own address
    rendered INTEGER NOT NULL,  -- 1: the serialised document of a browser
    base_id INTEGER REFERENCES served (id),   -- entry that `headers` is a patch of
    headers BLOB                -- JSON list of [name, value] in a Zstandard frame as in bodies; NULL: none were kept
);
CREATE INDEX served_alike ON served (media_type, status) WHERE headers IS NULL;

CREATE TABLE snapshots (
    source_id INTEGER NOT NULL REFERENCES sources (id),
    at INTEGER NOT NULL,        -- first served like this, seconds since 1970; so until the next row
    body_id INTEGER NOT NULL REFERENCES bodies (id),
    served_id INTEGER NOT NULL REFERENCES served (id),
    fetched_at TEXT GENERATED ALWAYS AS ({_iso("at")}) VIRTUAL,
    PRIMARY KEY (source_id, at)
) WITHOUT ROWID;

CREATE TABLE blocks (
    id INTEGER PRIMARY KEY,
    hash INTEGER NOT NULL,      -- CRC-32 of the text's UTF-8 bytes, to find it by
    text TEXT NOT NULL          -- one line of Markdown: a heading, a paragraph, a list item, a table row
);
CREATE INDEX blocks_hash ON blocks (hash);

CREATE VIRTUAL TABLE block_index USING fts5 (
    text, content='blocks', content_rowid='id', tokenize='unicode61 remove_diacritics 2'
);

-- Bytes of words gathered before the index is written, in a transaction as long as an import: sixteen times SQLite's.
INSERT INTO block_index (block_index, rank) VALUES ('hashsize', 16777216);

CREATE VIRTUAL TABLE block_terms USING fts5vocab (block_index, row);

CREATE TABLE texts (
    id INTEGER PRIMARY KEY,
    digest BLOB NOT NULL,       -- sha256 of the text's UTF-8 bytes
    words INTEGER NOT NULL,
    base_id INTEGER REFERENCES texts (id),    -- text that `content` is a patch of; NULL: it stands alone
    content BLOB NOT NULL,      -- ids of its blocks in order, 32-bit little-endian, in a frame as in bodies
    sha256 TEXT GENERATED ALWAYS AS (lower(hex(digest))) VIRTUAL
);
CREATE INDEX texts_digest ON texts (substr(digest, 1, 4));

CREATE TABLE findings (
    id INTEGER PRIMARY KEY,
    outcome TEXT NOT NULL,      -- first, unchanged, change, unconfirmed, blocked, failed, ...
    kind TEXT,                  -- of an obstacle or a failure
    reason_en TEXT NOT NULL,    -- why, in words
    reason_fr TEXT NOT NULL,
    UNIQUE (outcome, kind, reason_en, reason_fr)
);

CREATE TABLE checks (
    document_id INTEGER NOT NULL REFERENCES documents (id),
    at INTEGER NOT NULL,        -- seconds since 1970
    finding_id INTEGER NOT NULL REFERENCES findings (id),
    text_id INTEGER REFERENCES texts (id),    -- what was read, if anything
    retry_at INTEGER,           -- not before, seconds since 1970
    version_at INTEGER,         -- the version that this check led to, seconds since 1970
    checked_at TEXT GENERATED ALWAYS AS ({_iso("at")}) VIRTUAL,
    PRIMARY KEY (document_id, at)
) WITHOUT ROWID;

CREATE TABLE versions (
    document_id INTEGER NOT NULL REFERENCES documents (id),
    at INTEGER NOT NULL,        -- when its text was first seen, seconds since 1970
    text_id INTEGER NOT NULL REFERENCES texts (id),
    cause TEXT NOT NULL,        -- first, change, rules
    rules INTEGER NOT NULL,     -- normalising rules it was read under
    language TEXT,              -- detected, else declared
    retracted_at INTEGER,       -- found to be an artefact of ours, seconds since 1970
    retracted_en TEXT,          -- why
    retracted_fr TEXT,
    fetched_at TEXT GENERATED ALWAYS AS ({_iso("at")}) VIRTUAL,
    PRIMARY KEY (document_id, at)
) WITHOUT ROWID;
CREATE INDEX versions_text ON versions (text_id);

CREATE TABLE version_bodies (
    document_id INTEGER NOT NULL,
    at INTEGER NOT NULL,        -- of the version
    position INTEGER NOT NULL,  -- order of the sources
    body_id INTEGER NOT NULL REFERENCES bodies (id),
    PRIMARY KEY (document_id, at, position),
    FOREIGN KEY (document_id, at) REFERENCES versions (document_id, at)
) WITHOUT ROWID;

CREATE TABLE occurrences (
    block_id INTEGER NOT NULL REFERENCES blocks (id),
    document_id INTEGER NOT NULL REFERENCES documents (id),
    first_at INTEGER NOT NULL,  -- first version that had the block
    since INTEGER,              -- version that brought it back for its newest spell; NULL: it has had one spell
    until INTEGER,              -- first version without it again; NULL: in force
    PRIMARY KEY (block_id, document_id)
) WITHOUT ROWID;
CREATE INDEX occurrences_in_force ON occurrences (document_id, block_id, first_at, since) WHERE until IS NULL;

CREATE TABLE spells (
    document_id INTEGER NOT NULL REFERENCES documents (id),
    block_id INTEGER NOT NULL REFERENCES blocks (id),
    since INTEGER NOT NULL,     -- an earlier spell of a block that came back
    until INTEGER NOT NULL,     -- first version without it
    PRIMARY KEY (document_id, block_id, since)
) WITHOUT ROWID;

CREATE TABLE differences (
    document_id INTEGER NOT NULL REFERENCES documents (id),
    at INTEGER NOT NULL,        -- of the version that it led to
    before_at INTEGER NOT NULL, -- of the version that it left
    recorded_at INTEGER NOT NULL,   -- the check that recorded it, seconds since 1970
    announced INTEGER NOT NULL, -- 1: in the feeds, since recorded_at
    kind TEXT NOT NULL,         -- wording, links, layout
    words_added INTEGER NOT NULL,
    words_removed INTEGER NOT NULL,
    sentence_en TEXT NOT NULL,  -- what happened, in one sentence
    sentence_fr TEXT NOT NULL,
    sections TEXT NOT NULL,     -- JSON: headings edited, added and removed
    stated_dates TEXT NOT NULL, -- JSON: dates that the text states about itself, before and after
    returns_to INTEGER,         -- the earlier version whose wording is back
    retracted_at INTEGER,       -- found to be an artefact of ours, seconds since 1970
    retracted_en TEXT,          -- why
    retracted_fr TEXT,
    difference BLOB NOT NULL,   -- JSON of the whole difference in a Zstandard frame as in bodies
    PRIMARY KEY (document_id, at),
    FOREIGN KEY (document_id, at) REFERENCES versions (document_id, at)
);
CREATE INDEX differences_recorded ON differences (recorded_at);
CREATE INDEX differences_announced ON differences (recorded_at) WHERE announced = 1;
CREATE INDEX differences_of ON differences (document_id, recorded_at) WHERE announced = 1;
CREATE INDEX differences_retracted ON differences (recorded_at) WHERE retracted_at IS NOT NULL;

CREATE TABLE change_topics (
    topic TEXT NOT NULL,        -- a matter that the change touches
    document_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    words TEXT NOT NULL,        -- JSON: the words that say so
    PRIMARY KEY (topic, document_id, at),
    FOREIGN KEY (document_id, at) REFERENCES differences (document_id, at)
) WITHOUT ROWID;

CREATE TABLE withheld (
    digest BLOB PRIMARY KEY,    -- sha256 of a text or a body that is not shown any more
    at INTEGER NOT NULL,        -- since when, seconds since 1970
    reason_en TEXT NOT NULL,
    reason_fr TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    document_id INTEGER NOT NULL,
    at INTEGER NOT NULL,        -- of the version
    event TEXT NOT NULL,        -- first, change, retraction, withdrawal
    created_at INTEGER NOT NULL -- seconds since 1970
);

CREATE TABLE listeners (
    name TEXT PRIMARY KEY,      -- as in the settings
    after_id INTEGER NOT NULL   -- entries of the outbox up to here are none of its business
) WITHOUT ROWID;

CREATE TABLE deliveries (
    listener TEXT NOT NULL REFERENCES listeners (name),
    outbox_id INTEGER NOT NULL REFERENCES outbox (id),
    delivered_at INTEGER NOT NULL,
    PRIMARY KEY (listener, outbox_id)
) WITHOUT ROWID;

CREATE VIEW latest AS       -- the version in force of every document
    SELECT d.key AS document, s.name AS service, d.terms_type, v.fetched_at, t.sha256, t.words, v.language
    FROM documents d JOIN services s ON s.id = d.service_id
    JOIN versions v ON v.document_id = d.id
        AND v.at = (SELECT max(at) FROM versions WHERE document_id = d.id AND retracted_at IS NULL)
    JOIN texts t ON t.id = v.text_id;

CREATE VIEW changes AS      -- every change, newest first, in words
    SELECT d.key AS document, s.name AS service, d.terms_type, {_iso("c.at")} AS fetched_at,
        {_iso("c.before_at")} AS before, c.kind, c.announced, c.words_added, c.words_removed, c.sentence_en,
        c.sentence_fr, {_iso("c.retracted_at")} AS retracted
    FROM differences c JOIN documents d ON d.id = c.document_id JOIN services s ON s.id = d.service_id
    ORDER BY c.recorded_at DESC;

CREATE VIEW attempts AS     -- every check in words
    SELECT d.key AS document, c.checked_at, f.outcome, f.kind, f.reason_en, f.reason_fr, {_iso("c.retry_at")} AS retry
    FROM checks c JOIN documents d ON d.id = c.document_id JOIN findings f ON f.id = c.finding_id;
"""


@MIGRATIONS(name="0001-first-layout")
def _first_layout(db: Database) -> None:
    for statement in _statements(_FIRST):
        db.execute(statement)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the file to the layout of this release, each step in a transaction of its own."""
    MIGRATIONS.apply(Database(connection))
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def pending(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Return the steps that the file still needs; raise ForeignError when it is not ours or from a newer release."""
    (found,) = connection.execute("PRAGMA application_id").fetchone()
    db = Database(connection)
    known = [step.name for step in MIGRATIONS.pending(db)]
    applied = [step.name for step in MIGRATIONS.applied(db)]
    if found != APPLICATION_ID and not applied:
        raise ForeignError("it is an SQLite database, but not an archive of tosmonitor; name another file")
    newer = set(applied) - {step.name for step in MIGRATIONS._migrations}
    if newer:
        raise ForeignError(
            f"it was written by a newer release of tosmonitor (layout {max(newer)}); install that release to open it"
        )
    return tuple(known)


def _statements(script: str) -> list[str]:
    """Split a script into statements: none of ours holds a semicolon at the end of a line but at its end."""
    statements, current = [], ""
    for line in script.splitlines(keepends=True):
        current += line
        if sqlite3.complete_statement(current):
            statements.append(current.strip())
            current = ""
    return statements
