/* Source: a plain-text document in CodeMirror, with Markdown in colour, as this app sets it up.
 *
 * Owns the view of one open document. What keeps it and the document together is the client's binding.
 */
import { defaultKeymap } from "@codemirror/commands";
import { markdownKeymap, markdownLanguage } from "@codemirror/lang-markdown";
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

/** As the paper of rich text, in letters of one width. */
const PAPER = EditorView.theme({
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace", lineHeight: "1.65" },
  ".cm-content": { padding: "clamp(24px, 6vw, 64px)", minHeight: "62vh", caretColor: "var(--ink)" },
  ".cm-line": { padding: "0" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-placeholder": { color: "var(--faint)" },
  "& > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    background: "var(--accent-soft)",
  },
});

export class SourceEditor implements TextEditor {
  readonly view: EditorView;

  constructor(place: HTMLElement, live: LiveDocument) {
    this.view = new EditorView({
      parent: place,
      extensions: [
        shoal(live, { colourOf: ({ subject }) => colourOf(subject) }),
        keymap.of([...markdownKeymap, ...defaultKeymap]),
        // Not `markdown()`: that brings the languages of HTML, CSS and JavaScript, three quarters of what would be loaded.
        markdownLanguage,
        syntaxHighlighting(COLOURS),
        PAPER,
        drawSelection(),
        // The page lets only style sheets with its own nonce in.
        EditorView.cspNonce.of(document.querySelector<HTMLMetaElement>("meta[property=csp-nonce]")?.nonce ?? ""),
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
