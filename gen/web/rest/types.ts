// Generated from the OpenAPI document of proto/; do not edit.

/** How a call failed. */
export interface Status {
  /** The gRPC status code, of google.rpc.Code. */
  readonly code: number;
  /** For a developer, in English. */
  readonly message: string;
  /**
   * What a program can use, by `@type`. One of them is a google.rpc.ErrorInfo, whose `reason` is a value of shoal.error.v1.ErrorReason.
   */
  readonly details: readonly ({
    readonly "@type": string;
  })[];
}

/** Who is there. */
export interface ListParticipantsResponse {
  /** In the order they came. */
  readonly participants: readonly Participant[];
}

/** Somebody in a document, once a session. */
export interface Participant {
  /** Their site: what operations of theirs carry. */
  readonly site: string;
  /** The subject of their token. */
  readonly subject: string;
  /** Their name, for people. */
  readonly displayName: string;
  /** Where they are; empty = nowhere. Moved by operations as they pass. */
  readonly selection: Selection | null;
  /** What they do. */
  readonly state: PresenceState;
  /** When they came. */
  readonly joinTime: string | null;
}

/**
 * What a participant does.
 *
 * - `PRESENCE_STATE_UNSPECIFIED`: Taken as ACTIVE.
 * - `PRESENCE_STATE_ACTIVE`: Typing or looking.
 * - `PRESENCE_STATE_IDLE`: The window is in the background, or nothing was done for a minute.
 */
export type PresenceState =
  | "PRESENCE_STATE_UNSPECIFIED"
  | "PRESENCE_STATE_ACTIVE"
  | "PRESENCE_STATE_IDLE";

/** What became of it. */
export interface SubmitOperationResponse {
  /** The operation as committed, with its revision. */
  readonly operation: CommittedOperation;
  /** The revisions it was transformed against, in order; empty when it was made on the head. */
  readonly transformedAgainst: readonly string[];
}

/** What happened. */
export interface WatchDocumentResponse {
  /** In order, each once. */
  readonly operations: readonly CommittedOperation[];
}

/** A stretch of text that one author inserted. Formatting does not change who wrote something. */
export interface BlameRun {
  /** Its length in UTF-16 code units, at least 1. */
  readonly length: number;
  /** The subject of the author's token. */
  readonly author: string;
  /** The AI agent that wrote it, as `agents/{agent}`; empty for a person. */
  readonly agent: string;
}

/**
 * How one operation stands to another.
 *
 * - `CAUSALITY_UNSPECIFIED`: Never sent.
 * - `CAUSALITY_BEFORE`: The author of the other knew this one.
 * - `CAUSALITY_AFTER`: The author of this one knew the other.
 * - `CAUSALITY_EQUAL`: They are the same operation.
 * - `CAUSALITY_CONCURRENT`: Neither knew the other: they were written at once, and one was transformed over the other.
 */
export type Causality =
  | "CAUSALITY_UNSPECIFIED"
  | "CAUSALITY_BEFORE"
  | "CAUSALITY_AFTER"
  | "CAUSALITY_EQUAL"
  | "CAUSALITY_CONCURRENT";

/**
 * What is checked.
 *
 * - `CHECK_UNSPECIFIED`: Never sent.
 * - `CHECK_LOG`: The log has every revision from the first kept to the head, once.
 * - `CHECK_HEAD`: The head is the log's last revision.
 * - `CHECK_REPLAY`: Each operation of the log can be applied to what the ones before it made.
 * - `CHECK_CHECKPOINTS`: Checkpoints hold what replay makes.
 * - `CHECK_HASHES`: The hash of a checkpoint is that of its content.
 * - `CHECK_ATTRIBUTION`: Who wrote what, as stored with a checkpoint, is what replay makes.
 * - `CHECK_SITES`: The high-water row of each site is its last operation in the log.
 * - `CHECK_EDIT_SESSIONS`: Sessions of work are those of the log.
 * - `CHECK_SEARCH`: The search index holds what the document says.
 * - `CHECK_OUTBOX`: Events are read from the outbox as they come.
 * - `CHECK_PARTITIONS`: The partitions of this month and the next are there, and no operation is in the default one.
 */
export type Check =
  | "CHECK_UNSPECIFIED"
  | "CHECK_LOG"
  | "CHECK_HEAD"
  | "CHECK_REPLAY"
  | "CHECK_CHECKPOINTS"
  | "CHECK_HASHES"
  | "CHECK_ATTRIBUTION"
  | "CHECK_SITES"
  | "CHECK_EDIT_SESSIONS"
  | "CHECK_SEARCH"
  | "CHECK_OUTBOX"
  | "CHECK_PARTITIONS";

/** What to check. */
export interface CheckDatabaseRequest {
  /** Only these, `documents/{document}`; empty = all. */
  readonly documents?: readonly string[] | undefined;
  /** True to make anew what is derived and wrong. */
  readonly repair?: boolean | undefined;
}

/** What is known so far. */
export interface CheckDatabaseResponse {
  /** How far it is. */
  readonly progress?: CheckDatabaseResponse_Progress;
  /** Something was found. */
  readonly finding?: CheckDatabaseResponse_Finding;
  /** The end. */
  readonly done?: CheckDatabaseResponse_Summary;
}

/** Something that is not as it should be. */
export interface CheckDatabaseResponse_Finding {
  /** Which check found it. */
  readonly check: Check;
  /** How bad it is. */
  readonly severity: Severity;
  /** `documents/{document}`; empty when it is about the whole database. */
  readonly document: string;
  /** The revision it is about; 0 = none. */
  readonly revision: string;
  /** One sentence for an operator; never document text. */
  readonly message: string;
  /** True when it was repaired. */
  readonly repaired: boolean;
}

/** How far it is. */
export interface CheckDatabaseResponse_Progress {
  /** Documents checked. */
  readonly documents: string;
  /** Documents to check. */
  readonly totalDocuments: string;
  /** Operations replayed. */
  readonly operations: string;
  /** Operations to replay. */
  readonly totalOperations: string;
}

/** What was found in all. */
export interface CheckDatabaseResponse_Summary {
  /** Documents checked. */
  readonly documents: string;
  /** Operations replayed. */
  readonly operations: string;
  /** Findings of severity WARNING and above that were not repaired. */
  readonly unrepaired: string;
  /** Findings that were repaired. */
  readonly repaired: string;
}

/** How much of one site an operation's author knew, the operation itself included. */
export interface ClockEntry {
  /** The site. */
  readonly site: string;
  /** The number of its operations that were known; at least 1. */
  readonly siteSequence: string;
}

/** How they stand. */
export interface CompareOperationsResponse {
  /** How `revision` stands to `other_revision`. */
  readonly causality: Causality;
  /** The clock of `revision`; empty unless asked for. */
  readonly clock: readonly ClockEntry[];
  /** The clock of `other_revision`; empty unless asked for. */
  readonly otherClock: readonly ClockEntry[];
}

/**
 * In which form content is given or wanted.
 *
 * - `CONTENT_FORMAT_UNSPECIFIED`: Taken as DELTA.
 * - `CONTENT_FORMAT_DELTA`: Inserts with their attributes: as a Content message when read, as Delta JSON text when given as source.
 * - `CONTENT_FORMAT_TEXT`: The text alone; an embed is U+FFFC when read.
 * - `CONTENT_FORMAT_MARKDOWN`: Markdown: CommonMark with tables, task lists and strikethrough. What it cannot hold is in docs/formats.md.
 * - `CONTENT_FORMAT_HTML`: HTML, a fragment. Scripts, styles, event handlers and dangerous URLs are dropped when given.
 * - `CONTENT_FORMAT_DELTA_JSON`: Delta JSON as text.
 */
export type ContentFormat =
  | "CONTENT_FORMAT_UNSPECIFIED"
  | "CONTENT_FORMAT_DELTA"
  | "CONTENT_FORMAT_TEXT"
  | "CONTENT_FORMAT_MARKDOWN"
  | "CONTENT_FORMAT_HTML"
  | "CONTENT_FORMAT_DELTA_JSON";

/** What one author did in a session. */
export interface Contribution {
  /** The subject of the author's token. */
  readonly author: string;
  /** The AI agent that wrote it, as `agents/{agent}`; empty for a person. */
  readonly agent: string;
  /** How many operations. */
  readonly operations: string;
  /** How many UTF-16 code units were inserted. */
  readonly inserted: string;
  /** How many UTF-16 code units were deleted. */
  readonly deleted: string;
}

/** Content as of some moment of some document. */
export interface Copy {
  /** Required. `documents/{document}`. The caller must be allowed to read it. */
  readonly document: string;
  /** As it was after this many operations; empty = now. Above the head: ERROR_REASON_REVISION_AHEAD. */
  readonly revision?: string | undefined;
}

/** What to create. */
export interface CreateDocumentRequest {
  /**
   * Title, type, project, folder, labels, language; the rest is set by the server. Of a copy or from a template, what
   * is empty here is taken from there (a copy's title becomes "Copy of …"), and `type` must be empty or the same.
   */
  readonly document?: DocumentInput | undefined;
  /**
   * The id wanted, 1 to 63 of `a-z 0-9 -`, not beginning or ending with `-`. Empty = the server makes one. Taken:
   * ERROR_REASON_DOCUMENT_ALREADY_EXISTS.
   */
  readonly documentId?: string | undefined;
  /** This. */
  readonly source?: Source | undefined;
  /** The content of another document. Its history is not copied. */
  readonly copy?: Copy | undefined;
  /** The content of a template. */
  readonly fromTemplate?: FromTemplate | undefined;
}

/** What was created. */
export interface CreateDocumentResponse {
  /** As stored. */
  readonly document: Document;
}

/** What was marked. */
export interface CreateVersionResponse {
  /** As stored. */
  readonly version: Version;
}

/** The deleted document. */
export interface DeleteDocumentResponse {
  /** With `delete_time` and `expire_time`. */
  readonly document: Document;
}

/** Nothing is left to tell. */
export type DeleteVersionResponse = Readonly<Record<string, never>>;

/**
 * In which form a change is wanted.
 *
 * - `DIFF_FORMAT_UNSPECIFIED`: Taken as DELTA.
 * - `DIFF_FORMAT_DELTA`: An operation, in parts: their components one after the other are the whole.
 * - `DIFF_FORMAT_HTML`: HTML for people: insertions in `ins`, deletions in `del`, what did not change left out but for its surroundings.
 */
export type DiffFormat =
  | "DIFF_FORMAT_UNSPECIFIED"
  | "DIFF_FORMAT_DELTA"
  | "DIFF_FORMAT_HTML";

/** The change, or a part of it: parts are to be joined in order. */
export interface DiffRevisionsResponse {
  /** As asked; the same in every part. */
  readonly fromRevision: string;
  /** As asked, or the head; the same in every part. */
  readonly toRevision: string;
  /** The next components, when DELTA was asked for. */
  readonly components: readonly Component[];
  /** The next part, when HTML was asked for. */
  readonly html: string;
  /** UTF-16 code units that the whole change inserts; the same in every part. */
  readonly inserted: string;
  /** UTF-16 code units that the whole change deletes; the same in every part. */
  readonly deleted: string;
}

/** A document. */
export interface Document {
  /** `documents/{document}`; the id is 1 to 63 of `a-z 0-9 -`. Set by the server unless given when creating. */
  readonly name: string;
  /** For people; at most 200 characters, no control characters. Empty = untitled. */
  readonly title: string;
  /** What it holds. Fixed when created. */
  readonly type: DocumentType;
  /** Output only. The number of operations in its history. */
  readonly headRevision: string;
  /** Output only. The subject of who created it. */
  readonly creator: string;
  /** Output only. */
  readonly createTime: string | null;
  /** Output only. When its content or metadata changed last. */
  readonly updateTime: string | null;
  /** The project it belongs to, `projects/{project}`; ids as those of documents. Empty = none. */
  readonly project: string;
  /** The folder it is in, `projects/{project}/folders/{folder}`, of the same project. Empty = none. */
  readonly folder: string;
  /**
   * For sorting and finding, at most 64. Keys are 1 to 63 of `a-z 0-9 _ -` and begin with a letter; values are at most
   * 255 characters.
   */
  readonly labels: Readonly<Record<string, string>>;
  /**
   * The language it is written in, as BCP 47 says (`en`, `de-CH`), at most 35 characters; full-text search stems words
   * by it. Empty = not known.
   */
  readonly language: string;
  /** True for a document that others are made from. It is an ordinary document in all else. */
  readonly template: boolean;
  /** Output only, empty unless deleted. When it went to the trash. */
  readonly deleteTime: string | null;
  /** Output only, empty unless deleted. When it will be purged. */
  readonly expireTime: string | null;
  /**
   * Changes with every change of metadata, not with content. Sent back with a change, it must be the one stored:
   * ERROR_REASON_ETAG_MISMATCH. Empty when sending = whatever is stored.
   */
  readonly etag: string;
}

/** A document. */
export interface DocumentInput {
  /** `documents/{document}`; the id is 1 to 63 of `a-z 0-9 -`. Set by the server unless given when creating. */
  readonly name?: string | undefined;
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
}

/**
 * What a document holds.
 *
 * - `DOCUMENT_TYPE_UNSPECIFIED`: Taken as RICH_TEXT when creating.
 * - `DOCUMENT_TYPE_RICH_TEXT`: Text with attributes and embeds; ends with a newline, which carries the last line's format.
 * - `DOCUMENT_TYPE_PLAIN_TEXT`: Text alone. Attributes and embeds are refused: ERROR_REASON_FORMAT_NOT_ALLOWED.
 */
export type DocumentType =
  | "DOCUMENT_TYPE_UNSPECIFIED"
  | "DOCUMENT_TYPE_RICH_TEXT"
  | "DOCUMENT_TYPE_PLAIN_TEXT";

/** A stretch of history that was written in one go. */
export interface EditSession {
  /** Its first operation. */
  readonly firstRevision: string;
  /** Its last operation so far. */
  readonly lastRevision: string;
  /** When the first was committed. */
  readonly startTime: string | null;
  /** When the last was committed. */
  readonly endTime: string | null;
  /** Who took part, whoever wrote most first. */
  readonly contributions: readonly Contribution[];
}

/** The next part. */
export interface ExportHistoryResponse {
  /** UTF-8; lines may go on in the next part. */
  readonly chunk: string;
  /** How many operations are in this and all parts before; for showing progress. */
  readonly exportedOperations: string;
  /** How many there will be. */
  readonly totalOperations: string;
}

/** A document to be made after a template. */
export interface FromTemplate {
  /** Required. `documents/{document}`, marked as template: ERROR_REASON_NOT_A_TEMPLATE. */
  readonly document: string;
  /**
   * What `{{key}}` in the template's text becomes; a key that is not given stays as it stands. At most 64, keys of at
   * most 63 characters, values of at most 1,000.
   */
  readonly values?: Readonly<Record<string, string>> | undefined;
}

/** Who wrote what, or a part of it: parts are to be joined in order. */
export interface GetBlameResponse {
  /** The revision this is the blame of; the same in every part. */
  readonly revision: string;
  /** The next runs, which follow one another from the start of the document to its end. */
  readonly runs: readonly BlameRun[];
}

/** Content, or a part of it: parts are to be joined in order. */
export interface GetContentResponse {
  /** The revision this is the content of; the same in every part. */
  readonly revision: string;
  /** The next part, when DELTA was asked for. */
  readonly content: Content | null;
  /** The next part, when another form was asked for. */
  readonly text: string;
  /** SHA-256 of the whole content as Delta JSON, as in Checkpoint; in the last part only. */
  readonly hash: string;
}

/** The document. */
export interface GetDocumentResponse {
  /** As stored. */
  readonly document: Document;
}

/** The version. */
export interface GetVersionResponse {
  /** As stored. */
  readonly version: Version;
}

/** The next part. */
export interface ImportHistoryRequest {
  /** In the first message: the id wanted, as in CreateDocument. Empty = the server makes one. */
  readonly documentId?: string | undefined;
  /** In the first message: the project it goes to, `projects/{project}`; empty = none. */
  readonly project?: string | undefined;
  /** UTF-8; lines may go on in the next part. At most 256 KiB. */
  readonly chunk?: string | undefined;
}

/** What was made. */
export interface ImportHistoryResponse {
  /** As stored. */
  readonly document: Document;
  /** How many operations. */
  readonly operations: string;
}

/** One page. */
export interface ListDocumentsResponse {
  /** In the order asked for. */
  readonly documents: readonly Document[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

/** One page. */
export interface ListEditSessionsResponse {
  /** The newest first. */
  readonly editSessions: readonly EditSession[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

/** One page. */
export interface ListOperationsResponse {
  /** In order; `commit_time` is set. */
  readonly operations: readonly CommittedOperation[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

/** One page. */
export interface ListVersionsResponse {
  /** The newest revision first. */
  readonly versions: readonly Version[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

/** Nothing is left to tell. */
export type PurgeDocumentResponse = Readonly<Record<string, never>>;

/** What became of it. */
export interface ReplaceContentResponse {
  /** The revision it became; the head at that moment when nothing differed. */
  readonly revision: string;
  /** True when there was something to change. */
  readonly changed: boolean;
}

/** What became of it. */
export interface RestoreDocumentResponse {
  /** The revision whose content was brought back. */
  readonly restoredRevision: string;
  /** The revision that the restore became; the head at that moment when nothing differed. */
  readonly revision: string;
  /** True when there was something to change. */
  readonly changed: boolean;
}

/** One page. */
export interface SearchDocumentsResponse {
  /** The best first. */
  readonly results: readonly SearchResult[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

/** A document that was found. */
export interface SearchResult {
  /** The document. */
  readonly document: Document | null;
  /** How well it answers, above 0; comparable within one answer only. */
  readonly rank: number;
  /** Its title, marked. */
  readonly title: Snippet | null;
  /** Stretches of its content around what was found, at most 3; empty when only the title answers. */
  readonly snippets: readonly Snippet[];
}

/**
 * How bad a finding is.
 *
 * - `SEVERITY_UNSPECIFIED`: Never sent.
 * - `SEVERITY_NOTE`: Worth knowing; nothing is wrong.
 * - `SEVERITY_WARNING`: Something derived is wrong: `repair` makes it anew.
 * - `SEVERITY_ERROR`: The log, or a head, is not what it must be. Repair does not touch it: restore from a backup.
 */
export type Severity =
  | "SEVERITY_UNSPECIFIED"
  | "SEVERITY_NOTE"
  | "SEVERITY_WARNING"
  | "SEVERITY_ERROR";

/** A stretch of text in which what was found is marked. */
export interface Snippet {
  /** In order; joined they are the text. */
  readonly parts: readonly SnippetPart[];
}

/** A piece of a snippet. */
export interface SnippetPart {
  /** Not empty. */
  readonly text: string;
  /** True when this is what was found. */
  readonly match: boolean;
}

/** Content as text in some format. */
export interface Source {
  /** Required. How to read `text`. DELTA and DELTA_JSON are the same here. */
  readonly format: ContentFormat;
  /** At most 2 MiB as UTF-8: ERROR_REASON_TOO_LARGE. What cannot be read: ERROR_REASON_INVALID_CONTENT. */
  readonly text?: string | undefined;
}

/** The document. */
export interface UndeleteDocumentResponse {
  /** As stored. */
  readonly document: Document;
}

/** What became of it. */
export interface UpdateDocumentResponse {
  /** As stored. */
  readonly document: Document;
}

/** What became of it. */
export interface UpdateVersionResponse {
  /** As stored. */
  readonly version: Version;
}

/** A mark at a revision. */
export interface Version {
  /** `documents/{document}/versions/{version}`; the id is made by the server. */
  readonly name: string;
  /**
   * For people; at most 200 characters, no control characters. Required of a named one, empty for an automatic one.
   */
  readonly title: string;
  /** For people; at most 2,000 characters. */
  readonly description: string;
  /**
   * The revision marked, from 0. When creating, 0 = the head. Above it: ERROR_REASON_REVISION_AHEAD. Fixed when
   * created.
   */
  readonly revision: string;
  /** Output only. */
  readonly kind: VersionKind;
  /** Output only. The subject of who made it; empty for an automatic one. */
  readonly creator: string;
  /** Output only. When the mark was made. */
  readonly createTime: string | null;
  /** Output only. When the operation of that revision was committed; the document's creation for revision 0. */
  readonly revisionTime: string | null;
}

/**
 * Why a version is there.
 *
 * - `VERSION_KIND_UNSPECIFIED`: Never sent.
 * - `VERSION_KIND_NAMED`: Somebody made it.
 * - `VERSION_KIND_AUTOMATIC`: Made while people worked; thinned with age.
 * - `VERSION_KIND_BEFORE_RESTORE`: What an earlier moment's content was brought back over: the last revision before a restore.
 */
export type VersionKind =
  | "VERSION_KIND_UNSPECIFIED"
  | "VERSION_KIND_NAMED"
  | "VERSION_KIND_AUTOMATIC"
  | "VERSION_KIND_BEFORE_RESTORE";

/** What is new. */
export interface WatchDocumentsResponse {
  /** As they are now; deleted ones have `delete_time`. */
  readonly documents: readonly Document[];
  /** Names of those that do not fit the filter any more, may not be read any more, or were purged. */
  readonly left: readonly string[];
  /** True in the message that ends the first walk: all that fit have been told. */
  readonly caughtUp: boolean;
}

/**
 * Why a call, a session or an operation was refused. Stable: clients may switch on it.
 *
 * - `ERROR_REASON_UNSPECIFIED`: Never sent.
 * - `ERROR_REASON_TOKEN_MISSING`: UNAUTHENTICATED. No token where one is needed. Example: a call without `authorization: Bearer …`.
 * - `ERROR_REASON_TOKEN_INVALID`: UNAUTHENTICATED. The token does not verify: wrong signature, issuer, audience, algorithm or shape. Example: `alg: none`.
 * - `ERROR_REASON_TOKEN_EXPIRED`: UNAUTHENTICATED. The token was good and its time is over. Get a new one and open again.
 * - `ERROR_REASON_PERMISSION_DENIED`: PERMISSION_DENIED. The caller is known and lacks the permission named in the metadata.
 * - `ERROR_REASON_ORIGIN_NOT_ALLOWED`: PERMISSION_DENIED. The Origin of the page is not on the allow-list of this edge.
 * - `ERROR_REASON_MALFORMED_MESSAGE`: INVALID_ARGUMENT. The bytes are not a message of this contract. Example: a truncated protobuf frame.
 * - `ERROR_REASON_INVALID_FIELD`: INVALID_ARGUMENT. A field breaks the rule in its comment; BadRequest names it.
 * - `ERROR_REASON_EMPTY_FRAME`: INVALID_ARGUMENT. A frame without any of the frames of its oneof.
 * - `ERROR_REASON_TOO_LARGE`: RESOURCE_EXHAUSTED. A frame, flight or message past its size limit; the metadata has `limit` and `received`.
 * - `ERROR_REASON_DOCUMENT_NOT_FOUND`: NOT_FOUND. No such document. Example: `documents/none`.
 * - `ERROR_REASON_DOCUMENT_ALREADY_EXISTS`: ALREADY_EXISTS. A document of this name exists.
 * - `ERROR_REASON_REVISION_AHEAD`: OUT_OF_RANGE. The revision named is above the head; the metadata has `head_revision`.
 * - `ERROR_REASON_REVISION_MOVED`: FAILED_PRECONDITION. `require_revision` was not the head any more; the metadata has `head_revision`. Nothing was written. Read what is new and submit again.
 * - `ERROR_REASON_DOCUMENT_DELETED`: FAILED_PRECONDITION. The document is deleted: it can be read and undeleted, not changed. The metadata has `delete_time`.
 * - `ERROR_REASON_ETAG_MISMATCH`: ABORTED. The `etag` sent is not the one stored: somebody changed the metadata since. Get it and try again.
 * - `ERROR_REASON_VERSION_NOT_FOUND`: NOT_FOUND. No such version of this document.
 * - `ERROR_REASON_HISTORY_ARCHIVED`: OUT_OF_RANGE. The history before this point was taken out of the database by the operator's policy; the metadata has `first_revision`, the first that can be read.
 * - `ERROR_REASON_NOT_A_TEMPLATE`: FAILED_PRECONDITION. The document named as template is not marked as one.
 * - `ERROR_REASON_DOCUMENT_NOT_DELETED`: FAILED_PRECONDITION. Only a deleted document can be purged or undeleted.
 * - `ERROR_REASON_INVALID_OPERATION`: INVALID_ARGUMENT. The operation cannot be read: a negative length, an empty component, text that is not Unicode.
 * - `ERROR_REASON_OPERATION_TOO_LONG`: INVALID_ARGUMENT. The operation retains or deletes past the end of the document at its base revision.
 * - `ERROR_REASON_SURROGATE_SPLIT`: INVALID_ARGUMENT. The operation would cut a UTF-16 surrogate pair in two.
 * - `ERROR_REASON_SITE_SEQUENCE_GAP`: INVALID_ARGUMENT. The client skipped an operation of its own; resend from `expected`.
 * - `ERROR_REASON_SITE_OF_ANOTHER_AUTHOR`: PERMISSION_DENIED. The site belongs to another author of this document.
 * - `ERROR_REASON_FORMAT_NOT_ALLOWED`: INVALID_ARGUMENT. A plain text document holds no attributes and no embeds.
 * - `ERROR_REASON_INVALID_CONTENT`: INVALID_ARGUMENT. Content given in some format cannot be read as that; the metadata may have `line`. Example: Delta JSON that is not a list.
 * - `ERROR_REASON_INVALID_HISTORY`: INVALID_ARGUMENT. A history file cannot be read: the metadata has `line`, and what is wrong is said. Nothing of it was kept.
 * - `ERROR_REASON_SESSION_NOT_FOUND`: NOT_FOUND. No session of this number on this stream or socket: never opened, closed, or somebody else's.
 * - `ERROR_REASON_SESSION_ALREADY_OPEN`: ALREADY_EXISTS. This session number is open on this stream or socket.
 * - `ERROR_REASON_SESSION_REPLACED`: ABORTED. The same site opened the document again elsewhere; the newer session goes on.
 * - `ERROR_REASON_TOO_MANY_SESSIONS`: RESOURCE_EXHAUSTED. More sessions than the limit: on this document, socket, or of this user.
 * - `ERROR_REASON_ROOM_BUSY`: RESOURCE_EXHAUSTED. The room's inbox is full; the flight was not taken. Send it again after the delay.
 * - `ERROR_REASON_FLIGHT_OUTSTANDING`: FAILED_PRECONDITION. A flight is under way in this session; the next may go when it is acknowledged.
 * - `ERROR_REASON_LOG_UNAVAILABLE`: UNAVAILABLE. The log cannot be reached; nothing was acknowledged, the client keeps its operations.
 * - `ERROR_REASON_DRAINING`: UNAVAILABLE. This node is shutting down; open again, elsewhere or in a moment.
 * - `ERROR_REASON_DEADLINE_EXCEEDED`: DEADLINE_EXCEEDED. The call took longer than it was given, by the caller or by its contract.
 * - `ERROR_REASON_NO_DEVELOPMENT_SIGN_IN`: UNIMPLEMENTED. Signing in by name is for development; here the identity provider signs tokens.
 * - `ERROR_REASON_PERMISSIONS_UNAVAILABLE`: UNAVAILABLE. Projects and permissions cannot be reached; nothing was changed, and nothing was allowed.
 * - `ERROR_REASON_IDENTITY_PROVIDER_UNAVAILABLE`: UNAVAILABLE. The keys of the token's issuer cannot be had now, so the token can be neither believed nor refused. Keep it and try again.
 * - `ERROR_REASON_RPC_NOT_FOUND`: UNIMPLEMENTED. No such rpc here: a name misspelt, or of a service that runs elsewhere. The metadata has `rpc`.
 * - `ERROR_REASON_TOO_MANY_CALLS`: RESOURCE_EXHAUSTED. As many calls are under way in this server as it takes; try again after the delay.
 * - `ERROR_REASON_INTERNAL`: INTERNAL. Our fault; the cause is in our log under the request's id.
 * - `ERROR_REASON_RESOURCE_NOT_FOUND`: NOT_FOUND. No such organisation, project or folder, or none that the caller may know of: the two are not told apart. The metadata has `resource`.
 * - `ERROR_REASON_GROUP_NOT_FOUND`: NOT_FOUND. The organisation has no such group.
 * - `ERROR_REASON_ROLE_NOT_FOUND`: NOT_FOUND. The organisation has no such role.
 * - `ERROR_REASON_GRANT_NOT_FOUND`: NOT_FOUND. Nothing is granted to this principal on this resource itself. What is inherited is revoked where it was granted.
 * - `ERROR_REASON_INVITATION_NOT_FOUND`: NOT_FOUND. No such invitation, or one that is spent, expired, revoked or somebody else's: the cases are not told apart.
 * - `ERROR_REASON_SHARE_LINK_NOT_FOUND`: NOT_FOUND. No such link, or one that is expired or revoked, or the password is wrong: the cases are not told apart. Only who has the secret and sent no password learns that one is needed: the metadata has `password_required`.
 * - `ERROR_REASON_ALREADY_EXISTS`: ALREADY_EXISTS. The id is taken; choose another, or let the server make one.
 * - `ERROR_REASON_NOT_EMPTY`: FAILED_PRECONDITION. Something is in the folder, or the role is granted to somebody; only what is empty or unused can be deleted.
 * - `ERROR_REASON_LAST_OWNER`: FAILED_PRECONDITION. It would have no owner any more; make somebody else the owner first.
 * - `ERROR_REASON_RESOURCE_ARCHIVED`: FAILED_PRECONDITION. The caller might do this, were it not that the resource, or what it is in, is archived; the metadata has `archived`, what is to be unarchived first.
 */
export type ErrorReason =
  | "ERROR_REASON_UNSPECIFIED"
  | "ERROR_REASON_TOKEN_MISSING"
  | "ERROR_REASON_TOKEN_INVALID"
  | "ERROR_REASON_TOKEN_EXPIRED"
  | "ERROR_REASON_PERMISSION_DENIED"
  | "ERROR_REASON_ORIGIN_NOT_ALLOWED"
  | "ERROR_REASON_MALFORMED_MESSAGE"
  | "ERROR_REASON_INVALID_FIELD"
  | "ERROR_REASON_EMPTY_FRAME"
  | "ERROR_REASON_TOO_LARGE"
  | "ERROR_REASON_DOCUMENT_NOT_FOUND"
  | "ERROR_REASON_DOCUMENT_ALREADY_EXISTS"
  | "ERROR_REASON_REVISION_AHEAD"
  | "ERROR_REASON_REVISION_MOVED"
  | "ERROR_REASON_DOCUMENT_DELETED"
  | "ERROR_REASON_ETAG_MISMATCH"
  | "ERROR_REASON_VERSION_NOT_FOUND"
  | "ERROR_REASON_HISTORY_ARCHIVED"
  | "ERROR_REASON_NOT_A_TEMPLATE"
  | "ERROR_REASON_DOCUMENT_NOT_DELETED"
  | "ERROR_REASON_INVALID_OPERATION"
  | "ERROR_REASON_OPERATION_TOO_LONG"
  | "ERROR_REASON_SURROGATE_SPLIT"
  | "ERROR_REASON_SITE_SEQUENCE_GAP"
  | "ERROR_REASON_SITE_OF_ANOTHER_AUTHOR"
  | "ERROR_REASON_FORMAT_NOT_ALLOWED"
  | "ERROR_REASON_INVALID_CONTENT"
  | "ERROR_REASON_INVALID_HISTORY"
  | "ERROR_REASON_SESSION_NOT_FOUND"
  | "ERROR_REASON_SESSION_ALREADY_OPEN"
  | "ERROR_REASON_SESSION_REPLACED"
  | "ERROR_REASON_TOO_MANY_SESSIONS"
  | "ERROR_REASON_ROOM_BUSY"
  | "ERROR_REASON_FLIGHT_OUTSTANDING"
  | "ERROR_REASON_LOG_UNAVAILABLE"
  | "ERROR_REASON_DRAINING"
  | "ERROR_REASON_DEADLINE_EXCEEDED"
  | "ERROR_REASON_NO_DEVELOPMENT_SIGN_IN"
  | "ERROR_REASON_PERMISSIONS_UNAVAILABLE"
  | "ERROR_REASON_IDENTITY_PROVIDER_UNAVAILABLE"
  | "ERROR_REASON_RPC_NOT_FOUND"
  | "ERROR_REASON_TOO_MANY_CALLS"
  | "ERROR_REASON_INTERNAL"
  | "ERROR_REASON_RESOURCE_NOT_FOUND"
  | "ERROR_REASON_GROUP_NOT_FOUND"
  | "ERROR_REASON_ROLE_NOT_FOUND"
  | "ERROR_REASON_GRANT_NOT_FOUND"
  | "ERROR_REASON_INVITATION_NOT_FOUND"
  | "ERROR_REASON_SHARE_LINK_NOT_FOUND"
  | "ERROR_REASON_ALREADY_EXISTS"
  | "ERROR_REASON_NOT_EMPTY"
  | "ERROR_REASON_LAST_OWNER"
  | "ERROR_REASON_RESOURCE_ARCHIVED";

/**
 * What a caller must be allowed to do to call an rpc. Deny by default: an rpc without a permission is refused.
 *
 * - `PERMISSION_UNSPECIFIED`: Never valid on an rpc; the generated table refuses to build with it.
 * - `PERMISSION_SIGNED_IN`: Any caller whose token verifies, whatever their roles: listings, and creation outside any project.
 * - `PERMISSION_INTERNAL`: Only another Shoal service, by its own identity.
 * - `PERMISSION_DOCUMENT_READ`: Read a document: content, history, participants.
 * - `PERMISSION_DOCUMENT_WRITE`: Change a document's content or metadata.
 * - `PERMISSION_DOCUMENT_CREATE`: Create a document.
 * - `PERMISSION_DOCUMENT_DELETE`: Delete a document, bring it back, and purge it.
 * - `PERMISSION_OPERATE`: Look after an installation: check and repair its database.
 * - `PERMISSION_DOCUMENT_COMMENT`: Comment on a document, and suggest changes of it.
 * - `PERMISSION_PROJECT_READ`: See a project or folder, and that it is there.
 * - `PERMISSION_PROJECT_CREATE`: Create a project in an organisation.
 * - `PERMISSION_PROJECT_ADMINISTER`: Rename, describe, archive and unarchive a project.
 * - `PERMISSION_FOLDER_WRITE`: Create, rename, move and delete folders.
 * - `PERMISSION_ORGANIZATION_READ`: See an organisation, and its groups and roles.
 * - `PERMISSION_ORGANIZATION_ADMINISTER`: Rename, archive and unarchive an organisation; look after its groups and roles.
 * - `PERMISSION_SHARE`: Grant and revoke, invite, and make links, up to what one may do oneself.
 * - `PERMISSION_OWN`: Give ownership to somebody else. Who has this can be denied nothing.
 * - `PERMISSION_AUDIT_READ`: Read who granted what to whom.
 */
export type Permission =
  | "PERMISSION_UNSPECIFIED"
  | "PERMISSION_SIGNED_IN"
  | "PERMISSION_INTERNAL"
  | "PERMISSION_DOCUMENT_READ"
  | "PERMISSION_DOCUMENT_WRITE"
  | "PERMISSION_DOCUMENT_CREATE"
  | "PERMISSION_DOCUMENT_DELETE"
  | "PERMISSION_OPERATE"
  | "PERMISSION_DOCUMENT_COMMENT"
  | "PERMISSION_PROJECT_READ"
  | "PERMISSION_PROJECT_CREATE"
  | "PERMISSION_PROJECT_ADMINISTER"
  | "PERMISSION_FOLDER_WRITE"
  | "PERMISSION_ORGANIZATION_READ"
  | "PERMISSION_ORGANIZATION_ADMINISTER"
  | "PERMISSION_SHARE"
  | "PERMISSION_OWN"
  | "PERMISSION_AUDIT_READ";

/** What was got by it. */
export interface AcceptInvitationResponse {
  /** As stored; what the caller had before, when that was more. */
  readonly grant: Grant;
}

/** Something that was done. */
export interface Activity {
  /** Unique. */
  readonly id: string;
  /** What. */
  readonly kind: ActivityKind;
  /** When; of a session, when it began. */
  readonly occurTime: string | null;
  /** When its last part was done; the same as `occur_time` of what has one part. */
  readonly lastOccurTime: string | null;
  /** How many parts it has, at least 1. */
  readonly count: string;
  /** The subject of who did it; empty = nobody, time did. */
  readonly actor: string;
  /** The agent that did it in the actor's name; empty = the actor in person. */
  readonly agent: string;
  /** What it is about: an organisation, project, folder or document, by name. */
  readonly resource: string;
  /** The project that was in then, or it is, by name; empty = none. */
  readonly project: string;
  /** What else there is to say, as the kind tells. */
  readonly details: Readonly<Record<string, string>>;
}

/**
 * What was done.
 *
 * - `ACTIVITY_KIND_UNSPECIFIED`: In a request: never valid. Never sent.
 * - `ACTIVITY_KIND_DOCUMENT_CREATED`: A document was created; `details` has its `title` then.
 * - `ACTIVITY_KIND_DOCUMENT_EDITED`: A document was edited, in a session: edits of one author that follow one another within ten minutes. `count` is of operations; `details` has `inserted` and `deleted`, in UTF-16 code units, and `first_revision`, `last_revision`.
 * - `ACTIVITY_KIND_DOCUMENT_RENAMED`: A document was given another title; `details` has `before` and `after`.
 * - `ACTIVITY_KIND_DOCUMENT_MOVED`: A document was put elsewhere; `details` has `before` and `after`, names of places; empty = none, or one that the caller may not see.
 * - `ACTIVITY_KIND_DOCUMENT_DELETED`: A document was put into the trash.
 * - `ACTIVITY_KIND_DOCUMENT_UNDELETED`: A document was taken out of the trash.
 * - `ACTIVITY_KIND_DOCUMENT_PURGED`: A document is gone for good, and its activities with it. `resource` is the place it was in; nothing says which document it was.
 * - `ACTIVITY_KIND_VERSION_MADE`: A version was made; `details` has `version`, its name.
 * - `ACTIVITY_KIND_DOCUMENT_RESTORED`: A document was brought back to what it was.
 * - `ACTIVITY_KIND_RESOURCE_CREATED`: An organisation, project or folder was created.
 * - `ACTIVITY_KIND_RESOURCE_ARCHIVED`: An organisation or project was archived.
 * - `ACTIVITY_KIND_RESOURCE_UNARCHIVED`: An organisation or project was unarchived.
 * - `ACTIVITY_KIND_FOLDER_MOVED`: A folder was moved; `details` as for DOCUMENT_MOVED.
 * - `ACTIVITY_KIND_FOLDER_DELETED`: A folder was deleted; `resource` is the project it was in.
 * - `ACTIVITY_KIND_SHARED`: Somebody was granted something; `details` has `principal`, `principal_kind` and `role`. Here and in what follows, `details` are empty but for those who may share the resource, who did it, and whom it was given to.
 * - `ACTIVITY_KIND_UNSHARED`: Something was taken back from somebody; `details` as for SHARED.
 * - `ACTIVITY_KIND_OWNERSHIP_TRANSFERRED`: Ownership was given to somebody; `details` has `principal`.
 * - `ACTIVITY_KIND_INVITED`: Somebody was invited; `details` has `role`. To whom, the audit knows.
 * - `ACTIVITY_KIND_JOINED`: The actor joined: accepted an invitation, or redeemed a link; `details` has `role`.
 * - `ACTIVITY_KIND_LINK_CREATED`: A link was made; `details` has `role`.
 */
export type ActivityKind =
  | "ACTIVITY_KIND_UNSPECIFIED"
  | "ACTIVITY_KIND_DOCUMENT_CREATED"
  | "ACTIVITY_KIND_DOCUMENT_EDITED"
  | "ACTIVITY_KIND_DOCUMENT_RENAMED"
  | "ACTIVITY_KIND_DOCUMENT_MOVED"
  | "ACTIVITY_KIND_DOCUMENT_DELETED"
  | "ACTIVITY_KIND_DOCUMENT_UNDELETED"
  | "ACTIVITY_KIND_DOCUMENT_PURGED"
  | "ACTIVITY_KIND_VERSION_MADE"
  | "ACTIVITY_KIND_DOCUMENT_RESTORED"
  | "ACTIVITY_KIND_RESOURCE_CREATED"
  | "ACTIVITY_KIND_RESOURCE_ARCHIVED"
  | "ACTIVITY_KIND_RESOURCE_UNARCHIVED"
  | "ACTIVITY_KIND_FOLDER_MOVED"
  | "ACTIVITY_KIND_FOLDER_DELETED"
  | "ACTIVITY_KIND_SHARED"
  | "ACTIVITY_KIND_UNSHARED"
  | "ACTIVITY_KIND_OWNERSHIP_TRANSFERRED"
  | "ACTIVITY_KIND_INVITED"
  | "ACTIVITY_KIND_JOINED"
  | "ACTIVITY_KIND_LINK_CREATED";

/** What a user may do on a resource. */
export interface Answer {
  /** Whether the permission asked for is among `permissions`. */
  readonly allowed: boolean;
  /** All that the user may do there, in the order of their numbers; none on a resource that is not there. */
  readonly permissions: readonly Permission[];
  /** The strongest role that has no more than that; ROLE_UNSPECIFIED = less than a viewer. */
  readonly role: Role;
  /**
   * The resource and what it is in, upward, by name: an answer is stale when one of these is touched. For services only;
   * empty on a resource that is not there.
   */
  readonly path: readonly string[];
}

/**
 * What was done.
 *
 * - `AUDIT_ACTION_UNSPECIFIED`: Never sent.
 * - `AUDIT_ACTION_RESOURCE_CREATED`: An organisation, project or folder was created.
 * - `AUDIT_ACTION_RESOURCE_ARCHIVED`: An organisation or project was archived.
 * - `AUDIT_ACTION_RESOURCE_UNARCHIVED`: An organisation or project was unarchived.
 * - `AUDIT_ACTION_RESOURCE_MOVED`: A folder or document was moved; `details` has `from` and `to`.
 * - `AUDIT_ACTION_RESOURCE_DELETED`: A folder was deleted, or a document purged.
 * - `AUDIT_ACTION_GRANTED`: A grant was made or replaced; `details` has `replaced`, the role or custom role there was, if there was a grant.
 * - `AUDIT_ACTION_REVOKED`: A grant was taken back; `role` and the like say which.
 * - `AUDIT_ACTION_OWNERSHIP_TRANSFERRED`: The actor gave ownership to `principal`.
 * - `AUDIT_ACTION_ROLE_SET`: A custom role was made or changed; `details` has its `permissions`.
 * - `AUDIT_ACTION_ROLE_DELETED`: A custom role was deleted.
 * - `AUDIT_ACTION_GROUP_SET`: A group was made or changed; `details` has its `claim_groups`.
 * - `AUDIT_ACTION_GROUP_DELETED`: A group was deleted.
 * - `AUDIT_ACTION_MEMBER_ADDED`: A user became member of a group; `details` has `group`.
 * - `AUDIT_ACTION_MEMBER_REMOVED`: A user is member of a group no more; `details` has `group`.
 * - `AUDIT_ACTION_INVITED`: Somebody was invited; `details` has `invitation` and `email`.
 * - `AUDIT_ACTION_INVITATION_ACCEPTED`: An invitation was accepted by the actor; `details` has `invitation`, and `inviter`.
 * - `AUDIT_ACTION_INVITATION_REVOKED`: An invitation was taken back; `details` has `invitation` and `email`.
 * - `AUDIT_ACTION_SHARE_LINK_CREATED`: A link was made.
 * - `AUDIT_ACTION_SHARE_LINK_REDEEMED`: A link was redeemed by the actor.
 * - `AUDIT_ACTION_SHARE_LINK_REVOKED`: A link was ended by somebody.
 * - `AUDIT_ACTION_SHARE_LINK_EXPIRED`: A link's time was over; there is no actor.
 */
export type AuditAction =
  | "AUDIT_ACTION_UNSPECIFIED"
  | "AUDIT_ACTION_RESOURCE_CREATED"
  | "AUDIT_ACTION_RESOURCE_ARCHIVED"
  | "AUDIT_ACTION_RESOURCE_UNARCHIVED"
  | "AUDIT_ACTION_RESOURCE_MOVED"
  | "AUDIT_ACTION_RESOURCE_DELETED"
  | "AUDIT_ACTION_GRANTED"
  | "AUDIT_ACTION_REVOKED"
  | "AUDIT_ACTION_OWNERSHIP_TRANSFERRED"
  | "AUDIT_ACTION_ROLE_SET"
  | "AUDIT_ACTION_ROLE_DELETED"
  | "AUDIT_ACTION_GROUP_SET"
  | "AUDIT_ACTION_GROUP_DELETED"
  | "AUDIT_ACTION_MEMBER_ADDED"
  | "AUDIT_ACTION_MEMBER_REMOVED"
  | "AUDIT_ACTION_INVITED"
  | "AUDIT_ACTION_INVITATION_ACCEPTED"
  | "AUDIT_ACTION_INVITATION_REVOKED"
  | "AUDIT_ACTION_SHARE_LINK_CREATED"
  | "AUDIT_ACTION_SHARE_LINK_REDEEMED"
  | "AUDIT_ACTION_SHARE_LINK_REVOKED"
  | "AUDIT_ACTION_SHARE_LINK_EXPIRED";

/** One entry. */
export interface AuditEntry {
  /** Grows; unique. */
  readonly id: string;
  /** When. */
  readonly createTime: string | null;
  /** The subject of who did it; empty = nobody, time did. */
  readonly actor: string;
  /** What was done. */
  readonly action: AuditAction;
  /** On which resource, by the name it had. */
  readonly resource: string;
  /** To whom; none where it was done to nobody in particular. */
  readonly principal: Principal | null;
  /** The role it was about. */
  readonly role: Role;
  /** The custom role it was about. */
  readonly customRole: string;
  /** What was denied. */
  readonly denied: readonly Permission[];
  /** What else there is to say, as the action tells. */
  readonly details: Readonly<Record<string, string>>;
}

/** What is asked. */
export interface BatchCheckPermissionsRequest {
  /** Required; at most 1,000: ERROR_REASON_TOO_LARGE past it. */
  readonly checks: readonly BatchCheckPermissionsRequest_Check[];
  /** As in CheckPermissionRequest. */
  readonly user?: User | undefined;
}

/** One question. */
export interface BatchCheckPermissionsRequest_Check {
  /** As in CheckPermissionRequest. */
  readonly resource: string;
  /** As in CheckPermissionRequest. */
  readonly permission: Permission;
}

/** What is so. */
export interface BatchCheckPermissionsResponse {
  /** In the order of the checks. */
  readonly answers: readonly Answer[];
  /** The epoch in which this is so. */
  readonly epoch: string;
}

/** What is asked. */
export interface CheckPermissionRequest {
  /** Required. The resource, or something that belongs to one, by name. */
  readonly resource: string;
  /** Required. One that roles consist of. */
  readonly permission: Permission;
  /** Who; empty = the caller. Somebody else, by another than a service: ERROR_REASON_PERMISSION_DENIED. */
  readonly user?: User | undefined;
}

/** What is so. */
export interface CheckPermissionResponse {
  /** About a resource that is not there: not allowed. */
  readonly answer: Answer;
  /** The epoch in which this is so. */
  readonly epoch: string;
}

/** What was created. */
export interface CreateFolderResponse {
  /** As stored. */
  readonly folder: Folder;
}

/** What was created. */
export interface CreateGroupResponse {
  /** As stored. */
  readonly group: Group;
}

/** Whom to invite to what. */
export interface CreateInvitationRequest {
  /** Required. `resource`, `email`, a role, and perhaps `expire_time`. */
  readonly invitation: InvitationInput;
}

/** What is to be handed on. */
export interface CreateInvitationResponse {
  /** As stored. */
  readonly invitation: Invitation;
  /** What proves that the invitation arrived; told here and never again. To be sent to the address by the caller. */
  readonly token: string;
}

/** What to create. */
export interface CreateOrganizationRequest {
  /** Required. `title`. */
  readonly organization: OrganizationInput;
  /** The id wanted; empty = the server makes one. Taken: ERROR_REASON_ALREADY_EXISTS. */
  readonly organizationId?: string | undefined;
}

/** What was created. */
export interface CreateOrganizationResponse {
  /** As stored. */
  readonly organization: Organization;
}

/** What to create. */
export interface CreateProjectRequest {
  /** Required. `title`, and perhaps organisation and description. */
  readonly project: ProjectInput;
  /** The id wanted; empty = the server makes one. Taken: ERROR_REASON_ALREADY_EXISTS. */
  readonly projectId?: string | undefined;
}

/** What was created. */
export interface CreateProjectResponse {
  /** As stored. */
  readonly project: Project;
}

/** What was made. */
export interface CreateRoleResponse {
  /** As stored. */
  readonly role: CustomRole;
}

/** What to make. */
export interface CreateShareLinkRequest {
  /** Required. `resource`, `role`, and perhaps `expire_time`. */
  readonly shareLink: ShareLinkInput;
  /** What must be known besides; at most 1,024 characters. Empty = the link suffices. */
  readonly password?: string | undefined;
}

/** What is to be handed on. */
export interface CreateShareLinkResponse {
  /** As stored. */
  readonly shareLink: ShareLink;
  /** What the link consists of; told here and never again. */
  readonly secret: string;
}

/** A role that an organisation made. */
export interface CustomRole {
  /** `organizations/{organization}/roles/{role}`; ids are 1 to 63 of `a-z 0-9 -`. */
  readonly name: string;
  /** For people; 1 to 200 characters. */
  readonly title: string;
  /**
   * What it allows: at least one, any that administrators have, as docs/permissions.md lists them. Others, and owning,
   * are ERROR_REASON_INVALID_FIELD; more than the caller has is ERROR_REASON_PERMISSION_DENIED.
   */
  readonly permissions: readonly Permission[];
}

/** A role that an organisation made. */
export interface CustomRoleInput {
  /** `organizations/{organization}/roles/{role}`; ids are 1 to 63 of `a-z 0-9 -`. */
  readonly name?: string | undefined;
  /** For people; 1 to 200 characters. */
  readonly title: string;
  /**
   * What it allows: at least one, any that administrators have, as docs/permissions.md lists them. Others, and owning,
   * are ERROR_REASON_INVALID_FIELD; more than the caller has is ERROR_REASON_PERMISSION_DENIED.
   */
  readonly permissions: readonly Permission[];
}

/** Nothing is left to tell. */
export type DeleteFolderResponse = Readonly<Record<string, never>>;

/** Nothing is left to tell. */
export type DeleteGroupResponse = Readonly<Record<string, never>>;

/** Nothing is left to tell. */
export type DeleteRoleResponse = Readonly<Record<string, never>>;

/** What is asked. */
export interface ExplainPermissionRequest {
  /** As in CheckPermissionRequest. */
  readonly resource: string;
  /** As in CheckPermissionRequest. */
  readonly permission: Permission;
  /** As in CheckPermissionRequest. */
  readonly user?: User | undefined;
}

/** Why. */
export interface ExplainPermissionResponse {
  /** Whether it is allowed. */
  readonly allowed: boolean;
  /**
   * The user's grants that speak of this permission, in the order in which they are heeded: from the organisation down
   * to the resource, and at each place those that allow before those that deny. The last one heeded decides.
   */
  readonly reasons: readonly ExplainPermissionResponse_Reason[];
  /** When it is not allowed, one sentence for a developer, in English, that says what is missing. */
  readonly missing: string;
  /** When it would be allowed but for that: the archived resource, by name. */
  readonly archived: string;
}

/**
 * What a grant does about a permission.
 *
 * - `EFFECT_UNSPECIFIED`: Never sent.
 * - `EFFECT_ALLOWS`: It allows.
 * - `EFFECT_DENIES`: It denies what was allowed here and above.
 * - `EFFECT_DENIES_IN_VAIN`: It denies, and nobody heeds it, since the user owns the resource or what it is in.
 */
export type ExplainPermissionResponse_Effect =
  | "EFFECT_UNSPECIFIED"
  | "EFFECT_ALLOWS"
  | "EFFECT_DENIES"
  | "EFFECT_DENIES_IN_VAIN";

/** One grant, and what it does here. */
export interface ExplainPermissionResponse_Reason {
  /** The grant. */
  readonly grant: Grant | null;
  /** What it does. */
  readonly effect: ExplainPermissionResponse_Effect;
  /** From the resource up to where the grant was made, by name. */
  readonly path: readonly string[];
}

/** A part. */
export interface ExportAuditEntriesResponse {
  /** Whole lines, each an AuditEntry in the JSON mapping of proto3, and each ended by a newline. */
  readonly jsonLines: string;
}

/** A folder. */
export interface Folder {
  /** `projects/{project}/folders/{folder}`; stays when the folder is moved. */
  readonly name: string;
  /** For people; 1 to 200 characters. */
  readonly title: string;
  /** Output only. The folder or project it is in. */
  readonly parent: string;
  /** Output only. */
  readonly createTime: string | null;
}

/** A folder. */
export interface FolderInput {
  /** `projects/{project}/folders/{folder}`; stays when the folder is moved. */
  readonly name?: string | undefined;
  /** For people; 1 to 200 characters. */
  readonly title: string;
}

/** The last seven days. */
export interface GetActivitySummaryResponse {
  /** The latest first; an hour in which nothing happened is left out. */
  readonly hours: readonly GetActivitySummaryResponse_Hour[];
}

/** One hour. */
export interface GetActivitySummaryResponse_Hour {
  /** When it began. */
  readonly startTime: string | null;
  /** How many activities began in it. */
  readonly activities: string;
  /** Who began them, by subject, in the order of their names. */
  readonly activeUsers: readonly string[];
}

/** The folder. */
export interface GetFolderResponse {
  /** As stored. */
  readonly folder: Folder;
}

/** What the caller wants to hear of. */
export interface GetNotificationPreferencesResponse {
  /** One for each kind, in their order. */
  readonly preferences: readonly NotificationPreference[];
  /** Documents and projects of which they want to hear nothing, by name. */
  readonly muted: readonly string[];
}

/** The organisation. */
export interface GetOrganizationResponse {
  /** As stored. */
  readonly organization: Organization;
}

/** The project. */
export interface GetProjectResponse {
  /** As stored. */
  readonly project: Project;
}

/** How many. */
export interface GetUnreadCountResponse {
  /** At most 1,000: there may be more then. */
  readonly unread: string;
}

/** What somebody may do on a resource and on all that is in it. */
export interface Grant {
  /** `organizations/…`, `projects/…`, `projects/…/folders/…` or `documents/…`. */
  readonly resource: string;
  /** Who. */
  readonly principal: Principal | null;
  /** What may be done, as a role. */
  readonly role: Role;
  /** What may be done, as a role of the organisation: `organizations/{organization}/roles/{role}`. One of the two. */
  readonly customRole: string;
  /**
   * What may not be done, whatever was granted here or above; a grant further down may allow it again. Owners, here or
   * above, cannot be denied anything. Any that roles consist of; others are ERROR_REASON_INVALID_FIELD.
   */
  readonly denied: readonly Permission[];
  /** Output only. The subject of who granted it. */
  readonly grantor: string;
  /** Output only. */
  readonly createTime: string | null;
}

/** Users under one name, to grant roles to at once. */
export interface Group {
  /** `organizations/{organization}/groups/{group}`. */
  readonly name: string;
  /** For people; 1 to 200 characters. */
  readonly title: string;
  /** Subjects of users, at most 1,000. */
  readonly members: readonly string[];
  /** Names in the `groups` claim of tokens: whoever has one of them is a member; at most 100. */
  readonly claimGroups: readonly string[];
}

/** Users under one name, to grant roles to at once. */
export interface GroupInput {
  /** `organizations/{organization}/groups/{group}`. */
  readonly name?: string | undefined;
  /** For people; 1 to 200 characters. */
  readonly title: string;
  /** Subjects of users, at most 1,000. */
  readonly members?: readonly string[] | undefined;
  /** Names in the `groups` claim of tokens: whoever has one of them is a member; at most 100. */
  readonly claimGroups?: readonly string[] | undefined;
}

/** A role that waits for somebody. */
export interface Invitation {
  /** Output only. `invitations/{invitation}`. */
  readonly name: string;
  /** Required. As in Grant. */
  readonly resource: string;
  /** Required. Whose it is: an e-mail address, at most 320 characters; upper and lower case are the same. */
  readonly email: string;
  /** As in SetGrantRequest. One of `role`, `custom_role`. */
  readonly role: Role;
  /** As in Grant. */
  readonly customRole: string;
  /**
   * When it can be accepted no more; empty = in 7 days. Past, or more than 30 days away: ERROR_REASON_INVALID_FIELD.
   */
  readonly expireTime: string | null;
  /** Output only. The subject of who invited. */
  readonly inviter: string;
  /** Output only. */
  readonly createTime: string | null;
}

/** A role that waits for somebody. */
export interface InvitationInput {
  /** Required. As in Grant. */
  readonly resource: string;
  /** Required. Whose it is: an e-mail address, at most 320 characters; upper and lower case are the same. */
  readonly email: string;
  /** As in SetGrantRequest. One of `role`, `custom_role`. */
  readonly role?: Role | undefined;
  /** As in Grant. */
  readonly customRole?: string | undefined;
  /**
   * When it can be accepted no more; empty = in 7 days. Past, or more than 30 days away: ERROR_REASON_INVALID_FIELD.
   */
  readonly expireTime?: string | undefined;
}

/** One page. */
export interface ListActivitiesResponse {
  /** The latest first, by `last_occur_time`. */
  readonly activities: readonly Activity[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

/** One page. */
export interface ListAuditEntriesResponse {
  /** The newest first. */
  readonly entries: readonly AuditEntry[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

/** One page. */
export interface ListFoldersResponse {
  /** By title. */
  readonly folders: readonly Folder[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

/** One page. */
export interface ListGrantsResponse {
  /** Those on the resource itself first, then upward. */
  readonly grants: readonly Grant[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

/** One page. */
export interface ListGroupsResponse {
  /** By title. */
  readonly groups: readonly Group[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

/** One page. */
export interface ListInvitationsResponse {
  /** The newest first; expired ones are not among them. */
  readonly invitations: readonly Invitation[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

/** One page. */
export interface ListNotificationsResponse {
  /** The newest first. */
  readonly notifications: readonly Notification[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

/** One page. */
export interface ListOrganizationsResponse {
  /** By title. */
  readonly organizations: readonly Organization[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

/** One page. */
export interface ListProjectsResponse {
  /** By title. */
  readonly projects: readonly Project[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

/** All of them. */
export interface ListRolesResponse {
  /** Ours, from the least to the most. */
  readonly standardRoles: readonly ListRolesResponse_StandardRole[];
  /** The organisation's own, by title. */
  readonly customRoles: readonly CustomRole[];
}

/** One of our roles. */
export interface ListRolesResponse_StandardRole {
  /** Which. */
  readonly role: Role;
  /** What it allows. */
  readonly permissions: readonly Permission[];
}

/** One page. */
export interface ListShareLinksResponse {
  /** The newest first; expired and revoked ones are not among them. */
  readonly shareLinks: readonly ShareLink[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

/** Which. */
export interface MarkNotificationsReadRequest {
  /** These, at most 1,000: ERROR_REASON_TOO_LARGE past it. */
  readonly ids?: readonly string[] | undefined;
  /** And all up to this one, which is `Notification.id`. 0 = none. */
  readonly upToId?: string | undefined;
}

/** What is left. */
export interface MarkNotificationsReadResponse {
  /** How many are unread now, as GetUnreadCount says. */
  readonly unread: string;
}

/** What became of it. */
export interface MoveFolderResponse {
  /** As stored. */
  readonly folder: Folder;
}

/** What is muted. */
export interface MuteResourceRequest {
  /** Required. A document or project, by name; it need not be there. */
  readonly resource: string;
  /** False to mute it, true to hear of it again. */
  readonly unmute?: boolean | undefined;
}

/** What is muted now. */
export interface MuteResourceResponse {
  /** As in GetNotificationPreferencesResponse. At most 1,000: ERROR_REASON_TOO_LARGE past it. */
  readonly muted: readonly string[];
}

/** What somebody should hear of. */
export interface Notification {
  /** Unique; grows. */
  readonly id: string;
  /** Of what. */
  readonly kind: NotificationKind;
  /** When it was made. */
  readonly createTime: string | null;
  /** When it was read; empty = it is unread. */
  readonly readTime: string | null;
  /** The subject of who did it; empty = nobody, time did. */
  readonly actor: string;
  /** What it is about: an organisation, project, folder or document, by name. */
  readonly resource: string;
  /** The project that is in, or it is, by name; empty = none. */
  readonly project: string;
  /** What else there is to say, as the kind tells. */
  readonly details: Readonly<Record<string, string>>;
}

/**
 * Of what.
 *
 * - `NOTIFICATION_KIND_UNSPECIFIED`: In a request: never valid. Never sent.
 * - `NOTIFICATION_KIND_MENTION`: Somebody mentioned the recipient in a document.
 * - `NOTIFICATION_KIND_SHARE`: Somebody granted the recipient something; or somebody joined, and `details` has `via`: `link`, by a link that the recipient made, or `invitation`, by one of theirs. `details` has `role`.
 * - `NOTIFICATION_KIND_INVITATION`: Somebody invited the recipient, by an e-mail address that the issuer of their token verified; `details` has `role` and `invitation`. It is gone when the invitation is: accepted, revoked or over.
 * - `NOTIFICATION_KIND_SUGGESTION`: Somebody, or an agent, suggested something in a document.
 * - `NOTIFICATION_KIND_COMMENT`: Somebody commented in a document.
 * - `NOTIFICATION_KIND_OWNERSHIP_TRANSFERRED`: Somebody gave the recipient ownership.
 */
export type NotificationKind =
  | "NOTIFICATION_KIND_UNSPECIFIED"
  | "NOTIFICATION_KIND_MENTION"
  | "NOTIFICATION_KIND_SHARE"
  | "NOTIFICATION_KIND_INVITATION"
  | "NOTIFICATION_KIND_SUGGESTION"
  | "NOTIFICATION_KIND_COMMENT"
  | "NOTIFICATION_KIND_OWNERSHIP_TRANSFERRED";

/** Whether somebody wants to hear of a kind. */
export interface NotificationPreference {
  /** Required. Of what. */
  readonly kind: NotificationKind;
  /** Whether; everybody does who did not say otherwise. */
  readonly enabled: boolean;
}

/** Whether somebody wants to hear of a kind. */
export interface NotificationPreferenceInput {
  /** Required. Of what. */
  readonly kind: NotificationKind;
  /** Whether; everybody does who did not say otherwise. */
  readonly enabled?: boolean | undefined;
}

/** An organisation. */
export interface Organization {
  /** `organizations/{organization}`; ids are 1 to 63 of `a-z 0-9 -`. */
  readonly name: string;
  /** For people; 1 to 200 characters. */
  readonly title: string;
  /** True when nothing in it may be changed; it can be read. */
  readonly archived: boolean;
  /** Output only. */
  readonly createTime: string | null;
  /** Changes with every change; as in Document. */
  readonly etag: string;
}

/** An organisation. */
export interface OrganizationInput {
  /** `organizations/{organization}`; ids are 1 to 63 of `a-z 0-9 -`. */
  readonly name?: string | undefined;
  /** For people; 1 to 200 characters. */
  readonly title: string;
  /** True when nothing in it may be changed; it can be read. */
  readonly archived?: boolean | undefined;
  /** Changes with every change; as in Document. */
  readonly etag?: string | undefined;
}

/** Who is meant. Exactly one of these. */
export interface Principal {
  /** The subject of a user's token; at most 255 characters. */
  readonly user?: string;
  /**
   * `organizations/{organization}/groups/{group}`, of the organisation that the resource is in. Groups own nothing.
   */
  readonly group?: string;
  /**
   * Everybody whose token names this organisation, `organizations/{organization}`, in its `organizations` claim,
   * by name or id. It need not be the resource's own, and need not be known here. Organisations own nothing.
   */
  readonly organization?: string;
  /** Output only. Whoever redeemed this link, `shareLinks/{share_link}`. */
  readonly shareLink?: string;
}

/** Who is meant. Exactly one of these. */
export interface PrincipalInput {
  /** The subject of a user's token; at most 255 characters. */
  readonly user?: string | undefined;
  /**
   * `organizations/{organization}/groups/{group}`, of the organisation that the resource is in. Groups own nothing.
   */
  readonly group?: string | undefined;
  /**
   * Everybody whose token names this organisation, `organizations/{organization}`, in its `organizations` claim,
   * by name or id. It need not be the resource's own, and need not be known here. Organisations own nothing.
   */
  readonly organization?: string | undefined;
}

/** A project. */
export interface Project {
  /** `projects/{project}`; ids are 1 to 63 of `a-z 0-9 -`. */
  readonly name: string;
  /** The organisation it belongs to, `organizations/{organization}`; empty = a person's own. Fixed when created. */
  readonly organization: string;
  /** For people; 1 to 200 characters. */
  readonly title: string;
  /** For people; at most 2,000 characters. */
  readonly description: string;
  /** True when nothing in it may be changed. */
  readonly archived: boolean;
  /** Output only. The subject of who created it. */
  readonly creator: string;
  /** Output only. */
  readonly createTime: string | null;
  /** Changes with every change; as in Document. */
  readonly etag: string;
}

/** A project. */
export interface ProjectInput {
  /** `projects/{project}`; ids are 1 to 63 of `a-z 0-9 -`. */
  readonly name?: string | undefined;
  /** The organisation it belongs to, `organizations/{organization}`; empty = a person's own. Fixed when created. */
  readonly organization?: string | undefined;
  /** For people; 1 to 200 characters. */
  readonly title: string;
  /** For people; at most 2,000 characters. */
  readonly description?: string | undefined;
  /** True when nothing in it may be changed. */
  readonly archived?: boolean | undefined;
  /** Changes with every change; as in Document. */
  readonly etag?: string | undefined;
}

/** What the caller has. */
export interface RedeemShareLinkRequest {
  /** Required. The secret. */
  readonly secret: string;
  /** The password, where the link has one. */
  readonly password?: string | undefined;
}

/** What was got by it. */
export interface RedeemShareLinkResponse {
  /** To the link, as principal: it ends when the link does. */
  readonly grant: Grant;
}

/** What to take back. */
export interface RevokeGrantRequest {
  /** Required. As in Grant. */
  readonly resource: string;
  /** Required. From whom. */
  readonly principal: PrincipalInput;
}

/** Nothing is left to tell. */
export type RevokeGrantResponse = Readonly<Record<string, never>>;

/** Nothing is left to tell. */
export type RevokeInvitationResponse = Readonly<Record<string, never>>;

/** Nothing is left to tell. */
export type RevokeShareLinkResponse = Readonly<Record<string, never>>;

/**
 * Roles that everybody knows; each has all that the one before has. What each may is one table, docs/permissions.md.
 *
 * - `ROLE_UNSPECIFIED`: None of ours: see `custom_role`.
 * - `ROLE_VIEWER`: Reads.
 * - `ROLE_COMMENTER`: Comments and suggests.
 * - `ROLE_EDITOR`: Writes.
 * - `ROLE_ADMIN`: Shares, and administers.
 * - `ROLE_OWNER`: Owns.
 */
export type Role =
  | "ROLE_UNSPECIFIED"
  | "ROLE_VIEWER"
  | "ROLE_COMMENTER"
  | "ROLE_EDITOR"
  | "ROLE_ADMIN"
  | "ROLE_OWNER";

/** What to grant. */
export interface SetGrantRequest {
  /** Required. As in Grant. */
  readonly resource: string;
  /** Required. To whom; not by link. */
  readonly principal: PrincipalInput;
  /**
   * A role at most the caller's own: ERROR_REASON_PERMISSION_DENIED above it. One of `role`, `custom_role`, `denied` is
   * needed, and not both of the first two. Only users own.
   */
  readonly role?: Role | undefined;
  /** As in Grant. */
  readonly customRole?: string | undefined;
  /** As in Grant. */
  readonly denied?: readonly Permission[] | undefined;
}

/** What was granted. */
export interface SetGrantResponse {
  /** As stored. */
  readonly grant: Grant;
}

/** A role for whoever has the link. */
export interface ShareLink {
  /** Output only. `shareLinks/{share_link}`. No secret: it opens nothing. */
  readonly name: string;
  /** Required. As in Grant. */
  readonly resource: string;
  /**
   * Required. ROLE_VIEWER, ROLE_COMMENTER or ROLE_EDITOR, and at most what the caller may do: who it is that a link
   * makes an administrator, nobody would know.
   */
  readonly role: Role;
  /** When it ends, and with it what was got by it; empty = never. Past: ERROR_REASON_INVALID_FIELD. */
  readonly expireTime: string | null;
  /** Output only. True when a password is needed. */
  readonly hasPassword: boolean;
  /** Output only. The subject of who made it. */
  readonly creator: string;
  /** Output only. */
  readonly createTime: string | null;
  /** Output only. How many users redeemed it. */
  readonly redemptions: string;
}

/** A role for whoever has the link. */
export interface ShareLinkInput {
  /** Required. As in Grant. */
  readonly resource: string;
  /**
   * Required. ROLE_VIEWER, ROLE_COMMENTER or ROLE_EDITOR, and at most what the caller may do: who it is that a link
   * makes an administrator, nobody would know.
   */
  readonly role: Role;
  /** When it ends, and with it what was got by it; empty = never. Past: ERROR_REASON_INVALID_FIELD. */
  readonly expireTime?: string | undefined;
}

/** What came next. */
export interface StreamNotificationsResponse {
  /** The oldest first. */
  readonly notifications: readonly Notification[];
  /** With what to resume. */
  readonly lastId: string;
}

/** Who is to own what. */
export interface TransferOwnershipRequest {
  /** Required. As in Grant. */
  readonly resource: string;
  /** Required. The subject of the new owner; not the caller. */
  readonly user: string;
}

/** What became of it. */
export interface TransferOwnershipResponse {
  /** The new owner's grant. */
  readonly grant: Grant;
  /** The caller's. */
  readonly formerOwner: Grant;
}

/** What became of it. */
export interface UpdateFolderResponse {
  /** As stored. */
  readonly folder: Folder;
}

/** What became of it. */
export interface UpdateGroupResponse {
  /** As stored. */
  readonly group: Group;
}

/** What the caller wants. */
export interface UpdateNotificationPreferencesRequest {
  /** What is to change; at least one, at most 50, each kind once: ERROR_REASON_INVALID_FIELD otherwise. */
  readonly preferences: readonly NotificationPreferenceInput[];
}

/** What the caller wants now. */
export interface UpdateNotificationPreferencesResponse {
  /** As in GetNotificationPreferencesResponse. */
  readonly preferences: readonly NotificationPreference[];
}

/** What became of it. */
export interface UpdateOrganizationResponse {
  /** As stored. */
  readonly organization: Organization;
}

/** What became of it. */
export interface UpdateProjectResponse {
  /** As stored. */
  readonly project: Project;
}

/** What became of it. */
export interface UpdateRoleResponse {
  /** As stored. */
  readonly role: CustomRole;
}

/** A user, as their token's claims say. */
export interface User {
  /** Required. `sub`; at most 255 characters. */
  readonly subject: string;
  /** `groups`, at most 256. */
  readonly groups?: readonly string[] | undefined;
  /** `organizations`, by name or id, at most 256. */
  readonly organizations?: readonly string[] | undefined;
}

/** An operation as the log holds it: transformed, numbered, on disk. */
export interface CommittedOperation {
  /** Its place in the document's history, from 1 without gaps. */
  readonly revision: string;
  /** Which client instance made it: 1 to 64 of `A-Z a-z 0-9 . _ -`, unique among all clients of the document. */
  readonly site: string;
  /** Its number among the operations of that site in this document, from 1 without gaps. */
  readonly siteSequence: string;
  /** The subject of the author's token. */
  readonly author: string;
  /** The operation as it applies to revision - 1. */
  readonly operation: Operation | null;
  /** Set when not typed by a person. */
  readonly provenance: Provenance | null;
  /** The revision it was typed on, before it was transformed. */
  readonly baseRevision: string;
  /** When it was committed. Empty on the live stream; set when read from the log. */
  readonly commitTime: string | null;
}

/** One step of an operation. Exactly one of the four is set. */
export interface Component {
  /** Keep this many UTF-16 code units (at least 1); with `attributes`, format them. */
  readonly retain?: number;
  /** Insert this text, not empty, valid Unicode. */
  readonly insert?: string;
  /** Delete this many UTF-16 code units, at least 1. Must not cut a surrogate pair in two. */
  readonly delete?: number;
  /** Insert something that is not text. Its length is 1. */
  readonly embed?: Embed;
  /**
   * Formatting, for retain and insert: `bold`, `header`, `link`… A null value removes the attribute (retain only).
   * Empty = none (insert), unchanged (retain). On delete, or with objects and lists nested more than 16 levels deep:
   * ERROR_REASON_INVALID_OPERATION.
   */
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** One step of an operation. Exactly one of the four is set. */
export interface ComponentInput {
  /** Keep this many UTF-16 code units (at least 1); with `attributes`, format them. */
  readonly retain?: number | undefined;
  /** Insert this text, not empty, valid Unicode. */
  readonly insert?: string | undefined;
  /** Delete this many UTF-16 code units, at least 1. Must not cut a surrogate pair in two. */
  readonly delete?: number | undefined;
  /** Insert something that is not text. Its length is 1. */
  readonly embed?: EmbedInput | undefined;
  /**
   * Formatting, for retain and insert: `bold`, `header`, `link`… A null value removes the attribute (retain only).
   * Empty = none (insert), unchanged (retain). On delete, or with objects and lists nested more than 16 levels deep:
   * ERROR_REASON_INVALID_OPERATION.
   */
  readonly attributes?: Readonly<Record<string, unknown>> | undefined;
}

/** A document's content: an operation of inserts only, applied to nothing. */
export interface Content {
  /** In order, canonical. */
  readonly components: readonly Component[];
}

/** Something in the text that is not text, as an image or a formula. */
export interface Embed {
  /** Required. What it is: `image`, `video`, `formula`, or the name of an embed of your own. */
  readonly type: string;
  /** Required. What the editor needs to show it; for `image` the URL. */
  readonly value: unknown;
}

/** Something in the text that is not text, as an image or a formula. */
export interface EmbedInput {
  /** Required. What it is: `image`, `video`, `formula`, or the name of an embed of your own. */
  readonly type?: string | undefined;
  /** Required. What the editor needs to show it; for `image` the URL. */
  readonly value?: unknown | undefined;
}

/**
 * A change of one document: a walk over its content from the start, keeping, inserting and deleting as it goes. What
 * is left after the last component is kept. No components = a change of nothing, which is allowed and takes a revision.
 */
export interface Operation {
  /**
   * Canonical: neighbours of one kind and equal attributes are merged, an insert stands before a delete at the same
   * place, no retain without attributes at the end. Other forms are accepted and made canonical. A length of 0 or text
   * that is not valid Unicode is INVALID_ARGUMENT / ERROR_REASON_INVALID_OPERATION.
   */
  readonly components: readonly Component[];
}

/**
 * A change of one document: a walk over its content from the start, keeping, inserting and deleting as it goes. What
 * is left after the last component is kept. No components = a change of nothing, which is allowed and takes a revision.
 */
export interface OperationInput {
  /**
   * Canonical: neighbours of one kind and equal attributes are merged, an insert stands before a delete at the same
   * place, no retain without attributes at the end. Other forms are accepted and made canonical. A length of 0 or text
   * that is not valid Unicode is INVALID_ARGUMENT / ERROR_REASON_INVALID_OPERATION.
   */
  readonly components?: readonly ComponentInput[] | undefined;
}

/** The same change said by position, one action each: easy to write by hand, turned into an Operation on arrival. */
export interface PositionalOperation {
  /** Required. */
  readonly type?: PositionalOperation_Type | undefined;
  /** Where, in UTF-16 code units from the start; 0 = the start. Past the end: ERROR_REASON_OPERATION_TOO_LONG. */
  readonly position?: number | undefined;
  /** The text of an insert, not empty; empty for the others. */
  readonly content?: string | undefined;
  /** How many code units, at least 1; 0 for an insert. */
  readonly length?: number | undefined;
  /** Formatting for insert and format. */
  readonly attributes?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * What to do at `position`.
 *
 * - `TYPE_UNSPECIFIED`: Refused with ERROR_REASON_INVALID_OPERATION.
 * - `TYPE_INSERT`: Insert `content` with `attributes`.
 * - `TYPE_DELETE`: Delete `length` code units.
 * - `TYPE_RETAIN`: Change nothing; checks that the document is at least `position + length` long.
 * - `TYPE_FORMAT`: Set `attributes` on `length` code units; a null value removes one.
 */
export type PositionalOperation_Type =
  | "TYPE_UNSPECIFIED"
  | "TYPE_INSERT"
  | "TYPE_DELETE"
  | "TYPE_RETAIN"
  | "TYPE_FORMAT";

/** Where an operation came from, beyond its author. */
export interface Provenance {
  /** The AI agent that wrote it, as `agents/{agent}`; empty when a person typed it. */
  readonly agent: string;
}

/** Where somebody's cursor or selection is. */
export interface Selection {
  /** Where the selection began, in UTF-16 code units from the start. */
  readonly anchor: number;
  /** Where the caret is; equal to `anchor` when nothing is selected, before it when selected backwards. */
  readonly head: number;
}
