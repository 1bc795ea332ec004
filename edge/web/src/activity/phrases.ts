/* Phrases: what was done, as a sentence about who did it: `Ada edited Notes`, `Bob created three documents`.
 *
 * Owns nothing; pure, so that every kind can be tested. Activities of one person and kind that follow one another on a day
 * are one sentence.
 */
import type { Activity, ActivityKind } from "@gen/rest/types";
import { dayOf } from "../app/when";

/** A stretch of a sentence: words, or a resource to be linked by its title. */
export type Part = string | { readonly resource: string };

export interface Gathered {
  /** The latest of them. */
  readonly first: Activity;
  readonly all: readonly Activity[];
}

/** Kinds of which several, of several things, are told as one. */
const TOGETHER = new Set<ActivityKind>([
  "ACTIVITY_KIND_DOCUMENT_CREATED", "ACTIVITY_KIND_DOCUMENT_EDITED", "ACTIVITY_KIND_DOCUMENT_DELETED",
  "ACTIVITY_KIND_DOCUMENT_UNDELETED", "ACTIVITY_KIND_DOCUMENT_PURGED", "ACTIVITY_KIND_RESOURCE_CREATED",
]);

/** In their order, what belongs together joined. */
export function gather(activities: readonly Activity[], now = new Date()): readonly Gathered[] {
  const gathered: { first: Activity; all: Activity[] }[] = [];
  for (const one of activities) {
    const before = gathered.at(-1);
    if (before && belongs(before.first, one, now)) before.all.push(one);
    else gathered.push({ first: one, all: [one] });
  }
  return gathered;
}

function belongs(first: Activity, next: Activity, now: Date): boolean {
  return (
    TOGETHER.has(first.kind) && first.kind === next.kind && first.actor === next.actor && first.agent === next.agent &&
    dayOf(timeOf(first), now) === dayOf(timeOf(next), now)
  );
}

/** When it was done last. */
export function timeOf({ lastOccurTime, occurTime }: Activity): Date {
  return new Date(lastOccurTime ?? occurTime ?? 0);
}

/** Resources that a sentence names; each once. */
const SHOWN = 3;

export function phrase({ first, all }: Gathered): readonly Part[] {
  const verb = VERBS[first.kind] ?? "did something with";
  const resources = [...new Set(all.map(({ resource }) => resource))];
  const details = first.details;
  switch (first.kind) {
    case "ACTIVITY_KIND_DOCUMENT_RENAMED":
      return [`renamed “${details["before"] || "Untitled"}” to `, { resource: first.resource }];
    case "ACTIVITY_KIND_DOCUMENT_MOVED":
    case "ACTIVITY_KIND_FOLDER_MOVED":
      return ["moved ", { resource: first.resource }, ...(details["after"] ? [" to ", { resource: details["after"] }] : [])];
    case "ACTIVITY_KIND_DOCUMENT_PURGED":
      return [all.length === 1 ? "erased a document in " : `erased ${all.length} documents in `, { resource: first.resource }];
    case "ACTIVITY_KIND_SHARED":
    case "ACTIVITY_KIND_UNSHARED":
    case "ACTIVITY_KIND_OWNERSHIP_TRANSFERRED":
      return [`${verb} `, { resource: first.resource }, ...whom(first)];
    default:
      return [`${verb} `, ...several(resources)];
  }
}

/** What there is to say beside the sentence: how much was written. */
export function amount({ all }: Gathered): string {
  const sum = (key: string) => all.reduce((total, { details }) => total + Number(details[key] ?? 0), 0);
  if (all[0]?.kind !== "ACTIVITY_KIND_DOCUMENT_EDITED") return "";
  const [inserted, deleted] = [sum("inserted"), sum("deleted")];
  return [inserted ? `+${inserted.toLocaleString("en")}` : "", deleted ? `−${deleted.toLocaleString("en")}` : ""].filter(Boolean).join(" ");
}

function several(resources: readonly string[]): readonly Part[] {
  const shown = resources.slice(0, SHOWN);
  const left = resources.length - shown.length;
  return [
    ...shown.flatMap((resource, at): Part[] => [at === 0 ? "" : at === shown.length - 1 && left === 0 ? " and " : ", ", { resource }]),
    ...(left > 0 ? [` and ${left} more`] : []),
  ].filter((part) => part !== "");
}

function whom({ kind, details }: Activity): readonly Part[] {
  const principal = details["principal"];
  if (!principal) return [];
  const word = kind === "ACTIVITY_KIND_UNSHARED" ? " with " : kind === "ACTIVITY_KIND_SHARED" ? " with " : " to ";
  const role = ROLES[details["role"] ?? ""];
  return [word, { resource: principal }, ...(role && kind === "ACTIVITY_KIND_SHARED" ? [`, who ${role}`] : [])];
}

const ROLES: Readonly<Record<string, string>> = {
  viewer: "can view", commenter: "can comment", editor: "can edit", admin: "can share", owner: "owns it",
  ROLE_VIEWER: "can view", ROLE_COMMENTER: "can comment", ROLE_EDITOR: "can edit", ROLE_ADMIN: "can share", ROLE_OWNER: "owns it",
};

/** `who can edit`; empty for a role that has no words here. */
export function roleWords(role: string): string {
  return ROLES[role] ?? "";
}

const VERBS: Readonly<Partial<Record<ActivityKind, string>>> = {
  ACTIVITY_KIND_DOCUMENT_CREATED: "created",
  ACTIVITY_KIND_DOCUMENT_EDITED: "edited",
  ACTIVITY_KIND_DOCUMENT_DELETED: "deleted",
  ACTIVITY_KIND_DOCUMENT_UNDELETED: "restored from the trash",
  ACTIVITY_KIND_VERSION_MADE: "named a version of",
  ACTIVITY_KIND_DOCUMENT_RESTORED: "brought back an earlier content of",
  ACTIVITY_KIND_RESOURCE_CREATED: "created",
  ACTIVITY_KIND_RESOURCE_ARCHIVED: "archived",
  ACTIVITY_KIND_RESOURCE_UNARCHIVED: "unarchived",
  ACTIVITY_KIND_FOLDER_DELETED: "deleted a folder of",
  ACTIVITY_KIND_SHARED: "shared",
  ACTIVITY_KIND_UNSHARED: "stopped sharing",
  ACTIVITY_KIND_OWNERSHIP_TRANSFERRED: "gave",
  ACTIVITY_KIND_INVITED: "invited somebody to",
  ACTIVITY_KIND_JOINED: "joined",
  ACTIVITY_KIND_LINK_CREATED: "made a link to",
};
