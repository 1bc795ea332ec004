/* Service: what the document page asks of the document and project services.
 *
 * Owns nothing. Content comes here only to be downloaded.
 */
import type { ContentFormat, Document, Project } from "@gen/rest/types";
import * as api from "@shoal/client/rest";
import { rest } from "../app/rest";

/** What is known of a document besides its text. */
export type Facts = Document;
export type ProjectFacts = Pick<Project, "title" | "archived">;

export async function factsOf(name: string): Promise<Facts> {
  return (await api.getDocument(rest, { name })).document;
}

/** `isConflict` tells of a rejection because the metadata is not what `etag` was given for. */
export async function rename(name: string, title: string, etag: string): Promise<Facts> {
  return (await api.updateDocument(rest, { document: { name, title, etag }, updateMask: "title" })).document;
}

export function isConflict(error: unknown): boolean {
  return error instanceof api.RestError && error.reason === "ERROR_REASON_ETAG_MISMATCH";
}

export async function copyOf(name: string): Promise<Facts> {
  return (await api.createDocument(rest, { copy: { document: name } })).document;
}

export async function trash(name: string): Promise<void> {
  await api.deleteDocument(rest, { name });
}

export async function undelete(name: string): Promise<void> {
  await api.undeleteDocument(rest, { name });
}

export async function projectOf(name: string): Promise<ProjectFacts> {
  return (await api.getProject(rest, { name })).project;
}

/** The saved content as text, in parts. */
export async function contentOf(name: string, format: ContentFormat): Promise<string[]> {
  const parts: string[] = [];
  for await (const { text } of api.getContent(rest, { name, format })) parts.push(text);
  return parts;
}

/** The whole history as lines of JSON, in parts of UTF-8. */
export async function historyOf(document: string): Promise<Uint8Array<ArrayBuffer>[]> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for await (const { chunk } of api.exportHistory(rest, { document })) parts.push(Uint8Array.from(atob(chunk), (each) => each.charCodeAt(0)));
  return parts;
}
