/* Until: when a call ends whatever happens, by its own time or by the caller's signal, and what is thrown then.
 *
 * Owns the signal of one call, and waits that end with it.
 */
import type { CallOptions } from "@gen/rest/caller";
import { RestError } from "./rest-error";

export class Until {
  readonly signal: AbortSignal;
  private readonly late: AbortSignal | undefined;

  constructor({ signal, timeoutMs = 0 }: CallOptions, ...others: readonly AbortSignal[]) {
    this.late = timeoutMs > 0 ? AbortSignal.timeout(timeoutMs) : undefined;
    this.signal = AbortSignal.any([signal, this.late, ...others].filter((each) => each !== undefined));
  }

  /** What to throw for an error: the caller's own reason, when that ended the call. */
  told(error: unknown, requestId: string): unknown {
    if (!this.signal.aborted) return error;
    if (this.signal.reason !== this.late?.reason) return this.signal.reason;
    return new RestError({ code: "DEADLINE_EXCEEDED", message: "the server did not answer in time", requestId, cause: error });
  }
}

/** Waits for a promise, but no longer than for the signal. Rejects with its reason. */
export function within<Value>(signal: AbortSignal, promise: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason as Error);
    if (signal.aborted) return stop();
    signal.addEventListener("abort", stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

/** Waits so long. Rejects with the signal's reason. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const waited = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  return within(signal, waited).finally(() => clearTimeout(timer));
}
