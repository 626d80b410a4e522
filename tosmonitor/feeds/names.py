"""Which feeds there are: their names, their titles, and which changes each of them carries.

A feed is named by what it selects (`all`, `service/github`, `topic/arbitration`, ...). Its `filters` are keyword
arguments of `archive.changes`, so that a feed is a query and never a computation.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote

from tosmonitor import urls
from tosmonitor.feeds.text import clean
from tosmonitor.feeds.words import terms_type
from tosmonitor.model import Document, Sentence, Service, slug

ALL, FIRSTS, HEALTH, CORRECTIONS = "all", "firsts", "health", "corrections"

#: The groups of feeds, in the order in which a page lists them.
GROUPS: tuple[tuple[str, Sentence], ...] = (
    ("general", Sentence("Everything", "Tout")),
    ("service", Sentence("By service", "Par service")),
    ("document", Sentence("By document", "Par document")),
    ("tag", Sentence("By tag", "Par étiquette")),
    ("type", Sentence("By terms type", "Par type de document")),
    ("topic", Sentence("By topic", "Par thème")),
    ("jurisdiction", Sentence("By jurisdiction", "Par juridiction")),
    ("language", Sentence("By language of the document", "Par langue du document")),
    ("phrase", Sentence("By phrase", "Par expression")),
)


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed: `name` as in its address, and what it selects.

    `selects` holds pairs of an argument of `archive.changes` and its value; `group` is a key of `GROUPS`.
    """

    name: str
    title: Sentence
    description: Sentence
    group: str = "general"
    selects: tuple[tuple[str, str], ...] = ()

    @property
    def filters(self) -> dict[str, str]:
        """Return what to ask the archive for, as keyword arguments of `archive.changes`."""
        return dict(self.selects)

    def page(self, language: str) -> str:
        """Return the page of the site that shows what the feed tells; the list of feeds where there is none."""
        key = self.name.partition("/")[2]
        match self.group:
            case "service":
                return urls.service(language, key)
            case "document":
                return urls.document(language, key)
            case "tag":
                return urls.page(language, "tags", clean(self.filters["tag"]))
            case "type" | "topic":
                return urls.page(language, f"{self.group}s", key)
            case "phrase" if "%" not in key:
                return urls.page(language, "phrase", key)
        return urls.page(language, {ALL: "changes", HEALTH: "status"}.get(self.name, "feeds"))


def names(
    services: Sequence[Service], topics: Iterable[tuple[str, Sentence]] = (), phrases: Iterable[str] = ()
) -> tuple[Feed, ...]:
    """Return every feed of these services, in the order of `GROUPS`, each group by name.

    `topics` are the topics that changes can touch, with their names; `phrases` those that the operator saved.
    """
    documents = [(service, document) for service in services for document in service.documents]
    languages = {_language(document) for _, document in documents} - {None}
    feeds = [
        *general(),
        *(of_service(service) for service in services),
        *(of_document(service, document) for service, document in documents),
        *(of_tag(tag) for tag in {tag for service in services for tag in service.tags}),
        *(of_type(name) for name in {document.terms_type for _, document in documents}),
        *(of_topic(topic, name) for topic, name in topics),
        *(of_jurisdiction(j) for j in {document.jurisdiction for _, document in documents} if j),
        *(of_language(code) for code in languages if code),
        *(of_phrase(phrase) for phrase in phrases),
    ]
    order = {group: position for position, (group, _) in enumerate(GROUPS)}
    unique = {feed.name: feed for feed in reversed(feeds)}
    general_names = [feed.name for feed in general()]
    return tuple(
        sorted(
            unique.values(),
            key=lambda f: (order[f.group], general_names.index(f.name) if f.group == "general" else 0, f.name),
        )
    )


def find(name: str, feeds: Iterable[Feed], *, any_phrase: bool = False) -> Feed | None:
    """Return the feed called `name`; with `any_phrase`, also a feed of a phrase that nobody saved."""
    known = next((feed for feed in feeds if feed.name == name), None)
    if known is None and any_phrase and name.startswith("phrase/"):
        phrase = " ".join(unquote(name.removeprefix("phrase/")).split())
        if 2 < len(phrase) <= 200:
            return of_phrase(phrase, name=f"phrase/{quote(phrase, safe='')}")
    return known


def for_document(service: Service, document: Document) -> tuple[Feed, ...]:
    """Return the feeds to announce on the pages of a document, the most specific first."""
    return (of_document(service, document), of_service(service), general()[0])


def for_service(service: Service) -> tuple[Feed, ...]:
    """Return the feeds to announce on the page of a service, the most specific first."""
    return (of_service(service), general()[0])


def general() -> tuple[Feed, ...]:
    """Return the feeds that every site has: all, corrections, health and firsts."""
    return (
        Feed(
            ALL,
            Sentence("All changes", "Tous les changements"),
            Sentence(
                "Every change of wording in the documents that are watched.",
                "Chaque changement de rédaction dans les documents suivis.",
            ),
        ),
        Feed(
            CORRECTIONS,
            Sentence("Corrections", "Rectificatifs"),
            Sentence(
                "Changes that were announced and later found to be artefacts of our reading.",
                "Changements annoncés puis reconnus comme des artefacts de notre lecture.",
            ),
        ),
        Feed(
            HEALTH,
            Sentence("Documents unseen and seen again", "Documents perdus de vue et retrouvés"),
            Sentence(
                "Documents that could not be read any more, with the reason, and those that can be read again.",
                "Documents devenus illisibles, avec la raison, et documents de nouveau lisibles.",
            ),
        ),
        Feed(
            FIRSTS,
            Sentence("New documents", "Nouveaux documents"),
            Sentence("Documents that are observed for the first time.", "Documents observés pour la première fois."),
        ),
    )


def of_service(service: Service) -> Feed:
    """Return the feed of a service."""
    return _feed(
        "service", service.id, Sentence(service.name, service.name), (("service", service.id),),
        Sentence(f"Changes in the documents of {service.name}.", f"Changements dans les documents de {service.name}."),
    )  # fmt: skip


def of_document(service: Service, document: Document) -> Feed:
    """Return the feed of a document."""
    kind = terms_type(document.terms_type)
    title = Sentence(f"{service.name}: {kind.en}", f"{service.name} : {kind.fr}")
    return _feed(
        "document", document.id, title, (("document", document.id),),
        Sentence(f"Changes in one document: {title.en}.", f"Changements dans un document, {title.fr}."),
    )  # fmt: skip


def of_tag(tag: str) -> Feed:
    """Return the feed of the services that carry `tag`."""
    return _feed(
        "tag", _key(tag), Sentence(tag, tag), (("tag", tag),),
        Sentence(f"Changes at the services tagged {tag}.", f"Changements chez les services étiquetés {tag}."),
    )  # fmt: skip


def of_type(name: str) -> Feed:
    """Return the feed of one terms type across services."""
    kind = terms_type(name)
    return _feed(
        "type", _key(name), kind, (("terms_type", name),),
        Sentence(f"Changes in every document of the type {kind.en}.",
                 f"Changements dans tous les documents du type {kind.fr}."),
    )  # fmt: skip


def of_topic(topic: str, name: Sentence) -> Feed:
    """Return the feed of the changes that touch a topic."""
    return _feed(
        "topic", topic, name, (("topic", topic),),
        Sentence(f"Changes whose words touch on: {name.en}.", f"Changements dont les mots touchent à : {name.fr}."),
    )  # fmt: skip


def of_jurisdiction(code: str) -> Feed:
    """Return the feed of the documents that hold in a jurisdiction."""
    return _feed(
        "jurisdiction", quote(clean(code), safe=""), Sentence(code, code), (("jurisdiction", code),),
        Sentence(f"Changes in the documents that hold in {code}.",
                 f"Changements dans les documents applicables en {code}."),
    )  # fmt: skip


def of_language(code: str) -> Feed:
    """Return the feed of the documents written in a language."""
    return _feed(
        "language", quote(clean(code), safe=""), Sentence(code, code), (("language", code),),
        Sentence(f"Changes in the documents written in: {code}.", f"Changements dans les documents en langue {code}."),
    )  # fmt: skip


def of_phrase(phrase: str, *, name: str | None = None) -> Feed:
    """Return the feed of the changes that add or remove a phrase, anywhere."""
    title = Sentence(f"“{phrase}”", f"« {phrase} »")
    feed = _feed(
        "phrase", _key(phrase), title, (("phrase", phrase),),
        Sentence(f"Changes that add or remove the phrase {title.en}.",
                 f"Changements qui ajoutent ou retirent l’expression {title.fr}."),
    )  # fmt: skip
    return feed if name is None else Feed(name, feed.title, feed.description, feed.group, feed.selects)


def _feed(group: str, key: str, title: Sentence, selects: tuple[tuple[str, str], ...], description: Sentence) -> Feed:
    return Feed(f"{group}/{key}", title, description, group, selects)


def _key(text: str) -> str:
    return slug(text) or quote(clean(text), safe="")


def _language(document: Document) -> str | None:
    return document.language
