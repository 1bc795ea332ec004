"""Sockets: the WebSocket endpoint, and all that are connected.

Owns the limits, the drain, and the beat on which tokens are looked at; each socket owns itself.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable

import structlog
from aiohttp import WSCloseCode, web

from edge import frames
from edge.handshake import Doorkeeper, close_code
from edge.relay import Relay
from edge.settings import EdgeSettings
from edge.socket import BINARY_SUBPROTOCOL, JSON_SUBPROTOCOL, Socket
from mesh import faults
from shoal.collab.v1 import collab_pb2 as pb

_log = structlog.get_logger(__name__)
_DRAIN_BATCH = 50
_RETRY_AFTER_MS = 500
_TOKEN_BEAT_S = 1.0
"""How late, at most, a socket notices that its token's time is over."""


class Sockets:
    """Everybody connected to this edge. `clock` gives Unix seconds: what tokens expire by."""

    clock: Callable[[], float] = staticmethod(time.time)

    def __init__(self, relay: Relay, doorkeeper: Doorkeeper, settings: EdgeSettings) -> None:
        self._relay, self._doorkeeper, self._settings = relay, doorkeeper, settings
        self._open: set[Socket] = set()
        self._by_user: Counter[str] = Counter()
        self._draining = False
        self._beat: asyncio.TimerHandle | None = None

    @property
    def count(self) -> int:
        """How many are connected."""
        return len(self._open)

    async def connect(self, request: web.Request) -> web.WebSocketResponse:
        """Handle `GET /v1/ws`."""
        response = web.WebSocketResponse(
            protocols=(BINARY_SUBPROTOCOL, JSON_SUBPROTOCOL),
            heartbeat=self._settings.heartbeat_s,
            max_msg_size=2 * self._settings.max_frame_bytes,  # so that most of what is too large is told so
            compress=False,
        )
        await response.prepare(request)
        transport = request.transport
        if transport is None:
            return response
        try:
            socket = await self._admit(request, response, transport)
        except faults.Fault as fault:
            await _refuse(response, fault)
            return response
        user = socket.identity.subject
        self._open.add(socket)
        if self._beat is None:
            self._look_at_tokens()
        self._by_user[user] += 1
        try:
            await socket.run()
        finally:
            self._open.discard(socket)
            self._by_user[user] -= 1
            if not self._by_user[user]:
                del self._by_user[user]
        return response

    def _look_at_tokens(self) -> None:
        """Go on for as long as anybody is connected."""
        for socket in self._open:
            socket.check_token()
        loop = asyncio.get_running_loop()
        self._beat = loop.call_later(_TOKEN_BEAT_S, self._look_at_tokens) if self._open else None

    async def drain(self) -> None:
        """Tell everybody to move, then close them, a batch at a time, so that they do not all come back at once."""
        self._draining = True
        for socket in self._open:
            socket.send(pb.ServerFrame(draining=pb.Draining(retry_after_ms=_RETRY_AFTER_MS)))
        leaving = list(self._open)
        random.shuffle(leaving)
        for start in range(0, len(leaving), _DRAIN_BATCH):
            for socket in leaving[start : start + _DRAIN_BATCH]:
                socket.end(WSCloseCode.SERVICE_RESTART, "this node is going; connect again")
            await asyncio.sleep(0.02)

    async def _admit(
        self, request: web.Request, response: web.WebSocketResponse, transport: asyncio.Transport
    ) -> Socket:
        if response.ws_protocol is None:
            raise faults.MalformedMessage(f"offer the subprotocol {BINARY_SUBPROTOCOL} or {JSON_SUBPROTOCOL}")
        admitted = await self._doorkeeper.admit(request)
        # From here to the socket's place among the others nothing waits, so that the counts are right.
        if self._draining:
            raise faults.Draining("this node is shutting down")
        if len(self._open) >= self._settings.max_sockets:
            raise faults.TooMany("connections to this edge", self._settings.max_sockets)
        if self._by_user[admitted.identity.subject] >= self._settings.max_sockets_per_user:
            raise faults.TooMany("connections of one user", self._settings.max_sockets_per_user)
        verify = self._doorkeeper.verify
        identity, token = admitted.identity, admitted.token
        return Socket(response, transport, self._relay, self._settings, identity, token, verify=verify, clock=self._now)

    def _now(self) -> float:
        return self.clock()


async def _refuse(response: web.WebSocketResponse, fault: faults.Fault) -> None:
    """Say why, in a frame and in the close code: a browser sees nothing of a refused upgrade."""
    encoded = frames.encode(frames.stream_fault(fault))
    if response.ws_protocol == JSON_SUBPROTOCOL:
        await response.send_str(frames.to_json(encoded))
    else:
        await response.send_bytes(encoded)
    await response.close(code=close_code(fault), message=fault.message.encode()[:123])
