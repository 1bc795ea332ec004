/* Ending: why a document is not here, or not any more, and what can be done about it.
 *
 * Owns the words. Who may not read a document is not told whether it is there: the server says the same for both.
 */
import type { Account } from "../app/account";
import { explain } from "../app/rest";
import type { LiveDocumentEvents } from "@shoal/client";
import { h } from "../ui/dom";
import { factsOf, undelete, type Facts } from "./service";

/** google.rpc.Code. */
const NOT_FOUND = 5;
const PERMISSION_DENIED = 7;

type Closed = LiveDocumentEvents["closed"];

/** A sentence for who had it open. */
function endOf({ fault, message }: Closed): string {
  if (fault?.code === PERMISSION_DENIED) return "You no longer have access to this document. What is shown is how it was when your access ended.";
  return fault?.code === NOT_FOUND ? "This document is no longer shared with you, or was deleted." : message;
}

/** What stands above a text that was open when it ended. */
export async function endingNotice(name: string, closed: Closed): Promise<(Node | string)[]> {
  const trashed = await inTrash(name);
  if (trashed) return [`This document was moved to the trash${until(trashed)}. `, restore(name), " ", home()];
  return [endOf(closed), " ", home()];
}

/** What is shown instead of a document that could not be opened. */
export async function endingPage(name: string, closed: Closed, who: Account, signOut: () => void): Promise<HTMLElement> {
  const trashed = await inTrash(name);
  if (trashed) {
    return card("in-trash", `“${trashed.title || "Untitled"}” is in the trash`, [
      h("p", {}, `It can be taken out again${until(trashed)}.`),
      restore(name),
      h("a", { href: "/", class: "button wide" }, "All documents"),
    ]);
  }
  if (closed.fault?.code !== PERMISSION_DENIED && closed.fault?.code !== NOT_FOUND) {
    return card("ended", "This document cannot be shown", [h("p", {}, closed.message), h("a", { href: "/", class: "button primary wide" }, "All documents")]);
  }
  return card("no-access", "Nothing here for you", [
    h("p", {}, "This document does not exist, or is not shared with you."),
    h("p", { class: "faint" }, `You are signed in as ${who.name}. Whoever owns it can share it with ${who.subject}.`),
    h("a", { href: "/", class: "button primary wide" }, "All documents"),
    h("button", { type: "button", class: "button wide", onclick: signOut }, "Sign in as somebody else"),
  ]);
}

async function inTrash(name: string): Promise<Facts | null> {
  const facts = await factsOf(name).catch(() => null);
  return facts?.deleteTime ? facts : null;
}

function until({ expireTime }: Facts): string {
  return expireTime ? `, until ${new Date(expireTime).toLocaleDateString(undefined, { dateStyle: "long" })}` : "";
}

function restore(name: string): HTMLElement {
  const button = h("button", { type: "button", class: "button primary", "data-testid": "undelete" }, "Take it out of the trash");
  button.addEventListener("click", () => {
    button.disabled = true;
    undelete(name).then(() => location.reload(), (error: unknown) => {
      button.disabled = false;
      button.after(h("p", { class: "problem", role: "alert" }, explain(error)));
    });
  });
  return button;
}

function home(): HTMLElement {
  return h("a", { href: "/", class: "link" }, "All documents");
}

function card(testid: string, title: string, content: Node[]): HTMLElement {
  return h("main", { class: "centre", id: "main" }, h("div", { class: "card sign-in", role: "alert", "data-testid": testid }, h("h1", {}, title), ...content));
}
