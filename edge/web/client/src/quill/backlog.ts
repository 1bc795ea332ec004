/* Backlog: what others did and Quill does not show yet.
 *
 * Quill reads its whole text again after every change, so many changes a second would leave no time for typing. What
 * comes while Quill has just been busy waits for as long as that took, and is shown as one change: at most half of the
 * time goes into showing. Owns what waits, and moves it past what the user does meanwhile.
 */
import type Delta from "quill-delta";

export class Backlog {
  private waiting: Delta | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readyAt = -Infinity;

  /** `show` brings a change into the editor. */
  constructor(private readonly show: (delta: Delta) => void) {}

  /** Takes a change that follows all before it; shown at once when there is time. */
  add(delta: Delta): void {
    this.waiting = this.waiting?.compose(delta) ?? delta;
    if (this.timer !== undefined) return;
    const waitMs = this.readyAt - performance.now();
    if (waitMs <= 0) this.flush();
    else this.timer = setTimeout(() => this.flush(), waitMs);
  }

  /** Shows what waits. */
  flush(): void {
    const { waiting } = this;
    this.clear();
    if (!waiting) return;
    const began = performance.now();
    this.show(waiting);
    const ended = performance.now();
    this.readyAt = ended + (ended - began);
  }

  /** Forgets what waits: the editor has it from elsewhere. */
  clear(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.waiting = null;
  }

  /** An edit of what is shown, as an edit of the content. What waits then follows it. */
  past(edit: Delta): Delta {
    const { waiting } = this;
    if (!waiting) return edit;
    this.waiting = edit.transform(waiting, false);
    return waiting.transform(edit, true);
  }

  /** A position in what is shown, as one in the content. */
  position(shown: number): number {
    return this.waiting?.transformPosition(shown, true) ?? shown;
  }
}
