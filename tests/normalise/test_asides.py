"""Parts that belong to the site are known by their make-up: forms, cards, calls to act, the foot of a page."""

import pytest

from tosmonitor.errors import EmptyTextError
from tosmonitor.normalise import explain, normalise

URL = "https://example.org/legal"
SENTENCES = (
    "You must be at least eighteen years old to open an account with us.",
    "Subscriptions are renewed unless you cancel them a day before they end.",
    "We answer without limit for harm that we cause on purpose or by gross negligence.",
    "The law of Ireland applies, and that of the country where you live protects you as well.",
)
TERMS = "<h1>Terms</h1>" + "".join(f"<h2>{n}. Clause</h2><p>{text}</p>" for n, text in enumerate(SENTENCES, 1))
IMPRINT = (
    "<h1>Impressum</h1><p>Leuchtfisch GmbH<br>Hafenstraße 3<br>20457 Hamburg</p><p>Telefon: +49 40 555 010</p>"
    "<p>Amtsgericht Hamburg, HRB 4711</p><h2>Streitbeilegung</h2>"
    "<p>An einem Verfahren vor einer Verbraucherschlichtungsstelle nehmen wir nicht teil.</p>"
)
LINKS = "<ul>" + "".join(f'<li><a href="/{n}">Place {n}</a></li>' for n in range(6)) + "</ul>"
OFFER = "Join more than three million people today; it is free, takes a minute, and you may leave whenever you like."
SLEEP = "We asked three doctors what helps when you lie awake at three o’clock, and what you may safely ignore."
COOKIES = "Mit Ihrer Einwilligung setzen wir und unsere Partner Cookies ein, um Werbung zu zeigen und zu messen."
SWITCHES = "".join(
    f"<div><label><input type=checkbox> {name}</label><p>Diese Cookies dienen dem Zweck, wie gesagt: {name}.</p></div>"
    for name in ("Notwendig", "Statistik", "Werbung")
)


def box(*parts: str) -> str:
    """Return an element whose name says nothing."""
    return f"<div class=a>{''.join(parts)}</div>"


def read(page: str) -> str:
    """Return the main text of a page."""
    return normalise(page.encode(), url=URL, media_type="text/html").text


WORDS = f"<p>{OFFER}</p>"
JAPANESE = "<p>当サイトでは広告配信のためにCookieを使用しています。</p>"
CARD = f"<div><h3><a href=/sleep>Sleep</a></h3><p>{SLEEP}</p></div>"
FURNITURE = {
    "sign-up before": box("<h2>Join</h2>", WORDS, "<form><input name=e><input type=password></form>") + "@",
    "newsletter after": "@" + box("<h3>Stay informed</h3>", WORDS, "<input type=email><button>Subscribe</button>"),
    "ages to choose": box(WORDS, "<select>", "<option>18" * 300, "</select><input type=text>") + "@",
    "feedback": "@" + box("<h2>Was this page helpful?</h2>", WORDS, "<button>Yes</button><button>No</button>"),
    "cards": "@" + box("<h2>For you</h2>", CARD * 3),
    "cards in a section": "@<section>" + box(CARD * 3) + "</section>",
    "call": "@<section>" + box("<h2>Ready?</h2>", WORDS, "<a class=btn href=/go>Begin</a>") + "</section>",
    "applications": "@" + box("<h2>Take us along</h2>", WORDS, "<a href=https://apps.apple.com/app/x>App Store</a>"),
    "foot with sentences": "@" + box(LINKS, WORDS, LINKS, "<p>© 2026</p>"),
    "foot of columns": "@" + box(box("<h4>About</h4>", WORDS), box("<h4>A</h4>", LINKS), box("<h4>B</h4>", LINKS)),
    "consent": "@" + box(f"<p>{COOKIES}</p>", SWITCHES, "<button>Alle akzeptieren</button><button>Ablehnen</button>"),
    "consent understood": "@" + box(f"<p>{COOKIES}</p><a href=#>Verstanden</a>"),
    "consent in Japanese": "@" + box(JAPANESE, "<button>同意する</button><button>拒否する</button>"),
    "consent in an article": "<article>"
    + box(f"<p>{COOKIES}</p>", "<button>Alle akzeptieren</button><button>Ablehnen</button>")
    + "@</article>",
    "notice without a button": box(box(f"<p>{COOKIES}</p><span>×</span>")) + "@",
    "buttons that are no buttons": "@" + box(box(COOKIES), "<div onclick='a()'>Los</div><div onclick='b()'>Nein</div>"),
    "call before": box("<h2>Ready?</h2>", WORDS, "<a class=button href=/join>Begin</a>") + "@",
    "names as headings": "<h1><a href='/?hl=en'><img alt=A></a></h1><h2><a href=/legal>Policies</a></h2>@",
}


@pytest.mark.parametrize("furniture", FURNITURE.values(), ids=FURNITURE)
@pytest.mark.parametrize("text", [TERMS, IMPRINT], ids=["terms", "imprint"])
def test_furniture_without_names_is_left_out(text: str, furniture: str) -> None:
    """Beside a text of some clauses, or an imprint shorter than itself, what belongs to the site is left out."""
    expected = read(f"<main>{text}</main>")
    assert read(furniture.replace("@", f"<div class=t>{text}</div>")) == expected


@pytest.mark.parametrize("furniture", ["newsletter after", "cards", "call"])
def test_furniture_inside_the_main_part_is_left_out(furniture: str) -> None:
    """Pages put newsletters, cards and calls into <main> too."""
    assert read("<main>" + FURNITURE[furniture].replace("@", f"<div>{TERMS}</div>") + "</main>") == read(TERMS)


KEPT = {
    "a section that ends in links": "<div><h2>Browsers</h2><p>Your browser has settings of its own for cookies, "
    "which its makers describe:</p><ul><li><a href=https://a.example/c>A</a></li><li><a href=https://b.example/c>B</a>"
    "</li><li><a href=https://c.example/c>C</a></li></ul></div>",
    "an address after the text": "<div><h2>Contact</h2><p>Lanternfish Ltd, 3 Quay Street, Cork, which answers in a day."
    "<a class=btn href=mailto:a@lantern.example>Write to us</a></p></div>",
    "a table that a reader opens": "<h2>Prices</h2><div style='display:none'><table><tr><th>Plan<th>Price</tr>"
    "<tr><td>Small<td>9 €</tr></table></div>",
    "a short answer that a reader opens": "<h3><button aria-controls=a1>Do you sell data?</button></h3>"
    "<div id=a1 hidden>No.</div>",
    "a heading that opens its section": "<h2><a data-toggle=collapse href=#p>§ 7 Schluss</a></h2><div id=p>Ende.</div>",
    "a language to choose at the date": "<div><p>Effective 3 March 2026</p><input type=text role=combobox></div>",
    "a list of contents": "<h2>Contents</h2><ul><li><a href=#a>One</a></li><li><a href=#b>Two</a></li></ul>",
}


@pytest.mark.parametrize("kept", KEPT.values(), ids=KEPT)
def test_text_that_is_made_alike_stays(kept: str) -> None:
    """Sections with links, addresses, what a reader can open, dates and lists of contents are text."""
    words = read(f"<main>{kept}</main>").replace("#", "").split()
    text = read(f"<header>{LINKS}</header><div class=t>{TERMS}{kept}<p>{SENTENCES[0]}</p></div>").replace("#", "")
    assert set(words) <= set(text.split())


def test_a_title_before_the_main_part_is_kept_with_its_date() -> None:
    """Where <main> has no title, the one before it is the text's; menus beside it are not."""
    title = "<div class=hero><h1>Terms</h1><p>Updated: 14 November 2025</p></div>"
    page = f"<header>{LINKS}</header>{title}<main>{TERMS.partition('</h1>')[2]}</main><footer>{LINKS}</footer>"
    assert read(page).startswith("# Terms\n\nUpdated: 14 November 2025\n\n## 1. Clause")


def test_a_short_text_in_the_form_that_holds_a_page_is_no_form() -> None:
    """Some makers of pages put all of it into one form, the field of the search included."""
    imprint = "<h2>Imprint</h2><p>Lanternfish Ltd<br>3 Quay Street<br>Cork</p><p>Registered in Ireland, 4711</p>"
    page = f"<form><div><div><input name=q></div><div>{imprint}</div></div></form><div>{LINKS}</div>"
    assert "Registered in Ireland" in read(page)


def test_a_hidden_message_for_later_is_no_section() -> None:
    """A short hidden line after a label is shown when something happens, not when a reader opens a section."""
    page = f"<div>{TERMS}<div>Share</div><div style='display:none'>The link was copied.</div></div>"
    assert "copied" not in read(page)


def test_a_table_that_lays_out_a_page_is_no_table() -> None:
    """Old pages put menus, text and notes side by side into cells; the text is read in blocks, not as a row."""
    menu = "<table><tr><td>" + LINKS + "</td></tr></table>"
    page = f"{menu}<table><tr><td>{LINKS}</td><td>{TERMS}</td><td><p>{OFFER}</p></td></tr></table>"
    assert read(page).startswith(read(TERMS).strip())


def test_the_title_alone_is_not_the_text() -> None:
    """A text about cookies that stands beside its title is no notice, however short."""
    text = f"<p>{COOKIES}</p><p>{COOKIES}</p>"
    assert COOKIES in read(f"<div class=head><h1>Cookies</h1></div><div class=body>{text}</div>")


@pytest.mark.parametrize("name", ["a section that ends in links", "an address after the text"])
def test_the_last_section_of_a_text_stays(name: str) -> None:
    """Nothing follows it but the foot of the page, and still it is no foot."""
    page = f"<header>{LINKS}</header><div class=t>{TERMS}</div>{KEPT[name]}<footer>{LINKS}</footer>"
    assert read(f"<main>{KEPT[name]}</main>").strip("\n") in read(page)


ROW = "".join(f"<div class=sec><h2>{n}. Clause</h2><p>{text}</p>@</div>" for n, text in enumerate(SENTENCES, 1))
CHOOSE = "<p>Cookies that are necessary cannot be refused. You may withdraw your consent to other cookies here.</p>"


@pytest.mark.parametrize(
    ("inside", "last"),
    [
        ("<a class=btn href=/more>More</a>", ""),
        ("", "<div class=sec><h2>Documents</h2>" + LINKS + "</div>"),
        ("", f"<div class=sec><h2>Choices</h2>{CHOOSE}<button>Manage cookies</button></div>"),
        ("", f"<div class=sec><h2>Requests</h2><p>{SLEEP}</p><input type=email></div>"),
    ],
    ids=["buttons", "links", "consent", "form"],
)
def test_a_row_of_sections_made_alike_stays_whole(inside: str, last: str) -> None:
    """A section with a button, a list of links, a choice of cookies or a form is text where its neighbours are."""
    page = f"<header>{LINKS}</header><div><h1>Terms</h1>{ROW.replace('@', inside)}{last}</div>"
    assert read(page).count("## ") == 4 + bool(last)


def test_a_form_between_paragraphs_stays() -> None:
    """What is said around a field amid the text is text."""
    page = f"<div>{TERMS}<h2>Requests</h2><p>{SLEEP}</p><form><input type=email></form><p>{OFFER}</p></div>"
    assert SLEEP in read(page)


def test_a_policy_about_cookies_is_no_dialogue() -> None:
    """A short policy that speaks of nothing but cookies, and has a button to change the choice, is read."""
    policy = "".join(
        f"<h2>{n}. Cookies</h2><p>We use cookies for purpose {n}, with your consent.</p>" for n in range(6)
    )
    page = f"<div>{LINKS}</div><div class=t><h1>Cookies</h1><div>{policy}<button>Manage cookies</button></div></div>"
    assert "purpose 5" in read(page)


def test_a_page_of_nothing_but_a_form_keeps_its_words() -> None:
    """Where all that a page says stands around a form, it is what the page says."""
    page = "<div><p>Enter the address at which you opened your account, and we will send you a link.</p><input></div>"
    assert "Enter the address" in read(page)
    with pytest.raises(EmptyTextError):
        read("<form><input type=search></form>")


def test_the_reason_is_told() -> None:
    """The explanation says what each part was taken for."""
    page = FURNITURE["cards"].replace("@", f"<div>{TERMS}</div>")
    reasons = [part.reason for part in explain(page.encode(), url=URL, media_type="text/html") if not part.kept]
    assert any(reason.startswith("cards that lead to other pages") for reason in reasons)


@pytest.mark.parametrize("apart", ["<main>{}</main>", "<div><div>{}</div></div>"])
def test_a_table_that_can_be_searched_is_no_form(apart: str) -> None:
    """A list of processors ends the page, each row with a link: its title and its rows are text."""
    rows = "".join(
        f"<tr><td><h4>{name}</h4><span>{what}, in {where}</span><a href='/about/{name}'>More information</a></td></tr>"
        for name, what, where in (
            ("Cumulus", "Cloud infrastructure", "Ireland"),
            ("Ferryman", "Delivery of electronic mail", "France"),
            ("Tally", "Error reports and statistics", "Germany"),
            ("Moneta", "Payments by card", "the Netherlands"),
            ("Lexicon", "Support in other languages", "Spain"),
        )
    )
    page = (
        "<div><h1>Welcome to our trust centre</h1><p>We publish here who processes your data for us, in which country, "
        "and since when; each of them is bound by a contract.</p></div>"
        "<div><div><div><h2>Processors</h2></div><div><input type='text' placeholder='Search'></div></div>"
        f"<div><table><tbody>{rows}</tbody></table></div></div>"
    )
    text = read(apart.format(page))
    assert "## Processors" in text
    assert all(name in text for name in ("Cumulus", "Ferryman", "Tally", "Moneta", "Lexicon"))


@pytest.mark.parametrize("level", range(4))
def test_a_title_around_a_short_main_part_is_taken_in_alone(level: int) -> None:
    """The title moves into the main part also where both stand in boxes that say little else."""
    main = "<main><p>Short terms bind us both, you and the company, from today.</p></main>"
    page = "<h1>Terms</h1>" + "<div>" * level + main + "</div>" * level
    assert read(f"<div><div>{page}</div></div><p><a href='/'>Home</a></p>") == "# Terms\n\n" + read(main)


def test_a_title_that_holds_the_main_part_is_not_moved_into_it() -> None:
    """A heading that was never closed holds the whole page; moved into what it holds it would make a ring."""
    page = "<h1>Terms <div><main><p>Short terms bind us both, you and the company.</p></main></div></h1>"
    assert "Short terms bind us both" in read(f"<div>{page}</div><p><a href='/'>Home</a></p>")
