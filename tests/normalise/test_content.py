"""The main text is found by structure: all of it, only it, the same tomorrow."""

import json

import pytest

from tosmonitor.normalise import explain, normalise

URL = "https://example.org/terms"
CLAUSE = "You may use the service only in line with these terms and with the law that applies where you live."
CLAUSES = "".join(f"<h2>{n}. Clause</h2><p>{CLAUSE} This is clause number {n}.</p>" for n in range(1, 9))
MENU = "<ul>" + "".join(f'<li><a href="/{n}">Menu item {n}</a></li>' for n in range(12)) + "</ul>"


def read(page: str) -> str:
    """Return the main text of a page."""
    return normalise(page.encode(), url=URL, media_type="text/html").text


COOKIES = "We use cookies to give you the best experience, and with your consent for adverts."
TRACEURS = "Nous et nos partenaires utilisons des cookies pour mesurer l’audience et afficher des publicités."
NEWS = "Subscribe to our newsletter and never miss any of our news again, we promise."
TEXT = read(f"<main>{CLAUSES}</main>")


@pytest.mark.parametrize(
    "furniture",
    [
        f"<nav>{MENU}</nav>{{}}<footer><p>© 2026 Example Ltd</p>{MENU}</footer>",
        f"<header>{MENU}</header>{{}}",
        f"<div class='site-header'>{MENU}</div><div>{{}}</div><div id=footer>{MENU}</div>",
        f"<div>{MENU}</div><div>{{}}</div><div>{MENU}<p>© 2026 Example Ltd</p></div>",
        "{}<div id='onetrust-consent-sdk'><p>We and our partners store cookies on your device.</p></div>",
        f"{{}}<div class=x1><div><p>{COOKIES}</p><button>Accept all</button><button>Reject</button></div></div>",
        f"{{}}<div class=x1><p>{TRACEURS}</p><i role=button>Tout accepter</i><i role=button>Refuser</i></div>",
        "<div class=breadcrumbs><a href=/>Home</a> / <a href=/legal>Legal</a></div>{}",
        f"{{}}<h2>Related articles</h2>{MENU}",
        "{}<p>Was this article helpful?</p>",
        f"{{}}<div class=language-picker>{MENU}</div>",
        f"{{}}<div role=dialog aria-modal=true><p>{NEWS}</p></div>",
        f"{{}}<form><input name=q><p>{NEWS}</p><button>Send</button></form>",
    ],
)
def test_furniture_is_left_out(furniture: str) -> None:
    """Menus, footers, consent dialogues, related articles and forms are not in the text, whatever they are called."""
    assert read(furniture.replace("{}", f"<div class=c>{CLAUSES}</div>")) == TEXT


@pytest.mark.parametrize(
    "page",
    [
        "<h1>T</h1><details><summary>S</summary><p>{}</p></details>",
        "<h1>T</h1><h3><button aria-controls=c>S</button></h3><div id=c hidden><p>{}</p></div></div>",
        "<h1>T</h1><h3>S</h3><div style='display:none'><p>{}</p></div>",
        "<h1>T</h1><div role=tabpanel id=p aria-hidden=true style='display: none;'><p>{}</p></div>",
        "<div><template shadowrootmode=open><h1>T</h1><p>{}</p></template></div>",
        "<table><tr><th>S</th><td>{}</td></tr></table>",
        "<dl><dt>S</dt><dd>{}</dd></dl>",
        "<div>S<br>{}<br></div>",
    ],
)
def test_what_a_reader_can_open_is_kept(page: str) -> None:
    """Collapsed sections, tabs, shadow roots, tables and definitions are text."""
    kept = "You shall not transfer this licence to anybody without our consent in writing."
    assert kept in read(f"<main>{CLAUSES}{page.format(kept)}</main>")


def test_a_hidden_alternative_is_left_out() -> None:
    """An older contract that stands hidden beside the one in force, and that nothing opens, is not in the text."""
    old = (
        "<div style='display:none'><h1>Terms of 2019</h1>"
        + CLAUSES.replace("only in line", "never out of line")
        + "</div>"
    )
    text = read(f"<div><h1>Terms</h1>{CLAUSES}{old}{old}</div>")
    assert "never out of line" not in text
    assert "only in line" in text


@pytest.mark.parametrize(
    "page",
    [
        "<template>{}</template>",
        "<noscript>{}</noscript>",
        "<script id=__NEXT_DATA__ type=application/json>{json}</script>",
        "<script>window.__STATE__ = {json};</script>",
    ],
)
def test_text_outside_the_tree_is_found(page: str) -> None:
    """A page whose text stands in a template, in noscript or in the state of its scripts is read from there."""
    state = json.dumps({"props": {"page": {"title": "Terms", "html": CLAUSES}}}).replace("</", "<\\/")
    assert CLAUSE in read("<div id=app>Loading</div>" + page.replace("{json}", state).replace("{}", CLAUSES))


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("本规约适用于您对本服务的使用，请您在使用前仔细阅读并充分理解各条款的全部内容。", "zh"),
        ("تنطبق هذه الشروط على استخدامك للخدمة ويرجى قراءتها بعناية قبل البدء في استخدامها.", "ar"),
        ("Les présentes conditions s’appliquent à l’utilisation du service par toute personne.", "fr"),
    ],
)
def test_every_script_is_text(sentence: str, language: str) -> None:
    """Unspaced and right-to-left scripts are found as others are, and their language is told."""
    page = f"<div>{MENU}</div><div><h1>T</h1>" + f"<p>{sentence}</p>" * 12 + f"</div><div>{MENU}</div>"
    found = normalise(page.encode(), url=URL, media_type="text/html")
    assert found.text.count(sentence) == 12
    assert "Menu item" not in found.text
    assert language == found.language


def test_a_banner_that_comes_and_goes_moves_no_boundary() -> None:
    """With the fingerprint of last time, a new banner, menu or teaser beside the text changes nothing."""
    page = f"<div>{MENU}</div><div class=wrap><div class=content><h1>T</h1>{CLAUSES}</div></div>"
    first = normalise(page.encode(), url=URL, media_type="text/html")
    busy = page.replace("<div class=wrap>", f"<div class=wrap><div class=teaser>{MENU}<p>Now new: {CLAUSE}</p></div>")
    again = normalise(busy.encode(), url=URL, media_type="text/html", fingerprint=first.fingerprint)
    assert first.text == again.text
    assert first.fingerprint == again.fingerprint


def test_what_differs_at_every_capture_is_not_text() -> None:
    """Nonces, ids, build hashes, tracking parameters and rotated code of hidden mail addresses change no text."""

    def page(nonce: int) -> str:
        key = nonce % 200 + 1
        code = bytes([key, *(b ^ key for b in b"dpo@example.org")]).hex()
        return (
            f"<script nonce={nonce}>var t={nonce}</script><main data-build={nonce} id=':r{nonce}:' class='css-{nonce}'>"
            f"{CLAUSES}<p>Write to <a href='/cdn-cgi/l/email-protection#{code}'>"
            f"<span data-cfemail='{code}'>[email&#160;protected]</span></a> "
            f"or <a href='/x?utm_id={nonce}&a=1'>here</a>.</p></main><!-- {nonce} -->"
        )  # fmt: skip

    assert read(page(12)) == read(page(99))
    assert "[dpo@example.org](mailto:dpo@example.org) or [here](https://example.org/x?a=1)" in read(page(12))


def test_the_choice_is_explained() -> None:
    """Every large part that was dropped is told with its place and its reason, and the part that was kept too."""
    page = f"<nav>{MENU}</nav><main>{CLAUSES}</main><footer>{MENU}</footer>"
    parts = explain(page.encode(), url=URL, media_type="text/html")
    dropped = {part.where.split(" > ")[-1]: part for part in parts if not part.kept}
    assert dropped["nav"].words == 36
    assert dropped["nav"].reason.startswith("<nav> outside <main>: “Menu item 0 Menu item 1")
    assert dropped["footer"].reason.startswith("<footer> outside <main>")
    (kept,) = (part for part in parts if part.kept)
    assert kept.words > 100
    assert kept.reason.startswith("holds 100 % of the sentences of the page: “1. Clause")


def test_parts_that_share_place_and_reason_are_told_once() -> None:
    """Forty links for those who hear the page are one line of the explanation."""
    spoken = "<p>See <a href=/x>here<span class=sr-only>(opens in a new window of your browser)</span></a></p>"
    parts = explain(f"<main>{CLAUSES}{spoken * 4}</main>".encode(), url=URL, media_type="text/html")
    (told,) = (part for part in parts if not part.kept)
    assert told.words == 32
    assert told.reason.startswith("told only to those who hear the page (4 such parts): “(opens in a new window")


def test_a_line_that_passes_is_told() -> None:
    """A line dropped because it passes with time is quoted in the explanation."""
    parts = explain(f"<main>{CLAUSES}<p>1,204 views</p></main>".encode(), url=URL, media_type="text/html")
    assert [part.reason for part in parts if part.where == "a line"] == ["passes with time: “1,204 views”"]


def test_text_kept_beside_the_container_is_told() -> None:
    """A title outside the container of the text is kept, and the explanation says so."""
    page = f"<div class=top><h1>Terms of the service for divers</h1></div><div class=c>{CLAUSES}</div>"
    reasons = [part.reason for part in explain(page.encode(), url=URL, media_type="text/html") if part.kept]
    assert any(reason.startswith("stands before the text: a title") for reason in reasons)
