"""Lists of feeds that a reader can import (OPML 2.0)."""

from collections.abc import Sequence

from lxml import etree

from tosmonitor import urls
from tosmonitor.feeds.entries import Publisher
from tosmonitor.feeds.names import GROUPS, Feed
from tosmonitor.feeds.text import line

MEDIA_TYPE = "text/x-opml; charset=utf-8"


def opml(feeds: Sequence[Feed], publisher: Publisher, language: str, *, group: str | None = None) -> bytes:
    """Return the OPML of `feeds`, in one folder a group; with `group`, of that group alone.

    The outlines carry no `version` (the W3C validator refuses "ATOM" there), the folders no `title` (it wants a type
    beside it).
    """
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = line(publisher.name)
    body = etree.SubElement(root, "body")
    for key, name in GROUPS:
        members = [feed for feed in feeds if feed.group == key and group in (None, key)]
        if not members:
            continue
        title = name.said(language)
        folder = etree.SubElement(body, "outline", text=title)
        for feed in members:
            label = line(feed.title.said(language))
            etree.SubElement(
                folder, "outline", type="rss", text=label, title=label,
                xmlUrl=publisher.url(urls.feed(language, feed.name, "atom")),
                htmlUrl=publisher.url(urls.page(language, "feeds")),
            )  # fmt: skip
    written: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return written
