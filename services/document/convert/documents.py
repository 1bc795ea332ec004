"""Documents' metadata as messages."""

from __future__ import annotations

from typing import cast

from mesh.names import document_name
from services.document.store.rows import DocumentRow
from shoal.document.v1 import document_pb2


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


def etag_of(row: DocumentRow) -> str:
    """Return the etag of a document's metadata."""
    return f"m{row.generation}"
