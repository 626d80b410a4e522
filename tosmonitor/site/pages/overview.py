"""Pages that list: the latest changes, services, tags, types, topics."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

from markupsafe import Markup
from starlette.responses import Response

from tosmonitor import archive as archives
from tosmonitor import feeds, urls
from tosmonitor.model import Document, Kind, Service, slug
from tosmonitor.site import listing
from tosmonitor.site.frame import NotHereError, Visit, page
from tosmonitor.site.holdings import CHOICES
from tosmonitor.site.pages import months
from tosmonitor.site.shelves import ordered, parted, shelf
from tosmonitor.site.states import State, states
from tosmonitor.topics import TOPICS

#: Tags that the list of services names; the page of tags names them all.
_TAGS = 100


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list: a name, where it leads, and a few words more."""

    label: str
    url: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter of the list of changes; without `options` the reader writes, a day unless `form` says otherwise."""

    name: str
    label: str
    value: str
    options: tuple[tuple[str, str], ...] | None
    form: str = "date"


def home(visit: Visit) -> Response:
    """Return the first page: the latest changes."""
    catalogue = visit.catalogue
    entries = listing.latest(visit)
    _ = visit.words
    unseen = [state for state in states(visit.holdings).values() if state.unseen and state.since]
    unseen.sort(key=lambda state: (state.since or datetime.min.replace(tzinfo=UTC), state.document_id), reverse=True)
    firsts = archives.firsts(visit.archive, 5)
    return page(
        visit,
        "home.html",
        title=visit.settings.name,
        description=_("Every change in the terms of major online services, in words, with proof."),
        feeds=feeds.names(())[:1],
        metadata={
            "@context": "https://schema.org",
            "@type": "WebSite",
            "name": visit.settings.name,
            "url": visit.base_url + visit.path,
            "inLanguage": visit.language,
        },
        days=listing.by_day(entries),
        documents=len(catalogue.documents),
        services=len(catalogue.services),
        unseen=[
            {"document_id": s.document_id, "name": catalogue.name(s.document_id, visit.language), "since": s.since}
            for s in unseen[:6]
        ],
        firsts=[
            {"document_id": v.document_id, "name": catalogue.name(v.document_id, visit.language), "at": v.fetched_at}
            for v in firsts
        ],
    )


def changes(visit: Visit) -> Response:
    """Return the list of changes, filtered by the query; live only when there is one."""
    catalogue = visit.catalogue
    _ = visit.words
    asked = {key: value for key, value in visit.query.items() if value}
    filters = _filters(asked)
    if "service" in filters:
        filters["service"] = catalogue.called(filters["service"]) or filters["service"]
    found = listing.latest(visit, **filters)
    choices = (
        _services_choice(visit, asked.get("service", "")),
        Choice(
            "type",
            _("Type of terms"),
            asked.get("type", ""),
            tuple((slug(t), feeds.terms_type(t).said(visit.language)) for t in catalogue.types()),
        ),
        Choice(
            "topic",
            visit.many("Topic", "Topics", 1),
            asked.get("topic", ""),
            tuple((key, name.said(visit.language)) for key, name in TOPICS.items()),
        ),
        Choice("tag", _("Tag"), asked.get("tag", ""), tuple((tag, tag) for tag in catalogue.tags())),
        Choice(
            "kind",
            _("Kind"),
            asked.get("kind", ""),
            (("wording", _("wording")), ("links", _("links only")), ("layout", _("layout only"))),
        ),
        Choice("since", _("From"), asked.get("since", ""), None),
        Choice("until", _("Until"), asked.get("until", ""), None),
    )
    return page(
        visit,
        "changes.html",
        title=_("Changes"),
        section="changes",
        index=not asked,
        feeds=feeds.names(())[:1],
        about="",
        trail=None,
        asked=asked,
        filters=choices,
        months=months.links(visit),
        days=listing.by_day(found),
        pages=(),
        more=len(found) >= visit.settings.list_length,
    )


def _services_choice(visit: Visit, asked: str) -> Choice:
    """Return the filter by service: a list, or, when they are too many for a page, a name to write."""
    held = visit.catalogue.services
    if len(held) > CHOICES:
        return Choice("service", visit.words("Service, by name"), asked, None, "text")
    return Choice("service", visit.words("Service"), asked, tuple((s.id, s.name) for s in held))


def services(visit: Visit) -> Response:
    """Return the list of services; when they are many, the parts of that list."""
    _ = visit.words
    about = _("The services whose terms are watched, with the documents of each.")
    tags = [(tag, urls.page(visit.language, "tags", tag)) for tag in visit.catalogue.tags()]
    shelves = parted(visit.catalogue.services)
    if not shelves:
        return _services(visit, visit.catalogue.services, _("Services"), about, tags=tags, trail=None)
    rows = [(one, urls.page(visit.language, "services", one.name), "") for one in shelves]
    return page(
        visit, "shelves.html", title=_("Services"), section="services", about=about, tags=tags[:_TAGS], rows=rows
    )


def services_part(visit: Visit, name: str) -> Response:
    """Return one part of the list of services."""
    _ = visit.words
    held = shelf(visit.catalogue.services, name)
    trail = ((_("Services"), urls.page(visit.language, "services")), (held.label, None))
    return _services(visit, held.services, held.label, "", tags=(), trail=trail)


def tags(visit: Visit) -> Response:
    """Return the list of tags."""
    _ = visit.words
    counts = Counter(tag for service in visit.catalogue.services for tag in service.tags)
    rows = [
        Row(tag, urls.page(visit.language, "tags", tag), visit.many("%(num)s service", "%(num)s services", counts[tag]))
        for tag in visit.catalogue.tags()
    ]
    return _index(visit, _("Tags"), _("Services are grouped by tags, such as a sector or a legal status."), rows)


def tag(visit: Visit, name: str) -> Response:
    """Return the services and the latest changes of one tag."""
    name = unquote(name)
    _ = visit.words
    held = [service for service in visit.catalogue.services if name in service.tags]
    if not held:
        raise NotHereError(_("There is no tag “%(tag)s”.", tag=name))
    feed = [f for f in feeds.names(held) if f.group == "tag" and dict(f.selects)["tag"] == name]
    links = [
        Markup('<a href="{}">{}</a>').format(visit.link(urls.service(visit.language, one.id)), one.name) for one in held
    ]
    note = Markup(_("The services with this tag: %(names)s.")) % {"names": Markup(", ").join(links)}
    return _selection(visit, name, note, {"tag": name}, feed, (_("Tags"), urls.page(visit.language, "tags")))


def types(visit: Visit) -> Response:
    """Return the list of terms types in use."""
    _ = visit.words
    counts = Counter(document.terms_type for _service, document in visit.catalogue.documents.values())
    rows = [
        Row(
            feeds.terms_type(name).said(visit.language),
            urls.page(visit.language, "types", slug(name)),
            visit.many("%(num)s document", "%(num)s documents", counts[name]),
        )
        for name in visit.catalogue.types()
    ]
    return _index(visit, _("Types of terms"), _("The kinds of documents, as Open Terms Archive names them."), rows)


def type_(visit: Visit, name: str) -> Response:
    """Return the latest changes of one terms type across services."""
    _ = visit.words
    found = next((known for known in visit.catalogue.types() if slug(known) == name), None)
    if found is None:
        raise NotHereError(_("No document of the type “%(type)s” is watched.", type=name))
    held = [
        f for f in feeds.names(visit.catalogue.services) if f.group == "type" and dict(f.selects)["terms_type"] == found
    ]
    title = feeds.terms_type(found).said(visit.language)
    trail = (_("Types of terms"), urls.page(visit.language, "types"))
    about = _("The latest changes in documents of this type, across services.")
    return _selection(visit, title, about, {"terms_type": found}, held, trail)


def topics(visit: Visit) -> Response:
    """Return the list of topics."""
    _ = visit.words
    rows = [Row(name.said(visit.language), urls.page(visit.language, "topics", key)) for key, name in TOPICS.items()]
    about = _("A change carries a topic when words that speak of it were added or removed; its page shows those words.")
    return _index(visit, _("Topics"), about, rows)


def topic(visit: Visit, name: str) -> Response:
    """Return the latest changes that touch one topic."""
    _ = visit.words
    if name not in TOPICS:
        raise NotHereError(_("There is no topic “%(topic)s”.", topic=name))
    held = [f for f in feeds.names((), [(name, TOPICS[name])]) if f.group == "topic"]
    said = TOPICS[name].said(visit.language)
    title = said[:1].upper() + said[1:]
    about = _("The latest changes that add or remove words on this topic; the page of each shows the words.")
    return _selection(visit, title, about, {"topic": name}, held, (_("Topics"), urls.page(visit.language, "topics")))


def _services(
    visit: Visit,
    held: Sequence[Service],
    title: str,
    about: str,
    *,
    tags: Sequence[tuple[str, str]],
    trail: Sequence[tuple[str, str | None]] | None,
) -> Response:
    checks = visit.holdings.last_checks()
    seen = {
        document.id: State(document.id, checks.get(document.id)) for service in held for document in service.documents
    }
    moving = visit.holdings.activity()
    rows = [
        {
            "service": service,
            "changes": moving[service.id].changes if service.id in moving else 0,
            "latest": moving[service.id].latest if service.id in moving else None,
            "documents": [_shown(document, seen[document.id], visit, service) for document in service.documents],
        }
        for service in ordered(held)
    ]
    return page(visit, "services.html", title=title, section="services", about=about, tags=tags, rows=rows, trail=trail)


def _shown(document: Document, state: State, visit: Visit, service: Service) -> dict[str, Any]:
    alike = [one for one in service.documents if one.terms_type == document.terms_type]
    return {
        "id": document.id,
        "terms_type": document.terms_type,
        "jurisdiction": document.jurisdiction,
        "language": document.language,
        "shared": len(alike) > 1,
        "state": state.label(visit.words),
    }


def _selection(
    visit: Visit,
    title: str,
    about: str,
    filters: Mapping[str, str],
    held: Iterable[feeds.Feed],
    parent: tuple[str, str],
) -> Response:
    entries = listing.latest(visit, **filters)
    return page(
        visit,
        "changes.html",
        title=title,
        about=about,
        trail=(parent, (title, None)),
        filters=None,
        months=None,
        feeds=tuple(held),
        days=listing.by_day(entries),
        pages=(),
        more=False,
    )


def _index(visit: Visit, title: str, about: str, rows: Sequence[Row]) -> Response:
    return page(visit, "index.html", title=title, about=about, rows=rows)


def _filters(asked: Mapping[str, str]) -> dict[str, Any]:
    """Return the filters of `archives.changes` for a query; what cannot be understood is left out."""
    found: dict[str, Any] = {}
    for key in ("service", "tag", "topic", "jurisdiction", "language"):
        if key in asked:
            found[key] = asked[key]
    if "type" in asked:
        from tosmonitor.model import TERMS_TYPES

        found["terms_type"] = next((name for name in TERMS_TYPES if slug(name) == asked["type"]), asked["type"])
    if asked.get("kind") in {kind.value for kind in Kind}:
        found["kind"] = asked["kind"]
        found["announced"] = None if asked["kind"] != "wording" else True
    conversions: dict[str, Callable[[datetime], datetime]] = {
        "since": lambda day: day,
        "until": lambda day: day + timedelta(days=1),
    }
    for key, convert in conversions.items():
        try:
            found[key] = convert(datetime.fromisoformat(asked[key]).replace(tzinfo=UTC))
        except (KeyError, ValueError, OverflowError):
            continue
    return found
