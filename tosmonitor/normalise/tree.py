"""Owns the light tree of a page: elements and strings, built from the clean serialisation of an HTML parser.

The parser (lexbor) serialises its tree so that "<" and ">" occur in no text and in no attribute value; splitting at
"<" is then a complete tokeniser, cheaper than asking for every name and text through Python calls, and
indifferent to depth. Nothing below `DEPTH` levels is lost: its text moves up, only its mark-up goes.
"""

import re
from collections.abc import Iterator

from tosmonitor.normalise.characters import clean

#: Levels of nesting that keep their mark-up. Browsers flatten at 512; Python's stack allows the converter this many.
DEPTH = 150

#: Elements without content in HTML.
VOID = frozenset(
    [
        "area",
        "base",
        "basefont",
        "bgsound",
        "br",
        "col",
        "embed",
        "frame",
        "hr",
        "img",
        "input",
        "keygen",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    ]
)

#: Elements that begin and end a block of their own.
BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "frameset",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "noframes",
        "noscript",
        "ol",
        "optgroup",
        "option",
        "p",
        "pre",
        "search",
        "section",
        "select",
        "summary",
        "table",
        "tbody",
        "td",
        "template",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "caption",
    ]
)

#: Headings and their levels.
HEADINGS = {f"h{n}": n for n in range(1, 7)}
LISTS = frozenset(["ul", "ol", "menu", "dir"])

#: Elements of no text that serialisers write as it is, "<" and all; a template may hold them.
_UNESCAPED = frozenset({"script", "style", "iframe", "noembed", "noframes"})

_STRETCH = 100_000
_HEADS = 4_000
_ATTRIBUTE = re.compile(r'([^\s=]+)="([^"]*)"')
_COMMENT = re.compile(r"<!--.*?-->|<[!?][^>]*>", re.DOTALL)


class Element:
    """One element: `kids` holds elements and strings in order; `raw` the attributes as serialised."""

    __slots__ = (
        "asks",
        "blocky",
        "kids",
        "linked",
        "links",
        "local",
        "parent",
        "parsed",
        "prose",
        "raw",
        "size",
        "tag",
        "titles",
    )

    def __init__(self, tag: str, raw: str = "", parent: "Element | None" = None) -> None:
        self.tag = tag
        self.raw = raw
        self.parent = parent
        self.kids: list[Element | str] = []
        self.parsed: dict[str, str] | None = None
        # Counted by `content`: bytes of text, of links, of running text; controls, links, local links, titles inside.
        self.size = self.linked = self.prose = self.asks = self.links = self.local = self.titles = 0
        self.blocky = False  # holds other blocks

    @property
    def attributes(self) -> dict[str, str]:
        """Return the attributes, names in lower case as the parser made them; parsed at the first use."""
        if self.parsed is None:
            self.parsed = {n: unescape(v) for n, v in _ATTRIBUTE.findall(self.raw)} if self.raw else {}
        return self.parsed

    def get(self, name: str) -> str:
        """Return an attribute's value, "" where it is absent."""
        if self.parsed is not None:
            return self.parsed.get(name, "")
        raw = self.raw
        if not raw:
            return ""
        sought = name + '="'  # no value holds a quotation mark: the serialiser escapes it
        at = raw.find(sought)
        while at > 0 and raw[at - 1] != " ":
            at = raw.find(sought, at + 1)
        if at < 0:
            return ""
        at += len(sought)
        return unescape(raw[at : raw.find('"', at)])

    def number(self, name: str, default: int) -> int:
        """Return an attribute's value as a whole number, `default` where it is none."""
        text = self.get(name)
        return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else default

    def only_text(self) -> str | None:
        """Return the text of an element that holds one text and nothing else, as half of all do; None for others."""
        kids = self.kids
        return kids[0] if len(kids) == 1 and isinstance(kids[0], str) else None

    def walk(self) -> Iterator["Element"]:
        """Give this element and all below it, in document order."""
        todo = [self]
        while todo:
            element = todo.pop()
            yield element
            todo.extend([kid for kid in reversed(element.kids) if not isinstance(kid, str)])

    def strings(self) -> Iterator[str]:
        """Give all text below, in document order."""
        todo: list[Element | str] = [self]
        while todo:
            node = todo.pop()
            if isinstance(node, str):
                yield node
            else:
                todo.extend(reversed(node.kids))

    def text(self) -> str:
        """Return all text below with white space collapsed."""
        return " ".join(" ".join(self.strings()).split())

    def remove(self) -> None:
        """Take this element out of its parent."""
        if self.parent is not None:
            kids = self.parent.kids
            del kids[kids.index(self)]
            self.parent = None

    def replace(self, nodes: "list[Element | str]") -> None:
        """Put `nodes` in the place of this element."""
        parent = self.parent
        if parent is None:
            return
        place = parent.kids.index(self)
        parent.kids[place : place + 1] = nodes
        for node in nodes:
            if not isinstance(node, str):
                node.parent = parent
        self.parent = None

    def __repr__(self) -> str:
        return f"<{self.tag}{' ' + self.raw if self.raw else ''}>"


def unescape(text: str) -> str:
    """Undo the escapes of a serialiser; it knows five and writes no others."""
    if "&" not in text:
        return text
    text = text.replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
    return text.replace("&amp;", "&")


def build(markup: str, *, parents: bool = True) -> Element:
    """Return the tree of serialised HTML under an element "root"; linear in the length of `markup`.

    White space beside the tags of blocks is left out where it means nothing, which is everywhere but inside <pre>.
    Without `parents` no element knows where it stands: the tree has no cycles and is freed as soon as it is let go;
    with them `release` frees it.
    """
    if "<!" in markup or "<?" in markup:
        markup = _COMMENT.sub("", markup)
    lay = "<pre" not in markup
    root = Element("root")
    stack = [root]
    above = root if parents else None
    kids = root.kids
    if first := markup[: _find(markup, 0)]:
        kids.append(unescape(first))
    heads: dict[str, _Head] = {}  # most tags of a page stand in it many times
    deep = 0  # open elements below DEPTH
    pending = ""
    raw_until = ""  # the end tag of an element whose text the serialiser does not escape
    for stretch in _stretches(markup):
        for chunk in stretch.split("<"):
            head, close, text = chunk.partition(">")
            if raw_until and head != raw_until:
                continue
            if pending:
                head, pending = pending + "<" + head, ""
            if not close:  # a "<" inside an attribute's name, which no serialiser escapes
                pending = head
                continue
            known = heads.get(head)
            if known is None:
                known = _head(head)
                if len(heads) < _HEADS:
                    heads[head] = known
            kind, tag, raw, block = known
            if kind == _CLOSING:
                raw_until = ""
                if deep:
                    deep -= 1
                    if block:
                        kids.append(Element("br", "", above))
                elif len(stack) > 1:
                    stack.pop()
                    near = stack[-1]
                    kids = near.kids
                    if parents:
                        above = near
            elif kind == _EMPTY:
                kids.append(Element(tag, raw, above))
            elif len(stack) >= DEPTH:
                deep += 1
                if block:
                    kids.append(Element("br", "", above))
            else:
                element = Element(tag, raw, above)
                kids.append(element)
                stack.append(element)
                kids = element.kids
                if parents:
                    above = element
            if kind == _RAW:
                raw_until = "/" + tag
            elif text:
                if text.isspace():
                    if not (block and lay):
                        kids.append(text if text.isascii() else clean(text))
                    continue
                if "&" in text:
                    text = unescape(text)
                if not text.isascii() or not text.isprintable():
                    text = clean(text)
                kids.append(text)
    return root


def release(root: Element) -> None:
    """Undo the ties between the elements below `root` and those around them, so that they are freed when let go."""
    todo = [root]
    while todo:
        element = todo.pop()
        element.parent = None
        todo.extend([kid for kid in element.kids if not isinstance(kid, str)])


def _find(markup: str, start: int) -> int:
    """Return where the next tag begins at or after `start`, the end if there is none."""
    at = markup.find("<", start)
    return len(markup) if at < 0 else at


def _stretches(markup: str) -> Iterator[str]:
    """Give what follows the first "<", cut before others: a large page is not held twice in pieces."""
    at = _find(markup, 0) + 1
    while at <= len(markup):
        end = _find(markup, at + _STRETCH)
        yield markup[at:end]
        at = end + 1


_OPENING, _CLOSING, _EMPTY, _RAW = range(4)
#: What a tag does, its name, its attributes as written, and whether it is of a block.
_Head = tuple[int, str, str, bool]


def _head(head: str) -> _Head:
    if head[:1] == "/":
        return _CLOSING, head[1:], "", head[1:] in BLOCKS
    tag, _, raw = head.partition(" ")
    if tag in VOID:
        return _EMPTY, tag, raw, tag in BLOCKS
    if tag == "template" and "shadowrootmode" in raw:  # a part of the page like any other
        return _OPENING, "div", "", True
    return _RAW if tag in _UNESCAPED else _OPENING, tag, raw, tag in BLOCKS


def serialise(root: Element) -> str:
    """Return the HTML of what is below `root`."""
    out: list[str] = []
    todo: list[Element | str] = list(reversed(root.kids))
    closing = Element("/")
    pending: list[str] = []
    while todo:
        node = todo.pop()
        if isinstance(node, str):
            out.append(escape(node))
        elif node is closing:
            out.append(f"</{pending.pop()}>")
        else:
            out.append(f"<{node.tag}{' ' + node.raw if node.raw else ''}>")
            if node.tag not in VOID:
                pending.append(node.tag)
                todo.append(closing)
                todo.extend(reversed(node.kids))
    return "".join(out)


def escape(text: str) -> str:
    """Write text as HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
