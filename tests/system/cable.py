"""A cable between a browser and Shoal that can be pulled out: a TCP proxy on a loopback port.

Cut, it drops what is connected and takes no new connections, as a network that is gone. Stalled, it keeps what is
connected and lets nothing through, as a network that is there in name: what was sent meanwhile arrives later.
"""

from __future__ import annotations

import asyncio
from types import TracebackType
from urllib.parse import urlsplit


class Cable:
    """Forwards bytes both ways between its own port and the server at `url`."""

    def __init__(self, url: str) -> None:
        self._host, self._port = "127.0.0.1", urlsplit(url).port
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self.port = 0
        self._up, self._down = asyncio.Event(), asyncio.Event()
        self.flow()

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    async def plug(self) -> None:
        """Forward (again) on the same port as before."""
        self._server = await asyncio.start_server(self._forward, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Drop everything."""
        assert self._server is not None
        self._server.close()
        self.flow()
        for writer in list(self._writers):
            writer.transport.abort()
        await self._server.wait_closed()

    def stall(self, *, up: bool = True, down: bool = True) -> None:
        """Let nothing through: to the server (`up`), from it (`down`)."""
        if up:
            self._up.clear()
        if down:
            self._down.clear()

    def flow(self) -> None:
        """Let everything through (again)."""
        self._up.set()
        self._down.set()

    async def __aenter__(self) -> Cable:
        await self.plug()
        return self

    async def __aexit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.cut()

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            far_reader, far_writer = await asyncio.open_connection(self._host, self._port)
            self._writers.add(far_writer)
            await asyncio.gather(self._copy(reader, far_writer, self._up), self._copy(far_reader, writer, self._down))
            self._writers.discard(far_writer)
        finally:
            self._writers.discard(writer)

    @staticmethod
    async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, open_: asyncio.Event) -> None:
        try:
            while data := await reader.read(65536):
                await open_.wait()
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.transport.abort()
