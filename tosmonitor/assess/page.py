"""Owns what a visitor sees of a page: title, short lines, headings, forms and where the page says it lives.

Not the legal text: that is `normalise`'s. Here the whole page counts, with its dialogues and messages, because what
gives an error page away often stands where no legal text is looked for.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from tosmonitor.assess.fold import fold
from tosmonitor.assess.prose import is_document

_UNSEEN = "script, style, noscript, template:not([shadowrootmode]), svg, iframe, object, head > *:not(title)"
#: Overlays, by what the makers of consent dialogues call their boxes. Not "cookie" alone: cookie policies use it too.
_DIALOGUE = (
    "[role=dialog], [role=alertdialog], [aria-modal=true], dialog, #onetrust-consent-sdk, #onetrust-banner-sdk,"
    " #CybotCookiebotDialog, #didomi-host, #usercentrics-root, #cmpbox, #truste-consent-track, .qc-cmp2-container,"
    " .cky-consent-container, #iubenda-cs-banner, .osano-cm-window, #tarteaucitronRoot, #axeptio_overlay, .klaro,"
    " .cc-window, #sp_message_container, [id^=sp_message], .fc-consent-root, #cookie-banner, #cookiebanner,"
    " .cookie-banner, .cookie-consent, #cookie-consent, .cookieconsent, #cookie-notice, .cookie-notice,"
    " #hs-eu-cookie-confirmation, .termly-consent-banner, #gdpr-banner, [data-testid*=cookie-banner],"
    " [data-testid*=cookie-policy-manage]"
)
_CHROME = "nav, footer, header nav, [role=navigation], [role=contentinfo], select, datalist"
#: Elements that break a line, as browsers lay them out.
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "button", "caption", "center", "dd", "details",
    "dialog", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4",
    "h5", "h6", "header", "hr", "legend", "li", "main", "nav", "ol", "option", "p", "pre", "section", "summary",
    "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "br",
})  # fmt: skip
_HEADINGS = frozenset({"h1", "h2", "h3"})
#: A few words in a row, without anything that HTML and Markdown write differently.
_PIECE = re.compile(r"[^\W\d_]{2,}(?: [^\W\d_]{2,}){3}")
#: So many pieces of a text are looked for in the source of its page.
PIECES = 12
_LANGUAGE = re.compile(rb"<html\b[^>]{0,2000}?\blang\s*=\s*[\"']?([a-z]{2,3})\b", re.IGNORECASE)
_REFRESH = re.compile(rb"<meta[^>]{0,200}http-equiv\s*=\s*[\"']?refresh[\"']?[^>]{0,400}>", re.IGNORECASE)
_REFRESH_URL = re.compile(rb"url\s*=\s*[\"']?([^\"'>\s]+)", re.IGNORECASE)
#: A script that sends the visitor elsewhere as the first thing it does; longer scripts have other business.
_SCRIPTED_MOVE = re.compile(rb"<script[^>]*>[^<]{0,300}?location(?:\.href)?(?:\s*=|\.replace\()", re.IGNORECASE)

_FRONT = re.compile(r"[a-z]{2}(?:[-_][a-z]{2,4})?|home|index(?:\.\w+)?", re.IGNORECASE)

#: Beyond this a page is not parsed for its messages: no error page is that long.
MOST_BYTES = 6_000_000
#: An iframe whose end tag is missing swallows the rest of the page as plain text (characters); the tag is then ignored.
SWALLOWED = 2_000
_FRAME_TAG = re.compile(rb"</?(?:iframe|noscript)\b[^>]*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Page:
    """What is seen of a page; every text is folded."""

    title: str
    headings: tuple[str, ...]
    first: tuple[str, ...]  # those of `headings` that are of the first rank
    lines: tuple[str, ...]  # every line of visible text outside menus, in order, headings included
    menu: tuple[str, ...]  # the lines of menus and footers
    dialogue: frozenset[str]  # those of `lines` that belong to a consent dialogue or another overlay
    silent: tuple[str, ...]  # what is said only to those without scripts
    canonical: str  # where the page says it lives, or ""
    password: bool  # it asks for a password
    refresh: str  # where it sends its visitor, or ""
    scripted_move: bool  # a short script sends the visitor elsewhere


def look(body: bytes) -> Page:
    """Read `body` as HTML and return what a visitor would see."""
    tree = LexborHTMLParser(body[:MOST_BYTES])
    if any(len(node.text()) > SWALLOWED for node in tree.css("iframe")):
        tree = LexborHTMLParser(_FRAME_TAG.sub(b"", body[:MOST_BYTES]))
    title_node = tree.css_first("title")
    title = fold(title_node.text()) if title_node is not None else ""
    canonical = _attribute(tree, "link[rel=canonical]", "href") or _attribute(
        tree, "meta[property='og:url']", "content"
    )
    silent = tuple(
        line
        for node in tree.css("noscript")
        for raw in re.sub(r"<[^>]*>", "\n", node.html or "").split("\n")
        if (line := fold(raw))
    )
    password = bool(tree.css("input[type=password]"))
    for node in tree.css(_UNSEEN):
        node.decompose()
    menu: list[str] = []
    for node in tree.css(_CHROME):
        if node.parent is None:
            continue
        menu.extend(_lines(node)[0])
        node.decompose()
    dialogues = [_lines(node)[0] for node in tree.css(_DIALOGUE)]
    dialogue = frozenset(line for lines in dialogues if not is_document(lines) for line in lines)
    lines, headings = _lines(tree.body) if tree.body is not None else ([], [])
    first = tuple(line for node in tree.css("h1") if (line := fold(node.text(separator=" "))))
    refresh = _REFRESH.search(body[:60_000])
    target = _REFRESH_URL.search(refresh.group()) if refresh else None
    return Page(
        title=title,
        headings=tuple(headings),
        first=first,
        lines=tuple(lines),
        menu=tuple(menu),
        dialogue=dialogue,
        silent=silent,
        canonical=canonical,
        password=password,
        refresh=target.group(1).decode("utf-8", "replace") if target else "",
        scripted_move=len(body) < 4000 and bool(_SCRIPTED_MOVE.search(body)),
    )


def shows(body: bytes, text: str) -> bool:
    """Say whether `text` stands in the source of the page itself, not in the data of a script that may never show it.

    A look at a few pieces of it: False where it is not plain, at the price of reading the page as its visitor sees it.
    """
    tried = [_PIECE.search(text, len(text) * number // PIECES) for number in range(PIECES)]
    seen = sum(piece is not None and _stands_in(body, piece.group().encode()) for piece in tried)
    return seen * 4 >= PIECES * 3


def _stands_in(body: bytes, piece: bytes) -> bool:
    at = body.find(piece)
    while at >= 0:
        if body.rfind(b"<script", 0, at) <= body.rfind(b"</script", 0, at):
            return True
        at = body.find(piece, body.find(b"</script", at)) if body.find(b"</script", at) > at else -1
    return False


def stated_language(body: bytes) -> str:
    """Return the language that a page says it is in (ISO 639-1), or ""."""
    found = _LANGUAGE.search(body[:20_000])
    return found.group(1).decode().lower() if found else ""


def is_front_page(url: str) -> bool:
    """Say whether `url` is the front page of its site, also that of one language or country."""
    parts = [part for part in urlsplit(url).path.split("/") if part]
    if not parts:
        return True
    return len(parts) <= 2 and all(_FRONT.fullmatch(part) for part in parts)


def _attribute(tree: LexborHTMLParser, selector: str, name: str) -> str:
    node = tree.css_first(selector)
    return (node.attributes.get(name) or "").strip() if node is not None else ""


def _lines(root: LexborNode) -> tuple[list[str], list[str]]:
    lines: list[str] = []
    headings: list[str] = []
    words: list[str] = []
    heading = False

    def flush() -> None:
        line = fold("".join(words))
        words.clear()
        if line:
            lines.append(line)
            if heading:
                headings.append(line)

    stack: list[tuple[LexborNode | None, bool]] = [(root, False)]
    while stack:
        node, leaving = stack.pop()
        if node is None:
            continue
        tag = node.tag or ""
        if tag == "-text":
            words.append(node.text_content or "")
            continue
        if tag in _BLOCKS:
            flush()
            heading = tag in _HEADINGS and not leaving
        if leaving:
            continue
        stack.append((node, True))
        children: list[LexborNode] = []
        child = node.child
        while child is not None:
            children.append(child)
            child = child.next
        stack.extend((child, False) for child in reversed(children))
    flush()
    return lines, headings
