/* Source surface: a CodeMirror as the page around it needs it. Loaded only where there is one. */
import { StateEffect } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import type { Surface } from "./surface";

type Listener = (what: "text" | "selection") => void;

/** The surface of the view in `place`; null without one. */
export function sourceSurface(place: HTMLElement): Surface | null {
  const view = EditorView.findFromDOM(place.querySelector<HTMLElement>(".cm-editor") ?? place);
  if (!view) return null;
  const listeners = new Set<Listener>();
  const following = EditorView.updateListener.of(({ docChanged, selectionSet }) => {
    if (docChanged || selectionSet) for (const each of listeners) each(docChanged ? "text" : "selection");
  });
  view.dispatch({ effects: StateEffect.appendConfig.of(following) });
  return {
    root: view.contentDOM,
    formatting: null,
    selection: () => ({ start: view.state.selection.main.from, end: view.state.selection.main.to }),
    placeOf: (position) => {
      const { top, bottom } = view.lineBlockAt(Math.min(position, view.state.doc.length));
      return { top: view.documentTop + top, bottom: view.documentTop + bottom };
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop: () => listeners.clear(),
  };
}
