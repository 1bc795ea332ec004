/* Undoing: every way in which a user asks Quill to undo leads to the document's own undo.
 *
 * Quill's history would take back the text as it was for this window alone; it is put to sleep. Keys and the browser's
 * menu are heard before Quill hears them, and `quill.history.undo()`, which toolbars call, is replaced.
 */
import type Quill from "quill";
import { turnOf } from "../bindings/turning";
import type { LiveDocument } from "../live-document";

/** The returned function gives Quill its own history back, empty. */
export function undoThrough(live: LiveDocument, quill: Quill): () => void {
  const { history, container } = quill;
  const ending = new AbortController();
  const take = (event: Event) => {
    const turn = turnOf(event);
    if (!turn) return;
    event.preventDefault();
    event.stopPropagation();
    live[turn]();
  };
  for (const kind of ["keydown", "beforeinput"]) container.addEventListener(kind, take, { capture: true, signal: ending.signal });
  history.clear();
  history.ignoreChange = true;
  Object.assign(history, { undo: () => live.undo(), redo: () => live.redo() });
  return () => {
    ending.abort();
    history.ignoreChange = false;
    for (const turn of ["undo", "redo"]) Reflect.deleteProperty(history, turn);
  };
}
