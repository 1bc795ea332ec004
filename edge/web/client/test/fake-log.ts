/* FakeLog: the server's side of the algebra, as little as a client can be tested against.
 *
 * Owns one document's log: numbers operations, transforms flights over what they did not know, knows resends by site and
 * sequence. Never talks frames: `fake-server.ts` does.
 */
import Delta from "quill-delta";
import type { Committed } from "../src/convert";
import { canonical } from "../src/delta";
import type { Flight } from "../src/state";

export interface Submitted {
  readonly known: readonly Committed[];
  readonly added: readonly Committed[];
}

export class FakeLog {
  readonly operations: Committed[] = [];
  private content = new Delta();
  private readonly contents = new Map<number, Delta>();

  constructor(initial: Delta = new Delta()) {
    if (initial.ops.length > 0) this.append("seed", 1, initial);
  }

  get head(): number {
    return this.operations.length;
  }

  after(revision: number): Committed[] {
    return this.operations.slice(revision);
  }

  lastSequence(site: string): number {
    return this.operations.filter((operation) => operation.site === site).length;
  }

  contentAt(revision = this.head): Delta {
    return revision === this.head ? this.content : (this.contents.get(revision) ?? new Delta());
  }

  submit(site: string, flight: Flight): Submitted {
    let pending = [...flight.operations];
    let sequence = flight.firstSiteSequence;
    const known: Committed[] = [];
    for (const operation of this.after(flight.baseRevision)) {
      if (operation.site === site && operation.siteSequence === sequence && pending.length > 0) {
        known.push(operation);
        pending.shift();
        sequence += 1;
        continue;
      }
      let passing = operation.delta;
      pending = pending.map((one) => {
        const moved = passing.transform(one, true);
        passing = one.transform(passing, false);
        return moved;
      });
    }
    const old = this.lastSequence(site) - sequence + 1;
    if (old > 0) return { known: this.operations.filter((one) => one.site === site).slice(-old), added: [] };
    if (old < 0) throw new Error(`sequence gap: expected ${this.lastSequence(site) + 1}, received ${sequence}`);
    return { known, added: pending.map((delta, index) => this.append(site, sequence + index, delta)) };
  }

  private append(site: string, siteSequence: number, delta: Delta): Committed {
    this.contents.set(this.head, this.content);
    const operation = { revision: this.head + 1, site, siteSequence, delta: canonical(delta) };
    this.operations.push(operation);
    this.content = canonical(this.content.compose(operation.delta));
    return operation;
  }
}
