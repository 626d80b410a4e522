"""Owns the sentences that say what stands in the way of a document, in English and French."""

from tosmonitor.model import Obstacle, ObstacleKind, Response, Sentence

_LANGUAGES = {
    "en": ("English", "anglais"),
    "fr": ("French", "français"),
    "de": ("German", "allemand"),
    "es": ("Spanish", "espagnol"),
    "it": ("Italian", "italien"),
    "pt": ("Portuguese", "portugais"),
    "nl": ("Dutch", "néerlandais"),
    "pl": ("Polish", "polonais"),
    "sv": ("Swedish", "suédois"),
    "da": ("Danish", "danois"),
    "no": ("Norwegian", "norvégien"),
    "fi": ("Finnish", "finnois"),
    "cs": ("Czech", "tchèque"),
    "hu": ("Hungarian", "hongrois"),
    "ro": ("Romanian", "roumain"),
    "ru": ("Russian", "russe"),
    "tr": ("Turkish", "turc"),
    "ja": ("Japanese", "japonais"),
    "zh": ("Chinese", "chinois"),
    "ko": ("Korean", "coréen"),
    "ar": ("Arabic", "arabe"),
    "el": ("Greek", "grec"),
    "bg": ("Bulgarian", "bulgare"),
    "uk": ("Ukrainian", "ukrainien"),
}

_WHAT = {
    ObstacleKind.CHALLENGE: (
        "A check for robots was served in place of the document",
        "Un contrôle anti-robots a été servi à la place du document",
    ),
    ObstacleKind.CONSENT: (
        "A request for consent was served in place of the document",
        "Une demande de consentement a été servie à la place du document",
    ),
    ObstacleKind.LOGIN: (
        "A sign-in page was served in place of the document",
        "Une page de connexion a été servie à la place du document",
    ),
    ObstacleKind.NOT_FOUND: ("The site says that the page does not exist", "Le site indique que la page n’existe pas"),
    ObstacleKind.ERROR: (
        "An error or maintenance page was served in place of the document",
        "Une page d’erreur ou de maintenance a été servie à la place du document",
    ),
    ObstacleKind.SHELL: (
        "The page came without its text, which needs a browser to appear",
        "La page est arrivée sans son texte, qui a besoin d’un navigateur pour s’afficher",
    ),
    ObstacleKind.MOVED: ("The address leads to another page", "L’adresse mène à une autre page"),
    ObstacleKind.LANGUAGE: ("The page came in another language", "La page est arrivée dans une autre langue"),
    ObstacleKind.REGION: (
        "The site does not show this page to our region",
        "Le site ne montre pas cette page à notre région",
    ),
    ObstacleKind.TRUNCATED: ("The page arrived cut off", "La page est arrivée tronquée"),
}


def because(
    kind: ObstacleKind, *, words: str = "", vendor: str | None = None, target: str = "", count: int | None = None
) -> Obstacle:
    """Return the obstacle of `kind` with its reason: the words, the vendor, the address or the number that tells."""
    en, fr = _WHAT[kind]
    if kind is ObstacleKind.LANGUAGE:
        found, wanted = _LANGUAGES.get(words, (words, words)), _LANGUAGES.get(target, (target, target))
        en, fr = f"{en} ({found[0]}, not {wanted[0]})", f"{fr} ({found[1]} et non {wanted[1]})"
    elif vendor is not None:
        en, fr = f"{en} ({vendor})", f"{fr} ({vendor})"
    elif words:
        en, fr = f"{en} (it says “{words}”)", f"{fr} (elle dit « {words} »)"
    elif target:
        en, fr = f"{en} ({target})", f"{fr} ({target})"
    elif count is not None:
        en, fr = f"{en} ({count} words)", f"{fr} ({count} mots)"
    return Obstacle(kind, Sentence(f"{en}.", f"{fr}."), vendor)


def refused(response: Response, vendor: str | None) -> Obstacle:
    """Return the obstacle that an error status means, with the vendor that answered if there is one."""
    if vendor is not None:
        return because(ObstacleKind.CHALLENGE, vendor=vendor)
    kinds = {
        401: ObstacleKind.LOGIN,
        407: ObstacleKind.LOGIN,
        404: ObstacleKind.NOT_FOUND,
        410: ObstacleKind.NOT_FOUND,
        451: ObstacleKind.REGION,
    }
    kind = kinds.get(response.status, ObstacleKind.ERROR)
    en, fr = _WHAT[kind]
    return Obstacle(kind, Sentence(f"{en} (status {response.status}).", f"{fr} (statut {response.status})."))
