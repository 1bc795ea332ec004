"""OrganizationService over gRPC."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import grpc

from mesh.identity import current_identity
from services.project.convert import resources as convert
from services.project.groups import Groups
from services.project.organizations import Organizations
from shoal.project.v1 import organization_pb2 as pb
from shoal.project.v1 import organization_pb2_grpc

if TYPE_CHECKING:
    Context = grpc.aio.ServicerContext[Any, Any]


class OrganizationServicer(organization_pb2_grpc.OrganizationServiceServicer):
    """OrganizationService."""

    def __init__(self, organizations: Organizations, groups: Groups) -> None:
        self._organizations, self._groups = organizations, groups

    async def CreateOrganization(
        self, request: pb.CreateOrganizationRequest, _: Context
    ) -> pb.CreateOrganizationResponse:
        """Create an organisation."""
        row = await self._organizations.create(current_identity(), request.organization_id, request.organization.title)
        return pb.CreateOrganizationResponse(organization=convert.organization_to_proto(row))

    async def GetOrganization(self, request: pb.GetOrganizationRequest, _: Context) -> pb.GetOrganizationResponse:
        """Say what is known of an organisation."""
        row = await self._organizations.get(request.name)
        return pb.GetOrganizationResponse(organization=convert.organization_to_proto(row))

    async def ListOrganizations(self, request: pb.ListOrganizationsRequest, _: Context) -> pb.ListOrganizationsResponse:
        """List organisations."""
        rows, token = await self._organizations.page(current_identity(), request.page_size, request.page_token)
        organizations = map(convert.organization_to_proto, rows)
        return pb.ListOrganizationsResponse(organizations=organizations, next_page_token=token)

    async def UpdateOrganization(
        self, request: pb.UpdateOrganizationRequest, _: Context
    ) -> pb.UpdateOrganizationResponse:
        """Change an organisation."""
        wanted = convert.organization_from_proto(request.organization)
        row = await self._organizations.update(current_identity(), wanted, request.update_mask.paths)
        return pb.UpdateOrganizationResponse(organization=convert.organization_to_proto(row))

    async def CreateGroup(self, request: pb.CreateGroupRequest, _: Context) -> pb.CreateGroupResponse:
        """Create a group."""
        wanted = convert.group_from_proto(request.group)
        row = await self._groups.create(current_identity(), request.organization, request.group_id, wanted)
        return pb.CreateGroupResponse(group=convert.group_to_proto(row))

    async def ListGroups(self, request: pb.ListGroupsRequest, _: Context) -> pb.ListGroupsResponse:
        """List an organisation's groups."""
        rows, token = await self._groups.page(request.organization, request.page_size, request.page_token)
        return pb.ListGroupsResponse(groups=map(convert.group_to_proto, rows), next_page_token=token)

    async def UpdateGroup(self, request: pb.UpdateGroupRequest, _: Context) -> pb.UpdateGroupResponse:
        """Change a group."""
        wanted = replace(
            convert.group_from_proto(request.group), add=request.add_members, remove=request.remove_members
        )
        row = await self._groups.update(current_identity(), wanted, request.update_mask.paths)
        return pb.UpdateGroupResponse(group=convert.group_to_proto(row))

    async def DeleteGroup(self, request: pb.DeleteGroupRequest, _: Context) -> pb.DeleteGroupResponse:
        """Delete a group."""
        await self._groups.delete(current_identity(), request.name)
        return pb.DeleteGroupResponse()
