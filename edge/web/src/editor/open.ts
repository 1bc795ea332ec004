/* Open: which editor a document gets. Rich text gets Quill, plain text CodeMirror; neither is loaded for the other's sake.
 *
 * Owns the choice alone.
 */
import type { LiveDocument, Loaded } from "@shoal/client";

/** An editor of one open document, as the page around it sees it. It is read-only by itself when the document is. */
export interface TextEditor {
  focus(): void;
  destroy(): void;
}

/** Resolves once the editor stands in `place`. The toolbar is for rich text; plain text leaves it as it is. */
export async function openEditor(place: HTMLElement, toolbar: HTMLElement | null, live: LiveDocument, { plainText }: Pick<Loaded, "plainText">): Promise<TextEditor> {
  if (plainText) return new (await import("./source")).SourceEditor(place, live);
  return new (await import("./editor")).Editor(place, toolbar, live);
}
