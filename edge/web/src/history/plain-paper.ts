/* PlainPaper: a plain text of the past, in a CodeMirror that nobody writes in: only what is in sight is drawn.
 *
 * Owns that view. Marks are decorations; an embed, which plain text has none of, would be one character.
 */
import { EditorState, StateEffect, StateField, type ChangeSpec, type Range } from "@codemirror/state";
import { Decoration, EditorView, type DecorationSet } from "@codemirror/view";
import Delta, { type AttributeMap } from "quill-delta";
import { AUTHOR } from "./authors";
import { MARK } from "./changes";
import { authorAttributes } from "./plain-marks";
import { caretAfter, showable, type Paper, type Writing } from "./paper";

const setMarks = StateEffect.define<DecorationSet>();
const setHere = StateEffect.define<DecorationSet>();

const marks = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (set, { changes, effects }) => effects.reduce((now, each) => (each.is(setMarks) ? each.value : now), set.map(changes)),
  provide: (field) => EditorView.decorations.from(field),
});
const here = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (set, { changes, effects }) => effects.reduce((now, each) => (each.is(setHere) ? each.value : now), set.map(changes)),
  provide: (field) => EditorView.decorations.from(field),
});

export class PlainPaper implements Paper {
  private readonly view: EditorView;

  constructor(private readonly place: HTMLElement) {
    this.view = new EditorView({
      parent: place,
      extensions: [
        EditorState.readOnly.of(true),
        EditorState.lineSeparator.of("\n"),
        EditorView.editable.of(false),
        // The page lets only style sheets with its own nonce in.
        EditorView.cspNonce.of(document.querySelector<HTMLMetaElement>("meta[property=csp-nonce]")?.nonce ?? ""),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ role: "document", tabindex: "0", "aria-label": "The document as it was" }),
        marks,
        here,
      ],
    });
  }

  show(content: Delta): void {
    const insert = content.ops.map(textOf).join("");
    const changes = { from: 0, to: this.view.state.doc.length, insert };
    this.view.dispatch({ changes, effects: [setMarks.of(marked(content)), setHere.of(Decoration.none)] });
  }

  apply(change: Delta, by: Writing | null): void {
    this.view.dispatch({ changes: changesOf(change), effects: setHere.of(Decoration.none) });
    if (!by) return;
    const at = Math.min(caretAfter(change), this.view.state.doc.length);
    this.place.style.setProperty("--person", by.colour);
    this.view.dispatch({ effects: [setHere.of(caret(at, by)), EditorView.scrollIntoView(at, { y: "nearest", yMargin: 160 })] });
  }

  reveal(at: number, length: number): DOMRect | null {
    const to = Math.min(at + Math.max(1, length), this.view.state.doc.length);
    const set = at < to ? Decoration.set(Decoration.mark({ class: "past-here" }).range(at, to)) : Decoration.none;
    this.view.dispatch({ effects: [EditorView.scrollIntoView(at, { y: "center" }), setHere.of(set)] });
    const rect = this.view.coordsAtPos(at);
    return rect && new DOMRect(rect.left, rect.top, 0, rect.bottom - rect.top);
  }

  destroy(): void {
    this.view.destroy();
  }
}

function textOf({ insert }: Delta["ops"][number]): string {
  return typeof insert === "string" ? showable(insert) : insert ? "\ufffc" : "";
}

function changesOf(change: Delta): ChangeSpec[] {
  const found: ChangeSpec[] = [];
  let at = 0;
  for (const op of change.ops) {
    if (op.insert !== undefined) found.push({ from: at, insert: textOf(op) });
    else if (op.delete !== undefined) found.push({ from: at, to: (at += op.delete) });
    else at += typeof op.retain === "number" ? op.retain : 0;
  }
  return found;
}

function marked(content: Delta): DecorationSet {
  const found: Range<Decoration>[] = [];
  let at = 0;
  for (const op of content.ops) {
    const to = at + Delta.Op.length(op);
    const mark = op.attributes && markOf(op.attributes);
    if (mark) found.push(mark.range(at, to));
    at = to;
  }
  return Decoration.set(found);
}

function markOf(attributes: AttributeMap): Decoration | null {
  if (attributes[MARK.ins]) return Decoration.mark({ tagName: "ins", class: MARK.ins });
  if (attributes[MARK.del]) return Decoration.mark({ tagName: "del", class: MARK.del });
  const writer = attributes[AUTHOR];
  return writer === undefined ? null : Decoration.mark({ attributes: authorAttributes(String(writer)) });
}

/** Where somebody writes: the character before their caret, in their colour. */
function caret(at: number, { name }: Writing): DecorationSet {
  if (at === 0) return Decoration.none;
  const attributes = { class: "past-caret", title: name };
  return Decoration.set(Decoration.mark({ attributes }).range(at - 1, at));
}
