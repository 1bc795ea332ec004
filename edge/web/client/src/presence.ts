/* Presence: tells the others where this user is, at most 20 times a second.
 *
 * Owns the last selection and what of it was sent. A selection is measured on a revision, so it waits until everything
 * typed is acknowledged; until then the others' replicas move the caret with the operations themselves.
 */
import { PresenceState } from "@gen/shoal/collab/v1/collab_pb";
import type { Range } from "./participants";

export interface PresenceReport {
  readonly selection: Range | null;
  readonly state: PresenceState;
}

const INTERVAL_MS = 50;

export class Presence {
  private wanted: PresenceReport = { selection: null, state: PresenceState.ACTIVE };
  private dirty = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private lastSent = 0;

  /** `send` answers false when it cannot be said now; `flush` tries again. */
  constructor(private readonly send: (report: PresenceReport) => boolean) {}

  set(selection: Range | null, active: boolean): void {
    const state = active ? PresenceState.ACTIVE : PresenceState.IDLE;
    const { selection: before, state: stateBefore } = this.wanted;
    if (state === stateBefore && before?.anchor === selection?.anchor && before?.head === selection?.head) return;
    this.wanted = { selection, state };
    this.dirty = true;
    this.flush();
  }

  /** The caret was moved by a change of the view: what is said later must be where it is then. */
  move(over: (position: number) => number): void {
    const { selection } = this.wanted;
    if (selection) {
      this.wanted = { ...this.wanted, selection: { anchor: over(selection.anchor), head: over(selection.head) } };
    }
  }

  /** The server forgot: say it again. */
  repeat(): void {
    this.dirty = true;
    this.flush();
  }

  flush(): void {
    if (!this.dirty || this.timer !== undefined) return;
    const waitMs = this.lastSent + INTERVAL_MS - Date.now();
    if (waitMs > 0) {
      this.timer = setTimeout(() => {
        this.timer = undefined;
        this.flush();
      }, waitMs);
    } else if (this.send(this.wanted)) {
      this.dirty = false;
      this.lastSent = Date.now();
    }
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.dirty = false;
  }
}
