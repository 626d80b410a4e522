"""`services check --fix`: good form, the same meaning, every comment kept."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tosmonitor.declarations import check, fix, load, loads
from tosmonitor.declarations.fix import fixed
from tosmonitor.errors import DeclarationError
from tosmonitor.model import TERMS_TYPES, slug

UNTIDY = """\
# yaml-language-server: $schema=x
# about Zeta
- name: Zeta
  documents:
  - url: https://z.example/
    type: Imprint   # the only page
    jurisdiction: NO
- documents: [{type: Imprint, url: 'https://a.example/'}]
  name: alpha
  tags:
     - yes
     - 010


# the second group

# about Beta
-   name: "Beta"
    # said inside
    documents:
        -   type: Imprint
            url: https://b.example/
            # said at the end

# the last word
"""

TIDY = """\
# yaml-language-server: $schema=x

- name: alpha
  tags:
    - yes
    - 010
  documents: [{type: Imprint, url: 'https://a.example/'}]

# about Zeta
- name: Zeta
  documents:
    - type: Imprint  # the only page
      url: https://z.example/
      jurisdiction: NO

# the second group

# about Beta
- name: "Beta"
  # said inside
  documents:
    - type: Imprint
      url: https://b.example/
      # said at the end

# the last word
"""


def test_an_untidy_file_is_put_in_good_form() -> None:
    """Entries are sorted in their group, keys in their order; comments go with what they are on."""
    assert fixed(UNTIDY) == TIDY


def test_fixing_what_is_fixed_changes_nothing() -> None:
    """Good form is a resting point."""
    assert fixed(TIDY) == TIDY


def test_a_file_is_replaced_only_when_it_changes(tmp_path: Path) -> None:
    """The answer says whether anything was to be done; permissions and other files stay."""
    path = tmp_path / "services.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + UNTIDY.replace("\n", "\r\n").encode())
    path.chmod(0o640)
    assert fix(path)
    assert path.read_text(encoding="utf-8") == TIDY
    assert not fix(path)
    assert path.stat().st_mode & 0o777 == 0o640
    assert [path] == list(tmp_path.iterdir())


def test_a_file_with_mistakes_is_left_to_a_person(tmp_path: Path) -> None:
    """Nothing is guessed: mistakes are told, the file stays as it is."""
    path = tmp_path / "services.yaml"
    path.write_text("- name: A\n  documets: []\n", encoding="utf-8")
    with pytest.raises(DeclarationError, match="did you mean"):
        fix(path)
    assert path.read_text(encoding="utf-8") == "- name: A\n  documets: []\n"


def test_the_list_that_ships_is_in_good_form() -> None:
    """services.yaml needs no fixing and has no mistakes."""
    path = Path(__file__).parents[2] / "services.yaml"
    assert not check(path)
    assert fixed(path.read_text(encoding="utf-8")) == path.read_text(encoding="utf-8")
    assert load(path)


_COMMENT = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"], exclude_characters="\x85"), max_size=20
)
_NAME = st.text(st.characters(min_codepoint=65, max_codepoint=122, categories=["Lu", "Ll"]), min_size=1, max_size=8)
_TAGS = st.lists(st.sampled_from(["france", "no", "yes", "1e3", "007", "null-0", "dsa-vlop"]), unique=True, max_size=3)


@st.composite
def _files(draw: st.DrawFn) -> str:
    """Write a list of services as an untidy person would."""
    lines: list[str] = []

    def remark(indent: int) -> None:
        if draw(st.booleans()):
            lines.append(" " * indent + "# " + " ".join(draw(_COMMENT).split()))

    names = draw(st.lists(_NAME, min_size=1, max_size=5, unique_by=lambda name: slug(name + "x")))
    for number, name in enumerate(names):
        remark(0)
        if draw(st.booleans()):
            lines.append("")
        step = draw(st.integers(2, 4))
        quote = draw(st.sampled_from(["", "'", '"']))
        lines.append(f"-{' ' * (step - 1)}name: {quote}{name}x{quote}")
        if tags := draw(_TAGS):
            lines.append(f"{' ' * step}tags: [{', '.join(tags)}]")
        remark(step)
        lines.append(f"{' ' * step}documents:")
        inner = step + draw(st.integers(0, 3))
        for kind in draw(st.lists(st.sampled_from(TERMS_TYPES), min_size=1, max_size=3, unique=True)):
            remark(inner)
            keys = [f"type: {kind}", f"url: https://{number}.example.com/{slug(kind)}"]
            keys += draw(st.lists(st.sampled_from(["language: no", "every: 1 day", "select: main"]), unique=True))
            ordered = draw(st.permutations(keys))
            tail = "  # " + draw(_NAME) if draw(st.booleans()) else ""
            lines.append(f"{' ' * inner}- {ordered[0]}{tail}")
            lines += [f"{' ' * (inner + 2)}{key}" for key in ordered[1:]]
        remark(inner)
    remark(0)
    return draw(st.sampled_from(["\n", "\r\n"])).join(lines) + "\n"


@settings(max_examples=80, deadline=None)
@given(_files())
def test_fixing_never_changes_the_meaning(text: str) -> None:
    """Whatever is written, the same services come out, and the same comments; and fixing again changes nothing."""
    after = fixed(text)
    assert {service.id: service for service in loads(after)} == {service.id: service for service in loads(text)}
    assert sorted(line.partition("#")[2].strip() for line in text.splitlines() if "#" in line) == sorted(
        line.partition("#")[2].strip() for line in after.splitlines() if "#" in line
    )
    assert fixed(after) == after
    assert "\r" not in after
