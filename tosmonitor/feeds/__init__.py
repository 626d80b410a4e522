"""Changes as feeds: what is listed, what an entry says, and its bytes. Pure: no clock, no network, no database.

    archive.changes(**feed.filters) ─► of_changes ─► current / of_month ─► render ─► bytes
    names(services, topics, phrases) ─► Feed, Feed, …                   └► opml

A page of the site: `find(name, names(...))` gives the feed, its `filters` the query. The health feed takes the spells
in which documents went unseen through `of_spell`, the feed of new documents first versions through `of_firsts`.
"""

from tosmonitor.feeds.entries import Category, Entry, Link, newest, of_changes, of_firsts, of_spell
from tosmonitor.feeds.formats import MEDIA_TYPES, Written, last_modified, parted, render, written
from tosmonitor.feeds.names import (
    ALL,
    CORRECTIONS,
    FIRSTS,
    GROUPS,
    HEALTH,
    Feed,
    find,
    for_document,
    for_service,
    names,
    of_phrase,
)
from tosmonitor.feeds.opml import opml
from tosmonitor.feeds.publisher import Publisher
from tosmonitor.feeds.record import archive_months, current, events, month_of, of_month, span
from tosmonitor.feeds.words import terms_type

__all__ = [
    "ALL", "CORRECTIONS", "FIRSTS", "GROUPS", "HEALTH", "MEDIA_TYPES", "Category", "Entry", "Feed", "Link", "Publisher",
    "Written", "archive_months", "current", "events", "find", "for_document", "for_service", "last_modified",
    "month_of", "names", "newest", "of_changes", "of_firsts", "of_month", "of_phrase", "of_spell", "opml", "parted",
    "render", "span", "terms_type", "written",
]  # fmt: skip
