/* Popover: a card that a button opens beside itself.
 *
 * The browser closes it on Escape and on a press elsewhere, and gives the focus back; this owns where it stands. Nothing
 * is measured: it hangs from the corner of its button that lies nearer to the page's edge.
 */
import { h } from "./dom";

export interface PopoverParts {
  readonly label: string;
  readonly role: "menu" | "dialog";
  /** What it shows, made anew each time it opens. Whatever has `autofocus` gets the focus. */
  fill(close: () => void): readonly Node[];
  readonly closed?: () => void;
}

/** The button and its card, in one element. */
export function popover(button: HTMLButtonElement, { label, role, fill, closed }: PopoverParts): HTMLElement {
  const card = h("div", { class: `popover ${role}-card`, role, popover: "auto", "aria-label": label, tabindex: role === "menu" ? -1 : 0, autofocus: role === "dialog" });
  button.setAttribute("aria-haspopup", role);
  button.setAttribute("aria-expanded", "false");
  button.popoverTargetElement = card;
  card.addEventListener("beforetoggle", (event) => {
    const opens = event.newState === "open";
    button.setAttribute("aria-expanded", String(opens));
    if (!opens) return closed?.();
    card.replaceChildren(...fill(() => card.hidePopover()));
    place(card, button.getBoundingClientRect());
  });
  return h("span", { class: "pop" }, button, card);
}

const GAP = 6;
const EDGE = 8;

/** Below its button, or above one that lies low; never out of the page. */
export function place(card: HTMLElement, at: DOMRect): void {
  const isLow = at.top > innerHeight * 0.65;
  const isRight = at.left + at.width / 2 > innerWidth / 2;
  const px = (value: number) => `${Math.max(EDGE, value)}px`;
  card.style.inset = "auto";
  if (isLow) card.style.bottom = px(innerHeight - at.top + GAP);
  else card.style.top = px(at.bottom + GAP);
  if (isRight) card.style.right = px(innerWidth - at.right);
  else card.style.left = px(at.left);
  card.style.maxHeight = px(isLow ? at.top - GAP - EDGE : innerHeight - at.bottom - GAP - EDGE);
  card.style.maxWidth = px((isRight ? at.right : innerWidth - at.left) - EDGE);
}
