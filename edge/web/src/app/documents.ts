/* Documents: the document service as this page uses it, over its JSON mapping.
 *
 * Owns nothing; content never passes here, only through a Session.
 */
import { token } from "./account";
import { request } from "./http";

export interface DocumentInfo {
  /** `documents/{document}`. */
  readonly name: string;
  readonly title: string;
  readonly type: string;
  readonly headRevision?: string;
  readonly creator?: string;
  readonly createTime?: string;
  readonly updateTime?: string;
  /** `projects/{project}`; empty = none. */
  readonly project?: string;
}

export interface DocumentPage {
  readonly documents?: readonly DocumentInfo[];
  readonly nextPageToken?: string;
}

/** One page of what the caller may see; of one project alone when its name is given. */
export async function listDocuments(pageToken = "", project = ""): Promise<DocumentPage> {
  const filter = project ? `project = "${project}"` : "";
  const query = new URLSearchParams({ pageSize: "50", pageToken, filter });
  return request<DocumentPage>("GET", `/v1/documents?${query}`, { token: await token() });
}

export async function getDocument(name: string): Promise<DocumentInfo> {
  const answer = await request<{ document: DocumentInfo }>("GET", `/v1/${name}`, { token: await token() });
  return answer.document;
}

export async function createDocument(title: string, project = ""): Promise<DocumentInfo> {
  const body = { document: { title, project, type: "DOCUMENT_TYPE_RICH_TEXT" } };
  const answer = await request<{ document: DocumentInfo }>("POST", "/v1/documents", { body, token: await token() });
  return answer.document;
}

/** `documents/x` as an address of this page. */
export function pathOf(name: string): string {
  return `/d/${encodeURIComponent(name.replace(/^documents\//, ""))}`;
}
