"""Which feeds there are, and how they are found."""

import feedparser
import pytest
from lxml import etree

from tosmonitor import feeds
from tosmonitor.feeds import Publisher
from tosmonitor.model import TERMS_TYPES, Document, Sentence, Service, Source

TOPICS = {"arbitration": Sentence("arbitration", "arbitrage")}


def test_every_view_has_a_feed(service: Service) -> None:
    """General feeds come first, then each group by name; a feed is a question to the archive."""
    found = {feed.name: feed.filters for feed in feeds.names([service], TOPICS.items(), ["AI training"])}
    assert list(found) == [
        "all", "corrections", "health", "firsts", "service/acme", "document/acme/privacy-policy",
        "document/acme/terms-of-service", "tag/dsa-vlop", "type/privacy-policy", "type/terms-of-service",
        "topic/arbitration", "jurisdiction/EU", "language/en", "phrase/ai-training",
    ]  # fmt: skip
    assert found["all"] == {}
    assert found["document/acme/terms-of-service"] == {"document": "acme/terms-of-service"}
    assert found["type/terms-of-service"] == {"terms_type": "Terms of Service"}
    assert found["phrase/ai-training"] == {"phrase": "AI training"}


def test_a_phrase_that_nobody_saved_has_a_feed_where_the_site_allows_it(service: Service) -> None:
    """A live server answers any phrase; an export only those that were saved."""
    known = feeds.names([service], phrases=["AI training"])
    assert feeds.find("phrase/ai-training", known) is not None
    assert feeds.find("phrase/class action", known) is None
    live = feeds.find("phrase/class action", known, any_phrase=True)
    assert live is not None
    assert (live.name, live.filters) == ("phrase/class%20action", {"phrase": "class action"})
    assert feeds.find("phrase/a", known, any_phrase=True) is None
    assert feeds.find("phrase/" + "a" * 201, known, any_phrase=True) is None


def test_a_feed_leads_to_the_page_that_shows_the_same(service: Service) -> None:
    """The page of a feed is that of its service, document, tag, type, topic or phrase."""
    known = feeds.names([service], TOPICS.items(), ["AI training"])
    assert {feed.name: feed.page("fr") for feed in known} == {
        "all": "/fr/changes/", "corrections": "/fr/feeds/", "health": "/fr/status/", "firsts": "/fr/feeds/",
        "service/acme": "/fr/acme/", "document/acme/privacy-policy": "/fr/acme/privacy-policy/",
        "document/acme/terms-of-service": "/fr/acme/terms-of-service/", "tag/dsa-vlop": "/fr/tags/dsa-vlop/",
        "type/privacy-policy": "/fr/types/privacy-policy/", "type/terms-of-service": "/fr/types/terms-of-service/",
        "topic/arbitration": "/fr/topics/arbitration/", "jurisdiction/EU": "/fr/feeds/", "language/en": "/fr/feeds/",
        "phrase/ai-training": "/fr/phrase/ai-training/",
    }  # fmt: skip


def test_a_page_announces_the_most_specific_feed_first(service: Service) -> None:
    """Autodiscovery offers the document before its service, and the service before everything."""
    document = service.documents[0]
    assert [f.name for f in feeds.for_document(service, document)] == [f"document/{document.id}", "service/acme", "all"]
    assert [f.name for f in feeds.for_service(service)] == ["service/acme", "all"]


def test_names_in_any_script_have_an_address() -> None:
    """A tag or a phrase without a Latin letter is quoted."""
    odd = Service("a", "A", (Document("a", "Terms of Service", (Source("https://a.example/"),)),), ("平台",))
    names = {feed.name for feed in feeds.names([odd], phrases=["人工智能"])}
    assert {"tag/%E5%B9%B3%E5%8F%B0", "phrase/%E4%BA%BA%E5%B7%A5%E6%99%BA%E8%83%BD"} <= names


def test_every_terms_type_has_a_french_name() -> None:
    """The list of terms types is translated whole, and without repeating itself."""
    french = [feeds.terms_type(name).fr for name in TERMS_TYPES]
    assert len(set(french)) == len(TERMS_TYPES)
    assert feeds.terms_type("Something Else") == Sentence("Something Else", "Something Else")


@pytest.mark.parametrize("group", [None, "service"])
def test_opml_lists_the_feeds_in_folders(group: str | None, service: Service, publisher: Publisher) -> None:
    """A reader can import all feeds, or those of a group, as the W3C validator wants them written."""
    known = feeds.names([service], TOPICS.items())
    root = etree.fromstring(feeds.opml(known, publisher, "fr", group=group))
    folders = {folder.get("text"): folder for folder in root.findall("body/outline")}
    assert ("Par thème" in folders) == (group is None)
    (outline,) = folders["Par service"]
    assert {str(key): value for key, value in outline.attrib.items()} == {
        "type": "rss", "text": "Acme & Sons", "title": "Acme & Sons",
        "xmlUrl": "https://monitor.example.org/fr/feeds/service/acme.atom",
        "htmlUrl": "https://monitor.example.org/fr/acme/",
    }  # fmt: skip
    assert all(folder.get("title") is None for folder in folders.values())
    listed = [o.get("xmlUrl") for o in root.iter("outline") if o.get("xmlUrl")]
    assert len(listed) == (1 if group else len(known))
    assert not feedparser.parse(feeds.render(known[0], (), "atom", publisher, "fr")).bozo
