/* Device: what a browser keeps of documents, so that edits outlive the page and documents open without a network.
 *
 * Owns the database `shoal`: for each user, document and site the pending operations, and the document they apply to as
 * a content with the operations that came after it. One write is one transaction: what is read belongs together. Never
 * decides who may use a site: `sites.ts` does.
 */
import Delta, { type Op } from "quill-delta";
import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import { composeAll } from "./delta";
import type { PendingRecord } from "./state";

/** Whose, of what, under which site. */
export interface SiteKey {
  readonly user: string;
  /** `documents/{document}`. */
  readonly document: string;
  readonly site: string;
}

/** What is known of a document beside its content, as of the last time the server said it. */
export interface DocumentFacts {
  readonly title: string;
  readonly plainText: boolean;
  /** `Role` of the contract. */
  readonly role: number;
}

/** The last known state of one site. */
export interface Kept {
  readonly facts: DocumentFacts;
  readonly pending: PendingRecord;
  /** The content at `pending.revision`; null when only the pending operations are known. */
  readonly content: Delta | null;
}

/** What one write changes. */
export interface Write {
  readonly facts: DocumentFacts;
  readonly pending: PendingRecord;
  /** The content at `pending.revision`: replaces the content and all operations after it. Null = keep none. */
  readonly content?: Delta | null;
  /** Committed operations after what was written before, up to `pending.revision`. */
  readonly passed?: readonly Delta[];
}

/** A site of a document, without its content. */
export interface KeptSite {
  readonly site: string;
  /** Operations that nobody has acknowledged. */
  readonly pendingCount: number;
  /** The revision its content is at. */
  readonly revision: number;
  /** When it was last written, in milliseconds since 1970. */
  readonly savedAt: number;
}

/** A document of a user, whatever tabs wrote it. */
export interface KeptDocument extends DocumentFacts {
  /** `documents/{document}`. */
  readonly name: string;
  /** Operations that nobody has acknowledged. */
  readonly unsent: number;
  /** Whether its content is here, so that it opens without a network; otherwise only what is unsent. */
  readonly opens: boolean;
  /** When it was last written here, in milliseconds since 1970. */
  readonly savedAt: number;
}

/** Where documents are kept between visits. Every method may reject; the client then goes on in memory, and says so. */
export interface DeviceStorage {
  /** All documents of one user, the last one written first. */
  documents(user: string): Promise<KeptDocument[]>;
  /** All sites of one user's document. */
  sites(user: string, document: string): Promise<KeptSite[]>;
  /** What is kept under a site; null = nothing. */
  read(key: SiteKey): Promise<Kept | null>;
  /** Resolves once it is kept. All of it, or nothing. */
  write(key: SiteKey, write: Write): Promise<void>;
  /** Removes the content, and without pending operations the site. */
  removeContent(key: SiteKey): Promise<void>;
  remove(key: SiteKey): Promise<void>;
  /** Removes everything of one user. */
  forget(user: string): Promise<void>;
}

type Key = [user: string, document: string, site: string];

interface SiteRow extends DocumentFacts {
  readonly revision: number;
  readonly firstSequence: number;
  readonly flight: Op[][];
  readonly buffer: Op[][];
  readonly savedAt: number;
}

interface Schema extends DBSchema {
  sites: { key: Key; value: SiteRow };
  contents: { key: Key; value: Op[] };
  /** Operations after the content, in chunks that are numbered by the revision they reach. */
  passed: { key: [...Key, number]; value: Op[][] };
}

const STORES = ["sites", "contents", "passed"] as const;

/** Keeps documents in IndexedDB. Nothing is opened before the first use. */
export class IndexedDbStorage implements DeviceStorage {
  private opened: Promise<IDBPDatabase<Schema>> | null = null;

  constructor(private readonly name = "shoal") {}

  async documents(user: string): Promise<KeptDocument[]> {
    const transaction = (await this.database()).transaction(["sites", "contents"]);
    const sites = transaction.objectStore("sites");
    const [keys, rows, contents] = await Promise.all([
      sites.getAllKeys(under(user)),
      sites.getAll(under(user)),
      transaction.objectStore("contents").getAllKeys(under(user)),
    ]);
    const whole = new Set(contents.map(String));
    return documentsOf(rows.map((row, at) => ({ row, name: keys[at]?.[1] ?? "", opens: whole.has(String(keys[at])) })));
  }

  async sites(user: string, document: string): Promise<KeptSite[]> {
    const sites = (await this.database()).transaction("sites").store;
    const found: KeptSite[] = [];
    for (let cursor = await sites.openCursor(under(user, document)); cursor; cursor = await cursor.continue()) {
      const { flight, buffer, revision, savedAt } = cursor.value;
      found.push({ site: cursor.key[2], pendingCount: flight.length + buffer.length, revision, savedAt });
    }
    return found;
  }

  async read(key: SiteKey): Promise<Kept | null> {
    const transaction = (await this.database()).transaction(STORES);
    const [row, content, passed] = await Promise.all([
      transaction.objectStore("sites").get(keyOf(key)),
      transaction.objectStore("contents").get(keyOf(key)),
      transaction.objectStore("passed").getAll(under(...keyOf(key))),
    ]);
    if (!row) return null;
    const { title, plainText, role, revision, firstSequence } = row;
    const whole = content && new Delta(content).compose(composeAll(deltas(passed.flat())));
    const pending = { revision, firstSequence, flight: deltas(row.flight), buffer: deltas(row.buffer) };
    return { facts: { title, plainText, role }, pending, content: whole ?? null };
  }

  async write(key: SiteKey, { facts, pending, content, passed = [] }: Write): Promise<void> {
    const { revision, firstSequence } = pending;
    const [flight, buffer] = [opsOf(pending.flight), opsOf(pending.buffer)];
    const row = { ...facts, revision, firstSequence, flight, buffer, savedAt: Date.now() };
    // What a crash of the browser must not take is in the system's hands either way; an fsync a keystroke is too dear.
    const transaction = (await this.database()).transaction(STORES, "readwrite", { durability: "relaxed" });
    const writes: Promise<unknown>[] = [transaction.objectStore("sites").put(row, keyOf(key))];
    const [contents, chunks] = [transaction.objectStore("contents"), transaction.objectStore("passed")];
    if (content !== undefined) writes.push(chunks.delete(under(...keyOf(key))), contents.delete(keyOf(key)));
    if (content) writes.push(contents.put(content.ops, keyOf(key)));
    else if (passed.length > 0) writes.push(chunks.put(opsOf(passed), [...keyOf(key), revision]));
    await Promise.all([...writes, transaction.done]);
  }

  async removeContent(key: SiteKey): Promise<void> {
    const transaction = (await this.database()).transaction(STORES, "readwrite");
    const sites = transaction.objectStore("sites");
    const row = await sites.get(keyOf(key));
    if (row && row.flight.length + row.buffer.length === 0) await sites.delete(keyOf(key));
    await transaction.objectStore("contents").delete(keyOf(key));
    await transaction.objectStore("passed").delete(under(...keyOf(key)));
    await transaction.done;
  }

  remove(key: SiteKey): Promise<void> {
    return this.clear(under(...keyOf(key)), keyOf(key));
  }

  forget(user: string): Promise<void> {
    return this.clear(under(user));
  }

  private async clear(range: IDBKeyRange, only?: Key): Promise<void> {
    const transaction = (await this.database()).transaction(STORES, "readwrite");
    await transaction.objectStore("sites").delete(only ?? range);
    await transaction.objectStore("contents").delete(only ?? range);
    await transaction.objectStore("passed").delete(range);
    await transaction.done;
  }

  /** A database that failed to open, or that the browser closed, is opened anew by the next use. */
  private database(): Promise<IDBPDatabase<Schema>> {
    const forgetIt = () => (this.opened = null);
    this.opened ??= openDB<Schema>(this.name, 1, {
      upgrade: (database) => STORES.forEach((store) => database.createObjectStore(store)),
      blocking: (_, __, event) => {
        forgetIt();
        (event.target as IDBDatabase).close();
      },
      terminated: forgetIt,
    }).catch((error: unknown) => {
      forgetIt();
      throw error;
    });
    return this.opened;
  }
}

const keyOf = ({ user, document, site }: SiteKey): Key => [user, document, site];
const opsOf = (list: readonly Delta[]): Op[][] => list.map(({ ops }) => ops);
const deltas = (list: readonly Op[][]): Delta[] => list.map((ops) => new Delta(ops));

/** Tabs have a site each; a document is told of once, as the newest of them knows it. */
function documentsOf(found: readonly { row: SiteRow; name: string; opens: boolean }[]): KeptDocument[] {
  const documents = new Map<string, KeptDocument>();
  const newestFirst = [...found].sort((a, b) => b.row.savedAt - a.row.savedAt);
  for (const { row: { title, plainText, role, flight, buffer, savedAt }, name, opens } of newestFirst) {
    const known = documents.get(name) ?? { name, title, plainText, role, savedAt, unsent: 0, opens: false };
    documents.set(name, { ...known, unsent: known.unsent + flight.length + buffer.length, opens: known.opens || opens });
  }
  return [...documents.values()];
}

/** Every key that begins so and goes on. An empty list is above every text and number. */
function under(...prefix: string[]): IDBKeyRange {
  return IDBKeyRange.bound(prefix, [...prefix, []], true);
}
