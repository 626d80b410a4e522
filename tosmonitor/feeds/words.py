"""The words of the feeds in the languages of the site: names of terms types, of kinds and of parts of an entry."""

from tosmonitor.model import TERMS_TYPES, Sentence

_TYPES_FR = (
    "Conditions d’utilisation", "Politique de confidentialité", "Mentions légales", "Politique relative aux traceurs",
    "Conditions pour les développeurs", "Règles de la communauté", "Utilisateurs décédés",
    "Politique d’utilisation acceptable", "Politique d’utilisation restreinte", "Conditions commerciales",
    "Politique de réclamation de droits d’auteur", "Consignes à l’attention des autorités",
    "Politique des droits humains", "Politique des achats intégrés", "Règles relatives aux avis",
    "Charte de la marque", "Règles de qualité", "Accord avec le responsable de traitement",
    "Accord avec le sous-traitant", "Politique de consentement de l’utilisateur", "Politique de sous-titrage",
    "Garantie du vendeur", "Authentification unique", "Politique de divulgation des vulnérabilités",
    "Politique du direct", "Politique de traitement des plaintes", "Conditions de transport",
    "Conditions générales de vente", "Conditions de la place de marché pour les acheteurs",
    "Conditions de la place de marché pour les vendeurs", "Description des paramètres de classement",
    "Conditions des partenaires privilégiés", "Information des entreprises utilisatrices",
    "Politique de médiation avec les entreprises", "Politique de confidentialité des entreprises",
    "Politique éditoriale", "Politique de lutte contre la corruption", "Déclaration d’accessibilité",
    "Politique relative aux hyperliens", "Politique de lancement d’alerte", "Contrat d’affiliation",
    "Accord de niveau de service", "Politique de monétisation des contenus", "Politique des contenus publicitaires",
)  # fmt: skip
_TYPES = {en: Sentence(en, fr) for en, fr in zip(TERMS_TYPES, _TYPES_FR, strict=True)}

QUIET_ONE = Sentence("edit changes no word.", "modification ne change aucun mot.")
QUIET_MANY = Sentence("edits change no word.", "modifications ne changent aucun mot.")
FULL = Sentence("Full comparison", "Comparaison complète")
SOURCE = Sentence("The document at its publisher", "Le document chez son éditeur")
VERSION_BEFORE = Sentence("Version before", "Version précédente")
VERSION_AFTER = Sentence("Version after", "Version suivante")
LONG = Sentence(
    "The change is longer than a feed can carry; the rest is in the full comparison.",
    "Le changement dépasse ce qu’un flux peut contenir ; la suite se trouve dans la comparaison complète.",
)
SHORTENED = Sentence("[…] (shortened)", "[…] (abrégé)")
RETRACTED = Sentence("Retracted", "Rétracté")
CORRECTED = Sentence(
    "Corrected: this change is withdrawn; it was an artefact of our reading, not an edit by the service.",
    "Rectificatif : ce changement est retiré ; il venait de notre lecture et non d’une modification par le service.",
)
WITHHELD = Sentence(
    "The text of this change is withheld from publication.", "Le texte de ce changement n’est plus publié."
)


def terms_type(name: str) -> Sentence:
    """Return the name of a terms type in both languages; one that is not on the list reads as it is."""
    return _TYPES.get(name, Sentence(name, name))


def count(number: int, one: Sentence, many: Sentence, language: str) -> str:
    """Return `number` with its noun; French counts zero as one."""
    singular = abs(number) < 2 if language == "fr" else abs(number) == 1
    return f"{number} {(one if singular else many).said(language)}"
