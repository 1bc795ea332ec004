"""`shoal up`: everything, in one process, on this machine only.

Owns the command and its signals; what it starts stands in cli/composition.py.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.instance import DEFAULT_DATA
from cli.run import run

if TYPE_CHECKING:
    from cli.composition import Wanted

_Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="Port of the page; 0 = any free one.")]
_GrpcPort = Annotated[int, typer.Option("--grpc-port", min=0, max=65535, help="Port for gRPC; 0 = any free one.")]
_Data = Annotated[Path, typer.Option("--data", help="Where everything is kept; made when missing.")]
_Database = Annotated[
    str | None,
    typer.Option("--database-url", metavar="URL", help="Use this PostgreSQL instead of an embedded one."),
]


def up(
    data: _Data = DEFAULT_DATA, port: _Port = 8080, grpc_port: _GrpcPort = 50051, database_url: _Database = None
) -> None:
    """Run all of Shoal in one process, for development: whoever gives a name is signed in.

    Listens on this machine's loopback address only. Keeps its documents in --data, in a PostgreSQL of its own.
    Ends cleanly on Ctrl-C and SIGTERM.
    """
    # The services are imported only here: the other verbs start in half the time without them.
    from cli.composition import Wanted
    from cli.logs import configure_logs

    configure_logs()
    run(_up(Wanted(data.absolute(), port, grpc_port, database_url)))


async def _up(wanted: Wanted) -> None:
    from cli.composition import open_instance
    from mesh.garbage import settle

    with stop_requested() as stop:
        async with open_instance(wanted) as address:
            print(
                f"Shoal is ready at {address.url} (gRPC {address.grpc}; development sign-in, this machine only)",
                flush=True,
            )
            settle()
            await stop.wait()


@contextmanager
def stop_requested() -> Iterator[asyncio.Event]:
    """Yield an event that SIGTERM and SIGINT set. One that comes during the start is heeded after it: what has been
    begun, PostgreSQL above all, is then ended in order."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        yield stop
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
