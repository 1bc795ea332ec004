/* Keeper: writes what one site has to the device, one write at a time, each with all that gathered during the last.
 *
 * Owns when to write and what has changed since; reads the rest when it writes. What was typed is written at once, what
 * others did within a second. A device that fails or does not answer holds nothing up: the edits are in memory, are sent
 * from there, and `isKept` says that a closed tab would lose them. It is tried again. Where the content finds no room,
 * the edits alone are kept: the server has the history to put them on.
 */
import type Delta from "quill-delta";
import type { DeviceStorage, DocumentFacts, SiteKey, Write } from "./device";
import type { PendingRecord } from "./state";
import { Timers } from "./timers";

/** What there is to keep, read at the moment of a write. */
export interface Source {
  facts(): DocumentFacts;
  pending(): PendingRecord;
  /** The content at the revision of `pending()`; null when it is not known yet. */
  content(): Delta | null;
}

export interface KeeperOptions {
  readonly key: SiteKey;
  readonly storage: DeviceStorage;
  /** Called when `isKept` changes. */
  readonly changed: () => void;
}

/** What others did may be lost by a crash: the server has it. */
const UNHURRIED_MS = 1_000;
/** A device that takes longer holds nothing up. */
const PATIENCE_MS = 2_000;
/** A device that failed is tried again with the next change, and at this pace without one. */
const RETRY_MS = 10_000;
/** Operations after the content; past it, or an eighth of a long content's runs, the content is written anew. */
const PASSED_LIMIT = 256;

export class Keeper {
  private kept = true;
  private passed: Delta[] = [];
  private passedSinceContent = 0;
  private contentRuns = 0;
  private contentIsOld = true;
  private dirty = false;
  private noted = 0;
  private writing: Promise<void> | null = null;
  private ended = false;
  private readonly timers = new Timers<"unhurried">();

  constructor(private readonly options: KeeperOptions, private readonly source: Source) {}

  /** Whether everything noted until the last write is on the device. */
  get isKept(): boolean {
    return this.kept;
  }

  /** The device has the content already, as it was read from there. */
  begin(content: Delta): void {
    this.contentIsOld = false;
    this.contentRuns = content.ops.length;
  }

  /** An operation was committed. */
  passOver(operation: Delta): void {
    this.passed.push(operation);
    this.passedSinceContent += 1;
    if (this.passedSinceContent > Math.max(PASSED_LIMIT, this.contentRuns / 8)) this.contentIsOld = true;
  }

  /** The content is another one. */
  replaceContent(): void {
    this.contentIsOld = true;
  }

  /** Something changed; `atOnce` = it is nowhere else. */
  note(atOnce: boolean): void {
    if (this.ended) return;
    this.dirty = true;
    this.noted += 1;
    if (atOnce) void this.write();
    else if (!this.writing && !this.timers.has("unhurried")) this.timers.set("unhurried", UNHURRIED_MS, () => void this.write());
  }

  /** Resolves once everything noted so far is kept, or cannot be. Never rejects. */
  async settled(): Promise<void> {
    if (!this.kept) return this.note(true);
    if (this.writing) await this.writing;
    if (this.dirty && !this.ended) await this.write();
  }

  /** Removes what may not be read any more; unsent operations stay. Nothing is written after. */
  async removeContent(): Promise<void> {
    await this.end();
    await this.options.storage.removeContent(this.options.key).catch(() => undefined);
  }

  /** Writes what is left to write, for the last time. */
  async end(): Promise<void> {
    await (this.kept ? this.settled() : this.write());
    this.ended = true;
    this.timers.clear();
  }

  /** Writes of one moment are one: it begins when the code that made the change is through. */
  private write(): Promise<void> {
    this.timers.cancel("unhurried");
    this.writing ??= Promise.resolve()
      .then(() => this.writeAll())
      .finally(() => (this.writing = null));
    return this.writing;
  }

  private async writeAll(): Promise<void> {
    while (this.dirty && !this.ended) {
      this.dirty = false;
      const { noted } = this;
      if (!(await this.writeOnce()) && noted === this.noted) return this.tryLater();
    }
  }

  private tryLater(): void {
    if (!this.ended) this.timers.set("unhurried", RETRY_MS, () => void this.write());
  }

  private async writeOnce(): Promise<boolean> {
    const { source, passed } = this;
    const content = this.contentIsOld ? source.content() : null;
    const write: Write = { facts: source.facts(), pending: source.pending(), ...(content ? { content } : { passed }) };
    this.passed = [];
    if (content) this.contentWritten(content);
    let outcome = await this.put(write);
    if (outcome === "failed" && content) outcome = await this.put({ ...write, content: null });
    const done = outcome === "written";
    if (!done) {
      // What the device has now is not known: the next write says all of it again.
      this.contentIsOld = true;
      this.dirty = true;
    }
    this.become(done);
    return done;
  }

  private put(write: Write): Promise<Outcome> {
    return withinPatience(this.options.storage.write(this.options.key, write));
  }

  private contentWritten(content: Delta): void {
    this.contentIsOld = false;
    this.passedSinceContent = 0;
    this.contentRuns = content.ops.length;
  }

  private become(kept: boolean): void {
    if (this.kept === kept) return;
    this.kept = kept;
    this.options.changed();
  }
}

type Outcome = "written" | "failed" | "late";

async function withinPatience(write: Promise<void>): Promise<Outcome> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<Outcome>((resolve) => (timer = setTimeout(() => resolve("late"), PATIENCE_MS)));
  const written = write.then((): Outcome => "written", (): Outcome => "failed");
  return Promise.race([written, late]).finally(() => clearTimeout(timer));
}
