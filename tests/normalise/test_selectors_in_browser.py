"""Declared selectors match what they match in a browser: the same elements of the same pages, asked of Chromium.

Left out are states that only a visit or a person brings about, and selectors that browsers refuse: there we are more
forgiving (`[lang='en' s]`, `:lang("fr", "de")`, `:contains()`, the older names of `:is()`).
"""

import random
from collections.abc import Iterator
from itertools import product
from urllib.parse import quote

import pytest

from tests.chromium import chromium
from tosmonitor.errors import SelectorError
from tosmonitor.normalise.parse import parse
from tosmonitor.normalise.select import matches

PAGES = [
    """<!DOCTYPE html><html lang="en" class="no-js"><head><title>T</title><meta name="x" content="y"></head>
<body id="top" class="page home"><header role="banner"><nav class="menu main-nav"><ul>
<li class="a first">1<li class="b">2
<li class="a b last">3</ul></nav></header><main id="main-content"><h1 id="title">Terms</h1><p class="a intro">one
<a href="/x.PDF">pdf</a><p class="b"><a href="https://example.org/y?q=1">two</a> <b>bold</b><p></p><p> </p><p>
<!-- c --></p>
<div class="content" data-x="1" data-y="a b c" data-q="--y" data-é="ü" data-colon="a:b"><h2>H</h2><p lang="fr">trois
<p lang="fr-CA" dir="rtl">quatre<span>s</span><em>e</em><section><h2 id="e">End</h2>
<p class="a">in<p>four</section></div>
<table id="t"><caption>c</caption><thead><tr><th>h<th colspan=2>i</thead><tbody><tr><td>1<td class="n">2<td>3<tr>
<td rowspan=2>4<td>5<td>6</tbody></table><dl><dt>t<dd>d<dt>u<dd>v</dl><details open><summary>s</summary>x</details>
<form><input type="text" required><input type="CHECKBOX" checked><input disabled>
<button type="submit">go</button></form>
<img src="a.png" alt="A [x]"><svg viewBox="0 0 1 1"><title>st</title><g><path/><linearGradient id="lg"/></g>
</svg><hr><br>
</main><footer class="site-footer footer__inner" id="foot:1"><p>© <a name="anchor">n</a><a href="#top">up</a></footer>
<div id="1abc" class="1x -y --z été a.b c:d e/f md:w-1/2 [arb] a#b">odd</div>
<custom-element x-y="z">ce</custom-element>
<ul class="deep"><li><ul><li><ul><li>deep</ul></ul></ul><p class="last">l</body></html>""",
    """<html><body><div CLASS="Foo bar" ID="Main"><P class="foo">x<p class="FOO">y</P></div><div class="Bar"
title="Hello World" rel="a-b-c">z<span title="hello world">w</span></div><a href="mailto:A@B.c">m</a>
<a href="">e</a><a>n</a>
</body></html>""",
    """<!DOCTYPE html><html lang="de-AT"><body><article class="post post-1"><h1>A</h1><h2>B</h2><p>1</p>
<h2>C</h2><p>2</p>
<p>3</p><h3>D</h3><p>4</p></article><article class="post post-22"><p>5</p></article><div class="wp-block-group"><div
class="elementor-widget elementor-element-1a2b"><div><p>6</p></div></div></div><aside><p>7</p></aside>
<ol start="3"><li>a</li>
<li>b</li><li>c</li><li>d</li><li>e</li><li>f</li><li>g</li></ol><p data-a='"' data-b="'" data-c="\\" data-d="a&#10;b"
data-e="" data-f="]" data-g="A" data-h="É">q</p><template><p class="a">t</p></template><main><div></div>
<div> <i></i></div>
</main></body></html>""",
]

SELECTORS = {
    "attributes": [
        *(
            f"[lang{operator}{value}]"
            for operator, value in product(
                ("=", "~=", "|=", "^=", "$=", "*="),
                ('"en"', "'en'", "en", '"EN" i', "EN i", "'EN'i", '"en" I', '""', "EN\ti", '"e\\6e"', "\\65 n"),
            )
        ),
        "[ lang = en ]", "[lang\n=\n'en']", "[/**/lang/**/=/**/en/**/]", "[LANG]", "p[lang]:not([dir])", "[data-x=1]",
        "[data-q=--y]", "[data-Q]", "[data-é=ü]", "[data-\\e9=\\fc]", "[data-é='\\FC ']", "[data-colon=a\\:b]",
        "[data-y~=b]", "[data-y~='a b']", "[data-y~='']", "[class^=' ']", "[class$=footer__inner]", "[href*='?q=']",
        "a[href$='.pdf' i]", "a[href$='.pdf']", "a[href^='https://']", "a[href='#top']", "input[type='checkbox']",
        "[alt='A [x]']", "[alt='A \\[x\\]']", "[alt=A\\ \\[x\\]]", "[id='foot:1']", "#foot\\:1", "#foot\\3a 1",
        "[viewBox]", "[*|lang]", "[|lang]", "*|*[*|lang]", "[data-a='\"']", '[data-a="\\""]', "[data-b='\\'']",
        "[data-c='\\\\']", "[data-d='a\\a b']", "[data-e='']", "[data-e^='']", "[data-f=']']", "[data-g=a i]",
        "[data-h='é' i]", "[title='hello world' i]", "[rel|=a]", "[rel|=a-b]", "[dir=RTL]", "[colspan=2]", "[x-y=z]",
        "[class=foo]", "[class='foo' i]",
    ],
    "names": [
        ".a", ".a.b", ".A", ".été", ".\\e9t\\e9", ".\\31 x", ".-y", ".--z", ".a\\.b", ".c\\:d", ".e\\/f",
        ".md\\:w-1\\/2",
        ".\\[arb\\]", ".a\\#b", "#\\31 abc", "#\\31\nabc", "#TITLE", "body#top.page", "P", "p.A", "DIV.content",
        "\\70 .a",
        "custom-element", "CUSTOM-ELEMENT", "linearGradient", "svg > g > path", "svg title", ".foo", ".Foo",
        "#main", "#Main",
        ".elementor-element-1a2b", "di\\v", "\\p", "l\\69", "html.no-js", "*#title", "中", "template p",
        "#\\000074itle",
    ],
    "combinators": [
        "main p", "main>p", "main > p", "main\n>\np", "main\f>\fp", "main/* */ p", "main /**/ p", "/**/p",
        "p/**/, div",
        "h2+p", "h2 ~ p", "ul ul ul", "nav li:first-child + li", "dt + dd", "main > * > *", "* *", "table>tr",
        "table > tbody > tr > td", "p,a", " p ,a, b ", "\np\n", "*|*", "*|p.a", "*|path", "*|*:not(p)", "*|svg > *|g",
    ],
    "open at the end": [
        "[lang", "[lang=en", "[lang='en", '[lang="en', "[lang='en'", "[lang=en i", ":not(p", ":is(p, .a", ":where(p",
        "li:nth-child(2", "li:nth-child(2n+1", "li:nth-child(2 of .a", "p:has(> a", ":not(:is(p", ":not([lang='en",
        "p:lang(fr", "p/* unclosed", "p:has(a:not(.b",
    ],
    "lists": [
        ":is(p, h1)", ":where(p, .b)", "main > :is(p, h1):not(.b, #e)", ":not(p, div)", "p:not(.a):not(.b)",
        "p:not(main > p)",
        "p:not(div p, .a)", ":not(*)", ":not(:not(p))", ":is(main) :is(p) :is(a)", ":is([lang]:not(h2)) b",
        "p:is(main > *)",
        ":not(:not(div)) p", ":not(nav) > ul", "body > :not(main, footer)", "p:not(:empty)", ":where()", ":is()",
        ":is(p,)",
        ":is(:unknown, p)", ":where(:unknown)", ":is(> p)", ":is(1, p)", ":NOT(.a)", ":n\\6ft(p)", "p:not(:has(*))",
        ":is(ul, ol):not(ul ul) > li", ":is(h1,h2,h3) + p",
    ],
    "has": [
        "p:has(a)", "p:has(> a)", "p:has(>a)", "h2:has(+ p)", "h2:has(~ h3)", "main:has(.zzz, h1)",
        "div:has(section > h2)",
        "div:has(:is(h2, h3))", "p:has(:not(a))", "p:has(> :not(a))", "p:has(:not(:first-child))",
        "body:has(> :nth-child(3))",
        "p:has(> b, + p)", ":has(~ :nth-child(-n+2 of [lang]))", "h2:has(+ p + p)", "h1:has(~ h2 ~ h3)", "html:has(p)",
        "p:has( > a )", "tr:has(td:nth-child(2).n)", "p:has(a) ~ p", ":where(:has(> li))", "p:has(::before)",
        ":has(.zzz)",
        "div:not(:has(> p))", "p:has(a[href$='.PDF'])",
    ],
    "counting": [
        *(
            f"li:{name}({count})"
            for name, count in product(
                ("nth-child", "nth-last-child", "nth-of-type", "nth-last-of-type"),
                ("2", "odd", "EVEN", "2n+1", "2n-1", "-n+3", "n+2", "n", "+3", "-1", "0", " 2n + 1 ", "2n+ 1", "-2n+5"),
            )
        ),
        "li:nth-child(2 of .a)", ":nth-child(1 of .a, .b)", ":nth-child(even of li)", ":nth-child(2n+1 of p:not(.a))",
        "p:nth-child(-n+2 of p)", ":nth-last-child(1 of p)", ":nth-last-child(2 of li.a)", "*:nth-of-type(2)",
        ":last-of-type",
        "main > p:first-of-type", "p:only-child", "li:first-child:last-child", "div > :first-of-type",
        "p:only-of-type",
        "h2:nth-of-type(2) ~ p", ":is(p, li):nth-of-type(2)", "p:nth-child(n+3):nth-child(-n+8)",
        ":not(:first-of-type) > li",
        "li:nth-child(2of .a)", "li:nth-child(2.5)", "li:nth-child(n+ +2)",
    ],
    "the page and its language": [
        ":root", "html:root > body", "p:empty", "div:empty", ":lang(fr)", "p:lang(FR)", ":lang(de)",
        "p:not(:lang(fr))",
        "p:dir(rtl)", "a:link", "a:not(:link)", ":any-link", ":-webkit-any-link", ":visited", ":target", ":hover",
        ":focus",
        "a:not(:hover)", ":checked", ":required", "p:read-only", ":defined", ":scope > body", "details:open",
        "p::before",
        "::marker", "p:first-line", ":modal", ":fullscreen", ":popover-open", ":state(x)", "::part(x)", ":host(p)",
        ":autofill",
        "button:enabled", "p:enabled", ":-webkit-any(.a, h2)", "::-webkit-scrollbar", "::\\62 efore",
        ":host-context(p)",
    ],
}  # fmt: skip


def combined(number: int) -> Iterator[str]:
    """Give selectors of all that is above, one inside the other."""
    chance = random.Random(7)

    def one(depth: int) -> str:
        name = chance.choice(["", "", "p", "div", "li", "h2", "*", "a", "td", "main", "ul", "article", "[lang]", ".a"])
        if depth <= 0:
            return name or chance.choice(
                [":first-child", ":last-child", ":nth-child(2n+1)", ":empty", ":not(.a)", ":any-link"]
            )
        shape = chance.choice([":not({})", ":is({})", ":where({})", ":has({})", ":has(> {})", ":nth-child(2 of {})",
                               ":nth-last-child(odd of {})", "", ":first-of-type"])  # fmt: skip
        return name + shape.format(several(depth - 1, relative="has" in shape)) or "p"

    def chain(depth: int) -> str:
        return one(depth) + "".join(
            chance.choice([" ", " > ", " + ", "~"]) + one(depth - 1) for _ in range(chance.randrange(2))
        )

    def several(depth: int, *, relative: bool) -> str:
        if relative:  # browsers refuse a :has() inside another
            return ", ".join(one(0) + chance.choice(["", " > " + one(0)]) for _ in range(chance.choice([1, 2])))
        return ", ".join(chain(depth) for _ in range(chance.choice([1, 1, 2])))

    for _ in range(number):
        yield several(2, relative=False)


SELECTORS["combined"] = list(dict.fromkeys(combined(400)))
_ASK = """selectors => {
  const at = new Map(Array.from(document.querySelectorAll('*')).map((element, i) => [element, i]));
  return selectors.map(selector => {

    try { return Array.from(document.querySelectorAll(selector)).map(element => at.get(element)) } catch { return null }
  });
}"""


@pytest.fixture(scope="module")
def answers() -> list[dict[str, list[int] | None]]:
    """Give what Chromium matches on each page: positions in document order; None for what it refuses."""
    asked = [selector for group in SELECTORS.values() for selector in group]
    found = []
    with chromium() as browser:
        for html in PAGES:
            page = browser.new_context(java_script_enabled=False).new_page()
            page.goto("data:text/html;charset=utf-8," + quote(html))
            found.append(dict(zip(asked, page.evaluate(_ASK, asked), strict=True)))
    return found


@pytest.mark.parametrize("group", SELECTORS)
def test_selectors_match_what_they_match_in_a_browser(group: str, answers: list[dict[str, list[int] | None]]) -> None:
    """Whatever a browser accepts is accepted, and finds the same elements; the root, which nobody selects, apart."""
    wrong = {}
    for html, answer in zip(PAGES, answers, strict=True):
        page = parse(html)
        order = {node.mem_id: at for at, node in enumerate(page.css("*"))}
        for selector in SELECTORS[group]:
            expected = answer[selector]
            if expected is None:
                continue
            try:
                found = sorted(order[node.mem_id] for node in matches(page, selector))
            except SelectorError as error:
                wrong[selector] = str(error)
                continue
            if found[found[:1] == [0] :] != expected[expected[:1] == [0] :]:
                wrong[selector] = f"{found} instead of {expected}"
    assert wrong == {}
