// Generated from the OpenAPI document of proto/; do not edit.
import type { CallOptions, Caller } from "./caller";
import type { CompareOperationsResponse, DiffFormat, DiffRevisionsResponse, ExportHistoryResponse, GetBlameResponse, ImportHistoryRequest, ImportHistoryResponse, ListEditSessionsResponse, ListOperationsResponse, RestoreDocumentResponse } from "./types";

/** What `listOperations` takes. */
export interface ListOperationsRequest {
  /** Required. `documents/{document}`. */
  readonly document: string;
  /**
   * At most this many; 0 = 100; above 1,000 = 1,000; negative is ERROR_REASON_INVALID_FIELD. A page may be shorter
   * where its operations are large.
   */
  readonly pageSize?: number | undefined;
  /** `next_page_token` of the page before. Empty = the first. Not one of ours: ERROR_REASON_INVALID_FIELD. */
  readonly pageToken?: string | undefined;
  /** Only operations after this revision; 0 = from the first. */
  readonly afterRevision?: string | undefined;
  /** Only operations up to and with this revision; 0 = up to the head. Above it: ERROR_REASON_REVISION_AHEAD. */
  readonly upToRevision?: string | undefined;
  /** True for the newest first. */
  readonly descending?: boolean | undefined;
}

/**
 * Operations of a document, the oldest or the newest first.
 *
 * Needs `PERMISSION_DOCUMENT_READ`.
 */
export function listOperations(rest: Caller, request: ListOperationsRequest, options?: CallOptions): Promise<ListOperationsResponse> {
  return rest.call({ verb: "GET", paths: ["/v1/{document=documents/*}/operations"], repeatable: true }, request, options);
}

/** What `listEditSessions` takes. */
export interface ListEditSessionsRequest {
  /** Required. `documents/{document}`. */
  readonly document: string;
  /** At most this many; 0 = 50; above 1,000 = 1,000; negative is ERROR_REASON_INVALID_FIELD. */
  readonly pageSize?: number | undefined;
  /** `next_page_token` of the page before. Empty = the first. Not one of ours: ERROR_REASON_INVALID_FIELD. */
  readonly pageToken?: string | undefined;
}

/**
 * A document's history as sessions of work: what was written with no long pause in between.
 *
 * The newest first.
 *
 * Needs `PERMISSION_DOCUMENT_READ`.
 */
export function listEditSessions(rest: Caller, request: ListEditSessionsRequest, options?: CallOptions): Promise<ListEditSessionsResponse> {
  return rest.call({ verb: "GET", paths: ["/v1/{document=documents/*}/editSessions"], repeatable: true }, request, options);
}

/** What `compareOperations` takes. */
export interface CompareOperationsRequest {
  /** Required. `documents/{document}`. */
  readonly document: string;
  /** Required. The revision of the one, from 1 to the head: ERROR_REASON_REVISION_AHEAD above it. */
  readonly revision: string;
  /** Required. The revision of the other, likewise. */
  readonly otherRevision: string;
  /**
   * True to have the clocks of both, an entry a site. Reads as many operations as lie behind, or ahead, whichever is
   * less.
   */
  readonly includeClocks?: boolean | undefined;
}

/**
 * Whether the author of one operation knew the other when writing, by their vector clocks.
 *
 * Needs `PERMISSION_DOCUMENT_READ`.
 */
export function compareOperations(rest: Caller, request: CompareOperationsRequest, options?: CallOptions): Promise<CompareOperationsResponse> {
  return rest.call({ verb: "GET", paths: ["/v1/{document=documents/*}:compareOperations"], repeatable: true }, request, options);
}

/** What `diffRevisions` takes. */
export interface DiffRevisionsRequest {
  /** Required. `documents/{document}`. */
  readonly document: string;
  /** The revision to start from; 0 = nothing. */
  readonly fromRevision?: string | undefined;
  /**
   * The revision to arrive at; empty = the head. May be below `from_revision`. Above the head:
   * ERROR_REASON_REVISION_AHEAD.
   */
  readonly toRevision?: string | undefined;
  /** In which form. */
  readonly format?: DiffFormat | undefined;
}

/**
 * The change from one revision to another, either way, in parts of about 64 KiB.
 *
 * Needs `PERMISSION_DOCUMENT_READ`.
 */
export function diffRevisions(rest: Caller, request: DiffRevisionsRequest, options?: CallOptions): AsyncIterableIterator<DiffRevisionsResponse> {
  return rest.stream({ verb: "GET", paths: ["/v1/{document=documents/*}:diff"], repeatable: true }, request, options);
}

/** What `getBlame` takes. */
export interface GetBlameRequest {
  /** Required. `documents/{document}`. */
  readonly document: string;
  /** After this many operations. Above the head: ERROR_REASON_REVISION_AHEAD. */
  readonly revision?: string | undefined;
  /** At this time. */
  readonly time?: string | undefined;
}

/**
 * Who wrote each run of a document's text, now or at an earlier moment, in parts of a few thousand runs.
 *
 * Needs `PERMISSION_DOCUMENT_READ`.
 */
export function getBlame(rest: Caller, request: GetBlameRequest, options?: CallOptions): AsyncIterableIterator<GetBlameResponse> {
  return rest.stream({ verb: "GET", paths: ["/v1/{document=documents/*}:blame"], repeatable: true }, request, options);
}

/** What `restoreDocument` takes. */
export interface RestoreDocumentRequest {
  /** Required. `documents/{document}`. */
  readonly document: string;
  /** After this many operations. Above the head: ERROR_REASON_REVISION_AHEAD. */
  readonly revision?: string | undefined;
  /** At this time. */
  readonly time?: string | undefined;
  /** A version of the document, `documents/{document}/versions/{version}`. */
  readonly version?: string | undefined;
  /** A UUID made for this change; the same one again is answered again, never applied twice. Empty = none. */
  readonly requestId?: string | undefined;
}

/**
 * Brings back the content of an earlier moment: one new operation through CollabService, seen live and undone like any other.
 *
 * What is typed meanwhile stays.
 *
 * Needs `PERMISSION_DOCUMENT_WRITE`.
 */
export function restoreDocument(rest: Caller, request: RestoreDocumentRequest, options?: CallOptions): Promise<RestoreDocumentResponse> {
  return rest.call({ verb: "POST", paths: ["/v1/{document=documents/*}:restore"], body: "*" }, request, options);
}

/** What `exportHistory` takes. */
export interface ExportHistoryRequest {
  /** Required. `documents/{document}`. */
  readonly document: string;
}

/**
 * A document with its whole history as lines of JSON, in parts of about 64 KiB.
 *
 * See docs/history.md.
 *
 * Needs `PERMISSION_DOCUMENT_READ`.
 */
export function exportHistory(rest: Caller, request: ExportHistoryRequest, options?: CallOptions): AsyncIterableIterator<ExportHistoryResponse> {
  return rest.stream({ verb: "GET", paths: ["/v1/{document=documents/*}:exportHistory"], repeatable: true }, request, options);
}

/**
 * Makes a document out of an exported history: the same operations by the same authors at the same times.
 *
 * It appears
 * when all of it was read and found whole; else nothing of it is kept: ERROR_REASON_INVALID_HISTORY. The authors
 * named in the file are not checked, so the document says who imported it: its `creator`.
 *
 * Needs `PERMISSION_DOCUMENT_CREATE`.
 */
export function importHistory(rest: Caller, requests: Iterable<ImportHistoryRequest> | AsyncIterable<ImportHistoryRequest>, options?: CallOptions): Promise<ImportHistoryResponse> {
  return rest.send({ verb: "POST", paths: ["/v1/documents:importHistory"], body: "*", has: ["document"] }, requests, options);
}
