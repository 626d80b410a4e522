"""Finding the documents of a service from its home page."""

import json
import sys
import tomllib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tosmonitor.declarations import titles
from tosmonitor.declarations.discover import best, candidates, discover, hubs, name_of, site_of
from tosmonitor.declarations.titles import by_path, by_title, is_hub
from tosmonitor.fetch import Fetcher
from tosmonitor.fetch.post import sitemap
from tosmonitor.model import TERMS_TYPES, Manners
from tosmonitor.normalise.links import Link, links

#: Puts pages (by path: media type and text) on the web of this machine.
Serve = Callable[[dict[str, tuple[str, str]]], Any]

HOMES = Path(__file__).parent / "homes"

#: Of the documents found on the saved home pages, how many are right; of those there, how many are found.
LEAST_PRECISION = 0.98
LEAST_RECALL = 0.98


def test_saved_home_pages(record_property: Callable[[str, object], None], capsys: pytest.CaptureFixture[str]) -> None:
    """On 40 home pages in 31 languages nearly everything is found, and hardly anything else."""
    right = wrong = missed = 0
    remarks = []
    for name, truth in json.loads((HOMES / "truth.json").read_text(encoding="utf-8")).items():
        page = links((HOMES / f"{name}.html").read_bytes(), url=truth["home"])
        found = {(one.terms_type, one.url) for one in best(candidates(page.links, truth["home"]))}
        there = set(truth["documents"].items())
        right, wrong, missed = right + len(found & there), wrong + len(found - there), missed + len(there - found)
        remarks += [f"{name}: {what}" for what in sorted(found ^ there)]
    precision, recall = right / (right + wrong), right / (right + missed)
    with capsys.disabled():
        sys.stdout.write(f"\n  discovery: precision {precision:.3f}, recall {recall:.3f}, {right + missed} documents\n")
    record_property("precision", precision)
    record_property("recall", recall)
    assert precision >= LEAST_PRECISION, remarks
    assert recall >= LEAST_RECALL, remarks


def test_discovery_follows_what_a_site_says_of_itself(serve: Serve, fetcher_for: Callable[[Any], Fetcher]) -> None:
    """The home page, the page of legal documents, the sitemap and security.txt are read; talk is not taken."""
    html = "text/html; charset=utf-8"
    web = serve(
        {
            "/": (
                html,
                (
                    "<html lang=en><nav><a href=/blog/terms-of-service>Our new terms</a></nav>"
                    "<footer><a href=/privacy-policy?utm_source=x>Privacy Policy</a> <a href=/legal>Legal</a></footer>"
                ),
            ),
            "/legal": (html, "<ul><li><a href=/legal/tos>Terms of Service</a><li><a href=/legal/dpa>DPA</a></ul>"),
            "/robots.txt": ("text/plain", "User-agent: *\nAllow: /\nSitemap: HOST/map.xml\n"),
            "/map.xml": (
                "application/xml",
                (
                    "<sitemapindex><sitemap><loc>HOST/products.xml</loc></sitemap>"
                    "<sitemap><loc>HOST/pages.xml</loc></sitemap></sitemapindex>"
                ),
            ),
            "/pages.xml": (
                "application/xml",
                (
                    "<urlset><url><loc>HOST/community-guidelines</loc></url><url><loc>HOST/about</loc></url>"
                    "<url><loc>HOST/de/privacy</loc></url></urlset>"
                ),
            ),
            "/products.xml": ("application/xml", "<urlset></urlset>"),
            "/.well-known/security.txt": (
                "text/plain",
                "Policy: https://example.com/vdp\n",
            ),
        }
    )
    manners = Manners(allowed_hosts=(web.host,), pause=timedelta(0))
    found = discover(web.home, fetcher_for(web), lambda url: sitemap(url, manners))
    assert [(one.terms_type, one.url) for one in found.candidates] == [
        ("Terms of Service", f"{web.home}legal/tos"),
        ("Privacy Policy", f"{web.home}privacy-policy"),
        ("Community Guidelines", f"{web.home}community-guidelines"),
        ("Data Processor Agreement", f"{web.home}legal/dpa"),
        ("Vulnerability Disclosure Policy", "https://example.com/vdp"),
    ]
    assert found.unread == ()
    assert len(web.asked) <= 10  # robots.txt is read by the fetcher too


def test_a_site_that_is_down_is_told_in_words(serve: Serve, fetcher_for: Callable[[Any], Fetcher]) -> None:
    """Nothing is found, and the reason is there for a person to read."""
    web = serve({"/gone": ("text/html", "x")})
    found = discover(f"{web.home}nothing", fetcher_for(web))
    assert found.candidates == ()
    assert [address for address, _ in found.unread] == [f"{web.home}nothing"]
    assert found.unread[0][1]


@pytest.mark.parametrize(
    ("text", "terms_type"),
    [
        ("Terms & Privacy", "Terms of Service"),
        ("Privacy and Cookie Policy", "Privacy Policy"),
        ("Allgemeine Geschäftsbedingungen", "Terms of Service"),
        ("CONDITIONS GÉNÉRALES D’UTILISATION", "Terms of Service"),
        ("Όροι Χρήσης", "Terms of Service"),
        ("General Terms and Conditions of Sale", "General Conditions of Sale"),
        ("API Terms of Service", "Developer Terms"),
        ("Impressum", "Imprint"),
        ("利用規約", "Terms of Service"),
        ("Cookie settings", None),
        ("Paramétrer les cookies", None),
        ("Why privacy matters", None),
        ("Press", None),
        ("", None),
    ],
)
def test_link_texts_name_a_terms_type(text: str, terms_type: str | None) -> None:
    """The first type that is named counts, in its longest reading; settings and talk are none."""
    named = by_title(text)
    assert (named[0] if named else None) == terms_type


@pytest.mark.parametrize(
    ("path", "terms_type"),
    [
        ("/legal/privacy_policy.html", "Privacy Policy"),
        ("/en/terms-of-use/", "Terms of Service"),
        ("/politique-de-confidentialité", "Privacy Policy"),
        ("/termsofuse-eu", "Terms of Service"),
        ("/recipes/chocolate", None),
        ("/", None),
    ],
)
def test_addresses_name_a_terms_type(path: str, terms_type: str | None) -> None:
    """Whole segments count, whatever their accents, underscores, endings and regions."""
    named = by_path(path)
    assert (named[0] if named else None) == terms_type


def test_the_terms_of_everybody_are_not_those_of_the_page() -> None:
    """Links to the terms of widgets and networks are passed over, as is a subject of the page's own talk."""
    page = [
        Link("https://policies.google.com/privacy", "Privacy", "footer"),
        Link("https://www.facebook.com/legal/terms", "Terms", "footer"),
        Link("https://shop.example.co.uk/blog/2026/terms-of-service", "Terms of Service", "page"),
    ]
    assert candidates(page, "https://www.example.co.uk/") == ()
    assert site_of("https://shop.example.co.uk/x") == "example.co.uk"


def test_pages_of_links_are_told_from_terms() -> None:
    """A link called Legal leads on; one called Privacy Policy does not, wherever it leads."""
    page = [
        Link("https://example.com/legal", "Legal", "footer"),
        Link("https://example.com/privacy/policy/", "Privacy Policy", "footer"),
        Link("https://other.example/legal", "Legal", "footer"),
    ]
    assert hubs(page, "https://example.com/") == ("https://example.com/legal",)
    assert is_hub("Mentions", "/rechtliches/")


def test_a_service_is_called_as_its_title_says() -> None:
    """The part of the title that the host spells is the name; without one, the host is."""
    assert name_of("https://www.deepl.com/", "Translate anything | DeepL") == "DeepL"
    assert name_of("https://www.backmarket.fr/", "Back Market: reconditionné") == "Back Market"
    assert name_of("https://vr.fi/", None) == "VR"


def test_every_type_in_the_lexicon_is_one_of_the_list() -> None:
    """What discovery proposes can be declared."""
    lexicon = tomllib.loads((Path(titles.__file__).with_name("titles.toml")).read_text(encoding="utf-8"))
    assert set(lexicon["titles"]) | set(lexicon["paths"]) <= set(TERMS_TYPES)
