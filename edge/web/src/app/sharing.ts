/* Sharing: who may do what on a resource, as the project service says.
 *
 * Owns nothing: every answer is asked for anew. A resource is a project, a folder or a document, by name.
 */
import * as api from "@shoal/client/rest";
import type {
  Answer, ExplainPermissionResponse, Grant, Group, Invitation, Permission, Principal, PrincipalInput, Role, ShareLink,
} from "@gen/rest/types";
import { rest } from "./rest";

export type { ExplainPermissionResponse, Grant, Group, Invitation, Permission, Principal, Role, ShareLink };

/** More than anybody looks through in a dialog; the terminal lists the rest. */
const MOST = 200;

/** What the caller may do somewhere. */
export async function standingOn(resource: string): Promise<Answer> {
  return (await api.checkPermission(rest, { resource, permission: "PERMISSION_SHARE" })).answer;
}

/** Why the caller may do something, or may not. Nobody but they and the services may ask. */
export function explainOwn(resource: string, permission: Permission): Promise<ExplainPermissionResponse> {
  return api.explainPermission(rest, { resource, permission });
}

/** The grants on a resource itself, then those on what it is in. */
export async function listGrants(resource: string): Promise<readonly Grant[]> {
  return (await api.listGrants(rest, { resource, inherited: true, pageSize: MOST })).grants;
}

export async function setGrant(resource: string, principal: PrincipalInput, role: Role): Promise<void> {
  await api.setGrant(rest, { resource, principal, role });
}

export async function revokeGrant(resource: string, principal: PrincipalInput): Promise<void> {
  await api.revokeGrant(rest, { resource, principal });
}

/** The caller must own the resource itself, and administers it from then on. */
export async function transferOwnership(resource: string, user: string): Promise<void> {
  await api.transferOwnership(rest, { resource, user });
}

export async function listLinks(resource: string): Promise<readonly ShareLink[]> {
  return (await api.listShareLinks(rest, { resource, pageSize: MOST })).shareLinks;
}

export interface LinkWanted {
  readonly role: Role;
  /** Days until it ends; 0 = it does not. */
  readonly days: number;
  /** Empty = none. */
  readonly password: string;
}

/** Makes a link and returns its address, which is told this once. */
export async function createLink(resource: string, { role, days, password }: LinkWanted): Promise<string> {
  const shareLink = { resource, role, expireTime: days > 0 ? inDays(days) : undefined };
  const { secret } = await api.createShareLink(rest, { shareLink, password });
  return `${location.origin}/share#${secret}`;
}

export async function revokeLink(name: string): Promise<void> {
  await api.revokeShareLink(rest, { name });
}

/** Takes what a link gives, and says on which resource. */
export async function redeem(secret: string, password: string): Promise<string> {
  return (await api.redeemShareLink(rest, { secret, password })).grant.resource;
}

export async function listInvitations(resource: string): Promise<readonly Invitation[]> {
  return (await api.listInvitations(rest, { resource, pageSize: MOST })).invitations;
}

/** Invites an e-mail address and returns the address to hand on, which is told this once: nothing is mailed. */
export async function invite(resource: string, email: string, role: Role): Promise<string> {
  const { invitation, token } = await api.createInvitation(rest, { invitation: { resource, email, role } });
  return `${location.origin}/${invitation?.name ?? ""}#${token}`;
}

export async function revokeInvitation(name: string): Promise<void> {
  await api.revokeInvitation(rest, { name });
}

/** Takes what an invitation gives, and says on which resource. */
export async function accept(name: string, token: string): Promise<string> {
  return (await api.acceptInvitation(rest, { name, token })).grant.resource;
}

function inDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString();
}

/** The one of a principal's names that is there. */
export function nameOf(principal: Principal | null): string {
  return principal?.user || principal?.group || principal?.organization || principal?.shareLink || "";
}

/** Only what is said, as a request wants it; links are made and ended by calls of their own. */
export function only({ user, group, organization }: Principal): PrincipalInput {
  if (user) return { user };
  return group ? { group } : { organization };
}

/** What somebody who shares has typed, as a principal. Where people sign in by name, a plain name is such a person. */
export function principalOf(typed: string, development: boolean): PrincipalInput {
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
