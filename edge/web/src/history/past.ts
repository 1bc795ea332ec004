/* Past: contents and operations of a document at any revision, asked for when wanted and kept while there is room.
 *
 * Owns both caches. A content near one that is known is made of the operations between; any other is asked for whole. So
 * a history of a million operations is never loaded: a page of it at a time. The past does not change, hence nothing here
 * is ever stale. Everything ends with its signal.
 */
import Delta from "quill-delta";
import type { Operation, OperationSource } from "./source";

/** Operations are asked for, and kept, in pages of so many. */
export const PAGE = 200;

export interface PastLimits {
  /** Pages of operations kept; the longest unused go first. */
  readonly pages: number;
  /** UTF-16 units of all contents kept. */
  readonly units: number;
}

const LIMITS: PastLimits = { pages: 60, units: 4_000_000 };

export class Past {
  /** Where the operations that are still there begin: 0, unless older ones were archived. */
  first = 0;
  private readonly contents = new Map<number, Delta>();
  private readonly pages = new Map<number, readonly Operation[]>();
  private units = 0;

  constructor(
    private readonly source: OperationSource,
    private readonly limits: PastLimits = LIMITS,
  ) {}

  /** The content after so many operations; 0 = nothing. Not to be changed. */
  async content(revision: number, signal: AbortSignal): Promise<Delta> {
    const known = this.known(revision);
    if (known) return known;
    const near = this.nearestBelow(revision);
    const made = near === null ? await this.source.content(revision, signal) : await this.onward(near, revision, signal);
    this.keep(revision, made);
    return made;
  }

  /** Operations after a revision, up to and with another. */
  async operations(after: number, upTo: number, signal: AbortSignal): Promise<readonly Operation[]> {
    const found: Operation[] = [];
    for (let page = Math.floor(after / PAGE); page * PAGE < upTo; page += 1) {
      const all = await this.page(page, Math.min(upTo, (page + 1) * PAGE), signal);
      found.push(...all.filter(({ revision }) => revision > after && revision <= upTo));
    }
    return found;
  }

  /** The operation that became this revision, if it is here already. */
  knownOperation(revision: number): Operation | undefined {
    return this.pages.get(Math.floor((revision - 1) / PAGE))?.find((each) => each.revision === revision);
  }

  /** What leads from one revision to another near it, either way; null = they are too far apart to make it here. */
  async change(from: number, to: number, signal: AbortSignal): Promise<Delta | null> {
    if (Math.abs(to - from) > PAGE) return null;
    const forward = composed(await this.operations(Math.min(from, to), Math.max(from, to), signal));
    return from <= to ? forward : forward.invert(await this.content(to, signal));
  }

  private async onward(from: number, to: number, signal: AbortSignal): Promise<Delta> {
    const change = composed(await this.operations(from, to, signal));
    return (this.known(from) ?? new Delta()).compose(change);
  }

  private known(revision: number): Delta | undefined {
    if (revision === 0 && this.first === 0) return new Delta();
    const content = this.contents.get(revision);
    if (content) {
      this.contents.delete(revision);
      this.contents.set(revision, content);
    }
    return content;
  }

  /** The newest known revision from which `revision` is at most a page away. */
  private nearestBelow(revision: number): number | null {
    let nearest = revision <= PAGE && this.first === 0 ? 0 : -1;
    for (const known of this.contents.keys()) {
      if (known <= revision && revision - known <= PAGE) nearest = Math.max(nearest, known);
    }
    return nearest < 0 ? null : nearest;
  }

  private keep(revision: number, content: Delta): void {
    if (this.contents.has(revision)) return;
    this.contents.set(revision, content);
    this.units += content.length();
    for (const [oldest, old] of this.contents) {
      if (this.units <= this.limits.units || oldest === revision) break;
      this.contents.delete(oldest);
      this.units -= old.length();
    }
  }

  /** What is known of a page, at least up to a revision. Near the head a page grows with the document. */
  private async page(page: number, upTo: number, signal: AbortSignal): Promise<readonly Operation[]> {
    let known = this.pages.get(page) ?? [];
    const last = () => known[known.length - 1]?.revision ?? Math.max(page * PAGE, this.first);
    while (last() < upTo) {
      const more = await this.source.operations(last(), upTo, signal);
      if (more.length === 0) break;
      known = [...known, ...more];
    }
    this.pages.delete(page);
    this.pages.set(page, known);
    for (const oldest of this.pages.keys()) {
      if (this.pages.size <= this.limits.pages) break;
      this.pages.delete(oldest);
    }
    return known;
  }
}

/** Operations, one after the other, as one change. */
export function composed(operations: readonly Operation[]): Delta {
  return composedAll(operations.map(({ delta }) => delta));
}

/** Halves first, so that each step is composed with others as long: a thousand small ones cost little. */
export function composedAll(deltas: readonly Delta[]): Delta {
  if (deltas.length < 2) return deltas[0] ?? new Delta();
  const middle = deltas.length >> 1;
  return composedAll(deltas.slice(0, middle)).compose(composedAll(deltas.slice(middle)));
}
