/* Authors: a text in which each stretch says who wrote it, and who wrote how much.
 *
 * Owns no state. An agent is a writer of its own, apart from the person it wrote for.
 */
import Delta, { type Op } from "quill-delta";
import { composedAll } from "./past";
import type { Operation, Run } from "./source";

/** The attribute of a stretch: `writer:stretch`, the places of its writer in the legend and of itself in the text. */
export const AUTHOR = "past-author";

export interface Writer {
  /** `agents/{agent}` for an agent, else the subject: what colours and patterns go by. */
  readonly key: string;
  readonly author: string;
  readonly agent: string;
  /** UTF-16 units that are still there. */
  readonly units: number;
}

export interface Stretch {
  readonly at: number;
  readonly length: number;
  readonly writer: number;
  /** The revision it was written at; 0 = before those that were looked through. */
  readonly revision: number;
}

/** Whoever wrote most first. */
export function writersOf(runs: readonly Run[]): Writer[] {
  const found = new Map<string, Writer>();
  for (const { author, agent, length } of runs) {
    const key = agent || author;
    found.set(key, { key, author, agent, units: (found.get(key)?.units ?? 0) + length });
  }
  return [...found.values()].sort((a, b) => b.units - a.units);
}

/** Runs with their places, cut where the revision changes. `origins` = lengths by revision, as `originsOf` has them. */
export function stretchesOf(runs: readonly Run[], writers: readonly Writer[], origins: readonly Origin[]): Stretch[] {
  const stretches: Stretch[] = [];
  let [at, origin, used] = [0, 0, 0];
  for (const run of runs) {
    const writer = writers.findIndex(({ key }) => key === (run.agent || run.author));
    for (let left = run.length; left > 0; ) {
      const { length = Infinity, revision = 0 } = origins[origin] ?? {};
      const taken = Math.min(left, length - used);
      const last = stretches[stretches.length - 1];
      const isOne = last?.writer === writer && isOneGo(last.revision, revision);
      if (last && isOne) stretches[stretches.length - 1] = { ...last, length: last.length + taken, revision };
      else stretches.push({ at, length: taken, writer, revision });
      [at, left, used] = [at + taken, left - taken, used + taken];
      if (used === length) [origin, used] = [origin + 1, 0];
    }
  }
  return stretches;
}

/** Text typed letter by letter is one stretch, though each letter is an operation. */
function isOneGo(revision: number, next: number): boolean {
  return next === revision || (revision > 0 && next > revision && next - revision <= 3);
}

/** The text with its stretches marked; `only` = those of one writer. */
export function authored(content: Delta, stretches: readonly Stretch[], only: number | null): Delta {
  const marks = new Delta();
  for (const [index, { length, writer }] of stretches.entries()) {
    marks.retain(length, only === null || only === writer ? { [AUTHOR]: `${writer}:${index}` } : null);
  }
  const inside = marks.ops.reduce((sum, op) => sum + Delta.Op.length(op), 0);
  return inside > content.length() ? content : content.compose(marks);
}

export interface Origin {
  readonly length: number;
  readonly revision: number;
}

/** Which operation each unit of the text goes back to; units that were in `base` already: 0. */
export function originsOf(base: Delta, operations: readonly Operation[]): Origin[] {
  const stampedAll = ({ ops }: Delta, revision: number) => new Delta(ops.map((op) => stamped(op, revision)));
  const text = stampedAll(base, 0).compose(composedAll(operations.map(({ delta, revision }) => stampedAll(delta, revision))));
  return text.ops.map((op) => ({ length: Delta.Op.length(op), revision: Number(op.attributes?.["revision"] ?? 0) }));
}

/** Formats do not say who wrote something; what an embed shows does not matter here. */
function stamped(op: Op, revision: number): Op {
  if (typeof op.insert === "string") return { insert: op.insert, attributes: { revision } };
  if (op.insert) return { insert: "\ufffc", attributes: { revision } };
  return op.delete === undefined ? { retain: op.retain ?? 0 } : { delete: op.delete };
}
