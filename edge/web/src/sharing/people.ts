/* People: a line for everybody who has something on a resource, to be changed, taken away and explained.
 *
 * Owns the lines; what is done is done by the dialog, which reads all of it anew.
 */
import type { Account } from "../app/account";
import { addressOf } from "../app/names";
import { explainOwn, nameOf, only, revokeGrant, setGrant, transferOwnership, type Grant, type Role } from "../app/sharing";
import { h, icon } from "../ui/dom";
import { avatar } from "../ui/people";
import { picker, removeButton, type Perform } from "./parts";
import type { Surroundings } from "./surroundings";
import { denials, grantedBy, kindOf, labelOf, placeWord, refusal, ROLES, roleVerb, roleWord } from "./words";
import { reasonsFor } from "./why";

const GROUP = "M9 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM3 19c0-3 2.7-5 6-5s6 2 6 5M15.5 5.2a3 3 0 0 1 0 5.6M17 14.4c2.3.6 4 2.3 4 4.6";
const HOUSE = "M4 20V9l8-5 8 5v11zM9 20v-6h6v6";

export interface PeopleParts {
  readonly account: Account;
  readonly resource: string;
  readonly around: Surroundings;
  readonly grants: readonly Grant[];
  readonly perform: Perform;
}

export function peopleLines(parts: PeopleParts): HTMLElement[] {
  const { account, resource, grants } = parts;
  const owns = grants.some((each) => each.resource === resource && each.role === "ROLE_OWNER" && each.principal?.user === account.subject);
  return grants.filter(({ principal }) => principal && !principal.shareLink).map((grant) => line(grant, parts, owns));
}

function line(grant: Grant, parts: PeopleParts, owns: boolean): HTMLElement {
  const { account, resource, around, perform } = parts;
  const { titles } = around;
  const principal = grant.principal ?? {};
  const who = nameOf(principal);
  const said = labelOf(principal, account, titles);
  const isOwn = grant.resource === resource;
  const denied = grant.denied.length ? h("span", { class: "faint" }, `but not ${denials(grant.denied)}`) : null;
  const why = h("div", { class: "why", hidden: true });
  const remove = () => perform(() => revokeGrant(resource, only(principal)), `${said} was removed`);
  return h(
    "li",
    { "data-testid": "grant", "data-who": who },
    h(
      "div",
      { class: "grant" },
      face(grant, said, account),
      h("span", { class: "grant-who" }, h("span", { title: who }, said), isOwn ? null : origin(grant, parts), denied),
      whyButton(grant, said, parts, why),
      isOwn ? role(grant, said, parts, owns) : h("span", { class: "grant-role" }, roleWord(grant)),
      isOwn && grant.role !== "ROLE_OWNER" ? removeButton(`Remove ${said}`, remove) : h("span", { class: "no-remove" }),
    ),
    why,
  );
}

function face({ principal }: Grant, said: string, account: Account): HTMLElement {
  if (principal?.user) return avatar({ subject: principal.user, name: principal.user === account.subject ? account.name : said });
  return h("span", { class: "link-mark" }, icon(principal?.group ? GROUP : HOUSE));
}

function origin(grant: Grant, { around }: PeopleParts): HTMLElement {
  const address = addressOf(grant.resource);
  const text = placeWord(grant.resource, around.titles);
  return h("span", { class: "faint" }, "from ", address ? h("a", { class: "link", href: address }, text) : text);
}

/** What somebody may do, to be chosen where it is one of the roles here and nothing else. */
function role(grant: Grant, said: string, parts: PeopleParts, owns: boolean): HTMLElement {
  const { resource, perform } = parts;
  const isPlain = ROLES.some(([each]) => each === grant.role) && grant.denied.length === 0;
  if (!isPlain) return h("span", { class: "grant-role" }, roleWord(grant));
  const principal = grant.principal ?? {};
  const heir = owns && principal.user ? ([["ROLE_OWNER", "Make owner…"]] as const) : [];
  const select = picker<Role>([...ROLES, ...heir], grant.role, `What ${said} may do`, (chosen) => {
    if (chosen !== "ROLE_OWNER") return void perform(() => setGrant(resource, only(principal), chosen), `${said} ${roleVerb(chosen)}`);
    select.value = grant.role;
    askTransfer(select, said, parts, principal.user ?? "");
  });
  return select;
}

/** Owning is given away, not shared: that is asked about, in the line of who is to have it. */
function askTransfer(select: HTMLElement, said: string, { resource, perform }: PeopleParts, user: string): void {
  const place = select.closest("li");
  if (!place || place.querySelector(".transfer")) return;
  const yes = h("button", { type: "button", class: "button primary", "data-testid": "transfer" }, `Make ${said} the owner`);
  const no = h("button", { type: "button", class: "button" }, "Cancel");
  const words = `${said} will own this ${kindOf(resource)}. You can still share it, and no longer own it.`;
  const asked = h("div", { class: "transfer", role: "group", "aria-label": "Change of owner" }, h("p", {}, words), h("div", { class: "row" }, yes, no));
  yes.addEventListener("click", () => void perform(() => transferOwnership(resource, user), `${said} owns it now`));
  no.addEventListener("click", () => {
    asked.remove();
    select.focus();
  });
  place.append(asked);
  yes.focus();
}

function whyButton(grant: Grant, said: string, parts: PeopleParts, why: HTMLElement): HTMLElement {
  const id = `why-${(made += 1)}`;
  why.id = id;
  const isSelf = grant.principal?.user === parts.account.subject;
  const question = isSelf ? "Why do you have this?" : `Why does ${said} have this?`;
  const button = h("button", { type: "button", class: "button quiet why-button", "aria-label": question, title: question, "aria-expanded": "false", "aria-controls": id }, "Why?");
  button.addEventListener("click", () => {
    why.hidden = !why.hidden;
    button.setAttribute("aria-expanded", String(!why.hidden));
    if (why.hidden) return;
    why.replaceChildren(...told(reasonsFor(nameOf(grant.principal), parts.grants, parts.around.groups), parts));
    if (isSelf) void ownReasons(parts).then((all) => why.replaceChildren(...all), (error: unknown) => why.append(h("p", { class: "problem" }, refusal(error))));
  });
  return button;
}

let made = 0;

/** The service's own answer, with the groups that came with the token. */
async function ownReasons(parts: PeopleParts): Promise<HTMLElement[]> {
  const { reasons } = await explainOwn(parts.resource, "PERMISSION_SHARE");
  const heeded = reasons.filter(({ effect }) => effect === "EFFECT_ALLOWS").map(({ grant }) => grant);
  return told(heeded.filter((grant): grant is Grant => grant !== null), parts);
}

function told(reasons: readonly Grant[], { account, around }: PeopleParts): HTMLElement[] {
  const lines = reasons.map((grant) => {
    const by = grantedBy(grant, account);
    const how = grant.principal?.user ? "" : ` as ${labelOf(grant.principal, account, around.titles)}`;
    return h("li", {}, h("strong", {}, roleWord(grant)), `${how} on ${placeWord(grant.resource, around.titles)}`, by ? h("span", { class: "faint" }, ` granted ${by}`) : null);
  });
  const rule = reasons.length > 1 ? "Several grants reach them; the strongest holds, and a denial beats what is granted at its place and above." : "";
  return [h("ul", { "data-testid": "why" }, ...lines), ...(rule ? [h("p", { class: "faint" }, rule)] : [])];
}
