/* Emitter: typed events, delivered at once and in order.
 *
 * Owns the listeners of one object. Never swallows what a listener throws: it is reported and the others still run.
 */
export class Emitter<Events extends object> {
  private readonly listeners = new Map<keyof Events, Set<(event: never) => void>>();

  /** Calls `listener` for every later event of this kind; the returned function stops that. */
  on<Kind extends keyof Events>(kind: Kind, listener: (event: Events[Kind]) => void): () => void {
    const all = this.listeners.get(kind) ?? new Set();
    this.listeners.set(kind, all);
    all.add(listener as (event: never) => void);
    return () => all.delete(listener as (event: never) => void);
  }

  emit<Kind extends keyof Events>(kind: Kind, event: Events[Kind]): void {
    for (const listener of [...(this.listeners.get(kind) ?? [])]) {
      try {
        (listener as (event: Events[Kind]) => void)(event);
      } catch (error) {
        reportError(error);
      }
    }
  }
}

/** Like `window.reportError`, also where there is no window. */
function reportError(error: unknown): void {
  if (typeof globalThis.reportError === "function") globalThis.reportError(error);
  else queueMicrotask(() => Promise.reject(error));
}
