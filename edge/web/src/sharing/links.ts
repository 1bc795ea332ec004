/* Links: the links to a resource, and the form that makes one.
 *
 * Owns the lines and the form.
 */
import { revokeLink, type LinkWanted, type Role, type ShareLink } from "../app/sharing";
import { h, icon } from "../ui/dom";
import { LINK, picker, removeButton, rolePicker, type Perform } from "./parts";
import { OPEN_ROLES, roleWord } from "./words";

const LIFETIMES = [["0", "Never ends"], ["1", "Ends in a day"], ["7", "Ends in a week"], ["30", "Ends in 30 days"]] as const;

export function linkLine(link: ShareLink, perform: Perform): HTMLElement {
  const off = () => perform(() => revokeLink(link.name), "The link is off, and what was got by it is gone");
  return h(
    "li",
    { "data-testid": "link" },
    h(
      "div",
      { class: "grant" },
      h("span", { class: "link-mark" }, icon(LINK)),
      h("span", { class: "grant-who" }, "Anyone with the link", h("span", { class: "faint" }, factsOf(link))),
      h("span", { class: "grant-role" }, roleWord(link)),
      removeButton("Turn this link off", off),
    ),
  );
}

/** `used by 2 people, until 3 Dec 2026, with a password`. */
export function factsOf({ redemptions, expireTime, hasPassword }: Pick<ShareLink, "redemptions" | "expireTime" | "hasPassword">): string {
  const taken = Number(redemptions);
  const used = taken === 0 ? "not used yet" : `used by ${taken === 1 ? "1 person" : `${taken} people`}`;
  const until = expireTime ? `until ${new Date(expireTime).toLocaleDateString(undefined, { dateStyle: "medium" })}` : "";
  return [used, until, hasPassword ? "with a password" : ""].filter(Boolean).join(", ");
}

export function linkForm(make: (wanted: LinkWanted) => Promise<boolean>): HTMLElement {
  const role = rolePicker(OPEN_ROLES, "ROLE_VIEWER", "What the link gives");
  role.dataset["testid"] = "link-role";
  const days = picker(LIFETIMES, "0", "When the link ends");
  days.dataset["testid"] = "link-days";
  const password = h("input", {
    type: "password", maxlength: 1024, autocomplete: "new-password", placeholder: "Password, if wanted",
    "aria-label": "Password of the link, if wanted", "data-testid": "link-password",
  });
  const submit = h("button", { type: "submit", class: "button", "data-testid": "make-link" }, icon(LINK), "New link");
  const form = h("form", { class: "row link-form" }, role, days, password, submit);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit.disabled = true;
    void make({ role: role.value as Role, days: Number(days.value), password: password.value }).then((done) => {
      submit.disabled = false;
      if (done) password.value = "";
    });
  });
  return form;
}
