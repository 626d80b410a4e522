"""Owns the one spelling of a text: a tree of elements becomes canonical Markdown (CommonMark with tables).

One construct per meaning: `#` headings, `-` lists, `1.` lists, `|` tables, `**strong**`, `_emphasis_`, fenced code, `>`
quotations, a backslash before a line break. Blocks are parted by one empty line, list items by none. Rendering the
result to HTML and converting it again gives the same text.
"""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from tosmonitor.normalise import lists, tables, urls
from tosmonitor.normalise.inline import (
    BREAK,
    EM,
    EM_END,
    LINK_END,
    STRONG,
    STRONG_END,
    STRUCK,
    STRUCK_END,
    Inline,
    plain,
    plain_line,
    settled,
)
from tosmonitor.normalise.lists import Block
from tosmonitor.normalise.tree import BLOCKS, HEADINGS, LISTS, Element

_MARKED = {
    "b": (STRONG, STRONG_END),
    "strong": (STRONG, STRONG_END),
    "em": (EM, EM_END),
    "i": (EM, EM_END),
    "cite": (EM, EM_END),
    "dfn": (EM, EM_END),
    "var": (EM, EM_END),
    "del": (STRUCK, STRUCK_END),
    "s": (STRUCK, STRUCK_END),
    "strike": (STRUCK, STRUCK_END),
}
_CODE = frozenset({"code", "kbd", "samp", "tt"})
_NOTHING = frozenset(
    [
        "script",
        "style",
        "template",
        "object",
        "video",
        "audio",
        "canvas",
        "map",
        "iframe",
        "noembed",
        "noframes",
        "datalist",
        "head",
        "title",
        "rp",
    ]
)
_PLAIN_BLOCKS = (
    BLOCKS - set(HEADINGS) - {"ul", "ol", "menu", "dir", "li", "table", "pre", "blockquote", "dt", "hr", "template"}
)
_STRUCTURE = frozenset(
    ["ul", "ol", "menu", "dir", "table", "pre", "blockquote", "dl", "h1", "h2", "h3", "h4", "h5", "h6"]
)


def convert(nodes: Iterable[Element | str], base: str) -> str:
    """Return the Markdown of `nodes`, "" or ending in one line feed; `base` is the address that links start from."""
    flow = _Flow(base)
    flow.nodes(nodes)
    flow.flush()
    text = _apart(flow.blocks)
    return text + "\n" if text else ""


def _apart(blocks: Iterable[Block]) -> str:
    return "\n\n".join([text for _, text in blocks])


def _prefixed(text: str, first: str, others: str) -> str:
    """Return `text` with something before each of its lines; what stands before an empty one loses its blanks."""
    if "\n\n" not in text:
        return first + (text.replace("\n", "\n" + others) if "\n" in text else text)
    blank = others.rstrip()
    lines = text.split("\n")
    return "\n".join([first + lines[0], *[others + line if line else blank for line in lines[1:]]])


class _Flow:
    """A sequence of blocks in the making; `marks` are the inline elements open around the present place."""

    __slots__ = ("base", "blocks", "inline", "marks")
    handlers: "ClassVar[dict[str, _Handler]]"

    def __init__(self, base: str, marks: "list[tuple[str, str]] | None" = None) -> None:
        self.base = base
        self.blocks: list[Block] = []
        self.marks: list[tuple[str, str]] = marks or []  # (opening mark or URL, closing mark)
        self.inline = Inline()

    def flush(self) -> None:
        """End the paragraph in the making; the inline elements around it go on in the next."""
        inline = self.inline
        if not inline.parts:
            return
        if self.marks:
            inline.parts.extend(close for _, close in reversed(self.marks))
        text = inline.paragraph()
        if text:
            self.blocks.append(("p", text))
        if self.marks:
            for opening, close in self.marks:
                self._open(opening, close)

    def _open(self, opening: str, close: str) -> None:
        self.inline.parts.append(self.inline.link(opening) if close == LINK_END else opening)

    def node(self, element: Element) -> None:
        """Convert one element in its place."""
        handler = self.handlers.get(element.tag)
        if handler is None:
            self.kids(element)
        else:
            handler(self, element)

    def kids(self, element: Element) -> None:
        """Convert what an element holds."""
        self.nodes(element.kids)

    def nodes(self, nodes: "Iterable[Element | str]") -> None:
        """Convert nodes in their order."""
        find = self.handlers.get
        parts = self.inline.parts
        for kid in nodes:
            if isinstance(kid, str):
                if parts or not kid.isspace():
                    parts.append(kid if kid.isprintable() and "  " not in kid else settled(kid))
            else:
                handler = find(kid.tag)
                if handler is not None:
                    handler(self, kid)
                elif kid.kids:
                    self.nodes(kid.kids)

    def _block(self, element: Element) -> None:
        if self.inline.parts:
            self.flush()
        text = element.only_text()
        if text is not None and not self.marks:
            if words := plain(text):
                self.blocks.append(("p", words))
            return
        self.nodes(element.kids)
        if self.inline.parts:
            self.flush()

    def _break(self, element: Element) -> None:
        if self.inline.broken():
            self.flush()
        elif self.inline.parts:
            self.inline.parts.append(BREAK)

    def _rule(self, element: Element) -> None:
        self.flush()

    def _nothing(self, element: Element) -> None:
        pass

    def _any_list(self, element: Element) -> None:
        self._list(element, element.kids, element.tag)

    def _lone_item(self, element: Element) -> None:
        self._list(element, [element], "ul")

    def _code(self, element: Element) -> None:
        if element.kids and all(isinstance(kid, str) for kid in element.kids):
            self.inline.code("".join(element.strings()))
        else:
            self.kids(element)

    def _quoted(self, element: Element) -> None:
        self.inline.parts.append("“")
        self.kids(element)
        self.inline.parts.append("”")

    def _emphasis(self, element: Element) -> None:
        self._marked(element, *_MARKED[element.tag])

    def _marked(self, element: Element, opening: str, close: str) -> None:
        if any(mark == opening for mark, _ in self.marks):
            self.kids(element)
            return
        self.marks.append((opening, close))
        self.inline.parts.append(opening)
        self.kids(element)
        self.inline.parts.append(close)
        self.marks.pop()

    def _link(self, element: Element) -> None:
        href = element.get("href")
        url = urls.absolute(href, self.base) if href else ""
        if not url or any(close == LINK_END for _, close in self.marks):
            self.kids(element)
            return
        self.marks.append((url, LINK_END))
        self._open(url, LINK_END)
        self.kids(element)
        self.inline.parts.append(LINK_END)
        self.marks.pop()

    def _image(self, element: Element) -> None:
        alt = element.get("alt")
        if alt and alt.strip():
            self.inline.image(alt)

    def line(self, element: Element, *, heading: bool = False) -> str:
        """Return all that an element holds as one line of inline Markdown."""
        text = element.only_text()
        if text is not None and not self.marks:
            return plain_line(text, heading=heading)
        flow = _Line(self.base, list(self.marks))
        for opening, close in self.marks:
            flow._open(opening, close)
        flow.kids(element)
        flow.inline.parts.extend(close for _, close in reversed(self.marks))
        return flow.inline.line(heading=heading)

    def _heading(self, element: Element) -> None:
        self.flush()
        if element.only_text() is None and any(kid.tag in _STRUCTURE for kid in element.walk() if kid is not element):
            self.kids(element)
            self.flush()
            return
        text = self.line(element, heading=True)
        if text:
            self.blocks.append(("h", f"{'#' * HEADINGS[element.tag]} {text}"))

    def _term(self, element: Element) -> None:
        self.flush()
        self._marked(element, STRONG, STRONG_END)
        self.flush()

    def _quote(self, element: Element) -> None:
        self.flush()
        text = _apart(self.inside(element.kids))
        if text:
            self.blocks.append(("quote", _prefixed(text, "> ", "> ")))

    def inside(self, nodes: "list[Element | str]") -> list[Block]:
        """Return the blocks of `nodes` as they stand inside a quotation or a list item."""
        if len(nodes) == 1 and isinstance(text := nodes[0], str) and not self.marks:
            words = plain(text)
            return [("p", words)] if words else []
        flow = _Flow(self.base, list(self.marks))
        for opening, close in self.marks:
            flow._open(opening, close)
        flow.nodes(nodes)
        flow.flush()
        return flow.blocks

    def _pre(self, element: Element) -> None:
        self.flush()
        if not any(kid.tag == "code" for kid in element.walk()):
            for kid in element.kids:
                if not isinstance(kid, str):
                    self.node(kid)
                    continue
                for number, line in enumerate(kid.replace("\r", "\n").split("\n")):
                    if number:
                        self.node(Element("br"))
                    self.inline.parts.append(settled(line))
            self.flush()
            return
        text = "".join(element.strings()).replace("\r\n", "\n").replace("\r", "\n")
        text = text.replace("\t", "    ").replace("\xa0", " ")
        lines = [line.rstrip() for line in text.split("\n")]
        filled = [number for number, line in enumerate(lines) if line]
        if filled:
            lines = lines[filled[0] : filled[-1] + 1]
            inside = [line.lstrip() for line in lines if "```" in line]
            fence = "`" * max(3, 1 + max((len(line) - len(line.lstrip("`")) for line in inside), default=0))
            self.blocks.append(("code", "\n".join([fence, *lines, fence])))

    # ------------------------------------------------------------------------------------------- lists

    def _list(self, element: Element, kids: Iterable[Element | str], tag: str) -> None:
        self.flush()
        items = lists.items(kids)
        if not items:
            self.kids(element)
            self.flush()
            return
        ordered = tag == "ol"
        number = element.number("start", 1) if ordered else 0
        done: list[tuple[int, list[Block]]] = []
        for item in items:
            if isinstance(item, Element) and item.tag == "li":
                if ordered:
                    number = item.number("value", number)
                blocks = self.inside(item.kids)
                if blocks:
                    done.append((number, blocks))
                number += 1
            elif blocks := self.inside([item]):
                lists.extend(done[-1][1] if done else self.blocks, blocks)
        numbers = ordered and len(done) > 1
        run: list[tuple[int, list[Block]]] = []  # items that follow each other in number
        for number, blocks in done:
            if run and ordered and number != run[-1][0] + 1:
                self._items(run, ordered, numbers)
                run = []
            run.append((number, blocks))
        self._items(run, ordered, numbers)

    def _items(self, run: list[tuple[int, list[Block]]], ordered: bool, numbers: bool) -> None:
        """Add a list of items; where all begin with a heading, the headings and what follows them instead."""
        if all(blocks[0][0] == "h" for _, blocks in run):
            for number, blocks in run:
                lists.extend(self.blocks, lists.numbered(number, blocks) if numbers else blocks)
            return
        last = self.blocks[-1][0] if self.blocks else ""
        marker = (")" if last == "." else ".") if ordered else ("*" if last == "-" else "-")
        lines: list[str] = []
        for number, blocks in run:
            head = f"{number}{marker} " if ordered else f"{marker} "
            lines.append(_prefixed(lists.item(blocks), head, " " * len(head)))
        self.blocks.append((marker, "\n".join(lines)))

    # ------------------------------------------------------------------------------------------- tables

    def _table(self, element: Element) -> None:
        self.flush()
        rows = tables.rows(element)
        arranging = tables.arranges(element, rows)
        table = [] if arranging else tables.grid([[(self._cell(cell), cell) for cell in row] for row in rows])
        if not tables.tabulates(table):
            self.kids(element)
            self.flush()
            return
        for kid in element.kids:
            if not isinstance(kid, str) and kid.tag == "caption":
                self.kids(kid)
                self.flush()
        width = max(len(row) for row in table)
        lines = ["| " + " | ".join(row + [""] * (width - len(row))) + " |" for row in table]
        lines = [line.replace("|  |", "| |").replace("|  |", "| |") for line in lines]
        lines.insert(1, "|" + " --- |" * width)
        self.blocks.append(("table", "\n".join(lines)))

    def _cell(self, element: Element) -> str:
        text = self.line(element)
        return text.replace("|", "\\|") if "|" in text else text


_Handler = Callable[[Any, Element], None]


class _Line(_Flow):
    """A flow that is squeezed into one line: a heading, a table cell."""

    __slots__ = ()

    def flush(self) -> None:
        """Part two blocks by a space."""
        self.inline.parts.append(" ")

    def _list(self, element: Element, kids: Iterable[Element | str], tag: str) -> None:
        self.flush()
        number = element.number("start", 1)
        for item in lists.items(kids) or kids:
            if isinstance(item, str):
                self.inline.parts.append(settled(item))
                continue
            if item.tag == "li":
                if any(text.strip() for text in item.strings()):
                    number = item.number("value", number)
                    self.inline.parts.append(f" {number}. " if tag == "ol" else " • ")
                    number += 1
                self.kids(item)
            else:
                self.node(item)
            self.flush()

    def _heading(self, element: Element) -> None:
        self.flush()
        self.kids(element)
        self.flush()

    _quote = _heading
    _pre = _heading
    _block = _heading

    def _table(self, element: Element) -> None:
        self.flush()
        for row in tables.rows(element):
            for cell in row:
                self.flush()
                self.kids(cell)
        self.flush()


def _handlers(flow: type[_Flow]) -> dict[str, _Handler]:
    """Return what converts each element in a flow of that kind: a line has methods of its own."""
    names = {
        **dict.fromkeys(_PLAIN_BLOCKS, "_block"),
        **dict.fromkeys(_MARKED, "_emphasis"),
        **dict.fromkeys(LISTS, "_any_list"),
        **dict.fromkeys(HEADINGS, "_heading"),
        **dict.fromkeys(_CODE, "_code"),
        **dict.fromkeys(_NOTHING, "_nothing"),
        "a": "_link",
        "br": "_break",
        "li": "_lone_item",
        "img": "_image",
        "table": "_table",
        "pre": "_pre",
        "blockquote": "_quote",
        "dt": "_term",
        "hr": "_rule",
        "q": "_quoted",
    }

    return {tag: getattr(flow, name) for tag, name in names.items()}


for _kind in (_Flow, _Line):
    _kind.handlers = _handlers(_kind)
