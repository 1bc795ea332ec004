"""Deadline: how long the rpc under way may still take.

Owns nothing but the moment, in a context variable; the interceptor sets it and enforces it. Whoever calls another
service in the same rpc hands on what is left, so that nobody works for a caller who has gone.
"""

from __future__ import annotations

import asyncio
from contextvars import ContextVar

_ends_at: ContextVar[float | None] = ContextVar("deadline", default=None)


def end_after(allowed_s: float | None) -> None:
    """Say how long the rest of this task may take; None = as long as it likes. Each rpc has a task of its own."""
    _ends_at.set(None if allowed_s is None else asyncio.get_running_loop().time() + allowed_s)


def remaining_s() -> float | None:
    """Return the seconds that are left, at least 0; None where there is no bound."""
    ends_at = _ends_at.get()
    return None if ends_at is None else max(ends_at - asyncio.get_running_loop().time(), 0.0)
