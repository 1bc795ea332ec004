/* Share link: takes what a link gives, and goes there.
 *
 * Owns the password form. The secret stands behind the `#` of the address and is sent in a body, so it is in
 * nobody's log; once it is redeemed, the address it stood in is replaced.
 */
import { ApiError } from "../app/http";
import { pathOf } from "../app/documents";
import type { Page } from "../app/router";
import { redeem } from "../app/sharing";
import { h } from "../ui/dom";
import { logo } from "../ui/header";

export function shareLinkPage(go: (path: string) => void): Page {
  return async (root) => {
    document.title = "Shared with you – Shoal";
    const secret = location.hash.slice(1);
    const take = async (password: string) => go(placeOf(await redeem(secret, password)));
    try {
      if (!secret) throw new ApiError("This link is not whole.", 404);
      await take("");
    } catch (error) {
      if (!(error instanceof ApiError) || error.status === 0) throw error;
      root.append(h("main", { class: "centre" }, again(take)));
    }
  };
}

function again(take: (password: string) => Promise<void>): HTMLElement {
  const password = h("input", { type: "password", id: "password", autocomplete: "off", autofocus: true });
  const problem = h("p", { class: "problem", role: "alert" });
  const form = h(
    "form",
    { class: "card sign-in" },
    logo(56),
    h("h1", {}, "This link gives nothing"),
    h("p", { class: "faint" }, "It may have ended, or it needs a password."),
    h("label", { for: "password" }, "Password, if there is one"),
    password,
    h("button", { type: "submit", class: "button primary wide" }, "Open"),
    problem,
    h("a", { href: "/", class: "link" }, "All documents"),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    problem.textContent = "";
    take(password.value).catch(() => {
      problem.textContent = "That did not open it.";
      password.focus();
    });
  });
  return form;
}

/** Where on this page a resource is seen. */
function placeOf(resource: string): string {
  if (resource.startsWith("documents/")) return pathOf(resource);
  const project = /^projects\/[^/]+/.exec(resource)?.[0];
  return project ? `/?project=${encodeURIComponent(project)}` : "/";
}
