"""Documents' metadata as messages, and what callers say about them as values."""

from __future__ import annotations

import re
from typing import cast

from mesh.names import document_name
from services.document.documents.metadata import Metadata
from services.document.formats import Format
from services.document.store.rows import DocumentRow
from shoal.document.v1 import document_pb2

_FORMATS = {
    document_pb2.ContentFormat.CONTENT_FORMAT_UNSPECIFIED: Format.DELTA,
    document_pb2.ContentFormat.CONTENT_FORMAT_DELTA: Format.DELTA,
    document_pb2.ContentFormat.CONTENT_FORMAT_TEXT: Format.TEXT,
    document_pb2.ContentFormat.CONTENT_FORMAT_MARKDOWN: Format.MARKDOWN,
    document_pb2.ContentFormat.CONTENT_FORMAT_HTML: Format.HTML,
    document_pb2.ContentFormat.CONTENT_FORMAT_DELTA_JSON: Format.DELTA,
}
_ETAG = re.compile(r"m([1-9][0-9]{0,17})", re.ASCII)


def document_to_proto(row: DocumentRow) -> document_pb2.Document:
    """Return the message of a document's metadata."""
    message = document_pb2.Document(
        name=document_name(row.id),
        title=row.title,
        type=cast(document_pb2.DocumentType, row.type),
        head_revision=row.head_revision,
        creator=row.creator,
        project=row.project,
        folder=row.folder,
        labels=row.labels,
        language=row.language,
        template=row.template,
        etag=etag_of(row),
    )
    message.create_time.FromDatetime(row.create_time)
    message.update_time.FromDatetime(row.update_time)
    if row.delete_time is not None and row.expire_time is not None:
        message.delete_time.FromDatetime(row.delete_time)
        message.expire_time.FromDatetime(row.expire_time)
    return message


def metadata_of(message: document_pb2.Document) -> Metadata:
    """Return what a caller says about a document, unchecked."""
    return Metadata(
        title=message.title,
        project=message.project,
        folder=message.folder,
        labels=dict(message.labels),
        language=message.language,
        template=message.template,
    )


def metadata_of_row(row: DocumentRow) -> Metadata:
    """Return what is said about a stored document."""
    return Metadata(row.title, row.project, row.folder, row.labels, row.language, row.template)


def etag_of(row: DocumentRow) -> str:
    """Return the etag of a document's metadata."""
    return f"m{row.generation}"


def generation_of(etag: str) -> int | None:
    """Return the generation an etag means: None for an empty one, which is any; 0, which none is, for a strange one."""
    if not etag:
        return None
    match = _ETAG.fullmatch(etag)
    return int(match[1]) if match else 0


def format_of(form: document_pb2.ContentFormat) -> Format:
    """Return the format a caller names."""
    return _FORMATS[form]
