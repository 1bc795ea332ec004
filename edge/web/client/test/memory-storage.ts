/* MemoryStorage: a device that pages can crash over, and that can be full, hang, or be slow.
 *
 * Owns what was written, as bytes would be: nothing in it is shared with a page. Each page has its own `PageStorage`,
 * which dies with it: what was not written by then never will be.
 */
import Delta, { type Op } from "quill-delta";
import type { DeviceStorage, Kept, KeptDocument, KeptSite, SiteKey, Write } from "../src/device";
import { composeAll } from "../src/delta";

type Row = Omit<Kept, "content"> & { content: Delta | null; savedAt: number };

export class MemoryStorage {
  readonly rows = new Map<string, Row>();
  /** `full`: nothing with a content fits; `broken`: every call rejects; `stuck`: no write ends. */
  mood: "fine" | "full" | "broken" | "stuck" = "fine";
  writes = 0;

  page(): PageStorage {
    return new PageStorage(this);
  }

  peek({ user, document, site }: SiteKey): Kept | null {
    const row = this.rows.get(JSON.stringify([user, document, site]));
    return row ? copy(row) : null;
  }
}

export class PageStorage implements DeviceStorage {
  private crashed = false;

  constructor(private readonly device: MemoryStorage) {}

  /** The page is gone, in the middle of whatever it did. */
  crash(): void {
    this.crashed = true;
  }

  async documents(user: string): Promise<KeptDocument[]> {
    this.check();
    return [...this.device.rows].flatMap(([key, { facts, pending, content, savedAt }]) => {
      const [whose, name] = JSON.parse(key) as [string, string, string];
      const unsent = pending.flight.length + pending.buffer.length;
      return whose === user ? [{ ...facts, name, unsent, opens: content !== null, savedAt }] : [];
    });
  }

  async sites(user: string, document: string): Promise<KeptSite[]> {
    this.check();
    return [...this.device.rows].flatMap(([key, { pending, savedAt }]) => {
      const [whose, what, site] = JSON.parse(key) as [string, string, string];
      const pendingCount = pending.flight.length + pending.buffer.length;
      return whose === user && what === document ? [{ site, pendingCount, revision: pending.revision, savedAt }] : [];
    });
  }

  async read(key: SiteKey): Promise<Kept | null> {
    this.check();
    return this.device.peek(key);
  }

  async write(key: SiteKey, write: Write): Promise<void> {
    this.check(write);
    if (this.device.mood === "stuck") return new Promise(() => undefined);
    const frozen = { ...copy({ facts: write.facts, pending: write.pending, content: write.content ?? null }) };
    const passed = write.passed?.map(clone) ?? [];
    await Promise.resolve();
    if (this.crashed) return new Promise(() => undefined);
    const before = this.device.rows.get(name(key));
    const content = write.content !== undefined ? frozen.content : (before?.content?.compose(composeAll(passed)) ?? null);
    this.device.rows.set(name(key), { ...frozen, content, savedAt: Date.now() });
    this.device.writes += 1;
  }

  async removeContent(key: SiteKey): Promise<void> {
    this.check();
    const row = this.device.rows.get(name(key));
    if (row && row.pending.flight.length + row.pending.buffer.length === 0) this.device.rows.delete(name(key));
    else if (row) this.device.rows.set(name(key), { ...row, content: null });
  }

  async remove(key: SiteKey): Promise<void> {
    this.check();
    this.device.rows.delete(name(key));
  }

  async forget(user: string): Promise<void> {
    this.check();
    for (const key of [...this.device.rows.keys()]) if ((JSON.parse(key) as string[])[0] === user) this.device.rows.delete(key);
  }

  private check(write?: Write): void {
    const { mood } = this.device;
    if (this.crashed || mood === "broken" || (mood === "full" && write?.content)) throw new DOMException("no room", "QuotaExceededError");
  }
}

const name = ({ user, document, site }: SiteKey) => JSON.stringify([user, document, site]);
const clone = (delta: Delta) => new Delta(structuredClone(delta.ops) as Op[]);

function copy({ facts, pending, content }: Kept): Kept {
  const { revision, firstSequence, flight, buffer } = pending;
  const kept = { revision, firstSequence, flight: flight.map(clone), buffer: buffer.map(clone) };
  return { facts: { ...facts }, pending: kept, content: content && clone(content) };
}
