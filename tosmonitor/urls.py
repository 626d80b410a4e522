"""Public addresses: the only module that makes them, and the list of what the site holds.

Pages are GET, end in "/", take no query string and begin with the reader's language; data that has no language
(API, static files) does not. All paths are absolute within the site; `relative` turns them into links that work
under any prefix. Service ids may not be one of `RESERVED`.
"""

import re
from datetime import UTC, datetime
from urllib.parse import quote

LANGUAGES = ("en", "fr")

#: First segments under a language that belong to the site itself; declarations refuse them as service ids.
RESERVED = frozenset(
    {"about", "calendar", "changes", "compare", "coverage", "feeds", "method", "phrase", "references", "search",
     "services", "static", "status", "tags", "topics", "types", "api"}
)  # fmt: skip

_STAMP = re.compile(r"\d{14}")


def stamp(at: datetime) -> str:
    """Return the 14-digit UTC stamp of web archives, `20260428003851`."""
    return at.astimezone(UTC).strftime("%Y%m%d%H%M%S")


def parse_stamp(text: str) -> datetime:
    """Return the time of a 14-digit stamp; raise ValueError for anything else."""
    if not _STAMP.fullmatch(text):
        raise ValueError(f"not a 14-digit time stamp: {text!r}")
    return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)


def home(language: str) -> str:
    """Return the page of the latest changes."""
    return f"/{language}/"


def page(language: str, name: str, *parts: str) -> str:
    """Return a page of the site's own (`name` in RESERVED), such as /en/services/ or /en/tags/dsa-vlop/."""
    return "/" + "/".join(quote(p, safe="") for p in (language, name, *parts)) + "/"


def service(language: str, service_id: str) -> str:
    """Return the page of a service."""
    return f"/{language}/{service_id}/"


def document(language: str, document_id: str) -> str:
    """Return the page of a document: its current text and its history."""
    return f"/{language}/{document_id}/"


def version(language: str, document_id: str, at: datetime) -> str:
    """Return the page of one version, for ever."""
    return f"/{language}/{document_id}/{stamp(at)}/"


def change(language: str, document_id: str, at: datetime) -> str:
    """Return the page of the change that made the version of `at`, for ever."""
    return f"/{language}/{document_id}/{stamp(at)}/change/"


#: Ways to look at a change besides its own page, and what can be taken away of it.
CHANGE_VIEWS = ("whole", "side-by-side")
CHANGE_FILES = ("redline.html", "unified.patch", "difference.json")


def change_view(language: str, document_id: str, at: datetime, view: str) -> str:
    """Return another way to look at a change: one of CHANGE_VIEWS."""
    return f"{change(language, document_id, at)}{view}/"


def change_file(language: str, document_id: str, at: datetime, name: str) -> str:
    """Return a file made from a change: one of CHANGE_FILES."""
    return f"{change(language, document_id, at)}{name}"


def version_text(language: str, document_id: str, at: datetime) -> str:
    """Return the text of a version as it is kept: Markdown."""
    return f"{version(language, document_id, at)}text.md"


def feed(language: str, name: str, form: str, *, archive: str | None = None) -> str:
    """Return a feed's address.

    `name` is all, health, corrections, firsts, service/ID, document/ID, tag/T, type/T, topic/T, jurisdiction/J,
    language/L or phrase/P (quoted by the caller's `slug`); `form` is atom, rss or json; `archive` a month "2026-10".
    """
    tail = f"/{archive}" if archive else ""
    return f"/{language}/feeds/{name}{tail}.{form}"


def api(*parts: str) -> str:
    """Return an address of the API."""
    return "/api/v1" + "".join(f"/{quote(p, safe='')}" for p in parts)


def static(name: str) -> str:
    """Return the address of a file that the site ships."""
    return f"/static/{name}"


def index(name: str) -> str:
    """Return the address of a file of the search index that an export holds: documents, words/PART or texts/ID."""
    return f"/index/{name}.js"


def relative(target: str, page_path: str) -> str:
    """Return `target` as a relative link from the page at `page_path`; both are absolute within the site."""
    target, hash_, fragment = target.partition("#")
    if target == page_path and hash_:
        return f"#{fragment}"
    # os.path.relpath would do, but asks for the current folder, and takes ten times as long; a page has hundreds.
    folders, way = page_path.split("/")[1:-1], target.split("/")[1:]
    shared = 0
    for one, two in zip(folders, way[:-1], strict=False):
        if one != two:
            break
        shared += 1
    link = "../" * (len(folders) - shared) + "/".join(way[shared:])
    return f"{link or './'}{hash_}{fragment}"
