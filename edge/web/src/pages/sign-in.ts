/* Sign in: by name in development, with an identity provider, or with either where both are there.
 *
 * Owns the page. What went wrong elsewhere comes in `?problem=` and is shown as text; one comes back to `?to=`.
 */
import { account, signIn, startOf, ways, type Ways } from "../app/account";
import { carry } from "../app/passage";
import { forgetName, recentNames, rememberName } from "../app/recent";
import type { Page } from "../app/router";
import { subjectOf } from "../app/sharing";
import { h } from "../ui/dom";
import { logo } from "../ui/header";
import { avatar } from "../ui/people";

const LONGEST_PROBLEM = 300;

export function signInPage(go: (path: string) => void): Page {
  return async (root) => {
    document.title = "Sign in – Shoal";
    const back = backPath();
    if (await account()) return go(back + location.hash);
    const { by_name: byName, provider } = await ways();
    const problem = h("p", { class: "problem", role: "alert", "data-testid": "sign-in-problem" });
    const card = h(
      "div",
      { class: "card sign-in" },
      logo(56),
      h("h1", {}, "Write together"),
      problem,
      provider ? elsewhere(provider, back) : null,
      provider && byName ? h("p", { class: "or", role: "separator" }, h("span", {}, "or")) : null,
      byName ? nameForm(back, problem, go) : null,
      byName || provider ? null : h("p", {}, "Nobody can sign in here yet: no identity provider is configured. Whoever runs this Shoal can add one."),
    );
    root.append(h("main", { class: "centre" }, card));
    problem.textContent = (new URLSearchParams(location.search).get("problem") ?? "").slice(0, LONGEST_PROBLEM);
    card.querySelector<HTMLElement>("[data-testid=sign-in-name], [data-testid=sign-in-provider]")?.focus();
  };
}

function elsewhere({ label, start }: NonNullable<Ways["provider"]>, back: string): HTMLElement {
  const link = h("a", { class: "button primary wide", href: startOf(start, back), "data-testid": "sign-in-provider" }, `Continue with ${label}`);
  // What stands behind the `#` is for this page alone: it stays in this tab until one is back.
  link.addEventListener("click", () => carry(sessionStorage, back, location.hash));
  return link;
}

function nameForm(back: string, problem: HTMLElement, go: (path: string) => void): HTMLElement {
  const name = h("input", {
    id: "name", name: "name", required: true, maxlength: 60, autocomplete: "name", placeholder: "Ada Lovelace", "data-testid": "sign-in-name",
  });
  const submit = h("button", { type: "submit", class: "button primary wide", "data-testid": "sign-in-submit" }, "Continue");
  const enter = async (chosen: string): Promise<void> => {
    submit.disabled = true;
    problem.textContent = "";
    try {
      await signIn(chosen);
      rememberName(localStorage, chosen);
      go(back + location.hash);
    } catch (error) {
      problem.textContent = error instanceof Error ? error.message : "Signing in failed.";
      submit.disabled = false;
      name.focus();
    }
  };
  const form = h(
    "form",
    { class: "by-name" },
    h("p", { class: "faint" }, "On this computer a name is all it takes. What is in a project is seen by those it is shared with."),
    recent((chosen) => void enter(chosen)),
    h("label", { for: "name" }, "Your name"),
    name,
    submit,
    h("p", { class: "faint hint" }, "To be two people at once, open a private window and sign in there by another name."),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void enter(name.value.trim());
  });
  return form;
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
  return /^\/(?![/\\])/.test(wanted) ? wanted : "/";
}
