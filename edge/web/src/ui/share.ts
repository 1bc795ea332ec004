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

export function openShare({ account, resource, title, note }: Shared): Dialog {
  const people = h("ul", { class: "grants", "data-testid": "grants", "aria-label": "People with access" });
  const links = h("ul", { class: "grants", "aria-label": "Links" });
  const problem = h("p", { class: "problem", role: "alert" });
  const fresh = h("div", { class: "fresh-link", hidden: true });

  const load = async () => {
    const [grants, all] = await Promise.all([listGrants(resource), listLinks(resource)]);
    people.replaceChildren(...grants.filter(({ principal }) => !principal.shareLink).map((grant) => grantRow(grant)));
    links.replaceChildren(...all.map((link) => linkRow(link)));
  };

  /** Does one thing and shows what became of it; says what went wrong where it was asked for. */
  const perform = async (work: () => Promise<void>, done: string): Promise<boolean> => {
    problem.textContent = "";
    try {
      await work();
      announce(done);
      return true;
    } catch (error) {
      problem.textContent = error instanceof Error ? error.message : "That did not work.";
      return false;
    } finally {
      await load().catch(() => undefined);
    }
  };

  const grantRow = (grant: Grant): HTMLElement => {
    const principal = only(grant.principal);
    const own = grant.resource === resource;
    const said = labelOf(principal, account);
    const from = own ? null : h("span", { class: "faint", title: grant.resource }, `from the ${kindOf(grant.resource)} it is in`);
    const denied = grant.denied?.length ? h("span", { class: "faint" }, `but not ${grant.denied.map(wordOf).join(", ")}`) : null;
    const fixed = !own || grant.role === "ROLE_OWNER" || grant.role === "ROLE_UNSPECIFIED" || (grant.denied?.length ?? 0) > 0;
    const role = fixed
      ? h("span", { class: "grant-role" }, roleWord(grant))
      : picker(ROLES, grant.role, `What ${said} may do`, (chosen) =>
          void perform(() => setGrant(resource, principal, chosen), `${said} ${roleText(chosen)}`));
    const remove = own && grant.role !== "ROLE_OWNER"
      ? removeButton(`Remove ${said}`, () => perform(() => revokeGrant(resource, principal), `${said} was removed`))
      : null;
    return h(
      "li",
      { "data-testid": "grant", "data-who": nameOf(principal) },
      avatar({ subject: nameOf(principal), name: principal.user === account.subject ? account.name : said }),
      h("span", { class: "grant-who" }, h("span", { title: nameOf(principal) }, said), from, denied),
      role,
      remove,
    );
  };

  const linkRow = (link: ShareLink): HTMLElement => {
    const taken = Number(link.redemptions ?? 0);
    const until = link.expireTime ? `, until ${new Date(link.expireTime).toLocaleDateString()}` : "";
    const used = `used by ${taken === 1 ? "1 person" : `${taken} people`}${until}${link.hasPassword ? ", with a password" : ""}`;
    return h(
      "li",
      { "data-testid": "link" },
      h("span", { class: "link-mark" }, icon(LINK)),
      h("span", { class: "grant-who" }, "Anyone with the link", h("span", { class: "faint" }, used)),
      h("span", { class: "grant-role" }, roleWord(link)),
      removeButton("Turn this link off", () => perform(() => revokeLink(link.name), "The link is off")),
    );
  };

  const showLink = (address: string) => {
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
    fresh.replaceChildren(h("div", { class: "row" }, text, copy), note);
    fresh.hidden = false;
    copy.focus();
  };

  const add = addForm(account, async (principal, role) => {
    const said = labelOf(principal, account);
    return perform(() => setGrant(resource, principal, role), `${said} ${roleText(role)}`);
  });
  const make = linkForm((role) => void perform(async () => showLink(await createLink(resource, role)), "A link was made"));
  const content = h(
    "div",
    { class: "share" },
    note ? h("p", { class: "note" }, note) : null,
    add, problem, people,
    h("h3", {}, "Links"), links, fresh, make,
  );
  const dialog = openDialog(`Share “${title}”`, content);
  load().catch((error: unknown) => {
    problem.textContent = error instanceof Error ? error.message : "Who has access cannot be shown.";
  });
  return dialog;
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
