"""What an HTTP answer means for a document: the document, or a failure in words."""

from datetime import datetime
from http import HTTPStatus

from tosmonitor.fetch import manners, media
from tosmonitor.fetch.http import Answer
from tosmonitor.fetch.trouble import TroubleError
from tosmonitor.model import FailureKind, Response

#: Server errors that pass: not 501 (never will), 505, 507-511.
_PASSING = frozenset({408, 425, 500, 502, 503, 504, 520, 521, 522, 523, 524, 527})


def read(answer: Answer, source_url: str, hops: tuple[str, ...], now: datetime) -> Response:
    """Return the answer as a response; raise TroubleError for an error status, an empty body, a kind that is not read.

    With an error status the trouble carries the page, if there is one.
    """
    if answer.status >= 400:
        raise _refusal(answer, source_url, hops, now)
    host = answer.url.host
    if not 200 <= answer.status < 300 or answer.status == 206:
        raise TroubleError(
            FailureKind.PROTOCOL,
            f"{host} answered {answer.status}, which is no answer to a plain request",
            f"{host} a répondu {answer.status}, ce qui ne répond pas à une simple demande",
            status=answer.status,
        )
    if not answer.body.strip():
        raise TroubleError(
            FailureKind.EMPTY,
            f"{host} answered {answer.status} with an empty page",
            f"{host} a répondu {answer.status} avec une page vide",
            status=answer.status,
        )
    page = _page(answer, source_url, hops)
    if page.media_type not in media.READABLE:
        raise TroubleError(
            FailureKind.MEDIA,
            f"{host} sent {page.media_type}, which is neither a web page, nor text, nor a PDF",
            f"{host} a envoyé du {page.media_type}, qui n’est ni une page web, ni du texte, ni un PDF",
            status=answer.status,
        )
    return page


def _page(answer: Answer, source_url: str, hops: tuple[str, ...]) -> Response:
    content_type = answer.header("content-type")
    return Response(
        url=source_url,
        final_url=str(answer.url),
        status=answer.status,
        media_type=media.sniff(content_type, answer.body, path=answer.url.path),
        charset=media.charset(content_type),
        headers=answer.headers,
        body=answer.body,
        redirects=hops,
    )


def _refusal(answer: Answer, source_url: str, hops: tuple[str, ...], now: datetime) -> TroubleError:
    status, host = answer.status, answer.url.host
    phrase = HTTPStatus(status).phrase if status in HTTPStatus.__members__.values() else ""
    said = f"{status} ({phrase})" if phrase else str(status)
    asked = manners.retry_after(answer.header("retry-after"), now)
    if status == 429:
        kind = FailureKind.RATE_LIMITED
        en, fr = f"{host} answered 429, too many requests", f"{host} a répondu 429, trop de demandes"
    elif status == 410:
        kind = FailureKind.GONE
        en, fr = f"{host} says that the page is gone for good (410)", f"{host} dit que la page a disparu (410)"
    elif 500 <= status < 600:
        kind = FailureKind.HTTP_5XX
        en, fr = f"{host} answered {said}", f"{host} a répondu {said}"
    else:
        kind = FailureKind.HTTP_4XX
        en, fr = f"{host} answered {said}", f"{host} a répondu {said}"
    page = _page(answer, source_url, hops) if answer.body.strip() else None
    challenged = answer.header("cf-mitigated") is not None
    return TroubleError(
        kind,
        en,
        fr,
        transient=(status in _PASSING or (status == 429 and asked is not None)) and not challenged,
        status=status,
        retry_after=asked,
        page=page,
    )
