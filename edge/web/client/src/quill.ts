/* @shoal/client/quill: a Quill on one side, a live document on the other, and both holding the same text.
 *
 *     const quill = new Quill("#editor", { theme: "snow", modules: { cursors: true } });
 *     const binding = bindQuill(shoal.open("documents/notes"), quill);
 *
 * What the user does becomes edits of the document at once; what the document reports is put into Quill as somebody
 * else's. Never keeps text of its own: after a doubt, Quill is set to what the document has. Quill is the page's: it is
 * neither imported nor made here, and quill-cursors is used when the page registered it as `modules/cursors`.
 */
import type Quill from "quill";
import type QuillCursors from "quill-cursors";
import Delta from "quill-delta";
import { colourOf } from "./bindings/colours";
import { holdWhileComposing } from "./bindings/composing";
import { whenLoaded } from "./bindings/loaded";
import { Whereabouts } from "./bindings/whereabouts";
import { endsWithNewline, wholeCharacters } from "./delta";
import type { Change, LiveDocument } from "./live-document";
import type { Participant, Range } from "./participants";
import { Backlog } from "./quill/backlog";
import { RemoteCursors } from "./quill/cursors";
import { Embeds } from "./quill/embeds";
import { growthOf, reachOf, shown, withoutLastNewline, withoutTail } from "./quill/tail";
import { undoThrough } from "./quill/undoing";

export interface QuillBindingOptions {
  /** The CSS colour of somebody's caret and selection. Default: one of ten, by their subject. */
  readonly colourOf?: (one: Participant) => string;
}

/** What keeps a Quill and a document together. */
export interface QuillBinding {
  /** Parts them. Quill keeps its text and may be written in as before; the document stays open. */
  destroy(): void;
}

/**
 * Binds them, at once or as soon as the document is loaded; until then Quill is read-only, as it is whenever the user
 * may not write. Give Quill `cursors: { transformOnTextChange: false, selectionChangeSource: null }` if at all: carets
 * are moved here. A document is shown in one Quill at a time.
 */
export function bindQuill(document: LiveDocument, quill: Quill, options: QuillBindingOptions = {}): QuillBinding {
  let bound: Bound | null = null;
  quill.enable(false);
  const stop = whenLoaded(document, () => {
    if (bound) bound.show();
    else bound = new Bound(document, quill, options.colourOf ?? colourOf);
  });
  return {
    destroy: () => {
      stop();
      bound?.stop();
    },
  };
}

class Bound {
  private readonly embeds: Embeds;
  private readonly cursors: RemoteCursors | null;
  private readonly whereabouts: Whereabouts;
  private readonly backlog = new Backlog((delta) => this.bring(delta));
  private readonly ending = new AbortController();
  /** Units of the content that is shown. */
  private length = 0;
  /** True while Quill's last newline is not in the content. */
  private virtual = false;

  constructor(
    private readonly document: LiveDocument,
    private readonly quill: Quill,
    colours: (one: Participant) => string,
  ) {
    this.embeds = new Embeds(quill);
    this.show();
    const layer = quill.getModule("cursors") as QuillCursors | undefined;
    this.cursors = layer?.moveCursor ? new RemoteCursors(layer, () => this.others(), colours) : null;
    this.whereabouts = new Whereabouts(document, () => this.selection());
    this.listen();
    this.cursors?.redraw();
  }

  stop(): void {
    this.ending.abort();
    this.backlog.flush();
    this.cursors?.stop();
    this.whereabouts.stop();
  }

  private others(): readonly Participant[] {
    return this.document.participants.filter(({ site }) => site !== this.document.site);
  }

  private get plain(): boolean {
    return this.document.plainText;
  }

  /** Sets Quill to what the document has, by the smallest change, so that the caret stays. */
  show(): void {
    const content = this.document.content();
    this.backlog.clear();
    this.length = content.length();
    this.virtual = this.plain || !endsWithNewline(content);
    const wanted = this.embeds.toQuill(shown(content, this.plain));
    this.quill.updateContents(new Delta(this.quill.getContents().ops).diff(wanted), "api");
    this.follow();
  }

  /** Whether Quill may be written in is what the document says. */
  private follow(): void {
    const { document, quill } = this;
    if (quill.isEnabled() !== document.canWrite) quill.enable(document.canWrite);
  }

  private listen(): void {
    const { document, quill, ending: { signal } } = this;
    this.onQuill("text-change", (delta: Delta, before: Delta, source: string) => {
      if (source === "user") this.typed(new Delta(delta.ops), new Delta(before.ops));
    });
    this.onQuill("editor-change", (kind: string, ...[, , source]: unknown[]) => {
      if (source === "user") this.whereabouts.acted();
      else if (kind === "selection-change") this.whereabouts.moved();
    });
    const redraw = () => this.cursors?.redraw();
    const stops = [
      document.on("change", (change) => this.changed(change)),
      document.on("status", () => this.follow()),
      document.on("selections", redraw),
      document.on("participants", redraw),
      undoThrough(document, quill),
    ];
    signal.addEventListener("abort", () => stops.forEach((stop) => stop()));
    holdWhileComposing(document, quill.root, signal);
    window.addEventListener("resize", redraw, { signal });
  }

  private onQuill(kind: string, listener: (...parts: never[]) => void): void {
    this.quill.on(kind, listener as never);
    this.ending.signal.addEventListener("abort", () => this.quill.off(kind, listener as never));
  }

  // -- text --------------------------------------------------------------------------------------------------------

  /** `delta` is what the user did to what Quill had `before`. */
  private typed(delta: Delta, before: Delta): void {
    const change = wholeCharacters(delta, before);
    const edit = this.embeds.fromQuill(this.plain ? this.withoutTail(change, before) : this.withNewline(change));
    if (edit.ops.length === 0 || !this.document.submit(this.backlog.past(edit))) return this.show();
    this.length += growthOf(edit);
    // Half a character is shown as such and was not sent as such; a block embed broke the line around it.
    if (change !== delta || !this.fits()) this.show();
    this.cursors?.redraw();
  }

  private withoutTail(change: Delta, before: Delta): Delta {
    return withoutTail(change, () => withoutLastNewline(before), this.length, () => new Delta(this.quill.getContents().ops));
  }

  /** Rich text is stored with its last newline, which Quill shows before it is there: whoever writes first adds it. */
  private withNewline(change: Delta): Delta {
    if (!this.virtual) return change;
    const newline = new Delta().retain(this.length).insert("\n");
    this.virtual = false;
    return newline.compose(change);
  }

  /** The document changed otherwise than by this Quill. */
  private changed({ delta, by, selection }: Change): void {
    this.backlog.add(delta);
    if (by === "others") return;
    this.backlog.flush();
    if (selection) this.select(selection);
    else if (by !== "server") this.quill.scrollSelectionIntoView();
  }

  /** Brings Quill to where the document is. */
  private bring(delta: Delta): void {
    const touchesEnd = reachOf(delta) >= this.length;
    this.length += growthOf(delta);
    const before = this.virtual;
    if (touchesEnd && !this.plain) this.virtual = !endsWithNewline(this.document.content());
    if (before === this.virtual) this.quill.updateContents(this.embeds.toQuill(delta), "api");
    if (before !== this.virtual || !this.fits()) this.show();
    this.cursors?.redraw();
  }

  private fits(): boolean {
    return this.quill.getLength() === this.length + (this.virtual ? 1 : 0);
  }

  // -- where the user is -------------------------------------------------------------------------------------------

  private selection(): Range | null {
    const range = this.quill.getSelection();
    const inContent = (position: number) => this.backlog.position(Math.min(position, this.length));
    return range && { anchor: inContent(range.index), head: inContent(range.index + range.length) };
  }

  private select({ anchor, head }: Range): void {
    this.quill.setSelection(Math.min(anchor, head), Math.abs(head - anchor), "api");
    this.quill.scrollSelectionIntoView();
  }
}
