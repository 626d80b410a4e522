"""Owns how two texts are compared before anything is decided: as sets of sayings.

A saying is one sentence or line, reduced to its words: letter case, punctuation, emphasis, the numbers of lists, the
targets of links and the way dates are written are gone, so that nothing but wording tells two sets apart. Order does
not count. Lines that only lead elsewhere on the same site (menus, tables of contents, related articles), and the words
of buttons, say nothing about the terms and are left out.
"""

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

from tosmonitor.model import Document

_LINK = re.compile(r"!?\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(<?([^()\s>]*(?:\([^()\s]*\)[^()\s>]*)*)>?(?:\s+\"[^\"]*\")?\)")
_BARE_LINK = re.compile(r"<?https?://\S+>?")
_LIST_MARK = re.compile(r"^(?:[-*+>#|\s]|\d+(?:\.\d+)*\\?[.)]|\(?[a-z]{1,2}\\?[.)]\s|\([ivxlc\d]+\))+")
_SENTENCE_END = re.compile(r"(?<=[^\W\d_]{2}[.!?;])\s+|(?<=[。！？；])")
_WORD = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|[^\W_]+(?:[.,][0-9]+)*|[%€$£¥<>≤≥+=]")

_MONTHS = {
    name: number
    for names in (
        "january february march april may june july august september october november december",
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "januar februar märz april mai juni juli august september oktober november dezember",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
        "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
        "januari februari maart april mei juni juli augustus september oktober november december",
        "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
        "januari februari mars april maj juni juli augusti september oktober november december",
    )
    for number, name in enumerate(names.split(), 1)
}
_ANY_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATE = re.compile(
    rf"\b(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|\.|º)?\s+(?:de\s+|of\s+)?(?P<month>{_ANY_MONTH})\.?,?\s+(?:de\s+)?"
    r"(?P<year>\d{4})"
    rf"|(?P<month2>{_ANY_MONTH})\.?\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year2>\d{{4}}))(?=\D|$)"
)

#: What buttons and menus say, compared without case; a line that says only this is no part of the terms.
_INTERFACE = frozenset(
    words.strip()
    for words in """
    site navigation; navigation; main navigation; menu; close; open menu; table of contents; contents; on this page
    in this article; in this section; see details; show details; hide details; details; read more; show more; show
    less; see more; learn more; view more; expand all; collapse all; expand; collapse; skip to content; skip to main
    content; skip to search; search; back to top; top; print; print this page; share; copy link; copy; download
    download pdf; download app; language; select language; english; français; deutsch; español; italiano; português
    log in; login; sign in; sign up; contact us; help; home; was this helpful; yes; no; previous; next; ok; previous
    version; cookie settings; manage cookies; accept all; reject all; accept; reject; results per page; loading
    related articles; sommaire; table des matières; fermer; imprimer; partager; en savoir plus; lire la suite; haut
    de page; rechercher; télécharger; accueil; voir plus; voir moins; tout déplier; inhalt; inhaltsverzeichnis
    schließen; drucken; teilen; mehr erfahren; nach oben; suche; menü; alle öffnen; índice; cerrar; imprimir
    compartir; más información; buscar; indice; chiudi; stampa; condividi; cerca; menú
    """.replace("\n", ";").split(";")
    if words.strip()
)
_NEW_WINDOW = re.compile(
    r"\(?\b(?:opens? in (?:an? )?new (?:tab|window)|external link"
    r"|s.ouvre dans (?:un nouvel onglet|une nouvelle fenêtre)"
    r"|öffnet (?:sich )?in (?:einem )?neuen (?:tab|fenster)|se abre en una (?:nueva )?ventana(?: nueva)?)\)?"
)


#: Lines whose sayings are remembered within a process: versions of a document share nearly all of theirs.
LINES = 20_000


def sites(document: Document) -> frozenset[str]:
    """Return the sites of a document's pages; a link to one of them may be navigation."""
    return frozenset(_site(source.url) for source in document.sources)


def sayings(text: str, own: frozenset[str] = frozenset()) -> frozenset[str]:
    """Return what `text` (Markdown) says, as a set; `own` are the sites within which links are navigation.

    What is said more than once is told apart by what stands before it, lest a change in one of many
    like lines be lost.
    """
    said = tuple(in_order(text, own))
    times = Counter(said)
    return frozenset(
        saying if times[saying] == 1 else f"{before} / {saying}"
        for before, saying in zip(("", *said), said, strict=False)
    )


def in_order(text: str, own: frozenset[str] = frozenset()) -> Iterable[str]:
    """Yield what `text` says in its order."""
    for line in text.split("\n"):
        yield from _of_line(line, own)


@lru_cache(maxsize=LINES)
def _of_line(raw: str, own: frozenset[str]) -> tuple[str, ...]:
    if not raw.strip() or _leads_elsewhere(raw, own):
        return ()
    line = _LINK.sub(_shown, raw) if "](" in raw else raw
    line = _LIST_MARK.sub("", (_BARE_LINK.sub("", line) if "://" in line else line).casefold())
    line = _DATE.sub(_written, _NEW_WINDOW.sub(" ", line))
    found = (" ".join(_WORD.findall(sentence)) for sentence in _SENTENCE_END.split(line))
    return tuple(words for words in found if words and words not in _INTERFACE)


def _shown(link: re.Match[str]) -> str:
    """Return what a reader reads of a link: its words; of a picture nothing."""
    return " " if link.group().startswith("!") else f" {link.group(1)} "


def _leads_elsewhere(line: str, own: frozenset[str]) -> bool:
    """Say whether `line` is nothing but links within the document's own sites."""
    if line.lstrip().startswith("#"):
        return False  # a heading that is its own anchor
    rest = _LIST_MARK.sub("", line.casefold()).strip()
    if not rest.startswith(("[", "!")) or not own:
        return False
    targets = [match.group(2) for match in _LINK.finditer(line)]
    return not _WORD.search(_LINK.sub("", rest)) and all(_site(target) in own for target in targets if target)


def _site(url: str) -> str:
    """Return the last two labels of the host: near enough to the registered domain to tell own from foreign."""
    return ".".join((urlsplit(url).hostname or "").split(".")[-2:])


def _written(match: re.Match[str]) -> str:
    """Write a date in one way, whichever way the page writes it: sites switch between them by the visitor."""
    day, month, year = (match[name] or match[f"{name}2"] for name in ("day", "month", "year"))
    return f"{int(day)} #{_MONTHS[month]:02} {year}".replace("#", "m")


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
_CHANGING = re.compile(rf"\b(?:m\d\d|(?:{_ANY_MONTH})|\d+(?:st|nd|rd|th)?|\d[\d.,]*)\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_RANGE = re.compile(r"^(?:showing )?\d+ (?:to )?\d+ (?:of|sur|von|de|di) \d+\b")


#: A date of publication and nothing else; when a text applies ("effective") is part of what it says.
_STAMP = re.compile(
    r"^(?:(?:date of )?(?:last |latest )?(?:updated?|modified|revised|revision|reviewed|edited|published|posted)"
    r"(?: on| at| date)?"
    r"|(?:dernière )?(?:mise à jour|modification)(?: le| du)?|mis à jour le"
    r"|(?:zuletzt )?(?:aktualisiert|geändert)(?: am)?|stand(?: vom)?"
    r"|(?:última )?(?:actualización|modificación|atualização)(?: el| em)?|(?:ultimo )?aggiornamento(?: il)?"
    r"|laatst (?:bijgewerkt|gewijzigd)(?: op)?)? ?\d{1,2} m\d\d \d{4}$"
)


def tells_the_time(saying: str) -> bool:
    """Say whether `saying` only tells when, or how long ago, the page was touched: that changes by itself."""
    # What is said more than once is told apart by what stands before it, which may be such a line as well.
    return any(_STAMP.match(part) or _RELATIVE.search(part) or _RANGE.match(part) for part in saying.split(" / "))


def same_but_year(one: str, other: str) -> bool:
    """Say whether two short lines differ only in a year, as copyright lines do every January."""
    return len(one.split()) <= 8 and _YEAR.sub("#", one) == _YEAR.sub("#", other) and not re.search(r"\bm\d\d\b", one)


@lru_cache(maxsize=LINES)
def mould(saying: str) -> str:
    """Return `saying` without its numbers, months and times since: what a running counter or date leaves alike."""
    return " ".join(_CHANGING.sub("#", _RELATIVE.sub("#", saying)).split())


def alike(one: str, other: str) -> bool:
    """Say whether `other` may stand in the place of `one`: at least half of the words of both are shared."""
    a, b = set(one.split()), set(other.split())
    return mould(one) == mould(other) or 2 * len(a & b) >= max(len(a), len(b))
