"""Owns how two texts are compared before anything is decided: as sets of sayings.

A saying is one sentence or line, reduced to its words: letter case, punctuation, emphasis, the numbers of lists and
the targets of links are gone, so that nothing but wording tells two sets apart. Order does not count.
"""

import re

_LINK = re.compile(r"!?\[([^\]]*)\]\((?:[^()\s]|\([^()]*\))*(?:\s+\"[^\"]*\")?\)")
_BARE_LINK = re.compile(r"<?https?://\S+>?")
_LIST_MARK = re.compile(r"^(?:[-*+>#|\s]|\d+(?:\.\d+)*[.)]|\(?[a-z]{1,4}[.)]\s|\([ivxlc\d]+\))+")
_SENTENCE_END = re.compile(r"(?<=[^\W\d_]{2}[.!?;])\s+|(?<=[。！？；])|\s*\|\s*")
_WORD = re.compile(r"[^\W_]+(?:[.,][0-9]+)*")


def sayings(text: str) -> frozenset[str]:
    """Return what `text` (Markdown) says, as a set."""
    said = set()
    for raw in text.split("\n"):
        line = _BARE_LINK.sub("", _LINK.sub(r"\1", raw)).casefold()
        line = _LIST_MARK.sub("", line)
        for sentence in _SENTENCE_END.split(line):
            if words := " ".join(_WORD.findall(sentence)):
                said.add(words)
    return frozenset(said)


#: Words with which pages tell the time since something, by language; what changes only in them changes by itself.
_RELATIVE = re.compile(
    r"\b(?:(?:over |more than |about |almost )?(?:an?|\d+|one|two|three|few)"
    r" (?:second|minute|hour|day|week|month|year)s? ago"
    r"|(?:updated|modified|edited|published|reviewed)(?: on)?"
    r" (?:today|yesterday|just now|this week|this month|last week|last month)"
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
_MONTHS = (
    "january february march april may june july august september october november december jan feb mar apr jun jul aug"
    " sep sept oct nov dec janvier février mars avril mai juin juillet août septembre octobre novembre décembre januar"
    " februar märz juni juli oktober dezember enero febrero marzo abril mayo junio julio agosto septiembre octubre"
    " noviembre diciembre gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre janeiro fevereiro"
    " março maio junho julho setembro outubro novembro dezembro januari februari maart mei augustus"
)
_CHANGING = re.compile(
    rf"\b(?:{'|'.join(sorted(set(_MONTHS.split()), key=len, reverse=True))}|\d+(?:st|nd|rd|th)?|\d[\d.,]*)\b"
)


def tells_the_time(saying: str) -> bool:
    """Say whether `saying` counts the time since something, so that it changes by itself."""
    return bool(_RELATIVE.search(saying))


def mould(saying: str) -> str:
    """Return `saying` without its numbers, months and times since: what a running counter or date leaves alike."""
    return " ".join(_CHANGING.sub("#", _RELATIVE.sub("#", saying)).split())


def alike(one: str, other: str) -> bool:
    """Say whether `other` may stand in the place of `one`: at least half of the words of both are shared."""
    a, b = set(one.split()), set(other.split())
    return mould(one) == mould(other) or 2 * len(a & b) >= max(len(a), len(b))
