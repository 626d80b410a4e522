"""A small history for the site's tests and screenshots: four invented services over two years, told by hand.

Everything goes through `diff.compare` and `archive.record`, as the program would do it; only the pages are ours.
"""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from tosmonitor import archive, diff
from tosmonitor.model import (
    Document,
    Failure,
    FailureKind,
    Fingerprint,
    Normalised,
    Observation,
    Obstacle,
    ObstacleKind,
    Outcome,
    Reading,
    Response,
    Sentence,
    Service,
    Source,
    Verdict,
)

PRIVACY = Document(
    "lumen", "Privacy Policy", (Source("https://lumen.example/privacy"),), language="en", jurisdiction="EU"
)
TERMS = Document("lumen", "Terms of Service", (Source("https://lumen.example/terms"),), language="en")
CHARTE = Document(
    "papyrus", "Community Guidelines", (Source("https://papyrus.example/charte"),), language="fr", jurisdiction="FR"
)
CONDITIONS = Document(
    "papyrus", "Terms of Service", (Source("https://papyrus.example/conditions"),), language="fr", jurisdiction="FR"
)
MARKET = Document("halle", "Marketplace Sellers Conditions", (Source("https://halle.example/sellers"),), language="en")
HOSTILE = Document("odd", "Terms of Service", (Source("https://odd.example/terms"),), language="en")
UNREAD = Document("odd", "Privacy Policy", (Source("https://odd.example/privacy"),))

SERVICES = (
    Service("lumen", "Lumen", (PRIVACY, TERMS), ("social", "dsa-vlop"), "https://lumen.example/"),
    Service("papyrus", "Papyrus", (CHARTE, CONDITIONS), ("publishing",), "https://papyrus.example/"),
    Service("halle", "Halle", (MARKET,), ("marketplace", "dsa-vlop")),
    Service("odd", "Odd <script>alert(1)</script> & Sons", (HOSTILE, UNREAD)),
)

PRIVACY_1 = """# Privacy Policy

Last updated: 1 March 2024

This policy explains what Lumen does with your personal data. It applies to all of our apps and websites.

## 1. What we collect

We collect the following data when you use Lumen:

- your name and your e-mail address
- the pages that you open and the time you spend on them
- your approximate location, if you allow it

We do not collect the contents of your private messages.

## 2. How we use your data

We use your data to run the service, to keep it safe and to improve it. We will not use your content to train \
machine learning models without your consent.

We may share aggregated figures with partners. These figures never identify you.

## 3. How long we keep your data

We keep your data for 30 days after you close your account. Backups are deleted within 90 days.

## 4. Your rights

You may ask us for a copy of your data, correct it or have it deleted. Write to \
[privacy@lumen.example](mailto:privacy@lumen.example). We answer within 30 days.

You may also complain to your data protection authority.

## 5. Disputes

If you are not satisfied with our answer, you may bring the matter before the courts of your country.

## 6. Cookies

We use cookies to keep you signed in. See our [cookie page](https://lumen.example/cookies) for details.

| Cookie | Purpose | Life |
| --- | --- | --- |
| session | keeps you signed in | 1 day |
| theme | remembers your colours | 1 year |
"""

PRIVACY_2 = PRIVACY_1.replace("https://lumen.example/cookies", "https://lumen.example/legal/cookies")

PRIVACY_3 = (
    PRIVACY_2.replace("1 March 2024", "12 November 2024")
    .replace("for 30 days after you close", "for 180 days after you close")
    .replace("We answer within 30 days.", "We answer within 45 days.")
    .replace(
        "- your approximate location, if you allow it\n",
        "- your approximate location, if you allow it\n- your voice, when you use dictation\n",
    )
    .replace("theme | remembers your colours | 1 year", "theme | remembers your colours | 2 years")
)

PRIVACY_4 = PRIVACY_3.replace(
    "We will not use your content to train machine learning models without your consent.",
    "We may use your content to train machine learning models, unless you object in your settings.",
).replace(
    "If you are not satisfied with our answer, you may bring the matter before the courts of your country.",
    "Any dispute shall be settled by binding arbitration under the rules of the Halden Arbitration "
    "Institute. You waive "
    "your right to take part in a class action. You may opt out of arbitration within 30 days of accepting these terms "
    "by sending a letter to our "
    "office.",
)

_COOKIES = PRIVACY_4[PRIVACY_4.index("## 6. Cookies") :]
PRIVACY_5 = (
    PRIVACY_4.replace(_COOKIES, "")
    .replace("## 4. Your rights", _COOKIES.replace("## 6. Cookies", "## 4. Cookies") + "\n## 5. Your rights")
    .replace("## 5. Disputes", "## 6. Disputes")
    .replace("You may also complain to your data protection authority.\n\n", "")
    .replace("12 November 2024", "3 June 2025")
    .rstrip("\n")
    + "\n\n## 7. Children\n\nLumen is not meant for children under 16. We close accounts of younger children as \
soon as "
    "we learn of them.\n\nParents must write to us to have such an account removed.\n"
)

TERMS_1 = """# Terms of Service

Effective date: 1 January 2024

## Using Lumen

You must be at least 13 years old to use Lumen. You are responsible for what you post.

## Fees

Lumen is free. Lumen Plus costs €4.99 per month and renews automatically.

## Ending

You may close your account at any time. We may suspend accounts that break these terms, after giving you notice \
of 15 days.
"""
TERMS_2 = (
    TERMS_1.replace("at least 13", "at least 16")
    .replace("€4.99", "€6.99")
    .replace(
        "1 January 2024",
        "1 \
October 2024",
    )
)
TERMS_3 = TERMS_2.replace(", after giving you notice of 15 days", " without notice")

CHARTE_1 = """# Charte de la communauté

Dernière mise à jour : 4 février 2024

## Ce que vous pouvez publier

Vous pouvez publier des textes, des images et des sons dont vous êtes l’auteur. Vous gardez vos droits.

## Ce qui est interdit

Le harcèlement, la haine et les menaces sont interdits. Nous retirons ces contenus dans un délai de 48 heures.

## Recours

Vous pouvez contester une décision dans un délai de six mois. Une personne examine votre recours.
"""
CHARTE_2 = CHARTE_1.replace("dans un délai de 48 heures", "dans un délai de 24 heures").replace(
    "Une personne examine votre recours.", "Votre recours est examiné par un système automatique."
)
CHARTE_3 = CHARTE_2.replace("six mois", "trois mois").replace("4 février 2024", "15 mai 2025")

CONDITIONS_1 = """# Conditions d’utilisation

## Objet

Ces conditions régissent l’usage de Papyrus.

## Données

Nous n’utilisons pas vos contenus pour entraîner des modèles d’apprentissage automatique.

## Litiges

Le droit français s’applique. Les tribunaux de Lyon sont compétents.
"""
CONDITIONS_2 = CONDITIONS_1.replace("de Lyon", "de Paris")

MARKET_1 = """# Conditions for sellers

## Commission

Halle takes a commission of 8 % of the price, taxes included.

## Payments

We pay you every week, on Friday, to the account that you name.

## Ranking

Offers are ranked by price, delivery time and the ratings of buyers. We do not sell places in the ranking.
"""
MARKET_2 = MARKET_1.replace("8 %", "11 %").replace(
    "We do not sell places in the ranking.",
    "Sellers may pay for a better place in the ranking; paid places are marked.",
)
MARKET_3 = """# Conditions for sellers

## Commission

From 1 September 2026, Halle takes a commission of 12.5 % of the price, taxes included, and a fixed fee of \
€0.30 for each order.

## Payments

Amounts are credited to your wallet after delivery has been confirmed; transfers to a bank are made on request, \
at most once a month, when the balance exceeds €50.

## Ranking

Offers are ranked by price, delivery time and the ratings of buyers. Sellers may pay for a better place in the \
ranking; paid places are marked.

## Mediation

Disputes may be brought to a mediator. Halle names two mediators and bears half of the cost.
"""

HOSTILE_1 = """# Terms <b>of</b> Odd

Hello <script>alert(1)</script> and <img src=x onerror=alert(2)> and [click](javascript:alert(3)).

![logo](https://odd.example/pixel.png)

<style>body{display:none}</style> <svg onload=alert(4)> <math><mi xlink:href="data:x,<script>alert(5)</script>">

User\u202egnp.exe\u202c and & < > " ' quotes.
"""
HOSTILE_2 = HOSTILE_1.replace("Hello", "Welcome").replace("alert(3)", "alert(33)")

_NIGHT = timedelta(hours=12)


def build(path: Path) -> Path:
    """Record the whole history into an archive at `path`, and return it."""
    with archive.open_archive(path, write=True) as kept:
        archive.declare(kept, SERVICES)
        teller = Teller(kept)
        teller.tell(PRIVACY, "2024-03-02 06:10:04", PRIVACY_1)
        teller.quiet(PRIVACY, "2024-04-02 06:10:04")
        teller.tell(PRIVACY, "2024-05-20 06:11:31", PRIVACY_2, announced=False)
        teller.tell(PRIVACY, "2024-11-12 18:02:47", PRIVACY_3)
        teller.blocked(PRIVACY, "2025-01-10 06:00:00", days=6)
        teller.tell(PRIVACY, "2025-02-18 06:14:09", PRIVACY_4)
        teller.tell(PRIVACY, "2025-06-03 06:09:55", PRIVACY_5)
        teller.quiet(PRIVACY, "2026-04-28 06:10:02")
        teller.tell(TERMS, "2024-03-02 06:10:09", TERMS_1)
        teller.tell(TERMS, "2024-09-03 06:12:00", TERMS_2)
        teller.tell(TERMS, "2025-02-18 06:14:22", TERMS_3)
        teller.failed(TERMS, "2026-04-20 06:10:30", days=8)
        teller.tell(CHARTE, "2024-03-05 07:00:00", CHARTE_1)
        teller.tell(CHARTE, "2024-07-19 07:00:12", CHARTE_2)
        teller.tell(CHARTE, "2025-05-15 07:01:00", CHARTE_3)
        teller.quiet(CHARTE, "2026-04-28 07:00:00")
        teller.tell(CONDITIONS, "2024-03-05 07:00:30", CONDITIONS_1)
        teller.tell(CONDITIONS, "2024-06-01 07:00:30", CONDITIONS_2)
        teller.tell(CONDITIONS, "2024-06-03 07:00:30", CONDITIONS_1, returns="2024-03-05 07:00:30")
        teller.tell(MARKET, "2025-01-15 05:30:00", MARKET_1)
        teller.tell(MARKET, "2025-08-01 05:30:00", MARKET_2)
        teller.tell(MARKET, "2026-04-27 05:31:40", MARKET_3)
        teller.quiet(MARKET, "2026-04-28 05:30:00")
        teller.tell(HOSTILE, "2026-02-01 01:00:00", HOSTILE_1)
        teller.tell(HOSTILE, "2026-04-26 01:00:00", HOSTILE_2)
    return path


def at(text: str) -> datetime:
    """Return the time written "2024-03-02 06:10:04", in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class Teller:
    """Writes observations into an archive, one after the other."""

    def __init__(self, kept: archive.Archive) -> None:
        self.kept = kept
        self.texts: dict[str, str] = {}

    def tell(
        self, document: Document, when: str, text: str, *, announced: bool = True, returns: str | None = None
    ) -> None:
        """Record a new text."""
        before = self.texts.get(document.id)
        difference = None if before is None else diff.compare(before, text, language=document.language)
        outcome = Outcome.FIRST if before is None else Outcome.CHANGE
        reason = Sentence("The text is new.", "Le texte est nouveau.")
        verdict = Verdict(
            outcome,
            reason,
            text=text,
            version_at=at(when),
            announced=announced and before is not None,
            returns_to=at(returns) if returns else None,
        )
        archive.record(self.kept, seen(document, at(when), text), verdict, difference)
        self.texts[document.id] = text

    def quiet(self, document: Document, when: str) -> None:
        """Record a check that found nothing new."""
        text = self.texts[document.id]
        verdict = Verdict(Outcome.UNCHANGED, Sentence("As before.", "Comme avant."), text=text)
        archive.record(self.kept, seen(document, at(when), text), verdict, None)

    def blocked(self, document: Document, when: str, *, days: int) -> None:
        """Record checks that met a wall, and then one that did not."""
        reason = Sentence(
            "A wall against robots (Cloudflare) was shown in place of the page.",
            "Un mur contre les robots (Cloudflare) a été présenté à la place de la page.",
        )
        obstacle = Obstacle(ObstacleKind.CHALLENGE, reason, "Cloudflare")
        for day in range(days):
            moment = at(when) + timedelta(days=day)
            body = b"<html><title>Just a moment...</title></html>"
            reading = Reading(document.sources[0], moment, _response(document, body, 403), None, obstacle)
            verdict = Verdict(Outcome.BLOCKED, reason, kind=ObstacleKind.CHALLENGE.value)
            archive.record(self.kept, Observation(document, moment, (reading,), 1), verdict, None)
        self.quiet(document, f"{at(when) + timedelta(days=days):%Y-%m-%d %H:%M:%S}")

    def failed(self, document: Document, when: str, *, days: int) -> None:
        """Record checks that failed, up to now."""
        reason = Sentence(
            "The server did not answer within 20 seconds.",
            "Le serveur n’a pas répondu en 20 \
secondes.",
        )
        for day in range(days):
            moment = at(when) + timedelta(days=day)
            reading = Reading(document.sources[0], moment, failure=Failure(FailureKind.TIMEOUT, reason))
            verdict = Verdict(Outcome.FAILED, reason, kind=FailureKind.TIMEOUT.value)
            archive.record(self.kept, Observation(document, moment, (reading,), 1), verdict, None)


def seen(document: Document, moment: datetime, text: str) -> Observation:
    """Return a check that read `text`."""
    body = f"<html><body><main>{sha256(text.encode()).hexdigest()}</main></body></html>".encode()
    normalised = Normalised(text, document.language, Fingerprint("1"))
    return Observation(
        document, moment, (Reading(document.sources[0], moment, _response(document, body, 200), normalised),), 1
    )


def _response(document: Document, body: bytes, status: int) -> Response:
    url = document.sources[0].url
    return Response(url, url, status, "text/html", "utf-8", (("content-type", "text/html; charset=utf-8"),), body)
