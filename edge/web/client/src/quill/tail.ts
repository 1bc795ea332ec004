/* Tail: the last newline, where an editor and a document differ.
 *
 * An editor's text always ends with a newline; stored text need not. Owns the rule between the two, and no state: what
 * the editor shows is the content, plus one newline that is never sent when the document is plain or lacks its own.
 */
import Delta from "quill-delta";
import { canonical, endsWithNewline, wholeCharacters } from "../delta";

/** How many units of its base a change walks over. */
export function reachOf(delta: Delta): number {
  return delta.ops.reduce((sum, op) => sum + (op.delete ?? (typeof op.retain === "number" ? op.retain : 0)), 0);
}

/** By how many units a change makes its base longer; negative = shorter. */
export function growthOf(delta: Delta): number {
  return delta.ops.reduce((sum, op) => sum + (op.insert === undefined ? -(op.delete ?? 0) : Delta.Op.length(op)), 0);
}

/** Content as an editor shows it. */
export function shown(content: Delta, plain: boolean): Delta {
  return plain || !endsWithNewline(content) ? content.concat(new Delta().insert("\n")) : content;
}

/** Shown text as it is stored: without its last newline, which every editor has. */
export function withoutLastNewline(view: Delta): Delta {
  return canonical(view.slice(0, Math.max(0, view.length() - 1)));
}

/**
 * A change of what is shown as a change of `content`, when the last newline is not part of it. Most changes do not
 * touch that newline and stay as they are; the others are found again by comparing.
 */
export function withoutTail(change: Delta, content: () => Delta, contentLength: number, view: () => Delta): Delta {
  const chopped = canonical(change);
  if (reachOf(chopped) <= contentLength) return chopped;
  const base = content();
  return wholeCharacters(base.diff(withoutLastNewline(view())), base);
}
