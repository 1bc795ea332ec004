// Generated from the OpenAPI document of proto/; do not edit.
import type { CallOptions, Caller } from "./caller";
import type { ListParticipantsResponse, OperationInput, PositionalOperation, SubmitOperationResponse, WatchDocumentResponse } from "./types";

/** What `submitOperation` takes. */
export interface SubmitOperationRequest {
  /** Required. `documents/{document}`. */
  readonly name: string;
  /** As a walk over the document. */
  readonly operation?: OperationInput | undefined;
  /** By position. */
  readonly positionalOperation?: PositionalOperation | undefined;
  /** Transform it onto the head. At most the head: ERROR_REASON_REVISION_AHEAD. */
  readonly baseRevision?: string | undefined;
  /** Commit only if this is the head: ERROR_REASON_REVISION_MOVED. */
  readonly requireRevision?: string | undefined;
  /**
   * A UUID that makes a retry safe: the same id by the same caller on the same document is committed once, and a repeat
   * is answered with the first outcome. Empty = every call is a new operation.
   */
  readonly requestId?: string | undefined;
}

/**
 * Commits one operation without a stream.
 *
 * It is transformed onto the head, or refused when the head moved: see
 * `require_revision`. Answered after it is on disk.
 *
 * Needs `PERMISSION_DOCUMENT_WRITE`.
 */
export function submitOperation(rest: Caller, request: SubmitOperationRequest, options?: CallOptions): Promise<SubmitOperationResponse> {
  return rest.call({ verb: "POST", paths: ["/v1/{name=documents/*}:submitOperation"], body: "*", has: ["operation"] }, request, options);
}

/** What `watchDocument` takes. */
export interface WatchDocumentRequest {
  /** Required. `documents/{document}`. */
  readonly name: string;
  /** Start after this revision; empty = from the head on, only what is new. 0 = from the beginning. */
  readonly afterRevision?: string | undefined;
}

/**
 * Follows a document: every operation once, in order, from after_revision on, for as long as the caller listens.
 *
 * The first message may be sent at once; each message has one or more operations. Resume with the last revision seen.
 * Ends with PERMISSION_DENIED when the permission to read is lost, with TOKEN_EXPIRED when the token's time is over.
 *
 * Needs `PERMISSION_DOCUMENT_READ`.
 */
export function watchDocument(rest: Caller, request: WatchDocumentRequest, options?: CallOptions): AsyncIterableIterator<WatchDocumentResponse> {
  return rest.stream({ verb: "GET", paths: ["/v1/{name=documents/*}:watch"], repeatable: true }, request, options);
}

/** What `listParticipants` takes. */
export interface ListParticipantsRequest {
  /** Required. `documents/{document}`. */
  readonly name: string;
}

/**
 * Who is in the document now.
 *
 * Needs `PERMISSION_DOCUMENT_READ`.
 */
export function listParticipants(rest: Caller, request: ListParticipantsRequest, options?: CallOptions): Promise<ListParticipantsResponse> {
  return rest.call({ verb: "GET", paths: ["/v1/{name=documents/*}/participants"], repeatable: true }, request, options);
}
