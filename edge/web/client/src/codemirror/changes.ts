/* Changes: CodeMirror's and a document's, one as the other.
 *
 * Owns no state. Both count UTF-16 code units, a line break as one; CodeMirror has text alone, so an embed is U+FFFC.
 */
import { Text, type ChangeSet, type ChangeSpec, type EditorState, type Transaction } from "@codemirror/state";
import Delta from "quill-delta";
import { insertedText, wholeCharacters } from "../delta";

/** What a transaction does to the text, such that no character is cut in half. */
export function deltaFromTransaction({ changes, startState }: Transaction): Delta {
  const delta = new Delta();
  let at = 0;
  changes.iterChanges((from, to, _from, _to, inserted) => {
    delta.retain(from - at).insert(inserted.toString()).delete(to - from);
    at = to;
  });
  return cutsCharacter(changes, startState) ? wholeCharacters(delta, new Delta().insert(startState.doc.toString())) : delta;
}

/** A document's change, in the positions of the text before it. */
export function changesFromDelta(delta: Delta): ChangeSpec[] {
  const changes: ChangeSpec[] = [];
  let from = 0;
  for (const op of delta.ops) {
    if (op.insert !== undefined) changes.push({ from, insert: textFrom(new Delta([op])) });
    else if (op.delete !== undefined) changes.push({ from, to: (from += op.delete) });
    else if (typeof op.retain === "number") from += op.retain;
  }
  return changes;
}

/** Content as CodeMirror has it. */
export function textFrom(content: Delta): Text {
  return Text.of(insertedText(content).split("\n"));
}

/** The change that makes `wanted` of `text`: what stands between what both begin and end with. None when they are equal. */
export function difference(text: string, wanted: string): ChangeSpec[] {
  const shorter = Math.min(text.length, wanted.length);
  let [start, tail] = [0, 0];
  while (start < shorter && text.charCodeAt(start) === wanted.charCodeAt(start)) start += 1;
  while (tail < shorter - start && text.charCodeAt(text.length - 1 - tail) === wanted.charCodeAt(wanted.length - 1 - tail)) tail += 1;
  if (start + tail === text.length && text.length === wanted.length) return [];
  const insert = Text.of(wanted.slice(start, wanted.length - tail).split("\n"));
  return [{ from: start, to: text.length - tail, insert }];
}

/** Whether changes begin or end within a surrogate pair, or bring half of one. */
export function cutsCharacter(changes: ChangeSet, { doc }: EditorState): boolean {
  let cuts = false;
  changes.iterChanges((from, to, _from, _to, inserted) => {
    cuts ||= !inserted.toString().isWellFormed();
    for (const at of [from, to]) cuts ||= at > 0 && /[\ud800-\udbff][\udc00-\udfff]/.test(doc.sliceString(at - 1, at + 1));
  });
  return cuts;
}
