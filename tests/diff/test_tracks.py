"""Words, links and layout are told apart: nothing cosmetic shouts, nothing real is called cosmetic."""

import random
import re

import pytest

from tosmonitor import diff
from tosmonitor.diff import forms
from tosmonitor.model import Kind

LAYOUT = [
    ("We keep  data.\n", "We keep data.\n"),
    ("We keep\u00a0data.\n", "We keep data.\n"),
    ("It’s “ours”.\n", 'It\'s "ours".\n'),
    ("We keep **data**.\n", "We keep data.\n"),
    ("Terms\n=====\n\nText.\n", "# Terms\n\nText.\n"),
    ("_Article 1 : Scope_\n-----\n\nText.\n", "## _Article 1 : Scope_\n\nText.\n"),
    ("*   one thing\n*   another thing\n", "-   one thing\n-   another thing\n"),
    ("One sentence here. Another sentence there.\n", "One sentence here.\n\nAnother sentence there.\n"),
    ("One – two … three\n", "One - two ... three\n"),
    ("Le café est fermé.\n", "Le cafe\u0301 est ferme\u0301.\n"),
    ("PRIVACY POLICY\n\nText of ours.\n", "Privacy policy\n\nText of ours.\n"),
    (
        "The first paragraph is long.\n\nThe second one is longer.\n",
        "The second one is longer.\n\nThe first paragraph is long.\n",
    ),
    ("*   the first item;\n*   the last item\n", "*   the first item;\n*   the last item.\n"),
    ("a\r\n\r\nb\r\n", "a\n\nb\n"),
    ("Text of ours.\n\n* * *\n", "Text of ours.\n"),
    ("| Cookie | Use |\n| --- | --- |\n| a<br><br>b | c |\n", "| Cookie | Use |\n| --- | --- |\n| a b | c |\n"),
]


@pytest.mark.parametrize(("before", "after"), LAYOUT)
def test_layout_is_layout(before: str, after: str) -> None:
    """White space, quotes, emphasis, marks, case and order change no word."""
    assert diff.compare(before, after).kind is Kind.LAYOUT


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("See [it](https://a.example/1).\n", "See [it](https://a.example/2).\n"),
        ("See [it](https://a.example/1).\n", "See it.\n"),
        ("![](https://a.example/1.png)\n\nText.\n", "Text.\n"),
    ],
)
def test_links_are_links(before: str, after: str) -> None:
    """A target that changes, comes or goes under the same words is a difference of links."""
    assert diff.compare(before, after).kind is Kind.LINKS


WORDING = [
    ("You may not leave.\n", "You may leave.\n"),
    ("Pay $5.\n", "Pay €5.\n"),
    ("Pay 5 %.\n", "Pay 5 ‰.\n"),
    ("A temperature of -5 degrees.\n", "A temperature of 5 degrees.\n"),
    ("An area of 10² metres.\n", "An area of 102 metres.\n"),
    ("A, B and C may sue.\n", "A B and C may sue.\n"),
    ("30 days after notice.\n", "60 days after notice.\n"),
    ("1. One.\n2. Two.\n3. Three.\n", "1. One.\n12. Two.\n3. Three.\n"),
    ("Age over > 18 only.\n", "Age over < 18 only.\n"),
    ("您可以取消。\n", "您不可以取消。\n"),
    ("We share your data.\n", "We share your Data and more.\n"),
    ("Write to \\<privacy@a.example> now.\n", "Write to \\<officer@b.example> now.\n"),
    ("Write to <privacy@a.example> now.\n", "Write to <officer@b.example> now.\n"),
    ("As \\<Company> decides.\n", "As \\<Owner> decides.\n"),
    ("See \\<https://a.example/terms> there.\n", "See \\<https://a.example/law> there.\n"),
    ("Text \\[of\\](ours) here.\n", "Text \\[of\\](theirs) here.\n"),
]


@pytest.mark.parametrize(("before", "after"), WORDING)
def test_words_are_words(before: str, after: str) -> None:
    """One word, sign or number is wording, both ways."""
    assert diff.compare(before, after).kind is Kind.WORDING
    assert diff.compare(after, before).kind is Kind.WORDING


def test_renumbered_clauses_are_layout() -> None:
    """When a clause is put in, the numbers after it and the references to them follow without being marked."""
    before = "1. Scope of it.\n\n2. Fees of ours.\n\n3. Law, see section 2 above.\n"
    after = "1. Scope of it.\n\n2. Wholly new matter.\n\n3. Fees of ours.\n\n4. Law, see section 3 above.\n"
    difference = diff.compare(before, after)

    assert [e.new for e in difference.edits if e.track is Kind.WORDING] == ["2. Wholly new matter.\n\n"]


def test_the_reason_is_told() -> None:
    """A kind comes with its reason in English and French."""
    reason = diff.compare("a b\n", "a  b\n").reason

    assert (reason.en[:16], reason.fr[:18]) == ("No word changed;", "Aucun mot n’a chan")


TEXT = (
    "# Terms of 2024\n\nLast updated: 3 May 2024\n\n## 1. Fees\n\n"
    "You must pay $20 (€18) within 30 days; you may not pay 10 % less.\n\n"
    "1.1 You shall keep 2 copies.\n\n1.2 We will not charge £5 or 7 USD after 14 March 2023.\n\n## 2. Rights\n\n"
    "*   you may cancel 3 times a year;\n*   we shall answer within 48 hours, but not on 25 December.\n\n"
    "| cookie | kept |\n| --- | --- |\n| a | 12 months |\n| b | 13 months |\n\n## 3. Vie privée\n\n"
    "Vous ne devez pas payer plus de 50 € ; nous ne pouvons pas garder vos données plus de 6 mois.\n\n"
    "Elle peut durer 5 ans.\n\n"
    "3.1 Vous devez le lire [ici](https://a.example/2024/7). Il doit être signé.\n"
)
TARGET = re.compile(r"\]\([^)]*\)")
SWAPS = {
    "may": "shall", "shall": "may", "must": "may", "will": "may", "peut": "doit", "doit": "peut",
    "$": "€", "€": "£", "£": "$", "%": "‰",
}  # fmt: skip


def test_no_real_word_is_called_cosmetic() -> None:
    """In 2,000 seeded edits of one not, number, date, currency or modal verb, none is missed or hidden."""
    rnd = random.Random(7)
    plain = TARGET.sub(lambda m: " " * len(m[0]), TEXT)
    sites = [
        m.span()
        for m in re.finditer(r"(?<![\w.])\d+(?![\w.])|\b(?:may|shall|must|will|peut|doit|not|pas)\b|[$€£%]", plain)
    ]
    for _ in range(2000):
        a, b = rnd.choice(sites)
        old = TEXT[a:b]
        new = str(int(old) + rnd.choice([1, 2, 10, 30])) if old.isdigit() else SWAPS.get(old, "")
        difference = diff.compare(TEXT, TEXT[:a] + new + TEXT[b:])

        assert difference.kind is Kind.WORDING, (old, new, TEXT[a - 20 : b + 20])
        assert not forms.summary(difference)["cosmetic_only"]
        assert any(
            old in s.old and new in s.new
            for e in difference.edits
            for s in e.segments
            if s.op in ("insert", "delete", "replace")
        ), (old, new, TEXT[a - 20 : b + 20])
