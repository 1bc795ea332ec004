/* Service: what the document page asks of the document and project services, over their JSON mapping.
 *
 * Owns nothing. Content comes here only to be downloaded.
 */
import { token } from "../app/account";
import { ApiError, request } from "../app/http";

/** What is known of a document besides its text. */
export interface Facts {
  readonly name: string;
  readonly title: string;
  readonly type: string;
  readonly creator?: string;
  readonly createTime?: string;
  readonly updateTime?: string;
  readonly project?: string;
  readonly folder?: string;
  readonly headRevision?: string;
  readonly deleteTime?: string;
  readonly expireTime?: string;
  readonly etag: string;
}

type Answer = { readonly document: Facts };

async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  return request<T>(method, path, { token: await token(), ...(body === undefined ? {} : { body }) });
}

export async function factsOf(name: string): Promise<Facts> {
  return (await ask<Answer>("GET", `/v1/${name}`)).document;
}

/** Status 409 when its metadata is not what `etag` was given for. */
export async function rename(name: string, title: string, etag: string): Promise<Facts> {
  return (await ask<Answer>("PATCH", `/v1/${name}?updateMask=title`, { title, etag })).document;
}

export async function copyOf(name: string): Promise<Facts> {
  return (await ask<Answer>("POST", "/v1/documents", { copy: { document: name } })).document;
}

export async function trash(name: string): Promise<Facts> {
  return (await ask<Answer>("DELETE", `/v1/${name}`)).document;
}

export async function undelete(name: string): Promise<Facts> {
  return (await ask<Answer>("POST", `/v1/${name}:undelete`, {})).document;
}

export interface ProjectFacts {
  readonly title: string;
  readonly archived?: boolean;
}

export async function projectOf(name: string): Promise<ProjectFacts> {
  return (await ask<{ project: ProjectFacts }>("GET", `/v1/${name}`)).project;
}

/** Reads a streamed answer whole: one JSON object a line, `result` or `error`. */
export async function streamed<T>(path: string): Promise<T[]> {
  const headers = { Authorization: `Bearer ${await token()}`, Accept: "application/json" };
  const response = await fetch(path, { headers }).catch(() => {
    throw new ApiError("Shoal cannot be reached right now.", 0);
  });
  const lines = (await response.text()).split("\n").filter((line) => line.trim());
  return lines.map((line) => {
    const { result, error } = JSON.parse(line) as { result?: T; error?: { message?: string } };
    if (result === undefined) throw new ApiError(error?.message ?? "It could not be read.", response.status);
    return result;
  });
}
