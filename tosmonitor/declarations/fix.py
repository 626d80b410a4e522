"""services.yaml in good form: sorted, evenly indented, with every comment where it belongs.

    text ─► chunks (an entry, the comments directly above it) ─► each laid out ─► sorted by name in its group ─► text

A group ends where a comment stands by itself between two entries. What is fixed is read again and compared: the same
services, the same comments; an entry for which that cannot be had stays as it was written. A file with mistakes is
left alone, for a person to mend.
"""

import io
import os
import re
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.emitter import Emitter
from ruamel.yaml.error import CommentMark, YAMLError
from ruamel.yaml.resolver import VersionedResolver

from tosmonitor.declarations.load import loads
from tosmonitor.declarations.schema import DocumentEntry, ServiceEntry, SourceEntry
from tosmonitor.errors import DeclarationError

_ENTRY = re.compile(r"-(?= |$)")
_MODELINE = "# yaml-language-server:"
_ORDER = {
    "service": ["name", "id", "homepage", "tags", "language", "jurisdiction", "every", "documents"],
    "document": ["type", "url", "sources"],
    "source": ["url"],
}
_READING = ["select", "remove", "filters", "render", "language", "jurisdiction", "every", "confirm", "robots_ignored"]


def fix(path: Path) -> bool:
    """Put the file at `path` in good form and say whether that changed it; raise DeclarationError if it has mistakes.

    The file is replaced as a whole, so that a reader never sees half of it.
    """
    before = path.read_bytes()
    after = fixed(before.decode("utf-8-sig"), str(path)).encode("utf-8")
    if after == before:
        return False
    replace(path, after)
    return True


def replace(path: Path, content: bytes) -> None:
    """Write `content` to `path` in one step, with the permissions that the file had."""
    mode = path.stat().st_mode if path.exists() else 0o644
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, mode & 0o777)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def fixed(text: str, name: str = "services.yaml") -> str:
    """Return `text` in good form; raise DeclarationError if it has mistakes, which are called `name`'s."""
    text = text.replace("\r\n", "\n")
    meant = loads(text, name)
    pieces = cut(text)
    laid_out = [_lay_out(piece) for piece in pieces.chunks]
    out = pieces.join(laid_out)
    try:
        same = {service.id: service for service in loads(out, name)} == {service.id: service for service in meant}
    except DeclarationError:
        same = False
    return out if same and _comments(out) == _comments(text) else text


# ---------------------------------------------------------------------------------------------------- chunks


@dataclass(frozen=True, slots=True)
class Chunk:
    """One entry: the comments directly above it, and its own lines."""

    above: tuple[str, ...]
    lines: tuple[str, ...]
    group: int

    @property
    def name(self) -> str:
        """Return the name of the service, for sorting."""
        for line in self.lines:
            if found := re.match(r"""(?:- |\s+)\{?name:\s*["']?(.*?)["']?\s*(?:,.*|#.*)?$""", line):
                return found[1].casefold()
        return ""


@dataclass(frozen=True, slots=True)
class Pieces:
    """A file cut into what stands before the entries, the entries by group, and what stands between groups."""

    head: tuple[str, ...]
    between: tuple[tuple[str, ...], ...]  # before group 1, 2, ...
    chunks: tuple[Chunk, ...]
    tail: tuple[str, ...]

    def join(self, chunks: list[Chunk], *, sort: bool = True) -> str:
        """Return the file with `chunks` for entries, one empty line between; sorted by name within each group."""
        paragraphs = ["\n".join(self.head)] if self.head else []
        for group in range(len(self.between) + 1):
            if group:
                paragraphs.append("\n".join(self.between[group - 1]))
            members = [chunk for chunk in chunks if chunk.group == group]
            if sort:
                members.sort(key=lambda chunk: chunk.name)
            paragraphs += ["\n".join([*chunk.above, *chunk.lines]) for chunk in members]
        if self.tail:
            paragraphs.append("\n".join(self.tail))
        return "\n\n".join(paragraphs) + "\n"


def cut(text: str) -> Pieces:
    """Cut a file into its entries, the comments that go with them, and what stands between groups."""
    lines = [line.rstrip() for line in text.split("\n")]
    starts = [number for number, line in enumerate(lines) if _ENTRY.match(line)]
    head, above = _split_gap(lines[: starts[0]])
    if above and above[0].startswith(_MODELINE):
        head, above = [*head, above[0]], above[1:]
    between: list[tuple[str, ...]] = []
    chunks: list[Chunk] = []
    tail: list[str] = []
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        last = max(number for number in range(start, end) if lines[number] and not _is_comment(lines[number]))
        while last + 1 < end and lines[last + 1].startswith(" "):
            last += 1  # comments that are indented belong to the entry
        chunks.append(Chunk(tuple(above), tuple(lines[start : last + 1]), len(between)))
        gap = lines[last + 1 : end]
        if end == len(lines):
            tail = _trimmed(gap)
            break
        separate, above = _split_gap(gap)
        if separate:
            between.append(tuple(separate))
    return Pieces(tuple(head), tuple(between), tuple(chunks), tuple(tail))


def _split_gap(gap: list[str]) -> tuple[list[str], list[str]]:
    """Tell the comments that stand by themselves from those directly above the next entry."""
    first = len(gap)
    while first and _is_comment(gap[first - 1]):
        first -= 1
    return _trimmed(gap[:first]), gap[first:]


def _trimmed(lines: list[str]) -> list[str]:
    while lines and not lines[0]:
        lines = lines[1:]
    while lines and not lines[-1]:
        lines = lines[:-1]
    return lines


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#")


def _comments(text: str) -> Counter[str]:
    return Counter(line.strip() for line in text.split("\n") if _is_comment(line)) + Counter(
        found[1]
        for line in text.split("\n")
        if not _is_comment(line) and (found := re.search(r"\s(#.*)$", line.rstrip()))
    )


# ---------------------------------------------------------------------------------------------------- layout


class _Plain(VersionedResolver):
    """Everything that is written plainly is text, as it is for `load`."""

    @property
    def versioned_resolver(self) -> Any:
        """Return no rule by which plain text would become a number or a boolean."""
        return {}


class _Even(Emitter):
    """Comments at the end of a line stand two spaces behind it, wherever they stood."""

    def write_comment(self, comment: Any, pre: bool = False) -> None:
        comment.start_mark = CommentMark(self.column + 2 if self.column else 0)
        super().write_comment(comment, pre)


def layout() -> YAML:
    """Return a reader and writer of YAML that keeps comments and quotes, and never breaks a line."""
    yaml = YAML(typ="rt")
    yaml.Resolver = _Plain
    yaml.Emitter = _Even
    yaml.preserve_quotes = True
    yaml.width = 10_000
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.allow_unicode = True
    return yaml


def _lay_out(chunk: Chunk) -> Chunk:
    """Return the entry with keys in their order and even indentation; as it is, where that would lose anything."""
    first = chunk.lines[0]
    body = "\n".join([" " + first[1:], *chunk.lines[1:]]) + "\n"
    yaml = layout()
    try:
        entry = yaml.load(body)
        if not isinstance(entry, CommentedMap) or entry.fa.flow_style():
            return chunk
        if not any(_is_comment(line) for line in chunk.lines):
            _order(entry)
        stream = io.StringIO()
        yaml.dump(entry, stream)
        lines = [line.rstrip() for line in stream.getvalue().rstrip("\n").split("\n")]
        lines = aligned(["- " + lines[0], *(("  " + line) if line else "" for line in lines[1:])])
        again = Chunk(chunk.above, tuple(lines), chunk.group)
        before, after = "\n".join(chunk.lines) + "\n", "\n".join(again.lines) + "\n"
        same = loads(before) == loads(after) and _comments(before) == _comments(after)
    except (YAMLError, DeclarationError):
        return chunk
    return again if same else chunk


def aligned(lines: list[str]) -> list[str]:
    """Indent each comment as the line that it stands above, or, at the end, as the one that it stands below."""
    out = list(lines)
    for number in reversed(range(len(lines))):
        if _is_comment(lines[number]):
            below = next((line for line in out[number + 1 :] if line), None)
            model = below or next(line for line in reversed(lines[:number]) if line and not _is_comment(line))
            out[number] = model[: len(model) - len(model.lstrip(" "))] + lines[number].lstrip()
    return out


def _order(entry: CommentedMap) -> None:
    _sort(entry, _ORDER["service"])
    for document in entry.get("documents", []):
        _sort(document, _ORDER["document"] + _READING)
        for source in document.get("sources", []):
            _sort(source, _ORDER["source"] + _READING)


def _sort(entry: CommentedMap, order: list[str]) -> None:
    for key in sorted(entry, key=order.index):
        entry.move_to_end(key)


assert set(_ORDER["service"]) == set(ServiceEntry.model_fields)
assert set(_ORDER["document"] + _READING) == set(DocumentEntry.model_fields)
assert set(_ORDER["source"] + _READING) >= set(SourceEntry.model_fields)
