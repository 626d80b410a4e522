"""The headers that we send: who asks, what is read, in which language, and what is known already."""

import httpx

from tosmonitor import __version__
from tosmonitor.model import LastSeen, Manners

_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,application/pdf;q=0.9,*/*;q=0.8"


def page_headers(manners: Manners, language: str | None) -> dict[str, str]:
    """Return the headers of every request for a page."""
    return {"User-Agent": user_agent(manners), "Accept": _ACCEPT, "Accept-Language": accept_language(language)}


def user_agent(manners: Manners) -> str:
    """Return who we say we are: name, version and where to reach the operator."""
    contact = "".join(c for c in manners.contact if c.isascii() and c.isprintable())
    return f"tosmonitor/{__version__}" + (f" (+{contact})" if contact else "")


def accept_language(language: str | None) -> str:
    """Return the Accept-Language header for a document's language; any language where none is declared."""
    if not language:
        return "*"
    plain = language.partition("-")[0]
    return f"{language},{plain};q=0.9,*;q=0.1" if plain != language else f"{language},*;q=0.1"


def validators(last: LastSeen, url: httpx.URL, *, first: bool) -> dict[str, str]:
    """Return the headers that ask "only if it changed"; validators mean nothing at another address than their own.

    Where that address is not known, an ETag is sent to the first one: it cannot match by chance, a date can.
    """
    if last.rendered or (last.final_url is None and not first):
        return {}
    if last.final_url is not None and last.final_url != str(url):
        return {}
    found = {"If-None-Match": last.etag} if last.etag else {}
    if last.last_modified and last.final_url is not None:
        found["If-Modified-Since"] = last.last_modified
    return {name: value for name, value in found.items() if value.isascii() and value.isprintable()}
