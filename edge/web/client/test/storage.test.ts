/* What outlives a page: sites and pending operations, with tabs that are copied, closed and opened again. */
import Delta from "quill-delta";
import { describe, expect, it } from "vitest";
import { SiteStore, type Claim } from "../src/storage";

class MemoryStorage implements Storage {
  private readonly items = new Map<string, string>();
  [name: string]: unknown;
  get length(): number {
    return this.items.size;
  }
  key = (index: number) => [...this.items.keys()][index] ?? null;
  getItem = (key: string) => this.items.get(key) ?? null;
  setItem = (key: string, value: string) => void this.items.set(key, value);
  removeItem = (key: string) => void this.items.delete(key);
  clear = () => this.items.clear();
  copy(): MemoryStorage {
    const copy = new MemoryStorage();
    for (const [key, value] of this.items) copy.setItem(key, value);
    return copy;
  }
}

/** One browser: pages hold locks until they close. */
class Browser {
  readonly local = new MemoryStorage();
  private readonly locks = new Map<string, object>();

  tab(session = new MemoryStorage(), subject = "ada") {
    const page = {};
    const claim: Claim = async (name) => {
      if (this.locks.has(name)) return this.locks.get(name) === page;
      this.locks.set(name, page);
      return true;
    };
    const store = new SiteStore({ subject, document: "documents/x", session, local: this.local, claim });
    const close = () => this.locks.forEach((owner, name) => owner === page && this.locks.delete(name));
    return { store, session, close };
  }
}

const record = { revision: 3, firstSequence: 2, flight: [new Delta().insert("a")], buffer: [new Delta().retain(1).insert({ image: "i" })] };

describe("site store", () => {
  it("keeps the site over a reload", async () => {
    const browser = new Browser();
    const before = browser.tab();
    const site = await before.store.claimSite();
    before.close();
    expect(await browser.tab(before.session).store.claimSite()).toBe(site);
    expect(site).toMatch(/^[A-Za-z0-9._-]{1,64}$/);
  });

  it("gives a duplicated tab a site of its own", async () => {
    const browser = new Browser();
    const first = browser.tab();
    const site = await first.store.claimSite();
    expect(await browser.tab(first.session.copy()).store.claimSite()).not.toBe(site);
  });

  it("lets a new tab take over what a closed one left, and nobody else's", async () => {
    const browser = new Browser();
    const first = browser.tab();
    const site = await first.store.claimSite();
    expect(first.store.save(site, record)).toBe(true);
    expect(await browser.tab().store.claimSite()).not.toBe(site);
    first.close();
    expect(await browser.tab(undefined, "bob").store.claimSite()).not.toBe(site);
    const next = browser.tab();
    expect(await next.store.claimSite()).toBe(site);
    expect(next.store.load(site)).toMatchObject(record);
  });

  it("forgets what is acknowledged and survives what it cannot read", async () => {
    const { store } = new Browser().tab();
    store.save("w-1", record);
    store.save("w-1", null);
    expect(store.load("w-1")).toBeNull();
    const broken = new Browser();
    broken.local.setItem("shoal.pending.ada.documents/x.w-2", "{");
    expect(broken.tab().store.load("w-2")).toBeNull();
  });
});
