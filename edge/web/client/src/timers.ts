/* Timers: at most one wait for each purpose, all of them stopped at once.
 *
 * Owns the waits of one object. Setting one again replaces it.
 */
export class Timers<Purpose extends string> {
  private readonly running = new Map<Purpose, ReturnType<typeof setTimeout>>();

  set(purpose: Purpose, afterMs: number, action: () => void): void {
    this.cancel(purpose);
    const run = () => {
      this.running.delete(purpose);
      action();
    };
    this.running.set(purpose, setTimeout(run, afterMs));
  }

  has(purpose: Purpose): boolean {
    return this.running.has(purpose);
  }

  cancel(purpose: Purpose): void {
    clearTimeout(this.running.get(purpose));
    this.running.delete(purpose);
  }

  clear(): void {
    for (const purpose of [...this.running.keys()]) this.cancel(purpose);
  }
}
