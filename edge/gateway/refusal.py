"""Refusals: an error as a google.rpc.Status, and that as the status line, the headers and the body of an answer.

Owns what HTTP is told beside the body: WWW-Authenticate, Retry-After, Allow.
"""

from __future__ import annotations

import grpc
from google.protobuf.message import DecodeError
from google.rpc import error_details_pb2, status_pb2

from edge.gateway.errors import (
    HTTP_STATUS,
    BodyTooLarge,
    GatewayError,
    InvalidParameter,
    MalformedBody,
    MethodNotAllowed,
    Unencodable,
)
from edge.gateway.marshal import Marshaler

_DETAILS = "grpc-status-details-bin"
_BY_NUMBER = {code.value[0]: status for code, status in HTTP_STATUS.items()}
_UNTELLABLE = b'{"code":13,"message":"failed to marshal error message","details":[]}'


def status_of(error: BaseException) -> status_pb2.Status:
    """Return what `error` is told as; an rpc's with its details, one that is neither an rpc's nor ours as INTERNAL."""
    if isinstance(error, grpc.aio.AioRpcError):
        return _status_of_rpc(error)
    if not isinstance(error, GatewayError):
        return status_pb2.Status(code=grpc.StatusCode.INTERNAL.value[0], message="internal error")
    status = status_pb2.Status(code=error.code.value[0], message=error.message)
    if isinstance(error, InvalidParameter | MalformedBody) and error.field:
        wrong = error.message.removeprefix(f"{error.field}: ")
        violation = error_details_pb2.BadRequest.FieldViolation(field=error.field, description=wrong)
        status.details.add().Pack(error_details_pb2.BadRequest(field_violations=[violation]))
    return status


def http_status_of(error: BaseException, status: status_pb2.Status, method_not_allowed: int = 501) -> int:
    """Return the status line's number for `error`, which is told as `status`."""
    if isinstance(error, BodyTooLarge):
        return 413
    if isinstance(error, MethodNotAllowed):
        return method_not_allowed
    return _BY_NUMBER.get(status.code, 500)


def headers_of(error: BaseException, status: status_pb2.Status) -> dict[str, str]:
    """Return the headers that say more than the body."""
    headers = {}
    if status.code == grpc.StatusCode.UNAUTHENTICATED.value[0]:
        headers["WWW-Authenticate"] = _one_line(status.message)
    if isinstance(error, MethodNotAllowed) and error.allowed:
        headers["Allow"] = ", ".join(error.allowed)
    retry = error_details_pb2.RetryInfo()
    for detail in status.details:
        if detail.Is(retry.DESCRIPTOR) and detail.Unpack(retry):
            delay = retry.retry_delay
            headers["Retry-After"] = str(max(0, delay.seconds + (delay.nanos > 0)))
    return headers


def body_of(status: status_pb2.Status, marshaler: Marshaler) -> bytes | None:
    """Return `status` as a body; None where it has details of a type not known here: then `untellable` is told."""
    try:
        return marshaler.dump(status)
    except Unencodable:
        return None


def untellable() -> tuple[int, bytes]:
    """Return status and body for an error whose details cannot be written."""
    return 500, _UNTELLABLE


def _status_of_rpc(error: grpc.aio.AioRpcError) -> status_pb2.Status:
    code, message = error.code().value[0], error.details() or ""
    for key, value in error.trailing_metadata() or ():
        if key == _DETAILS and isinstance(value, bytes):
            try:
                status = status_pb2.Status.FromString(value)
            except DecodeError:
                break
            if status.code == code:
                return status
    return status_pb2.Status(code=code, message=message)


def _one_line(text: str) -> str:
    """Return `text` fit for a header: a line break in it would begin another header."""
    return "".join(character if " " <= character <= "~" else " " for character in text)
