"""Owns the way from the bytes of a page to the canonical Markdown of the legal text in it.

    bytes ─ parse ─► page ─ filters ─► page ─ select (declared) or content (by itself) ─► nodes ─ markdown ─► text
    PDF bytes ─ pdf (a subprocess with limits) ─► text

Pure: nothing here reads the network, the clock or the environment; the subprocess of `pdf` is the one exception.
"""

from collections.abc import Sequence

from tosmonitor.errors import EmptyTextError
from tosmonitor.model import Fingerprint, Normalised, Source
from tosmonitor.normalise import content, filters, language, markdown, parse, pdf, select
from tosmonitor.normalise.content import Part
from tosmonitor.normalise.filters import FILTERS, FilterSpec
from tosmonitor.normalise.tree import Element, build

__all__ = ["FILTERS", "RULES", "FilterSpec", "Part", "explain", "join", "normalise"]

#: The version of the rules: raised whenever the same bytes may give another text.
RULES = 1

#: What stands between the texts of several sources.
_BETWEEN = "\n\n---\n\n"
_NOT_TEXT = ["script", "style", "iframe", "noembed", "noframes"]
_NO_PROSE = ["svg", "canvas", "video", "audio", "object", "map", "datalist"]


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
    declared selectors match nothing, EmptyTextError where there is no text, DamagedError where the bytes cannot be read.
    """
    if body[:1024].lstrip().startswith(b"%PDF-") or media_type == "application/pdf":
        text = markdown.convert(pdf.read(body), url)
        if not text:
            raise EmptyTextError(f"there is no text in {url}")
        return Normalised(text, language.detect(text), None)
    markup, encoding = parse.decode(body, charset)
    page = parse.parse(markup)
    title = page.css_first("title")
    base = page.css_first("base[href]")
    page.strip_tags(_NOT_TEXT)
    declared = source or Source(url)
    if declared.filters:
        filters.apply(page, declared.filters)
    page.strip_tags(["path", "symbol"])
    nodes: Sequence[Element | str]
    if declared.select or declared.remove:
        nodes = select.take(page, declared.select, declared.remove)
    else:
        page.strip_tags(_NO_PROSE)
        nodes, _ = content.choose(build(page.body.html or "" if page.body else ""))
    text = markdown.convert(nodes, url)
    if not text:
        raise EmptyTextError(f"there is no text in {url}")
    return Normalised(text, language.detect(text), None, " ".join(title.text().split()) if title else None, encoding)


def explain(
    body: bytes,
    *,
    url: str,
    media_type: str,
    charset: str | None = None,
    source: Source | None = None,
    fingerprint: Fingerprint | None = None,
) -> tuple[Part, ...]:
    """Return the large parts of a page, in document order, and why each was kept or dropped."""
    return ()


def join(texts: Sequence[str]) -> str:
    """Return the text of a document from the texts of its sources, in declared order."""
    return _BETWEEN.join(text.strip("\n") for text in texts) + "\n"
