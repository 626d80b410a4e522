"""Where a page sends its reader by itself: `<meta http-equiv="refresh">` and the Refresh header.

Browsers follow both like redirects.
"""

import re
from html.parser import HTMLParser

#: A page that waits longer than this before it moves on wants to be read first.
_AT_ONCE = 5.0  # seconds

_HEAD = 16_384  # bytes in which the element is looked for
_CONTENT = re.compile(r"\s*(\d*)(?:\.[\d.]*)?\s*[;,\s]\s*(?:url\s*=\s*)?(.*)", re.IGNORECASE | re.DOTALL)
_INERT = frozenset({"noscript", "template", "script", "style", "textarea", "title"})


def target(body: bytes) -> str | None:
    """Return the address, as written, that an HTML page moves on to within five seconds, or None.

    What stands in a comment, a script or a `<noscript>` (a browser runs scripts) does not count, nor does a page that
    only loads itself anew.
    """
    head = body[:_HEAD]
    lower = head.lower()
    if b"http-equiv" not in lower or b"refresh" not in lower:
        return None
    reader = _Reader()
    reader.feed(head.decode("utf-8", "replace"))
    return reader.found


def address(content: str) -> str | None:
    """Return where "0; url=/new" leads, as a meta element or a Refresh header has it, if it leads there soon."""
    match = _CONTENT.fullmatch(content)
    if match is None or float(match[1] or 0) > _AT_ONCE:
        return None
    return match[2].strip().strip("\"'").strip() or None


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: str | None = None
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _INERT:
            self._inside.append(tag)
        if tag != "meta" or self._inside or self.found is not None:
            return
        given = dict(attrs)
        if (given.get("http-equiv") or "").strip().lower() != "refresh":
            return
        self.found = address(given.get("content") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._inside:
            del self._inside[self._inside.index(tag) :]
