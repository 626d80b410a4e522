"""Two collections written for these tests: pages served in place of the document, and genuine ones that look like them.

The first follow what vendors, sites and servers are known to say; `kinds` are those that an operator would call right.
The second are the shortest documents there are, or speak of captchas, errors, sign-in pages and cookies themselves.
"""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tosmonitor.assess import assess
from tosmonitor.errors import ReadError
from tosmonitor.model import Document, LastSeen, Normalised, Obstacle, Response, Source
from tosmonitor.normalise import normalise

DATA = Path(__file__).parents[1] / "data"
IN_THE_WAY = json.loads((DATA / "pages_in_the_way.json").read_text(encoding="utf-8"))
GENUINE = json.loads((DATA / "genuine_pages.json").read_text(encoding="utf-8"))


def seen(page: dict[str, Any], last: LastSeen | None = None) -> Obstacle | None:
    """Read one page of the collections as the program does and assess it."""
    url = page.get("url", "https://www.acme.example/legal/terms")
    document = Document("acme", page.get("terms_type", "Terms of Service"), (Source(url),))
    body, media_type = page["body"].encode(), page.get("media_type", "text/html")
    headers = tuple((name, value) for name, value in page.get("headers", ()))
    read: Normalised | None = None
    with suppress(ReadError):
        read = normalise(body, url=url, media_type=media_type)
    final = page.get("final_url") or url
    response = Response(url, final, page.get("status", 200), media_type, "utf-8", headers, body)
    return assess(response, read, document=document, last=last)


@pytest.mark.parametrize("page", IN_THE_WAY, ids=[page["name"] for page in IN_THE_WAY])
def test_a_page_in_the_way_is_told_with_its_kind(page: dict[str, Any]) -> None:
    """Bot walls, gates, error pages and empty pages are found, named right, and by vendor where one shows."""
    found = seen(page)

    assert found is not None
    assert str(found.kind) in page["kinds"] or found.kind == "empty-shell"
    if "vendor" in page:
        assert found.vendor == page["vendor"]


@pytest.mark.parametrize("page", GENUINE, ids=[page["name"] for page in GENUINE])
def test_a_genuine_page_passes(page: dict[str, Any]) -> None:
    """However short a document is, and whatever it speaks of, it is believed."""
    assert seen(page) is None


def test_an_error_in_the_frame_of_the_document() -> None:
    """What the page used to give tells a heading above an error message from a short document."""
    body = (
        "<!doctype html><title>Terms of Service</title><h1>Terms of Service</h1>"
        "<p>Something went wrong while we were fetching this page for you, sorry about that.</p>"
    )
    found = seen({"body": body}, LastSeen("0" * 64, words=3000))

    assert found is not None
    assert found.kind == "error"
