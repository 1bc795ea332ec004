/* Source: a plain-text document in CodeMirror, with Markdown in colour, as this app sets it up.
 *
 * Owns the view of one open document. What keeps it and the document together is the client's binding.
 */
import { defaultKeymap } from "@codemirror/commands";
import { markdown, markdownKeymap } from "@codemirror/lang-markdown";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { drawSelection, EditorView, keymap, placeholder } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import type { LiveDocument } from "@shoal/client";
import { shoal } from "@shoal/client/codemirror";
import { colourOf } from "../ui/people";
import type { TextEditor } from "./open";

/** In the colours of the page, so that dark is dark here too. */
const COLOURS = HighlightStyle.define([
  { tag: tags.heading, fontWeight: "700" },
  { tag: tags.strong, fontWeight: "700" },
  { tag: tags.emphasis, fontStyle: "italic" },
  { tag: tags.strikethrough, textDecoration: "line-through" },
  { tag: [tags.link, tags.url], color: "var(--accent)" },
  { tag: tags.monospace, color: "var(--accent)" },
  { tag: [tags.quote, tags.processingInstruction, tags.contentSeparator, tags.meta], color: "var(--faint)" },
]);

export class SourceEditor implements TextEditor {
  private readonly view: EditorView;

  constructor(place: HTMLElement, live: LiveDocument) {
    this.view = new EditorView({
      parent: place,
      extensions: [
        shoal(live, { colourOf: ({ subject }) => colourOf(subject) }),
        keymap.of([...markdownKeymap, ...defaultKeymap]),
        markdown(),
        syntaxHighlighting(COLOURS),
        drawSelection(),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": "Document", spellcheck: "true" }),
        placeholder(live.canWrite ? "Write something…" : "Nothing here yet."),
      ],
    });
  }

  focus(): void {
    this.view.focus();
  }

  destroy(): void {
    this.view.destroy();
  }
}
