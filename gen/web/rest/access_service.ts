// Generated from the OpenAPI document of proto/; do not edit.
import type { CallOptions, Caller } from "./caller";
import type { AcceptInvitationResponse, CreateInvitationRequest, CreateInvitationResponse, CreateRoleResponse, CreateShareLinkRequest, CreateShareLinkResponse, CustomRoleInput, DeleteRoleResponse, ListGrantsResponse, ListInvitationsResponse, ListRolesResponse, ListShareLinksResponse, Permission, RedeemShareLinkRequest, RedeemShareLinkResponse, RevokeGrantRequest, RevokeGrantResponse, RevokeInvitationResponse, RevokeShareLinkResponse, SetGrantRequest, SetGrantResponse, TransferOwnershipRequest, TransferOwnershipResponse, UpdateRoleResponse } from "./types";

/**
 * Grants a role to somebody on a resource, or denies permissions to them; replaces the grant they have there.
 *
 * Nobody
 * grants more than they have, or changes a grant of more: ERROR_REASON_PERMISSION_DENIED. Not the last owner's to
 * something less: ERROR_REASON_LAST_OWNER.
 *
 * Needs `PERMISSION_SHARE`.
 */
export function setGrant(rest: Caller, request: SetGrantRequest, options?: CallOptions): Promise<SetGrantResponse> {
  return rest.call({ verb: "POST", paths: ["/v1/grants:set"], body: "*", has: ["grant"] }, request, options);
}

/**
 * Takes a grant back.
 *
 * It is gone everywhere, on open sessions too, within a second. Not the last owner's:
 * ERROR_REASON_LAST_OWNER.
 *
 * Needs `PERMISSION_SHARE`.
 */
export function revokeGrant(rest: Caller, request: RevokeGrantRequest, options?: CallOptions): Promise<RevokeGrantResponse> {
  return rest.call({ verb: "POST", paths: ["/v1/grants:revoke"], body: "*" }, request, options);
}

/** What `listGrants` takes. */
export interface ListGrantsRequest {
  /** Required. As in Grant. */
  readonly resource: string;
  /** True to have those on what the resource is in, too. */
  readonly inherited?: boolean | undefined;
  /** At most this many; 0 = 50; above 1,000 = 1,000; negative is ERROR_REASON_INVALID_FIELD. */
  readonly pageSize?: number | undefined;
  /** `next_page_token` of the page before. Empty = the first. Not one of ours: ERROR_REASON_INVALID_FIELD. */
  readonly pageToken?: string | undefined;
}

/**
 * Grants made on a resource itself, and on those it is in.
 *
 * Needs `PERMISSION_SHARE`.
 */
export function listGrants(rest: Caller, request: ListGrantsRequest, options?: CallOptions): Promise<ListGrantsResponse> {
  return rest.call({ verb: "GET", paths: ["/v1/grants"], repeatable: true }, request, options);
}

/**
 * Makes somebody the owner instead of the caller, who becomes an administrator.
 *
 * The caller must own the resource
 * itself, not only what it is in: ERROR_REASON_GRANT_NOT_FOUND.
 *
 * Needs `PERMISSION_OWN`.
 */
export function transferOwnership(rest: Caller, request: TransferOwnershipRequest, options?: CallOptions): Promise<TransferOwnershipResponse> {
  return rest.call({ verb: "POST", paths: ["/v1/ownership:transfer"], body: "*", has: ["grant", "formerOwner"] }, request, options);
}

/** What `createRole` takes. */
export interface CreateRoleRequest {
  /** Required. `organizations/{organization}`. At most 100 roles: ERROR_REASON_INVALID_FIELD past it. */
  readonly organization: string;
  /** Required. `title` and `permissions`. */
  readonly role: CustomRoleInput;
  /** The id wanted; empty = the server makes one. Taken: ERROR_REASON_ALREADY_EXISTS. */
  readonly roleId?: string | undefined;
}

/**
 * Makes a role of its own out of permissions, for one organisation.
 *
 * Needs `PERMISSION_ORGANIZATION_ADMINISTER`.
 */
export function createRole(rest: Caller, request: CreateRoleRequest, options?: CallOptions): Promise<CreateRoleResponse> {
  return rest.call({ verb: "POST", paths: ["/v1/{organization=organizations/*}/roles"], body: "*", has: ["role"] }, request, options);
}

/** What `listRoles` takes. */
export interface ListRolesRequest {
  /** `organizations/{organization}`; its own roles are there for those who may see it. Empty = ours alone. */
  readonly organization?: string | undefined;
}

/**
 * The roles that can be granted in an organisation: ours, then its own by title.
 *
 * Needs `PERMISSION_SIGNED_IN`.
 */
export function listRoles(rest: Caller, request: ListRolesRequest = {}, options?: CallOptions): Promise<ListRolesResponse> {
  return rest.call({ verb: "GET", paths: ["/v1/roles"], repeatable: true }, request, options);
}

/** What `updateRole` takes. */
export interface UpdateRoleRequest {
  /** A role that an organisation made. */
  readonly role: {
    /** `organizations/{organization}/roles/{role}`; ids are 1 to 63 of `a-z 0-9 -`. */
    readonly name: string;
    /** For people; 1 to 200 characters. */
    readonly title?: string | undefined;
    /**
     * What it allows: at least one, any that administrators have, as docs/permissions.md lists them. Others, and owning,
     * are ERROR_REASON_INVALID_FIELD; more than the caller has is ERROR_REASON_PERMISSION_DENIED.
     */
    readonly permissions?: readonly Permission[] | undefined;
  };
  /**
   * Any of `title`, `permissions`. Empty = each of them that is set.
   *
   * Where it is not given, it names the fields that the body has.
   */
  readonly updateMask?: string | undefined;
}

/**
 * Changes the title or the permissions of a role; what was granted by it changes within a second.
 *
 * Needs `PERMISSION_ORGANIZATION_ADMINISTER`.
 */
export function updateRole(rest: Caller, request: UpdateRoleRequest, options?: CallOptions): Promise<UpdateRoleResponse> {
  return rest.call({ verb: "PATCH", paths: ["/v1/{role.name=organizations/*/roles/*}"], body: "role", has: ["role"] }, request, options);
}

/** What `deleteRole` takes. */
export interface DeleteRoleRequest {
  /** Required. `organizations/{organization}/roles/{role}`. */
  readonly name: string;
}

/**
 * Deletes a role that nobody is granted: ERROR_REASON_NOT_EMPTY else.
 *
 * Needs `PERMISSION_ORGANIZATION_ADMINISTER`.
 */
export function deleteRole(rest: Caller, request: DeleteRoleRequest, options?: CallOptions): Promise<DeleteRoleResponse> {
  return rest.call({ verb: "DELETE", paths: ["/v1/{name=organizations/*/roles/*}"] }, request, options);
}

/**
 * Invites an e-mail address to a role.
 *
 * Whoever signs in with that address, as their identity provider says, may accept
 * it once.
 *
 * Needs `PERMISSION_SHARE`.
 */
export function createInvitation(rest: Caller, request: CreateInvitationRequest, options?: CallOptions): Promise<CreateInvitationResponse> {
  return rest.call({ verb: "POST", paths: ["/v1/invitations"], body: "*", has: ["invitation"] }, request, options);
}

/** What `listInvitations` takes. */
export interface ListInvitationsRequest {
  /** Required. As in Grant. */
  readonly resource: string;
  /** At most this many; 0 = 50; above 1,000 = 1,000; negative is ERROR_REASON_INVALID_FIELD. */
  readonly pageSize?: number | undefined;
  /** `next_page_token` of the page before. Empty = the first. Not one of ours: ERROR_REASON_INVALID_FIELD. */
  readonly pageToken?: string | undefined;
}

/**
 * Invitations to a resource that were not accepted yet, the newest first.
 *
 * Needs `PERMISSION_SHARE`.
 */
export function listInvitations(rest: Caller, request: ListInvitationsRequest, options?: CallOptions): Promise<ListInvitationsResponse> {
  return rest.call({ verb: "GET", paths: ["/v1/invitations"], repeatable: true }, request, options);
}

/** What `acceptInvitation` takes. */
export interface AcceptInvitationRequest {
  /** Required. `invitations/{invitation}`. */
  readonly name: string;
  /** Required. The token that came with it. */
  readonly token: string;
}

/**
 * Takes the invited role.
 *
 * Whoever has more there keeps it. ERROR_REASON_INVITATION_NOT_FOUND for one that
 * is spent, expired, revoked or not the caller's.
 *
 * Needs `PERMISSION_SIGNED_IN`.
 */
export function acceptInvitation(rest: Caller, request: AcceptInvitationRequest, options?: CallOptions): Promise<AcceptInvitationResponse> {
  return rest.call({ verb: "POST", paths: ["/v1/{name=invitations/*}:accept"], body: "*", has: ["grant"] }, request, options);
}

/** What `revokeInvitation` takes. */
export interface RevokeInvitationRequest {
  /**
   * Required. `invitations/{invitation}`. ERROR_REASON_INVITATION_NOT_FOUND for one that is spent, expired or revoked.
   */
  readonly name: string;
}

/**
 * Takes an invitation back.
 *
 * Needs `PERMISSION_SHARE`.
 */
export function revokeInvitation(rest: Caller, request: RevokeInvitationRequest, options?: CallOptions): Promise<RevokeInvitationResponse> {
  return rest.call({ verb: "POST", paths: ["/v1/{name=invitations/*}:revoke"], body: "*" }, request, options);
}

/**
 * Makes a link by which whoever has it gets a role.
 *
 * Needs `PERMISSION_SHARE`.
 */
export function createShareLink(rest: Caller, request: CreateShareLinkRequest, options?: CallOptions): Promise<CreateShareLinkResponse> {
  return rest.call({ verb: "POST", paths: ["/v1/shareLinks"], body: "*", has: ["shareLink"] }, request, options);
}

/** What `listShareLinks` takes. */
export interface ListShareLinksRequest {
  /** Required. As in Grant. */
  readonly resource: string;
  /** At most this many; 0 = 50; above 1,000 = 1,000; negative is ERROR_REASON_INVALID_FIELD. */
  readonly pageSize?: number | undefined;
  /** `next_page_token` of the page before. Empty = the first. Not one of ours: ERROR_REASON_INVALID_FIELD. */
  readonly pageToken?: string | undefined;
}

/**
 * A resource's links, the newest first; never their secrets.
 *
 * Needs `PERMISSION_SHARE`.
 */
export function listShareLinks(rest: Caller, request: ListShareLinksRequest, options?: CallOptions): Promise<ListShareLinksResponse> {
  return rest.call({ verb: "GET", paths: ["/v1/shareLinks"], repeatable: true }, request, options);
}

/**
 * Takes what a link gives.
 *
 * ERROR_REASON_SHARE_LINK_NOT_FOUND for one that is unknown, expired or revoked, or when the
 * password is wrong: after ten wrong ones in a minute also when it is right.
 *
 * Needs `PERMISSION_SIGNED_IN`.
 */
export function redeemShareLink(rest: Caller, request: RedeemShareLinkRequest, options?: CallOptions): Promise<RedeemShareLinkResponse> {
  return rest.call({ verb: "POST", paths: ["/v1/shareLinks:redeem"], body: "*", has: ["grant"] }, request, options);
}

/** What `revokeShareLink` takes. */
export interface RevokeShareLinkRequest {
  /** Required. `shareLinks/{share_link}`. */
  readonly name: string;
}

/**
 * Ends a link, and what was got by it, within a second.
 *
 * Needs `PERMISSION_SHARE`.
 */
export function revokeShareLink(rest: Caller, request: RevokeShareLinkRequest, options?: CallOptions): Promise<RevokeShareLinkResponse> {
  return rest.call({ verb: "POST", paths: ["/v1/{name=shareLinks/*}:revoke"], body: "*" }, request, options);
}
