"""Pages that are not the document, and genuine ones that look a little like them; all written for these tests."""

from contextlib import suppress

import pytest

from tosmonitor.assess import assess
from tosmonitor.assess.page import shows
from tosmonitor.errors import ReadError
from tosmonitor.model import Document, LastSeen, Normalised, Obstacle, ObstacleKind, Response, Source
from tosmonitor.normalise import normalise

URL = "https://www.acme.example/legal/terms"
DOCUMENT = Document("acme", "Terms of Service", (Source(URL),))

CLAUSES = (
    "These terms are an agreement between you and Acme about the use of the service and all that is part of it.",
    "You must be at least sixteen years old to open an account, and you are responsible for what is done with it.",
    "We process personal data as our privacy policy says, and only as far as the law or your consent allows it.",
    "We may end your account when you violate these terms in a serious way, after a notice of fourteen days.",
    "We are liable for damage done on purpose; the liability for slight negligence ends where the law allows.",
    "Disputes are decided by the courts of Lyon; the law of France applies, and your rights as a consumer stay.",
)
LEGAL = "".join(f"<h2>{n}. Clause</h2><p>{clause}</p>" for n, clause in enumerate(CLAUSES * 3, 1))
TERMS = f"<h1>Terms of Service</h1>{LEGAL}"


def page(body: str, title: str = "Acme", head: str = "") -> bytes:
    """Make a page as sites do, with a menu above and a footer below."""
    return (
        f"<!doctype html><html><head><meta charset=utf-8><title>{title}</title>{head}</head><body>"
        f"<nav><a href=/>Home</a><a href=/login>Log in</a><a href=/help>Help</a></nav>{body}"
        "<footer><a href=/legal/terms>Terms</a><a href=/legal/privacy>Privacy</a> © Acme</footer></body></html>"
    ).encode()


def seen(
    body: bytes,
    *,
    status: int = 200,
    url: str = URL,
    final_url: str | None = None,
    headers: tuple[tuple[str, str], ...] = (),
    document: Document = DOCUMENT,
    last: LastSeen | None = None,
    known_text: str | None = None,
) -> Obstacle | None:
    """Read `body` as the program does and assess it."""
    read: Normalised | None = None
    with suppress(ReadError):
        read = normalise(body, url=url, media_type="text/html")
    response = Response(url, final_url or url, status, "text/html", "utf-8", headers, body)
    return assess(response, read, document=document, last=last, known_text=known_text)


NOT_FOUND = (
    ("Page not found", "The page you are looking for does not exist."),
    ("Page introuvable", "La page que vous recherchez n’existe plus ou a été déplacée."),
    ("Seite nicht gefunden", "Die gesuchte Seite gibt es nicht mehr."),
    ("Página no encontrada", "La página que buscas ya no existe."),
    ("Pagina non trovata", "La pagina richiesta non esiste più."),
    ("Pagina niet gevonden", "De pagina die u zoekt bestaat niet."),
    ("Nie znaleziono strony", "Strona, której szukasz, nie istnieje."),
    ("Página não encontrada", "A página que procura não existe."),
    ("Sidan hittades inte", "Sidan du letar efter finns inte längre."),
    ("Sivua ei löydy", "Etsimääsi sivua ei ole olemassa."),
    ("Stránka nenalezena", "Požadovaná stránka neexistuje."),
    ("Страница не найдена", "Запрашиваемая страница не существует."),
    ("Sayfa bulunamadı", "Aradığınız sayfa mevcut değil."),
    ("ページが見つかりません", "お探しのページは削除されたか、移動した可能性があります。"),
    ("页面不存在", "抱歉，您访问的页面不存在。"),
    ("페이지를 찾을 수 없습니다", "요청하신 페이지가 존재하지 않습니다."),
    ("404", "Oops! Nothing was found at this location. Try a search?"),
)


@pytest.mark.parametrize(("heading", "message"), NOT_FOUND)
def test_not_found_served_with_success(heading: str, message: str) -> None:
    """Sites say in their own language, with status 200, that a page is gone."""
    found = seen(page(f"<h1>{heading}</h1><p>{message}</p><a href=/>↩</a>", title=f"{heading} | Acme"))

    assert found is not None
    assert found.kind is ObstacleKind.NOT_FOUND


ERRORS = (
    ("Something went wrong", "Please try again later."),
    ("We’ll be back soon", "The site is down for maintenance."),
    ("Une erreur est survenue", "Veuillez réessayer dans quelques instants."),
    ("Wartungsarbeiten", "Wir sind bald wieder für Sie da."),
    ("Ha ocurrido un error", "Vuelve a intentarlo más tarde."),
    ("Si è verificato un errore", "Riprova più tardi."),
    ("Er is iets misgegaan", "Probeer het later opnieuw."),
    ("メンテナンス中", "しばらくしてから再度アクセスしてください。"),
    ("503 Service Unavailable", "No server is available to handle this request."),
    ("Error establishing a database connection", ""),
)


@pytest.mark.parametrize(("heading", "message"), ERRORS)
def test_errors_and_maintenance(heading: str, message: str) -> None:
    """An error page is told whatever language it speaks."""
    found = seen(page(f"<h1>{heading}</h1><p>{message}</p>"))

    assert found is not None
    assert found.kind is ObstacleKind.ERROR


def test_an_error_amid_dialogues_and_menus() -> None:
    """Hundreds of words of cookie dialogue around an error message are no document."""
    dialogue = (
        "<div><h2>Cookies on this site</h2><p>We use cookies to provide our services and to measure their use; other"
        " companies use cookies on our site to show you advertisements that match your interests.</p>"
        "<p>Essential cookies: these cookies are required for the site to work and cannot be switched off here.</p>"
        "<button>Decline optional cookies</button><button>Allow all cookies</button></div>"
    )
    found = seen(page(f"<div><h2>This page isn’t available</h2><p>Try reloading the page.</p></div>{dialogue * 3}"))

    assert found is not None


WALLS = (
    (
        "Cloudflare",
        403,
        "<p>Verify you are human by completing the action below.</p><script>window._cf_chl_opt={}</script>",
    ),
    ("Cloudflare", 503, "<h1>Checking your browser before accessing acme.example.</h1>"),
    (
        "Akamai",
        403,
        "<h1>Access Denied</h1>You don't have permission to access this page.<p>Reference #18.2f0 errors.edgesuite.net",
    ),
    ("Imperva", 200, "<iframe src='/_Incapsula_Resource?SWUDNSAI=31'></iframe>"),
    (
        "DataDome",
        403,
        "<p>Please enable JS</p><script>var dd={'rt':'c','host':'geo.captcha-delivery.com'}</script>",
    ),
    ("HUMAN", 403, "<h1>Access to this page has been denied</h1><div id=px-captcha></div>"),
    (
        "AWS WAF",
        202,
        "<div id=challenge-container></div><script>window.awsWafCookieDomainList=[];window.gokuProps={}</script>",
    ),
    ("Sucuri", 403, "<h1>Access Denied - Sucuri Website Firewall</h1>"),
    ("F5", 200, "The requested URL was rejected. Please consult with your administrator. Your support ID is: 1234"),
    ("Anubis", 200, "<h1>Making sure you're not a bot!</h1>"),
    ("hCaptcha", 200, "<h1>Are you human?</h1><script src='https://js.hcaptcha.com/1/api.js'></script>"),
)


@pytest.mark.parametrize(("vendor", "status", "body"), WALLS)
def test_bot_walls_are_named_by_vendor(vendor: str, status: int, body: str) -> None:
    """Who keeps us out is told by name, in both languages."""
    found = seen(page(body), status=status)

    assert found is not None
    assert found.kind is ObstacleKind.CHALLENGE
    assert found.vendor == vendor
    assert vendor in found.reason.en
    assert vendor in found.reason.fr


def test_a_header_that_is_only_sent_with_a_challenge() -> None:
    """The vendor's own header outweighs whatever the body holds."""
    found = seen(page(TERMS), headers=(("CF-Mitigated", "challenge"),))

    assert found is not None
    assert found.vendor == "Cloudflare"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, ObstacleKind.LOGIN),
        (404, ObstacleKind.NOT_FOUND),
        (410, ObstacleKind.NOT_FOUND),
        (451, ObstacleKind.REGION),
        (500, ObstacleKind.ERROR),
    ],
)
def test_an_error_status_is_an_obstacle(status: int, kind: ObstacleKind) -> None:
    """A page that comes with an error status is not the document."""
    found = seen(page("<p>Sorry.</p>"), status=status)

    assert found is not None
    assert found.kind is kind


OTHERS = (
    (
        ObstacleKind.SHELL,
        page("<div id=root></div><noscript>You need to enable JavaScript to run this app.</noscript>"),
    ),
    (ObstacleKind.SHELL, page("<div class=spinner>Loading…</div>")),
    (ObstacleKind.SHELL, page("")),
    (ObstacleKind.MOVED, page("<p>You should be redirected quickly, if not click <a href=/en/terms>here</a>.</p>")),
    (ObstacleKind.MOVED, page("<p>One moment</p>", head="<meta http-equiv=refresh content='0; url=/en/legal/terms'>")),
    (
        ObstacleKind.LOGIN,
        page("<h1>Log in</h1><form><input type=email><input type=password><button>Log in</button></form>"),
    ),
    (ObstacleKind.LOGIN, page("<h1>Anmelden</h1><form><input type=password></form><a>Passwort vergessen?</a>")),
    (
        ObstacleKind.CONSENT,
        page("<h1>Before you continue to Acme</h1><button>Accept all</button><button>Reject all</button>"),
    ),
    (
        ObstacleKind.CONSENT,
        page("<h1>Bevor Sie fortfahren</h1><button>Alle akzeptieren</button><button>Alle ablehnen</button>"),
    ),
    (ObstacleKind.REGION, page("<h1>Acme is not available in your country</h1><p>We hope to come soon.</p>")),
)


@pytest.mark.parametrize(("kind", "body"), OTHERS)
def test_other_pages_in_place_of_the_document(kind: ObstacleKind, body: bytes) -> None:
    """Shells, redirects, sign-in pages, consent walls and closed regions are told apart."""
    found = seen(body)

    assert found is not None
    assert found.kind is kind


HOME = (
    "<h1>Meet people near you</h1><p>Millions of singles have found love with Acme, and you could be next.</p>"
    "<p>Download the app today and start chatting with people who share your interests, wherever you are.</p>"
)


def test_the_front_page_in_place_of_the_document() -> None:
    """A redirect to the front page says that the document has gone, politely."""
    found = seen(page(HOME), final_url="https://www.acme.example/fr/")

    assert found is not None
    assert found.kind is ObstacleKind.MOVED


IMPRINT = page(
    "<h1>Impressum</h1><p>Acme GmbH</p><p>Hauptstraße 1, 10115 Berlin</p><p>Telefon: +49 30 123456</p>"
    "<p>E-Mail: kontakt@acme.example</p><p>Geschäftsführerin: Erika Mustermann</p><p>Amtsgericht Berlin, HRB 12345</p>"
    "<p>USt-IdNr.: DE123456789</p>"
)
GENUINE = {
    "terms": page(TERMS),
    "a short imprint": IMPRINT,
    "an imprint with a sign-in form in its header": page(
        "<div><form><input type=password><button>Log in</button></form></div><h1>Imprint</h1><p>Acme Ltd</p>"
        "<p>1 High Street, London EC1A 1AA</p><p>Registered in England, number 1234567</p><p>Director: Jane Doe</p>"
        "<p>hello@acme.example</p>"
    ),
    "terms with a hidden error of a newsletter form": page(
        f"{TERMS}<form><p>Something went wrong, please try again later.</p><input type=email></form>"
    ),
    "terms behind a cookie dialogue": page(
        f"<div role=dialog><h2>We value your privacy</h2><button>Accept all</button></div>{TERMS}"
    ),
    "terms with a captcha on their contact form": page(
        f"{TERMS}<script src='https://www.google.com/recaptcha/api.js'></script><p>I’m not a robot</p>"
    ),
    "terms on a site that a vendor protects": page(
        f"{TERMS}<script src='/cdn-cgi/challenge-platform/h/g/jsd.js'></script><script src='/_Incapsula_'></script>"
    ),
    "terms with a notice for those without scripts": page(f"<noscript>Please enable JavaScript.</noscript>{TERMS}"),
    "terms that speak of errors": page(f"{TERMS}<h2>Service unavailable</h2><p>We owe nothing by law.</p>"),
    "a cookie policy with a table of cookies": page(
        "<h1>Cookie policy</h1><p>We use cookies on our site to make it work, and third parties set some too.</p>"
        "<p>You may withdraw your consent to optional cookies at any time in the settings of this site.</p>"
        "<table><tr><td>session</td><td>login</td></tr><tr><td>redirect</td><td>error</td></tr></table>"
    ),
}


@pytest.mark.parametrize("name", sorted(GENUINE))
def test_genuine_pages_pass(name: str) -> None:
    """To call a genuine page blocked is the worse mistake."""
    assert seen(GENUINE[name]) is None


def test_a_list_of_processors_whose_address_names_the_front_page() -> None:
    """Some sites call every page by the address of their front page; a page that names itself is believed."""
    body = page(
        "<h1>Subprocessors</h1><ul><li>Alpha Inc., hosting</li><li>Beta GmbH, mail</li><li>Gamma SA, support</li></ul>",
        head="<link rel=canonical href=https://trust.acme.example>",
    )

    assert seen(body, url="https://trust.acme.example/subprocessors") is None


def test_another_language_than_declared() -> None:
    """A page that suddenly speaks German is not a change of the English document."""
    german = page(
        "<h1>Nutzungsbedingungen</h1>"
        + "".join(
            f"<p>{clause}</p>"
            for clause in (
                "Diese Bedingungen sind ein Vertrag zwischen Ihnen und Acme über die Nutzung des Dienstes.",
                "Sie müssen mindestens sechzehn Jahre alt sein, um ein Konto zu eröffnen, und haften dafür.",
                "Wir verarbeiten personenbezogene Daten nur, soweit das Gesetz oder Ihre Einwilligung es uns erlauben.",
                "Streitigkeiten entscheiden die Gerichte in Lyon; es gilt das Recht Frankreichs, sonst nichts.",
            )
            * 3
        )
    )
    english = Document("acme", "Terms of Service", (Source(URL),), language="en-GB")
    found = seen(german, document=english)

    assert found is not None
    assert found.kind is ObstacleKind.LANGUAGE
    assert "German" in found.reason.en
    assert "allemand" in found.reason.fr
    assert seen(german) is None


def test_a_page_that_was_cut_off() -> None:
    """A text that stops inside a paragraph of the known one arrived incomplete."""
    whole = page(TERMS)
    known = normalise(whole, url=URL, media_type="text/html").text
    cut = whole[: whole.index(b"Disputes are decided by the courts of Ly") + 30]
    found = seen(cut, known_text=known, last=LastSeen("0" * 64, words=400))

    assert found is not None
    assert found.kind is ObstacleKind.TRUNCATED


def test_another_document_at_the_same_address() -> None:
    """Where the terms stood there is now a text without any legal word in it."""
    known = normalise(page(TERMS), url=URL, media_type="text/html").text
    found = seen(page(HOME * 4), known_text=known)

    assert found is not None
    assert found.kind is ObstacleKind.MOVED


def test_a_rewritten_document_is_no_obstacle() -> None:
    """Terms that were rewritten from the first word to the last are a change, not another page."""
    known = normalise(page(TERMS), url=URL, media_type="text/html").text
    other = "".join(
        f"<p>{clause}</p>"
        for clause in (
            "Welcome to the new conditions of Acme, which govern the contract with each user of the app.",
            "Users who infringe the rights of third parties lose their licence to publish content on our platform.",
        )
        * 8
    )

    assert seen(page(f"<h1>Terms and Conditions</h1>{other}"), known_text=known) is None


def test_every_reason_is_said_in_both_languages() -> None:
    """Each obstacle is one sentence in English and one in French."""
    for _, body in OTHERS:
        found = seen(body)
        assert found is not None
        for said in (found.reason.en, found.reason.fr):
            assert said.endswith(".")
            assert said[0].isupper()


def test_a_list_of_names_is_in_no_other_language() -> None:
    """Detectors take a table of companies for the rarest languages; a known language needs its small words."""
    rows = "".join(f"<tr><td>Boldr{n} Iterable Nutun</td><td>User support Canada</td></tr>" for n in range(40))
    body = page(f"<h1>Subprocessors</h1><table>{rows}</table>")
    read = normalise(body, url=URL, media_type="text/html")
    odd = Normalised(read.text, "pcm", None)
    response = Response(URL, URL, 200, "text/html", "utf-8", (), body)
    last = LastSeen("0" * 64, language="en", words=400)

    assert assess(response, odd, document=DOCUMENT, last=last) is None


def test_a_list_in_another_language_is_told_by_what_the_page_says_it_is_in() -> None:
    """A list of names holds hardly a small word; that the page calls itself German decides with the detector."""
    rows = "".join(
        f"<tr><td>Alpha{n} GmbH</td><td>Kundendatenspeicherung, Kundenbetreuung</td><td>Vereinigte Staaten</td></tr>"
        for n in range(20)
    )
    listed = page(f"<h1>Unterauftragsverarbeiter</h1><table>{rows}</table>").replace(b"<html>", b'<html lang="de-DE">')
    last = LastSeen("0" * 64, language="en", words=250)
    found = seen(listed, last=last)

    assert found is not None
    assert found.kind is ObstacleKind.LANGUAGE
    assert seen(listed.replace(b"de-DE", b"en"), last=last) is None


def test_a_text_that_only_the_data_of_a_script_holds_does_not_show() -> None:
    """What the page would show after its scripts ran is no witness that it shows it now."""
    text = normalise(page(TERMS), url=URL, media_type="text/html").text
    data = f"<h1>Application error</h1><script>self.data = {TERMS!r}</script>"

    assert shows(page(TERMS), text)
    assert not shows(page(data), text)


def test_terms_in_a_dialogue_or_for_visitors_without_scripts_are_read() -> None:
    """What overlays hold is left aside where it asks for consent, not where it is the document."""
    overlay = page(f"<div role=dialog aria-modal=true><h4>Terms of Membership</h4>{LEGAL}</div>")
    without_scripts = f"<!doctype html><title>Acme</title><div id=root></div><noscript>{TERMS}</noscript>".encode()

    assert seen(overlay) is None
    assert seen(without_scripts) is None
