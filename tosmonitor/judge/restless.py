"""Owns what changes by itself: stamps, times since, counters, copyright years, hidden addresses, rotating passages.

All of it works on sayings (see `sayings`): what differs in nothing but such parts is no change of the document.
"""

import re
from functools import lru_cache

from tosmonitor.judge.sayings import ANY_MONTH, LINES


def masked(saying: str) -> str:
    """Return `saying` with its mail addresses hidden, as some sites hide them from robots."""
    return re.sub(r"\bemail protected\b|\S+@\S+", "@", saying)


def shrouded(one: str, other: str) -> bool:
    """Say whether the two differ only in that one hides the mail addresses that the other shows."""
    return "email protected" in one + other and masked(one) == masked(other)


#: Words with which pages tell the time since something, by language; what changes only in them changes by itself.
_RELATIVE = re.compile(
    r"\b(?:(?:over |more than |about |almost )?(?:an?|\d+|one|two|three|few)"
    r" (?:second|minute|hour|day|week|month|year)s? ago"
    r"|(?:updated|modified|edited|published|reviewed)(?: on)?"
    r" (?:today|yesterday|just now|(?:this|last) (?:week|month)|in the last (?:hour|day|week|month))"
    r"|il y a (?:une?|\d+|plus d une?|environ une?|quelques) (?:seconde|minute|heure|jour|semaine|mois|an)s?"
    r"|(?:mise?s? à jour|modifiée?|publiée?) (?:aujourd hui|hier|cette semaine)"
    r"|vor (?:mehr als )?(?:eine[mrn]?|\d+|wenigen|über eine[mr])"
    r" (?:sekunde|minute|stunde|tag|woche|monat|jahr)(?:e?n)?"
    r"|hace (?:más de )?(?:una?|\d+) (?:segundo|minuto|hora|día|semana|mes|año)(?:e?s)?"
    r"|(?:una?|\d+) (?:second[oi]|minut[oi]|or[ae]|giorn[oi]|settiman[ae]|mes[ei]|ann[oi]) fa"
    r"|(?:há|faz) (?:mais de )?(?:uma?|\d+) (?:segundo|minuto|hora|dia|semana|mês|mes|ano)(?:e?s)?"
    r"|(?:een|\d+) (?:second|minuu?t|uur|dag|week|weke|maand|jaar)(?:en|n)? geleden"
    r"|\d+ ?(?:秒|分|時間|日|か月|年)前|\d+ ?(?:秒|分钟|小时|天|周|个月|年)前|\d+ ?(?:초|분|시간|일|주|개월|년) 전)"
)
_CHANGING = re.compile(rf"\b(?:m\d\d|(?:{ANY_MONTH})|\d+(?:st|nd|rd|th)?|\d[\d.,]*)\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_COPYRIGHT = re.compile(
    r"\bcopyright\b|\ball rights reserved\b|\btous droits réservés\b|\balle rechte vorbehalten\b|^c (?:19|20)\d\d\b"
)
_RANGE = re.compile(r"^(?:showing )?\d+ (?:to )?\d+ (?:of|sur|von|de|di) \d+\b")


#: A date of publication and nothing else; when a text applies ("effective") is part of what it says.
_STAMP = re.compile(
    r"^(?:this (?:page|policy|notice|statement|document|version) was )?"
    r"(?:(?:date of )?(?:last |latest )?(?:updated?|modified|revised|revision|reviewed|edited|published|posted)"
    r"(?: on| at| date)?"
    r"|(?:date de )?(?:la )?(?:dernière )?(?:mise à jour|modification)(?: le| du)?|mise? à jour le"
    r"|(?:zuletzt )?(?:aktualisiert|geändert)(?: am)?|stand(?: vom)?"
    r"|(?:letzte )?(?:aktualisierung|änderung)(?: am| vom)?"
    r"|(?:fecha de |data da )?(?:la )?(?:última )?(?:actualización|modificación|revisión|atualização)(?: el| em)?"
    r"|(?:data dell )?(?:ultim[oa] )?(?:aggiornamento|modifica)(?: il)?"
    r"|(?:laatst )?(?:bijgewerkt|gewijzigd)(?: op)?|laatste (?:wijziging|update))?"
    rf" ?(?:\d{{1,2}} m\d\d \d{{4}}|(?:{ANY_MONTH}) \d{{4}}"
    r"|\d{1,2} \d{1,2} \d{4}|\d{4} \d\d \d\d)(?: [\d ]+)?$"
)
#: The same where months are not known by name: the words that open it, and a few more with a figure among them.
_STAMP_ELSEWHERE = re.compile(
    r"^(?:(?:data )?(?:ostatni(?:a|ej)) (?:aktualizacj[ai]|zmian[ay])|(?:poslední|naposledy) (?:aktualizac\w*|změn\w*)"
    r"|naposledy aktualizov\w+|senast uppdatera[dt]|sidst opdateret|sist oppdatert|viimeksi päivitetty|päivitetty"
    r"|utol(?:jára|só) (?:frissít\w+|módosít\w+)|ultima actualizare|son güncelle(?:me|nme)(?: tarihi)?"
    r"|(?:дата )?последн\w+ (?:обновлени\w+|изменени\w+)|последно обновлен\w+|обновлено|последна актуализация"
    r"|(?:дата )?останн\w+ (?:оновленн\w+|змін\w*)|оновлено|τελευταία (?:ενημέρωση|τροποποίηση)"
    r"|最終(?:更新|改定|改訂)日?|改定日|更新日|(?:最后|最近|最後)(?:更新|修订|修改)(?:日期|时间|時間|于)?|更新(?:日期|时间|時間)"
    r"|(?:최종|마지막) ?(?:수정|업데이트|개정)일?|آخر تحديث|עודכן לאחרונה|अंतिम अपडेट)"
    r"(?= .*\d)(?: \S{1,12}){1,6}$"
)


def tells_the_time(saying: str) -> bool:
    """Say whether `saying` only tells when, or how long ago, the page was touched: that changes by itself."""
    # What is said more than once is told apart by what stands before it, which may be such a line as well.
    return any(
        _STAMP.match(part) or _STAMP_ELSEWHERE.match(part) or _RELATIVE.search(part) or _RANGE.match(part)
        for part in saying.split(" / ")
    )


@lru_cache(maxsize=LINES)
def stamped(saying: str) -> bool:
    """Say whether `saying` is a day on which the page was last touched, and nothing else."""
    return any(_STAMP.match(part) or _STAMP_ELSEWHERE.match(part) for part in saying.split(" / "))


def same_but_year(one: str, other: str) -> bool:
    """Say whether two short lines, or two of a copyright, differ only in a year, as these do every January."""
    most = 30 if _COPYRIGHT.search(one) else 8
    return (
        len(one.split()) <= most and _YEAR.sub("#", one) == _YEAR.sub("#", other) and not re.search(r"\bm\d\d\b", one)
    )


@lru_cache(maxsize=LINES)
def mould(saying: str) -> str:
    """Return `saying` without its numbers, months and times since: what a running counter or date leaves alike."""
    return " ".join(_CHANGING.sub("#", _RELATIVE.sub("#", saying)).split())


def alike(one: str, other: str) -> bool:
    """Say whether `other` may stand in the place of `one`: at least half of the words of both are shared."""
    a, b = set(one.split()), set(other.split())
    return mould(one) == mould(other) or 2 * len(a & b) >= max(len(a), len(b))


def nearness(one: str, other: str) -> float:
    """Return the share of words that two sayings have in common (Dice's coefficient of their sets of words)."""
    a, b = set(one.split()), set(other.split())
    return 2 * len(a & b) / (len(a) + len(b))
