"""Forms: the formats that content comes and goes in, by name, media type and file ending."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Format(StrEnum):
    """A way to write a document down."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    DELTA = "delta"


MEDIA_TYPES: Mapping[Format, str] = MappingProxyType(
    {
        Format.TEXT: "text/plain; charset=utf-8",
        Format.MARKDOWN: "text/markdown; charset=utf-8; variant=GFM",
        Format.HTML: "text/html; charset=utf-8",
        Format.DELTA: "application/json",
    }
)
"""What a server calls each format. All are UTF-8."""

_ENDINGS = {
    "txt": Format.TEXT,
    "text": Format.TEXT,
    "md": Format.MARKDOWN,
    "markdown": Format.MARKDOWN,
    "mdown": Format.MARKDOWN,
    "mkd": Format.MARKDOWN,
    "html": Format.HTML,
    "htm": Format.HTML,
    "xhtml": Format.HTML,
    "json": Format.DELTA,
    "delta": Format.DELTA,
}


def format_of_path(path: str) -> Format | None:
    """The format that the ending of `path` names, in any case; None if it has none or an unknown one.

    A name that only begins with a dot, such as `.md`, has no ending.
    """
    name = path.replace("\\", "/").rpartition("/")[2]
    stem, _, ending = name.rpartition(".")
    return _ENDINGS.get(ending.lower()) if stem else None
