/* Registry: what Quill must know before the first editor is made.
 *
 * Owns the list of formats a rich document may show here. Kinds of embeds that are not in it are kept by the binding.
 */
import Quill from "quill";
import Delta from "quill-delta";
import QuillCursors from "quill-cursors/core";
import "quill-cursors/css";
import { SAFE_FORMATS } from "./safe-formats";

export const RICH_FORMATS = [
  "bold", "italic", "underline", "strike", "code", "link", "color", "background", "font", "size", "script",
  "header", "list", "indent", "align", "direction", "blockquote", "code-block", "image", "video",
];

let registered = false;

export function register(): void {
  if (registered) return;
  registered = true;
  Quill.register({ "modules/cursors": QuillCursors as never, ...SAFE_FORMATS }, true);
  // A picture that is pasted as a file would become part of the text, all of it.
  defaultsOf<{ mimetypes: string[] }>("modules/uploader").mimetypes = [];
  // What a script says is no text.
  defaultsOf<{ matchers: [string, () => Delta][] }>("modules/clipboard").matchers.push(["script", () => new Delta()]);
}

function defaultsOf<Options>(module: string): Options {
  return (Quill.import(module) as { DEFAULTS: Options }).DEFAULTS;
}
