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
        "Purchases made 14 days ago may be returned.",
        "Updated 3 days ago, these terms apply to all accounts.",
        "30 days",
        "1. Updated 3 days ago",
        "Today",
        "10 shares of the company",
        "| Updated 3 days ago | yes |",
        "- One\n\n  Updated 3 days ago\n- Two",
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
