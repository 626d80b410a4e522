"""The programming interface, /api/v1: what the pages show, as JSON, described by OpenAPI.

Times are ISO 8601 in UTC; lists are the newest first and page on with `before`. Addresses under a document are those of
its pages: /documents/{service}/{terms type}/versions/{14-digit stamp}.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from tosmonitor import archive as archives
from tosmonitor import diff, urls
from tosmonitor.errors import ArchiveError, NotFoundError, TosmonitorError, WithheldError
from tosmonitor.model import Change, Check, Document, Sentence, Version
from tosmonitor.site.holdings import Holdings

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "public, max-age=60",
    "Access-Control-Allow-Origin": "*",
}


class Said(BaseModel):
    """Something said in words, in each language."""

    en: str
    fr: str


class DocumentOut(BaseModel):
    """A document that is watched."""

    id: str
    terms_type: str
    language: str | None
    jurisdiction: str | None
    sources: list[str]
    every_hours: float
    url: str


class ServiceOut(BaseModel):
    """A service with its documents."""

    id: str
    name: str
    homepage: str | None
    tags: list[str]
    documents: list[DocumentOut]
    url: str


class WithdrawalOut(BaseModel):
    """Why something is not shown, or not stood by, any more."""

    at: datetime
    reason: Said


class VersionOut(BaseModel):
    """A version; `text` is given when one version is asked for."""

    fetched_at: datetime
    text_sha256: str
    snapshots_sha256: list[str]
    words: int
    language: str | None
    cause: str
    rules: int
    retracted: WithdrawalOut | None
    withheld: WithdrawalOut | None
    url: str
    text: str | None = None


class ChangeOut(BaseModel):
    """A change, without the edits."""

    document: str
    service: str
    at: datetime
    before_at: datetime
    kind: str
    sentence: Said
    words_added: int
    words_removed: int
    sections_edited: list[str]
    sections_added: list[str]
    sections_removed: list[str]
    topics: dict[str, list[str]]
    announced_at: datetime | None
    returns_to: datetime | None
    retracted: WithdrawalOut | None
    url: str


class ChangeWhole(ChangeOut):
    """A change with both versions and the whole difference in the form "diff/1"."""

    before: VersionOut
    after: VersionOut
    difference: dict[str, Any] | None


class CheckOut(BaseModel):
    """One check."""

    at: datetime
    outcome: str
    kind: str | None
    reason: Said
    text_sha256: str | None


class GapOut(BaseModel):
    """A spell in which a document could not be seen."""

    first_missed: datetime
    until: datetime | None
    checks: int
    reason: Said


class HitOut(BaseModel):
    """A passage that answers a search."""

    document: str
    passage: str
    first: datetime
    until: datetime | None


class SpellOut(BaseModel):
    """An uninterrupted stay of a phrase in a document."""

    document: str
    since: datetime
    until: datetime | None


def create(holdings: Holdings, base_url: str) -> FastAPI:
    """Return the interface over the archive; `base_url` has no trailing slash."""
    app = FastAPI(
        title="tosmonitor",
        version="1",
        description="Changes in the terms of online services, as data. Read only, no key.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        servers=[{"url": f"{base_url}/api/v1"}],
        root_path_in_servers=False,
    )
    make = _Maker(base_url)

    @app.get("/services.json", response_model=list[ServiceOut], summary="Every service with its documents")
    def services() -> Any:
        return [
            ServiceOut(
                id=s.id,
                name=s.name,
                homepage=s.homepage,
                tags=list(s.tags),
                documents=[make.document(d) for d in s.documents],
                url=base_url + urls.service("en", s.id),
            )
            for s in holdings.catalogue().services
        ]

    @app.get("/changes.json", response_model=list[ChangeOut], summary="The latest changes, filtered")
    def changes(
        service: str | None = None,
        document: str | None = None,
        tag: str | None = None,
        terms_type: str | None = None,
        topic: str | None = None,
        kind: str | None = None,
        jurisdiction: str | None = None,
        language: str | None = None,
        phrase: str | None = None,
        before: datetime | None = None,
        since: datetime | None = None,
        announced_only: bool = True,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> Any:
        asked: dict[str, Any] = {
            "limit": limit,
            "before": _aware(before),
            "since": _aware(since),
            "service": service,
            "document": document,
            "tag": tag,
            "terms_type": terms_type,
            "topic": topic,
            "kind": kind,
            "jurisdiction": jurisdiction,
            "language": language,
            "announced": True if announced_only else None,
        }
        if phrase is not None:
            return [make.change(change) for change in archives.changes(holdings.archive(), phrase=phrase, **asked)]
        earlier = holdings.earlier
        kept = {} if earlier is None else earlier.items(urls.api("changes.json"))
        found: list[ChangeOut | dict[str, Any]] = []
        for line in archives.headlines(holdings.archive(), **asked):
            item = kept.get((line.document_id, f"{line.at:%Y-%m-%dT%H:%M:%SZ}"))
            if item is not None and earlier is not None and earlier.stands(line.document_id, line.at):
                found.append(item)
            else:
                found += [make.change(change) for change in holdings.changes([(line.document_id, line.at)])]
        return found

    @app.get("/search.json", response_model=list[HitOut], summary="Passages of all versions ever that answer a query")
    def search(
        q: Annotated[str, Query(max_length=200)],
        service: str | None = None,
        document: str | None = None,
        tag: str | None = None,
        in_force: bool | None = None,
        limit: Annotated[int, Query(ge=1, le=100)] = 25,
        offset: Annotated[int, Query(ge=0, le=10_000)] = 0,
    ) -> Any:
        found = archives.search(
            holdings.archive(),
            q,
            limit=limit,
            offset=offset,
            service=service,
            document=document,
            tag=tag,
            in_force=in_force,
        )
        return [HitOut(document=h.document_id, passage=h.text, first=h.first, until=h.until) for h in found.hits]

    @app.get(
        "/phrase.json", response_model=list[SpellOut], summary="Since when and until when each document says a phrase"
    )
    def phrase(q: Annotated[str, Query(max_length=200)]) -> Any:
        found = archives.spells(holdings.archive(), q)
        return [SpellOut(document=spell.document_id, since=spell.since, until=spell.until) for spell in found]

    @app.get("/documents/{service}/{type}.json", response_model=DocumentOut, summary="One document")
    def document(service: str, type: str) -> Any:
        return make.document(holdings.catalogue().document(f"{service}/{type}")[1])

    @app.get(
        "/documents/{service}/{type}/versions.json",
        response_model=list[VersionOut],
        summary="All versions of a document",
    )
    def versions(service: str, type: str) -> Any:
        held = archives.versions(holdings.archive(), f"{service}/{type}")
        return [make.version(version) for version in reversed(held)]

    @app.get(
        "/documents/{service}/{type}/versions/{stamp}.json",
        response_model=VersionOut,
        summary="One version with its text",
    )
    def version(service: str, type: str, stamp: str) -> Any:
        at = _stamp(stamp)
        found = archives.version_at(holdings.archive(), f"{service}/{type}", at)
        held = make.version(found)
        held.text = None if found.withheld else archives.text(holdings.archive(), found.digest)
        return held

    @app.get(
        "/documents/{service}/{type}/changes/{stamp}.json", response_model=ChangeWhole, summary="One change, whole"
    )
    def change(service: str, type: str, stamp: str) -> Any:
        found = archives.change(holdings.archive(), f"{service}/{type}", _stamp(stamp))
        difference = None
        if not (found.before.withheld or found.after.withheld):
            texts = [archives.text(holdings.archive(), one.digest) for one in (found.before, found.after)]
            difference = diff.as_json(found.difference, *texts)
        return ChangeWhole(
            **make.change(found).model_dump(),
            before=make.version(found.before),
            after=make.version(found.after),
            difference=difference,
        )

    @app.get(
        "/documents/{service}/{type}/checks.json",
        response_model=list[CheckOut],
        summary="The latest checks of a document",
    )
    def checks(service: str, type: str, limit: Annotated[int, Query(ge=1, le=1000)] = 100) -> Any:
        found = archives.checks(holdings.archive(), f"{service}/{type}", limit=limit)
        return [_check(one) for one in reversed(found)]

    @app.get(
        "/documents/{service}/{type}/gaps.json",
        response_model=list[GapOut],
        summary="When a document could not be seen",
    )
    def gaps(service: str, type: str) -> Any:
        found = archives.gaps(holdings.archive(), f"{service}/{type}")
        return [
            GapOut(first_missed=g.first_missed, until=g.until, checks=g.checks, reason=_said(g.reason)) for g in found
        ]

    for kind, status in ((NotFoundError, 404), (WithheldError, 451), (ArchiveError, 503)):
        app.add_exception_handler(kind, _problem(status))

    @app.middleware("http")
    async def headers(request: Request, call_next: Callable[[Request], Any]) -> Any:
        answer = await call_next(request)
        for name, value in _HEADERS.items():
            answer.headers[name] = value
        return answer

    return app


class _Maker:
    """Writes our types as those of the interface, with public addresses."""

    def __init__(self, base_url: str) -> None:
        self.base = base_url

    def document(self, held: Document) -> DocumentOut:
        return DocumentOut(
            id=held.id,
            terms_type=held.terms_type,
            language=held.language,
            jurisdiction=held.jurisdiction,
            sources=[source.url for source in held.sources],
            every_hours=held.every.total_seconds() / 3600,
            url=self.base + urls.document("en", held.id),
        )

    def version(self, held: Version) -> VersionOut:
        return VersionOut(
            fetched_at=held.fetched_at,
            text_sha256=held.digest,
            snapshots_sha256=list(held.snapshots),
            words=held.words,
            language=held.language,
            cause=held.cause.value,
            rules=held.rules,
            retracted=WithdrawalOut(at=held.retracted.at, reason=_said(held.retracted.reason))
            if held.retracted
            else None,
            withheld=WithdrawalOut(at=held.withheld.at, reason=_said(held.withheld.reason)) if held.withheld else None,
            url=self.base + urls.version("en", held.document_id, held.fetched_at),
        )

    def change(self, held: Change) -> ChangeOut:
        difference = held.difference
        return ChangeOut(
            document=held.document_id,
            service=held.document_id.partition("/")[0],
            at=held.after.fetched_at,
            before_at=held.before.fetched_at,
            kind=difference.kind.value,
            sentence=_said(difference.sentence),
            words_added=difference.words_added,
            words_removed=difference.words_removed,
            sections_edited=list(difference.sections_edited),
            sections_added=list(difference.sections_added),
            sections_removed=list(difference.sections_removed),
            topics={hit.topic: list(hit.words) for hit in difference.topics},
            announced_at=held.announced_at,
            returns_to=held.returns_to,
            retracted=WithdrawalOut(at=held.retracted.at, reason=_said(held.retracted.reason))
            if held.retracted
            else None,
            url=self.base + urls.change("en", held.document_id, held.after.fetched_at),
        )


def _check(held: Check) -> CheckOut:
    return CheckOut(
        at=held.checked_at,
        outcome=held.outcome.value,
        kind=held.kind,
        reason=_said(held.reason),
        text_sha256=held.digest,
    )


def _said(sentence: Sentence) -> Said:
    return Said(en=sentence.en, fr=sentence.fr)


def _aware(at: datetime | None) -> datetime | None:
    """Take a time without a zone as UTC."""
    return at if at is None or at.tzinfo is not None else at.replace(tzinfo=UTC)


def _stamp(text: str) -> datetime:
    try:
        return urls.parse_stamp(text)
    except ValueError as error:
        raise NotFoundError(str(error)) from error


def _problem(status: int) -> Callable[[Request, Exception], JSONResponse]:
    def respond(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, TosmonitorError)
        return JSONResponse({"error": str(error)}, status, {**_HEADERS, "Cache-Control": "no-store"})

    return respond
