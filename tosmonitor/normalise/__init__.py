"""Owns the way from the bytes of a page to the canonical Markdown of the legal text in it.

    bytes ─ parse ─► page ─ filters ─► page ─ select (declared) or content (by itself) ─► nodes ─ markdown ─► text
    PDF bytes ─ pdf (a subprocess with limits) ─► text

Pure: nothing here reads the network, the clock or the environment; the subprocess of `pdf` is the one exception.
"""

import gc
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from selectolax.lexbor import LexborHTMLParser

from tosmonitor.errors import DamagedError, EmptyTextError
from tosmonitor.model import Fingerprint, Normalised, Source
from tosmonitor.normalise import content, filters, language, markdown, parse, passing, pdf, rescue, select, state, urls
from tosmonitor.normalise.characters import clean
from tosmonitor.normalise.filters import FILTERS, FilterSpec
from tosmonitor.normalise.measure import measure
from tosmonitor.normalise.parts import Part
from tosmonitor.normalise.tree import Element, build, release

__all__ = ["FILTERS", "RULES", "FilterSpec", "Part", "explain", "join", "normalise"]

#: The version of the rules: raised whenever the same bytes may give another text.
RULES = 2

#: What stands between the texts of several sources.
_BETWEEN = "\n\n---\n\n"
_NOT_TEXT = ["script", "style"]
_SELDOM = ["iframe", "noembed", "noframes", "path", "symbol"]  # no text either
_NO_PROSE = ["svg", "canvas", "video", "audio", "object", "map", "datalist"]
_TEXTS = frozenset(
    {"text/html", "application/xhtml+xml", "text/xml", "application/xml", "text/plain", "text/markdown", ""}
)
_LARGE = 3_000_000  # bytes, from which on memory is given back as soon as it is free
_HIDDEN_MAIL = "/email-protection"


def normalise(
    body: bytes,
    *,
    url: str,
    media_type: str,
    charset: str | None = None,
    source: Source | None = None,
    fingerprint: Fingerprint | None = None,
) -> Normalised:
    """Return the legal text of one page as canonical Markdown.

    `url` is where the page was found, the base of its links; `charset` the header's; `source` the declaration (nothing
    selected: the main text is found by itself); `fingerprint` what was chosen last time. Raise SelectorError where
    declared selectors match nothing, EmptyTextError where there is no text, DamagedError where the bytes are no page.
    """
    with _uncollected():
        return _read(body, url, media_type, charset, source or Source(url), fingerprint)[0]


def explain(
    body: bytes,
    *,
    url: str,
    media_type: str,
    charset: str | None = None,
    source: Source | None = None,
    fingerprint: Fingerprint | None = None,
) -> tuple[Part, ...]:
    """Return the large parts of a page and why each was kept or dropped; raises what `normalise` raises."""
    return _read(body, url, media_type, charset, source or Source(url), fingerprint, explaining=True)[1]


def join(texts: Sequence[str]) -> str:
    """Return the text of a document from the texts of its sources, in declared order."""
    return _BETWEEN.join(text.strip("\n") for text in texts) + "\n"


@contextmanager
def _uncollected() -> Iterator[None]:
    """Hold the collector of cycles back: a page makes thousands of elements, all alive until the end (-25 % time)."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _read(
    body: bytes,
    url: str,
    media_type: str,
    charset: str | None,
    source: Source,
    fingerprint: Fingerprint | None,
    *,
    explaining: bool = False,
) -> tuple[Normalised, tuple[Part, ...]]:
    parts: list[Part] = []
    nodes: Sequence[Element | str]
    title = encoding = chosen = whole = chooser = None
    base = url
    if body[:1024].lstrip().startswith(b"%PDF-") or media_type == "application/pdf":
        found = pdf.read(body)
        nodes = found.nodes
        whole = "the PDF", "all its text"
        parts.extend(Part("the PDF", False, 0, reason) for reason in found.unread)
    elif media_type in ("text/plain", "text/markdown") and b"<html" not in body[:2000].lower():
        body, encoding = parse.utf8(body, charset)
        nodes = plain(body.decode())
        whole = "the file", "plain text"
    elif media_type not in _TEXTS and body.lstrip()[:1] != b"<":
        raise DamagedError(f"{url} is {media_type}, which holds no text that can be read; PDF, HTML and plain text can")
    else:
        body, encoding = parse.utf8(body, charset)
        tags = parse.rare(body)
        page = parse.parse(body, tags)
        title, base = _head(page, url, tags)
        page.strip_tags([*_NOT_TEXT, *(tag for tag in _SELDOM if tags[tag])])
        if source.filters:
            filters.apply(page, source.filters)
        if _HIDDEN_MAIL.encode() in body:
            _reveal_mail(page)
        if source.select or source.remove:
            taken = select.take(page, source.select, source.remove)
            del page
            if len(body) > _LARGE:
                parse.give_back()
            nodes = select.nodes(taken)
            whole = "the page", "taken by the declared selectors"
        else:
            page.strip_tags(_NO_PROSE)
            markup = _serialised(page)
            del page
            if len(body) > _LARGE:
                parse.give_back()
            root = build(markup)
            del markup
            chooser = content.Chooser(root, fingerprint, explaining=explaining)
            nodes = chooser.choose(lambda: _carried(body, url))
            parts, chosen = chooser.parts, chooser.fingerprint
    if explaining and whole is not None:
        where, reason = whole
        parts.append(Part(where, True, sum(len(words.split()) for e in nodes for words in _strings(e)), reason))
    text = markdown.convert(nodes, base)
    if chooser is not None:
        release(chooser.root)
        del root
    del nodes, chooser
    text, passed = passing.drop(text)
    parts.extend(Part("a line", False, len(line.split()), f"passes with time: “{line}”") for line in passed)
    if not text:
        raise EmptyTextError(f"there is no text in {url}; a page that scripts write must be rendered in a browser")
    return Normalised(text, language.detect(text), chosen, title, encoding), tuple(parts)


def _carried(body: bytes, url: str) -> tuple[str, list[Element | str]]:
    """Return the document in the state that the scripts of a page carry, and where it stands there."""
    page = parse.parse(body)
    language_named = (page.root.attributes.get("lang") or "") if page.root is not None else ""
    return state.document(
        rescue.scripts(page), url=url, language=language_named, measure=lambda tree: measure(tree, [])
    )


def _serialised(page: LexborHTMLParser) -> str:
    return (page.body.html if page.body is not None else "") or ""


def plain(text: str) -> list[Element | str]:
    """Return the paragraphs of a plain text: an empty line parts them, other line breaks stay."""
    element = Element("pre")
    element.kids.append(clean(text))
    return [element]


def _strings(node: Element | str) -> Sequence[str]:
    return [node] if isinstance(node, str) else list(node.strings())


def _head(page: LexborHTMLParser, url: str, tags: Counter[str]) -> tuple[str | None, str]:
    """Return the page's title, and the address that its links start from."""
    title = page.head.css_first("head > title") if page.head is not None else None
    base = page.css_first("base[href]") if tags["base"] else None
    href = (base.attributes.get("href") or "") if base is not None else ""
    words = " ".join(clean(title.text()).split()) if title is not None else ""
    return words or None, urls.absolute(href, url) or url


def _reveal_mail(page: LexborHTMLParser) -> None:
    """Undo Cloudflare's hiding of e-mail addresses, in texts and in links."""
    for node in page.css("[data-cfemail]"):
        address = urls.revealed(node.attributes.get("data-cfemail") or "")
        if address:
            node.replace_with(address)
    for node in page.css(f'a[href*="{_HIDDEN_MAIL}"]'):
        address = urls.revealed((node.attributes.get("href") or "").partition("#")[2])
        if address:
            node.attrs["href"] = f"mailto:{address}"
        else:
            del node.attrs["href"]
