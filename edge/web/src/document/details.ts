/* Details: what is known of a document besides its text.
 *
 * Owns the dialog, which reads anew each time it opens.
 */
import { personName } from "../app/names";
import { explain } from "../app/rest";
import { openDialog } from "../ui/dialog";
import { h } from "../ui/dom";
import { factsOf, projectOf, type Facts } from "./service";

export function openDetails(name: string): void {
  const content = h("div", { class: "details", "data-testid": "details", "aria-busy": "true" }, h("p", { class: "faint" }, "One moment…"));
  openDialog("Document details", content);
  void factsOf(name)
    .then(async (facts) => content.replaceChildren(list(facts, facts.project ? await projectOf(facts.project).then(({ title }) => title, () => "") : "")))
    .catch((error: unknown) => content.replaceChildren(h("p", { class: "problem", role: "alert" }, explain(error))))
    .finally(() => content.removeAttribute("aria-busy"));
}

function list(facts: Facts, project: string): HTMLElement {
  const line = (term: string, value: string | null | undefined) => (value ? [h("dt", {}, term), h("dd", {}, value)] : []);
  const time = (value: string | null) => value && new Date(value).toLocaleString(undefined, { dateStyle: "long", timeStyle: "short" });
  return h(
    "dl",
    { class: "facts" },
    ...line("Title", facts.title || "Untitled"),
    ...line("Id", facts.name.replace("documents/", "")),
    ...line("Kind", facts.type === "DOCUMENT_TYPE_PLAIN_TEXT" ? "Plain text" : "Rich text"),
    ...line("Project", project || facts.project || "None"),
    ...line("Created", time(facts.createTime)),
    ...line("Created by", personName(facts.creator)),
    ...line("Last changed", time(facts.updateTime)),
    ...line("Operations", facts.headRevision),
  );
}
