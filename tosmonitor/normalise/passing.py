"""Owns the lines that pass with time: "Updated 3 days ago", "1,204 views", "Hi Anna", "Generated at 12:03:11".

Only a whole block or list item that says nothing else is dropped; inside a sentence, a table or a numbered list the
same words stay. An absolute date is text and stays, unless the line says that it is today's, or has the time of day at
which the page was made. Names are those of the languages watched most.
"""

import re

from tosmonitor.normalise import lists

_COUNT = r"\d[\d.,’'\u00a0\u202f ]{0,14}[km]?\+?"
_NUMBER = rf"(?:{_COUNT}|an?|une?|eine[mr]?|un|una|uno|um|uma|een|one|about an?|några)\s*"
_UNIT = (
    r"(?:s(?:ec(?:ond)?s?)?|min(?:ute)?s?|h(?:ou)?rs?|days?|weeks?|months?|years?|"
    r"secondes?|heures?|jours?|semaines?|mois|ans?|années?|"
    r"sekunden?|minuten?|stunden?|tag(?:en?)?|wochen?|monat(?:en?)?|jahr(?:en?)?|"
    r"segundos?|minutos?|horas?|días?|dias?|semanas?|mes(?:es)?|mês|años?|anos?|"
    r"second[oi]|minut[oi]|or[ae]|giorn[oi]|settiman[ae]|mes[ei]|ann[oi]|"
    r"uur|dag(?:en)?|week|weken|maand(?:en)?|jaar|"
    r"sekund(?:er)?|timmar|veckor?|månad(?:er)?|år|dni|dzień|tydzień|tygodni[ea]?|miesi(?:ąc|ące|ęcy)|lat)"
)
_MORE = (
    r"(?:over|about|almost|more than|environ|plus d[e’']|etwa|über|mehr als|más de|cerca de|mais de|oltre|"
    r"più di|meer dan|ruim|mer än|ponad)"
)
_RELATIVE = (
    r"(?:this|last) (?:week|month|year)|(?:cette|la) (?:semaine|année)(?: dernière)?|(?:ce|le) mois(?:-ci| dernier)?|"
    r"(?:diese|letzte) woche|(?:diesen|letzten) monat|(?:esta|la) semana(?: pasada)?|(?:este|el) mes(?: pasado)?|"
    r"(?:esta|na) semana(?: passada)?|(?:questa|la scorsa) settimana|(?:deze|vorige) week|denna vecka|w tym tygodniu"
)
_AGO = (
    rf"(?:{_MORE} ?)?{_NUMBER}{_UNIT} (?:ago|fa|geleden|atrás|sedan|temu)|"
    rf"(?:il y a|vor|hace|há|för) (?:{_MORE} ?)?{_NUMBER}{_UNIT}(?: sedan)?|"
    rf"{_MORE} {_UNIT} temu|"
    r"just now|yesterday|today|hier|aujourd.hui|gestern|heute|ayer|hoy|ieri|oggi|ontem|hoje|gisteren|vandaag|igår|idag|"
    rf"wczoraj|dzisiaj|{_RELATIVE}"
)
_CHANGED = (
    r"(?:(?:last|page|article|recently) )*(?:updated|modified|edited|published|posted|reviewed|changed)(?: on)?|"
    r"(?:dernière )?(?:mise à jour|modification)|(?:mis(?:e)? à jour|modifié|publié|actualisé)e?s?|"
    r"(?:zuletzt )?(?:aktualisiert|geändert|bearbeitet|veröffentlicht)|letzte (?:aktualisierung|änderung)|"
    r"(?:última )?(?:actualización|atualização|modificación)|actualizado|atualizado|publicado|"
    r"(?:ultimo )?(?:aggiornamento|aggiornato)|(?:laatst )?(?:bijgewerkt|gewijzigd)|"
    r"(?:senast )?uppdaterad|zaktualizowano|(?:ostatnia )?aktualizacja"
)
_AUTHOR = (
    r"(?:(?:written by|by|écrit par|par|verfasst von|von|escrito por|scritto da|geschreven door)"
    r" [\w.’' -]{2,40}?[ ·•|,.–-]+)?"
)
_COUNTED = (
    r"views?|visits?|visitors?|likes?|shares?|comments?|followers?|votes?|reviews?|ratings?|downloads?|"
    r"vues?|avis|commentaires?|partages?|j.aime|aufrufe|kommentare|besucher|visitas|visualizaciones|visualizzazioni|"
    r"visualizações|comentarios|comentários|commenti|weergaven|reacties|visningar|wyświetle(?:nia|ń)|komentarz[ey]?|"
    r"min(?:ute)?s?[ -](?:to )?read|minutes? de lecture|min(?:uten)? lesezeit|min(?:utos)? de lectura|"
    r"(?:people|users?|visitors?)(?: are)? (?:online|here|viewing|reading)(?: (?:now|this(?: page| article)?))?"
)
_PEOPLE = r"(?:people|users?|readers?|personnes|utilisateurs|lecteurs|personen|nutzer|personas|usuarios|persone|utenti)"
_HELPFUL = (
    r"found (?:this|it) (?:article |page |answer )?(?:helpful|useful)|(?:ont|a) trouvé (?:cela|ceci|cet article) utile|"
    r"fanden (?:dies|diesen beitrag|das) hilfreich|(?:les )?(?:resultó|pareció) útil|"
    r"hanno trovato utile questo articolo"
)
_TIME = r"\d{1,2}[:h.]\d{2}(?:[:.]\d{2})?(?:[.,]\d+)?\s*(?:[ap]\.?m\.?|uhr)?\s*(?:utc|gmt|z|ce?s?t|[+-]\d\d:?\d\d)?"
_DATE = r"[\w.,/’ -]{0,40}?"
_MADE = (
    r"(?:(?:this |cette |diese )?(?:page|seite|document|página|pagina) (?:was |a été |wurde )?)?(?:last )?"
    r"(?:generated|rendered|loaded|cached|served|printed|générée?|affichée?|imprimée?|generiert|erstellt|"
    r"gedruckt|generad[ao]|gerad[ao]|generat[ao])"
)
_DAYS = (
    r"today is|today.s date(?: is)?|(?:the )?(?:current|server|local) (?:date|time)(?: is)?(?: and time)?|it is now|"
    r"nous sommes le|date du jour|aujourd.hui|heute ist|heutiges datum|hoy es|fecha actual|oggi è|hoje é|vandaag is"
)
_GREETING = r"hello|hi|hey|bonjour|bonsoir|salut|hallo|hola|ciao|olá|hej|cześć|good (?:morning|afternoon|evening)"
_NAMED = r"(?-i:[A-ZÀ-ÖØ-Þ][\w’'-]+)(?: (?-i:[A-ZÀ-ÖØ-Þ])[\w.’'-]*)?"
_PASSING = re.compile(
    rf"{_AUTHOR}(?:{_CHANGED})\s*:?\s*(?:{_AGO})|(?:{_AGO})\s*[·•|,-]?\s*(?:{_CHANGED})|{_NUMBER}{_UNIT} ago|"
    rf"{_COUNT} *(?:{_COUNTED})|(?:views?|votes?|likes?|downloads?|vues|aufrufe|visitas|visits) ?: ?{_COUNT}|"
    rf"(?:viewed|read|lu|consultée?|visto) {_COUNT} *(?:times|fois|veces|mal)|"
    rf"{_COUNT} *(?:{_PEOPLE} )?(?:(?:out )?of |sur |von |de |su )?(?:{_COUNT} *)?(?:{_PEOPLE} )?(?:{_HELPFUL})|"
    rf"(?:rated )?[0-5](?:[.,]\d+)? ?(?:/ ?5|★|stars?|out of 5)(?: ?\(?{_COUNT} *(?:{_COUNTED})\)?)?|"
    r"(?:reading time|temps de lecture|lesezeit|tiempo de lectura|tempo di lettura)\s*:?\s*\d+ ?min\w*|"
    rf"(?:{_DAYS})\s*:?\s*(?:{_TIME}|{_DATE}\d{{4}}(?:\W+{_TIME})?|{_DATE}\d{{4}}-\d\d-\d\d)|"
    rf"{_MADE}(?: (?:on|at|le|am|el|il|em))?\s*:? {_DATE}[ tT,–-]*(?:at |à |um |a las |alle )?{_TIME}|"
    rf"{_MADE} in \d+[.,]?\d* ?(?:s|ms|sec(?:onds?)?|sekunden)|"
    r"(?:hello|hi|welcome back)[, ]+(?:guest|visitor)|"
    r"(?:(?:you are )?(?:signed|logged) in as|connectée? en tant que|angemeldet als|sesión iniciada como) \S+(?: \S+)?|"
    r"(?:trace|request|session|correlation|ray|build|commit|csrf|nonce)[ _-]?(?:id|hash|token|number)?\s*[:#=]\s*"
    r"(?=\S*\d)[\w.+/=:-]{4,}|"
    r"(?:最后|最近)?更新(?:于|：)? ?\d+ ?(?:秒|分钟|小时|天|周|个月|年)前|"
    r"\d+ ?(?:秒|分钟|小时|天|周|个月|年)前(?:更新|发布)?|"
    r"\d+ ?(?:秒|分|時間|日|週間|か月|年)前(?:に更新)?|\d+ ?(?:초|분|시간|일|주|개월|년) 전(?:에 업데이트(?:됨)?)?|"
    r"(?:阅读量?|浏览(?:量|次数)?|閲覧数|조회수?|点赞数?)\s*[：:]?\s*[\d,.]+",
    re.IGNORECASE,
)
_COMPANION = re.compile(
    rf"(?:{_CHANGED}):?|(?:written by|écrit par|verfasst von|escrito por|scritto da|geschreven door) [\w.’' -]{{2,40}}",
    re.IGNORECASE,
)
#: A greeting by name; in a heading it may be the name of a product.
_GREETED = re.compile(
    rf"(?:{_GREETING}|welcome back|bienvenue|willkommen(?: zurück)?|bienvenid[oa])[, ]+{_NAMED}[,!]?(?: 👋)?",
    re.IGNORECASE,
)
#: One of the signs stands in every line that passes; looking for plain words first is cheaper than trying every line.
_WORD = re.compile(r"[^\W\d_]+")
_SIGNS = frozenset(
    _WORD.findall(
        """
        ago y vor hace há för fa geleden atrás sedan temu now yesterday today hier aujourd gestern heute ayer hoy ieri
        oggi ontem hoje gisteren vandaag igår idag wczoraj dzisiaj week month year semaine mois année woche monat
        semana mes settimana vecka tygodniu view views visit visits visitor visitors like likes share shares comment
        comments follower followers vote votes review reviews rating ratings download downloads vue vues avis
        commentaire commentaires partage partages aime aufrufe kommentare besucher visitas visualizaciones
        visualizzazioni visualizações comentarios comentários commenti weergaven reacties visningar wyświetlenia
        wyświetleń komentarz komentarze komentarzy read lecture lesezeit lectura lettura online here viewing reading
        this page helpful useful utile hilfreich útil viewed lu consulté consultée visto rated star stars date time
        sommes jour heutiges fecha generated rendered loaded cached served printed généré générée affiché affichée
        imprimé imprimée generiert erstellt gedruckt generado generada gerado gerada generato generata hello hi hey
        bonjour bonsoir salut hallo hola ciao olá hej cześć good welcome bienvenue willkommen bienvenido bienvenida
        signed logged connecté connectée angemeldet sesión trace request session correlation ray build commit csrf
        nonce
        """
    )
)
_UNSPACED = re.compile(r"[前전读览覧회赞]|/ ?5|★")
_LONGEST = 80
_MARKUP = str.maketrans("", "", "*_\\")


def drop(text: str) -> tuple[str, list[str]]:
    """Return Markdown without the lines that pass, and those lines."""
    lines = text.split("\n")
    gone = [
        at for at, line in enumerate(lines) if line and len(line) <= _LONGEST and _alone(lines, at) and _passes(line)
    ]
    if not gone:
        return text, []
    passing = {*gone, *(at for near in gone for at in _companions(lines, near))}
    left: list[str] = []  # from the end backwards
    for at in range(len(lines) - 1, -1, -1):
        if at not in passing:
            left.append(lines[at])
        elif left and not _item(lines, at - 1) and not left[-1].startswith(("- ", "  ")):
            left.pop()  # the empty line after a block
    kept = "\n".join(reversed(left)).strip("\n")
    return lists.alternated(kept) + "\n" if kept else "", [lines[at] for at in sorted(passing)]


def _passes(line: str) -> bool:
    if _SIGNS.isdisjoint(_WORD.findall(line.lower())) and not _UNSPACED.search(line):
        return False
    said = line.removeprefix("- ").lstrip("#").translate(_MARKUP).strip(" .!?()")
    return bool(_PASSING.fullmatch(said)) or (not line.startswith("#") and bool(_GREETED.fullmatch(said)))


def _companions(lines: list[str], at: int) -> list[int]:
    """Return the label or the author's name that stands in a block beside a line that passes."""
    return [
        near
        for near in (at - 2, at - 1, at + 1, at + 2)
        if 0 <= near < len(lines) and _COMPANION.fullmatch(lines[near].removeprefix("- ")) and _alone(lines, near)
    ]


def _alone(lines: list[str], at: int) -> bool:
    """Say whether a line is a whole block, or a whole item of a list without numbers."""
    before = lines[at - 1] if at else ""
    after = lines[at + 1] if at + 1 < len(lines) else ""
    if lines[at].startswith("- "):
        if not after and "".join(lines[at + 2 : at + 3]).startswith("  "):  # the item goes on
            return False
        if before.startswith("- #") or after.startswith("- #"):  # a list of headings alone would be none
            return False
        return (not before or before.startswith(("- ", "  "))) and (not after or after.startswith("- "))
    return not before and not after


def _item(lines: list[str], at: int) -> bool:
    return 0 <= at < len(lines) and lines[at].startswith(("- ", "  "))
