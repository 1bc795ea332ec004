/* Errors: the pages for what went wrong: no such page, no server, or a mistake of ours.
 *
 * Owns their words. Nothing that was written is lost by any of them: edits are kept on this device until they are sent.
 */
import { RestError } from "@shoal/client/rest";
import { ApiError } from "../app/http";
import type { Page } from "../app/router";
import { explain } from "../app/rest";
import { h } from "../ui/dom";
import { logo } from "../ui/header";
import { announce } from "../ui/notices";

export interface Message {
  readonly title: string;
  readonly testid: string;
  readonly content: readonly Node[];
  readonly actions: readonly HTMLElement[];
}

/** A card that says one thing, and what can be done about it. */
export function message({ title, testid, content, actions }: Message): HTMLElement {
  return h("div", { class: "card sign-in", "data-testid": testid }, logo(56), h("h1", {}, title), ...content, ...actions);
}

export const notFoundPage: Page = (root) => {
  document.title = "Not found – Shoal";
  root.append(
    h(
      "main",
      { class: "centre" },
      message({
        title: "There is no such page",
        testid: "not-found",
        content: [h("p", { class: "faint" }, "The address may be mistyped, or what it led to has another one now.")],
        actions: [h("a", { href: "/", class: "button primary wide" }, "All documents")],
      }),
    ),
  );
};

/** Shown where a page could not be built. */
export function failurePage(root: HTMLElement, error: unknown): void {
  const main = h("main", { class: "centre" });
  root.replaceChildren(main);
  if (isUnreachable(error)) return void main.append(unreachable());
  main.append(crash(error));
}

/** Told about mistakes of ours that nothing caught: once, above what is on the page, which stays as it is. */
export function guard(target: Window): void {
  const tell = (error: unknown) => {
    if (document.querySelector("dialog.crash")) return;
    const dialog = h("dialog", { class: "dialog crash", "aria-label": "Something went wrong" }, crash(error, () => dialog.close()));
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  };
  target.addEventListener("error", (event) => {
    // A picture that does not load is an error without one; so is a loop of the browser's own that it only warns of.
    if (event.error) tell(event.error);
  });
  target.addEventListener("unhandledrejection", ({ reason }) => {
    if (!isExpected(reason)) tell(reason);
  });
}

/** What fails by itself now and then, and is tried again or was given up on purpose. */
function isExpected(reason: unknown): boolean {
  if (!(reason instanceof Error)) return true;
  return isUnreachable(reason) || reason instanceof RestError || reason.name === "AbortError" || reason.name === "SignedOut";
}

function isUnreachable(error: unknown): boolean {
  return (error instanceof ApiError && (error.status === 0 || error.status >= 502)) || (error instanceof RestError && error.code === "UNAVAILABLE");
}

function unreachable(): HTMLElement {
  document.title = "No connection – Shoal";
  const again = h("button", { type: "button", class: "button primary wide", "data-testid": "retry", onclick: () => location.reload() }, "Try again");
  // Whoever comes back to the network need not press anything.
  addEventListener("online", () => location.reload(), { once: true });
  const why = navigator.onLine ? "The server does not answer. It may be restarting." : "This device has no network.";
  return message({ title: "Shoal cannot be reached", testid: "unreachable", content: [h("p", { role: "alert" }, why), h("p", { class: "faint" }, "Edits that were not sent yet are kept on this device.")], actions: [again] });
}

function crash(error: unknown, dismiss?: () => void): HTMLElement {
  const details = detailsOf(error);
  const copy = h("button", { type: "button", class: "button wide", "data-testid": "copy-details" }, "Copy what happened");
  copy.addEventListener("click", () => {
    void navigator.clipboard.writeText(details).then(() => {
      copy.textContent = "Copied";
      announce("Copied");
    });
  });
  return message({
    title: "That did not work",
    testid: "crash",
    content: [
      h("p", { role: "alert" }, explain(error)),
      h("p", { class: "faint" }, "What you wrote is kept on this device and is sent when the page is back. Reloading helps most often."),
      h("details", { class: "details" }, h("summary", {}, "What happened"), h("pre", { tabindex: 0 }, details)),
    ],
    actions: [
      h("button", { type: "button", class: "button primary wide", "data-testid": "reload", onclick: () => location.reload() }, "Reload"),
      copy,
      ...(dismiss ? [h("button", { type: "button", class: "button quiet wide", onclick: dismiss }, "Go on without reloading")] : [h("a", { href: "/", class: "button quiet wide" }, "All documents")]),
    ],
  });
}

/** For whoever mends it: no text of a document, no token, and of the address only its path. */
export function detailsOf(error: unknown): string {
  const told = error instanceof Error ? (error.stack ?? `${error.name}: ${error.message}`) : String(error);
  const request = error instanceof RestError && error.requestId ? `request ${error.requestId}` : "";
  return [told, request, `at ${location.pathname}`, navigator.userAgent, new Date().toISOString()].filter(Boolean).join("\n");
}
