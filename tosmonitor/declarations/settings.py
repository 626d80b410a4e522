"""tosmonitor.yaml: how this installation behaves. Optional; every key has a default that works.

The file stands beside services.yaml. As there, every mistake is told at once with its line and its remedy.
"""

import base64
import binascii
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from tosmonitor.declarations import mistakes
from tosmonitor.declarations.positions import Written, key_of, read
from tosmonitor.declarations.schema import (
    Address,
    Jurisdiction,
    Language,
    ServiceId,
    TagName,
    TermsType,
    mistake,
    nearest,
)
from tosmonitor.declarations.spans import span
from tosmonitor.errors import DeclarationError, Problem
from tosmonitor.model import Kind, Manners, Vantage
from tosmonitor.topics import TOPICS

#: The name of the file, looked for beside services.yaml.
SETTINGS_FILE = "tosmonitor.yaml"

#: Standard Webhooks: a secret is "whsec_" and 24 to 64 bytes in base64 (specification, "Signature scheme").
_SECRET_PREFIX = "whsec_"
_SECRET_BYTES = range(24, 65)


#: What a listener is told of unless it says otherwise; "first" besides, when a document is first seen.
_EVENTS = ("change", "retraction", "withdrawal")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a listener is told; an empty tuple lets everything through, several must all agree."""

    events: tuple[str, ...] = _EVENTS
    services: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    jurisdictions: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listener:
    """Someone who is told of changes: a webhook (with the secret that signs) or an Apprise address."""

    name: str
    webhook: str | None = None
    secret: str | None = field(default=None, repr=False)
    apprise: str | None = field(default=None, repr=False)  # it may hold a password
    language: str = "en"
    wanted: Wanted = Wanted()


@dataclass(frozen=True, slots=True)
class Settings:
    """How this installation behaves; `manners` is what the fetcher is given."""

    name: str = "tosmonitor"
    base_url: str = "http://127.0.0.1:8000"
    manners: Manners = field(default_factory=Manners)
    phrases: tuple[str, ...] = ()
    hub: str | None = None
    workers: int = 24
    listeners: tuple[Listener, ...] = ()


def settings(path: Path | None) -> Settings:
    """Return the settings in the file at `path`; the defaults if it is None or there is no such file.

    Raise DeclarationError with every mistake. Secrets that are named by a file are read from it.
    """
    if path is None or not path.exists():
        return Settings()
    written = read(path)
    problems = list(written.problems)
    entry = _ENTRY.validate_python({})
    if isinstance(written.value, dict):
        try:
            entry = _ENTRY.validate_python(written.value)
        except ValidationError as error:
            problems += mistakes.problems(error.errors(include_url=False), written, _SHAPE)
        problems += _crossing(written)
    elif written.value is not None and not problems:
        problems.append(
            Problem(written.file, 1, 1, "", "the settings must be keys with values", 'write "contact: ..."')
        )
    listeners: list[Listener] = []
    for index, one in enumerate(entry.listeners):
        try:
            listeners.append(_listener(one, path.parent))
        except OSError as error:
            place = written.place(("listeners", index, "secret_file"))
            message = f'the secret cannot be read from "{one.secret_file}": {error.strerror}'
            remedy = "create the file; the path is relative to tosmonitor.yaml"
            key = key_of(("listeners", index, "secret_file"), written.value)
            problems.append(Problem(written.file, place.line, place.column, key, message, remedy))
    if problems:
        raise DeclarationError(tuple(sorted(problems, key=lambda problem: (problem.line, problem.column))))
    return _settings(entry, tuple(listeners))


def beside(services: Path) -> Path | None:
    """Return the path of the settings that go with the file `services`, or None if there are none."""
    path = services.with_name(SETTINGS_FILE)
    return path if path.exists() else None


# ------------------------------------------------------------------------------------------------------- shape


def _contact(value: str) -> str:
    if "@" in value and "://" not in value and not any(c.isspace() for c in value):
        return value
    if value.startswith(("https://", "http://", "mailto:")):
        return value
    raise mistake(f'"{value}" is no way to reach you', "give a mail address or a page, for the operators of websites")


def _length(value: str) -> str:
    if span(value) is None:
        raise mistake(f'"{value}" is no length of time', 'write a number and a unit, such as "2 seconds"')
    return value


def _host(value: str) -> str:
    if "/" in value or any(c.isspace() for c in value):
        raise mistake(f'"{value}" is no host', 'write "host" or "host:port", without https://')
    return value.lower()


def _secret(value: str) -> str:
    remedy = "make one with: openssl rand -base64 24 | sed s/^/whsec_/"
    try:
        size = len(base64.b64decode(value.removeprefix(_SECRET_PREFIX), validate=True))
    except (binascii.Error, ValueError) as error:
        raise mistake("the secret is not base64", remedy) from error
    if not value.startswith(_SECRET_PREFIX) or size not in _SECRET_BYTES:
        raise mistake('a secret is "whsec_" and 24 to 64 bytes in base64', remedy)
    return value


def _event(value: str) -> str:
    if value not in (*_EVENTS, "first"):
        close = nearest(value, (*_EVENTS, "first"))
        raise mistake(
            f'unknown event "{value}"',
            f'did you mean "{close}"?' if close else "there are change, retraction, withdrawal, first",
        )
    return value


def _topic(value: str) -> str:
    if value not in TOPICS:
        close = nearest(value, list(TOPICS))
        raise mistake(
            f'unknown topic "{value}"', f'did you mean "{close}"?' if close else f"there are {', '.join(TOPICS)}"
        )
    return value


def _proxy(value: str) -> str:
    remedy = 'write "http://host:port", or "http://user:password@host:port"'
    try:
        parts = urlsplit(value)
        usable = parts.scheme == "http" and bool(parts.hostname) and parts.port is not None
    except ValueError:
        usable = False
    if not usable or parts.path not in ("", "/") or any(c.isspace() for c in value):
        raise mistake("this is no address of an HTTP proxy", remedy)
    return value


def _keys_of_vantage(value: Any) -> Any:
    if not isinstance(value, dict):
        raise mistake(
            '"vantage" must be keys with values', 'write "vantage:" and, below it, "  proxy: http://host:port"'
        )
    return value


Event = Annotated[str, AfterValidator(_event)]
Topic = Annotated[str, AfterValidator(_topic)]
Length = Annotated[str, AfterValidator(_length)]
Contact = Annotated[str, AfterValidator(_contact)]
Host = Annotated[str, AfterValidator(_host)]
Secret = Annotated[str, AfterValidator(_secret)]
Proxy = Annotated[str, AfterValidator(_proxy)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ListenerEntry(_Entry):
    """Someone who is told of changes."""

    name: str = Field(min_length=1, description="What reports call it.")
    webhook: Address | None = Field(default=None, description="Where to post, signed as Standard Webhooks says.")
    secret: Secret | None = Field(default=None, description='What signs: "whsec_" and base64.')
    secret_file: str | None = Field(default=None, description="The file that holds the secret.")
    apprise: str | None = Field(
        default=None, description="An Apprise address, such as mailto://user:password@example.org."
    )
    language: Literal["en", "fr"] = Field(default="en", description="The language it is told in: en or fr.")
    events: tuple[Event, ...] = Field(default=_EVENTS, description="What it is told of.")
    services: tuple[ServiceId, ...] = ()
    tags: tuple[TagName, ...] = ()
    types: tuple[TermsType, ...] = ()
    topics: tuple[Topic, ...] = ()
    kinds: tuple[Kind, ...] = ()
    jurisdictions: tuple[Jurisdiction, ...] = ()
    languages: tuple[Language, ...] = ()


class VantageEntry(_Entry):
    """A second place to ask from."""

    proxy: Proxy = Field(description="The HTTP proxy that pages refused here are asked for through.")
    name: str = Field(default="the second vantage", min_length=1, description="What readers are told it is.")
    spared: tuple[ServiceId, ...] = Field(
        default=(), alias="except", description="Services that are never asked from there."
    )


class SettingsEntry(_Entry):
    """The keys of tosmonitor.yaml."""

    name: str = Field(default="tosmonitor", min_length=1, description="The name of the site and its feeds.")
    base_url: Address = Field(default="http://127.0.0.1:8000", description="The public address of the site.")
    contact: Contact = Field(default="", description="How the operators of websites reach you; told in the User-Agent.")
    phrases: tuple[str, ...] = Field(default=(), description="Phrases that have a feed of their own.")
    hub: Address | None = Field(default=None, description="A WebSub hub that the feeds name.")
    workers: int = Field(default=24, ge=1, le=256, description="How many hosts are visited at once.")
    pause: Length = Field(default="2 seconds", description="Between two requests to one host.")
    connect_timeout: Length = "10 seconds"
    read_timeout: Length = "20 seconds"
    total_timeout: Length = "60 seconds"
    max_bytes: int = Field(default=25_000_000, ge=100_000, description="The largest page that is read.")
    robots: bool = Field(default=True, description="Whether robots.txt is obeyed.")
    allowed_hosts: tuple[Host, ...] = Field(default=(), description="Hosts in a private network that may be fetched.")
    browser: str | None = Field(default=None, description="The path of a Chromium, a ws:// address, or never.")
    vantage: Annotated[VantageEntry, BeforeValidator(_keys_of_vantage)] | None = Field(
        default=None, description="A second place to ask from, for pages that are refused here."
    )
    listeners: tuple[ListenerEntry, ...] = ()


_ENTRY: TypeAdapter[SettingsEntry] = TypeAdapter(SettingsEntry)
_SHAPE = mistakes.Shape(SettingsEntry, (("listeners", ListenerEntry), ("vantage", VantageEntry)))


def _crossing(written: Written) -> list[Problem]:
    """Tell what no listener can know by itself."""
    problems: list[Problem] = []
    names: dict[str, int] = {}
    listeners = written.value.get("listeners")
    for index, listener in enumerate(listeners if isinstance(listeners, list) else ()):
        if not isinstance(listener, dict):
            continue
        path = ("listeners", index)
        place = written.place(path)

        def tell(message: str, remedy: str, place: Any = place, path: tuple[str | int, ...] = path) -> None:
            key = key_of(path, written.value)
            problems.append(Problem(written.file, place.line, place.column, key, message, remedy))

        name = str(listener.get("name"))
        if name in names:
            tell(f'the listener "{name}" is already declared on line {names[name]}', "give it another name")
        names.setdefault(name, place.line)
        if ("webhook" in listener) == ("apprise" in listener):
            tell(f'the listener "{name}" needs one of "webhook" and "apprise"', "say how it is told")
        if "webhook" in listener and ("secret" in listener) == ("secret_file" in listener):
            tell(
                f'the webhook "{name}" needs one of "secret" and "secret_file"',
                "messages are signed, so that it can trust them",
            )
    return problems


# ------------------------------------------------------------------------------------------------------ meaning


def _settings(entry: SettingsEntry, listeners: tuple[Listener, ...]) -> Settings:
    never = entry.browser == "never"
    return Settings(
        name=entry.name,
        base_url=entry.base_url.rstrip("/"),
        manners=Manners(
            contact=entry.contact,
            pause=_span(entry.pause),
            connect_timeout=_span(entry.connect_timeout),
            read_timeout=_span(entry.read_timeout),
            total_timeout=_span(entry.total_timeout),
            max_bytes=entry.max_bytes,
            allowed_hosts=entry.allowed_hosts,
            robots=entry.robots,
            browser=None if never else entry.browser,
            browser_allowed=not never,
            vantage=None if entry.vantage is None else _vantage(entry.vantage),
        ),
        phrases=entry.phrases,
        hub=entry.hub,
        workers=entry.workers,
        listeners=listeners,
    )


def _vantage(entry: VantageEntry) -> Vantage:
    return Vantage(entry.proxy, entry.name, entry.spared)


def _listener(entry: ListenerEntry, folder: Path) -> Listener:
    secret = entry.secret
    if entry.secret_file is not None:
        secret = (folder / entry.secret_file).read_text(encoding="utf-8").strip()
    return Listener(
        name=entry.name,
        webhook=entry.webhook,
        secret=secret,
        apprise=entry.apprise,
        language=entry.language,
        wanted=Wanted(
            events=entry.events,
            services=entry.services,
            tags=entry.tags,
            types=entry.types,
            topics=entry.topics,
            kinds=entry.kinds,
            jurisdictions=entry.jurisdictions,
            languages=entry.languages,
        ),
    )


def _span(text: str) -> timedelta:
    return span(text) or timedelta()
