"""Declared selectors, ranges and filters mean what they mean in Open Terms Archive's engine."""

from typing import Any

import pytest

from tosmonitor.errors import EmptyTextError, SelectorError
from tosmonitor.model import Filter, Range, Source
from tosmonitor.normalise import FILTERS, normalise
from tosmonitor.normalise.filters import problem as filter_problem
from tosmonitor.normalise.select import problem

URL = "https://example.org/legal"
PAGE = """<html><body><nav>menu</nav><main><h1 id=t>Terms</h1><p class=a>one</p><div><p class=a>two</p>
<p>three</p></div>
<h2 id=e>End</h2><p>four <a href="/x?gclid=1">link</a></p></main><footer>foot</footer></body></html>"""


def read(**declared: Any) -> str:
    """Return the text of PAGE under a declaration."""
    return normalise(PAGE.encode(), url=URL, media_type="text/html", source=Source(URL, **declared)).text


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ({"select": ("main",), "remove": ("#e", "h1", ".missing")}, "one\n\ntwo\n\nthree\n\nfour [link](https://example.org/x)\n"),
        ({"select": (".a",)}, "one\n\ntwo\n"),
        ({"select": ("h2", ".a")}, "## End\n\none\n\ntwo\n"),
        ({"select": ("main, div",), "remove": ("h1, h2",)}, "one\n\ntwo\n\nthree\n\nfour [link](https://example.org/x)\n"),
        ({"select": ("p:has(> a)",)}, "four [link](https://example.org/x)\n"),
        ({"select": ("main > :is(p, h1):not(.b, #e)",)}, "# Terms\n\none\n\nfour [link](https://example.org/x)\n"),
        ({"select": ('p:-soup-contains("three")',)}, "three\n"),
        ({"select": (Range("#t", "#e"),)}, "# Terms\n\none\n\ntwo\n\nthree\n"),
        ({"select": (Range("#t", "#e", start_included=False, end_included=True),)}, "one\n\ntwo\n\nthree\n\n## End\n"),
        ({"select": (Range("div .a", "#e", start_included=False),)}, "three\n"),
        ({"select": ("main",), "remove": (Range("div", "#e"), "h1")}, "one\n\n## End\n\nfour [link](https://example.org/x)\n"),
        ({"remove": ("main",)}, "menu\n\nfoot\n"),
    ],
)  # fmt: skip
def test_what_is_declared_is_what_is_read(declared: dict[str, Any], expected: str) -> None:
    """Elements and ranges are taken and removed in declared order, nested ones once."""
    assert expected == read(**declared)


@pytest.mark.parametrize(
    ("select", "named"),
    [
        ((".missing",), ".missing"),
        ((Range("#t", "#nowhere"),), "#nowhere"),
        (("p:has(",), "p:has("),
        ((Range("#e", "#t"),), "#e"),
    ],
)
def test_nothing_found_is_a_named_failure(select: tuple[str | Range, ...], named: str) -> None:
    """A selector that matches nothing, or is no CSS, is an error that names it, never an empty text."""
    with pytest.raises(SelectorError, match=r".*") as caught:
        read(select=select)
    assert named in str(caught.value)


@pytest.mark.parametrize(
    "selector",
    [
        "*:nth-of-type(2)",
        ":first-of-type",
        "[data-x=--y]",
        "a[href$='.PDF' i]",
        "p:not(.a, #b)",
        "[x='unclosed",
        "li:nth-child(2 of .a)",
    ],
)
def test_what_browsers_accept_is_accepted(selector: str) -> None:
    """Selectors that stricter engines refuse are usable; what is no CSS is told."""
    assert problem(selector) is None
    assert problem("p:has(") is not None


@pytest.mark.parametrize(
    "selector",
    ["p::before", "a::after, .ad", "::-webkit-scrollbar", "dialog:modal", "::part(menu)", ":host(p)", ":autofill"],
)
def test_what_no_page_at_rest_holds_is_accepted_and_matches_nothing(selector: str) -> None:
    """Pseudo-elements and states of a visit remove nothing; selected alone, they are a failure that names them."""
    assert problem(selector) is None
    assert read(select=("main",), remove=(selector,)) == read(select=("main",))
    with pytest.raises(SelectorError) as caught:
        read(select=(selector,))
    assert f"nothing on the page matches {selector!r}" in str(caught.value)


@pytest.mark.parametrize("remove", ["html", ":root", "*", ":not(main)"])
def test_a_page_of_which_all_is_removed_is_empty(remove: str) -> None:
    """Removing the root takes all that a page holds; nothing is left to select, and that is said."""
    with pytest.raises(EmptyTextError):
        read(remove=(remove,))
    with pytest.raises(SelectorError, match="nothing on the page matches"):
        read(select=("main",), remove=(remove,))


def test_classes_are_told_apart_after_a_range_is_removed() -> None:
    """A page in which letter case matters stays one: `.Note` and `.note` are two classes before and after."""
    body = b"<!DOCTYPE html><h1>T</h1><p class=Note>one</p><p id=from>cut</p><p id=to>kept</p><p class=note>two</p>"
    page = Source(URL, select=(".note",), remove=(Range("#from", "#to"),))
    assert normalise(body, url=URL, media_type="text/html", source=page).text == "two\n"


def test_older_names_of_any_of_these_are_accepted() -> None:
    """`:-webkit-any` and `:matches` are what `:is` is called now."""
    assert read(select=(":-webkit-any(.a, h2)",)) == read(select=(":matches(.a, h2)",)) == read(select=(":is(.a, h2)",))


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        (Filter("rewrite-links", (("match", "^.*x.*$"),)), "link"),
        (Filter("rewrite-links", (("match", "/x"), ("replace", "/y"))), "[link](https://example.org/y)"),
        (Filter("drop-query-parameters", (("names", "gclid b"),)), "[link](https://example.org/x)"),
        (Filter("remove", (("select", "a"),)), ""),
        (Filter("remove-if-text", (("select", "a"), ("match", "^link$"))), ""),
        (Filter("drop-attribute", (("select", "a"), ("attribute", "href"))), "link"),
        (Filter("replace-with-attribute", (("select", "a"), ("attribute", "href"))), "/x?gclid=1"),
        (Filter("replace-text", (("match", "l(.)nk"), ("replace", r"t\\1nt"))), "[t\\\\1nt](https://example.org/x)"),
        (Filter("replace-text", (("match", "l(.)nk"), ("replace", r"t\1nt"), ("select", "a"))), "[tint](https://example.org/x)"),
    ],
)  # fmt: skip
def test_filters_change_the_page_before_it_is_selected(declared: Filter, expected: str) -> None:
    """Each declarative operator does the one thing that it is named for."""
    text = read(select=("main > p:last-child",), filters=(declared,))
    assert f"four {expected}".strip() + "\n" == text


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        (Filter("replace-text", (("match", "a"), ("replace", "aa"), ("select", "div"))), "aa\n\nb aa\n"),
        (Filter("replace-with-attribute", (("select", "div"), ("attribute", "id"))), "outer\n"),
        (Filter("replace-with-attribute", (("select", "*"), ("attribute", "lang"))), "a\n\nb fr\n"),
        (Filter("normalise-spaces", (("select", "*"),)), "a\n\nb a\n"),
        (Filter("remove", (("select", "p, div, span"),)), ""),
        (Filter("remove", (("select", "html"),)), ""),
        (Filter("remove-if-text", (("select", "*"), ("match", "b"))), ""),
    ],
)
def test_filters_treat_once_what_they_select_twice(declared: Filter, expected: str) -> None:
    """Elements inside an element that is treated go or change with it; a page loses all but its root."""
    body = b"<html lang=en><div id=outer>a<div id=inner>b <span lang=fr>a</span><br></div><p></p><br></div>"
    page = Source(URL, filters=(declared,))
    if expected:
        assert expected == normalise(body, url=URL, media_type="text/html", source=page).text
    else:
        with pytest.raises(EmptyTextError):
            normalise(body, url=URL, media_type="text/html", source=page)


def test_filters_tell_what_is_wrong_with_them() -> None:
    """An unknown filter, a missing or a surplus argument, and a broken pattern are told in words."""
    assert "strip-dats" in str(filter_problem(Filter("strip-dats")))
    assert "'match'" in str(filter_problem(Filter("replace-text")))
    assert "'colour'" in str(filter_problem(Filter("remove", (("select", "a"), ("colour", "red")))))
    assert "regular expression" in str(filter_problem(Filter("replace-text", (("match", "("),))))
    assert "regular expression" in str(filter_problem(Filter("replace-text", (("match", "a{9999999999}"),))))
    for template in (r"\9", r"\q", r"\g<x>", "\\"):
        broken = Filter("replace-text", (("match", "a(b)"), ("replace", template)))
        assert "no replacement" in str(filter_problem(broken))
        with pytest.raises(SelectorError, match="no replacement"):
            read(filters=(broken,))
    assert all(filter_problem(Filter(n, tuple((a, "a") for a in s.arguments))) is None for n, s in FILTERS.items())
