/* Schedule: when each operation is due while the writing is played.
 *
 * Owns the operations that wait and how far the clock has come. Pure: time is what `advance` is told, in milliseconds of
 * the story; who plays twice as fast tells twice as much.
 */
import type { Operation } from "./source";

/** `steady`: every operation takes as long. `natural`: as it was typed, but nobody watches somebody think. */
export type Pace = "steady" | "natural";

export const SPEEDS = [1, 2, 4, 8, 16, 32, 64] as const;
const STEADY_MS = 120;
const LONGEST_PAUSE_MS = 1_200;

/** How long after the one before an operation comes. */
export function pauseBefore(time: number, before: number | null, pace: Pace): number {
  if (pace === "steady" || before === null) return STEADY_MS;
  return Math.min(Math.max(0, time - before), LONGEST_PAUSE_MS);
}

export class Schedule {
  private readonly waiting: Operation[] = [];
  /** Time of the story that has passed since the last operation that was due. */
  private passed = 0;
  private before: number | null = null;

  constructor(public pace: Pace) {}

  /** How many wait. */
  get length(): number {
    return this.waiting.length;
  }

  add(operations: readonly Operation[]): void {
    this.waiting.push(...operations);
  }

  /** Moves the clock on and returns what is due by now, in order. With nothing waiting the clock stands. */
  advance(ms: number): Operation[] {
    this.passed += ms;
    let due = 0;
    for (const { time } of this.waiting) {
      const pause = pauseBefore(time, this.before, this.pace);
      if (pause > this.passed) break;
      this.passed -= pause;
      this.before = time;
      due += 1;
    }
    if (due === this.waiting.length) this.passed = 0;
    return this.waiting.splice(0, due);
  }
}
