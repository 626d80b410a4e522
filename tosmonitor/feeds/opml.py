"""Lists of feeds that a reader can import (OPML 2.0)."""

import re
from collections.abc import Sequence
from xml.etree import ElementTree

from tosmonitor import urls
from tosmonitor.feeds.names import GROUPS, Feed
from tosmonitor.feeds.publisher import Publisher
from tosmonitor.feeds.text import line

MEDIA_TYPE = "text/x-opml; charset=utf-8"
_AMPERSAND = re.compile(r"\s*&\s*")


def opml(feeds: Sequence[Feed], publisher: Publisher, language: str, *, group: str | None = None) -> bytes:
    """Return the OPML of `feeds`, in one folder a group; with `group`, of that group alone.

    The outlines carry no `version` (the W3C validator refuses "ATOM" there), the folders no `title` (it wants a type
    beside it). It reads their names as HTML and most readers as text, so ampersands stand alone, which suits both.
    """
    root = ElementTree.Element("opml", version="2.0")
    head = ElementTree.SubElement(root, "head")
    ElementTree.SubElement(head, "title").text = _named(publisher.name)
    body = ElementTree.SubElement(root, "body")
    for key, name in GROUPS:
        members = [feed for feed in feeds if feed.group == key and group in (None, key)]
        if not members:
            continue
        title = name.said(language)
        folder = ElementTree.SubElement(body, "outline", text=title)
        for feed in members:
            label = _named(feed.title.said(language))
            ElementTree.SubElement(
                folder, "outline", type="rss", text=label, title=label,
                xmlUrl=publisher.url(urls.feed(language, feed.name, "atom")),
                htmlUrl=publisher.url(feed.page(language)),
            )  # fmt: skip
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return written


def _named(text: str) -> str:
    return _AMPERSAND.sub(" & ", line(text))
