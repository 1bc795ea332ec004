"""Faults of the project service that callers meet, and what its own log may say of their causes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import grpc

from mesh.database import is_connection_lost
from mesh.faults import Fault, Reason
from mesh.refusals import InvitationNotFound as InvitationNotFound
from mesh.refusals import PermissionsUnavailable as PermissionsUnavailable
from mesh.refusals import ResourceArchived as ResourceArchived
from mesh.refusals import ResourceNotFound as ResourceNotFound
from mesh.refusals import ShareLinkNotFound as ShareLinkNotFound
from mesh.refusals import not_found as not_found


class GroupNotFound(Fault):
    """The organisation has no such group."""

    code, reason = grpc.StatusCode.NOT_FOUND, Reason.ERROR_REASON_GROUP_NOT_FOUND

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} does not exist", group=name)


class RoleNotFound(Fault):
    """The organisation has no such role."""

    code, reason = grpc.StatusCode.NOT_FOUND, Reason.ERROR_REASON_ROLE_NOT_FOUND

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} does not exist", role=name)


class GrantNotFound(Fault):
    """Nothing is granted to this principal on this resource itself."""

    code, reason = grpc.StatusCode.NOT_FOUND, Reason.ERROR_REASON_GRANT_NOT_FOUND

    def __init__(self, resource: str, principal: str) -> None:
        super().__init__(
            f"nothing is granted to {principal} on {resource} itself", resource=resource, principal=principal
        )


class AlreadyExists(Fault):
    """The id is taken."""

    code, reason = grpc.StatusCode.ALREADY_EXISTS, Reason.ERROR_REASON_ALREADY_EXISTS

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} exists already", resource=name)


class NotEmpty(Fault):
    """Something is in it, or it is in use."""

    code, reason = grpc.StatusCode.FAILED_PRECONDITION, Reason.ERROR_REASON_NOT_EMPTY

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name} {why}", resource=name)


class LastOwner(Fault):
    """It would have no owner any more."""

    code, reason = grpc.StatusCode.FAILED_PRECONDITION, Reason.ERROR_REASON_LAST_OWNER

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} would have no owner; make somebody else the owner first", resource=name)


class EtagMismatch(Fault):
    """It changed since the caller saw it."""

    code, reason = grpc.StatusCode.ABORTED, Reason.ERROR_REASON_ETAG_MISMATCH

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} was changed since; get it and try again", resource=name)


@contextmanager
def reachable() -> Iterator[None]:
    """Turn a database that is away into PermissionsUnavailable."""
    try:
        yield
    except Exception as error:
        if is_connection_lost(error):
            raise PermissionsUnavailable from error
        raise


def heed_cancellation() -> None:
    """Raise CancelledError if this task was cancelled: the failure of a clean-up may have taken its place."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
