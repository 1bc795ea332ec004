"""Text: a document as its text alone. Formats are left out; an embed is U+FFFC, so that positions stay the same."""

from __future__ import annotations

from ot.document import Document


def render_text(document: Document) -> str:
    """The text of `document`. NUL, which no text file should hold, becomes U+FFFD."""
    return document.text().replace("\0", "\ufffd")


def parse_text(source: str, *, plain_text: bool) -> Document:
    """`source` as a document; rich text gets a last newline if it has none."""
    if not plain_text and not source.endswith("\n"):
        source += "\n"
    return Document.from_text(source)
