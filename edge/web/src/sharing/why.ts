/* Why: through which grants somebody may do what they may.
 *
 * Pure. The service explains to each only what they may themselves; who may share sees all grants, and for somebody else
 * the same follows from these. Groups that come with a token are the provider's to know, and are not guessed.
 */
import { nameOf, type Grant, type Group, type Role } from "../app/sharing";

const ORDER: readonly Role[] = ["ROLE_UNSPECIFIED", "ROLE_VIEWER", "ROLE_COMMENTER", "ROLE_EDITOR", "ROLE_ADMIN", "ROLE_OWNER"];

/** The grants that reach a principal, the strongest first; those of equal strength as they were listed, nearest first. */
export function reasonsFor(principal: string, grants: readonly Grant[], groups: readonly Group[]): readonly Grant[] {
  const inGroups = groups.filter(({ members }) => members.includes(principal)).map(({ name }) => name);
  const names = new Set([principal, ...inGroups]);
  return grants.filter((each) => names.has(nameOf(each.principal))).sort((a, b) => rank(b) - rank(a));
}

function rank({ role, customRole }: Grant): number {
  // A role of an organisation's own has no place among ours; it gives something in any case.
  return customRole ? 1.5 : ORDER.indexOf(role);
}
