/* Documents: the document service as this page uses it.
 *
 * Owns nothing; content never passes here, only through a Session.
 */
import * as api from "@shoal/client/rest";
import type { Document, DocumentType } from "@gen/rest/types";
import { addressOf } from "./names";
import { rest } from "./rest";

export type DocumentInfo = Document;

export interface DocumentPage {
  readonly documents: readonly Document[];
  readonly nextPageToken: string;
}

/** What a list holds, and in which order. */
export interface Wanted {
  /** `projects/{project}`; empty = of any. */
  readonly project?: string;
  /** A folder by name; empty = of any. */
  readonly folder?: string;
  /** `mine` = created by `me`, `shared` = by others. */
  readonly whose?: "all" | "mine" | "shared";
  readonly me?: string;
  readonly template?: boolean;
  readonly orderBy?: string;
  readonly pageSize?: number;
}

/** The filter that says so, as ListDocuments reads it. */
export function filterOf({ project, folder, whose, me, template }: Wanted): string {
  const quoted = (text: string) => `"${text.replace(/["\\]/g, "\\$&")}"`;
  return [
    project ? `project = ${quoted(project)}` : "",
    folder ? `folder = ${quoted(folder)}` : "",
    whose === "mine" && me ? `creator = ${quoted(me)}` : "",
    whose === "shared" && me ? `creator != ${quoted(me)}` : "",
    template ? "template = true" : "",
  ].filter(Boolean).join(" AND ");
}

/** One page of what the caller may see. */
export function listDocuments(wanted: Wanted, pageToken = ""): Promise<DocumentPage> {
  const { orderBy, pageSize = 50 } = wanted;
  return api.listDocuments(rest, { filter: filterOf(wanted), orderBy, pageSize, pageToken });
}

export async function getDocument(name: string): Promise<Document> {
  return (await api.getDocument(rest, { name })).document;
}

/** What a new document is to be. */
export interface NewDocument {
  readonly title: string;
  readonly project?: string;
  readonly folder?: string;
  readonly type?: DocumentType;
  /** A template by name: its content and type are taken. */
  readonly template?: string;
  /** Another document by name, whose content and type are taken. */
  readonly copy?: string;
}

export async function createDocument({ title, project, folder, type, template, copy }: NewDocument): Promise<Document> {
  const document = { title, project, folder };
  if (template) return (await api.createDocument(rest, { document, fromTemplate: { document: template } })).document;
  if (copy) return (await api.createDocument(rest, { document, copy: { document: copy } })).document;
  return (await api.createDocument(rest, { document: { ...document, type: type ?? "DOCUMENT_TYPE_RICH_TEXT" } })).document;
}

/** Changes what is given; the rest stays. */
export async function changeDocument(name: string, change: Partial<Pick<Document, "title" | "project" | "folder" | "template">>): Promise<Document> {
  const updateMask = Object.keys(change).join(",");
  return (await api.updateDocument(rest, { document: { name, ...change }, updateMask })).document;
}

/** `documents/x` as an address of this page. */
export function pathOf(name: string): string {
  return addressOf(name);
}
