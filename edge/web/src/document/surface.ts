/* Surface: an editor as the page around it needs it, whichever it is: where one is, what is selected, what changed.
 *
 * Owns no editor and no text. Positions are those of the content, in UTF-16 units.
 */
import type Quill from "quill";
import type { LiveDocument } from "@shoal/client";
import { Formatting } from "../editor/formatting";

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where a line of text stands in the window, in CSS pixels. */
export interface Place {
  readonly top: number;
  readonly bottom: number;
}

export interface Surface {
  /** What is typed into. */
  readonly root: HTMLElement;
  /** Null for text without formats. */
  readonly formatting: Formatting | null;
  /** What is selected, while the text has the focus or had it last. */
  selection(): Span;
  /** Where a caret would be; null when that cannot be told. */
  placeOf(position: number): Place | null;
  /** Calls `listener` after every change of the text or the selection. */
  onChange(listener: (what: "text" | "selection") => void): () => void;
  stop(): void;
}

/** The surface of the editor that stands in `place`. */
export async function surfaceOf(place: HTMLElement, live: LiveDocument): Promise<Surface | null> {
  if (live.plainText) {
    return (await import("./source-surface")).sourceSurface(place);
  }
  const { default: Quill } = await import("quill");
  const quill = Quill.find(place);
  return quill instanceof Quill ? ofQuill(quill, live) : null;
}

function ofQuill(quill: Quill, live: LiveDocument): Surface {
  const formatting = new Formatting(quill, live);
  return {
    root: quill.root,
    formatting,
    selection: () => ({ start: formatting.range.index, end: formatting.range.index + formatting.range.length }),
    placeOf: (position) => {
      const bounds = quill.getBounds(Math.min(position, quill.getLength() - 1));
      const top = quill.container.getBoundingClientRect().top;
      return bounds && { top: top + bounds.top, bottom: top + bounds.bottom };
    },
    onChange: (listener) => {
      const changed = (kind: string) => listener(kind === "text-change" ? "text" : "selection");
      quill.on("editor-change", changed);
      return () => quill.off("editor-change", changed);
    },
    stop: () => formatting.stop(),
  };
}
