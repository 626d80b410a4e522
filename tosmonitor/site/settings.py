"""What an operator may set about the site; everything has a default."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """How the site presents itself.

    `authority` owns the identities in the feeds (default: the host of the base URL); `phrases` are those that have a
    feed and a timeline of their own; `index_links` makes every link end in a file name, for an export that is read from
    disk without a server.
    """

    name: str = "tosmonitor"
    contact: str = ""  # a URL or mail address of the operator
    authority: str = ""
    hub: str | None = None  # a WebSub hub
    licence: str | None = None  # the address of the licence of the feeds
    phrases: tuple[str, ...] = ()
    source_code: str = ""  # where the program's source code is offered, if anywhere
    index_links: bool = False
    list_length: int = 40  # changes on the first page and on each list
