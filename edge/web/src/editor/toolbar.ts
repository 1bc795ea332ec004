/* Toolbar: the buttons above the text.
 *
 * Owns which there are and what they are called. Quill finds them by their classes and wires them.
 */
import { h } from "../ui/dom";

type Button = readonly [format: string, label: string, value?: string];

const GROUPS: readonly (readonly Button[])[] = [
  [["bold", "Bold"], ["italic", "Italic"], ["underline", "Underline"], ["strike", "Strike through"], ["code", "Code"]],
  [["list", "Numbered list", "ordered"], ["list", "Bulleted list", "bullet"], ["list", "Task list", "check"]],
  [["blockquote", "Quote"], ["code-block", "Code block"], ["link", "Link"]],
  [["clean", "Remove formatting"]],
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
  return h("div", { class: "toolbar", role: "toolbar", "aria-label": "Formatting" }, heading, ...GROUPS.map(group));
}

function group(buttons: readonly Button[]): HTMLElement {
  return h("span", { class: "ql-formats" }, ...buttons.map(button));
}

function button([format, label, value]: Button): HTMLElement {
  return h("button", { type: "button", class: `ql-${format}`, value: value ?? null, "aria-label": label, title: label });
}
