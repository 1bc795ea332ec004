"""`shoal notifications`: what one should hear of, listed, read, followed and muted, from a terminal."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from typing import Annotated, Any, cast

import grpc
import typer

from cli.answers import AllOption, JsonOption, as_json, ask, ask_pages, print_rows, time_word, word_of
from cli.errors import failed_call
from cli.instance import DEFAULT_DATA
from cli.run import run
from cli.target import DataOption, GrpcOption, Target, TokenOption, UrlOption, find_target
from shoal.project.v1 import notification_pb2 as pb
from shoal.project.v1.notification_pb2_grpc import NotificationServiceStub

_RETRY_S = 1.0
_ALL = 2**63 - 1


def notifications(
    unread: Annotated[bool, typer.Option("--unread", help="Only those that are not read.")] = False,
    read: Annotated[
        list[int] | None, typer.Option("--read", metavar="ID", help="Mark this one as read; again for more.")
    ] = None,
    read_all: Annotated[bool, typer.Option("--read-all", help="Mark all of them as read.")] = False,
    follow: Annotated[bool, typer.Option("--follow", help="Print new ones as they come. Ends with Ctrl-C.")] = False,
    mute: Annotated[
        str, typer.Option("--mute", metavar="RESOURCE", help="Hear nothing of documents/x, or of projects/x.")
    ] = "",
    unmute: Annotated[str, typer.Option("--unmute", metavar="RESOURCE", help="Hear of it again.")] = "",
    off: Annotated[
        list[str] | None, typer.Option("--off", metavar="KIND", help="Hear nothing of this kind: share, mention…")
    ] = None,
    on: Annotated[list[str] | None, typer.Option("--on", metavar="KIND", help="Hear of this kind again.")] = None,
    everything: AllOption = False,
    json: JsonOption = False,
    url: UrlOption = None,
    grpc_address: GrpcOption = None,
    token: TokenOption = None,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """List notifications, the newest first: a table on a terminal, else one JSON a line; or say what to hear of."""
    said = [bool(each) for each in (read or read_all, follow, mute or unmute, off or on)]
    if sum(said) > 1 or (mute and unmute):
        raise typer.BadParameter("one thing at a time: read, follow, mute, or say which kinds")
    kinds = [(_kind_number(each), enabled) for words, enabled in ((off, False), (on, True)) for each in words or ()]
    target = find_target(url=url, grpc_address=grpc_address, token=token, data=data)
    if read or read_all:
        request = pb.MarkNotificationsReadRequest(ids=read or (), up_to_id=_ALL if read_all else 0)
        print(_ask(target, "MarkNotificationsRead", request).unread, "unread", file=sys.stderr)
    elif follow:
        run(_follow(target, table=sys.stdout.isatty() and not json))
    elif mute or unmute:
        for name in _ask(
            target, "MuteResource", pb.MuteResourceRequest(resource=mute or unmute, unmute=not mute)
        ).muted:
            print(name)
    elif kinds:
        _set_kinds(target, kinds, json=json)
    else:
        _list(target, unread=unread, everything=everything, json=json)


def _list(target: Target, *, unread: bool, everything: bool, json: bool) -> None:
    request = pb.ListNotificationsRequest(unread=unread)
    stub, method = NotificationServiceStub, "ListNotifications"
    found = ask_pages(target, stub, method, request, "notifications", everything=everything)
    print_rows(found, ("id", "", "when", "who", "what", "on", "details"), _row, json=json)


def _set_kinds(target: Target, kinds: list[tuple[pb.NotificationKind, bool]], *, json: bool) -> None:
    preferences = [pb.NotificationPreference(kind=kind, enabled=enabled) for kind, enabled in kinds]
    request = pb.UpdateNotificationPreferencesRequest(preferences=preferences)
    answer = _ask(target, "UpdateNotificationPreferences", request)
    print_rows(answer.preferences, ("kind", ""), _preference_row, json=json)


def _ask(target: Target, method: str, request: Any) -> Any:
    return ask(target, NotificationServiceStub, method, request)


def _kind_number(word: str) -> pb.NotificationKind:
    name = f"NOTIFICATION_KIND_{word.upper().replace('-', '_')}"
    known = [each for each in pb.NotificationKind.keys() if not each.endswith("UNSPECIFIED")]  # noqa: SIM118 -- a wrapper
    if name not in known:
        words = ", ".join(each.removeprefix("NOTIFICATION_KIND_").lower() for each in known)
        raise typer.BadParameter(f"{word!r} is none of {words}")
    return cast(pb.NotificationKind, pb.NotificationKind.Value(name))


async def _follow(target: Target, *, table: bool) -> None:
    async for each in followed(target):
        print("  ".join(filter(None, _row(each))) if table else as_json(each), flush=True)


async def followed(target: Target) -> AsyncIterator[pb.Notification]:
    """Yield each notification that comes, once. A server that goes away after it was there is waited for.

    Raises Failed.
    """
    last = -1
    async with target.channel() as channel:
        stub: Any = NotificationServiceStub(channel)  # type: ignore[no-untyped-call]  # generated without types
        while True:
            call = stub.StreamNotifications(pb.StreamNotificationsRequest(after_id=last), metadata=target.metadata)
            try:
                async for news in call:
                    last = news.last_id
                    for each in news.notifications:
                        yield each
            except grpc.aio.AioRpcError as error:
                if error.code() is not grpc.StatusCode.UNAVAILABLE or last < 0:
                    raise failed_call(error, target.grpc_address) from error
            finally:
                call.cancel()
            await asyncio.sleep(_RETRY_S)


def _row(each: pb.Notification) -> tuple[str, ...]:
    mark = "" if each.HasField("read_time") else "new"
    details = " ".join(f"{key}={value}" for key, value in sorted(each.details.items()))
    kind = word_of(pb.NotificationKind.DESCRIPTOR, each.kind).replace("_", " ")
    return str(each.id), mark, time_word(each.create_time), each.actor, kind, each.resource, details


def _preference_row(each: pb.NotificationPreference) -> tuple[str, ...]:
    return word_of(pb.NotificationKind.DESCRIPTOR, each.kind), "on" if each.enabled else "off"
