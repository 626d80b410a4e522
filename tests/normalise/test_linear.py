"""Reading costs time and memory in proportion to the size of a page, whatever it is made of.

Times are CPU times of this process, compared with each other: four times the page may take some four times as long,
never the sixteen times of a step that compares each part with each.
"""

import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from tosmonitor.errors import ReadError
from tosmonitor.model import Fingerprint, Source
from tosmonitor.normalise import normalise

URL = "https://example.org/legal/terms"
WORDS = b"We may change these terms at any time, and you agree to the change when you go on. "
#: Four times as much in four times the time; what a busy machine and its caches add stays under twice that.
MOST = 8.0


def seconds(body: bytes, select: tuple[str, ...], fingerprint: str | None = None) -> float:
    """Return the CPU time of one reading; a refusal by name counts as one."""
    told = None if fingerprint is None else Fingerprint(fingerprint)
    started = time.process_time()
    with suppress(ReadError):
        normalise(body, url=URL, media_type="text/html", source=Source(URL, select=select), fingerprint=told)
    return time.process_time() - started


def growth(make: Callable[[int], bytes], n: int, select: tuple[str, ...]) -> float:
    """Return how many times as long a page of 4n takes as one of n, each at its fastest."""
    small, large = make(n), make(4 * n)
    few = min(seconds(small, select) for _ in range(3))
    return seconds(large, select) / max(few, 0.002)


def nested(tag: bytes) -> Callable[[int], bytes]:
    """Return what makes a page of n nested tags."""
    return lambda n: b"<%b>" % tag * n + WORDS


def repeated(part: bytes, before: bytes = b"", after: bytes = b"") -> Callable[[int], bytes]:
    """Return what makes a page of n equal parts."""
    return lambda n: before + part * n + after


PAGES: dict[str, tuple[Callable[[int], bytes], int]] = {
    "nested boxes": (nested(b"div"), 13_000),
    "nested bold": (nested(b"b"), 13_000),
    "nested lists": (nested(b"ul><li"), 13_000),
    "nested tables": (nested(b"table><tr><td"), 6_000),
    "nested quotes and words": (nested(b"blockquote>x <p"), 7_000),
    "boxes 500 deep, side by side": (repeated(b"<div>" * 500 + b"x" + b"</div>" * 500), 6),
    "paragraphs": (repeated(b"<p>" + WORDS), 600),
    "short paragraphs": (repeated(b"<p>You may."), 1_000),
    "lines": (repeated(b"You may.<br>"), 2_000),
    "breaks": (repeated(b"<br>", b"<p>x", b"y"), 8_000),
    "plain lines": (repeated(WORDS + b"\n", b"<pre>"), 2_000),
    "list": (repeated(b"<li>an item of a list", b"<ul>"), 1_000),
    "lists side by side": (repeated(b"<ul><li>x</ul>"), 1_000),
    "lists in a list": (repeated(b"<ul><li>x</ul>", b"<ul>"), 1_000),
    "words between items": (repeated(b"stray <b>words</b> ", b"<ul>", b"<li>x"), 1_000),
    "numbers with gaps": (lambda n: b"<ol>" + b"".join(b"<li value=%d>x" % (2 * i) for i in range(n)), 800),
    "cells in one row": (repeated(b"<td>a", b"<table><tr>"), 2_000),
    "rows": (repeated(b"<tr><td>a<td>b", b"<table>"), 800),
    "tables": (repeated(b"<table><tr><td>a<td>b</table>"), 600),
    "cells over all rows": (repeated(b"<tr><td>a<td rowspan=65534 colspan=1000>b", b"<table>"), 400),
    "terms and meanings": (repeated(b"<dt>t<dd>d", b"<dl>"), 1_000),
    "marks": (repeated(b"<b>a</b><i>b</i>", b"<p>"), 800),
    "marks without flanks": (repeated(b"x<b>.</b>y<i>-</i>", b"<p>"), 800),
    "empty marks": (repeated(b"<b> </b>", b"<p>x", b"y"), 1_500),
    "marks around lines": (repeated(b"<br>x<i><br></i>", b"<p><b>"), 500),
    "marks around blocks": (repeated(b"<p>x", b"<b><i><s><a href=x>"), 500),
    "code": (repeated(b"<code>a`b</code> x ", b"<p>"), 700),
    "pictures": (repeated(b"<img alt='a [b]'>", b"<p>"), 1_000),
    "links": (lambda n: b"".join(b"<p><a href='/l%d?utm_source=x&id=%d'>l</a> x" % (i, i) for i in range(n)), 500),
    "links of one paragraph": (lambda n: b"<p>" + b"".join(b"<a href='/%d'>l</a> x " % i for i in range(n)), 700),
    "brackets": (lambda n: b"<p>" + b"[" * n + b"]" * n, 50_000),
    "stars": (repeated(b"*_", b"<p>"), 50_000),
    "backslashes": (repeated(b"\\", b"<p>"), 100_000),
    "hashes": (repeated(b"# ", b"<h2>"), 50_000),
    "rules": (repeated(b"- ", b"<p>", b"x"), 50_000),
    "equals": (repeated(b"=", b"<p>", b" x"), 100_000),
    "digits": (repeated(b"1", b"<p>", b"."), 100_000),
    "entities": (repeated(b"&amp;&lt;&notin;&#x41;", b"<p>"), 4_000),
    "broken entities": (repeated(b"&am&#x&#99999999999;&", b"<p>"), 5_000),
    "entities of entities": (
        repeated(b"&c;", b"<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'><!ENTITY c '&b;&b;'>]><p>"),
        20_000,
    ),
    "open brackets": (repeated(b"<", b"<p>"), 50_000),
    "open tags": (repeated(b"<div", b"<p>"), 20_000),
    "open comments": (repeated(b"<!--", b"<p>x"), 20_000),
    "comments": (repeated(b"<!-- c -->", b"<p>x"), 4_000),
    "end tags": (repeated(b"</p></div></b>", b"x"), 8_000),
    "attributes": (lambda n: b"<p " + b" ".join(b"a%d=1" % i for i in range(n)) + b">x", 20_000),
    "classes": (repeated(b"c footer-x ", b"<div class='", b"'>" + WORDS), 3_000),
    "frames in noscript": (repeated(b"<iframe src=x>", b"<noscript>", b"</noscript><p>" + WORDS), 2_000),
    "inline picture": (repeated(b"A", b"<p>x<img alt=y src='data:image/png;base64,", b"'>" + WORDS), 2_000_000),
    "inline page": (repeated(b"A", b"<p><a href='data:text/html,", b"'>x</a>" + WORDS), 1_000_000),
    "long address": (repeated(b"a=%zz&", b"<p><a href='/x?", b"'>x</a>" + WORDS), 20_000),
    "long redirection": (repeated(b"/redirect/aaaaaaaa-", b"<p><a href='", b"'>x</a>" + WORDS), 10_000),
    "session": (repeated(b";sid=", b"<p><a href='/x", b"'>x</a>" + WORDS), 20_000),
    "joiners": (repeated("\u200d\u200c".encode(), b"<p>", b"x"), 20_000),
    "joiners in Persian": (repeated("\u200d".encode(), "<p>\u0645".encode(), "\u0645".encode()), 30_000),
    "accents": (repeated("\u0301\u0323".encode(), b"<p>a"), 10_000),
    "no UTF-8": (repeated(b"\xc3(\xff\xfe\x80", b"<p>"), 20_000),
    "heads of a list of cookies": (
        repeated(b"<tr><th>a<th>b", b"<div class=CookieDeclaration><table>", b"</table></div><p>" + WORDS * 20),
        800,
    ),
    "attributes without blanks": (lambda n: b"<p " + b"".join(b"a%d='x'" % i for i in range(n)) + b">x", 20_000),
    "attributes that hold ends": (lambda n: b"<p " + b" ".join(b"a%d='>'" % i for i in range(n)) + b">x", 20_000),
    "frames without an end": (repeated(b"<iframe", b"", b"<p>" + WORDS), 10_000),
    "ticks after code": (lambda n: b"<p><code>" + b"a" * n + b"`" * n + b"</code>", 20_000),
    "ticks after lines of code": (lambda n: b"<pre><code>" + b"a\n" * n + b"`" * n + b"</code>", 5_000),
    "one wide row": (lambda n: b"<table><tr>" + b"<td>a" * n + b"<tr><td>b" * n, 1_000),
    "cells across all columns": (lambda n: b"<table><tr>" + b"<td colspan=999>a" * n + b"<tr><td>b" * n, 1_000),
    "menus side by side": (repeated(b"<nav>x</nav>", b"", b"<p>" + WORDS * 20), 3_000),
    "menus after the text": (repeated(b"<nav>x</nav>", b"<p>" + WORDS * 20 + b"</p>"), 3_000),
    "named boxes side by side": (repeated(b"<div class=sidebar>x</div>", b"", b"<p>" + WORDS * 20), 3_000),
    "hidden boxes side by side": (repeated(b"<div hidden>x</div>", b"", b"<p>" + WORDS * 20), 3_000),
    "hidden panels": (repeated(b"<h3>t</h3><div hidden>" + WORDS + b"</div>", b"", b"<p>" + WORDS * 20), 800),
    "controls side by side": (repeated(b"<input>", b"<div>", b"</div><p>" + WORDS * 20), 5_000),
    "controls apart": (repeated(b"<div><p>x</p><input></div>", b"", b"<p>" + WORDS * 20), 1_500),
    "headings that lead away": (repeated(b"<h3><a href=/x>x</a></h3>", b"<p>" + WORDS * 20), 1_500),
    "buttons of consent": (repeated(b"<div>cookies<button>Accept all</button></div>", b"<p>" + WORDS * 20), 1_500),
    "handles in a heading": (repeated(b"<a href=#x>#</a>", b"<h2>", b"x</h2><p>" + WORDS * 20), 3_000),
    "main parts": (repeated(b"<div role=main>x</div>", b"", b"<p>" + WORDS * 20), 3_000),
    "labels around the text": (
        lambda n: b"<i>x</i>" * n + b"<div><p>" + WORDS * 20 + b"</div>" + b"<i>y</i>" * n,
        1_500,
    ),
    "lines that may pass": (repeated(b"<p>1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 ago x</p>"), 300),
    "templates": (repeated(b"<template><p>x</p></template>"), 800),
}  # fmt: skip


@pytest.mark.parametrize("select", [(), ("body",)], ids=["found", "selected"])
@pytest.mark.parametrize("name", PAGES)
def test_four_times_the_page_takes_some_four_times_as_long(name: str, select: tuple[str, ...]) -> None:
    """Neither parsing, choosing, selecting nor writing compares each part of a page with each."""
    make, n = PAGES[name]
    assert any(growth(make, n, select) < MOST for _ in range(3))


@pytest.mark.parametrize("select", [(), ("body",)], ids=["found", "selected"])
def test_a_page_of_four_megabytes_takes_four_times_as_long_as_one_of_one(select: tuple[str, ...]) -> None:
    """Pages of 1, 2 and 4 MB of all that terms are made of take time in proportion to their size."""
    part = b"".join(DENSE.values()) + b"<h2>Title</h2><ol><li>a<ol><li>b <b>c</b></ol></ol><div>x<br>y</div>"
    seconds(part * 200, select)
    one, two, four = (seconds(part * (n * 1_000_000 // len(part)), select) for n in (1, 2, 4))
    assert two < MOST / 2 * one
    assert four < MOST * one


MEMORY = """
import resource, sys
from tests.normalise.test_linear import DENSE, seconds

def held():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # kilobytes

part, select = DENSE[sys.argv[1]], ("body",) if sys.argv[2] == "selected" else ()
seconds(part * 200, select)  # what every process holds: the engine, the languages
before = held()
seconds(part * (4_000_000 // len(part)), select)
print(held() - before)
"""
DENSE = {
    "paragraphs": b"<p>We may change these terms at any time, and you agree to the change.</p>",
    "links": b"<p>See <a href='/terms'>the terms</a> of the service, which bind you.</p>",
    "items": b"<ul><li>one of the terms of a list</li></ul>",
    "rows": b"<table><tr><td>a term</td><td>its meaning</td></tr></table>",
}


@pytest.mark.skipif(sys.platform != "linux", reason="the most memory held is told in kilobytes on Linux only")
@pytest.mark.parametrize(("kind", "select"), [*((kind, "found") for kind in DENSE), ("rows", "selected")])
def test_memory_grows_with_the_page(kind: str, select: str) -> None:
    """A dense page of 4 MB takes at most 60 times its size beyond what the process holds anyway."""
    run = subprocess.run([sys.executable, "-c", MEMORY, kind, select], capture_output=True, text=True, check=True)
    assert int(run.stdout) < 60 * 4_000
