/* Add: the line in which somebody is named, and what they are given: a person, a group, or an e-mail address.
 *
 * Owns the form. An address of e-mail is invited, since nobody knows whose account it will be.
 */
import type { Account } from "../app/account";
import { principalOf, type Group, type Principal, type Role } from "../app/sharing";
import { h } from "../ui/dom";
import { ROLES } from "./words";
import { rolePicker } from "./parts";

export interface Named {
  readonly principal: Principal;
  /** Not empty = to be invited instead. */
  readonly email: string;
}

const EMAIL = /^[^\s@/|]+@[^\s@/|]+\.[^\s@/|]+$/;

/** Whom somebody means by what they typed. */
export function namedBy(typed: string, development: boolean, groups: readonly Group[]): Named {
  const text = typed.trim();
  const group = groups.find(({ title }) => title.localeCompare(text, undefined, { sensitivity: "accent" }) === 0);
  if (group) return { principal: { group: group.name }, email: "" };
  const { user, group: named, organization } = principalOf(text, development);
  const principal = user ? { user } : named ? { group: named } : { organization: organization ?? "" };
  return { principal, email: EMAIL.test(text) ? text : "" };
}

export interface AddForm {
  readonly element: HTMLElement;
  /** Offers these from then on. */
  offer(groups: readonly Group[], people: readonly string[]): void;
}

export function addForm(account: Account, add: (named: Named, role: Role) => Promise<boolean>): AddForm {
  let known: readonly Group[] = [];
  const offered = h("datalist", { id: "share-offered" });
  const hint = h("p", { id: "share-hint", class: "hint faint" }, "");
  const who = h("input", {
    required: true, maxlength: 320, autofocus: true, autocomplete: "off", "data-testid": "share-who", list: "share-offered",
    placeholder: account.development ? "Name, group or e-mail address" : "Account, group or e-mail address",
    "aria-label": "Whom to share with", "aria-describedby": "share-hint",
  });
  const role = rolePicker(ROLES, "ROLE_EDITOR", "What they may do");
  role.dataset["testid"] = "share-role";
  const submit = h("button", { type: "submit", class: "button primary", "data-testid": "share-add" }, "Share");
  const form = h("form", { class: "row" }, who, role, submit);
  const tell = () => {
    const { email } = namedBy(who.value, account.development, known);
    submit.textContent = email ? "Invite" : "Share";
    hint.textContent = email ? "They get a link to accept with, once signed in by this address. You send it to them." : "";
  };
  who.addEventListener("input", tell);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit.disabled = true;
    const named = namedBy(who.value, account.development, known);
    void add(named, role.value as Role).then((done) => {
      submit.disabled = false;
      if (!done) return who.focus();
      who.value = "";
      tell();
      // What was made for an invitation is to be copied, and has the focus.
      if (!named.email) who.focus();
    });
  });
  return {
    element: h("div", { class: "share-add" }, form, hint, offered),
    offer: (groups, people) => {
      known = groups;
      const lines = groups.map(({ title, members }) => h("option", { value: title }, `Group, ${members.length} by name`));
      offered.replaceChildren(...lines, ...people.map((value) => h("option", { value })));
    },
  };
}
