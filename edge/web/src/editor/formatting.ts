/* Formatting: a rich text's formats as the page around it reads and changes them.
 *
 * Owns no state: Quill has it. Every change is the user's own, and so reaches the document and its undo.
 */
import type Quill from "quill";
import type { Range } from "quill";
import Delta from "quill-delta";
import type { LiveDocument } from "@shoal/client";
import type { Tool } from "./tools";

/** Formats of more than this are told from its beginning. */
const MOST_READ = 20_000;

/** A link in the text. */
export interface LinkHere {
  readonly index: number;
  readonly length: number;
  readonly href: string;
}

export class Formatting {
  /** Where one was when the focus left, moved by what others wrote since. */
  private last: Range = { index: 0, length: 0 };
  private readonly left = (range: Range | null, before: Range | null) => (this.last = range ?? before ?? this.last);
  private readonly moved = (delta: Delta) => {
    if (this.quill.hasFocus()) return;
    const { index, length } = this.last;
    const start = delta.transformPosition(index);
    this.last = { index: start, length: Math.max(0, delta.transformPosition(index + length) - start) };
  };

  constructor(
    readonly quill: Quill,
    private readonly live: LiveDocument,
  ) {
    quill.on("selection-change", this.left);
    quill.on("text-change", this.moved);
  }

  stop(): void {
    this.quill.off("selection-change", this.left);
    this.quill.off("text-change", this.moved);
  }

  /** Calls `listener` once a frame at most, after the text or the selection changed. */
  onChange(listener: () => void): () => void {
    let queued = 0;
    const soon = () => (queued ||= requestAnimationFrame(() => ((queued = 0), listener())));
    this.quill.on("editor-change", soon);
    return () => {
      cancelAnimationFrame(queued);
      this.quill.off("editor-change", soon);
    };
  }

  /** Where one is, or was before the focus went elsewhere. */
  get range(): Range {
    if (this.quill.hasFocus()) this.last = this.quill.getSelection() ?? this.last;
    const most = this.quill.getLength();
    const index = Math.min(this.last.index, most - 1);
    return { index, length: Math.min(this.last.length, most - index) };
  }

  /** What all of the selection has. */
  formats(): Record<string, unknown> {
    const { index, length } = this.range;
    return this.quill.getFormat(index, Math.min(length, MOST_READ));
  }

  /** Puts a format on, or takes it off where it is. */
  toggle({ format, value }: Tool): void {
    const { quill } = this;
    const before = this.formats()[format];
    this.enter();
    this.live.endUndoGroup();
    if (value === undefined) quill.format(format, !before, "user");
    else if (value === "check") quill.format(format, before === "checked" || before === "unchecked" ? false : "unchecked", "user");
    else quill.format(format, before === value ? false : value, "user");
  }

  /** Nothing but text, in the whole selection or the whole word. */
  clear(): void {
    const { index, length } = this.enter();
    this.live.endUndoGroup();
    if (length > 0) return void this.quill.removeFormat(index, length, "user");
    for (const [format, value] of Object.entries(this.quill.getFormat(index))) if (value) this.quill.format(format, false, "user");
  }

  turn(way: "undo" | "redo"): void {
    this.enter();
    this.live[way]();
  }

  /** The whole link that the selection begins in. */
  link(): LinkHere | null {
    const { index, length } = this.range;
    const href = this.quill.getFormat(index, length)["link"];
    if (typeof href !== "string") return null;
    const here = (at: number) => this.quill.getFormat(at, 1)["link"] === href;
    let [start, end] = [index, index];
    while (start > 0 && here(start - 1)) start -= 1;
    while (end < this.quill.getLength() - 1 && here(end)) end += 1;
    return { index: start, length: end - start, href };
  }

  textOf({ index, length }: Range): string {
    return this.quill.getText(index, length);
  }

  /** Makes `range` a link; `text`, where it is another than there, replaces it. An empty `href` takes the link off. */
  setLink(range: Range, href: string, text: string): void {
    const { index, length } = range;
    const at = new Delta().retain(index);
    if (!text || text === this.textOf(range)) return this.change(at.retain(length, { link: href || null }), index + length);
    const attributes = { ...inline(this.quill.getFormat(index, length)), link: href };
    this.change(at.insert(text, attributes).delete(length), index + text.length);
  }

  insertImage(url: string, alt: string): void {
    const { index, length } = this.range;
    const change = new Delta().retain(index).insert({ image: url }, alt ? { alt } : {}).delete(length);
    this.change(change, index + 1);
  }

  /** Gives the text the focus, where one was. A dialog that closes gives back the focus alone. */
  private enter(): Range {
    const { range, quill } = this;
    quill.focus();
    if (!quill.getSelection()) quill.setSelection(range, "silent");
    return range;
  }

  private change(delta: Delta, caret: number): void {
    this.live.endUndoGroup();
    this.quill.updateContents(delta, "user");
    this.quill.focus();
    this.quill.setSelection(caret, 0, "user");
  }
}

/** The formats of letters: a line's belong to its end. */
function inline(formats: Record<string, unknown>): Record<string, unknown> {
  const letters = ["bold", "italic", "underline", "strike", "code", "color", "background", "font", "size", "script"];
  return Object.fromEntries(Object.entries(formats).filter(([name]) => letters.includes(name)));
}
