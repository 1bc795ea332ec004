"""The log as collab sees it: a port with two adapters and one conformance suite (tests/conformance).

In one process the document service's own log object fits it; between processes log_client.py does.
Contract: proto/shoal/document/v1/operation_log.proto.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from shoal.document.v1 import operation_log_pb2 as log_pb


class OperationLog(Protocol):
    """Append, load, read, heads. Documents are named `documents/{document}`. All raise mesh.faults.Fault."""

    async def append(self, batch: log_pb.AppendBatch) -> log_pb.AppendOutcome:
        """Return what became of the batch, after it is on disk; never raises for a refusal."""
        ...

    def load(self, document: str, at_revision: int | None = None) -> AsyncIterator[log_pb.LoadResponse]:
        """Yield the newest checkpoint at or below `at_revision` (None: the head), and the operations after it."""
        ...

    def read(self, document: str, after_revision: int, up_to_revision: int = 0) -> AsyncIterator[log_pb.ReadResponse]:
        """Yield operations after one revision up to another (0: the head), in order."""
        ...

    async def heads(self, requests: Sequence[log_pb.HeadRequest]) -> log_pb.HeadsResponse:
        """Return where documents and sites stand."""
        ...

    async def site_revisions(
        self, document: str, site: str, first_sequence: int, last_sequence: int
    ) -> list[tuple[int, int]]:
        """Return (sequence, revision) of a site's operations in the log, ascending; for resends."""
        ...
