"""services.yaml, the list that ships: broad enough, in good form, and true to what it says of itself."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tosmonitor.declarations import load
from tosmonitor.declarations.schema import SCHEMA_FILE, schema_text
from tosmonitor.model import Service

ROOT = Path(__file__).parents[2]
SERVICES = ROOT / "services.yaml"

#: Designated by the Commission as very large online platforms or search engines, by the names of the list.
DESIGNATED = [
    "AliExpress", "Amazon Store", "Apple App Store", "Bing", "Booking.com", "Facebook", "Google Maps", "Google Play",
    "Google Search", "Google Shopping", "Instagram", "LinkedIn", "Pinterest", "Pornhub", "SHEIN", "Snapchat", "Temu",
    "TikTok", "WhatsApp", "Wikipedia", "X", "XNXX", "XVideos", "YouTube", "Zalando",
]  # fmt: skip


@pytest.fixture(scope="module")
def services() -> tuple[Service, ...]:
    """Give the services that ship."""
    return load(SERVICES)


def test_it_holds_the_world(services: tuple[Service, ...]) -> None:
    """At least 150 services and 500 documents are watched."""
    assert len(services) >= 150
    assert sum(len(service.documents) for service in services) >= 500


@pytest.mark.parametrize("name", DESIGNATED)
def test_every_designated_platform_is_in_it(services: tuple[Service, ...], name: str) -> None:
    """Each platform and search engine designated under the Digital Services Act is there, and tagged so."""
    (service,) = [service for service in services if service.name == name]
    assert {"dsa-vlop", "dsa-vlose"} & set(service.tags)


def test_a_designation_that_ended_is_told_apart(services: tuple[Service, ...]) -> None:
    """Stripchat is no longer designated and does not count as such."""
    (service,) = [service for service in services if service.name == "Stripchat"]
    assert "dsa-vlop-former" in service.tags
    assert "dsa-vlop" not in service.tags


def test_addresses_alone_are_declared(services: tuple[Service, ...]) -> None:
    """No page needs selectors, and no address is unsafe, or of a session."""
    sources = [source for service in services for document in service.documents for source in document.sources]
    assert not [source for source in sources if source.select or source.remove or source.filters]
    assert not [source.url for source in sources if urlsplit(source.url).scheme != "https"]
    assert not [source.url for source in sources if any(mark in source.url for mark in ("utm_", "_ga=", "sessionid"))]


def test_every_service_says_where_it_is_and_what_it_is(services: tuple[Service, ...]) -> None:
    """Each service has a home page, a tag and a language."""
    assert not [service.name for service in services if not (service.homepage and service.tags)]
    assert not [d.id for service in services for d in service.documents if d.language is None]


def test_groups_are_sorted_by_name() -> None:
    """Within a group a person finds a service by its name."""
    groups: list[list[str]] = [[]]
    for line in SERVICES.read_text(encoding="utf-8").splitlines():
        if line.startswith("# ---"):
            groups.append([])
        elif line.startswith("- name: "):
            groups[-1].append(line.removeprefix("- name: ").strip('"').casefold())
    assert [sorted(group) for group in groups] == groups


def test_its_first_line_leads_editors_to_the_schema() -> None:
    """The first line names the schema, which ships beside the module that makes it."""
    first = SERVICES.read_text(encoding="utf-8").splitlines()[0]
    assert first == f"# yaml-language-server: $schema=tosmonitor/declarations/{SCHEMA_FILE}"
    assert (ROOT / "tosmonitor" / "declarations" / SCHEMA_FILE).is_file()


def test_the_shipped_schema_is_the_one_that_is_checked() -> None:
    """The file is what the models make; where it fails, write `schema_text()` to it."""
    shipped = (ROOT / "tosmonitor" / "declarations" / SCHEMA_FILE).read_text(encoding="utf-8")
    assert shipped == schema_text()
