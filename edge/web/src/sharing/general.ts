/* General access: what everybody has on a resource, beside who is named.
 *
 * Owns the line, and which of the grants it is about: the one of the organisation that the resource belongs to.
 */
import { revokeGrant, setGrant, type Grant, type Role } from "../app/sharing";
import { h, icon } from "../ui/dom";
import { picker, type Perform } from "./parts";
import type { Surroundings } from "./surroundings";
import { OPEN_ROLES, roleVerb } from "./words";

const LOCK = "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3";
const HOUSE = "M4 20V9l8-5 8 5v11zM9 20v-6h6v6";
const NOBODY = "none";

/** The grant to everybody of the resource's own organisation, on the resource itself. */
export function generalGrant(grants: readonly Grant[], resource: string, { organization }: Surroundings): Grant | null {
  return grants.find((each) => organization && each.resource === resource && each.principal?.organization === organization && each.denied.length === 0) ?? null;
}

export interface GeneralParts {
  readonly resource: string;
  readonly around: Surroundings;
  readonly grants: readonly Grant[];
  /** It is in no project, and such documents are open to all here. */
  readonly isOpenToAll: boolean;
  readonly perform: Perform;
}

export function generalLine({ resource, around, grants, isOpenToAll, perform }: GeneralParts): HTMLElement {
  const { organization, titles } = around;
  const here = generalGrant(grants, resource, around);
  const house = titles.get(organization) ?? "the organisation";
  const title = isOpenToAll ? "Everybody who signs in here" : here ? `Everybody of ${house}` : "Only those named";
  const detail = isOpenToAll ? "It is in no project: keep it in one to choose who sees it." : here ? `Whoever belongs to ${house} ${roleVerb(here.role)}.` : "Nobody else can tell whether it exists.";
  const choose = (role: Role | typeof NOBODY) =>
    void perform(
      () => (role === NOBODY ? revokeGrant(resource, { organization }) : setGrant(resource, { organization }, role)),
      role === NOBODY ? "Only those named have access" : `Everybody of ${house} ${roleVerb(role)}`,
    );
  const select = organization && picker<Role | typeof NOBODY>([[NOBODY, "Only those named"], ...OPEN_ROLES.map(([role, text]) => [role, `${house}: ${text.toLowerCase()}`] as const)], here?.role ?? NOBODY, "General access", choose);
  if (select) select.dataset["testid"] = "general-access";
  return h(
    "div",
    { class: "grant", "data-testid": "general" },
    h("span", { class: "link-mark" }, icon(here || isOpenToAll ? HOUSE : LOCK)),
    h("span", { class: "grant-who" }, title, h("span", { class: "faint" }, detail)),
    select || null,
  );
}
