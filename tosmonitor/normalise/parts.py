"""Owns what is told of a page's parts: where each is, whether it was kept, how long it is, how it begins, and why."""

from dataclasses import dataclass

from tosmonitor.normalise.measure import path
from tosmonitor.normalise.tree import Element

#: Smaller parts (bytes of text) are not worth a line.
_SMALLEST = 20
#: So many characters of a part are quoted, by which a reader knows it again.
_QUOTED = 48


@dataclass(frozen=True, slots=True)
class Part:
    """One large part of a page: where it is, whether it was kept, how many words it has, and why."""

    where: str
    kept: bool
    words: int
    reason: str


class Telling:
    """Gathers the parts of one page in the order of decision; parts that share place and reason are told once."""

    def __init__(self, *, wanted: bool) -> None:
        self.wanted = wanted
        self.told: dict[tuple[str, bool, str], list[str]] = {}

    def tell(self, element: Element, reason: str, *, kept: bool = False, where: str = "") -> None:
        """Note why `element` is kept or dropped, if that is wanted and it holds text to speak of."""
        if self.wanted and element.size > _SMALLEST:
            self.told.setdefault((where or path(element), kept, reason), []).append(element.text())

    @property
    def parts(self) -> list[Part]:
        """Return what was gathered."""
        return [
            Part(where, kept, sum(len(text.split()) for text in texts), _said(reason, texts))
            for (where, kept, reason), texts in self.told.items()
        ]


def _said(reason: str, texts: list[str]) -> str:
    first = texts[0] if len(texts[0]) <= _QUOTED else texts[0][:_QUOTED].rstrip() + "…"
    several = f" ({len(texts)} such parts)" if len(texts) > 1 else ""
    return f"{reason}{several}: “{first}”"
