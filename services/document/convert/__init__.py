"""Rows to messages and back: the only place that touches both the store's values and shoal.document.v1.

Pure, but for the compression of checkpoints.
"""

from mesh.pages import page_size, page_token, parse_page_token
from services.document.convert.contents import (
    checkpoint_content,
    checkpoint_of,
    checkpoint_parts,
    document_of,
    text_parts,
)
from services.document.convert.documents import (
    document_to_proto,
    format_of,
    generation_of,
    metadata_of,
    metadata_of_row,
)
from services.document.convert.edit_sessions import edit_of, edit_session_to_proto
from services.document.convert.operations import head_to_proto, operation_chunks, operation_to_proto, site_to_proto

__all__ = [
    "checkpoint_content",
    "checkpoint_of",
    "checkpoint_parts",
    "document_of",
    "document_to_proto",
    "edit_of",
    "edit_session_to_proto",
    "format_of",
    "generation_of",
    "head_to_proto",
    "metadata_of",
    "metadata_of_row",
    "operation_chunks",
    "operation_to_proto",
    "page_size",
    "page_token",
    "parse_page_token",
    "site_to_proto",
    "text_parts",
]
