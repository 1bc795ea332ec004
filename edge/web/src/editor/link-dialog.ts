/* Link dialog: the text of a link and where it leads.
 *
 * Owns which addresses it takes: those a click may follow without harm. What becomes of them is the caller's.
 */
import { openDialog } from "../ui/dialog";
import { field } from "../ui/field";
import { h } from "../ui/dom";

export interface LinkWanted {
  readonly href: string;
  readonly text: string;
}

const SAFE = /^(https?:\/\/[^\s]+|mailto:[^\s]+|tel:[^\s]+)$/i;

/** An address as typed, made whole; null where no link may lead. */
export function addressOf(typed: string): string | null {
  const text = typed.trim();
  if (SAFE.test(text)) return text;
  if (/^[a-z][a-z0-9+.-]*:(?!\d)/i.test(text) || !text) return null;
  if (/^[^\s@/]+@[^\s@/]+\.[^\s@/]+$/.test(text)) return `mailto:${text}`;
  return /^[^\s/]+\.[^\s]+$|^localhost\b/.test(text) ? `https://${text}` : null;
}

/** `given` is what stands there now; `remove` is offered where it is a link already. */
export function openLinkDialog(given: LinkWanted, done: (wanted: LinkWanted) => void, remove: (() => void) | null): void {
  const href = field("Address", { value: given.href, "data-testid": "link-href", autofocus: true, inputmode: "url", placeholder: "https://…" });
  const text = field("Text", { value: given.text, "data-testid": "link-text" });
  const off = h("button", { type: "button", class: "button quiet", "data-testid": "link-remove" }, "Remove link");
  const form = h(
    "form",
    { class: "fields", novalidate: true },
    href.element,
    text.element,
    h("div", { class: "dialog-end" }, remove ? off : null, h("button", { class: "button primary", "data-testid": "link-done" }, given.href ? "Change link" : "Add link")),
  );
  const dialog = openDialog(given.href ? "Edit link" : "Add a link", form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const address = addressOf(href.input.value);
    if (!address) return href.complain("This is no address a link can lead to. It begins with https://, say.");
    dialog.close();
    done({ href: address, text: text.input.value.trim() || given.text || address });
  });
  off.addEventListener("click", () => {
    dialog.close();
    remove?.();
  });
}
