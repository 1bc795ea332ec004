/* Paper: where the past is shown, read-only. Rich text in a Quill of its own, plain text in a CodeMirror.
 *
 * Owns the choice. Content comes as Deltas alone; neither paper makes elements of markup.
 */
import type Delta from "quill-delta";

/** Who made the change that is shown, while the writing is played. */
export interface Writing {
  readonly key: string;
  readonly name: string;
  readonly colour: string;
}

export interface Paper {
  /** Shows a content, with marks of changes or authors if it has any. */
  show(content: Delta): void;
  /** Changes what is shown; with `by`, one looks where it happens. */
  apply(change: Delta, by: Writing | null): void;
  /** Brings a stretch into sight and marks it; returns where on the screen it is. */
  reveal(at: number, length: number): DOMRect | null;
  destroy(): void;
}

export async function openPaper(place: HTMLElement, plainText: boolean): Promise<Paper> {
  if (plainText) return new (await import("./plain-paper")).PlainPaper(place);
  return new (await import("./rich-paper")).RichPaper(place);
}

/** How many units of its base a change walks over. */
export function reachOf(change: Delta): number {
  return change.ops.reduce((sum, op) => sum + (op.delete ?? (typeof op.retain === "number" ? op.retain : 0)), 0);
}

/** Where the caret of whoever made a change is afterwards. */
export function caretAfter(change: Delta): number {
  let [at, caret] = [0, 0];
  for (const op of change.ops) {
    if (typeof op.insert === "string") at += op.insert.length;
    else if (op.insert) at += 1;
    else if (typeof op.retain === "number") at += op.retain;
    if (op.retain === undefined || op.attributes) caret = at;
  }
  return caret;
}

/** Characters that editors swallow, as something of the same length that shows nothing. */
export function showable(text: string): string {
  return text.replace(/[\r\ufeff]/g, "\u200b");
}
