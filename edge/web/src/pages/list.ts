/* List: all documents, the one changed last first, and a way to make a new one.
 *
 * Owns nothing: what it shows is asked for each time.
 */
import type { Account } from "../app/account";
import { createDocument, listDocuments, pathOf, type DocumentInfo } from "../app/documents";
import { listProjects, type Project } from "../app/projects";
import type { Page } from "../app/router";
import { h, icon } from "../ui/dom";
import { header } from "../ui/header";
import { filterBar, projectPicker } from "../ui/projects";

const PLUS = "M12 5v14M5 12h14";
const SHEET = "M7 3h7l5 5v13H7zM14 3v5h5";
const RELATIVE = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [["day", 86_400], ["hour", 3_600], ["minute", 60]];

export function listPage(who: Account, signOut: () => void, go: (path: string) => void): Page {
  return async (root) => {
    document.title = "Documents – Shoal";
    const asked = new URLSearchParams(location.search).get("project") ?? "";
    const projects = await listProjects().catch(() => []);
    // Whoever may not see a project, or it is gone, is shown what there is: all.
    const project = projects.some(({ name }) => name === asked) ? asked : "";
    const list = h("ul", { class: "documents", "data-testid": "document-list" });
    const more = h("button", { type: "button", class: "button quiet more", hidden: true }, "Show more");
    const empty = h(
      "div",
      { class: "empty", hidden: true },
      icon(SHEET),
      h("h2", {}, "Nothing here yet"),
      h("p", { class: "faint" }, "Name your first document above, and invite somebody to type into it with you."),
    );
    root.append(
      header({ account: who, signOut }),
      h(
        "main",
        { class: "column" },
        h("div", { class: "column-top" }, h("h1", {}, "Documents"), filterBar({ account: who, projects, project, go })),
        newDocument(projects, project, go),
        list, empty, more,
      ),
    );
    const titles = new Map(projects.map(({ name, title }) => [name, title]));
    let next = "";
    const load = async () => {
      const page = await listDocuments(next, project);
      list.append(...(page.documents ?? []).map((info) => row(info, project ? "" : titles.get(info.project ?? ""))));
      next = page.nextPageToken ?? "";
      more.hidden = next === "";
      empty.hidden = list.childElementCount > 0;
    };
    more.addEventListener("click", () => void load());
    await load();
  };
}

function newDocument(projects: readonly Project[], chosen: string, go: (path: string) => void): HTMLElement {
  const title = h("input", {
    class: "new-title", maxlength: 200, placeholder: "Name a new document", "aria-label": "Title of the new document",
    "data-testid": "new-title",
  });
  const project = projectPicker(projects, chosen, "No project", "Project of the new document");
  project.dataset["testid"] = "new-document-project";
  project.hidden = projects.length === 0;
  const submit = h("button", { type: "submit", class: "button primary", "data-testid": "new-document" }, icon(PLUS), "New document");
  const problem = h("p", { class: "problem", role: "alert" });
  const form = h("form", { class: "new" }, title, project, submit);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit.disabled = true;
    problem.textContent = "";
    createDocument(title.value.trim(), project.value).then(
      ({ name }) => go(pathOf(name)),
      (error: unknown) => {
        submit.disabled = false;
        problem.textContent = error instanceof Error ? error.message : "The document could not be created.";
      },
    );
  });
  return h("div", {}, form, problem);
}

/** `project` is told where documents of several are listed. */
function row(info: DocumentInfo, project?: string): HTMLElement {
  const changed = info.updateTime ? new Date(info.updateTime) : null;
  return h(
    "li",
    {},
    h(
      "a",
      { href: pathOf(info.name), class: "document" },
      h("span", { class: "document-icon" }, icon(SHEET)),
      h("span", { class: info.title ? "document-title" : "document-title untitled" }, info.title || "Untitled"),
      project ? h("span", { class: "tag" }, project) : null,
      info.type === "DOCUMENT_TYPE_PLAIN_TEXT" ? h("span", { class: "tag" }, "Plain text") : null,
      changed ? h("time", { class: "faint", datetime: changed.toISOString(), title: changed.toLocaleString() }, ago(changed)) : null,
    ),
  );
}

function ago(when: Date): string {
  const seconds = (when.getTime() - Date.now()) / 1000;
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size) return RELATIVE.format(Math.round(seconds / size), unit);
  }
  return "just now";
}
