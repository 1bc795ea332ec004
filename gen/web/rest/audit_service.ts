// Generated from the OpenAPI document of proto/; do not edit.
import type { CallOptions, Caller } from "./caller";
import type { ExportAuditEntriesResponse, ListAuditEntriesResponse } from "./types";

/** What `listAuditEntries` takes. */
export interface ListAuditEntriesRequest {
  /** Required. As in Grant. */
  readonly resource: string;
  /** At most this many; 0 = 50; above 1,000 = 1,000; negative is ERROR_REASON_INVALID_FIELD. */
  readonly pageSize?: number | undefined;
  /** `next_page_token` of the page before. Empty = the first. Not one of ours: ERROR_REASON_INVALID_FIELD. */
  readonly pageToken?: string | undefined;
}

/**
 * Entries about a resource and all that was in it then, the newest first.
 *
 * Needs `PERMISSION_AUDIT_READ`.
 */
export function listAuditEntries(rest: Caller, request: ListAuditEntriesRequest, options?: CallOptions): Promise<ListAuditEntriesResponse> {
  return rest.call({ verb: "GET", paths: ["/v1/auditEntries"], repeatable: true }, request, options);
}

/** What `exportAuditEntries` takes. */
export interface ExportAuditEntriesRequest {
  /** Required. As in Grant. */
  readonly resource: string;
  /** Only entries with a greater id: what was exported before is left out. 0 = all. */
  readonly afterId?: string | undefined;
}

/**
 * The same as JSON lines, the oldest first, streamed in parts of about 64 KiB.
 *
 * It ends with the last entry.
 *
 * Needs `PERMISSION_AUDIT_READ`.
 */
export function exportAuditEntries(rest: Caller, request: ExportAuditEntriesRequest, options?: CallOptions): AsyncIterableIterator<ExportAuditEntriesResponse> {
  return rest.stream({ verb: "GET", paths: ["/v1/auditEntries:export"], repeatable: true }, request, options);
}
