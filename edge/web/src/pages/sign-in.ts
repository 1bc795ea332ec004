/* Sign in: in development only a name is asked for.
 *
 * Owns the form. Where people sign in elsewhere, the server's answer says so and is shown.
 */
import { account, signIn } from "../app/account";
import type { Page } from "../app/router";
import { h } from "../ui/dom";
import { logo } from "../ui/header";

export function signInPage(go: (path: string) => void): Page {
  return async (root) => {
    document.title = "Sign in – Shoal";
    const back = backPath();
    if (await account()) return go(back);
    const name = h("input", {
      id: "name", name: "name", required: true, maxlength: 60, autocomplete: "name", autofocus: true,
      placeholder: "Ada Lovelace", "data-testid": "sign-in-name",
    });
    const problem = h("p", { class: "problem", role: "alert" });
    const submit = h("button", { type: "submit", class: "button primary wide", "data-testid": "sign-in-submit" }, "Continue");
    const form = h(
      "form",
      { class: "card sign-in" },
      logo(56),
      h("h1", {}, "Write together"),
      h("p", { class: "faint" }, "Everybody who signs in on this computer can open every document here."),
      h("label", { for: "name" }, "Your name"),
      name,
      submit,
      problem,
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void enter();
    });

    async function enter(): Promise<void> {
      submit.disabled = true;
      problem.textContent = "";
      try {
        await signIn(name.value.trim());
        go(back);
      } catch (error) {
        problem.textContent = error instanceof Error ? error.message : "Signing in failed.";
        submit.disabled = false;
        name.focus();
      }
    }

    root.append(h("main", { class: "centre" }, form));
    name.focus();
  };
}

/** Where one came from; only paths of this page. */
function backPath(): string {
  const wanted = new URLSearchParams(location.search).get("to") ?? "/";
  return wanted.startsWith("/") && !wanted.startsWith("//") ? wanted : "/";
}
