/* Participants: who is in the document, and where, in the coordinates of what this user sees.
 *
 * Owns the list and moves its selections with every change of the view. Never decides who is present: the server does.
 */
import type { Participant as Wire } from "@gen/shoal/collab/v1/collab_pb";
import { PresenceState } from "@gen/shoal/collab/v1/collab_pb";
import type Delta from "quill-delta";

export interface Range {
  readonly anchor: number;
  readonly head: number;
}

export interface Participant {
  readonly site: string;
  readonly subject: string;
  readonly name: string;
  readonly idle: boolean;
  readonly selection: Range | null;
}

export class Participants {
  private readonly bySite = new Map<string, Participant>();

  /** In the order they came. */
  all(): Participant[] {
    return [...this.bySite.values()];
  }

  /** Takes a whole list or what changed; `toView` moves a position of the server's to the view's. */
  merge(wire: readonly Wire[], toView: (position: number) => number): void {
    for (const one of wire) {
      this.bySite.set(one.site, {
        site: one.site,
        subject: one.subject,
        name: one.displayName || one.subject,
        idle: one.state === PresenceState.IDLE,
        selection: one.selection ? { anchor: toView(one.selection.anchor), head: toView(one.selection.head) } : null,
      });
    }
  }

  remove(sites: readonly string[]): void {
    for (const site of sites) this.bySite.delete(site);
  }

  clear(): void {
    this.bySite.clear();
  }

  /** Moves all selections over a change of the view made by `author`: text typed at a caret pushes only its author's. */
  move(change: Delta, author: string): void {
    for (const [site, one] of this.bySite) {
      if (!one.selection) continue;
      const over = (position: number) => change.transformPosition(position, site !== author);
      this.bySite.set(site, {
        ...one,
        selection: { anchor: over(one.selection.anchor), head: over(one.selection.head) },
      });
    }
  }
}
