/* Words: what roles, people, places and refusals of sharing are called on the page.
 *
 * Owns nothing, asks nobody.
 */
import { RestError } from "@shoal/client/rest";
import type { Account } from "../app/account";
import { explain } from "../app/rest";
import { nameOf, type Grant, type Permission, type Principal, type Role } from "../app/sharing";

/** A group gives no more than sharing; only a person owns. */
export const ROLES: readonly (readonly [Role, string])[] = [
  ["ROLE_VIEWER", "Can view"],
  ["ROLE_COMMENTER", "Can comment"],
  ["ROLE_EDITOR", "Can edit"],
  ["ROLE_ADMIN", "Can share"],
];
/** Links and whole organisations get no more than writing. */
export const OPEN_ROLES = ROLES.slice(0, 3);

const LABELS = new Map<Role, string>([...ROLES, ["ROLE_OWNER", "Owner"]]);

const REASONS: Readonly<Record<string, string>> = {
  ERROR_REASON_LAST_OWNER: "Somebody must own it. Make somebody else the owner first.",
  ERROR_REASON_RESOURCE_ARCHIVED: "The project is archived: nothing in it can be shared or changed.",
  ERROR_REASON_PERMISSION_DENIED: "You can give and take away only what you may do yourself.",
  ERROR_REASON_GRANT_NOT_FOUND: "Somebody else changed this meanwhile. What is shown is how it is now.",
  ERROR_REASON_GROUP_NOT_FOUND: "There is no such group in the organisation this belongs to.",
  ERROR_REASON_ROLE_NOT_FOUND: "That role is not there any more.",
  ERROR_REASON_RESOURCE_NOT_FOUND: "It is not there any more, or not shared with you any more.",
  ERROR_REASON_DOCUMENT_NOT_FOUND: "It is not there any more, or not shared with you any more.",
  ERROR_REASON_INVITATION_NOT_FOUND: "This invitation is for another address, was used, has ended or was taken back.",
  ERROR_REASON_SHARE_LINK_NOT_FOUND: "This link has ended or was turned off.",
};

/** Why something about sharing was refused, and what helps. */
export function refusal(error: unknown): string {
  return (error instanceof RestError && REASONS[error.reason]) || explain(error);
}

export function roleWord({ role, customRole, denied }: { role: Role; customRole?: string; denied?: readonly Permission[] }): string {
  if (customRole) return customRole.replace(/^.*\//, "");
  return LABELS.get(role) ?? (denied?.length ? "Denied" : "");
}

/** As in "Ada can edit". */
export function roleVerb(role: Role): string {
  return role === "ROLE_OWNER" ? "owns it" : (LABELS.get(role) ?? "may do something").toLowerCase();
}

export function denials(denied: readonly Permission[]): string {
  return denied.map((each) => each.replace(/^PERMISSION_/, "").replaceAll("_", " ").toLowerCase()).join(", ");
}

/** Titles of groups and places by name, where they are known. */
export type Titles = ReadonlyMap<string, string>;

export function labelOf(principal: Principal | null, account: Account, titles: Titles): string {
  const name = nameOf(principal);
  const short = titles.get(name) ?? name.replace(/^.*\//, "");
  if (principal?.user === account.subject) return `${account.name} (you)`;
  if (principal?.user) return short;
  if (principal?.shareLink) return "Anyone with a link";
  return principal?.group ? `Group ${short}` : `Everybody of ${short}`;
}

export function kindOf(resource: string): "document" | "folder" | "project" | "organisation" {
  if (resource.includes("/folders/")) return "folder";
  if (resource.startsWith("documents/")) return "document";
  return resource.startsWith("projects/") ? "project" : "organisation";
}

/** `the project Plans`. */
export function placeWord(resource: string, titles: Titles): string {
  return `the ${kindOf(resource)} ${titles.get(resource) ?? ""}`.trim();
}

/** Who granted it and when, as far as it is told. */
export function grantedBy({ grantor, createTime }: Grant, account: Account): string {
  const who = grantor === account.subject ? "you" : grantor.replace(/^.*\//, "");
  const day = createTime ? new Date(createTime).toLocaleDateString(undefined, { dateStyle: "medium" }) : "";
  return [who ? `by ${who}` : "", day].filter(Boolean).join(", ");
}
