// Generated from the OpenAPI document of proto/; do not edit.
import type { CallOptions, Caller } from "./caller";
import type { ContentFormat, CreateDocumentRequest, CreateDocumentResponse, DeleteDocumentResponse, DocumentType, GetContentResponse, GetDocumentResponse, ListDocumentsResponse, PurgeDocumentResponse, ReplaceContentResponse, Source, UndeleteDocumentResponse, UpdateDocumentResponse, WatchDocumentsResponse } from "./types";

/**
 * Creates a document: blank, from content, as a copy, or from a template.
 *
 * Where it goes the caller must be allowed to
 * create; outside any project everybody is, and is then its owner.
 *
 * Needs `PERMISSION_DOCUMENT_CREATE`.
 */
export function createDocument(rest: Caller, request: CreateDocumentRequest = {}, options?: CallOptions): Promise<CreateDocumentResponse> {
  return rest.call({ verb: "POST", paths: ["/v1/documents"], body: "*", has: ["document"] }, request, options);
}

/** What `listDocuments` takes. */
export interface ListDocumentsRequest {
  /** At most this many; 0 = 50; above 1,000 = 1,000; negative is ERROR_REASON_INVALID_FIELD. */
  readonly pageSize?: number | undefined;
  /**
   * `next_page_token` of the page before, for the same filter and order. Empty = the first. Not one of ours, or of
   * another question: ERROR_REASON_INVALID_FIELD.
   */
  readonly pageToken?: string | undefined;
  /**
   * Which documents, in the manner of AIP-160; empty = all. Conditions joined by AND, each one of `project =
   * "projects/x"`, `folder = "projects/x/folders/y"`, `type = RICH_TEXT`, `creator = "ada"`, `language = "en"`,
   * `template = true`, `title : "word"` (contains, whatever the case), `labels.key = "value"`, `labels : key` (has it),
   * and `update_time`, `create_time` with `> >= < <=` and an RFC 3339 time in quotes. `=` may be `!=` where it is
   * alone. What cannot be read: ERROR_REASON_INVALID_FIELD. At most 2,000 characters.
   */
  readonly filter?: string | undefined;
  /**
   * `update_time desc` (also when empty), `update_time`, `create_time desc`, `create_time`, `title` or `title desc`.
   */
  readonly orderBy?: string | undefined;
  /** True to have deleted documents among the others. */
  readonly showDeleted?: boolean | undefined;
}

/**
 * Documents the caller may read.
 *
 * Needs `PERMISSION_SIGNED_IN`.
 */
export function listDocuments(rest: Caller, request: ListDocumentsRequest = {}, options?: CallOptions): Promise<ListDocumentsResponse> {
  return rest.call({ verb: "GET", paths: ["/v1/documents"], repeatable: true }, request, options);
}

/** What `getDocument` takes. */
export interface GetDocumentRequest {
  /** Required. `documents/{document}`. */
  readonly name: string;
}

/**
 * Metadata of one document, also of a deleted one.
 *
 * Needs `PERMISSION_DOCUMENT_READ`.
 */
export function getDocument(rest: Caller, request: GetDocumentRequest, options?: CallOptions): Promise<GetDocumentResponse> {
  return rest.call({ verb: "GET", paths: ["/v1/{name=documents/*}"], repeatable: true, has: ["document"] }, request, options);
}

/** What `updateDocument` takes. */
export interface UpdateDocumentRequest {
  /** A document. */
  readonly document: {
    /** `documents/{document}`; the id is 1 to 63 of `a-z 0-9 -`. Set by the server unless given when creating. */
    readonly name: string;
    /** For people; at most 200 characters, no control characters. Empty = untitled. */
    readonly title?: string | undefined;
    /** What it holds. Fixed when created. */
    readonly type?: DocumentType | undefined;
    /** The project it belongs to, `projects/{project}`; ids as those of documents. Empty = none. */
    readonly project?: string | undefined;
    /** The folder it is in, `projects/{project}/folders/{folder}`, of the same project. Empty = none. */
    readonly folder?: string | undefined;
    /**
     * For sorting and finding, at most 64. Keys are 1 to 63 of `a-z 0-9 _ -` and begin with a letter; values are at most
     * 255 characters.
     */
    readonly labels?: Readonly<Record<string, string>> | undefined;
    /**
     * The language it is written in, as BCP 47 says (`en`, `de-CH`), at most 35 characters; full-text search stems words
     * by it. Empty = not known.
     */
    readonly language?: string | undefined;
    /** True for a document that others are made from. It is an ordinary document in all else. */
    readonly template?: boolean | undefined;
    /**
     * Changes with every change of metadata, not with content. Sent back with a change, it must be the one stored:
     * ERROR_REASON_ETAG_MISMATCH. Empty when sending = whatever is stored.
     */
    readonly etag?: string | undefined;
  };
  /**
   * Any of `title`, `project`, `folder`, `labels`, `labels.KEY`, `language`, `template`. Empty = every one of them that
   * is set in `document`. Others: ERROR_REASON_INVALID_FIELD.
   *
   * Where it is not given, it names the fields that the body has.
   */
  readonly updateMask?: string | undefined;
}

/**
 * Changes metadata.
 *
 * Not content: that is the way of shoal.collab.v1.CollabService and of ReplaceContent. Who moves a
 * document, by its project or folder, must be allowed to delete it where it is, and to create where it goes.
 *
 * Needs `PERMISSION_DOCUMENT_WRITE`.
 */
export function updateDocument(rest: Caller, request: UpdateDocumentRequest, options?: CallOptions): Promise<UpdateDocumentResponse> {
  return rest.call({ verb: "PATCH", paths: ["/v1/{document.name=documents/*}"], body: "document", has: ["document"] }, request, options);
}

/** What `deleteDocument` takes. */
export interface DeleteDocumentRequest {
  /** Required. `documents/{document}`. */
  readonly name: string;
  /** The etag seen; empty = whatever is stored. */
  readonly etag?: string | undefined;
}

/**
 * Moves a document to the trash.
 *
 * It can be read and undeleted until `expire_time`, and then is purged. Sessions that
 * have it open are closed with ERROR_REASON_DOCUMENT_DELETED. Deleting a deleted one changes nothing.
 *
 * Needs `PERMISSION_DOCUMENT_DELETE`.
 */
export function deleteDocument(rest: Caller, request: DeleteDocumentRequest, options?: CallOptions): Promise<DeleteDocumentResponse> {
  return rest.call({ verb: "DELETE", paths: ["/v1/{name=documents/*}"], repeatable: true, has: ["document"] }, request, options);
}

/** What `watchDocuments` takes. */
export interface WatchDocumentsRequest {
  /** As in ListDocumentsRequest. A document that no longer fits it is told once more, in `left`. */
  readonly filter?: string | undefined;
}

/**
 * Follows documents: one message with each document that a filter names, then each again whenever its content or metadata changes, it is deleted or undeleted, at the latest two seconds after.
 *
 * Changes that come together are one
 * message. After a lost connection call again: what was missed is in the first messages.
 *
 * Needs `PERMISSION_SIGNED_IN`.
 */
export function watchDocuments(rest: Caller, request: WatchDocumentsRequest = {}, options?: CallOptions): AsyncIterableIterator<WatchDocumentsResponse> {
  return rest.stream({ verb: "GET", paths: ["/v1/documents:watch"], repeatable: true }, request, options);
}

/** What `undeleteDocument` takes. */
export interface UndeleteDocumentRequest {
  /** Required. `documents/{document}`. */
  readonly name: string;
  /** The etag seen; empty = whatever is stored. */
  readonly etag?: string | undefined;
}

/**
 * Takes a document out of the trash.
 *
 * ERROR_REASON_DOCUMENT_NOT_DELETED when it is not in it.
 *
 * Needs `PERMISSION_DOCUMENT_DELETE`.
 */
export function undeleteDocument(rest: Caller, request: UndeleteDocumentRequest, options?: CallOptions): Promise<UndeleteDocumentResponse> {
  return rest.call({ verb: "POST", paths: ["/v1/{name=documents/*}:undelete"], body: "*", has: ["document"] }, request, options);
}

/** What `purgeDocument` takes. */
export interface PurgeDocumentRequest {
  /** Required. `documents/{document}`. */
  readonly name: string;
  /** The etag seen; empty = whatever is stored. */
  readonly etag?: string | undefined;
}

/**
 * Erases a deleted document with all its history, for good.
 *
 * It is gone for everybody when this returns; the space is
 * freed soon after, and until then its id stays taken. ERROR_REASON_DOCUMENT_NOT_DELETED when it is not in the trash.
 *
 * Needs `PERMISSION_DOCUMENT_DELETE`.
 */
export function purgeDocument(rest: Caller, request: PurgeDocumentRequest, options?: CallOptions): Promise<PurgeDocumentResponse> {
  return rest.call({ verb: "POST", paths: ["/v1/{name=documents/*}:purge"], body: "*" }, request, options);
}

/** What `getContent` takes. */
export interface GetContentRequest {
  /** Required. `documents/{document}`. */
  readonly name: string;
  /**
   * As it was after this many operations. Above the head: ERROR_REASON_REVISION_AHEAD. Before what the operator
   * keeps: ERROR_REASON_HISTORY_ARCHIVED.
   */
  readonly revision?: string | undefined;
  /** As it was at this time; before its creation it was empty. */
  readonly time?: string | undefined;
  /** In which form. */
  readonly format?: ContentFormat | undefined;
}

/**
 * A document's content, now, at an earlier revision or at a time, streamed in parts of about 64 KiB; short content is one part.
 *
 * Needs `PERMISSION_DOCUMENT_READ`.
 */
export function getContent(rest: Caller, request: GetContentRequest, options?: CallOptions): AsyncIterableIterator<GetContentResponse> {
  return rest.stream({ verb: "GET", paths: ["/v1/{name=documents/*}:content"], repeatable: true }, request, options);
}

/** What `replaceContent` takes. */
export interface ReplaceContentRequest {
  /** Required. `documents/{document}`. */
  readonly name: string;
  /** Required. The whole content as it is to be. */
  readonly source: Source;
  /**
   * The revision `source` was made from; what was written since stays. Empty = the head: then whatever differs goes.
   * Above the head: ERROR_REASON_REVISION_AHEAD.
   */
  readonly baseRevision?: string | undefined;
  /** A UUID made for this change; the same one again is answered again, never applied twice. Empty = none. */
  readonly requestId?: string | undefined;
}

/**
 * Makes the content read as the given one does, by one minimal operation through CollabService: what others wrote since base_revision stays, and so does what the format cannot hold (colours, in Markdown).
 *
 * Needs `PERMISSION_DOCUMENT_WRITE`.
 */
export function replaceContent(rest: Caller, request: ReplaceContentRequest, options?: CallOptions): Promise<ReplaceContentResponse> {
  return rest.call({ verb: "POST", paths: ["/v1/{name=documents/*}:replaceContent"], body: "*" }, request, options);
}
