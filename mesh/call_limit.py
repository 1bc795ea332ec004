"""Call limit: how many calls a server has under way at once, streams among them.

Owns the count. Past it a call is refused at once, with a reason and a time to wait, before anything is done for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import grpc

from mesh.faults import Fault, Reason


class TooManyCalls(Fault):
    """As many calls are under way as this server takes."""

    code, reason = grpc.StatusCode.RESOURCE_EXHAUSTED, Reason.ERROR_REASON_TOO_MANY_CALLS
    retry_after_ms = 1000

    def __init__(self, limit: int) -> None:
        super().__init__(f"{limit} calls are under way here, as many as may be", limit=limit)


class CallLimit:
    """Lets at most `most` calls be under way."""

    def __init__(self, most: int) -> None:
        self._most, self._under_way = most, 0

    @contextmanager
    def call(self) -> Iterator[None]:
        """Be one of them for the length of the block. Raises TooManyCalls."""
        if self._under_way >= self._most:
            raise TooManyCalls(self._most)
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1
