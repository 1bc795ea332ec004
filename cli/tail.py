"""`shoal tail`: a document's operations as they are committed."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from typing import Annotated, Any

import grpc
import orjson
import typer
from rich.console import Console
from rich.text import Text

from cli.errors import failed_call
from cli.instance import DEFAULT_DATA
from cli.run import run
from cli.target import DataOption, GrpcOption, NameArgument, Target, TokenOption, UrlOption, find_target, full_name
from mesh.wire import operation_from_proto
from shoal.collab.v1 import collab_pb2 as pb
from shoal.collab.v1.collab_pb2_grpc import CollabServiceStub
from shoal.type.v1 import operation_pb2

_RETRY_S = 1.0


def tail(
    name: NameArgument,
    after: Annotated[
        int | None, typer.Option("--after", min=0, help="Start after this revision. Left out: only what is new.")
    ] = None,
    url: UrlOption = None,
    grpc_address: GrpcOption = None,
    token: TokenOption = None,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Follow a document's operations live, one a line: JSON, or in colours on a terminal. Ends with Ctrl-C."""
    target = find_target(url=url, grpc_address=grpc_address, token=token, data=data)
    run(_print(target, full_name(name), after))


async def _print(target: Target, name: str, after: int | None) -> None:
    console = Console(soft_wrap=True, highlight=False) if sys.stdout.isatty() else None
    async for operation in follow(target, name, after):
        if console:
            console.print(pretty(operation))
        else:
            print(as_json(operation), flush=True)


async def follow(target: Target, name: str, after: int | None) -> AsyncIterator[operation_pb2.CommittedOperation]:
    """Yield each operation once, in order. A server that goes away after it was there is waited for. Raises Failed."""
    async with target.channel() as channel:
        stub: Any = CollabServiceStub(channel)  # type: ignore[no-untyped-call]  # generated without types
        while True:
            call = stub.WatchDocument(
                pb.WatchDocumentRequest(name=name, after_revision=after), metadata=target.metadata
            )
            try:
                async for response in call:
                    for operation in response.operations:
                        after = operation.revision
                        yield operation
            except grpc.aio.AioRpcError as error:
                if error.code() is not grpc.StatusCode.UNAVAILABLE or after is None:
                    raise failed_call(error, target.grpc_address) from error
            finally:
                call.cancel()
            await asyncio.sleep(_RETRY_S)


def as_json(committed: operation_pb2.CommittedOperation) -> str:
    """Return an operation as one line of JSON, its change as Delta."""
    line = {
        "revision": committed.revision,
        "site": committed.site,
        "site_sequence": committed.site_sequence,
        "author": committed.author,
        "base_revision": committed.base_revision,
        "delta": operation_from_proto(committed.operation).to_delta(),
    }
    if committed.HasField("provenance"):
        line["agent"] = committed.provenance.agent
    return orjson.dumps(line).decode()


def pretty(committed: operation_pb2.CommittedOperation) -> Text:
    """Return an operation as a coloured line: revision, author, and what was kept, inserted and deleted."""
    line = Text(f"{committed.revision:>8} ", style="dim").append(f"{committed.author:<16} ", style="cyan")
    for component in committed.operation.components:
        attributes = f" {{{', '.join(sorted(component.attributes))}}}" if component.attributes else ""
        match component.WhichOneof("action"):
            case "retain":
                line.append(f" ={component.retain}{attributes}", style="bold" if attributes else "dim")
            case "insert":
                line.append(f" +{component.insert!r}{attributes}", style="green")
            case "embed":
                line.append(f" +[{component.embed.type}]{attributes}", style="green")
            case "delete":
                line.append(f" -{component.delete}", style="red")
    return line
