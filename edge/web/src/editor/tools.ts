/* Tools: what can be done to the text of a rich document: names, icons and keys.
 *
 * Owns the list, which the toolbar, the shortcuts and the help sheet share. Never touches a text.
 */

export interface Tool {
  /** As Quill calls it. */
  readonly format: string;
  /** What it becomes; none = on or off. `false` = the plain one of its kind. */
  readonly value?: string | number | false;
  readonly label: string;
  readonly icon: string;
  readonly keys?: string;
  /** The editor itself listens to these keys. */
  readonly native?: true;
}

const tool = (format: string, label: string, icon: string, rest: Partial<Tool> = {}): Tool => ({ format, label, icon, ...rest });
const HEADING = "M6 5v14M18 5v14M6 12h12";

export const STYLES: readonly Tool[] = [
  tool("header", "Text", "M5 6h14M12 6v13", { value: false, keys: "Mod+Alt+0" }),
  tool("header", "Heading 1", HEADING, { value: 1, keys: "Mod+Alt+1" }),
  tool("header", "Heading 2", HEADING, { value: 2, keys: "Mod+Alt+2" }),
  tool("header", "Heading 3", HEADING, { value: 3, keys: "Mod+Alt+3" }),
];

export const LETTERS: readonly Tool[] = [
  tool("bold", "Bold", "M7 5h6.5a3.5 3.5 0 0 1 0 7H7zM7 12h7.5a3.5 3.5 0 0 1 0 7H7z", { keys: "Mod+B", native: true }),
  tool("italic", "Italic", "M10 5h8M6 19h8M14 5l-4 14", { keys: "Mod+I", native: true }),
  tool("underline", "Underline", "M7 4v7a5 5 0 0 0 10 0V4M5 20h14", { keys: "Mod+U", native: true }),
  tool("strike", "Strike through", "M4 12h16M16.5 8C16.2 6.2 14.5 5 12 5 9.4 5 7.5 6.3 7.5 8.300M7.5 16c.3 1.8 2 3 4.5 3 2.7 0 4.5-1.3 4.5-3.4", { keys: "Mod+Shift+X" }),
  tool("code", "Code", "M9 7l-5 5 5 5M15 7l5 5-5 5", { keys: "Mod+E" }),
];

export const LISTS: readonly Tool[] = [
  tool("list", "Numbered list", "M10 6h10M10 12h10M10 18h10M4 5l1.5-.8V8.5M3.8 15.200c.4-1.2 2.4-1.1 2.4.2 0 .9-2.4 1.8-2.4 3.100h2.6", { value: "ordered", keys: "Mod+Shift+7" }),
  tool("list", "Bulleted list", "M10 6h10M10 12h10M10 18h10M4.5 6h.01M4.5 12h.01M4.5 18h.01", { value: "bullet", keys: "Mod+Shift+8" }),
  tool("list", "Task list", "M12 6h8M12 12h8M12 18h8M3.5 6.5L5 8l3-3.5M3.5 16.5L5 18l3-3.5", { value: "check", keys: "Mod+Shift+9" }),
];

export const BLOCKS: readonly Tool[] = [
  tool("blockquote", "Quote", "M9.5 7C7 8 5.5 10 5.5 13v4h4.5v-4.5H5.5M18.5 7c-2.5 1-4 3-4 6v4H19v-4.5h-4.5", { keys: "Mod+Shift+." }),
  tool("code-block", "Code block", "M4 5h16v14H4zM10 9.5L7.5 12l2.5 2.5M14 9.5l2.5 2.5-2.5 2.5", { keys: "Mod+Alt+E" }),
];

export const ALIGNMENTS: readonly Tool[] = [
  tool("align", "Align left", "M4 6h16M4 10h10M4 14h16M4 18h10", { value: false, keys: "Mod+Shift+L" }),
  tool("align", "Align centre", "M4 6h16M7 10h10M4 14h16M7 18h10", { value: "center", keys: "Mod+Shift+E" }),
  tool("align", "Align right", "M4 6h16M10 10h10M4 14h16M10 18h10", { value: "right", keys: "Mod+Shift+R" }),
  tool("align", "Justify", "M4 6h16M4 10h16M4 14h16M4 18h16", { value: "justify", keys: "Mod+Shift+J" }),
];

export const UNDO = tool("undo", "Undo", "M9 14L4.5 9.5 9 5M5 9.5h9a5 5 0 0 1 0 10h-3", { keys: "Mod+Z", native: true });
export const REDO = tool("redo", "Redo", "M15 14l4.5-4.5L15 5M19 9.5h-9a5 5 0 0 0 0 10h3", { keys: "Mod+Shift+Z", native: true });
export const LINK = tool("link", "Link", "M10 14a4 4 0 0 0 5.7 0l3-3a4 4 0 0 0-5.7-5.700l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.700l1-1", { keys: "Mod+K" });
export const IMAGE = tool("image", "Image", "M4 5h16v14H4zM4 16.5l4.5-4.5 4.5 4.5 2.5-2.5 4.5 4M15.5 9h.01");
export const CLEAR = tool("clean", "Remove formatting", "M5 5h13v2.5M11.5 5L9 19M6.5 19h5M15 14l5 5M20 14l-5 5", { keys: "Mod+\\" });
