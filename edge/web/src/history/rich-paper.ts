/* RichPaper: a rich document of the past, in a Quill that nobody writes in.
 *
 * Owns that Quill and what it shows. Every position of the content is one of Quill: what it does not know is shown as a
 * stand-in of the same length.
 */
import { endsWithNewline } from "@shoal/client";
import Quill from "quill";
import type QuillCursors from "quill-cursors";
import Delta, { type Op } from "quill-delta";
import { register, RICH_FORMATS } from "../editor/registry";
import { MARKS, registerMarks, STAND_IN } from "./marks";
import { caretAfter, reachOf, showable, type Paper, type Writing } from "./paper";

export class RichPaper implements Paper {
  private readonly quill: Quill;
  private readonly cursors: QuillCursors;
  private content = new Delta();
  /** What changed since `content` was put together. */
  private tail = new Delta();
  private length = 0;
  /** Whose caret is shown. */
  private writer = "";
  /** True while Quill's last newline is not in the content. */
  private virtual = true;

  constructor(place: HTMLElement) {
    register();
    registerMarks();
    this.quill = new Quill(place, {
      theme: "snow",
      readOnly: true,
      formats: [...RICH_FORMATS, ...MARKS],
      modules: { toolbar: false, cursors: { transformOnTextChange: true, selectionChangeSource: null, hideDelayMs: 600 } },
    });
    this.cursors = this.quill.getModule("cursors") as QuillCursors;
    const { root } = this.quill;
    root.setAttribute("role", "document");
    root.setAttribute("tabindex", "0");
    root.setAttribute("aria-label", "The document as it was");
  }

  show(content: Delta): void {
    this.content = content;
    this.tail = new Delta();
    this.length = content.length();
    this.virtual = !endsWithNewline(content);
    this.cursors.clearCursors();
    const y = scrollY;
    this.quill.setContents(shown(this.virtual ? content.concat(new Delta().insert("\n")) : content), "api");
    scrollTo({ top: y, behavior: "instant" });
  }

  apply(change: Delta, by: Writing | null): void {
    const touchesEnd = reachOf(change) >= this.length;
    this.tail = this.tail.compose(change);
    this.length += change.changeLength();
    if (touchesEnd && !endsWithNewline(this.read()) !== this.virtual) this.show(this.read());
    else this.quill.updateContents(shown(change), "api");
    if (by) this.follow(caretAfter(change), by);
    else this.cursors.clearCursors();
  }

  reveal(at: number, length: number): DOMRect | null {
    this.cursors.clearCursors();
    const [leaf] = this.quill.getLeaf(at + 1);
    const element = elementOf(leaf?.domNode);
    element?.scrollIntoView({ block: "center" });
    for (const before of this.quill.root.querySelectorAll(".past-here")) before.classList.remove("past-here");
    const mark = element?.closest("ins, del, .past-format, .past-author");
    mark?.classList.add("past-here");
    const { left, top, width, height } = this.quill.getBounds(at, length) ?? { left: 0, top: 0, width: 0, height: 0 };
    const from = this.quill.container.getBoundingClientRect();
    return new DOMRect(from.left + left, from.top + top, width, height);
  }

  destroy(): void {
    this.cursors.clearCursors();
    this.quill.container.remove();
  }

  private read(): Delta {
    this.content = this.content.compose(this.tail);
    this.tail = new Delta();
    return this.content;
  }

  private follow(at: number, { key, name, colour }: Writing): void {
    const index = Math.min(at, this.quill.getLength() - 1);
    if (key !== this.writer) this.cursors.clearCursors();
    this.writer = key;
    this.cursors.createCursor(key, name, colour);
    this.cursors.moveCursor(key, { index, length: 0 });
    this.cursors.toggleFlag(key, true);
    const [leaf] = this.quill.getLeaf(index);
    elementOf(leaf?.domNode)?.scrollIntoView({ block: "nearest" });
  }
}

function elementOf(node: Node | undefined): Element | null {
  return node instanceof Element ? node : (node?.parentElement ?? null);
}

/** As Quill may be told it. */
function shown(delta: Delta): Delta {
  return new Delta(delta.ops.map(shownOp));
}

function shownOp(op: Op): Op {
  if (typeof op.insert === "string") return { ...op, insert: showable(op.insert) };
  if (op.insert === undefined || typeof op.insert["image"] === "string") return op;
  return { ...op, insert: { [STAND_IN]: Object.keys(op.insert).join() } };
}
