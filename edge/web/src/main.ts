/* Main: puts the app together. The only place that constructs.
 *
 * Pages that need somebody signed in are reached through `withAccount`, which sends everybody else to sign in first.
 */
import "quill/dist/quill.snow.css";
import "./styles/app.css";
import "./styles/editor.css";
import "./styles/sharing.css";
import "./styles/home.css";
import { account, signOut, token, type Account } from "./app/account";
import { allowPlainMarkup } from "./app/markup";
import { takeBack } from "./app/passage";
import { Router, type Page } from "./app/router";
import { Shoal } from "@shoal/client";
import { activityPage } from "./activity/page";
import { rememberOpened } from "./app/opened";
import type { Desk } from "./home/frame";
import { homePage } from "./home/page";
import { trashPage } from "./home/trash";
import { news } from "./notifications/news";
import { notificationsPage } from "./notifications/page";
import { documentPage } from "./pages/document";
import { projectPage } from "./projects/page";
import { searchPage } from "./search/page";
import { followSwitcherKey } from "./search/switcher";
import { failurePage, guard, notFoundPage } from "./pages/errors";
import { invitationPage, shareLinkPage } from "./pages/share-link";
import { signInPage } from "./pages/sign-in";

const app = document.getElementById("app");
if (!app) throw new Error("index.html has no #app");

let shoal: Shoal | null = null;
/** Whose edits it keeps. */
let owner = "";
/** Whose page was shown last; null = nobody is signed in. */
let present: Account | null = null;

function shoalOf({ subject }: Account): Shoal {
  // After a session that ended somebody else may be here.
  if (shoal !== null && owner !== subject) {
    void shoal.close();
    shoal = null;
  }
  if (shoal === null) {
    owner = subject;
    shoal = new Shoal({ user: subject, token });
    shoal.onStatus(({ state }) => {
      if (state === "signed-out") ended();
    });
    news.follow(shoal);
  }
  return shoal;
}

/** What stands behind a `#` stays there: it may be a link's secret, which no server is to log. */
function toSignIn(): void {
  router.go(`/sign-in?to=${encodeURIComponent(location.pathname + location.search)}${location.hash}`);
}

/** The session is over, and nobody pressed anything: edits stay on this device until the same person is back. */
function ended(): void {
  const over = shoal;
  shoal = null;
  toSignIn();
  void over?.close();
}

async function leave(): Promise<void> {
  const end = await signOut();
  news.end();
  void shoal?.close();
  shoal = present = null;
  if (end) location.assign(end);
  else router.go("/sign-in");
}

function withAccount(build: (who: Account) => Page): Page {
  return async (root, match) => {
    present = await account();
    return present ? build(present)(root, match) : toSignIn();
  };
}

/** A page that stands beside the editor. */
function withDesk(build: (desk: Desk) => Page): Page {
  return withAccount((who) =>
    build({ account: who, shoal: shoalOf(who), signOut: () => void leave(), go: (path) => router.go(path), keep: (path) => router.keep(path) }));
}

/** What somebody opens is among their recent documents. */
function remembered(who: Account, page: Page): Page {
  return (root, match) => {
    rememberOpened(localStorage, who.subject, `documents/${match["document"] ?? ""}`);
    return page(root, match);
  };
}

const router: Router = new Router(
  app,
  [
    { pattern: /^\/sign-in$/, page: signInPage((path) => router.go(path, true)) },
    { pattern: /^\/d\/(?<document>[a-z0-9-]+)$/, page: withAccount((who) => remembered(who, documentPage(who, shoalOf(who), () => void leave(), (path) => router.go(path)))) },
    { pattern: /^\/share$/, page: withAccount(() => shareLinkPage((path) => router.go(path, true))) },
    { pattern: /^\/invitations\/(?<invitation>[^/]+)$/, page: withAccount((who) => invitationPage(who, (path) => router.go(path, true), () => void leave())) },
    { pattern: /^\/$/, page: withDesk(homePage) },
    { pattern: /^\/p\/(?<project>[a-z0-9-]+)$/, page: withDesk(projectPage) },
    { pattern: /^\/search$/, page: withDesk(searchPage) },
    { pattern: /^\/activity$/, page: withDesk(activityPage) },
    { pattern: /^\/notifications$/, page: withDesk(notificationsPage) },
    { pattern: /^\/trash$/, page: withDesk(trashPage) },
  ],
  { missing: notFoundPage, failed: failurePage },
);
followSwitcherKey(() => present && { account: present, go: (path) => router.go(path) });
allowPlainMarkup();
guard(window);
// Who comes back from signing in elsewhere has the address they left, all of it.
if (!location.hash) router.keep(location.pathname + location.search + takeBack(sessionStorage, location.pathname + location.search));
router.start();
