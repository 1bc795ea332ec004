/* Characters that Quill would swallow, and what it is shown instead.
 *
 * Quill turns CR LF into LF and takes U+FEFF for its own caret, so that every position after one would be off. Each is
 * shown as a zero-width space: same length, nothing to see. Owns no state; the content itself is never changed.
 */
import Delta from "quill-delta";

const SWALLOWED = /[\r\ufeff]/g;
const STAND_IN = "\u200b";

/** `delta` as Quill may be told it: every position as before. */
export function showable(delta: Delta): Delta {
  if (!delta.ops.some(({ insert }) => typeof insert === "string" && insert.search(SWALLOWED) >= 0)) return delta;
  return new Delta(
    delta.ops.map((op) => (typeof op.insert === "string" ? { ...op, insert: op.insert.replace(SWALLOWED, STAND_IN) } : op)),
  );
}
