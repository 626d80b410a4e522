"""Owns what speaks for a page: that it calls itself a document, and that it says something of its own.

Error pages, bot walls and shells are short and name no document; short documents name one. So a page that is headed by
the name of a document, and that says more than messages, is believed whatever else is written on it: an imprint beside
a failed newsletter form, a cookie policy beside its dialogue, a rule about captchas.
"""

import re
from urllib.parse import urlsplit

from tosmonitor.assess.fold import count_words, fold
from tosmonitor.assess.page import Page
from tosmonitor.assess.prose import FURNITURE, SENTENCE, legal_words
from tosmonitor.assess.signs import is_message

#: The same in other scripts, as written; parts of words.
_OTHER_NAMES = """
    услови политик правила соглашени конфиденц умови поверител όροι όρους πολιτική απορρήτ
    規約 ポリシー プライバシー 特定商取引 表記 方針 条款 條款 协议 協議 隐私 隱私 政策 声明 聲明 약관 방침 정책
    תנאי פרטיות شروط أحكام خصوصية سياسة नीति शर्तें นโยบาย ข้อกำหนด
"""
#: What documents call themselves, in the languages of the lexicon (folded).
_DOCUMENT = re.compile(
    r"terms|condition|polic[iy]|privac|\blegal|\bnotice|agreement|cookie|imprint|impressum|guideline|\brules\b"
    r"|statement|processor|copyright|licen[cs]|disclosure|accessib|warranty|complaint|whistleblow|code of conduct"
    r"|mentions|\bcg[uv]\b|confidential|donnees|reglement|nutzungs|datenschutz|\bagb\b|richtlinie|bestimmung"
    r"|erklarung|barrierefrei|terminos|aviso|politi[ck]|proteccion|accesibilidad|termini|informativa|note legali"
    r"|termos|protecao|voorwaarden|verklaring|regulamin|polityk|prywatnosc|warunki|villkor|vilkar|vilkår|integritet"
    r"|personvern|privatliv|ehdot|tietosuoja|seloste|podmink|podmienk|zasady|ochrana|udaj|feltetel|adatvedel|adatkezel"
    r"|impresszum|termeni|uvjeti|pravila|pogoji|zasebnost|tingimus|privaatsus|noteikumi|taisykles|salygos|kosul"
    r"|gizlilik|aydinlatma|cerez|chinh sach|dieu khoan|kebijakan|ketentuan|"
    + "|".join(fold(word) for word in _OTHER_NAMES.split())
)
#: What a rule for the case of an error begins with, and an error message seldom (folded).
_IN_CASE = re.compile(
    r"(?:if|when|where|should|in case|wenn|falls|sollte|bei|si|lorsque|en cas|cuando|en caso|se|quando|in caso|als"
    r"|wanneer|om|hvis|jos|jesli|gdy|kdyz|pokud|если|когда|якщо)\b"
)
#: Headings of cookie dialogues that lie open on the page.
_OF_A_DIALOGUE = re.compile(
    r"cookies? (?:on|from|settings|preferences|choices|einstellungen)"
    r"|(?:allow|accept|other|optional|essential) .*cookies|use of cookies (?:by|from|on)|verwendung von cookies durch"
)
_SENTENCE_END = re.compile(r"(?<=[.!?؟])\s+|(?<=[。！？])")
#: Words of addresses and types that say nothing of a document.
_ANY_SITE = frozenset({"service", "services", "content", "html", "page", "pages", "index", "help", "hilfe", "error"})
#: A heading longer than this (words) is a sentence, not a name.
_NAME = 12
#: Words of its own, messages aside, from which a page that names a document is believed.
_SOME = 8
#: A page that gives less than this share of the words it gave before is no longer believed by its name alone.
_SHRUNK = 0.35
#: Where a page has no headings, a message in so many first lines outweighs its title.
_TOP = 4
#: Fewer words than this before prove nothing.
_WAS_LONG = 100


def asked_for(url: str, terms_type: str) -> frozenset[str]:
    """Return the words that tell what was asked for: of the address, unless they name the site, and of the type."""
    parts = urlsplit(url)
    of_path = {word for word in re.split(r"[^a-z]+", fold(parts.path)) if len(word) >= 4 and word not in parts.netloc}
    return frozenset(of_path | {word for word in re.split(r"[^a-z]+", fold(terms_type)) if len(word) >= 6} - _ANY_SITE)


def headed(page: Page, asked: frozenset[str] = frozenset()) -> bool:
    """Say whether a heading (or, without headings, the title) names a document, or what the address asks for.

    A first heading outweighs those of sidebars and footers, and what is said above it.
    """
    headings = [heading for heading in page.headings if heading not in page.dialogue]
    names = [heading for heading in headings if _is_name(heading)]
    if not headings:
        return _is_name(page.title) and not any(is_message(line) for line in page.lines[:_TOP])
    first = [heading for heading in page.first if heading not in page.dialogue]
    if any(heading in names or _answers(heading, asked) for heading in first):
        return not any(is_message(heading) for heading in first)
    return bool(names) and not any(is_message(heading) for heading in headings[: headings.index(names[0])])


def stands(page: Page, asked: frozenset[str], legal: int, words: int, before: int | None) -> bool:
    """Say whether a page is believed to be a document by what it says of itself.

    `legal` counts the words of its legal prose, dialogues aside; `words` those that were read from it, `before` those
    that were read from it last time.
    """
    if before is not None and before >= _WAS_LONG and words < _SHRUNK * before:
        return False
    return headed(page, asked) and (legal >= SENTENCE or _says_something(page))


def own_prose(page: Page) -> int:
    """Count the words of the sentences of `page` that are neither a message nor furniture nor part of a dialogue."""
    return sum(
        words
        for line in page.lines
        if line not in page.dialogue
        and (words := count_words(line)) >= SENTENCE
        and not FURNITURE.search(line)
        and not is_message(line)
    )


def names_itself(page: Page, asked: frozenset[str]) -> bool:
    """Say whether a title, heading or short line of the page names a document, or what was asked for."""
    short = [line for line in (page.title, *page.headings, *page.lines) if count_words(line) <= 8]
    return any(_DOCUMENT.search(line) or any(part in line for part in asked) for line in short)


def _is_name(line: str) -> bool:
    return (
        bool(_DOCUMENT.search(line))
        and count_words(line) <= _NAME
        and not is_message(line)
        and not _OF_A_DIALOGUE.search(line)
    )


def _answers(heading: str, asked: frozenset[str]) -> bool:
    return count_words(heading) <= _NAME and any(word in heading for word in asked)


def _says_something(page: Page) -> bool:
    words = 0
    on_cookies = any("cookie" in heading and _is_name(heading) for heading in page.headings)
    for line in page.lines:
        if line in page.dialogue or line in page.headings:
            continue
        for sentence in _SENTENCE_END.split(line):
            if (on_cookies or not FURNITURE.search(sentence)) and (
                _IN_CASE.match(sentence) or not is_message(sentence) or legal_words([sentence])
            ):
                words += count_words(sentence)
        if words >= _SOME:
            return True
    return False
