/* Own access: what who may not share is shown: what they may themselves, why, and whom to ask.
 *
 * Owns the words. Who else has access is not told to them.
 */
import type { Account } from "../app/account";
import { explainOwn, type Grant } from "../app/sharing";
import { h } from "../ui/dom";
import type { Surroundings } from "./surroundings";
import { grantedBy, kindOf, labelOf, placeWord, roleWord } from "./words";

export async function ownAccess(account: Account, resource: string, role: Grant["role"], around: Surroundings): Promise<HTMLElement> {
  const reading = resource.startsWith("documents/") ? "PERMISSION_DOCUMENT_READ" : "PERMISSION_PROJECT_READ";
  const [explained, sharing] = await Promise.all([explainOwn(resource, reading).catch(() => null), explainOwn(resource, "PERMISSION_SHARE").catch(() => null)]);
  const grants = (explained?.reasons ?? []).filter(({ effect }) => effect === "EFFECT_ALLOWS").map(({ grant }) => grant);
  const lines = grants.filter((grant): grant is Grant => grant !== null).map((grant) => {
    const how = grant.principal?.user ? "" : ` as ${labelOf(grant.principal, account, around.titles)}`;
    return h("li", {}, h("strong", {}, roleWord(grant)), `${how} on ${placeWord(grant.resource, around.titles)}`, h("span", { class: "faint" }, ` granted ${grantedBy(grant, account)}`));
  });
  const grantors = [...new Set(grants.map((grant) => grant?.grantor ?? "").filter(Boolean))].map((each) => each.replace(/^.*\//, ""));
  const ask = grantors.length ? `To share it, or to do more, ask ${grantors.join(" or ")}.` : "To share it, or to do more, ask who told you of it.";
  const word = roleWord({ role }).toLowerCase();
  return h(
    "div",
    { class: "own-access", "data-testid": "own-access" },
    sharing?.archived ? h("p", { class: "note" }, `Nothing here can be shared: ${placeWord(sharing.archived, around.titles)} is archived.`) : null,
    h("p", {}, word ? `You ${word} this ${kindOf(resource)}; who else has access is shown to those who may share it.` : `Who has access to this ${kindOf(resource)} is shown to those who may share it.`),
    lines.length ? h("ul", { class: "why" }, ...lines) : null,
    h("p", { class: "faint" }, ask),
  );
}
