"""Owns the lists of cookies that consent services write into a cookie policy, in another order at each visit.

Such a list is a set: its service gathers it from scans and gives it in the order of a query. Only in the tables of
those services, known by the names that they give them, are rows put in order; in any other table the order of rows
may mean something (a ranking, a sequence of steps, "the following applies in this order") and stays.
"""

import re

from tosmonitor.normalise.tree import Element

#: What OneTrust, Cookiebot, CookieYes, Complianz, Usercentrics and Cookie Script call the lists that they write.
_LISTS = re.compile(
    r"ot-sdk-cookie-policy|optanon-cookie-policy|CookieDeclaration|cky-audit-table|cmplz-cookies|"
    r"uc-(?:embed|cookie-list)|cookiescript_?report|CookieReport",
    re.IGNORECASE,
)


def put_in_order(root: Element) -> None:
    """Put the rows of the lists that consent services wrote below `root` in the order of their text."""
    todo = [(root, False)]
    while todo:
        element, listed = todo.pop()
        if not listed and element.raw and _may_list(element.raw.lower()):
            listed = _LISTS.search(f"{element.get('class')} {element.get('id')}") is not None
        if listed and element.tag in ("table", "tbody"):
            _sort(element)
        todo.extend([(kid, listed) for kid in element.kids if not isinstance(kid, str)])


def _may_list(raw: str) -> bool:
    """Say whether attributes may name such a list: a quick look that spares most elements of a page the exact one."""
    return "cookie" in raw or "cky-" in raw or "uc-embed" in raw


def _sort(table: Element) -> None:
    """Sort the rows that stand directly in `table`, if all are plain: the same cells, none spanning rows, no heads."""
    rows = [kid for kid in table.kids if isinstance(kid, Element) and kid.tag == "tr"]
    heads = [any(e.tag == "th" for e in row.walk()) for row in rows]
    head, plain = rows[: sum(heads)], rows[sum(heads) :]
    widths = {sum(isinstance(cell, Element) for cell in row.kids) for row in plain}
    if (
        len(plain) < 2
        or len(widths) > 1
        or not all(heads[: len(head)])
        or any("rowspan" in e.raw for e in table.walk())
    ):
        return
    ordered = iter(head + sorted(plain, key=Element.text))
    table.kids = [next(ordered) if isinstance(kid, Element) and kid.tag == "tr" else kid for kid in table.kids]
