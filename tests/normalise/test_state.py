"""A document is found among the fields of a page's state; the state itself is never read as text."""

import json
from base64 import b64encode
from html import escape
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tosmonitor.errors import EmptyTextError
from tosmonitor.normalise import explain, normalise

URL = "https://example.org/legal/terms"
A = "You must be at least sixteen years old to open an account, and you answer for all that happens under it."
B = "If you cancel within 14 days of your purchase we will refund the price in full, by the means that you chose."
C = "The law of Ireland applies, unless the law of the country where you live protects you better than it does."
NOISE = {
    "user": None,
    "buildId": "a8Xq2Zk",
    "menu": [{"title": "Products", "description": "Powerful lamps for divers, photographers and the curious " * 3}],
    "footerData": {"text": "Lamps for divers, made by hand in a small workshop in Cork since 1998. " * 4},
    "i18n": {"errors": {"network": "We could not reach our servers, please try again in some minutes. " * 6}},
    "seo": {"description": "Read the terms that apply to all customers, before you order anything from us. " * 3},
    "tokens": ["eyJhbGciOiJIUzI1NiJ9" * 40],
}


def page(state: Any, lang: str = "en") -> bytes:
    """Return a page that shows nothing and carries `state`."""
    script = json.dumps(state).replace("</", "<\\/")
    return f"<html lang={lang}><body><div id=app></div><script>window.__S__ = {script};</script></body></html>".encode()


def read(state: Any, lang: str = "en", url: str = URL) -> str:
    """Return the text of a page that carries `state`."""
    return normalise(page(state, lang), url=url, media_type="text/html").text


EXPECTED = f"# Terms\n\n## Accounts\n\n{A}\n\n- {B}\n\n{C}\n"
DOCUMENTS: dict[str, Any] = {
    "HTML": f"<h2>Accounts</h2><p>{A}</p><ul><li>{B}</li></ul><p>{C}</p>",
    "Markdown": f"## Accounts\n\n{A}\n\n- {B}\n\n{C}",
    "Portable Text": [
        {"_type": "block", "style": "h2", "children": [{"_type": "span", "text": "Accounts"}]},
        {"_type": "block", "style": "normal", "children": [{"_type": "span", "text": A}]},
        {"_type": "block", "style": "normal", "listItem": "bullet", "level": 1, "children": [{"text": B}]},
        {"_type": "block", "style": "normal", "children": [{"_type": "span", "text": C}]},
    ],
    "ProseMirror": {
        "type": "doc",
        "content": [
            {"type": "heading", "attrs": {"level": 2}, "content": [{"type": "text", "text": "Accounts"}]},
            {"type": "paragraph", "content": [{"type": "text", "text": A}]},
            {
                "type": "bulletList",
                "content": [
                    {
                        "type": "listItem",
                        "content": [{"type": "paragraph", "content": [{"type": "text", "text": B}]}],
                    }
                ],
            },
            {"type": "paragraph", "content": [{"type": "text", "text": C}]},
        ],
    },
    "Lexical": {
        "root": {
            "type": "root",
            "children": [
                {"type": "heading", "tag": "h2", "children": [{"type": "text", "text": "Accounts", "format": 0}]},
                {"type": "paragraph", "children": [{"type": "text", "text": A}]},
                {"type": "list", "listType": "bullet", "children": [{"type": "listitem", "children": [{"text": B}]}]},
                {"type": "paragraph", "children": [{"type": "text", "text": C}]},
            ],
        }
    },
    "Draft": {
        "blocks": [
            {"type": "header-two", "text": "Accounts"},
            {"type": "unstyled", "text": A},
            {"type": "unordered-list-item", "text": B},
            {"type": "unstyled", "text": C},
        ]
    },
    "Gutenberg": [
        {"blockName": "core/heading", "innerHTML": "<h2>Accounts</h2>", "content": "Accounts"},
        {"blockName": "core/paragraph", "innerHTML": f"<p>{A}</p>", "content": A},
        {
            "blockName": "core/list",
            "innerHTML": "<ul></ul>",
            "innerBlocks": [{"blockName": "core/list-item", "innerHTML": f"<li>{B}</li>", "content": B}],
        },
        {"blockName": "core/paragraph", "innerHTML": f"<p>{C}</p>", "content": C},
    ],
    "React": [
        "$", "div", None,
        {
            "children": [
                ["$", "h2", "1", {"children": "Accounts"}],
                ["$", "p", "2", {"children": [A, "$undefined"]}],
                ["$", "ul", "3", {"children": ["$", "li", None, {"children": B}]}],
                ["$", "$L4", "4", {"children": ["$", "p", None, {"children": C}]}],
            ]
        },
    ],
    "sections": [{"heading": "Accounts", "html": f"<p>{A}</p><ul><li>{B}</li></ul>"}, {"html": f"<p>{C}</p>"}],
}  # fmt: skip


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
def test_a_document_is_found_in_every_form(document: Any) -> None:
    """HTML, Markdown and the rich text of content systems read the same, and nothing of the rest is read."""
    state = {"props": {"pageProps": {"page": {"body": document, "title": "Terms"}, **NOISE}}}
    assert read(state) == EXPECTED


def test_the_page_s_own_document_is_chosen() -> None:
    """Where the state carries all documents of a site, the address of the page says which is meant."""
    other = DOCUMENTS["HTML"].replace("account", "cookie")
    documents = [
        {"slug": "cookies", "title": "Cookies", "body": other * 2},
        {"slug": "terms", "title": "Terms", "body": DOCUMENTS["HTML"]},
    ]
    assert read({"documents": documents}) == EXPECTED


def test_the_page_s_own_language_is_chosen() -> None:
    """Where the state carries all languages, that of the page is read."""
    french = "<p>Vous devez être âgé d’au moins seize ans pour ouvrir un compte, et vous en répondez seul.</p>" * 9
    assert read({"text": {"fr": {"body": french}, "en": {"title": "Terms", "body": DOCUMENTS["HTML"]}}}) == EXPECTED
    assert "seize ans" in read({"text": {"fr": {"body": french}, "en": {"body": DOCUMENTS["HTML"]}}}, lang="fr-FR")


@pytest.mark.parametrize("state", [NOISE, {"rows": [[1, 2, 3]] * 900}, {"a": "x" * 5000}, [], {"key": "word " * 30}])
def test_a_state_without_a_document_is_no_text(state: Any) -> None:
    """Menus, messages, tokens and numbers are no text, however many: the page is empty, and told to be."""
    with pytest.raises(EmptyTextError, match="rendered in a browser"):
        read(state)


def test_a_page_that_shows_its_text_is_not_read_from_its_state() -> None:
    """What is shown counts, even where the state holds a longer text."""
    shown = f"<main><h1>Shown</h1>{'<p>' + A + '</p>'}<p>{B}</p><p>{C}</p><p>{A} Twice.</p></main>"
    body = page({"page": {"body": DOCUMENTS["HTML"] * 9}}).replace(b"<div id=app>", b"<div id=app>" + shown.encode())
    assert normalise(body, url=URL, media_type="text/html").text.startswith("# Shown")


def test_references_are_followed_and_cycles_end() -> None:
    """Lists that point into themselves (Nuxt, SvelteKit) are followed, and end where they point at themselves."""
    flat = [{"page": 1, "self": 0}, {"title": 2, "body": 3, "again": 0}, "Terms", DOCUMENTS["HTML"]]
    assert read(flat).startswith("# Terms\n\n## Accounts")


def test_rows_of_text_take_the_place_of_their_references() -> None:
    """In React's flight format long texts stand in rows of their own, counted in bytes, and pushes cut anywhere."""
    body = DOCUMENTS["HTML"].replace("cancel", "cancel – été –")
    rows = f'1:T{len(body.encode()):x},{body}2:["$","$L3",null,{{"page":{{"title":"Terms","body":"$1"}}}}]\n'
    pushes = "".join(
        f"<script>self.__next_f.push([1,{json.dumps(part)}])</script>".replace("</p>", "<\\/p>")
        for part in (rows[:151], rows[151:])
    )
    text = normalise(f"<div></div>{pushes}".encode(), url=URL, media_type="text/html").text
    assert text == EXPECTED.replace("cancel", "cancel – été –")


SAFE = DOCUMENTS["HTML"].replace("</", "<\\/")
PAGE = {"title": "Terms", "body": DOCUMENTS["HTML"]}
CACHE = {
    "ROOT_QUERY": {"__typename": "Query", 'page({"slug":"terms"})': {"__ref": "Page:1"}},
    "Page:1": {"__typename": "Page", "title": "Terms", "parts": [{"__ref": "Part:1"}, {"type": "id", "id": "Part:2"}]},
    "Part:1": {"html": f"<h2>Accounts</h2><p>{A}</p><ul><li>{B}</li></ul>", "page": {"__ref": "Page:1"}},
    "Part:2": {"html": f"<p>{C}</p>"},
}
STREAM = [{"_1": 2}, "loaderData", {"_3": 4}, "legal", {"_5": 6, "_7": 8}, "title", "Terms", "body", DOCUMENTS["HTML"]]
EDITOR = [
    {"type": "header", "data": {"text": "Accounts", "level": 2}},
    {"type": "paragraph", "data": {"text": A}},
    {"type": "list", "data": {"style": "unordered", "items": [B]}},
    {"type": "paragraph", "data": {"text": C}},
]
SCRIPTS = {
    "Apollo": f"window.__APOLLO_STATE__={json.dumps(CACHE)};",
    "Apollo within": f"window.__DATA__={json.dumps({'apollo': CACHE, 'user': None})};",
    "Remix": f"window.__reactRouterContext.streamController.enqueue({json.dumps(json.dumps(STREAM))});",
    "Nuxt 2": 'window.__NUXT__=(function(a,b,c){c.x=1;return {data:[{title:"Terms",body:a,on:b,at:c}],e:void 0}}('
    f'"{SAFE}",!0,new Date(0)));',
    "literal": f"window.page = {{title: 'Terms', 'body': `{SAFE}`, n: -.5e3, tags: [,'x',], f: g.h(1), }}; // end",
    "sum of strings": f"start(app, {{page: {{title: 'Te' + 'rms', body: '' + '{SAFE}'}}, /* nothing */ form: null}});",
    "JSON in a string": f"window.s={json.dumps({'page': json.dumps(PAGE)})};",
    "percents": f'window.s = JSON.parse(decodeURIComponent("{quote(json.dumps(PAGE))}"));',
    "base 64": f'window.s = JSON.parse(atob("{b64encode(json.dumps(PAGE).encode()).decode()}"));',
    "escaped JSON": escape(json.dumps(PAGE)),
    "escaped HTML": f"window.s={json.dumps({'page': {**PAGE, 'body': escape(DOCUMENTS['HTML'])}})};",
    "values apart": f"window.s={json.dumps({'Title': {'value': 'Terms'}, 'Body__c': {'value': DOCUMENTS['HTML']}})};",
    "Editor.js": f"window.s={json.dumps({'title': 'Terms', 'content': {'time': 1, 'blocks': EDITOR}})};",
}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_a_document_is_found_however_scripts_carry_it(script: str) -> None:
    """Literals, caches of references, strings within strings and encodings read as the plain state does."""
    safe = script.replace("</", "<\\/")
    body = f"<html lang=en><body><div id=app></div><script>{safe}</script></body></html>"
    assert normalise(body.encode(), url=URL, media_type="text/html").text == EXPECTED


ATTRIBUTES = {
    "properties": ("data-page", json.dumps({"props": PAGE, "url": "/legal/terms"})),
    "Astro": ("props", json.dumps({"page": [0, {"title": [0, "Terms"], "parts": [1, [[0, DOCUMENTS["HTML"]]]]}]})),
    "a literal": ("x-data", f"{{open: false, title: 'Terms', body: '{DOCUMENTS['HTML']}'}}"),
}


@pytest.mark.parametrize(("name", "value"), ATTRIBUTES.values(), ids=ATTRIBUTES)
def test_a_document_is_found_in_the_properties_of_a_component(name: str, value: str) -> None:
    """Inertia, Astro and the like write into attributes what they show later."""
    body = f'<html lang=en><body><x-app {name}="{escape(value)}"></x-app></body></html>'
    assert normalise(body.encode(), url=URL, media_type="text/html").text == EXPECTED


@pytest.mark.parametrize(
    "script",
    ["s = " + "{a:" * 70_000, "s = [" + "1," * 900_000, "s = (" * 99_000, "f('" * 99_000, "s = {" + "a:[]," * 400_000],
    ids=["deep", "long", "open", "quotes", "unended"],
)
def test_scripts_that_end_nowhere_are_no_text(script: str) -> None:
    """What is no literal to its end is given up, after a bounded number of values."""
    with pytest.raises(EmptyTextError):
        normalise(f"<div></div><script>{script}</script>".encode(), url=URL, media_type="text/html")


def test_where_the_text_stood_is_told() -> None:
    """The explanation names the field that the text was read from."""
    parts = explain(page({"page": {"title": "Terms", "body": DOCUMENTS["HTML"]}}), url=URL, media_type="text/html")
    assert any(part.kept and part.where == "the state of scripts: page.body" for part in parts)


@pytest.mark.parametrize("depth", [50, 400, 900, 20_000])
@pytest.mark.parametrize(
    "nest",
    [
        lambda inner: {"children": [inner], "_type": "block", "markDefs": [{"_key": "m", "href": "/"}]},
        lambda inner: {"content": [inner], "type": "blockquote"},
        lambda inner: [inner],
        lambda inner: ["$", "div", None, {"children": inner}],
        lambda inner: {"body": inner},
    ],
)
def test_no_depth_of_nesting_breaks_the_reader(nest: Any, depth: int) -> None:
    """Whatever is nested however deep ends in a text or in a named failure."""
    opening, closing = json.dumps(nest("@")).split('"@"')
    script = f"window.s = {opening * depth}{json.dumps(DOCUMENTS['HTML'])}{closing * depth}"
    body = ("<div></div><script>" + script.replace("</", "<\\/") + "</script>").encode()
    try:
        assert "sixteen" in normalise(body, url=URL, media_type="text/html").text
    except EmptyTextError:
        assert depth > 20


_NAMES = [
    "children",
    "content",
    "text",
    "type",
    "_type",
    "style",
    "listItem",
    "level",
    "marks",
    "markDefs",
    "attrs",
    "href",
]
_NAMES += [
    "blocks",
    "innerBlocks",
    "innerHTML",
    "title",
    "body",
    "slug",
    "format",
    "data",
    "en",
    "fr",
    "value",
    "nodeType",
]
_LEAVES = st.sampled_from(
    ["block", "h2", "bullet", "paragraph", "list", "$", "div", "terms", A, f"<p>{B}</p>", "# X\n\n- y"]
)
_STATES = st.recursive(
    _LEAVES | st.none() | st.booleans() | st.integers(-2, 9),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.sampled_from(_NAMES), inner, max_size=5),
    max_leaves=40,
)


@settings(deadline=None, max_examples=150)
@given(_STATES)
def test_no_state_breaks_the_reader(state: Any) -> None:
    """Values of any shape under the names that content systems use end in a text or in a named failure."""
    try:
        text = read({"page": state})
    except EmptyTextError:
        return
    assert "_type" not in text
    assert "$" not in text
