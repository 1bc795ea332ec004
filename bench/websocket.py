"""A WebSocket client as thin as a load generator needs: raw frames over one asyncio protocol.

Speaks `shoal.v1.proto` only. Masks with zeros (a legal key), so that sending costs one write. Not a general client.
"""

from __future__ import annotations

import asyncio
import base64
import os
from collections.abc import Callable
from typing import cast


class BenchSocket(asyncio.Protocol):
    """One connection; `on_message` gets each binary message."""

    def __init__(self, on_message: Callable[[bytes], None]) -> None:
        self._on_message = on_message
        self._buffer = bytearray()
        self._is_open = False
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.closed: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._transport: asyncio.Transport | None = None

    @classmethod
    async def connect(cls, host: str, port: int, token: str, on_message: Callable[[bytes], None]) -> BenchSocket:
        loop = asyncio.get_running_loop()
        _, socket = await loop.create_connection(lambda: cls(on_message), host, port)
        key = base64.b64encode(os.urandom(16)).decode()
        request = (
            f"GET /v1/ws HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Protocol: shoal.v1.proto\r\n"
            f"Authorization: Bearer {token}\r\n\r\n"
        )
        assert socket._transport is not None
        socket._transport.write(request.encode())
        await asyncio.wait_for(socket.opened, 20)
        return socket

    def send(self, payload: bytes) -> None:
        """Send one binary message."""
        assert self._transport is not None
        size = len(payload)
        if size < 126:
            head = bytes((0x82, 0x80 | size))
        elif size < 65536:
            head = bytes((0x82, 0xFE)) + size.to_bytes(2, "big")
        else:
            head = bytes((0x82, 0xFF)) + size.to_bytes(8, "big")
        self._transport.write(head + b"\0\0\0\0" + payload)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.opened.done():
            self.opened.set_exception(ConnectionError("closed during the handshake"))
        if not self.closed.done():
            self.closed.set_result(str(exc or "closed"))

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer
        buffer += data
        if not self._is_open:
            end = buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            if b" 101 " not in buffer[:32]:
                self.opened.set_exception(ConnectionError(bytes(buffer[:200]).decode(errors="replace")))
                return
            del buffer[: end + 4]
            self._is_open = True
            self.opened.set_result(None)
        self._frames(buffer)

    def _frames(self, buffer: bytearray) -> None:
        start, available = 0, len(buffer)
        while available - start >= 2:
            opcode, size, body = buffer[start] & 0x0F, buffer[start + 1] & 0x7F, start + 2
            if size == 126:
                size, body = int.from_bytes(buffer[start + 2 : start + 4], "big"), start + 4
            elif size == 127:
                size, body = int.from_bytes(buffer[start + 2 : start + 10], "big"), start + 10
            if available < body + size:
                break
            payload = bytes(buffer[body : body + size])
            start = body + size
            if opcode == 2:
                self._on_message(payload)
            elif opcode == 9 and self._transport is not None:
                self._transport.write(bytes((0x8A, 0x80 | size)) + b"\0\0\0\0" + payload)
            elif opcode == 8 and not self.closed.done():
                code = int.from_bytes(payload[:2], "big")
                self.closed.set_result(f"{code} {payload[2:].decode(errors='replace')}")
        del buffer[:start]
