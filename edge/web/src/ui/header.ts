/* Header: the bar on top of every page.
 *
 * Owns the mark and the account menu, where the theme is chosen, too. What a page puts between them is the page's.
 */
import type { Account } from "../app/account";
import { h } from "./dom";
import { avatar } from "./people";
import { setTheme, theme, type Theme } from "./theme";

export function logo(size = 28): HTMLElement {
  return h("img", { src: "/logo.svg", width: size, height: size, alt: "", class: "logo" });
}

export interface HeaderParts {
  readonly account: Account;
  readonly signOut: () => void;
  readonly middle?: Node;
  readonly right?: Node;
}

export function header({ account, signOut, middle, right }: HeaderParts): HTMLElement {
  return bar(middle, right, accountMenu(account, signOut));
}

/** The bar of a page that nobody needs to be signed in for. */
export function publicHeader(middle: Node, ...right: Node[]): HTMLElement {
  return bar(middle, ...right);
}

function bar(middle: Node | undefined, ...right: (Node | undefined)[]): HTMLElement {
  const home = h("a", { href: "/", class: "home", "aria-label": "Shoal, all documents" }, logo());
  if (!middle) home.append(h("span", { class: "wordmark" }, "Shoal"));
  return h(
    "header",
    { class: "top" },
    home,
    h("div", { class: "top-middle" }, middle ?? null),
    h("div", { class: "top-right" }, ...right),
  );
}

function accountMenu(account: Account, signOut: () => void): HTMLElement {
  const menu = h(
    "details",
    { class: "menu" },
    h("summary", { "aria-label": `Account: ${account.name}` }, avatar({ ...account })),
    h(
      "div",
      { class: "menu-card" },
      h("strong", {}, account.name),
      h("span", { class: "faint" }, account.subject),
      account.development ? h("span", { class: "faint" }, "Development sign-in, this computer only") : null,
      themes(),
      h("button", { type: "button", class: "button quiet", onclick: signOut }, "Sign out"),
    ),
  );
  menu.addEventListener("focusout", (event) => {
    if (!menu.contains(event.relatedTarget as Node | null)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape") menu.open = false;
  });
  return menu;
}

const THEMES: readonly (readonly [Theme, string])[] = [["system", "System"], ["light", "Light"], ["dark", "Dark"]];

function themes(): HTMLElement {
  const buttons = THEMES.map(([value, label]) => {
    const button = h("button", { type: "button", class: "segment", "aria-pressed": String(theme() === value), "data-testid": `theme-${value}` }, label);
    button.addEventListener("click", () => {
      setTheme(value);
      for (const each of buttons) each.setAttribute("aria-pressed", String(each === button));
    });
    return button;
  });
  return h("div", { class: "segments", role: "group", "aria-label": "Theme" }, ...buttons);
}
