"""Faults of content that comes in from outside in one of the formats.

A message never repeats what it complains about: it says what was expected and where, not what was there.
"""

from __future__ import annotations

import grpc

from mesh.faults import Fault, Reason


class UnreadableContent(Fault):
    """The source is not readable in its format; `line` and `offset` (code points, from 0) say where, if it is known."""

    code, reason = grpc.StatusCode.INVALID_ARGUMENT, Reason.ERROR_REASON_INVALID_CONTENT

    def __init__(self, wrong: str, *, line: int | None = None, offset: int | None = None, **facts: object) -> None:
        where = {"line": line, "offset": offset}
        known = {key: value for key, value in where.items() if value is not None}
        super().__init__(f"the content cannot be read: {wrong}", **known, **facts)
