"""What the gateway itself refuses, and how refusals and statuses of rpcs are told over HTTP.

Owns the map from gRPC codes to HTTP statuses and the body of an error: google.rpc.Status as JSON.
"""

from __future__ import annotations

import grpc

HTTP_STATUS = {
    grpc.StatusCode.OK: 200,
    grpc.StatusCode.CANCELLED: 499,
    grpc.StatusCode.UNKNOWN: 500,
    grpc.StatusCode.INVALID_ARGUMENT: 400,
    grpc.StatusCode.DEADLINE_EXCEEDED: 504,
    grpc.StatusCode.NOT_FOUND: 404,
    grpc.StatusCode.ALREADY_EXISTS: 409,
    grpc.StatusCode.PERMISSION_DENIED: 403,
    grpc.StatusCode.UNAUTHENTICATED: 401,
    grpc.StatusCode.RESOURCE_EXHAUSTED: 429,
    grpc.StatusCode.FAILED_PRECONDITION: 400,
    grpc.StatusCode.ABORTED: 409,
    grpc.StatusCode.OUT_OF_RANGE: 400,
    grpc.StatusCode.UNIMPLEMENTED: 501,
    grpc.StatusCode.INTERNAL: 500,
    grpc.StatusCode.UNAVAILABLE: 503,
    grpc.StatusCode.DATA_LOSS: 500,
}


class GatewayError(Exception):
    """A request that becomes no rpc; `code` is the gRPC status it is told as."""

    code = grpc.StatusCode.INVALID_ARGUMENT

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class RouteNotFound(GatewayError):
    """No binding has this path."""

    code = grpc.StatusCode.NOT_FOUND

    def __init__(self) -> None:
        super().__init__("Not Found")


class MethodNotAllowed(GatewayError):
    """A binding has this path, for other HTTP methods: those of `allowed`."""

    code = grpc.StatusCode.UNIMPLEMENTED

    def __init__(self, allowed: tuple[str, ...] = ()) -> None:
        super().__init__("Method Not Allowed")
        self.allowed = allowed


class MalformedPath(GatewayError):
    """The path has a percent sign that escapes nothing, or its escapes are no UTF-8."""


class MalformedBody(GatewayError):
    """The body is not what the binding's body field is, in the content type it says; `field` is a path or empty."""

    def __init__(self, wrong: str, field: str = "") -> None:
        super().__init__(f"{field}: {wrong}" if field else wrong)
        self.wrong = wrong
        self.field = field

    def inside(self, outer: str) -> MalformedBody:
        """Return the same, seen from the message that has it in `outer`."""
        separator = "." if self.field and not self.field.startswith("[") else ""
        return MalformedBody(self.wrong, f"{outer}{separator}{self.field}")


class UnsupportedStream(GatewayError):
    """What was asked for cannot be told in this way: a stream in a content type that has no end of a message."""


class OriginRefused(GatewayError):
    """A page of another site wants a WebSocket."""

    code = grpc.StatusCode.PERMISSION_DENIED

    def __init__(self) -> None:
        super().__init__("a WebSocket from this origin is not allowed")


class Unencodable(GatewayError):
    """The response has a value that JSON has no form for, or an Any of a type that is not known here."""

    code = grpc.StatusCode.INTERNAL


class InvalidParameter(GatewayError):
    """A path or query parameter, `field` by its path, does not fit the field."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class BodyTooLarge(GatewayError):
    """The body, or one message of a stream, is longer than `limit` bytes."""

    code = grpc.StatusCode.RESOURCE_EXHAUSTED

    def __init__(self, limit: int) -> None:
        super().__init__(f"the body is longer than {limit} bytes")
        self.limit = limit
