"""Owns the declarative operators on a page: a fixed set, applied in declared order before anything is selected.

They cover 95 % of what collections of Open Terms Archive do with code of their own. Patterns are Python's `re`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from tosmonitor.errors import SelectorError
from tosmonitor.model import Filter
from tosmonitor.normalise.select import matches, outermost, take_out


@dataclass(frozen=True, slots=True)
class FilterSpec:
    """What an operator is called, what it does, and the arguments that it needs or may have."""

    name: str
    says: str
    arguments: tuple[str, ...]
    optional: tuple[str, ...] = ()


#: The operators by name. `select` is a CSS selector, `match` a regular expression, `replace` a template of it.
FILTERS: Mapping[str, FilterSpec] = {
    spec.name: spec
    for spec in (
        FilterSpec(
            "rewrite-links",
            "rewrites link targets that match; an empty replacement drops the target",
            ("match",),
            ("replace", "select"),
        ),
        FilterSpec(
            "drop-query-parameters",
            "drops the named parameters (blank between) from link targets",
            ("names",),
            ("select",),
        ),
        FilterSpec("remove", "removes elements", ("select",)),
        FilterSpec("remove-if-text", "removes elements whose text matches", ("select", "match")),
        FilterSpec("drop-attribute", "drops an attribute of elements", ("select", "attribute")),
        FilterSpec(
            "replace-with-attribute", "puts an attribute's value in the place of elements", ("select", "attribute")
        ),
        FilterSpec("replace-text", "rewrites text that matches", ("match",), ("replace", "select")),
        FilterSpec("normalise-spaces", "removes line breaks and empty elements at the ends of elements", ("select",)),
    )
}


def problem(declared: Filter) -> str | None:
    """Return what is wrong with a declared operator, in words; None if it can be used."""
    spec = FILTERS.get(declared.name)
    if spec is None:
        return f"there is no filter {declared.name!r}; there are {', '.join(FILTERS)}"
    given = dict(declared.arguments)
    for name in spec.arguments:
        if name not in given:
            return f"the filter {declared.name!r} needs {name!r}"
    for name in given:
        if name not in spec.arguments and name not in spec.optional:
            return f"the filter {declared.name!r} has no {name!r}; it takes {', '.join(spec.arguments + spec.optional)}"
    if "match" in given:
        try:
            pattern = re.compile(given["match"])
        except (re.error, OverflowError, RecursionError) as error:
            return f"{given['match']!r} is not a regular expression: {error}"
        try:
            pattern.sub(given.get("replace", ""), "")
        except (re.error, IndexError) as error:
            return f"{given['replace']!r} is no replacement for {given['match']!r}: {error}"
    return None


def apply(page: LexborHTMLParser, filters: tuple[Filter, ...]) -> None:
    """Apply `filters` to `page`, in order. Raise SelectorError for one that cannot be used."""
    for declared in filters:
        if wrong := problem(declared):
            raise SelectorError(wrong)
        _OPERATORS[declared.name](page, dict(declared.arguments))


def _rewrite_links(page: LexborHTMLParser, given: dict[str, str]) -> None:
    pattern = re.compile(given["match"])
    replacement = given.get("replace", "")
    for node in matches(page, given.get("select", "a[href]")):
        href = node.attributes.get("href") or ""
        if pattern.search(href):
            target = pattern.sub(replacement, href) if replacement else ""
            if target:
                node.attrs["href"] = target
            else:
                del node.attrs["href"]


def _drop_query_parameters(page: LexborHTMLParser, given: dict[str, str]) -> None:
    names = set(given["names"].replace(",", " ").split())
    for node in matches(page, given.get("select", "a[href]")):
        address, hash_, fragment = (node.attributes.get("href") or "").partition("#")
        address, mark, query = address.partition("?")
        if mark:
            query = "&".join(part for part in query.split("&") if part.partition("=")[0] not in names)
            node.attrs["href"] = address + ("?" + query if query else "") + hash_ + fragment


def _remove(page: LexborHTMLParser, given: dict[str, str]) -> None:
    take_out(matches(page, given["select"]))


def _remove_if_text(page: LexborHTMLParser, given: dict[str, str]) -> None:
    pattern = re.compile(given["match"])
    take_out([node for node in matches(page, given["select"]) if pattern.search(" ".join(node.text().split()))])


def _drop_attribute(page: LexborHTMLParser, given: dict[str, str]) -> None:
    for node in matches(page, given["select"]):
        if given["attribute"] in node.attrs:
            del node.attrs[given["attribute"]]


def _replace_with_attribute(page: LexborHTMLParser, given: dict[str, str]) -> None:
    found = [node for node in matches(page, given["select"]) if node.tag != "html" and _value(node, given)]
    for node in list(outermost(found, set())):
        node.insert_before(_value(node, given))
        node.remove()


def _value(node: LexborNode, given: dict[str, str]) -> str:
    return node.attributes.get(given["attribute"]) or ""


def _replace_text(page: LexborHTMLParser, given: dict[str, str]) -> None:
    pattern = re.compile(given["match"])
    for root in list(outermost(matches(page, given.get("select", "body")), set())):
        for node in [n for n in root.traverse(include_text=True) if n.is_text_node]:
            text = node.text_content or ""
            if pattern.search(text):
                node.replace_with(pattern.sub(given.get("replace", ""), text))


def _normalise_spaces(page: LexborHTMLParser, given: dict[str, str]) -> None:
    for node in reversed(matches(page, given["select"])):  # what is inside first: it may go with what is around
        for end in ("first_child", "last_child"):
            while (kid := getattr(node, end)) is not None and (kid.tag == "br" or not (kid.text() or "").strip()):
                if kid.is_element_node and kid.css_first("img") is not None:
                    break
                kid.remove()


_OPERATORS: Mapping[str, Callable[[LexborHTMLParser, dict[str, str]], None]] = {
    "rewrite-links": _rewrite_links,
    "drop-query-parameters": _drop_query_parameters,
    "remove": _remove,
    "remove-if-text": _remove_if_text,
    "drop-attribute": _drop_attribute,
    "replace-with-attribute": _replace_with_attribute,
    "replace-text": _replace_text,
    "normalise-spaces": _normalise_spaces,
}
