"""What an entry says: a change, a first observation, or a document that went unseen or came back.

An entry is a fact. Its `id` is made from natural keys and is the same in every feed that carries it; `published` is
when the fact was first observed and never moves; `updated` moves when the entry is corrected.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Protocol, TypeVar

from tosmonitor import urls
from tosmonitor.feeds import content, words
from tosmonitor.feeds.publisher import Publisher
from tosmonitor.feeds.text import html, line, uri
from tosmonitor.model import Cause, Change, Document, Sentence, Service, StatedDate, Version

#: Checks in vain, one after the other, before a document counts as unseen.
LASTING = 3


@dataclass(frozen=True, slots=True)
class Category:
    """What an entry is about; `scheme` is an absolute address and stable."""

    term: str
    scheme: str
    label: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link of an entry; `rel` is alternate, related or via."""

    rel: str
    href: str
    title: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed, in one language; all text is clean, `content` is HTML."""

    id: str
    kind: str  # change, first, unseen or seen
    title: str
    summary: str
    content: str
    published: datetime
    updated: datetime
    announced: datetime  # when it entered the feeds: decides its month
    links: tuple[Link, ...]
    categories: tuple[Category, ...]

    @property
    def url(self) -> str:
        """Return the page of what the entry tells."""
        return next(link.href for link in self.links if link.rel == "alternate")

    @property
    def source(self) -> str | None:
        """Return the address of the document at its publisher."""
        return next((link.href for link in self.links if link.rel == "via"), None)


def of_changes(
    changes: Iterable[Change],
    services: Iterable[Service],
    publisher: Publisher,
    language: str,
    *,
    topics: Mapping[str, Sentence] | None = None,
    until: datetime | None = None,
) -> tuple[Entry, ...]:
    """Return the entries of the announced changes among `changes`, the newest state first.

    Never an entry: a change that was not announced, and one that comes from new rules of ours. With `until`, entries
    read as they did just before that time (what came later is left out; withheld text stays withheld).
    """
    known = _documents(services)
    entries = []
    for change in changes:
        if change.announced_at is None or change.after.cause is not Cause.CHANGE:
            continue
        if until is None or change.announced_at < until:
            entries.append(_of_change(change, known.get(change.document_id), publisher, language, topics or {}, until))
    return newest(entries)


def of_firsts(
    versions: Iterable[Version], services: Iterable[Service], publisher: Publisher, language: str
) -> tuple[Entry, ...]:
    """Return the entries of first observations, the newest first."""
    known = _documents(services)
    entries = []
    for version in versions:
        name = _Name.of(version.document_id, known.get(version.document_id), language)
        at = version.fetched_at
        number = words.count(version.words, Sentence("word", "word"), Sentence("words", "words"), language)
        said = Sentence(
            f"{name} is observed for the first time ({number}).",
            f"{name} est observé pour la première fois ({version.words} mots).",
        ).said(language)
        page = publisher.url(urls.version(language, version.document_id, at))
        identity = publisher.tag("first", version.document_id, urls.stamp(at))
        entries.append(
            Entry(
                id=identity,
                kind="first",
                title=line(Sentence(f"{name}: first observed", f"{name} : première observation").said(language)),
                summary=line(said, 500),
                content=f"<p>{html(said)}</p>" + _footer(((name.text, page),)),
                published=at,
                updated=_distinct(at, identity),
                announced=at,
                links=(Link("alternate", page, name.text), *_via(known.get(version.document_id), language)),
                categories=_categories(version.document_id, known.get(version.document_id), publisher, "first"),
            )
        )
    return newest(entries)


def of_spell(
    document_id: str,
    since: datetime,
    until: datetime | None,
    reason: Sentence,
    services: Iterable[Service],
    publisher: Publisher,
    language: str,
    *,
    checks: int,
) -> tuple[Entry, ...]:
    """Return the entries of one spell in which a document was not seen: went unseen, and came back if it did.

    `checks` counts those in vain; a spell of fewer than `LASTING` is a hiccup of the web and makes no entry.
    """
    if checks < LASTING:
        return ()
    known = _documents(services).get(document_id)
    name = _Name.of(document_id, known, language)
    page = publisher.url(urls.document(language, document_id))
    day = since.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    facts = [
        (
            "unseen",
            since,
            Sentence(f"{name}: not seen", f"{name} : perdu de vue"),
            Sentence(
                f"{name} could not be read since {day}: {reason.en}",
                f"{name} n’a pu être lu depuis le {day} : {reason.fr}",
            ),
        )
    ]
    if until is not None:
        spell = _duration(until - since)
        facts.append(
            (
                "seen",
                until,
                Sentence(f"{name}: seen again", f"{name} : de nouveau visible"),
                Sentence(
                    f"{name} can be read again, after {spell.en} without a reading (since {day}): {reason.en}",
                    f"{name} est de nouveau lisible, après {spell.fr} sans lecture (depuis le {day}) : {reason.fr}",
                ),
            )
        )
    entries = []
    for kind, at, title, said in facts:
        identity = publisher.tag("health", document_id, urls.stamp(since), kind)
        text = said.said(language)
        entries.append(
            Entry(
                id=identity,
                kind=kind,
                title=line(title.said(language)),
                summary=line(text, 500),
                content=f"<p>{html(text)}</p>" + _footer(((name.text, page),)),
                published=at,
                updated=_distinct(at, identity),
                announced=at,
                links=(Link("alternate", page, name.text), *_via(known, language)),
                categories=_categories(document_id, known, publisher, kind),
            )
        )
    return newest(entries)


class Dated(Protocol):
    """What stands in a feed at its place: an entry, or one that is written already."""

    @property
    def id(self) -> str:
        """Return its identity."""

    @property
    def updated(self) -> datetime:
        """Return when it was said or corrected."""

    @property
    def announced(self) -> datetime:
        """Return when it entered the feeds."""


DatedT = TypeVar("DatedT", bound=Dated)


def newest(entries: Iterable[DatedT]) -> tuple[DatedT, ...]:
    """Return `entries` in the order of a feed: the last to be updated first, ids deciding between equals."""
    return tuple(sorted(entries, key=lambda entry: (entry.updated, entry.id), reverse=True))


@dataclass(frozen=True, slots=True)
class _Name:
    """Service and document as a title begins: `GitHub, Privacy Policy`."""

    text: str

    @classmethod
    def of(cls, document_id: str, known: tuple[Service, Document] | None, language: str) -> "_Name":
        if known is None:
            return cls(line(document_id))
        service, document = known
        return cls(line(f"{service.name}, {words.terms_type(document.terms_type).said(language)}"))

    def __str__(self) -> str:
        return self.text


def _of_change(
    change: Change,
    known: tuple[Service, Document] | None,
    publisher: Publisher,
    language: str,
    topics: Mapping[str, Sentence],
    until: datetime | None,
) -> Entry:
    assert change.announced_at is not None  # of_changes lets no other through
    at = change.after.fetched_at
    name = _Name.of(change.document_id, known, language)
    retracted = change.retracted if change.retracted and (until is None or change.retracted.at < until) else None
    withheld = change.after.withheld or change.before.withheld
    page = publisher.url(urls.change(language, change.document_id, at))
    before = publisher.url(urls.version(language, change.document_id, change.before.fetched_at))
    after = publisher.url(urls.version(language, change.document_id, at))
    identity = publisher.tag("change", change.document_id, urls.stamp(at))
    colon = " : " if language == "fr" else ": "
    title = f"{name}{colon}{_few_words(change, language, topics)}"
    summary = change.difference.sentence.said(language)
    notes = [f"<p>{html(summary)}</p>" if line(summary) else "", _dates(change, language)]
    body, whole = ("", True) if withheld else content.worded(change.difference, language)
    updates = [change.announced_at]
    if withheld is not None:
        notes.insert(0, f"<p><strong>{html(words.WITHHELD.said(language))}</strong> "
                        f"{html(withheld.reason.said(language))}</p>")  # fmt: skip
        updates.append(withheld.at)
    if retracted is not None:
        title = f"{words.RETRACTED.said(language)}{colon}{title}"
        summary = f"{words.CORRECTED.said(language)} {retracted.reason.said(language)}"
        notes.insert(0, f"<p><strong>{html(words.CORRECTED.said(language))}</strong> "
                        f"{html(retracted.reason.said(language))}</p>")  # fmt: skip
        updates.append(retracted.at)
    if not whole:
        body += f"<p>{html(words.LONG.said(language))}</p>"
    links = (
        Link("alternate", page, words.FULL.said(language)),
        Link("related", before, words.VERSION_BEFORE.said(language)),
        Link("related", after, words.VERSION_AFTER.said(language)),
        *_via(known, language),
    )
    return Entry(
        id=identity,
        kind="change",
        title=line(title),
        summary=line(summary, 600) or line(title),
        content="".join(notes) + body + _footer((link.title, link.href) for link in links),
        published=at,
        updated=_distinct(max(updates), identity),
        announced=change.announced_at,
        links=links,
        categories=(
            *_categories(change.document_id, known, publisher, "retracted" if retracted else "change"),
            *(
                Category(
                    line(hit.topic) or "-",
                    publisher.url("/schemes/topic"),
                    line(_topic(hit.topic, language, topics)) or "-",
                )
                for hit in change.difference.topics
            ),
        ),
    )


def _few_words(change: Change, language: str, topics: Mapping[str, Sentence]) -> str:
    """Say a change in a few words: the topics or the sections it touches, and its size."""
    difference = change.difference
    if difference.topics:
        matter = ", ".join(_topic(hit.topic, language, topics) for hit in difference.topics[:3])
    else:
        sections = difference.sections_added + difference.sections_removed + difference.sections_edited
        tops = {edit.path[0] for edit in difference.edits if edit.path}  # the title of the document says nothing more
        sections = tuple(section for section in sections if section not in tops) or sections
        matter = ", ".join(f"“{s}”" if language != "fr" else f"« {s} »" for s in sections[:2])
    if change.returns_to is not None:
        back = Sentence("earlier wording is back", "retour à une rédaction antérieure").said(language)
        matter = f"{back}, {matter}" if matter else back
    size = f"+{difference.words_added} / −{difference.words_removed} {Sentence('words', 'mots').said(language)}"
    return f"{matter} ({size})" if matter else size


def _topic(topic: str, language: str, topics: Mapping[str, Sentence]) -> str:
    return topics[topic].said(language) if topic in topics else topic.replace("-", " ")


_ROLES = {
    "updated": Sentence("last updated", "dernière mise à jour"),
    "effective": Sentence("effective", "entrée en vigueur"),
    "published": Sentence("published", "publication"),
}


def _dates(change: Change, language: str) -> str:
    """Say what the document states about its dates, before and after, and how much notice that gives."""
    before, after = change.difference.dates_before, change.difference.dates_after
    if not before and not after:
        return ""
    said = [
        Sentence(f"Stated dates before: {_listed(before, 'en')}; now: {_listed(after, 'en')}.",
                 f"Dates déclarées avant : {_listed(before, 'fr')} ; maintenant : {_listed(after, 'fr')}.")
    ]  # fmt: skip
    if before == after:
        said = [Sentence(f"Stated dates, unchanged: {_listed(after, 'en')}.",
                         f"Dates déclarées, inchangées : {_listed(after, 'fr')}.")]  # fmt: skip
    observed = change.after.fetched_at.astimezone(UTC).date()
    for stated in after:
        if stated.role == "effective" and stated not in before:
            days = (datetime.fromisoformat(stated.day).date() - observed).days
            if days > 0:
                plural = "s" if days > 1 else ""
                said.append(
                    Sentence(
                        f"Effective {days} day{plural} after it was first observed.",
                        f"En vigueur {days} jour{plural} après la première observation.",
                    )
                )
            break
    return f"<p>{html(' '.join(sentence.said(language) for sentence in said))}</p>"


def _listed(dates: Sequence[StatedDate], language: str) -> str:
    if not dates:
        return Sentence("none", "aucune").said(language)
    return ", ".join(f"{_ROLES[d.role].said(language) if d.role in _ROLES else d.role} {d.day}" for d in dates)


def _duration(spell: timedelta) -> Sentence:
    hours = int(spell.total_seconds() // 3600)
    if hours < 48:
        plural = "s" if hours != 1 else ""
        return Sentence(f"{hours} hour{plural}", f"{hours} heure{'s' if hours > 1 else ''}")
    return Sentence(f"{hours // 24} days", f"{hours // 24} jours")


def _documents(services: Iterable[Service]) -> dict[str, tuple[Service, Document]]:
    return {document.id: (service, document) for service in services for document in service.documents}


def _via(known: tuple[Service, Document] | None, language: str) -> tuple[Link, ...]:
    if known is None:
        return ()
    return tuple(
        Link("via", uri(source.url), words.SOURCE.said(language))
        for source in known[1].sources
        if source.url.lower().startswith(("http://", "https://"))
    )


def _categories(
    document_id: str, known: tuple[Service, Document] | None, publisher: Publisher, kind: str
) -> tuple[Category, ...]:
    def category(name: str, term: str, label: str) -> Category:
        return Category(line(term) or "-", publisher.url(f"/schemes/{name}"), line(label) or "-")

    found = [category("kind", kind, kind)]
    if known is None:
        return (*found, category("service", document_id.split("/")[0], document_id.split("/")[0]))
    service, document = known
    found += [category("service", service.id, service.name),
              category("terms-type", document.terms_type, document.terms_type)]  # fmt: skip
    if document.jurisdiction:
        found.append(category("jurisdiction", document.jurisdiction, document.jurisdiction))
    if document.language:
        found.append(category("language", document.language, document.language))
    found += [category("tag", tag, tag) for tag in service.tags]
    return tuple(found)


def _footer(links: Iterable[tuple[str, str]]) -> str:
    return "<p>" + " · ".join(f'<a href="{html(href)}">{html(label)}</a>' for label, href in links) + "</p>"


def _distinct(at: datetime, identity: str) -> datetime:
    """Return `at` with a fraction of a second made from the identity.

    Checks have second precision and run side by side, and the W3C validator warns about two entries that share one
    `updated`. The fraction is a function of the id alone, so an entry reads the same in every feed.
    """
    fraction = int.from_bytes(sha256(identity.encode()).digest()[:4], "big") % 1_000_000
    return at.replace(microsecond=fraction)
