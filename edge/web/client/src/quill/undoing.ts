/* Undoing: every way in which a user asks Quill to undo leads to the document's own undo.
 *
 * Quill's history would take back the text as it was for this window alone; it is put to sleep. Keys and the browser's
 * menu are heard before Quill hears them, and `quill.history.undo()`, which toolbars call, is replaced.
 */
import type Quill from "quill";
import type { LiveDocument } from "../live-document";

type Way = "undo" | "redo";

/** The returned function gives Quill its own history back, empty. */
export function undoThrough(live: LiveDocument, quill: Quill): () => void {
  const { history, container } = quill;
  const ending = new AbortController();
  const listen = { capture: true, signal: ending.signal };
  const take = (event: Event, way: Way | null) => {
    if (!way) return;
    event.preventDefault();
    event.stopPropagation();
    live[way]();
  };
  container.addEventListener("keydown", (event) => take(event, wayOfKey(event)), listen);
  container.addEventListener("beforeinput", (event) => take(event, BY_INPUT[event.inputType] ?? null), listen);
  history.clear();
  history.ignoreChange = true;
  Object.assign(history, { undo: () => live.undo(), redo: () => live.redo() });
  return () => {
    ending.abort();
    history.ignoreChange = false;
    for (const way of ["undo", "redo"]) Reflect.deleteProperty(history, way);
  };
}

const BY_INPUT: Record<string, Way | undefined> = { historyUndo: "undo", historyRedo: "redo" };
const [Y, Z] = [89, 90];

function wayOfKey({ key, keyCode, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): Way | null {
  if (!(ctrlKey || metaKey) || altKey) return null;
  const typed = key.toLowerCase();
  // Where letters are not Latin, the place of the key counts.
  const is = (letter: string, code: number) => typed === letter || (!/^[a-z]$/.test(typed) && keyCode === code);
  if (is("z", Z)) return shiftKey ? "redo" : "undo";
  return is("y", Y) && !shiftKey ? "redo" : null;
}
