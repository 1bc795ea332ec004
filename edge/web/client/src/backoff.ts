/* Backoff: how long to wait before the next attempt. Exponential with full jitter, so that a thousand clients cut off
 * at once do not come back at once; the first attempt is fast, since most cuts are short.
 *
 * Owns the count of attempts. Never waits itself.
 */
export interface BackoffSettings {
  /** The first wait is at most this. */
  readonly baseMs: number;
  /** No wait is longer than this. */
  readonly capMs: number;
}

export const DEFAULT_BACKOFF: BackoffSettings = { baseMs: 250, capMs: 15_000 };

export class Backoff {
  private attempts = 0;

  constructor(
    private readonly settings: BackoffSettings = DEFAULT_BACKOFF,
    private readonly random: () => number = Math.random,
  ) {}

  /** The next wait, in milliseconds. */
  next(): number {
    const ceiling = Math.min(this.settings.capMs, this.settings.baseMs * 2 ** Math.min(this.attempts, 30));
    this.attempts += 1;
    return Math.round(this.random() * ceiling);
  }

  /** Begins anew: the last attempt held. */
  reset(): void {
    this.attempts = 0;
  }
}
