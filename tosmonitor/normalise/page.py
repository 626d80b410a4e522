"""Owns a page under choice: its measured tree, what was noted in it, and how parts of it are dropped, with a reason."""

from tosmonitor.normalise.measure import ancestors, measure
from tosmonitor.normalise.parts import Telling
from tosmonitor.normalise.tree import Element

#: A page with less running text than this is empty; its templates, scripts and noscript parts are looked into.
POOR = 400
#: An element with that share of the page's running text is no furniture, whatever it is called.
MOST = 0.35
#: Whatever is dropped, so many bytes of text stay.
LEAST = 100
HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])


class Page:
    """One page under choice: `noted` holds the parts that may matter, `main` says whether it names its main part."""

    def __init__(self, root: Element, *, explaining: bool) -> None:
        self.root = root
        self.telling = Telling(wanted=explaining)
        self.noted: list[Element] = []
        measure(root, self.noted)
        mains = [e for e in self.noted if e.tag == "main" and e.size > POOR]
        self.main = len(mains) == 1 and any(e.tag in HEADINGS for e in mains[0].walk())

    def drop(self, element: Element, reason: str) -> None:
        """Take an element out of the tree, and what it holds out of the counts around it."""
        self.telling.tell(element, reason)
        above = element.parent
        prose = element.prose
        element.remove()
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

    def holds(self, element: Element) -> bool:
        """Say whether an element still stands in the tree."""
        return any(near is self.root for near in ancestors(element))

    def weighs(self, element: Element) -> bool:
        """Say whether an element holds much of what the page says."""
        if self.root.prose > POOR:
            return element.prose > MOST * self.root.prose
        return element.size > 0.5 * self.root.size
