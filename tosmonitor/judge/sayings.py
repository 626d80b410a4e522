"""Owns how two texts are compared before anything is decided: as sets of sayings.

A saying is one sentence or line, reduced to its words: letter case, punctuation, emphasis, the numbers of lists, the
targets of links and the way dates are written are gone, so that nothing but wording tells two sets apart. Order does
not count. Lines that only lead elsewhere on the same site (menus, tables of contents, related articles), and the words
of buttons, say nothing about the terms and are left out.
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urlsplit

from tosmonitor.model import Document

_LINK = re.compile(r"!?\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(<?([^()\s>]*(?:\([^()\s]*\)[^()\s>]*)*)>?(?:\s+\"[^\"]*\")?\)")
#: Link markup that a site shows as text because it is broken: "[words][name]", and the line that names the address.
_SHOWN_MARKUP = re.compile(r"\[((?:[^\[\]])*?)\\?\]\s?\\?\[[^\[\]]*?\\?\](?!\()")
_NAMED_ADDRESS = re.compile(r"\s*\\?\[[^\[\]]+\\?\]:\s*\S+\s*$")
_BARE_LINK = re.compile(r"<?https?://\S+>?")
#: After these a figure at the start of a line is an amount, not a number of a section.
_UNITS = (
    r"(?:m?illi(?:on|arde)|billion|mio|mrd|per ?cent|prozent|pour cent|euro|eur|usd|gbp|dollar|hours?|days?|weeks?"
    r"|months?|years?|heures?|jours?|stunden|tage|[gmk]b|kg|km|times|stars?|points?)"
)
_LIST_MARK = re.compile(
    r"^(?:[-*+>#|\s•]|\d+(?:\.\d+)*\\?[.)](?!\d)|\(?[a-z]{1,2}\\?[.)]\s|\([ivxlc\d]+\)|§+\s*\d+[a-z]?"
    rf"|\d+(?:\.\d+)+\s+(?=[^\W\d_])(?!{_UNITS})|[a-z]\.\d+(?:\.\d+)*\\?[.)]?\s"
    r"|(?:article|section|clause|chapter|part|art\.|artikel|abschnitt|ziffer|kapitel|artículo|cláusula|articolo|artigo"
    r"|rozdział|artykuł)\s+(?:\d+(?:\.\d+)*|[ivxlc]+)(?:\\?[.:)]|\s?[-–—:])(?:\s|$))+"
)
_NUMBERED = re.compile(r"(?P<indent>\s*)(?P<number>\d{1,3})\\?[.)]\s")
#: Mail addresses as some sites write them for people only.
_SPELT_AT = re.compile(r"(?<=\w)\s*\\?[\[({]\s*(?:at|@|arobase|ät)\s*\\?[\])}]\s*(?=\w)")
_SPELT_DOT = re.compile(r"(?<=\w)\s*\\?[\[({]\s*(?:dot|punkt|point|\.)\s*\\?[\])}]\s*(?=\w)")
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
ANY_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATE = re.compile(
    rf"\b(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|\.|º)?\s+(?:de\s+|of\s+)?(?P<month>{ANY_MONTH})\.?,?\s+(?:de\s+)?"
    r"(?P<year>\d{4})"
    rf"|(?P<month2>{ANY_MONTH})\.?\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year2>\d{{4}}))(?=\D|$)"
)

#: Days in figures, where their order is beyond doubt.
_NUMERIC_DATE = re.compile(
    r"(?<![\d.-])(?:(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"
    r"|(?P<day2>\d{1,2})\.\s?(?P<month2>\d{1,2})\.\s?(?P<year2>(?:19|20)\d\d)"
    r"|(?P<year3>(?:19|20)\d\d)\s?[年년]\s?(?P<month3>\d{1,2})\s?[月월]\s?(?P<day3>\d{1,2})\s?[日일])(?![\d-])"
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
#: What help centres and blogs say around a text: votes, reading times, calls to write to them.
_AROUND = re.compile(
    r"^(?:\d+ out of \d+ found this helpful|\d+ (?:of|von|sur|de) \d+ (?:people )?found this (?:article )?helpful"
    r"|was this (?:article|page|information|answer) (?:helpful|useful)|did this (?:answer your question|help)"
    r"|have more questions submit a request|(?:reading time |lesezeit |temps de lecture )?\d+ min(?:ute)?s?"
    r"(?: read| to read| de lecture| lesezeit)?|rate this (?:article|page)|still need help|last updated by \S+(?: \S+)?"
    r"|war dieser (?:artikel|beitrag) hilfreich|cet article vous a t il (?:été utile|aidé)|follow us(?: on .{1,40})?"
    r"|share (?:this|on|via) .{1,30}"
    r"|subscribe to our newsletter|recently viewed articles|skip (?:to|navigation)\b.{0,30})$"
)
_NEW_WINDOW = re.compile(
    r"\(?\b(?:opens? in (?:an? )?new (?:tab|window)|external link"
    r"|s.ouvre dans (?:un nouvel onglet|une nouvelle fenêtre)"
    r"|öffnet (?:sich )?in (?:einem )?neuen (?:tab|fenster)|se abre en una (?:nueva )?ventana(?: nueva)?)\)?"
)

#: One of these stands in whatever `_NEW_WINDOW` finds.
_OPENS = ("open", "external link", "ouvre dans", "öffnet", "se abre")
_DIGIT = re.compile(r"\d")


#: Where the buttons of any footer lead: a service's own pages on networks, and its apps; not the networks' policies.
_PROFILE = re.compile(
    r"https?://(?:(?:www\.|m\.|[a-z]{2}\.)?(?:facebook|twitter|x|instagram|linkedin|youtube|tiktok|pinterest|threads|discord"
    r"|reddit|snapchat|xing|vk|weibo|medium)\.(?:com|net|gg)/(?!\S*(?:polic|priva|legal|terms|help|setting|rules))\S+"
    r"|bsky\.app/profile/|t\.me/|apps\.apple\.com/|itunes\.apple\.com/|play\.google\.com/store/)"
)
#: The line at the foot of a page that says whose it is.
_OWNER = re.compile(r"\W*(?:©|(?:copyright\s+)?\(c\)\s+(?:19|20)\d\d|copyright\s+(?:©|(?:19|20)\d\d))")
#: More words than this are more than such a line.
_OWNER_WORDS = 15

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


def in_order(text: str, own: frozenset[str] = frozenset()) -> Iterator[str]:
    """Yield what `text` says in its order. A line that only repeats a heading is an entry of a table of contents."""
    lines = text.split("\n")
    headings = {_of_line(line, own) for line in lines if line.startswith("#")}
    for line in lines:
        said = _of_line(line, own)
        if said not in headings or line.startswith("#"):
            yield from said


def reordered(old: str, new: str) -> bool:
    """Say whether a numbered list holds the same entries in another order: there, order says what comes first."""
    if old == new:
        return False
    runs = {frozenset(run): run for run in _numbered(old)}
    return any(runs.get(frozenset(run), run) != run for run in _numbered(new))


def _numbered(text: str) -> Iterator[tuple[tuple[str, ...], ...]]:
    """Yield the numbered lists of `text`, each as what its entries say; entries that repeat make no list."""
    run: list[tuple[str, ...]] = []
    due, indent = 1, ""
    for line in [*text.split("\n"), "# "]:
        entry = _NUMBERED.match(line)
        if entry is not None and int(entry["number"]) == due and (due == 1 or entry["indent"] == indent):
            run.append(_of_line(line, frozenset()))
            due, indent = due + 1, entry["indent"]
        elif entry is not None or line.startswith("#"):
            if len(run) == len(set(run)) > 1:
                yield tuple(run)
            starts = entry is not None and int(entry["number"]) == 1
            run = [_of_line(line, frozenset())] if starts else []
            due, indent = (2, entry["indent"]) if starts and entry is not None else (1, "")


@lru_cache(maxsize=LINES)
def _of_line(raw: str, own: frozenset[str]) -> tuple[str, ...]:
    if not raw.strip() or _leads_elsewhere(raw, own):
        return ()
    if _OWNER.match(raw.casefold()) and len(_WORD.findall(raw)) <= _OWNER_WORDS:
        return ()
    if "]:" in raw and _NAMED_ADDRESS.match(raw):
        return ()
    line = _LINK.sub(_shown, raw) if "](" in raw else raw
    line = _SHOWN_MARKUP.sub(r" \1 ", line) if "][" in line else line
    line = _LIST_MARK.sub("", (_BARE_LINK.sub("", line) if "://" in line else line).casefold())
    # Most lines have nothing of these; to see that costs a twentieth of trying the patterns at every character.
    if "(" in line or "[" in line or "{" in line:
        line = _SPELT_DOT.sub(".", _SPELT_AT.sub("@", line))
    if any(word in line for word in _OPENS):
        line = _NEW_WINDOW.sub(" ", line)
    if _DIGIT.search(line):
        line = _NUMERIC_DATE.sub(_written, _DATE.sub(_written, line))
    found = (" ".join(_WORD.findall(sentence)) for sentence in _SENTENCE_END.split(line))
    return tuple(words for words in found if words and words not in _INTERFACE and not _AROUND.match(words))


def _shown(link: re.Match[str]) -> str:
    """Return what a reader reads of a link: its words; of a picture nothing."""
    return " " if link.group().startswith("!") else f" {link.group(1)} "


def _leads_elsewhere(line: str, own: frozenset[str]) -> bool:
    """Say whether `line` is nothing but links within the document's own sites, or to where any footer leads."""
    if line.lstrip().startswith("#"):
        return False  # a heading that is its own anchor
    rest = _LIST_MARK.sub("", line.casefold()).strip()
    if not rest.startswith(("[", "!")) or not own:
        return False
    targets = [match.group(2) for match in _LINK.finditer(line)]
    return not _WORD.search(_LINK.sub("", rest)) and all(
        _site(target) in own or _PROFILE.match(target) for target in targets if target
    )


def _site(url: str) -> str:
    """Return the last two labels of the host: near enough to the registered domain to tell own from foreign."""
    return ".".join((urlsplit(url).hostname or "").split(".")[-2:])


def _written(match: re.Match[str]) -> str:
    """Write a date in one way, whichever way the page writes it: sites switch between them by the visitor."""
    said = {name.rstrip("23"): value for name, value in match.groupdict().items() if value is not None}
    month = _MONTHS.get(said["month"]) or int(said["month"])
    return f"{int(said['day'])} m{month:02} {said['year']}"
