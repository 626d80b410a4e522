"""Owns the choice of the main text of a page when nothing is declared.

    measure ─► drop furniture (roles, names, vendors) ─► drop hidden alternatives ─► scope ─► spine ─► trim the ends

Every step weighs structure: how much running text an element holds, how much of it is links, what it calls itself,
whether something opens it. Running text ("prose") is what stands in blocks of some length outside links, counted in
bytes so that unspaced scripts weigh as much as spaced ones. No rule knows a site.
"""

import re
from collections.abc import Callable

from tosmonitor.model import Fingerprint
from tosmonitor.normalise import chrome, cookies, memory, rescue
from tosmonitor.normalise.chrome import Weight
from tosmonitor.normalise.measure import (
    PROSE,
    ancestors,
    has_address,
    is_hidden,
    is_local,
    is_titled,
    leaves_backwards,
    measure,
    opens,
    own_words,
    preceding,
    within,
)
from tosmonitor.normalise.parts import Part, Telling
from tosmonitor.normalise.tree import Element

#: A page with less running text than this is empty; its templates, scripts and noscript parts are looked into.
POOR = 400
_MOST = 0.35  # an element with that share of the page's running text is no furniture, whatever it is called
_TRIMMED = 2_000  # so many blocks are looked at for the end of the text
_CORE = 0.85  # share of the running text that the deepest common container holds
_CONTROLS = frozenset(
    {
        "select", "option", "optgroup", "input", "textarea", "datalist", "svg", "canvas", "video", "audio", "object",
        "map", "progress", "meter",
    }
)  # fmt: skip
#: Elements that may be furniture though they call themselves nothing.
_SUSPECT = _CONTROLS | {"button", "noscript", "template", "nav", "footer", "header", "aside", "dialog", "form"}
_CONTAINERS = frozenset(
    {
        "div", "section", "aside", "header", "footer", "ul", "ol", "nav", "form", "table", "figure", "menu", "dialog",
        "span", "p", "article", "details",
    }
)  # fmt: skip
_INLINE = frozenset(["span", "font", "b", "strong", "i", "em", "u", "small", "label"])
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_PLAIN = frozenset({"div", "span", "p"})
_LEVELS = frozenset("123456")


class Chooser:
    """One page under choice. `parts` tells what was decided, `fingerprint` is what the next choice is told."""

    def __init__(self, root: Element, last: Fingerprint | None = None, *, explaining: bool = False) -> None:
        self.root = root
        self.telling = Telling(wanted=explaining)
        self.last = memory.recall(last)
        self.fingerprint: Fingerprint | None = None
        self.noted: list[Element] = []
        self.main = False  # whether the page names its main part
        self.controlled = frozenset[str]()

    @property
    def parts(self) -> list[Part]:
        """Return the large parts and why each was kept or dropped."""
        return self.telling.parts

    def choose(self, carried: Callable[[], tuple[str, list[Element | str]]]) -> list[Element | str]:
        """Return the nodes that hold the main text, in order; the tree is changed.

        `carried` finds the text in the scripts of a page that has none of its own; it says where, and the nodes.
        """
        root = self.root
        measure(root, self.noted)
        kept_apart = rescue.templates(self.noted)
        mains = [e for e in self.noted if e.tag == "main" and e.size > POOR]
        self.main = len(mains) == 1 and any(e.tag in _HEADINGS for e in mains[0].walk())
        self._drop_consent()
        self._drop_furniture()
        self._drop_alternatives()
        for element in self.noted:
            if 'role="heading"' in element.raw and element.tag in _PLAIN and not element.blocky:
                element.tag = f"h{element.get('aria-level')}" if element.get("aria-level") in _LEVELS else "h2"
        return self._spine(self._scope()) if root.prose >= POOR else self._rescued(kept_apart, carried)

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
            return best.kids
        for node, parent in parents:  # a template that was not dropped still holds them
            node.parent = parent
        return self._spine(self._scope())

    # ------------------------------------------------------------------------------------- furniture

    def _drop(self, element: Element, reason: str) -> None:
        self.telling.tell(element, reason)
        above = element.parent
        element.remove()
        while above is not None:
            above.size -= element.size
            above.linked -= element.linked
            above.prose -= element.prose
            above.titles -= element.titles
            above.links -= element.links
            above.local -= element.local
            above = above.parent

    def _drop_consent(self) -> None:
        """Drop the dialogues that ask for consent, whatever they are called: found from their buttons."""
        buttons = [
            element
            for element in self.noted
            if 1 < element.size < 80
            and (element.tag in ("button", "a") or 'role="button"' in element.raw)
            and chrome.CONSENTING.search(element.text())
        ]
        around = {id(a) for e in self.noted if e.tag == "main" for a in ancestors(e)} if self.main else set()
        for button in buttons:
            if within(button, "main", "article"):
                continue
            near = button
            while near.parent is not None and near.parent.tag not in ("root", "body", "main", "article"):
                above = near.parent
                if id(above) in around or above.size > 12_000 or is_titled(above):
                    break
                if above.prose > _MOST * self.root.prose and not around:
                    break
                near = above
            if near is button or near.size == 0 or near.parent is None:
                continue
            text = near.text()
            told = len(chrome.COOKIES.findall(text))
            if told and told * 400 >= len(text):
                self._drop(near, "asks for consent to cookies")

    def _drop_furniture(self) -> None:
        total = self.root.prose
        todo = [self.root]
        while todo:
            element = todo.pop()
            for kid in list(element.kids):
                if isinstance(kid, str):
                    continue
                reason = self._furniture(kid, total) if kid.raw or kid.tag in _SUSPECT else ""
                if reason:
                    self._drop(kid, reason)
                elif kid.kids:
                    todo.append(kid)

    def _furniture(self, element: Element, total: int) -> str:
        """Return why an element is furniture of the site, "" if it is not."""
        tag = element.tag
        if tag == "textarea" and element.size > POOR:  # terms in a box that scrolls
            element.tag = "pre"
            return ""
        if tag in _CONTROLS:
            return f"<{tag}>: a control or a picture, no text"
        if tag in ("a", "span") and element.size < PROSE and (reason := _handle(element)):
            return reason
        if tag == "button":
            return "" if opens(element) else "<button>"
        if tag in ("noscript", "template"):
            return f"<{tag}>: shown only in place of something else"
        raw = element.raw
        much = element.prose > _MOST * total if total > POOR else element.size > 0.5 * self.root.size
        if self.main and tag in ("footer", "nav", "aside") and not within(element, "main", "article"):
            return f"<{tag}> outside <main>"
        if tag == "nav":
            return "" if much else "<nav>: a menu"
        if tag == "dialog":
            return "" if much else "a dialogue over the page"
        if "role=" in raw:
            role = element.get("role")
            if role in chrome.ROLES_CERTAIN and not much:
                return f"has the role {role}"
            if role in chrome.ROLES_LIKELY and element.prose < 0.1 * total and not is_titled(element):
                return f"has the role {role}"
        if "aria-modal" in raw and not much:
            return "a dialogue over the page"
        if "aria-hidden=" in raw and element.size < PROSE and element.get("aria-hidden") == "true":
            return "short, and hidden from those who hear the page"
        if tag == "footer":
            return "" if much or (element.prose and within(element, "article", "main")) else "<footer> of the page"
        if tag in ("header", "aside", "form"):
            if tag == "header" and not much and (is_titled(element) or within(element, "article", "main")):
                elsewhere = (
                    element.asks and self.root.titles > element.titles and not within(element, "article", "main")
                )
                return "<header> with a search; the title of the text stands elsewhere" if elsewhere else ""
            if much:
                return ""
            if element.prose < 0.1 * total or element.linked * 2 > element.size:
                return f"<{tag}> of the page"
        if tag not in _CONTAINERS or ("class=" not in raw and "id=" not in raw):
            return ""
        names = f"{element.get('class')} {element.get('id')}"
        if element.size < 120 and chrome.SPOKEN.search(names):
            return "told only to those who hear the page"
        if tag == "span" or tag == "p":
            return ""
        if chrome.UNPRINTED.search(names) and element.prose < 0.05 * total and not is_titled(element):
            return "marked as not to be printed"
        weight = chrome.named(names)
        if weight == Weight.NONE or much:
            return ""
        if weight == Weight.CERTAIN:
            return f"made by a service for consent or chat: its name is {_short(names)}"
        if weight == Weight.LIKELY and (element.prose < max(0.15 * total, 150)) and not is_titled(element):
            return f"named {_short(names)}, and short"
        if (
            element.linked * 2 > element.size
            and element.prose < 0.05 * total
            and not is_local(element)
            and not is_titled(element)
        ):
            return f"named {_short(names)}, and mostly links"
        return ""

    # ------------------------------------------------------------------------------- hidden alternatives

    def _drop_alternatives(self) -> None:
        """Drop what is hidden and opened by nothing: other versions, other languages, messages for later."""
        hidden = [e for e in self.noted if e.size and e.parent is not None and is_hidden(e) and self._attached(e)]
        if not hidden:
            return
        hiding = set(map(id, hidden))
        hidden = [e for e in hidden if not any(id(a) in hiding for a in ancestors(e))]
        visible = self.root.prose - sum(e.prose for e in hidden)
        for element in hidden:
            if element.prose < PROSE:
                self._drop(element, "hidden, without text of its own")
            elif visible >= 0.3 * self.root.prose and not self._collapsed(element, visible):
                self._drop(element, "hidden, and nothing on the page opens it: another version, or a message for later")

    def _attached(self, element: Element) -> bool:
        return any(near is self.root for near in ancestors(element))

    def _collapsed(self, element: Element, visible: int) -> bool:
        """Say whether a hidden element is a section that a reader can open, not an alternative to what is shown."""
        if element.tag == "details" or element.get("role") in ("tabpanel", "region") or element.get("aria-labelledby"):
            return True
        own = next((e.tag for e in element.walk() if e.tag in _HEADINGS), "")
        if element.prose > 0.8 * visible and own in ("h1", "h2"):  # as long as what is shown, with a title of its own
            return False
        name = element.get("id")
        if name and name in self._controls():
            return True
        names = f"{element.get('class')} {name}"
        if chrome.COLLAPSIBLE.search(names):
            return True
        if own == "h1":
            return False
        near: Element | None = element
        for _ in range(2):  # what opens it stands before it, or before the wrapper that it alone fills
            if near is None or near.parent is None:
                return False
            before = preceding(near)
            if before is not None:
                label = before.size < 200 and before.size > 0 and not is_hidden(before)
                return label and not (own and own <= before.tag in _HEADINGS)
            near = near.parent
            if near is not None and chrome.COLLAPSIBLE.search(f"{near.get('class')} {near.get('id')}"):
                return True
        return False

    def _controls(self) -> frozenset[str]:
        if not self.controlled:
            found = {""}
            for element in self.root.walk():
                if element.raw and ("aria-" in element.raw or "data-" in element.raw or 'href="#' in element.raw):
                    for name in ("aria-controls", "data-target", "data-bs-target", "href", "data-toggle-target"):
                        found.add(element.get(name).lstrip("#"))
            self.controlled = frozenset(found)
        return self.controlled

    # --------------------------------------------------------------------------------------- the spine

    def _scope(self) -> Element:
        """Return the element that the page itself names as its main part, if that holds the text; else the page."""
        root = self.root
        named = [e for e in self.noted if (e.tag == "main" or 'role="main"' in e.raw) and self._attached(e)]
        if named:
            best = max(named, key=lambda e: e.prose)
            if best.prose * 2 >= root.prose and best.size:
                self._note_outside(best, "outside <main>")
                return best
        return root

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
            if not heirs or heirs[0].tag in _TEXTUAL:
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
        if len(texts) > 1 and strict and not any(kid.tag in _TEXTUAL for kid in texts):
            self._sift(core, texts[0], texts[-1], strict)
        self._trim(scope)
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
            reason = "" if kid.tag in _TEXTUAL else self._beside(kid, strict, before=True)
            if reason:
                self._drop(kid, reason)
            else:
                self.telling.tell(kid, "stands before the text: a title, a date or sentences", kept=True)
        ends = True  # nothing that is kept follows
        for kid in reversed(kids[kids.index(last) + 1 :]):
            reason = "" if kid.tag in _TEXTUAL else self._beside(kid, strict, before=False, ends=ends)
            if reason:
                self._drop(kid, reason)
            else:
                self.telling.tell(kid, "stands after the text: sentences, a table, a date or an address", kept=True)
            ends = ends and bool(reason)

    def _beside(self, element: Element, strict: bool, *, before: bool, ends: bool = False) -> str:
        """Return why an element beside the text does not belong to it, "" if it does."""
        tags = {e.tag for e in element.walk()}
        titled = before and element.size < 1500 and not tags.isdisjoint(("h1", "h2"))
        if before and element.size < 200 and element.asks < 2 and not tags.isdisjoint(_HEADINGS):
            titled = True
        if before and element.size < 300 and _DATE.search(own_words(element)):
            return ""
        if element.linked * 2 > element.size:
            if before:
                return "" if is_local(element) or is_titled(element) else "mostly links, before the text"
            return "mostly links, after the text"
        if not strict:
            return ""
        if element.asks and element.prose < 0.1 * self.root.prose and not titled:
            return "a form or dialogue beside the text"
        if titled and element.linked * 3 < element.size:
            return ""
        if element.prose * 2 > element.size or (element.tag in _INLINE and element.size - element.linked >= PROSE):
            return ""
        if ends and not element.prose and not tags.isdisjoint(_HEADINGS) and _calls(element):
            return "a heading with a call to act, after the text"
        if "table" in tags or (
            not tags.isdisjoint(_HEADINGS) and element.linked * 3 < element.size and not element.asks
        ):
            return ""
        text = element.text()
        if not before and element.size < 300 and ("@" in text or _DATE.search(text)) and "©" not in text:
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
            self._drop(leaf, "a question, a share link or a related page after the text")


def _unfold(table: Element) -> None:
    """Turn a table into plain boxes if one of its cells holds the text in blocks or lines: a layout of the page."""
    way = [table]
    while way[-1].tag not in ("td", "th"):
        near = way[-1]
        heirs = [kid for kid in near.kids if not isinstance(kid, str) and kid.prose >= _CORE * table.prose]
        if not heirs or heirs[0].tag not in ("tbody", "thead", "tr", "td", "th"):
            return
        way.append(heirs[0])
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


def _handle(element: Element) -> str:
    """Return why a link or a run of text is a handle of the page, "" if it is text."""
    names = element.get("class")
    inward = element.get("href").startswith("#")
    if inward and chrome.SPOKEN.search(names):
        return "told only to those who hear the page"
    if chrome.HANDLES.search(names) or (inward and within(element, *_HEADINGS)):
        return "a handle at a heading" if chrome.HANDLE.fullmatch(element.text()) else ""
    return ""


def _calls(element: Element) -> bool:
    """Say whether an element is a heading with nothing under it, or with a link that looks like a button."""
    if has_address(element) or "@" in element.text():
        return False
    links = [e for e in element.walk() if e.tag == "a"]
    if any(chrome.BUTTON.search(f"{e.get('class')} {e.get('role')}") for e in links):
        return True
    headings = sum(e.size for e in element.walk() if e.tag in _HEADINGS)
    return element.size - element.linked <= headings


_DATE = re.compile(r"\b(?:19|20)\d\d\b|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|(?:19|20)\d\d年")
#: Elements that are text themselves: what stands beside them stands in a text.
_TEXTUAL = frozenset(
    {
        "p", "ul", "ol", "dl", "li", "pre", "blockquote", "table", "tbody", "h1", "h2", "h3", "h4", "h5", "h6", "dt",
        "dd", "figure", "details", "a",
    }
)  # fmt: skip


def _short(names: str) -> str:
    return repr(" ".join(names.split())[:60])
