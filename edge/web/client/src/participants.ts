/* Participants: who is in the document, and where, in the coordinates of what this user sees.
 *
 * Owns the list and moves its selections with every change of the view. Never decides who is present: the server does.
 */
import type { Participant as Wire } from "@gen/shoal/collab/v1/collab_pb";
import { PresenceState } from "@gen/shoal/collab/v1/collab_pb";
import type Delta from "quill-delta";

/** A selection: where it began and where its caret is, in UTF-16 units; equal = a caret alone. */
export interface Range {
  readonly anchor: number;
  readonly head: number;
}

/** A selection after a change of the text; `stays` = text inserted at an end of it does not push that end. */
export function rangeOver(range: Range, change: Delta, stays = true): Range {
  return { anchor: change.transformPosition(range.anchor, stays), head: change.transformPosition(range.head, stays) };
}

/** Somebody in a document, once for each of their windows. */
export interface Participant {
  /** Which window: what its operations carry. */
  readonly site: string;
  /** The subject of their token. */
  readonly subject: string;
  /** Their name, for people. */
  readonly name: string;
  /** Whether their window is in the background, or nothing was done in it for a minute. */
  readonly idle: boolean;
  /** Where they are, in this replica's view; null = nowhere. */
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
    for (const one of wire) this.bySite.set(one.site, participantFromProto(one, toView));
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
      this.bySite.set(site, { ...one, selection: rangeOver(one.selection, change, site !== author) });
    }
  }
}

/** `toView` moves a position of the server's to the view's. */
export function participantFromProto(wire: Wire, toView: (position: number) => number): Participant {
  const { site, subject, selection } = wire;
  return {
    site,
    subject,
    name: wire.displayName || subject,
    idle: wire.state === PresenceState.IDLE,
    selection: selection ? { anchor: toView(selection.anchor), head: toView(selection.head) } : null,
  };
}
