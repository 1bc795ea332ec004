/* Registry: what Quill must know before the first editor is made.
 *
 * Owns the list of formats a rich document may show here. Kinds of embeds that are not in it are kept by the binding.
 */
import Quill from "quill";
import QuillCursors from "quill-cursors/core";
import "quill-cursors/css";

export const RICH_FORMATS = [
  "bold", "italic", "underline", "strike", "code", "link", "color", "background", "font", "size", "script",
  "header", "list", "indent", "align", "direction", "blockquote", "code-block", "image", "video",
];

interface Blot {
  new (...parts: unknown[]): object;
  create(value: unknown): HTMLElement;
}

const InlineEmbed = Quill.import("blots/embed") as unknown as Blot;
const Video = Quill.import("formats/video") as unknown as { sanitize(url: string): string };

/** A video within a line: Quill's own breaks the line around it, which a document need not do. */
class InlineVideo extends InlineEmbed {
  static blotName = "video";
  static tagName = "span";
  static className = "ql-inline-video";

  static override create(value: unknown): HTMLElement {
    const node = super.create(value);
    const frame = document.createElement("iframe");
    frame.src = Video.sanitize(String(value));
    frame.allowFullscreen = true;
    frame.title = "Video";
    node.append(frame);
    node.dataset["value"] = String(value);
    return node;
  }

  static value(node: HTMLElement): string {
    return node.dataset["value"] ?? "";
  }
}

let registered = false;

export function register(): void {
  if (registered) return;
  registered = true;
  Quill.register({ "modules/cursors": QuillCursors as never, "formats/video": InlineVideo as never }, true);
}
