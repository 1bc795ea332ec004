"""The edge is tested on the event loop it is run on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

import uvloop


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """As `cli.run` does."""
    return {"uvloop": uvloop.new_event_loop}
