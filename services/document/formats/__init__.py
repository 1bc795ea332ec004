"""Formats: documents in and out of plain text, Markdown, HTML and Delta JSON.

Pure: no I/O, no clock. `render` and `parse` convert; `edit_in` turns an edited rendering into an operation that loses
nothing the format cannot hold; `diff_html` and `diff_text` show a change. docs/formats.md says what each can hold.
"""

from __future__ import annotations

from .changes import Change
from .convert import MAX_SOURCE_LENGTHS, parse, render
from .diff_html import diff_html
from .diff_text import diff_text
from .errors import UnreadableContent
from .forms import MEDIA_TYPES, Format, format_of_path
from .merge import edit_in

__all__ = [
    "MAX_SOURCE_LENGTHS",
    "MEDIA_TYPES",
    "Change",
    "Format",
    "UnreadableContent",
    "diff_html",
    "diff_text",
    "edit_in",
    "format_of_path",
    "parse",
    "render",
]
