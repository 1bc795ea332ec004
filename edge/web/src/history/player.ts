/* Player: the writing, played: operation after operation, as fast as one likes.
 *
 * Owns the frames and the operations it has asked for ahead. Never draws: `show` does. Ends at the head, wherever that is
 * by then. Who wants less motion gets two pictures a second instead of all.
 */
import type { Past } from "./past";
import { PAGE } from "./past";
import { Schedule, type Pace } from "./schedule";
import type { Operation } from "./source";

export interface Stage {
  /** The newest revision there is. */
  head(): number;
  /** The next operations, to be shown at once. */
  show(operations: readonly Operation[]): void;
  /** It stopped: at the head (`null`), or since the next operations could not be had. */
  stopped(error: unknown): void;
}

const CALM_MS = 500;
/** A tab in the background, or a slow frame, is no reason to leap. */
const LONGEST_FRAME_MS = 250;

export class Player {
  speed = 4;
  private ending: AbortController | null = null;
  private schedule = new Schedule("natural");
  private pacing: Pace = "natural";
  /** The last revision asked for. */
  private asked = 0;

  constructor(
    private readonly past: Past,
    private readonly stage: Stage,
    private readonly calm: () => boolean = () => matchMedia("(prefers-reduced-motion: reduce)").matches,
  ) {}

  get isPlaying(): boolean {
    return this.ending !== null;
  }

  get pace(): Pace {
    return this.pacing;
  }

  set pace(pace: Pace) {
    this.schedule.pace = this.pacing = pace;
  }

  /** Begins with what follows `revision`, which is what is shown. */
  play(revision: number): void {
    this.pause();
    this.ending = new AbortController();
    this.schedule = new Schedule(this.pacing);
    this.asked = revision;
    this.fetchAhead(this.ending.signal);
    this.frame(performance.now(), performance.now(), this.ending.signal);
  }

  pause(): void {
    this.ending?.abort();
    this.ending = null;
  }

  private frame(last: number, now: number, signal: AbortSignal): void {
    if (signal.aborted) return;
    const least = this.calm() ? CALM_MS : 0;
    const passed = now - last;
    const isDue = passed >= least;
    if (isDue) {
      const due = this.schedule.advance(Math.min(passed, Math.max(least, LONGEST_FRAME_MS)) * this.speed);
      if (due.length > 0) this.stage.show(due);
      if (signal.aborted) return;
      if (this.schedule.length === 0 && this.asked >= this.stage.head()) return this.end(null);
    }
    requestAnimationFrame((next) => this.frame(isDue ? now : last, next, signal));
  }

  /** Keeps at least a page waiting; one request at a time. */
  private fetchAhead(signal: AbortSignal): void {
    const more = async () => {
      while (!signal.aborted) {
        const upTo = Math.min(this.asked + PAGE, this.stage.head());
        if (this.schedule.length >= PAGE || upTo <= this.asked) await nextFrame();
        else {
          this.schedule.add(await this.past.operations(this.asked, upTo, signal));
          this.asked = upTo;
        }
      }
    };
    more().catch((error: unknown) => signal.aborted || this.end(error));
  }

  private end(error: unknown): void {
    this.pause();
    this.stage.stopped(error);
  }
}

function nextFrame(): Promise<void> {
  return new Promise((done) => requestAnimationFrame(() => done()));
}
