"""Owns a page under choice: its measured tree, what was noted in it, and how parts of it are dropped, with a reason."""

from collections.abc import Iterator

from tosmonitor.normalise.measure import TEXTUAL, ancestors, is_titled, measure
from tosmonitor.normalise.parts import Telling
from tosmonitor.normalise.tree import Element

#: A page with less running text than this is empty; its templates, scripts and noscript parts are looked into.
POOR = 400
#: An element with that share of the page's running text is no furniture, whatever it is called.
MOST = 0.35
#: Whatever is dropped, so many bytes of text stay.
LEAST = 100
_FEW = 3  # parts with sentences beside the one that holds the text; more are parts of the text
HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])


class Page:
    """One page under choice: `noted` holds the parts that may matter, `main` says whether it names its main part."""

    def __init__(self, root: Element, *, explaining: bool) -> None:
        self.root = root
        self.telling = Telling(wanted=explaining)
        self.noted: list[Element] = []
        self.torn: dict[int, Element] = {}  # elements that dropped ones stand in
        measure(root, self.noted)
        mains = [e for e in self.noted if e.tag == "main" and e.size > POOR]
        self.main = len(mains) == 1 and any(e.tag in HEADINGS for e in mains[0].walk())

    def drop(self, element: Element, reason: str) -> None:
        """Empty an element and take what it held out of the counts around it; `tidy` takes it out of the tree."""
        self.telling.tell(element, reason)
        above = element.parent
        prose = element.prose
        if above is not None:
            self.torn[id(above)] = above
        while above is not None:
            above.size -= element.size
            above.linked -= element.linked
            if not above.size:  # its running text was in a line with this element, or this element
                prose = above.prose
            above.prose -= prose
            above.titles -= element.titles
            above.links -= element.links
            above.local -= element.local
            above = above.parent
        element.parent = None
        element.tag = element.raw = ""
        element.parsed = None
        element.kids = []
        element.size = element.linked = element.prose = element.titles = element.links = element.local = 0
        element.blocky = False

    def tidy(self) -> None:
        """Take the dropped elements out of the tree, all at once: one at a time is quadratic in their number."""
        for parent in self.torn.values():
            parent.kids = [kid for kid in parent.kids if isinstance(kid, str) or kid.tag]
        self.torn.clear()

    def holds(self, element: Element) -> bool:
        """Say whether an element still stands in the tree."""
        return any(near is self.root for near in ancestors(element))

    def weighs(self, element: Element) -> bool:
        """Say whether an element holds much of what the page says."""
        if self.root.prose > POOR:
            return element.prose > MOST * self.root.prose
        return element.size > 0.5 * self.root.size

    def beside(self) -> Iterator[tuple[Element, bool]]:
        """Give the parts beside the one that holds the text, from the outside in, and whether each stands before it."""
        level: Element | None = self.root
        while level is not None:
            kids = [kid for kid in level.kids if not isinstance(kid, str) and kid.size]
            main = _main(level, kids)
            if main is None:
                return
            if sum(kid.prose > 0 for kid in kids if kid is not main) <= _FEW:
                before = True
                for kid in kids:
                    if kid is main:
                        before = False
                    else:
                        yield kid, before
            level = main


def _main(level: Element, kids: list[Element]) -> Element | None:
    """Return which of the children of an element holds the text, None if it is no single one."""
    titled = [kid for kid in kids if is_titled(kid)]
    main = titled[0] if len(titled) == 1 else max(kids, key=lambda kid: kid.prose, default=None)
    if main is None or main.tag in TEXTUAL or any(kid.size > 2 * main.size for kid in kids):
        return None  # a title alone holds no text
    return main if len(titled) == 1 or main.prose >= 0.6 * level.prose else None
