"""Texts as a web server gives them: HTML in each service's own frame, a script that fills a page, a PDF, a bot wall."""

import json
import re
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files
from string import Template

from tosmonitor.demo.pdf import pdf
from tosmonitor.demo.timeline import Form, Page

_BOLD = re.compile(r"\*\*(.+?)\*\*")
_LINK = re.compile(r"\[(.+?)\]\((.+?)\)")
_ITEM = re.compile(r"(- |\d+\. )")


def body(page: Page, text: str, visit: int) -> tuple[bytes, str]:
    """Return a page as served to its `visit`-th visitor, and its media type."""
    if page.form is Form.PDF:
        return pdf(text), "application/pdf"
    title = escape(text.partition("\n")[0].lstrip("# "))
    nonce = sha256(f"{page.service}{visit}".encode()).hexdigest()[:22]
    content = "" if page.form is Form.APP else markup(text)
    written = _frame(page.service).substitute(
        title=title, content=content, nonce=nonce, visitors=f"{4811 + 17 * visit:,}", language=page.language
    )
    return written.encode(), "text/html; charset=utf-8"


def filling(text: str) -> tuple[bytes, str]:
    """Return what the script of an app page asks for, and its media type."""
    return json.dumps({"html": markup(text)}).encode(), "application/json"


def wall() -> tuple[bytes, str]:
    """Return the page of a bot wall, and its media type."""
    return files("tosmonitor.demo").joinpath("pages", "wall.html").read_bytes(), "text/html; charset=utf-8"


def markup(text: str) -> str:
    """Return a text of the timeline as HTML."""
    out: list[str] = []
    opened = ""
    for line in text.split("\n"):
        item = _ITEM.match(line)
        kind = "table" if line.startswith("|") else ("ul" if item[1] == "- " else "ol") if item else ""
        if opened and kind != opened:
            out.append(f"</{opened}>")
        if kind and kind != opened:
            out.append(f"<{kind}>")
        fresh, opened = kind != opened, kind
        if kind == "table":
            cell = "th" if fresh else "td"
            cells = "".join(f"<{cell}>{_inline(part.strip())}</{cell}>" for part in line.strip("| ").split("|"))
            out.append(f"<tr>{cells}</tr>")
        elif item:
            out.append(f"<li>{_inline(line[item.end() :])}</li>")
        elif line.startswith("#"):
            level = len(line) - len(line.lstrip("#"))
            out.append(f"<h{level}>{_inline(line.lstrip('# '))}</h{level}>")
        elif line:
            out.append(f"<p>{_inline(line)}</p>")
    if opened:
        out.append(f"</{opened}>")
    return "\n".join(out)


def _inline(text: str) -> str:
    return _LINK.sub(r'<a href="\2">\1</a>', _BOLD.sub(r"<strong>\1</strong>", escape(text, quote=False)))


@cache
def _frame(service: str) -> Template:
    return Template(files("tosmonitor.demo").joinpath("pages", service, "frame.html").read_text("utf-8"))
