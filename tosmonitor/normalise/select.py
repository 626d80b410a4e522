"""Owns declared selection: CSS selectors and ranges, in the order and with the meaning of Open Terms Archive.

    remove, its elements then its ranges ──► select, each in declared order ──► nodes of our light tree

Differences on purpose: an element inside another that the same declaration selects is taken once, not twice; a
selector that matches nothing is an error only where nothing at all is selected, as there.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import lru_cache

from bs4 import BeautifulSoup
from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError
from soupsieve import SelectorSyntaxError

from tosmonitor.errors import SelectorError
from tosmonitor.model import Range
from tosmonitor.normalise.tree import Element, build, serialise

_MARK = "data-tosmonitor-mark"
_NUMBER = "data-tosmonitor-number"
_ARRANGING = frozenset({"html", "body", "div", "section", "main", "article"})
#: What browsers accept and no element of a page at rest is: pseudo-elements, and states that only a visit brings about.
_UNSEEN = re.compile(
    r"::(?:[a-z-]|\\[0-9a-f]{1,6} ?)+(?:\([^()]*\))?|:(?:before|after|first-line|first-letter|modal|fullscreen|"
    r"popover-open|picture-in-picture|(?:user-)?(?:in)?valid|(?:-webkit-)?autofill|state|active-view-transition(?:-type)?|"
    r"xr-overlay|target-current|interest-source|host(?:-context)?)\b(?:\([^()]*\))?",
    re.IGNORECASE,
)
_ALIASES = re.compile(r":(?:-webkit-any|-moz-any|matches)\(")
#: Lists in which browsers pass over what they do not know: one that lexbor refuses as a whole matches nothing.
_LISTS = re.compile(r":(?:is|where)\([^()]*\)", re.IGNORECASE)
_ENABLED = re.compile(r":enabled\b", re.IGNORECASE)
_CONTROLS = ":is(button, input, select, textarea, option, optgroup, fieldset):not([disabled])"
_TOKEN = re.compile(
    r"""(?P<kept>"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|\\.)|(?P<comment>/\*.*?(?:\*/|\Z))|"""
    r"(?P<place>(?<![^\s>+~,(]):(?!:))|(?P<of>(?<=:)nth-(?:last-)?child\([^()]*?\sof\s)|(?P<open>[(\[])|(?P<close>[)\]])|.",
    re.DOTALL | re.IGNORECASE,
)


#: What was selected: the HTML of an element, or the nodes of a range.
Taken = str | list[Element | str]


def take(page: LexborHTMLParser, select: Sequence[str | Range], remove: Sequence[str | Range]) -> list[Taken]:
    """Return what is selected of `page`, after what is removed; `page` is changed, and not needed afterwards.

    Without `select` the whole body is returned. Raise SelectorError where a selector is no CSS, where a bound of a
    range is missing, or where nothing is selected; the message names what was looked for.
    """
    page = _without(page, remove)
    if not select:
        return [] if page.body is None else [page.body.html or ""]
    out: list[Taken] = []
    taken: set[int] = set()
    for wanted in select:
        if isinstance(wanted, Range):
            between = _between(page, wanted)
            out += [between] if between else []
        else:
            out += [node.html or "" for node in outermost(matches(page, wanted), taken)]
    if not out:
        raise SelectorError(
            f"nothing on the page matches {'; '.join(_said(s) for s in select)}; the page may have a new layout"
        )
    return out


def nodes(taken: list[Taken]) -> list[Element | str]:
    """Return what was taken as nodes of our light tree; `taken` is used up, lest a large page be held twice."""
    out: list[Element | str] = []
    taken.reverse()
    while taken:
        part = taken.pop()
        out += build(part, parents=False).kids if isinstance(part, str) else part
    return out


def matches(page: LexborHTMLParser, selector: str) -> list[LexborNode]:
    """Return the elements that match, in document order, each once; raise SelectorError for what is no CSS."""
    asked = _asked(selector)
    try:
        found = page.css(asked)
    except SelectolaxError:
        asked = _ALIASES.sub(":is(", _UNSEEN.sub(":not(*)", asked.replace(":-webkit-any-link", ":any-link")))
        try:
            found = page.css(asked)
        except SelectolaxError:
            found = _forgiving(page, selector, asked)
    seen: set[int] = set()
    out = []
    for node in found:
        if node.mem_id not in seen:
            seen.add(node.mem_id)
            out.append(node)
    return out


@lru_cache(maxsize=1_000)
def _asked(selector: str) -> str:
    """Return a selector as lexbor has to be asked for what browsers mean by it.

    Of a part that begins with a pseudo-class (":is(div) p", "p:has(:not(a))") lexbor asks the nearest element alone:
    `*` goes before it. In ":nth-child(2 of S)" it counts for each selector of S: `:is()` goes around them. It takes
    every element for enabled. What is still open at the end is closed, as the end closes it (CSS Syntax, section 2.2).
    """
    selector = _ENABLED.sub(_CONTROLS, selector)
    out: list[str] = []
    ends: list[str] = []
    for token in _TOKEN.finditer(selector):
        text = token[0]
        out.append(text)
        if token["of"]:
            out.append("*:is(")
            ends.append("))")
        elif token["open"]:
            ends.append(")" if text == "(" else "]")
        elif token["close"]:
            out[-1] = ends.pop() if ends and text == ends[-1][0] else text
        elif token["place"]:
            out[-1] = "*:"
        elif token["kept"] and text[0] in "\"'" and (len(text) == 1 or text[-1] != text[0]):
            out.append(text[0])
        elif token["comment"]:
            out[-1] = "/**/"
    return "".join([*out, *reversed(ends)])


def problem(selector: str) -> str | None:
    """Return what is wrong with a selector, in words; None if it can be used."""
    try:
        matches(LexborHTMLParser("<p>"), selector)
    except SelectorError as error:
        return str(error)
    return None


def _forgiving(page: LexborHTMLParser, selector: str, asked: str) -> list[LexborNode]:
    """Ask soupsieve for a selector that lexbor refuses (`:contains`, `:-soup-contains`, unquoted values)."""
    nodes = {str(i): node for i, node in enumerate((n for n in page.css("*")), start=1)}
    for name, node in nodes.items():
        node.attrs[_NUMBER] = name
    try:
        soup = BeautifulSoup(page.html or "", "html.parser")
        found = [str(tag.get(_NUMBER)) for tag in soup.select(asked)]
    except (SelectorSyntaxError, ValueError, NotImplementedError) as error:
        with suppress(SelectolaxError):
            return page.css(_LISTS.sub(":not(*)", asked))
        reason = str(error).splitlines()[0]
        raise SelectorError(f"{selector!r} is not a CSS selector: {reason}") from error
    finally:
        for node in nodes.values():
            del node.attrs[_NUMBER]
    return [nodes[name] for name in found if name in nodes]


def outermost(found: Iterable[LexborNode], taken: set[int]) -> Iterator[LexborNode]:
    """Give what does not lie inside an element that was given, or taken, before."""
    for node in found:
        above: LexborNode | None = node
        while above is not None and above.mem_id not in taken:
            above = above.parent
        if above is None:
            taken.add(node.mem_id)
            yield node


def take_out(found: Iterable[LexborNode]) -> None:
    """Remove elements, and all that they hold, from their page; of its root, which a page keeps, all that it holds."""
    for node in list(outermost(found, set())):
        for gone in list(node.iter(include_text=True)) if node.tag == "html" else [node]:
            gone.remove()


def _said(wanted: str | Range) -> str:
    if isinstance(wanted, str):
        return repr(wanted)
    first = "before" if wanted.start_included else "after"
    last = "after" if wanted.end_included else "before"
    return f"the range from {first} {wanted.start!r} to {last} {wanted.end!r}"


def _bounds(page: LexborHTMLParser, wanted: Range) -> tuple[LexborNode, LexborNode]:
    ends = []
    for selector in (wanted.start, wanted.end):
        found = matches(page, selector)
        if not found:
            raise SelectorError(f"nothing on the page matches {selector!r}, a bound of {_said(wanted)}")
        ends.append(found[0])
    return ends[0], ends[1]


def _without(page: LexborHTMLParser, remove: Sequence[str | Range]) -> LexborHTMLParser:
    if not remove:
        return page
    ranges = [(wanted, _bounds(page, wanted)) for wanted in remove if isinstance(wanted, Range)]
    nodes = [node for wanted in remove if isinstance(wanted, str) for node in matches(page, wanted)]
    if not ranges:
        take_out(nodes)
        return page
    for node in nodes:
        _mark(node, "x")
    for i, (_, (first, last)) in enumerate(ranges):
        _mark(first, f"s{i}")
        _mark(last, f"e{i}")
    markup = page.html or ""
    doctype = markup[: max(0, markup.find("<html"))]  # without it the classes of a page match in any case
    root = build(markup)
    for i, (wanted, _) in enumerate(ranges):
        cut(root, wanted, f"s{i}", f"e{i}", inside=False)
    for element in list(root.walk()):
        if "x" in element.get(_MARK).split():
            element.remove()
    return LexborHTMLParser(doctype + _unmark(serialise(root)))


def _between(page: LexborHTMLParser, wanted: Range) -> list[Element | str]:
    first, last = _bounds(page, wanted)
    _mark(first, "s")
    _mark(last, "e")
    root = build(_around(first, last).html or "", parents=False)
    for node in (first, last):
        if _MARK in node.attrs:
            del node.attrs[_MARK]
    cut(root, wanted, "s", "e", inside=True)
    for element in root.walk():
        if element.parsed is not None:
            element.parsed.pop(_MARK, None)
    while len(root.kids) == 1 and isinstance(root.kids[0], Element) and root.kids[0].tag in ("html", "body"):
        root = root.kids[0]
    return [kid for kid in root.kids if not (isinstance(kid, str) and not kid.strip())]


def _around(first: LexborNode, last: LexborNode) -> LexborNode:
    """Return the innermost element that holds both, or the outermost around it that says something of its content."""
    holding = {node.mem_id for node in _upwards(last)}
    chain = [node for node in _upwards(first) if node.mem_id in holding]
    telling = [node for node in chain[1:] if node.tag not in _ARRANGING]
    return telling[-1] if telling else chain[0]


def _upwards(node: LexborNode | None) -> Iterator[LexborNode]:
    while node is not None and node.is_element_node:
        yield node
        node = node.parent


def _mark(node: LexborNode, mark: str) -> None:
    node.attrs[_MARK] = f"{node.attributes.get(_MARK) or ''} {mark}".strip()


def _unmark(markup: str) -> str:
    return re.sub(rf' {_MARK}="[^"]*"', "", markup)


def cut(root: Element, wanted: Range, first: str, last: str, *, inside: bool) -> None:
    """Keep what lies between two marked elements of `root`, or (not `inside`) what lies outside, in place."""
    started = ended = False
    # Each element is met twice, at its start and at its end; text belongs to the state in which it is met.
    todo: list[tuple[Element, int, list[Element | str]]] = [(root, 0, [])]
    while todo:
        element, at, kept = todo.pop()
        marks = element.get(_MARK).split() if element.raw and at == 0 else ()
        if at == 0 and marks:
            if first in marks and wanted.start_included:
                started = True
            if last in marks and not wanted.end_included:
                ended = True
        while at < len(element.kids):
            kid = element.kids[at]
            at += 1
            if isinstance(kid, str):
                if (started and not ended) == inside:
                    kept.append(kid)
                continue
            todo.append((element, at, kept))
            todo.append((kid, 0, []))
            break
        else:
            full = (started and not ended) == inside
            marks = element.get(_MARK).split() if element.raw else ()
            if first in marks and not wanted.start_included:
                started = True
            if last in marks and wanted.end_included:
                ended = True
            element.kids = kept
            if todo and (kept or (full and element.tag in ("br", "img", "hr", "wbr"))):
                todo[-1][2].append(element)
