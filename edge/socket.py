"""Socket: one WebSocket, its sessions, and the frames it may send.

Owns the socket's numbers for its sessions, its token, and its end. All writes are whole WebSocket frames put on the
transport at once by the one event loop, so they never mix. Speaks binary protobuf or proto3 JSON, as its subprotocol
says.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web
from google.protobuf import json_format
from google.protobuf.message import DecodeError

from edge import close_codes, frames
from edge.relay import Link, Relay
from edge.settings import EdgeSettings
from mesh import faults
from mesh.identity import Identity
from shoal.collab.v1 import collab_pb2 as pb

_UNREAD_CHECK_S = 0.02
_TOKEN_WARNING_S = 60.0
"""Time enough to fetch a new token, and to try again; collab warns its other clients as early."""
_OF_TOKENS = ("token_expiring", "token_refreshed")
JSON_SUBPROTOCOL = "shoal.v1.json"
BINARY_SUBPROTOCOL = "shoal.v1.proto"


class Socket:
    """One connected client; made after its handshake was accepted."""

    def __init__(
        self,
        response: web.WebSocketResponse,
        transport: asyncio.Transport,
        relay: Relay,
        settings: EdgeSettings,
        identity: Identity,
        token: str,
        *,
        verify: Callable[[str], Awaitable[Identity]],
        clock: Callable[[], float],
    ) -> None:
        self._response, self._transport, self._relay, self._settings = response, transport, relay, settings
        self.identity, self._token, self._verify = identity, token, verify
        self._clock = clock
        self._is_warned = False
        self._on_own_token: set[int] = set()
        self.is_json = response.ws_protocol == JSON_SUBPROTOCOL
        self._links: dict[int, Link] = {}
        self._end: asyncio.Future[tuple[int, str]] = asyncio.get_running_loop().create_future()

    # -- what the relay calls ---------------------------------------------------------------------------------------

    @property
    def is_lagging(self) -> bool:
        """Whether more waits unread than may."""
        return self._transport.get_write_buffer_size() > self._settings.max_socket_backlog_bytes

    @property
    def has_drained(self) -> bool:
        """Whether it has read most of what it had."""
        return self._transport.get_write_buffer_size() * 4 <= self._settings.max_socket_backlog_bytes

    def write(self, message: bytes) -> None:
        """Write one whole WebSocket frame; a socket that reads none of its own answers is ended."""
        if self._end.done() or self._transport.is_closing():
            return
        self._transport.write(message)
        if self._transport.get_write_buffer_size() > self._settings.max_socket_unread_bytes:
            self.too_slow()

    def deliver(self, frame: pb.ServerFrame) -> None:
        """Take a frame for one of this socket's sessions."""
        if frame.HasField("closed"):
            self._links.pop(frame.session, None)
        if frame.WhichOneof("frame") in _OF_TOKENS and frame.session not in self._on_own_token:
            return  # It rests on the socket's token, of which the socket has told.
        self.send(frame)

    def stream_lost(self) -> None:
        """The way to collab is gone: the client comes back, and finds everything."""
        self.end(WSCloseCode.SERVICE_RESTART, "the service restarted; connect again")

    def too_slow(self) -> None:
        """It has read nothing for too long."""
        self.end(close_codes.TOO_SLOW, "nothing was read for too long; connect again")

    # -- its own ----------------------------------------------------------------------------------------------------

    def send(self, frame: pb.ServerFrame) -> None:
        """Send one frame."""
        encoded = frames.encode(frame)
        self.write(frames.text_message(encoded) if self.is_json else frames.binary_message(encoded))

    def end(self, code: int, reason: str) -> None:
        """Close as soon as the loop comes round; the first reason given stands."""
        if not self._end.done():
            self._end.set_result((code, reason))

    def check_token(self) -> None:
        """Warn when the token's time is nearly over, once, and end when it is."""
        left_s = self.identity.expires_at - self._clock()
        if left_s <= 0:
            self.end(close_codes.UNAUTHENTICATED, "the token expired")
        elif left_s <= _TOKEN_WARNING_S and not self._is_warned:
            self._is_warned = True
            self.send(pb.ServerFrame(token_expiring=pb.TokenExpiring(seconds=math.ceil(left_s))))

    async def run(self) -> None:
        """Take frames until either side ends."""
        reader = asyncio.create_task(self._read())
        try:
            waited: set[asyncio.Future[Any]] = {reader, self._end}
            await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for link in list(self._links.values()):
                self._relay.close(link)
            self._links.clear()
            code, reason = self._end.result() if self._end.done() else (WSCloseCode.OK, "")
            self.end(code, reason)
            reader.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await reader
            if code == close_codes.TOO_SLOW:
                # It reads nothing: a farewell would only wait behind what it has not read.
                self._transport.abort()
            await self._response.close(code=code, message=reason.encode(), drain=False)

    async def _read(self) -> None:
        async for message in self._response:
            try:
                request = self._parse(message.type, message.data)
            except faults.Fault as fault:
                self.send(frames.stream_fault(fault))
                too_large = isinstance(fault, faults.TooLarge)
                self.end(WSCloseCode.MESSAGE_TOO_BIG if too_large else close_codes.BAD_MESSAGE, fault.message)
                return
            if not request.frames:
                self.send(frames.stream_fault(faults.EmptyFrame()))
            for frame in request.frames:
                try:
                    if frame.HasField("refresh_token") and not frame.session:
                        await self._refresh(frame.refresh_token.token)
                    else:
                        self._take(frame)
                except faults.Fault as fault:
                    self.send(frames.stream_fault(fault, frame.session))
            await self._relay.can_send()
            while self.is_lagging:
                # Whoever does not read what they asked for is asked nothing more.
                await asyncio.sleep(_UNREAD_CHECK_S)

    def _parse(self, kind: WSMsgType, data: bytes | str) -> pb.CollaborateRequest:
        if kind in (WSMsgType.TEXT, WSMsgType.BINARY) and len(data) > self._settings.max_frame_bytes:
            raise faults.TooLarge("bytes of a message", self._settings.max_frame_bytes, len(data))
        try:
            if self.is_json and kind == WSMsgType.TEXT:
                return json_format.Parse(data, pb.CollaborateRequest())
            if not self.is_json and kind == WSMsgType.BINARY and isinstance(data, bytes):
                return pb.CollaborateRequest.FromString(data)
        except (DecodeError, json_format.ParseError, UnicodeDecodeError, RecursionError):
            raise faults.MalformedMessage("not a CollaborateRequest of this subprotocol") from None
        raise faults.MalformedMessage(f"{BINARY_SUBPROTOCOL} takes binary messages, {JSON_SUBPROTOCOL} text")

    def _take(self, frame: pb.ClientFrame) -> None:
        kind = frame.WhichOneof("frame")
        if kind is None:
            raise faults.EmptyFrame
        if kind == "ping":
            self.send(pb.ServerFrame(pong=pb.Pong(nonce=frame.ping.nonce)))
            return
        link = self._links.get(frame.session)
        if kind == "open":
            link = self._open(frame, link)
        elif link is None:
            raise faults.SessionNotFound(frame.session)
        elif kind == "refresh_token":
            self._on_own_token.add(frame.session)
        self._relay.send(link, frame)

    def _open(self, frame: pb.ClientFrame, link: Link | None) -> Link:
        if not frame.session:
            raise faults.InvalidField("session", "must be 1 or more")
        if link is not None:
            raise faults.SessionAlreadyOpen(frame.session)
        if len(self._links) >= self._settings.max_sessions_per_socket:
            raise faults.TooMany("sessions on one socket", self._settings.max_sessions_per_socket)
        if frame.open.token:
            self._on_own_token.add(frame.session)
        else:
            self._on_own_token.discard(frame.session)
            frame.open.token = self._token
        link = self._links[frame.session] = self._relay.link(self, frame.session)
        return link

    async def _refresh(self, token: str) -> None:
        """Put a newer token of the same user in the place of the socket's, for all sessions that rest on it."""
        identity = await self._verify(token)
        if identity.subject != self.identity.subject:
            raise faults.TokenInvalid("this token is of somebody else than the one it would replace")
        # One that lasts no longer is no reason to warn again.
        self._is_warned = self._is_warned and identity.expires_at <= self.identity.expires_at
        self.identity, self._token = identity, token
        for number, link in self._links.items():
            if number not in self._on_own_token:
                self._relay.send(link, pb.ClientFrame(refresh_token=pb.RefreshToken(token=token)))
        refreshed = pb.TokenRefreshed(seconds=max(0, math.ceil(identity.expires_at - self._clock())))
        self.send(pb.ServerFrame(token_refreshed=refreshed))
