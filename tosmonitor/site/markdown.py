"""The text of terms as safe HTML: Markdown that we wrote from a page, never the page's own HTML.

Raw HTML is shown as text, but for line breaks in the cells of tables; images become their description, links carry
`nofollow noopener` and go to http, https or mail addresses only, headings begin below those of the page, and direction
overrides are kept inside. What is rendered is bounded: `LIMIT` characters, `LINES` lines, none longer than `LONGEST`.
"""

import re
from collections.abc import Iterator, MutableMapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from html import escape
from typing import Any
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from markupsafe import Markup

from tosmonitor.model import slug

#: Characters and lines that are rendered at most: some 40,000 words, twice the longest terms seen, in about a second.
LIMIT = 250_000
LINES = 6_000
LONGEST = 60_000

#: Bidirectional controls that could make text read as what it is not (Unicode TR 36, 2.5): shown as their names.
_CONTROLS = {
    0x202A: "LRE",
    0x202B: "RLE",
    0x202C: "PDF",
    0x202D: "LRO",
    0x202E: "RLO",
    0x2066: "LRI",
    0x2067: "RLI",
    0x2068: "FSI",
    0x2069: "PDI",
}
#: A line break in the cell of a table, for which Markdown has no sign: Open Terms Archive's texts hold this one.
_BREAK = re.compile(r"<br ?/?>")
_HIDDEN = re.compile("[" + "".join(chr(code) for code in _CONTROLS) + "\x00-\x08\x0b-\x1f\x7f]")


def plain(text: str) -> str:
    """Return text with controls that hide or reorder it made visible: U+202E becomes ⟨RLO⟩."""
    return _HIDDEN.sub(lambda m: f"⟨{_CONTROLS.get(ord(m.group()), f'U+{ord(m.group()):04X}')}⟩", text)


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, paragraph, list item or table row as it is read, with its address within the page."""

    name: str
    words: str


#: A heading: its level in the text, its address within the page, and its words.
Heading = tuple[int, str, str]


@dataclass(slots=True)
class Outline:
    """The headings of a page's text as they are rendered: below level `top`, and no level left out on the way down.

    When blocks are `addressed`, `headings` notes them.
    """

    top: int = 2
    addressed: bool = True
    headings: list[Heading] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    last: int = 0

    def level(self, wanted: int) -> int:
        """Return the level at which a heading of level `wanted` in the text stands on the page."""
        self.last = min(6, self.top + wanted, max(self.last, self.top) + 1)
        return self.last

    def add(self, level: int, words: str) -> str:
        """Return the address of a heading, one that no other has."""
        name = self.name("s-" + (slug(words)[:60].strip("-") or "section"))
        self.headings.append((level, name, words))
        return name

    def passage(self, words: str) -> str:
        """Return the address of another block, made from its words, so that it lasts as long as they do."""
        return self.name("p-" + sha256(words.encode("utf-8", "replace")).hexdigest()[:8])

    def name(self, base: str) -> str:
        """Return `base`, or what is made of it when another block has it already."""
        name, again = base, 1
        while name in self.taken:
            again += 1
            name = f"{base}-{again}"
        self.taken.add(name)
        return name


def render(text: str, outline: Outline | None = None) -> Markup:
    """Return Markdown as HTML; what passes `LIMIT` is left out.

    Headings stand where `outline` puts them: one outline for all the parts of a page's text.
    """
    return rendered(text, outline or Outline(addressed=False))[0]


def rendered(text: str, outline: Outline) -> tuple[Markup, tuple[Block, ...]]:
    """Return the same as `render`, and the blocks with their addresses if the outline has them addressed."""
    environment: dict[str, Any] = {"outline": outline}
    tokens = _parser().parse(plain(bounded(text)[0]), environment)
    named = tuple(_named(tokens, outline)) if outline.addressed else ()
    return Markup(_parser().renderer.render(tokens, _parser().options, environment)), named


def blocks(text: str, outline: Outline) -> tuple[Block, ...]:
    """Return the blocks of Markdown, with the addresses that `render` gives them when it is told the same outline."""
    return tuple(_named(_parser().parse(plain(bounded(text)[0])), outline))


def bounded(text: str, limit: int = LIMIT) -> tuple[str, bool]:
    """Return the beginning of `text` that can be shown, cut at a block's end, and whether that is all of it."""
    whole = len(text) <= limit
    if text.count("\n") > LINES:
        whole = False
        text = "\n".join(text.split("\n", LINES)[:LINES])
    if len(text) > limit:
        text = text[:limit]
        text = text[: max(text.rfind("\n\n"), text.rfind("\n"), 0) or limit]
    if len(text) > LONGEST:
        lines = text.split("\n")
        if any(len(line) > LONGEST for line in lines):
            whole = False
            text = "\n".join(line if len(line) <= LONGEST else line[:LONGEST] + " […]" for line in lines)
    return text, whole


def safe_link(target: str) -> str | None:
    """Return `target` if it may be followed: an absolute http, https or mailto address without white space."""
    try:
        scheme = urlsplit(target).scheme.lower()
    except ValueError:
        return None
    if scheme not in ("http", "https", "mailto") or re.search(r"[\s\x00-\x1f]", target):
        return None
    return target


def _named(tokens: Sequence[Token], outline: Outline) -> Iterator[Block]:
    """Give each block of a parsed text its address, and yield it."""
    name = ""
    for place, token in enumerate(tokens):
        first = place > 0 and tokens[place - 1].type == "list_item_open"  # its item has the address
        if token.type == "heading_open":
            said = _said(tokens[place + 1])
            name = outline.add(int(token.tag[1]), said)
        elif token.type == "tr_open":
            end = next(at for at in range(place, len(tokens)) if tokens[at].type == "tr_close")
            said = " · ".join(filter(None, (_said(one) for one in tokens[place:end] if one.type == "inline")))
            name = outline.passage(said)
        elif token.type == "list_item_open" or (token.type == "paragraph_open" and not first):
            beside = tokens[place + 1 : place + 3]
            said = next((_said(one) for one in beside if one.type == "inline"), "")
            if not said:
                continue
            name = outline.passage(said)
        elif token.type in ("fence", "code_block"):
            said = token.content  # found under the address of the block above it
        else:
            continue
        if token.nesting:
            token.attrSet("id", name)
        yield Block(name, " ".join(said.split()))


def _said(inline: Token) -> str:
    """Return the words of a block's content."""
    return "".join(
        " " if child.type in ("softbreak", "hardbreak") else child.content for child in inline.children or []
    ).strip()


class _Renderer(RendererHTML):
    """Writes what we allow and nothing else."""

    def link_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: MutableMapping[str, Any]) -> str:
        """Open a link that is safe to follow; one that is not is text."""
        target = safe_link(str(tokens[idx].attrGet("href") or ""))
        return "<span>" if target is None else f'<a href="{escape(target)}" rel="nofollow noopener">'

    def link_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: MutableMapping[str, Any]) -> str:
        """Close what was opened."""
        depth = 0
        for token in reversed(tokens[:idx]):
            if token.type == "link_close":
                depth += 1
            elif token.type == "link_open":
                if depth == 0:
                    return "</span>" if safe_link(str(token.attrGet("href") or "")) is None else "</a>"
                depth -= 1
        return ""

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: MutableMapping[str, Any]) -> str:
        """Name an image; none is loaded."""
        said = tokens[idx].content
        return f'<span class="image">[{escape(said)}]</span>' if said else ""

    def heading_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: MutableMapping[str, Any]
    ) -> str:
        """Open a heading below those of the page."""
        outline: Outline = env["outline"]
        level = outline.level(int(tokens[idx].tag[1]))
        name = tokens[idx].attrGet("id")
        return f"<h{level}>" if name is None else f'<h{level} id="{escape(str(name))}">'

    def heading_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: MutableMapping[str, Any]
    ) -> str:
        """Close it."""
        outline: Outline = env["outline"]
        return f"</h{outline.last}>\n"

    def th_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: MutableMapping[str, Any]) -> str:
        """Open a header cell without the style that the library would write for its alignment."""
        return '<th scope="col">'

    def td_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: MutableMapping[str, Any]) -> str:
        """Open a cell, likewise."""
        return "<td>"


def _break(state: StateInline, silent: bool) -> bool:
    """Read "<br>" as the line break that it is; what is escaped, as all that we write is, never comes here."""
    found = _BREAK.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        state.push("hardbreak", "br", 0)
    state.pos = found.end()
    return True


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False, "maxNesting": 40}, renderer_cls=_Renderer)
    parser.enable("table")
    parser.inline.ruler.push("break", _break)
    parser.disable(["html_block", "html_inline", "reference"], ignoreInvalid=True)
    return parser
