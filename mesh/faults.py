"""Faults: errors that a caller is meant to see, each owning its status code, its reason and its facts.

Owns the base class, the faults every room may raise, and their two forms on the wire: google.rpc.Status for a call,
shoal.error.v1.Fault inside a stream. Never holds document text or tokens. Contract: proto/shoal/error/v1.
"""

from __future__ import annotations

from datetime import UTC, datetime

import grpc
from google.protobuf.any_pb2 import Any
from google.rpc import code_pb2, error_details_pb2, status_pb2

from shoal.error.v1 import error_pb2

DOMAIN = "shoal.dev"

Reason = error_pb2.ErrorReason


class Fault(Exception):
    """A refusal with a reason from the catalogue.

    Subclasses set `code` and `reason`; `facts` become ErrorInfo.metadata; `retry_after_ms` > 0 says that trying again
    later, unchanged, may work; `fields` are (path, what is wrong) pairs for BadRequest.
    """

    code: grpc.StatusCode = grpc.StatusCode.INTERNAL
    reason: error_pb2.ErrorReason = Reason.ERROR_REASON_INTERNAL
    retry_after_ms: int = 0
    fields: tuple[tuple[str, str], ...] = ()

    def __init__(self, message: str, **facts: object) -> None:
        super().__init__(message)
        self.message = message
        self.facts = {key: str(value) for key, value in facts.items()}


class Internal(Fault):
    """Our mistake: the caller learns only where to ask."""


class InvalidField(Fault):
    """A field of a request breaks its rule, perhaps others do too; the message tells of the first."""

    code, reason = grpc.StatusCode.INVALID_ARGUMENT, Reason.ERROR_REASON_INVALID_FIELD

    def __init__(self, field: str, wrong: str, *others: tuple[str, str]) -> None:
        besides = f" (and {len(others)} more)" if others else ""
        super().__init__(f"{field}: {wrong}{besides}", field=field)
        self.fields = ((field, wrong), *others)


class MalformedMessage(Fault):
    """The bytes are not a message of the contract."""

    code, reason = grpc.StatusCode.INVALID_ARGUMENT, Reason.ERROR_REASON_MALFORMED_MESSAGE


class TooLarge(Fault):
    """Something is past its size limit; `limit` and `received` have one unit, named in the message."""

    code, reason = grpc.StatusCode.RESOURCE_EXHAUSTED, Reason.ERROR_REASON_TOO_LARGE

    def __init__(self, what: str, limit: int, received: int) -> None:
        super().__init__(f"{what}: at most {limit}, received {received}", limit=limit, received=received)


class EmptyFrame(Fault):
    """A frame of a stream without content."""

    code, reason = grpc.StatusCode.INVALID_ARGUMENT, Reason.ERROR_REASON_EMPTY_FRAME

    def __init__(self) -> None:
        super().__init__("a frame needs one of open, submit, update_presence, close, resync, ping, refresh_token")


class SessionNotFound(Fault):
    """The stream or socket has no session of this number."""

    code, reason = grpc.StatusCode.NOT_FOUND, Reason.ERROR_REASON_SESSION_NOT_FOUND

    def __init__(self, session: int) -> None:
        super().__init__(f"no session {session} is open here", session=session)


class SessionAlreadyOpen(Fault):
    """The stream or socket has a session of this number."""

    code, reason = grpc.StatusCode.ALREADY_EXISTS, Reason.ERROR_REASON_SESSION_ALREADY_OPEN

    def __init__(self, session: int) -> None:
        super().__init__(f"session {session} is open already", session=session)


class SiteOfAnotherAuthor(Fault):
    """The site wrote in this document before, as somebody else."""

    code, reason = grpc.StatusCode.PERMISSION_DENIED, Reason.ERROR_REASON_SITE_OF_ANOTHER_AUTHOR

    def __init__(self, site: str) -> None:
        super().__init__(f"site {site} belongs to another author of this document; choose a new one", site=site)


class TooMany(Fault):
    """There are as many sessions or connections as there may be; `what` names them and their place."""

    code, reason = grpc.StatusCode.RESOURCE_EXHAUSTED, Reason.ERROR_REASON_TOO_MANY_SESSIONS
    retry_after_ms = 10_000

    def __init__(self, what: str, limit: int) -> None:
        super().__init__(f"at most {limit} {what}", limit=limit)


class TokenMissing(Fault):
    """No token where one is needed."""

    code, reason = grpc.StatusCode.UNAUTHENTICATED, Reason.ERROR_REASON_TOKEN_MISSING


class TokenInvalid(Fault):
    """The token does not verify."""

    code, reason = grpc.StatusCode.UNAUTHENTICATED, Reason.ERROR_REASON_TOKEN_INVALID


class TokenExpired(Fault):
    """The token's time is over."""

    code, reason = grpc.StatusCode.UNAUTHENTICATED, Reason.ERROR_REASON_TOKEN_EXPIRED


class IdentityProviderUnavailable(Fault):
    """The keys of the token's issuer cannot be had now, so nobody knows whether the token is good."""

    code, reason = grpc.StatusCode.UNAVAILABLE, Reason.ERROR_REASON_IDENTITY_PROVIDER_UNAVAILABLE
    retry_after_ms = 1000

    def __init__(self) -> None:
        super().__init__("the identity provider's keys cannot be had now; try again")


class PermissionDenied(Fault):
    """The caller lacks a permission."""

    code, reason = grpc.StatusCode.PERMISSION_DENIED, Reason.ERROR_REASON_PERMISSION_DENIED


class DocumentNotFound(Fault):
    """No document of this name."""

    code, reason = grpc.StatusCode.NOT_FOUND, Reason.ERROR_REASON_DOCUMENT_NOT_FOUND

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} does not exist", document=name)


class DocumentDeleted(Fault):
    """The document is in the trash: it can be read and undeleted, not changed."""

    code, reason = grpc.StatusCode.FAILED_PRECONDITION, Reason.ERROR_REASON_DOCUMENT_DELETED

    def __init__(self, name: str, delete_time: datetime) -> None:
        time = delete_time.astimezone(UTC).isoformat().replace("+00:00", "Z")
        super().__init__(f"{name} is deleted; undelete it to change it", document=name, delete_time=time)


class RevisionAhead(Fault):
    """A revision above the head was named."""

    code, reason = grpc.StatusCode.OUT_OF_RANGE, Reason.ERROR_REASON_REVISION_AHEAD

    def __init__(self, revision: int, head_revision: int) -> None:
        super().__init__(
            f"revision {revision} is above the head, {head_revision}", received=revision, head_revision=head_revision
        )


class LogUnavailable(Fault):
    """The log cannot be reached; nothing was acknowledged."""

    code, reason = grpc.StatusCode.UNAVAILABLE, Reason.ERROR_REASON_LOG_UNAVAILABLE
    retry_after_ms = 1000


class Draining(Fault):
    """This node is shutting down."""

    code, reason = grpc.StatusCode.UNAVAILABLE, Reason.ERROR_REASON_DRAINING
    retry_after_ms = 1000


class Received(Fault):
    """A fault another service answered with, handed on as it came."""

    def __init__(self, fault: error_pb2.Fault) -> None:
        super().__init__(fault.message, **dict(fault.metadata))
        codes = {code.value[0]: code for code in grpc.StatusCode}
        self.code = codes.get(fault.code, grpc.StatusCode.INTERNAL)
        self.reason = fault.reason
        self.retry_after_ms = fault.retry_after_ms


def to_proto(fault: Fault) -> error_pb2.Fault:
    """Return the form a fault has inside a stream."""
    return error_pb2.Fault(
        code=fault.code.value[0],
        reason=fault.reason,
        message=fault.message,
        metadata=fault.facts,
        retry_after_ms=fault.retry_after_ms,
    )


def to_status(fault: Fault, request_id: str = "") -> status_pb2.Status:
    """Return the form a fault has as the end of a call.

    ErrorInfo always; BadRequest, RetryInfo, and RequestInfo of a known request, where they fit.
    """
    info = error_details_pb2.ErrorInfo(reason=Reason.Name(fault.reason), domain=DOMAIN, metadata=fault.facts)
    request = [error_details_pb2.RequestInfo(request_id=request_id)] if request_id else []
    packed = []
    for detail in (info, *_bad_request(fault), *_retry(fault), *request):
        wrapped = Any()
        wrapped.Pack(detail)
        packed.append(wrapped)
    return status_pb2.Status(code=fault.code.value[0], message=fault.message, details=packed)


def from_status(status: status_pb2.Status) -> Fault:
    """Return the fault that another service's status carries; a status without ErrorInfo becomes Internal's shape."""
    received = error_pb2.Fault(code=status.code, message=status.message, reason=Reason.ERROR_REASON_INTERNAL)
    for detail in status.details:
        info, retry = error_details_pb2.ErrorInfo(), error_details_pb2.RetryInfo()
        if detail.Unpack(info) and info.domain == DOMAIN and info.reason in Reason.keys():  # noqa: SIM118 -- an enum wrapper is no mapping
            received.MergeFrom(error_pb2.Fault(reason=info.reason))
            received.metadata.update(info.metadata)
        elif detail.Unpack(retry):
            received.retry_after_ms = retry.retry_delay.ToMilliseconds()
    return Received(received)


def from_rpc_error(error: grpc.aio.AioRpcError) -> Fault:
    """Return the fault behind a failed call, whether the server explained itself or was not there at all."""
    for key, value in error.trailing_metadata() or ():
        if key == "grpc-status-details-bin":
            return from_status(status_pb2.Status.FromString(value))
    code = code_pb2.Code.Value(error.code().name)
    return from_status(status_pb2.Status(code=code, message=error.details() or error.code().name))


def _bad_request(fault: Fault) -> list[error_details_pb2.BadRequest]:
    if not fault.fields:
        return []
    violations = [
        error_details_pb2.BadRequest.FieldViolation(field=field, description=wrong) for field, wrong in fault.fields
    ]
    return [error_details_pb2.BadRequest(field_violations=violations)]


def _retry(fault: Fault) -> list[error_details_pb2.RetryInfo]:
    if not fault.retry_after_ms:
        return []
    info = error_details_pb2.RetryInfo()
    info.retry_delay.FromMilliseconds(fault.retry_after_ms)
    return [info]
