/* People: the others' carets and selections in CodeMirror, with their names.
 *
 * Owns what is drawn: it moves with every change of the text, and is drawn anew when somebody moved. A name shows for a
 * while beside a caret that moved; the carets of those who are idle fade. All of that is CSS: no timers.
 */
import { StateEffect, StateField, type EditorState, type Extension, type Range as Placed } from "@codemirror/state";
import { Decoration, EditorView, WidgetType, type DecorationSet } from "@codemirror/view";
import type { Participant, Range } from "../participants";

/** Somebody else, as they are to be drawn. */
export interface Person extends Participant {
  readonly colour: string;
}

interface Caret {
  readonly at: number;
  /** How often it moved otherwise than with the text. */
  readonly moves: number;
}

interface Drawn {
  readonly carets: ReadonlyMap<string, Caret>;
  readonly decorations: DecorationSet;
}

/** Everybody else there is; those without a selection are not drawn. */
export const setPeople = StateEffect.define<readonly Person[]>();

const drawn = StateField.define<Drawn>({
  create: () => ({ carets: new Map(), decorations: Decoration.none }),
  update: (before, transaction) => {
    const { changes, docChanged, effects, state } = transaction;
    const moved = docChanged
      ? {
          // Text that comes in at a caret stands behind it: only its own author's pushes it, and that is told.
          carets: new Map([...before.carets].map(([site, { at, moves }]) => [site, { at: changes.mapPos(at, -1), moves }])),
          decorations: before.decorations.map(changes),
        }
      : before;
    return effects.reduce((now, effect) => (effect.is(setPeople) ? draw(effect.value, now, state.doc.length) : now), moved);
  },
  provide: (field) => EditorView.decorations.from(field, ({ decorations }) => decorations),
});

function draw(people: readonly Person[], before: Drawn, length: number): Drawn {
  const carets = new Map<string, Caret>();
  const decorations: Placed<Decoration>[] = [];
  for (const person of people) {
    if (!person.selection) continue;
    const { from, to, head } = within(person.selection, length);
    const last = before.carets.get(person.site);
    const caret = { at: head, moves: (last?.moves ?? 0) + (last?.at === head ? 0 : 1) };
    carets.set(person.site, caret);
    if (from < to) decorations.push(selectionOf(person).range(from, to));
    decorations.push(Decoration.widget({ widget: new CaretWidget(person, caret.moves), side: -1 }).range(head));
  }
  return { carets, decorations: Decoration.set(decorations, true) };
}

function within({ anchor, head }: Range, length: number): { from: number; to: number; head: number } {
  const [start, end] = [Math.min(anchor, length), Math.min(head, length)];
  return { from: Math.min(start, end), to: Math.max(start, end), head: end };
}

function selectionOf({ colour, idle }: Person): Decoration {
  const attributes = { style: `background-color: color-mix(in srgb, ${colour} ${idle ? "10%" : "28%"}, transparent)` };
  return Decoration.mark({ class: "cm-shoal-selection", attributes, inclusiveStart: true });
}

class CaretWidget extends WidgetType {
  constructor(
    private readonly person: Person,
    private readonly moves: number,
  ) {
    super();
  }

  override eq({ person, moves }: CaretWidget): boolean {
    const { site, name, colour, idle } = this.person;
    return moves === this.moves && person.site === site && person.name === name && person.colour === colour && person.idle === idle;
  }

  override toDOM(): HTMLElement {
    const { name, colour, idle } = this.person;
    const [caret, flag] = [document.createElement("span"), document.createElement("span")];
    caret.className = idle ? "cm-shoal-caret cm-shoal-idle" : "cm-shoal-caret";
    caret.style.color = colour;
    caret.ariaHidden = "true";
    flag.className = "cm-shoal-name";
    flag.style.backgroundColor = colour;
    // Drawn by CSS: it is no part of the text, for those who search or read it aloud.
    flag.dataset["name"] = name;
    caret.append(flag);
    return caret;
  }
}

const theme = EditorView.baseTheme({
  ".cm-shoal-caret": { position: "relative", borderLeft: "2px solid", marginLeft: "-1px", marginRight: "-1px" },
  ".cm-shoal-caret.cm-shoal-idle": { opacity: 0.35 },
  ".cm-shoal-name": {
    position: "absolute", left: "-2px", bottom: "100%", padding: "0 5px", borderRadius: "4px 4px 4px 0", color: "#fff",
    fontSize: "11px", fontFamily: "system-ui, sans-serif", lineHeight: "1.5", whiteSpace: "nowrap", pointerEvents: "none",
    zIndex: 5, opacity: 0, animation: "cm-shoal-name 2.5s ease-in",
  },
  ".cm-shoal-name::before": { content: "attr(data-name)" },
  // Above the first line there is no room.
  ".cm-line:first-child .cm-shoal-name": { bottom: "auto", top: "100%", borderRadius: "0 4px 4px 4px" },
  ".cm-shoal-idle .cm-shoal-name": { animation: "none" },
  ".cm-shoal-caret:hover .cm-shoal-name": { opacity: 1 },
  "@keyframes cm-shoal-name": { "0%, 80%": { opacity: 1 }, "100%": { opacity: 0 } },
});

/** Draws whom `setPeople` brings. */
export const people: Extension = [drawn, theme];

/** Where carets are drawn now, by site. */
export function caretsIn(state: EditorState): ReadonlyMap<string, Caret> {
  return state.field(drawn).carets;
}
