/* Recent: the documents this person opened or wrote last, as cards with the beginning of what stands in them.
 *
 * Owns its cards. What was opened is known to this browser, what was written to the activity feed.
 */
import { getContent, RestError } from "@shoal/client/rest";
import type { Account } from "../app/account";
import { getDocument, pathOf, type DocumentInfo } from "../app/documents";
import { openedDocuments, rememberOpened } from "../app/opened";
import { rest } from "../app/rest";
import { UNTITLED } from "../app/titles";
import { h } from "../ui/dom";
import type { Editors } from "./editors";
import { lastChange } from "./row";

const SHOWN = 6;
/** More does not fit on a card. */
const BEGINNING = 360;

/** Resolves once the cards are there; hidden when there are none. */
export async function recentDocuments(host: HTMLElement, account: Account, known: Editors): Promise<void> {
  const opened = openedDocuments(localStorage, account.subject);
  const names = [...new Set([...opened, ...known.mine])].slice(0, SHOWN * 2);
  const found = await Promise.all(names.map((name) => lookUp(account.subject, name)));
  const shown = found.filter((info): info is DocumentInfo => info !== null && !info.deleteTime).slice(0, SHOWN);
  host.hidden = shown.length === 0;
  const cards = shown.map((info) => card(info, account, known));
  host.replaceChildren(h("h2", { id: "recent" }, "Recent"), h("ul", { class: "cards", "aria-labelledby": "recent" }, ...cards));
}

async function lookUp(subject: string, name: string): Promise<DocumentInfo | null> {
  try {
    return await getDocument(name);
  } catch (error) {
    if (error instanceof RestError && error.code === "NOT_FOUND") rememberOpened(localStorage, subject, name, true);
    return null;
  }
}

function card(info: DocumentInfo, account: Account, { last }: Editors): HTMLElement {
  const preview = h("span", { class: "card-paper", "aria-hidden": "true" });
  void beginningOf(info.name).then((text) => (preview.textContent = text), () => undefined);
  return h(
    "li",
    { "data-testid": "recent-document" },
    h(
      "a",
      { href: pathOf(info.name), class: info.type === "DOCUMENT_TYPE_PLAIN_TEXT" ? "doc-card plain" : "doc-card" },
      preview,
      h("span", { class: info.title ? "doc-card-title" : "doc-card-title untitled" }, info.title || UNTITLED),
      h("span", { class: "document-who" }, ...lastChange(info, { account, editor: (name) => last.get(name) ?? "" })),
    ),
  );
}

/** The first part alone is read, however long the document is. */
async function beginningOf(name: string): Promise<string> {
  for await (const part of getContent(rest, { name, format: "CONTENT_FORMAT_TEXT" })) return part.text.slice(0, BEGINNING);
  return "";
}
