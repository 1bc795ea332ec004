/* Source: what the history panel asks the server, as Deltas and plain values.
 *
 * Owns nothing and keeps nothing: Past does. Revisions are numbers here, since no document has 2^53 of them. Rejects as
 * the calls of @shoal/client/rest do.
 */
import type { Component, CommittedOperation, EditSession, Version } from "@gen/rest/types";
import * as api from "@shoal/client/rest";
import type { Rest } from "@shoal/client/rest";
import Delta, { type Op } from "quill-delta";

/** One operation of the log. */
export interface Operation {
  readonly revision: number;
  /** The subject of whose rights it was made with. */
  readonly author: string;
  /** `agents/{agent}` that wrote it; empty for a person. */
  readonly agent: string;
  /** When it was committed, in milliseconds since 1970. */
  readonly time: number;
  readonly delta: Delta;
}

/** What changed between two revisions. */
export interface Difference {
  readonly change: Delta;
  /** UTF-16 code units. */
  readonly inserted: number;
  readonly deleted: number;
}

/** A stretch of text by one author. */
export interface Run {
  readonly length: number;
  readonly author: string;
  readonly agent: string;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Asks for what follows; empty = nothing does. */
  readonly next: string;
}

/** What Past reads; the server in the app, an array in tests. */
export interface OperationSource {
  content(revision: number, signal: AbortSignal): Promise<Delta>;
  /** Operations after a revision, up to and with another, in order: at least one, perhaps fewer than wanted. */
  operations(after: number, upTo: number, signal: AbortSignal): Promise<readonly Operation[]>;
}

const VERSIONS_A_PAGE = 200;

export class ServerSource implements OperationSource {
  /** `document` is `documents/{document}`. */
  constructor(
    private readonly rest: Rest,
    private readonly document: string,
  ) {}

  async content(revision: number, signal: AbortSignal): Promise<Delta> {
    const content = new Delta();
    const request = { name: this.document, revision: String(revision), format: "CONTENT_FORMAT_DELTA" } as const;
    for await (const part of api.getContent(this.rest, request, { signal })) pushAll(content, part.content?.components ?? []);
    return content;
  }

  async operations(after: number, upTo: number, signal: AbortSignal): Promise<readonly Operation[]> {
    const pageSize = Math.min(1000, upTo - after);
    const request = { document: this.document, afterRevision: String(after), upToRevision: String(upTo), pageSize };
    return (await api.listOperations(this.rest, request, { signal })).operations.map(operationOf);
  }

  async difference(from: number, to: number, signal: AbortSignal): Promise<Difference> {
    const change = new Delta();
    let [inserted, deleted] = [0, 0];
    const request = { document: this.document, fromRevision: String(from), toRevision: String(to) };
    for await (const part of api.diffRevisions(this.rest, request, { signal })) {
      pushAll(change, part.components);
      [inserted, deleted] = [Number(part.inserted), Number(part.deleted)];
    }
    return { change, inserted, deleted };
  }

  async blame(revision: number, signal: AbortSignal): Promise<readonly Run[]> {
    const runs: Run[] = [];
    const request = { document: this.document, revision: String(revision) };
    for await (const part of api.getBlame(this.rest, request, { signal })) runs.push(...part.runs);
    return runs;
  }

  /** The newest first. */
  async sessions(pageToken: string, pageSize: number, signal: AbortSignal): Promise<Page<EditSession>> {
    const request = { document: this.document, pageSize, pageToken };
    const { editSessions, nextPageToken } = await api.listEditSessions(this.rest, request, { signal });
    return { items: editSessions, next: nextPageToken };
  }

  /** The newest revision first. */
  async versions(pageToken: string, signal: AbortSignal): Promise<Page<Version>> {
    const request = { document: this.document, pageSize: VERSIONS_A_PAGE, pageToken };
    const { versions, nextPageToken } = await api.listVersions(this.rest, request, { signal });
    return { items: versions, next: nextPageToken };
  }

  /** A revision of 0 would mean the newest: there is nothing to name there. */
  async nameVersion(revision: number, title: string, description: string): Promise<Version> {
    const version = { title, description, revision: String(revision) };
    return (await api.createVersion(this.rest, { document: this.document, version })).version;
  }

  async renameVersion(name: string, title: string, description: string): Promise<Version> {
    const request = { version: { name, title, description }, updateMask: "title,description" };
    return (await api.updateVersion(this.rest, request)).version;
  }

  async deleteVersion(name: string): Promise<void> {
    await api.deleteVersion(this.rest, { name });
  }

  /** Returns the revision that the restore became; null when nothing differed. */
  async restore(revision: number, requestId: string): Promise<number | null> {
    const answer = await api.restoreDocument(this.rest, { document: this.document, revision: String(revision), requestId });
    return answer.changed ? Number(answer.revision) : null;
  }

  /** Takes back the operation that became `revision`; what was written after it stays. */
  async takeBack(revision: number, before: Delta, requestId: string): Promise<void> {
    const source = { format: "CONTENT_FORMAT_DELTA_JSON", text: JSON.stringify(before.ops) } as const;
    await api.replaceContent(this.rest, { name: this.document, source, baseRevision: String(revision), requestId });
  }
}

function operationOf({ revision, author, provenance, commitTime, operation }: CommittedOperation): Operation {
  const delta = new Delta();
  pushAll(delta, operation?.components ?? []);
  return { revision: Number(revision), author, agent: provenance?.agent ?? "", time: Date.parse(commitTime ?? "") || 0, delta };
}

/** A text that is cut between two parts becomes one again. */
function pushAll(delta: Delta, components: readonly Component[]): void {
  for (const component of components) delta.push(opOf(component));
}

function opOf({ insert, embed, retain, delete: deleted, attributes }: Component): Op {
  const formats = attributes && Object.keys(attributes).length > 0 ? { attributes: { ...attributes } } : {};
  if (embed) return { insert: { [embed.type]: embed.value }, ...formats };
  if (insert) return { insert, ...formats };
  return retain ? { retain, ...formats } : { delete: deleted ?? 0 };
}

/** A UUID; `crypto.randomUUID` is not there for pages without TLS. */
export function newRequestId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
