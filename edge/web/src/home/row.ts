/* Row: one document in a list: what it is called, where it is, who wrote last and when, who is in it, and what can be done.
 *
 * Owns its element, which stays the same while the document changes, so that the focus does.
 */
import type { Account } from "../app/account";
import { pathOf, type DocumentInfo } from "../app/documents";
import { personName } from "../app/names";
import { UNTITLED } from "../app/titles";
import { ago } from "../app/when";
import { h, icon } from "../ui/dom";
import { menu } from "../ui/menu";
import { avatar, type Person } from "../ui/people";
import { actionsOf } from "./actions";
import { MORE, SHEET, TEMPLATE, TEXT } from "./icons";

export interface RowParts {
  readonly account: Account;
  readonly go: (path: string) => void;
  /** The title of a project; empty = it is not told in this list. */
  readonly projectTitle: (project: string) => string;
  /** The subject of who wrote last; empty = not known. */
  readonly editor: (document: string) => string;
}

const FACES = 3;

export class Row {
  readonly element: HTMLElement;
  private readonly mark = h("span", { class: "document-icon" });
  private readonly title = h("span", { class: "document-title" });
  private readonly tags = h("span", { class: "document-tags" });
  private readonly who = h("span", { class: "document-who" });
  private readonly faces = h("span", { class: "huddle" });
  private readonly link = h("a", { class: "document" }, this.mark, h("span", { class: "document-text" }, this.title, this.tags), this.faces, this.who);
  private readonly more = h("button", { type: "button", class: "button quiet icon-only" }, icon(MORE));

  constructor(public info: DocumentInfo, private readonly parts: RowParts) {
    this.element = h("li", { "data-testid": "document-row", "data-name": info.name }, this.link, menu(this.more, "What to do with it", () => actionsOf(this.info, parts)));
    this.show(info);
  }

  /** Shows it as it is now. */
  show(info: DocumentInfo): void {
    this.info = info;
    const plain = info.type === "DOCUMENT_TYPE_PLAIN_TEXT";
    this.link.href = pathOf(info.name);
    this.mark.className = plain ? "document-icon plain" : "document-icon";
    this.mark.replaceChildren(icon(info.template ? TEMPLATE : plain ? TEXT : SHEET));
    this.title.textContent = info.title || UNTITLED;
    this.title.classList.toggle("untitled", !info.title);
    this.more.setAttribute("aria-label", `More for ${info.title || UNTITLED}`);
    const project = this.parts.projectTitle(info.project);
    const tags = [project, info.template ? "Template" : "", plain ? "Plain text" : ""].filter(Boolean);
    this.tags.replaceChildren(...tags.map((tag) => h("span", { class: "tag" }, tag)));
    this.who.replaceChildren(...lastChange(info, this.parts));
  }

  /** Who has it open now. */
  present(people: readonly Person[]): void {
    const left = people.length - FACES;
    this.faces.replaceChildren(
      ...people.slice(0, FACES).map((one) => avatar(one)),
      ...(left > 0 ? [h("span", { class: "avatar more-faces" }, `+${left}`)] : []),
    );
  }
}

/** `Ada Lovelace · 3 min. ago`. */
export function lastChange(info: DocumentInfo, { account, editor }: Pick<RowParts, "account" | "editor">): (Node | string)[] {
  if (!info.updateTime) return [];
  const when = new Date(info.updateTime);
  const subject = editor(info.name);
  const time = h("time", { datetime: when.toISOString(), title: when.toLocaleString() }, ago(when));
  if (!subject) return [time];
  return [h("span", { class: "editor" }, subject === account.subject ? "You" : personName(subject, account)), h("span", { "aria-hidden": "true" }, "·"), time];
}
