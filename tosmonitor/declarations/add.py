"""Adding a service: what was found is read once, shown, and written into services.yaml beside what is there.

    discover ─► candidates ─► each read once ─► proposals ─(a person agrees)─► add ─► services.yaml

The file is changed in one step and only if the result has no mistake; comments and the order of entries stay.
"""

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from tosmonitor.declarations.discover import Discovery
from tosmonitor.declarations.fix import Chunk, Pieces, aligned, cut, layout
from tosmonitor.declarations.fix import replace as replace_file
from tosmonitor.declarations.load import load, loads, service_id
from tosmonitor.declarations.schema import SCHEMA_FILE
from tosmonitor.model import Document, Reading, Service, Source
from tosmonitor.urls import RESERVED

#: A page of fewer words is no document, whatever links to it are called.
FEWEST_WORDS = 80

_HEAD = (
    "# yaml-language-server: $schema={schema}",
    "#",
    "# What is watched. A service needs a name and documents, a document a type and a url; nothing else.",
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A document that may be watched: where it is, what was read there, and why it had better not be, if so."""

    terms_type: str
    url: str
    text: str | None  # canonical Markdown as it would be stored; None if it could not be read
    language: str | None
    words: int
    against: str | None  # why it is not proposed, in words; None: it is

    @property
    def good(self) -> bool:
        """Say whether it is worth watching."""
        return self.against is None


def propose(discovery: Discovery, look: Callable[[Document], Reading]) -> tuple[Proposal, ...]:
    """Read each candidate once and return what it gave, good ones first; `look` reads one document of one source.

    Of two pages with the same text only the likelier is good. An address that leads elsewhere is replaced by where
    it leads, if that is on the same host.
    """
    proposals: list[Proposal] = []
    texts: dict[str, str] = {}
    for candidate in sorted(discovery.candidates, key=lambda one: -one.score):
        document = Document(service_id(discovery.name) or "service", candidate.terms_type, (Source(candidate.url),))
        made = _read(candidate.terms_type, candidate.url, look(document))
        if made.text is not None and made.text in texts:
            made = replace(made, against=f"the same text as {texts[made.text]}")
        elif made.text is not None and made.good:
            texts[made.text] = made.terms_type
        proposals.append(made)
    return tuple(sorted(proposals, key=lambda one: not one.good))


def _read(terms_type: str, url: str, reading: Reading) -> Proposal:
    trouble = reading.failure or reading.obstacle
    if trouble is not None or reading.normalised is None:
        why = trouble.reason.en if trouble else "it was not read"
        return Proposal(terms_type, url, None, None, 0, why)
    text = reading.normalised.text
    words = len(text.split())
    final = reading.response.final_url if reading.response else url
    if urlsplit(final).hostname == urlsplit(url).hostname:
        url = final
    against = f"it has {words} words, too few for a document" if words < FEWEST_WORDS else None
    return Proposal(terms_type, url, text, reading.normalised.language, words, against)


def service_of(
    discovery: Discovery, proposals: Iterable[Proposal], *, name: str | None = None, tags: Sequence[str] = ()
) -> Service:
    """Return the service that the good `proposals` make; the language is told once if all share it."""
    called = name or discovery.name
    id_ = service_id(called) or service_id(discovery.name)
    id_ = f"{id_}-service" if id_ in RESERVED else id_
    documents = tuple(
        Document(id_, one.terms_type, (Source(one.url),), language=one.language) for one in proposals if one.good
    )
    return Service(id_, called, documents, tuple(tags), discovery.home)


def add(path: Path, service: Service, *, group: str | None = None) -> str:
    """Write `service` into the file at `path` and return what was written, as text.

    A service that is there already gets the documents whose type it does not have. A new one stands by its name in
    the group whose heading holds `group`, in the last one by default. The file is made if there is none. Raise
    DeclarationError, and leave the file alone, if it has mistakes or the result would have.
    """
    text = path.read_text(encoding="utf-8-sig").replace("\r\n", "\n") if path.exists() else ""
    known = {one.id.lower(): one for one in load(path)} if text.strip("\n# ") else {}
    there = known.get(service.id.lower())
    if not known:
        head = "\n".join(_HEAD).format(schema=Path(__file__).with_name(SCHEMA_FILE).as_uri())
        written = "\n".join(entry(service))
        out = f"{text.rstrip() or head}\n\n{written}\n"
    elif there is not None:
        missing = [
            one for one in service.documents if one.terms_type not in {had.terms_type for had in there.documents}
        ]
        if not missing:
            return ""
        written, out = _extended(cut(text), there, missing)
    else:
        pieces = cut(text)
        lines = tuple(entry(service))
        written = "\n".join(lines)
        out = _inserted(pieces, Chunk((), lines, _group(pieces, group)))
    loads(out, str(path))
    replace_file(path, out.encode("utf-8"))
    return written


def entry(service: Service) -> list[str]:
    """Return the lines of an entry for `service`, as they stand in services.yaml."""
    made = CommentedMap(name=service.name)
    if service.id != service_id(service.name):
        made["id"] = service.id
    if service.homepage:
        made["homepage"] = service.homepage
    if service.tags:
        made["tags"] = CommentedSeq(service.tags)
        made["tags"].fa.set_flow_style()
    languages = {document.language for document in service.documents}
    shared = next(iter(languages)) if len(languages) == 1 else None
    if shared:
        made["language"] = shared
    made["documents"] = CommentedSeq(_entry(document, shared) for document in service.documents)
    return _lines(made)


def _entry(document: Document, shared: str | None) -> CommentedMap:
    made = CommentedMap(type=document.terms_type)
    if len(document.sources) == 1:
        made["url"] = document.sources[0].url
    else:
        made["sources"] = CommentedSeq(CommentedMap(url=source.url) for source in document.sources)
    if document.language and document.language != shared:
        made["language"] = document.language
    return made


def _lines(made: CommentedMap) -> list[str]:
    name = made.get("name")
    if isinstance(name, str) and name in ("null", "~", "Null", "NULL"):
        made["name"] = DoubleQuotedScalarString(name)  # plain, it would be nothing
    stream = io.StringIO()
    layout().dump(made, stream)
    lines = [line.rstrip() for line in stream.getvalue().rstrip("\n").split("\n")]
    return aligned(["- " + lines[0], *(f"  {line}" if line else "" for line in lines[1:])])


def _extended(pieces: Pieces, there: Service, missing: Sequence[Document]) -> tuple[str, str]:
    """Add documents to the entry that declares `there`; return the lines that are new, and the whole file."""
    chunks = list(pieces.chunks)
    for number, chunk in enumerate(chunks):
        lines = list(chunk.lines)
        if loads("\n".join(lines) + "\n")[0].id != there.id:
            continue
        shared = {document.language for document in there.documents}
        language = next(iter(shared)) if len(shared) == 1 else None
        made = layout().load("\n".join([" " + lines[0][1:], *lines[1:]]) + "\n")
        for document in missing:
            made["documents"].append(_entry(document, language))
        after = _lines(made)
        chunks[number] = replace(chunk, lines=tuple(after))
        return "\n".join(line for line in after if line not in lines), pieces.join(chunks, sort=False)
    raise AssertionError(f"{there.id} is declared but has no entry")


def _group(pieces: Pieces, wanted: str | None) -> int:
    headings = (pieces.head, *pieces.between)
    named = (number for number, lines in enumerate(headings) if wanted and wanted.lower() in "\n".join(lines).lower())
    return next(named, len(pieces.between))


def _inserted(pieces: Pieces, new: Chunk) -> str:
    chunks = list(pieces.chunks)
    place = next(
        (number for number, chunk in enumerate(chunks) if chunk.group == new.group and chunk.name > new.name),
        max((number + 1 for number, chunk in enumerate(chunks) if chunk.group <= new.group), default=0),
    )
    chunks.insert(place, new)
    return pieces.join(chunks, sort=False)
