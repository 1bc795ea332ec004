/* Field: a line to fill in, with its label, a hint, and what is wrong with what was filled in.
 *
 * Owns the ties between them that a screen reader needs.
 */
import { h } from "./dom";

export interface Field {
  readonly element: HTMLElement;
  readonly input: HTMLInputElement;
  /** Says what is wrong, until it is changed, and gives it the focus. */
  complain(problem: string): void;
}

let made = 0;

export function field(label: string, attributes: Record<string, string | boolean>, hint = ""): Field {
  const id = `field-${(made += 1)}`;
  const input = h("input", { id, autocomplete: "off", "aria-describedby": `${id}-hint ${id}-problem`, ...attributes });
  const problem = h("p", { id: `${id}-problem`, class: "problem", role: "alert" });
  const said = (text: string) => {
    problem.textContent = text;
    input.setAttribute("aria-invalid", String(text !== ""));
  };
  input.addEventListener("input", () => said(""));
  const element = h("div", { class: "field" }, h("label", { for: id }, label), input, h("p", { id: `${id}-hint`, class: "hint faint" }, hint), problem);
  const complain = (text: string) => {
    said(text);
    input.focus();
  };
  return { element, input, complain };
}
