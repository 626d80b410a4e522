"""Pages with the mark-up habits of large platforms: all of the legal text is read, and nothing else.

`pages/NAME.html` is written for this test, in words of its own, as help centres, wikis, shops, policy sites, old sites
and scripts write such pages; `pages/NAME.md` is what a careful reader would copy out.
"""

from pathlib import Path

import pytest

from tosmonitor.normalise import normalise

PAGES = sorted((Path(__file__).parent / "pages").glob("*.html"))
URL = "https://lanternfish.example/legal/terms"


@pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])
def test_the_text_is_read_and_nothing_else(page: Path) -> None:
    """Menus, feedback, related articles, comments, banners and footers go; notes, tables and folded sections stay."""
    found = normalise(page.read_bytes(), url=URL, media_type="text/html")
    assert found.text == page.with_suffix(".md").read_text()


@pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])
def test_what_was_chosen_before_changes_no_reading(page: Path) -> None:
    """Told what it chose last time, the reader chooses the same again, and keeps the same fingerprint."""
    first = normalise(page.read_bytes(), url=URL, media_type="text/html")
    again = normalise(page.read_bytes(), url=URL, media_type="text/html", fingerprint=first.fingerprint)
    assert (first.text, first.fingerprint) == (again.text, again.fingerprint)


LANGUAGES = {"arabic": "ar", "hebrew": "he", "chinese": "zh", "japanese": "ja", "thai": "th", "korean": "ko"} | {
    "russian": "ru", "dsfr": "fr", "french_shop": "fr", "webflow": "es", "wordpress": "en",
}  # fmt: skip


@pytest.mark.parametrize(("name", "language"), LANGUAGES.items())
def test_the_language_of_a_page_is_told(name: str, language: str) -> None:
    """The language is that of the text, whatever the menus say."""
    page = Path(__file__).parent / "pages" / f"{name}.html"
    assert normalise(page.read_bytes(), url=URL, media_type="text/html").language == language
