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
}

export interface DocumentPage {
  readonly documents?: readonly DocumentInfo[];
  readonly nextPageToken?: string;
}

export async function listDocuments(pageToken = ""): Promise<DocumentPage> {
  const query = new URLSearchParams({ pageSize: "50", pageToken });
  return request<DocumentPage>("GET", `/v1/documents?${query}`, { token: await token() });
}

export async function createDocument(title: string): Promise<DocumentInfo> {
  const body = { document: { title, type: "DOCUMENT_TYPE_RICH_TEXT" } };
  const answer = await request<{ document: DocumentInfo }>("POST", "/v1/documents", { body, token: await token() });
  return answer.document;
}

/** `documents/x` as an address of this page. */
export function pathOf(name: string): string {
  return `/d/${encodeURIComponent(name.replace(/^documents\//, ""))}`;
}
