/* Sharing: who may do what on a resource, over the project service's JSON mapping.
 *
 * Owns nothing: every answer is asked for anew. A resource is a project, a folder or a document, by name.
 */
import { token } from "./account";
import { request } from "./http";

export type RoleName = "ROLE_VIEWER" | "ROLE_COMMENTER" | "ROLE_EDITOR" | "ROLE_ADMIN" | "ROLE_OWNER" | "ROLE_UNSPECIFIED";

/** Exactly one of these is not empty. */
export interface Principal {
  readonly user?: string;
  readonly group?: string;
  readonly organization?: string;
  readonly shareLink?: string;
}

export interface Grant {
  readonly resource: string;
  readonly principal: Principal;
  readonly role: RoleName;
  readonly customRole?: string;
  readonly denied?: readonly string[];
}

export interface ShareLink {
  /** `shareLinks/{share_link}`; opens nothing. */
  readonly name: string;
  readonly role: RoleName;
  readonly expireTime?: string;
  readonly hasPassword?: boolean;
  readonly redemptions?: string;
}

/** What the caller may do somewhere. */
export interface Standing {
  readonly permissions: readonly string[];
  readonly role: RoleName;
}

/** More than anybody looks through in a dialog; the terminal lists the rest. */
const MOST = "200";

export async function standingOn(resource: string): Promise<Standing> {
  const body = { resource, permission: "PERMISSION_SHARE" };
  const { answer } = await post<{ answer: Standing }>("/v1/permissions:check", body);
  return answer;
}

/** The grants on a resource itself, then those on what it is in. */
export async function listGrants(resource: string): Promise<readonly Grant[]> {
  const query = new URLSearchParams({ resource, inherited: "true", pageSize: MOST });
  const answer = await request<{ grants?: Grant[] }>("GET", `/v1/grants?${query}`, { token: await token() });
  return answer.grants ?? [];
}

export async function setGrant(resource: string, principal: Principal, role: RoleName): Promise<void> {
  await post("/v1/grants:set", { resource, principal, role });
}

export async function revokeGrant(resource: string, principal: Principal): Promise<void> {
  await post("/v1/grants:revoke", { resource, principal });
}

export async function listLinks(resource: string): Promise<readonly ShareLink[]> {
  const query = new URLSearchParams({ resource, pageSize: MOST });
  const answer = await request<{ shareLinks?: ShareLink[] }>("GET", `/v1/shareLinks?${query}`, { token: await token() });
  return answer.shareLinks ?? [];
}

/** Makes a link and returns its address, which is told this once. */
export async function createLink(resource: string, role: RoleName): Promise<string> {
  const { secret } = await post<{ secret: string }>("/v1/shareLinks", { shareLink: { resource, role } });
  return addressOf(secret);
}

export async function revokeLink(name: string): Promise<void> {
  await post(`/v1/${name}:revoke`, {});
}

/** Takes what a link gives, and says on which resource. */
export async function redeem(secret: string, password: string): Promise<string> {
  const { grant } = await post<{ grant: Grant }>("/v1/shareLinks:redeem", { secret, password });
  return grant.resource;
}

/** Behind the `#` a browser keeps it to itself: no server logs it. */
function addressOf(secret: string): string {
  return `${location.origin}/share#${secret}`;
}

async function post<Answer>(path: string, body: unknown): Promise<Answer> {
  return request<Answer>("POST", path, { body, token: await token() });
}

/** The one of a principal's names that is there. */
export function nameOf({ user, group, organization, shareLink }: Principal): string {
  return user || group || organization || shareLink || "";
}

/** Only what is said, as a request wants it. */
export function only({ user, group, organization, shareLink }: Principal): Principal {
  if (user) return { user };
  if (group) return { group };
  return organization ? { organization } : { shareLink: shareLink ?? "" };
}

/** What somebody who shares has typed, as a principal. Where people sign in by name, a plain name is such a person. */
export function principalOf(typed: string, development: boolean): Principal {
  const text = typed.trim();
  if (/^organizations\/[^/]+\/groups\/[^/]+$/.test(text)) return { group: text };
  if (/^organizations\/[^/]+$/.test(text)) return { organization: text };
  return { user: development && !text.includes("/") ? subjectOf(text) : text };
}

/** The subject that a name signs in as in development; mesh/development.py says the same. */
export function subjectOf(name: string): string {
  const plain = name.normalize("NFKD").replace(/[^\x00-\x7f]/g, "").toLowerCase();
  const slug = plain.replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "");
  const hex = () => Array.from(new TextEncoder().encode(name), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `users/${slug || hex().slice(0, 32)}`;
}
