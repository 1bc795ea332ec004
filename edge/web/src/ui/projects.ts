/* Projects: choosing one, and making one.
 *
 * Owns the dialog that makes one. Organisations are offered only to who is in some.
 */
import { addressOf } from "../app/names";
import { createProject, listOrganizations, type Project } from "../app/projects";
import { h } from "./dom";
import { askForm } from "./ask";

export function projectPicker(projects: readonly Project[], chosen: string, none: string, label: string): HTMLSelectElement {
  const options = projects.map(({ name, title }) => h("option", { value: name, selected: name === chosen }, title));
  return h("select", { "aria-label": label }, h("option", { value: "" }, none), ...options);
}

/** Asks what it is to be, makes it, and goes there. */
export function askProject(go: (path: string) => void): void {
  const title = h("input", { id: "project-title", required: true, maxlength: 200, autofocus: true, placeholder: "What it is about", "data-testid": "project-title" });
  const description = h("textarea", { id: "project-description", maxlength: 2000, rows: 3 });
  const owner = h("select", { id: "project-owner" }, h("option", { value: "" }, "Myself"));
  const owned = h("div", { class: "field", hidden: true }, h("label", { for: "project-owner" }, "Belongs to"), owner);
  listOrganizations().then(
    (all) => {
      owner.append(...all.filter(({ archived }) => !archived).map((one) => h("option", { value: one.name }, one.title)));
      owned.hidden = owner.options.length < 2;
    },
    () => undefined,
  );
  askForm({
    title: "New project",
    fields: [
      h("div", { class: "field" }, h("label", { for: "project-title" }, "Title"), title),
      h("div", { class: "field" }, h("label", { for: "project-description" }, "Description", h("span", { class: "faint" }, " if you like")), description),
      owned,
    ],
    submit: "Create",
    testid: "create-project",
    run: async () => {
      const organization = owner.value ? { organization: owner.value } : {};
      const { name } = await createProject({ title: title.value.trim(), description: description.value.trim(), ...organization });
      go(addressOf(name));
    },
  });
}
