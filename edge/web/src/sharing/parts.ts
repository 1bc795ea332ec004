/* Parts: what the sections of the share dialog are built from.
 *
 * Owns the picker of roles, the button that takes something away, and the address that is shown once.
 */
import type { Role } from "../app/sharing";
import { h, icon } from "../ui/dom";
import { announce } from "../ui/notices";

export const LINK = "M10 14a4 4 0 0 0 5.7 0l3-3a4 4 0 0 0-5.7-5.7l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1-1";
export const MAIL = "M4 6h16v12H4zM4 7l8 6 8-6";
const CROSS = "M7 7l10 10M17 7L7 17";

/** Does one thing, shows what became of it, and tells whether it worked. `done` is said aloud. */
export type Perform = (work: () => Promise<void>, done: string) => Promise<boolean>;

export function picker<Value extends string>(
  choices: readonly (readonly [Value, string])[], chosen: string, label: string, changed?: (value: Value) => void,
): HTMLSelectElement {
  const options = choices.map(([value, text]) => h("option", { value, selected: value === chosen }, text));
  const select = h("select", { "aria-label": label }, ...options);
  if (changed) select.addEventListener("change", () => changed(select.value as Value));
  return select;
}

export const rolePicker = picker<Role>;

/** The line goes away, and with it the focus: it is put where the next thing can be typed. */
export function removeButton(label: string, run: () => Promise<boolean>): HTMLElement {
  const button = h("button", { type: "button", class: "button quiet icon-only", "aria-label": label, title: label }, icon(CROSS));
  button.addEventListener("click", () => {
    const dialog = button.closest("dialog");
    button.disabled = true;
    void run().then((done) => {
      button.disabled = false;
      if (done) dialog?.querySelector<HTMLElement>("[data-testid=share-who]")?.focus();
    });
  });
  return button;
}

/** An address that is told once, to be copied. */
export function shownOnce(address: string, label: string, hint: string): HTMLElement {
  const text = h("input", { readonly: true, value: address, "aria-label": label, "data-testid": "link-address" });
  const copy = h("button", { type: "button", class: "button primary", "data-testid": "copy-link", autofocus: true }, "Copy");
  copy.addEventListener("click", () => {
    text.select();
    navigator.clipboard.writeText(address).then(
      () => {
        copy.textContent = "Copied";
        announce("Copied");
      },
      () => announce("Press Control C to copy"),
    );
  });
  return h("div", { class: "fresh-link" }, h("div", { class: "row" }, text, copy), h("p", { class: "faint" }, hint));
}

/** Inserts it, and puts the focus on what is to be done with it. */
export function reveal(place: HTMLElement, once: HTMLElement): void {
  place.replaceChildren(once);
  once.querySelector<HTMLElement>("[data-testid=copy-link]")?.focus();
}
