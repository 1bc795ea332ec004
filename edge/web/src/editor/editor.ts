/* Editor: Quill, bound to a session.
 *
 * Owns the Quill instance and the rule of the last newline: rich text stores the one Quill ends with, plain text does
 * not, so there it is only in the view. Edits of the user go to the session, changes of the session to Quill; undo knows
 * the user's own edits alone.
 */
import Quill, { type Range as QuillRange } from "quill";
import Delta from "quill-delta";
import type { Loaded, Session } from "../client/session";
import { RemoteCursors } from "./cursors";

const RICH_FORMATS = ["bold", "italic", "underline", "strike", "code", "link", "header", "list", "indent", "blockquote", "code-block"];
/** After this long without a key or a click the others see this user as away. */
const IDLE_MS = 60_000;

export class Editor {
  private readonly quill: Quill;
  private readonly cursors: RemoteCursors;
  private readonly stops: (() => void)[] = [];
  private readonly plainText: boolean;
  private idle: ReturnType<typeof setTimeout> | undefined;

  constructor(
    container: HTMLElement,
    toolbar: HTMLElement | null,
    private readonly session: Session,
    { content, plainText, canWrite }: Loaded,
  ) {
    this.plainText = plainText;
    this.quill = new Quill(container, {
      theme: "snow",
      placeholder: "Write something…",
      readOnly: !canWrite,
      formats: plainText ? [] : RICH_FORMATS,
      modules: {
        toolbar: toolbar && !plainText ? { container: toolbar } : false,
        history: { userOnly: true, delay: 800 },
        cursors: { transformOnTextChange: true, hideDelayMs: 4_000 },
      },
    });
    this.quill.root.setAttribute("aria-label", "Document");
    this.quill.root.setAttribute("role", "textbox");
    this.quill.root.setAttribute("aria-multiline", "true");
    this.quill.setContents(plainText ? new Delta(content.ops).insert("\n") : content, "silent");
    this.quill.history.clear();
    this.cursors = new RemoteCursors(this.quill, session);
    this.listen();
    this.endWithNewline();
  }

  focus(): void {
    this.quill.focus();
  }

  setWritable(writable: boolean): void {
    this.quill.enable(writable);
  }

  destroy(): void {
    clearTimeout(this.idle);
    for (const stop of this.stops) stop();
    this.session.select(null);
  }

  private listen(): void {
    this.quill.on("text-change", (delta, _before, source) => {
      if (source !== "user") return;
      this.session.edit(new Delta(delta.ops));
      this.active();
    });
    this.quill.on("selection-change", (range) => {
      this.tell(range);
      this.active();
    });
    this.stops.push(
      this.session.events.on("change", ({ delta }) => {
        this.quill.updateContents(delta, "api");
        this.endWithNewline();
        this.cursors.draw();
      }),
      this.session.events.on("participants", () => this.cursors.draw()),
      this.session.events.on("selections", () => this.cursors.draw()),
      this.session.events.on("status", () => this.tell(this.quill.getSelection())),
    );
    this.quill.root.addEventListener("compositionstart", () => this.session.hold());
    this.quill.root.addEventListener("compositionend", () => queueMicrotask(() => this.session.release()));
  }

  /** Quill shows a last newline whether it is stored or not: where it must be stored, store it. */
  private endWithNewline(): void {
    if (this.plainText || !this.session.canWrite) return;
    const ops = this.session.view().ops;
    const last = ops[ops.length - 1]?.insert;
    if (typeof last === "string" && last.endsWith("\n")) return;
    this.session.edit(new Delta().retain(this.session.view().length()).insert("\n"));
  }

  private tell(range: QuillRange | null): void {
    this.session.select(range ? { anchor: range.index, head: range.index + range.length } : null);
  }

  private active(): void {
    clearTimeout(this.idle);
    this.idle = setTimeout(() => {
      const range = this.quill.getSelection();
      this.session.select(range ? { anchor: range.index, head: range.index + range.length } : null, false);
    }, IDLE_MS);
  }
}
