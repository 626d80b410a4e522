"""Owns the kind of a difference (wording, links or layout) and the reason that is given for it."""

from tosmonitor.model import Edit, Kind, Sentence

NOTHING = Sentence("The two texts are equal.", "Les deux textes sont identiques.")


def of(edits: tuple[Edit, ...]) -> tuple[Kind, Sentence]:
    """Return the weightiest track among `edits` and why."""
    tracks = {e.track for e in edits}
    if Kind.WORDING in tracks:
        n = sum(e.track is Kind.WORDING for e in edits)
        return Kind.WORDING, Sentence(
            f"Words changed in {n} {'place' if n == 1 else 'places'}.",
            f"Des mots ont changé à {n} {'endroit' if n == 1 else 'endroits'}.",
        )
    moves = sum(e.op == "move" for e in edits)
    case = any(s.op in ("replace", "insert", "delete") for e in edits for s in e.segments)
    if Kind.LINKS in tracks:
        return Kind.LINKS, Sentence(
            "No word changed; links lead elsewhere, were added or were removed.",
            "Aucun mot n’a changé ; des liens mènent ailleurs, ont été ajoutés ou retirés.",
        )
    if moves:
        return Kind.LAYOUT, Sentence(
            "No word changed; only the order of passages did.",
            "Aucun mot n’a changé ; seul l’ordre de passages a changé.",
        )
    if case:
        return Kind.LAYOUT, Sentence(
            "No word changed; only capital letters or closing punctuation did.",
            "Aucun mot n’a changé ; seules des majuscules ou la ponctuation finale ont changé.",
        )
    return Kind.LAYOUT, Sentence(
        "No word changed; only white space, quotes, emphasis, numbering or list marks did.",
        "Aucun mot n’a changé ; seuls des espaces, guillemets, mises en valeur, numéros ou puces ont changé.",
    )
