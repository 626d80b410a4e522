"""The shape of services.yaml as pydantic models, and the JSON Schema made from them.

The models say what each key may hold; what holds between entries (nothing twice, nothing reserved) is asked by
`load`. Every validator raises with a message and a remedy, which `mistakes` puts beside the line they belong to.
All scalars arrive as text: the country code NO is not a boolean here.
"""

import json
import re
from difflib import get_close_matches
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    TypeAdapter,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from tosmonitor.declarations.spans import span
from tosmonitor.declarations.vocabulary import (
    JURISDICTIONS,
    LANGUAGES,
    OTHER_JURISDICTIONS,
    OTHER_LANGUAGES,
    OTHER_TERMS_TYPES,
)
from tosmonitor.model import TERMS_TYPES, Range, Render

#: The name under which the schema is shipped, beside this module.
SCHEMA_FILE = "services.schema.json"

_LANGUAGE = re.compile(r"([a-z]{2,3})(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?")
_JURISDICTION = re.compile(r"([A-Z]{2})(-[A-Z0-9]{1,3})?")
_TAG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ID = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*")
_SHORTEST_REASON = 10
_TYPES_BY_NAME = {name.lower(): name for name in TERMS_TYPES}
_URL_TAIL = re.compile(r"[\s<>\"{}|\\^`]")


def nearest(word: str, words: list[str] | tuple[str, ...]) -> str:
    """Return the one of `words` that `word` was most likely meant to be, or the empty string."""
    by_lower = {candidate.lower(): candidate for candidate in words}
    return next((by_lower[hit] for hit in get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)), "")


def mistake(message: str, remedy: str) -> PydanticCustomError:
    """Return the error that a validator raises for a value that cannot stand."""
    return PydanticCustomError("mistake", "{message}", {"message": message, "remedy": remedy})


def _terms_type(value: str) -> str:
    if value in TERMS_TYPES:
        return value
    known = _TYPES_BY_NAME.get(value.lower()) or OTHER_TERMS_TYPES.get(value.lower()) or nearest(value, TERMS_TYPES)
    remedy = f'did you mean "{known}"?' if known else "the types are listed in the schema and in docs/operators.md"
    raise mistake(f'unknown terms type "{value}"', remedy)


def _url(value: str) -> str:
    if not value.strip():
        raise mistake("the address is empty", "copy it from a browser")
    if found := _URL_TAIL.search(value):
        what = "a space" if found[0].isspace() else f'"{found[0]}"'
        raise mistake(f'bad address "{value}": it holds {what}', "copy the address from a browser")
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise mistake(f'bad address "{value}": {error}', "copy the address from a browser") from error
    if parts.scheme not in ("http", "https"):
        if not parts.scheme or "." in parts.scheme:
            raise mistake(f'bad address "{value}": it has no scheme', f'write "https://{value.lstrip("/")}"')
        raise mistake(f'bad address "{value}": {parts.scheme} cannot be fetched', "give an http or https address")
    if not host:
        raise mistake(f'bad address "{value}": it names no host', 'write "https://host/path"')
    if parts.username is not None:
        raise mistake(f'bad address "{value}": it holds a password or a user name', "give the public address")
    if "." not in host and ":" not in host and host != "localhost":
        raise mistake(f'bad address "{value}": "{host}" is no full host name', f'did you mean "{host}.com"?')
    return value


def _language(value: str) -> str:
    if (match := _LANGUAGE.fullmatch(value)) and (len(match[1]) == 3 or match[1] in LANGUAGES):
        return value
    primary, _, rest = value.replace("_", "-").partition("-")
    guess = OTHER_LANGUAGES.get(primary.lower()) or (primary.lower() if primary.lower() in LANGUAGES else "")
    if guess and rest:
        guess = f"{guess}-{rest.upper() if len(rest) == 2 else rest.title()}"
    raise mistake(
        f'unknown language "{value}"', f'write "{guess}"' if guess else 'write an ISO 639 code such as "fr" or "en-GB"'
    )


def _jurisdiction(value: str) -> str:
    if (match := _JURISDICTION.fullmatch(value)) and match[1] in JURISDICTIONS:
        return value
    upper = value.upper()
    if OTHER_JURISDICTIONS.get(upper) == "":
        raise mistake(f'unknown jurisdiction "{value}"', "leave the key out where terms hold for the whole world")
    guess = OTHER_JURISDICTIONS.get(upper) or (upper if upper in JURISDICTIONS else "")
    remedy = f'write "{guess}"' if guess else 'write an ISO 3166 country code such as "FR", or "EU"'
    raise mistake(f'unknown jurisdiction "{value}"', remedy)


def _tag(value: str) -> str:
    if _TAG.fullmatch(value):
        return value
    guess = "-".join(re.findall(r"[a-z0-9]+", value.lower()))
    remedy = f'write "{guess}"' if guess else "use small letters, digits and hyphens"
    raise mistake(f'bad tag "{value}"', remedy)


def _service_id(value: str) -> str:
    if _ID.fullmatch(value):
        return value
    guess = "-".join(re.findall(r"[A-Za-z0-9]+", value))
    remedy = f'write "{guess}"' if guess else "use letters, digits and hyphens"
    raise mistake(f'bad id "{value}": an id is part of addresses', remedy)


def _every(value: str) -> str:
    return _span(value, shortest="1 minute")


def _confirm(value: str) -> str:
    return _span(value, shortest="1 second")


def _span(value: str, shortest: str) -> str:
    length = span(value)
    if length is None:
        raise mistake(
            f'"{value}" is no length of time', 'write a number and a unit, such as "12 hours" or "30 minutes"'
        )
    if length < (span(shortest) or length):
        raise mistake(f'"{value}" is too short', f"the shortest is {shortest}")
    return value


def _reason(value: str) -> str:
    if len(value) < _SHORTEST_REASON:
        raise mistake(
            f'"{value}" is no reason', "say in a sentence, which the site will show, why robots.txt is ignored"
        )
    return value


def _name(value: str) -> str:
    if not value or value != value.strip() or not value.isprintable():
        raise mistake("the name is empty or holds control characters", "give the name that its users know")
    return value


def _filters(value: tuple[Any, ...]) -> tuple[Any, ...]:
    if any(isinstance(one, dict) and len(one) != 1 for one in value):
        raise mistake("a filter has one name", 'write each filter as its own item, "- name: ..."')
    return value


def _selection_form(value: Any) -> str:
    return "range" if isinstance(value, dict) else "css"


def _css(value: str) -> str:
    if not value.strip():
        raise mistake("the selector is empty", 'give a CSS selector, such as "main article"')
    return value


TermsType = Annotated[str, AfterValidator(_terms_type), WithJsonSchema({"type": "string", "enum": list(TERMS_TYPES)})]
Address = Annotated[
    str, AfterValidator(_url), WithJsonSchema({"type": "string", "format": "uri", "pattern": "^https?://[^/\\s]+"})
]
Language = Annotated[
    str, AfterValidator(_language), WithJsonSchema({"type": "string", "pattern": f"^{_LANGUAGE.pattern}$"})
]
Jurisdiction = Annotated[
    str,
    AfterValidator(_jurisdiction),
    WithJsonSchema({"type": "string", "pattern": f"^{_JURISDICTION.pattern}$"}),
]
TagName = Annotated[str, AfterValidator(_tag), WithJsonSchema({"type": "string", "pattern": f"^{_TAG.pattern}$"})]
Every = Annotated[str, AfterValidator(_every)]
Confirm = Annotated[str, AfterValidator(_confirm)]
Css = Annotated[str, AfterValidator(_css)]
Reason = Annotated[str, AfterValidator(_reason), WithJsonSchema({"type": "string", "minLength": _SHORTEST_REASON})]
Name = Annotated[str, AfterValidator(_name), WithJsonSchema({"type": "string", "minLength": 1})]
ServiceId = Annotated[
    str, AfterValidator(_service_id), WithJsonSchema({"type": "string", "pattern": f"^{_ID.pattern}$"})
]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RangeEntry(_Entry):
    """What lies between two elements: one start and one end, each a CSS selector (Open Terms Archive's names)."""

    start_before: Css | None = Field(default=None, alias="startBefore", description="Begin with this element.")
    start_after: Css | None = Field(default=None, alias="startAfter", description="Begin after this element.")
    end_before: Css | None = Field(default=None, alias="endBefore", description="End before this element.")
    end_after: Css | None = Field(default=None, alias="endAfter", description="End with this element.")

    def selection(self) -> Range:
        """Return the range as the reader of pages takes it; `load` has made sure that both ends are there."""
        return Range(
            start=self.start_before or self.start_after or "",
            end=self.end_after or self.end_before or "",
            start_included=self.start_before is not None,
            end_included=self.end_after is not None,
        )


def _listed(value: Any) -> Any:
    """Take one selector, or a list of them."""
    return value if isinstance(value, list) else [value]


_Selection = Annotated[Annotated[Css, Tag("css")] | Annotated[RangeEntry, Tag("range")], Discriminator(_selection_form)]
Selections = Annotated[tuple[_Selection, ...], BeforeValidator(_listed)]
_Argument = Annotated[
    Annotated[str, Tag("argument")] | Annotated[dict[str, str], Tag("arguments")],
    Discriminator(lambda value: "arguments" if isinstance(value, dict) else "argument"),
]
_Filter = Annotated[
    Annotated[str, Tag("name")] | Annotated[dict[str, _Argument], Tag("call")],
    Discriminator(lambda value: "call" if isinstance(value, dict) else "name"),
]
FilterEntry = str | dict[str, str | dict[str, str]]
Filters = Annotated[tuple[_Filter, ...], AfterValidator(_filters)]

#: One operator, for asking whether it can be read at all.
FILTER: TypeAdapter[tuple[FilterEntry, ...]] = TypeAdapter(Filters)


class _Read(_Entry):
    """How a page is read; the keys that a document with one page and a source share."""

    select: Selections = Field(
        default=(), description="What of the page to keep: CSS selectors or ranges. Default: found by itself."
    )
    remove: Selections = Field(default=(), description="What of the page to leave out: CSS selectors or ranges.")
    filters: Filters = Field(default=(), description="Operators applied to the page before it is read.")
    render: Render = Field(default=Render.AUTO, description="When to read the page in a browser.")


class SourceEntry(_Read):
    """One web page of a document that has several."""

    url: Address = Field(description="The address of the page.")


class DocumentEntry(_Read):
    """One set of terms: a type, and the page or pages that carry it."""

    type: TermsType = Field(description="The terms type, from Open Terms Archive's list.")
    url: Address | None = Field(default=None, description="The address of the page.")
    sources: tuple[SourceEntry, ...] | None = Field(
        default=None, description="The pages, in reading order, if there are several."
    )
    language: Language | None = Field(
        default=None, description="The language of the text: ISO 639, such as fr or en-GB."
    )
    jurisdiction: Jurisdiction | None = Field(default=None, description="For whom the terms hold: ISO 3166, or EU.")
    every: Every | None = Field(default=None, description='How often to look, such as "12 hours" (the default).')
    confirm: Confirm | None = Field(
        default=None, description='When to look again before a change is announced; "15 minutes".'
    )
    robots_ignored: Reason | None = Field(
        default=None, description="Why robots.txt is not obeyed here; shown in public."
    )


class ServiceEntry(_Entry):
    """A named provider and the documents that are watched."""

    name: Name = Field(description="The name that its users know.")
    id: ServiceId | None = Field(
        default=None, description="The first part of its address; made from the name by default."
    )
    homepage: Address | None = Field(default=None, description="The address of its home page.")
    tags: tuple[TagName, ...] = Field(
        default=(), description="Groups it belongs to, such as dsa-vlop; each has a page and a feed."
    )
    language: Language | None = Field(default=None, description="The language of its documents, where they do not say.")
    jurisdiction: Jurisdiction | None = Field(
        default=None, description="For whom its documents hold, where they do not say."
    )
    every: Every | None = Field(default=None, description="How often to look at its documents, where they do not say.")
    documents: tuple[DocumentEntry, ...] = Field(min_length=1, description="The sets of terms that are watched.")


SERVICES: TypeAdapter[tuple[ServiceEntry, ...]] = TypeAdapter(tuple[ServiceEntry, ...])


def schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of services.yaml, as shipped in SCHEMA_FILE."""
    made = SERVICES.json_schema(by_alias=True)
    for definition in made["$defs"].values():
        for key, field in definition.get("properties", {}).items():
            field.pop("title", None)
            _drop_null(field)
            if key in ("select", "remove"):
                one = field.pop("items")
                field.pop("type")
                field["anyOf"] = [one, {"type": "array", "items": one}]
    made["$defs"]["DocumentEntry"]["oneOf"] = [{"required": ["url"]}, {"required": ["sources"]}]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "services.yaml of tosmonitor",
        **made,
    }


def schema_text() -> str:
    """Return the JSON Schema as the file that is shipped."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _drop_null(field: dict[str, Any]) -> None:
    """Leave null out: a key is given a value or left out."""
    if "anyOf" in field and {"type": "null"} in field["anyOf"]:
        rest = [choice for choice in field.pop("anyOf") if choice != {"type": "null"}]
        field.pop("default", None)
        field.update(rest[0] if len(rest) == 1 else {"anyOf": rest})
