"""YAML as plain values that remember where they were written.

A file is composed into nodes by libyaml, then turned into plain values: every scalar is text (or None where nothing
is written), so that no country or language becomes a boolean. What cannot be read is told entry by entry, and the
rest is read nevertheless: one broken entry hides no other mistake.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tosmonitor.errors import DeclarationError, Problem

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml is about ten times as fast
_TAB = re.compile(r"^ *\t[ \t]*", re.MULTILINE)
_ENTRY = re.compile(r"^-(?=[ \n])", re.MULTILINE)
_NULL = "tag:yaml.org,2002:null"
_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}" for name in ("str", "null", "bool", "int", "float", "timestamp", "seq", "map", "value")
)

#: A value shared by aliases counts once for each place it is used; beyond this it is not followed.
_HEAVIEST = 2000

#: Deeper nesting is not read: libyaml's composer recurses, and ends the process where the stack does.
_DEEPEST = 100
_BRACKET = re.compile(r"[\[\]{}]")
_INDENT = re.compile(r"^[ \-?:]{100,}", re.MULTILINE)

#: What libyaml says, and what it means for the person who wrote the file.
_SYNTAX = (
    ("mapping values are not allowed", "this line does not fit the one above it",
     'align keys with those of the same entry; put a value that holds ": " in quotes'),
    ("could not find expected ':'", "a key without a colon", 'write "key: value"'),
    ("expected '-' indicator", "wrong nesting", 'align each "-" with the one above it'),
    ("did not find expected key", "wrong nesting", "align keys with those of the same entry"),
    ("quoted scalar", "a quotation mark that is not closed", "close it, or put the value in the other kind of quotes"),
    ("flow", "a bracket that is not closed", "close it"),
    ("cannot start any token", "a value begins with a character that means something to YAML",
     "put the value in quotes"),
    ("undefined alias", "an alias to nothing", "write the value out"),
    ("control characters", "a character that is not text", "remove it"),
    ("expected a single document", "a second YAML document begins", 'remove the line "---"'),
)  # fmt: skip


#: Mistakes that are noticed late, and are told where they began.
_WHERE_IT_BEGAN = ("a key without a colon", "a quotation mark", "a bracket")


@dataclass(frozen=True, slots=True)
class Place:
    """A line and a column, both from 1."""

    line: int
    column: int


@dataclass(slots=True)
class Written:
    """What a file says (`value`), where each part of it is, and what could not be read."""

    file: str
    value: Any
    root: yaml.Node | None
    problems: list[Problem] = field(default_factory=list)

    def place(self, path: Sequence[str | int]) -> Place:
        """Return where the value at `path` is; segments that lead nowhere are passed over."""
        node = self.root
        for segment in path:
            node = _child(node, segment)[1] or node
        return _place(node)

    def key_place(self, path: Sequence[str | int]) -> Place:
        """Return where the key at `path` is; where there is no such key, where the value around it is."""
        node = self.root
        found: yaml.Node | None = None
        for segment in path:
            key, value = _child(node, segment)
            node, found = value or node, key
        return _place(found or node)


def read(path: Path) -> Written:
    """Read the YAML file at `path`; raise DeclarationError when there is nothing to go on (no file, not text)."""
    name = str(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise DeclarationError(
            (_whole(name, "there is no such file", "give its path, or start one with: tosmonitor services add URL"),)
        ) from None
    except OSError as error:
        raise DeclarationError((_whole(name, f"cannot be read: {error.strerror}", "check its permissions"),)) from error
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise DeclarationError(
            (Problem(name, line, 1, "", "this is not UTF-8", "save the file in the encoding UTF-8"),)
        ) from error
    return parse(text, name)


def parse(text: str, name: str) -> Written:
    """Read YAML `text`; `name` is what problems call the file."""
    text = text.replace("\r\n", "\n")
    problems = [
        Problem(name, text.count("\n", 0, tab.start()) + 1, 1, "", "a tab in the indentation", "use spaces")
        for tab in _TAB.finditer(text)
    ]
    tabbed = {problem.line for problem in problems}
    if tabbed:
        text = _TAB.sub(lambda tab: tab[0].replace("\t", "  "), text)
    if (place := _too_deep(text)) is not None:
        remedy = "services have documents, documents have sources; nothing is deeper"
        return Written(name, None, None, [Problem(name, place.line, 1, "", "nesting without end", remedy)])
    try:
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        root, broken = _piecemeal(text, name, tabbed, error)
        problems += broken
    reading = _Reading(name)
    value = reading.plain(root, ()) if root is not None else None
    problems += reading.problems(value)
    if reading.aliased:
        problems += _aliases(text, name)
    problems.sort(key=lambda problem: (problem.line, problem.column))
    return Written(name, value, root, problems)


def _too_deep(text: str) -> Place | None:
    """Return where nesting may be deeper than is read; a bound on it, for which nothing is parsed."""
    if indented := _INDENT.search(text):
        return Place(text.count("\n", 0, indented.start()) + 1, 1)
    depth = 0
    for bracket in _BRACKET.finditer(text):
        depth = depth + 1 if bracket[0] in "[{" else max(0, depth - 1)
        if depth > _DEEPEST:
            return Place(text.count("\n", 0, bracket.start()) + 1, 1)
    return None


def key_of(path: Sequence[str | int], value: Any) -> str:
    """Return `path` as people read it, "GitHub → documents → 2 → url": services by name, the rest counted from 1."""
    words = []
    for depth, segment in enumerate(path):
        if isinstance(segment, int):
            entry = value[segment] if isinstance(value, list) and segment < len(value) else None
            named = entry.get("name") if depth == 0 and isinstance(entry, dict) else None
            words.append(named if isinstance(named, str) else str(segment + 1))
            value = entry
        else:
            words.append(segment)
            value = value.get(segment) if isinstance(value, dict) else None
    return " → ".join(words)


@dataclass(slots=True)
class _Reading:
    name: str
    told: list[tuple[tuple[str | int, ...], Place, str, str]] = field(default_factory=list)
    aliased: bool = False
    seen: dict[int, tuple[Any, int]] = field(default_factory=dict)

    def plain(self, node: yaml.Node, path: tuple[str | int, ...]) -> Any:
        return self._weighed(node, path)[0]

    def _weighed(self, node: yaml.Node, path: tuple[str | int, ...]) -> tuple[Any, int]:
        known = self.seen.get(id(node))
        if known is not None:
            self.aliased = True
            return known if known[1] < _HEAVIEST else (None, 1)
        self.seen[id(node)] = (None, 1)  # an alias inside its own anchor ends here
        read: tuple[Any, int]
        if isinstance(node, yaml.ScalarNode):
            read = self._scalar(node, path), 1
        elif isinstance(node, yaml.SequenceNode):
            parts = [self._weighed(part, (*path, index)) for index, part in enumerate(node.value)]
            for index, part in enumerate(node.value):
                if isinstance(part, yaml.ScalarNode) and parts[index][0] is None:
                    self._tell(
                        part, (*path, index), "an item without a value", 'write it after "- ", or remove the line'
                    )
            read = [value for value, _ in parts], 1 + sum(weight for _, weight in parts)
        else:
            read = self._mapping(node, path)
        self.seen[id(node)] = read
        return read

    def _scalar(self, node: yaml.ScalarNode, path: tuple[str | int, ...]) -> str | None:
        if node.tag not in _TAGS:
            self._tell(node, path, f'the tag "{node.tag}" is not known here', "write plain text")
        return None if node.tag == _NULL else str(node.value)

    def _mapping(self, node: yaml.Node, path: tuple[str | int, ...]) -> tuple[dict[str, Any], int]:
        out: dict[str, Any] = {}
        lines: dict[str, int] = {}
        weight = 1
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
            if key == "<<":
                self._tell(key_node, path, 'the key "<<" takes in what is written elsewhere', "write the keys out")
                continue
            if not isinstance(key, str):
                self._tell(key_node, path, "a key that is not a word", 'write "key: value"')
                continue
            if key in out:
                remedy = "keep one of the two"
                self._tell(key_node, (*path, key), f'"{key}" is already given on line {lines[key]}', remedy)
                continue
            out[key], added = self._weighed(value_node, (*path, key))
            lines[key] = key_node.start_mark.line + 1
            weight += added
            if out[key] is None:
                self._tell(key_node, (*path, key), f'"{key}" has no value', "give it one, or leave the key out")
        return out, weight

    def _tell(self, node: yaml.Node, path: tuple[str | int, ...], message: str, remedy: str) -> None:
        self.told.append((path, _place(node), message, remedy))

    def problems(self, value: Any) -> Iterator[Problem]:
        for path, place, message, remedy in self.told:
            yield Problem(self.name, place.line, place.column, key_of(path, value), message, remedy)


def _piecemeal(text: str, name: str, tabbed: set[int], error: yaml.YAMLError) -> tuple[yaml.Node | None, list[Problem]]:
    """Read each entry of the list by itself, so that a broken one is told and the others are read."""
    starts = [match.start() for match in _ENTRY.finditer(text)]
    if not starts:
        return None, [_syntax(error, name)]
    problems: list[Problem] = []
    entries: list[yaml.Node] = []
    for start, end in zip([0, *starts], [*starts, len(text)], strict=True):
        before = text.count("\n", 0, start)
        piece = "\n" * before + text[start:end]
        try:
            root = yaml.compose(piece, Loader=_LOADER)
        except yaml.YAMLError as own:
            lines = range(before + 1, before + text.count("\n", start, end) + 2)
            if tabbed.isdisjoint(lines):
                problems.append(_syntax(own, name))
            continue
        if isinstance(root, yaml.SequenceNode):
            entries += root.value
        elif root is not None:
            problems.append(_syntax(error, name))
    mark = entries[0].start_mark if entries else None
    return yaml.SequenceNode("tag:yaml.org,2002:seq", entries, mark, mark), problems or (
        [] if tabbed else [_syntax(error, name)]
    )


def _syntax(error: yaml.YAMLError, name: str) -> Problem:
    began, noticed = getattr(error, "context_mark", None), getattr(error, "problem_mark", None)
    said = f"{getattr(error, 'context', '')} {getattr(error, 'problem', error)}"
    message, remedy = next(
        ((message, remedy) for words, message, remedy in _SYNTAX if words in said),
        (f"this is not YAML: {said}", "compare it with the entries around it"),
    )
    mark: yaml.Mark | None = began if began and message.startswith(_WHERE_IT_BEGAN) else noticed
    if mark is None:
        return _whole(name, message, remedy)
    return Problem(name, mark.line + 1, mark.column + 1, "", message, remedy)


def _aliases(text: str, name: str) -> list[Problem]:
    """Tell every use of an anchor: an entry must read on its own, in a list that people search."""
    found: list[Problem] = []
    remedy = "write the value out; each entry reads on its own"
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            if isinstance(event, yaml.AliasEvent) and event.start_mark:
                message = f'the alias "*{event.anchor}" stands for something written elsewhere'
                found.append(Problem(name, event.start_mark.line + 1, event.start_mark.column + 1, "", message, remedy))
    except yaml.YAMLError:
        return found  # what is broken was told; aliases beyond it will be once it is mended
    return found


def _whole(name: str, message: str, remedy: str) -> Problem:
    return Problem(name, 0, 0, "", message, remedy)


def _child(node: yaml.Node | None, segment: str | int) -> tuple[yaml.Node | None, yaml.Node | None]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == segment:
                return key, value
    if isinstance(node, yaml.SequenceNode) and isinstance(segment, int) and segment < len(node.value):
        return node.value[segment], node.value[segment]
    return None, None


def _place(node: yaml.Node | None) -> Place:
    if node is None:
        return Place(1, 1)
    return Place(node.start_mark.line + 1, node.start_mark.column + 1)
