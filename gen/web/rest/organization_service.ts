// Generated from the OpenAPI document of proto/; do not edit.
import type { CallOptions, Caller } from "./caller";
import type { CreateGroupResponse, CreateOrganizationRequest, CreateOrganizationResponse, DeleteGroupResponse, GetOrganizationResponse, GroupInput, ListGroupsResponse, ListOrganizationsResponse, UpdateGroupResponse, UpdateOrganizationResponse } from "./types";

/**
 * Creates an organisation, owned by the caller.
 *
 * Needs `PERMISSION_SIGNED_IN`.
 */
export function createOrganization(rest: Caller, request: CreateOrganizationRequest, options?: CallOptions): Promise<CreateOrganizationResponse> {
  return rest.call({ verb: "POST", paths: ["/v1/organizations"], body: "*", has: ["organization"] }, request, options);
}

/** What `listOrganizations` takes. */
export interface ListOrganizationsRequest {
  /** At most this many; 0 = 50; above 1,000 = 1,000; negative is ERROR_REASON_INVALID_FIELD. */
  readonly pageSize?: number | undefined;
  /** `next_page_token` of the page before. Empty = the first. Not one of ours: ERROR_REASON_INVALID_FIELD. */
  readonly pageToken?: string | undefined;
}

/**
 * Organisations the caller may see, by title.
 *
 * Needs `PERMISSION_SIGNED_IN`.
 */
export function listOrganizations(rest: Caller, request: ListOrganizationsRequest = {}, options?: CallOptions): Promise<ListOrganizationsResponse> {
  return rest.call({ verb: "GET", paths: ["/v1/organizations"], repeatable: true }, request, options);
}

/** What `getOrganization` takes. */
export interface GetOrganizationRequest {
  /** Required. `organizations/{organization}`. */
  readonly name: string;
}

/**
 * One organisation.
 *
 * Needs `PERMISSION_ORGANIZATION_READ`.
 */
export function getOrganization(rest: Caller, request: GetOrganizationRequest, options?: CallOptions): Promise<GetOrganizationResponse> {
  return rest.call({ verb: "GET", paths: ["/v1/{name=organizations/*}"], repeatable: true, has: ["organization"] }, request, options);
}

/** What `updateOrganization` takes. */
export interface UpdateOrganizationRequest {
  /** An organisation. */
  readonly organization: {
    /** `organizations/{organization}`; ids are 1 to 63 of `a-z 0-9 -`. */
    readonly name: string;
    /** For people; 1 to 200 characters. */
    readonly title?: string | undefined;
    /** True when nothing in it may be changed; it can be read. */
    readonly archived?: boolean | undefined;
    /** Changes with every change; as in Document. */
    readonly etag?: string | undefined;
  };
  /**
   * Any of `title`, `archived`. Empty = each of them that is set.
   *
   * Where it is not given, it names the fields that the body has.
   */
  readonly updateMask?: string | undefined;
}

/**
 * Renames or archives an organisation.
 *
 * Needs `PERMISSION_ORGANIZATION_ADMINISTER`.
 */
export function updateOrganization(rest: Caller, request: UpdateOrganizationRequest, options?: CallOptions): Promise<UpdateOrganizationResponse> {
  return rest.call({ verb: "PATCH", paths: ["/v1/{organization.name=organizations/*}"], body: "organization", has: ["organization"] }, request, options);
}

/** What `createGroup` takes. */
export interface CreateGroupRequest {
  /** Required. `organizations/{organization}`. */
  readonly organization: string;
  /** Required. `title`, and perhaps members. */
  readonly group: GroupInput;
  /** The id wanted; empty = the server makes one. Taken: ERROR_REASON_ALREADY_EXISTS. */
  readonly groupId?: string | undefined;
}

/**
 * Creates a group of users.
 *
 * Needs `PERMISSION_ORGANIZATION_ADMINISTER`.
 */
export function createGroup(rest: Caller, request: CreateGroupRequest, options?: CallOptions): Promise<CreateGroupResponse> {
  return rest.call({ verb: "POST", paths: ["/v1/{organization=organizations/*}/groups"], body: "*", has: ["group"] }, request, options);
}

/** What `listGroups` takes. */
export interface ListGroupsRequest {
  /** Required. `organizations/{organization}`. */
  readonly organization: string;
  /** At most this many; 0 = 50; above 1,000 = 1,000; negative is ERROR_REASON_INVALID_FIELD. */
  readonly pageSize?: number | undefined;
  /** `next_page_token` of the page before. Empty = the first. Not one of ours: ERROR_REASON_INVALID_FIELD. */
  readonly pageToken?: string | undefined;
}

/**
 * An organisation's groups, by title.
 *
 * Needs `PERMISSION_ORGANIZATION_READ`.
 */
export function listGroups(rest: Caller, request: ListGroupsRequest, options?: CallOptions): Promise<ListGroupsResponse> {
  return rest.call({ verb: "GET", paths: ["/v1/{organization=organizations/*}/groups"], repeatable: true }, request, options);
}

/** What `updateGroup` takes. */
export interface UpdateGroupRequest {
  /** Required. `name`, and the new values. */
  readonly group: {
    /** `organizations/{organization}/groups/{group}`. */
    readonly name: string;
    /** For people; 1 to 200 characters. */
    readonly title: string;
    /** Subjects of users, at most 1,000. */
    readonly members?: readonly string[] | undefined;
    /** Names in the `groups` claim of tokens: whoever has one of them is a member; at most 100. */
    readonly claimGroups?: readonly string[] | undefined;
  };
  /** Any of `title`, `members`, `claim_groups`. Empty = each of them that is set. */
  readonly updateMask?: string | undefined;
  /** Subjects to add to the members, whatever the mask says. */
  readonly addMembers?: readonly string[] | undefined;
  /** Subjects to take out of the members, whatever the mask says. */
  readonly removeMembers?: readonly string[] | undefined;
}

/**
 * Changes a group's title, members, or the identity provider's groups that count as it.
 *
 * Who adds somebody must
 * themselves have what the group was granted: ERROR_REASON_PERMISSION_DENIED.
 *
 * Needs `PERMISSION_ORGANIZATION_ADMINISTER`.
 */
export function updateGroup(rest: Caller, request: UpdateGroupRequest, options?: CallOptions): Promise<UpdateGroupResponse> {
  return rest.call({ verb: "PATCH", paths: ["/v1/{group.name=organizations/*/groups/*}"], body: "*", has: ["group"] }, request, options);
}

/** What `deleteGroup` takes. */
export interface DeleteGroupRequest {
  /** Required. `organizations/{organization}/groups/{group}`. */
  readonly name: string;
}

/**
 * Deletes a group, and with it what it was granted.
 *
 * Needs `PERMISSION_ORGANIZATION_ADMINISTER`.
 */
export function deleteGroup(rest: Caller, request: DeleteGroupRequest, options?: CallOptions): Promise<DeleteGroupResponse> {
  return rest.call({ verb: "DELETE", paths: ["/v1/{name=organizations/*/groups/*}"] }, request, options);
}
