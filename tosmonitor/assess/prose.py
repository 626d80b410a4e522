"""Owns the legal-prose score: how much of a page reads like terms, in many languages.

A line counts when it is long enough to be a sentence and holds words of the law; advertising, menus and lists of
articles do not. For scripts and languages without a lexicon every long line counts, so that ignorance never blocks.
"""

import re
from collections.abc import Iterable

from tosmonitor.assess.fold import count_words, fold

#: A line shorter than this is a heading, a button or a menu entry, not prose (words).
SENTENCE = 10

_STEMS = (
    # English
    "agree(?:s|d|ment|ments)?|terms|conditions?|polic(?:y|ies)|privacy|personal|data|rights?"
    "|laws?|legal(?:ly)?|liab(?:le|ility|ilities)"
    "|consents?|part(?:y|ies)|shall|contract(?:s|ual)?|warrant(?:y|ies)|disputes?|jurisdictions?"
    "|licen[cs]e[sd]?|intellectual|property"
    "|terminat(?:e|es|ed|ion)|notices?|compl(?:y|ies|iance)|process(?:es|ed|ing|or|ors)?"
    "|controllers?|gdpr|regulations?|obligations?"
    "|prohibit(?:s|ed)?|accessibility|copyrights?|infring(?:e|es|ing|ement)|subprocessors?"
    "|cookies?|disclos(?:e|es|ed|ure)|pursuant|herein"
    "|hereby|thereof|arbitration|indemnif\\w*|violat(?:e|es|ion|ions)|publisher|registered"
    "|hosted|refunds?|purchases?|fees|must|may not"
    # French
    "|conditions|politique|confidentialite|donnees|personnelles?|droits?|lois?|juridiques?"
    "|responsab\\w+|consentement|contrats?|litiges?"
    "|utilisateurs?|traitements?|obligations?|mentions|legales?|editeur|hebergement|hebergeur"
    "|propriete|resili\\w+|article|rgpd|siege"
    # German
    "|nutzungsbedingungen|datenschutz\\w*|daten|personenbezogen\\w*|rechte?|gesetz\\w*"
    "|haft\\w+|einwilligung\\w*|vertrag\\w*|nutzer\\w*"
    "|verarbeit\\w+|verpflicht\\w+|impressum|gemass|abs|dsgvo|agb|bedingungen|verantwortlich\\w*"
    "|streitigkeiten|kundig\\w+|bestimmung\\w*"
    "|geschaftsfuhr\\w*|handelsregister|amtsgericht|ust"
    # Spanish, Portuguese, Italian
    "|terminos|condiciones|politica|privacidad|datos|personales|derechos?|ley(?:es)?|responsab\\w+"
    "|consentimiento|contratos?|usuarios?"
    "|tratamiento|obligaciones|termos|condicoes|privacidade|dados|pessoais|direitos?|leis?"
    "|consentimento|utilizadores|tratamento"
    "|termini|condizioni|riservatezza|dati|personali|diritt[oi]|legg[ei]|consenso|contratt[oi]"
    "|utent[ei]|trattamento|titolare|lgpd"
    # Dutch, Scandinavian, Finnish
    "|voorwaarden|privacybeleid|gegevens|persoonsgegevens|rechten|wet|wettelijk\\w*|aansprakelijk\\w*"
    "|toestemming|overeenkomst\\w*"
    "|gebruikers?|verwerk\\w+|verplicht\\w*|avg|villkor|integritet\\w*|personuppgift\\w*"
    "|rattighet\\w*|lag|ansvar\\w*|samtycke|avtal\\w*"
    "|anvandar\\w*|behandl\\w+|vilkår|personoplysninger|rettighed\\w*|samtykke|aftale\\w*"
    "|bruker\\w*|personvern\\w*|avtale\\w*|ehdot"
    "|tietosuoja\\w*|henkilotie\\w+|oikeu\\w+|sopimu\\w+|suostumu\\w+|kayttaj\\w+"
    # Polish, Czech, Slovak, Hungarian, Romanian, Croatian, Slovene
    "|regulamin\\w*|warunk\\w*|prywatno\\w*|dan(?:e|ych)|osobow\\w*|praw\\w*|odpowiedzialno\\w*"
    "|zgod\\w*|umow\\w*|uzytkowni\\w*"
    "|przetwarza\\w*|podminky|podmienky|udaj\\w*|osobni\\w*|osobn\\w*|zakon\\w*|odpovedn\\w*"
    "|zodpovedn\\w*|souhlas\\w*|suhlas\\w*"
    "|smlouv\\w*|zmluv\\w*|uzivatel\\w*|zpracova\\w*|feltetel\\w*|adat\\w*|szemelyes|jog\\w*"
    "|felelos\\w*|hozzajarul\\w*|szerzod\\w*"
    "|felhasznalo\\w*|termeni\\w*|conditii\\w*|confidentialitate\\w*|datel\\w*|drept\\w*"
    "|leg(?:e|ii|ea)|raspunde\\w*|consimtam\\w*"
    "|utilizator\\w*|uvjet\\w*|podat\\w*|privatnost\\w*|odgovorn\\w*|privol\\w*|ugovor\\w*"
    "|korisni\\w*|pogoj\\w*|zasebnost\\w*|uporabni\\w*"
    # Baltic, Turkish
    "|tingimus\\w*|andme\\w*|isikuandme\\w*|oigus\\w*|noteikum\\w*|datu|personas|tiesib\\w*"
    "|salygos|duomen\\w*|asmens|teis\\w*|kosullar\\w*"
    "|gizlilik|veri\\w*|kisisel|hak\\w*|kanun\\w*|sorumlu\\w*|sozlesme\\w*|kullanici\\w*|kvkk"
    # Russian, Ukrainian, Bulgarian, Greek
    "|услови\\w+|политик\\w+|конфиденциальн\\w+|данн\\w+|персональн\\w+|прав\\w*|закон\\w*"
    "|ответственн\\w+|согла\\w+|договор\\w*"
    "|пользовател\\w+|обработк\\w+|умов\\w*|дан(?:і|их)|згод\\w*|користувач\\w*|лични|потребител\\w*"
    "|съгласи\\w*|οροι|ορων|πολιτικη\\w*"
    "|απορρητου|δεδομεν\\w+|προσωπικ\\w+|δικαιωμα\\w*|νομο\\w*|ευθυν\\w+|συγκαταθε\\w+|χρηστ\\w+"
)
_LEGAL = re.compile(rf"(?<![\w])(?:{_STEMS})(?![\w])")
#: Scripts whose legal words are not in the lexicon.
_OTHER_SCRIPT = re.compile(r"[\u0590-\u08ff\u0900-\u1fff\u3040-\u9fff\uac00-\ud7af]")
#: The prose of cookie dialogues and newsletter forms, which stands on error pages too.
FURNITURE = re.compile(
    r"newsletter|marketing messages|unsubscribe|we use cookies|uses cookies"
    r"|cookies? (?:we|policy|choices|settings|preferences|from other)"
    r"|(?:essential|optional|necessary|allow|accept|reject|decline|these|about) cookies"
    r"|marketing-nachrichten|wir verwenden cookies"
    r"|(?:diese|essenzielle|optionale|alle) cookies|nous utilisons des cookies|(?:ces|les) cookies"
    r"|utilizamos cookies|usamos cookies"
    r"|all rights reserved|tous droits reserves|alle rechte vorbehalten"
)


def legal_words(lines: Iterable[str], *, furniture: bool = True, enough: int | None = None) -> int:
    """Count the words of `lines` (folded) that stand in legal prose; `furniture`: also that of cookie dialogues.

    With `enough`, counting stops where so many are reached.
    """
    total = 0
    for line in lines:
        words = count_words(line)
        if words < SENTENCE or (not furniture and FURNITURE.search(line)):
            continue
        if _OTHER_SCRIPT.search(line) or len(_LEGAL.findall(line)) >= 1 + words // 60:
            total += words
        if enough is not None and total >= enough:
            break
    return total


#: What dialogues about cookies speak of in nearly every sentence, and terms only now and then.
_TRACKING = re.compile(r"cookie|tracker|traceur|partner|advertis|publicit|werbung|consent|einwillig|preferen|praferenz")


def is_document(lines: Iterable[str]) -> bool:
    """Say whether the lines of a dialogue (folded) are a document that is shown in one, not a request for consent."""
    sentences = [line for line in lines if count_words(line) >= SENTENCE]
    tracking = sum(_TRACKING.search(line) is not None for line in sentences)
    return tracking * 5 <= len(sentences) and legal_words(sentences, furniture=False) >= SENTENCE * 6


def legal_words_of(text: str, *, enough: int | None = None) -> int:
    """Count the words of a normalised text that stand in legal prose, no further than `enough`."""
    return legal_words((fold(line) for line in text.split("\n")), enough=enough)


_STOPWORDS = {
    "en": "the of and to you your our we this for with that are by",
    "fr": "le la les des et vous vos nous que dans pour une sur est",
    "de": "der die das und sie wir ihre nicht mit von zu ist den auf",
    "es": "el la los las de que y en usted nuestro por para una con",
    "it": "il di che e la per gli con una del della sono nostri non",
    "pt": "o de que e os as do da para uma com nao em sua",
    "nl": "de het een van en wij u uw voor met dat niet op zijn",
    "sv": "och att det som vi du for med av den inte till pa ar",
    "da": "og at det som vi du for med af den ikke til på er",
    "no": "og at det som vi du for med av den ikke til på er",
    "fi": "ja on ei tai etta se joka ovat me sinun kun voi olla kuin",
    "pl": "i w z na do nie sie jest oraz przez lub ze dla od",
    "cs": "a v na je se s pro nebo ze o jsou k do za",
    "hu": "a az es hogy nem is vagy egy ez meg on mi van ha",
    "ro": "si de la in cu pentru nu este pe sau care din sunt prin",
    "ru": "и в на с не что по для или к мы вы от о",
    "tr": "ve bir bu icin ile da de veya olarak olan sizin ya gibi her",
}
_SETS = {language: frozenset(words.split()) for language, words in _STOPWORDS.items()}
_WORD = re.compile(r"\w+")


#: Fewer stop words of a language than this prove nothing: lists of names, which detectors misread, have next to none.
TELLING = 8


def speaks(text: str, language: str, other: str) -> bool:
    """Say whether `text` may be in `language` although `other` was detected; True when there is no telling."""
    if len(_OTHER_SCRIPT.findall(text)) * 4 > len(text):
        return language not in _SETS  # a script in which none of the languages of the sets is written
    own, foreign = _SETS.get(language), _SETS.get(other)
    if foreign is None:
        return True
    words = _WORD.findall(fold(text[:60_000]))
    theirs = sum(word in foreign for word in words)
    if theirs < TELLING:
        return True
    return own is not None and sum(word in own for word in words) * 2 >= theirs
