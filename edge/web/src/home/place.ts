/* Place: asking where something is to go, a project or a folder in one.
 *
 * Owns the dialog. Folders are asked for when their project is chosen.
 */
import { changeDocument, type DocumentInfo } from "../app/documents";
import { listFolders, listProjects, treeOf } from "../app/projects";
import { explain } from "../app/rest";
import { UNTITLED } from "../app/titles";
import { askForm } from "../ui/ask";
import { h } from "../ui/dom";
import { toast } from "../ui/notices";

/** Two no-break spaces a level: an option shows no other indent. */
const INDENT = "\u00a0\u00a0\u00a0";

/** Asks where a document is to go, and moves it there. */
export function askPlace(info: DocumentInfo): void {
  const project = h("select", { id: "place-project", "data-testid": "place-project" }, h("option", { value: "" }, "No project"));
  const folder = h("select", { id: "place-folder", "data-testid": "place-folder" });
  const inside = h("div", { class: "field", hidden: true }, h("label", { for: "place-folder" }, "Folder"), folder);
  const follow = async (): Promise<void> => {
    const chosen = project.value;
    const tree = chosen ? treeOf(chosen, await listFolders(chosen)) : [];
    if (project.value !== chosen) return;
    const line = ({ folder: { name, title }, depth }: (typeof tree)[number]) =>
      h("option", { value: name, selected: name === info.folder }, INDENT.repeat(depth) + title);
    folder.replaceChildren(h("option", { value: "" }, "None"), ...tree.map(line));
    inside.hidden = tree.length === 0;
  };
  const told = (work: Promise<void>) => void work.catch((error: unknown) => toast({ message: explain(error) }));
  project.addEventListener("change", () => told(follow()));
  told(
    listProjects().then((all) => {
      const open = all.filter(({ archived, name }) => !archived || name === info.project);
      project.append(...open.map(({ name, title }) => h("option", { value: name, selected: name === info.project }, title)));
      return follow();
    }),
  );
  askForm({
    title: `Move “${info.title || UNTITLED}”`,
    fields: [h("div", { class: "field" }, h("label", { for: "place-project" }, "Project"), project), inside],
    submit: "Move",
    testid: "move-here",
    run: async () => {
      await changeDocument(info.name, { project: project.value, folder: project.value ? folder.value : "" });
      const where = project.selectedOptions[0]?.textContent ?? "";
      toast({ message: project.value ? `Moved to ${where}` : "Moved out of its project" });
    },
  });
}
