/* Api: the page that shows the OpenAPI document and tries its calls, with who is signed in or with a token given.
 *
 * The viewer is swagger-ui, as it is published. What is tried goes to this origin, so the sign-in cookie goes along.
 */
import "swagger-ui-dist/swagger-ui.css";
import "./styles/app.css";
import "./styles/api.css";
import SwaggerUI from "swagger-ui-dist/swagger-ui-bundle.js";
import { forBrowsers, type OpenApi } from "./api/document";
import { account, signOut, type Account } from "./app/account";
import { request } from "./app/http";
import { h } from "./ui/dom";
import { header, publicHeader } from "./ui/header";
import { followDark } from "./ui/theme";

const DOCUMENT = "/api/openapi.json";

const app = document.getElementById("app");
if (!app) throw new Error("api.html has no #app");

async function leave(): Promise<void> {
  await signOut();
  location.reload();
}

function top(who: Account | null): HTMLElement {
  const middle = h("span", { class: "title" }, "API");
  const right = h("a", { href: DOCUMENT, class: "button quiet", download: "shoal.openapi.json" }, "OpenAPI 3.1");
  if (who) return header({ account: who, signOut: () => void leave(), middle, right });
  return publicHeader(middle, right, h("a", { href: "/sign-in?to=/api", class: "button primary" }, "Sign in"));
}

/** As whom calls are made. */
function caller(who: Account | null): string {
  return who
    ? `What you try is done, as ${who.name}: your sign-in goes along. Authorize takes another token instead.`
    : "What you try is done. Sign in, or give a token: Authorize.";
}

async function show(root: HTMLElement): Promise<void> {
  // The viewer has colours for both, by this class.
  followDark((dark) => document.documentElement.classList.toggle("dark-mode", dark));
  const [who, spec] = await Promise.all([account().catch(() => null), request<OpenApi>("GET", DOCUMENT)]);
  const viewer = h("div", {});
  root.replaceChildren(top(who), h("main", { class: "viewer" }, h("p", { class: "caller" }, caller(who)), viewer));
  SwaggerUI({
    domNode: viewer,
    spec: forBrowsers(spec),
    deepLinking: true,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    filter: true,
    requestSnippetsEnabled: true,
    showExtensions: true,
    validatorUrl: null,
  });
}

show(app).catch((error: unknown) => {
  const message = error instanceof Error ? error.message : "Something went wrong.";
  app.replaceChildren(h("main", { class: "centre" }, h("div", { class: "card" }, h("h1", {}, "That did not work"), h("p", {}, message))));
});
