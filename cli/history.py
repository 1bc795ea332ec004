"""History, as the verbs know it: calls of HistoryService and VersionService, and how their answers are printed.

Owns what the verbs about history share. Knows no option of any of them.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

import grpc
import orjson
import typer
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from cli.errors import Failed
from cli.target import Target
from cli.times import HELP, time_option
from shoal.document.v1.history_pb2_grpc import HistoryServiceStub
from shoal.document.v1.version_pb2_grpc import VersionServiceStub

_DEADLINE_S = 30.0

RevisionOption = Annotated[
    int | None, typer.Option("--revision", min=0, help="After so many operations.", metavar="NUMBER")
]
AtOption = Annotated[
    datetime | None, typer.Option("--at", parser=time_option, metavar="TIME", help=f"At this time: {HELP}.")
]


def history(channel: grpc.aio.Channel) -> Any:
    """Return the stub of HistoryService."""
    return HistoryServiceStub(channel)  # type: ignore[no-untyped-call]  # generated without types


def versions(channel: grpc.aio.Channel) -> Any:
    """Return the stub of VersionService."""
    return VersionServiceStub(channel)  # type: ignore[no-untyped-call]  # generated without types


async def ask(target: Target, service: Any, method: str, request: Message) -> Any:
    """Return the answer of a unary rpc; `service` is one of the two above. Raises Failed."""
    async with target.channel() as channel:
        return await getattr(service(channel), method)(request, metadata=target.metadata, timeout=_DEADLINE_S)


@asynccontextmanager
async def streamed(target: Target, method: str, request: Message) -> AsyncIterator[AsyncIterator[Any]]:
    """Yield the answers of a streaming rpc of HistoryService. Raises Failed."""
    async with target.channel() as channel:
        call = getattr(history(channel), method)(request, metadata=target.metadata)
        try:
            yield call
        finally:
            call.cancel()


def set_moment(request: Any, revision: int | None, at: datetime | None, version: str | None = None) -> None:
    """Put the one moment that was named into a request. Raises BadParameter for more than one."""
    if sum(each is not None for each in (revision, at, version)) > 1:
        raise typer.BadParameter("name one moment only")
    if revision is not None:
        request.revision = revision
    if at is not None:
        request.time.FromDatetime(at)
    if version is not None:
        request.version = version


def version_of(document: str, version: str) -> str:
    """Return the name of a version that is given as its name or its id. Raises Failed for one of another document."""
    if "/" not in version:
        return f"{document}/versions/{version}"
    if not version.startswith(f"{document}/versions/"):
        raise Failed(f"{version!r} is not a version of {document}")
    return version


def print_json(value: Mapping[str, Any]) -> None:
    """Print one line of JSON."""
    sys.stdout.write(orjson.dumps(value).decode() + "\n")


def local_span(start: Timestamp, end: Timestamp) -> str:
    """Return from when to when, as a person at this machine reads it; the day once, where it is the same."""
    first, last = (each.ToDatetime(UTC).astimezone() for each in (start, end))
    if first.date() != last.date():
        return f"{first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M}"
    if (first.hour, first.minute) == (last.hour, last.minute):
        return f"{first:%Y-%m-%d %H:%M}"
    return f"{first:%Y-%m-%d %H:%M} to {last:%H:%M}"


def writer(author: str, agent: str) -> str:
    """Return who wrote something, for people."""
    return f"{author} by {agent}" if agent else author
