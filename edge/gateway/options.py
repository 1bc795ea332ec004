"""GatewayOptions: what an application decides about its gateway; the defaults are safe, and near to grpc-gateway's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

from aiohttp import web

from edge.gateway import metadata
from edge.gateway.binding import Method
from edge.gateway.fields import RepeatedSeparator
from edge.gateway.marshal import Marshaler, MarshalOptions
from edge.gateway.unescaping import Unescaping

AroundCall = Callable[[web.Request, Method], AbstractAsyncContextManager[Sequence[tuple[str, str | bytes]]]]
AnswerError = Callable[[web.Request, Exception], web.Response | None]
OriginCheck = Callable[[web.Request, str], bool]


def same_host(request: web.Request, origin: str) -> bool:
    """Whether `origin` is the site that the request was sent to."""
    return origin.partition("://")[2].lower() == request.host.lower()


@dataclass(frozen=True, slots=True)
class GatewayOptions:
    """How a Gateway behaves."""

    unescaping: Unescaping = Unescaping.ALL_EXCEPT_RESERVED
    """What percent escapes in a path become; LEGACY is grpc-gateway's default, where %2F parts segments."""

    repeated_path_param_separator: RepeatedSeparator = RepeatedSeparator.CSV
    """What parts the values of a repeated field in a path."""

    method_not_allowed_status: int = 501
    """The answer where a path is bound for other methods: 501 as grpc-gateway, or 405 as HTTP says."""

    allow_form_method_override: bool = False
    """Whether a POST of application/x-www-form-urlencoded may say another method in X-HTTP-Method-Override, or be a
    GET. grpc-gateway allows it; any page can send such a POST with the visitor's cookies, so here it is off."""

    patch_masks: bool = True
    """Whether a PATCH whose only FieldMask is empty gets the paths that its body sets."""

    marshal: MarshalOptions = field(default_factory=MarshalOptions)
    """How JSON is written and read."""

    marshalers: Mapping[str, Marshaler] = field(default_factory=dict)
    """More content types, by media type in lower case, or others for those built in; `*` = for all that are unknown."""

    incoming_header: metadata.Matcher = metadata.default_incoming
    """Which headers become metadata. Asked once a name, so it must always say the same."""

    outgoing_metadata: metadata.Matcher = metadata.default_outgoing
    """Which initial metadata become headers."""

    outgoing_trailer: metadata.Matcher = metadata.default_trailer
    """Which trailing metadata become HTTP trailers, for clients that say `TE: trailers`."""

    denied_metadata: frozenset[str] = frozenset()
    """Keys, in lower case, that no header may become: those your services believe, `x-user-id` for one. Any client can
    send `Grpc-Metadata-X-User-Id`."""

    default_timeout_s: float | None = 30.0
    """The deadline of an rpc with one answer, where Grpc-Timeout says none. None = no deadline, as in grpc-gateway."""

    default_stream_timeout_s: float | None = None
    """The same for an rpc that streams its answers."""

    max_timeout_s: float | None = None
    """The most that Grpc-Timeout may ask for; more is cut to it. None = any."""

    max_body_bytes: int = 4 * 1024 * 1024
    """The longest body, decompressed; as much as a gRPC server takes for a message unless told otherwise."""

    max_message_bytes: int = 4 * 1024 * 1024
    """The longest single message of a request that is a stream."""

    heartbeat_s: float = 15.0
    """How often a quiet stream of Server-Sent Events has a comment, so that nobody between cuts it."""

    websockets: bool = True
    """Whether a WebSocket may be opened on any URL, by the convention of grpc-websocket-proxy."""

    ping_interval_s: float | None = 30.0
    """How often a WebSocket is pinged; one that does not answer is closed. None = never."""

    allow_origin: OriginCheck = same_host
    """Whether a page of this Origin may open a WebSocket. Who sends no Origin is no browser, and is not asked for."""

    healthz_path: str | None = None
    """Where `GET …?service=` answers what grpc.health.v1.Health says. None = nowhere."""

    around_call: AroundCall | None = None
    """Entered for each request that has a binding, before its body is read; left when it is answered. May raise, to
    refuse it; what it gives is added to the metadata, in place of what headers say under the same keys."""

    answer_error: AnswerError | None = None
    """Asked for each error that is not yet told, GatewayError and grpc.aio.AioRpcError among them. None = as
    grpc-gateway tells it; what neither the gateway nor an rpc has raised is then raised on."""
