/* A log of a document in memory: what Past asks a server for, and what it asked. */
import Delta from "quill-delta";
import { composed } from "../../src/history/past";
import type { Operation, OperationSource } from "../../src/history/source";

export function operation(revision: number, delta: Delta, author = "users/ada", time = revision * 1000): Operation {
  return { revision, author, agent: "", time, delta };
}

/** Types `count` letters one after the other, `a` to `z` again and again. */
export function typed(count: number): Operation[] {
  const letter = (at: number) => String.fromCharCode(97 + (at % 26));
  return Array.from({ length: count }, (_, at) => operation(at + 1, new Delta().retain(at).insert(letter(at))));
}

export class FakeLog implements OperationSource {
  readonly asked: string[] = [];

  constructor(readonly all: Operation[]) {}

  async content(revision: number, signal: AbortSignal): Promise<Delta> {
    signal.throwIfAborted();
    this.asked.push(`content ${revision}`);
    return composed(this.all.slice(0, revision));
  }

  /** At most 150 a page, as a server may. */
  async operations(after: number, upTo: number, signal: AbortSignal): Promise<readonly Operation[]> {
    signal.throwIfAborted();
    this.asked.push(`operations ${after}-${upTo}`);
    return this.all.slice(after, Math.min(upTo, after + 150));
  }
}
