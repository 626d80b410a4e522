"""The programming interface: what the pages show, as data, and the feeds that the site serves."""

import json
from hashlib import sha256

import pytest

from tests.site.conftest import BASE, Reader

TEXT = "/en/lumen/privacy-policy/20250218061409/text.md"


def data(reader: Reader, address: str) -> object:
    """Return the JSON at an address."""
    answer = reader.get(address)
    assert answer.status == 200, answer.text
    return json.loads(answer.body)


def test_the_interface_describes_itself(reader: Reader) -> None:
    """OpenAPI names every address."""
    found = data(reader, "/api/v1/openapi.json")
    assert isinstance(found, dict)
    assert found["openapi"].startswith("3.")
    assert "/changes.json" in found["paths"]


def test_changes_are_filtered_and_paged(reader: Reader) -> None:
    """By service and topic; the next page begins before the last change of this one."""
    first = data(reader, "/api/v1/changes.json?service=lumen&limit=2")
    assert isinstance(first, list)
    assert [item["service"] for item in first] == ["lumen", "lumen"]
    second = data(reader, f"/api/v1/changes.json?service=lumen&limit=2&before={first[-1]['announced_at']}")
    assert isinstance(second, list)
    assert all(item["at"] < first[-1]["at"] for item in second)
    assert data(reader, "/api/v1/changes.json?topic=nothing") == []


def test_a_version_comes_with_its_text_and_hash(reader: Reader) -> None:
    """The text's SHA-256 is the one that is given, and that of the Markdown file."""
    found = data(reader, "/api/v1/documents/lumen/privacy-policy/versions/20250218061409.json")
    assert isinstance(found, dict)
    assert sha256(found["text"].encode()).hexdigest() == found["text_sha256"]
    assert sha256(reader.get(TEXT).body).hexdigest() == found["text_sha256"]


def test_a_change_comes_whole(reader: Reader) -> None:
    """The difference is in the form "diff/1", with the two versions."""
    found = data(reader, "/api/v1/documents/lumen/privacy-policy/changes/20250218061409.json")
    assert isinstance(found, dict)
    assert found["difference"]["format"] == "diff/1"
    assert found["before"]["text_sha256"] != found["after"]["text_sha256"]
    assert found["url"] == f"{BASE}/en/lumen/privacy-policy/20250218061409/change/"


def test_search_phrases_gaps_and_checks_are_data_too(reader: Reader) -> None:
    """Each answers with a list."""
    for address in (
        "search.json?q=arbitration",
        "phrase.json?q=arbitration",
        "documents/lumen/privacy-policy/gaps.json",
        "documents/lumen/terms-of-service/checks.json",
        "documents/lumen/privacy-policy/versions.json",
    ):
        found = data(reader, f"/api/v1/{address}")
        assert isinstance(found, list)
        assert found, address


@pytest.mark.parametrize("address", ["documents/no/body.json", "documents/lumen/privacy-policy/changes/2025.json"])
def test_what_is_not_there_is_said_in_json(reader: Reader, address: str) -> None:
    """404 with the reason."""
    answer = reader.get(f"/api/v1/{address}")
    assert answer.status == 404
    assert json.loads(answer.body)["error"]


@pytest.mark.parametrize(
    "name",
    [
        "all",
        "health",
        "firsts",
        "corrections",
        "service/lumen",
        "document/lumen/privacy-policy",
        "tag/dsa-vlop",
        "type/privacy-policy",
        "topic/arbitration",
        "jurisdiction/EU",
        "language/fr",
        "phrase/binding-arbitration",
    ],
)
@pytest.mark.parametrize("form", ["atom", "rss", "json"])
def test_every_feed_is_served_in_every_form(reader: Reader, name: str, form: str) -> None:
    """In both languages, with its media type."""
    for language in ("en", "fr"):
        answer = reader.get(f"/{language}/feeds/{name}.{form}")
        assert answer.status == 200
        assert ("json" if form == "json" else "xml") in answer.headers["content-type"]


def test_a_feed_that_does_not_exist_is_404(reader: Reader) -> None:
    """Unknown feeds, forms and months."""
    for rest in ("service/nobody.atom", "all.pdf", "all/2001-01.atom", "nonsense"):
        assert reader.get(f"/en/feeds/{rest}").status == 404


def test_the_list_of_feeds_can_be_imported(reader: Reader) -> None:
    """OPML lists the feeds by their public addresses."""
    assert f'xmlUrl="{BASE}/en/feeds/service/lumen.atom"' in reader.get("/en/feeds/all.opml").text
