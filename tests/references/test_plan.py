"""The action plan's references: complete, in both languages, and true to the text."""

import re
from pathlib import Path

import pytest

from tosmonitor.references import plan

LINK = re.compile(
    r"(?:https?://|www\.|s\.42[l1]\.)[\w./\-]*[\w/]|\b[\w.\-]+@[\w.\-]+\w|\b[\w\-]+(?:\.[\w\-]+)*\.(?:gouv|github|ternum-bfc)\.?[\w./\-]*\w",
)


@pytest.fixture
def source(shared_material: Path) -> str:
    """The plan's own text, blank where it cannot be had."""
    path = shared_material / "action-plan-2021-2023.txt"
    if not path.exists():
        pytest.skip(f"the action plan's text is not at {path}")
    return path.read_text("utf-8")


def squeezed(text: str) -> str:
    """Return text with every run of white space made one blank and typographic quotes plain."""
    return re.sub(r"\s+", " ", text.replace("’", "'").replace("*", ""))


def test_six_objectives_hold_fifty_eight_commitments() -> None:
    """The plan has six objectives and 58 commitments, each under one of its objective's aims."""
    held = plan()
    assert [objective.number for objective in held.objectives] == [1, 2, 3, 4, 5, 6]
    assert 58 == len(held.commitments) == len({commitment.id for commitment in held.commitments})
    for commitment in held.commitments:
        assert 1 <= commitment.aim <= len(held.objectives[commitment.objective - 1].aims)


def test_every_aim_has_a_commitment() -> None:
    """No aim stands empty."""
    held = plan()
    wanted = {(o.number, place) for o in held.objectives for place in range(1, len(o.aims) + 1)}
    assert wanted == {(c.objective, c.aim) for c in held.commitments}


def test_every_institution_named_by_an_item_is_known_and_used() -> None:
    """Items name institutions by ids that exist."""
    held = plan()
    named = {i for c in held.commitments for i in c.by} | {i for w in held.workshops for i in w.by}
    named |= {i for o in held.objectives for i in o.lead}
    assert set() == named - set(held.institutions)


def test_summaries_are_given_in_both_languages() -> None:
    """Nothing is left untranslated."""
    held = plan()
    said = [c.summary for c in held.commitments] + [o.why for o in held.objectives]
    said += [w.about for w in held.workshops] + [w.name for w in held.workshops] + [p.answer for p in held.phrases]
    for sentence in said:
        assert sentence.en.strip()
        assert sentence.fr.strip()
        assert sentence.en != sentence.fr


def test_one_commitment_is_the_one_this_tool_fulfils() -> None:
    """Exactly one commitment is marked, and its phrases lead to pages."""
    assert [commitment.id for commitment in plan().commitments if commitment.fulfilled] == ["6.3"]
    assert len(plan().phrases) >= 6


def test_the_count_of_commitments_is_that_of_the_text(source: str) -> None:
    """The text says "Implementation:" once for each commitment."""
    assert len(plan().commitments) == len(re.findall(r"^Implementation:", source, re.MULTILINE))


def test_each_commitment_names_the_institutions_of_the_text(source: str) -> None:
    """Under each "Implementation:" stand exactly the institutions that the item names, in its order."""
    roadmap = source[source.index("Lead institutions") : source.index("Acknowledgements\n\nElectronic")]
    blocks = [squeezed(block) for block in roadmap.split("Implementation:")[1:]]
    held = plan()
    for commitment, block in zip(held.commitments, blocks, strict=True):
        at = 0
        for institution in commitment.by:
            name = squeezed(held.institutions[institution].name.en)
            found = block.find(name, at)
            assert 0 <= found <= 6 + at, f"{commitment.id}: {name!r} not next in {block[:200]!r}"
            at = found + len(name)


def test_each_objective_names_the_lead_institutions_and_aims_of_the_text(source: str) -> None:
    """Lead institutions and aims stand in the chapter of their objective."""
    chapters = source.split("Lead institutions")[1:]
    whole = squeezed(source)
    held = plan()
    for objective, chapter in zip(held.objectives, chapters, strict=True):
        head = squeezed(re.split(r"Roadmap", chapter)[0])
        rest = head
        for institution in objective.lead:
            name = squeezed(held.institutions[institution].name.en)
            assert name in head
            rest = rest.replace(name, "", 1)
        assert re.sub(r"\(A[A-Z]+\)|</?u>|[\s#]", "", rest) == ""
        assert objective.name.en in whole
        for aim in objective.aims:
            assert aim.en in whole


def test_every_link_of_the_text_is_present(source: str) -> None:
    """Each web or mail address in the text is among the plan's links, as given or as printed."""
    known = {link.removeprefix("https://").rstrip("/") for link in plan().links()}
    found = {m.group().removeprefix("https://").rstrip("/") for m in LINK.finditer(source.replace("\n", " "))}
    assert len(found) > 30
    assert set() == {link for link in found if link not in known}


def test_systems_and_acknowledged_bodies_are_in_the_text(source: str) -> None:
    """What we say the plan names, it names."""
    whole = squeezed(source).replace("27^e", "27e")
    held = plan()
    systems = [s for o in held.objectives for s in o.systems] + [s for c in held.commitments for s in c.systems]
    for named in (*systems, *held.acknowledged):
        assert squeezed(named) in whole


def test_everyone_who_is_thanked_is_present(source: str) -> None:
    """The acknowledgements are complete."""
    thanked = source[source.index("Acknowledgements\n\nElectronic") + len("Acknowledgements") :]
    names = squeezed(thanked[: thanked.index("Appendices")]).replace("27^e", "27e").strip(" .").split(" • ")
    assert [name.strip() for name in names] == [squeezed(name) for name in plan().acknowledged]


def test_workshops_and_readings_follow_the_booklets(source: str) -> None:
    """Ten workshops, under the titles that the booklets print."""
    whole = squeezed(source)
    assert [sum(w.forum == n for w in plan().workshops) for n in (1, 2)] == [6, 4]
    for workshop in plan().workshops:
        assert workshop.name.en in whole


def test_the_phrases_of_the_fulfilled_commitment_are_its_own_words(source: str) -> None:
    """Each phrase that is tied to a page stands in the commitment."""
    whole = squeezed(source)
    at = whole.index("Develop a free and open tool to monitor changes")
    for phrase in plan().phrases:
        assert phrase.words in whole[at : at + 320]


def test_systems_have_the_names_of_both_languages() -> None:
    """Each name that the plan translates is one it uses, and French readers meet the French one."""
    held = plan()
    used = {name for objective in held.objectives for name in objective.systems}
    used |= {name for commitment in held.commitments for name in commitment.systems}
    assert set(held.systems) <= used
    assert held.system("Government Design System").fr == "Système de design de l’État"
    assert held.system("FR-Alert").fr == "FR-Alert"
