"""The PDFs of real programs: whatever the paper and the program, the text is that of the page they were made from."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.chromium import chromium
from tosmonitor.model import Source
from tosmonitor.normalise import normalise

TERMS = """
<h1>Terms of Service</h1>
<p>Last updated: 3 March 2026</p>
<p>These terms are an agreement between you and Example Ltd ("Example", "we"). They apply to every service that
we offer,
and you accept them when you use one; if you do not accept them you may not use the service at all. Read the
<a href="https://example.org/privacy">privacy policy</a> and the <a
href="https://example.org/cookies?x=1">cookie policy
for people who live in the European Economic Area or in Switzerland</a> as well.</p>
<h2>1. Your account</h2>
<p>You must be at least 16 years old. An account belongs to one person, <strong>may not be shared with anybody
else</strong>, and is closed when it has not been used for two years in a row, after three warnings by <em>electronic
mail</em>.</p>
<h3>1.1 Passwords</h3>
<p>You keep your password secret:</p>
<ul><li>do not write it down where another person could read it, neither on paper nor in a file that is not
encrypted;</li><li>do not share it:<ul><li>with family;</li><li>with colleagues, even if they ask you to and say
that it
is urgent and that nobody else is available;</li></ul></li><li>change it when we ask.</li></ul>
<h3>1.2 Closing</h3>
<ol><li>Ask us to close the account.</li><li>We confirm within thirty days, unless the law of the land where you
live asks
us to keep it for longer than that.</li><li>All your data is deleted.</li></ol>
<h2>2. Prices</h2>
<p>The following prices hold from the date above:</p>
<table class="ruled"><tr><th>Plan</th><th>Price</th><th>Notes</th></tr><tr><td>Free</td><td>0 €</td><td>One user
only, with
advertisements that pay for the service</td></tr><tr><td>Team</td><td>10 €</td><td>Up to ten users, billed monthly in
advance; unused months are paid back at the end of the year</td></tr><tr><td>Firm</td><td>90 €</td><td>Any
number</td></tr></table>
<h2>3. Cookies</h2>
<table><tr><th>Name</th><th>Purpose</th><th>Duration</th></tr><tr><td>sid</td><td>Keeps you signed
in</td><td>Session</td>
</tr><tr><td>lang</td><td>Remembers your language</td><td>1 year</td></tr><tr><td>_ga</td><td>Counts visits, by Google
Analytics</td><td>2 years</td></tr></table>
<h2>4. Liability</h2>
<p>To the fullest extent permitted by law, we are not liable for indirect, incidental or consequential damages;
nothing in
these terms limits liability that cannot be limited. This includes (a) loss of profit, (b) loss of data, and (c)
loss of
goodwill, whether or not we had been told that it could happen.</p>
<p>Our total liability in any period of twelve months is limited to what you paid in that period.</p>
<h2>5. Law and courts</h2>
<p>French law applies. The courts of Paris decide. This does not take away the protection that the mandatory law
of your
country of residence gives you as a consumer.</p>
<p>You may also use the platform of the European Commission for online dispute resolution.</p>
<h2>6. Contact</h2><p>Write to <a href="mailto:legal@example.org">legal@example.org</a>.</p>
"""
FRENCH = """
<h1>Conditions générales d’utilisation du service en ligne de la société Exemple</h1>
<p>Version en vigueur au 12 janvier 2026</p>
<p>Les présentes conditions générales d’utilisation (ci-après les « <strong>CGU</strong> ») régissent l’accès au
service et
son utilisation par tout internaute, qu’il soit ou non inscrit. Peut-être faut-il rappeler que celui-ci est gratuit ;
l’éditeur se réserve toutefois le droit de le rendre payant après en avoir informé les utilisateurs,
c’est-à-dire au moins
trente jours à l’avance, par courrier électronique ou par un avis affiché sur le site.</p>
<h2>Article 1 – Définitions</h2>
<ul><li>« <strong>Compte</strong> » : l’espace personnel de l’Utilisateur, accessible au moyen de ses identifiants
;</li><li>« <strong>Utilisateur</strong> » : toute personne physique âgée d’au moins quinze ans qui accède au
Service, à
titre gratuit ou onéreux.</li></ul>
<h2>Article 2 – Données personnelles</h2>
<table class="ruled"><tr><th>Finalité</th><th>Base légale</th><th>Durée</th></tr><tr><td>Envoi de la lettre
d’information</td><td>Consentement (article 6, paragraphe 1, point a) du RGPD)</td><td>Trois ans</td></tr><tr><td
rowspan="2">Mesure d’audience</td><td>Consentement</td><td>13 mois</td></tr><tr><td>Intérêt légitime</td><td>6
mois</td></tr></table>
<h2>Article 3 – Responsabilité</h2>
<p class="indented">L’éditeur met en œuvre tous les moyens raisonnables à sa disposition pour assurer un accès
de qualité au
service. Il n’est tenu à aucune obligation d’y parvenir.</p>
<p class="indented">L’Utilisateur est seul responsable de l’usage qu’il fait du service, et garantit l’éditeur
contre tout
recours d’un tiers fondé sur cet usage ; il supporte notamment les frais de justice.</p>
"""
COLUMNS = """
<h1>Licence Agreement</h1><div style="column-count:2;column-gap:8mm">
<h2>1. Grant</h2><p>Subject to the terms of this agreement the licensor grants to the licensee a non-exclusive
and revocable
licence to use the software on as many computers as the licensee owns, for as long as the licensee pays the fee
that is due
at the start of each year.</p><p>The licensee may make one copy for the sake of safety. All other copies are
forbidden, and
the licensee shall see to it that nobody makes them, neither its staff nor any other person who has access to
its rooms.</p>
<h2>2. Fee</h2><p>The fee is paid in advance. Where it has not been paid within thirty days after an invoice was
sent, the
licensor may suspend the licence until it is, and may ask for interest at the rate that the law provides for
traders.</p>
<ul><li>Invoices are sent by electronic mail to the address that the licensee has given.</li><li>Taxes are added
where the
law asks for it.</li></ul></div>
"""
ARABIC = """<div dir="rtl"><h1>شروط الخدمة</h1><p>تنطبق هذه الشروط على استخدامك للخدمة التي تقدمها شركة Example
Ltd في جميع
الدول، وباستخدامك لها فإنك توافق عليها بالكامل منذ 12 يناير 2026 وحتى إشعار آخر من
الشركة.</p><h2>الحساب</h2><ul><li>احتفظ بكلمة
المرور سرا.</li><li>لا تشارك حسابك مع أي شخص آخر مهما كانت الظروف.</li></ul></div>"""
TEXTS = {"terms": TERMS, "French": FRENCH, "columns": COLUMNS, "Arabic": ARABIC}

SERIF = "body{font:11pt/1.4 serif} .ruled td,.ruled th{border:1px solid #444}"
SANS = "body{font:9.5pt/1.3 sans-serif;text-align:justify} h1{text-align:center} .ruled *{border:1px solid #444}"
STYLE = (
    "table{border-collapse:collapse} td,th{padding:3px 12px;text-align:left;vertical-align:top}"
    " .indented{text-indent:1.5em;margin:0}"
)
#: Paper, style, whether the file is tagged with its structure, whether its pages have heads and feet.
PRINTS = [
    ("A4", SERIF, False, False),
    ("Letter", SANS, True, False),
    ("A5", SERIF, False, True),
    ("A4", SANS, True, True),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start the machine's Chromium."""
    with chromium() as running:
        yield running


def printed(browser: Browser, text: str, paper: str, style: str, *, tagged: bool, heads: bool) -> bytes:
    """Return the page as Chromium prints it."""
    page = browser.new_page()
    page.set_content(f"<!doctype html><meta charset=utf-8><style>{style}{STYLE}</style><body>{text}</body>")
    note = '<p style="font-size:8px;width:100%;text-align:center">'
    body = page.pdf(
        format=paper, tagged=tagged, display_header_footer=heads, header_template="<p></p>",
        footer_template=f"{note}Page <span class=pageNumber></span> of <span class=totalPages></span></p>",
        margin={"top": "20mm", "bottom": "20mm", "left": "20mm", "right": "20mm"},
    )  # fmt: skip
    page.close()
    return body


def read(body: bytes, media_type: str = "application/pdf") -> str:
    """Return the text of a PDF or of a page."""
    source = Source("https://example.org/terms", select=("body",) if media_type == "text/html" else ())
    return normalise(body, url=source.url, media_type=media_type, source=source).text


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize(("paper", "style", "tagged", "heads"), PRINTS)
def test_a_printed_page_reads_as_the_page(
    browser: Browser, name: str, paper: str, style: str, *, tagged: bool, heads: bool
) -> None:
    """Headings with their levels, paragraphs, nested lists, tables, bold words and links come back as they were."""
    page = f"<!doctype html><meta charset=utf-8><body>{TEXTS[name]}</body>"
    body = printed(browser, TEXTS[name], paper, style, tagged=tagged, heads=heads)
    assert read(page.encode(), "text/html") == read(body)


def test_another_program_that_writes_the_file_again_changes_nothing(browser: Browser, tmp_path: Path) -> None:
    """Ghostscript writes other fonts, other streams and another order: the text stays."""
    program = shutil.which("gs")
    if program is None:
        pytest.skip("no Ghostscript on this machine")
    body = printed(browser, TERMS, "A4", SERIF, tagged=False, heads=False)
    (tmp_path / "in.pdf").write_bytes(body)
    subprocess.run(
        [program, "-q", "-dNOPAUSE", "-dBATCH", "-sDEVICE=pdfwrite", "-o", tmp_path / "out.pdf", tmp_path / "in.pdf"],
        check=True,
    )
    assert read(body) == read((tmp_path / "out.pdf").read_bytes())
