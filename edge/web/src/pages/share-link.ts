/* Share link and invitation: takes what was handed on, and goes there.
 *
 * Owns the form for a link's password. The secret stands behind the `#` of the address and is sent in a body, so it is
 * in nobody's log; once it is redeemed, the address it stood in is replaced.
 */
import { RestError } from "@shoal/client/rest";
import type { Account } from "../app/account";
import { addressOf } from "../app/names";
import type { Page } from "../app/router";
import { accept, redeem } from "../app/sharing";
import { refusal } from "../sharing/words";
import { h } from "../ui/dom";
import { logo } from "../ui/header";
import { message } from "./errors";

export function shareLinkPage(go: (path: string) => void): Page {
  return async (root) => {
    document.title = "Shared with you – Shoal";
    const secret = location.hash.slice(1);
    const take = async (password: string) => go(addressOf(await redeem(secret, password)) || "/");
    try {
      if (secret) return await take("");
    } catch (error) {
      if (!(error instanceof RestError) || error.status !== 404) throw error;
    }
    root.append(h("main", { class: "centre" }, secret ? passwordForm(take) : broken("This link is not whole")));
  };
}

/** `who` is told whose invitation it might be. */
export function invitationPage(who: Account, go: (path: string) => void, signOut: () => void): Page {
  return async (root, match) => {
    document.title = "Invitation – Shoal";
    const token = location.hash.slice(1);
    try {
      if (token) return go(addressOf(await accept(`invitations/${match["invitation"] ?? ""}`, token)) || "/");
      root.append(h("main", { class: "centre" }, broken("This invitation is not whole")));
    } catch (error) {
      if (!(error instanceof RestError) || error.status === 0 || error.status >= 500) throw error;
      root.append(h("main", { class: "centre" }, notYours(who, refusal(error), signOut)));
    }
  };
}

function broken(title: string): HTMLElement {
  return message({
    title,
    testid: "broken-link",
    content: [h("p", {}, "Something of its address is missing. Copy all of it, or ask for it again.")],
    actions: [h("a", { href: "/", class: "button primary wide" }, "All documents")],
  });
}

function notYours(who: Account, why: string, signOut: () => void): HTMLElement {
  return message({
    title: "This invitation gives you nothing",
    testid: "invitation-refused",
    content: [h("p", {}, why), h("p", { class: "faint" }, `You are signed in as ${who.name}, ${who.subject}. It is for the address it was made for, as your account has it.`)],
    actions: [
      h("a", { href: "/", class: "button primary wide" }, "All documents"),
      h("button", { type: "button", class: "button wide", onclick: signOut }, "Sign in as somebody else"),
    ],
  });
}

/** What is refused is not told apart: a link that has ended, and one that wants a password, look the same. */
function passwordForm(take: (password: string) => Promise<void>): HTMLElement {
  const password = h("input", { type: "password", id: "password", autocomplete: "off", autofocus: true, "data-testid": "share-password" });
  const problem = h("p", { class: "problem", role: "alert" });
  const submit = h("button", { type: "submit", class: "button primary wide", "data-testid": "share-open" }, "Open");
  const form = h(
    "form",
    { class: "card sign-in" },
    logo(56),
    h("h1", {}, "This link gives nothing"),
    h("p", { class: "faint" }, "It may have ended, or it needs a password."),
    h("label", { for: "password" }, "Password, if there is one"),
    password, submit, problem,
    h("a", { href: "/", class: "link" }, "All documents"),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    problem.textContent = "";
    submit.disabled = true;
    take(password.value).catch((error: unknown) => {
      submit.disabled = false;
      problem.textContent = error instanceof RestError && error.status === 404 ? "That did not open it." : refusal(error);
      password.focus();
    });
  });
  return form;
}
