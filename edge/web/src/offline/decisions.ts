/* Decisions of the worker: what it does with a request, and which caches it keeps.
 *
 * Pure: the worker performs them. Only the app itself is ever kept, which is the same for everybody; documents are kept by
 * the client, apart for each person.
 */

/** What this build's app consists of. */
export interface Shell {
  /** Another one for each build. */
  readonly version: string;
  /** The script that the page begins with; it has a hash of all the others in its name. */
  readonly entry: string;
  /** Paths; `PAGE` is not among them. */
  readonly files: readonly string[];
}

/**
 * Where an answer comes from. `page`: the server, or the kept page while it is away; `file`: so too, each its own;
 * `asset`: what is kept, or the server: its name has its content's hash. `pass`: not ours.
 */
export type Way = "page" | "file" | "asset" | "pass";

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly mode: string;
}

export const PREFIX = "shoal-shell-";
/** Where the page of the app is kept. */
export const PAGE = "/";
/** How long the server may take before the kept page is shown. */
export const PATIENCE_MS = 3_000;

/** Addresses that are no page of the app: the API and its own page, health, and files. */
const NOT_THE_APP = /^\/(v1|api|health|assets)(\/|$)|\.[a-z0-9]+$/;

export function wayOf({ method, url, mode }: Asked, origin: string, shell: Shell): Way {
  const { pathname, origin: theirs } = new URL(url);
  if (method !== "GET" || theirs !== origin) return "pass";
  if (mode === "navigate") return NOT_THE_APP.test(pathname) ? "pass" : "page";
  if (!shell.files.includes(pathname)) return "pass";
  return pathname.startsWith("/assets/") ? "asset" : "file";
}

/** Whether a page that the server sent is this build's: while one is rolled out, servers have different ones. */
export function isOurs(page: string, { entry }: Shell): boolean {
  return page.includes(`"${entry}"`);
}

/** A proxy answers so for a server that is away; what a server itself answers is the answer. */
export function isAway(status: number): boolean {
  return status === 502 || status === 503 || status === 504;
}

export function cacheOf({ version }: Shell): string {
  return PREFIX + version;
}

/** The caches of other builds; those of others at this origin are not ours to delete. */
export function outdated(caches: readonly string[], shell: Shell): string[] {
  return caches.filter((name) => name.startsWith(PREFIX) && name !== cacheOf(shell));
}
