"""Entries of the record as messages, and as lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import cast

import orjson
from google.protobuf import json_format

from services.project.convert.common import principal_to_proto, role_to_proto, time_to_proto
from services.project.store.rows import AuditRow
from shoal.project.v1 import audit_pb2 as pb

_PART_CHARACTERS = 64 * 1024


def entry_to_proto(row: AuditRow) -> pb.AuditEntry:
    """Return the message of an entry."""
    return pb.AuditEntry(
        id=row.id,
        create_time=time_to_proto(row.create_time),
        actor=row.actor,
        action=cast(pb.AuditAction, row.action),
        resource=row.resource,
        principal=principal_to_proto(row.principal),
        role=role_to_proto(row.role),
        custom_role=row.custom_role,
        denied=sorted(row.denied),
        details=row.details,
    )


def line_parts(rows: Iterable[AuditRow]) -> Iterator[str]:
    """Yield entries as whole lines, in parts of about 64 KiB."""
    lines: list[str] = []
    size = 0
    for row in rows:
        lines.append(orjson.dumps(json_format.MessageToDict(entry_to_proto(row))).decode() + "\n")
        size += len(lines[-1])
        if size >= _PART_CHARACTERS:
            yield "".join(lines)
            lines, size = [], 0
    if lines:
        yield "".join(lines)
