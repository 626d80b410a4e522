"""Owns the words around a rendered difference, in English and French."""

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "removed": "Removed:",
        "added": "Added:",
        "moved": "Moved:",
        "inserted": "inserted",
        "deleted": "deleted",
        "end": "end",
        "from": "Moved from",
        "start": "the start of the document",
        "now": "now in",
        "link": "link target",
        "cosmetic_one": "1 edit of links or layout",
        "cosmetic": "{n} edits of links or layout",
        "rewritten": "Rewritten",
        "before": "Before",
        "after": "After",
        "top": "Beginning of the document",
        "nothing": "Nothing changed.",
        "legend": "Legend",
        "legend_ins": "inserted text",
        "legend_del": "deleted text",
        "legend_move": "moved text",
        "incomplete": "The texts differ so much that some stretches are compared block by block.",
    },
    "fr": {
        "removed": "Supprimé :",
        "added": "Ajouté :",
        "moved": "Déplacé :",
        "inserted": "inséré",
        "deleted": "supprimé",
        "end": "fin",
        "from": "Déplacé depuis",
        "start": "le début du document",
        "now": "désormais dans",
        "link": "cible du lien",
        "cosmetic_one": "1 retouche de liens ou de mise en page",
        "cosmetic": "{n} retouches de liens ou de mise en page",
        "rewritten": "Réécrit",
        "before": "Avant",
        "after": "Après",
        "top": "Début du document",
        "nothing": "Rien n’a changé.",
        "legend": "Légende",
        "legend_ins": "texte inséré",
        "legend_del": "texte supprimé",
        "legend_move": "texte déplacé",
        "incomplete": "Les textes diffèrent tant que certains passages sont comparés bloc par bloc.",
    },
}


def words(language: str) -> dict[str, str]:
    """Return the words in `language`; anything but French reads English."""
    return WORDS["fr" if language == "fr" else "en"]
