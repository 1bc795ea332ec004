/* @shoal/client/codemirror: a live document as an extension of CodeMirror 6.
 *
 *     const notes = shoal.open("documents/notes");
 *     new EditorView({ parent: document.body, extensions: [shoal(notes), markdown()] });
 *
 * For plain text, Markdown source above all. What the user does becomes edits of the document at once; what the document
 * reports is dispatched as somebody else's, and neither sent back nor in any local history. Undo and redo are the
 * document's: leave CodeMirror's `history()` out. Formats are kept as they are, and an embed is one U+FFFC.
 */
import { Annotation, Compartment, EditorSelection, EditorState, Prec, Transaction, type Extension, type TransactionSpec } from "@codemirror/state";
import { EditorView, ViewPlugin, type PluginValue, type ViewUpdate } from "@codemirror/view";
import { colourOf } from "./bindings/colours";
import { holdWhileComposing } from "./bindings/composing";
import { whenLoaded } from "./bindings/loaded";
import { turnOf } from "./bindings/turning";
import { Whereabouts } from "./bindings/whereabouts";
import { changesFromDelta, cutsCharacter, deltaFromTransaction, difference, textFrom } from "./codemirror/changes";
import { caretsIn, people, setPeople, type Person } from "./codemirror/people";
import type { Change, LiveDocument } from "./live-document";
import type { Participant, Range } from "./participants";

export interface CodeMirrorBindingOptions {
  /** The CSS colour of somebody's caret and selection. Default: one of ten, by their subject. */
  readonly colourOf?: (one: Participant) => string;
}

/** How long a composition that rests keeps others' changes back. */
const REST_MS = 3_000;

/** Marks what the document did: a change that its editor shows and must not report. */
export const fromDocument = Annotation.define<boolean>();

/**
 * Binds the view it is given to. The text is the document's as soon as that is loaded, whatever the view began with; until
 * then, and whenever the user may not write, it is read-only. A document is shown in one view at a time.
 */
export function shoal(document: LiveDocument, options: CodeMirrorBindingOptions = {}): Extension {
  const rights = new Compartment();
  const plugin = ViewPlugin.define((view) => new Bound(view, document, rights, options.colourOf ?? colourOf));
  return [
    // A carriage return takes a unit of the content: only this is a line break.
    EditorState.lineSeparator.of("\n"),
    EditorView.clipboardInputFilter.of((text) => text.replace(/\r\n?/g, "\n")),
    EditorState.transactionFilter.of((transaction) => permitted(transaction, document)),
    rights.of(rightsOf(document.canWrite)),
    undoThrough(document),
    people,
    plugin,
  ];
}

function rightsOf(canWrite: boolean): Extension {
  const attributes: Record<string, string> = canWrite ? {} : { tabindex: "0", "aria-readonly": "true" };
  return [EditorState.readOnly.of(!canWrite), EditorView.editable.of(canWrite), EditorView.contentAttributes.of(attributes)];
}

/** Nothing is shown that the document would not have: neither what may not be written nor half a character. */
function permitted(transaction: Transaction, document: LiveDocument): TransactionSpec | readonly TransactionSpec[] {
  if (!transaction.docChanged || transaction.annotation(fromDocument)) return transaction;
  if (!document.canWrite) return [];
  if (!cutsCharacter(transaction.changes, transaction.startState)) return transaction;
  const text = transaction.newDoc.toString();
  return [transaction, { changes: difference(text, text.toWellFormed()), sequential: true }];
}

/** Heard before any keymap: one with a history would undo what others wrote. */
function undoThrough(document: LiveDocument): Extension {
  const take = (event: Event) => {
    const turn = turnOf(event);
    if (turn) document[turn]();
    return turn !== null;
  };
  return Prec.highest(EditorView.domEventHandlers({ keydown: take, beforeinput: take }));
}

class Bound implements PluginValue {
  private readonly ending = new AbortController();
  private readonly whereabouts: Whereabouts;
  private isShown = false;
  private isPlaced = false;
  private refreshing = false;

  constructor(
    private readonly view: EditorView,
    private readonly document: LiveDocument,
    private readonly rights: Compartment,
    private readonly colours: (one: Participant) => string,
  ) {
    this.whereabouts = new Whereabouts(document, () => this.selection());
    // A view takes no changes while it is being made.
    queueMicrotask(() => this.ending.signal.aborted || this.begin());
  }

  destroy(): void {
    this.ending.abort();
    this.whereabouts.stop();
  }

  update(update: ViewUpdate): void {
    for (const transaction of update.transactions) this.follow(transaction);
    const hasActed = update.transactions.some((one) => one.isUserEvent("select") || (one.docChanged && !one.annotation(fromDocument)));
    this.isPlaced ||= hasActed || (update.focusChanged && update.view.hasFocus);
    if (hasActed) this.whereabouts.acted();
    else if (update.docChanged || update.selectionSet || update.focusChanged) this.whereabouts.moved();
  }

  private begin(): void {
    const { document, view, ending: { signal } } = this;
    const refresh = () => this.refresh();
    const stops = [
      document.on("change", (change) => this.changed(change)),
      document.on("status", () => this.obey()),
      document.on("selections", refresh),
      document.on("participants", refresh),
      whenLoaded(document, () => this.show()),
    ];
    signal.addEventListener("abort", () => stops.forEach((stop) => stop()));
    holdWhileComposing(document, view.contentDOM, signal, REST_MS);
  }

  // -- text --------------------------------------------------------------------------------------------------------

  private follow(transaction: Transaction): void {
    if (!this.isShown || !transaction.docChanged || transaction.annotation(fromDocument)) return;
    const isTaken = this.document.submit(deltaFromTransaction(transaction));
    // Neither can be done while the view is being updated.
    if (!isTaken) queueMicrotask(() => this.ending.signal.aborted || this.show());
    else this.refreshSoon();
  }

  /** The document changed otherwise than by this view. */
  private changed({ delta, by, selection }: Change): void {
    if (!this.isShown) return;
    const turned = by === "undo" || by === "redo";
    this.dispatch({
      changes: changesFromDelta(delta),
      ...(turned ? { userEvent: by, scrollIntoView: true } : {}),
      ...(selection ? { selection: this.clipped(selection, delta.changeLength()) } : {}),
    });
  }

  /** Sets the view to what the document has, by the smallest change. */
  private show(): void {
    const wanted = textFrom(this.document.content()).toString();
    this.isShown = true;
    this.dispatch({ changes: difference(this.view.state.doc.toString(), wanted) });
    this.obey();
  }

  private dispatch(spec: TransactionSpec): void {
    const annotations = [fromDocument.of(true), Transaction.addToHistory.of(false), Transaction.remote.of(true)];
    this.view.dispatch({ ...spec, effects: setPeople.of(this.others()), annotations, filter: false });
  }

  private obey(): void {
    const { canWrite } = this.document;
    if (this.view.state.readOnly === canWrite) this.view.dispatch({ effects: this.rights.reconfigure(rightsOf(canWrite)) });
  }

  // -- who is where ------------------------------------------------------------------------------------------------

  private others(): Person[] {
    const others = this.document.participants.filter(({ site }) => site !== this.document.site);
    return others.map((one) => ({ ...one, colour: this.colours(one) }));
  }

  private refresh(): void {
    if (this.isShown) this.view.dispatch({ effects: setPeople.of(this.others()) });
  }

  /** CodeMirror and the document move a position out of replaced text to different ends: theirs is what all others see. */
  private refreshSoon(): void {
    if (this.refreshing || caretsIn(this.view.state).size === 0) return;
    this.refreshing = true;
    queueMicrotask(() => {
      this.refreshing = false;
      if (!this.ending.signal.aborted) this.refresh();
    });
  }

  /** Nowhere until the user was in the text for the first time. */
  private selection(): Range | null {
    const { anchor, head } = this.view.state.selection.main;
    return this.isPlaced && this.isShown ? { anchor, head } : null;
  }

  private clipped({ anchor, head }: Range, growth: number): EditorSelection {
    const length = this.view.state.doc.length + growth;
    return EditorSelection.single(Math.min(anchor, length), Math.min(head, length));
  }
}
