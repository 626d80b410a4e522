"""Owns the choice of the main text of a page when nothing is declared.

    measure ─► drop furniture (roles, names, vendors) ─► drop hidden alternatives ─► scope ─► spine ─► trim the ends

Every step weighs structure: how much running text an element holds, how much of it is links, what it calls itself,
whether something opens it. Running text ("prose") is what stands in blocks of some length outside links, counted in
bytes so that unspaced scripts weigh as much as spaced ones. No rule knows a site.
"""

from collections.abc import Callable

from tosmonitor.model import Fingerprint
from tosmonitor.normalise import alternatives, asides, chrome, consent, cookies, furniture, memory, rescue
from tosmonitor.normalise.measure import (
    DATE,
    PROSE,
    TEXTUAL,
    ancestors,
    has_address,
    is_amid,
    is_local,
    is_titled,
    leaves_backwards,
    measure,
    own_words,
)
from tosmonitor.normalise.page import HEADINGS, POOR, Page
from tosmonitor.normalise.parts import Part
from tosmonitor.normalise.tree import Element

_TRIMMED = 2_000  # so many blocks are looked at for the end of the text
_CORE = 0.85  # share of the running text that the deepest common container holds
_BETWEEN = 0.6  # the share of the middle column of a layout, if it has a heading
_SAID_A_CONTROL = 100  # bytes a table says for each control beside it, where it is no form
_INLINE = frozenset(["span", "font", "b", "strong", "i", "em", "u", "small", "label"])
_PLAIN = frozenset({"div", "span", "p"})
_LEVELS = frozenset("123456")


class Chooser:
    """One page under choice. `parts` tells what was decided, `fingerprint` is what the next choice is told."""

    def __init__(self, root: Element, last: Fingerprint | None = None, *, explaining: bool = False) -> None:
        self.root = root
        self.page = Page(root, explaining=explaining)
        self.telling = self.page.telling
        self.last = memory.recall(last)
        self.fingerprint: Fingerprint | None = None

    @property
    def parts(self) -> list[Part]:
        """Return the large parts and why each was kept or dropped."""
        return self.telling.parts

    def choose(self, carried: Callable[[], tuple[str, list[Element | str]]]) -> list[Element | str]:
        """Return the nodes that hold the main text, in order; the tree is changed.

        `carried` finds the text in the scripts of a page that has none of its own; it says where, and the nodes.
        """
        page = self.page
        kept_apart = rescue.templates(page.noted)
        consent.drop(page)
        asides.drop_forms(page)
        furniture.drop(page)
        alternatives.drop(page)
        asides.drop_cards(page)
        asides.drop_lone_headings(page)
        consent.drop_notices(page)
        asides.drop_calls(page)
        for element in page.noted:
            if 'role="heading"' in element.raw and element.tag in _PLAIN and not element.blocky:
                element.tag = f"h{element.get('aria-level')}" if element.get("aria-level") in _LEVELS else "h2"
        return self._spine(self._scope()) if self.root.prose >= POOR else self._rescued(kept_apart, carried)

    def _rescued(
        self, kept_apart: list[Element | str], carried: Callable[[], tuple[str, list[Element | str]]]
    ) -> list[Element | str]:
        """Return what the page keeps outside its tree, if that holds more running text than the tree."""
        best = self.root
        where, nodes = carried()
        parents = [(node, node.parent) for node in (*kept_apart, *nodes) if not isinstance(node, str)]
        for place, found, least in (
            ("templates and noscript parts", kept_apart, PROSE),
            (f"the state of scripts: {where}", nodes, 3 * PROSE),
        ):
            other = Element("root")
            other.kids = list(found)
            for node in found:
                if not isinstance(node, str):
                    node.parent = other
            measure(other, [])
            if other.prose > 2 * best.prose and other.prose > least:
                best = other
                reason = "the page itself holds next to no text; this does"
                self.telling.tell(other, reason, kept=True, where=place)
        if best is not self.root:
            self.page.tidy()
            return best.kids
        for node, parent in parents:  # a template that was not dropped still holds them
            node.parent = parent
        return self._spine(self._scope())

    def _scope(self) -> Element:
        """Return the element that the page itself names as its main part, if that holds the text; else the page."""
        root = self.root
        named = [e for e in self.page.noted if (e.tag == "main" or 'role="main"' in e.raw) and self.page.holds(e)]
        if named:
            best = max(named, key=lambda e: e.prose)
            if best.prose * 2 >= root.prose and best.size:
                if not best.titles:
                    self._take_title(best)
                self._note_outside(best, "outside <main>")
                return best
        return root

    def _take_title(self, main: Element) -> None:
        """Move the title that stands before the main part, and its date, into it."""
        titles = [e for e in self.page.noted if e.tag == "h1" and is_titled(e) and self.page.holds(e)]
        around = {id(main), *map(id, ancestors(main))}
        if len(titles) != 1 or titles[0].linked or id(titles[0]) in around:
            return
        near = titles[0]
        while (above := near.parent) is not None and above.size < 300 and above.linked == 0 and id(above) not in around:
            near = above
        if near.parent is not None:
            near.remove()
            near.parent = main
            main.kids.insert(0, near)

    def _note_outside(self, scope: Element, reason: str) -> None:
        if not self.telling.wanted:
            return
        near = scope
        while near.parent is not None:
            for kid in near.parent.kids:
                if not isinstance(kid, str) and kid is not near:
                    self.telling.tell(kid, reason)
            near = near.parent

    def _spine(self, scope: Element) -> list[Element | str]:
        """Descend to the container of the text; of what stands beside the way keep only what is text itself."""
        asides.drop_ends(self.page, scope)
        remembered = self._remembered(scope)
        core = remembered or scope
        total = scope.prose
        heirs: list[Element] = []
        while remembered is None:
            heirs = [
                kid for kid in core.kids if not isinstance(kid, str) and kid.prose >= _CORE * total and kid.prose > 0
            ]
            if heirs and heirs[0].tag == "table":
                _unfold(heirs[0])
            if not heirs or heirs[0].tag in TEXTUAL:
                break
            core = heirs[0]
        strict = scope is self.root
        if heirs:  # one list, table or text in one piece
            self._sift(core, heirs[0], heirs[0], strict)
        near = core
        while near is not scope and near.parent is not None:
            self._sift(near.parent, near, near, strict)
            near = near.parent
        texts = [kid for kid in core.kids if not isinstance(kid, str) and kid.prose > 0.02 * total]
        if len(texts) > 1 and strict and not any(kid.tag in TEXTUAL for kid in texts):
            self._sift(core, texts[0], texts[-1], strict)
        self._trim(scope)
        self.page.tidy()
        self.fingerprint = memory.keep(core)
        share = 100 * core.prose // max(1, scope.prose)
        self.telling.tell(core, f"holds {share} % of the sentences of the page", kept=True)
        cookies.put_in_order(scope)
        return list(scope.kids)

    def _remembered(self, scope: Element) -> Element | None:
        """Return the container that was chosen last time, if it still holds most of the running text."""
        found = memory.find(scope, self.last.core)
        return found if found is not None and found.prose * 2 > scope.prose else None

    def _sift(self, parent: Element, first: Element, last: Element, strict: bool) -> None:
        """Drop what stands before `first` and after `last` among the children of `parent`, unless it is text itself."""
        kids = [kid for kid in parent.kids if not isinstance(kid, str) and kid.size]
        for kid in kids[: kids.index(first)]:
            reason = "" if _is_text(kid) else self._beside(kid, strict, before=True)
            if reason:
                self.page.drop(kid, reason)
            else:
                self.telling.tell(kid, "stands before the text: a title, a date or sentences", kept=True)
        ends = True  # nothing that is kept follows
        for kid in reversed(kids[kids.index(last) + 1 :]):
            reason = "" if _is_text(kid) else self._beside(kid, strict, before=False, ends=ends)
            if reason:
                self.page.drop(kid, reason)
            else:
                self.telling.tell(kid, "stands after the text: sentences, a table, a date or an address", kept=True)
            ends = ends and bool(reason)

    def _beside(self, element: Element, strict: bool, *, before: bool, ends: bool = False) -> str:
        """Return why an element beside the text does not belong to it, "" if it does."""
        tags = {e.tag for e in element.walk()}
        titled = before and element.size < 1500 and not tags.isdisjoint(("h1", "h2"))
        if before and element.size < 200 and element.asks < 2 and not tags.isdisjoint(HEADINGS):
            titled = True
        if before and element.size < 300 and DATE.search(own_words(element)):
            return ""
        if element.linked * 2 > element.size:
            if before:
                return "" if is_local(element) or is_titled(element) else "mostly links, before the text"
            return "" if is_amid(element) else "mostly links, after the text"
        if not strict:
            return ""
        tabled = "table" in tags and element.size > _SAID_A_CONTROL * element.asks
        if element.asks and element.prose < 0.1 * self.root.prose and not titled and not tabled:
            return "a form or dialogue beside the text"
        if titled and element.linked * 3 < element.size:
            return ""
        if element.prose * 2 > element.size or (element.tag in _INLINE and element.size - element.linked >= PROSE):
            return ""
        if ends and not element.prose and not tags.isdisjoint(HEADINGS) and _calls(element):
            return "a heading with a call to act, after the text"
        if "table" in tags or (
            not tags.isdisjoint(HEADINGS) and element.linked * 3 < element.size and not element.asks
        ):
            return ""
        text = element.text()
        if not before and element.size < 300 and ("@" in text or DATE.search(text)) and "©" not in text:
            return ""
        return "short labels beside the text, no sentences"

    def _trim(self, scope: Element) -> None:
        """Drop link lists and afterwords that stand after the last of the text."""
        last: list[Element] = []  # from the end backwards
        beyond = 0  # how many of them stand after the last of the text
        for leaf in leaves_backwards(scope):
            last.append(leaf)
            if len(last) > _TRIMMED:
                break
            if chrome.AFTERWORD.fullmatch(leaf.text().rstrip(" ?:.!»>…")):
                beyond = len(last)
            elif leaf.prose or not (leaf.linked * 5 > leaf.size * 4 or leaf.size < 30) or has_address(leaf):
                break
        for leaf in last[:beyond]:
            self.page.drop(leaf, "a question, a share link or a related page after the text")


def _is_text(element: Element) -> bool:
    """Say whether an element is text by its tag; old pages lay out their menus in tables."""
    return element.tag in TEXTUAL and not (element.tag == "table" and element.linked * 2 > element.size)


def _unfold(table: Element) -> None:
    """Turn a table into plain boxes if one of its cells holds the text in blocks or lines: a layout of the page."""
    way = [table]
    while way[-1].tag not in ("td", "th"):
        near = way[-1]
        kids = [kid for kid in near.kids if not isinstance(kid, str)]
        heirs = [kid for kid in kids if kid.prose >= _CORE * table.prose]
        heirs = heirs or [kid for kid in kids if is_titled(kid) or kid.prose >= _BETWEEN * table.prose]
        if not heirs or heirs[0].tag not in ("tbody", "thead", "tr", "td", "th"):
            return
        way.append(heirs[0])
    if way[-1].prose < _CORE * table.prose and not any(e.tag in HEADINGS for e in way[-1].walk()):
        return
    if not way[-1].blocky and sum(e.tag == "br" for e in way[-1].walk()) < 4:
        return
    for near in way[:-1]:
        for kid in near.kids:
            if not isinstance(kid, str) and kid.tag in ("tbody", "thead", "tfoot", "tr", "td", "th", "caption"):
                kid.tag = "div"
                if kid not in way:
                    for cell in kid.walk():
                        if cell.tag in ("tr", "td", "th"):
                            cell.tag = "div"
    table.tag = "div"


def _calls(element: Element) -> bool:
    """Say whether an element is a heading with nothing under it, or with a link that looks like a button."""
    if has_address(element) or "@" in element.text():
        return False
    links = [e for e in element.walk() if e.tag == "a"]
    if any(chrome.BUTTON.search(f"{e.get('class')} {e.get('role')}") for e in links):
        return True
    headings = sum(e.size for e in element.walk() if e.tag in HEADINGS)
    return element.size - element.linked <= headings
