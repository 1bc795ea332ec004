"""Pace: work in the background that leaves the processor to those who type."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable
from typing import TypeVar

_T = TypeVar("_T")


async def at_share(share: float, work: Awaitable[_T]) -> _T:
    """Do `work`, then rest so long that it has taken this share of the time; returns what it returned."""
    began = time.monotonic()
    result = await work
    await asyncio.sleep((time.monotonic() - began) * (1 / share - 1))
    return result
