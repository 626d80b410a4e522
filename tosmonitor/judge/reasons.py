"""Owns the sentences that say why a verdict is what it is, in English and French."""

from datetime import datetime

from tosmonitor.model import Failure, Kind, Obstacle, Sentence

_MONTHS_EN = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_MONTHS_FR = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)

FIRST = Sentence(
    "First observation of this document: its text is kept, and later texts are compared with it.",
    "Première observation de ce document : son texte est conservé et les suivants lui seront comparés.",
)
UNCHANGED = Sentence("The text is the one in force.", "Le texte est celui en vigueur.")
RESTLESS = Sentence(
    "Only parts that change by themselves (counters, relative dates, rotating passages) differ from the text in force.",
    "Seules des parties qui changent d’elles-mêmes (compteurs, dates relatives, passages tournants) diffèrent du texte"
    " en vigueur.",
)
DECLARED = Sentence(
    "Pages were added to this document, or taken from it, by us; the service changed nothing.",
    "Des pages ont été ajoutées à ce document ou en ont été retirées par nous ; le service n’a rien changé.",
)
OLD_LOOK = Sentence(
    "This look is older than the version in force and cannot change it.",
    "Ce passage est antérieur à la version en vigueur et ne peut la modifier.",
)
UNCONFIRMED = Sentence(
    "Another text was seen once; it is announced when a second look confirms it.",
    "Un autre texte a été vu une fois ; il est annoncé lorsqu’un second passage le confirme.",
)
QUIET_UNCONFIRMED = Sentence(
    "The words are those in force; links or layout differ and were seen so once.",
    "Les mots sont ceux en vigueur ; des liens ou la mise en page diffèrent et n’ont été vus ainsi qu’une fois.",
)
QUIET_ALTERNATING = Sentence(
    "The words are those in force; links or layout alternate between forms already seen.",
    "Les mots sont ceux en vigueur ; des liens ou la mise en page alternent entre des formes déjà vues.",
)
REDATED = Sentence(
    "Only the date of the last update is a new one; kept, not announced.",
    "Seule la date de dernière mise à jour est nouvelle ; conservé, non annoncé.",
)
REORDERED = Sentence(
    "The entries of a numbered list are in another order, which was confirmed; no word changed.",
    "Les éléments d’une liste numérotée sont dans un autre ordre, ce qui a été confirmé ; aucun mot n’a changé.",
)
PASSING = Sentence(
    "A passage that was seen only once, in the last version, is gone again; kept, not announced.",
    "Un passage vu une seule fois, dans la dernière version, a de nouveau disparu ; conservé, non annoncé.",
)


def back_in_force(since: datetime) -> Sentence:
    """Say that the text in force was seen again after another one."""
    return Sentence(
        f"The text in force is back; the other one, seen on {day_en(since)}, did not last.",
        f"Le texte en vigueur est de retour ; l’autre, vu le {day_fr(since)}, n’a pas duré.",
    )


def confirmed(looks: int, since: datetime) -> Sentence:
    """Say that a new wording was seen at several looks."""
    return Sentence(
        f"A new wording, first seen on {day_en(since)}, was confirmed ({looks} looks).",
        f"Une nouvelle rédaction, vue pour la première fois le {day_fr(since)}, a été confirmée ({looks} passages).",
    )


def returned(to: datetime, looks: int) -> Sentence:
    """Say that an earlier wording is back for good."""
    return Sentence(
        f"The document is back to the wording of {day_en(to)} ({looks} looks).",
        f"Le document est revenu à la rédaction du {day_fr(to)} ({looks} passages).",
    )


def moved(target: str, index: int, count: int) -> Sentence:
    """Say that an address leads to another page, whose text now stands in place of the earlier one."""
    reason = Sentence(
        f"The address now leads to another page ({target}), which says nothing of what stood there; it was confirmed.",
        f"L’adresse mène désormais à une autre page ({target}), qui ne dit rien de ce qui s’y trouvait ; confirmé.",
    )
    return _placed(reason, index, count)


def quiet(kind: Kind) -> Sentence:
    """Say that only links, menus or layout changed."""
    if kind is Kind.LINKS:
        return Sentence("No word changed; links do.", "Aucun mot n’a changé ; des liens, si.")
    if kind is Kind.LAYOUT:
        return Sentence(
            "No word changed; only the layout did.", "Aucun mot n’a changé ; seule la mise en page a changé."
        )
    return Sentence(
        "Only menus, lists of links, buttons or the way dates are written changed, not what the document says.",
        "Seuls des menus, listes de liens, boutons ou l’écriture de dates ont changé, pas ce que dit le document.",
    )


def alternating(looks: int, needed: int) -> Sentence:
    """Say that the page shows passages that it showed, and took back, a short while ago."""
    return Sentence(
        f"The page alternates between texts already seen; announced if this one lasts ({looks} of {needed} looks).",
        f"La page alterne entre des textes déjà vus ; annoncé si celui-ci dure ({looks} passages sur {needed}).",
    )


def suspicious(lost: float, looks: int, needed: int) -> Sentence:
    """Say that so much is missing that it may be a mistake of the page's."""
    return Sentence(
        f"The page lacks {lost:.0%} of the text in force; it is held until that persists ({looks} of {needed} looks).",
        f"Il manque à la page {lost * 100:.0f} % du texte en vigueur ; retenu tant que cela ne persiste pas"
        f" ({looks} passages sur {needed}).",
    )


def of_failure(failure: Failure, index: int, count: int) -> Sentence:
    """Say why a source could not be read, and which one where there are several."""
    return _placed(failure.reason, index, count)


def of_obstacle(obstacle: Obstacle, index: int, count: int) -> Sentence:
    """Say what was served in place of a source, and of which one where there are several."""
    return _placed(obstacle.reason, index, count)


def day_en(at: datetime) -> str:
    """Return the day of `at` as English readers write it."""
    return f"{at.day} {_MONTHS_EN[at.month - 1]} {at.year}"


def day_fr(at: datetime) -> str:
    """Return the day of `at` as French readers write it."""
    return f"{at.day if at.day > 1 else '1er'} {_MONTHS_FR[at.month - 1]} {at.year}"


def _placed(reason: Sentence, index: int, count: int) -> Sentence:
    if count == 1:
        return reason
    return Sentence(f"Page {index + 1} of {count}: {reason.en}", f"Page {index + 1} sur {count} : {reason.fr}")
