/* Frame: what every page beside the editor stands in: the bar with search and bell, the rail of places, the page itself.
 *
 * Owns the rail, and the projects it has asked for, which the page may use too.
 */
import type { Shoal } from "@shoal/client";
import type { Account } from "../app/account";
import { addressOf } from "../app/names";
import { listProjects, type Project } from "../app/projects";
import { notificationBell } from "../notifications/bell";
import { searchBox } from "../search/box";
import { h, icon } from "../ui/dom";
import { header } from "../ui/header";
import { askProject } from "../ui/projects";
import { ACTIVITY, HOME, PLUS, PROJECT, TRASH } from "./icons";

/** What a page is given. */
export interface Desk {
  readonly account: Account;
  readonly shoal: Shoal;
  readonly signOut: () => void;
  /** Shows another page. */
  readonly go: (path: string) => void;
  /** This page is from now on reached by another address, and stays as it is. */
  readonly keep: (path: string) => void;
}

export interface Frame {
  /** Where the page's own parts go. */
  readonly main: HTMLElement;
  /** All that this person may see; none when they could not be had. */
  readonly projects: Promise<readonly Project[]>;
}

const PLACES = [
  ["/", "Home", HOME],
  ["/activity", "Activity", ACTIVITY],
  ["/trash", "Trash", TRASH],
] as const;

export function frame(root: HTMLElement, desk: Desk, title: string): Frame {
  document.title = `${title} – Shoal`;
  const { account, signOut } = desk;
  const main = h("main", { class: "room", id: "main", tabindex: -1 });
  const list = h("ul", { class: "rail-list", "aria-label": "Projects" }, ...[7, 5, 6].map((width) => h("li", { class: `shade w${width}`, "aria-hidden": "true" })));
  const projects = listProjects().catch((): readonly Project[] => []);
  void projects.then((all) => list.replaceChildren(...all.filter((one) => !one.archived).map(projectLink)));
  const make = h("button", { type: "button", class: "rail-make", "data-testid": "new-project", title: "New project" }, icon(PLUS), h("span", {}, "New project"));
  make.addEventListener("click", () => askProject(desk.go));
  const rail = h(
    "nav",
    { class: "rail", "aria-label": "Places" },
    h("ul", { class: "rail-list" }, ...PLACES.map(([path, label, path_]) => h("li", {}, place(path, label, path_)))),
    h("h2", { class: "rail-title" }, "Projects"),
    list,
    make,
  );
  root.append(
    h("a", { href: "#main", class: "skip-link", onclick: (event) => (event.preventDefault(), main.focus()) }, "Skip to the page"),
    header({ account, signOut, middle: searchBox(desk.go), right: notificationBell() }),
    h("div", { class: "frame" }, rail, main),
  );
  return { main, projects };
}

function place(path: string, label: string, drawing: string): HTMLElement {
  const current = location.pathname === path;
  return h("a", { href: path, class: "rail-place", "aria-current": current ? "page" : null }, icon(drawing), h("span", {}, label));
}

function projectLink({ name, title }: Project): HTMLElement {
  return h("li", {}, place(addressOf(name), title, PROJECT));
}
