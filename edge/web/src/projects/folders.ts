/* Folders: the tree of a project's folders, and making, renaming, moving and deleting one.
 *
 * Owns which branches are folded. The keys are those of a list of links and buttons, so nothing is hidden from anybody.
 */
import { createFolder, deleteFolder, moveFolder, updateFolder } from "@shoal/client/rest";
import { addressOf } from "../app/names";
import { pathTo, treeOf, type Folder } from "../app/projects";
import { rest } from "../app/rest";
import { FOLDER, MORE, MOVE, PENCIL, PLUS, PROJECT, TRASH } from "../home/icons";
import { askForm, askText } from "../ui/ask";
import { h, icon } from "../ui/dom";
import { menu, type MenuItems } from "../ui/menu";
import type { Shown } from "./shown";

export function folderTree(shown: Shown, go: (path: string) => void, again: () => void): HTMLElement {
  const { project, folders, folder, rights } = shown;
  const may = rights.fold && !project.archived;
  const root = h("a", { href: addressOf(project.name), class: "folder", "aria-current": folder ? null : "page" }, icon(PROJECT), h("span", {}, "All of it"));
  const make = h("button", { type: "button", class: "rail-make", "data-testid": "new-folder" }, icon(PLUS), h("span", {}, folder ? `New folder in ${folder.title}` : "New folder"));
  make.addEventListener("click", () => askFolder(folder?.name ?? project.name, go));
  const lines = treeOf(project.name, folders).map(({ folder: each, depth }) => line(each, depth, shown, may, go, again));
  return h(
    "nav",
    { class: "folders", "aria-label": "Folders" },
    h("ul", {}, h("li", {}, root), ...lines),
    may ? make : null,
  );
}

function line(each: Folder, depth: number, shown: Shown, may: boolean, go: (path: string) => void, again: () => void): HTMLElement {
  const current = shown.folder?.name === each.name;
  const link = h("a", { href: addressOf(each.name), class: "folder", "aria-current": current ? "page" : null }, icon(FOLDER), h("span", {}, each.title));
  const element = h("li", { "data-testid": "folder" }, link);
  element.style.setProperty("--depth", String(Math.min(depth + 1, 8)));
  if (!may) return element;
  const more = h("button", { type: "button", class: "button quiet icon-only", "aria-label": `More for ${each.title}` }, icon(MORE));
  element.append(menu(more, `What to do with ${each.title}`, () => items(each, shown, current, go, again)));
  return element;
}

function items(each: Folder, shown: Shown, current: boolean, go: (path: string) => void, again: () => void): MenuItems {
  return [
    { label: "New folder in it…", icon: PLUS, run: () => askFolder(each.name, go) },
    { label: "Rename…", icon: PENCIL, testid: "rename-folder", run: () => askName(each, again) },
    { label: "Move…", icon: MOVE, testid: "move-folder", run: () => askWhere(each, shown, again) },
    null,
    { label: "Delete…", icon: TRASH, danger: true, testid: "delete-folder", run: () => askDelete(each, () => (current ? go(addressOf(each.parent)) : again())) },
  ];
}

function askFolder(parent: string, go: (path: string) => void): void {
  askText({
    title: "New folder", label: "Name", submit: "Create", testid: "create-folder",
    run: async (title) => {
      const { folder } = await createFolder(rest, { parent, folder: { title } });
      go(addressOf(folder.name));
    },
  });
}

function askName({ name, title: value }: Folder, again: () => void): void {
  askText({
    title: "Rename folder", label: "Name", value, submit: "Rename",
    run: async (title) => {
      await updateFolder(rest, { folder: { name, title }, updateMask: "title" });
      again();
    },
  });
}

/** Anywhere in its project but into itself. */
function askWhere(each: Folder, { project, folders }: Shown, again: () => void): void {
  const inside = (other: Folder) => pathTo(other.name, folders).some(({ name }) => name === each.name);
  const options = treeOf(project.name, folders).filter(({ folder }) => !inside(folder)).map(({ folder: { name, title }, depth }) =>
    h("option", { value: name, selected: name === each.parent }, "\u00a0\u00a0\u00a0".repeat(depth + 1) + title));
  const where = h("select", { id: "folder-where", "data-testid": "folder-where" }, h("option", { value: project.name }, project.title), ...options);
  askForm({
    title: `Move “${each.title}”`,
    fields: [h("div", { class: "field" }, h("label", { for: "folder-where" }, "Into"), where)],
    submit: "Move",
    run: async () => {
      await moveFolder(rest, { name: each.name, destination: where.value });
      again();
    },
  });
}

function askDelete({ name, title }: Folder, done: () => void): void {
  askForm({
    title: `Delete “${title}”?`,
    fields: [h("p", {}, "Only an empty folder can be deleted.")],
    submit: "Delete", danger: true, testid: "delete-folder-really",
    run: async () => {
      await deleteFolder(rest, { name });
      done();
    },
  });
}
