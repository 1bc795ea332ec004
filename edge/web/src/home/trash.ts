/* Trash: what was deleted and can still be had back, and erasing it for good.
 *
 * Owns the list. Deleted documents are among the others of the API: pages are read on until enough are found.
 */
import { listDocuments, purgeDocument, undeleteDocument } from "@shoal/client/rest";
import type { Document } from "@gen/rest/types";
import { rest } from "../app/rest";
import type { Page } from "../app/router";
import { UNTITLED } from "../app/titles";
import { ago } from "../app/when";
import { askForm } from "../ui/ask";
import { h, icon } from "../ui/dom";
import { announce, toast } from "../ui/notices";
import { attempt } from "./actions";
import { frame, type Desk } from "./frame";
import { RESTORE, TRASH } from "./icons";
import { More } from "./more";
import { empty, fill } from "./states";

const PAGE = 1000;

export function trashPage(desk: Desk): Page {
  return (root) => {
    const { main } = frame(root, desk, "Trash");
    const host = h("div", {});
    const list = h("ul", { class: "documents", "aria-label": "Deleted documents", "data-testid": "trash-list" });
    const settle = () => {
      if (list.childElementCount === 0 && more.isEnd) host.replaceChildren(nothing());
    };
    const page = async (token: string): Promise<string> => {
      const { documents, nextPageToken } = await deletedFrom(token);
      list.append(...documents.map((info) => line(info, settle)));
      return nextPageToken;
    };
    const more = new More(page);
    main.append(
      h("h1", {}, "Trash"),
      h("p", { class: "faint lead" }, "What is deleted can be restored until its time is over; then it is erased with all its history."),
      host,
    );
    void fill(host, async () => {
      list.replaceChildren();
      more.follow(await page(""));
      return list.childElementCount || !more.isEnd ? [list, more.element] : [nothing()];
    });
    return () => more.follow("");
  };
}

function nothing(): HTMLElement {
  return empty(TRASH, "The trash is empty", "Documents that are deleted wait here before they are erased.", h("a", { href: "/", class: "button" }, "All documents"));
}

async function deletedFrom(pageToken: string): Promise<{ documents: readonly Document[]; nextPageToken: string }> {
  for (let token = pageToken; ; ) {
    const { documents, nextPageToken } = await listDocuments(rest, { showDeleted: true, pageSize: PAGE, pageToken: token });
    const deleted = documents.filter(({ deleteTime }) => deleteTime);
    if (deleted.length > 0 || !nextPageToken) return { documents: deleted, nextPageToken };
    token = nextPageToken;
  }
}

function line(info: Document, settle: () => void): HTMLElement {
  const title = info.title || UNTITLED;
  const deleted = info.deleteTime ? ago(new Date(info.deleteTime)) : "";
  const erased = info.expireTime ? new Date(info.expireTime).toLocaleDateString("en", { day: "numeric", month: "short" }) : "";
  const restore = h("button", { type: "button", class: "button", "aria-label": `Restore ${title}`, "data-testid": "restore" }, icon(RESTORE), h("span", {}, "Restore"));
  const purge = h("button", { type: "button", class: "button quiet danger-text", "aria-label": `Erase ${title}`, "data-testid": "purge" }, "Erase");
  const gone = () => {
    const next = (row.nextElementSibling ?? row.previousElementSibling)?.querySelector("button");
    row.remove();
    (next ?? document.getElementById("main"))?.focus();
    settle();
  };
  restore.addEventListener("click", () =>
    attempt(async () => {
      await undeleteDocument(rest, { name: info.name });
      gone();
      toast({ message: `${title} is back` });
    }),
  );
  purge.addEventListener("click", () => askPurge(info.name, title, gone));
  const row = h(
    "li",
    { class: "trash-row", "data-testid": "trash-row" },
    h("span", { class: "document-text" }, h("span", { class: "document-title" }, title), h("span", { class: "faint small" }, `Deleted ${deleted}${erased ? `, erased on ${erased}` : ""}`)),
    restore, purge,
  );
  return row;
}

function askPurge(name: string, title: string, gone: () => void): void {
  askForm({
    title: "Erase for good?",
    fields: [h("p", {}, `“${title}” and all its history will be gone for everybody. This cannot be undone.`)],
    submit: "Erase", danger: true, testid: "purge-really",
    run: async () => {
      await purgeDocument(rest, { name });
      gone();
      announce(`${title} is erased`);
    },
  });
}
