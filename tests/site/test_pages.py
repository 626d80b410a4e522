"""The pages: they hold together, say what happened, and cannot be turned against their reader."""

import re
import shutil
from html import unescape
from itertools import pairwise
from pathlib import Path
from urllib.parse import urljoin

import pytest

from tests.site import history
from tests.site.conftest import BASE, Reader
from tosmonitor import archive, urls
from tosmonitor.model import Outcome, Sentence, Verdict
from tosmonitor.references import plan
from tosmonitor.site import SiteSettings, create_app
from tosmonitor.site.pages import months

CHANGE = "/en/lumen/privacy-policy/20250603060955/change/"
WORDED = "/en/lumen/privacy-policy/20250218061409/change/"
ANCHOR = re.compile(r'\bid="([^"]+)"')
LINK = re.compile(r'(?:href|src|action)="([^"]*)"')


def inside(text: str) -> list[str]:
    """Return the links of a page that lead to the site itself."""
    found = [unescape(link) for link in LINK.findall(text)]
    return [link for link in found if link and ":" not in link.split("/")[0].split("#")[0]]


def test_every_internal_link_leads_somewhere(reader: Reader) -> None:
    """From the first page, every link within the site and every anchor resolves."""
    answers: dict[str, str] = {}
    wanted: set[tuple[str, str, str]] = set()
    todo = ["/", "/en/", "/fr/"]
    while todo:
        path = todo.pop()
        if path in answers:
            continue
        answer = reader.get(path)
        assert answer.status == 200, path
        answers[path] = answer.text if answer.headers["content-type"].startswith("text/html") else ""
        for link in inside(answers[path]):
            target, _, anchor = urljoin(path, link).partition("#")
            target = target.partition("?")[0]
            if anchor:
                wanted.add((path, target, anchor))
            todo.append(target)
    assert len(answers) > 400
    known = {path: set(ANCHOR.findall(text)) for path, text in answers.items()}
    assert {(page, to, name) for page, to, name in wanted if name not in known[to]} == set()


def test_addresses_within_a_page_are_unique(reader: Reader) -> None:
    """No page gives one address to two elements."""
    for path in (
        "/en/",
        CHANGE,
        CHANGE + "whole/",
        CHANGE + "side-by-side/",
        "/en/lumen/privacy-policy/",
        "/en/references/",
    ):
        found = ANCHOR.findall(reader.get(path).text)
        assert sorted(found) == sorted(set(found)), path


def test_the_first_page_says_the_latest_change_in_words(reader: Reader) -> None:
    """The newest change stands first, with its day in words, a sentence, and the edit itself."""
    text = reader.get("/en/").text
    assert text.index("Monday 27 April 2026") < text.index("Sunday 26 April 2026")
    assert "sections edited" in text
    assert ">180</b>" in text or "180" in text


def test_a_change_page_gives_sentence_facts_edits_citation_and_files(reader: Reader) -> None:
    """What a lawyer needs stands on the page, in this order."""
    text = reader.get(WORDED).text
    order = [
        'class="sentence"',
        "Tuesday 18 February 2025, 06:14:09 UTC",
        "Tuesday 12 November 2024",
        'class="views"',
        "data-hunk",
        'id="cite"',
        'id="take"',
    ]
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    assert "arbitration" in text
    assert '<b class="weight">may</b>' in text


def test_a_change_says_between_which_readings_it_took_place(reader: Reader) -> None:
    """The old text stood since one reading and was last read at another, however long before the change."""
    text = reader.get("/en/lumen/privacy-policy/20240520061131/change/").text
    assert "Saturday 2 March 2024</time></a> and last on" in text
    assert "Tuesday 2 April 2024, 06:10:04 UTC" in text
    assert "the old text, read once, on" in reader.get(CHANGE).text


def test_a_change_names_the_sections_that_its_sentence_counts(reader: Reader) -> None:
    """One section edited and one added: the date under the title makes no third."""
    text = reader.get(CHANGE).text
    assert "1 section edited, 1 added" in text
    assert "<dt>Section edited</dt><dd><ul><li>4. Your rights</li></ul></dd>" in text


def test_a_moved_passage_stands_once_with_a_link_to_where_it_came_from(reader: Reader) -> None:
    """The moved section on cookies is shown at its new place, and leads to its old one in the whole text."""
    text = reader.get(CHANGE).text
    assert text.count("remembers your colours") == 1
    found = re.search(r'Moved here from\s*<a href="(whole/#from-c-[0-9a-f]+)"', text)
    assert found is not None
    assert f'id="{found[1].partition("#")[2]}"' in reader.get(CHANGE + "whole/").text


def test_every_hunk_has_an_address_and_leads_to_its_neighbours(reader: Reader) -> None:
    """Hunks are numbered, addressed by their words, and chained."""
    text = reader.get(CHANGE).text
    names = re.findall(r'<article class="hunk" id="(c-[0-9a-f]{10})"', text)
    assert len(names) == 4
    for one, two in pairwise(names):
        assert f'<a href="#{two}">next' in text
        assert f'href="#{one}"' in text


def test_cosmetic_edits_are_folded(reader: Reader) -> None:
    """A change of a link's target alone is kept, in one folded line, and is not announced."""
    text = reader.get("/en/lumen/privacy-policy/20240520061131/change/").text
    assert "1 cosmetic edit" in text
    assert "not announced" in text
    assert "https://lumen.example/legal/cookies" in text or "legal/" in text


def test_the_document_page_says_since_when_each_passage_reads_so(reader: Reader) -> None:
    """Blame: the passage on arbitration came with the change of February 2025."""
    text = reader.get("/en/lumen/privacy-policy/").text
    at = text.index("Any dispute shall be settled")
    assert "18 February 2025" in text[at : at + 900]
    assert "Not seen" in text
    assert "Cloudflare" in text


def test_an_old_version_says_that_it_is_old(reader: Reader) -> None:
    """A banner leads from an old text to what replaced it; the current text has none."""
    old = reader.get("/en/lumen/privacy-policy/20250218061409/").text
    assert "This is not the current text." in old
    assert "This is not the current text." not in reader.get("/en/lumen/privacy-policy/20250603060955/").text


def test_a_document_that_cannot_be_seen_says_so(reader: Reader) -> None:
    """The gap is on the document's page, on the status page and on the first page."""
    for path in ("/en/lumen/terms-of-service/", "/en/status/", "/en/"):
        assert "20 April 2026" in reader.get(path).text, path


def test_search_marks_what_it_found_and_says_when_it_stood(reader: Reader) -> None:
    """A passage that is gone is found too, with the time it stood."""
    text = reader.get("/en/search/?q=%22without+your+consent%22").text
    assert "<mark>" in text
    assert "18 February 2025" in text


def test_what_search_finds_leads_to_its_place(reader: Reader) -> None:
    """A passage in force is on the page of its document, one that is gone on that of a version, under its address."""
    found = re.findall(r'<a href="([^"]+#[^"]+)">Read it ', reader.get("/en/search/?q=data").text)
    assert len(found) > 8
    for link in found:
        page, _, name = urljoin("/en/search/", link).partition("#")
        assert name in ANCHOR.findall(reader.get(page).text)


def test_the_timeline_of_a_phrase_tells_when_it_came_and_went(reader: Reader) -> None:
    """The words that Papyrus dropped for two days left no trace; those of Lumen stand."""
    text = reader.get("/en/phrase/?q=machine+learning+models").text
    assert "Lumen · Privacy Policy" in text
    assert "still there" in text


def test_any_two_texts_can_be_compared(reader: Reader) -> None:
    """Two dates of one document give the difference between the versions of those days."""
    text = reader.get("/en/compare/?a=lumen/privacy-policy&a_at=2024-04-01&b=lumen/privacy-policy&b_at=2025-03-01").text
    assert "binding" in text
    assert "Saturday 2 March 2024" in text
    assert reader.get("/en/compare/?a=nobody/terms").status == 200


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ("a=lumen/nothing", "Aucun document ne s’appelle « lumen/nothing » ici."),
        ("a=odd/privacy-policy", "rien n’avait encore été lu"),
        ("a=lumen/privacy-policy&a_at=1990-01-01", "rien n’avait encore été lu"),
        ("a=lumen/privacy-policy&a_at=soon", "« soon » n’est pas un jour"),
    ],
)
def test_why_texts_cannot_be_compared_is_said(reader: Reader, asked: str, problem: str) -> None:
    """In the reader's language, above the form that may be filled in otherwise."""
    answer = reader.get(f"/fr/compare/?{asked}")
    assert answer.status == 200
    assert problem in answer.text.replace("\xa0", " ")


def test_hostile_terms_stay_text(reader: Reader) -> None:
    """Nothing in a document, or in a service's name, becomes markup, a script, a style or a request."""
    for path in (
        "/en/odd/terms-of-service/",
        "/en/odd/terms-of-service/20260426010000/",
        "/en/odd/terms-of-service/20260426010000/change/",
        "/en/odd/terms-of-service/20260426010000/change/whole/",
        "/en/odd/terms-of-service/20260426010000/change/side-by-side/",
        "/en/odd/",
        "/en/",
    ):
        text = reader.get(path).text
        scripts = re.findall(r"<script[^>]*>", text)
        assert all("src=" in tag or "ld+json" in tag for tag in scripts), path
        assert not re.search(r"<(img|style|svg onload|math|iframe|object)\b", text.replace("<svg width", "")), path
        assert not re.search(r'(?:href|src)="\s*(?:javascript|data):', text, re.IGNORECASE), path
        assert not re.search(r"<[^>]+\son\w+=", text), path
        assert "\u202e" not in text, path


def test_nothing_is_inline_and_the_policy_is_strict(reader: Reader) -> None:
    """No style attribute, no style element, no event handler; the policy allows the site's own files only."""
    for path in ("/en/", CHANGE, "/en/calendar/", "/en/phrase/machine-learning-models/"):
        answer = reader.get(path)
        assert " style=" not in answer.text
        assert "<style" not in answer.text
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy


def test_a_redline_file_needs_no_other(reader: Reader) -> None:
    """The downloaded redline has its style inside and asks for nothing."""
    text = reader.get(WORDED + "redline.html").text
    assert "<style>" in text
    assert "<link" not in text
    assert "src=" not in text


def test_the_patch_turns_the_old_text_into_the_new(reader: Reader) -> None:
    """The unified patch holds the lines of both texts."""
    patch = reader.get(WORDED + "unified.patch").text
    assert patch.startswith("--- a/lumen/privacy-policy/20241112180247.md")
    assert "\n-We use your data" in patch
    assert "\n+We use your data" in patch


def test_addresses_that_lead_nowhere_say_so_in_the_readers_language(reader: Reader) -> None:
    """404 with a way on, in English and in French."""
    for path, word in (
        ("/en/nobody/", "There is nothing at this address."),
        ("/fr/nobody/", "Il n’y a rien à cette adresse."),
        ("/fr/lumen/privacy-policy/20200101000000/", "Il n’y a rien à cette adresse."),
        ("/en/lumen/privacy-policy/notastamp/", "There is nothing at this address."),
        ("/fr/topics/nothing/", "Il n’y a pas de thème"),
    ):
        answer = reader.get(path)
        assert answer.status == 404
        assert word in answer.text


def test_the_root_leads_to_the_readers_language(reader: Reader) -> None:
    """A French browser is led to the French pages; one without a preference may choose."""
    assert reader.get("/", accept_language="fr-CA,fr;q=0.9,en;q=0.5").headers["location"] == "fr/"
    assert reader.get("/", accept_language="de").status == 200


def test_the_pages_tell_languages_feeds_and_their_own_address(reader: Reader) -> None:
    """The head names the canonical address, the other language, the feeds, and what the page is."""
    text = reader.get(CHANGE).text
    assert f'<link rel="canonical" href="{BASE}{CHANGE}">' in text
    assert 'hreflang="fr" href="../../../../../fr/lumen/privacy-policy/20250603060955/change/"' in text
    assert 'type="application/atom+xml"' in text
    assert '"@type": "Report"' in text
    assert 'property="og:title"' in text


def test_a_site_without_an_archive_says_so(tmp_path: Path) -> None:
    """Before the first check there is nothing to read, and the page says it."""
    answer = Reader(create_app(tmp_path / "none.db", base_url=BASE)).get("/en/")
    assert answer.status == 503
    assert "no archive yet" in answer.text


def test_a_site_whose_services_were_never_read_shows_them(tmp_path: Path) -> None:
    """Declared and not yet read: listed, and said to be so."""
    path = tmp_path / "declared.db"
    with archive.open_archive(path, write=True) as kept:
        archive.declare(kept, history.SERVICES)
    reader = Reader(create_app(path, base_url=BASE, settings=SiteSettings()))
    for page in ("/en/", "/en/services/", "/en/status/", "/en/coverage/", "/en/calendar/", "/en/changes/"):
        assert reader.get(page).status == 200, page
    assert "not been read yet" in reader.get("/en/lumen/privacy-policy/").text


@pytest.mark.parametrize("name", ["about", "method", "references", "feeds", "coverage", "status"])
def test_pages_about_the_site_are_in_both_languages(reader: Reader, name: str) -> None:
    """The same page exists in English and in French, and differs."""
    english, french = (reader.get(urls.page(language, name)).text for language in ("en", "fr"))
    assert 'lang="en"' in english
    assert 'lang="fr"' in french
    assert english != french


def test_the_action_plan_page_holds_all_commitments(reader: Reader) -> None:
    """58 commitments, each with an address; the one that this tool fulfils leads to its pages."""
    text = reader.get("/en/references/").text
    assert len(set(re.findall(r'id="c-\d-\d+"', text))) == 58
    assert "This tool." in text


def _found(reader: Reader, query: str) -> list[str]:
    text = reader.get(f"/en/search/?{query}").text
    return re.findall(r'<h2 class="day"><a href="[^"]*">([^<]+)</a>', text)


def test_a_search_is_sifted_by_days_and_language_and_what_came_or_went(reader: Reader) -> None:
    """Each filter keeps what it names, alone and together with others, and the form remembers what was asked."""
    query = "q=%22without+your+consent%22"
    everything = _found(reader, query)
    assert everything
    assert _found(reader, f"{query}&language=en") == everything
    assert _found(reader, f"{query}&language=fr") == []
    assert _found(reader, f"{query}&until=2001-01-01") == []
    assert _found(reader, f"{query}&since=1999-01-01&until=2999-12-31") == everything
    added, removed = (_found(reader, f"{query}&what={what}") for what in ("added", "removed"))
    assert 0 < len(added) + len(removed) <= 2 * len(everything)
    assert _found(reader, f"{query}&what=removed&until=2001-01-01") == []
    assert _found(reader, f"{query}&what=added&since=nonsense") == added
    text = reader.get(f"/en/search/?{query}&what=added&since=2024-01-01").text
    assert '<option value="added" selected>' in text
    assert 'name="since" value="2024-01-01"' in text


def test_a_service_is_found_by_its_name_in_a_search(reader: Reader) -> None:
    """A name in any case is as good as the id."""
    assert _found(reader, "q=data&service=LUMEN") == _found(reader, "q=data&service=lumen") != []


def test_a_day_leads_to_the_version_of_that_day(reader: Reader) -> None:
    """The form of a document's page leads to what stood at the end of the day; before the first reading it says so."""
    page = "/en/lumen/privacy-policy/"
    assert 'type="date" id="f-on"' in reader.get(page).text
    answer = reader.get(f"{page}?on=2025-03-01")
    assert (answer.status, answer.headers["location"]) == (302, "20250218061409/")
    assert reader.get(f"{page}?on=2025-02-18").headers["location"] == "20250218061409/"
    early = reader.get(f"{page}?on=1990-01-01")
    assert early.status == 200
    assert "Nothing had been read by the day that you asked for." in early.text
    assert reader.get(f"{page}?on=nonsense").text == reader.get(page).text


def test_a_text_that_holds_from_a_later_day_says_so(archive_path: Path, tmp_path: Path) -> None:
    """A stated day ahead of the newest check is announced above the text, and not any more once it has come."""
    path = tmp_path / "ahead.db"
    shutil.copy(archive_path, path)
    text = history.MARKET_3 + "\nEffective date: 1 July 2026\n"
    with archive.open_archive(path, write=True) as kept:
        teller = history.Teller(kept)
        teller.texts[history.MARKET.id] = history.MARKET_3
        teller.tell(history.MARKET, "2026-05-02 05:30:00", text)
    page = f"/en/{history.MARKET.id}/"
    before = Reader(create_app(path, base_url=BASE)).get(page).text
    assert "Announced, not yet in force." in before
    assert '<time datetime="2026-07-01">' in before
    with archive.open_archive(path, write=True) as kept:
        verdict = Verdict(Outcome.UNCHANGED, Sentence("As before.", "Comme avant."), text=text)
        archive.record(kept, history.seen(history.MARKET, history.at("2026-07-02 05:30:00"), text), verdict, None)
    after = Reader(create_app(path, base_url=BASE))
    assert "Announced, not yet in force." not in after.get(page).text
    assert "Announced ahead." in after.get(f"{page}20260502053000/").text
    assert "Announced ahead." not in after.get(f"{page}20260427053140/").text


def test_quotation_marks_may_be_typographic(reader: Reader) -> None:
    """What a word processor makes of a phrase finds it as well, and a passage is shown as it is read."""
    assert "<mark>binding arbitration</mark>" in reader.get("/en/search/?q=%E2%80%9Cbinding+arbitration%E2%80%9D").text
    assert "Nothing was found" in reader.get("/en/search/?q=%C2%AB+arbitration+binding+%C2%BB").text
    found = reader.get("/en/search/?q=cookie+details").text
    assert "See our <mark>cookie</mark> page for <mark>details</mark>" in found


def test_a_busy_month_stands_on_several_pages(tmp_path: Path) -> None:
    """The newest changes come first, each page leads to the others, and the calendar to the page of a day."""
    path = tmp_path / "busy.db"
    with archive.open_archive(path, write=True) as kept:
        archive.declare(kept, history.SERVICES)
        teller = history.Teller(kept)
        with archive.bulk(kept):
            for number in range(months.PART + 11):
                when = f"2025-03-{1 + number // 6:02} {number % 6 + 1:02}:00:00"
                teller.tell(history.MARKET, when, history.MARKET_1.replace("8 %", f"{number + 8} %"))
    reader = Reader(create_app(path, base_url=BASE))
    first, second = (reader.get(f"/en/changes/{name}/").text for name in ("2025-03", "2025-03-2"))
    assert (first.count('class="said"'), second.count('class="said"')) == (months.PART, 10)
    assert "Changes of March 2025, page 2 of 2" in second
    assert 'href="../2025-03-2/"' in first
    assert "/changes/2025-03-2/#d2025-03-01" in reader.get("/en/calendar/2025/").text
    assert "/changes/2025-03/#d2025-03-20" in reader.get("/en/calendar/2025/").text
    for wrong in ("2025-03-3", "2025-03-1", "2025-13", "march"):
        assert reader.get(f"/en/changes/{wrong}/").status == 404


def test_days_that_nobody_watched_do_not_look_quiet(tmp_path: Path) -> None:
    """The calendar tells days without a change from those before the first reading and after the last check."""
    path = tmp_path / "short.db"
    with archive.open_archive(path, write=True) as kept:
        archive.declare(kept, history.SERVICES)
        teller = history.Teller(kept)
        teller.tell(history.MARKET, "2025-03-04 06:00:00", history.MARKET_1)
        teller.tell(history.MARKET, "2025-03-06 06:00:00", history.MARKET_1.replace("8 %", "9 %"))
        teller.tell(history.MARKET, "2025-03-08 06:00:00", history.MARKET_1)
    page = Reader(create_app(path, base_url=BASE)).get("/en/calendar/2025/").text
    march = page[page.index(">March</a>") : page.index("<h2>April")]
    assert re.findall(r'<td class="unwatched">(\d+)<', march) == [str(n) for n in (1, 2, 3, *range(9, 32))]
    assert re.findall(r'<td class="level-0">(\d+)<', march) == ["4", "5", "7"]
    assert 'last check was on <time datetime="2025-03-08">8 March 2025</time>' in page


@pytest.mark.parametrize("language", ["en", "fr"])
def test_each_phrase_of_the_fulfilled_commitment_leads_to_a_page_that_answers_it(reader: Reader, language: str) -> None:
    """Free, transparent, collaborative, for regulators, over time: each is kept on the page it is tied to."""
    kept = {
        "about": ("1.2", "openapi.json"),
        "method": ('id="proof"', "sha256sum"),
        "services": ("Lumen", "Papyrus"),
        "changes": ("/change/", 'name="topic"'),
        "coverage": {"en": ("anyone may propose",), "fr": ("chacun peut",)}[language],
        "feeds": (".atom", "OPML"),
        "calendar": ("/changes/2026-04/#d2026-04-",),
    }
    references = f"/{language}/references/"
    text = reader.get(references).text
    ours = text[text.index('class="fulfilled"') : text.index("</section>")]
    answers = [reader.get(urljoin(references, link)) for link in re.findall(r'<dd><a href="([^"]+)"', ours)]
    assert len(answers) == len(plan().phrases) == len(kept)
    for phrase, answer in zip(plan().phrases, answers, strict=True):
        assert answer.status == 200
        for word in kept[phrase.page]:
            assert word in answer.text, (phrase.words, word)


def test_a_hunk_stands_under_its_headings_with_the_sentence_before_it(reader: Reader) -> None:
    """Changes only: each under the path of its headings, new text with its context, the legend above."""
    text = reader.get(CHANGE).text
    assert text.index('class="legend"') < text.index("data-hunk")
    assert re.search(r'<h2 class="section-path">.*Privacy Policy › .*7\. Children', text)
    assert re.search(r'<p class="context">… [A-Z].*</p>', text)
    assert "Whole text</a>" in text


def test_a_citation_names_service_document_section_times_and_hashes(reader: Reader) -> None:
    """What a lawyer copies says what is meant, when it was read and how to check it; in French as well."""
    cited = re.search(r'<p id="citation">(.*?)</p>', reader.get(WORDED).text, re.DOTALL)
    assert cited is not None
    for part in (
        "Lumen",
        "Privacy Policy",
        "2. How we use your data",
        "06:14:09 UTC",
        "18:02:47 UTC",
        "/20250218061409/",
    ):
        assert part in cited[1], part
    assert len(re.findall(r"\b[0-9a-f]{64}\b", cited[1])) == 2
    assert "Politique de confidentialité" in reader.get(WORDED.replace("/en/", "/fr/")).text.split('id="citation"')[1]


def test_every_passage_has_an_address_that_outlives_its_neighbours(reader: Reader) -> None:
    """The same words have the same address in the text in force and in the version before, wherever they stand."""
    pages = [
        reader.get(f"/en/lumen/privacy-policy/{stamp}").text for stamp in ("", "20250603060955/", "20250218061409/")
    ]
    found = [re.search(r'<p id="(p-[0-9a-f]{8})">Any dispute shall be settled', text) for text in pages]
    assert found[0] is not None
    assert len({match[1] for match in found if match}) == 1
    assert all(found)
