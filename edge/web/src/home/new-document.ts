/* NewDocument: the line in which a document is named, and what it is to be: rich text, plain text, or made from a template.
 *
 * Owns the form. Where it goes is the page's to say, or to let be chosen.
 */
import { createDocument, listDocuments, pathOf, type NewDocument } from "../app/documents";
import { explain } from "../app/rest";
import { UNTITLED } from "../app/titles";
import { h, icon } from "../ui/dom";
import { PLUS } from "./icons";

export interface NewDocumentParts {
  readonly go: (path: string) => void;
  /** Asked for when it is made. */
  readonly place: () => Pick<NewDocument, "project" | "folder">;
  /** Stands between the name and the button. */
  readonly beside?: HTMLElement;
}

const BLANK = [["rich", "Rich text"], ["plain", "Plain text or Markdown"]] as const;
const MOST_TEMPLATES = 100;

export function newDocument({ go, place, beside }: NewDocumentParts): HTMLElement {
  const title = h("input", {
    class: "new-title", maxlength: 200, placeholder: "Name a new document", "aria-label": "Title of the new document",
    autocomplete: "off", "data-testid": "new-title",
  });
  const kind = h("select", { "aria-label": "What the new document begins as", "data-testid": "new-document-kind" }, ...BLANK.map(([value, text]) => h("option", { value }, text)));
  void offerTemplates(kind);
  const submit = h("button", { type: "submit", class: "button primary", "data-testid": "new-document" }, icon(PLUS), "New document");
  const problem = h("p", { class: "problem", role: "alert" });
  const form = h("form", { class: "new" }, title, kind, beside ?? null, submit);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit.disabled = true;
    problem.textContent = "";
    createDocument({ title: title.value.trim(), ...place(), ...beginning(kind.value) }).then(
      ({ name }) => go(pathOf(name)),
      (error: unknown) => {
        submit.disabled = false;
        problem.textContent = explain(error);
      },
    );
  });
  return h("div", { class: "maker" }, form, problem);
}

function beginning(kind: string): Pick<NewDocument, "type" | "template"> {
  if (kind === "rich") return { type: "DOCUMENT_TYPE_RICH_TEXT" };
  return kind === "plain" ? { type: "DOCUMENT_TYPE_PLAIN_TEXT" } : { template: kind };
}

/** Without templates, or where they cannot be had, blank ones remain. */
async function offerTemplates(kind: HTMLSelectElement): Promise<void> {
  const { documents } = await listDocuments({ template: true, orderBy: "title", pageSize: MOST_TEMPLATES }).catch(() => ({ documents: [] }));
  if (documents.length === 0) return;
  const group = h("optgroup", { label: "From a template" }, ...documents.map(({ name, title }) => h("option", { value: name }, title || UNTITLED)));
  kind.append(group);
}
