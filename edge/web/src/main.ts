/* Main: puts the app together. The only place that constructs.
 *
 * Pages that need somebody signed in are reached through `withAccount`, which sends everybody else to sign in first. While
 * the server is away, documents open from this device, and all that only the server knows is stood in for by what is kept.
 */
import "./styles/app.css";
import "./styles/sharing.css";
import "./styles/home.css";
import type { Account } from "./app/account";
import { allowPlainMarkup } from "./app/markup";
import { takeBack } from "./app/passage";
import { Router, type Page } from "./app/router";
import { Shoal } from "@shoal/client";
import { activityPage } from "./activity/page";
import { forgetOpened, rememberOpened } from "./app/opened";
import type { Desk } from "./home/frame";
import { homePage } from "./home/page";
import { trashPage } from "./home/trash";
import { news } from "./notifications/news";
import { notificationsPage } from "./notifications/page";
import { endSession, followOtherTabs, payDebt, tokenOf, whoIsHere } from "./offline/here";
import { mayLeave } from "./offline/leaving";
import { awayPage } from "./offline/page";
import { keepApp } from "./offline/register";
import { RoomyStorage } from "./offline/room";
import { projectPage } from "./projects/page";
import { searchPage } from "./search/page";
import { followSwitcherKey } from "./search/switcher";
import { failurePage, guard, notFoundPage } from "./pages/errors";
import { invitationPage, shareLinkPage } from "./pages/share-link";
import { signInPage } from "./pages/sign-in";
import { toast } from "./ui/notices";

const app = document.getElementById("app");
if (!app) throw new Error("index.html has no #app");

let shoal: Shoal | null = null;
/** Whose edits it keeps. */
let owner = "";
/** Whose page was shown last; null = nobody is signed in. */
let present: Account | null = null;

const storage = new RoomyStorage({
  isAway: () => shoal?.status.state !== "open",
  tell: (message, detail) => toast({ message, detail, sticky: true }),
});

function shoalOf({ subject }: Account): Shoal {
  // After a session that ended somebody else may be here.
  if (shoal !== null && owner !== subject) {
    void shoal.close();
    shoal = null;
  }
  if (shoal === null) {
    owner = subject;
    shoal = new Shoal({ user: subject, token: (renew) => tokenOf(subject, renew), storage });
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

/** Takes what is theirs off this device too: whoever is next at it finds nothing. */
async function leave(): Promise<void> {
  const left = shoal;
  if (left && !(await mayLeave(left))) return;
  news.end();
  await left?.close();
  const end = await endSession();
  await left?.forget();
  forgetOpened(localStorage, owner);
  shoal = present = null;
  // The page is left in either case, so that nothing of it asks to stay.
  router.go("/sign-in");
  if (end) location.assign(end);
}

function withAccount(build: (who: Account, isAway: boolean) => Page): Page {
  return async (root, match) => {
    const here = await whoIsHere(shoal?.status.state === "waiting");
    present = here?.who ?? null;
    return here ? build(here.who, here.isAway)(root, match) : toSignIn();
  };
}

/** A page of what only the server knows. */
function withServer(build: (who: Account) => Page): Page {
  return withAccount((who, isAway) => (isAway ? awayPage(deskOf(who), { again }) : build(who)));
}

/** A page that stands beside the editor. */
function withDesk(build: (desk: Desk) => Page): Page {
  return withServer((who) => build(deskOf(who)));
}

function deskOf(who: Account): Desk {
  return { account: who, shoal: shoalOf(who), signOut: () => void leave(), go: (path) => router.go(path), keep: (path) => router.keep(path) };
}

/** The editors come with it, and with no other page; while one looks around they are fetched ahead. */
const documents = () => import("./pages/document");

function documentOf(who: Account): Page {
  return remembered(who, async (root, match) => {
    const { documentPage } = await documents();
    return documentPage(who, shoalOf(who), () => void leave(), (path) => router.go(path))(root, match);
  });
}

/** A document of which this device may have nothing: then that is said, instead of waiting for what does not come. */
function keptDocumentOf(who: Account): Page {
  return async (root, match) => {
    const kept = await shoalOf(who).kept().catch(() => []);
    const isKept = kept.some(({ name, opens }) => opens && name === `documents/${match["document"] ?? ""}`);
    const why = "Shoal cannot be reached, and this document is not on this device: it opens once the connection is back.";
    return (isKept ? documentOf(who) : awayPage(deskOf(who), { why, again }))(root, match);
  };
}

/** Shows the page of this address once more. */
function again(): void {
  router.go(location.pathname + location.search + location.hash, true);
}

/** A sign-out that the server has not heard of comes before any sign-in. */
function withoutDebt(page: Page): Page {
  return async (root, match) => {
    await payDebt();
    return page(root, match);
  };
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
    { pattern: /^\/sign-in$/, page: withoutDebt(signInPage((path) => router.go(path, true))) },
    { pattern: /^\/d\/(?<document>[a-z0-9-]+)$/, page: withAccount((who, isAway) => (isAway ? keptDocumentOf(who) : documentOf(who))) },
    { pattern: /^\/share$/, page: withServer(() => shareLinkPage((path) => router.go(path, true))) },
    { pattern: /^\/invitations\/(?<invitation>[^/]+)$/, page: withServer((who) => invitationPage(who, (path) => router.go(path, true), () => void leave())) },
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
keepApp(window);
followOtherTabs(() => location.reload());
// Who comes back from signing in elsewhere has the address they left, all of it.
if (!location.hash) router.keep(location.pathname + location.search + takeBack(sessionStorage, location.pathname + location.search));
router.start();
addEventListener("load", () => requestIdleCallback(() => void documents().catch(() => undefined)));
