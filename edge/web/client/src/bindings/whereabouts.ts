/* Whereabouts: tells the others where this user is, and when nothing was done for a minute.
 *
 * Owns the minute. Reads the editor's selection once after all that happened in one go, and never keeps it.
 */
import type { LiveDocument } from "../live-document";
import type { Range } from "../participants";

const IDLE_AFTER_MS = 60_000;

export class Whereabouts {
  private active = true;
  private queued = false;
  private stopped = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly turned = () => this.acted(!document.hidden);

  /** `selection` in the coordinates of the content; null = the user is not in the text. */
  constructor(
    private readonly live: LiveDocument,
    private readonly selection: () => Range | null,
  ) {
    document.addEventListener("visibilitychange", this.turned);
    this.turned();
  }

  /** The user typed or moved. `active` false: they went away. */
  acted(active = true): void {
    clearTimeout(this.timer);
    if (active) this.timer = setTimeout(() => this.acted(false), IDLE_AFTER_MS);
    this.active = active;
    this.moved();
  }

  /** The selection may be elsewhere; whether the user is there is as it was. */
  moved(): void {
    if (this.queued) return;
    this.queued = true;
    queueMicrotask(() => {
      this.queued = false;
      if (!this.stopped) this.live.select(this.selection(), this.active);
    });
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.turned);
    this.live.select(null);
  }
}
