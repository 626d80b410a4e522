"""A local page that shows what is read of a document: the page as fetched with kept parts marked, and the Markdown.

Nothing in it is fetched from anywhere, and no script runs: the page as fetched stands in a sandboxed frame.
"""

import difflib
import html
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tosmonitor.errors import ReadError
from tosmonitor.model import Document, Reading, Response, Source

if TYPE_CHECKING:
    from tosmonitor.normalise import Part

_DROPPED = re.compile(rb"(?is)<(script|noscript|template|iframe|object|embed)\b.*?</\1\s*>|<(?:meta|link|base)\b[^>]*>")
_PIECE = re.compile(r"(?s)<!--.*?-->|<style\b.*?</style\s*>|<[^>]*>|[^<]+", re.IGNORECASE)
_LETTERS = re.compile(r"[\W_]+")
_LINK = re.compile(r"\]\([^)\s]*\)")
_MARK = '<mark class="tosmonitor-kept">{}</mark>'
_FRAME_STYLE = (
    "<meta http-equiv='Content-Security-Policy'"
    " content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">"
    "<style>.tosmonitor-kept{background:#fff3a3;color:#000}</style>"
)
_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;margin:1rem auto;max-width:110rem;padding:0 1rem}
.two{display:grid;grid-template-columns:1fr 1fr;gap:1rem}@media(max-width:60rem){.two{grid-template-columns:1fr}}
iframe{width:100%;height:80vh;border:1px solid #767676}pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:0}
.text{height:80vh;overflow:auto;border:1px solid #767676;padding:.5rem}table{border-collapse:collapse}
td,th{border:1px solid #767676;padding:.2rem .5rem;text-align:left;vertical-align:top}td.n{text-align:right}
ins{background:#cfe8ff;text-decoration:none}del{background:#ffd9a8}
.trouble{border-left:.4rem solid #b30000;padding-left:1rem}
"""


def preview(document: Document, readings: Sequence[Reading]) -> str:
    """Return the page, as HTML, for what was read of each source of `document`."""
    sections = "\n".join(part for reading in readings for part in _section(reading))
    title = html.escape(f"{document.id}: what is read")
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>\n'
        f"<body>\n<h1>{title}</h1>\n{sections}\n</body></html>\n"
    )


def marked(body: bytes, charset: str | None, text: str) -> str:
    """Return the page `body` without scripts, what of its words is in `text` marked; to be shown in a sandbox."""
    from tosmonitor.normalise.parse import decode

    try:
        page = decode(_DROPPED.sub(b"", body), charset)
    except ReadError as error:
        return html.escape(str(error))
    kept = _folded(_LINK.sub("]", text))
    return _FRAME_STYLE + "".join(_mark(piece, kept) for piece in _PIECE.findall(page))


def _mark(piece: str, kept: str) -> str:
    if piece.startswith("<"):
        return piece
    folded = _folded(html.unescape(piece))
    return _MARK.format(piece) if len(folded) > 1 and folded in kept else piece


def _folded(text: str) -> str:
    return _LETTERS.sub("", text).lower()


def _section(reading: Reading) -> Iterator[str]:
    source, response = reading.source, reading.response
    url = html.escape(source.url)
    yield f'<h2><a href="{url}" rel="noreferrer">{url}</a></h2>'
    trouble = reading.failure or reading.obstacle
    if trouble is not None:
        yield f'<p class="trouble">{html.escape(trouble.reason.en)} Nothing would be stored.</p>'
    if response is None:
        return
    text = reading.normalised.text if reading.normalised else ""
    facts = [f"{response.status}", response.media_type, f"{len(response.body):,} bytes", f"{len(text.split()):,} words"]
    facts += ["read in a browser"] if response.rendered else []
    facts += [f"language {reading.normalised.language}"] if reading.normalised and reading.normalised.language else []
    yield f"<p>{html.escape(' · '.join(facts))}</p>"
    if response.media_type == "application/pdf":
        page = "<p>A PDF is not shown here; open its address.</p>"
    else:
        frame = html.escape(marked(response.body, response.charset, text), quote=True)
        page = f'<iframe sandbox="" title="The page as fetched" srcdoc="{frame}"></iframe>'
    yield (
        f'<div class="two"><section><h3>The page as fetched, kept parts marked</h3>{page}</section>'
        f'<section><h3>What is stored</h3><div class="text" tabindex="0"><pre>{html.escape(text)}</pre></div></section>'
        "</div>"
    )
    yield from _parts(source, response)
    yield from _declared(source, response, text)


def _parts(source: Source, response: Response) -> Iterator[str]:
    """Tell why each large part of the page was kept or dropped."""
    from tosmonitor.normalise import explain  # parsers: only where a page is read

    try:
        parts = explain(
            response.body,
            url=response.final_url,
            media_type=response.media_type,
            charset=response.charset,
            source=source,
        )
    except ReadError as error:
        yield f'<p class="trouble">{html.escape(str(error))}</p>'
        return
    if parts:
        rows = "".join(_row(part) for part in parts)
        yield (
            "<h3>Why</h3><table><thead><tr><th>part</th><th>words</th><th></th><th>reason</th></tr></thead>"
            f"<tbody>{rows}</tbody></table>"
        )


def _row(part: "Part") -> str:
    said = "kept" if part.kept else "left out"
    return (
        f"<tr><td><code>{html.escape(part.where)}</code></td><td class=n>{part.words:,}</td><td>{said}</td>"
        f"<td>{html.escape(part.reason)}</td></tr>"
    )


def _declared(source: Source, response: Response, text: str) -> Iterator[str]:
    """Show what select, remove and filters change, or how they are declared."""
    from tosmonitor.normalise import normalise

    yield "<h3>What select and remove change</h3>"
    if not (source.select or source.remove or source.filters):
        yield (
            "<p>Nothing is declared; the text was found by itself. To take other parts, add to the document:</p>"
            "<pre>      select: main article\n      remove: [.banner, .related]</pre>"
        )
        return
    try:
        alone = normalise(
            response.body,
            url=response.final_url,
            media_type=response.media_type,
            charset=response.charset,
            source=Source(source.url),
        ).text
    except ReadError as error:
        yield f"<p>Without them nothing is read: {html.escape(str(error))}</p>"
        return
    lines = list(difflib.unified_diff(alone.split("\n"), text.split("\n"), lineterm="", n=1))[2:]
    if not lines:
        yield "<p>Nothing: the same text is found without them. They can be left out.</p>"
        return
    yield f"<pre>{chr(10).join(_line(line) for line in lines)}</pre>"


def _line(line: str) -> str:
    tag = {"+": "ins", "-": "del"}.get(line[:1])
    said = html.escape(line)
    return f"<{tag}>{said}</{tag}>" if tag else said
