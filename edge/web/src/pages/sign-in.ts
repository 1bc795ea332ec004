/* Sign in: in development only a name is asked for.
 *
 * Owns the form. Where people sign in elsewhere, the server's answer says so and is shown.
 */
import { account, signIn } from "../app/account";
import { forgetName, recentNames, rememberName } from "../app/recent";
import type { Page } from "../app/router";
import { subjectOf } from "../app/sharing";
import { h } from "../ui/dom";
import { logo } from "../ui/header";
import { avatar } from "../ui/people";

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
      h("p", { class: "faint" }, "On this computer a name is all it takes. What is in a project is seen by those it is shared with."),
      recent((chosen) => void enter(chosen)),
      h("label", { for: "name" }, "Your name"),
      name,
      submit,
      problem,
      h(
        "p",
        { class: "faint hint" },
        "To be two people at once, open a private window and sign in there by another name.",
      ),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void enter(name.value.trim());
    });

    async function enter(chosen: string): Promise<void> {
      submit.disabled = true;
      problem.textContent = "";
      try {
        await signIn(chosen);
        rememberName(localStorage, chosen);
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

/** Who signed in here before, each one press away. */
function recent(enter: (name: string) => void): HTMLElement {
  const list = h("ul", { class: "recent", "aria-label": "Sign in as" });
  const show = () => {
    list.replaceChildren(...recentNames(localStorage).map(choice));
    list.hidden = list.childElementCount === 0;
  };
  const choice = (name: string) => {
    const sign = h(
      "button",
      { type: "button", class: "button quiet recent-name", "data-testid": "recent-name", onclick: () => enter(name) },
      avatar({ subject: subjectOf(name), name }),
      h("span", { "aria-hidden": "true" }, name),
    );
    sign.setAttribute("aria-label", `Sign in as ${name}`);
    const forget = h("button", { type: "button", class: "button quiet icon-only", "aria-label": `Forget ${name}` }, "×");
    forget.addEventListener("click", () => {
      forgetName(localStorage, name);
      show();
    });
    return h("li", {}, sign, forget);
  };
  show();
  return list;
}

/** Where one came from; only paths of this page. */
function backPath(): string {
  const wanted = new URLSearchParams(location.search).get("to") ?? "/";
  return wanted.startsWith("/") && !wanted.startsWith("//") ? wanted + location.hash : "/";
}
