"""Owns the lines that pass with time: "Updated 3 days ago", "1,204 views", "Today is Monday", "5 min read".

Only a whole block or list item that says nothing else is dropped; inside a sentence, a table or a numbered list the
same words stay. An absolute date is text and stays too. Names of times are those of the languages watched most.
"""

import re

_NUMBER = r"(?:\d[\d.,\u00a0 ]*|an?|une?|eine[mr]?|un|una|uno|um|uma|een|one|about an?)\s*[+k]?\s*"
_UNIT = (
    r"(?:s(?:ec(?:ond)?s?)?|min(?:ute)?s?|h(?:ou)?rs?|days?|weeks?|months?|years?|"
    r"secondes?|heures?|jours?|semaines?|mois|ans?|années?|"
    r"sekunden?|minuten?|stunden?|tag(?:en?)?|wochen?|monat(?:en?)?|jahr(?:en?)?|"
    r"segundos?|minutos?|horas?|días?|dias?|semanas?|mes(?:es)?|mês|años?|anos?|"
    r"second[oi]|minut[oi]|or[ae]|giorn[oi]|settiman[ae]|mes[ei]|ann[oi]|"
    r"uur|dag(?:en)?|weken|maand(?:en)?|jaar)"
)
_AGO = (
    rf"(?:(?:over|about|almost|more than) )?{_NUMBER}{_UNIT} (?:ago|fa|geleden|atrás)|"
    rf"(?:il y a|vor|hace|há) (?:environ |etwa |más de |plus de |über )?{_NUMBER}{_UNIT}|"
    r"just now|yesterday|today|hier|aujourd.hui|gestern|heute|ayer|hoy|ieri|oggi|ontem|hoje|gisteren|vandaag"
)
_CHANGED = (
    r"(?:(?:last|page|article|recently) )*(?:updated|modified|edited|published|posted|reviewed|changed)(?: on)?|"
    r"(?:dernière )?(?:mise à jour|modification)|(?:mis(?:e)? à jour|modifié|publié|actualisé)e?s?|"
    r"(?:zuletzt )?(?:aktualisiert|geändert|bearbeitet|veröffentlicht)|letzte (?:aktualisierung|änderung)|"
    r"(?:última )?(?:actualización|atualização|modificación)|actualizado|atualizado|publicado|"
    r"(?:ultimo )?(?:aggiornamento|aggiornato)|(?:laatst )?(?:bijgewerkt|gewijzigd)"
)
_COUNTED = (
    r"views?|likes?|shares?|comments?|followers?|vues?|aufrufe|visitas|visualizaciones|visualizzazioni|"
    r"min(?:ute)?s?[ -](?:to )?read|minutes? de lecture|min(?:uten)? lesezeit|min(?:utos)? de lectura|"
    r"(?:out of \d+ )?(?:people |users )?found this (?:article |page )?helpful"
)
_PASSING = re.compile(
    rf"(?:{_CHANGED})\s*:?\s*(?:{_AGO})|(?:{_AGO})\s*[·•|,-]?\s*(?:{_CHANGED})|{_NUMBER}{_UNIT} ago|"
    rf"\d[\d.,\u00a0 ]*[km]?\s*(?:{_COUNTED})|(?:reading time|temps de lecture|lesezeit)\s*:?\s*\d+ ?min\w*|"
    r"today is \w+[\w ,./-]{0,40}\d{4}|(?:hello|hi|welcome back)[, ]+(?:guest|visitor)",
    re.IGNORECASE,
)
#: One of these stands in every line that passes; looking for plain words first is cheaper than trying every line.
_SIGNS = re.compile(
    r"(?i)\b(?:ago|il y a|vor|hace|há|fa|geleden|atrás|just now|yesterday|today|hier|aujourd|gestern|heute|ayer|hoy|"
    r"ieri|oggi|ontem|hoje|gisteren|vandaag|views?|likes?|shares?|comments?|followers?|vues?|aufrufe|visitas|visualiz\w+|read|"
    r"lecture|lesezeit|lectura|helpful|guest|visitor)\b"
)
_LONGEST = 80
_MARKUP = str.maketrans("", "", "*_")


def drop(text: str) -> tuple[str, list[str]]:
    """Return Markdown without the lines that pass, and those lines."""
    lines = text.split("\n")
    gone = [
        at for at, line in enumerate(lines) if line and len(line) <= _LONGEST and _passes(line) and _alone(lines, at)
    ]
    if not gone:
        return text, []
    dropped = [lines[at] for at in gone]
    for at in reversed(gone):
        own_block = not _item(lines, at - 1) and not _item(lines, at + 1)
        del lines[at : at + (2 if own_block else 1)]
    kept = "\n".join(lines).strip("\n")
    return kept + "\n" if kept else "", dropped


def _passes(line: str) -> bool:
    if not _SIGNS.search(line):
        return False
    return _PASSING.fullmatch(line.removeprefix("- ").lstrip("#").translate(_MARKUP).strip(" .!")) is not None


def _alone(lines: list[str], at: int) -> bool:
    """Say whether a line is a whole block, or a whole item of a list without numbers."""
    before = lines[at - 1] if at else ""
    after = lines[at + 1] if at + 1 < len(lines) else ""
    if lines[at].startswith("- "):
        return (not before or before.startswith(("- ", "  "))) and (not after or after.startswith("- "))
    return not before and not after


def _item(lines: list[str], at: int) -> bool:
    return 0 <= at < len(lines) and lines[at].startswith(("- ", "  "))
