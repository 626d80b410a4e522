"""What pydantic found, in the words of the file: the line, the key, what is wrong and how to mend it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from tosmonitor.declarations.positions import Written, key_of
from tosmonitor.declarations.schema import DocumentEntry, RangeEntry, ServiceEntry, SourceEntry, nearest
from tosmonitor.errors import Problem

#: Keys of other lists of services, and what they are called here.
_ELSEWHERE = {
    "fetch": "url", "link": "url", "href": "url", "address": "url", "terms": "documents", "combine": "sources",
    "urls": "sources", "pages": "sources", "filter": "filters", "selector": "select", "title": "name",
    "lang": "language", "country": "jurisdiction", "interval": "every", "executeClientScripts": "render",
    "terms_type": "type", "website": "homepage", "home": "homepage",
}  # fmt: skip

#: What to write for a key that must be there.
_EXAMPLES = {
    "name": 'add "name: ..."',
    "documents": 'add "documents:" and under it "- type: Privacy Policy" with "url: https://..."',
    "type": 'add "type: Terms of Service", or another terms type',
    "url": 'add "url: https://..."',
}

#: What pydantic puts into a path for the kind of selection, or of filter.
_TAGS = frozenset({"css", "range", "name", "call", "argument", "arguments"})

_LISTS = {
    "documents": 'begin each document with "- type:"',
    "sources": 'begin each source with "- url:"',
    "tags": "write [one, another]",
}


@dataclass(frozen=True, slots=True)
class Shape:
    """Which model holds below which key, the innermost last; `whole` is what the file, or an entry of it, is."""

    whole: type[BaseModel]
    inside: tuple[tuple[str, type[BaseModel]], ...]

    def model(self, path: Sequence[int | str]) -> type[BaseModel]:
        """Return the model of what lies at `path`."""
        found = self.whole
        for key, model in self.inside:
            if key in path:
                found = model
        return found


#: The shape of services.yaml.
SERVICES_SHAPE = Shape(ServiceEntry, (("documents", DocumentEntry), ("sources", SourceEntry), ("range", RangeEntry)))

#: What an entry is called, and the key that comes first in it.
_CALLED = {
    "ServiceEntry": ("a service", "name"),
    "DocumentEntry": ("a document", "type"),
    "SourceEntry": ("a source", "url"),
    "ListenerEntry": ("a listener", "name"),
}


def problems(errors: Iterable[ErrorDetails], written: Written, shape: Shape = SERVICES_SHAPE) -> Iterator[Problem]:
    """Turn pydantic's errors on `written.value` into problems; what `positions` has told already is left out."""
    found = list(errors)
    misspelt = {
        (error["loc"][:-1], _close(str(error["loc"][-1]), _keys(shape.model(error["loc"][:-1]))))
        for error in found
        if error["type"] == "extra_forbidden"
    }
    for error in found:
        path = error["loc"]
        if error["type"] == "missing" and (path[:-1], path[-1]) in misspelt:
            continue  # told as an unknown key
        if error["type"] != "missing" and error["input"] is None:
            continue  # told as "has no value" where the file was read
        if error["type"] == "too_short" and error["input"]:
            continue  # not empty: what is in it has mistakes of its own
        message, remedy = _said(error, shape)
        at_key = error["type"] in ("extra_forbidden", "missing")
        place = written.key_place(path) if at_key else written.place(path)
        key = key_of(_real(path, written.value), written.value)
        yield Problem(written.file, place.line, place.column, key, message, remedy)


def _said(error: ErrorDetails, shape: Shape) -> tuple[str, str]:
    path, kind = error["loc"], error["type"]
    key = str(path[-1]) if path else ""
    named = next((segment for segment in reversed(path) if isinstance(segment, str) and segment not in _TAGS), "")
    match kind:
        case "mistake":
            return str(error["ctx"]["message"]), str(error["ctx"]["remedy"])
        case "extra_forbidden":
            return f'unknown key "{key}"', _meant(key, path[:-1], shape)
        case "missing":
            return f'"{key}" is missing', _EXAMPLES.get(key, f'add "{key}: ..."')
        case "tuple_type" | "list_type":
            return f'"{named}" must be a list', _LISTS.get(named, 'begin each item with "- "')
        case "model_type" | "model_attributes_type" | "dict_type":
            what, first = _CALLED.get(shape.model(path).__name__, ("this", "key"))
            return f"{what} must be keys with values", f'write "- {first}: ..." and the other keys below it'
        case "too_short" | "string_too_short":
            return f'"{named}" is empty', _EXAMPLES.get(named, "give it a value, or leave the key out")
        case "string_type":
            remedy = 'several pages go under "sources"' if named == "url" else "write a text"
            return f'"{named}" must be one text', remedy
        case "enum" | "literal_error":
            words = re.findall(r"'([^']+)'", str(error["ctx"]["expected"]))
            meant = nearest(str(error["input"]), words)
            remedy = f'did you mean "{meant}"?' if meant else f"write {_either(words)}"
            return f'"{error["input"]}" is no value of "{named}"', remedy
    return f'"{named}" cannot be {error["input"]!r}', error["msg"][0].lower() + error["msg"][1:]


def _meant(key: str, path: tuple[int | str, ...], shape: Shape) -> str:
    own = _keys(shape.model(path))
    if close := _close(key, own):
        return f'did you mean "{close}"?'
    if shape is SERVICES_SHAPE:
        for model in (DocumentEntry, ServiceEntry):
            if key in _keys(model):
                what, _ = _CALLED[model.__name__]
                return f"it belongs to {what}; check the indentation"
    return f"the keys here are {', '.join(own)}"


def _close(key: str, own: list[str]) -> str:
    other = _ELSEWHERE.get(key, "")
    return other if other in own else nearest(key.lower().replace("-", "_"), own)


def _either(words: list[str]) -> str:
    return " or ".join(f'"{word}"' for word in words)


def _keys(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _real(path: tuple[int | str, ...], value: Any) -> tuple[int | str, ...]:
    """Leave out the segments that pydantic adds (which kind of selection, the one item of a list not written)."""
    kept: list[int | str] = []
    last = len(path) - 1
    for index, segment in enumerate(path):
        if isinstance(value, dict) and (segment in value or index == last):
            value = value.get(segment)
        elif isinstance(value, list) and isinstance(segment, int) and segment < len(value):
            value = value[segment]
        else:
            continue
        kept.append(segment)
    return tuple(kept)
