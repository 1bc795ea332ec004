"""AccessService over gRPC."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import grpc

from mesh.identity import current_identity
from services.project.convert import access as convert
from services.project.convert.common import (
    grant_to_proto,
    principal_from_proto,
    role_from_proto,
    time_from_proto,
)
from services.project.custom_roles import CustomRoles
from services.project.granting import Granting
from services.project.invitations import Invitations
from services.project.share_links import ShareLinks
from shoal.project.v1 import access_pb2 as pb
from shoal.project.v1 import access_pb2_grpc

if TYPE_CHECKING:
    Context = grpc.aio.ServicerContext[Any, Any]


class AccessServicer(access_pb2_grpc.AccessServiceServicer):
    """AccessService."""

    def __init__(
        self, granting: Granting, custom_roles: CustomRoles, invitations: Invitations, share_links: ShareLinks
    ) -> None:
        self._granting, self._custom_roles = granting, custom_roles
        self._invitations, self._share_links = invitations, share_links

    async def SetGrant(self, request: pb.SetGrantRequest, _: Context) -> pb.SetGrantResponse:
        """Grant or deny."""
        principal = principal_from_proto(request.principal)
        grant = await self._granting.set(current_identity(), principal, convert.wanted_from_proto(request))
        return pb.SetGrantResponse(grant=grant_to_proto(request.resource, grant))

    async def RevokeGrant(self, request: pb.RevokeGrantRequest, _: Context) -> pb.RevokeGrantResponse:
        """Take a grant back."""
        await self._granting.revoke(current_identity(), request.resource, principal_from_proto(request.principal))
        return pb.RevokeGrantResponse()

    async def ListGrants(self, request: pb.ListGrantsRequest, _: Context) -> pb.ListGrantsResponse:
        """List grants."""
        rows, token = await self._granting.page(
            request.resource, request.page_size, request.page_token, inherited=request.inherited
        )
        grants = [grant_to_proto(row.resource, row.grant) for row in rows]
        return pb.ListGrantsResponse(grants=grants, next_page_token=token)

    async def TransferOwnership(self, request: pb.TransferOwnershipRequest, _: Context) -> pb.TransferOwnershipResponse:
        """Make somebody else the owner."""
        owner, former = await self._granting.transfer(current_identity(), request.resource, request.user)
        return pb.TransferOwnershipResponse(
            grant=grant_to_proto(request.resource, owner), former_owner=grant_to_proto(request.resource, former)
        )

    async def CreateRole(self, request: pb.CreateRoleRequest, _: Context) -> pb.CreateRoleResponse:
        """Make a role."""
        wanted = convert.custom_role_from_proto(request.role)
        row = await self._custom_roles.create(current_identity(), request.organization, request.role_id, wanted)
        return pb.CreateRoleResponse(role=convert.custom_role_to_proto(row))

    async def ListRoles(self, request: pb.ListRolesRequest, _: Context) -> pb.ListRolesResponse:
        """List roles."""
        rows = await self._custom_roles.of(current_identity(), request.organization)
        return pb.ListRolesResponse(
            standard_roles=convert.standard_roles(), custom_roles=map(convert.custom_role_to_proto, rows)
        )

    async def UpdateRole(self, request: pb.UpdateRoleRequest, _: Context) -> pb.UpdateRoleResponse:
        """Change a role."""
        wanted = convert.custom_role_from_proto(request.role)
        row = await self._custom_roles.update(current_identity(), wanted, request.update_mask.paths)
        return pb.UpdateRoleResponse(role=convert.custom_role_to_proto(row))

    async def DeleteRole(self, request: pb.DeleteRoleRequest, _: Context) -> pb.DeleteRoleResponse:
        """Delete a role."""
        await self._custom_roles.delete(current_identity(), request.name)
        return pb.DeleteRoleResponse()

    async def CreateInvitation(self, request: pb.CreateInvitationRequest, _: Context) -> pb.CreateInvitationResponse:
        """Invite."""
        wanted, expires = request.invitation, None
        if wanted.HasField("expire_time"):
            expires = time_from_proto(wanted.expire_time, "invitation.expire_time")
        row, token = await self._invitations.create(
            current_identity(), wanted.email, convert.invited_from_proto(wanted), expires
        )
        return pb.CreateInvitationResponse(invitation=convert.invitation_to_proto(row), token=token)

    async def ListInvitations(self, request: pb.ListInvitationsRequest, _: Context) -> pb.ListInvitationsResponse:
        """List invitations that wait."""
        rows, token = await self._invitations.page(request.resource, request.page_size, request.page_token)
        return pb.ListInvitationsResponse(invitations=map(convert.invitation_to_proto, rows), next_page_token=token)

    async def AcceptInvitation(self, request: pb.AcceptInvitationRequest, _: Context) -> pb.AcceptInvitationResponse:
        """Take what was offered."""
        resource, grant = await self._invitations.accept(current_identity(), request.name, request.token)
        return pb.AcceptInvitationResponse(grant=grant_to_proto(resource, grant))

    async def RevokeInvitation(self, request: pb.RevokeInvitationRequest, _: Context) -> pb.RevokeInvitationResponse:
        """Take an invitation back."""
        await self._invitations.revoke(current_identity(), request.name)
        return pb.RevokeInvitationResponse()

    async def CreateShareLink(self, request: pb.CreateShareLinkRequest, _: Context) -> pb.CreateShareLinkResponse:
        """Make a link."""
        wanted, expires = request.share_link, None
        if wanted.HasField("expire_time"):
            expires = time_from_proto(wanted.expire_time, "share_link.expire_time")
        role = role_from_proto(wanted.role, "share_link.role")
        row, secret = await self._share_links.create(
            current_identity(), wanted.resource, role, expires, request.password
        )
        return pb.CreateShareLinkResponse(share_link=convert.share_link_to_proto(row), secret=secret)

    async def ListShareLinks(self, request: pb.ListShareLinksRequest, _: Context) -> pb.ListShareLinksResponse:
        """List a resource's links."""
        rows, token = await self._share_links.page(request.resource, request.page_size, request.page_token)
        return pb.ListShareLinksResponse(share_links=map(convert.share_link_to_proto, rows), next_page_token=token)

    async def RedeemShareLink(self, request: pb.RedeemShareLinkRequest, _: Context) -> pb.RedeemShareLinkResponse:
        """Take what a link gives."""
        row, grant = await self._share_links.redeem(current_identity(), request.secret, request.password)
        return pb.RedeemShareLinkResponse(grant=grant_to_proto(row.resource, grant))

    async def RevokeShareLink(self, request: pb.RevokeShareLinkRequest, _: Context) -> pb.RevokeShareLinkResponse:
        """End a link."""
        await self._share_links.revoke(current_identity(), request.name)
        return pb.RevokeShareLinkResponse()
