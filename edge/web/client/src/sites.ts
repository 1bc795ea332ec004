/* Sites: which tab writes under which site, such that no two ever write under one.
 *
 * Owns a lock for each site in use. A lock dies with its page, so a site whose lock is free was left: closed, or crashed.
 * A tab takes the site it had before a reload, else one that was left, edits that were not sent first; else a new one.
 * Where the browser has no locks (a page without TLS), a site that another tab may still use is left alone for an hour.
 */
import type { DeviceStorage, KeptSite } from "./device";

/** Takes a name until the returned function is called or the page ends; null when it is not to be had. */
export type Claim = (name: string, patience: AbortSignal | "none") => Promise<(() => void) | null>;

/** A site that is ours until `release`. */
export interface Claimed {
  readonly site: string;
  release(): void;
}

/** What outlives a reload of this tab and nothing else: `sessionStorage`, where there is one. */
export type TabMemory = Pick<Storage, "getItem" | "setItem">;

export interface SitesOptions {
  readonly user: string;
  readonly document: string;
  readonly storage: DeviceStorage | null;
  /** Undefined where the browser has no locks. */
  readonly claim?: Claim | undefined;
  readonly tab?: TabMemory | null | undefined;
  readonly now?: () => number;
}

/** A reload may overlap the page before it for a moment. */
const RELOAD_OVERLAP_MS = 400;
const ABANDONED_AFTER_MS = 3_600_000;

export class Sites {
  private readonly scope: string;
  private readonly announced = new Set<string>();

  constructor(private readonly options: SitesOptions) {
    this.scope = `${encodeURIComponent(options.user)}.${options.document}`;
  }

  /** Whether a site that was claimed is nobody else's: the browser has locks. */
  get areExclusive(): boolean {
    return this.options.claim !== undefined;
  }

  /** The site for this tab. Never rejects: without storage it is a new one. */
  async claim(): Promise<Claimed> {
    const left = await this.list().catch(() => []);
    const own = this.remembered();
    const again = own ? await this.take(own, AbortSignal.timeout(RELOAD_OVERLAP_MS)) : null;
    const taken = again ?? (await this.takeFirst(left, own));
    return this.remember(taken ?? (await this.fresh()));
  }

  /** Waits for each other site of the document until its page is gone, then hands it over; `until` ends the waiting. */
  async rescue(own: string, until: AbortSignal, adopt: (claimed: Claimed) => Promise<void>): Promise<void> {
    const known = new Map<string, KeptSite | undefined>([...this.announced].map((site) => [site, undefined]));
    for (const kept of await this.list()) known.set(kept.site, kept);
    known.delete(own);
    const wait = async ([site, kept]: [string, KeptSite | undefined]) => {
      const claimed = await this.take(site, this.options.claim ? until : "none", kept);
      if (claimed) await adopt(claimed).finally(() => claimed.release());
    };
    await Promise.all([...known].map(wait));
  }

  /** Tells the other tabs which site this one has, and calls `heard` when one of them tells; until `until`. */
  announce(own: string, until: AbortSignal, heard: () => void): void {
    if (typeof BroadcastChannel === "undefined") return;
    const channel = new BroadcastChannel(this.key);
    channel.onmessage = ({ data }) => {
      this.announced.add(String(data));
      heard();
    };
    until.addEventListener("abort", () => channel.close());
    channel.postMessage(own);
  }

  /** A new site, for a tab whose old one is somebody else's. */
  async fresh(): Promise<Claimed> {
    const site = newSite();
    return (await this.take(site, "none")) ?? { site, release: () => undefined };
  }

  /** Remembers what this tab has, for after a reload. */
  remember(claimed: Claimed): Claimed {
    try {
      this.options.tab?.setItem(this.key, claimed.site);
    } catch {
      // Without it the tab has another site after a reload, and what was unsent is found as any other that was left.
    }
    return claimed;
  }

  private remembered(): string | null {
    try {
      return this.options.tab?.getItem(this.key) ?? null;
    } catch {
      return null;
    }
  }

  private async takeFirst(left: readonly KeptSite[], own: string | null): Promise<Claimed | null> {
    for (const kept of left) {
      const claimed = kept.site === own ? null : await this.take(kept.site, "none", kept);
      if (claimed) return claimed;
    }
    return null;
  }

  private async take(site: string, patience: AbortSignal | "none", kept?: KeptSite): Promise<Claimed | null> {
    const { claim, now = Date.now } = this.options;
    if (!claim) return kept && kept.savedAt > now() - ABANDONED_AFTER_MS ? null : { site, release: () => undefined };
    const release = await claim(`shoal.site.${this.scope}.${site}`, patience);
    return release && { site, release };
  }

  /** Unsent edits first, then what is newest. */
  private async list(): Promise<KeptSite[]> {
    const { storage, user, document } = this.options;
    const all = (await storage?.sites(user, document)) ?? [];
    return all.sort((a, b) => Number(b.pendingCount > 0) - Number(a.pendingCount > 0) || b.revision - a.revision);
  }

  private get key(): string {
    return `shoal.site.${this.scope}`;
  }
}

/** 96 random bits: unique among all clients of a document. */
function newSite(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return `w-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** Claims by the browser's locks. */
export function claimWith(locks: Pick<LockManager, "request">): Claim {
  return (name, patience) =>
    new Promise((resolve) => {
      const options = patience === "none" ? { ifAvailable: true } : { signal: patience };
      const granted = (lock: Lock | null) => {
        if (!lock) return resolve(null);
        return new Promise<void>((release) => resolve(release));
      };
      locks.request(name, options, granted).catch(() => resolve(null));
    });
}
