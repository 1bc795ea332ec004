/* Main: puts the app together. The only place that constructs.
 *
 * Pages that need somebody signed in are reached through `withAccount`, which sends everybody else to sign in first.
 */
import "quill/dist/quill.snow.css";
import "./styles/app.css";
import "./styles/editor.css";
import { account, signOut, token, type Account } from "./app/account";
import { Router, type Page } from "./app/router";
import { Shoal } from "@shoal/client";
import { documentPage } from "./pages/document";
import { listPage } from "./pages/list";
import { shareLinkPage } from "./pages/share-link";
import { signInPage } from "./pages/sign-in";
import { h } from "./ui/dom";

const app = document.getElementById("app");
if (!app) throw new Error("index.html has no #app");

let shoal: Shoal | null = null;

function shoalOf({ subject }: Account): Shoal {
  if (shoal === null) {
    shoal = new Shoal({ user: subject, token });
    shoal.onStatus(({ state }) => {
      if (state === "signed-out") toSignIn();
    });
  }
  return shoal;
}

/** What stands behind a `#` stays there: it may be a link's secret, which no server is to log. */
function toSignIn(): void {
  router.go(`/sign-in?to=${encodeURIComponent(location.pathname + location.search)}${location.hash}`);
}

async function leave(): Promise<void> {
  await signOut();
  void shoal?.close();
  shoal = null;
  router.go("/sign-in");
}

function withAccount(build: (who: Account) => Page): Page {
  return async (root, match) => {
    const who = await account();
    return who ? build(who)(root, match) : toSignIn();
  };
}

function failed(root: HTMLElement, error: unknown): void {
  const message = error instanceof Error ? error.message : "Something went wrong.";
  const again = h("button", { type: "button", class: "button primary", onclick: () => location.reload() }, "Try again");
  root.replaceChildren(h("main", { class: "centre" }, h("div", { class: "card" }, h("h1", {}, "That did not work"), h("p", {}, message), again)));
}

const router: Router = new Router(
  app,
  [
    { pattern: /^\/sign-in$/, page: signInPage((path) => router.go(path, true)) },
    { pattern: /^\/d\/(?<document>[a-z0-9-]+)$/, page: withAccount((who) => documentPage(who, shoalOf(who), () => void leave())) },
    { pattern: /^\/share$/, page: withAccount(() => shareLinkPage((path) => router.go(path, true))) },
    { pattern: /^\/$/, page: withAccount((who) => listPage(who, () => void leave(), (path) => router.go(path))) },
  ],
  failed,
);
router.start();
