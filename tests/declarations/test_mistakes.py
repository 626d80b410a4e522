"""What a person is told about a mistake: the file, the line, what is wrong and how to mend it, all at once."""

import time
from pathlib import Path

import pytest

from tosmonitor.declarations import check, load
from tosmonitor.errors import DeclarationError

#: One mistake each: how it is called, the file, and exactly what is told.
MISTAKES = [
    (
        "a key that is misspelt",
        "- name: GitHub\n  documets:\n    - type: Imprint\n      url: https://example.com/a\n",
        ['services.yaml:2: unknown key "documets"; did you mean "documents"?'],
    ),
    (
        "a key of Open Terms Archive",
        "- name: GitHub\n  documents:\n    - type: Imprint\n      fetch: https://example.com/a\n",
        [
            'services.yaml:3: the document has neither "url" nor "sources"; add "url: https://..."',
            'services.yaml:4: unknown key "fetch"; did you mean "url"?',
        ],
    ),
    (
        "a key that nobody knows",
        "- name: GitHub\n  hue: green\n  documents:\n    - type: Imprint\n      url: https://example.com/a\n",
        [
            ('services.yaml:2: unknown key "hue"; the keys here are name, id, homepage, tags, language, jurisdiction,'
            " every, documents")
        ],
    ),
    (
        "a key at the wrong depth",
        "- name: GitHub\n  url: https://example.com/a\n  documents:\n    - type: Imprint\n      url: https://a.example/\n",
        ['services.yaml:2: unknown key "url"; it belongs to a document; check the indentation'],
    ),
    (
        "a service without documents",
        "- name: GitHub\n",
        [
            ('services.yaml:1: "documents" is missing; add "documents:" and under it "- type: Privacy Policy" with '
            '"url: https://..."')
        ],
    ),
    (
        "a list of documents with nothing in it",
        "- name: GitHub\n  documents: []\n",
        [
            ('services.yaml:2: "documents" is empty; add "documents:" and under it "- type: Privacy Policy" with '
            '"url: https://..."')
        ],
    ),
    (
        "a service without a name",
        "- documents:\n    - type: Imprint\n      url: https://example.com/a\n",
        ['services.yaml:1: "name" is missing; add "name: ..."'],
    ),
    (
        "a document without a type",
        "- name: GitHub\n  documents:\n    - url: https://example.com/a\n",
        ['services.yaml:3: "type" is missing; add "type: Terms of Service", or another terms type'],
    ),
    (
        "a terms type that is misspelt",
        "- name: GitHub\n  documents:\n    - type: Privacy Polcy\n      url: https://example.com/a\n",
        ['services.yaml:3: unknown terms type "Privacy Polcy"; did you mean "Privacy Policy"?'],
    ),
    (
        "a terms type under its everyday name",
        "- name: GitHub\n  documents:\n    - type: Cookie Policy\n      url: https://example.com/a\n",
        ['services.yaml:3: unknown terms type "Cookie Policy"; did you mean "Trackers Policy"?'],
    ),
    (
        "a terms type that is nothing like one",
        "- name: GitHub\n  documents:\n    - type: Zzz\n      url: https://example.com/a\n",
        ['services.yaml:3: unknown terms type "Zzz"; the types are listed in the schema and in docs/operators.md'],
    ),
    (
        "an address without a scheme",
        "- name: GitHub\n  documents:\n    - type: Imprint\n      url: www.example.com/a\n",
        ['services.yaml:4: bad address "www.example.com/a": it has no scheme; write "https://www.example.com/a"'],
    ),
    (
        "an address with a space",
        "- name: GitHub\n  documents:\n    - type: Imprint\n      url: https://example.com/a b\n",
        ['services.yaml:4: bad address "https://example.com/a b": it holds a space; copy the address from a browser'],
    ),
    (
        "an address that is not of the web",
        "- name: GitHub\n  documents:\n    - type: Imprint\n      url: ftp://example.com/a\n",
        [
            ('services.yaml:4: bad address "ftp://example.com/a": ftp cannot be fetched; '
            "give an http or https address")
        ],
    ),
    (
        "an address without a host",
        "- name: GitHub\n  documents:\n    - type: Imprint\n      url: https:///a\n",
        ['services.yaml:4: bad address "https:///a": it names no host; write "https://host/path"'],
    ),
    (
        "an address with half a host",
        "- name: GitHub\n  documents:\n    - type: Imprint\n      url: https://github/a\n",
        [
            ('services.yaml:4: bad address "https://github/a": "github" is no full host name; '
            'did you mean "github.com"?')
        ],
    ),
    (
        "an address with a password",
        "- name: GitHub\n  documents:\n    - type: Imprint\n      url: https://me:secret@example.com/\n",
        [
            ('services.yaml:4: bad address "https://me:secret@example.com/": it holds a password or a user name; '
            "give the public address")
        ],
    ),
    (
        "an address with an impossible port",
        "- name: GitHub\n  documents:\n    - type: Imprint\n      url: https://example.com:99999/\n",
        [
            ('services.yaml:4: bad address "https://example.com:99999/": Port out of range 0-65535; '
            "copy the address from a browser")
        ],
    ),
    (
        "a key without a value",
        "- name: GitHub\n  documents:\n    - type: Imprint\n      url:\n",
        ['services.yaml:4: "url" has no value; give it one, or leave the key out'],
    ),
    (
        "an item without a value",
        "- name: GitHub\n  documents:\n    - type: Imprint\n      url: https://example.com/a\n-\n",
        ['services.yaml:5: an item without a value; write it after "- ", or remove the line'],
    ),
    (
        "a key given twice",
        "- name: GitHub\n  documents:\n    - type: Imprint\n      url: https://example.com/a\n      type: Imprint\n",
        ['services.yaml:5: "type" is already given on line 3; keep one of the two'],
    ),
    (
        "a service declared twice",
        ("- name: GitHub\n  documents: [{type: Imprint, url: 'https://example.com/a'}]\n"
        "- name: Github\n  documents: [{type: Imprint, url: 'https://example.com/b'}]\n"),
        ['services.yaml:3: the service "Github" is already declared on line 1; move its documents there'],
    ),
    (
        "an id used twice",
        ("- name: Git Hub\n  documents: [{type: Imprint, url: 'https://example.com/a'}]\n"
        "- name: Git-Hub\n  documents: [{type: Imprint, url: 'https://example.com/b'}]\n"),
        ['services.yaml:3: the id "git-hub" is already used on line 1; give one of the two another id'],
    ),
    (
        "a document declared twice",
        ("- name: GitHub\n  documents:\n    - type: Imprint\n      url: https://example.com/a\n"
        "    - type: Imprint\n      url: https://example.com/b\n"),
        [
            ('services.yaml:5: GitHub already has a "Imprint" on line 3; give one of the two another type, or join '
            'them under "sources"')
        ],
    ),
    (
        "a page watched twice",
        ("- name: GitHub\n  documents:\n    - type: Imprint\n      url: https://example.com/a\n"
        "    - type: Privacy Policy\n      url: https://EXAMPLE.com/a/#top\n"),
        [
            ("services.yaml:6: this page is already watched as GitHub / Imprint on line 4; declare it once; what two "
            "services share goes to the one that publishes it")
        ],
    ),
    (
        "an id that the site needs",
        "- name: Search\n  documents: [{type: Imprint, url: 'https://example.com/a'}]\n",
        [
            ('services.yaml:1: the id "search" belongs to the site itself; give it another id, such as '
            '"id: search-service"')
        ],
    ),
    (
        "an id that is no part of an address",
        "- name: GitHub\n  id: git hub\n  documents: [{type: Imprint, url: 'https://example.com/a'}]\n",
        ['services.yaml:2: bad id "git hub": an id is part of addresses; write "git-hub"'],
    ),
    (
        "a name of which no id can be made",
        "- name: 微信\n  documents: [{type: Imprint, url: 'https://example.com/a'}]\n",
        ['services.yaml:1: no id can be made of "微信"; add "id: ..." in letters of a-z'],
    ),
    (
        "a tag with capitals",
        "- name: GitHub\n  tags: [DSA VLOP]\n  documents: [{type: Imprint, url: 'https://example.com/a'}]\n",
        ['services.yaml:2: bad tag "DSA VLOP"; write "dsa-vlop"'],
    ),
    (
        "tags that are no list",
        "- name: GitHub\n  tags: france\n  documents: [{type: Imprint, url: 'https://example.com/a'}]\n",
        ['services.yaml:2: "tags" must be a list; write [one, another]'],
    ),
    (
        "a language in words",
        "- name: GitHub\n  language: French\n  documents: [{type: Imprint, url: 'https://example.com/a'}]\n",
        ['services.yaml:2: unknown language "French"; write "fr"'],
    ),
    (
        "a language with an underscore",
        "- name: GitHub\n  language: en_gb\n  documents: [{type: Imprint, url: 'https://example.com/a'}]\n",
        ['services.yaml:2: unknown language "en_gb"; write "en-GB"'],
    ),
    (
        "a country that is not called so",
        "- name: GitHub\n  jurisdiction: UK\n  documents: [{type: Imprint, url: 'https://example.com/a'}]\n",
        ['services.yaml:2: unknown jurisdiction "UK"; write "GB"'],
    ),
    (
        "the whole world as a country",
        "- name: GitHub\n  jurisdiction: global\n  documents: [{type: Imprint, url: 'https://example.com/a'}]\n",
        [
            'services.yaml:2: unknown jurisdiction "global"; leave the key out where terms hold for the whole world'
        ],
    ),
    (
        "a length of time that is none",
        "- name: GitHub\n  every: often\n  documents: [{type: Imprint, url: 'https://example.com/a'}]\n",
        [
            ('services.yaml:2: "often" is no length of time; write a number and a unit, such as "12 hours" or '
            '"30 minutes"')
        ],
    ),
    (
        "a pause that no host would like",
        "- name: GitHub\n  every: 5 seconds\n  documents: [{type: Imprint, url: 'https://example.com/a'}]\n",
        ['services.yaml:2: "5 seconds" is too short; the shortest is 1 minute'],
    ),
    (
        "an unknown way to render",
        "- name: GitHub\n  documents: [{type: Imprint, url: 'https://example.com/a', render: allways}]\n",
        ['services.yaml:2: "allways" is no value of "render"; did you mean "always"?'],
    ),
    (
        "robots.txt ignored without a reason",
        "- name: GitHub\n  documents: [{type: Imprint, url: 'https://example.com/a', robots_ignored: yes}]\n",
        [
            ('services.yaml:2: "yes" is no reason; say in a sentence, which the site will show, why robots.txt is '
            "ignored")
        ],
    ),
    (
        "a page and pages",
        ("- name: GitHub\n  documents:\n    - type: Imprint\n      url: https://example.com/a\n"
        "      sources: [{url: 'https://example.com/b'}]\n"),
        ['services.yaml:5: "url" and "sources" exclude each other; put every page under "sources"'],
    ),
    (
        "pages that are no list",
        "- name: GitHub\n  documents:\n    - type: Imprint\n      sources: https://example.com/b\n",
        ['services.yaml:4: "sources" must be a list; begin each source with "- url:"'],
    ),
    (
        "a list where one page goes",
        "- name: GitHub\n  documents:\n    - type: Imprint\n      url: [https://example.com/b]\n",
        ['services.yaml:4: "url" must be one text; several pages go under "sources"'],
    ),
    (
        "a selector beside several pages",
        ("- name: GitHub\n  documents:\n    - type: Imprint\n      select: main\n"
        "      sources: [{url: 'https://example.com/b'}]\n"),
        ['services.yaml:4: "select" stands beside "sources"; move it to the sources it is meant for'],
    ),
    (
        "a range without an end",
        ("- name: GitHub\n  documents:\n    - type: Imprint\n      url: https://example.com/b\n"
        "      select: {startBefore: h1}\n"),
        ['services.yaml:5: a range has one end; give one of "endBefore" and "endAfter"'],
    ),
    (
        "an empty address",
        "- name: GitHub\n  documents:\n    - type: Imprint\n      url: ''\n",
        ["services.yaml:4: the address is empty; copy it from a browser"],
    ),
    (
        "a selector that is not CSS",
        "- name: GitHub\n  documents:\n    - type: Imprint\n      url: https://example.com/b\n      select: main[\n",
        [
            (
                "services.yaml:5: 'main[' is not a CSS selector: Malformed attribute selector at position 4; write it "
                'as in a style sheet: "main .terms"'
            )
        ],
    ),
    (
        "a filter that is misspelt",
        ("- name: GitHub\n  documents:\n    - type: Imprint\n      url: https://example.com/b\n"
        "      filters: [{remov: .ad}]\n"),
        ['services.yaml:5: unknown filter "remov"; did you mean "remove"?'],
    ),
    (
        "a filter without what it needs",
        ("- name: GitHub\n  documents:\n    - type: Imprint\n      url: https://example.com/b\n"
        "      filters: [remove]\n"),
        ["services.yaml:5: the filter 'remove' needs 'select'; it removes elements"],
    ),
    (
        "two filters in one",
        ("- name: GitHub\n  documents:\n    - type: Imprint\n      url: https://example.com/b\n"
        "      filters: [{remove: .a, replace-text: b}]\n"),
        ['services.yaml:5: a filter has one name; write each filter as its own item, "- name: ..."'],
    ),
    (
        "documents that are no list",
        "- name: GitHub\n  documents:\n    type: Imprint\n    url: https://example.com/b\n",
        ['services.yaml:3: "documents" must be a list; begin each document with "- type:"'],
    ),
    (
        "a service that is a word",
        "- GitHub\n",
        [
            'services.yaml:1: a service must be keys with values; write "- name: ..." and the other keys below it'
        ],
    ),
    (
        "a file that is no list",
        "name: GitHub\n",
        ['services.yaml:1: the file must be a list of services; begin each service with "- name:"'],
    ),
    ("an empty file", "", ["services.yaml: it declares no service; add one with: tosmonitor services add https://..."]),
    (
        "a tab",
        "- name: GitHub\n  documents:\n\t- type: Imprint\n\t  url: https://example.com/b\n",
        [
            "services.yaml:3: a tab in the indentation; use spaces",
            "services.yaml:4: a tab in the indentation; use spaces",
        ],
    ),
    (
        "wrong indentation",
        "- name: GitHub\n   documents: []\n",
        [
            ("services.yaml:2: this line does not fit the one above it; align keys with those of the same entry; put a "
            'value that holds ": " in quotes')
        ],
    ),
    (
        "a missing colon",
        "- name: GitHub\n  documents:\n    - type: Imprint\n      url https://example.com/b\n",
        ['services.yaml:4: a key without a colon; write "key: value"'],
    ),
    (
        "a bracket left open",
        "- name: GitHub\n  tags: [france\n  documents: []\n",
        ["services.yaml:2: a bracket that is not closed; close it"],
    ),
    (
        "a quotation mark left open",
        '- name: "GitHub\n  documents: []\n',
        [
            ("services.yaml:1: a quotation mark that is not closed; close it, or put the value in the other kind of "
            "quotes")
        ],
    ),
    (
        "a character that means something to YAML",
        "- name: @GitHub\n  documents: []\n",
        [
            "services.yaml:1: a value begins with a character that means something to YAML; put the value in quotes"
        ],
    ),
    (
        "an alias",
        ("- name: GitHub\n  tags: &t [france]\n  documents: [{type: Imprint, url: 'https://example.com/a'}]\n"
        "- name: GitLab\n  tags: *t\n  documents: [{type: Imprint, url: 'https://example.com/b'}]\n"),
        [
            ('services.yaml:5: the alias "*t" stands for something written elsewhere; write the value out; each entry '
            "reads on its own")
        ],
    ),
    (
        "keys taken in from elsewhere",
        "- name: GitHub\n  <<: {tags: [france]}\n  documents: [{type: Imprint, url: 'https://example.com/a'}]\n",
        ['services.yaml:2: the key "<<" takes in what is written elsewhere; write the keys out'],
    ),
    (
        "an object of Python",
        "- name: !!python/name:os.system x\n  documents: [{type: Imprint, url: 'https://example.com/a'}]\n",
        [
            'services.yaml:1: the tag "tag:yaml.org,2002:python/name:os.system" is not known here; write plain text'
        ],
    ),
    (
        "a second document of YAML",
        ("- name: GitHub\n  documents: [{type: Imprint, url: 'https://example.com/a'}]\n---\n"
        "- name: GitLab\n  documents: [{type: Imprint, url: 'https://example.com/b'}]\n"),
        ['services.yaml:3: a second YAML document begins; remove the line "---"'],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "told"), [case[1:] for case in MISTAKES], ids=[case[0] for case in MISTAKES])
def test_a_mistake_is_told_with_line_and_remedy(
    text: str, told: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each kind of mistake has its own words, its line and the next move."""
    monkeypatch.chdir(tmp_path)
    path = Path("services.yaml")
    path.write_text(text, encoding="utf-8")
    assert told == [str(problem) for problem in check(path)]


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    """A file with broken syntax, wrong values and repeated entries is told of all of them, in file order."""
    path = tmp_path / "services.yaml"
    path.write_text(
        "- name: A\n  documents: [{type: Imprint, url: x.example}]\n"
        "- name: 'B\n  documents: []\n"
        "- name: C\n  tags: [F R]\n  documents: [{type: Impirnt, url: 'https://c.example/'}]\n"
        "- name: C\n  documents: [{type: Imprint, url: 'https://c.example'}]\n",
        encoding="utf-8",
    )
    assert [problem.line for problem in check(path)] == [2, 3, 6, 7, 8, 9]


def test_a_problem_names_its_key_as_people_read_it(tmp_path: Path) -> None:
    """The key goes by the name of the service and counts documents from one."""
    path = tmp_path / "services.yaml"
    path.write_text(
        "- name: GitHub\n  documents:\n    - {type: Imprint, url: 'https://example.com/'}\n"
        "    - {type: Privacy Policy, url: nowhere}\n",
        encoding="utf-8",
    )
    (problem,) = check(path)
    assert (problem.key, problem.line, problem.column) == ("GitHub → documents → 2 → url", 4, 35)


def test_a_missing_file_and_one_that_is_not_text(tmp_path: Path) -> None:
    """What cannot be read at all is told as such."""
    missing, binary = tmp_path / "none.yaml", tmp_path / "latin.yaml"
    binary.write_bytes("- name: a\n- name: Škoda\n".encode("cp1250"))
    assert [f"{missing}: there is no such file; give its path, or start one with: tosmonitor services add URL"] == [
        str(problem) for problem in check(missing)
    ]
    assert [f"{binary}:2: this is not UTF-8; save the file in the encoding UTF-8"] == [
        str(problem) for problem in check(binary)
    ]


def test_nested_aliases_do_not_grow(tmp_path: Path) -> None:
    """A file of a few lines that would expand to a billion values is refused at once."""
    lines = ["- name: x", "  tags: &a [a, a, a, a, a, a, a, a, a]"]
    lines += [f"  tags{i}: &{chr(98 + i)} [{', '.join([f'*{chr(97 + i)}'] * 9)}]" for i in range(10)]
    path = tmp_path / "services.yaml"
    path.write_text("\n".join(lines), encoding="utf-8")
    started = time.process_time()
    with pytest.raises(DeclarationError, match="stands for something written elsewhere"):
        load(path)
    assert time.process_time() - started < 2


def test_five_hundred_services_take_well_under_a_second(tmp_path: Path) -> None:
    """The check is fast enough to stand before every commit, also when every entry has a mistake."""
    entry = (
        "- name: Service {0}\n  tags: [social, france]\n  homepage: https://{0}.example.com/\n  documents:\n"
        "    - type: Terms of Service\n      url: https://{0}.example.com/terms\n"
        "    - type: Privacy Policy\n      url: https://{0}.example.com/privacy\n      language: fr\n"
        "    - type: Trackers Policy\n      url: https://{0}.example.com/cookies\n"
    )
    path = tmp_path / "services.yaml"
    path.write_text("".join(entry.format(i) for i in range(500)), encoding="utf-8")
    started = time.process_time()
    assert len(load(path)) == 500
    good = time.process_time() - started
    path.write_text(path.read_text(encoding="utf-8").replace("language: fr", "langage: fr"), encoding="utf-8")
    started = time.process_time()
    assert len(check(path)) == 500
    bad = time.process_time() - started
    assert good < 0.9
    assert bad < 2
