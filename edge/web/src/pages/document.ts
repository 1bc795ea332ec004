/* Document: one document, its editor, who is in it, and whether what was typed is saved.
 *
 * Owns the session of this page while it is shown. Never touches an operation.
 */
import type { Account } from "../app/account";
import type { Leave, Page } from "../app/router";
import type { Connection } from "../client/connection";
import { Session } from "../client/session";
import { claimByLock, SiteStore } from "../client/storage";
import { Editor } from "../editor/editor";
import { toolbar } from "../editor/toolbar";
import { Chip } from "../ui/chip";
import { h } from "../ui/dom";
import { header } from "../ui/header";
import { announce, toast } from "../ui/notices";
import { avatar } from "../ui/people";

const SHOWN_PEOPLE = 5;

export function documentPage(who: Account, connection: Connection, signOut: () => void): Page {
  return async (root, match): Promise<Leave> => {
    const document_ = `documents/${match["document"] ?? ""}`;
    const store = new SiteStore({
      subject: who.subject, document: document_, session: sessionStorage, local: localStorage, claim: claimByLock,
    });
    const site = await store.claimSite();
    const session = new Session({
      document: document_,
      site,
      channel: connection,
      restore: store.load(site),
      persist: (record) => {
        if (!store.save(site, record)) toast({ message: "This browser has no room left to keep unsaved changes." });
      },
    });
    return show(root, who, session, connection, signOut);
  };
}

function show(root: HTMLElement, who: Account, session: Session, connection: Connection, signOut: () => void): Leave {
  const chip = new Chip();
  const title = h("h1", { class: "title", "data-testid": "title" }, "…");
  const people = h("ul", { class: "people", "aria-label": "People in this document" });
  const tools = toolbar();
  const paper = h("div", { class: "paper" });
  const notice = h("p", { class: "notice", role: "alert", hidden: true });
  const middle = h("div", { class: "heading" }, title, chip.element);
  const sheet = h("div", { class: "sheet" }, paper);
  const main = h("main", { class: "desk" }, tools, notice, sheet);
  tools.hidden = true;
  root.append(header({ account: who, signOut, middle, right: people }), main);

  let editor: Editor | null = null;
  let refusals = 0;
  const update = () => {
    const { phase, pendingCount: pending } = session;
    chip.show({ connection: connection.status, phase, pending, refused: refusals > 0 });
  };
  const clock = setInterval(update, 1000);
  const stops = [
    connection.events.on("status", update),
    session.events.on("status", update),
    session.events.on("loaded", (loaded) => {
      title.textContent = loaded.title || "Untitled";
      document.title = `${loaded.title || "Untitled"} – Shoal`;
      tools.hidden = loaded.plainText;
      editor = new Editor(paper, tools, session, loaded);
      editor.focus();
    }),
    session.events.on("participants", ({ joined, left }) => {
      people.replaceChildren(...faces(session));
      for (const { name, site } of joined) if (site !== session.site) announce(`${name} joined`);
      for (const { name } of left) announce(`${name} left`);
    }),
    session.events.on("refused", ({ message, text }) => {
      refusals += 1;
      update();
      refused(message, text, () => {
        refusals -= 1;
        update();
      });
    }),
    session.events.on("diverged", () => toast({ message: "This page was out of step and has been set right." })),
    session.events.on("closed", ({ message }) => {
      notice.replaceChildren(message, " ", h("a", { href: "/", class: "link" }, "All documents"));
      notice.hidden = false;
      if (!editor) title.textContent = "Not available";
      sheet.hidden = editor === null;
      editor?.setWritable(false);
    }),
  ];
  update();

  const warn = (event: BeforeUnloadEvent) => {
    if (session.pendingCount > 0 && connection.isOpen) event.preventDefault();
  };
  addEventListener("beforeunload", warn);
  return () => {
    removeEventListener("beforeunload", warn);
    clearInterval(clock);
    for (const stop of stops) stop();
    editor?.destroy();
    session.close();
  };
}

function faces(session: Session): HTMLElement[] {
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
function refused(message: string, text: string, dismissed: () => void): void {
  if (!text.trim()) return toast({ message, dismissed });
  const copy = () => void navigator.clipboard.writeText(text).then(() => announce("Copied"));
  toast({ message, detail: text.slice(0, 200), action: { label: "Copy your text", run: copy }, sticky: true, dismissed });
}
