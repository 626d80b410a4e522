"""The frame of every page: templates, links that hold under any prefix, and the answer that a page becomes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from types import CodeType
from typing import Any

from jinja2 import BytecodeCache, Environment, PackageLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup, escape
from starlette.responses import Response

from tosmonitor import urls
from tosmonitor.archive import Archive
from tosmonitor.errors import NotFoundError
from tosmonitor.feeds import Feed, terms_type
from tosmonitor.model import Sentence
from tosmonitor.site import i18n, markdown, visible
from tosmonitor.site.holdings import Catalogue, Holdings
from tosmonitor.site.settings import SiteSettings

#: Nothing inline, nothing from elsewhere; forms go to the site itself.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "public, max-age=60",
}


class NotHereError(NotFoundError):
    """What a reader asked for is not there; the message is in the reader's language."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One request for a page: who reads what, in which language."""

    holdings: Holdings
    settings: SiteSettings
    base_url: str  # absolute, without a trailing slash
    path: str  # of the page, absolute within the site
    language: str
    query: Mapping[str, str] = field(default_factory=dict)

    @property
    def archive(self) -> Archive:
        """Return the archive, opened read-only."""
        return self.holdings.archive()

    @property
    def catalogue(self) -> Catalogue:
        """Return the services and documents."""
        return self.holdings.catalogue()

    def words(self, text: str, **values: object) -> str:
        """Return a text of the site in the reader's language."""
        said = i18n.translations(self.language).gettext(text)
        return said % values if values else said

    def many(self, one: str, many: str, number: int) -> str:
        """Return a text with a number in it, in the reader's language."""
        said = i18n.translations(self.language).ngettext(one, many, number)
        return said % {"num": i18n.count(number, self.language)}

    def link(self, target: str) -> str:
        """Return a relative link to a page or file of the site."""
        found = urls.relative(target, self.path)
        if self.settings.index_links:
            place, mark, fragment = found.partition("#")
            if place.endswith("/"):
                found = f"{place}index.html{mark}{fragment}"
        return found


def page(
    visit: Visit,
    template: str,
    *,
    title: str,
    status: int = 200,
    description: str = "",
    feeds: tuple[Feed, ...] = (),
    languages: bool = True,
    metadata: Mapping[str, Any] | None = None,
    section: str = "",
    index: bool = True,
    **values: Any,
) -> Response:
    """Return a page as an answer; `feeds` are announced in its head, `metadata` is its schema.org description."""
    held = environment(visit.language)
    others = tuple(one for one in urls.LANGUAGES if one != visit.language)
    body = held.get_template(template).render(
        visit=visit,
        settings=visit.settings,
        language=visit.language,
        link=visit.link,
        title=title,
        description=description,
        feeds=feeds,
        others=others if languages else (),
        translated=lambda other: "/" + other + visit.path[3:],
        canonical=visit.base_url + visit.path,
        metadata=_json(metadata) if metadata else None,
        section=section,
        index=index,
        **values,
    )
    return Response(
        body, status, {**HEADERS, "Content-Language": visit.language}, media_type="text/html; charset=utf-8"
    )


def _json(held: Mapping[str, Any]) -> Markup:
    """Return JSON that may stand inside a script element: no "<" in it."""
    text = json.dumps(held, ensure_ascii=False, sort_keys=True)
    return Markup(text.replace("<", "\\u003c").replace("&", "\\u0026"))


class _Compiled(BytecodeCache):
    """Compiled templates in memory: they are the same for every language, each of which costs an export 0.2 s."""

    def __init__(self) -> None:
        self._held: dict[str, CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Hand over what another language had compiled."""
        bucket.code = self._held.get(bucket.key)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Remember what was compiled."""
        self._held[bucket.key] = bucket.code


_COMPILED = _Compiled()


@cache
def environment(language: str) -> Environment:
    """Return the templates with the words, dates and numbers of a language."""
    held = Environment(
        loader=PackageLoader("tosmonitor.site"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
        cache_size=-1,
        bytecode_cache=_COMPILED,
    )
    catalogue = i18n.translations(language)
    # The extension adds this method at run time, where a type checker cannot see it.
    held.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined]

    def counted(one: str, many: str, number: int, **values: object) -> Markup:
        """Return a text with a number in it, grouped as the language groups it; values are escaped."""
        said = Markup(catalogue.ngettext(one, many, number))
        return said % {"num": i18n.count(number, language), **values}

    def timed(said: str, iso: str) -> Markup:
        return Markup(f'<time datetime="{iso}">{escape(said)}</time>')

    def time(at: datetime) -> Markup:
        return timed(i18n.moment(at, language), f"{at:%Y-%m-%dT%H:%M:%SZ}")

    def day(at: datetime) -> Markup:
        return timed(i18n.day(at, language), f"{at:%Y-%m-%d}")

    def short(at: datetime) -> Markup:
        return timed(i18n.short_day(at, language), f"{at:%Y-%m-%d}")

    def said(sentence: Sentence) -> str:
        return i18n.typeset(sentence.said(language), language)

    held.filters.update(
        moment=time,
        day=day,
        short=short,
        iso=date.fromisoformat,
        count=lambda number: i18n.count(number, language),
        percent=lambda share: i18n.percent(share, language),
        said=said,
        type=lambda name: terms_type(name).said(language),
        tongue=lambda code: i18n.tongue(code, language),
        territory=lambda code: i18n.territory(code, language),
        month_name=lambda number: i18n.month_name(number, language),
        stamp=urls.stamp,
        terms=markdown.render,
        words=visible.words,
        plain=markdown.plain,
    )
    held.globals.update(urls=urls, ngettext=counted)
    return held
