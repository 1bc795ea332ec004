/* Notices: what the page says without being asked, aloud to a screen reader or as a card in the corner.
 *
 * Owns the two regions of index.html. Never holds an error that the user must act on: pages show those.
 */
import { h } from "./dom";

const TOAST_MS = 8_000;

/** Says one sentence to screen readers, after what they are saying now. */
export function announce(sentence: string): void {
  const region = document.getElementById("announcer");
  if (region) region.textContent = sentence;
}

export interface Toast {
  readonly message: string;
  readonly detail?: string;
  readonly action?: { readonly label: string; readonly run: () => void };
  /** True = stays until dismissed. */
  readonly sticky?: boolean;
  readonly dismissed?: () => void;
}

export function toast({ message, detail, action, sticky, dismissed }: Toast): void {
  const dismiss = () => {
    card.remove();
    dismissed?.();
  };
  const card = h(
    "div",
    { class: "toast", role: "alert" },
    h("div", { class: "toast-text" }, h("strong", {}, message), detail ? h("span", {}, detail) : null),
    action ? h("button", { class: "button quiet", type: "button", onclick: action.run }, action.label) : null,
    h("button", { class: "toast-close", type: "button", "aria-label": "Dismiss", onclick: dismiss }, "×"),
  );
  document.getElementById("toasts")?.append(card);
  if (!sticky) setTimeout(dismiss, TOAST_MS);
}
