"""The documents of a service, found from its home page.

    home page ─► links ─┐
    legal pages ─► links┤
    security.txt ───────┼─► scored by their words and their address ─► the best address of each terms type
    robots.txt ─► sitemaps ┘

Nothing is guessed that nobody links to. What is found is a proposal: `add` fetches and reads each once, and a person
looks at it.
"""

import html
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from tosmonitor.declarations.load import service_id
from tosmonitor.declarations.titles import by_path, by_title, is_hub, is_setting
from tosmonitor.errors import ReadError
from tosmonitor.model import TERMS_TYPES, Failure, Response, Source

if TYPE_CHECKING:
    from tosmonitor.normalise.links import Link, Links

#: The least score with which a link is proposed; measured on tests/declarations/homes.
LEAST = 0.55

#: How many pages of links, and how many sitemaps, are read besides the home page.
MOST_HUBS = 3
MOST_SITEMAPS = 3

#: Where a link stands, besides what `normalise.links` says.
_LEGAL_PAGE = "legal page"
_SITEMAP = "sitemap"

#: How much a place says for a link: terms are linked to from the foot of a page, and talked about in the middle.
_PLACES = {"footer": 0.1, _LEGAL_PAGE: 0.1, _SITEMAP: 0.1, "page": -0.05}

_TRACKING = re.compile(r"^(?:utm_\w+|_ga|gclid|fbclid|ref|ref_|sessionid|sid|phpsessid|mc_[ce]id)$")
_TALK = re.compile(
    r"/(?:blog|news|press|newsroom|article|articles|stories|academy|learn|resources|jobs|careers|product|products|shop|practice|practices|expertise|insights)/"
)
_LOCATION = re.compile(r"<loc>\s*([^<\s]+)\s*</loc>", re.IGNORECASE)
_MAP = re.compile(r"^\s*sitemap:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_POLICY = re.compile(r"^\s*policy:\s*(https://\S+)", re.IGNORECASE | re.MULTILINE)

#: Second-level names under which countries give out names, so that example.co.uk is one site.
_SECOND_LEVEL = frozenset({"ac", "co", "com", "edu", "gob", "gouv", "gov", "govt", "ne", "net", "nom", "or", "org"})

#: Hosts whose terms are linked to from everywhere (widgets, stores, networks) and are never those of the page.
_EVERYBODYS = frozenset(
    {"google.com", "facebook.com", "meta.com", "instagram.com", "twitter.com", "x.com", "linkedin.com", "youtube.com",
     "apple.com", "microsoft.com", "cloudflare.com", "hcaptcha.com", "cookiebot.com", "onetrust.com", "cookiepro.com",
     "stripe.com", "paypal.com", "usercentrics.com", "pinterest.com", "tiktok.com", "allaboutcookies.org",
     "aboutcookies.org", "youronlinechoices.com", "trustpilot.com", "mozilla.org", "wikipedia.org", "europa.eu",
     "creativecommons.org", "adobe.com", "vimeo.com", "whatsapp.com", "trustarc.com", "didomi.io", "axeptio.eu"}
)  # fmt: skip


class Fetches(Protocol):
    """What is needed of `fetch.Fetcher`."""

    def fetch(self, source: Source) -> Response | Failure:
        """Fetch a page over plain HTTP."""

    def render(self, source: Source) -> Response | Failure:
        """Read a page in a browser."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A page that is likely to be a document: how likely (0 to 1), and why it is thought so."""

    terms_type: str
    url: str
    score: float
    text: str  # the words of the link, empty where there are none
    found_on: str  # the page, or the file, that leads there


@dataclass(frozen=True, slots=True)
class Discovery:
    """What was found from a home page: one candidate a terms type, and what could not be read."""

    home: str
    name: str  # what the service is likely to be called
    candidates: tuple[Candidate, ...]
    unread: tuple[tuple[str, str], ...] = ()  # address, reason in English


def discover(home: str, fetcher: Fetches, sitemap: Callable[[str], bytes | Failure] = lambda url: b"") -> Discovery:
    """Find the documents of the service at `home` (an address, "https://" may be left out).

    At most nine requests to its hosts. What cannot be fetched or read is told in the result. `sitemap` reads the maps
    that robots.txt names (`fetch.post.sitemap` with its manners); without it they are left alone.
    """
    home = home if "://" in home else f"https://{home}"
    unread: list[tuple[str, str]] = []

    def read(url: str, *, optional: bool = False) -> Response | None:
        answer = fetcher.fetch(Source(url))
        if isinstance(answer, Failure):
            if not optional:
                unread.append((url, answer.reason.en))
            return None
        return answer

    page = read(home)
    name: str | None = None
    found: list[Candidate] = []
    if page is not None:
        home = page.final_url
        seen = _links(page)
        if not candidates(seen.links, home):
            rendered = fetcher.render(Source(home))
            if isinstance(rendered, Response):
                seen = _links(rendered)
        name = seen.title
        found += candidates(seen.links, home)
        for url in hubs(seen.links, home):
            if (hub := read(url)) is not None:
                gathered = [replace(link, place=_LEGAL_PAGE) for link in _links(hub).links]
                found += candidates(gathered, home, found_on=url)
    if (robots := read(urljoin(home, "/robots.txt"), optional=True)) is not None:
        found += _mapped(robots.body, home, sitemap)
    if (security := read(urljoin(home, "/.well-known/security.txt"), optional=True)) is not None:
        policy = _POLICY.search(security.body.decode("utf-8", "replace"))
        if policy:
            found.append(Candidate("Vulnerability Disclosure Policy", policy[1], 0.9, "", "security.txt"))
    return Discovery(home, name_of(home, name), best(found), tuple(unread))


def candidates(links: Iterable["Link"], home: str, *, found_on: str = "") -> tuple[Candidate, ...]:
    """Return the links that look like documents of the service at `home`, each with its score; pure."""
    out = []
    for link in links:
        made = _judged(link, home, found_on or home)
        if made is not None and made.score >= LEAST:
            out.append(made)
    return tuple(out)


def hubs(links: Iterable["Link"], home: str) -> tuple[str, ...]:
    """Return the addresses of pages that list the service's terms, at most MOST_HUBS."""
    out: dict[str, None] = {}
    for link in links:
        url = _clean(link.url)
        own = site_of(url) == site_of(home) and url != _clean(home)
        if own and is_hub(link.text, urlsplit(url).path) and by_title(link.text) is None:
            out.setdefault(url)
    return tuple(out)[:MOST_HUBS]


def best(found: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Return the likeliest candidate of each terms type, no address twice; in the order of the list of types."""
    by_type: dict[str, Candidate] = {}
    taken: set[str] = set()
    for one in sorted(found, key=lambda one: -one.score):
        if one.terms_type not in by_type and one.url not in taken:
            by_type[one.terms_type] = one
            taken.add(one.url)
    return tuple(sorted(by_type.values(), key=lambda one: TERMS_TYPES.index(one.terms_type)))


def name_of(home: str, title: str | None) -> str:
    """Return what the service at `home` is likely to be called: the part of the page's title that its host spells."""
    label = site_of(home).split(".")[0]
    for part in re.split(r"\s[|·•:–—-]\s|: ", title or ""):
        if 0 < len(part) <= 40 and service_id(part).replace("-", "") == label.replace("-", "").lower():
            return part.strip()
    return label.title() if len(label) > 3 else label.upper()


def site_of(url: str) -> str:
    """Return the registrable part of an address's host: example.co.uk of www.shop.example.co.uk (approximate)."""
    labels = (urlsplit(url).hostname or "").split(".")
    short = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
    return ".".join(labels[-3:] if short else labels[-2:])


# ------------------------------------------------------------------------------------------------------ scoring


def _judged(link: "Link", home: str, found_on: str) -> Candidate | None:
    parts = urlsplit(link.url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    url = _clean(link.url)
    if url == _clean(home) or is_setting(link.text):
        return None
    words = re.sub(rf"(?i)\b{re.escape(site_of(home).split('.')[0])}(?:['’]s)?\b", " ", link.text)
    named, spelt = by_title(words), by_path(parts.path)
    hub = is_hub(link.text, parts.path) and (named is None or named[1] < 1)
    if named is None and spelt is None:
        return None
    terms_type = named[0] if named else spelt[0] if spelt else ""
    score = _score(named, spelt) - (0.15 if hub else 0) + _place(link, url, home)
    return Candidate(terms_type, url, round(min(1.0, max(0.0, score)), 3), " ".join(link.text.split()), found_on)


def _score(named: tuple[str, float] | None, spelt: tuple[str, bool] | None) -> float:
    """Weigh what the words and the address say; words count by how much of them says it."""
    words = 0.25 + 0.5 * named[1] if named else 0.0
    address = (0.5 if spelt[1] else 0.3) if spelt else 0.0
    if named and spelt:
        return words + address / 2 if named[0] == spelt[0] else words - 0.05
    return words or address


def _place(link: "Link", url: str, home: str) -> float:
    """Weigh where a link stands, and where it leads."""
    weight = _PLACES.get(link.place, 0.0)
    target = site_of(url)
    if target != site_of(home):
        label = site_of(home).split(".")[0]
        kin = label in (urlsplit(url).hostname or "") and len(label) > 3
        weight -= 1.0 if target in _EVERYBODYS else 0.05 if kin else 0.2
    if _TALK.search(urlsplit(url).path.lower()):
        weight -= 0.5
    if len(link.text) > 80:
        weight -= 0.4
    return weight


def _clean(url: str) -> str:
    """Return an address without fragment (unless it routes) and without what tracks or names a session."""
    parts = urlsplit(url)
    kept = [
        (key, value)
        for key, value in parse_qsl(parts.query, keep_blank_values=True)
        if not _TRACKING.match(key.lower())
    ]
    query = urlencode(kept) if len(kept) != len(parse_qsl(parts.query, keep_blank_values=True)) else parts.query
    fragment = parts.fragment if parts.fragment.startswith(("/", "!")) else ""
    return urlunsplit((parts.scheme, parts.netloc.lower(), parts.path or "/", query, fragment))


def _links(page: Response) -> "Links":
    from tosmonitor.normalise.links import Links, links  # parsers: only where a page is read

    try:
        return links(page.body, url=page.final_url, charset=page.charset)
    except ReadError:
        return Links((), None, None, ())


def _mapped(robots: bytes, home: str, sitemap: Callable[[str], bytes | Failure]) -> tuple[Candidate, ...]:
    """Return what the sitemaps that robots.txt names have, by address alone."""
    from tosmonitor.normalise.links import Link

    waiting = [url for url in _MAP.findall(robots.decode("utf-8", "replace")) if site_of(url) == site_of(home)]
    found: list[Link] = []
    for _ in range(MOST_SITEMAPS):
        if not waiting:
            break
        given = sitemap(waiting.pop(0))
        if isinstance(given, Failure):
            continue
        places = [html.unescape(place) for place in _LOCATION.findall(given.decode("utf-8", "replace"))]
        maps = [place for place in places if urlsplit(place).path.endswith(".xml")]
        waiting = sorted(maps, key=_unlikely) + waiting
        found += [Link(place, "", _SITEMAP) for place in places if place not in maps]
    return tuple(replace(one, score=min(one.score, 0.6)) for one in candidates(found, home, found_on=_SITEMAP))


def _unlikely(url: str) -> int:
    """Order the parts of a sitemap: pages and policies first, products and posts last."""
    name = urlsplit(url).path.lower()
    if any(word in name for word in ("legal", "polic", "static", "page", "corporate", "misc")):
        return 0
    return 2 if any(word in name for word in ("product", "post", "image", "video", "news", "blog", "user")) else 1
