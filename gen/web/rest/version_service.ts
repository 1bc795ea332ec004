// Generated from the OpenAPI document of proto/; do not edit.
import type { CallOptions, Caller } from "./caller";
import type { CreateVersionResponse, DeleteVersionResponse, GetVersionResponse, ListVersionsResponse, UpdateVersionResponse, VersionKind } from "./types";

/** What `createVersion` takes. */
export interface CreateVersionRequest {
  /** Required. `documents/{document}`. */
  readonly document: string;
  /** A mark at a revision. */
  readonly version: {
    /** `documents/{document}/versions/{version}`; the id is made by the server. */
    readonly name?: string | undefined;
    /**
     * For people; at most 200 characters, no control characters. Required of a named one, empty for an automatic one.
     */
    readonly title?: string | undefined;
    /** For people; at most 2,000 characters. */
    readonly description?: string | undefined;
    /**
     * The revision marked, from 0. When creating, 0 = the head. Above it: ERROR_REASON_REVISION_AHEAD. Fixed when
     * created.
     */
    readonly revision?: string | undefined;
  };
}

/**
 * Marks a revision.
 *
 * Needs `PERMISSION_DOCUMENT_WRITE`.
 */
export function createVersion(rest: Caller, request: CreateVersionRequest, options?: CallOptions): Promise<CreateVersionResponse> {
  return rest.call({ verb: "POST", paths: ["/v1/{document=documents/*}/versions"], body: "version", has: ["version"] }, request, options);
}

/** What `listVersions` takes. */
export interface ListVersionsRequest {
  /** Required. `documents/{document}`. */
  readonly document: string;
  /** At most this many; 0 = 50; above 1,000 = 1,000; negative is ERROR_REASON_INVALID_FIELD. */
  readonly pageSize?: number | undefined;
  /** `next_page_token` of the page before. Empty = the first. Not one of ours: ERROR_REASON_INVALID_FIELD. */
  readonly pageToken?: string | undefined;
  /** Only these kinds; empty = all. */
  readonly kinds?: readonly VersionKind[] | undefined;
}

/**
 * A document's versions, the newest revision first.
 *
 * Needs `PERMISSION_DOCUMENT_READ`.
 */
export function listVersions(rest: Caller, request: ListVersionsRequest, options?: CallOptions): Promise<ListVersionsResponse> {
  return rest.call({ verb: "GET", paths: ["/v1/{document=documents/*}/versions"], repeatable: true }, request, options);
}

/** What `getVersion` takes. */
export interface GetVersionRequest {
  /** Required. `documents/{document}/versions/{version}`. */
  readonly name: string;
}

/**
 * One version.
 *
 * Needs `PERMISSION_DOCUMENT_READ`.
 */
export function getVersion(rest: Caller, request: GetVersionRequest, options?: CallOptions): Promise<GetVersionResponse> {
  return rest.call({ verb: "GET", paths: ["/v1/{name=documents/*/versions/*}"], repeatable: true, has: ["version"] }, request, options);
}

/** What `updateVersion` takes. */
export interface UpdateVersionRequest {
  /** A mark at a revision. */
  readonly version: {
    /** `documents/{document}/versions/{version}`; the id is made by the server. */
    readonly name: string;
    /**
     * For people; at most 200 characters, no control characters. Required of a named one, empty for an automatic one.
     */
    readonly title?: string | undefined;
    /** For people; at most 2,000 characters. */
    readonly description?: string | undefined;
    /**
     * The revision marked, from 0. When creating, 0 = the head. Above it: ERROR_REASON_REVISION_AHEAD. Fixed when
     * created.
     */
    readonly revision?: string | undefined;
  };
  /**
   * Any of `title`, `description`. Empty = each of them that is set.
   *
   * Where it is not given, it names the fields that the body has.
   */
  readonly updateMask?: string | undefined;
}

/**
 * Renames or describes a version.
 *
 * An automatic one that is given a title is kept from then on, as a named one.
 *
 * Needs `PERMISSION_DOCUMENT_WRITE`.
 */
export function updateVersion(rest: Caller, request: UpdateVersionRequest, options?: CallOptions): Promise<UpdateVersionResponse> {
  return rest.call({ verb: "PATCH", paths: ["/v1/{version.name=documents/*/versions/*}"], body: "version", has: ["version"] }, request, options);
}

/** What `deleteVersion` takes. */
export interface DeleteVersionRequest {
  /** Required. `documents/{document}/versions/{version}`. */
  readonly name: string;
}

/**
 * Removes the mark.
 *
 * The history stays.
 *
 * Needs `PERMISSION_DOCUMENT_WRITE`.
 */
export function deleteVersion(rest: Caller, request: DeleteVersionRequest, options?: CallOptions): Promise<DeleteVersionResponse> {
  return rest.call({ verb: "DELETE", paths: ["/v1/{name=documents/*/versions/*}"] }, request, options);
}
