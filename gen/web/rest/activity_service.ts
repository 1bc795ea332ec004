// Generated from the OpenAPI document of proto/; do not edit.
import type { CallOptions, Caller } from "./caller";
import type { ActivityKind, GetActivitySummaryResponse, ListActivitiesResponse } from "./types";

/** What `listActivities` takes. */
export interface ListActivitiesRequest {
  /**
   * Only about this, by name: a document, a folder or an organisation itself; a project and all that was in it.
   * Empty = about anything. One that is not there, or not visible to the caller, has no activities.
   */
  readonly resource?: string | undefined;
  /** Only by this user, by subject, at most 255 characters. Empty = by anybody. */
  readonly user?: string | undefined;
  /** Only of these kinds, at most 50; empty = of all. An unknown one is ERROR_REASON_INVALID_FIELD. */
  readonly kinds?: readonly ActivityKind[] | undefined;
  /** Only those whose last part was done at this moment or later. Empty = since ever. */
  readonly startTime?: string | undefined;
  /** Only those whose last part was done before this moment. Empty = until now. */
  readonly endTime?: string | undefined;
  /** At most this many; 0 = 50; above 1,000 = 1,000; negative is ERROR_REASON_INVALID_FIELD. */
  readonly pageSize?: number | undefined;
  /**
   * `next_page_token` of the page before, for the same question. Empty = the first. Not one of ours:
   * ERROR_REASON_INVALID_FIELD. A session that grows meanwhile moves to the front: an earlier page has it then.
   */
  readonly pageToken?: string | undefined;
}

/**
 * Activities about what the caller may see, the latest first: of documents they may read, and of folders, projects and organisations they may see.
 *
 * What they may not see is left out, as if it were not there.
 *
 * Needs `PERMISSION_SIGNED_IN`.
 */
export function listActivities(rest: Caller, request: ListActivitiesRequest = {}, options?: CallOptions): Promise<ListActivitiesResponse> {
  return rest.call({ verb: "GET", paths: ["/v1/activities"], repeatable: true }, request, options);
}

/** What `getActivitySummary` takes. */
export interface GetActivitySummaryRequest {
  /** Required. `projects/{project}`. */
  readonly project: string;
}

/**
 * How much happened in a project in each hour of the last seven days, and by whom, the latest hour first.
 *
 * It is as of
 * up to five minutes ago. It counts all that happened in the project, also in documents that were denied to the
 * caller, without saying what it was.
 *
 * Needs `PERMISSION_PROJECT_READ`.
 */
export function getActivitySummary(rest: Caller, request: GetActivitySummaryRequest, options?: CallOptions): Promise<GetActivitySummaryResponse> {
  return rest.call({ verb: "GET", paths: ["/v1/{project=projects/*}/activitySummary"], repeatable: true }, request, options);
}
