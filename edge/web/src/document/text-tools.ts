/* Text tools: does what a tool says to the text that is open, and shows the dialogs of those that ask something.
 *
 * Owns which tool does what.
 */
import type { LiveDocument } from "@shoal/client";
import type { Formatting } from "../editor/formatting";
import { openImageDialog } from "../editor/image-dialog";
import { openLinkDialog } from "../editor/link-dialog";
import type { Tool } from "../editor/tools";

export function useTool(tool: Tool, formatting: Formatting | null, live: LiveDocument): void {
  const { format } = tool;
  if (format === "undo" || format === "redo") return void (formatting ? formatting.turn(format) : live[format]());
  if (!formatting || !live.canWrite) return;
  if (format === "clean") return formatting.clear();
  if (format === "link") return link(formatting);
  if (format === "image") return openImageDialog(({ url, alt }) => formatting.insertImage(url, alt));
  formatting.toggle(tool);
}

/** Others may write while the dialog is open: where the link is, is asked again when it is done. */
function link(formatting: Formatting): void {
  const here = formatting.link();
  const place = () => formatting.link() ?? formatting.range;
  const remove = here ? () => formatting.setLink(place(), "", "") : null;
  const given = { href: here?.href ?? "", text: formatting.textOf(place()) };
  openLinkDialog(given, ({ href, text }) => formatting.setLink(place(), href, text), remove);
}
