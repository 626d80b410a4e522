"""Owns the values in the scripts of a page, and in its attributes: JSON and literals, rows, references.

script ─► JSON, what is assigned, what a function returns, React's flight rows ─► references followed (Nuxt,
SvelteKit, Remix, Apollo), values unpacked (Astro) ─► plain values
"""

import binascii
import json
import re
from base64 import b64decode
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any
from urllib.parse import unquote

from tosmonitor.normalise.literals import Literals

_MOST_TRIES = 400
_DEPTH = 60
_LEFT = 50_000  # values that references lead to; what points at itself ends
_VALUE = re.compile(r"(?:^|[=(,]|JSON\.parse\()\s*(?=[\[{\"'`])")
_FLIGHT = re.compile(r"self\.__next_f\.push\((\[.*\])\)", re.DOTALL)
_ROW = re.compile(rb"([0-9a-f]+):(?:T([0-9a-f]+),)?")
_BASE64 = re.compile(r"(?:eyJ|W3s|W1s|ew|Ww)[A-Za-z0-9+/=\s_-]+")
_KEY = re.compile(r"_(\d+)")


def values(scripts: Iterable[str]) -> Iterator[Any]:
    """Give the values that `scripts` carry, in order; what cannot be read is left out."""
    flights: list[str] = []
    for script in scripts:
        text = script.strip()
        if "__next_f" in text:
            for pushed in _FLIGHT.findall(text):
                value = loaded(pushed)
                if isinstance(value, list) and len(value) > 1 and isinstance(value[1], str):
                    flights.append(value[1])
            continue
        if text.startswith("{&q;"):  # Angular's older escapes
            for escaped, plain in (("&q;", '"'), ("&l;", "<"), ("&g;", ">"), ("&s;", "'"), ("&a;", "&")):
                text = text.replace(escaped, plain)
        elif text[:1] in ("{", "[") and "&quot;" in text[:200]:
            text = unescape(text)
        yield from _assigned(text)
    if flights:
        yield from _rows("".join(flights).encode())


def loaded(text: str) -> Any:
    """Return the value of a text that is JSON, None if it is not."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _assigned(text: str) -> Iterator[Any]:
    """Give the values in a script: the whole of it, what it assigns or hands over, what a function in it returns."""
    decoder = json.JSONDecoder()
    literals = Literals(text)
    at = tries = 0
    try:
        value, at = literals.called()
        yield _resolved(value)
    except ValueError:
        pass
    while tries < _MOST_TRIES and (found := _VALUE.search(text, at)):
        tries += 1
        at = found.end()
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            try:
                value, at = literals.read(at)
            except ValueError:
                at += 1
                continue
        if isinstance(value, str):  # JSON.parse("...")
            value = packed(value)
        if isinstance(value, dict | list):
            yield _resolved(value)


def packed(text: str) -> Any:
    """Return the value in a string that scripts unpack: JSON, percent-encoded or in base 64; None if there is none."""
    if text[:1] in ("{", "["):
        return loaded(text)
    if text[:3].upper() in ("%7B", "%5B"):
        return loaded(unquote(text))
    if len(text) > 200 and _BASE64.fullmatch(text):
        try:
            return loaded(b64decode(text).decode("utf-8", "replace"))
        except (binascii.Error, ValueError):
            return None
    return None


def _rows(flight: bytes) -> Iterator[Any]:
    """Give the values in the rows of React's flight format; rows of text take the place of their references."""
    texts: dict[str, str] = {}
    values: list[Any] = []
    at = 0
    while at < len(flight):
        row = _ROW.match(flight, at)
        end = flight.find(b"\n", at)
        end = len(flight) if end < 0 else end
        if row is None:
            at = end + 1
        elif row[2]:
            at = row.end() + int(row[2], 16)
            texts["$" + row[1].decode()] = flight[row.end() : at].decode("utf-8", "replace")
        else:
            if flight[row.end() : row.end() + 1] in (b"[", b"{"):
                values.append(loaded(flight[row.end() : end].decode("utf-8", "replace")))
            at = end + 1
    for value in values:
        yield _substituted(value, texts, 0)


def _substituted(value: Any, texts: dict[str, str], depth: int) -> Any:
    if isinstance(value, str):
        return texts.get(value, value)
    if depth > _DEPTH or not texts:
        return value
    if isinstance(value, dict):
        return {name: _substituted(kid, texts, depth + 1) for name, kid in value.items()}
    if isinstance(value, list):
        return [_substituted(kid, texts, depth + 1) for kid in value]
    return value


def _resolved(value: Any) -> Any:
    """Follow what refers to other values, and unpack what is packed."""
    if isinstance(value, list):
        return _followed(value)
    if isinstance(value, dict) and value:
        if "ROOT_QUERY" in value:
            return _joined(value)
        if all(_is_packed(kid) for kid in value.values()):
            return {name: _unpacked(kid, 0) for name, kid in value.items()}
        if any(isinstance(kid, dict) and "ROOT_QUERY" in kid for kid in value.values()):
            return {
                n: _joined(kid) if isinstance(kid, dict) and "ROOT_QUERY" in kid else kid for n, kid in value.items()
            }
    return value


def _followed(value: list[Any]) -> Any:
    """Put values in the place of references: a flat list whose first member points at the others.

    Nuxt, SvelteKit and Remix write such lists; the last has references for the names of fields, too: "_5".
    """
    if len(value) < 3 or not isinstance(value[0], dict | list):
        return value
    first = value[0].values() if isinstance(value[0], dict) else value[0]
    if not first or not all(isinstance(kid, int) and not isinstance(kid, bool) for kid in first):
        return value
    left = _LEFT

    def named(name: str) -> str:
        found = _KEY.fullmatch(name)
        at = int(found[1]) if found else len(value)
        return value[at] if at < len(value) and isinstance(value[at], str) else name

    def follow(at: Any, depth: int) -> Any:
        nonlocal left
        left -= 1
        if not isinstance(at, int) or not 0 <= at < len(value) or depth > _DEPTH or left < 0:
            return None
        found = value[at]
        if isinstance(found, dict):
            return {named(name): follow(kid, depth + 1) for name, kid in found.items()}
        if isinstance(found, list):
            if found and isinstance(found[0], str):  # ["Reactive", 3]
                return follow(found[1], depth + 1) if len(found) == 2 else None
            return [follow(kid, depth + 1) for kid in found]
        return found

    return follow(0, 0)


def _joined(cache: dict[str, Any]) -> Any:
    """Return the answers in a cache of Apollo, whose objects stand beside each other and refer to each other."""
    left = _LEFT
    within: set[str] = set()  # objects refer back to those that they belong to

    def join(value: Any, depth: int) -> Any:
        nonlocal left
        left -= 1
        if depth > _DEPTH or left < 0:
            return None
        if isinstance(value, list):
            return [join(kid, depth + 1) for kid in value]
        if not isinstance(value, dict):
            return value
        key = value.get("__ref") or (value.get("id") if value.get("type") == "id" else None)
        if not isinstance(key, str) or not isinstance(cache.get(key), dict):
            return {name: join(kid, depth + 1) for name, kid in value.items()}
        if key in within:
            return None
        within.add(key)
        found = {name: join(kid, depth + 1) for name, kid in cache[key].items()}
        within.remove(key)
        return found

    return join(cache["ROOT_QUERY"], 0)


def _is_packed(value: Any) -> bool:
    """Say whether a value is one as Astro writes it: its kind as a number, then the value."""
    return isinstance(value, list) and len(value) == 2 and type(value[0]) is int and 0 <= value[0] < 12


def _unpacked(value: Any, depth: int) -> Any:
    if not _is_packed(value) or depth > _DEPTH:
        return value
    inner = value[1]
    if isinstance(inner, dict):
        return {name: _unpacked(kid, depth + 1) for name, kid in inner.items()}
    if isinstance(inner, list):
        return [_unpacked(kid, depth + 1) for kid in inner]
    return inner
