/* Editor: Quill on one side, a session on the other, and both holding the same text.
 *
 * Owns the Quill of one open document. What the user does becomes session edits at once; what the session reports is
 * put into Quill as somebody else's. Never keeps text of its own: after a doubt, Quill is set to what the session has.
 */
import Quill from "quill";
import type QuillCursors from "quill-cursors";
import Delta from "quill-delta";
import { endsWithNewline, wholeCharacters, type LiveDocument, type Loaded } from "@shoal/client";
import { RemoteCursors } from "./cursors";
import { fromQuill, register, RICH_FORMATS, toQuill } from "./registry";
import { growthOf, reachOf, shown, withoutTail } from "./tail";

const IDLE_AFTER_MS = 60_000;

export class Editor {
  private readonly quill: Quill;
  private readonly cursors: RemoteCursors;
  private readonly plain: boolean;
  private readonly cleanup: (() => void)[] = [];
  /** Units of the session's view. */
  private length: number;
  /** True while Quill's last newline is not in the content. */
  private virtual: boolean;
  private selectionQueued = false;
  private idleTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    place: HTMLElement,
    toolbar: HTMLElement,
    private readonly session: LiveDocument,
    loaded: Loaded,
  ) {
    this.plain = loaded.plainText;
    this.length = loaded.content.length();
    this.virtual = this.plain || !endsWithNewline(loaded.content);
    this.quill = this.build(place, toolbar, loaded);
    const layer = this.quill.getModule("cursors") as QuillCursors;
    this.cursors = new RemoteCursors(layer, () => session.participants.filter(({ site }) => site !== session.site));
    this.listen();
    this.addMissingNewline();
    this.cursors.redraw();
    this.reportSelection();
  }

  focus(): void {
    this.quill.focus();
  }

  setWritable(writable: boolean): void {
    if (this.quill.isEnabled() !== writable) this.quill.enable(writable);
  }

  destroy(): void {
    clearTimeout(this.idleTimer);
    this.cursors.stop();
    this.session.select(null);
    for (const undo of this.cleanup) undo();
  }

  private build(place: HTMLElement, toolbar: HTMLElement, { content, canWrite }: Loaded): Quill {
    register();
    const handlers = { undo: () => this.quill.history.undo(), redo: () => this.quill.history.redo() };
    const quill = new Quill(place, {
      theme: "snow",
      formats: this.plain ? [] : RICH_FORMATS,
      readOnly: !canWrite,
      placeholder: canWrite ? "Write something…" : "Nothing here yet.",
      modules: {
        toolbar: this.plain ? false : { container: toolbar, handlers },
        history: { userOnly: true, delay: 800, maxStack: 500 },
        cursors: { transformOnTextChange: false, selectionChangeSource: null, hideDelayMs: 600 },
      },
    });
    quill.setContents(toQuill(shown(content, this.plain)), "api");
    quill.history.clear();
    quill.root.setAttribute("aria-label", "Document");
    quill.root.setAttribute("aria-multiline", "true");
    quill.root.setAttribute("role", "textbox");
    return quill;
  }

  private listen(): void {
    const { quill, session } = this;
    quill.on("text-change", (delta, before, source) => {
      if (source === "user") this.edited(new Delta(delta.ops), new Delta(before.ops));
    });
    quill.on("editor-change", () => this.selectionSoon());
    this.cleanup.push(
      session.on("change", ({ delta }) => this.changed(delta)),
      session.on("status", () => this.setWritable(session.canWrite)),
      session.on("selections", () => this.cursors.redraw()),
      session.on("participants", () => this.cursors.redraw()),
    );
    this.onDom(quill.root, "compositionstart", () => session.hold());
    this.onDom(quill.root, "compositionend", () => setTimeout(() => session.release()));
    this.onDom(document, "visibilitychange", () => this.reportSelection());
    this.onDom(window, "resize", () => this.cursors.redraw());
  }

  private onDom(target: EventTarget, kind: string, listener: () => void): void {
    target.addEventListener(kind, listener);
    this.cleanup.push(() => target.removeEventListener(kind, listener));
  }

  // -- text --------------------------------------------------------------------------------------------------------

  private edited(delta: Delta, before: Delta): void {
    const change = wholeCharacters(delta, before);
    const content = () => toQuill(this.session.content());
    const view = () => new Delta(this.quill.getContents().ops);
    const edit = fromQuill(this.virtual ? withoutTail(change, content, this.length, view) : change);
    this.length += growthOf(edit);
    this.session.submit(edit);
    this.cursors.redraw();
  }

  /** Somebody else changed the text. */
  private changed(delta: Delta): void {
    const touchesEnd = reachOf(delta) >= this.length;
    this.length += growthOf(delta);
    const before = this.virtual;
    if (touchesEnd && !this.plain) this.virtual = !endsWithNewline(this.session.content());
    if (before === this.virtual) this.quill.updateContents(toQuill(delta), "api");
    if (before !== this.virtual || this.quill.getLength() !== this.length + (this.virtual ? 1 : 0)) this.repair();
    this.addMissingNewline();
    this.cursors.redraw();
  }

  /** Sets Quill to what the session has, by the smallest change, so that the caret stays. */
  private repair(): void {
    this.length = this.session.content().length();
    const wanted = toQuill(shown(this.session.content(), this.plain));
    this.quill.updateContents(new Delta(this.quill.getContents().ops).diff(wanted), "api");
  }

  /** Rich text is stored with its last newline; Quill shows one already. */
  private addMissingNewline(): void {
    if (this.plain || !this.virtual || !this.session.canWrite) return;
    this.virtual = false;
    const at = this.length;
    this.length += 1;
    this.session.submit(new Delta().retain(at).insert("\n"));
  }

  // -- where the user is -------------------------------------------------------------------------------------------

  private selectionSoon(): void {
    if (this.selectionQueued) return;
    this.selectionQueued = true;
    queueMicrotask(() => {
      this.selectionQueued = false;
      this.reportSelection();
    });
  }

  private reportSelection(active = !document.hidden): void {
    clearTimeout(this.idleTimer);
    if (active) this.idleTimer = setTimeout(() => this.reportSelection(false), IDLE_AFTER_MS);
    const range = this.quill.getSelection();
    const clip = (position: number) => Math.min(position, this.length);
    this.session.select(range ? { anchor: clip(range.index), head: clip(range.index + range.length) } : null, active);
  }
}
