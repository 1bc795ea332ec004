/* Toolbar: the buttons above the text.
 *
 * Owns which there are and what they are called. Quill finds them by their classes and wires them.
 */
import { h, icon } from "../ui/dom";

type Button = readonly [format: string, label: string, value?: string];

const GROUPS: readonly (readonly Button[])[] = [
  [["bold", "Bold"], ["italic", "Italic"], ["underline", "Underline"], ["strike", "Strike through"], ["code", "Code"]],
  [["list", "Numbered list", "ordered"], ["list", "Bulleted list", "bullet"], ["list", "Task list", "check"]],
  [["blockquote", "Quote"], ["code-block", "Code block"], ["link", "Link"]],
  [["clean", "Remove formatting"]],
];

const HISTORY: readonly (readonly [format: string, label: string, path: string])[] = [
  ["undo", "Undo", "M9 14 4.5 9.5 9 5M5 9.5h9a5 5 0 0 1 0 10h-3"],
  ["redo", "Redo", "M15 14l4.5-4.5L15 5M19 9.5h-9a5 5 0 0 0 0 10h3"],
];

export function toolbar(): HTMLElement {
  const heading = h(
    "span",
    { class: "ql-formats" },
    h(
      "select",
      { class: "ql-header", "aria-label": "Paragraph style" },
      h("option", { selected: true }, "Text"),
      ...["1", "2", "3"].map((level) => h("option", { value: level }, `Heading ${level}`)),
    ),
  );
  return h("div", { class: "toolbar", role: "toolbar", "aria-label": "Formatting" }, past(), heading, ...GROUPS.map(group));
}

/** Undo and redo: Quill has no icons for these, and the editor gives them their meaning. */
function past(): HTMLElement {
  const buttons = HISTORY.map(([format, label, path]) =>
    h("button", { type: "button", class: `ql-${format}`, "aria-label": label, title: label }, icon(path)),
  );
  return h("span", { class: "ql-formats" }, ...buttons);
}

function group(buttons: readonly Button[]): HTMLElement {
  return h("span", { class: "ql-formats" }, ...buttons.map(button));
}

function button([format, label, value]: Button): HTMLElement {
  return h("button", { type: "button", class: `ql-${format}`, value: value ?? null, "aria-label": label, title: label });
}
