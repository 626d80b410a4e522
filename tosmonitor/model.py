"""The vocabulary as types: what crosses the borders between modules, and nothing else.

Everything here is frozen, slotted and picklable. Times are aware UTC `datetime`s with second precision where
they are keys; durations are `timedelta`s. No function here reads the clock, the disk or the network.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache

# --------------------------------------------------------------------------------------------- declared

#: The terms types of Open Terms Archive's list, version 2.2.0, in its order.
TERMS_TYPES: tuple[str, ...] = (
    "Terms of Service", "Privacy Policy", "Imprint", "Trackers Policy", "Developer Terms", "Community Guidelines",
    "Deceased Users", "Acceptable Use Policy", "Restricted Use Policy", "Commercial Terms", "Copyright Claims Policy",
    "Law Enforcement Guidelines", "Human Rights Policy", "In-App Purchases Policy", "Review Guidelines",
    "Brand Guidelines", "Quality Guidelines", "Data Controller Agreement", "Data Processor Agreement",
    "User Consent Policy", "Closed Captioning Policy", "Seller Warranty", "Single Sign-On Policy",
    "Vulnerability Disclosure Policy", "Live Policy", "Complaints Policy", "Conditions of Carriage",
    "General Conditions of Sale", "Marketplace Buyers Conditions", "Marketplace Sellers Conditions",
    "Ranking Parameters Description", "Premium Partner Conditions", "Platform to Business Notice",
    "Business Mediation Policy", "Business Privacy Policy", "Editorial Policy", "Anti-corruption Policy",
    "Accessibility Statement", "Hyperlinks Policy", "Whistleblower Policy", "Affiliate Agreement",
    "Service Level Agreement", "Content Monetisation Policy", "Advertising Content Policy",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sentence:
    """One thing said in words, in each language of the site."""

    en: str
    fr: str

    def said(self, language: str) -> str:
        """Return the sentence in `language` ("en" or "fr"; anything else reads English)."""
        return self.fr if language == "fr" else self.en


@dataclass(frozen=True, slots=True)
class Range:
    """A selection between two elements, as Open Terms Archive's range selectors; each bound is a CSS selector."""

    start: str
    end: str
    start_included: bool = True  # startBefore (True) or startAfter (False)
    end_included: bool = False  # endAfter (True) or endBefore (False)


@dataclass(frozen=True, slots=True)
class Filter:
    """One declarative operator on a page; `name` is from the fixed set of `normalise.filters`."""

    name: str
    arguments: tuple[tuple[str, str], ...] = ()


class Render(StrEnum):
    """When a source is read in a browser."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Source:
    """One web page that carries all or part of a document."""

    url: str
    select: tuple[str | Range, ...] = ()
    remove: tuple[str | Range, ...] = ()
    filters: tuple[Filter, ...] = ()
    render: Render = Render.AUTO


@dataclass(frozen=True, slots=True)
class Document:
    """One set of terms of one service."""

    service_id: str
    terms_type: str
    sources: tuple[Source, ...]
    language: str | None = None  # BCP 47, as declared
    jurisdiction: str | None = None  # ISO 3166, or "EU"
    every: timedelta = timedelta(hours=12)
    confirm: timedelta = timedelta(minutes=15)
    robots_ignored: str | None = None  # the operator's public reason; None: robots.txt is obeyed

    @property
    def id(self) -> str:
        """Return the natural key, `"github/privacy-policy"`."""
        return f"{self.service_id}/{slug(self.terms_type)}"


@dataclass(frozen=True, slots=True)
class Service:
    """A named provider and the documents that are watched."""

    id: str
    name: str
    documents: tuple[Document, ...]
    tags: tuple[str, ...] = ()
    homepage: str | None = None


def source_digest(source: Source) -> str:
    """Return the digest of how a source is declared to be read; it changes when the same bytes may read otherwise."""
    return hashlib.sha256(repr((source.select, source.remove, source.filters)).encode()).hexdigest()[:16]


@lru_cache(maxsize=4_096)
def slug(text: str) -> str:
    """Return `text` in lower case, each run of anything but ASCII letters and digits made one hyphen."""
    out = "".join(c if c.isascii() and c.isalnum() else "-" for c in text.lower())
    return "-".join(part for part in out.split("-") if part)


# --------------------------------------------------------------------------------------------- in flight


class FailureKind(StrEnum):
    """Why a source could not be read at all. The set is closed; the words say the rest."""

    DNS = "dns"
    REFUSED = "refused"
    RESET = "reset"
    TLS = "tls"
    TIMEOUT = "timeout"
    PROTOCOL = "protocol"
    ENCODING = "encoding"
    TOO_LARGE = "too-large"
    REDIRECT_LOOP = "redirect-loop"
    REDIRECT = "redirect"
    ROBOTS = "robots"
    GUARD = "guard"
    RATE_LIMITED = "rate-limited"
    GONE = "gone"
    HTTP_4XX = "http-4xx"
    HTTP_5XX = "http-5xx"
    CIRCUIT = "circuit"
    BROWSER = "browser"
    MEDIA = "media"
    EMPTY = "empty"
    SELECTOR = "selector"
    UNREADABLE = "unreadable"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Failure:
    """A source that could not be read: a value, never an exception that stops a run."""

    kind: FailureKind
    reason: Sentence
    status: int | None = None
    retry_after: timedelta | None = None  # what the host asked for
    url: str | None = None
    page: "Response | None" = None  # what was served with an error status, for assess: bot walls answer 403 or 503


class ObstacleKind(StrEnum):
    """What a page is when it is not the document."""

    CHALLENGE = "challenge"
    CONSENT = "consent"
    LOGIN = "login"
    NOT_FOUND = "not-found"
    ERROR = "error"
    SHELL = "empty-shell"
    MOVED = "moved"
    LANGUAGE = "wrong-language"
    REGION = "wrong-region"
    TRUNCATED = "truncated"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A page that was served in place of the document (a bot wall, a sign-in page, an error page, ...)."""

    kind: ObstacleKind
    reason: Sentence
    vendor: str | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """What a server, or a browser, gave for one source; `body` is as served (decoded from its transfer only)."""

    url: str
    final_url: str
    status: int
    media_type: str  # as sniffed, without parameters
    charset: str | None  # as declared by the header
    headers: tuple[tuple[str, str], ...]
    body: bytes
    redirects: tuple[str, ...] = ()
    rendered: bool = False  # read in a browser: body is the serialised document
    not_modified: bool = False  # 304: body is empty, the last one stands
    vantage: str | None = None  # the second place that it was asked for from


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What was chosen as the text of a page last time; informs the choice next time. Opaque, small, versioned."""

    data: str


@dataclass(frozen=True, slots=True)
class Normalised:
    """The legal text of one page."""

    text: str  # canonical Markdown, ends in one line feed, never empty
    language: str | None  # detected, ISO 639-1
    fingerprint: Fingerprint | None
    title: str | None = None
    charset: str | None = None  # what the bytes were decoded with


@dataclass(frozen=True, slots=True)
class LastSeen:
    """What the archive remembers of a source; travels with the plan so that workers need no archive."""

    digest: str  # sha256 of the body, hex
    etag: str | None = None
    last_modified: str | None = None
    fingerprint: Fingerprint | None = None
    rules: int = 0
    declaration: str = ""  # digest of the Source it was read under
    language: str | None = None
    words: int = 0
    rendered: bool = False
    final_url: str | None = None  # where the validators come from: they are sent to no other address


@dataclass(frozen=True, slots=True)
class Reading:
    """What one look at one source gave: a page (read or not), an obstacle, or a failure."""

    source: Source
    at: datetime
    response: Response | None = None
    normalised: Normalised | None = None
    obstacle: Obstacle | None = None
    failure: Failure | None = None

    @property
    def unchanged(self) -> bool:
        """Say whether the source is known to be as last seen without having been read again."""
        return self.failure is None and self.obstacle is None and self.normalised is None and self.response is not None


@dataclass(frozen=True, slots=True)
class Observation:
    """One check of one document, as it leaves a worker: one reading a source, in declared order."""

    document: Document
    at: datetime  # when the first request was sent; the key of what it finds
    readings: tuple[Reading, ...]
    rules: int


class Outcome(StrEnum):
    """What a check came to. `blocked` and `failed` carry their kind beside it."""

    FIRST = "first"
    UNCHANGED = "unchanged"
    CHANGE = "change"
    UNCONFIRMED = "unconfirmed"
    ALTERNATING = "alternating"
    SUSPICIOUS = "suspicious"
    BLOCKED = "blocked"
    FAILED = "failed"
    RULES = "rules"


class Cause(StrEnum):
    """Why a version exists."""

    FIRST = "first"
    CHANGE = "change"
    RULES = "rules"  # the same page read under new rules: never announced as a change


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is made of an observation, and why, in words."""

    outcome: Outcome
    reason: Sentence
    kind: str | None = None  # an ObstacleKind or FailureKind, of blocked and failed
    text: str | None = None  # what was read, also when it makes no version; None when nothing was
    version_at: datetime | None = None  # set when a version is to be recorded: when its text was first seen
    announced: bool = False  # whether the change enters the feeds
    look_again: timedelta | None = None  # look again after this, not after the usual pause
    returns_to: datetime | None = None  # the earlier version whose wording is back
    difference: "Difference | None" = None  # from the version in force to `text`, where it was worked out to judge


# --------------------------------------------------------------------------------------------- kept


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The bytes as served, never edited; the body itself is fetched from the archive by its digest."""

    document_id: str
    url: str
    fetched_at: datetime
    status: int
    media_type: str
    charset: str | None
    headers: tuple[tuple[str, str], ...]
    digest: str  # sha256 of the body, hex
    size: int  # bytes
    final_url: str
    rendered: bool = False


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Why something kept is not shown, or not stood by, any more."""

    at: datetime
    reason: Sentence


@dataclass(frozen=True, slots=True)
class Version:
    """One normalised text of a document that differs from the one before it. Key: (document_id, fetched_at)."""

    document_id: str
    fetched_at: datetime
    digest: str  # sha256 of the text's UTF-8 bytes, hex
    words: int
    cause: Cause
    rules: int
    language: str | None = None
    snapshots: tuple[str, ...] = ()  # digests of the bodies it was read from, in declared order
    withheld: Withdrawal | None = None  # the text was taken down; hash and reason stay
    retracted: Withdrawal | None = None  # found to be an artefact of ours


@dataclass(frozen=True, slots=True)
class Check:
    """One attempt, also a quiet or a failed one."""

    document_id: str
    checked_at: datetime
    outcome: Outcome
    kind: str | None
    reason: Sentence
    digest: str | None = None  # of the text that was read, if any
    retry_at: datetime | None = None  # not before; what the host asked for, or the second look
    version_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """What the archive knows of a document, for the judge. `texts` loads a text by digest, lazily.

    `versions` and `checks` are oldest first; `checks` reaches back over the window that the judge considers.
    """

    versions: tuple[Version, ...] = ()
    checks: tuple[Check, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def version(self) -> Version | None:
        """Return the version in force, the newest that was not retracted."""
        return next((v for v in reversed(self.versions) if v.retracted is None), None)


class Kind(StrEnum):
    """What kind of difference lies between two versions."""

    WORDING = "wording"
    LINKS = "links"
    LAYOUT = "layout"


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch inside an edit: `op` is equal, insert, delete, replace or cosmetic."""

    op: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit between two texts: exact slices of both, with their spans in code points.

    `op` is insert, delete, replace or move (a move is given once, at its new place, and may hold segments).
    What lies between edits is equal and not repeated here.
    """

    op: str
    old: str | None
    new: str | None
    old_span: tuple[int, int] | None
    new_span: tuple[int, int] | None
    path: tuple[str, ...] = ()  # the headings above, of the new text; of the old text for a deletion
    old_path: tuple[str, ...] = ()
    track: Kind = Kind.WORDING
    rewritten: bool = False  # so much changed that it reads better as two clean blocks
    segments: tuple[Segment, ...] = ()

    @property
    def cosmetic(self) -> bool:
        """Say whether the edit changes no word."""
        return self.track is not Kind.WORDING


@dataclass(frozen=True, slots=True)
class TopicHit:
    """A matter that a change touches, with the words that say so."""

    topic: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StatedDate:
    """A date that a text states about itself: `role` is updated, effective or published."""

    role: str
    day: str  # ISO 8601 date
    words: str  # as written


@dataclass(frozen=True, slots=True)
class Difference:
    """What lies between two versions; everything that pages and feeds say of a change is read from here."""

    kind: Kind
    reason: Sentence  # why this kind
    edits: tuple[Edit, ...]  # reading order of the new text; a deletion where it stood
    complete: bool = True  # False: a bound was hit, some edits are block by block
    words_added: int = 0
    words_removed: int = 0
    sections_edited: tuple[str, ...] = ()
    sections_added: tuple[str, ...] = ()
    sections_removed: tuple[str, ...] = ()
    moves: int = 0
    cosmetic_edits: int = 0
    topics: tuple[TopicHit, ...] = ()
    dates_before: tuple[StatedDate, ...] = ()
    dates_after: tuple[StatedDate, ...] = ()
    sentence: Sentence = Sentence("", "")


@dataclass(frozen=True, slots=True)
class Change:
    """Two neighbouring versions and what lies between them. Key: (document_id, after.fetched_at)."""

    document_id: str
    before: Version
    after: Version
    difference: Difference
    announced_at: datetime | None = None  # None: kept, not announced
    returns_to: datetime | None = None
    retracted: Withdrawal | None = None


# --------------------------------------------------------------------------------------------- settings


@dataclass(frozen=True, slots=True)
class Vantage:
    """A second place to ask from, for pages that are refused here."""

    proxy: str = field(repr=False)  # http://[user:password@]host:port
    name: str = "the second vantage"  # as readers are told: "Frankfurt"
    spared: tuple[str, ...] = ()  # ids of services that are never asked from there


@dataclass(frozen=True, slots=True)
class Manners:
    """How requests are made: who we say we are, how fast, how much, and where we may go."""

    contact: str = ""  # a URL or mail address of the operator, told in the User-Agent
    pause: timedelta = timedelta(seconds=2)  # between two requests to one host, before jitter
    connect_timeout: timedelta = timedelta(seconds=10)
    read_timeout: timedelta = timedelta(seconds=20)
    total_timeout: timedelta = timedelta(seconds=60)
    max_bytes: int = 25_000_000
    max_redirects: int = 10
    allowed_hosts: tuple[str, ...] = ()  # "host" or "host:port" exempt from the guard: loopback for demo and tests
    robots: bool = True
    browser: str | None = None  # path of a Chromium, or ws:// / http:// of a running one; None: look for one
    browser_allowed: bool = True
    vantage: Vantage | None = None
