// Generated from the OpenAPI document of proto/; do not edit.
import type { CallOptions, Caller } from "./caller";
import type { CreateFolderResponse, CreateProjectRequest, CreateProjectResponse, DeleteFolderResponse, FolderInput, GetFolderResponse, GetProjectResponse, ListFoldersResponse, ListProjectsResponse, MoveFolderResponse, UpdateFolderResponse, UpdateProjectResponse } from "./types";

/**
 * Creates a project: in an organisation, or the caller's own without one.
 *
 * The caller owns it.
 *
 * Needs `PERMISSION_PROJECT_CREATE`.
 */
export function createProject(rest: Caller, request: CreateProjectRequest, options?: CallOptions): Promise<CreateProjectResponse> {
  return rest.call({ verb: "POST", paths: ["/v1/projects"], body: "*", has: ["project"] }, request, options);
}

/** What `listProjects` takes. */
export interface ListProjectsRequest {
  /** At most this many; 0 = 50; above 1,000 = 1,000; negative is ERROR_REASON_INVALID_FIELD. */
  readonly pageSize?: number | undefined;
  /** `next_page_token` of the page before. Empty = the first. Not one of ours: ERROR_REASON_INVALID_FIELD. */
  readonly pageToken?: string | undefined;
  /** Only those of this organisation; empty = all. */
  readonly organization?: string | undefined;
  /** True to have archived ones among them. */
  readonly showArchived?: boolean | undefined;
}

/**
 * Projects the caller may see, by title.
 *
 * Needs `PERMISSION_SIGNED_IN`.
 */
export function listProjects(rest: Caller, request: ListProjectsRequest = {}, options?: CallOptions): Promise<ListProjectsResponse> {
  return rest.call({ verb: "GET", paths: ["/v1/projects"], repeatable: true }, request, options);
}

/** What `getProject` takes. */
export interface GetProjectRequest {
  /** Required. `projects/{project}`. */
  readonly name: string;
}

/**
 * One project.
 *
 * Needs `PERMISSION_PROJECT_READ`.
 */
export function getProject(rest: Caller, request: GetProjectRequest, options?: CallOptions): Promise<GetProjectResponse> {
  return rest.call({ verb: "GET", paths: ["/v1/{name=projects/*}"], repeatable: true, has: ["project"] }, request, options);
}

/** What `updateProject` takes. */
export interface UpdateProjectRequest {
  /** A project. */
  readonly project: {
    /** `projects/{project}`; ids are 1 to 63 of `a-z 0-9 -`. */
    readonly name: string;
    /** The organisation it belongs to, `organizations/{organization}`; empty = a person's own. Fixed when created. */
    readonly organization?: string | undefined;
    /** For people; 1 to 200 characters. */
    readonly title?: string | undefined;
    /** For people; at most 2,000 characters. */
    readonly description?: string | undefined;
    /** True when nothing in it may be changed. */
    readonly archived?: boolean | undefined;
    /** Changes with every change; as in Document. */
    readonly etag?: string | undefined;
  };
  /**
   * Any of `title`, `description`, `archived`. Empty = each of them that is set.
   *
   * Where it is not given, it names the fields that the body has.
   */
  readonly updateMask?: string | undefined;
}

/**
 * Renames, describes or archives a project.
 *
 * In an archived one nothing may be changed; it can be read.
 *
 * Needs `PERMISSION_PROJECT_ADMINISTER`.
 */
export function updateProject(rest: Caller, request: UpdateProjectRequest, options?: CallOptions): Promise<UpdateProjectResponse> {
  return rest.call({ verb: "PATCH", paths: ["/v1/{project.name=projects/*}"], body: "project", has: ["project"] }, request, options);
}

/** What `createFolder` takes. */
export interface CreateFolderRequest {
  /** Required. The project or folder it goes into. */
  readonly parent: string;
  /** Required. `title`. */
  readonly folder: FolderInput;
  /** The id wanted; empty = the server makes one. Taken in the project: ERROR_REASON_ALREADY_EXISTS. */
  readonly folderId?: string | undefined;
}

/**
 * Creates a folder.
 *
 * Folders nest at most 32 deep: ERROR_REASON_INVALID_FIELD past it.
 *
 * Needs `PERMISSION_FOLDER_WRITE`.
 */
export function createFolder(rest: Caller, request: CreateFolderRequest, options?: CallOptions): Promise<CreateFolderResponse> {
  return rest.call({ verb: "POST", paths: ["/v1/{parent=projects/*}/folders", "/v1/{parent=projects/*/folders/*}/folders"], body: "*", has: ["folder"] }, request, options);
}

/** What `listFolders` takes. */
export interface ListFoldersRequest {
  /** Required. `projects/{project}`. */
  readonly project: string;
  /** At most this many; 0 = 50; above 1,000 = 1,000; negative is ERROR_REASON_INVALID_FIELD. */
  readonly pageSize?: number | undefined;
  /** `next_page_token` of the page before. Empty = the first. Not one of ours: ERROR_REASON_INVALID_FIELD. */
  readonly pageToken?: string | undefined;
  /** Only those directly in this folder or project; empty = all of the project. */
  readonly parent?: string | undefined;
}

/**
 * Folders of a project that the caller may see, by title; none for a project that is not there.
 *
 * Needs `PERMISSION_SIGNED_IN`.
 */
export function listFolders(rest: Caller, request: ListFoldersRequest, options?: CallOptions): Promise<ListFoldersResponse> {
  return rest.call({ verb: "GET", paths: ["/v1/{project=projects/*}/folders"], repeatable: true }, request, options);
}

/** What `getFolder` takes. */
export interface GetFolderRequest {
  /** Required. `projects/{project}/folders/{folder}`. */
  readonly name: string;
}

/**
 * One folder.
 *
 * Needs `PERMISSION_PROJECT_READ`.
 */
export function getFolder(rest: Caller, request: GetFolderRequest, options?: CallOptions): Promise<GetFolderResponse> {
  return rest.call({ verb: "GET", paths: ["/v1/{name=projects/*/folders/*}"], repeatable: true, has: ["folder"] }, request, options);
}

/** What `updateFolder` takes. */
export interface UpdateFolderRequest {
  /** A folder. */
  readonly folder: {
    /** `projects/{project}/folders/{folder}`; stays when the folder is moved. */
    readonly name: string;
    /** For people; 1 to 200 characters. */
    readonly title?: string | undefined;
  };
  /**
   * `title`. Empty = what is set.
   *
   * Where it is not given, it names the fields that the body has.
   */
  readonly updateMask?: string | undefined;
}

/**
 * Renames a folder.
 *
 * Needs `PERMISSION_FOLDER_WRITE`.
 */
export function updateFolder(rest: Caller, request: UpdateFolderRequest, options?: CallOptions): Promise<UpdateFolderResponse> {
  return rest.call({ verb: "PATCH", paths: ["/v1/{folder.name=projects/*/folders/*}"], body: "folder", has: ["folder"] }, request, options);
}

/** What `deleteFolder` takes. */
export interface DeleteFolderRequest {
  /** Required. `projects/{project}/folders/{folder}`. */
  readonly name: string;
}

/**
 * Deletes an empty folder: ERROR_REASON_NOT_EMPTY else.
 *
 * Needs `PERMISSION_FOLDER_WRITE`.
 */
export function deleteFolder(rest: Caller, request: DeleteFolderRequest, options?: CallOptions): Promise<DeleteFolderResponse> {
  return rest.call({ verb: "DELETE", paths: ["/v1/{name=projects/*/folders/*}"] }, request, options);
}

/** What `moveFolder` takes. */
export interface MoveFolderRequest {
  /** Required. `projects/{project}/folders/{folder}`. */
  readonly name: string;
  /** Required. The folder or project it goes into, of the same project. */
  readonly destination: string;
}

/**
 * Moves a folder, with all that is in it, to another place in its project.
 *
 * Not into itself: ERROR_REASON_INVALID_FIELD.
 *
 * Needs `PERMISSION_FOLDER_WRITE`.
 */
export function moveFolder(rest: Caller, request: MoveFolderRequest, options?: CallOptions): Promise<MoveFolderResponse> {
  return rest.call({ verb: "POST", paths: ["/v1/{name=projects/*/folders/*}:move"], body: "*", has: ["folder"] }, request, options);
}
