"""Request id: what one request is called, in every line of the log, in its answer, and in each service on its way.

Owns the id of the rpc under way, in a context variable; the interceptor begins and ends it. Tasks that an rpc starts
and that go on without it have none: what they do is nobody's request any more.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

KEY = "x-request-id"
"""In the metadata of a call, both ways; the edge has a header of this name."""
_ACCEPTED = re.compile(r"[A-Za-z0-9._:/+=@-]{1,128}")
"""Others are replaced: an id stands in logs and headers as it is."""


@dataclass(slots=True)
class _Request:
    id: str
    is_over: bool = False


_under_way: ContextVar[_Request | None] = ContextVar("request", default=None)


@contextmanager
def request(metadata: Mapping[str, str | bytes]) -> Iterator[str]:
    """Give the rest of this task the id that came with a call, or a new one; it is yielded, and over with the block."""
    given = metadata.get(KEY)
    is_good = isinstance(given, str) and _ACCEPTED.fullmatch(given)
    begun = _Request(str(given) if is_good else str(uuid.uuid4()))
    _under_way.set(begun)
    try:
        yield begun.id
    finally:
        begun.is_over = True


def current() -> str:
    """Return the id of the rpc under way; empty where there is none."""
    begun = _under_way.get()
    return "" if begun is None or begun.is_over else begun.id


def onward() -> tuple[tuple[str, str], ...]:
    """Return the metadata by which a call to another service is part of the same request."""
    return ((KEY, known),) if (known := current()) else ()


def in_logs(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Add `request_id` to an event of the log: a processor of structlog."""
    if known := current():
        event.setdefault("request_id", known)
    return event
