"""Lines that pass with time are dropped; text is not."""

import pytest

from tosmonitor.normalise import normalise, passing

TEXT = "By using the service you agree to these terms, which apply until you close your account."


@pytest.mark.parametrize(
    "line",
    [
        "Updated 3 days ago",
        "Last updated: 2 weeks ago",
        "1 year ago Updated",
        "an hour ago",
        "Mis à jour il y a 3 jours",
        "Zuletzt aktualisiert vor 2 Tagen",
        "Actualizado hace 5 meses",
        "**Last modified** yesterday",
        "1,204 views",
        "5 min read",
        "Today is Monday, November 23, 2026",
        "27 out of 40 found this helpful",
        "Hello, Guest!",
        "Updated this week",
        "Updated over a week ago",
        "Written by Anna Smith. Updated over a week ago",
        "Mis à jour il y a plus d’une semaine",
        "Aktualisiert diese Woche",
        "Actualizado hace más de una semana",
        "Uppdaterad för 2 veckor sedan",
        "Zaktualizowano ponad tydzień temu",
        "更新于 3 天前",
        "3日前に更新",
        "1,234 people found this helpful",
        "12 utilisateurs sur 40 ont trouvé cela utile",
        "5 Personen fanden dies hilfreich",
        "12.3K views",
        "Views: 1,204",
        "1 234 vues",
        "浏览次数：1234",
        "12 people are viewing this page",
        "4.6 / 5 (1,203 reviews)",
        "Generated at 12:03:11",
        "Page generated on 23 November 2026 at 12:03:11 UTC",
        "Page generated in 0.124 seconds",
        "Généré le 23/11/2026 à 12:03:11",
        "Nous sommes le lundi 23 novembre 2026",
        "Heute ist Montag, der 23. November 2026",
        "Current time: 12:03:11 UTC",
        "Hi Anna",
        "Bonjour Marie,",
        "Welcome back, Jörg!",
        "Logged in as anna@example.org",
        "Trace Id: 3f2a-99b1",
        "Build: 8f3a2c1",
        "csrf_token=8a7f2b",
    ],
)
def test_a_line_that_passes_with_time_is_no_text(line: str) -> None:
    """A block or item that says only how long ago, how many, or what day it is, is dropped."""
    assert passing.drop(f"# Terms\n\n{line}\n\n{TEXT}\n") == (f"# Terms\n\n{TEXT}\n", [line])
    assert passing.drop(f"- One\n- {line}\n- Two\n")[0] == "- One\n- Two\n"
    assert passing.drop(f"{TEXT}\n\n- {line}\n\n{TEXT}\n")[0] == f"{TEXT}\n\n{TEXT}\n"


@pytest.mark.parametrize(
    "text",
    [
        "Last updated: 3 March 2026",
        "Dernière mise à jour : 3 mars 2026",
        "Effective date: 1 January 2026",
        "Effective 15 September 2025",
        "Generated on 3 March 2026",
        "Stand: 23.11.2026",
        "Version: 2026-03-03",
        "30 days from today",
        "14 days",
        "Session cookies",
        "Request: 30 days",
        "Welcome to Example!",
        "Dear Customer,",
        "Hi there",
        "# Hello Fresh",
        "Your comments",
        "This month",
        "Purchases made 14 days ago may be returned.",
        "Updated 3 days ago, these terms apply to all accounts.",
        "30 days",
        "1. Updated 3 days ago",
        "Today",
        "10 shares of the company",
        "| Updated 3 days ago | yes |",
        "- One\n\n  Updated 3 days ago\n- Two",
        "- Updated 3 days ago\n- ## Scope",
        "Updated 3 days ago\\\nby the legal team",
    ],
)
def test_what_only_resembles_such_a_line_stays(text: str) -> None:
    """Dates, sentences, numbered items, cells and parts of items keep such words."""
    assert passing.drop(text + "\n")[0] == text + "\n"


def test_two_captures_days_apart_read_the_same() -> None:
    """The age of a page shown under its title makes no other version."""

    def page(age: str) -> str:
        body = f"<main><h1>Terms</h1><div>Updated <time>{age}</time></div><p>{TEXT}</p><p>{TEXT} Again.</p></main>"
        return normalise(body.encode(), url="https://example.org/terms", media_type="text/html").text

    assert page("3 days ago") == page("2 weeks ago") == f"# Terms\n\n{TEXT}\n\n{TEXT} Again.\n"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("- 2 months ago\n\n* Terms\n", "- Terms\n"),
        ("- a\n\nUpdated 2 days ago\n\n- b\n", "- a\n\n* b\n"),
        (
            "1. a\n2. b\n\nUpdated 2 days ago\n\n1. c\n2. d\n\n   more\n3. e\n",
            "1. a\n2. b\n\n1) c\n2) d\n\n   more\n3) e\n",
        ),
    ],
)
def test_lists_beside_a_line_that_went_stay_apart(text: str, left: str) -> None:
    """Two lists that come to stand beside each other have markers of their own, as CommonMark asks."""
    assert passing.drop(text)[0] == left
