"""Owns rich text kept as JSON: Portable Text, Contentful, ProseMirror, Slate, Lexical, trees of React.

All of them are trees of typed nodes with text in the leaves; they differ in what they call the type, the children and
the text. What is recognised becomes elements of our light tree; everything else is left to `state`.
"""

import re
from collections.abc import Callable
from typing import Any

from tosmonitor.normalise.tree import Element, escape

_LETTERS = re.compile(r"[^a-z0-9]+")
_TAGS = {
    "paragraph": "p", "p": "p", "normal": "p", "unstyled": "p", "block": "p", "corep": "p", "coreparagraph": "p",
    "text": "", "span": "", "heading": "h2", "header": "h2", "title": "h1", "subtitle": "h2",
    "headerone": "h1", "headertwo": "h2", "headerthree": "h3", "headerfour": "h4", "headerfive": "h5",
    "headersix": "h6", "headingone": "h1", "headingtwo": "h2", "headingthree": "h3", "headingfour": "h4",
    "headingfive": "h5", "headingsix": "h6",
    "bulletedlist": "ul", "bulletlist": "ul", "unorderedlist": "ul", "ul": "ul", "list": "ul", "corelist": "ul",
    "numberedlist": "ol", "orderedlist": "ol", "ol": "ol", "olist": "ol", "ulist": "ul",
    "listitem": "li", "li": "li", "unorderedlistitem": "li", "orderedlistitem": "li", "corelistitem": "li",
    "listitemchild": "", "lic": "",
    "blockquote": "blockquote", "quote": "blockquote",
    "table": "table", "tablerow": "tr", "tr": "tr", "tablecell": "td", "td": "td", "tableheader": "th",
    "tableheadercell": "th", "th": "th",
    "hyperlink": "a", "link": "a", "a": "a", "autolink": "a", "entryhyperlink": "", "assethyperlink": "",
    "hardbreak": "br", "linebreak": "br", "br": "br", "horizontalrule": "hr", "hr": "hr",
    "doc": "div", "document": "div", "root": "div",
}  # fmt: skip
_HEADING = re.compile(r"(?:heading|h|coreheading)([1-6])$")
_MARKS = {"bold": "strong", "strong": "strong", "italic": "em", "em": "em"}
#: Elements of React that stand for themselves; of others only the children are read.
_PLAIN = frozenset(
    re.findall(
        r"\w+",
        """
        h1 h2 h3 h4 h5 h6 p ul ol li a strong b em i table thead tbody tr td th blockquote br hr dl dt dd pre code
        sup sub section article main header footer nav aside div span details summary button form caption
        """,
    )
)
_DEPTH = 60

#: What reads a value that is no rich text.
Reader = Callable[[Any], Element | None]


def is_node(value: Any) -> bool:
    """Say whether a value of JSON is a block or a run of rich text."""
    if not isinstance(value, dict):
        return False
    if isinstance(value.get("text"), str) and set(value) <= _RUN:
        return True
    if isinstance(value.get("text", value.get("value")), str) and _kind(value) in ("text", "span"):
        return True
    return _tag(value) is not None and (
        _children(value) is not None or isinstance(value.get("text"), str) or _tag(value) in ("br", "hr")
    )


_RUN = frozenset({"text", "marks", "bold", "italic", "underline", "code", "_key", "_type", "type", "format", "style"})


def is_text(value: Any) -> bool:
    """Say whether a list of JSON is rich text: most of its members are blocks."""
    if not isinstance(value, list) or not value:
        return False
    blocks = sum(map(is_node, value))
    return blocks * 2 > len(value) and any(isinstance(kid, dict) and _tag(kid) for kid in value)


def is_editor(value: Any) -> bool:
    """Say whether a list of JSON is a document of Editor.js: blocks with a type and data of their own."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(
            isinstance(b, dict) and isinstance(b.get("type"), str) and isinstance(b.get("data"), dict) for b in value
        )
        and any(isinstance(block["data"].get("text"), str) for block in value)
    )


def written(blocks: list[dict[str, Any]]) -> str:
    """Return the HTML of a document of Editor.js, whose texts are HTML already; other blocks are left out."""
    out: list[str] = []
    for block in blocks:
        found = block["data"]
        text, items, rows = found.get("text"), found.get("items"), found.get("content")
        if isinstance(text, str):
            level = found.get("level") if block["type"] == "header" else None
            tag = f"h{level}" if level in (1, 2, 3, 4, 5, 6) else "p"
            out.append(f"<{tag}>{text}</{tag}>")
        elif isinstance(items, list):
            out.append(_items(items, "ol" if found.get("style") == "ordered" else "ul", 0))
        elif isinstance(rows, list):
            cells = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows if isinstance(row, list))
            out.append("<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>")
    return "".join(out)


def _items(items: list[Any], tag: str, depth: int) -> str:
    out: list[str] = []
    for item in items if depth < _DEPTH else ():
        if isinstance(item, str):
            out.append(f"<li>{item}</li>")
        elif isinstance(item, dict) and isinstance(item.get("content"), str):
            below = item.get("items")
            nested = _items(below, tag, depth + 1) if isinstance(below, list) and below else ""
            out.append(f"<li>{item['content']}{nested}</li>")
    return f"<{tag}>{''.join(out)}</{tag}>"


def is_react(value: Any) -> bool:
    """Say whether a list of JSON is an element as React sends it: "$", type, key, properties."""
    return isinstance(value, list) and len(value) == 4 and value[0] == "$" and isinstance(value[3], dict)


def react(value: list[Any]) -> tuple[str, str, dict[str, Any]]:
    """Return the tag of a React element ("a" or "div" if it is a component), its raw attributes and its properties."""
    properties: dict[str, Any] = value[3]
    component = "a" if isinstance(properties.get("href"), str) else "div"
    tag = value[1] if isinstance(value[1], str) and value[1] in _PLAIN else component
    raw = []
    for name, ours in (("href", "href"), ("id", "id"), ("className", "class"), ("role", "role")):
        if isinstance(properties.get(name), str):
            raw.append(f'{ours}="{_quoted(properties[name])}"')
    return tag, " ".join(raw), properties


def blocks(values: list[Any], other: Reader, depth: int = 0) -> list[Element | str]:
    """Return the elements of rich text, items gathered into lists; `other` reads members of other kinds."""
    out: list[Element | str] = []
    lists: list[tuple[int, Element]] = []
    for value in values:
        if isinstance(value, str):
            out.append(value)
            continue
        if not is_node(value) or depth > _DEPTH:
            lists = []
            unknown = other(value) if depth <= _DEPTH else None
            out.extend([] if unknown is None else [unknown])
            continue
        node = _block(value, other, depth)
        item = value.get("listItem") or ("li" if _tag(value) == "li" and depth == 0 else None)
        if not isinstance(item, str) or not isinstance(node, Element):
            lists = []
            out.append(node)
            continue
        level = int(value["level"]) if isinstance(value.get("level"), int) else 1
        tag = "ol" if item in ("number", "ordered") or "ordereditem" in _letters(value.get("type", ""))[-14:] else "ul"
        node.tag = "li"
        while lists and lists[-1][0] > level:
            lists.pop()
        if not lists or lists[-1][0] < level:
            begun = Element(tag)
            if lists and lists[-1][1].kids:
                _append(lists[-1][1].kids[-1], begun)
            else:
                out.append(begun)
            lists.append((level, begun))
        _append(lists[-1][1], node)
    return out


def _block(value: dict[str, Any], other: Reader, depth: int) -> Element | str:
    tag = _tag(value)
    text = value.get("text") if isinstance(value.get("text"), str) else value.get("value")
    kids = _children(value)
    if kids is None and isinstance(text, str) and not tag:
        return _marked(value, text)
    element = Element(tag or "span")
    if tag == "a" and (target := _target(value)):
        element.raw = f'href="{_quoted(target)}"'
    if kids is not None:
        links = {d.get("_key"): d.get("href") for d in value.get("markDefs") or [] if isinstance(d, dict)}
        for kid in _linked(kids, links, other) if links else blocks(kids, other, depth + 1):
            _append(element, kid)
    elif isinstance(text, str):
        _append(element, text)
    return element


def _linked(kids: list[Any], links: dict[Any, Any], other: Reader) -> list[Element | str]:
    """Return the runs of a block of Portable Text, whose links are defined beside them."""
    out: list[Element | str] = []
    for kid in kids:
        if not isinstance(kid, dict):
            continue
        node = _block(kid, other, 1)
        for mark in kid.get("marks") or []:
            if isinstance(mark, str) and isinstance(links.get(mark), str):
                around = Element("a", f'href="{_quoted(links[mark])}"')
                _append(around, node)
                node = around
        out.append(node)
    return out


def _marked(value: dict[str, Any], text: str) -> Element | str:
    """Return a run of text inside what its marks say."""
    node: Element | str = text
    marks = value.get("marks")
    names = [m if isinstance(m, str) else m.get("type") for m in marks if m] if isinstance(marks, list) else []
    names += [name for name in ("bold", "italic") if value.get(name) is True]
    if isinstance(value.get("format"), int):  # Lexical: a set of bits
        names += [name for bit, name in ((1, "bold"), (2, "italic")) if value["format"] & bit]
    for mark in marks if isinstance(marks, list) else []:
        if isinstance(mark, dict) and mark.get("type") == "link" and (target := _target(mark)):
            around = Element("a", f'href="{_quoted(target)}"')
            _append(around, node)
            node = around
    for name in names:
        if name in _MARKS:
            around = Element(_MARKS[name])
            _append(around, node)
            node = around
    return node


def _tag(value: dict[str, Any]) -> str | None:
    """Return the tag that a node's type stands for, "" for a run of text, None if it has no type that we know."""
    kind = _kind(value)
    style = value.get("style")
    if kind == "block" and isinstance(style, str):
        kind = _letters(style)
    if kind == "heading" and isinstance(value.get("tag"), str):
        kind = _letters(value["tag"])
    if found := _HEADING.match(kind):
        return f"h{found[1]}"
    tag = _TAGS.get(kind)
    attributes = value.get("attrs") or value.get("attributes") or value.get("data") or {}
    if kind in ("heading", "header", "coreheading") and isinstance(attributes, dict):
        level = value.get("level") or value.get("depth") or attributes.get("level")
        if isinstance(level, int) and 1 <= level <= 6:
            return f"h{level}"
    if kind == "list" and "number" in (value.get("listType"), value.get("style")):
        return "ol"
    return tag


def _kind(value: dict[str, Any]) -> str:
    for name in ("_type", "nodeType", "type", "object", "blockName"):
        kind = value.get(name)
        if isinstance(kind, str):
            return _letters(kind)
    return ""


def _children(value: dict[str, Any]) -> list[Any] | None:
    for name in ("children", "content", "nodes"):
        kids = value.get(name)
        if isinstance(kids, list):
            return kids
    return None


def _target(value: dict[str, Any]) -> str:
    for holder in (value, value.get("data"), value.get("attrs"), value.get("fields")):
        if isinstance(holder, dict):
            for name in ("uri", "href", "url"):
                if isinstance(holder.get(name), str):
                    return str(holder[name])
    return ""


def _letters(text: Any) -> str:
    return _LETTERS.sub("", text.lower()) if isinstance(text, str) else ""


def _quoted(text: str) -> str:
    return escape(text).replace('"', "&quot;")


def _append(parent: Element | str, kid: Element | str) -> None:
    if isinstance(parent, str):
        return
    parent.kids.append(kid)
    if not isinstance(kid, str):
        kid.parent = parent
