"""Rows to messages and back: the only place that touches both the store's values and shoal.document.v1.

Pure, but for the compression of checkpoints. Knows how content is cut into parts.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import cast

from mesh.faults import InvalidField
from mesh.names import document_name
from mesh.wire import CHUNK_BYTES, content_parts, document_from_parts
from ot.document import Document
from services.document.store.rows import CheckpointRow, DocumentRow, OperationRow, SiteRow
from shoal.document.v1 import document_pb2, operation_log_pb2
from shoal.type.v1 import operation_pb2

_COMPRESSION = 1
"""zlib's fastest: 80 MB/s; the best saves a tenth more at a fifth of the speed."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def document_to_proto(row: DocumentRow) -> document_pb2.Document:
    """Return the message of a document's metadata."""
    message = document_pb2.Document(
        name=document_name(row.id),
        title=row.title,
        type=cast(document_pb2.DocumentType, row.type),
        head_revision=row.head_revision,
        creator=row.creator,
    )
    message.create_time.FromDatetime(row.create_time)
    message.update_time.FromDatetime(row.update_time)
    return message


def operation_to_proto(row: OperationRow) -> operation_pb2.CommittedOperation:
    """Return the message of an operation on disk; `commit_time` is set."""
    message = operation_pb2.CommittedOperation(
        revision=row.revision,
        site=row.site,
        site_sequence=row.site_sequence,
        author=row.author,
        base_revision=row.base_revision,
    )
    # Also for an operation of nothing, whose bytes are none: the field is there.
    message.operation.SetInParent()
    message.operation.MergeFromString(row.operation)
    if row.agent is not None:
        message.provenance.agent = row.agent
    # As Timestamp.FromDatetime, which takes three times as long, does it.
    since = row.applied_at - _EPOCH
    message.commit_time.seconds = since.days * 86_400 + since.seconds
    message.commit_time.nanos = since.microseconds * 1000
    return message


def operation_chunks(rows: Iterable[OperationRow]) -> Iterator[list[operation_pb2.CommittedOperation]]:
    """Yield operations in lists of about CHUNK_BYTES; none when there are none."""
    chunk: list[operation_pb2.CommittedOperation] = []
    size = 0
    for row in rows:
        chunk.append(operation_to_proto(row))
        size += len(row.operation) + 64
        if size >= CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def site_to_proto(row: SiteRow) -> operation_log_pb2.SiteHead:
    """Return the message of a site's high-water row."""
    return operation_log_pb2.SiteHead(
        site=row.site, author=row.author, last_sequence=row.last_sequence, last_revision=row.last_revision
    )


def checkpoint_of(revision: int, document: Document) -> CheckpointRow:
    """Return the row that holds a document's content. For long documents this takes milliseconds: use a thread."""
    # Messages put one after the other are one message with all their components.
    content = b"".join(part.SerializeToString() for part in content_parts(document))
    return CheckpointRow(revision, zlib.compress(content, _COMPRESSION), document.hash())


def checkpoint_content(row: CheckpointRow) -> operation_pb2.Content:
    """Return the whole content of a checkpoint."""
    return operation_pb2.Content.FromString(zlib.decompress(row.content))


def checkpoint_parts(row: CheckpointRow) -> Iterator[operation_pb2.Content]:
    """Yield a checkpoint's content in parts of about CHUNK_BYTES; at least one."""
    content = checkpoint_content(row)
    if content.ByteSize() <= CHUNK_BYTES:
        yield content
        return
    part, size = operation_pb2.Content(), 0
    for component in content.components:
        part.components.append(component)
        size += component.ByteSize()
        if size >= CHUNK_BYTES:
            yield part
            part, size = operation_pb2.Content(), 0
    if size:
        yield part


def document_of(row: CheckpointRow) -> Document:
    """Return the document a checkpoint holds."""
    return document_from_parts([checkpoint_content(row)])


def text_parts(text: str) -> Iterator[str]:
    """Yield a text in parts of CHUNK_BYTES characters; at least one. No part begins inside a character."""
    for start in range(0, max(len(text), 1), CHUNK_BYTES):
        yield text[start : start + CHUNK_BYTES]


def page_token(row: DocumentRow) -> str:
    """Return the token of the page after `row`."""
    place = f"1:{(row.listed_time - _EPOCH) // timedelta(microseconds=1)}:{row.key}"
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def parse_page_token(token: str) -> tuple[datetime, int] | None:
    """Return the place a token names, (listed_time, key); None for the first page. Raises InvalidField."""
    if not token:
        return None
    try:
        padded = token + "=" * (-len(token) % 4)
        version, time, key = base64.b64decode(padded, altchars=b"-_", validate=True).decode().split(":")
        if version != "1":
            raise ValueError(version)
        place = _EPOCH + timedelta(microseconds=int(time)), int(key)
        if not 0 <= place[1] < 1 << 63:
            raise ValueError(key)
        return place
    except (ValueError, OverflowError, binascii.Error):
        raise InvalidField("page_token", "not a next_page_token of ListDocuments") from None
