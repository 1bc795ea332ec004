"""Contents and checkpoints as messages, and how they are cut into parts."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from mesh.wire import CHUNK_BYTES, content_parts, document_from_parts
from ot.document import Document
from services.document.store.rows import CheckpointRow
from shoal.type.v1 import operation_pb2

_COMPRESSION = 1
"""zlib's fastest: 80 MB/s; the best saves a tenth more at a fifth of the speed."""


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
