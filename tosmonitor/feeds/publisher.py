"""Who publishes the feeds: where its pages are, and the identities that it gives."""

import re
from dataclasses import dataclass
from functools import cache
from urllib.parse import quote, urlsplit

from tosmonitor.feeds.text import clean, uri

#: The year in a tag: URI says when its authority was owned (RFC 4151); it never changes afterwards.
YEAR = 2026

_DOMAIN = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes the feeds, and where.

    `base_url` is absolute, without a trailing slash. `authority` owns the identities: a site that moves keeps its
    old one, or every reader shows every entry again; by default it is the host of `base_url`.
    """

    base_url: str
    name: str = "tosmonitor"
    authority: str = ""
    hub: str | None = None  # a WebSub hub, announced only when there is one
    licence: str | None = None  # the address of the licence of the feeds

    def url(self, path: str) -> str:
        """Return the absolute address of a path of the site."""
        return self.base_url.rstrip("/") + quote(clean(path), safe="/%:@!$&'()*+,;=~-._#?")

    def tag(self, *parts: str) -> str:
        """Return an identity, a tag: URI (RFC 4151); an authority that is no domain name counts as localhost."""
        return f"tag:{_owner(self.authority, self.base_url)},{YEAR}:" + ":".join(
            quote(clean(part), safe="/-._~") for part in parts
        )


@cache
def _owner(authority: str, base_url: str) -> str:
    owner = urlsplit(uri(f"//{authority}" if authority else base_url)).hostname or ""
    return owner if _DOMAIN.fullmatch(owner) else "localhost"
