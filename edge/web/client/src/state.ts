/* Replica: one client's copy of a document, and its own edits on their way to the log.
 *
 * Owns three states: synchronised (nothing pending), awaiting (a flight was sent), awaiting with buffer (more was typed
 * since). Flight and buffer are lists: each edit stays an operation of its own, and what was ever sent is never
 * composed. Pure: no socket, clock or editor. The algebra is quill-delta's; the server's order decides: the operation
 * that is earlier in the log stays left.
 */
import type Delta from "quill-delta";
import { Content } from "./content";
import type { Committed } from "./convert";
import { canonical, composeAll, split, wholeCharacters } from "./delta";

/** What was typed, as it is sent: operations made on `baseRevision`, each after the one before. */
export interface Flight {
  readonly baseRevision: number;
  readonly firstSiteSequence: number;
  readonly operations: readonly Delta[];
}

/** What survives a reload: the pending operations, if there are any, as they apply after `revision`. */
export interface PendingRecord {
  readonly revision: number;
  readonly firstSequence: number;
  readonly flight: readonly Delta[];
  readonly buffer: readonly Delta[];
}

/** What a committed operation meant here; `change` is for the view. */
export type Received =
  | { readonly kind: "known" }
  | { readonly kind: "gap" }
  | { readonly kind: "acknowledged" }
  | { readonly kind: "foreign"; readonly change: Delta };

/** What a refusal takes back: `change` undoes it in the view, `operations` is what was refused. */
export interface Undone {
  readonly change: Delta;
  readonly operations: readonly Delta[];
}

export interface FlightLimits {
  readonly maxOperations: number;
  readonly maxBytes: number;
  /** The encoded size of one operation. */
  readonly size: (operation: Delta) => number;
}

/** What one flight takes. Past it neighbours become one: a week offline must not be a million operations. */
const MAX_BUFFERED = 1_000;
/** UTF-16 units of one operation; at most 3 bytes each, so that it fits a flight with room to spare. */
const MAX_OPERATION_UNITS = 48 * 1024;

export class Replica {
  /** The last revision that is in. */
  revision = 0;
  /** The site sequence of the first pending operation, or of the next edit. */
  firstSequence = 1;
  private flight: Delta[] = [];
  private buffer: Delta[] = [];
  private committed = new Content();
  private shown = new Content();
  private restored: PendingRecord | null = null;

  constructor(readonly site: string) {}

  get pendingCount(): number {
    const held = this.restored;
    return this.flight.length + this.buffer.length + (held ? held.flight.length + held.buffer.length : 0);
  }

  get isSynchronised(): boolean {
    return this.pendingCount === 0;
  }

  get hasFlight(): boolean {
    return this.flight.length > 0;
  }

  /** The content with everything pending in it: what the user sees. */
  view(): Delta {
    return this.shown.read();
  }

  /** The content at `revision`, as every replica has it. */
  content(): Delta {
    return this.committed.read();
  }

  /** Begins with a content that an earlier page left, instead of with nothing. */
  begin(content: Delta, revision: number): void {
    this.committed = new Content(content);
    this.shown = new Content(content);
    this.revision = revision;
  }

  /** Takes an edit of the view; returns how many operations it became. A change of nothing is none. */
  edit(delta: Delta): number {
    const operation = canonical(delta);
    if (operation.ops.length === 0) return 0;
    const pieces = split(operation, MAX_OPERATION_UNITS);
    this.buffer.push(...pieces);
    this.shown.apply(operation);
    if (this.buffer.length > MAX_BUFFERED) this.condense();
    return pieces.length;
  }

  /** Composes unsent neighbours in pairs: when many gather, or when the server asks for fewer. What was sent stays. */
  condense(): void {
    const { buffer } = this;
    this.buffer = [];
    for (let at = 0; at < buffer.length; at += 2) {
      const [first, second] = [buffer[at], buffer[at + 1]];
      if (first) this.buffer.push(...split(second ? first.compose(second) : first, MAX_OPERATION_UNITS));
    }
    this.buffer = this.buffer.filter((operation) => operation.ops.length > 0);
  }

  /** Moves what is buffered, up to `limits`, into a new flight; null when one is out or there is nothing to send. */
  takeFlight(limits: FlightLimits): Flight | null {
    if (this.flight.length > 0 || this.restored) return null;
    // What others' edits have made empty needs no number: it was never sent.
    this.buffer = this.buffer.filter(({ ops }) => ops.length > 0);
    if (this.buffer.length === 0) return null;
    let [count, bytes] = [0, 0];
    for (const operation of this.buffer.slice(0, limits.maxOperations)) {
      bytes += limits.size(operation);
      if (count > 0 && bytes > limits.maxBytes) break;
      count += 1;
    }
    this.flight = this.buffer.splice(0, count);
    return this.outstanding();
  }

  /** The flight that is out, as it applies now: for sending it again. */
  outstanding(): Flight | null {
    if (this.flight.length === 0 || this.restored) return null;
    return { baseRevision: this.revision, firstSiteSequence: this.firstSequence, operations: [...this.flight] };
  }

  /** Takes the next operation of the log. A gap changes nothing. */
  receive(operation: Committed): Received {
    if (operation.revision <= this.revision) return { kind: "known" };
    if (operation.revision > this.revision + 1) return { kind: "gap" };
    const received = this.isOwn(operation) ? this.acknowledge() : this.takeForeign(operation);
    this.revision = operation.revision;
    this.committed.apply(operation.delta);
    this.installRestored();
    return received;
  }

  private isOwn(operation: Committed): boolean {
    return (
      operation.site === this.site && this.flight.length > 0 && operation.siteSequence === this.firstSequence
    );
  }

  private acknowledge(): Received {
    this.flight.shift();
    this.firstSequence += 1;
    return { kind: "acknowledged" };
  }

  private takeForeign(operation: Committed): Received {
    // Ours after all when a former life of this site made it: its number is taken, its text is news.
    if (operation.site === this.site && this.flight.length === 0) {
      this.firstSequence = Math.max(this.firstSequence, operation.siteSequence + 1);
    }
    const change = this.passPending(operation.delta);
    this.shown.apply(change);
    return { kind: "foreign", change };
  }

  /** Moves all pending operations over `delta`, which is before them; returns it as it applies to the view. */
  private passPending(delta: Delta): Delta {
    let passing = delta;
    const over = (pending: Delta): Delta => {
      const moved = passing.transform(pending, true);
      passing = pending.transform(passing, false);
      return moved;
    };
    this.flight = this.flight.map(over);
    this.buffer = this.buffer.map(over);
    return passing;
  }

  /** A position of the content at `revision`, in the view. */
  toView(position: number): number {
    return [...this.flight, ...this.buffer].reduce((at, pending) => pending.transformPosition(at, true), position);
  }

  /** Takes back the outstanding operations from `firstSiteSequence` on; what was typed since stays, unless `waiting`. */
  refuse(firstSiteSequence: number, waiting = false): Undone {
    const kept = Math.min(Math.max(firstSiteSequence - this.firstSequence, 0), this.flight.length);
    const operations = [...this.flight.slice(kept), ...(waiting ? this.buffer : [])];
    this.flight = this.flight.slice(0, kept);
    if (waiting) this.buffer = [];
    const before = this.content().compose(composeAll(this.flight));
    let change = composeAll(operations).invert(before);
    this.buffer = this.buffer.map((pending) => {
      const moved = change.transform(pending, true);
      change = pending.transform(change, false);
      return moved;
    });
    this.shown.apply(change);
    return { change, operations };
  }

  /**
   * Replaces the content by a snapshot at `revision`; returns what that changes in the view. Pending operations are
   * kept and moved, except those of the flight up to `lastSiteSequence`, which the snapshot holds.
   */
  reset(snapshot: Delta, revision: number, lastSiteSequence: number): Delta {
    const inside = this.flight.splice(0, Math.max(0, lastSiteSequence - this.firstSequence + 1));
    // With nothing pending the view is what has to become the snapshot, also if it had gone wrong by itself.
    const before = this.flight.length + this.buffer.length === 0 ? this.view() : this.content().compose(composeAll(inside));
    const change = this.passPending(before.ops.length === 0 ? snapshot : wholeCharacters(before.diff(snapshot), before));
    this.committed = new Content(snapshot);
    this.shown.apply(change);
    this.revision = revision;
    this.firstSequence += inside.length;
    this.settleSequence(lastSiteSequence);
    return change;
  }

  /** Nothing here is the server's any more: to be read from its beginning. Only with nothing pending. */
  distrust(): void {
    this.revision = 0;
    this.firstSequence = 1;
  }

  /** Told by the server where this site stands; only what was never sent can be numbered anew. */
  settleSequence(lastSiteSequence: number): void {
    if (this.flight.length === 0 && !this.restored) {
      this.firstSequence = Math.max(this.firstSequence, lastSiteSequence + 1);
    }
  }

  /** Whether what an earlier page left waits for the history to reach it. */
  get awaitsHistory(): boolean {
    return this.restored !== null;
  }

  /** What must outlive this page. */
  record(): PendingRecord {
    if (this.restored) return this.restored;
    return {
      revision: this.revision,
      firstSequence: this.firstSequence,
      flight: [...this.flight],
      buffer: [...this.buffer],
    };
  }

  /** Begins with what an earlier page left. Its operations come in once the history has reached their revision. */
  restore(record: PendingRecord): void {
    this.restored = record;
    this.firstSequence = record.firstSequence;
    this.installRestored();
  }

  /** Gives up on what an earlier page left, when no history came to put it on; returns it for the user to copy. */
  abandonRestored(): readonly Delta[] {
    const record = this.restored;
    this.restored = null;
    return record ? [...record.flight, ...record.buffer] : [];
  }

  private installRestored(): void {
    const record = this.restored;
    if (!record || this.revision < record.revision) return;
    this.restored = null;
    this.firstSequence = record.firstSequence;
    this.flight = [...record.flight];
    this.buffer = [...record.buffer];
    for (const operation of [...record.flight, ...record.buffer]) this.shown.apply(operation);
  }
}
