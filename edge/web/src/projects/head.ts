/* Head: what a project is called and about, who has access to it, and what can be done with it as a whole.
 *
 * Owns the dialogs that change it.
 */
import { muteResource } from "@shoal/client/rest";
import { addressOf, among, personName } from "../app/names";
import { changeProject, type Project } from "../app/projects";
import { rest } from "../app/rest";
import { listGrants } from "../app/sharing";
import { attempt } from "../home/actions";
import type { Desk } from "../home/frame";
import { ARCHIVE, MORE, MUTE, PENCIL } from "../home/icons";
import { askForm } from "../ui/ask";
import { h, icon } from "../ui/dom";
import { menu, type MenuItems } from "../ui/menu";
import { toast } from "../ui/notices";
import { avatar } from "../ui/people";
import { projectPicker } from "../ui/projects";
import { openShare, SHARE } from "../ui/share";
import { crumbs, type Shown } from "./shown";

export function projectHead(desk: Desk, shown: Shown, projects: Promise<readonly Project[]>, again: () => void): HTMLElement {
  const { account, go } = desk;
  const { project, folder, rights } = shown;
  const share = () => openShare({ account, resource: project.name, title: project.title });
  const shareButton = h("button", { type: "button", class: "button", hidden: !rights.share, "data-testid": "share-project", onclick: share }, icon(SHARE), "Share");
  const more = h("button", { type: "button", class: "button quiet icon-only", "aria-label": "More for this project", "data-testid": "project-menu" }, icon(MORE));
  return h(
    "div",
    { class: "project-head" },
    h("div", { class: "project-where" }, crumbs(shown), switcher(project, projects, go)),
    h(
      "div",
      { class: "list-top" },
      h("h1", {}, folder?.title ?? project.title),
      project.archived ? h("span", { class: "tag", "data-testid": "archived" }, "Archived") : null,
      members(desk, project, rights.share ? share : null),
      shareButton,
      menu(more, "What to do with this project", () => items(shown, again)),
    ),
    folder || !project.description ? null : h("p", { class: "lead" }, project.description),
    project.archived ? archivedNote(shown, again) : null,
  );
}

/** Another project, without the rail: on a narrow screen that is far away. */
function switcher(project: Project, projects: Promise<readonly Project[]>, go: (path: string) => void): HTMLElement {
  const picker = projectPicker([project], project.name, "All documents", "Project");
  picker.dataset["testid"] = "project-filter";
  picker.addEventListener("change", () => go(picker.value ? addressOf(picker.value) : "/"));
  void projects.then((all) => {
    const others = all.filter(({ name, archived }) => name !== project.name && !archived);
    picker.append(...others.map(({ name, title }) => h("option", { value: name }, title)));
  });
  return picker;
}

function items({ project, rights }: Shown, again: () => void): MenuItems {
  const mute = () => attempt(() => muteResource(rest, { resource: project.name }), `You will hear nothing more of ${project.title}`);
  if (!rights.administer) return [{ label: "Mute its notifications", icon: MUTE, run: mute }];
  return [
    { label: "Title and description…", icon: PENCIL, testid: "edit-project", disabled: project.archived, run: () => askAbout(project, again) },
    { label: "Mute its notifications", icon: MUTE, run: mute },
    null,
    { label: project.archived ? "Unarchive" : "Archive…", icon: ARCHIVE, testid: "archive-project", run: () => (project.archived ? unarchive(project, again) : askArchive(project, again)) },
  ];
}

function askAbout(project: Project, again: () => void): void {
  const title = h("input", { id: "about-title", required: true, maxlength: 200, autofocus: true, value: project.title, "data-testid": "about-title" });
  const description = h("textarea", { id: "about-text", maxlength: 2000, rows: 4, "data-testid": "about-text" });
  description.value = project.description;
  askForm({
    title: "About this project",
    fields: [
      h("div", { class: "field" }, h("label", { for: "about-title" }, "Title"), title),
      h("div", { class: "field" }, h("label", { for: "about-text" }, "Description"), description),
    ],
    submit: "Save",
    testid: "about-save",
    run: async () => {
      await changeProject(project.name, { title: title.value.trim(), description: description.value.trim() });
      again();
    },
  });
}

function askArchive(project: Project, again: () => void): void {
  askForm({
    title: `Archive “${project.title}”?`,
    fields: [h("p", {}, "Everybody can go on reading what is in it. Nobody can change anything until it is unarchived.")],
    submit: "Archive",
    testid: "archive-really",
    run: async () => {
      await changeProject(project.name, { archived: true });
      again();
    },
  });
}

function unarchive(project: Project, again: () => void): void {
  attempt(async () => {
    await changeProject(project.name, { archived: false });
    again();
    toast({ message: `${project.title} can be changed again` });
  });
}

function archivedNote({ project, rights }: Shown, again: () => void): HTMLElement {
  const button = h("button", { type: "button", class: "button", onclick: () => unarchive(project, again) }, "Unarchive");
  return h("div", { class: "note archived-note" }, h("p", {}, "This project is archived: it can be read, and nothing in it can be changed."), rights.administer ? button : null);
}

/** Who has access, as faces; opens the share dialog for who may share. */
function members({ account }: Desk, project: Project, share: (() => unknown) | null): HTMLElement {
  const slot = h("span", { class: "slot" });
  if (!share) return slot;
  listGrants(project.name).then(
    (grants) => {
      const users = [...new Set(grants.map(({ principal }) => principal?.user ?? "").filter(Boolean))];
      const names = users.map((subject) => personName(subject, account));
      const faces = users.slice(0, 4).map((subject, at) => avatar({ subject, name: names[at] ?? "" }));
      const left = users.length - faces.length;
      slot.replaceChildren(
        h(
          "button",
          { type: "button", class: "members", title: "Who has access", "data-testid": "members", onclick: () => void share() },
          h("span", { class: "visually-hidden" }, `Shared with ${among(names, 4)}`),
          h("span", { class: "huddle", "aria-hidden": "true" }, ...faces, left > 0 ? h("span", { class: "avatar more-faces" }, `+${left}`) : null),
        ),
      );
    },
    () => undefined,
  );
  return slot;
}
