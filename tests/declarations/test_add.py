"""Adding a service to services.yaml, and seeing what would be read of it."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tosmonitor.declarations import add, discover, load, preview, propose, service_of
from tosmonitor.declarations.fix import fixed
from tosmonitor.declarations.preview import marked
from tosmonitor.errors import DeclarationError
from tosmonitor.fetch import Fetcher
from tosmonitor.model import (
    Document,
    Failure,
    FailureKind,
    Filter,
    Reading,
    Response,
    Sentence,
    Service,
    Source,
)  # fmt: skip
from tosmonitor.normalise import normalise

AT = datetime(2026, 11, 23, tzinfo=UTC)
FILE = """\
# yaml-language-server: $schema=x
# The services we watch.

# ---- First

# about Alpha
- name: Alpha
  documents:
    # said inside
    - type: Imprint  # the only one
      url: https://alpha.example/imprint

- name: Gamma
  language: fr
  documents: [{type: Imprint, url: 'https://gamma.example/'}]

# ---- Second

- name: Delta
  documents:
    - type: Imprint
      url: https://delta.example/
# the end
"""


def service(name: str, *types: str, language: str | None = "en") -> Service:
    """Return a service with a document of each type."""
    id_ = name.lower()
    made = (Document(id_, kind, (Source(f"https://{id_}.example/{len(kind)}"),), language=language) for kind in types)
    return Service(id_, name, tuple(made), ("france",), f"https://{id_}.example/")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give a file with comments, two groups and three services."""
    path = tmp_path / "services.yaml"
    path.write_text(FILE, encoding="utf-8")
    return path


def test_a_new_service_stands_by_its_name_in_a_group(path: Path) -> None:
    """Only its lines are new; comments, order and everything else are as before."""
    written = add(path, service("Beta", "Privacy Policy", "Imprint"), group="first")
    assert written == (
        "- name: Beta\n  homepage: https://beta.example/\n  tags: [france]\n  language: en\n  documents:\n"
        "    - type: Privacy Policy\n      url: https://beta.example/14\n"
        "    - type: Imprint\n      url: https://beta.example/7"
    )
    after = path.read_text(encoding="utf-8")
    assert after == FILE.replace("\n- name: Gamma", f"\n{written}\n\n- name: Gamma").replace("# the end", "\n# the end")
    assert [one.name for one in load(path)] == ["Alpha", "Beta", "Gamma", "Delta"]


def test_without_a_group_it_goes_into_the_last(path: Path) -> None:
    """By its name, as ever."""
    add(path, service("Epsilon", "Imprint"))
    add(path, service("Chi", "Imprint"))
    assert [one.name for one in load(path)] == ["Alpha", "Gamma", "Chi", "Delta", "Epsilon"]


def test_a_known_service_gets_what_it_does_not_have(path: Path) -> None:
    """The entry keeps its comments; a type that is there is left alone; nothing new changes nothing."""
    assert "Privacy Policy" in add(path, service("Alpha", "Imprint", "Privacy Policy"))
    assert add(path, service("Alpha", "Imprint", "Privacy Policy")) == ""
    after = path.read_text(encoding="utf-8")
    assert "    # said inside\n    - type: Imprint  # the only one\n" in after
    assert [one.terms_type for one in load(path)[0].documents] == ["Imprint", "Privacy Policy"]
    assert fixed(after) == after


def test_the_first_service_makes_the_file(tmp_path: Path) -> None:
    """The new file leads editors to the schema and is in good form."""
    path = tmp_path / "services.yaml"
    add(path, service("Alpha", "Imprint"))
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=file://")
    assert fixed(text) == text
    assert [one.name for one in load(path)] == ["Alpha"]


def test_a_file_with_mistakes_is_left_alone(path: Path) -> None:
    """Neither a file that is broken nor an addition that would break it is written."""
    same_page = Service("other", "Other", (Document("other", "Imprint", (Source("https://alpha.example/imprint"),)),))
    with pytest.raises(DeclarationError, match="already watched"):
        add(path, same_page)
    assert path.read_text(encoding="utf-8") == FILE
    path.write_text(FILE.replace("type: Imprint", "type: Imprnt"), encoding="utf-8")
    with pytest.raises(DeclarationError, match="did you mean"):
        add(path, service("Beta", "Imprint"))


@pytest.mark.parametrize("name", ["null", "yes", "1.0", "A: b", "- x", "# y", "Škoda", "007"])
def test_any_name_comes_back_as_it_was(name: str, tmp_path: Path) -> None:
    """What YAML would take for something else is quoted."""
    path = tmp_path / "services.yaml"
    document = Document("x", "Imprint", (Source("https://x.example/"),))
    add(path, Service("x", name, (document,)))
    assert [one.name for one in load(path)] == [name]


def reading_with(fetcher: Fetcher) -> Callable[[Document], Reading]:
    """Return what fetches and reads one document of one page."""

    def look(document: Document) -> Reading:
        (source,) = document.sources
        answer = fetcher.fetch(source)
        if isinstance(answer, Failure):
            return Reading(source, AT, failure=answer)
        read = normalise(answer.body, url=answer.final_url, media_type=answer.media_type)
        return Reading(source, AT, response=answer, normalised=read)

    return look


def test_from_a_home_page_to_an_entry(
    path: Path, serve: Callable[[dict[str, tuple[str, str]]], Any], fetcher_for: Callable[[Any], Fetcher]
) -> None:
    """Each page that is found is read once; what is empty, missing or the same as another is told and left out."""
    html = "text/html; charset=utf-8"

    def terms(words: str) -> tuple[str, str]:
        clause = f"<p>You accept that {words} apply to everything that you do on this website with us.</p>"
        return html, f"<html lang=en><main><h1>{words}</h1>{clause * 12}</main>"

    links = ("tos", "privacy-policy", "cookies", "imprint", "community-guidelines")
    footer = "".join(f"<a href=/{name}>{name}</a> " for name in links)
    web = serve(
        {
            "/": (html, f"<html lang=en><title>Example</title><footer>{footer}</footer>"),
            "/tos": terms("terms of service"),
            "/privacy-policy": terms("privacy rules"),
            "/cookies": terms("privacy rules"),
            "/imprint": (html, "<main><h1>Imprint</h1><p>Example Ltd, 1 Example Street, Exampletown.</p></main>"),
        }
    )
    fetcher = fetcher_for(web)
    found = discover(web.home, fetcher)
    proposals = propose(found, reading_with(fetcher))
    good = {one.terms_type for one in proposals if one.good}
    against = {one.terms_type: one.against for one in proposals if not one.good}
    assert "Terms of Service" in good
    assert len(good & {"Privacy Policy", "Trackers Policy"}) == 1
    assert set(against) == {"Privacy Policy", "Trackers Policy", "Imprint", "Community Guidelines"} - good
    assert "too few" in (against["Imprint"] or "")
    assert "404" in (against["Community Guidelines"] or "")
    assert web.asked.count("/tos") == 1
    made = service_of(found, proposals, name="Example", tags=["test"])
    add(path, made)
    (declared,) = [one for one in load(path) if one.name == "Example"]
    assert {one.terms_type for one in declared.documents} == good
    assert {one.language for one in declared.documents} == {"en"}
    assert declared.homepage == web.home


PAGE = b"""<!doctype html><html><body><script>alert(1)</script><nav><a href=/>Our other products</a></nav>
<main class=terms><h1>Terms</h1><p>You accept that these <b>terms</b> apply to everything that you do here with us.</p>
<p>We may change them at any time, and will tell you so <a href=/how>in a letter</a> a month before.</p></main>
<div class=banner><p>Buy our wonderful things today, all of them cheap and good; they will make you happy.</p></div>"""


def reading(source: Source) -> Reading:
    """Return what is read of PAGE."""
    response = Response(source.url, source.url, 200, "text/html", "utf-8", (), PAGE)
    read = normalise(PAGE, url=source.url, media_type="text/html", source=source)
    return Reading(source, AT, response=response, normalised=read)


def test_a_preview_marks_what_is_kept() -> None:
    """What is in the text is marked in the page, the rest is not, and no script is left."""
    source = Source("https://example.com/terms", select=("main",))
    read = reading(source).normalised
    assert read is not None
    page = marked(PAGE, "utf-8", read.text)
    assert '<mark class="tosmonitor-kept">You accept that these </mark>' in page
    assert '<mark class="tosmonitor-kept">in a letter</mark>' in page
    assert "<a href=/>Our other products</a>" in page
    assert "alert" not in page


def test_a_preview_says_what_selectors_change() -> None:
    """Beside page and text it tells why parts were kept, and what the declaration changes."""
    document = Document("x", "Terms of Service", (Source("https://example.com/terms", remove=("a",)),))
    page = preview(document, [reading(document.sources[0])])
    assert 'sandbox=""' in page
    assert "<del>" in page
    plain = Document("x", "Terms of Service", (Source("https://example.com/terms"),))
    assert "select: main article" in preview(plain, [reading(plain.sources[0])])
    useless = Source("https://example.com/terms", filters=(Filter("remove", (("select", ".nothing"),)),))
    assert "They can be left out." in preview(Document("x", "Imprint", (useless,)), [reading(useless)])


def test_a_preview_of_a_page_that_is_not_there() -> None:
    """The reason is shown in words."""
    source = Source("https://example.com/<terms>")
    failure = Failure(FailureKind.DNS, Sentence("There is no host <example.com>.", ""))
    page = preview(Document("x", "Imprint", (source,)), [Reading(source, AT, failure=failure)])
    assert "There is no host &lt;example.com&gt;. Nothing would be stored." in page
