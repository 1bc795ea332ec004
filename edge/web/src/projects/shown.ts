/* Shown: what is looked at in a project, what may be done there, and the way back up.
 *
 * Owns nothing.
 */
import { addressOf } from "../app/names";
import { pathTo, type Folder, type Project } from "../app/projects";
import { h } from "../ui/dom";

/** What this person may do here. */
export interface Rights {
  readonly share: boolean;
  readonly administer: boolean;
  readonly fold: boolean;
  readonly create: boolean;
}

export interface Shown {
  readonly project: Project;
  readonly folders: readonly Folder[];
  /** The folder that is looked into; none = the project itself. */
  readonly folder: Folder | undefined;
  readonly rights: Rights;
}

/** From the project down to where one is. */
export function crumbs({ project, folders, folder }: Shown): HTMLElement {
  const path = folder ? pathTo(folder.name, folders) : [];
  const steps = [{ name: project.name, title: project.title }, ...path];
  const step = ({ name, title }: { name: string; title: string }, at: number) =>
    h("li", {}, h("a", { href: addressOf(name), "aria-current": at === steps.length - 1 ? "page" : null }, title));
  return h("nav", { class: "crumbs", "aria-label": "Where this is" }, h("ol", {}, h("li", {}, h("a", { href: "/" }, "Home")), ...steps.map(step)));
}
