/* Share: the dialog that says who may do what on a document or project, and changes it.
 *
 * Owns what is shown of grants and links, which it reads anew after each change: others share too.
 */
import type { Account } from "../app/account";
import {
  createLink, listGrants, listLinks, nameOf, only, principalOf, revokeGrant, revokeLink, setGrant,
  type Grant, type Principal, type RoleName, type ShareLink,
} from "../app/sharing";
import { openDialog, type Dialog } from "./dialog";
import { h, icon } from "./dom";
import { announce } from "./notices";
import { avatar } from "./people";

const ROLES: readonly (readonly [RoleName, string])[] = [
  ["ROLE_VIEWER", "Can view"],
  ["ROLE_COMMENTER", "Can comment"],
  ["ROLE_EDITOR", "Can edit"],
  ["ROLE_ADMIN", "Can share"],
];
/** Links give no more than writing. */
const LINK_ROLES = ROLES.slice(0, 3);
const LINK = "M10 14a4 4 0 0 0 5.7 0l3-3a4 4 0 0 0-5.7-5.7l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1-1";

/** The icon of sharing: a person, and a plus. */
export const SHARE = "M10 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM3.5 20c0-3.6 2.9-6 6.5-6 1.5 0 2.9.4 4 1.2M18 14v6M15 17h6";

export interface Shared {
  readonly account: Account;
  readonly resource: string;
  readonly title: string;
  /** What else decides who has access, in a sentence. */
  readonly note?: string;
}

export function openShare(shared: Shared): Dialog {
  const share = new ShareContent(shared);
  const dialog = openDialog(`Share “${shared.title}”`, share.element);
  void share.load();
  return dialog;
}

class ShareContent {
  private readonly people = h("ul", { class: "grants", "data-testid": "grants", "aria-label": "People with access" });
  private readonly links = h("ul", { class: "grants", "aria-label": "Links" });
  private readonly problem = h("p", { class: "problem", role: "alert" });
  private readonly fresh = h("div", { class: "fresh-link", hidden: true });
  readonly element: HTMLElement;

  constructor(private readonly shared: Shared) {
    const { account, note, resource } = shared;
    const add = addForm(account, (principal, role) =>
      this.perform(() => setGrant(resource, principal, role), `${labelOf(principal, account)} ${roleText(role)}`));
    const make = linkForm((role) =>
      void this.perform(async () => this.showLink(await createLink(resource, role)), "A link was made"));
    this.element = h(
      "div",
      { class: "share" },
      note ? h("p", { class: "note" }, note) : null,
      add, this.problem, this.people,
      h("h3", {}, "Links"), this.links, this.fresh, make,
    );
  }

  /** Shows who has access now; says so where that cannot be known. */
  async load(): Promise<void> {
    try {
      const { resource } = this.shared;
      const [grants, links] = await Promise.all([listGrants(resource), listLinks(resource)]);
      this.people.replaceChildren(...grants.filter(({ principal }) => !principal.shareLink).map((each) => this.grantRow(each)));
      this.links.replaceChildren(...links.map((each) => this.linkRow(each)));
    } catch (error) {
      this.say(error, "Who has access cannot be shown.");
    }
  }

  /** Does one thing and shows what became of it; says what went wrong, and returns whether it did not. */
  private async perform(work: () => Promise<void>, done: string): Promise<boolean> {
    this.problem.textContent = "";
    try {
      await work();
    } catch (error) {
      this.say(error, "That did not work.");
      return false;
    }
    announce(done);
    await this.load();
    return true;
  }

  private say(error: unknown, otherwise: string): void {
    this.problem.textContent = error instanceof Error ? error.message : otherwise;
  }

  private grantRow(grant: Grant): HTMLElement {
    const { account, resource } = this.shared;
    const principal = only(grant.principal);
    const said = labelOf(principal, account);
    const own = grant.resource === resource;
    const from = own ? null : h("span", { class: "faint", title: grant.resource }, `from the ${kindOf(grant.resource)} it is in`);
    const denied = grant.denied?.length ? h("span", { class: "faint" }, `but not ${grant.denied.map(wordOf).join(", ")}`) : null;
    const remove = () => this.perform(() => revokeGrant(resource, principal), `${said} was removed`);
    return h(
      "li",
      { "data-testid": "grant", "data-who": nameOf(principal) },
      avatar({ subject: nameOf(principal), name: principal.user === account.subject ? account.name : said }),
      h("span", { class: "grant-who" }, h("span", { title: nameOf(principal) }, said), from, denied),
      own ? this.roleOf(grant, principal, said) : h("span", { class: "grant-role" }, roleWord(grant)),
      own && grant.role !== "ROLE_OWNER" ? removeButton(`Remove ${said}`, remove) : null,
    );
  }

  /** What somebody may do, to be chosen where it is one of the roles here and nothing else. */
  private roleOf(grant: Grant, principal: Principal, said: string): HTMLElement {
    const isPlain = ROLES.some(([role]) => role === grant.role) && !grant.denied?.length;
    if (!isPlain) return h("span", { class: "grant-role" }, roleWord(grant));
    return picker(ROLES, grant.role, `What ${said} may do`, (chosen) =>
      void this.perform(() => setGrant(this.shared.resource, principal, chosen), `${said} ${roleText(chosen)}`));
  }

  private linkRow(link: ShareLink): HTMLElement {
    const taken = Number(link.redemptions ?? 0);
    const until = link.expireTime ? `, until ${new Date(link.expireTime).toLocaleDateString()}` : "";
    const used = `used by ${taken === 1 ? "1 person" : `${taken} people`}${until}${link.hasPassword ? ", with a password" : ""}`;
    return h(
      "li",
      { "data-testid": "link" },
      h("span", { class: "link-mark" }, icon(LINK)),
      h("span", { class: "grant-who" }, "Anyone with the link", h("span", { class: "faint" }, used)),
      h("span", { class: "grant-role" }, roleWord(link)),
      removeButton("Turn this link off", () => this.perform(() => revokeLink(link.name), "The link is off")),
    );
  }

  private showLink(address: string): void {
    const text = h("input", { readonly: true, value: address, "aria-label": "The new link", "data-testid": "link-address" });
    const copy = h("button", { type: "button", class: "button primary", "data-testid": "copy-link" }, "Copy");
    copy.addEventListener("click", () => {
      text.select();
      navigator.clipboard.writeText(address).then(
        () => {
          copy.textContent = "Copied";
          announce("Link copied");
        },
        () => announce("Press Control C to copy the link"),
      );
    });
    const note = h("p", { class: "faint" }, "Copy it now: it is not shown again.");
    this.fresh.replaceChildren(h("div", { class: "row" }, text, copy), note);
    this.fresh.hidden = false;
    copy.focus();
  }
}

function addForm(account: Account, add: (principal: Principal, role: RoleName) => Promise<boolean>): HTMLElement {
  const who = h("input", {
    required: true, maxlength: 255, autofocus: true, autocomplete: "off", "data-testid": "share-who",
    placeholder: account.development ? "Name, as they sign in" : "Subject of their account",
    "aria-label": "Whom to share with",
  });
  const role = picker(ROLES, "ROLE_EDITOR", "What they may do");
  role.dataset["testid"] = "share-role";
  const submit = h("button", { type: "submit", class: "button primary", "data-testid": "share-add" }, "Share");
  const form = h("form", { class: "row" }, who, role, submit);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit.disabled = true;
    void add(principalOf(who.value, account.development), role.value as RoleName).then((done) => {
      submit.disabled = false;
      if (done) who.value = "";
      who.focus();
    });
  });
  return form;
}

function linkForm(make: (role: RoleName) => void): HTMLElement {
  const role = picker(LINK_ROLES, "ROLE_VIEWER", "What the link gives");
  role.dataset["testid"] = "link-role";
  const submit = h("button", { type: "submit", class: "button", "data-testid": "make-link" }, icon(LINK), "New link");
  const form = h("form", { class: "row link-form" }, h("span", { class: "faint" }, "Anyone with it"), role, submit);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    make(role.value as RoleName);
  });
  return form;
}

function picker(
  roles: typeof ROLES, chosen: RoleName, label: string, changed?: (role: RoleName) => void,
): HTMLSelectElement {
  const options = roles.map(([role, text]) => h("option", { value: role, selected: role === chosen }, text));
  const select = h("select", { "aria-label": label }, ...options);
  if (changed) select.addEventListener("change", () => changed(select.value as RoleName));
  return select;
}

function removeButton(label: string, run: () => Promise<boolean>): HTMLElement {
  const button = h("button", { type: "button", class: "button quiet icon-only", "aria-label": label, title: label }, "×");
  button.addEventListener("click", () => {
    const dialog = button.closest("dialog");
    button.disabled = true;
    // The row goes away, and with it the focus: it is put where the next thing can be typed.
    void run().then(() => dialog?.querySelector<HTMLElement>("[data-testid=share-who]")?.focus());
  });
  return button;
}

function labelOf(principal: Principal, account: Account): string {
  const name = nameOf(principal);
  if (principal.user === account.subject) return `${account.name} (you)`;
  if (principal.user) return name.replace(/^users\//, "");
  return principal.group ? `Group ${name.replace(/^.*\//, "")}` : `Everybody of ${name.replace(/^.*\//, "")}`;
}

function roleText(role: RoleName): string {
  return ROLES.find(([each]) => each === role)?.[1].toLowerCase() ?? "owns it";
}

function kindOf(resource: string): string {
  if (resource.includes("/folders/")) return "folder";
  return resource.startsWith("projects/") ? "project" : "organisation";
}

function roleWord({ role, customRole, denied }: Pick<Grant, "role" | "customRole" | "denied">): string {
  if (role === "ROLE_OWNER") return "Owner";
  if (customRole) return customRole.replace(/^.*\//, "");
  return ROLES.find(([each]) => each === role)?.[1] ?? (denied?.length ? "Denied" : "");
}

function wordOf(permission: string): string {
  return permission.replace(/^PERMISSION_/, "").replaceAll("_", " ").toLowerCase();
}
