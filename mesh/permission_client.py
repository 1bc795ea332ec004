"""Permissions over gRPC: the source of a permission cache in another process than the project service.

Owns the calls and what their failures mean. Contract: proto/shoal/project/v1/permission.proto.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, Iterator
from typing import Any

import grpc

from mesh import faults
from mesh.authorization import Touched
from mesh.permission_cache import Answer, Asker, Epoch, Scopes
from mesh.refusals import PermissionsUnavailable
from mesh.rpc_table import Permission
from shoal.project.v1 import permission_pb2 as pb
from shoal.project.v1.permission_pb2_grpc import PermissionServiceStub

_AWAY = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.CANCELLED)


class PermissionClient:
    """PermissionSource through a channel of `mesh.channels`, opened for the service itself: answers are shared."""

    def __init__(self, channel: grpc.aio.Channel, timeout_s: float) -> None:
        self._stub: Any = PermissionServiceStub(channel)  # type: ignore[no-untyped-call]  # generated without types
        self._timeout_s = timeout_s

    async def check(self, asker: Asker, resource: str) -> Answer:
        """As the port says. All permissions come with the answer, whichever is asked about."""
        request = pb.CheckPermissionRequest(
            resource=resource, permission=Permission.PERMISSION_DOCUMENT_READ, user=_user(asker)
        )
        with permission_faults():
            response = await self._stub.CheckPermission(request, timeout=self._timeout_s)
        return Answer(frozenset(response.answer.permissions), tuple(response.answer.path))

    async def archived(self, asker: Asker, permission: Permission, resource: str) -> str:
        """As the port says."""
        request = pb.ExplainPermissionRequest(resource=resource, permission=permission, user=_user(asker))
        with permission_faults():
            response = await self._stub.ExplainPermission(request, timeout=self._timeout_s)
        return str(response.archived)

    async def scopes(self, asker: Asker, permission: Permission) -> Scopes:
        """As the port says."""
        request = pb.ResolveScopesRequest(permission=permission, user=_user(asker))
        whole = pb.ResolveScopesResponse()
        with permission_faults():
            call = self._stub.ResolveScopes(request, timeout=self._timeout_s)
            async for part in call:
                whole.MergeFrom(part)
        return Scopes(
            tuple(whole.projects),
            tuple(whole.folders),
            tuple(whole.documents),
            tuple(whole.excluded_folders),
            tuple(whole.excluded_documents),
            whole.unfiled,
        )

    async def watch(self) -> AsyncGenerator[Epoch, None]:
        """As the port says."""
        call = self._stub.WatchPermissions(pb.WatchPermissionsRequest())
        try:
            with permission_faults():
                async for told in call:
                    touched = Touched(told.everything, frozenset(told.subjects), frozenset(told.resources))
                    yield Epoch(told.epoch, touched)
        finally:
            call.cancel()


def _user(asker: Asker) -> pb.User:
    return pb.User(subject=asker.subject, groups=asker.groups, organizations=asker.organizations)


@contextlib.contextmanager
def permission_faults() -> Iterator[None]:
    """Turn a failed call into the fault it means; a project service that is away into PermissionsUnavailable."""
    try:
        yield
    except grpc.aio.AioRpcError as error:
        if error.code() in _AWAY:
            raise PermissionsUnavailable from error
        raise faults.from_rpc_error(error) from error
