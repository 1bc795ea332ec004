"""Operations and sites of the log as messages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from mesh.wire import CHUNK_BYTES
from services.document.store.rows import HeadRow, OperationRow, SiteRow
from shoal.document.v1 import operation_log_pb2
from shoal.type.v1 import operation_pb2

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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


def head_to_proto(name: str, row: HeadRow) -> operation_log_pb2.Head:
    """Return the message of where a document stands."""
    message = operation_log_pb2.Head(document=name, revision=row.revision, sites=map(site_to_proto, row.sites))
    if row.delete_time is not None:
        message.delete_time.FromDatetime(row.delete_time)
    return message


def site_to_proto(row: SiteRow) -> operation_log_pb2.SiteHead:
    """Return the message of a site's high-water row."""
    return operation_log_pb2.SiteHead(
        site=row.site, author=row.author, last_sequence=row.last_sequence, last_revision=row.last_revision
    )
