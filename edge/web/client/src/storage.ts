/* What outlives the page: the site of this tab, and the edits that nobody has acknowledged yet.
 *
 * Owns two keys a document and user: `shoal.site…` in sessionStorage (one a tab) and `shoal.pending…` in localStorage
 * (one a site). A site is used by one living page at a time, kept apart by a lock that dies with the page: a duplicated
 * tab gets a site of its own, and a new tab takes over what a closed one left. Never stores acknowledged text.
 */
import Delta, { type Op } from "quill-delta";
import type { PendingRecord } from "./state";

interface StoredRecord {
  readonly version: 1;
  readonly revision: number;
  readonly firstSequence: number;
  readonly flight: Op[][];
  readonly buffer: Op[][];
}

/** Takes a name until the page ends; false when another page has it. */
export type Claim = (name: string) => Promise<boolean>;

export interface SiteStoreOptions {
  readonly subject: string;
  readonly document: string;
  readonly session: Storage;
  readonly local: Storage;
  readonly claim: Claim;
}

/** A reload may overlap the page before it for a moment. */
const CLAIM_WAIT_MS = 400;

export class SiteStore {
  private readonly scope: string;

  constructor(private readonly options: SiteStoreOptions) {
    this.scope = `${encodeURIComponent(options.subject)}.${options.document}`;
  }

  /** The site of this tab: the one it had, else one that a closed tab left edits under, else a new one. */
  async claimSite(): Promise<string> {
    const own = this.options.session.getItem(this.siteKey);
    for (const site of new Set([...(own ? [own] : []), ...this.sitesWithPending()])) {
      if (await this.options.claim(`shoal.site.${this.scope}.${site}`)) return this.keep(site);
    }
    return this.renewSite();
  }

  /** A new site, for a tab whose old one is somebody else's now. */
  async renewSite(): Promise<string> {
    const site = newSite();
    await this.options.claim(`shoal.site.${this.scope}.${site}`);
    return this.keep(site);
  }

  load(site: string): PendingRecord | null {
    try {
      const text = this.options.local.getItem(this.pendingKey(site));
      if (text === null) return null;
      const stored = JSON.parse(text) as StoredRecord;
      if (stored.version !== 1) return null;
      const deltas = (list: Op[][]) => list.map((ops) => new Delta(ops));
      return { ...stored, flight: deltas(stored.flight), buffer: deltas(stored.buffer) };
    } catch {
      return null;
    }
  }

  /** Writes before it returns; null = nothing is pending. False when the browser has no room. */
  save(site: string, record: PendingRecord | null): boolean {
    try {
      if (record === null) this.options.local.removeItem(this.pendingKey(site));
      else this.options.local.setItem(this.pendingKey(site), JSON.stringify(toStored(record)));
      return true;
    } catch {
      return false;
    }
  }

  private sitesWithPending(): string[] {
    const { local } = this.options;
    const prefix = this.pendingKey("");
    return Array.from({ length: local.length }, (_, index) => local.key(index) ?? "")
      .filter((key) => key.startsWith(prefix))
      .map((key) => key.slice(prefix.length));
  }

  private keep(site: string): string {
    try {
      this.options.session.setItem(this.siteKey, site);
    } catch {
      // Without storage the tab has a new site after a reload, which is safe.
    }
    return site;
  }

  private get siteKey(): string {
    return `shoal.site.${this.scope}`;
  }

  private pendingKey(site: string): string {
    return `shoal.pending.${this.scope}.${site}`;
  }
}

function toStored(record: PendingRecord): StoredRecord {
  const ops = (list: readonly Delta[]) => list.map((delta) => delta.ops);
  const { revision, firstSequence } = record;
  return { version: 1, revision, firstSequence, flight: ops(record.flight), buffer: ops(record.buffer) };
}

/** 96 random bits: unique among all clients of a document. */
function newSite(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return `w-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** What this page has; it stays with the page when its document is left, for when one comes back to it. */
const held = new Set<string>();

/** Locks of the browser; where there are none (a page without TLS) every page gets what it asks for. */
export const claimByLock: Claim = (name) => {
  if (held.has(name) || !("locks" in navigator)) return Promise.resolve(true);
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(CLAIM_WAIT_MS);
    navigator.locks
      .request(name, { signal }, () => {
        held.add(name);
        resolve(true);
        return new Promise<never>(() => undefined);
      })
      .catch(() => resolve(false));
  });
};
