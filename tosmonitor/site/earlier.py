"""What an earlier export wrote into the same folder, as far as it still holds: copied rather than made again.

    note of before, note of now ─► which changes and texts read the same ─► their parts, cut out of the files of before

A feed, or a page that lists changes, is put together from its entries of before and those of new changes; the page of
a version that was succeeded keeps its text. Nothing is taken from a file that was lost, or that an interrupted export
touched; what is not found in its place is made again.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from markupsafe import Markup

from tosmonitor import feeds, urls

#: Parts the token of the page of a version: before it, what never changes of the page; after it, what succeeded it.
HALVES = "."
#: An entry of a list as templates/parts.html writes it: it begins with a link to its change, and ends where no text,
#: being escaped, can.
_ENTRY = re.compile(r'<li>\n<h\d><a href="([^"]+)">.*?\n</ul>\n</li>(?=\n)', re.DOTALL)
#: The page of a version in templates/version.html, below the line that says what succeeded it.
_BELOW = re.compile(r'<p class="sentence">[^\n]*\n[^\n]*\n(.*)\n</div>\n</main>\n', re.DOTALL)


class Earlier:
    """The files of an earlier export; `before` and `after` are the tokens of all addresses, then and now.

    `read` gives the bytes at an address, and is asked for what has a token in `before` only.
    """

    def __init__(self, before: Mapping[str, str], after: Mapping[str, str], read: Callable[[str], bytes]) -> None:
        self._before, self._after, self._read = before, after, read
        self._feed: tuple[str, Mapping[str, tuple[datetime, bytes]]] = ("", {})
        self._stands: dict[tuple[str, datetime], bool] = {}

    def stands(self, document_id: str, at: datetime) -> bool:
        """Say whether the page of a change is what it was: its token is made of all that its entries are made of."""
        key = (document_id, at)
        known = self._stands.get(key)
        if known is None:
            page = urls.change(urls.LANGUAGES[0], document_id, at)
            known = self._stands[key] = bool(self._before.get(page)) and self._before.get(page) == self._after.get(page)
        return known

    def feed(self, path: str) -> Mapping[str, tuple[datetime, bytes]]:
        """Return the entries of a feed document by id, as `feeds.parted` gives them."""
        if self._feed[0] != path:
            self._feed = (path, self._parted(path))
        return self._feed[1]

    def _parted(self, path: str) -> Mapping[str, tuple[datetime, bytes]]:
        try:
            return feeds.parted(self._read(path), path.rpartition(".")[2]) if self._before.get(path) else {}
        except ValueError:  # somebody cut it off or wrote into it; what it held is made again
            return {}

    def entries(self, path: str) -> Mapping[str, Markup]:
        """Return the entries of a page that lists changes, by the link that each begins with."""
        return {found[1]: Markup(found[0]) for found in _ENTRY.finditer(self._page(path))}

    def items(self, path: str) -> Mapping[tuple[str, str], dict[str, Any]]:
        """Return the items of a list of changes in JSON, by document and time as they stand in it."""
        try:
            return {(item["document"], item["at"]): item for item in json.loads(self._page(path) or "[]")}
        except (ValueError, TypeError, KeyError):
            return {}

    def facts(self, path: str) -> Markup | None:
        """Return the facts and the text on the page of a version; None when they may be others now."""
        before, after = (held.get(path, "").partition(HALVES)[0] for held in (self._before, self._after))
        found = _BELOW.search(self._page(path)) if before and before == after else None
        return None if found is None else Markup(found[1])

    def _page(self, path: str) -> str:
        try:
            return self._read(path).decode() if self._before.get(path) else ""
        except UnicodeDecodeError:
            return ""
