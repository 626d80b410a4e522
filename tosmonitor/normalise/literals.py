"""Owns the reading of JavaScript's literals that are no JSON: names without quotes, other quotes, calls, short forms.

    {title: 'Terms', live: !0, made: new Date(0), body: a}          a literal
    (function(a, b){return {title: a, body: b}}("Terms", "..."))    one whose repeated values are given as arguments

A name stands for what it is given, a call for nothing. Anything else is no literal.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_SPACE = re.compile(r"(?:\s+|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_STRING = re.compile("|".join(rf"{q}[^{q}\\]*(?:\\.[^{q}\\]*)*{q}" for q in "\"'`"), re.DOTALL)
_NUMBER = re.compile(r"-?(?:0x[\da-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)")
_WORD = re.compile(r"[A-Za-z_$][\w$]*")
_CALL = re.compile(r"(?:\.[\w$]+)*\s*(?=\()")
_ESCAPE = re.compile(r"\\(?:u\{([\da-fA-F]+)\}|u([\da-fA-F]{4})|x([\da-fA-F]{2})|(\r\n|.))", re.DOTALL)
_FUNCTION = re.compile(r"\(\s*function\s*\w*\(([\w$,\s]*)\)\s*\{")
_RETURN = re.compile(r"\breturn\s*(?=[\[{])")
_SINGLE = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": "", "\r\n": ""}
_CONSTANTS: Mapping[str, Any] = {"true": True, "false": False, "null": None, "undefined": None, "NaN": None}
_DEPTH = 60
_MOST = 100_000  # values read of one script, all attempts together


@dataclass(frozen=True, slots=True)
class _Name:
    """A name that stands for an argument, until the arguments are read."""

    name: str


class Literals:
    """The literals of one script; reading raises ValueError where there is none."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.left = _MOST
        self.names = frozenset[str]()

    def read(self, at: int) -> tuple[Any, int]:
        """Return the literal at `at` and where it ends."""
        return self._value(at, 0)

    def called(self) -> tuple[Any, int]:
        """Return what the first function that is called where it is written returns, and where the call ends."""
        found = _FUNCTION.search(self.text)
        returned = _RETURN.search(self.text, found.end()) if found else None
        if found is None or returned is None:
            raise ValueError("no function is called where it is written")
        parameters = [name.strip() for name in found[1].split(",") if name.strip()]
        self.names = frozenset(parameters)
        value, at = self._value(returned.end(), 0)
        self.names = frozenset()
        at = self._next(at, ";", needed=False)
        at = self._next(self._next(at, "}"), "(")
        arguments, at = self._members(at, ")", 0)
        return _given(value, dict(zip(parameters, arguments, strict=False))), at

    def _space(self, at: int) -> int:
        found = _SPACE.match(self.text, at)
        return found.end() if found else at

    def _next(self, at: int, sign: str, *, needed: bool = True) -> int:
        """Return where it goes on after a sign that is expected."""
        at = self._space(at)
        if self.text.startswith(sign, at):
            return at + 1
        if needed:
            raise ValueError(f"{sign!r} is missing at {at}")
        return at

    def _value(self, at: int, depth: int) -> tuple[Any, int]:
        self.left -= 1
        if depth > _DEPTH or self.left < 0:
            raise ValueError("a literal too deep or too large")
        at = self._space(at)
        sign = self.text[at : at + 1]
        if sign == "{":
            return self._fields(at + 1, depth + 1)
        if sign == "[":
            return self._members(at + 1, "]", depth + 1)
        if found := _STRING.match(self.text, at):
            return self._joined(_unescaped(found[0][1:-1]), found.end())
        if found := _NUMBER.match(self.text, at):
            return (float(found[0]) if "x" not in found[0] else int(found[0], 16)), found.end()
        if sign == "!":
            value, at = self._value(at + 1, depth + 1)
            return not value, at
        return self._named(at, depth)

    def _joined(self, text: str, at: int) -> tuple[str, int]:
        """Return a string and those that are added to it."""
        while True:
            plus = self._space(at)
            found = _STRING.match(self.text, self._space(plus + 1)) if self.text.startswith("+", plus) else None
            if found is None:
                return text, at
            text += _unescaped(found[0][1:-1])
            at = found.end()

    def _named(self, at: int, depth: int) -> tuple[Any, int]:
        found = _WORD.match(self.text, at)
        if found is None or found[0] == "function":
            raise ValueError(f"no literal at {at}")
        word, end = found[0], found.end()
        if word in ("void", "new"):
            _, end = self._value(end, depth + 1)
            return None, end
        if word in _CONSTANTS:
            return _CONSTANTS[word], end
        if call := _CALL.match(self.text, end):
            _, end = self._members(call.end() + 1, ")", depth + 1)
            return None, end
        return (_Name(word) if word in self.names else None), end

    def _members(self, at: int, closing: str, depth: int) -> tuple[list[Any], int]:
        members: list[Any] = []
        while True:
            at = self._space(at)
            if self.text.startswith(closing, at):
                return members, at + 1
            if self.text.startswith(",", at):  # a hole
                members.append(None)
                at += 1
                continue
            value, at = self._value(at, depth)
            members.append(value)
            at = self._space(at)
            if self.text.startswith(",", at):
                at += 1
            elif not self.text.startswith(closing, at):
                raise ValueError(f"no end of a list at {at}")

    def _fields(self, at: int, depth: int) -> tuple[dict[str, Any], int]:
        fields: dict[str, Any] = {}
        while True:
            at = self._space(at)
            if self.text.startswith("}", at):
                return fields, at + 1
            if found := _STRING.match(self.text, at):
                name = _unescaped(found[0][1:-1])
            elif found := _WORD.match(self.text, at) or _NUMBER.match(self.text, at):
                name = found[0]
            else:
                raise ValueError(f"no name of a field at {at}")
            fields[name], at = self._value(self._next(found.end(), ":"), depth)
            at = self._space(at)
            if self.text.startswith(",", at):
                at += 1
            elif not self.text.startswith("}", at):
                raise ValueError(f"no end of the fields at {at}")


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text

    def plain(found: re.Match[str]) -> str:
        code = found[1] or found[2] or found[3]
        if code:
            return chr(int(code, 16)) if int(code, 16) < 0x110000 else "\ufffd"
        return _SINGLE.get(found[4], found[4])

    # Pairs of surrogates are one character.
    return _ESCAPE.sub(plain, text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _given(value: Any, arguments: Mapping[str, Any]) -> Any:
    """Put arguments in the place of their names."""
    if isinstance(value, _Name):
        return arguments.get(value.name)
    if isinstance(value, dict):
        return {name: _given(kid, arguments) for name, kid in value.items()}
    if isinstance(value, list):
        return [_given(kid, arguments) for kid in value]
    return value
