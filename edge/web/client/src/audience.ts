/* Audience: who is in the document, kept in the coordinates of the view while it changes under them.
 *
 * Owns the participants and the last committed operations, by which a selection that comes late is moved to now.
 */
import type { Participant as Wire } from "@gen/shoal/collab/v1/collab_pb";
import type Delta from "quill-delta";
import type { Committed } from "./convert";
import { Participants, type Participant } from "./participants";
import type { Replica } from "./state";

/** Who came and who left. */
export interface Movement {
  readonly joined: readonly Participant[];
  readonly left: readonly Participant[];
}

/** How many committed operations are kept to move late selections over. */
const RECENT = 256;

export class Audience {
  private readonly people = new Participants();
  private recent: Committed[] = [];

  constructor(private readonly replica: Replica) {}

  /** In the order they came. */
  all(): Participant[] {
    return this.people.all();
  }

  /** An operation is in. */
  note(operation: Committed): void {
    this.recent = [...this.recent.slice(-RECENT + 1), operation];
  }

  /** The content is another: what came before leads nowhere. */
  forget(): void {
    this.recent = [];
  }

  /** The view was changed by `author`. */
  move(change: Delta, author: string): void {
    this.people.move(change, author);
  }

  /** Takes the whole list, measured on the revision that is in. */
  replace(list: readonly Wire[]): void {
    this.people.clear();
    this.people.merge(list, (position) => this.toView(position, this.replica.revision));
  }

  /** Takes what changed, measured on `revision`. */
  update(revision: number, changed: readonly Wire[], left: readonly string[]): Movement {
    const known = new Set(this.all().map(({ site }) => site));
    const leaving = this.all().filter(({ site }) => left.includes(site));
    this.people.merge(changed, (position) => this.toView(position, revision));
    this.people.remove(left);
    return { joined: this.all().filter(({ site }) => !known.has(site)), left: leaving };
  }

  private toView(position: number, revision: number): number {
    const since = this.recent.filter((operation) => operation.revision > revision);
    return this.replica.toView(since.reduce((at, { delta }) => delta.transformPosition(at, true), position));
  }
}
