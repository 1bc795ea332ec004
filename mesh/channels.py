"""Channels: the way from one service to another, with everything a call between services carries.

Owns what is added to each call: the service's own token, the user of the rpc under way, its request id, and what is
left of its deadline. Knows no contract. It wraps the channel, not the calls: a gRPC interceptor would put a queue into
every stream, and the hot streams of the mesh are calls of these channels.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import grpc

from mesh import request_id
from mesh.deadline import remaining_s
from mesh.grpc_server import channel_options
from mesh.identity.metadata import own_metadata
from mesh.settings import GrpcSettings, TlsSettings
from mesh.tls import channel_credentials

_RECONNECTING = (
    # Who was away is found again within a second, not after gRPC's two minutes.
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1000),
)
# The one bit of no compression: between services bytes are cheaper than the time it takes.
_UNCOMPRESSED = (("grpc.compression_enabled_algorithms_bitset", 1),)


def _nothing() -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Channels:
    """Opens channels as one service; `own_token` gives its token, empty for who is no service. Plain without `tls`."""

    own_token: Callable[[], str] = _nothing
    settings: GrpcSettings = field(default_factory=GrpcSettings)
    tls: TlsSettings | None = None

    def open(self, target: str, *, for_callers: bool = True) -> grpc.aio.Channel:
        """Return a channel to host:port; close it.

        `for_callers`: calls made within an rpc are made for its caller and end with it. Without, they are the service's
        own, whoever has caused them: work that is shared ends with nobody. Raises OSError for a certificate that is not
        there.
        """
        options = [*channel_options(self.settings), *_RECONNECTING, *_UNCOMPRESSED]
        credentials = channel_credentials(self.tls) if self.tls else None
        if credentials is None:
            channel = grpc.aio.insecure_channel(target, options)
        else:
            channel = grpc.aio.secure_channel(target, credentials, options)
        return _ServiceChannel(channel, self.own_token, for_callers=for_callers)


class _ServiceChannel(grpc.aio.Channel):
    """A channel whose calls begin with what services say of themselves; from then on they are gRPC's own."""

    def __init__(self, channel: grpc.aio.Channel, own_token: Callable[[], str], *, for_callers: bool) -> None:
        self._channel, self._own_token, self._for_callers = channel, own_token, for_callers

    async def __aenter__(self) -> _ServiceChannel:
        await self._channel.__aenter__()
        return self

    async def __aexit__(self, *raised: Any) -> None:
        await self._channel.__aexit__(*raised)

    async def close(self, grace: float | None = None) -> None:
        await self._channel.close(grace)

    def get_state(self, try_to_connect: bool = False) -> grpc.ChannelConnectivity:
        return self._channel.get_state(try_to_connect)

    async def wait_for_state_change(self, last_observed_state: grpc.ChannelConnectivity) -> None:
        await self._channel.wait_for_state_change(last_observed_state)

    async def channel_ready(self) -> None:
        await self._channel.channel_ready()

    def unary_unary(self, *method: Any, **how: Any) -> Any:
        return self._begun(self._channel.unary_unary(*method, **how))

    def unary_stream(self, *method: Any, **how: Any) -> Any:
        return self._begun(self._channel.unary_stream(*method, **how))

    def stream_unary(self, *method: Any, **how: Any) -> Any:
        return self._begun(self._channel.stream_unary(*method, **how))

    def stream_stream(self, *method: Any, **how: Any) -> Any:
        return self._begun(self._channel.stream_stream(*method, **how))

    def _begun(self, rpc: Any) -> Callable[..., Any]:
        def begin(
            *request: Any, timeout: float | None = None, metadata: Sequence[tuple[str, str]] = (), **how: Any
        ) -> Any:
            own = own_metadata(self._own_token(), for_caller=self._for_callers)
            known = request_id.onward() if self._for_callers else ()
            left = remaining_s() if self._for_callers else None
            allowed = min((each for each in (timeout, left) if each is not None), default=None)
            return rpc(*request, timeout=allowed, metadata=(*metadata, *own, *known), **how)

        return begin
