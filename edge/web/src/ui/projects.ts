/* Projects: which one's documents are listed, making a new one, and sharing the one that is chosen.
 *
 * Owns the bar beside the list's heading. The choice itself stands in the address, so that it outlives a reload.
 */
import type { Account } from "../app/account";
import { createProject, type Project } from "../app/projects";
import { standingOn } from "../app/sharing";
import { openDialog } from "./dialog";
import { h, icon } from "./dom";
import { openShare, SHARE } from "./share";

export interface FilterBar {
  readonly account: Account;
  readonly projects: readonly Project[];
  /** `projects/{project}`; empty = all. */
  readonly project: string;
  readonly go: (path: string) => void;
}

export function filterBar({ account, projects, project, go }: FilterBar): HTMLElement {
  const chosen = projects.find(({ name }) => name === project);
  const filter = projectPicker(projects, project, "All documents", "Show documents of");
  filter.dataset["testid"] = "project-filter";
  filter.hidden = projects.length === 0;
  filter.addEventListener("change", () => go(pathOf(filter.value)));
  const make = h("button", { type: "button", class: "button", "data-testid": "new-project" }, "New project");
  make.addEventListener("click", () => askTitle(go));
  const share = h("button", { type: "button", class: "button", hidden: true, "data-testid": "share-project" }, icon(SHARE), "Share");
  if (chosen) {
    share.addEventListener("click", () => openShare({ account, resource: chosen.name, title: chosen.title }));
    standingOn(chosen.name).then(
      ({ permissions }) => (share.hidden = !permissions.includes("PERMISSION_SHARE")),
      () => undefined,
    );
  }
  return h("div", { class: "filter" }, filter, share, make);
}

export function projectPicker(projects: readonly Project[], chosen: string, none: string, label: string): HTMLSelectElement {
  const options = projects.map(({ name, title }) => h("option", { value: name, selected: name === chosen }, title));
  return h("select", { "aria-label": label }, h("option", { value: "" }, none), ...options);
}

function askTitle(go: (path: string) => void): void {
  const title = h("input", {
    required: true, maxlength: 200, autofocus: true, id: "project-title", placeholder: "What it is about", "data-testid": "project-title",
  });
  const submit = h("button", { type: "submit", class: "button primary", "data-testid": "create-project" }, "Create");
  const problem = h("p", { class: "problem", role: "alert" });
  const form = h("form", {}, h("label", { for: "project-title", class: "visually-hidden" }, "Title"), h("div", { class: "row" }, title, submit), problem);
  const dialog = openDialog("New project", form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit.disabled = true;
    createProject(title.value.trim()).then(
      ({ name }) => {
        dialog.close();
        go(pathOf(name));
      },
      (error: unknown) => {
        submit.disabled = false;
        problem.textContent = error instanceof Error ? error.message : "The project could not be created.";
      },
    );
  });
}

function pathOf(project: string): string {
  return project ? `/?project=${encodeURIComponent(project)}` : "/";
}
