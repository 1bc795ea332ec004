"""Convert: a document to a format and back, whichever it is.

Owns the checks that all formats share: size, NUL, lone surrogates, line ends. What differs is in a module for each.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ot.document import Document

from .delta import parse_delta, render_delta
from .errors import UnreadableContent
from .forms import Format
from .html_reader import parse_html
from .html_writer import render_html, render_plain_html
from .markdown_reader import parse_markdown
from .markdown_writer import render_markdown
from .text import parse_text, render_text

MAX_SOURCE_LENGTHS: Mapping[Format, int] = MappingProxyType(
    {
        Format.TEXT: 8 * 1024 * 1024,
        Format.MARKDOWN: 2 * 1024 * 1024,
        Format.HTML: 8 * 1024 * 1024,
        Format.DELTA: 16 * 1024 * 1024,
    }
)
"""Code points a source may have. Prose takes a second a million to read, but hostile stars take the reader of Markdown
15 s a million; a Delta is about twice as long as its text."""


def render(document: Document, form: Format, *, plain_text: bool = False) -> str:
    """`document` written down in `form`. O(length).

    `plain_text` says that the document is of that type: its text is then its Markdown too, and HTML shows it as it is.
    DELTA is a compact JSON array. URLs that are not safe are left out of Markdown and HTML. Raises nothing.
    """
    match form:
        case Format.DELTA:
            return render_delta(document)
        case Format.HTML:
            return render_plain_html(render_text(document)) if plain_text else render_html(document)
        case Format.MARKDOWN if not plain_text:
            return render_markdown(document)
        case _:
            return render_text(document)


def parse(source: str, form: Format, *, plain_text: bool) -> Document:
    """The document that `source` describes. Law: parse(render(d)) == d if the format can hold all of d.

    Rich text ends in a newline, added if need be. With `plain_text` Markdown is kept as the text itself, HTML gives its
    visible text, and a Delta may hold neither attributes nor embeds. Line ends become newlines; scripts, handlers and
    unsafe URLs of Markdown and HTML are gone. Raises UnreadableContent with the line or offset where it is known.
    """
    if plain_text and form is Format.MARKDOWN:
        form = Format.TEXT
    source = _checked(source, MAX_SOURCE_LENGTHS[form])
    match form:
        case Format.DELTA:
            return parse_delta(source, plain_text=plain_text)
        case Format.HTML:
            document = parse_html(source)
            return Document.from_text(document.text()[:-1].replace("\ufffc", "")) if plain_text else document
        case Format.MARKDOWN:
            return parse_markdown(source)
        case _:
            return parse_text(source, plain_text=plain_text)


def _checked(source: str, limit: int) -> str:
    if len(source) > limit:
        raise UnreadableContent(f"it has more than {limit} characters", limit=limit, received=len(source))
    nul = source.find("\0")
    if nul >= 0:
        raise UnreadableContent("it holds NUL", line=source.count("\n", 0, nul) + 1, offset=nul)
    try:
        source.encode("utf-8")
    except UnicodeEncodeError as error:
        line = source.count("\n", 0, error.start) + 1
        raise UnreadableContent("it holds a lone surrogate", line=line, offset=error.start) from None
    return source.replace("\r\n", "\n").replace("\r", "\n") if "\r" in source else source
