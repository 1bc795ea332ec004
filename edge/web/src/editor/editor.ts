/* Editor: a rich document in Quill, as this app sets it up.
 *
 * Owns the Quill of one open document: its look, its toolbar, its formats. What keeps it and the document together is
 * the client's binding.
 */
import Quill from "quill";
import type { LiveDocument } from "@shoal/client";
import { bindQuill, type QuillBinding } from "@shoal/client/quill";
import { colourOf } from "../ui/people";
import type { TextEditor } from "./open";
import { register, RICH_FORMATS } from "./registry";

export class Editor implements TextEditor {
  readonly quill: Quill;
  private readonly binding: QuillBinding;

  /** `toolbar` with Quill's own classes is wired by Quill; null = none, or one that wires itself. */
  constructor(place: HTMLElement, toolbar: HTMLElement | null, live: LiveDocument) {
    this.quill = build(place, toolbar, live.canWrite);
    this.binding = bindQuill(live, this.quill, { colourOf: ({ subject }) => colourOf(subject) });
  }

  focus(): void {
    this.quill.focus();
  }

  destroy(): void {
    this.binding.destroy();
  }
}

function build(place: HTMLElement, toolbar: HTMLElement | null, canWrite: boolean): Quill {
  register();
  const handlers = { undo: () => quill.history.undo(), redo: () => quill.history.redo() };
  const quill: Quill = new Quill(place, {
    theme: "snow",
    formats: RICH_FORMATS,
    placeholder: canWrite ? "Write something…" : "Nothing here yet.",
    modules: {
      toolbar: toolbar && { container: toolbar, handlers },
      cursors: { transformOnTextChange: false, selectionChangeSource: null, hideDelayMs: 600 },
    },
  });
  quill.root.setAttribute("aria-label", "Document");
  quill.root.setAttribute("aria-multiline", "true");
  quill.root.setAttribute("role", "textbox");
  return quill;
}
