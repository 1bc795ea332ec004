/* Dialog: a card above the page that has the keyboard until it is closed.
 *
 * Owns the <dialog>: the browser keeps Tab inside, makes the rest inert, closes it on Escape and gives the focus back.
 */
import { h, icon } from "./dom";

const CROSS = "M6 6l12 12M18 6L6 18";
let opened = 0;

export interface Dialog {
  readonly element: HTMLDialogElement;
  close(): void;
}

/** Shows `content` under a heading until it is closed. */
export function openDialog(title: string, content: Node): Dialog {
  const heading = `dialog-${(opened += 1)}`;
  const shut = h("button", { type: "button", class: "button quiet icon-only", "aria-label": "Close" }, icon(CROSS));
  const element = h(
    "dialog",
    { class: "dialog", "aria-labelledby": heading },
    h("div", { class: "dialog-top" }, h("h2", { id: heading }, title), shut),
    content,
  );
  const close = () => element.close();
  shut.addEventListener("click", close);
  // A press that begins and ends outside the card; one that only ends there was a selection of text.
  element.addEventListener("pointerdown", (event) => {
    if (event.target === element) element.addEventListener("pointerup", ({ target }) => target === element && close(), { once: true });
  });
  element.addEventListener("close", () => element.remove());
  document.body.append(element);
  element.showModal();
  return { element, close };
}
