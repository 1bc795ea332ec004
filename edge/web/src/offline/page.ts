/* Page: what stands in for every list while the server is away: the documents that this device keeps.
 *
 * Owns its list. It goes by itself: once the server is back, the page that was asked for is shown.
 */
import type { ConnectionStatus, KeptDocument } from "@shoal/client";
import { pathOf } from "../app/documents";
import type { Leave, Page } from "../app/router";
import { UNTITLED } from "../app/titles";
import { ago } from "../app/when";
import type { Desk } from "../home/frame";
import { SHEET, TEXT } from "../home/icons";
import { empty } from "../home/states";
import { h, icon } from "../ui/dom";
import { header } from "../ui/header";
import { announce } from "../ui/notices";
import { isReachable } from "./here";
import { changes } from "./leaving";

export interface AwayOptions {
  /** Why this is shown, where it is not plain. */
  readonly why?: string;
  /** Shows the page that was asked for. */
  readonly again: () => void;
}

export function awayPage({ account, shoal, signOut }: Desk, { why, again }: AwayOptions): Page {
  return async (root): Promise<Leave> => {
    document.title = "Offline – Shoal";
    const list = h("ul", { class: "documents", "data-testid": "kept-list", "aria-label": "Documents on this device" });
    const retry = h("button", { type: "button", class: "button", "data-testid": "retry", onclick: again }, "Try again");
    const main = h(
      "main",
      { class: "room", id: "main", tabindex: -1, "data-testid": "away" },
      h("h1", { class: "greeting" }, "Offline"),
      h("p", { role: "status" }, why ?? "Shoal cannot be reached. What is on this device you can read and write all the same; your changes are sent once the connection is back."),
      retry,
      h("section", { "aria-labelledby": "on-device" }, h("div", { class: "list-top" }, h("h2", { id: "on-device" }, "On this device")), list),
    );
    root.append(header({ account, signOut }), main);
    const kept = await shoal.kept().catch(() => []);
    list.replaceChildren(...kept.map(row));
    if (kept.length === 0) list.replaceWith(empty(SHEET, "Nothing is kept here yet", "A document that you open is kept on this device from then on, for when there is no connection."));
    announce("Offline");
    return shoal.onStatus((status) => void returned(status).then((isBack) => isBack && again()));
  };
}

/** A connection may be refused where requests are not, by a proxy in between: the next attempt's failure is the time to ask. */
async function returned({ state }: ConnectionStatus): Promise<boolean> {
  return state === "open" || (state === "waiting" && isReachable());
}

function row({ name, title, plainText, unsent, opens, savedAt }: KeptDocument): HTMLElement {
  const tags = [opens ? "Available offline" : "Opens once you are back", unsent > 0 ? `${changes(unsent)} to send` : ""].filter(Boolean);
  const when = new Date(savedAt);
  const link = h(
    "a",
    { class: "document", href: pathOf(name) },
    h("span", { class: plainText ? "document-icon plain" : "document-icon" }, icon(plainText ? TEXT : SHEET)),
    h(
      "span",
      { class: "document-text" },
      h("span", { class: title ? "document-title" : "document-title untitled" }, title || UNTITLED),
      h("span", { class: "document-tags" }, ...tags.map((tag) => h("span", { class: "tag" }, tag))),
    ),
    h("span", { class: "document-who" }, h("time", { datetime: when.toISOString(), title: when.toLocaleString() }, ago(when))),
  );
  return h("li", { "data-testid": "kept-row", "data-name": name }, link);
}
