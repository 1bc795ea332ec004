/* Document: one document, its editor, who is in it, and whether what was typed is saved.
 *
 * Owns the session of this page while it is shown. Never touches an operation.
 */
import type { Account } from "../app/account";
import type { Leave, Page } from "../app/router";
import type { LiveDocument, LiveDocumentEvents, Refusal, Shoal } from "@shoal/client";
import { openEditor, type TextEditor } from "../editor/open";
import { toolbar } from "../editor/toolbar";
import { Chip } from "../ui/chip";
import { h } from "../ui/dom";
import { header } from "../ui/header";
import { announce, toast } from "../ui/notices";
import { avatar } from "../ui/people";
import { Rights } from "../ui/rights";

const SHOWN_PEOPLE = 5;
/** google.rpc.Code: what is told to who may not read a document, and may not know whether it is there. */
const NOT_FOUND = 5;
const PERMISSION_DENIED = 7;

export function documentPage(who: Account, shoal: Shoal, signOut: () => void): Page {
  return (root, match): Leave => {
    const name = `documents/${match["document"] ?? ""}`;
    return show(root, who, shoal.open(name), signOut);
  };
}

function show(root: HTMLElement, who: Account, session: LiveDocument, signOut: () => void): Leave {
  const chip = new Chip();
  const title = h("h1", { class: "title", "data-testid": "title" }, "…");
  const people = h("ul", { class: "people", "aria-label": "People in this document" });
  const tools = toolbar();
  const paper = h("div", { class: "paper" });
  const notice = h("p", { class: "notice", role: "alert", hidden: true });
  const rights = new Rights(who, session.name, () => title.textContent ?? "");
  const middle = h("div", { class: "heading" }, title, chip.element);
  const sheet = h("div", { class: "sheet" }, paper);
  const main = h("main", { class: "desk" }, tools, notice, rights.notice, sheet);
  tools.hidden = true;
  const right = h("div", { class: "top-right" }, people, rights.share);
  root.append(header({ account: who, signOut, middle, right }), main);

  let editor: TextEditor | null = null;
  let gone = false;
  let plainText = false;
  const update = () => chip.show(session.status);
  const clock = setInterval(update, 1000);
  const stops = [
    session.on("status", update),
    session.on("status", () => editor && rights.follow(session, tools, plainText)),
    session.on("loaded", (loaded) => {
      title.textContent = loaded.title || "Untitled";
      document.title = `${loaded.title || "Untitled"} – Shoal`;
      plainText = loaded.plainText;
      void openEditor(paper, tools, session, loaded).then((opened) => {
        if (gone) return opened.destroy();
        editor = opened;
        rights.follow(session, tools, plainText);
        editor.focus();
      });
    }),
    session.on("participants", ({ joined, left }) => {
      people.replaceChildren(...faces(session));
      for (const { name, site } of joined) if (site !== session.site) announce(`${name} joined`);
      for (const { name } of left) announce(`${name} left`);
    }),
    session.on("refused", refused),
    session.on("diverged", () => toast({ message: "This page was out of step and has been set right." })),
    session.on("closed", (closed) => {
      rights.end();
      tools.hidden = true;
      if (!editor) title.textContent = "Not available";
      if (!editor && isRefusal(closed)) return main.replaceWith(noAccess(who, signOut));
      notice.replaceChildren(endOf(closed), " ", h("a", { href: "/", class: "link" }, "All documents"));
      notice.hidden = false;
      sheet.hidden = editor === null;
    }),
  ];
  update();

  const warn = (event: BeforeUnloadEvent) => {
    const { status } = session;
    if (status.state === "saving" || ("kept" in status && status.unsaved > 0 && !status.kept)) event.preventDefault();
  };
  addEventListener("beforeunload", warn);
  return () => {
    removeEventListener("beforeunload", warn);
    clearInterval(clock);
    for (const stop of stops) stop();
    rights.end();
    gone = true;
    editor?.destroy();
    void session.close();
  };
}

/** Who may not read it any more is not told whether it is still there. */
function endOf({ fault, message }: LiveDocumentEvents["closed"]): string {
  if (fault?.code === PERMISSION_DENIED) return "You no longer have access to this document.";
  return fault?.code === NOT_FOUND ? "This document is no longer shared with you, or was deleted." : message;
}

function isRefusal({ fault }: LiveDocumentEvents["closed"]): boolean {
  return fault?.code === PERMISSION_DENIED || fault?.code === NOT_FOUND;
}

/** The server says the same whether it is not there or not for them, and so does this. */
function noAccess(who: Account, signOut: () => void): HTMLElement {
  const other = h("button", { type: "button", class: "button wide", onclick: signOut }, "Sign in as somebody else");
  return h(
    "main",
    { class: "centre" },
    h(
      "div",
      { class: "card sign-in", role: "alert", "data-testid": "no-access" },
      h("h1", {}, "Nothing here for you"),
      h("p", {}, "This document does not exist, or is not shared with you."),
      h("p", { class: "faint" }, `You are signed in as ${who.name}. Whoever owns it can share it with ${who.subject}.`),
      h("a", { href: "/", class: "button primary wide" }, "All documents"),
      other,
    ),
  );
}

function faces(session: LiveDocument): HTMLElement[] {
  const all = session.participants;
  const shown = all.slice(0, SHOWN_PEOPLE).map((one) => {
    const face = avatar({ subject: one.subject, name: one.name, idle: one.idle, self: one.site === session.site });
    // Whoever looks is shown already, by the account menu beside this list.
    const hidden = one.site === session.site ? "visually-hidden" : null;
    return h("li", { "data-testid": "participant", class: hidden }, face);
  });
  const hidden = all.length - SHOWN_PEOPLE;
  if (hidden > 0) shown.push(h("li", { class: "more-people", title: `${hidden} more` }, `+${hidden}`));
  return shown;
}

/** Nobody's text is thrown away: what was refused can be copied. */
function refused({ message, text, dismiss: dismissed }: Refusal): void {
  if (!text.trim()) return toast({ message, dismissed });
  const copy = () => void navigator.clipboard.writeText(text).then(() => announce("Copied"));
  toast({ message, detail: text.slice(0, 200), action: { label: "Copy your text", run: copy }, sticky: true, dismissed });
}
