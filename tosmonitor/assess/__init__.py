"""Is this really the document? Owns the decision that a page is a bot wall, an error page, a shell, another page.

Signatures say what a page might be, structure decides: a phrase of an error page counts only where there is little
legal prose beside it, and how little depends on how loudly the page says it. Length alone decides nothing but
emptiness, because genuine imprints are short. To call a genuine page blocked is the worse mistake.

    status, headers ─┐
    title, headings ─┼► what it says of itself ─┐
    vendor marks    ─┘                          ├► Obstacle | None
    legal prose, last good version ► structure ─┘
"""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from tosmonitor.assess.bare import answer
from tosmonitor.assess.fold import count_words, fold
from tosmonitor.assess.page import Page, is_front_page, look, shows, stated_language
from tosmonitor.assess.prose import SENTENCE, legal_words, legal_words_of, speaks
from tosmonitor.assess.reasons import because, refused
from tosmonitor.assess.signs import Loudness, Sign, certain_vendor, signs, vendor_of
from tosmonitor.assess.standing import asked_for, headed, names_itself, own_prose, stands
from tosmonitor.model import Document, LastSeen, Normalised, Obstacle, ObstacleKind, Response

#: Words of legal prose beside which a page is believed, whatever it says in its title, headings or first lines.
LOUD = 250
#: The same for what is said elsewhere on the page.
QUIET = 80
#: From here on nothing that the page says of itself is asked any more.
PLENTY = 1000
#: Words of sentences of its own beside which a page is believed, whatever it says in its first lines.
PROSE = 60
#: Fewer visible words than this, menus and dialogues aside, are no document: the shortest genuine imprint has more.
EMPTY = 15
#: A language is told apart with confidence from this many words on.
TELLING = 100

_LOGIN_PATH = re.compile(
    r"/(?:log-?in|sign-?in|signon|auth|authwall|sso|account/login|users/sign_in|connexion|anmelden)(?:[/.?]|$)",
    re.IGNORECASE,
)
_LOGIN_HOST = re.compile(
    r"^(?:login|signin|accounts|auth|sso|idp)\.|\.(?:okta|auth0|onelogin|cloudflareaccess|b2clogin)\.com$",
    re.IGNORECASE,
)
_CONSENT_HOST = re.compile(r"^(?:consent|guce|cmp|privacy-mgmt)\.|(?:^|\.)consent\.", re.IGNORECASE)
#: Languages that detectors mix up: a switch between them is not believed.
_ALIKE = (
    frozenset({"da", "no", "nb", "nn", "sv"}),
    frozenset({"pt", "gl", "es", "ca", "an"}),
    frozenset({"hr", "sr", "bs", "sl"}),
    frozenset({"cs", "sk"}),
    frozenset({"id", "ms", "jv"}),
    frozenset({"ru", "uk", "bg", "be", "mk"}),
    frozenset({"nl", "af"}),
    frozenset({"fr", "oc", "wa"}),
    frozenset({"et", "fi"}),
    frozenset({"de", "lb"}),
    frozenset({"zh", "ja"}),
)
_HTML = frozenset({"text/html", "application/xhtml+xml", ""})
_TEXT = frozenset({"text/plain", "text/markdown", "application/json", "text/xml", "application/xml"})


def assess(
    response: Response,
    normalised: Normalised | None,
    *,
    document: Document,
    last: LastSeen | None = None,
    known_text: str | None = None,
) -> Obstacle | None:
    """Return what stands in the way of the document, or None when the page is believed to be it. Pure.

    `normalised` is None when no text could be read. `last` and `known_text` tell what the source gave before; without
    them (the first look) only the page itself speaks.
    """
    vendor = certain_vendor(response)
    if vendor is not None:
        return because(ObstacleKind.CHALLENGE, vendor=vendor)
    if response.not_modified:
        return None
    if response.media_type.lower() not in _HTML:
        if response.status >= 400:
            return refused(response, None)
        bare = answer(response.body) if response.media_type.lower() in _TEXT else None
        return bare or _another_document(normalised, document, known_text)
    if response.status >= 400:
        return refused(response, vendor_of(response, look(response.body), refusing=True))
    legal = legal_words_of(normalised.text, enough=PLENTY) if normalised is not None else 0
    read = count_words(normalised.text) if normalised is not None else 0
    found = None
    if normalised is None or legal < PLENTY or not shows(response.body, normalised.text):
        found = _in_place_of_it(response, normalised, document, legal, read, last)
    return (
        found
        or _cut(response, normalised, read, last, known_text)
        or _foreign(response, normalised, read, document, last, known_text)
        or _another_document(normalised, document, known_text)
    )


def _in_place_of_it(
    response: Response,
    normalised: Normalised | None,
    document: Document,
    read_legal: int,
    read: int,
    last: LastSeen | None,
) -> Obstacle | None:
    """Look at the page as its visitor sees it; asked where little law was read, or not from what shows."""
    page = look(response.body)
    asked = asked_for(response.url, document.terms_type)
    legal = legal_words(page.lines, enough=PLENTY)
    if legal >= PLENTY:
        return None
    if normalised is not None:
        legal = min(legal, read_legal)
    shown = normalised is not None and read_legal >= SENTENCE * 3 and shows(response.body, normalised.text)
    return (
        answer(response.body, ended=False)
        or _said(response, page, asked, legal, read, last.words if last is not None else None)
        or _empty(page, asked, legal, read, shown=shown)
        or _elsewhere(response, page, asked, legal)
    )


def _said(
    response: Response, page: Page, asked: frozenset[str], legal: int, read: int, before: int | None
) -> Obstacle | None:
    """Weigh what the page says of itself against what speaks for it."""
    apart = min(legal, legal_words((line for line in page.lines if line not in page.dialogue), furniture=False))
    if stands(page, asked, apart, read, before):
        return None
    vendor = vendor_of(response, page, refusing=False) if legal < QUIET else None
    if vendor is not None:
        return because(ObstacleKind.CHALLENGE, vendor=vendor)
    own = sum(count_words(line) for line in page.lines if line not in page.dialogue)
    for sign in signs(page):
        if sign.loudness is Loudness.TITLE:
            enough = apart < LOUD
        elif sign.loudness is Loudness.FIRST:
            enough = apart < LOUD and own_prose(page) < PROSE
        else:
            enough = apart < QUIET and own < EMPTY * (2 if sign.alone else 8)
        if sign.loudness is Loudness.ANYWHERE and own >= EMPTY and headed(page, asked):
            continue
        if enough and _possible(sign, response, page, apart, own):
            return because(sign.kind, words=sign.words)
    return None


def _possible(sign: Sign, response: Response, page: Page, legal: int, own: int) -> bool:
    """Ask more of the signs that genuine pages carry too: sign-in forms and cookie dialogues stand on most of them."""
    told = sign.loudness is not Loudness.ANYWHERE
    if sign.kind is ObstacleKind.LOGIN:
        return legal < QUIET and (
            page.password or _led_to_login(response) or (own < EMPTY * 4 and (sign.alone or told))
        )
    if sign.kind is ObstacleKind.CONSENT:
        return own < EMPTY * (4 if told else 2) or bool(_CONSENT_HOST.search(urlsplit(response.final_url).netloc))
    if sign.kind is ObstacleKind.SHELL:
        return own < EMPTY * 4
    return True


def _empty(page: Page, asked: frozenset[str], legal: int, read: int, *, shown: bool) -> Obstacle | None:
    """Notice a page without a text. `read`: the words that were read from it, 0 where none could be; `shown`: they are
    legal prose and stand in the page itself, if only for visitors without scripts.
    """
    seen = sum(count_words(line) for line in page.lines if line not in page.dialogue)
    if page.refresh and seen < EMPTY * 4:
        return because(ObstacleKind.MOVED, target=page.refresh)
    if page.scripted_move and seen < EMPTY:
        return because(ObstacleKind.MOVED)
    if not page.lines and not page.menu and not shown:
        return because(ObstacleKind.SHELL, count=0)
    least = EMPTY // 2 if seen < EMPTY and headed(page, asked) else EMPTY
    if (seen < least and read < EMPTY * 2) or (read == 0 and legal == 0 and seen < EMPTY * 3):
        return because(ObstacleKind.SHELL, count=seen)
    return None


def _elsewhere(response: Response, page: Page, asked: frozenset[str], legal: int) -> Obstacle | None:
    """Notice that a front page or a sign-in page was served: the address says so and the text is not legal."""
    if legal >= LOUD:
        return None
    if not is_front_page(response.url):
        if is_front_page(response.final_url):
            return because(ObstacleKind.MOVED, target=response.final_url)
        at_home = page.canonical.startswith("http") and is_front_page(page.canonical)
        if at_home and legal < QUIET and not names_itself(page, asked):
            return because(ObstacleKind.MOVED, target=page.canonical)
    if legal < QUIET and _led_to_login(response):
        return because(ObstacleKind.LOGIN, target=response.final_url)
    return None


def _led_to_login(response: Response) -> bool:
    """Say whether the address that was asked for led to another one where visitors sign in."""
    asked, arrived = urlsplit(response.url), urlsplit(response.final_url)
    return any(
        pattern.search(there) is not None and pattern.search(here) is None
        for pattern, there, here in (
            (_LOGIN_PATH, arrived.path, asked.path),
            (_LOGIN_HOST, arrived.netloc, asked.netloc),
        )
    )


def _cut(
    response: Response, normalised: Normalised | None, words: int, last: LastSeen | None, known_text: str | None
) -> Obstacle | None:
    """Notice a page whose end is missing: its source stops inside a tag or a script, or its text inside a paragraph."""
    if normalised is None or response.rendered:
        return None
    tail = response.body.rstrip()
    lower = tail.lower()
    closed = b"</html" in lower[-4000:] or b"</body" in lower[-4000:]
    inside = tail.rfind(b"<", max(0, len(tail) - 400)) > tail.rfind(b">")
    inside = inside or lower.rfind(b"<script") > lower.rfind(b"</script")
    if known_text is not None and len(normalised.text) < len(known_text):
        known = known_text.rstrip()
        text = normalised.text.rstrip()
        if known.startswith(text) and known[len(text) :][:1] not in ("", "\n") and words < 0.95 * count_words(known):
            return because(ObstacleKind.TRUNCATED, count=words)
    before = last.words if last is not None else None
    if inside and not closed and (before is None or words < 0.9 * before):
        return because(ObstacleKind.TRUNCATED, count=words)
    return None


def _foreign(
    response: Response,
    normalised: Normalised | None,
    words: int,
    document: Document,
    last: LastSeen | None,
    known_text: str | None,
) -> Obstacle | None:
    if normalised is None or normalised.language is None or words < TELLING:
        return None
    wanted = document.language or (last.language if last is not None and last.words >= TELLING else None)
    if wanted is None:
        return None
    wanted, found = wanted.split("-")[0].lower(), normalised.language.split("-")[0].lower()
    if wanted == found or any(wanted in group and found in group for group in _ALIKE):
        return None
    if _shared(normalised.text, known_text) > 0.3:
        return None
    if stated_language(response.body) != found and speaks(normalised.text, wanted, found):
        return None
    return because(ObstacleKind.LANGUAGE, words=found, target=wanted)


#: What a document calls itself, by the kind of document; a page that names only another kind is another document.
_NAMES = {
    "Terms of Service": re.compile(
        r"\b(?:terms|conditions|agreement|tos|cgu|agb|nutzungsbedingungen|terminos|termini|termos|voorwaarden)\b"
    ),
    "Privacy Policy": re.compile(
        r"\b(?:privacy|confidentialite|datenschutz\w*|privacidad|privacidade|vie privee|donnees|data|daten)\b"
    ),
    "Trackers Policy": re.compile(r"\b(?:cookies?|trackers?|traceurs?)\b"),
}


def _another_document(normalised: Normalised | None, document: Document, known_text: str | None) -> Obstacle | None:
    """Notice that the address now leads to another text altogether; asks for a last good version to compare with."""
    if normalised is None or known_text is None or normalised.text == known_text:
        return None
    if _shared(normalised.text, known_text) >= 0.05:
        return None
    before = legal_words_of(known_text)
    if before >= LOUD and legal_words_of(normalised.text) < min(QUIET, before // 10):
        return because(ObstacleKind.MOVED)
    own = _NAMES.get(document.terms_type)
    title = fold(f"{normalised.title or ''} {normalised.text.lstrip('# ').split(chr(10), 1)[0][:200]}")
    if own is None or own.search(title) or not own.search(fold(known_text[:400])):
        return None
    if any(name.search(title) for kind, name in _NAMES.items() if kind != document.terms_type):
        return because(ObstacleKind.MOVED)
    return None


def _shared(text: str, known: str | None) -> float:
    """Return the share of the known lines of some length that stand in `text`; 1.0 when it is more than a third."""
    if known is None:
        return 0.0
    plain = _long_lines(known, str.strip)
    if plain and len(plain & _long_lines(text, str.strip)) > len(plain) / 3:  # as it nearly always is: folding is slow
        return 1.0
    lines = _long_lines(known, fold)
    return len(lines & _long_lines(text, fold)) / len(lines) if lines else 0.0


def _long_lines(text: str, form: Callable[[str], str]) -> set[str]:
    return {line for raw in text.split("\n") if len(line := form(raw)) > 20}
