/* Turning: how a user asks an editor to undo or redo, whichever editor it is.
 *
 * Owns no state.
 */

/** Names the method of a live document. */
export type Turn = "undo" | "redo";

const BY_INPUT: Record<string, Turn | undefined> = { historyUndo: "undo", historyRedo: "redo" };
const [Y, Z] = [89, 90];

/** What is asked for by a key, or by the browser's menu before it changes the text; null = something else. */
export function turnOf(event: Event): Turn | null {
  if (event.type === "keydown") return turnOfKey(event as KeyboardEvent);
  return BY_INPUT[(event as InputEvent).inputType] ?? null;
}

/** Ctrl or Cmd with Z, Shift+Z, Y; whatever Caps Lock makes of the letter. */
function turnOfKey({ key, keyCode, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): Turn | null {
  if (!(ctrlKey || metaKey) || altKey) return null;
  const typed = key.toLowerCase();
  // Where letters are not Latin, the place of the key counts.
  const is = (letter: string, code: number) => typed === letter || (!/^[a-z]$/.test(typed) && keyCode === code);
  if (is("z", Z)) return shiftKey ? "redo" : "undo";
  return is("y", Y) && !shiftKey ? "redo" : null;
}
