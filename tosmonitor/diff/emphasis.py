"""Owns which words of a change weigh: numbers, dates, money, periods, negations, modals, parties, jurisdictions."""

import re
from dataclasses import dataclass
from enum import StrEnum


class Weight(StrEnum):
    """Why a stretch is emphasised."""

    MONEY = "money"
    DATE = "date"
    PERIOD = "period"
    NUMBER = "number"
    NEGATION = "negation"
    MODAL = "modal"
    JURISDICTION = "jurisdiction"
    PARTY = "party"


@dataclass(frozen=True, slots=True)
class Emphasis:
    """text[start:end] weighs; positions are code points of the text that was asked about."""

    start: int
    end: int
    weight: Weight


_MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december|janvier|février|mars|"
    "avril|mai|"
    "juin|juillet|août|septembre|octobre|novembre|décembre"
)
_NUMBER_WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|fifteen|thirty|sixty|ninety|un|une|deux|"
    "trois|quatre|"
    "cinq|six|sept|huit|neuf|dix|douze|quatorze|quinze|trente|soixante"
)
_UNITS = (
    "seconds?|minutes?|hours?|days?|weeks?|months?|years?|heures?|jours?|semaines?|mois|ans?|années?|tage[n]?|"
    "wochen?|monate?n?|"
    "jahre?n?|días?|meses|años?|giorni|mesi|anni|dagen|maanden|jaar"
)
_PATTERN = re.compile(
    rf"""
    (?P<money>[$€£¥₹]\s?\d[\d.,\u00a0\u202f ]{{0,30}}(?:million|billion|[mk]\b)?
        |\d[\d.,\u00a0\u202f ]{{0,30}}\s?(?:[$€£¥₹]|(?:usd|eur|gbp|chf|euros?|dollars?|pounds?|livres?)\b)
        |[$€£¥₹]|\b(?:usd|eur|gbp|chf|euros?|dollars?)\b)
    |(?P<date>\b\d{{1,2}}(?:st|nd|rd|th|er)?\s+(?:of\s+)?(?:{_MONTHS})\b(?:,?\s+\d{{4}})?
        |\b(?:{_MONTHS})\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s+\d{{4}})?
        |\b(?:{_MONTHS})\s+\d{{4}}\b|\b\d{{4}}-\d\d-\d\d\b|\b\d{{1,2}}[/.]\d{{1,2}}[/.]\d{{2,4}}\b)
    |(?P<period>\b(?:\d+|{_NUMBER_WORDS})(?:\s*\(\d+\))?[\s-]+(?:(?:business|working|calendar
        |consecutive)\s+)?(?:{_UNITS})\b(?:\s+(?:ouvrés|ouvrables|calendaires))?
        |\b(?:{_UNITS.replace("ans?|", "")})\b)
    |(?P<number>\d+(?:[.,]\d+)*\s?[%‰]?|[%‰]|\b(?:percent|per\ cent|pour\ cent)\b)
    |(?P<negation>\b(?:not|no|never|none|neither|nor|cannot|without|except|unless|excluding|exclude[sd]?|n['’]t
        |non|ne|pas|aucune?s?|jamais|ni|sans|sauf|hors|
        nicht|kein[e]?[mnrs]?|nie|ohne|sin|senza|niet|geen|zonder)\b|(?<=\w)n['’]t\b|\bn['’](?=\w))
    |(?P<modal>\b(?:may|might|shall|should|must|will|would|can|could|required|obliged|entitled|permitted
        |prohibited|reserve[s]?|always|only|all|any|
        peut|peuvent|pouvez|pouvons|pourra|pourront|doit|doivent|devez|devons|devra|devront|tenue?s?
        |interdit[es]*|autorisée?s?|toujours|seulement|uniquement|
        kann|können|muss|müssen|darf|dürfen|soll|sollen)\b)
    |(?P<jurisdiction>\b(?:European\s+Union|EU|EEA|EEE|UE|Union\s+européenne|United\s+States|États-Unis|USA
        |U\.S\.|United\s+Kingdom|Royaume-Uni|UK|California|Californie|Delaware|
        Ireland|Irlande|France|Germany|Allemagne|Netherlands|Pays-Bas|Luxembourg|Switzerland|Suisse|England
        |Angleterre|Wales|Singapore|Singapour|
        China|Chine|Japan|Japon|Canada|New\s+York|Texas|Dublin|Paris|London|Londres|San\s+Francisco|Santa\s+Clara)\b)
    |(?P<party>\b(?-i:[A-Z])[\w&.'’-]{{0,40}}(?:\s+(?-i:[A-Z])[\w&.'’-]{{0,40}}){{0,4}},?\s+(?:Inc|LLC|Ltd|Limited|GmbH|S\.?A\.?S?|SARL
        |B\.?V|Pte|PLC|plc|AG|SE|N\.?V|S\.?p\.?A|S\.?à\s?r\.?l|Oy|AB|Corp|Corporation)\b\.?)
    """,
    re.VERBOSE | re.IGNORECASE,
)


def emphasis(text: str) -> tuple[Emphasis, ...]:
    """Return the stretches of `text` that weigh, in order, none over another."""
    out = []
    for match in _PATTERN.finditer(text):
        weight = Weight(match.lastgroup or "number")
        start, end = match.span()
        end = start + len(match[0].rstrip())
        if end > start:
            out.append(Emphasis(start, end, weight))
    return tuple(out)
