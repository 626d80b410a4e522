"""The application: addresses and the pages that answer them, over one archive opened read-only.

    request ─► Conditional (304, gzip, memory) ─► routes ─► page(visit) ─► answer
                                                    └► /api/v1 ─► FastAPI

The site never fetches a page of a service and never writes.
"""

from collections.abc import Callable, Iterable
from functools import partial
from html import escape
from importlib.resources import files
from itertools import islice
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp

from tosmonitor import urls
from tosmonitor.errors import ArchiveError, NotFoundError, TosmonitorError, WithheldError
from tosmonitor.site import api, contents, i18n, measures
from tosmonitor.site.conditional import Conditional
from tosmonitor.site.frame import HEADERS, NotHereError, Visit, page
from tosmonitor.site.holdings import Holdings
from tosmonitor.site.pages import changing, documents, feeding, finding, months, overview, telling
from tosmonitor.site.settings import SiteSettings

#: What a page is: a function of a visit and of the parts of its address.
Page = Callable[..., Response]

_STATIC = {
    "site.css": "text/css; charset=utf-8",
    "site.js": "text/javascript; charset=utf-8",
    "search.js": "text/javascript; charset=utf-8",
    "mark.svg": "image/svg+xml",
}

#: The addresses of pages under a language, and what answers them.
PAGES: tuple[tuple[str, Page], ...] = (
    ("/", overview.home),
    ("/changes/", overview.changes),
    ("/changes/{name}/", months.month),
    ("/services/", overview.services),
    ("/services/{name}/", overview.services_part),
    ("/tags/", overview.tags),
    ("/tags/{name}/", overview.tag),
    ("/types/", overview.types),
    ("/types/{name}/", overview.type_),
    ("/topics/", overview.topics),
    ("/topics/{name}/", overview.topic),
    ("/calendar/", months.calendar),
    ("/calendar/{year:int}/", months.calendar),
    ("/search/", finding.search),
    ("/phrase/", finding.phrases),
    ("/phrase/{name}/", finding.phrase),
    ("/compare/", changing.compare),
    ("/status/", telling.status),
    ("/coverage/", telling.coverage),
    ("/coverage/{name}/", telling.coverage_part),
    ("/feeds/", telling.feed_list),
    ("/feeds/service/{name}/", telling.feed_part),
    ("/feeds/{name}/", telling.feed_group),
    ("/feeds/{rest:path}", feeding.feed),
    ("/method/", telling.method),
    ("/about/", telling.about),
    ("/references/", telling.references),
    ("/references/plan.json", telling.plan_file),
    ("/{service_id}/", documents.service),
    ("/{service_id}/{type_id}/", documents.document),
    ("/{service_id}/{type_id}/{stamp}/", documents.version),
    ("/{service_id}/{type_id}/{stamp}/text.md", documents.version_text),
    ("/{service_id}/{type_id}/{stamp}/change/", changing.change),
    *((f"/{{service_id}}/{{type_id}}/{{stamp}}/change/{name}/", changing.view) for name in urls.CHANGE_VIEWS),
    *((f"/{{service_id}}/{{type_id}}/{{stamp}}/change/{name}", changing.file) for name in urls.CHANGE_FILES),
)


def create_app(archive_path: Path, *, base_url: str, settings: SiteSettings | None = None) -> ASGIApp:
    """Return the site over the archive at `archive_path`, which need not exist yet.

    `base_url` is the public address, with or without a trailing slash; it appears in canonical links and feeds only.
    """
    holdings = Holdings(Path(archive_path))
    app = application(holdings, base_url=base_url.rstrip("/"), settings=settings or SiteSettings())
    return Conditional(app, edition=holdings.edition)


def application(
    holdings: Holdings, *, base_url: str, settings: SiteSettings, pages: Callable[[], Iterable[str]] | None = None
) -> Starlette:
    """Return the site without the layer that remembers and compresses; what `export` asks.

    `pages` gives the addresses for the sitemap where they are known already.
    """
    listed = pages or partial(contents.pages, holdings, settings, base_url)
    routes: list[BaseRoute] = [
        Route("/", _choice(holdings, settings, base_url), methods=["GET"]),
        Route("/healthz", measures.health(holdings), methods=["GET"]),
        Route("/metrics", measures.metrics(holdings), methods=["GET"]),
        Route("/robots.txt", _robots(base_url), methods=["GET"]),
        Route("/sitemap.xml", _sitemap(listed, base_url), methods=["GET"]),
        Route("/static/{name}", _static, methods=["GET"]),
        Mount("/api/v1", api.create(holdings, base_url), name="api"),
    ]
    for language in urls.LANGUAGES:
        for path, answer in PAGES:
            respond = _answer(answer, path, language, holdings, settings, base_url)
            routes.append(Route(f"/{language}{path}", respond, methods=["GET"]))
    refused = _refused(holdings, settings, base_url)
    return Starlette(routes=routes, exception_handlers={HTTPException: refused, TosmonitorError: refused})


def _answer(
    answer: Page, pattern: str, language: str, holdings: Holdings, settings: SiteSettings, base: str
) -> Callable[[Request], Response]:
    name = pattern.strip("/").rpartition("/")[2]

    def respond(request: Request) -> Response:
        parts = dict(request.path_params)
        visit = Visit(holdings, settings, base, request.url.path, language, dict(request.query_params))
        if "type_id" in parts:
            document: dict[str, object] = {"document_id": f"{parts['service_id']}/{parts['type_id']}"}
            if "stamp" in parts:
                document["at"] = _time(parts["stamp"])
            if answer in (changing.view, changing.file):
                document["name"] = name
            parts = document
        return answer(visit, **parts)

    return respond


def _time(stamp: str) -> object:
    try:
        return urls.parse_stamp(stamp)
    except ValueError as error:
        raise NotFoundError(str(error)) from error


def _choice(holdings: Holdings, settings: SiteSettings, base: str) -> Callable[[Request], Response]:
    """Lead to the reader's language; without a preference, let the reader choose."""

    def respond(request: Request) -> Response:
        language = i18n.preferred(request.headers.get("accept-language", ""))
        if language is not None:
            return RedirectResponse(f"{language}/", 302, {**HEADERS, "Vary": "Accept-Language"})
        visit = Visit(holdings, settings, base, "/", "en")
        answer = page(visit, "choose.html", title=settings.name, languages=False)
        answer.headers["Vary"] = "Accept-Language"
        return answer

    return respond


def _refused(holdings: Holdings, settings: SiteSettings, base: str) -> Callable[[Request, Exception], Response]:
    """Answer what cannot be shown: 404, 451 for withheld texts, 503 while the archive cannot be read."""

    def respond(request: Request, error: Exception) -> Response:
        language = request.url.path.split("/")[1]
        language = language if language in urls.LANGUAGES else "en"
        visit = Visit(holdings, settings, base, request.url.path, language)
        _ = visit.words
        status, title = 404, _("Page not found")
        reason = _("There is nothing at this address. A name in it may be written otherwise, or nothing was read then.")
        if isinstance(error, HTTPException):
            status = error.status_code
            if status != 404:
                return PlainTextResponse(f"{status} {error.detail}\n", status, {**HEADERS, **(error.headers or {})})
        elif isinstance(error, WithheldError):
            status, title = 451, _("Not shown any more")
            reason = _("This text was withheld; the page of its version says why, and since when.")
        elif isinstance(error, ArchiveError):
            status, title, reason = 503, _("Not available just now"), _("The archive cannot be read at the moment.")
        elif not holdings.path.is_file():
            status, title, reason = (
                503,
                _("Nothing has been read yet"),
                _("There is no archive yet; it begins with the first check."),
            )
        elif isinstance(error, NotHereError):
            reason = str(error)
        answer = page(visit, "missing.html", title=title, status=status, index=False, languages=False, reason=reason)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return respond


def _static(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _STATIC:
        raise HTTPException(404)
    body = files("tosmonitor.site").joinpath("static", name).read_bytes()
    return Response(body, 200, {**HEADERS, "Cache-Control": "public, max-age=3600"}, media_type=_STATIC[name])


def _robots(base: str) -> Callable[[Request], Response]:
    def respond(request: Request) -> Response:
        lines = [
            "User-agent: *",
            *(
                f"Disallow: /{language}/{page}/?"
                for language in urls.LANGUAGES
                for page in ("search", "compare", "phrase", "changes")
            ),
            "",
            f"Sitemap: {base}/sitemap.xml",
            "",
        ]
        return PlainTextResponse("\n".join(lines), 200, HEADERS)

    return respond


def _sitemap(pages: Callable[[], Iterable[str]], base: str) -> Callable[[Request], Response]:
    """List the pages for search engines; the protocol allows 50,000, which the newest services come last in."""

    def respond(request: Request) -> Response:
        lines = [f"<url><loc>{escape(base + path)}</loc></url>" for path in islice(pages(), 50_000)]
        head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        return Response("\n".join([head, *lines, "</urlset>", ""]), 200, HEADERS, media_type="application/xml")

    return respond
