"""How a verb runs its coroutine: on uvloop where there is one.

Owns the event loop and what an interrupt means for it: the exit code of a command that was interrupted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import typer

try:
    from uvloop import new_event_loop as _new_event_loop
except ImportError:  # uvloop has no build for this system; asyncio's own loop is slower and does the same
    _new_event_loop = None  # type: ignore[assignment]  # the other of two loops

T = TypeVar("T")

INTERRUPTED = 130


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run `main` to its end and return what it returns. An interrupt cancels it and exits with 130."""
    with asyncio.Runner(loop_factory=_new_event_loop) as runner:
        try:
            return runner.run(main)
        except KeyboardInterrupt:
            raise typer.Exit(INTERRUPTED) from None
