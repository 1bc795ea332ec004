/* Menu: a list of things to do, or to choose from, behind a button.
 *
 * Owns the keys inside: arrows, Home, End, and the first letter of an item.
 */
import { h, icon } from "./dom";
import { popover } from "./popover";
import { roving } from "./roving";

export interface MenuItem {
  readonly label: string;
  /** The path of its icon. */
  readonly icon?: string;
  /** Shown beside it: what does the same from the keyboard. */
  readonly keys?: string;
  /** One of several to choose from, chosen or not. */
  readonly checked?: boolean;
  readonly disabled?: boolean;
  readonly danger?: boolean;
  readonly testid?: string;
  /** Shown in bold, larger, …: a class of its label. */
  readonly look?: string;
  run(): void;
}

/** `null` = a line between what stands before and after. */
export type MenuItems = readonly (MenuItem | null)[];

/** `items` are asked for each time it opens. The button and its menu come in one element. */
export function menu(button: HTMLButtonElement, label: string, items: () => MenuItems): HTMLElement {
  const place = popover(button, {
    label,
    role: "menu",
    fill: (close) => {
      const all = items();
      const first = all.find((item) => item?.checked) ?? all.find((item) => item && !item.disabled);
      return all.map((item) => (item ? line(item, item === first, close) : h("hr", { role: "separator" })));
    },
  });
  const card = place.querySelector<HTMLElement>(".menu-card");
  if (card) keys(card);
  return place;
}

function line(item: MenuItem, first: boolean, close: () => void): HTMLElement {
  const { label, keys, checked, disabled, danger, testid, look } = item;
  const role = checked === undefined ? "menuitem" : "menuitemradio";
  const pressed = () => {
    close();
    item.run();
  };
  return h(
    "button",
    {
      type: "button", role, class: danger ? "menu-item danger" : "menu-item", tabindex: -1, autofocus: first, disabled,
      "aria-checked": checked === undefined ? null : String(checked), "data-testid": testid, onclick: pressed,
    },
    item.icon ? icon(item.icon) : null,
    h("span", { class: look ? `menu-label ${look}` : "menu-label" }, label),
    keys ? h("kbd", { "aria-hidden": "true" }, keys) : null,
  );
}

function keys(card: HTMLElement): void {
  const all = () => [...card.querySelectorAll<HTMLElement>(".menu-item:not(:disabled)")];
  roving(card, "vertical", all, false);
  card.addEventListener("keydown", (event) => {
    if (event.key === "Tab") card.hidePopover();
    if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = all().indexOf(document.activeElement as HTMLElement);
    const turned = [...all().slice(at + 1), ...all().slice(0, at + 1)];
    turned.find((each) => each.textContent?.trim().toLowerCase().startsWith(event.key.toLowerCase()))?.focus();
  });
}
